"""The school days that the index keeps count as the calendar they were taken from does."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.caseload.school_days import SchoolDays, weekdays_between
from inclusion_rules.casework.opening import open_calendar
from inclusion_rules.errors import CalendarGapError

CALENDAR = open_calendar("suffolk_2024_25")
near_the_calendar = st.dates(CALENDAR.covers_from - timedelta(days=30), CALENDAR.covers_to + timedelta(days=30))


@given(after=near_the_calendar, until=near_the_calendar)
def test_days_between_are_those_of_the_calendar(after: date, until: date) -> None:
    """Where the calendar counts the index counts the same, and where it refuses the index does not know."""
    try:
        expected: int | None = CALENDAR.school_days_between(after, until)
    except CalendarGapError:
        expected = None
    assert expected == SchoolDays.of(CALENDAR).between(after, until)


@given(after=near_the_calendar, days=st.integers(-5, 60))
def test_weekdays_are_counted_one_by_one(after: date, days: int) -> None:
    """The short way of counting weekdays gives what counting them one by one gives."""
    expected = sum((after + timedelta(days=ahead)).weekday() < 5 for ahead in range(1, days + 1))
    assert expected == weekdays_between(after, after + timedelta(days=days))


def test_days_beyond_the_calendar_count_as_weekdays_do() -> None:
    """A day that no calendar knows may well be a school day, so a limit beyond it is not called distant for that."""
    days = SchoolDays("a_school", date(2025, 7, 14), "1111100")
    assert days.within(2, after=date(2025, 7, 18), until=date(2025, 7, 22))
    assert not days.within(1, after=date(2025, 7, 18), until=date(2025, 7, 22))


def test_holidays_do_not_count() -> None:
    """What is due on the first day back is due soon before the holidays: one school day is left."""
    days = SchoolDays.of(CALENDAR)
    last, first_back = (
        CALENDAR.school_day_before(date(2024, 12, 25)),
        CALENDAR.school_day_on_or_after(date(2024, 12, 25)),
    )
    assert (first_back - last).days > 10
    assert days.within(1, after=last, until=first_back)


def test_the_digest_tells_calendars_apart() -> None:
    """Calendars that open on different days, or go by another name, are never taken for each other."""
    first = SchoolDays("a_school", date(2025, 7, 14), "1111100")
    others = [
        SchoolDays("a_school", date(2025, 7, 14), "1111000"),
        SchoolDays("a_school", date(2025, 7, 15), "1111100"),
        SchoolDays("b_school", date(2025, 7, 14), "1111100"),
    ]
    assert 4 == len({first.digest, *(other.digest for other in others)})
