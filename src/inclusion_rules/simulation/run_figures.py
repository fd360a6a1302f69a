"""A run added up: stages, moves, duties met and missed, days, placements, measures and costs.

Goes over the files once, some thousand cases at a time, and keeps counts only, so that a run of any size fits in
memory. Adds up what the run says; words and pictures are `reporting`'s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.simulation_plans import CaseShare, Plan
from inclusion_rules.simulation.cohort_columns import ABSENT
from inclusion_rules.simulation.courses import BY_TIME, Counting, courses_of
from inclusion_rules.simulation.day_histogram import DayHistograms
from inclusion_rules.simulation.intervals import Interval, ratio, wilson
from inclusion_rules.simulation.run_columns import RunPiece
from inclusion_rules.simulation.run_measures import PerCase, RunMeasures, first_days
from inclusion_rules.simulation.survival import Survival, kaplan_meier

BLOCKS = 400
"""Into how many blocks the cases are parted to see how figures scatter; case n is in block n modulo this."""

PLACED = "started_at_new_school"
TAKEN_BACK = ("closed/cancelled", "closed/reinstated")
"""The ends at which a pupil is back at the old school and waits for no other."""

IN_TIME, LATE, MISSED = "met", "met_late", "missed"

Duty = tuple[str, str]
"""A duty of the catalogue, and who bears it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """From which stage to which, by which event; `event` is empty where time alone moved the case."""

    event: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class DutyCount:
    """How one duty of one bearer stands over the run. `dated` counts those of each status that have a last day."""

    status: Mapping[str, int]
    dated: Mapping[str, int]

    @property
    def all(self) -> int:
        """How many obligations there are."""
        return sum(self.status.values())

    @property
    def decided(self) -> int:
        """How many had a last day and were met, or had it pass."""
        return sum(self.dated.get(status, 0) for status in (IN_TIME, LATE, MISSED))

    @property
    def breached(self) -> int:
        """How many were met late or missed."""
        return self.dated.get(LATE, 0) + self.dated.get(MISSED, 0)

    @property
    def ever_met(self) -> bool:
        """Whether any was met at all."""
        return bool(self.status.get(IN_TIME, 0) + self.status.get(LATE, 0))

    @property
    def rate(self) -> Interval | None:
        """The share of those decided that were met late or missed."""
        return wilson(self.breached, self.decided)

    def with_(self, other: DutyCount) -> DutyCount:
        """Both together."""
        return DutyCount(
            dict(Counter(self.status) + Counter(other.status)), dict(Counter(self.dated) + Counter(other.dated))
        )


@dataclass
class RunFigures:
    """What a run comes to. Numbers of days are school days. `dated` says that the run dates moves by time alone."""

    plan: Plan
    counting: Counting
    measuring: RunMeasures
    ends: frozenset[str]
    cases: int = 0
    dated: bool = True
    reached: Counter[str] = field(default_factory=Counter)
    final: Counter[str] = field(default_factory=Counter)
    moves: Counter[Moved] = field(default_factory=Counter)
    stretches: dict[str, int] = field(default_factory=dict)
    stretch_days: DayHistograms = field(default_factory=lambda: DayHistograms(0, 1000))
    duties: dict[str, int] = field(default_factory=dict)
    terms: dict[str, int] = field(default_factory=dict)
    by_term: Counter[str] = field(default_factory=Counter)
    rules: dict[Duty, set[tuple[str, str]]] = field(default_factory=dict)
    late: DayHistograms = field(default_factory=DayHistograms)
    overdue: DayHistograms = field(default_factory=DayHistograms)
    due: DayHistograms = field(default_factory=DayHistograms)
    met: DayHistograms = field(default_factory=DayHistograms)
    placed: DayHistograms = field(default_factory=lambda: DayHistograms(0, 1000))
    _statuses: dict[str, int] = field(default_factory=dict)
    _standing: Counter[tuple[int, int, bool, int]] = field(default_factory=Counter)
    _measured: list[tuple[PerCase, PerCase]] = field(default_factory=list)
    _costs: list[PerCase] = field(default_factory=list)
    _blocks: PerCase = field(default_factory=lambda: np.zeros(BLOCKS))

    @classmethod
    def of(cls, pieces: Iterable[RunPiece], plan: Plan, rulebook: Rulebook) -> RunFigures:
        """All pieces of a run added up."""
        counting = Counting.of(plan)
        measuring = RunMeasures.of(plan, rulebook, counting)
        ends = frozenset(stage.name for stage in rulebook.pathways[plan.pathway].stages if stage.is_end)
        figures = cls(plan, counting, measuring, ends)
        figures._measured = [(np.zeros(BLOCKS), np.zeros(BLOCKS)) for _ in plan.comparisons]
        figures._costs = [np.zeros(BLOCKS) for _ in plan.costs]
        for piece in pieces:
            figures.add(piece)
        return figures

    def add(self, piece: RunPiece) -> None:
        """Add some more cases."""
        terms = np.array([self.terms.setdefault(term, len(self.terms)) for term in self.counting.terms(piece)])
        names = list(self.terms)
        self.by_term.update({names[term]: int(count) for term, count in zip(*_unique(terms), strict=True)})
        self._add_stages(piece)
        self._add_obligations(piece, terms)
        self._add_placements(piece, terms)
        block = (piece.first + np.arange(len(piece))) % BLOCKS
        self._blocks += np.bincount(block, minlength=BLOCKS)
        for (parts, wholes), comparison in zip(self._measured, self.plan.comparisons, strict=True):
            part, whole = self.measuring.measure(comparison.measure, piece)
            parts += np.bincount(block, weights=part, minlength=BLOCKS)
            wholes += np.bincount(block, weights=whole, minlength=BLOCKS)
        for sums, cost in zip(self._costs, self.plan.costs, strict=True):
            sums += np.bincount(block, weights=self.measuring.cost(cost, piece), minlength=BLOCKS)
        self.cases += len(piece)
        self.dated = self.dated and bool(piece.entered)

    # Stages ----------------------------------------------------------------------------------------------------------

    def _add_stages(self, piece: RunPiece) -> None:
        courses = courses_of(piece, self.counting, self.plan.until)
        names = courses.stages
        visited = np.zeros((len(piece), len(names)), dtype=bool)
        visited[courses.case, courses.before] = visited[courses.case, courses.after] = True
        visited[np.arange(len(piece)), courses.final] = True
        self.reached.update(dict(zip(names, visited.sum(axis=0).tolist(), strict=True)))
        self.final.update({names[code]: int(count) for code, count in zip(*_unique(courses.final), strict=True)})
        words = ("", *piece.events.event.words)
        for (code, source, target), count in _counted(courses.event - BY_TIME, courses.before, courses.after):
            self.moves[Moved(words[code], names[source], names[target])] += count
        for (source, target), count in _counted(courses.after, courses.onward):
            if source != target:
                self.moves[Moved("", names[source], names[target])] += count
        stretches = courses.stretches(self.ends)
        numbers = [self.stretches.setdefault(name, len(self.stretches)) for name in stretches.names]
        self.stretch_days.add(np.array([*numbers, 0], dtype=np.int32)[stretches.where], stretches.days)

    # Duties ----------------------------------------------------------------------------------------------------------

    def _add_obligations(self, piece: RunPiece, terms: NDArray[np.int64]) -> None:
        owed = piece.obligations
        duty = self._numbered(piece)
        status = owed.status.among(self._statuses)
        self._add_rules(piece, duty)
        dated = owed.due != ABSENT
        for (one, two, three, four), count in _counted(duty, status, dated, terms[owed.case]):
            self._standing[one, two, bool(three), four] += count
        for histograms, rows, days in (
            (self.late, owed.status.are(LATE) & (owed.late >= 0), owed.late),
            (self.overdue, owed.status.are(MISSED) & (owed.late >= 0), owed.late),
        ):
            histograms.add(duty[rows], days[rows].astype(np.int64))
        settled = owed.status.are(IN_TIME, LATE, MISSED) & (owed.about != ABSENT)
        for histograms, day in ((self.due, owed.due), (self.met, owed.met)):
            rows = settled & (day != ABSENT)
            days = self.counting.between(piece, owed.about[rows], day[rows], case=owed.case[rows])
            histograms.add(duty[rows], days.astype(np.int64))

    def _numbered(self, piece: RunPiece) -> NDArray[np.int32]:
        """The number of the duty and bearer of each row."""
        owed = piece.obligations
        table = np.zeros((len(owed.duty.words), len(owed.bearer.words)), dtype=np.int32)
        for (duty, bearer), _ in _counted(owed.duty.codes, owed.bearer.codes):
            name = f"{owed.duty.words[duty]}|{owed.bearer.words[bearer]}"
            table[duty, bearer] = self.duties.setdefault(name, len(self.duties))
        return table[owed.duty.codes, owed.bearer.codes]

    def _add_rules(self, piece: RunPiece, duty: NDArray[np.int32]) -> None:
        owed = piece.obligations
        names = list(self.duties)
        for (number, pack, rule), _ in _counted(duty, owed.pack.codes, owed.rule.codes):
            name, _, bearer = names[number].partition("|")
            self.rules.setdefault((name, bearer), set()).add((owed.pack.words[pack], owed.rule.words[rule]))

    def standing(self, *, term: str | None = None) -> dict[Duty, DutyCount]:
        """How every duty of every bearer stands, over the run or for the exclusions of one term."""
        statuses, wanted = list(self._statuses), None if term is None else self.terms[term]
        found: dict[Duty, tuple[Counter[str], Counter[str]]] = {}
        names = list(self.duties)
        for (duty, status, dated, in_term), count in self._standing.items():
            if wanted is None or in_term == wanted:
                name, _, bearer = names[duty].partition("|")
                everything, with_a_day = found.setdefault((name, bearer), (Counter(), Counter()))
                everything[statuses[status]] += count
                if dated:
                    with_a_day[statuses[status]] += count
        return {duty: DutyCount(dict(one), dict(other)) for duty, (one, other) in sorted(found.items())}

    def place_of(self, duty: Duty) -> int:
        """The number under which a duty stands in the histograms."""
        return self.duties["|".join(duty)]

    # Placements ------------------------------------------------------------------------------------------------------

    def _add_placements(self, piece: RunPiece, terms: NDArray[np.int64]) -> None:
        placed = first_days(piece, PLACED, since=piece.about)
        waits = (piece.about != ABSENT) & ~piece.stage.are(*TAKEN_BACK)
        end = np.int32(self.plan.until.toordinal())
        until = np.where(placed == ABSENT, end, placed).astype(np.int32)
        days = self.counting.between(piece, piece.about, until).astype(np.int64)
        kind = 2 * (terms + 1) + (placed != ABSENT)
        self.placed.add(kind[waits].astype(np.int32), days[waits])

    def survival(self, *, term: str | None = None) -> Survival | None:
        """How long pupils wait for a new school; None where nobody of the run found one."""
        numbers = range(1, len(self.terms) + 1) if term is None else [self.terms[term] + 1]
        lost = sum((self.placed.of(2 * number).counts for number in numbers), np.zeros(1001, dtype=np.int64))
        happened = sum((self.placed.of(2 * number + 1).counts for number in numbers), np.zeros(1001, dtype=np.int64))
        return kaplan_meier(happened, lost) if happened.sum() else None

    # Measures --------------------------------------------------------------------------------------------------------

    def measured(self, position: int) -> Interval | None:
        """What a comparison of the plan comes to in this run, in its own unit; None where there is nothing to count."""
        parts, wholes = self._measured[position]
        measure = self.plan.comparisons[position].measure
        if isinstance(measure, CaseShare):
            found = wilson(round(parts.sum()), round(wholes.sum()))
        else:
            found = ratio(parts, wholes)
        percent = self.plan.comparisons[position].unit == "percent"
        return found.times(100) if found is not None and percent else found

    def counted(self, position: int) -> tuple[float, float]:
        """The two sums that a comparison is the ratio of."""
        parts, wholes = self._measured[position]
        return float(parts.sum()), float(wholes.sum())

    def cost(self, position: int) -> tuple[float, Interval | None]:
        """What a cost comes to over the run, and for each case."""
        sums = self._costs[position]
        return float(sums.sum()), ratio(sums, self._blocks)


def _unique(values: NDArray[Any]) -> tuple[list[int], list[int]]:
    found, counts = np.unique(values, return_counts=True)
    return found.tolist(), counts.tolist()


def _counted(*columns: NDArray[Any]) -> Iterator[tuple[tuple[int, ...], int]]:
    """Every combination of small numbers, none below zero, that stands in a row of the columns, with how often."""
    if not len(columns[0]):
        return
    sizes = [int(column.max()) + 1 for column in columns]
    key = columns[0].astype(np.int64)
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        key = key * size + column
    found, counts = np.unique(key, return_counts=True)
    for combined, count in zip(found.tolist(), counts.tolist(), strict=True):
        numbers = []
        for size in reversed(sizes[1:]):
            combined, number = divmod(combined, size)
            numbers.append(number)
        yield (combined, *reversed(numbers)), count
