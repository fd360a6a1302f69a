"""`inclusion-rules caseload`: what is typed, what comes out, and what is said where it was typed wrongly."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.caseload.builders import kept_case
from tests.cli.conftest import Said

PEX = ("2025-03-03 permanently_excluded session: morning", "2025-03-04 governing_board_notified")
Run = Callable[..., Said]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of two cases in two schools."""
    place = tmp_path / "cases.db"
    kept_case(place, PEX, reference="LEI-1", school="Ashby Academy")
    kept_case(place, PEX, reference="LEI-2", school="Beacon High School")
    return place


def test_the_morning_is_listed(run: Run, store: Path) -> None:
    """The list to read comes to standard output and nothing else does."""
    said = run("caseload", store, "--as-of", "2025-03-26")
    assert (0, "") == (said.code, said.err)
    assert said.out.startswith("Caseload of 2 live cases, as of Wed 26 Mar 2025\n")
    assert "MISSED (" in said.out


def test_each_form_can_be_asked_for(run: Run, store: Path) -> None:
    """Data, a table and a diary come out as what they are."""
    data = json.loads(run("caseload", store, "--as-of", "2025-03-26", "--format", "json").out)
    assert 2 == data["totals"]["live_cases"]
    assert run("caseload", store, "--as-of", "2025-03-26", "--format", "csv").out.startswith("group,case,")
    assert run("caseload", store, "--as-of", "2025-03-26", "--format", "ics").out.startswith("BEGIN:VCALENDAR")


def test_the_result_can_go_to_a_file(run: Run, store: Path, tmp_path: Path) -> None:
    """With `--out` the table stands in the file, byte for byte, with the sign for Excel where that is asked for."""
    out = tmp_path / "morning.csv"
    said = run("caseload", store, "--as-of", "2025-03-26", "--format", "csv", "--bom", "--out", out)
    assert (0, "") == (said.code, said.out)
    assert out.read_bytes().startswith(b"\xef\xbb\xbfgroup,case,")
    assert b"\r\n" in out.read_bytes()


def test_the_filters_narrow_it(run: Run, store: Path) -> None:
    """Role, school, authority and pathway each leave out what is not asked for."""
    chosen = ("--bearer", "governing board", "--school", "ashby academy", "--authority", "Leicestershire",
              "--pathway", "permanent exclusion")  # fmt: skip
    data = json.loads(run("caseload", store, "--as-of", "2025-03-26", "--format", "json", *chosen).out)
    assert {("LEI-1", "governing_board")} == {(each["case"], each["bearer"]) for each in data["obligations"]}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--bearer", "govening_board"), "did you mean `governing_board`?"),
        (("--school", "Ashby Acadmy"), "did you mean `Ashby Academy`?"),
        (("--authority", "lestershire"), "did you mean `leicestershire`?"),
        (("--pathway", "suspensions"), "did you mean `suspension`?"),
        (("--within", "soon"), "`soon` is not a count"),
        (("--format", "jsn"), "did you mean `json`?"),
        (("--as-of", "26/03/2025"), "`26/03/2025` is not a day"),
        (("--afresh", "--index", "x"), "`--afresh` keeps no index"),
        (("--workers", "0"), "`--workers` a number above 0"),
    ],
)
def test_a_slip_of_the_keyboard_is_wrong_usage(run: Run, store: Path, typed: tuple[str, ...], said: str) -> None:
    """What cannot be meant ends with code 2 and the nearest right word, and no list that looks like an easy day."""
    answer = run("caseload", store, *typed)
    assert (2, "") == (answer.code, answer.out)
    assert said in answer.err


def test_a_store_that_is_not_there_is_not_made(run: Run, tmp_path: Path) -> None:
    """A slip in the path says so, and leaves no empty store behind."""
    answer = run("caseload", tmp_path / "cases.db")
    assert (1, "") == (answer.code, answer.out)
    assert "there is no store at" in answer.err
    assert [] == list(tmp_path.iterdir())


def test_a_file_that_is_no_store_is_refused(run: Run, tmp_path: Path) -> None:
    """Somebody else's file is named as what it is not, and is left alone."""
    other = tmp_path / "notes.txt"
    other.write_text("not a store")
    answer = run("caseload", other)
    assert (1, "") == (answer.code, answer.out)
    assert "no database" in answer.err
    assert [other] == list(tmp_path.iterdir())


def test_an_index_that_cannot_be_kept_is_told(run: Run, store: Path) -> None:
    """The list comes all the same, and a note says why the next morning will take longer."""
    Path(f"{store}.caseload").mkdir()
    answer = run("caseload", store, "--as-of", "2025-03-26")
    assert 0 == answer.code
    assert "nothing is kept for the next time" in answer.err
    assert answer.out.startswith("Caseload of 2 live cases")


def test_afresh_keeps_nothing(run: Run, store: Path) -> None:
    """Whoever mistrusts the index can do without it, and gets the same list."""
    kept = run("caseload", store, "--as-of", "2025-03-26").out
    Path(f"{store}.caseload").unlink()
    assert kept == run("caseload", store, "--as-of", "2025-03-26", "--afresh").out
    assert not Path(f"{store}.caseload").exists()


def test_top_and_all_say_how_much_is_listed(run: Run, store: Path) -> None:
    """A list may be cut short or made whole."""
    short = run("caseload", store, "--as-of", "2025-03-26", "--top", 1).out
    whole = run("caseload", store, "--as-of", "2025-03-26", "--top", 0, "--all").out
    assert "more: `--top 0` lists all of them" in short
    assert "more:" not in whole
    assert "STANDING DUTIES WITHOUT A DATE" in whole
