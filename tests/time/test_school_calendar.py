"""School calendars: counting, layers, terms and years, and the refusal to guess."""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.domain.school_calendar import (
    BankHolidays,
    CalendarLayer,
    CalendarShapeError,
    Closure,
    Opening,
    SchoolCalendar,
    TermPeriod,
)
from inclusion_rules.errors import CalendarGapError, UnknownNameError

ONE_DAY = timedelta(days=1)
TERMS = (
    TermPeriod("autumn 2", "autumn", date(2024, 11, 4), date(2024, 12, 20)),
    TermPeriod("spring 1", "spring", date(2025, 1, 6), date(2025, 2, 14)),
)
COVERS = (date(2024, 10, 28), date(2025, 2, 21))


def a_layer(name: str = "school", **changed: Any) -> CalendarLayer:
    """A layer with half an autumn and half a spring term; what is given replaces what it says."""
    given = {"covers": COVERS, "terms": TERMS, **changed}
    return CalendarLayer(name, **given)


@pytest.fixture
def joined(bank_holidays: BankHolidays):
    """Joins layers, the base first, with the bank holidays of England."""
    return lambda *layers: SchoolCalendar.of(layers, bank_holidays)


# Counting ----------------------------------------------------------------------------------------------------------

DATES = st.dates(date(2012, 9, 4), date(2026, 7, 20))


@given(day=DATES, n=st.integers(1, 120))
def test_the_nth_school_day_after_is_found_as_a_walk_day_by_day_finds_it(example, open_days, day, n):
    """The index answers as a plain loop over the days does."""
    days = open_days("example")
    walked, left = day, n
    while left and walked < date(2027, 7, 23):
        walked += ONE_DAY
        left -= walked in days

    if left:
        with pytest.raises(CalendarGapError):
            example.nth_school_day_after(day, n)
    else:
        assert walked == example.nth_school_day_after(day, n)


@given(day=DATES, n=st.integers(1, 120))
def test_the_nth_school_day_from_a_day_is_the_nth_after_the_day_before(example, day, n):
    """Counting the first day as 1 is counting from the day before it."""
    assert example.nth_school_day_after(day - ONE_DAY, n) == example.nth_school_day_from(day, n)


@given(day=DATES, n=st.integers(1, 120))
def test_counting_back_undoes_counting_forward_from_a_school_day(example, day, n):
    """From a school day, n days on and n days back lead to the same day."""
    start = example.school_day_on_or_after(day)
    try:
        forward = example.nth_school_day_after(start, n)
    except CalendarGapError:
        return
    assert start == example.nth_school_day_before(forward, n)


@given(first=DATES, second=DATES)
def test_the_days_between_are_those_that_iterating_finds(example, open_days, first, second):
    """After the first up to and including the second; none where the second is not later."""
    days = open_days("example")
    found = sum(1 for day in days if first < day <= second)

    assert found == example.school_days_between(first, second)


@given(first=DATES, second=DATES)
def test_strictly_between_counts_neither_end(example, open_days, first, second):
    """Neither the day it starts after nor the day it ends before is counted."""
    found = sum(1 for day in open_days("example") if first < day < second)

    assert found == example.school_days_strictly_between(first, second)


@given(first=DATES, length=st.integers(-3, 60))
def test_school_days_are_listed_in_order_with_both_ends(example, open_days, first, length):
    """Every school day of a stretch, first and last included."""
    last = min(first + length * ONE_DAY, date(2027, 7, 23))
    expected = sorted(day for day in open_days("example") if first <= day <= last)

    assert expected == list(example.school_days(first, last))


@pytest.mark.parametrize(
    "name",
    ["example", "leicestershire_2024_25", "suffolk_2024_25", "east_sussex_2024_25", "east_sussex_2025_26",
     "somerset_2024_25"],
)  # fmt: skip
def test_every_shipped_calendar_opens_on_the_days_its_file_leaves_open(shipped_calendar, open_days, name):
    """The calendar and a set built straight from the file agree on every day covered."""
    calendar = shipped_calendar(name)

    assert sorted(open_days(name)) == list(calendar.school_days(calendar.covers_from, calendar.covers_to))


def test_a_count_starts_from_one(example):
    """There is no school day number nought."""
    with pytest.raises(ValueError, match="counted from 1, not from 0"):
        example.nth_school_day_after(date(2025, 1, 6), 0)


def test_the_school_day_before_a_school_day_is_another(example):
    """Strictly before: Monday's is the Friday."""
    assert date(2025, 1, 10) == example.school_day_before(date(2025, 1, 13))


# Why a day counts or not -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "why", "layer"),
    [
        (date(2025, 2, 15), "Saturday", "every week"),
        (date(2025, 4, 18), "bank holiday: Good Friday", "bank holidays"),
        (date(2025, 2, 18), "between terms", "leicestershire_2024_25"),
        (date(2025, 2, 14), "closed: INSET", "leicestershire_2024_25"),
        (date(2025, 2, 13), "school day", "leicestershire_2024_25"),
    ],
)
def test_a_day_says_why_it_counts_or_not_and_who_says_so(shipped_calendar, day, why, layer):
    """Each reason names the weekend, the list or the layer it comes from."""
    reason = shipped_calendar("leicestershire_2024_25").day(day)

    assert (why, layer) == (reason.why, reason.layer)


def test_a_bank_holiday_in_term_closes_the_school(example):
    """Nobody needs to list Early May."""
    assert not example.is_school_day(date(2025, 5, 5))


# Layers ------------------------------------------------------------------------------------------------------------


def test_closures_of_all_layers_add_up(joined):
    """A school that starts from its authority's calendar keeps the authority's closures and adds its own."""
    base = a_layer("county", closed=(Closure(date(2024, 11, 5), date(2024, 11, 5), "county INSET"),))
    school = a_layer(terms=(), covers=None, closed=(Closure(date(2024, 11, 6), date(2024, 11, 6), "boiler"),))

    calendar = joined(base, school)

    assert [date(2024, 11, 4), date(2024, 11, 7)] == list(calendar.school_days(date(2024, 11, 4), date(2024, 11, 7)))


def test_the_nearest_layer_that_speaks_of_terms_decides_them(joined):
    """A school's own terms replace the authority's altogether."""
    own = (TermPeriod("autumn 2", "autumn", date(2024, 10, 28), date(2024, 11, 29)),)

    calendar = joined(a_layer("county"), a_layer(terms=own))

    assert (True, "between terms") == (calendar.is_school_day(date(2024, 10, 28)), calendar.day(date(2025, 1, 6)).why)


@pytest.mark.parametrize("day", [date(2024, 11, 9), date(2024, 12, 25), date(2025, 1, 3), date(2024, 11, 5)], ids=str)
def test_an_opening_beats_weekend_holiday_gap_and_closure(joined, day):
    """The school did open, whatever would have closed it."""
    base = a_layer("county", closed=(Closure(date(2024, 11, 5), date(2024, 11, 5), "strike"),))
    school = a_layer(terms=(), covers=None, open=(Opening(day, "moved"),))

    assert ("opened: moved", "school") == (joined(base, school).day(day).why, joined(base, school).day(day).layer)


def test_a_nearer_closure_beats_an_opening_further_out(joined):
    """The school knows best: it was closed on the Saturday that the authority had opened."""
    base = a_layer("county", open=(Opening(date(2024, 11, 9), "Saturday school"),))
    school = a_layer(terms=(), covers=None, closed=(Closure(date(2024, 11, 9), date(2024, 11, 9), "snow"),))

    assert not joined(base, school).is_school_day(date(2024, 11, 9))


def test_a_nearer_layer_cannot_stretch_terms_that_it_does_not_set(joined):
    """Wider `covers` over somebody else's terms would turn unknown terms into holidays."""
    school = a_layer(terms=(), covers=(date(2024, 9, 1), date(2025, 7, 31)))

    calendar = joined(a_layer("county"), school)

    assert COVERS == (calendar.covers_from, calendar.covers_to)


def test_without_covers_a_calendar_reaches_from_its_first_term_to_its_last(joined):
    """What is not said to be known is known for the terms alone."""
    calendar = joined(a_layer(covers=None))

    assert (TERMS[0].first, TERMS[-1].last) == (calendar.covers_from, calendar.covers_to)


# The ends ----------------------------------------------------------------------------------------------------------


def test_a_count_past_the_end_names_the_first_day_missing(joined):
    """It never guesses a term."""
    with pytest.raises(CalendarGapError) as caught:
        joined(a_layer()).nth_school_day_after(date(2025, 2, 10), 5)

    assert ("school", date(2025, 2, 22)) == (caught.value.calendar, caught.value.missing_from)


def test_the_last_school_day_known_can_still_be_reached(joined):
    """The end itself is inside."""
    assert date(2025, 2, 14) == joined(a_layer()).nth_school_day_after(date(2025, 2, 10), 4)


@pytest.mark.parametrize(
    "ask",
    [
        lambda calendar, day: calendar.is_school_day(day),
        lambda calendar, day: calendar.day(day),
        lambda calendar, day: calendar.term_of(day),
        lambda calendar, day: calendar.school_year_of(day),
        lambda calendar, day: calendar.nth_school_day_from(day, 1),
        lambda calendar, day: calendar.school_days_between(day - ONE_DAY, COVERS[1]),
        lambda calendar, day: list(calendar.school_days(day, COVERS[1])),
    ],
)
def test_what_depends_on_a_day_before_the_start_is_refused(joined, ask):
    """The days that are missing are named, up to the first that is known."""
    with pytest.raises(CalendarGapError) as caught:
        ask(joined(a_layer()), date(2024, 10, 20))

    assert (date(2024, 10, 20), date(2024, 10, 27)) == (caught.value.missing_from, caught.value.missing_to)


def test_counting_back_past_the_start_is_refused(joined):
    """There is no school day before the first one known."""
    with pytest.raises(CalendarGapError):
        joined(a_layer()).nth_school_day_before(date(2024, 11, 5), 2)


def test_where_the_bank_holidays_end_first_they_are_named(joined):
    """A calendar that outlasts the list of bank holidays stops with the list."""
    calendar = joined(
        CalendarLayer(
            "far",
            (date(2028, 9, 4), date(2029, 2, 9)),
            (TermPeriod("autumn", None, date(2028, 9, 4), date(2029, 2, 9)),),
        )
    )

    with pytest.raises(CalendarGapError, match="`bank holidays 2012-2028` does not know the dates from 2029-01-01"):
        calendar.nth_school_day_after(date(2028, 12, 20), 20)


# Terms and school years --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "term"),
    [
        (date(2024, 9, 2), "2024/25 autumn"),
        (date(2024, 10, 30), "2024/25 autumn"),
        (date(2024, 12, 20), "2024/25 autumn"),
        (date(2024, 12, 21), None),
        (date(2025, 1, 6), "2024/25 spring"),
        (date(2025, 7, 22), "2024/25 summer"),
        (date(2025, 9, 2), "2025/26 autumn"),
    ],
)
def test_half_terms_are_grouped_into_terms_by_period(example, day, term):
    """Half-term holidays belong to the term; the holidays between terms to none."""
    assert term == example.term_of(day)


def test_a_term_spans_its_half_terms(example):
    """From the first day of the first half to the last day of the second."""
    assert (date(2025, 1, 6), date(2025, 4, 4)) == example.term_span("2024/25 spring")


def test_an_unknown_term_is_answered_with_the_nearest(example):
    """A slip in a term's name is met with the right one."""
    with pytest.raises(UnknownNameError) as caught:
        example.term_span("2024/25 sprign")

    assert "2024/25 spring" == caught.value.nearest


def test_the_last_day_of_term_is_one_on_which_the_school_opens(shipped_calendar):
    """INSET on the last Monday and Tuesday leaves the Friday before."""
    assert date(2025, 7, 18) == shipped_calendar("east_sussex_2024_25").last_day_of_term("2024/25 summer")


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2024, 9, 1), "2023/24"),
        (date(2024, 9, 2), "2024/25"),
        (date(2025, 7, 31), "2024/25"),
        (date(2025, 9, 1), "2024/25"),
        (date(2025, 9, 2), "2025/26"),
        (date(2019, 12, 31), "2019/20"),
    ],
)
def test_a_school_year_starts_with_the_first_autumn_term_after_july(example, day, year):
    """Not on 1 September: the days before the first day of term still belong to the year before."""
    assert year == example.school_year_of(day)


def test_a_school_year_may_start_in_august(shipped_calendar):
    """Leicestershire goes back in the last week of August."""
    calendar = shipped_calendar("leicestershire_2024_25")

    assert ("2024/25", "2025/26") == (
        calendar.school_year_of(date(2025, 8, 25)),
        calendar.school_year_of(date(2025, 8, 26)),
    )


def test_a_calendar_that_starts_in_the_autumn_cannot_tell_the_year_of_a_day_before_its_first_term(joined):
    """An autumn term may have started before the calendar does: it names the weeks it would need."""
    with pytest.raises(CalendarGapError) as caught:
        joined(a_layer()).school_year_of(date(2024, 10, 30))

    assert (date(2024, 8, 1), date(2024, 10, 27)) == (caught.value.missing_from, caught.value.missing_to)


def test_without_periods_terms_are_grouped_by_the_first_word_of_their_names(joined):
    """`Spring 1` is part of the spring term."""
    plain = tuple(TermPeriod(term.name.title(), None, term.first, term.last) for term in TERMS)

    assert "2024/25 spring" == joined(a_layer(terms=plain)).term_of(date(2025, 1, 7))


def test_numbered_terms_stand_for_themselves_and_the_first_after_july_starts_the_year(joined):
    """Where no name says autumn, the first term to start after 31 July starts the school year."""
    numbered = (
        TermPeriod("Term 6", None, date(2025, 6, 2), date(2025, 7, 22)),
        TermPeriod("Term 1", None, date(2025, 9, 3), date(2025, 10, 24)),
    )
    calendar = joined(CalendarLayer("numbered", (date(2025, 6, 2), date(2025, 10, 24)), numbered))

    assert ("2024/25 Term 6", "2025/26 Term 1") == (
        calendar.term_of(date(2025, 6, 9)),
        calendar.term_of(date(2025, 9, 10)),
    )


# Shape -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"covers": (date(2025, 2, 21), date(2024, 10, 28)), "terms": ()}, "`covers` runs backwards"),
        ({"covers": (date(2024, 11, 5), date(2025, 2, 21))}, "`autumn 2` .* reaches outside `covers`"),
        ({"terms": (TERMS[0], TermPeriod("s", "spring", date(2024, 12, 20), date(2025, 1, 9)))}, "`s` starts on"),
        ({"terms": (TermPeriod("a", "autumn", date(2024, 12, 20), date(2024, 11, 4)),)}, "`a` runs backwards"),
        ({"terms": (TERMS[0], TermPeriod("s", None, date(2025, 1, 6), date(2025, 1, 9)))}, "give one to `s`"),
        ({"closed": (Closure(date(2024, 11, 6), date(2024, 11, 5), "snow"),)}, "closure `snow` runs backwards"),
        ({"open": (Opening(date(2025, 3, 1), "x"),)}, "`open` names 2025-03-01, which is outside"),
        ({"terms": ()}, "nothing says when the terms are"),
        (
            {"terms": (*TERMS, TermPeriod("late", "autumn", date(2025, 2, 17), date(2025, 2, 18)))},
            "`2024/25 spring` starts on 2025-01-06, before `2024/25 autumn` has ended",
        ),
    ],
)  # fmt: skip
def test_a_calendar_that_contradicts_itself_is_refused(joined, changed, complaint):
    """Each contradiction is told in plain words."""
    with pytest.raises(CalendarShapeError, match=complaint):
        joined(a_layer(**changed))


def test_every_problem_is_told_at_once(joined):
    """Nobody should have to run it once for each slip."""
    with pytest.raises(CalendarShapeError) as caught:
        joined(
            a_layer(
                closed=(Closure(date(2024, 11, 6), date(2024, 11, 5)),),
                open=(Opening(date(2025, 3, 1)), Opening(date(2023, 3, 1))),
            )
        )

    assert 3 == len(caught.value.problems)


def test_a_calendar_travels_to_another_process_whole(example):
    """What arrives is the same school on every day."""
    arrived = pickle.loads(pickle.dumps(example))  # noqa: S301 - our own bytes

    assert list(example.school_days(example.covers_from, example.covers_to)) == list(
        arrived.school_days(example.covers_from, example.covers_to)
    )


def test_a_shape_error_travels_to_another_process_whole():
    """A worker's error arrives with every problem."""
    error = CalendarShapeError("school", ["one", "two"])

    assert ("one", "two") == pickle.loads(pickle.dumps(error)).problems  # noqa: S301 - our own bytes
