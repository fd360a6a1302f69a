"""Whether a run is what deciding its cases one by one comes to: each replayed alone, event by event, duty by duty.

A case is taken from the run's own files, decided by `casework` like any live case, and held against what the run says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.passage import course_of, standing_at
from inclusion_rules.domain.findings import Obligation
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.simulation.run_reading import RunReadingError, SavedCase, SavedRun, record_of
from inclusion_rules.simulation.tables import ENTERED, OBLIGATIONS


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a run and the case decided alone do not say the same."""

    case: str
    place: str
    run_says: object
    alone: object


@dataclass
class RunAudit:
    """What was compared, and what differed."""

    cases: int = 0
    events: int = 0
    obligations: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def matches(self) -> bool:
        """Whether every case came out identical."""
        return not self.differences


def audit_run(run: SavedRun, rulebook: Rulebook, ids: Sequence[str]) -> RunAudit:
    """Decide some cases of a run alone and compare.

    Raises:
        RunReadingError: the run was made under other law than the one at hand.
        InvalidFilesError: a case of the run is not one that the law at hand could read.
    """
    check_law(run, rulebook)
    audit = RunAudit()
    for saved in run.cases(ids):
        audit.cases += 1
        audit.events += len(saved.events)
        audit.obligations += len(saved.obligations)
        audit.differences += _differences(run, saved, rulebook)
    return audit


def check_law(run: SavedRun, rulebook: Rulebook) -> None:
    """Make sure that a run was made under the packs at hand.

    Raises:
        RunReadingError: it was not, and how to name those it was made under.
    """
    for name, known in run.manifest["run"]["packs"].items():
        pack = rulebook.packs.get(name)
        if pack is None:
            raise RunReadingError(f"the run was made with the pack `{name}`, which is not at hand (`--rules`)")
        if pack.digest != known["digest"]:
            raise RunReadingError(
                f"the run was made with the pack `{name}` {known['version']} ({known['digest'][:19]}…) and at hand is "
                f"{pack.version} ({pack.digest[:19]}…); name the folder of that law with `--rules`"
            )


def _differences(run: SavedRun, saved: SavedCase, rulebook: Rulebook) -> Iterator[Difference]:
    record = record_of(saved, rulebook, beside=run.path)
    first = rulebook.pathways[record.pathway].stages[0].name
    for number, row in enumerate(saved.events):
        day = record.events[number].date
        place = f"event {number + 1} ({row['event']} on {row['happened_on']})"
        for field_name, seen in (("stage_before", number), ("stage_after", number + 1)):
            so_far = replace(record, events=record.events[:seen])
            stage = standing_at(so_far, rulebook, as_of=day).stage if seen else first
            if row[field_name] != stage:
                yield Difference(saved.id, f"{place}, {field_name}", row[field_name], stage)
    decision = decide(record, rulebook, as_of=run.as_of)
    if saved.row["stage"] != decision.stage:
        yield Difference(saved.id, "stage", saved.row["stage"], decision.stage)
    yield from _stages_entered(saved, course_of(record, rulebook, as_of=run.as_of))
    alone = [obligation_row(saved.id, entry) for entry in decision.obligations]
    if len(alone) != len(saved.obligations):
        yield Difference(saved.id, "number of obligations", len(saved.obligations), len(alone))
    for number, (row, entry) in enumerate(zip(saved.obligations, alone, strict=False), start=1):
        for name in OBLIGATIONS.names:
            if row[name] != entry[name]:
                yield Difference(saved.id, f"obligation {number} ({entry['duty']}), {name}", row[name], entry[name])


def _stages_entered(saved: SavedCase, course: Iterable[tuple[date, str]]) -> Iterator[Difference]:
    """Where the days differ on which the case last came to stand at each stage; a run may be without them."""
    alone = {f"{ENTERED}{stage}": day for day, stage in course}
    for name, day in saved.row.items():
        if name.startswith(ENTERED) and day != alone.get(name):
            yield Difference(saved.id, name, day, alone.get(name))


def obligation_row(case: str, entry: Obligation) -> dict[str, Any]:
    """An obligation as a run writes it down."""
    return {
        "case_id": case,
        "duty": entry.rule.duty,
        "bearer": entry.bearer,
        "arose_on": entry.arose_on,
        "due": entry.due,
        "met_on": entry.met_on,
        "status": entry.status.value,
        "late_by_school_days": entry.late_by_school_days,
        "about": entry.about,
        "occurrence": entry.occurrence,
        "pack": entry.rule.pack,
        "rule": entry.rule.id,
    }
