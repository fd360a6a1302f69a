"""The documents that ship, and everything that can be wrong with one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.documents.opening import open_documents
from inclusion_rules.domain.document_items import DocumentDefinition
from inclusion_rules.errors import InvalidFilesError, UnknownNameError
from inclusion_rules.loading.problems import Problems
from inclusion_rules.vocabulary import Modality

ToldOf = Callable[..., list[str]]
SIX = {
    "parent_notice",
    "first_five_days_notice",
    "board_decision_letter",
    "cancellation_notice",
    "off_site_direction_notice",
    "partnership_referral",
}


def test_the_shipped_documents_have_no_fault() -> None:
    """Every name they use is known, and no wording or layout has a mistake; nothing is even warned of."""
    problems = Problems()
    found = open_documents(open_rulebook(), ("england", "leicestershire"), problems=problems)

    assert [] == problems.found
    assert found.keys() >= SIX


def test_a_referral_belongs_to_its_council(shipped_documents: Callable[..., dict[str, DocumentDefinition]]) -> None:
    """A case that does not name the Leicestershire pack has no Partnership to be referred to."""
    assert "partnership_referral" not in shipped_documents("england")


def test_every_item_says_what_asks_for_it_in_words_that_can_be_looked_for(
    shipped_documents: Callable[..., dict[str, DocumentDefinition]],
) -> None:
    """Each has a provision, its wording, and phrases by which an incoming notice may be seen to say it."""
    for definition in shipped_documents("england", "leicestershire").values():
        for item in definition.items:
            assert item.cites, item.id
            assert item.wording is not None, item.id
            assert item.recognised_by, item.id
            assert item.force in (Modality.MUST, Modality.SHOULD), item.id


@pytest.mark.parametrize(
    ("what", "instead", "says", "help"),
    [
        ("from: headteacher", "from: headtaecher", "`headtaecher` is not a role this pack knows", "headteacher"),
        ("to: relevant person", "to: relevant persn", "`relevant persn` is not a role", "relevant person"),
        ("for each: exclusion", "for each: exlusion", "is not something a document can be about", "exclusion"),
        ("[suspended, permanently", "[suspendd, permanently", "not an event of the vocabulary", "suspended"),
        ("recorded as: parent notified in", "recorded as: parent notifed in", "not an event", "parent notified in"),
        ("fulfils: [written notice", "fulfils: [writen notice", "is not a duty that a rule of this pack", "written"),
        ("{case: school.name}", "{case: school.nmae}", "`school.nmae` is not a part of a case file", "school.name"),
        ("{fact: school days imposed}", "{fact: school days impsed}", "not a fact this pack", "school days imposed"),
        ("{adult pupil: no}", "{adlt pupil: no}", "`adlt pupil` is not a fact this pack knows", "adult pupil"),
        ("force: must", "force: mus", "`mus` does not fit here", "must"),
        ("      - SI 2012/1033 reg 5(3)(b)(i)\n", "      - SI 2012/1033 reg 5(3)(b)(j)\n", "is not a provision", "(b)"),
        ("item: period", "item: permanent", "`permanent` stands in this document twice", "another name"),
        ("item: period", "item: the pupil's period", "cannot be used as a name in templates", "letters"),
        ("{fact: school days imposed}", "{fact: school days imposed, case: number}", "from one thing", "keep one"),
        ("{fact: school days imposed}", "{duty: board consider pex}", "a `duty` and a `date` of it go together", "due"),
        ("{fact: school days imposed}", "{event: suspended, attribute: school dais}", "not an attribute of", "school"),
        ("{from: 2023-09-01}", "{from: 2023-09-01, until: 2022-01-01}", "ends before it begins", ""),
        ("[the reason, reasons for,", '["...", reasons for,', "needs words to be recognised by", ""),
        ("document: parent notice", "document: parents notice", "its name says `parent notice`", "name of its file"),
        (", asks: Which date does the letter carry?", "", "where `date of the letter` comes from", "add `asks:`"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_definition_is_told(what: str, instead: str, says: str, help: str, told_of: ToldOf) -> None:
    """In the officer's own words, with what was expected and the nearest right one; and nothing else is told."""
    told = told_of("parent_notice.yaml", what, instead)

    assert told[0].startswith("parent_notice.yaml:")
    assert any(says in one and help in one for one in told)
    assert len(told) <= 2


def test_a_document_without_a_layout_is_told(pack: Path) -> None:
    """Both forms are missed, and it is said which file would do."""
    (pack / "documents" / "letter.txt.j2").unlink()
    with pytest.raises(InvalidFilesError, match=r"add `parent_notice.txt.j2`, or `letter.txt.j2`"):
        open_documents(open_rulebook(), ("england",), rules=[pack])


def test_a_provision_that_the_pack_describes_otherwise_is_a_warning(told_of: ToldOf) -> None:
    """The pack's own words are used, and whoever keeps the second copy learns of it."""
    told = told_of("provisions.yaml", "citation: EA 2002 s29A(1)", "citation: EIA 2006 s104")

    assert any("warning[R209]: `EIA 2006 s104` is described by the pack already" in one for one in told)


def test_a_council_may_have_its_own_version(pack: Path, tmp_path: Path) -> None:
    """With everything that must be said in it, it takes the place of the national one."""
    own = local_version(pack, tmp_path, "title: Notice of an exclusion", "title: A notice of this council")
    found = open_documents(open_rulebook(), ("england", "leicestershire"), rules=[tmp_path])

    assert own.is_file()
    assert ("leicestershire", "A notice of this council") == (found["parent_notice"].pack, found["parent_notice"].title)


def test_a_council_may_not_leave_out_what_must_be_said(pack: Path, tmp_path: Path) -> None:
    """An item that the national document must say, and the local one would not, is told with its words."""
    local_version(pack, tmp_path, "item: remote meeting", "item: some other thing")
    with pytest.raises(InvalidFilesError) as raised:
        open_documents(open_rulebook(), ("england", "leicestershire"), rules=[tmp_path])

    (told,) = raised.value.diagnostics
    assert "`parent notice` of `england` must say `remote meeting`, and this version need not" == told.message


def local_version(pack: Path, folder: Path, what: str, instead: str) -> Path:
    """A council's own version of the notice to parents, with one thing written differently."""
    own = folder / "leicestershire" / "documents" / "parent_notice.yaml"
    own.parent.mkdir(parents=True)
    (folder / "leicestershire" / "pack.yaml").write_text("pack: leicestershire\n", "utf-8")
    text = (pack / "documents" / "parent_notice.yaml").read_text("utf-8")
    assert what in text
    own.write_text(text.replace(what, instead), "utf-8")
    return own


def test_own_templates_take_the_place_of_the_packs(pack: Path, tmp_path: Path) -> None:
    """File by file, so that a school's letterhead needs no copy of the law."""
    mine = tmp_path / "mine"
    mine.mkdir()
    shutil.copy(pack / "documents" / "letter.txt.j2", mine / "cancellation_notice.txt.j2")
    found = open_documents(open_rulebook(), ("england",), templates=mine)

    assert str(mine) in found["cancellation_notice"].layouts["text"].span.file
    assert str(mine) not in found["parent_notice"].layouts["text"].span.file
    assert (
        found["cancellation_notice"].digest
        == open_documents(open_rulebook(), ("england",))["cancellation_notice"].digest
    )


def test_a_changed_template_changes_the_digest(pack: Path) -> None:
    """A draft says which words made it."""
    before = open_documents(open_rulebook(), ("england",), rules=[pack])["parent_notice"].digest
    layout = pack / "documents" / "letter.txt.j2"
    layout.write_text(layout.read_text("utf-8").replace("DRAFT, not sent", "Draft, not yet sent"), "utf-8")

    assert before != open_documents(open_rulebook(), ("england",), rules=[pack])["parent_notice"].digest


def test_a_pack_that_is_not_there_is_told() -> None:
    """As everywhere else, with the nearest."""
    with pytest.raises(UnknownNameError, match="leicestershire"):
        open_documents(open_rulebook(), ("england", "leicestershir"))
