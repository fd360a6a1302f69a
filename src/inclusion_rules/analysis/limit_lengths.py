"""Whether a limit can ever end later than another that runs from the same day, whatever the calendar.

School days are open at the long end: a calendar may put a holiday of any length between two of them. Working days are
counted over every start in the published list of bank holidays. Everything else is so many days at least and at most.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from inclusion_rules.domain.working_days import BankHolidays
from inclusion_rules.vocabulary import Unit

HOURS_A_DAY = 24
LEAST_OF: dict[Unit, int] = {Unit.CALENDAR_DAYS: 1, Unit.WEEKS: 7, Unit.MONTHS: 28, Unit.YEARS: 365}
MOST_OF: dict[Unit, int] = {Unit.CALENDAR_DAYS: 1, Unit.WEEKS: 7, Unit.MONTHS: 31, Unit.YEARS: 366}
WORKING_WEEK, WEEKEND = 5, 2


def never_longer(value: float, unit: Unit, than: float, than_unit: Unit, bank_holidays: BankHolidays | None) -> bool:
    """Whether a limit can never end after another that runs from the same day.

    >>> never_longer(24, Unit.HOURS, 1, Unit.SCHOOL_DAYS, None), never_longer(1, Unit.WEEKS, 5, Unit.SCHOOL_DAYS, None)
    (True, False)
    """
    if unit is than_unit:
        return value <= than
    longest = most_days(value, unit, bank_holidays)
    return longest is not None and longest <= least_days(than, than_unit)


def least_days(value: float, unit: Unit) -> int:
    """How many days such a limit lasts at the least."""
    if unit is Unit.HOURS:
        return int(value) // HOURS_A_DAY
    if unit is Unit.WORKING_DAYS:
        return int(value) + WEEKEND * ((int(value) - 1) // WORKING_WEEK)
    return int(value) * LEAST_OF.get(unit, 1)


def most_days(value: float, unit: Unit, bank_holidays: BankHolidays | None) -> int | None:
    """How many days such a limit lasts at the most, or None where nothing bounds it."""
    if unit is Unit.HOURS:
        return -(-int(value) // HOURS_A_DAY)
    if unit is Unit.WORKING_DAYS:
        return _most_of_working_days(int(value), bank_holidays) if bank_holidays is not None else None
    return int(value) * MOST_OF[unit] if unit in MOST_OF else None


@lru_cache(maxsize=64)
def _most_of_working_days(count: int, bank_holidays: BankHolidays) -> int:
    """The longest that so many working days take, from any day whose count ends within the list."""
    ends = date(bank_holidays.last_year, 12, 31)
    working = [
        day
        for number in range((ends - date(bank_holidays.first_year, 1, 1)).days + 1)
        if bank_holidays.day(day := date(bank_holidays.first_year, 1, 1) + timedelta(days=number)).counted
    ]
    # The longest way to the count's last day starts on a working day, the day before the gap that makes it long.
    return max((last - first).days for first, last in zip(working, working[count:], strict=False))
