"""The grammar of school calendars, as pydantic models that mirror the YAML."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from inclusion_rules.loading.grammar import Day, Document


class TermEntry(Document):
    name: str
    period: str | None = None
    from_: Day = Field(alias="from")
    to: Day
    note: str = ""


class DayRangeEntry(Document):
    from_: Day = Field(alias="from")
    to: Day
    why: str = ""


class DaySetEntry(Document):
    date: Day
    why: str = ""


class CoversEntry(Document):
    from_: Day = Field(alias="from")
    to: Day


class CalendarDocument(Document):
    """A school calendar."""

    calendar: str
    title: str = ""
    based_on: str | None = None
    covers: CoversEntry | None = None
    terms: list[TermEntry] = []
    closed: list[Day | DayRangeEntry | DaySetEntry] = []
    open: list[Day | DayRangeEntry | DaySetEntry] = []
    source: dict[str, Any] | str = ""
    certainty: str = ""
    note: str = ""
