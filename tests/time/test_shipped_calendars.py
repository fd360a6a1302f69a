"""The calendar files that ship: what they promise, and how sure they say they are."""

from __future__ import annotations

from datetime import date

import pytest

COUNTIES = (
    "leicestershire_2024_25",
    "suffolk_2024_25",
    "east_sussex_2024_25",
    "east_sussex_2025_26",
    "somerset_2024_25",
)


@pytest.mark.parametrize("name", [*COUNTIES, "example"])
def test_a_shipped_calendar_says_where_it_is_from_and_how_sure_it_is(calendar_file, name):
    """A date without a source is a rumour."""
    written = calendar_file(name)

    assert all((written["calendar"] == name, written["source"]["url"], written["certainty"], written["title"]))


def test_somerset_says_that_it_is_inferred(calendar_file):
    """Nobody may take the stand-in for the council's own dates."""
    assert "inferred, not official" == calendar_file("somerset_2024_25")["certainty"]


@pytest.mark.parametrize(
    ("name", "first", "last", "days"),
    [
        ("leicestershire_2024_25", date(2024, 8, 27), date(2025, 7, 11), 190),
        ("leicestershire_2024_25", date(2025, 8, 26), date(2026, 7, 7), 190),
        ("suffolk_2024_25", date(2024, 9, 2), date(2025, 7, 22), 190),
        ("east_sussex_2024_25", date(2024, 9, 2), date(2025, 7, 22), 190),
        ("east_sussex_2025_26", date(2025, 9, 3), date(2026, 7, 22), 194),
        ("somerset_2024_25", date(2024, 9, 2), date(2025, 7, 22), 195),
    ],
)
def test_a_year_has_as_many_school_days_as_its_source_says(shipped_calendar, name, first, last, days):
    """190 for pupils, or 195 less the training days that the source names."""
    assert days == sum(1 for _ in shipped_calendar(name).school_days(first, last))


def test_both_east_sussex_files_agree_on_the_year_they_share(shipped_calendar):
    """The same term dates twice must stay the same dates."""
    first, last = date(2025, 9, 3), date(2026, 7, 22)
    either = [
        list(shipped_calendar(name).school_days(first, last)) for name in ("east_sussex_2024_25", "east_sussex_2025_26")
    ]

    assert either[0] == either[1]


@pytest.mark.parametrize("starts_in", range(2012, 2027))
def test_the_example_school_has_three_terms_every_year(example, starts_in):
    """Autumn, spring and summer, of at least fifty school days each."""
    year = f"{starts_in}/{(starts_in + 1) % 100:02d}"
    lengths = [
        sum(1 for _ in example.school_days(*example.term_span(f"{year} {period}")))
        for period in ("autumn", "spring", "summer")
    ]

    assert min(lengths) >= 50


def test_the_example_school_covers_the_years_of_the_regulations(example):
    """From the first term under the 2012 regulations to the summer of 2027."""
    assert (date(2012, 9, 3), date(2027, 7, 23)) == (example.covers_from, example.covers_to)


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        (date(2014, 11, 3), True),
        (date(2020, 7, 21), True),
        (date(2020, 7, 22), False),
        (date(2020, 9, 2), True),
        (date(2024, 3, 28), True),
        (date(2024, 10, 28), False),
        (date(2025, 4, 4), True),
        (date(2025, 4, 7), False),
        (date(2025, 4, 22), True),
        (date(2025, 9, 1), False),
        (date(2025, 12, 19), True),
    ],
)
def test_the_days_that_scenarios_lean_on_stay_as_they_are(example, day, opens):
    """Scenarios are written against these dates."""
    assert opens == example.is_school_day(day)
