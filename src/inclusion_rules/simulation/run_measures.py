"""What a plan measures and what it costs, counted case by case over a run: each as a part and a whole.

Every measure is the ratio of two sums over cases, so that runs can be held against figures, and against each other, by
one arithmetic. Follows what the plan says; chooses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.simulation_plans import (
    Among,
    CaseShare,
    Cost,
    EventMean,
    EventShare,
    EventsPerCase,
    EventUnit,
    Measure,
    ObligationShare,
    ObligationUnit,
    Plan,
    SchoolDayUnit,
)
from inclusion_rules.simulation.cohort_columns import ABSENT, Days
from inclusion_rules.simulation.courses import Counting
from inclusion_rules.simulation.run_columns import RunPiece
from inclusion_rules.simulation.tables import in_file_words

PerCase = NDArray[np.float64]
CountSchoolDays = Callable[[RunPiece, Days, Days], NDArray[np.int64]]
"""School days after one day up to and including another, by the calendar of each case."""


@dataclass
class RunMeasures:
    """Measures the cases of a run. `places` says in which column of the run each fact stands."""

    places: Mapping[str, str]
    as_of: date
    school_days: CountSchoolDays
    _said: dict[str, Mapping[str, object]] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, rulebook: Rulebook, counting: Counting) -> RunMeasures:
        """The measuring of runs of a plan."""
        facts = rulebook.edition(plan.setting.packs).facts
        places = {name: fact.taken_from for name, fact in facts.items() if fact.taken_from is not None}
        return cls(
            places, plan.until, lambda piece, after, until: counting.between(piece, after, until).astype(np.int64)
        )

    def measure(self, measure: Measure, piece: RunPiece) -> tuple[PerCase, PerCase]:
        """For each case, the part and the whole whose sums over all cases are the measure."""
        match measure:
            case CaseShare(part, whole):
                among = self._cases(whole, piece)
                return (self._cases(part, piece) & among).astype(float), among.astype(float)
            case EventShare(event, attribute, values):
                rows = np.flatnonzero(piece.events.event.are(event))
                hit = self._having(piece, rows, attribute, values)
                return _by_case(piece, rows, hit.astype(float)), _by_case(piece, rows)
            case EventMean(event, attribute):
                rows = np.flatnonzero(piece.events.event.are(event))
                numbers = self._numbers(piece, rows, attribute)
                known = ~np.isnan(numbers)
                return _by_case(piece, rows[known], numbers[known]), _by_case(piece, rows[known])
            case EventsPerCase(event):
                times = _by_case(piece, np.flatnonzero(piece.events.event.are(event)))
                return times, (times > 0).astype(float)
            case ObligationShare(duty, statuses):
                owed = piece.obligations
                of_duty = owed.duty.are(duty)
                those = of_duty & owed.status.are(*statuses)
                return (
                    np.bincount(owed.case[those], minlength=len(piece)).astype(float),
                    np.bincount(owed.case[of_duty], minlength=len(piece)).astype(float),
                )

    def cost(self, cost: Cost, piece: RunPiece) -> PerCase:
        """What each case costs, in pounds."""
        times: PerCase
        match cost.unit:
            case EventUnit(event):
                times = _by_case(piece, np.flatnonzero(piece.events.event.are(event)))
            case ObligationUnit(duty, statuses):
                owed = piece.obligations
                counted = owed.duty.are(duty) & (owed.status.are(*statuses) | (not statuses))
                times = np.bincount(owed.case[counted], minlength=len(piece)).astype(float)
            case SchoolDayUnit(first, last):
                times = self._days_between(piece, first, last).astype(float)
        return times * cost.amount

    # Cases -----------------------------------------------------------------------------------------------------------

    def _cases(self, among: Among, piece: RunPiece) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = np.ones(len(piece), dtype=bool)
        for name, values in among.facts.items():
            found = found & piece.facts[self.places.get(name, name)].are(*map(in_file_words, values))
        if among.event is None:
            return found
        rows = np.flatnonzero(piece.events.event.are(among.event))
        for name, values in among.having.items():
            rows = rows[self._having(piece, rows, name, values)]
        return found & (_by_case(piece, rows) >= among.times)

    def _days_between(self, piece: RunPiece, first: str, last: str) -> NDArray[np.int64]:
        """School days from the first of one event to the first of another after it, or to the end of the run."""
        begun = first_days(piece, first)
        ended = first_days(piece, last, since=begun)
        until = np.where(ended == ABSENT, self.as_of.toordinal(), ended).astype(np.int32)
        return np.where(begun == ABSENT, 0, self.school_days(piece, begun, until))

    # Attributes ------------------------------------------------------------------------------------------------------

    def _having(
        self, piece: RunPiece, rows: NDArray[np.intp], name: str, values: frozenset[Known]
    ) -> NDArray[np.bool_]:
        codes = piece.events.attributes.codes[rows]
        hits = np.zeros(len(piece.events.attributes.words) + 1, dtype=bool)
        for code in np.unique(codes).tolist():
            hits[code] = _is_among(self._attributes(piece, code).get(name), values)
        return hits[codes]

    def _numbers(self, piece: RunPiece, rows: NDArray[np.intp], name: str) -> PerCase:
        codes = piece.events.attributes.codes[rows]
        numbers = np.full(len(piece.events.attributes.words) + 1, np.nan)
        for code in np.unique(codes).tolist():
            value = self._attributes(piece, code).get(name)
            if isinstance(value, (int, float)):
                numbers[code] = value
        return numbers[codes]

    def _attributes(self, piece: RunPiece, code: int) -> Mapping[str, object]:
        text = piece.events.attributes.words[code] if code >= 0 else "{}"
        found = self._said.get(text)
        if found is None:
            found = self._said[text] = json.loads(text)
        return found


def _is_among(said: object, values: frozenset[Known]) -> bool:
    """Whether a value is one of those wanted; of several words recorded together, the wanted ones must be there."""
    if isinstance(said, list):
        recorded = frozenset(said)
        return any(isinstance(value, frozenset) and value <= recorded for value in values)
    if said is None:
        return False
    return said in {value.isoformat() if isinstance(value, date) else value for value in values}


def first_days(piece: RunPiece, event: str, *, since: Days | None = None) -> Days:
    """The day of the first such event of each case, not before a day of its own; ABSENT where there is none."""
    rows = np.flatnonzero(piece.events.event.are(event))
    case, day = piece.events.case[rows], piece.events.day[rows]
    if since is not None:
        later = (since[case] != ABSENT) & (day >= since[case])
        case, day = case[later], day[later]
    found = np.full(len(piece), ABSENT, dtype=np.int32)
    # INVARIANT: the events of a case are in order of day, so that the last one written here is its first.
    found[case[::-1]] = day[::-1]
    return found


def _by_case(piece: RunPiece, rows: NDArray[np.intp], weights: PerCase | None = None) -> PerCase:
    return np.bincount(piece.events.case[rows], weights=weights, minlength=len(piece)).astype(float)
