"""The working of a deadline, and the separate check that it holds."""

from __future__ import annotations

import ast
import copy
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inclusion_rules.domain import certificate_check
from inclusion_rules.domain.certificate_check import complaints_about
from inclusion_rules.domain.deadlines import (
    CountingRule,
    Deadline,
    certificate_of,
    deemed_service,
    last_day_beginning_with,
    last_day_within,
    last_school_day_before,
    latest_day_ahead,
    latest_day_leaving,
)
from inclusion_rules.domain.school_calendar import CalendarLayer, Closure, Opening, SchoolCalendar, TermPeriod
from inclusion_rules.errors import CalendarGapError
from inclusion_rules.vocabulary import Unit

DATES = st.dates(date(2024, 9, 2), date(2026, 7, 20))
COUNTS = st.integers(1, 40)
DAY_UNITS = (Unit.SCHOOL_DAYS, Unit.WORKING_DAYS)
CIVIL_UNITS = (Unit.CALENDAR_DAYS, Unit.HOURS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS)
QUESTIONS = st.one_of(
    st.tuples(st.sampled_from(["within", "beginning"]), st.sampled_from(DAY_UNITS + CIVIL_UNITS)),
    st.tuples(st.just("ahead"), st.sampled_from(CIVIL_UNITS)),
    st.tuples(st.sampled_from(["before", "leaving"]), st.just(Unit.SCHOOL_DAYS)),
    st.tuples(st.just("posted"), st.just(Unit.WORKING_DAYS)),
)


def asked(question: tuple[str, Unit], day: date, count: int, calendar: SchoolCalendar) -> Deadline:
    """The deadline that a question comes to; questions that run past the calendar are set aside."""
    way, unit = question
    try:
        match way:
            case "within":
                return last_day_within(count, unit, after=day, calendar=calendar)
            case "beginning":
                return last_day_beginning_with(count, unit, first=day, calendar=calendar)
            case "ahead":
                return latest_day_ahead(count, unit, before=day)
            case "before":
                return last_school_day_before(day, calendar=calendar)
            case "leaving":
                return latest_day_leaving(count - 1, before=day, calendar=calendar)
            case _:
                return deemed_service(day, working_days=count, bank_holidays=calendar.bank_holidays)
    except CalendarGapError:
        assume(False)
        raise


@pytest.fixture(scope="module")
def county(shipped_calendar):
    """Two years with training days: a calendar with every reason to skip a day."""
    return shipped_calendar("leicestershire_2024_25")


@pytest.fixture(scope="module")
def verify(calendar_file, published_holidays):
    """Checks a certificate against the shipped files as they stand."""
    return lambda written: complaints_about(
        written, layers=[calendar_file("leicestershire_2024_25")], bank_holidays=published_holidays
    )


def test_a_certificate_lists_every_day_with_its_number_and_reason(county):
    """From the day it runs from to the day it is due, skipped days included."""
    deadline = last_day_within(2, Unit.SCHOOL_DAYS, after=date(2025, 2, 13), calendar=county)

    lines = [
        (line.day.day, line.number, line.why, line.source)
        for line in certificate_of(deadline, calendar=county).lines
        if line.day.day not in range(17, 22)
    ]

    assert [
        (13, None, "not counted", "the day after is day 1"),
        (14, None, "closed: INSET", "leicestershire_2024_25"),
        (15, None, "Saturday", "every week"),
        (16, None, "Sunday", "every week"),
        (22, None, "Saturday", "every week"),
        (23, None, "Sunday", "every week"),
        (24, 1, "school day", "leicestershire_2024_25"),
        (25, 2, "school day", "leicestershire_2024_25"),
    ] == lines


def test_a_certificate_over_easter_names_the_bank_holidays(county):
    """The post waits for Good Friday and Easter Monday, and the certificate says so."""
    deadline = deemed_service(date(2025, 4, 17), working_days=2, bank_holidays=county.bank_holidays)

    reasons = [line.why for line in certificate_of(deadline, calendar=county).lines]

    assert [
        "not counted",
        "bank holiday: Good Friday",
        "Saturday",
        "Sunday",
        "bank holiday: Easter Monday",
        "working day",
        "working day",
    ] == reasons


def test_months_are_listed_one_a_line():
    """Half a year does not take 184 lines."""
    deadline = last_day_within(6, Unit.MONTHS, after=date(2024, 8, 31))

    days = [line.day.isoformat() for line in certificate_of(deadline).lines]

    assert ["2024-08-31", "2024-09-30", "2024-10-31", "2024-11-30", "2024-12-31", "2025-01-31", "2025-02-28"] == days


@given(question=QUESTIONS, day=DATES, count=COUNTS)
def test_every_certificate_verifies(county, verify, question, day, count):
    """Whatever the rule and the unit, the separate check agrees, from JSON and the shipped files alone."""
    deadline = asked(question, day, count, county)
    written = json.loads(json.dumps(certificate_of(deadline, calendar=county).as_data()))

    assert () == verify(written)


@given(question=QUESTIONS, day=DATES, count=COUNTS, drawn=st.data())
def test_a_certificate_with_one_entry_changed_never_verifies(county, verify, question, day, count, drawn):
    """Another day, count, unit, rule, start or calendar, or any word or number of any line."""
    written: dict[str, Any] = certificate_of(asked(question, day, count, county), calendar=county).as_data()
    tampered = copy.deepcopy(written)
    at = drawn.draw(st.integers(-1, len(tampered["lines"]) - 1))
    place = tampered if at < 0 else tampered["lines"][at]
    key = drawn.draw(st.sampled_from(sorted(set(place) - {"lines"})))
    if key in ("due", "counted_from", "day"):
        moved = drawn.draw(st.integers(-40, 40).filter(bool))
        place[key] = (date.fromisoformat(place[key]) + timedelta(days=moved)).isoformat()
    elif key in ("count", "number"):
        place[key] = drawn.draw(st.one_of(st.integers(-1, 60), st.none()))
    elif key == "counted":
        place[key] = not place[key]
    elif key == "rule":
        place[key] = drawn.draw(st.sampled_from([rule.value for rule in CountingRule]))
    elif key == "unit":
        place[key] = drawn.draw(st.sampled_from([unit.value for unit in Unit]))
    else:
        place[key] = drawn.draw(st.sampled_from(["", "Saturday", "school day", "every week", "another calendar"]))
    assume(tampered != written)

    assert verify(tampered)


@given(question=QUESTIONS, day=DATES, count=COUNTS, drawn=st.data())
def test_a_certificate_with_a_day_left_out_or_told_twice_never_verifies(county, verify, question, day, count, drawn):
    """The list of days has no hole and no repetition."""
    written: dict[str, Any] = certificate_of(asked(question, day, count, county), calendar=county).as_data()
    at = drawn.draw(st.integers(0, len(written["lines"]) - 1))
    without = {**written, "lines": written["lines"][:at] + written["lines"][at + 1 :]}
    twice = {**written, "lines": written["lines"][: at + 1] + written["lines"][at:]}

    assert verify(without)
    assert verify(twice)


@given(day=DATES, count=st.integers(1, 40), shift=st.integers(-10, 10).filter(bool))
def test_a_wrong_due_day_with_honest_working_never_verifies(county, verify, day, count, shift):
    """Working written for another day shows that the count does not lead there."""
    try:
        right = last_day_within(count, Unit.SCHOOL_DAYS, after=day, calendar=county)
        wrong = Deadline(
            right.due + timedelta(days=shift), right.unit, right.count, right.counted_from, right.rule, right.calendar
        )
        written = certificate_of(wrong, calendar=county).as_data()
    except CalendarGapError:
        return

    assert verify(written)


def test_a_certificate_does_not_verify_against_another_calendar(county, calendar_file, published_holidays):
    """Suffolk's dates do not bear out a count by Leicestershire's."""
    deadline = last_day_within(10, Unit.SCHOOL_DAYS, after=date(2024, 10, 14), calendar=county)
    written = certificate_of(deadline, calendar=county).as_data()

    assert complaints_about(written, layers=[calendar_file("suffolk_2024_25")], bank_holidays=published_holidays)


def test_a_certificate_for_days_beyond_the_calendar_never_verifies(published_holidays, calendar_file, county):
    """Days after the last one covered are unknown, not closed."""
    written = certificate_of(
        last_day_within(5, Unit.SCHOOL_DAYS, after=date(2026, 6, 22), calendar=county), calendar=county
    ).as_data()
    shorter = copy.deepcopy(calendar_file("leicestershire_2024_25"))
    shorter["covers"]["to"] = date(2026, 6, 24)

    assert complaints_about(written, layers=[shorter], bank_holidays=published_holidays)


@st.composite
def chains(draw: st.DrawFn) -> list[CalendarLayer]:
    """Two or three layers with closures and openings anywhere, the outer ones with or without terms of their own."""
    days = st.dates(date(2024, 10, 28), date(2025, 2, 16))
    layers: list[CalendarLayer] = []
    for name in ("county", "trust", "school")[: draw(st.integers(1, 3))]:
        cut = draw(st.dates(date(2024, 12, 10), date(2024, 12, 20)))
        terms = (
            TermPeriod("autumn 2", "autumn", date(2024, 11, 4), cut),
            TermPeriod("spring 1", "spring", date(2025, 1, 6), date(2025, 2, 14)),
        )
        spans = draw(st.lists(st.tuples(days, st.integers(0, 3)), max_size=4))
        layers.append(
            CalendarLayer(
                name,
                draw(st.sampled_from([(date(2024, 10, 28), date(2025, 2, 16)), None])) if not layers else None,
                terms if not layers or draw(st.booleans()) else (),
                tuple(
                    Closure(first, first + timedelta(days=n), draw(st.sampled_from(["", "snow"]))) for first, n in spans
                ),
                tuple(
                    Opening(day, "swap")
                    for day in draw(st.lists(st.dates(date(2024, 11, 4), date(2025, 2, 14)), max_size=4))
                ),
            )
        )
    return layers


@given(layers=chains(), day=st.dates(date(2024, 11, 4), date(2025, 1, 20)), count=st.integers(1, 25))
def test_the_check_and_the_calendar_agree_on_any_chain_of_layers(bank_holidays, layers, day, count):
    """Two readings of closures, openings and terms, written apart, come to the same days and reasons."""
    calendar = SchoolCalendar.of(layers, bank_holidays)
    try:
        deadline = last_day_within(count, Unit.SCHOOL_DAYS, after=day, calendar=calendar)
    except CalendarGapError:
        return

    assert () == complaints_about(
        certificate_of(deadline, calendar=calendar).as_data(),
        layers=[layer.as_data() for layer in layers],
        bank_holidays=bank_holidays.as_data(),
    )


@pytest.mark.parametrize("nonsense", [{}, {"due": "soon"}, {"lines": 3}])
def test_what_is_no_certificate_is_a_complaint_not_a_crash(verify, nonsense):
    """An auditor's run goes on to the next one."""
    (complaint,) = verify(nonsense)

    assert complaint.startswith("the certificate cannot be read")


def test_the_check_imports_nothing_of_ours():
    """Its word is worth something only while it shares no code with what it checks."""
    tree = ast.parse(Path(certificate_check.__file__).read_text(encoding="utf-8"))
    imported = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]

    assert imported
    assert not [name for name in imported if name is None or name.startswith("inclusion_rules")]
