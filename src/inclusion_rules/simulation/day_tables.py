"""Counting days for a whole block at once: school days, working days and sittings, looked up in tables.

Made from a calendar, and held against it by tests. What lies beyond the calendar is `LATER`: after everything, so that
a run that ends within its calendar never sees it. Knows no case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.domain.simulation_plans import Sittings
from inclusion_rules.simulation.cohort_columns import ABSENT, Days
from inclusion_rules.vocabulary import Unit

LATER = int(np.iinfo(np.int32).max)
_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class CountedDays:
    """The days that count, and for each day from `origin` how many of them lie before it."""

    origin: int
    days: Days
    before: NDArray[np.int32]

    @classmethod
    def of(cls, counted: list[int], first: int, last: int) -> CountedDays:
        """The table for the days that count, from the first to the last day known."""
        marks = np.zeros(last - first + 2, dtype=np.int32)
        days = np.array(counted, dtype=np.int32)
        marks[days - first + 1] = 1
        return cls(first, days, np.cumsum(marks, dtype=np.int32))

    def places(self, days: Days) -> NDArray[np.int64]:
        """How many days that count lie before each day."""
        at = np.clip(days.astype(np.int64) - self.origin, 0, len(self.before) - 1)
        return self.before[at].astype(np.int64)

    def days_at(self, places: NDArray[np.int64]) -> Days:
        """The day at each place; `LATER` beyond the last, ABSENT before the first."""
        inside = np.clip(places, 0, len(self.days) - 1)
        found = self.days[inside]
        found = np.where(places >= len(self.days), LATER, found)
        return np.where(places < 0, ABSENT, found).astype(np.int32)

    def after(self, days: Days, counts: NDArray[np.int32]) -> Days:
        """So many days that count after each day, itself not counted; for 0 the day itself or the next that counts."""
        on = self.places(days)
        past = self.places((np.minimum(days, LATER - 1) + 1).astype(np.int32))
        return self._kept(days, np.where(counts > 0, past + counts - 1, on))

    def ahead_of(self, days: Days, counts: NDArray[np.int32]) -> Days:
        """So many days that count before each day."""
        return self._kept(days, self.places(days) - np.maximum(counts, 1))

    def _kept(self, days: Days, places: NDArray[np.int64]) -> Days:
        found = self.days_at(places)
        beyond = days > self.origin + len(self.before) - 2
        return np.where(days == ABSENT, ABSENT, np.where(beyond, LATER, found)).astype(np.int32)


@dataclass(frozen=True, slots=True)
class DayTables:
    """All that is counted in days under one calendar."""

    calendar: SchoolCalendar
    school: CountedDays
    working: CountedDays
    terms: NDArray[np.int16]
    groupings: tuple[str, ...]

    @classmethod
    def of(cls, calendar: SchoolCalendar) -> DayTables:
        """The tables of a calendar, from the first to the last day that it knows."""
        first, last = calendar.covers_from, calendar.covers_to
        every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        school = [day.toordinal() for day in every if calendar.is_school_day(day)]
        working = [day.toordinal() for day in every if calendar.bank_holidays.is_working_day(day)]
        keys = [calendar.term_of(day) for day in every]
        names = tuple(dict.fromkeys(key for key in keys if key is not None))
        codes = [names.index(key) if key is not None else -1 for key in keys]
        span = (first.toordinal(), last.toordinal())
        return cls(
            calendar,
            CountedDays.of(school, *span),
            CountedDays.of(working, *span),
            np.array(codes, dtype=np.int16),
            tuple(name.rpartition(" ")[2] for name in names),
        )

    def after(self, days: Days, counts: NDArray[np.int32], unit: Unit) -> Days:
        """So many days of a kind after each day."""
        if unit is Unit.SCHOOL_DAYS:
            return self.school.after(days, counts)
        if unit is Unit.WORKING_DAYS:
            return self.working.after(days, counts)
        moved = np.minimum(days.astype(np.int64) + counts, LATER)
        return np.where(days == ABSENT, ABSENT, moved).astype(np.int32)

    def ahead_of(self, days: Days, counts: NDArray[np.int32], unit: Unit) -> Days:
        """So many days of a kind before each day."""
        if unit is Unit.SCHOOL_DAYS:
            return self.school.ahead_of(days, counts)
        if unit is Unit.WORKING_DAYS:
            return self.working.ahead_of(days, counts)
        return np.where(days == ABSENT, ABSENT, days - counts).astype(np.int32)

    def term_of(self, days: Days) -> NDArray[np.int16]:
        """A number for the term of each day; -1 between terms."""
        at = np.clip(days.astype(np.int64) - self.school.origin, 0, len(self.terms) - 1)
        return self.terms[at]

    def sittings(self, sittings: Sittings) -> Days:
        """Every day on which something can be done, in order."""
        first, last = self.calendar.covers_from, self.calendar.covers_to
        if isinstance(sittings.every_weeks, int) and sittings.every_weeks and sittings.first is not None:
            step = sittings.every_weeks * _A_WEEK
            start = sittings.first.toordinal()
            start += -(-(first.toordinal() - start) // step) * step
            found = list(range(start, last.toordinal() + 1, step))
        else:
            found = list(range(first.toordinal(), last.toordinal() + 1))
        kept = [
            day
            for day in found
            if (not sittings.weekdays or date.fromordinal(day).weekday() in sittings.weekdays)
            and (sittings.on_closed_days or self.calendar.is_school_day(date.fromordinal(day)))
        ]
        return np.array(kept, dtype=np.int32)


def next_of(listed: Days, days: Days) -> Days:
    """The first of the listed days that is not before each day; `LATER` where none is left."""
    ends = np.append(listed, np.int32(LATER)).astype(np.int32)
    found = ends[np.searchsorted(listed, days, side="left")]
    return np.where(days == ABSENT, ABSENT, found).astype(np.int32)
