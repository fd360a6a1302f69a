"""Simulate a plan: its cohort drawn, decided and put on disk, with a manifest of all that the figures follow from.

Joins the plan, the law and a workforce; draws and decides nothing itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.simulation_plans import Plan
from inclusion_rules.simulation.cohort import Cohort
from inclusion_rules.simulation.deciding_blocks import BlockDecider
from inclusion_rules.simulation.kept_calendars import CALENDARS, KeptCalendars
from inclusion_rules.simulation.leaving_out import LeavingOut
from inclusion_rules.simulation.run_folder import PLAN
from inclusion_rules.simulation.running import Run, Told, run_cohort
from inclusion_rules.simulation.shards import Counts, ShardWorker
from inclusion_rules.simulation.workers import MakeWorker, Workforce, in_processes, in_this_process

FORMAT = 1
"""The number of the layout of a run's folder; a change that readers would notice raises it."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """A plan with all that a run of it follows from. `without` names the cases that are left out of it."""

    plan: Plan
    text: str
    cohort: Cohort
    rulebook: Rulebook
    rules: tuple[Path, ...] = ()
    pathways: tuple[Path, ...] = ()
    without: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        plan: Plan,
        text: str,
        rulebook: Rulebook,
        *,
        cases: int | None = None,
        seed: int = 0,
        rules: Iterable[Path] = (),
        pathways: Iterable[Path] = (),
        without: Iterable[str] = (),
    ) -> Simulation:
        """A plan with its cohort. `rules` and `pathways` are the folders that the rulebook was opened from, if named.

        Raises:
            ValueError: there are no cases to draw.
            UnknownCaseError: a case of `without` is not in the cohort.
        """
        cohort = Cohort.of(plan, rulebook, cases=cases, seed=seed)
        left_out = LeavingOut.named(cohort, without).names
        return cls(plan, text, cohort, rulebook, tuple(rules), tuple(pathways), left_out)

    def identity(self) -> dict[str, Any]:
        """All that the results follow from: plan, seed, number of cases, law, pathway, calendars, library."""
        packs = sorted({pack for setting in self.plan.all_settings for pack in setting.packs})
        editions = {pack.id: pack for name in packs for pack in self.rulebook.edition((name,)).packs}
        calendars = {setting.calendar.id: setting.calendar for setting in self.plan.all_settings}
        return {
            "format": FORMAT,
            "library": library(),
            "plan": {"id": self.plan.id, "title": self.plan.title, "digest": self.plan.digest},
            "cases": self.cohort.cases,
            "seed": self.cohort.seed,
            "as_of": self.plan.until.isoformat(),
            "packs": {
                name: {"version": pack.version, "digest": pack.digest} for name, pack in sorted(editions.items())
            },
            "pathway": {"id": self.plan.pathway, "digest": digest_of(self.rulebook.pathways[self.plan.pathway])},
            "calendars": {
                name: digest_of((calendar.layers, calendar.bank_holidays.name))
                for name, calendar in sorted(calendars.items())
            },
            **({"without": list(self.without)} if self.without else {}),
        }

    def workforce(self, workers: int) -> Workforce:
        """Who does the work on this machine."""
        make = self.make_worker()
        return in_this_process(make) if workers <= 1 else in_processes(make, workers)

    def make_worker(self) -> MakeWorker:
        """What makes a worker in any process, from what can be sent there."""
        return partial(_worker, self.cohort, self.without, self.rules, self.pathways)

    def run(self, out: Path, workforce: Workforce, *, resume: bool = False, told: Told | None = None) -> Run:
        """Carry it out.

        Raises:
            RunFolderError: the folder cannot be used, or the disk is full; what was finished is kept.
            WorkerDiedError: a process that worked on it was killed; what was finished is kept.
        """
        calendars = KeptCalendars.of(self.plan.all_settings, self.rulebook)
        return run_cohort(
            out,
            self.identity(),
            cases=self.cohort.cases,
            workforce=workforce,
            summary_of=partial(summary_of, self.plan),
            texts={PLAN: self.text, **calendars.texts},
            names={CALENDARS: calendars.named} if calendars.named else {},
            left_out=len(self.without),
            resume=resume,
            told=told if told is not None else lambda done, of: None,
        )


def _worker(
    cohort: Cohort, without: tuple[str, ...], rules: tuple[Path, ...], pathways: tuple[Path, ...]
) -> ShardWorker:
    drawn = LeavingOut.named(cohort, without) if without else cohort
    return ShardWorker(drawn, BlockDecider(open_rulebook(rules, pathways), cohort.plan.until))


def summary_of(plan: Plan, counts: Counts) -> dict[str, Any]:
    """The counts of a run as nested data: whole numbers only, no clock times and no paths."""
    return {"plan": plan.id, "as_of": plan.until.isoformat(), **counted_up(counts)}


def counted_up(counts: Counts) -> dict[str, Any]:
    """The cases, stages, events and obligations of a run as nested data."""
    stages: dict[str, int] = {}
    events: dict[str, int] = {}
    duties: dict[str, dict[str, Any]] = {}
    for name, count in counts.items():
        label, *rest = name.split("|")
        if label == "stage":
            stages[rest[0]] = count
        elif label == "event":
            events[rest[0]] = count
        elif label == "obligation":
            duty, bearer, pack, status = rest
            entry = duties.setdefault(f"{duty}|{bearer}", {"duty": duty, "bearer": bearer, "pack": pack, "status": {}})
            entry["status"][status] = count
        elif label in ("late days", "most late"):
            duty, bearer = rest
            entry = duties.setdefault(f"{duty}|{bearer}", {"duty": duty, "bearer": bearer, "pack": "", "status": {}})
            entry["late_by_school_days" if label == "late days" else "most_late_by_school_days"] = count
    return {
        "cases": counts.get("cases", 0),
        "stages": stages,
        "events": events,
        "obligations": [duties[name] for name in sorted(duties)],
    }


def digest_of(value: object) -> str:
    """A digest of domain values, by what they say; places in files do not count."""
    return "sha256:" + hashlib.sha256(_written_out(value).encode("utf-8")).hexdigest()


def _written_out(value: object) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        said = ",".join(
            f"{each.name}={_written_out(getattr(value, each.name))}" for each in fields(value) if each.compare
        )
        return f"{type(value).__name__}({said})"
    if isinstance(value, Mapping):
        return "{" + ",".join(sorted(f"{_written_out(key)}:{_written_out(each)}" for key, each in value.items())) + "}"
    if isinstance(value, (frozenset, set)):
        return "{" + ",".join(sorted(_written_out(each) for each in value)) + "}"
    if isinstance(value, (tuple, list)):
        return "[" + ",".join(_written_out(each) for each in value) + "]"
    return repr(value)


def library() -> str:
    """Which version of the library this is."""
    try:
        return version("inclusion-rules")
    except PackageNotFoundError:
        return "run from its source"
