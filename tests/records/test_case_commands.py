"""`case`, `explain`, `draft` and `bundle` on a case of a store: as on its file, and as it was known at any time."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.records.builders import NOON, Raw, a_case

from inclusion_rules.casework.case import Case
from inclusion_rules.casework.opening import example, open_case, open_rulebook
from inclusion_rules.cli import main
from inclusion_rules.domain.cases import Event, Judgement
from inclusion_rules.records.case_text import JudgementMade
from inclusion_rules.records.store import CaseStore

FILE = str(example("leicestershire_permanent_exclusion"))
REFERENCE = "LEI-2025-0042"
AS_OF = ["--as-of", "2025-02-10"]
FORMS = [
    ["case", *AS_OF],
    ["case", *AS_OF, "--all"],
    ["case", *AS_OF, "--format", "json", "--certificates"],
    ["case", *AS_OF, "--format", "html"],
    ["case", *AS_OF, "--format", "ics"],
    ["case", *AS_OF, "--about", "2025-01-13"],
    ["explain", "board consider pex", *AS_OF],
    ["explain", "board consider pex", *AS_OF, "--format", "json"],
    ["draft", "parent_notice", *AS_OF],
    ["draft", "parent_notice", *AS_OF, "--format", "json"],
    ["draft", "parent_notice", *AS_OF, "--format", "html"],
]


def kept(place: str, *cases: Case) -> list[str]:
    """The ids of cases put into a store."""
    with CaseStore.open(place) as store:
        return [store.create(case) for case in cases]


def the_example() -> Case:
    """The example case that ships, as it is opened from its file."""
    rulebook = open_rulebook()
    return Case.open(open_case(FILE, rulebook), rulebook, recorded_at=NOON, recorded_by="clerk")


def typed(command: list[str], place: str, *more: str) -> list[str]:
    """A command as it is typed, with the place of the case put in."""
    return [command[0], place, *command[1:], *more]


@pytest.mark.parametrize("command", FORMS, ids=" ".join)
def test_a_stored_case_is_shown_as_its_file_is(
    command: list[str], place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same bytes for the same case, in every form, wherever it is kept."""
    kept(place, the_example())
    assert 0 == main(typed(command, FILE))
    of_file = capsys.readouterr().out

    assert 0 == main(typed(command, place, "--case", REFERENCE))
    assert of_file == capsys.readouterr().out


def test_a_case_is_named_by_id_or_reference_or_is_the_only_one(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Three ways to say the same."""
    (case_id,) = kept(place, the_example())
    told = []
    for which in (["--case", case_id], ["--case", REFERENCE], []):
        assert 0 == main(["case", place, *AS_OF, *which])
        told.append(capsys.readouterr().out)

    assert 1 == len(set(told))


def test_several_cases_are_told_apart(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody says which, the command says what there is; it is a slip of the keyboard."""
    ids = kept(place, *(a_case(f"CASE-{number}", at=NOON + timedelta(days=number)) for number in range(6)))

    assert 2 == main(["case", place])
    listed = ", ".join(f"`{case_id}`" for case_id in ids[:5])
    assert f"the store holds 6 cases; say which with `--case ID`: {listed}, …\n" == capsys.readouterr().err


def test_an_empty_store_says_so(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to name."""
    assert 2 == main(["explain", place, "board consider pex"])
    assert "the store holds no cases\n" == capsys.readouterr().err


@pytest.mark.parametrize("command", [["case"], ["explain", "board consider pex"], ["draft", "parent_notice"]])
def test_a_case_that_is_not_there_is_told(command: list[str], place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In the words typed, with the id that was probably meant."""
    (case_id,) = kept(place, a_case())
    nearly = ("0" if case_id[0] != "0" else "1") + case_id[1:]

    assert 1 == main(typed(command, place, "--case", "LEI-2025-0043"))
    assert "the store holds no case `LEI-2025-0043`, neither as an id nor as a reference\n" == capsys.readouterr().err
    assert 1 == main(typed(command, place, "--case", nearly))
    assert f"the store holds no case `{nearly}`, neither as an id nor as a reference; did you mean `{case_id}`?\n" == (
        capsys.readouterr().err
    )


def test_an_erased_case_is_told(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its id is still known, and there is nothing to decide."""
    (case_id,) = kept(place, a_case())
    with CaseStore.open(place) as store:
        store.erase(case_id, by="officer", at=NOON, why="asked for")

    assert 1 == main(["case", place, "--case", case_id])
    assert f"case `{case_id}` has been erased" in capsys.readouterr().err


def test_a_damaged_case_is_not_decided(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is not as it was written is told with its place, and nothing is shown of it."""
    (case_id,) = kept(place, a_case())
    Raw(place).run("UPDATE entries SET body = '{}' WHERE number = 2", guarded=False)

    assert 1 == main(["case", place, "--case", case_id])
    told = capsys.readouterr()
    assert f"case {case_id}, entry 2, body: the body or its salt was altered" in told.err
    assert "" == told.out


def test_a_case_pinned_to_other_law_is_told_with_the_way_out(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A case is decided by the law it is pinned to, and the command says how to look at a move."""
    rulebook = open_rulebook()
    pack = replace(rulebook.packs["england"], version="1999", digest="sha256:older")
    older = replace(rulebook, packs={**rulebook.packs, "england": pack})
    with CaseStore.open(place, rulebook=older) as store:
        store.create(a_case().moved_to(older))

    for command in (["case"], ["explain", "board consider pex"], ["draft", "parent_notice"], ["bundle"]):
        assert 1 == main(typed(command, place))
        told = capsys.readouterr().err
        assert "is pinned to `england` 1999" in told
        assert f"`inclusion-rules move {place}` shows what moving it would change" in told


# As it was known -----------------------------------------------------------------------------------------------------


def with_a_correction(place: str) -> None:
    """Notice of 4 March, entered on the 10th; corrected on the 14th to the 6th; a judgement entered on the 17th."""
    at = datetime(2025, 3, 3, 12, tzinfo=UTC)
    case = a_case(events=["2025-03-03 permanently_excluded session: morning, reasons: [PP]"], at=at)
    rulebook = open_rulebook()
    told = Event("governing_board_notified", date(2025, 3, 4))
    corrected = Event("governing_board_notified", date(2025, 3, 6))
    judged = Judgement("affects_authority_duties", True, "proprietor", date(2025, 3, 5))
    with CaseStore.open(place) as store:
        case_id = store.create(case)
        case = case.after(told, rulebook, recorded_at=at.replace(day=10), recorded_by="clerk")
        store.append(case_id, case.log.entries[-1], expected_number=1)
        case = case.corrected(2, corrected, rulebook, recorded_at=at.replace(day=14), recorded_by="clerk")
        store.append(case_id, case.log.entries[-1], expected_number=2)
        store.append(case_id, JudgementMade(judged, at.replace(day=17), "clerk"), expected_number=3)


@pytest.mark.parametrize(
    ("known_on", "as_of", "stage", "due", "judged", "aside"),
    [
        ("2025-03-04", "2025-03-04", "notification", None, None, 3),
        ("2025-03-09", "2025-03-12", "notification", None, None, 3),
        ("2025-03-10", "2025-03-03", "notification", None, None, 2),
        ("2025-03-10", "2025-03-04", "challenge", "2025-03-25", None, 2),
        ("2025-03-10T11:59:00Z", "2025-03-12", "notification", None, None, 3),
        ("2025-03-10T12:00:00Z", "2025-03-12", "challenge", "2025-03-25", None, 2),
        ("2025-03-14", "2025-03-20", "challenge", "2025-03-27", None, 1),
        ("2025-03-14", "2025-03-05", "notification", None, None, 1),
        ("2025-03-17", "2025-03-20", "challenge", "2025-03-27", True, 0),
        ("2025-03-17", "2025-03-04", "notification", None, None, 0),
        (None, "2025-03-20", "challenge", "2025-03-27", True, 0),
    ],
)
def test_what_the_file_said_of_any_day_to_anyone(
    known_on: str | None,
    as_of: str,
    stage: str,
    due: str | None,
    judged: bool | None,
    aside: int,
    place: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every pair of days has its answer, which says how much it leaves aside."""
    with_a_correction(place)
    known = [] if known_on is None else ["--known-on", known_on]

    assert 0 == main(["case", place, "--as-of", as_of, *known, "--format", "json"])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    board = next(entry for entry in told["obligations"] if entry["duty"] == "board_consider_pex")
    left = [warning["message"] for warning in told["warnings"] if "left aside" in warning["message"]
            and "recorded after" in warning["message"]]  # fmt: skip
    assert (stage, due) == (told["stage"], board["due"])
    assert judged is told["facts"].get("affects_authority_duties")
    assert (0 if not left else int(left[0].split()[0])) == aside


def test_an_explanation_is_of_what_was_known(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The day that was entered wrongly is what a head read who asked before it was put right."""
    with_a_correction(place)
    days = []
    for known_on in ("2025-03-13", "2025-03-14"):
        typed_ = ["explain", place, "board consider pex", "--as-of", "2025-03-20", "--known-on", known_on]
        assert 0 == main(typed_)
        days.append("Tue 25 Mar 2025" in capsys.readouterr().out)

    assert [True, False] == days


def test_a_draft_is_of_what_was_known(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What was entered later is no part of the letter that could be written then."""
    kept(place, the_example())
    drafts = []
    for known_on in ("2025-03-09", "2025-03-10"):
        code = main(["draft", place, "parent_notice", *AS_OF, "--known-on", known_on])
        drafts.append((code, "13 January 2025" in capsys.readouterr().out))

    assert [(1, False), (0, True)] == drafts


def test_a_case_file_is_shown_as_it_was_known_by_the_same_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`explain` and `draft` leave aside what a file says was recorded later, as `case` does."""
    text = Path(FILE).read_text("utf-8")
    written = "event: governing_board_met,"
    assert written in text
    path = tmp_path / "case.yaml"
    path.write_text(text.replace(written, "event: governing_board_met, recorded_at: 2025-02-20T09:00:00Z,"), "utf-8")
    met = []
    for known_on in ("2025-02-19", "2025-02-20"):
        assert 0 == main(["explain", str(path), "board consider pex", "--as-of", "2025-02-24", "--known-on", known_on])
        met.append("met late" in capsys.readouterr().out)

    assert [False, True] == met


# Wrong use -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["case"], ["explain", "board consider pex"], ["draft", "parent_notice"]])
def test_what_is_neither_file_nor_store_is_told(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing is made by a slip in a name."""
    for place, code, told in (
        (tmp_path / "none.db", 1, f"there is no case file and no store at `{tmp_path / 'none.db'}`\n"),
        (tmp_path / "none.yaml", 1, "there is no such file"),
        ("mysql://u:secret@host/db", 1, "`mysql` is not a database that a store can be in"),
    ):
        assert code == main(typed(command, str(place)))
        err = capsys.readouterr().err
        assert told in err
        assert "secret" not in err
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("command", [["case"], ["explain", "board consider pex"], ["draft", "parent_notice"]])
def test_a_case_file_holds_one_case(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """To name one in it is wrong use."""
    assert 2 == main(typed(command, FILE, "--case", "x"))
    assert "a case file holds one case; leave `--case` out, or name a store\n" == capsys.readouterr().err


def test_a_case_file_needs_no_library_of_stores(tmp_path: Path) -> None:
    """Without them a file is decided as ever, and a store is told what it needs."""
    (tmp_path / "cases.db").write_bytes(b"SQLite format 3\0")
    program = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from inclusion_rules.cli import main\n"
        f"assert 0 == main(['case', {FILE!r}, '--as-of', '2025-02-10', '--format', 'json'])\n"
        f"assert 1 == main(['case', {str(tmp_path / 'cases.db')!r}])\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert 0 == ran.returncode, ran.stderr
    assert "a store needs `sqlalchemy`, which is not installed: install `inclusion-rules[store]`\n" == ran.stderr
