"""Whether one limit can end later than another, held against counting both from every day of some years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.analysis.limit_lengths import least_days, most_days, never_longer
from inclusion_rules.casework.opening import open_calendar, open_rulebook
from inclusion_rules.domain.deadlines import last_day_within
from inclusion_rules.vocabulary import Unit

HOLIDAYS = open_rulebook().bank_holidays
CALENDAR = open_calendar("example")
COUNTED = (Unit.HOURS, Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS, Unit.SCHOOL_DAYS)
starts = st.dates(date(2013, 1, 1), date(2025, 6, 30))


def days_taken(value, unit, start):
    """How many days a limit really takes."""
    return (last_day_within(value, unit, after=start, calendar=CALENDAR, bank_holidays=HOLIDAYS).due - start).days


@given(st.integers(1, 20), st.sampled_from(COUNTED), starts)
def test_no_count_falls_outside_its_bounds(value, unit, start):
    """The least and the most that are claimed of a limit hold from every day."""
    if unit is Unit.YEARS:
        value = 1
    taken, most = days_taken(value, unit, start), most_days(value, unit, HOLIDAYS)

    assert least_days(value, unit) <= taken
    assert most is None or taken <= most


@given(st.integers(1, 15), st.sampled_from(COUNTED[:-2]), st.integers(1, 15), st.sampled_from(COUNTED[:-2]), starts)
def test_what_is_never_longer_is_not_longer_from_any_day(value, unit, than, than_unit, start):
    """The answer yes is a promise about every day."""
    if never_longer(value, unit, than, than_unit, HOLIDAYS):
        assert days_taken(value, unit, start) <= days_taken(than, than_unit, start)


@pytest.mark.parametrize("count", [1, 3, 10])
def test_the_most_of_working_days_is_reached(count):
    """Some day of the list really takes that long: the bound is no larger than it has to be."""
    first, last = date(HOLIDAYS.first_year, 1, 1), date(HOLIDAYS.last_year, 11, 30)
    taken = [days_taken(count, Unit.WORKING_DAYS, first + timedelta(days=n)) for n in range((last - first).days)]

    assert max(taken) == most_days(count, Unit.WORKING_DAYS, HOLIDAYS)


def test_school_days_have_no_longest():
    """A holiday may be of any length."""
    assert None is most_days(1, Unit.SCHOOL_DAYS, HOLIDAYS)
    assert never_longer(3, Unit.SCHOOL_DAYS, 3, Unit.SCHOOL_DAYS, HOLIDAYS)
