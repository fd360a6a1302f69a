"""Time limits: the last day of each, and the working that shows it.

Knows every way in which the law counts time: school days, working days, calendar days, weeks, months, years and hours,
forward from an act or back from a day. It does not know which limit applies to whom, nor what follows if it is missed.

The day itself is cheap, because counting and showing are apart: a `Deadline` holds what was asked and the answer, and
`certificate_of` lists its days on demand. `certificate_check` verifies such a list without this module.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from inclusion_rules.domain.calendar_layers import days_from
from inclusion_rules.domain.school_calendar import BankHolidays, DayReason, SchoolCalendar
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.vocabulary import Unit

CIVIL_CALENDAR = "the civil calendar"
_ONE_DAY = timedelta(days=1)
_HOURS_A_DAY = 24
_DAYS_A_WEEK = 7
_MONTHS_A_YEAR = 12
_DAY_BY_DAY = (Unit.SCHOOL_DAYS, Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)
_CIVIL_UNITS = (Unit.CALENDAR_DAYS, Unit.HOURS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS)
_NOT_COUNTED = "not counted"
_BEGINS = "the limit begins"


class UncountableError(InclusionRulesError, ValueError):
    """A time limit that cannot be counted as asked: the wrong unit, no calendar, or a number that is not a count."""


class CountingRule(StrEnum):
    """How the days of a limit are numbered."""

    DAY_AFTER_IS_ONE = "the day after is day 1"
    FIRST_DAY_IS_ONE = "the first day is day 1"
    DAYS_LIE_BETWEEN = "at least N days lie between"
    LAST_DAY_BEFORE = "the last school day before"
    COUNTED_BACK = "counted back by the calendar"


# Looking these up in their enumerations would take about as long as finding the day.
_SCHOOL_DAYS = Unit.SCHOOL_DAYS
_DAY_AFTER = CountingRule.DAY_AFTER_IS_ONE


class Deadline(NamedTuple):
    """The last day of a time limit, and everything needed to work it out again.

    `counted_from` is the day that the limit is tied to: the act it follows, or the day it must come before. `calendar`
    names the school calendar, the list of bank holidays, or the civil calendar. A tuple, because cohorts need millions
    of them and a frozen dataclass takes five times as long to make.
    """

    due: date
    unit: Unit
    count: int  # type: ignore[assignment]  # hides `tuple.count`, which nobody asks of a deadline
    counted_from: date
    rule: CountingRule
    calendar: str

    def as_data(self) -> dict[str, str | int]:
        """The deadline as JSON can hold it, dates in ISO 8601."""
        return {
            "due": self.due.isoformat(),
            "unit": self.unit.value,
            "count": self.count,
            "counted_from": self.counted_from.isoformat(),
            "rule": self.rule.value,
            "calendar": self.calendar,
        }


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """One day of the working: its number if it counts, why it does or does not, and who says so."""

    day: date
    number: int | None
    counted: bool
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """The working of a deadline.

    Every day from the one counted from to the one due is listed in order, counted or skipped. Hours, weeks, months and
    years skip nothing: of those only the two ends are listed, and the number of the day due is the whole count.
    """

    deadline: Deadline
    lines: tuple[CertificateLine, ...]

    def as_data(self) -> dict[str, object]:
        """The certificate as JSON can hold it and as `certificate_check` reads it."""
        lines = [
            {
                "day": line.day.isoformat(),
                "number": line.number,
                "counted": line.counted,
                "why": line.why,
                "source": line.source,
            }
            for line in self.lines
        ]
        return {**self.deadline.as_data(), "lines": lines}


def last_day_within(
    count: int,
    unit: Unit,
    *,
    after: date,
    calendar: SchoolCalendar | None = None,
    bank_holidays: BankHolidays | None = None,
) -> Deadline:
    """The last day of a limit that runs from the day after something happened.

    School and working days skip days that are not, so the answer is always one. A month ends on the same day number, or
    on the last day of a shorter month. Hours become whole days, begun ones counted in full, because no time of day is
    known here. A count of 0 means the day itself, or the next day that can count (from a closed day, the same one as a
    count of 1).

    Raises:
        CalendarGapError: the count runs past what the calendar, or the list of bank holidays, knows.
        UncountableError: the unit does not measure time, or what it is measured by was not given.
    """
    if unit is _SCHOOL_DAYS and count > 0:
        school = _school_calendar(calendar)
        return Deadline(school.nth_school_day_after(after, count), unit, count, after, _DAY_AFTER, school.id)
    if count == 0:
        day = Unit.CALENDAR_DAYS if unit in _CIVIL_UNITS else unit
        return last_day_beginning_with(1, day, first=after, calendar=calendar, bank_holidays=bank_holidays)
    _refuse_below(0, count, unit)
    if unit is Unit.WORKING_DAYS:
        working = _working_days(calendar, bank_holidays)
        return Deadline(working.nth_working_day_after(after, count), unit, count, after, _DAY_AFTER, working.name)
    return Deadline(_stepped(after, count, unit), unit, count, after, _DAY_AFTER, CIVIL_CALENDAR)


def last_day_beginning_with(
    count: int,
    unit: Unit,
    *,
    first: date,
    calendar: SchoolCalendar | None = None,
    bank_holidays: BankHolidays | None = None,
) -> Deadline:
    """The last day of a limit that begins with a day, that day counted as 1 (or the next one that can count).

    Raises:
        CalendarGapError: the count runs past what the calendar, or the list of bank holidays, knows.
        UncountableError: the unit does not measure time, or what it is measured by was not given.
    """
    _refuse_below(1, count, unit)
    rule = CountingRule.FIRST_DAY_IS_ONE
    if unit is Unit.SCHOOL_DAYS:
        school = _school_calendar(calendar)
        return Deadline(school.nth_school_day_from(first, count), unit, count, first, rule, school.id)
    if unit is Unit.WORKING_DAYS:
        working = _working_days(calendar, bank_holidays)
        due = working.nth_working_day_after(first - _ONE_DAY, count)
        return Deadline(due, unit, count, first, rule, working.name)
    return Deadline(_period_end(first, count, unit), unit, count, first, rule, CIVIL_CALENDAR)


def school_day_number(n: int, *, from_day: date, calendar: SchoolCalendar) -> Deadline:
    """The `n`th school day, counting the first as 1, such as the sixth school day of an exclusion."""
    return last_day_beginning_with(n, Unit.SCHOOL_DAYS, first=from_day, calendar=calendar)


def last_school_day_before(day: date, *, calendar: SchoolCalendar) -> Deadline:
    """The last school day before a day, such as the day of an exam."""
    due = calendar.school_day_before(day)
    return Deadline(due, Unit.SCHOOL_DAYS, 1, day, CountingRule.LAST_DAY_BEFORE, calendar.id)


def latest_day_leaving(count: int, *, before: date, calendar: SchoolCalendar) -> Deadline:
    """The last day on which an act still leaves `count` school days between it and a later day, neither one counted.

    It is always a school day itself. Before a start on Wednesday, Monday and Tuesday leave two between, and the answer
    is the Friday: the weekend after it would leave as many, but nobody is there to act on it. Each further day between
    moves it back.

    Raises:
        CalendarGapError: the calendar does not reach back so far.
        UncountableError: the count is below 0.
    """
    _refuse_below(0, count, Unit.SCHOOL_DAYS)
    due = calendar.nth_school_day_before(before, count + 1)
    return Deadline(due, Unit.SCHOOL_DAYS, count, before, CountingRule.DAYS_LIE_BETWEEN, calendar.id)


def latest_day_ahead(count: int, unit: Unit, *, before: date) -> Deadline:
    """The day that lies a number of calendar days, weeks, months, years or hours before another.

    Hours become whole days, begun ones counted in full: 48 hours before a Thursday is the Tuesday.
    """
    _refuse_below(1, count, unit)
    due = _stepped(before, -count, unit)
    return Deadline(due, unit, count, before, CountingRule.COUNTED_BACK, CIVIL_CALENDAR)


def deemed_service(sent: date, *, working_days: int, bank_holidays: BankHolidays) -> Deadline:
    """The day on which something posted counts as given: so many working days after it was sent."""
    return last_day_within(working_days, Unit.WORKING_DAYS, after=sent, bank_holidays=bank_holidays)


def certificate_of(
    deadline: Deadline, *, calendar: SchoolCalendar | None = None, bank_holidays: BankHolidays | None = None
) -> Certificate:
    """List the days of a deadline, counted and skipped, each with its reason and who gives it.

    Give the calendar or the bank holidays that the deadline was counted with. The working is taken down as it is
    found, not bent to fit the answer: `certificate_check` says whether the two agree.
    """
    if deadline.unit not in _DAY_BY_DAY:
        return Certificate(deadline, _both_ends(deadline))
    start, due, rule = deadline.counted_from, deadline.due, deadline.rule
    idle = set() if rule is CountingRule.FIRST_DAY_IS_ONE else {start}
    if rule is CountingRule.DAYS_LIE_BETWEEN:
        idle.add(due)
    reason = _reasons(deadline.unit, calendar, bank_holidays)
    lines: list[CertificateLine] = []
    number = 0
    for day in days_from(min(start, due), max(start, due)):
        said = DayReason(day, False, _NOT_COUNTED, rule.value) if day in idle else reason(day)
        number += said.counted
        lines.append(CertificateLine(day, number if said.counted else None, said.counted, said.why, said.layer))
    return Certificate(deadline, tuple(lines))


def _both_ends(deadline: Deadline) -> tuple[CertificateLine, ...]:
    """Where a limit by the civil calendar begins and ends, in the order of time; one line if that is one day."""
    start, due, rule = deadline.counted_from, deadline.due, deadline.rule
    end = CertificateLine(due, deadline.count, True, f"counted in {deadline.unit}", CIVIL_CALENDAR)
    if start == due:
        return (end,)
    why = _BEGINS if rule is CountingRule.FIRST_DAY_IS_ONE else _NOT_COUNTED
    beginning = CertificateLine(start, None, False, why, rule.value)
    return (beginning, end) if start < due else (end, beginning)


def _stepped(start: date, count: int, unit: Unit) -> date:
    """The day so many units after `start`, or before it where the count is negative."""
    try:
        if unit is Unit.CALENDAR_DAYS:
            return start + timedelta(days=count)
        if unit is Unit.HOURS:
            return start + timedelta(days=_days_of(count) if count > 0 else -_days_of(-count))
        if unit is Unit.WEEKS:
            return start + timedelta(days=_DAYS_A_WEEK * count)
        if unit is Unit.MONTHS or unit is Unit.YEARS:
            months = count if unit is Unit.MONTHS else _MONTHS_A_YEAR * count
            year, month = divmod(_MONTHS_A_YEAR * start.year + start.month - 1 + months, _MONTHS_A_YEAR)
            return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError) as beyond:
        raise UncountableError(f"`{count} {unit}` from {start} leads past the years that dates can have") from beyond
    raise UncountableError(
        f"`{unit}` cannot be counted here: expected {', '.join(f'`{known}`' for known in _CIVIL_UNITS)}, "
        f"or for a limit that runs forward `{Unit.SCHOOL_DAYS}` or `{Unit.WORKING_DAYS}`"
    )


def _period_end(first: date, count: int, unit: Unit) -> date:
    """The last day of a period that begins with `first`: the day before the same day comes round, where it does."""
    after = _stepped(first, count, unit)
    cut_short = unit in (Unit.MONTHS, Unit.YEARS) and after.day != first.day
    return after if cut_short else after - _ONE_DAY


def _days_of(hours: int) -> int:
    return -(-hours // _HOURS_A_DAY)


def _refuse_below(least: int, count: int, unit: Unit) -> None:
    if count < least:
        raise UncountableError(f"`{count} {unit}` is not a time limit: expected a whole number of at least {least}")


def _reasons(
    unit: Unit, calendar: SchoolCalendar | None, bank_holidays: BankHolidays | None
) -> Callable[[date], DayReason]:
    if unit is Unit.SCHOOL_DAYS:
        return _school_calendar(calendar).day
    if unit is Unit.WORKING_DAYS:
        return _working_days(calendar, bank_holidays).day
    return lambda day: DayReason(day, True, f"counted in {unit}", CIVIL_CALENDAR)


def _school_calendar(calendar: SchoolCalendar | None) -> SchoolCalendar:
    if calendar is None:
        raise UncountableError("a count of school days needs the school's calendar")
    return calendar


def _working_days(calendar: SchoolCalendar | None, bank_holidays: BankHolidays | None) -> BankHolidays:
    if bank_holidays is not None:
        return bank_holidays
    if calendar is None:
        raise UncountableError("a count of working days needs the bank holidays, or a calendar that holds them")
    return calendar.bank_holidays
