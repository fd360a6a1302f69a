"""Exclusions as they stand on a day: their school days, the totals they make, and the runs they join into.

Counts school days with a calendar; knows no limit and no rule. Quantities of the law (what a lunchtime counts for,
which day of a run matters) are handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.facts import Unknown
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.errors import CalendarGapError

PERMANENT = "permanently_excluded"
SUSPENDED = "suspended"
CANCELLED = "exclusion_cancelled"
RETURNED = "pupil_returned_to_school"
SESSION_NOT_KNOWN = Unknown(frozenset({"session_of_exclusion"}))

Days = tuple[tuple[date, float], ...]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One suspension or permanent exclusion with the events that belong to it, as seen on the day `seen_on`."""

    event: Event
    events: tuple[Event, ...]
    seen_on: date

    @property
    def is_permanent(self) -> bool:
        """Whether the exclusion is permanent rather than for a fixed period."""
        return self.event.name == PERMANENT

    @property
    def is_lunchtime(self) -> bool:
        """Whether it is a suspension from lunchtimes only; such form no run."""
        return not self.is_permanent and self.event.attributes.get("session") == "lunchtime"

    @property
    def cancelled_on(self) -> date | None:
        """The day it was cancelled, if it was."""
        return next((event.date for event in self.events if event.name == CANCELLED), None)

    @property
    def back_on(self) -> date | None:
        """The day the pupil was back at the school, if recorded."""
        return next((event.date for event in self.events if event.name == RETURNED), None)


def first_day(exclusion: Exclusion, calendar: SchoolCalendar) -> date | Unknown:
    """Day 1 of the exclusion: the first school day on which the pupil is out.

    Morning means the same day; afternoon and lunchtime the next school day; a stated `first_day` overrides. A day on
    which the school is closed moves on to the next school day.

    Raises:
        CalendarGapError: the calendar does not reach that day.
    """
    stated = exclusion.event.attributes.get("first_day")
    if isinstance(stated, date):
        return calendar.school_day_on_or_after(stated)
    day = exclusion.event.date
    if not calendar.is_school_day(day):
        return calendar.nth_school_day_after(day, 1)
    session = exclusion.event.attributes.get("session")
    if session is None:
        return SESSION_NOT_KNOWN
    return day if session == "morning" else calendar.nth_school_day_after(day, 1)


def counted_from_its_day(exclusion: Exclusion) -> Exclusion:
    """The same exclusion with the day of the decision itself as day 1, whatever the hour, unless another is stated."""
    if "first_day" in exclusion.event.attributes:
        return exclusion
    stated = {**exclusion.event.attributes, "first_day": exclusion.event.date}
    return replace(exclusion, event=replace(exclusion.event, attributes=stated))


def days_imposed(exclusion: Exclusion, calendar: SchoolCalendar, *, lunchtime: float) -> Days:
    """Each school day of a suspension with how much of it counts, in the order served.

    Raises:
        CalendarGapError: the suspension runs past the calendar.
    """
    event = exclusion.event
    total = _number(event, "school_days")
    start = first_day(exclusion, calendar)
    if isinstance(start, Unknown):
        return ()
    portions: list[float] = []
    if exclusion.is_lunchtime:
        portions = [lunchtime] * round(total / lunchtime)
    else:
        if event.attributes.get("session") == "afternoon" and start == event.date and total > 0:
            portions.append(0.5)
        remaining = total - sum(portions)
        portions += [1] * int(remaining)
        if remaining % 1:
            portions.append(remaining % 1)
    day, days = start, []
    for portion in portions:
        days.append((day, portion))
        if len(days) < len(portions):
            day = calendar.nth_school_day_after(day, 1)
    return tuple(days)


def _number(event: Event, name: str) -> float:
    value = event.attributes.get(name, 0)
    return float(value) if isinstance(value, (int, float)) else 0.0


def days_that_count(exclusion: Exclusion, calendar: SchoolCalendar, *, lunchtime: float) -> Days:
    """The days that go into totals: all that a suspension imposes, or what was served of a cancelled exclusion.

    Days under a permanent exclusion count only once it is cancelled: from day 1 to the last school day before the pupil
    was back.

    Raises:
        CalendarGapError: the calendar does not reach that far.
    """
    if exclusion.cancelled_on is None:
        return () if exclusion.is_permanent else days_imposed(exclusion, calendar, lunchtime=lunchtime)
    return days_out(exclusion, calendar, lunchtime=lunchtime, until=exclusion.seen_on)


def days_out(exclusion: Exclusion, calendar: SchoolCalendar, *, lunchtime: float, until: date) -> Days:
    """The days on which the exclusion kept the pupil out, up to and including `until` or the last before the return."""
    back = exclusion.back_on
    if not exclusion.is_permanent:
        imposed = days_imposed(exclusion, calendar, lunchtime=lunchtime)
        return tuple((day, part) for day, part in imposed if day <= until and (back is None or day < back))
    start = first_day(exclusion, calendar)
    if isinstance(start, Unknown):
        # The pupil is out from the next school day at the latest; whoever adds up says that there may be one day more.
        start = calendar.nth_school_day_after(exclusion.event.date, 1)
    if start > until:
        return ()
    return tuple((day, 1.0) for day in calendar.school_days(start, until) if back is None or day < back)


@dataclass(frozen=True, slots=True)
class Run:
    """School days of exclusion with no school day between them, up to the one in hand. `last` None: still going."""

    first: date
    last: date | None


def run_up_to(
    exclusion: Exclusion, others: Sequence[Exclusion], calendar: SchoolCalendar, *, lunchtime: float
) -> Run | Unknown | None:
    """The run that an exclusion ends, joined with those served before it; None for lunchtimes and for no days at all.

    Raises:
        CalendarGapError: the calendar does not reach that far.
    """
    if exclusion.is_lunchtime:
        return None
    span = _span(exclusion, calendar, lunchtime=lunchtime)
    if span is None:
        return None
    spans = _spans(others, calendar, lunchtime=lunchtime)
    if isinstance(span, Unknown):
        day = exclusion.event.date
        either = [_joined(start, None, spans, calendar) for start in (day, calendar.nth_school_day_after(day, 1))]
        return either[0] if either[0] == either[1] else span
    return _joined(*span, spans, calendar)


def continued(run: Run, others: Sequence[Exclusion], calendar: SchoolCalendar, *, lunchtime: float) -> Run:
    """A run with the exclusions served after it that no school day parts from it.

    Raises:
        CalendarGapError: the calendar does not reach that far.
    """
    last = run.last
    for first, ends in sorted(_spans(others, calendar, lunchtime=lunchtime), key=lambda span: span[0]):
        if last is not None and first >= run.first and calendar.school_days_strictly_between(last, first) == 0:
            last = None if ends is None else max(last, ends)
    return Run(run.first, last)


def _spans(
    others: Sequence[Exclusion], calendar: SchoolCalendar, *, lunchtime: float
) -> list[tuple[date, date | None]]:
    """From when to when each exclusion was served, where that can be said; lunchtimes form no run."""
    found: list[tuple[date, date | None]] = []
    for other in others:
        if other.is_lunchtime:
            continue
        try:
            span = _span(other, calendar, lunchtime=lunchtime)
        except CalendarGapError:
            continue
        if span is not None and not isinstance(span, Unknown):
            found.append(span)
    return found


def _joined(first: date, last: date | None, spans: Sequence[tuple[date, date | None]], calendar: SchoolCalendar) -> Run:
    for begins, ends in sorted(spans, key=lambda span: span[0], reverse=True):
        if begins <= first and (ends is None or calendar.school_days_strictly_between(ends, first) == 0):
            first = begins
    return Run(first, last)


def _span(
    exclusion: Exclusion, calendar: SchoolCalendar, *, lunchtime: float
) -> tuple[date, date | None] | Unknown | None:
    if exclusion.is_permanent and exclusion.cancelled_on is None:
        start = first_day(exclusion, calendar)
        return start if isinstance(start, Unknown) else (start, None)
    if exclusion.is_permanent and isinstance(first_day(exclusion, calendar), Unknown):
        return SESSION_NOT_KNOWN
    days = days_that_count(exclusion, calendar, lunchtime=lunchtime)
    return (days[0][0], days[-1][0]) if days else None


def totals_by(keys: Iterable[tuple[str | None, float]]) -> dict[str, float]:
    """Portions of days added up under the key of each, in exact half days."""
    found: dict[str, float] = {}
    for key, portion in keys:
        if key is not None:
            found[key] = found.get(key, 0.0) + portion
    return found
