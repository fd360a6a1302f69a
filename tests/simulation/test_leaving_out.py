"""One case taken out of a run leaves every row of all others as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.simulation.small_runs import PLAN, law

from inclusion_rules.cli import main
from inclusion_rules.loading.plan_files import parse_plan
from inclusion_rules.reporting.run_report import report_of
from inclusion_rules.simulation.auditing_runs import audit_run
from inclusion_rules.simulation.leaving_out import UnknownCaseError
from inclusion_rules.simulation.run_folder import RunFolderError
from inclusion_rules.simulation.run_reading import SavedRun
from inclusion_rules.simulation.simulating import Simulation

TABLES = ("events", "obligations", "cases")
CASES = 60


def simulation(*without: str) -> Simulation:
    """A small simulation, in which cases wait for a panel, without some cases."""
    return Simulation.of(parse_plan(PLAN, law()), PLAN, law(), cases=CASES, seed=3, without=without)


def run(out: Path, *without: str) -> Path:
    """A run of it."""
    made = simulation(*without)
    assert made.run(out, made.workforce(1)).complete
    return out


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of all cases."""
    return run(tmp_path_factory.mktemp("whole") / "run")


@pytest.mark.parametrize("shard", [25_000, 1])
def test_all_others_stay_as_they_were(shard: int, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row for row in all three tables, also those that waited for the same panel, however the run is parted."""
    monkeypatch.setattr("inclusion_rules.simulation.shards.CASES_IN_A_SHARD", shard)
    gone = ("SY-000000007", "SY-000000030")
    without = run(tmp_path / "run", *gone)
    for name in TABLES:
        left = [row for row in pq.read_table(whole / f"{name}.parquet").to_pylist() if row["case_id"] not in gone]
        assert pq.read_table(without / f"{name}.parquet").to_pylist() == left


def test_a_run_without_a_case_says_so_and_is_a_run_like_any(tmp_path: Path) -> None:
    """The manifest names the case; report and audit go on."""
    saved = SavedRun.open(run(tmp_path / "run", "SY-000000007"))
    assert saved.manifest["run"]["without"] == ["SY-000000007"]
    assert saved.manifest["cases"] == len(saved.case_ids()) == CASES - 1
    assert json.loads((saved.path / "summary.json").read_text("utf-8"))["cases"] == CASES - 1
    assert audit_run(saved, law(), saved.sample(5)).matches
    assert "without SY-000000007" in report_of(saved.path, rulebook=law())


@pytest.mark.parametrize("name", ["SY-000000060", "SY-7", "EPE-000000007", "7", ""])
def test_a_case_that_is_not_in_the_cohort_is_told(name: str) -> None:
    """The message says which cases there are."""
    with pytest.raises(UnknownCaseError, match=r"SY-000000000 to SY-000000059"):
        simulation(name)


def test_somebody_has_to_be_left() -> None:
    """A run of nobody is refused."""
    with pytest.raises(UnknownCaseError, match="no case would be left"):
        simulation(*(f"SY-{number:09d}" for number in range(CASES)))


def test_a_run_is_not_resumed_with_other_cases_left_out(tmp_path: Path) -> None:
    """Neither with more of them nor with fewer."""
    run(tmp_path / "run", "SY-000000007")
    for other in (simulation(), simulation("SY-000000008")):
        with pytest.raises(RunFolderError, match="without"):
            other.run(tmp_path / "run", other.workforce(1), resume=True)


def test_a_user_can_leave_a_case_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--without`, once for each case."""
    (tmp_path / "plan.yaml").write_text(PLAN, "utf-8")
    plan = ["simulate", str(tmp_path / "plan.yaml"), "--cases", "20", "--no-report"]
    gone = ["--without", "SY-000000003", "--without", "SY-000000004"]
    assert main([*plan, *gone, "--out", str(tmp_path / "run")]) == 0
    assert "18 cases" in capsys.readouterr().out
    assert main([*plan, "--without", "SY-000000099", "--out", str(tmp_path / "other")]) != 0
    assert "`SY-000000099` is no case of this cohort" in capsys.readouterr().err
