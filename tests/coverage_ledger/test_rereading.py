"""What is due to be read again: never read, read too long ago, unverified, or no longer in the words relied on."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest
from tests.layers.builders import LAND

from inclusion_rules import open_rulebook
from inclusion_rules.analysis.rereading import Due, Rereading, due_for_reading, months_later, slug_of
from inclusion_rules.cli import main
from inclusion_rules.domain.law import digest_of_words

RULEBOOK = open_rulebook(catalogue=True)
READ = date(2026, 1, 10)
OFFICIAL = "The board meets within 15 school days."
OF_TEXT = f"""
    provisions:
      - citation: Land Act s1
        says: Much.
        certainty: primary
        sources: [L1]
        read: 2026-01-10
        words: {{digest: "{digest_of_words(OFFICIAL)}", of: text}}
    """


def land(folder: Path, provisions: str = OF_TEXT) -> Path:
    """The law of the land with those provisions, read again every 6 months."""
    for name, text in ({**LAND} | {"provisions.yaml": provisions, "coverage.yaml": "reread every: 6 months"}).items():
        (folder / "land" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "land" / name).write_text(dedent(text), "utf-8")
    return folder / "land"


def due(folder: Path, *, as_of: date = READ, texts: dict[str, str] | None = None) -> Rereading:
    """What is due in the one pack of a folder."""
    rulebook = open_rulebook([folder])
    return due_for_reading(rulebook.packs["land"], rulebook.edition(("land",)), as_of=as_of, texts=texts)


def reasons(found: Rereading) -> list[tuple[Due, ...]]:
    """Why each is due."""
    return [each.reasons for each in found.due]


def test_every_provision_that_was_read_keeps_the_digest_of_what_was_relied_on() -> None:
    """The note that a reading left is the one that stands there now; `check --stale --record` prints a new digest."""
    stale = [
        provision.citation
        for pack in RULEBOOK.packs.values()
        for provision in pack.provisions.values()
        if provision.read_on is not None
        if provision.words is None or (not provision.words.of_text and provision.words.digest != provision.notes_digest)
    ]
    assert [] == stale


def test_no_two_provisions_share_a_file_name() -> None:
    """Official words are found by the citation, so no two citations may come to one name."""
    citations = [citation for pack in RULEBOOK.packs.values() for citation in pack.provisions]
    assert len(set(citations)) == len({slug_of(citation) for citation in citations})


def test_a_provision_read_in_its_own_words_is_not_due_at_once(tmp_path: Path) -> None:
    """Nothing is due where the text was read within the habit."""
    assert () == due(land(tmp_path)).due


@pytest.mark.parametrize(("as_of", "is_due"), [(date(2026, 7, 10), False), (date(2026, 7, 11), True)])
def test_it_is_due_when_the_months_of_the_habit_have_passed(tmp_path: Path, as_of: date, is_due: bool) -> None:
    """Six months to the day are still within the habit, and the next day is not."""
    assert ([(Due.LONG_AGO,)] if is_due else []) == reasons(due(land(tmp_path), as_of=as_of))


def test_official_words_that_changed_are_told_with_the_rules_that_rest_on_them(tmp_path: Path) -> None:
    """A changed number shows, and so does every rule that cites the place."""
    (found,) = due(land(tmp_path), texts={"land_act_s1": OFFICIAL.replace("15", "20")}).due

    assert Due.TEXT_CHANGED is found.reasons[0]
    assert "board/meets" in found.rules


def test_official_words_broken_into_other_lines_are_the_same(tmp_path: Path) -> None:
    """Spaces and line breaks are not words."""
    found = due(land(tmp_path), texts={"land_act_s1": OFFICIAL.replace(" ", "\n  ")})

    assert () == found.due
    assert ("Land Act s1",) == found.as_relied_on


def test_a_place_of_which_only_notes_were_read_stays_due(tmp_path: Path) -> None:
    """Our own words are no text of the law, and it is said."""
    notes = 'words: {digest: "' + digest_of_words("Land Act s1: Much.") + '", of: notes}'
    lines = [line for line in dedent(OF_TEXT).splitlines() if "words:" not in line]
    folder = land(tmp_path, "\n".join([*lines, f"    {notes}"]) + "\n")

    assert [(Due.ONLY_NOTES,)] == reasons(due(folder))
    changed = folder / "provisions.yaml"
    changed.write_text(changed.read_text("utf-8").replace("says: Much.", "says: More."), "utf-8")
    assert [(Due.NOTES_CHANGED, Due.ONLY_NOTES)] == reasons(due(folder))


def test_what_was_never_read_comes_first(tmp_path: Path) -> None:
    """The unverified place that nobody read is the most pressing of the national pack."""
    pack = RULEBOOK.packs["england"]
    found = due_for_reading(pack, RULEBOOK.edition(("england",)), as_of=date(2026, 11, 21))

    assert Due.NEVER_READ is found.due[0].reasons[0]
    assert "unverified" == found.due[0].provision.certainty


def test_a_local_pack_without_a_habit_keeps_that_of_the_law_below_it() -> None:
    """Half a year is the habit of the national pack, and so of a council's."""
    found = due_for_reading(RULEBOOK.packs["suffolk"], RULEBOOK.edition(("suffolk",)), as_of=date(2026, 11, 21))
    assert 6 == found.every_months


def test_months_end_where_the_month_does() -> None:
    """Half a year from the last of August is the last of February."""
    assert date(2028, 2, 29) == months_later(date(2027, 8, 31), 6)


def test_the_command_fails_only_where_words_have_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list of what is due is no failure; official words that are not those relied on are one."""
    folder, texts = land(tmp_path), tmp_path / "texts"
    texts.mkdir()
    words = texts / "land_act_s1.txt"
    words.write_text(OFFICIAL, "utf-8")
    asked = ["check", "--stale", str(folder), "--as-of", "2026-01-11", "--texts", str(texts)]
    assert 0 == main(asked)
    assert "1 text as relied on: Land Act s1" in capsys.readouterr().out

    words.write_text("The board meets when it likes.", "utf-8")
    assert 4 == main(asked)
    shown = capsys.readouterr()
    assert "rests on it: board/early_ways" in shown.out
    assert "changed since they were relied on: Land Act s1" in shown.err


def test_the_lines_to_paste_record_the_reading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed, put in the place of the old lines, makes the text the one relied on."""
    folder, texts = land(tmp_path), tmp_path / "texts"
    texts.mkdir()
    (texts / "land_act_s1.txt").write_text("The board meets within 20 school days.", "utf-8")
    asked = ["check", "--stale", str(folder), "--as-of", "2026-03-01", "--texts", str(texts)]
    assert 4 == main([*asked, "--record"])
    printed = capsys.readouterr().out.splitlines()
    assert "  - citation: Land Act s1" in printed

    path = folder / "provisions.yaml"
    kept = [line for line in path.read_text("utf-8").splitlines() if "read:" not in line and "words:" not in line]
    path.write_text("\n".join([*kept, *printed[2:]]) + "\n", "utf-8")
    assert 0 == main(asked)


def test_a_text_that_belongs_to_no_place_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip in a file's name is told with the nearest right one, and not passed over."""
    folder, texts = land(tmp_path), tmp_path / "texts"
    texts.mkdir()
    (texts / "land_act_s11.txt").write_text(OFFICIAL, "utf-8")

    assert 2 == main(["check", "--stale", str(folder), "--texts", str(texts)])
    assert "did you mean `land_act_s1.txt`" in capsys.readouterr().err


def test_programs_get_every_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON each place has all its reasons and the digest relied on."""
    assert 0 == main(["check", "--stale", str(land(tmp_path)), "--as-of", "2027-01-01", "--format", "json"])
    (told,) = json.loads(capsys.readouterr().out)

    assert ["long_ago"] == told["due"][0]["reasons"]
    assert digest_of_words(OFFICIAL) == told["due"][0]["relied_on"]


def test_options_of_one_list_do_not_go_with_another(capsys: pytest.CaptureFixture[str]) -> None:
    """Texts are compared for `--stale` only."""
    assert 2 == main(["check", "england", "--record"])
    assert "belong to `--stale`" in capsys.readouterr().err
