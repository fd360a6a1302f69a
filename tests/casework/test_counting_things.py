"""Facts that count the words of a set, and facts that name a school day of the half term that begins next."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.casework.fact_functions import FUNCTIONS, LOOKS_AT, Circumstances
from inclusion_rules.casework.opening import open_calendar
from inclusion_rules.domain.facts import NOTHING, Unknown, Value
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.errors import CalendarGapError

EXAMPLE = open_calendar("example")
NAME = "some fact"


def seen(calendar: SchoolCalendar = EXAMPLE) -> Circumstances:
    """A day on which nothing is recorded."""
    return Circumstances(NAME, None, (), (), calendar, date(2025, 3, 3), True)


def number_of(things: Value) -> Value:
    """How many things the function finds."""
    return FUNCTIONS["number_of_things"][0](seen(), {"of": things})


def next_half_term(after: Value, ordinal: int = 1, calendar: SchoolCalendar = EXAMPLE) -> Value:
    """The school day that the function names."""
    return FUNCTIONS["school_day_of_next_half_term"][0](seen(calendar), {"ordinal": ordinal, "after": after})


@given(st.frozensets(st.text(min_size=1, max_size=8), max_size=12))
def test_each_word_of_a_set_counts_once(things: frozenset[str]) -> None:
    """The number is that of the different words."""
    assert number_of(things) == len(things)


def test_of_what_was_never_recorded_there_is_none() -> None:
    """A set that no event could have brought has no words, and that is known."""
    assert number_of(NOTHING) == 0


def test_of_what_was_left_out_nobody_knows_how_many() -> None:
    """A set left out of a recorded event is not known, and neither is its number."""
    left_out = Unknown(frozenset({"routes"}))
    assert number_of(left_out) == left_out


@pytest.mark.parametrize(
    ("after", "begins"),
    [
        (date(2024, 9, 2), date(2024, 11, 4)),
        (date(2024, 10, 25), date(2024, 11, 4)),
        (date(2024, 10, 28), date(2024, 11, 4)),
        (date(2024, 11, 3), date(2024, 11, 4)),
        (date(2024, 11, 4), date(2025, 1, 6)),
        (date(2025, 7, 22), date(2025, 9, 2)),
    ],
)
def test_the_half_term_that_begins_next_is_named(after: date, begins: date) -> None:
    """From within a half term, from its first day and from a holiday, the first day of the next one is told."""
    assert next_half_term(after) == begins


def test_a_later_day_of_it_skips_what_is_closed() -> None:
    """The sixth school day of a half term that begins on a Monday is the Monday after."""
    assert next_half_term(date(2024, 10, 25), ordinal=6) == date(2024, 11, 11)


def test_a_first_day_that_is_closed_is_passed_over() -> None:
    """Where the first day is an INSET day, the first school day is the one after."""
    suffolk = open_calendar("suffolk_2024_25")
    assert next_half_term(date(2024, 10, 25), calendar=suffolk) == date(2024, 11, 5)


@given(st.dates(date(2013, 1, 1), date(2026, 12, 31)))
def test_it_is_a_school_day_after_the_day_asked_from(after: date) -> None:
    """The day named is a school day, later than the day asked from, with no later beginning passed over."""
    begins = next_half_term(after)
    assert isinstance(begins, date)
    assert begins > after
    assert EXAMPLE.is_school_day(begins)
    assert next_half_term(begins - timedelta(days=1)) == begins


def test_the_working_of_the_day_is_kept() -> None:
    """What was counted is told with the date, like every other limit."""
    circumstances = seen()
    FUNCTIONS["school_day_of_next_half_term"][0](circumstances, {"ordinal": 1, "after": date(2024, 10, 25)})
    assert circumstances.deadlines[NAME].due == date(2024, 11, 4)


def test_past_the_calendar_it_says_that_it_cannot_tell() -> None:
    """After the last half term that the calendar has, no day is guessed."""
    with pytest.raises(CalendarGapError):
        next_half_term(date(2025, 6, 10), calendar=open_calendar("suffolk_2024_25"))


def test_from_a_day_that_is_not_known_none_is() -> None:
    """A day left out stays not known; one that was never recorded leads to no day."""
    left_out = Unknown(frozenset({"starts on"}))
    assert next_half_term(left_out) == left_out
    assert next_half_term(NOTHING) is NOTHING


def test_neither_looks_at_anything_that_is_recorded() -> None:
    """Both rest on what they are given and on the calendar alone."""
    assert {LOOKS_AT[name] for name in ("number_of_things", "school_day_of_next_half_term")} == {""}
