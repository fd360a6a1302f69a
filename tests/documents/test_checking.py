"""What can be said of a notice that came in: what it has, what it lacks, and what nobody can tell from its words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.documents.check_page import check_as_text
from inclusion_rules.documents.checking import HAS, Found, NoticeCheck, check_as_data, check_notice
from inclusion_rules.documents.drafting import Draft
from inclusion_rules.documents.items import Held
from inclusion_rules.documents.laying_out import draft_as_html, draft_as_text
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.loading.notice_files import Notice, check_names, load_notice

HeldOf = Callable[..., Held]
LEICS = "leicestershire_permanent_exclusion"
A_LETTER = """
Dear Ms Example,

I am writing to tell you of my decision to permanently exclude Alex from 13 January 2025. The reasons for this are
that a knife was brought into school.

You have the right to make representations to the governing board. If you wish to make representations please contact
the Clerk to the Governors at the school. You may be represented at the meeting and bring a friend.

For the first five school days you must ensure that Alex is not present in a public place without reasonable
justification. You may be prosecuted or be given a penalty notice.
"""


@pytest.fixture
def notice_in(tmp_path: Path) -> Callable[[str, str], Notice]:
    """A notice written into a file of that name, and read."""

    def read(name: str, text: str) -> Notice:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return load_notice(path)

    return read


def found(check: NoticeCheck) -> dict[str, Found]:
    """What is said of each item that is needed."""
    return {one.state.item.id: one.found for one in check.items if one.state.needed}


def test_phrases_are_found_in_free_words(held_of: HeldOf) -> None:
    """What a common letter says is recognised, and what it does not say is not."""
    check = check_notice(Notice("letter.txt", None, text=A_LETTER), held_of("parent_notice", LEICS, "2025-01-13"))
    told = found(check)

    assert {"permanent", "reasons", "representations", "attend_and_be_represented", "first_days", "warning"} <= {
        name for name, one in told.items() if one is Found.RECOGNISED
    }
    assert Found.NOT_RECOGNISED == told["remote_meeting"] == told["part_of_the_pupil"] == told["advice"]
    assert "period" not in told


@given(st.text(max_size=300))
def test_no_item_is_ever_called_absent_from_free_words(held_of: HeldOf, text: str) -> None:
    """Not finding a phrase shows nothing but that."""
    check = check_notice(Notice("letter.txt", None, text=text), held_of("parent_notice", LEICS, "2025-01-13"))

    assert Found.ABSENT not in {one.found for one in check.items}
    assert "LACKS" not in check_as_text(check, width=100)


@pytest.mark.parametrize(
    ("document", "case", "as_of"),
    [
        ("parent_notice", LEICS, "2025-01-13"),
        ("parent_notice", "suspension_across_a_term_end", "2025-04-02"),
        ("first_five_days_notice", LEICS, "2025-01-17"),
        ("board_decision_letter", LEICS, "2025-02-11"),
        ("board_decision_letter", "reinstated", "2025-03-20"),
        ("cancellation_notice", "cancelled_with_a_social_worker", "2025-03-17"),
        ("off_site_direction_notice", "off_site_maintained", "2025-03-03"),
    ],
)
def test_our_own_letters_are_recognised(
    document: str,
    case: str,
    as_of: str,
    draft_of: Callable[..., Draft],
    held_of: HeldOf,
    words_of_letter: Callable[[Draft], str],
    notice_in: Callable[[str, str], Notice],
) -> None:
    """Whatever a finished draft says can be found again by the same list, in its text and on its page."""
    asked = draft_of(document, case, as_of).missing
    draft = draft_of(
        document, case, as_of, answers={one.name: "xyz" for one in asked if one.name != "education_starts"}
    )
    held = held_of(document, case, as_of)
    page = draft_as_html(draft).split("</article>")[0]
    for notice in (Notice("draft.txt", None, text=words_of_letter(draft)), notice_in("draft.html", page)):
        check = check_notice(notice, held)
        assert {} == {name: one for name, one in found(check).items() if one not in HAS}
        assert 100 == check.score.percent


def test_a_page_is_read_as_its_reader_sees_it(held_of: HeldOf, notice_in: Callable[[str, str], Notice]) -> None:
    """Tags part no words, entities are signs, and what is not shown is not there."""
    notice = notice_in(
        "letter.html",
        "<html><head><title>penalty notice</title><style>public place</style></head><body><p>You have the right to "
        "<b>make repre</b>sentations&nbsp;to us.</p><script>remote access</script></body></html>",
    )
    told = found(check_notice(notice, held_of("parent_notice", LEICS, "2025-01-13")))

    assert Found.RECOGNISED == told["representations"]
    assert {Found.NOT_RECOGNISED} == {told["warning"], told["first_days"], told["remote_meeting"]}


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        ("MAKE   REPRESENTATIONS\nTO the board", True),
        ("you may make representation", False),
        ("the right to make representation", True),
        ("remake representations about it", True),
    ],
)
def test_phrases_are_compared_by_their_words(text: str, is_there: bool, held_of: HeldOf) -> None:
    """Without regard to case, spaces and line ends, and in whole words."""
    check = check_notice(Notice("letter.txt", None, text=text), held_of("parent_notice", LEICS, "2025-01-13"))

    assert (Found.RECOGNISED if is_there else Found.NOT_RECOGNISED) == found(check)["representations"]


def test_a_word_within_a_word_is_not_found(held_of: HeldOf) -> None:
    """`iass` is a service for parents; `biassed` is none."""
    held = held_of("parent_notice", LEICS, "2025-01-13")
    one, two = (
        found(check_notice(Notice("letter.txt", None, text=text), held))["advice"]
        for text in ("a biassed view", "ask the IASS, please")
    )

    assert (Found.NOT_RECOGNISED, Found.RECOGNISED) == (one, two)


def test_the_words_around_a_phrase_are_shown(held_of: HeldOf) -> None:
    """A reader can see what the notice says there, such as that there is no such right."""
    text = "We regret that you do not have the right to make representations about this decision to anybody at all."
    check = check_notice(Notice("letter.txt", None, text=text), held_of("parent_notice", LEICS, "2025-01-13"))
    item = next(one for one in check.items if one.state.item.id == "representations")

    assert "you do not have the right to make representations about this decision" in item.words
    assert "not that the notice says it rightly" in " ".join(check_as_text(check, width=100).split())


# Items as data -------------------------------------------------------------------------------------------------------


def test_a_notice_in_data_has_and_lacks(held_of: HeldOf, notice_in: Callable[[str, str], Notice]) -> None:
    """`present`, `absent` or its words; an item that is not mentioned is not stated, and not absent."""
    notice = notice_in(
        "notice.yaml",
        "document: parent notice\nitems:\n  permanent: present\n  reasons: for fighting\n  representations: Absent\n",
    )
    told = found(check_notice(notice, held_of("parent_notice", LEICS, "2025-01-13")))

    assert (Found.PRESENT, Found.PRESENT, Found.ABSENT) == (
        told["permanent"],
        told["reasons"],
        told["representations"],
    )
    assert Found.NOT_STATED == told["warning"]


def test_an_off_site_notice_that_leaves_the_days_out_lacks_a_thing_that_the_law_asks_for(held_of: HeldOf) -> None:
    """A maintained school's notice without the number of days is one item short, by the regulation on its contents."""
    held = held_of("off_site_direction_notice", "off_site_maintained", "2025-03-03")
    items = {one.item.id: "present" for one in held.items} | {"number_of_days": "absent"}
    check = check_notice(Notice("n.yaml", "off_site_direction_notice", items=items), held)

    assert ["number_of_days"] == [name for name, one in found(check).items() if one is Found.ABSENT]
    assert 1 == check.score.lacks
    told = next(one for one in check_as_data(check)["items"] if one["id"] == "number_of_days")
    assert ["SI 2010/1156 reg 3(4)"] == told["citations"]


def test_the_score_counts_what_must_be_said(held_of: HeldOf) -> None:
    """What only should be said is shown, and is not in the score."""
    held = held_of("parent_notice", LEICS, "2025-01-13")
    must = [one.item.id for one in held.items if one.needed and one.force == "must"]
    every = {one.item.id: "present" for one in held.items}
    items = {**every, must[0]: "absent", "advice": "absent", "guidance": "absent"}
    del items[must[1]]
    score = check_notice(Notice("n.yaml", "parent_notice", items=items), held).score

    assert (len(must), len(must) - 2, 1, 1) == (score.of, score.has, score.lacks, score.untold)
    assert (len(must) - 2) * 100 // len(must) == score.percent


@pytest.mark.parametrize(("day", "agrees"), [("2025-03-14", True), ("2025-03-13", False)])
def test_a_day_in_the_notice_is_held_against_the_record(
    day: str, agrees: bool, held_of: HeldOf, notice_in: Callable[[str, str], Notice]
) -> None:
    """A notice that names the wrong last day says so, and is not what the law asks for."""
    notice = notice_in("n.yaml", f"document: board decision letter\nitems: {{last day to apply: {day}}}\n")
    check = check_notice(notice, held_of("board_decision_letter", LEICS, "2025-02-11"))
    item = next(one for one in check.items if one.state.item.id == "last_day_to_apply")

    assert agrees is item.agrees
    shown = check_as_text(check, width=100)
    assert ("the record comes to Friday 14 March 2025: the two differ" in shown) is not agrees


def test_every_item_that_is_shown_comes_with_its_law(held_of: HeldOf) -> None:
    """In the text and in the data."""
    check = check_notice(Notice("letter.txt", None, text=A_LETTER), held_of("parent_notice", LEICS, "2025-01-13"))
    shown = " ".join(check_as_text(check, width=100).split())

    for told in check_as_data(check)["items"]:
        assert told["citations"]
        if told["needed"]:
            assert all(citation in shown for citation in told["citations"])


def test_what_may_be_needed_is_set_apart(held_of: HeldOf) -> None:
    """Where the case does not say how old the pupil is, nobody can say whether the first days belong in the notice."""
    check = check_notice(
        Notice("letter.txt", None, text=A_LETTER), held_of("parent_notice", "little_known", "2025-03-03")
    )
    after = check_as_text(check, width=100).split("NOT KNOWN WHETHER NEEDED")[1]

    assert "hangs on: When was the pupil born?" in after
    assert all(one.state.needed for one in check.having(Found.RECOGNISED))


def test_a_checked_notice_reads_as_expected(held_of: HeldOf, expected: Callable[[str, str], str]) -> None:
    """What an officer is shown of a common letter."""
    check = check_notice(Notice("letter.txt", None, text=A_LETTER), held_of("parent_notice", LEICS, "2025-01-13"))
    present = check_as_text(check, width=100)

    assert expected("check.parent_notice.txt", present).splitlines() == present.splitlines()


# Files ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("n.yaml", "document: parent notice\nitems: {reasons: prsent}\n", "did you mean `present`?"),
        ("n.yaml", "document: parent notice\nitems: {reasons: ''}\n", "nothing stands here"),
        ("n.yaml", "document: parent notice\nitem: {reasons: present}\n", "`item` is not a key that belongs here"),
        ("n.yaml", "items: {reasons: present}\n", "`document` is missing here"),
        ("n.yaml", "document: parent notice\nitems: {reasons: {a: b}}\n", "does not fit here"),
        ("n.json", '{"document": "parent notice", "items": {"reasons": null}}', "does not fit here"),
        ("n.yaml", "", "the file is empty"),
        ("n.txt", " \n", "the file is empty"),
        ("n.txt", "%PDF-1.7 …", "this is not plain text"),
        ("n.txt", "a\0b", "this is not plain text"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(
    name: str, content: str, says: str, notice_in: Callable[[str, str], Notice]
) -> None:
    """With its place and what to do."""
    with pytest.raises(InvalidFilesError, match=f"(?s){says.replace('?', '[?]')}"):
        notice_in(name, content)


def test_an_item_that_the_document_does_not_have_is_told(
    tmp_path: Path, notice_in: Callable[[str, str], Notice], shipped_documents: Callable[..., dict[str, Any]]
) -> None:
    """With the nearest that it has."""
    notice = notice_in("n.yaml", "document: parent notice\nitems: {reason: present}\n")
    with pytest.raises(InvalidFilesError, match=r"(?s)2:9: .*did you mean `reasons`") as raised:
        check_names(notice, tmp_path / "n.yaml", shipped_documents("england")["parent_notice"])

    assert "`reason` is not an item of `parent notice`" == raised.value.diagnostics[0].message


def test_a_letter_that_is_not_there_is_told(tmp_path: Path) -> None:
    """As any other file."""
    with pytest.raises(InvalidFilesError, match="there is no such file"):
        load_notice(tmp_path / "letter.txt")


def test_a_draft_in_text_is_not_mistaken_for_its_lists(held_of: HeldOf, draft_of: Callable[..., Draft]) -> None:
    """The letter of a draft ends where it says that the rest is not part of it."""
    text = draft_as_text(draft_of("parent_notice", LEICS, "2025-01-13"))

    assert 2 == text.count("-" * 78)
    assert "The rest is for whoever finishes the draft, and is not part of it." in text


def test_the_question_in_a_blank_says_nothing(held_of: HeldOf) -> None:
    """An unfinished draft is not taken to give the advice that it asks for."""
    text = "Advice: [not known: Which services give free and impartial advice here?] In another language: ask us."
    told = found(check_notice(Notice("letter.txt", None, text=text), held_of("parent_notice", LEICS, "2025-01-13")))

    assert (Found.NOT_RECOGNISED, Found.RECOGNISED) == (told["advice"], told["language"])


def test_the_question_in_a_blank_says_nothing_where_a_line_ends_within_it(held_of: HeldOf) -> None:
    """A letter is broken into lines wherever there is a space, in the mark of a blank too."""
    text = "Advice: [not\nknown: Which services give free and\nimpartial advice here?] In another language: ask us."
    told = found(check_notice(Notice("letter.txt", None, text=text), held_of("parent_notice", LEICS, "2025-01-13")))

    assert (Found.NOT_RECOGNISED, Found.RECOGNISED) == (told["advice"], told["language"])


def test_the_blanks_that_a_notice_still_has_are_told(held_of: HeldOf) -> None:
    """What an unfinished draft leaves open stands first, and in data; a finished one has nothing such."""
    text = "The reasons: [not\nknown: Why was the pupil excluded?] Advice: [not known: Who advises?] [not known: Who"
    held = held_of("parent_notice", LEICS, "2025-01-13")
    check = check_notice(Notice("letter.txt", None, text=text), held)

    assert ("Why was the pupil excluded?", "Who advises?", "Who") == check.blanks
    assert list(check.blanks) == check_as_data(check)["blanks"]
    assert "LEFT BLANK (3)\n- Why was the pupil excluded?\n" in check_as_text(check, width=100)
    assert "LEFT BLANK" not in check_as_text(check_notice(Notice("letter.txt", None, text="All."), held), width=100)
