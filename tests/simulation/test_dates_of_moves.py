"""A run says on which day each case came to stand at each stage, also where time alone brought it there."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.simulation.small_runs import law, small_run

from inclusion_rules.loading.plan_files import parse_plan
from inclusion_rules.reporting.run_report import report_of
from inclusion_rules.simulation.auditing_runs import audit_run
from inclusion_rules.simulation.run_columns import pieces_of
from inclusion_rules.simulation.run_figures import Moved, RunFigures
from inclusion_rules.simulation.run_folder import PLAN
from inclusion_rules.simulation.run_reading import SavedRun
from inclusion_rules.simulation.tables import ENTERED

WINDOW, PLACEMENT = "hearing/review_window", "placement"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> SavedRun:
    """A small run of permanent exclusions."""
    return SavedRun.open(small_run(tmp_path_factory.mktemp("dated") / "run"))


@pytest.fixture
def without_days(run: SavedRun, tmp_path: Path) -> SavedRun:
    """The same run as it was kept before runs said on which day."""
    for path in run.path.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    cases = pq.read_table(run.path / "cases.parquet")
    pq.write_table(
        cases.drop([name for name in cases.column_names if name.startswith(ENTERED)]), tmp_path / "cases.parquet"
    )
    return SavedRun.open(tmp_path)


def figures_of(run: SavedRun) -> RunFigures:
    """A run added up."""
    plan = parse_plan((run.path / PLAN).read_text("utf-8"), law())
    return RunFigures.of(pieces_of(run), plan, law())


def left_by_time(run: SavedRun) -> list[tuple[date, date]]:
    """Of each case that no event took out of the review window: the days on which it came there, and left."""
    events = pq.read_table(run.path / "events.parquet").to_pylist()
    days = {(row["case_id"], row["happened_on"]) for row in events}
    return [
        (row[f"{ENTERED}{WINDOW}"], row[f"{ENTERED}{PLACEMENT}"])
        for row in pq.read_table(run.path / "cases.parquet").to_pylist()
        if row[f"{ENTERED}{PLACEMENT}"] and (row["case_id"], row[f"{ENTERED}{PLACEMENT}"]) not in days
    ]


def test_a_case_leaves_the_review_window_when_its_time_is_over(run: SavedRun) -> None:
    """The parents have 15 school days from the day that the decision is taken as given: no case leaves before."""
    found = left_by_time(run)
    calendar = parse_plan((run.path / PLAN).read_text("utf-8"), law()).setting.calendar
    in_window = [len(list(calendar.school_days(came, left - timedelta(days=1)))) for came, left in found]
    assert len(found) > 150
    assert 15 <= min(in_window) <= max(in_window) <= 19


def test_the_report_tells_the_days_of_each_stage_apart(run: SavedRun) -> None:
    """No two stages are told together, and the move by time is counted as often as it was made."""
    figures = figures_of(run)
    assert figures.dated
    assert not [name for name in figures.stretches if ", then " in name]
    assert figures.moves[Moved("", WINDOW, PLACEMENT)] >= len(left_by_time(run))
    assert figures.moves[Moved("", WINDOW, PLACEMENT)] == figures.reached[PLACEMENT]
    assert "does not say on which day" not in report_of(run.path, rulebook=law())


def test_the_days_of_all_stages_are_those_of_the_whole_course(run: SavedRun, without_days: SavedRun) -> None:
    """Telling stages apart neither adds a school day nor loses one."""

    def together(figures: RunFigures) -> float:
        counted = [figures.stretch_days.of(number) for number in figures.stretches.values()]
        return sum(days.mean * days.total for days in counted)

    assert together(figures_of(run)) == pytest.approx(together(figures_of(without_days)))


def test_a_run_that_does_not_say_is_read_as_before(without_days: SavedRun) -> None:
    """Such a run tells two stages together, and says so."""
    figures = figures_of(without_days)
    assert not figures.dated
    assert f"{WINDOW}, then {PLACEMENT}" in figures.stretches
    assert "does not say on which day" in report_of(without_days.path, rulebook=law())
    assert audit_run(without_days, law(), without_days.sample(3)).matches


def test_a_day_that_was_altered_is_found(run: SavedRun, tmp_path: Path) -> None:
    """An audit holds the days of stages against the case alone as well."""
    for path in run.path.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    case = run.sample(1)[0]
    table = pq.read_table(run.path / "cases.parquet")
    rows = table.to_pylist()
    altered = next(row for row in rows if row["case_id"] == case)
    altered[f"{ENTERED}notification"] += timedelta(days=1)
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), tmp_path / "cases.parquet")
    audit = audit_run(SavedRun.open(tmp_path), law(), [case])
    assert [each.place for each in audit.differences] == [f"{ENTERED}notification"]
