"""The shipped calendars and bank holidays, read as directly as can be so that these tests rest on no loader of ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from inclusion_rules.domain.school_calendar import (
    BankHolidays,
    CalendarLayer,
    Closure,
    Opening,
    SchoolCalendar,
    TermPeriod,
    bank_holidays_from,
)

RULES = Path(__file__).parents[2] / "rules"


def _layer(written: Mapping[str, Any]) -> CalendarLayer:
    return CalendarLayer(
        written["calendar"],
        (written["covers"]["from"], written["covers"]["to"]),
        tuple(TermPeriod(term["name"], term["period"], term["from"], term["to"]) for term in written["terms"]),
        tuple(Closure(shut["from"], shut["to"], shut["why"]) for shut in written["closed"]),
        tuple(Opening(opened["date"], opened["why"]) for opened in written["open"]),
        certainty=written["certainty"],
    )


@pytest.fixture(scope="session")
def published_holidays() -> dict[str, Any]:
    """The shipped list of bank holidays as it stands in its file."""
    read: dict[str, Any] = json.loads((RULES / "england" / "bank_holidays.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="session")
def bank_holidays(published_holidays: dict[str, Any]) -> BankHolidays:
    """The bank holidays of England, 2012 to 2028."""
    return bank_holidays_from(published_holidays)


@pytest.fixture(scope="session")
def calendar_file() -> Callable[[str], dict[str, Any]]:
    """Reads a shipped calendar file by its id, as plain data."""

    def read(name: str) -> dict[str, Any]:
        (found,) = RULES.glob(f"*/calendars/{name}.yaml")
        written: dict[str, Any] = yaml.safe_load(found.read_text(encoding="utf-8"))
        return written

    return read


@pytest.fixture(scope="session")
def shipped_calendar(
    calendar_file: Callable[[str], dict[str, Any]], bank_holidays: BankHolidays
) -> Callable[[str], SchoolCalendar]:
    """Builds a shipped calendar by its id."""
    return lambda name: SchoolCalendar.of([_layer(calendar_file(name))], bank_holidays)


@pytest.fixture(scope="session")
def example(shipped_calendar: Callable[[str], SchoolCalendar]) -> SchoolCalendar:
    """The invented school: only weekends, bank holidays and the holidays between terms close it."""
    return shipped_calendar("example")


@pytest.fixture(scope="session")
def open_days(
    calendar_file: Callable[[str], dict[str, Any]], published_holidays: dict[str, Any]
) -> Callable[[str], frozenset[date]]:
    """The school days of a shipped calendar, collected the slow way: a set of weekdays in term, less what closes."""
    holidays = {date.fromisoformat(event["date"]) for event in published_holidays["england-and-wales"]["events"]}

    @cache
    def collect(name: str) -> frozenset[date]:
        written = calendar_file(name)
        spans = [(term["from"], term["to"]) for term in written["terms"]]
        shut = [(closure["from"], closure["to"]) for closure in written["closed"]]
        days = {date.fromordinal(n) for first, last in spans for n in range(first.toordinal(), last.toordinal() + 1)}
        return frozenset(
            day
            for day in days
            if day.weekday() < 5 and day not in holidays and not any(first <= day <= last for first, last in shut)
        )

    return collect
