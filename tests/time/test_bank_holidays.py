"""Bank holidays and working days, held against lists that are not ours."""

from __future__ import annotations

import copy
import csv
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.domain.school_calendar import BankHolidays, CalendarShapeError, bank_holidays_from
from inclusion_rules.errors import CalendarGapError

YEARS = range(2012, 2029)
OWN_COPY = Path(__file__).parent / "data" / "bank_holidays.csv"


def test_the_list_agrees_with_an_independent_one(bank_holidays):
    """Every weekday that the holidays package knows for England, 2012 to 2028, and no other."""
    independent = holidays.country_holidays("GB", subdiv="ENG", years=YEARS)

    assert {day for day in independent if day.weekday() < 5} == set(bank_holidays.days)


def test_the_list_agrees_with_our_copy_of_the_figures(bank_holidays):
    """A second copy, so that a slip in one of the two shows."""
    with OWN_COPY.open(encoding="utf-8") as rows:
        copied = {date.fromisoformat(row["date"]) for row in csv.DictReader(rows)}

    assert copied == set(bank_holidays.days)


def test_substitute_days_are_marked(published_holidays):
    """A day that stands in for one that fell on a weekend says so."""
    with OWN_COPY.open(encoding="utf-8") as rows:
        copied = {row["date"] for row in csv.DictReader(rows) if row["substitute"] == "yes"}
    marked = {
        event["date"]
        for event in published_holidays["england-and-wales"]["events"]
        if event["notes"] == "Substitute day"
    }

    # In 2012 the spring holiday was itself moved for the jubilee, and is published as a substitute.
    assert copied | {"2012-06-04"} == marked


@pytest.mark.parametrize(
    ("day", "title"),
    [
        (date(2012, 6, 4), "Spring bank holiday"),
        (date(2012, 6, 5), "Queen’s Diamond Jubilee"),
        (date(2020, 5, 8), "Early May bank holiday (VE day)"),
        (date(2022, 6, 2), "Spring bank holiday"),
        (date(2022, 6, 3), "Platinum Jubilee bank holiday"),
        (date(2022, 9, 19), "Bank Holiday for the State Funeral of Queen Elizabeth II"),
        (date(2023, 5, 8), "Bank holiday for the coronation of King Charles III"),
        (date(2028, 12, 26), "Boxing Day"),
    ],
)
def test_the_years_that_differed_are_right(bank_holidays, day, title):
    """Moved and extra days, by their published titles."""
    assert title == bank_holidays.days[day]


@pytest.mark.parametrize("day", [date(2012, 5, 28), date(2020, 5, 4), date(2022, 5, 30)])
def test_the_usual_day_of_a_moved_holiday_is_a_working_day(bank_holidays, day):
    """The last Monday of May 2012 and 2022, and the first of May 2020, were ordinary."""
    assert bank_holidays.is_working_day(day)


@given(day=st.dates(date(2012, 1, 1), date(2028, 6, 1)), n=st.integers(1, 60))
def test_the_nth_working_day_after_is_a_working_day_with_n_in_between(bank_holidays, day, n):
    """It is itself the nth: as many working days lie after the start, up to and including it."""
    due = bank_holidays.nth_working_day_after(day, n)
    after = [day + timedelta(days=k) for k in range(1, (due - day).days + 1)]

    assert (n, True) == (sum(map(bank_holidays.is_working_day, after)), bank_holidays.is_working_day(due))


def test_a_count_past_the_last_year_names_the_list_and_the_day(bank_holidays):
    """The list has an end, and says so."""
    with pytest.raises(CalendarGapError, match="`bank holidays 2012-2028` does not know the dates from 2029-01-01"):
        bank_holidays.nth_working_day_after(date(2028, 12, 28), 2)


def test_a_day_before_the_first_year_is_refused(bank_holidays):
    """Nor does it reach back before 2012."""
    with pytest.raises(CalendarGapError, match="from 2011-12-30 to 2011-12-31"):
        bank_holidays.is_working_day(date(2011, 12, 30))


def test_a_list_reads_as_it_is_written(bank_holidays):
    """Written out and read again, it is the same list."""
    assert bank_holidays == bank_holidays_from(bank_holidays.as_data())


def test_a_list_without_events_is_refused():
    """An empty list would open every school at Christmas."""
    with pytest.raises(CalendarShapeError, match="no list `events` under `england-and-wales`"):
        bank_holidays_from({"scotland": {"events": []}})


def test_every_event_that_cannot_be_read_is_told(published_holidays):
    """A missing title, a date that is none, and a day listed twice."""
    spoilt = copy.deepcopy(published_holidays)
    events = spoilt["england-and-wales"]["events"]
    del events[0]["title"]
    events[1]["date"] = "6 April 2012"
    events.append(dict(events[2]))

    with pytest.raises(CalendarShapeError) as caught:
        bank_holidays_from(spoilt)

    assert ["event 1", "event 2", f"event {len(events)}"] == [
        " ".join(problem.split()[:2]).rstrip(":") for problem in caught.value.problems
    ]


def test_the_list_can_be_kept_in_a_set(bank_holidays):
    """It is a value: an equal list is the same member."""
    again = BankHolidays(
        dict(bank_holidays.days), bank_holidays.first_year, bank_holidays.last_year, bank_holidays.version
    )

    assert {bank_holidays} == {again}
