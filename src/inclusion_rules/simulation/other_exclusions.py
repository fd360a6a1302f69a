"""Other exclusions of a case, as far as they matter to the one in hand: what they add to totals, which join its run.

Two cases whose earlier suspensions fall on different days are alike to a total if these come to the same number of
days in the same term and year, and alike to a run if none of them touches it. Where that is not simple (one was
cancelled, or the one in hand was, or reaches over the end of a term) the days themselves are kept. Says only what tells
cases apart: totals and runs are worked out by `casework`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.casework.exclusions import (
    CANCELLED,
    RETURNED,
    SESSION_NOT_KNOWN,
    SUSPENDED,
    Exclusion,
    days_imposed,
    first_day,
)
from inclusion_rules.casework.fact_functions import OWN_EXCLUSION, RUN, TERM_TOTALS, YEAR_TOTALS
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.facts import Known, Unknown
from inclusion_rules.domain.rules import EXCLUSION_EVENTS
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.errors import CalendarGapError
from inclusion_rules.simulation.cohort_columns import (
    ABSENT,
    NOT_KNOWN,
    CohortBlock,
    Days,
    EventColumn,
    kinds_of,
    told_apart,
)
from inclusion_rules.simulation.outlook import ABOUT_ATTRIBUTES

LEFT_OUT = -3
NOT_ONE = -1
LUNCHTIME = "lunchtime"
NEARLY_TOUCHING = 2
"""Suspensions with no more school days than this from the end of one to the start of the next are looked at in full."""
Flags = NDArray[np.bool_]
Words = NDArray[np.int32] | NDArray[np.int16]


@dataclass(slots=True)
class Others:
    """Columns that tell cases apart by their exclusions.

    Where the run of the one in hand is looked at, `first_days` are those that can be its day 1, and `last_days` those
    that end it: its last as imposed, its cancellation, the return.
    """

    words: list[Words] = field(default_factory=list)
    first_days: list[Days] = field(default_factory=list)
    last_days: list[Days] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Served:
    """One column of suspensions as served: first and last day, and half days by term and by year (places in a list).

    `simple` where all that is known; the numbers of half days stand by kind of suspension, `kinds` gives each case's.
    """

    simple: Flags
    first: Days
    last: Days
    kinds: NDArray[np.int32]
    by_term: NDArray[np.int32]
    by_year: NDArray[np.int32]

    def only(self, halves: NDArray[np.int32]) -> NDArray[np.int32]:
        """The one term, or year, that a suspension falls in; `NOT_ONE` where there are several."""
        one = (halves > 0).sum(axis=1) == 1
        found: NDArray[np.int32] = np.where(one, halves.argmax(axis=1), NOT_ONE).astype(np.int32)[self.kinds]
        return np.where(self.simple, found, np.int32(NOT_ONE)).astype(np.int32)


@dataclass
class ExclusionDays:
    """Suspensions under one calendar, each kind worked out once; terms and years go by their place in a list."""

    calendar: SchoolCalendar
    terms: dict[str, int] = field(default_factory=dict)
    years: dict[str, int] = field(default_factory=dict)
    suspensions: dict[tuple[object, ...], tuple[int, int, dict[int, int], dict[int, int]] | None] = field(
        default_factory=dict
    )
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    day_ones: dict[tuple[object, ...], int | None] = field(default_factory=dict)
    next_days: dict[int, int] = field(default_factory=dict)

    def suspension(
        self, day: int, attributes: tuple[tuple[str, Known], ...]
    ) -> tuple[int, int, dict[int, int], dict[int, int]] | None:
        """First day, last day, half days by term and by year; None where that is not simple."""
        key = (day, attributes)
        if key not in self.suspensions:
            self.suspensions[key] = self._served(day, dict(attributes))
        return self.suspensions[key]

    def _served(self, day: int, attributes: dict[str, Known]) -> tuple[int, int, dict[int, int], dict[int, int]] | None:
        event = Event(SUSPENDED, date.fromordinal(day), attributes)
        if attributes.get("session") == LUNCHTIME or not isinstance(attributes.get("school_days"), (int, float)):
            return None
        try:
            # What a lunchtime counts for does not come into it, as such suspensions were put aside.
            days = days_imposed(Exclusion(event, (event,), event.date), self.calendar, lunchtime=1)
            by_term: dict[int, int] = {}
            by_year: dict[int, int] = {}
            for served, portion in days:
                term, year = self._term(served), self._year(served)
                by_term[term] = by_term.get(term, 0) + round(2 * portion)
                by_year[year] = by_year.get(year, 0) + round(2 * portion)
        except CalendarGapError:
            return None
        return (days[0][0].toordinal(), days[-1][0].toordinal(), by_term, by_year) if days else None

    def day_one(self, name: str, day: int, attributes: tuple[tuple[str, Known], ...]) -> int | None:
        """Day 1 of an exclusion; None where it is not known."""
        key = (name, day, attributes)
        if key not in self.day_ones:
            event = Event(name, date.fromordinal(day), dict(attributes))
            try:
                found = first_day(Exclusion(event, (event,), event.date), self.calendar)
            except CalendarGapError:
                found = SESSION_NOT_KNOWN
            self.day_ones[key] = None if isinstance(found, Unknown) else found.toordinal()
        return self.day_ones[key]

    def on_or_after(self, days: Days) -> Days:
        """The first school day on or after each day; the day itself where the calendar does not reach so far."""
        asked, _, places = told_apart(days)
        for day in asked.tolist():
            if day not in self.next_days:
                try:
                    found = self.calendar.school_day_on_or_after(date.fromordinal(day)).toordinal() if day > 0 else day
                except CalendarGapError:
                    found = day
                self.next_days[day] = found
        return np.array([self.next_days[day] for day in asked.tolist()], dtype=np.int32)[places]

    def where_it_counts(self, day: int) -> tuple[int, int]:
        """The term and year in which a permanent exclusion of a day is counted; `NOT_ONE` where the hour decides."""
        if day not in self.places:
            try:
                starts = [self.calendar.school_day_on_or_after(date.fromordinal(day))]
                starts.append(self.calendar.nth_school_day_after(date.fromordinal(day), 1))
                found = {(self._term(start), self._year(start)) for start in starts}
            except CalendarGapError:
                found = set()
            self.places[day] = found.pop() if len(found) == 1 else (NOT_ONE, NOT_ONE)
        return self.places[day]

    def _term(self, day: date) -> int:
        return self.terms.setdefault(str(self.calendar.term_of(day)), len(self.terms))

    def _year(self, day: date) -> int:
        return self.years.setdefault(self.calendar.school_year_of(day), len(self.years))

    def school_days_between(self, after: Days, until: Days) -> NDArray[np.int32]:
        """School days after one day up to another, for whole columns; none where it is not later."""
        first = self.calendar.covers_from.toordinal()
        last = len(self._counted) - 1
        before = self._counted[np.clip(after - first, 0, last)]
        found: NDArray[np.int32] = np.maximum(self._counted[np.clip(until - first, 0, last)] - before, 0)
        return found

    def __post_init__(self) -> None:
        first, last = self.calendar.covers_from.toordinal(), self.calendar.covers_to.toordinal()
        opened = np.zeros(last - first + 1, dtype=np.int32)
        for day in self.calendar.school_days(self.calendar.covers_from, self.calendar.covers_to):
            opened[day.toordinal() - first] = 1
        self._counted = np.cumsum(opened, dtype=np.int32)


@dataclass
class OtherExclusions:
    """The exclusions of a block's cases as one of them sees the others."""

    block: CohortBlock
    subject: int
    days: ExclusionDays
    known: dict[int, Served] = field(default_factory=dict)

    def that_matter(self, looked_at: frozenset[str]) -> Others:
        """Columns for what each way of looking at exclusions depends on (`casework.fact_functions.LOOKS_AT`)."""
        found = Others()
        totals = looked_at & {TERM_TOTALS, YEAR_TOTALS}
        everywhere = np.ones(len(self.block), dtype=np.bool_)
        others = {
            place: self._served(place)
            for place, column in enumerate(self.block.events)
            if column.name in EXCLUSION_EVENTS and place != self.subject and looked_at - {OWN_EXCLUSION}
        }
        own = self._served(self.subject) if others else None
        in_totals = self._in_totals(found, own, others, totals) if totals and own is not None else {}
        in_run = self._in_run(own, others) if RUN in looked_at and own is not None else {}
        simply = in_totals.pop(self.subject, ~everywhere if totals else everywhere)
        if looked_at & {RUN, OWN_EXCLUSION}:
            simply = simply & self._alone(found, in_run)
        self._keep(found, self.subject, ~simply)
        for place in others:
            self._keep(found, place, in_totals.get(place, ~everywhere) | in_run.get(place, ~everywhere))
        return found

    def _keep(self, found: Others, exclusion: int, where: Flags) -> None:
        """The columns of an exclusion and its end, left out elsewhere than `where`."""
        for place in self._columns_of(exclusion):
            column = self.block.events[place]
            found.words.append(np.where(where, column.days, np.int32(LEFT_OUT)).astype(np.int32))
            for name in ABOUT_ATTRIBUTES:
                if name in column.attributes:
                    codes = column.attributes[name].codes
                    found.words.append(np.where(where, codes, np.int16(NOT_KNOWN)).astype(np.int16))
                if name in column.dates:
                    found.words.append(np.where(where, column.dates[name], np.int32(LEFT_OUT)).astype(np.int32))

    def _columns_of(self, exclusion: int) -> list[int]:
        def belongs(of: int | None) -> bool:
            return of == exclusion or (of is None and exclusion == self.subject)

        return [
            place
            for place, column in enumerate(self.block.events)
            if place == exclusion or (column.name in (CANCELLED, RETURNED) and belongs(column.of))
        ]

    def _there(self, place: int) -> Flags:
        there: Flags = self.block.events[place].days != ABSENT
        return there

    def _served(self, place: int) -> Served:
        if place not in self.known:
            self.known[place] = self._worked_out(place)
        return self.known[place]

    def _worked_out(self, place: int) -> Served:
        """How the exclusions in a column were served; not simple where one is permanent, or was cancelled."""
        column = self.block.events[place]
        simple = self._there(place) & np.bool_(column.name == SUSPENDED)
        for end in self._columns_of(place):
            if self.block.events[end].name == CANCELLED:
                simple &= ~self._there(end)
        first, of_case, said = _kinds_said(column)
        answers = [
            self.days.suspension(day, words) if day != ABSENT and column.name == SUSPENDED else None
            for day, words in zip(np.asarray(column.days)[first].tolist(), said, strict=True)
        ]
        by_term = np.zeros((len(answers), max(len(self.days.terms), 1)), dtype=np.int32)
        by_year = np.zeros((len(answers), max(len(self.days.years), 1)), dtype=np.int32)
        ends = np.full((len(answers), 2), ABSENT, dtype=np.int32)
        for kind, answer in enumerate(answers):
            if answer is not None:
                ends[kind] = answer[:2]
                for term, halves in answer[2].items():
                    by_term[kind, term] = halves
                for year, halves in answer[3].items():
                    by_year[kind, year] = halves
        simple &= ends[of_case, 0] != ABSENT
        return Served(simple, ends[of_case, 0], ends[of_case, 1], of_case.astype(np.int32), by_term, by_year)

    def _in_totals(
        self, found: Others, own: Served, others: dict[int, Served], totals: frozenset[str]
    ) -> dict[int, Flags]:
        """Adds what simple exclusions come to in the term or year of the one in hand; says which are not simple.

        Under the place of the one in hand it says where nothing but that sum counts of it, which is so for a permanent
        exclusion that stands, and for a suspension that is simple itself.
        """
        begun = self.block.events[self.subject].days
        if self.block.events[self.subject].name == SUSPENDED:
            term, year = own.only(own.by_term), own.only(own.by_year)
        else:
            asked, _, places = told_apart(begun)
            counted = [
                (NOT_ONE, NOT_ONE) if day == ABSENT else self.days.where_it_counts(day) for day in asked.tolist()
            ]
            term, year = np.array(counted, dtype=np.int32)[places].T
            for end in self._columns_of(self.subject):
                if self.block.events[end].name == CANCELLED:
                    term = np.where(self._there(end), np.int32(NOT_ONE), term)
        plain = (term != NOT_ONE) & (year != NOT_ONE)
        in_term = np.where(plain, _looked_up(own.by_term, own.kinds, term), 0)
        in_year = np.where(plain, _looked_up(own.by_year, own.kinds, year), 0)
        kept: dict[int, Flags] = {self.subject: plain}
        for place, served in others.items():
            day = self.block.events[place].days
            earlier = self._there(place) & ((day < begun) | ((day == begun) & np.bool_(place < self.subject)))
            added = earlier & plain & served.simple
            in_term += np.where(added, _looked_up(served.by_term, served.kinds, term), 0)
            in_year += np.where(added, _looked_up(served.by_year, served.kinds, year), 0)
            kept[place] = earlier & ~added
        found.words += (
            [in_term] if totals == {TERM_TOTALS} else [in_year] if totals == {YEAR_TOTALS} else [in_term, in_year]
        )
        return kept

    def _alone(self, found: Others, in_run: dict[int, Flags]) -> Flags:
        """Adds the ends of the one in hand; says where these are known and no other is near.

        What was served of one that was cancelled ends with the return or with the day it is seen on, so that its days
        need only be in order with these.
        """
        column = self.block.events[self.subject]
        alone: Flags
        if column.name == SUSPENDED:
            own = self._served(self.subject)
            found.first_days, found.last_days, alone = [own.first], [own.last], own.first != ABSENT
        else:
            first, alone = self._first_days()
            found.first_days = [first, self.days.on_or_after(column.days)]
        ends = [self.block.events[place].days for place in self._columns_of(self.subject) if place != self.subject]
        found.last_days = [*found.last_days, *ends]
        for near in in_run.values():
            alone &= ~near
        return alone

    def _first_days(self) -> tuple[Days, Flags]:
        """Day 1 of the permanent exclusions in hand, and where it is known."""
        column = self.block.events[self.subject]
        first, kinds, said = _kinds_said(column)
        days = [
            self.days.day_one(column.name, day, words) if day != ABSENT else None
            for day, words in zip(np.asarray(column.days)[first].tolist(), said, strict=True)
        ]
        found = np.array([ABSENT if day is None else day for day in days], dtype=np.int32)[kinds]
        return found, found != ABSENT

    def _in_run(self, own: Served, others: dict[int, Served]) -> dict[int, Flags]:
        """Which exclusions may join the run of the one in hand: those that touch it, or touch one that may."""
        first = self.block.events[self.subject].days.copy()
        last = np.where(own.simple, own.last, np.int32(self.days.calendar.covers_to.toordinal())).astype(np.int32)
        joined = {place: self._there(place) & ~served.simple for place, served in others.items()}
        for _ in others:
            for place, served in others.items():
                before = self.days.school_days_between(served.last, first) <= NEARLY_TOUCHING
                after = self.days.school_days_between(last, served.first) <= NEARLY_TOUCHING
                more = served.simple & ~joined[place] & before & after
                joined[place] |= more
                first = np.where(more, np.minimum(first, served.first), first)
                last = np.where(more, np.maximum(last, served.last), last)
        return joined


def _kinds_said(
    column: EventColumn,
) -> tuple[NDArray[np.intp], NDArray[np.int32], list[tuple[tuple[str, Known], ...]]]:
    """Events that are alike in day and in what is said about days: a row of each kind, its number, and what is said."""
    names = [name for name in ABOUT_ATTRIBUTES if name in column.attributes]
    dates = [name for name in ABOUT_ATTRIBUTES if name in column.dates]
    parts: list[NDArray[np.integer[Any]]] = [
        *(column.attributes[name].codes for name in names),
        *(column.dates[name] for name in dates),
    ]
    first, kinds = kinds_of([column.days, *parts])
    found: list[tuple[tuple[str, Known], ...]] = []
    for row in first.tolist():
        coded = ((name, column.attributes[name].of(row)) for name in names)
        words: list[tuple[str, Known]] = [(name, value) for name, value in coded if value is not None]
        stated = ((name, int(column.dates[name][row])) for name in dates)
        words += [(name, date.fromordinal(day)) for name, day in stated if day != ABSENT]
        found.append(tuple(words))
    return first, kinds, found


def _looked_up(halves: NDArray[np.int32], kinds: NDArray[np.int32], column: NDArray[np.int32]) -> NDArray[np.int32]:
    """For each case the half days of its kind in one term or year; none in one that no suspension falls in."""
    within = (column >= 0) & (column < halves.shape[1])
    found: NDArray[np.int32] = halves[kinds, np.where(within, column, 0)]
    return np.where(within, found, np.int32(0)).astype(np.int32)
