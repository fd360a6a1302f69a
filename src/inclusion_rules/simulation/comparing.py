"""Two runs held against each other: what differs, how surely, for which cases, and why.

Runs of the same plan, seed and number of cases drew the same cases, so that they are compared case by case, and only
what was changed between them can make a difference. Otherwise they are two samples, and it is said so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.simulation_plans import Plan
from inclusion_rules.simulation.block_sums import BlockSums, Measured, Name
from inclusion_rules.simulation.changed_cases import ChangedCases
from inclusion_rules.simulation.intervals import CONFIDENCE, Interval, over_replications
from inclusion_rules.simulation.recorded_plans import is_of_records, plan_of_records
from inclusion_rules.simulation.run_columns import pieces_of
from inclusion_rules.simulation.run_reading import SavedRun

DRAWS = 1000
"""How often the blocks of cases are drawn anew to see how a difference scatters."""
_SEED = 20_240_901


class Verdict(StrEnum):
    """What can be said of a difference."""

    UNCHANGED = "nothing changed"
    NOT_SHOWN = "the interval holds zero"
    NO_INTERVAL = "too little to give an interval"
    ONE_ONLY = "measured in one run only"
    SHOWN = "an effect"


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure in both runs. `interval` is of the second less the first."""

    name: Name
    first: float | None
    second: float | None
    interval: Interval | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """A run with the plan that it was drawn from, and a rulebook that has its pathway."""

    run: SavedRun
    plan: Plan
    rulebook: Rulebook

    @classmethod
    def open(cls, path: Path, rulebook: Rulebook) -> ComparedRun:
        """The run in a folder.

        Raises:
            RunReadingError: there is no run there.
            InvalidFilesError: its plan cannot be read under the law at hand.
        """
        run = SavedRun.open(path)
        if is_of_records(run):
            return cls(run, *plan_of_records(run, rulebook))
        return cls(run, run.plan(rulebook), rulebook)

    @property
    def identity(self) -> Mapping[str, Any]:
        """All that its results follow from."""
        found: Mapping[str, Any] = self.run.manifest["run"]
        return found


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Two runs, or several pairs of them, held against each other.

    `paired` says that the cases are the same; `apart` what differs in what the runs were made from. `changed` is None
    where the cases are not the same ones.
    """

    first: tuple[ComparedRun, ...]
    second: tuple[ComparedRun, ...]
    paired: bool
    apart: tuple[str, ...]
    differences: tuple[Difference, ...]
    changed: ChangedCases | None

    @property
    def cases(self) -> int:
        """How many cases each side has."""
        return sum(int(one.run.manifest["cases"]) for one in self.first)

    @property
    def replications(self) -> int:
        """How many pairs of runs there are."""
        return len(self.first)

    @property
    def shown(self) -> tuple[Difference, ...]:
        """The differences that are shown to be more than chance, and what only one run has to measure."""
        return tuple(one for one in self.differences if one.verdict in (Verdict.SHOWN, Verdict.ONE_ONLY))

    def with_verdict(self, verdict: Verdict) -> tuple[Difference, ...]:
        """The differences of which one thing can be said."""
        return tuple(one for one in self.differences if one.verdict is verdict)

    @property
    def nothing_changed(self) -> bool:
        """Whether not one case came out differently."""
        return self.changed is not None and self.changed.changed == 0


def compare(pairs: Sequence[tuple[ComparedRun, ComparedRun]]) -> RunComparison:
    """Hold pairs of runs against each other: one pair by its cases, several by their replications."""
    paired = all(drew_the_same(one, other) for one, other in pairs)
    sums = [(_sums(one), _sums(other)) for one, other in pairs]
    names = sorted({name for both in sums for each in both for name in (*each.ratios, *each.days)}, key=_place)
    weights = _weights(sums[0], paired=paired) if len(pairs) == 1 else None
    found = tuple(
        _difference(name, sums, weights)
        for name in names
        if any(one.value(name) is not None for b in sums for one in b)
    )
    return RunComparison(
        first=tuple(one for one, _ in pairs),
        second=tuple(other for _, other in pairs),
        paired=paired,
        apart=_apart(*pairs[0]),
        differences=found,
        changed=_changed(pairs) if paired else None,
    )


def drew_the_same(one: ComparedRun, other: ComparedRun) -> bool:
    """Whether two runs drew the same cases: the same plan by name, seed and number of cases, and both as complete."""
    ours, theirs = one.identity, other.identity
    same = ours["plan"]["id"] == theirs["plan"]["id"] and all(ours[key] == theirs[key] for key in ("seed", "cases"))
    return same and one.run.manifest["cases"] == other.run.manifest["cases"]


def _apart(one: ComparedRun, other: ComparedRun) -> tuple[str, ...]:
    """What two runs were not made from alike."""
    found = []
    for key in sorted(one.identity.keys() | other.identity.keys()):
        ours, theirs = one.identity.get(key), other.identity.get(key)
        if ours == theirs:
            continue
        if key in ("packs", "calendars"):
            changed = sorted(
                name for name in {*(ours or {}), *(theirs or {})} if (ours or {}).get(name) != (theirs or {}).get(name)
            )
            found.append(f"{key}: {', '.join(changed)}")
        elif key in ("plan", "pathway"):
            found.append(
                f"{key} {ours['id']}"
                if ours and theirs and ours["id"] == theirs["id"]
                else f"{key}: {ours} and {theirs}"
            )
        else:
            found.append(f"{key}: {ours} and {theirs}")
    return tuple(found)


def _sums(compared: ComparedRun) -> BlockSums:
    cases = int(compared.run.manifest["cases"])
    return BlockSums.of(pieces_of(compared.run), compared.plan, compared.rulebook, cases=cases)


def _changed(pairs: Sequence[tuple[ComparedRun, ComparedRun]]) -> ChangedCases:
    found = ChangedCases()
    for one, other in pairs:
        for left, right in zip(pieces_of(one.run), pieces_of(other.run), strict=True):
            found.add(left, right)
    return found


Weights = tuple[NDArray[np.float64], NDArray[np.float64]]


def _weights(sums: tuple[BlockSums, BlockSums], *, paired: bool) -> Weights:
    """How often each block is drawn in each draw; the same blocks for both runs where their cases are the same."""
    generator = np.random.Generator(np.random.Philox(_SEED))

    def drawn(blocks: int) -> NDArray[np.float64]:
        return generator.multinomial(blocks, np.full(blocks, 1 / blocks), size=DRAWS).astype(float)

    one = drawn(sums[0].blocks)
    return one, one if paired else drawn(sums[1].blocks)


def _difference(name: Name, sums: Sequence[tuple[BlockSums, BlockSums]], weights: Weights | None) -> Difference:
    first, second = (_mean([both[side].value(name) for both in sums]) for side in (0, 1))
    if all(one.same(name, other) for one, other in sums):
        return Difference(name, first, second, Interval(0.0, 0.0, 0.0), Verdict.UNCHANGED)
    if first is None or second is None:
        return Difference(name, first, second, None, Verdict.ONE_ONLY)
    if weights is None:
        each = [(one.value(name), other.value(name)) for one, other in sums]
        known = [b - a for a, b in each if a is not None and b is not None]
        interval = over_replications(known) if known else Interval(second - first, None, None)
    else:
        scattered = sums[0][1].resampled(name, weights[1]) - sums[0][0].resampled(name, weights[0])
        interval = _percentiles(second - first, scattered[~np.isnan(scattered)])
    if interval.low is None or interval.high is None:
        return Difference(name, first, second, interval, Verdict.NO_INTERVAL)
    return Difference(name, first, second, interval, Verdict.NOT_SHOWN if interval.holds(0.0) else Verdict.SHOWN)


def _percentiles(value: float, scattered: NDArray[np.float64]) -> Interval:
    if not len(scattered):
        return Interval(value, None, None)
    low, high = np.quantile(scattered, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(value, min(float(low), value), max(float(high), value))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _place(name: Name) -> tuple[int, str]:
    return list(Measured).index(name[0]), name[1]
