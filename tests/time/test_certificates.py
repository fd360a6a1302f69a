"""The working of a deadline, and the separate check that it holds."""

from __future__ import annotations

import ast
import copy
import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inclusion_rules.domain import certificate_check
from inclusion_rules.domain.certificate_check import complaints_about
from inclusion_rules.domain.deadlines import (
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

CHECK = Path(certificate_check.__file__).read_text(encoding="utf-8")
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


def test_a_limit_by_the_civil_calendar_lists_its_two_ends():
    """Half a year skips nothing, and does not take 184 lines to say so."""
    deadline = last_day_within(6, Unit.MONTHS, after=date(2024, 8, 31))

    lines = [(line.day, line.number, line.counted) for line in certificate_of(deadline).lines]

    assert [(date(2024, 8, 31), None, False), (date(2025, 2, 28), 6, True)] == lines


def test_a_limit_that_ends_on_the_day_it_begins_lists_that_day_once():
    """24 hours of which the first day is day 1."""
    deadline = last_day_beginning_with(24, Unit.HOURS, first=date(2025, 3, 3))

    assert [(date(2025, 3, 3), 24)] == [(line.day, line.number) for line in certificate_of(deadline).lines]


def test_a_certificate_of_days_between_lists_the_day_due_uncounted(county):
    """Monday and Tuesday lie between Friday and Wednesday, and are the ones that are numbered."""
    deadline = latest_day_leaving(2, before=date(2025, 3, 12), calendar=county)

    lines = [(line.day.day, line.number, line.why) for line in certificate_of(deadline, calendar=county).lines]

    assert [
        (7, None, "not counted"),
        (8, None, "Saturday"),
        (9, None, "Sunday"),
        (10, 1, "school day"),
        (11, 2, "school day"),
        (12, None, "not counted"),
    ] == lines


@given(question=QUESTIONS, day=DATES, count=COUNTS)
def test_every_certificate_verifies(county, verify, question, day, count):
    """Whatever the rule and the unit, the separate check agrees, from JSON and the shipped files alone."""
    deadline = asked(question, day, count, county)
    written = json.loads(json.dumps(certificate_of(deadline, calendar=county).as_data()))

    assert () == verify(written)


@given(question=QUESTIONS, day=DATES, count=COUNTS, drawn=st.data())
def test_a_certificate_with_one_entry_changed_never_verifies(county, verify, question, day, count, drawn):
    """Another day due, count or start; another day, number or answer on any line; a reason taken away."""
    written: dict[str, Any] = certificate_of(asked(question, day, count, county), calendar=county).as_data()
    tampered = copy.deepcopy(written)
    at = drawn.draw(st.integers(-1, len(tampered["lines"]) - 1))
    place = tampered if at < 0 else tampered["lines"][at]
    key = drawn.draw(
        st.sampled_from(["due", "counted_from", "count"] if at < 0 else ["day", "number", "counted", "why"])
    )
    if key in ("due", "counted_from", "day"):
        moved = drawn.draw(st.integers(-40, 40).filter(bool))
        place[key] = (date.fromisoformat(place[key]) + timedelta(days=moved)).isoformat()
    elif key in ("count", "number"):
        place[key] = drawn.draw(st.one_of(st.integers(-1, 60), st.none()))
    elif key == "counted":
        place[key] = not place[key]
    else:
        place[key] = ""
    assume(tampered != written)

    assert verify(tampered)


@pytest.mark.parametrize(
    ("key", "false"),
    [
        ("calendar", "suffolk_2024_25"),
        ("unit", "school day"),
        ("rule", "the second day is day 1"),
        ("rule", "the last school day before"),
        ("rule", "counted back by the calendar"),
    ],
)
def test_a_certificate_by_another_name_never_verifies(county, verify, key, false):
    """Another school's calendar, a unit or a rule that there is not, and a rule that runs the other way."""
    deadline = last_day_within(1, Unit.SCHOOL_DAYS, after=date(2025, 1, 14), calendar=county)
    written = certificate_of(deadline, calendar=county).as_data()

    assert verify({**written, key: false})


@pytest.mark.parametrize(("first", "months"), [(date(2025, 1, 31), 1), (date(2025, 1, 28), 1), (date(2024, 3, 31), 11)])
def test_a_certificate_of_months_verifies_at_the_end_of_february(verify, first, months):
    """A period that begins on the 31st ends with the month; one that begins on the 28th, on the 27th."""
    assert () == verify(certificate_of(last_day_beginning_with(months, Unit.MONTHS, first=first)).as_data())


@given(question=QUESTIONS, day=DATES, count=COUNTS, drawn=st.data())
def test_a_certificate_whose_lines_are_not_all_there_in_order_never_verifies(
    county, verify, question, day, count, drawn
):
    """A line left out, told twice, or in another place."""
    written: dict[str, Any] = certificate_of(asked(question, day, count, county), calendar=county).as_data()
    lines = written["lines"]
    at = drawn.draw(st.integers(0, len(lines) - 1))
    moved = drawn.draw(st.permutations(lines))

    assert verify({**written, "lines": lines[:at] + lines[at + 1 :]})
    assert verify({**written, "lines": lines[: at + 1] + lines[at:]})
    assert moved == lines or verify({**written, "lines": moved})


@given(question=QUESTIONS, day=DATES, count=COUNTS, shift=st.integers(-10, 10).filter(bool))
def test_a_wrong_due_day_with_honest_working_never_verifies(county, verify, question, day, count, shift):
    """Working written for another day shows that the count does not lead there."""
    right = asked(question, day, count, county)
    wrong = right._replace(due=right.due + timedelta(days=shift))
    try:
        written = certificate_of(wrong, calendar=county).as_data()
    except CalendarGapError:
        return

    assert verify(written)


def test_a_certificate_does_not_verify_against_another_calendar(county, calendar_file, published_holidays):
    """Suffolk's dates do not bear out a count by Leicestershire's."""
    deadline = last_day_within(10, Unit.SCHOOL_DAYS, after=date(2024, 10, 14), calendar=county)
    written = certificate_of(deadline, calendar=county).as_data()
    renamed = {**calendar_file("suffolk_2024_25"), "calendar": county.id}

    assert complaints_about(written, layers=[renamed], bank_holidays=published_holidays)


def test_a_certificate_for_days_beyond_the_calendar_never_verifies(published_holidays, calendar_file, county):
    """Days after the last one covered are unknown, not closed."""
    written = certificate_of(
        last_day_within(5, Unit.SCHOOL_DAYS, after=date(2026, 6, 22), calendar=county), calendar=county
    ).as_data()
    shorter = copy.deepcopy(calendar_file("leicestershire_2024_25"))
    shorter["covers"]["to"] = date(2026, 6, 24)

    (complaint,) = complaints_about(written, layers=[shorter], bank_holidays=published_holidays)

    assert "nothing is known of 2026-06-25" in complaint


def test_a_certificate_for_days_before_the_first_term_never_verifies(published_holidays, calendar_file, county):
    """Where a file does not say what it covers, nothing is known of the days outside its terms."""
    written = certificate_of(
        last_day_within(5, Unit.SCHOOL_DAYS, after=date(2025, 8, 20), calendar=county), calendar=county
    ).as_data()
    later = {**calendar_file("leicestershire_2024_25"), "covers": None}
    later["terms"] = [term for term in later["terms"] if term["from"] >= date(2025, 8, 22)]

    (complaint,) = complaints_about(written, layers=[later], bank_holidays=published_holidays)

    assert "nothing is known of 2025-08-21" in complaint


def test_what_a_calendar_covers_is_told_by_the_layer_of_the_terms_and_those_nearer(
    county, calendar_file, published_holidays
):
    """An authority's file need not reach as far as its school's own terms; a school's file may reach less far."""
    deadline = last_day_within(5, Unit.SCHOOL_DAYS, after=date(2026, 6, 22), calendar=county)
    written = certificate_of(deadline, calendar=county).as_data()
    terms = calendar_file(county.id)
    short = {"covers": {"from": date(2024, 9, 1), "to": date(2026, 6, 24)}}
    further = {**terms, **short, "calendar": "authority"}
    nearer = {**short, "calendar": county.id}

    assert () == complaints_about(written, layers=[further, terms], bank_holidays=published_holidays)
    assert complaints_about(written, layers=[terms, nearer], bank_holidays=published_holidays)


def test_a_certificate_for_a_year_whose_bank_holidays_are_not_listed_never_verifies(bank_holidays):
    """A list that ends does not mean that there are no more."""
    written = certificate_of(
        deemed_service(date(2028, 12, 20), working_days=2, bank_holidays=bank_holidays), bank_holidays=bank_holidays
    ).as_data()
    events = [event for event in bank_holidays.as_data()["england-and-wales"]["events"] if event["date"] < "2028"]

    (complaint,) = complaints_about(
        written, layers=[], bank_holidays={"version": "2012-2028", "england-and-wales": {"events": events}}
    )

    assert "nothing is known of 2028-12-21" in complaint


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


@given(
    layers=chains(),
    way=st.sampled_from(["within", "beginning", "before", "leaving"]),
    day=st.dates(date(2024, 11, 4), date(2025, 1, 20)),
    count=st.integers(1, 25),
)
def test_the_check_and_the_calendar_agree_on_any_chain_of_layers(bank_holidays, layers, way, day, count):
    """Two readings of closures, openings and terms, written apart, come to the same days."""
    calendar = SchoolCalendar.of(layers, bank_holidays)
    deadline = asked((way, Unit.SCHOOL_DAYS), day, count, calendar)

    assert () == complaints_about(
        certificate_of(deadline, calendar=calendar).as_data(),
        layers=[layer.as_data() for layer in layers],
        bank_holidays=bank_holidays.as_data(),
    )


@pytest.mark.parametrize("nonsense", [{}, {"due": "soon"}, {"lines": 3}])
def test_what_is_no_certificate_is_a_complaint_not_a_crash(verify, nonsense):
    """An auditor's run goes on to the next one."""
    (complaint,) = verify(nonsense)

    assert complaint.startswith("the certificate cannot be checked")


def test_the_check_can_be_read_on_one_page():
    """Under sixty lines in all: what is to be trusted must first be read."""
    assert len(CHECK.splitlines()) < 60


def test_the_check_imports_the_standard_library_alone():
    """Its word is worth something only while it shares no code with what it checks."""
    tree = ast.parse(CHECK)
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {f"{'.' * node.level}{node.module}" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert modules
    assert {module.split(".")[0] for module in modules} <= sys.stdlib_module_names
