"""The course of each case of a run: from event to event, the stage in which it stood meanwhile, and for how long.

Begins with the exclusion that a case is about; what came before is history. Where time alone moves a case on between
two events, the run says on which day, unless the case came to stand there again later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.domain.simulation_plans import Plan
from inclusion_rules.simulation.cohort_columns import ABSENT, Days
from inclusion_rules.simulation.day_tables import CountedDays
from inclusion_rules.simulation.run_columns import Codes, RunPiece

NO_TERM = "between terms"
BY_TIME = -1


@dataclass
class Counting:
    """School days under the calendars of a plan, looked up for whole columns at once."""

    calendars: Mapping[str, SchoolCalendar]
    _counted: dict[str, CountedDays] = field(default_factory=dict)
    _terms: dict[tuple[str, int], str] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan) -> Counting:
        """The counting of a plan's calendars."""
        return cls({setting.calendar.id: setting.calendar for setting in plan.all_settings})

    def between(self, piece: RunPiece, after: Days, until: Days, *, case: Codes | None = None) -> Days:
        """School days after a day up to and including another; below zero where the other is the earlier.

        One pair of days for each case, or for each row with the case that it belongs to.
        """
        codes = piece.calendar.codes if case is None else piece.calendar.codes[case]
        found = np.zeros(len(after), dtype=np.int32)
        for code, name in enumerate(piece.calendar.words):
            rows = codes == code
            counted = self._of(name)
            found[rows] = counted.places(until[rows] + 1) - counted.places(after[rows] + 1)
        return found

    def terms(self, piece: RunPiece) -> list[str]:
        """The term in which each case's exclusion falls."""
        found = []
        for code, day in zip(piece.calendar.codes.tolist(), piece.about.tolist(), strict=True):
            name = piece.calendar.words[code]
            if (name, day) not in self._terms:
                term = self.calendars[name].term_of(date.fromordinal(day)) if day != ABSENT else None
                self._terms[name, day] = term or NO_TERM
            found.append(self._terms[name, day])
        return found

    def _of(self, name: str) -> CountedDays:
        if name not in self._counted:
            calendar = self.calendars[name]
            first, last = calendar.covers_from, calendar.covers_to
            days = [day.toordinal() for day in calendar.school_days(first, last)]
            self._counted[name] = CountedDays.of(days, first.toordinal(), last.toordinal())
        return self._counted[name]


@dataclass(frozen=True, slots=True)
class Courses:
    """The courses of a piece of a run, one row an event or a move by time alone: stages are places in `stages`.

    `event` is a place in the piece's words, or `BY_TIME`. `onward` is the stage before the next of them (or at the end
    of the run), `days` the school days until then.
    """

    stages: tuple[str, ...]
    case: Codes
    event: Codes
    before: Codes
    after: Codes
    onward: Codes
    days: Days
    final: Codes

    def stretches(self, ends: frozenset[str]) -> Stretches:
        """The days that each case spent where, over all its events; an end is not a place where time is spent."""
        going_on = np.array([name not in ends for name in self.stages], dtype=bool)
        names: dict[str, int] = {}
        table = np.full((len(self.stages), len(self.stages)), -1, dtype=np.int32)
        for one, other in _pairs(self.after, self.onward, len(self.stages)):
            if going_on[one]:
                alone = one == other or not going_on[other]
                name = self.stages[one] if alone else f"{self.stages[one]}, then {self.stages[other]}"
                table[one, other] = names.setdefault(name, len(names))
        kind = table[self.after, self.onward]
        counted = kind >= 0
        width, cases = max(len(names), 1), len(self.final)
        key = self.case[counted].astype(np.int64) * width + kind[counted]
        total = np.bincount(key, weights=self.days[counted], minlength=cases * width).astype(np.int64)
        there = np.flatnonzero(np.bincount(key, minlength=cases * width))
        return Stretches(tuple(names), there // width, (there % width).astype(np.int32), total[there])


@dataclass(frozen=True, slots=True)
class Stretches:
    """How many school days a case spent in a stage, or in two that time alone parts: a row for each case and place."""

    names: tuple[str, ...]
    case: NDArray[np.int64]
    where: Codes
    days: NDArray[np.int64]


def courses_of(piece: RunPiece, counting: Counting, until: date) -> Courses:
    """The courses of some cases, up to the end of the run."""
    known: dict[str, int] = {}
    final = piece.stage.among(known)
    about = piece.about[piece.events.case]
    rows = np.flatnonzero((about != ABSENT) & (piece.events.day >= about))
    events = piece.events
    case, day, event = events.case[rows], events.day[rows], events.event.codes[rows]
    before, after = events.before.among(known)[rows], events.after.among(known)[rows]
    timed = _moves_by_time(piece, known, case, day, before, after)
    if len(timed.at):
        case, day, event, before, after = (
            np.insert(column, timed.at, found)
            for column, found in (
                (case, timed.case),
                (day, timed.day),
                (event, np.full(len(timed.at), BY_TIME, dtype=np.int32)),
                (before, timed.stage),
                (after, timed.stage),
            )
        )
        moved = np.flatnonzero(event == BY_TIME)
        before[moved] = after[moved - 1]
    last = np.append(case[1:] != case[:-1], np.ones(min(len(case), 1), dtype=bool))
    end = np.int32(until.toordinal())
    onward = np.where(last, final[case], np.roll(before, -1)).astype(np.int32)
    next_day = np.where(last, end, np.roll(day, -1)).astype(np.int32)
    days = counting.between(piece, day, next_day, case=case)
    return Courses(tuple(known), case, event, before, after, onward, days, final)


@dataclass(frozen=True, slots=True)
class _Timed:
    """Moves by time alone: the place among the events before which each stands, its case, its day, and the stage."""

    at: NDArray[np.int64]
    case: Codes
    day: Days
    stage: Codes


def _moves_by_time(
    piece: RunPiece, known: dict[str, int], case: Codes, day: Days, before: Codes, after: Codes
) -> _Timed:
    """The days on which cases came to stand at a stage to which no event of that day brought them."""
    if not piece.entered or not len(case):
        nothing = np.zeros(0, dtype=np.int32)
        return _Timed(np.zeros(0, dtype=np.int64), nothing, nothing, nothing)
    cases, days, stages = [], [], []
    for name, entered in piece.entered.items():
        later = np.flatnonzero((piece.about != ABSENT) & (entered > piece.about))
        cases.append(later)
        days.append(entered[later])
        stages.append(np.full(len(later), known.setdefault(name, len(known)), dtype=np.int32))
    of, on, stage = np.concatenate(cases), np.concatenate(days), np.concatenate(stages)
    brought = np.flatnonzero(before != after)
    by_event = np.isin(_keyed(of, on) * len(known) + stage, _keyed(case, day)[brought] * len(known) + after[brought])
    of, on, stage = of[~by_event], on[~by_event], stage[~by_event]
    order = np.lexsort((on, of))
    of, on, stage = of[order], on[order], stage[order]
    return _Timed(np.searchsorted(_keyed(case, day), _keyed(of, on)), of.astype(np.int32), on, stage)


def _keyed(case: NDArray[Any], day: Days) -> NDArray[np.int64]:
    """One number for a case and a day, in the order of cases and then of days."""
    return case.astype(np.int64) * 2**22 + day


def _pairs(one: NDArray[Any], other: NDArray[Any], size: int) -> list[tuple[int, int]]:
    """Every pair of numbers below a size that stands in a row of two columns."""
    found = np.unique(one.astype(np.int64) * size + other)
    return [divmod(both, size) for both in found.tolist()]
