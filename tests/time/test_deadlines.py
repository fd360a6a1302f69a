"""Time limits: golden dates from law, guidance and published cases, and what must hold of any."""

from __future__ import annotations

import json
import pickle
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.domain.deadlines import (
    CountingRule,
    UncountableError,
    deemed_service,
    last_day_beginning_with,
    last_day_within,
    last_school_day_before,
    latest_day_ahead,
    latest_day_leaving,
    school_day_number,
)
from inclusion_rules.errors import CalendarGapError
from inclusion_rules.vocabulary import Unit

ONE_DAY = timedelta(days=1)
DATES = st.dates(date(2012, 9, 4), date(2026, 7, 20))
CIVIL = st.sampled_from([Unit.CALENDAR_DAYS, Unit.HOURS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS])


def within(count, unit=Unit.SCHOOL_DAYS, *, after, calendar):
    """The last day of a limit, as a plain date."""
    return last_day_within(count, unit, after=after, calendar=calendar).due


# Golden examples ---------------------------------------------------------------------------------------------------


def test_a_place_under_fair_access_agreed_on_4_november_is_due_on_2_december(example):
    """Published case D07.3: twenty school days with no closure between."""
    assert date(2024, 12, 2) == within(20, after=date(2024, 11, 4), calendar=example)


def test_the_21st_school_day_is_one_late(example):
    """Published cases D07.1 and D07.2: the 20th is in time, the 21st is late by one."""
    due = within(20, after=date(2024, 11, 4), calendar=example)

    assert 1 == example.school_days_between(due, example.nth_school_day_after(date(2024, 11, 4), 21))


def test_the_sixth_day_of_two_suspensions_back_to_back(example):
    """Published case D01.2: three days from Monday 4 March and three more from the Thursday."""
    assert date(2024, 3, 11) == school_day_number(6, from_day=date(2024, 3, 4), calendar=example).due


def test_a_weekend_between_suspensions_does_not_break_the_count(example):
    """Published case D01.6: two days from Thursday 7 March and four from the Monday."""
    assert date(2024, 3, 14) == school_day_number(6, from_day=date(2024, 3, 7), calendar=example).due


def test_a_notice_two_school_days_ahead_leaves_two_between(example):
    """For a start on Thursday 13 March the Tuesday and Wednesday lie between: Monday is the last day."""
    assert date(2025, 3, 10) == latest_day_leaving(2, before=date(2025, 3, 13), calendar=example).due


def test_a_notice_ahead_of_a_wednesday_is_due_on_the_friday(example):
    """The Monday and Tuesday lie between; the weekend would leave them too, but the school is not open then."""
    assert date(2025, 3, 7) == latest_day_leaving(2, before=date(2025, 3, 12), calendar=example).due


def test_leaving_no_day_between_is_the_last_school_day_before(example):
    """Any school day before leaves none, and the last of them is the latest."""
    assert date(2025, 5, 23) == latest_day_leaving(0, before=date(2025, 6, 2), calendar=example).due


def test_a_notice_further_ahead_than_the_calendar_reaches_stops(example):
    """The school days before its first are not known."""
    with pytest.raises(CalendarGapError, match="2012-09-02"):
        latest_day_leaving(3, before=date(2012, 9, 6), calendar=example)


@pytest.mark.parametrize("year", [2020, 2026])
def test_a_limit_of_fifteen_from_the_last_day_of_summer_ends_in_the_second_half_of_september(example, year):
    """The first session is on Wednesday 2 September: the fifteenth school day is Tuesday 22 September."""
    last_day_of_summer = example.last_day_of_term(f"{year - 1}/{year - 2000} summer")

    assert date(year, 9, 22) == within(15, after=last_day_of_summer, calendar=example)


def test_the_boards_fifteen_school_days_from_14_january(example):
    """The board has notice on Tuesday 14 January 2025: it must meet by 4 February."""
    assert date(2025, 2, 4) == within(15, after=date(2025, 1, 14), calendar=example)


def test_the_sixth_day_counts_its_first_day_where_the_boards_limit_does_not(example):
    """From the same Monday, the sixth day is the next Monday and six days after is the Tuesday."""
    monday = date(2025, 1, 13)

    assert (date(2025, 1, 20), date(2025, 1, 21)) == (
        school_day_number(6, from_day=monday, calendar=example).due,
        within(6, after=monday, calendar=example),
    )


def test_the_last_school_day_before_an_exam_after_half_term_lies_before_half_term(example):
    """An exam on Monday 2 June: the last school day before it is Friday 23 May."""
    assert date(2025, 5, 23) == last_school_day_before(date(2025, 6, 2), calendar=example).due


@pytest.mark.parametrize(
    ("posted", "given_on"),
    [
        (date(2025, 3, 7), date(2025, 3, 11)),
        (date(2025, 3, 10), date(2025, 3, 12)),
        (date(2025, 3, 8), date(2025, 3, 11)),
        (date(2025, 4, 17), date(2025, 4, 23)),
        (date(2025, 5, 23), date(2025, 5, 28)),
        (date(2024, 12, 24), date(2024, 12, 30)),
    ],
)
def test_first_class_post_counts_as_given_on_the_second_working_day(bank_holidays, posted, given_on):
    """Posting on a Friday lands on Tuesday; Easter, May and Christmas push it further."""
    assert given_on == deemed_service(posted, working_days=2, bank_holidays=bank_holidays).due


def test_post_counts_working_days_in_the_school_holidays(example, bank_holidays):
    """Half term stops a count of school days, not the post."""
    posted = date(2025, 2, 14)

    assert (date(2025, 2, 18), date(2025, 2, 25)) == (
        deemed_service(posted, working_days=2, bank_holidays=bank_holidays).due,
        within(2, after=posted, calendar=example),
    )


@pytest.mark.parametrize(
    ("count", "unit", "after", "due"),
    [
        (10, Unit.CALENDAR_DAYS, date(2025, 2, 20), date(2025, 3, 2)),
        (2, Unit.WEEKS, date(2025, 2, 20), date(2025, 3, 6)),
        (6, Unit.MONTHS, date(2025, 1, 14), date(2025, 7, 14)),
        (6, Unit.MONTHS, date(2024, 8, 31), date(2025, 2, 28)),
        (3, Unit.MONTHS, date(2024, 11, 30), date(2025, 2, 28)),
        (1, Unit.MONTHS, date(2024, 1, 31), date(2024, 2, 29)),
        (1, Unit.YEARS, date(2024, 2, 29), date(2025, 2, 28)),
        (6, Unit.YEARS, date(2025, 1, 14), date(2031, 1, 14)),
        (24, Unit.HOURS, date(2025, 1, 14), date(2025, 1, 15)),
        (48, Unit.HOURS, date(2025, 1, 14), date(2025, 1, 16)),
        (25, Unit.HOURS, date(2025, 1, 14), date(2025, 1, 16)),
    ],
)
def test_limits_by_the_civil_calendar(count, unit, after, due):
    """The same weekday, the same day of the month or the month's last; begun days of hours in full."""
    assert due == last_day_within(count, unit, after=after).due


@pytest.mark.parametrize(
    ("count", "unit", "first", "due"),
    [
        (21, Unit.CALENDAR_DAYS, date(2025, 3, 1), date(2025, 3, 21)),
        (2, Unit.WEEKS, date(2025, 3, 3), date(2025, 3, 16)),
        (2, Unit.YEARS, date(2023, 5, 10), date(2025, 5, 9)),
        (1, Unit.MONTHS, date(2025, 3, 1), date(2025, 3, 31)),
        (1, Unit.MONTHS, date(2025, 1, 31), date(2025, 2, 28)),
        (48, Unit.HOURS, date(2025, 3, 1), date(2025, 3, 2)),
    ],
)
def test_limits_beginning_with_a_day_count_that_day(count, unit, first, due):
    """Twenty-one days beginning with 1 March end on 21 March; two years beginning with a day, on the eve of it."""
    assert due == last_day_beginning_with(count, unit, first=first).due


@pytest.mark.parametrize(
    ("count", "unit", "before", "due"),
    [
        (48, Unit.HOURS, date(2025, 3, 13), date(2025, 3, 11)),
        (10, Unit.WEEKS, date(2025, 3, 13), date(2025, 1, 2)),
        (3, Unit.MONTHS, date(2025, 5, 31), date(2025, 2, 28)),
        (2, Unit.YEARS, date(2025, 3, 13), date(2023, 3, 13)),
        (5, Unit.CALENDAR_DAYS, date(2025, 3, 3), date(2025, 2, 26)),
    ],
)
def test_limits_counted_back_by_the_civil_calendar(count, unit, before, due):
    """48 hours before a Thursday is the Tuesday."""
    assert due == latest_day_ahead(count, unit, before=before).due


def test_no_school_days_at_all_means_the_same_day(example):
    """A notice due on the day itself is due that day, or on the next one that the school opens."""
    assert (date(2025, 1, 10), date(2025, 1, 13)) == (
        within(0, after=date(2025, 1, 10), calendar=example),
        within(0, after=date(2025, 1, 11), calendar=example),
    )


@pytest.mark.parametrize("unit", [Unit.CALENDAR_DAYS, Unit.HOURS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS])
def test_nothing_of_a_civil_unit_means_the_same_day(unit):
    """No weeks after a day is that day, not a week later."""
    assert date(2025, 1, 11) == last_day_within(0, unit, after=date(2025, 1, 11)).due


def test_inset_days_do_not_count(shipped_calendar):
    """Four of Suffolk's term days in September and November are training days and are skipped."""
    suffolk = shipped_calendar("suffolk_2024_25")

    assert date(2024, 11, 5) == within(1, after=date(2024, 10, 25), calendar=suffolk)


def test_fifty_school_days_from_late_in_the_year_end_in_the_next(shipped_calendar):
    """Leicestershire's and East Sussex's calendars carry the year that follows for such counts."""
    ends = [
        within(50, after=date(2025, 6, 23), calendar=shipped_calendar(name))
        for name in ("leicestershire_2024_25", "east_sussex_2024_25")
    ]

    assert [date(2025, 10, 15), date(2025, 10, 16)] == ends


def test_a_count_past_what_is_known_of_a_county_stops(shipped_calendar):
    """Suffolk's dates for 2025/26 were not found, so nothing is said of them."""
    with pytest.raises(CalendarGapError, match="from 2025-07-23 onwards"):
        within(50, after=date(2025, 6, 23), calendar=shipped_calendar("suffolk_2024_25"))


# What holds of any -------------------------------------------------------------------------------------------------


@given(day=DATES, count=st.integers(1, 60))
def test_a_limit_in_school_days_ends_on_a_school_day_with_that_many_counted(example, open_days, day, count):
    """It never falls on a closed day, and the days counted are exactly as many as the limit."""
    try:
        due = within(count, after=day, calendar=example)
    except CalendarGapError:
        return
    days = open_days("example")

    assert (True, count) == (due in days, sum(1 for each in days if day < each <= due))


@given(day=DATES, count=st.integers(1, 60), unit=st.sampled_from([*Unit][:6]))
def test_a_longer_limit_ends_strictly_later(example, day, count, unit):
    """One more unit is at least one more day."""
    try:
        shorter, longer = (within(n, unit, after=day, calendar=example) for n in (count, count + 1))
    except CalendarGapError:
        return

    assert shorter < longer


@given(day=DATES, later=st.integers(0, 30), count=st.integers(1, 60))
def test_a_limit_that_starts_later_never_ends_earlier(example, day, later, count):
    """Waiting does not bring a deadline forward."""
    try:
        first, second = (within(count, after=start, calendar=example) for start in (day, day + later * ONE_DAY))
    except CalendarGapError:
        return

    assert first <= second


@given(day=DATES, count=st.integers(0, 30))
def test_the_latest_day_that_leaves_enough_is_the_latest(example, open_days, day, count):
    """A school day with exactly so many between it and the day: from the next one there are fewer."""
    days = open_days("example")
    try:
        due = latest_day_leaving(count, before=day, calendar=example).due
    except CalendarGapError:
        return

    assert (True, count) == (due in days, sum(1 for each in days if due < each < day))


IN_SCHOOL_DAYS = {
    "within": lambda n, day, calendar: last_day_within(n, Unit.SCHOOL_DAYS, after=day, calendar=calendar),
    "beginning with": lambda n, day, calendar: last_day_beginning_with(
        n, Unit.SCHOOL_DAYS, first=day, calendar=calendar
    ),
    "number": lambda n, day, calendar: school_day_number(n, from_day=day, calendar=calendar),
    "leaving": lambda n, day, calendar: latest_day_leaving(n, before=day, calendar=calendar),
    "before": lambda _, day, calendar: last_school_day_before(day, calendar=calendar),
}


@pytest.mark.parametrize("way", IN_SCHOOL_DAYS)
@given(day=DATES, count=st.integers(0, 60))
def test_every_limit_in_school_days_ends_on_a_school_day(example, open_days, way, day, count):
    """Forward or back, whatever the day it is tied to."""
    try:
        due = IN_SCHOOL_DAYS[way](count, day, example).due
    except (CalendarGapError, UncountableError):
        return

    assert due in open_days("example")


@pytest.mark.parametrize(("way", "sign"), [("within", 1), ("beginning with", 1), ("number", 1), ("leaving", -1)])
@given(day=DATES, count=st.integers(1, 60))
def test_one_more_school_day_moves_the_end_strictly(example, way, sign, day, count):
    """Limits that run forward end later, and those that run back end earlier."""
    try:
        shorter, longer = (IN_SCHOOL_DAYS[way](n, day, example).due for n in (count, count + 1))
    except CalendarGapError:
        return

    assert sign * (longer - shorter) > timedelta(0)


@given(day=DATES)
def test_no_school_day_lies_between_the_last_one_before_a_day_and_that_day(example, open_days, day):
    """Otherwise it would not be the last."""
    days = open_days("example")
    try:
        due = last_school_day_before(day, calendar=example).due
    except CalendarGapError:
        return

    assert due in days
    assert not any(due < each < day for each in days)


@given(first=DATES, count=st.integers(1, 400), unit=CIVIL)
def test_a_limit_that_begins_with_a_day_never_outlasts_one_that_runs_from_it(first, count, unit):
    """Counting the first day ends the limit a day sooner, or on the same last day of a short month."""
    inclusive = last_day_beginning_with(count, unit, first=first).due
    exclusive = last_day_within(count, unit, after=first).due

    assert exclusive - inclusive in (ONE_DAY, timedelta(0))


# Values and refusals -----------------------------------------------------------------------------------------------


def test_a_deadline_says_how_it_was_counted(example):
    """The day, the count, the unit, the day it runs from, the rule and the calendar."""
    assert {
        "due": "2025-02-04",
        "unit": "school days",
        "count": 15,
        "counted_from": "2025-01-14",
        "rule": "the day after is day 1",
        "calendar": "example",
    } == last_day_within(15, Unit.SCHOOL_DAYS, after=date(2025, 1, 14), calendar=example).as_data()


def test_a_deadline_is_plain_enough_for_json(bank_holidays):
    """Written and read again, nothing is lost."""
    written = deemed_service(date(2025, 3, 7), working_days=2, bank_holidays=bank_holidays).as_data()

    assert written == json.loads(json.dumps(written))


def test_a_deadline_travels_to_another_process_whole(example):
    """It is a value."""
    deadline = school_day_number(6, from_day=date(2024, 3, 4), calendar=example)

    assert deadline == pickle.loads(pickle.dumps(deadline))  # noqa: S301 - our own bytes


def test_working_days_may_be_taken_from_the_calendar(example, bank_holidays):
    """A school's calendar holds the bank holidays it was built with."""
    ours = last_day_within(2, Unit.WORKING_DAYS, after=date(2025, 4, 17), calendar=example)

    assert ours == last_day_within(2, Unit.WORKING_DAYS, after=date(2025, 4, 17), bank_holidays=bank_holidays)


def test_working_days_beginning_with_a_day_count_it(bank_holidays):
    """Two working days beginning with a Friday end on the Monday."""
    limit = last_day_beginning_with(2, Unit.WORKING_DAYS, first=date(2025, 3, 7), bank_holidays=bank_holidays)

    assert (date(2025, 3, 10), CountingRule.FIRST_DAY_IS_ONE) == (limit.due, limit.rule)


@pytest.mark.parametrize(
    ("ask", "complaint"),
    [
        (lambda: last_day_within(2, Unit.SCHOOL_DAYS, after=date(2025, 3, 7)), "needs the school's calendar"),
        (lambda: last_day_within(2, Unit.WORKING_DAYS, after=date(2025, 3, 7)), "needs the bank holidays"),
        (lambda: last_day_within(2, Unit.POUNDS, after=date(2025, 3, 7)), "`pounds` cannot be counted"),
        (lambda: last_day_within(-1, Unit.WEEKS, after=date(2025, 3, 7)), "`-1 weeks` is not a time limit"),
        (lambda: last_day_within(9999, Unit.YEARS, after=date(2025, 3, 7)), "past the years that dates can have"),
        (lambda: last_day_beginning_with(0, Unit.WEEKS, first=date(2025, 3, 7)), "at least 1"),
        (lambda: latest_day_ahead(2, Unit.SCHOOL_DAYS, before=date(2025, 3, 7)), "`school days` cannot be counted"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_words(ask, complaint):
    """The wrong unit, a missing calendar, or a number that is no limit."""
    with pytest.raises(UncountableError, match=complaint):
        ask()
