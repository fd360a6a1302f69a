"""A run's measures summed by blocks of cases, so that two runs can be held against each other block by block.

A measure is the ratio of two sums, or the middle of a count by days. Case n is in block n modulo the number of blocks,
in every run alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.rules import RuleKey
from inclusion_rules.domain.simulation_plans import Plan
from inclusion_rules.simulation.cohort_columns import ABSENT
from inclusion_rules.simulation.courses import Counting, courses_of
from inclusion_rules.simulation.plan_reach import out_of_reach, rights
from inclusion_rules.simulation.run_columns import RunPiece
from inclusion_rules.simulation.run_measures import PerCase, RunMeasures, first_days

BLOCKS = 400
LONGEST = 600
"""The most school days that are told apart."""

PLACED = "started_at_new_school"
BREACHES, DECIDED = ("met_late", "missed"), ("met", "met_late", "missed")


class Measured(StrEnum):
    """The kinds of measures, in the order in which they are told."""

    DUTY = "share of a duty's obligations in breach"
    BEARER = "share of a bearer's obligations in breach"
    LATE = "mean school days late, of what was met late"
    PLACED = "share of cases with a new school by the end"
    UNTIL_PLACED = "median school days to a new school, of those that have one"
    STAGE = "median school days in a stage"
    END = "share of cases that stand there at the end"
    EVENT = "events a case"
    COST = "pounds a case"
    PUBLISHED = "figure that is published too"


Name = tuple[Measured, str]
"""A measure: its kind, and the duty (`duty|bearer`), stage, event, cost or figure that it is of."""


@dataclass
class BlockSums:
    """The sums of one run. `ratios` and `days` hold a row for each block."""

    blocks: int
    cases: int = 0
    ratios: dict[Name, tuple[PerCase, PerCase]] = field(default_factory=dict)
    days: dict[Name, NDArray[np.int64]] = field(default_factory=dict)

    @classmethod
    def of(cls, pieces: Iterable[RunPiece], plan: Plan, rulebook: Rulebook, *, cases: int) -> BlockSums:
        """The sums of a run of so many cases."""
        adding = Adding.of(plan, rulebook, cases=cases)
        for piece in pieces:
            adding.add(piece)
        return adding.sums

    def value(self, name: Name) -> float | None:
        """What a measure comes to; None where there is nothing to measure."""
        if name in self.ratios:
            part, whole = (float(sums.sum()) for sums in self.ratios[name])
            return part / whole if whole else None
        if name in self.days:
            return medians(self.days[name].sum(axis=0, keepdims=True))[0]
        return None

    def resampled(self, name: Name, weights: NDArray[np.float64]) -> PerCase:
        """What a measure comes to in each of several draws of blocks; NaN where there is nothing to measure."""
        found = np.full(len(weights), np.nan)
        if name in self.ratios:
            part, whole = (weights @ sums for sums in self.ratios[name])
            found[whole > 0] = part[whole > 0] / whole[whole > 0]
            return found
        if name in self.days:
            middles = medians((weights @ self.days[name].astype(float)).round().astype(np.int64))
            return np.array([np.nan if middle is None else middle for middle in middles])
        return found

    def same(self, name: Name, other: BlockSums) -> bool:
        """Whether a measure rests on exactly the same sums in another run."""
        if name in self.ratios and name in other.ratios:
            return all(np.array_equal(one, two) for one, two in zip(self.ratios[name], other.ratios[name], strict=True))
        if name in self.days and name in other.days:
            return np.array_equal(self.days[name], other.days[name])
        return False


@dataclass
class Adding:
    """Sums in the making, of one run. `left_out` are rights, and duties that nothing in the plan would meet."""

    plan: Plan
    counting: Counting
    measuring: RunMeasures
    ends: frozenset[str]
    left_out: frozenset[RuleKey]
    sums: BlockSums

    @classmethod
    def of(cls, plan: Plan, rulebook: Rulebook, *, cases: int) -> Adding:
        """Nothing added up yet."""
        counting = Counting.of(plan)
        measuring = RunMeasures.of(plan, rulebook, counting)
        ends = frozenset(stage.name for stage in rulebook.pathways[plan.pathway].stages if stage.is_end)
        left_out = out_of_reach(plan, rulebook) | rights(plan, rulebook)
        return cls(plan, counting, measuring, ends, left_out, BlockSums(min(BLOCKS, max(cases, 1))))

    def add(self, piece: RunPiece) -> None:
        """Add some more cases."""
        block = (piece.first + np.arange(len(piece))) % self.sums.blocks
        self._add_duties(piece, block)
        self._add_days(piece, block)
        everyone = np.ones(len(piece))
        for stage in piece.stage.words:
            self._ratio((Measured.END, stage), block, piece.stage.are(stage).astype(float), everyone)
        for code, event in enumerate(piece.events.event.words):
            times = np.bincount(piece.events.case[piece.events.event.codes == code], minlength=len(piece))
            self._ratio((Measured.EVENT, event), block, times.astype(float), everyone)
        for cost in self.plan.costs:
            self._ratio((Measured.COST, cost.name), block, self.measuring.cost(cost, piece), everyone)
        for comparison in self.plan.comparisons:
            part, whole = self.measuring.measure(comparison.measure, piece)
            self._ratio((Measured.PUBLISHED, comparison.figure), block, part, whole)
        self.sums.cases += len(piece)

    def _add_duties(self, piece: RunPiece, block: NDArray[np.int64]) -> None:
        owed = piece.obligations
        measured = np.array(
            [[(pack, rule) not in self.left_out for rule in owed.rule.words] for pack in owed.pack.words]
        )
        counted = owed.status.are(*DECIDED) & (owed.due != ABSENT) & measured[owed.pack.codes, owed.rule.codes]
        broken = counted & owed.status.are(*BREACHES)
        late = counted & owed.status.are("met_late")
        numbers: dict[str, int] = {}
        table = np.array(
            [
                [numbers.setdefault(f"{duty}|{bearer}", len(numbers)) for bearer in owed.bearer.words]
                for duty in owed.duty.words
            ],
            dtype=np.int32,
        ).reshape(len(owed.duty.words), len(owed.bearer.words))
        duty = table[owed.duty.codes, owed.bearer.codes]
        for kind, codes, names, part, whole, weights in (
            (Measured.DUTY, duty, tuple(numbers), broken, counted, None),
            (Measured.BEARER, owed.bearer.codes, owed.bearer.words, broken, counted, None),
            (Measured.LATE, duty, tuple(numbers), late, late, owed.late),
        ):
            wholes = self._summed(codes, block[owed.case], whole, len(names), None)
            parts = self._summed(codes, block[owed.case], part, len(names), weights)
            for code in np.flatnonzero(wholes.sum(axis=1)).tolist():
                self._put((kind, names[code]), parts[code], wholes[code])

    def _summed(
        self,
        codes: NDArray[np.int32],
        block: NDArray[np.int64],
        rows: NDArray[np.bool_],
        kinds: int,
        weights: NDArray[np.int32] | None,
    ) -> PerCase:
        blocks = self.sums.blocks
        key = codes[rows].astype(np.int64) * blocks + block[rows]
        of = None if weights is None else weights[rows]
        return np.bincount(key, weights=of, minlength=kinds * blocks).astype(float).reshape(kinds, blocks)

    def _add_days(self, piece: RunPiece, block: NDArray[np.int64]) -> None:
        stretches = courses_of(piece, self.counting, self.plan.until).stretches(self.ends)
        for number, name in enumerate(stretches.names):
            rows = stretches.where == number
            self._histogram((Measured.STAGE, name), block[stretches.case[rows]], stretches.days[rows])
        placed = first_days(piece, PLACED, since=piece.about)
        there = placed != ABSENT
        self._ratio((Measured.PLACED, ""), block, there.astype(float), (piece.about != ABSENT).astype(float))
        days = self.counting.between(piece, piece.about, np.where(there, placed, piece.about).astype(np.int32))
        if there.any():
            self._histogram((Measured.UNTIL_PLACED, ""), block[there], days[there].astype(np.int64))

    def _ratio(self, name: Name, block: NDArray[np.int64], part: PerCase, whole: PerCase) -> None:
        blocks = self.sums.blocks
        self._put(
            name,
            np.bincount(block, weights=part, minlength=blocks).astype(float),
            np.bincount(block, weights=whole, minlength=blocks).astype(float),
        )

    def _put(self, name: Name, part: PerCase, whole: PerCase) -> None:
        known = self.sums.ratios.get(name)
        self.sums.ratios[name] = (part, whole) if known is None else (known[0] + part, known[1] + whole)

    def _histogram(self, name: Name, block: NDArray[np.int64], days: NDArray[np.int64]) -> None:
        width = LONGEST + 1
        key = block * width + np.clip(days, 0, LONGEST)
        found = np.bincount(key, minlength=self.sums.blocks * width).reshape(self.sums.blocks, width)
        known = self.sums.days.get(name)
        self.sums.days[name] = found if known is None else known + found


def medians(counts: NDArray[np.int64]) -> list[float | None]:
    """The middle of each row of counts by days: the smallest number that at least half do not exceed.

    >>> medians(np.array([[1, 2, 1], [0, 0, 0]]))
    [1.0, None]
    """
    totals = counts.sum(axis=1)
    places = (np.cumsum(counts, axis=1) * 2 >= totals[:, None]).argmax(axis=1)
    return [float(place) if total else None for place, total in zip(places.tolist(), totals.tolist(), strict=True)]
