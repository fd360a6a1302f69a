"""Replays of real cases: a folder like that of a simulated run, exact for each case, with who was in breach."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_case, open_rulebook
from inclusion_rules.cli import main
from inclusion_rules.loading.trees import shipped
from inclusion_rules.simulation.auditing_runs import audit_run
from inclusion_rules.simulation.replaying import BREACHES, PROBLEMS, breaches_of, read_cases, run_of
from inclusion_rules.simulation.run_reading import SavedRun
from inclusion_rules.simulation.shards import TABLES

EXAMPLE = shipped("examples") / "real_cases.csv"
AS_OF = date(2025, 4, 4)
HEAD = "pupil,category,start date,sessions,calendar\n"


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def replay(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs `replay` as if it had been typed."""

    def typed(*arguments: object, calendar: str = "example") -> Said:
        code = main(["replay", *map(str, arguments), "--as-of", str(AS_OF), "--calendar", calendar, "--no-report"])
        captured = capsys.readouterr()
        assert "fault of inclusion-rules" not in captured.err
        return Said(code, captured.out, captured.err)

    return typed


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> SavedRun:
    """The example that ships, replayed."""
    out = tmp_path_factory.mktemp("replayed") / "run"
    rulebook = open_rulebook()
    cases = read_cases(EXAMPLE, rulebook, packs=("england",), calendar="example")
    run_of(cases, EXAMPLE, rulebook, as_of=AS_OF).run(out)
    return SavedRun.open(out)


def table_in(folder: Path, text: str) -> Path:
    """A table as a file."""
    path = folder / "cases.csv"
    path.write_text(text, "utf-8")
    return path


def test_the_example_has_no_problem() -> None:
    """What ships as an example can be replayed as it is."""
    assert () == read_cases(EXAMPLE, open_rulebook(), packs=("england",), calendar="example").errors


def test_every_case_of_a_replay_comes_out_the_same_alone(replayed: SavedRun) -> None:
    """The run holds what deciding each of its cases comes to, event by event and duty by duty."""
    found = audit_run(replayed, open_rulebook(), replayed.case_ids())
    assert [] == found.differences
    assert 5 == found.cases


def test_the_tables_do_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    """The same bytes from one process and from two."""
    rows = "".join(f"P{number},SUSP,2024-10-{1 + number % 4:02d},{1 + number},\n" for number in range(20))
    table = table_in(tmp_path, HEAD + rows)
    rulebook = open_rulebook()
    cases = read_cases(table, rulebook, packs=("england",), calendar="example")
    for workers in (1, 2):
        run_of(cases, table, rulebook, as_of=AS_OF).run(tmp_path / str(workers), workers=workers)
    for name in [f"{table}.parquet" for table in TABLES] + ["summary.json", "manifest.json"]:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_a_breach_is_told_with_its_row_its_duty_and_its_school_days(replayed: SavedRun) -> None:
    """The board of the first pupil met on the sixteenth school day, one too late, and row 4 says so."""
    found = {(breach.row, breach.duty): breach for breach in breaches_of(replayed, open_rulebook())}
    late = found[4, "board_consider_pex"]
    assert (date(2025, 2, 4), date(2025, 2, 5), 1) == (late.due, late.met_on, late.late_by_school_days)
    assert ("governing_board", "met_late", True) == (late.bearer, late.status, late.shown)


def test_what_the_table_has_no_word_for_is_not_called_a_breach(replayed: SavedRun) -> None:
    """No row of the example records work that was set, so whether it was is not known."""
    shown = {breach.duty: breach.shown for breach in breaches_of(replayed, open_rulebook())}
    assert (False, True) == (shown["school_sets_work"], shown["sixth_day_pex_home_la"])


def test_a_suspension_of_another_school_keeps_its_school(replayed: SavedRun) -> None:
    """The breaches of a row are told with the school of that row."""
    schools = {breach.row: breach.school for breach in breaches_of(replayed, open_rulebook())}
    assert ("Invented High School", "Another Invented School") == (schools[6], schools[7])


def test_a_calendar_that_does_not_ship_is_kept_with_the_run(tmp_path: Path) -> None:
    """A run can be read again without the calendar files it was made with, also where one is based on another."""
    folder = tmp_path / "council"
    folder.mkdir()
    (folder / "term.yaml").write_text(
        "calendar: a_trust\ncovers: {from: 2024-09-01, to: 2025-07-31}\n"
        "terms: [{name: autumn, from: 2024-09-03, to: 2024-12-20}, {name: spring, from: 2025-01-06, to: 2025-07-22}]\n",
        "utf-8",
    )
    (folder / "school.yaml").write_text(
        "calendar: a school\nbased_on: term.yaml\nterms: []\nclosed: [2024-10-10]\n", "utf-8"
    )
    table = table_in(folder, HEAD + "P1,SUSP,2024-10-07,20,school.yaml\n")
    rulebook = open_rulebook()
    cases = read_cases(table, rulebook, packs=("england",), calendar=None)
    assert () == cases.problems
    run_of(cases, table, rulebook, as_of=AS_OF).run(tmp_path / "run")
    shutil.rmtree(folder)
    run = SavedRun.open(tmp_path / "run")
    assert audit_run(run, rulebook, run.case_ids()).matches


def test_a_table_with_problems_is_not_replayed(replay: Callable[..., Said], tmp_path: Path) -> None:
    """Exit code 3, every problem in a file and on standard error, and no run."""
    table = table_in(tmp_path, HEAD + "P1,SUSP,2024-10-07,4,\nP2,SUPS,2024-10-07,4,\n")
    said = replay(table, "--out", tmp_path / "run")
    assert 3 == said.code
    assert "row 3, column `category`" in said.err
    assert [PROBLEMS] == [path.name for path in (tmp_path / "run").iterdir()]
    (line,) = csv.DictReader(StringIO((tmp_path / "run" / PROBLEMS).read_text("utf-8"), newline=""))
    assert ("3", "category", "SUPS", "did you mean `SUSP`?") == (
        line["row"], line["column"], line["words"], line["help"],
    )  # fmt: skip


def test_a_corrected_table_is_replayed_into_the_same_folder(replay: Callable[..., Said], tmp_path: Path) -> None:
    """The problems of the first attempt are not in the way of the second."""
    out = tmp_path / "run"
    replay(table_in(tmp_path, HEAD + "P2,SUPS,2024-10-07,4,\n"), "--out", out)
    said = replay(table_in(tmp_path, HEAD + "P2,SUSP,2024-10-07,4,\n"), "--out", out)
    assert 0 == said.code
    assert {"manifest.json", BREACHES, PROBLEMS} <= {path.name for path in out.iterdir()}


def test_keep_going_decides_the_others_and_says_that_it_is_a_part(replay: Callable[..., Said], tmp_path: Path) -> None:
    """What is left out is counted in the manifest and told with the result."""
    table = table_in(tmp_path, HEAD + "P1,SUSP,2024-10-07,4,\nP2,SUPS,2024-10-07,4,\n")
    said = replay(table, "--out", tmp_path / "run", "--keep-going")
    source = SavedRun.open(tmp_path / "run").manifest["run"]["source"]
    assert 0 == said.code
    assert (2, 1, 1) == (source["rows"], source["rows_left_out"], source["pupils_left_out"])
    assert "PARTIAL: 1 rows of 1 pupils were left out" in said.out


def test_the_result_can_be_had_as_data(replay: Callable[..., Said], tmp_path: Path) -> None:
    """Breaches by duty, what the table cannot tell, and what is undetermined."""
    said = replay(EXAMPLE, "--out", tmp_path / "run", "--format", "json")
    told = json.loads(said.out)
    assert 3 == next(one["breaches"] for one in told["breaches"] if one["duty"] == "sixth_day_suspended_school")
    assert "school_sets_work" in {one["duty"] for one in told["not_told_by_the_table"]}


def test_one_case_is_written_as_a_case_file(replay: Callable[..., Said], replayed: SavedRun, tmp_path: Path) -> None:
    """The file is read like any other, and decided it comes to what the run says."""
    rulebook = open_rulebook()
    said = replay(EXAMPLE, "--case", "R-000001", "--out", tmp_path / "case.yaml")
    assert 0 == said.code
    decision = decide(open_case(tmp_path / "case.yaml", rulebook), rulebook, as_of=AS_OF)
    (saved,) = replayed.cases(["R-000001"])
    assert [row["duty"] for row in saved.obligations] == [entry.rule.duty for entry in decision.obligations]


def test_a_case_that_is_not_there_is_told_with_the_nearest(replay: Callable[..., Said], tmp_path: Path) -> None:
    """A slip in the name of a case is a slip in the command."""
    said = replay(EXAMPLE, "--case", "R-00001", "--out", tmp_path / "case.yaml")
    assert 2 == said.code
    assert "did you mean `R-000001`?" in said.err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nowhere.csv"], 1, "there is no such file"),
        ([str(EXAMPLE), "--pack", "enland"], 2, "did you mean `england`?"),
        ([str(EXAMPLE), "--encoding", "latin-25"], 2, "is not an encoding"),
        ([str(EXAMPLE), "--dates", "american"], 2, "`day-first`"),
    ],
)
def test_a_command_that_cannot_run_says_why(
    replay: Callable[..., Said], tmp_path: Path, arguments: list[str], code: int, says: str
) -> None:
    """Each slip in the command is told in its own words."""
    said = replay(*arguments, "--out", tmp_path / "run")
    assert code == said.code
    assert says in said.err
    assert not (tmp_path / "run").exists()


def test_a_folder_that_holds_something_else_is_left_alone(replay: Callable[..., Said], tmp_path: Path) -> None:
    """No run is written among other files."""
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    said = replay(EXAMPLE, "--out", tmp_path)
    assert 1 == said.code
    assert ["mine.txt"] == [path.name for path in tmp_path.iterdir()]


def test_a_replay_has_a_report_like_any_run(replayed: SavedRun, tmp_path: Path) -> None:
    """The report takes a run of records, on several pathways at once, and does not call its cases invented."""
    assert 0 == main(["report", str(replayed.path), "--out", str(tmp_path / "report.html")])
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Recorded cases: 5 cases" in page
    assert "invented case" not in page
