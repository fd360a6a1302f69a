"""Two runs held against each other: what differs, how surely, for which cases, and why.

Runs of the same plan, seed and number of cases drew the same cases, so that they are compared case by case, and only
what was changed between them can make a difference. Otherwise they are two samples, and it is said so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.simulation_plans import Plan
from inclusion_rules.simulation.block_sums import BlockSums, Measured, Name
from inclusion_rules.simulation.changed_cases import EXAMPLES, Change, ChangedCases
from inclusion_rules.simulation.intervals import CONFIDENCE, Interval, over_replications
from inclusion_rules.simulation.recorded_plans import is_of_records, plan_of_records
from inclusion_rules.simulation.run_columns import pieces_of
from inclusion_rules.simulation.run_reading import SavedRun

DRAWS = 1000
"""How often the blocks of cases are drawn anew to see how a difference scatters."""
FEWEST = 10
"""Of how many blocks a measure must have something in either run: drawing fewer anew says little of how it scatters."""
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
    """One measure in both runs. `interval` is of the second less the first.

    `decided` is of how many obligations a share of breaches is, in all first and in all second runs; None of the rest.
    """

    name: Name
    first: float | None
    second: float | None
    interval: Interval | None
    verdict: Verdict
    decided: tuple[int, int] | None = None


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
    where the cases are not the same ones; `by_pair` has the same for each pair, as their cases share their names.
    """

    first: tuple[ComparedRun, ...]
    second: tuple[ComparedRun, ...]
    paired: bool
    apart: tuple[str, ...]
    differences: tuple[Difference, ...]
    changed: ChangedCases | None
    by_pair: tuple[ChangedCases, ...] = ()

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
        """The differences that are shown to be more than chance."""
        return self.with_verdict(Verdict.SHOWN)

    def examples(self, change: Change) -> tuple[tuple[int, str], ...]:
        """Some cases that changed in this way, each with the number of its pair, from 1."""
        found = ((pair, case) for pair, each in enumerate(self.by_pair, 1) for case in each.examples.get(change, ()))
        return tuple(islice(found, EXAMPLES))

    @property
    def every_case(self) -> tuple[tuple[int, str, Change], ...]:
        """Every case that came out differently, with the number of its pair and what differs in it first."""
        return tuple((pair, *each) for pair, found in enumerate(self.by_pair, 1) for each in found.every)

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
    by_pair = tuple(_changed(one, other) for one, other in pairs) if paired else ()
    return RunComparison(
        first=tuple(one for one, _ in pairs),
        second=tuple(other for _, other in pairs),
        paired=paired,
        apart=_apart(*pairs[0]),
        differences=found,
        changed=_together(by_pair) if paired else None,
        by_pair=by_pair,
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
                else f"{key}: {_id_of(ours)} and {_id_of(theirs)}"
            )
        else:
            found.append(f"{key}: {ours} and {theirs}")
    return tuple(found)


def _id_of(made_from: Mapping[str, Any] | None) -> str:
    return str(made_from["id"]) if made_from else "none"


def _sums(compared: ComparedRun) -> BlockSums:
    cases = int(compared.run.manifest["cases"])
    return BlockSums.of(pieces_of(compared.run), compared.plan, compared.rulebook, cases=cases)


def _changed(one: ComparedRun, other: ComparedRun) -> ChangedCases:
    found = ChangedCases()
    for left, right in zip(pieces_of(one.run), pieces_of(other.run), strict=True):
        found.add(left, right)
    return found


def _together(by_pair: Sequence[ChangedCases]) -> ChangedCases:
    found = ChangedCases()
    for each in by_pair:
        found.cases += each.cases
        found.changed += each.changed
        found.other_end += each.other_end
        found.first.update(each.first)
        found.every += each.every
        for change, named in each.examples.items():
            known = found.examples.setdefault(change, [])
            known += named[: EXAMPLES - len(known)]
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
    each = [(one.value(name), other.value(name)) for one, other in sums]
    both = [(a, b) for a, b in each if a is not None and b is not None]
    first, second = (_mean([pair[side] for pair in both or each]) for side in (0, 1))
    decided = _decided(name, sums)
    if all(one.same(name, other) for one, other in sums):
        return Difference(name, first, second, Interval(0.0, 0.0, 0.0), Verdict.UNCHANGED, decided)
    if first is None or second is None:
        return Difference(name, first, second, None, Verdict.ONE_ONLY, decided)
    if not both:
        interval = Interval(second - first, None, None)
    elif weights is None:
        interval = over_replications([b - a for a, b in both])
    else:
        (one, other), (a, b) = sums[0], both[0]
        scattered = other.resampled(name, weights[1]) - one.resampled(name, weights[0])
        enough = min(_blocks_with(name, one), _blocks_with(name, other)) >= FEWEST
        interval = _percentiles(b - a, scattered[~np.isnan(scattered)]) if enough else Interval(b - a, None, None)
    if interval.low is None or interval.high is None:
        return Difference(name, first, second, interval, Verdict.NO_INTERVAL, decided)
    verdict = Verdict.NOT_SHOWN if interval.holds(0.0) else Verdict.SHOWN
    return Difference(name, first, second, interval, verdict, decided)


def _decided(name: Name, sums: Sequence[tuple[BlockSums, BlockSums]]) -> tuple[int, int] | None:
    if name[0] not in (Measured.DUTY, Measured.BEARER):
        return None
    first, second = (
        sum(int(pair[side].ratios[name][1].sum()) for pair in sums if name in pair[side].ratios) for side in (0, 1)
    )
    return first, second


def _blocks_with(name: Name, sums: BlockSums) -> int:
    """How many blocks of a run have anything of a measure."""
    measured = sums.ratios[name][1] if name in sums.ratios else sums.days[name].sum(axis=1)
    return int(np.count_nonzero(measured))


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
