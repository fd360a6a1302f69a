"""Runs on disk: the same bytes whoever works on them, valid when interrupted, and recomputable case by case."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.loading.plan_files import find_plan, load_plan
from inclusion_rules.simulation.auditing_runs import audit_run
from inclusion_rules.simulation.cluster import ClusterError, on_cluster
from inclusion_rules.simulation.run_folder import RunFolderError
from inclusion_rules.simulation.run_reading import RunReadingError, SavedRun, case_data, record_of
from inclusion_rules.simulation.shards import DecidedShard, Shard, added_up, shards_of
from inclusion_rules.simulation.simulating import Simulation
from inclusion_rules.simulation.workers import WorkerDiedError, Workforce, in_processes

PLAN = "england_permanent_exclusions"
CASES = 120
WHOLE = ("cases.parquet", "events.parquet", "obligations.parquet", "summary.json", "manifest.json", "plan.yaml")


@cache
def law() -> Rulebook:
    """The shipped law, read once."""
    return open_rulebook()


@cache
def simulation(cases: int = CASES, seed: int = 3) -> Simulation:
    """A small simulation of a shipped plan."""
    path = find_plan(PLAN)
    return Simulation.of(load_plan(path, law()), path.read_text("utf-8"), law(), cases=cases, seed=seed)


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards of 50 cases, so that a small run has several."""
    monkeypatch.setattr("inclusion_rules.simulation.shards.CASES_IN_A_SHARD", 50)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run made in one process."""
    out = tmp_path_factory.mktemp("runs") / "finished"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("inclusion_rules.simulation.shards.CASES_IN_A_SHARD", 50)
        simulation().run(out, simulation().workforce(1))
    return out


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a run."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_a_run_holds_the_files_of_the_contract(finished: Path) -> None:
    """Manifest, three tables, summary and plan; no part and nothing half written is left."""
    assert sorted(path.name for path in finished.iterdir()) == sorted(WHOLE)
    manifest = json.loads((finished / "manifest.json").read_text("utf-8"))
    assert manifest["complete"] is True
    assert manifest["cases"] == CASES
    assert set(manifest["run"]) >= {"library", "plan", "cases", "seed", "as_of", "packs", "pathway", "calendars"}


def test_the_columns_are_those_of_the_contract(finished: Path) -> None:
    """One row an event, an obligation, a case; dates as dates, words as words."""
    events = pq.read_schema(finished / "events.parquet")
    assert events.names == ["case_id", "event", "happened_on", "stage_before", "stage_after", "attributes"]
    obligations = pq.read_schema(finished / "obligations.parquet")
    wanted = ["case_id", "duty", "bearer", "arose_on", "due", "met_on", "status", "late_by_school_days"]
    assert obligations.names[: len(wanted)] == wanted
    assert obligations.field("due").type == pa.date32()
    assert pq.read_metadata(finished / "cases.parquet").num_rows == CASES


@pytest.mark.parametrize("workers", [2, 4])
def test_several_processes_write_the_same_bytes_as_one(workers: int, finished: Path, tmp_path: Path) -> None:
    """Nothing in a run depends on who worked on which part of it, or when."""
    simulation().run(tmp_path / "run", simulation().workforce(workers))
    assert bytes_of(tmp_path / "run") == bytes_of(finished)


def test_another_seed_gives_another_run(finished: Path, tmp_path: Path) -> None:
    """The seed is not decoration."""
    other = simulation(seed=4)
    other.run(tmp_path / "other", other.workforce(1))
    assert bytes_of(tmp_path / "other")["events.parquet"] != bytes_of(finished)["events.parquet"]


def backwards(workforce: Workforce) -> Workforce:
    """A workforce that finishes the last shard first."""

    def work(shards: Sequence[Shard]) -> Iterator[DecidedShard]:
        yield from reversed(list(workforce(shards)))

    return work


def test_the_order_in_which_shards_are_finished_does_not_matter(finished: Path, tmp_path: Path) -> None:
    """Shards that come back in any order are put in their places."""
    simulation().run(tmp_path / "backwards", backwards(simulation().workforce(1)))
    assert bytes_of(tmp_path / "backwards") == bytes_of(finished)


def interrupted(workforce: Workforce, after: int) -> Workforce:
    """A workforce that is interrupted by Ctrl-C after so many shards."""

    def work(shards: Sequence[Shard]) -> Iterator[DecidedShard]:
        for number, part in enumerate(workforce(shards)):
            if number == after:
                raise KeyboardInterrupt
            yield part

    return work


def test_ctrl_c_leaves_a_valid_shorter_run_that_says_so(tmp_path: Path) -> None:
    """What was finished can be read like any run; the manifest says that it is not the whole."""
    run = simulation().run(tmp_path / "run", interrupted(simulation().workforce(1), 1))
    assert (run.complete, run.cases) == (False, 50)
    saved = SavedRun.open(tmp_path / "run")
    assert saved.manifest["complete"] is False
    assert len(saved.case_ids()) == 50
    assert audit_run(saved, law(), saved.sample(3)).matches


def test_a_resumed_run_is_the_run_that_was_never_interrupted(finished: Path, tmp_path: Path) -> None:
    """Byte for byte."""
    simulation().run(tmp_path / "run", interrupted(simulation().workforce(1), 2))
    simulation().run(tmp_path / "run", simulation().workforce(1), resume=True)
    assert bytes_of(tmp_path / "run") == bytes_of(finished)


def test_resuming_does_no_shard_twice(tmp_path: Path) -> None:
    """Shards that were finished are taken as they are."""
    asked: list[int] = []

    def counting(shards: Sequence[Shard]) -> Iterator[DecidedShard]:
        for part in simulation().workforce(1)(shards):
            asked.append(part.shard.number)
            yield part

    simulation().run(tmp_path / "run", interrupted(counting, 1))
    asked.clear()
    simulation().run(tmp_path / "run", counting, resume=True)
    assert asked == [1, 2]


def test_a_folder_with_something_in_it_is_not_overwritten(tmp_path: Path) -> None:
    """Whoever names a folder that is in use is told, and what is there stays."""
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(RunFolderError, match="not an empty folder"):
        simulation().run(tmp_path, simulation().workforce(1))
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_resuming_with_another_seed_is_refused(tmp_path: Path) -> None:
    """A run has one identity from beginning to end; the message says what differs."""
    simulation().run(tmp_path / "run", interrupted(simulation().workforce(1), 1))
    other = simulation(seed=9)
    with pytest.raises(RunFolderError, match="seed"):
        other.run(tmp_path / "run", other.workforce(1), resume=True)


def test_there_must_be_something_to_resume(tmp_path: Path) -> None:
    """`--resume` never begins a run in silence."""
    with pytest.raises(RunFolderError, match="no run that could be resumed"):
        simulation().run(tmp_path / "nothing", simulation().workforce(1), resume=True)


@pytest.mark.parametrize("name", ["keep_part", "write_results"])
def test_a_full_disk_leaves_nothing_that_looks_whole(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither tables nor manifest bear their names when writing failed."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(f"inclusion_rules.simulation.run_folder.RunFolder.{name}", full)
    with pytest.raises(OSError, match="No space left"):
        simulation().run(tmp_path / "run", simulation().workforce(1))
    left = {path.name for path in (tmp_path / "run").iterdir()}
    assert "manifest.json" not in left
    assert not [each for each in left if each.endswith(".partial")]
    if name == "keep_part":
        assert not [each for each in left if each.endswith(".parquet")]


@pytest.mark.parametrize("writes", [0, 3, 8, 13, 14, 15])
def test_a_disk_that_fills_is_told_and_the_run_can_be_finished(
    writes: int, finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it fills: a sentence, no manifest, nothing half written; with room again, the bytes of the whole run."""
    left = writes
    write = Path.write_bytes

    def fills(path: Path, data: bytes) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            write(path, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    out = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", fills)
        with pytest.raises(RunFolderError, match="cannot be written: No space left on device"):
            simulation().run(out, simulation().workforce(1))
    assert not (out / "manifest.json").exists()
    assert not list(out.rglob("*.partial"))
    if writes:
        simulation().run(out, simulation().workforce(1), resume=True)
        assert bytes_of(out) == bytes_of(finished)


def test_a_table_that_does_not_fit_on_the_disk_leaves_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither under its name nor half written beside it; what was decided is kept."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(RunFolderError, match=r"No space left on device.*--resume"):
        simulation().run(tmp_path / "run", simulation().workforce(1))
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["parts", "plan.yaml"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """The message names it and says why."""
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(RunFolderError, match=r"file/run. cannot be written: Not a directory"):
        simulation().run(tmp_path / "file" / "run", simulation().workforce(1))


def dies() -> Any:
    """A worker that is killed when it is made."""
    import os

    os._exit(9)


def test_a_worker_that_is_killed_is_told_as_such() -> None:
    """The message says what is kept and what to do."""
    with pytest.raises(WorkerDiedError, match="--resume"):
        list(in_processes(dies, 2)(shards_of(60)))


# Recomputing ---------------------------------------------------------------------------------------------------------


def test_every_sampled_case_of_a_run_comes_out_identical_alone(finished: Path) -> None:
    """Event by event and obligation by obligation, from the run's own files."""
    run = SavedRun.open(finished)
    audit = audit_run(run, law(), run.sample(12))
    assert audit.differences == []
    assert audit.cases == 12
    assert audit.events > 100


def test_the_same_sample_is_taken_each_time(finished: Path) -> None:
    """An audit can be repeated."""
    run = SavedRun.open(finished)
    assert run.sample(7) == run.sample(7)
    assert set(run.sample(7)) <= set(run.sample(20))


@pytest.mark.parametrize(
    ("name", "column", "planted"),
    [("obligations", "status", "met"), ("events", "stage_after", "closed/other"), ("cases", "stage", "closed/other")],
)
def test_a_changed_figure_is_found_and_located(
    name: str, column: str, planted: str, finished: Path, tmp_path: Path
) -> None:
    """Whatever is altered in a run's tables shows in an audit of the case, with its place."""
    for path in finished.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    run = SavedRun.open(finished)
    case = run.sample(1)[0]
    table = pq.read_table(finished / f"{name}.parquet")
    rows = table.to_pylist()
    place = next(number for number, row in enumerate(rows) if row["case_id"] == case and row[column] != planted)
    rows[place][column] = planted
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), tmp_path / f"{name}.parquet")
    audit = audit_run(SavedRun.open(tmp_path), law(), [case])
    assert [(found.case, found.run_says) for found in audit.differences] == [(case, planted)]
    assert column in audit.differences[0].place


def test_a_case_of_a_run_is_a_case_file(finished: Path) -> None:
    """Its data can be written down and read by every command that reads a case."""
    run = SavedRun.open(finished)
    saved = run.cases(run.sample(1))[0]
    record = record_of(saved, law())
    assert record.id == case_data(saved)["case"] == saved.id
    assert len(record.events) == len(saved.events)


def test_a_run_made_under_other_law_is_not_judged_by_this(finished: Path, tmp_path: Path) -> None:
    """The message names both versions and where the right one can be given."""
    run = SavedRun.open(finished)
    manifest = json.loads((finished / "manifest.json").read_text("utf-8"))
    manifest["run"]["packs"]["england"]["digest"] = "sha256:" + "0" * 64
    with pytest.raises(RunReadingError, match="--rules"):
        audit_run(SavedRun(run.path, manifest), law(), run.sample(1))


def test_a_folder_that_is_no_run_is_told(tmp_path: Path) -> None:
    """Nothing is guessed from an empty folder."""
    with pytest.raises(RunReadingError, match="no run"):
        SavedRun.open(tmp_path)


# Counts --------------------------------------------------------------------------------------------------------------


def test_the_summary_counts_what_the_tables_hold(finished: Path) -> None:
    """Cases, stages, events and obligations add up to the rows."""
    summary = json.loads((finished / "summary.json").read_text("utf-8"))
    assert summary["cases"] == CASES
    assert sum(summary["stages"].values()) == CASES
    assert sum(summary["events"].values()) == pq.read_metadata(finished / "events.parquet").num_rows
    owed = sum(sum(duty["status"].values()) for duty in summary["obligations"])
    assert owed == pq.read_metadata(finished / "obligations.parquet").num_rows


def test_counts_of_shards_add_up_and_the_most_stays_the_most() -> None:
    """Sums are summed; the latest of any shard is the latest of all."""
    one = {"cases": 2, "most late|d|b": 9, "late days|d|b": 12}
    other = {"cases": 3, "most late|d|b": 4, "late days|d|b": 5, "stage|x": 1}
    assert added_up([one, other]) == {"cases": 5, "late days|d|b": 17, "most late|d|b": 9, "stage|x": 1}


# A cluster -----------------------------------------------------------------------------------------------------------


@pytest.mark.timeout(180)
def test_a_cluster_that_loses_a_worker_writes_the_same_bytes(finished: Path, tmp_path: Path) -> None:
    """A real local cluster; one of its workers is killed while it works."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        killed: list[int] = []

        def told(done: int, of: int) -> None:
            if not killed:
                worker = next(iter(cluster.workers.values()))
                killed.append(worker.pid)
                worker.process.process.kill()

        simulation().run(tmp_path / "run", on_cluster(simulation().make_worker(), cluster.scheduler_address), told=told)
    assert killed
    assert bytes_of(tmp_path / "run") == bytes_of(finished)


def test_a_scheduler_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the address."""
    pytest.importorskip("distributed")
    monkeypatch.setattr("inclusion_rules.simulation.cluster.CONNECT_WITHIN", "300ms")
    with pytest.raises(ClusterError, match=r"127\.0\.0\.1:1"):
        list(on_cluster(simulation().make_worker(), "tcp://127.0.0.1:1")(shards_of(60)))
