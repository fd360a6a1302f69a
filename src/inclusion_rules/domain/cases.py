"""A case as it was recorded: school, pupil, events and judgements. A record, not an opinion: it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.school_calendar import BankHolidays, SchoolCalendar
from inclusion_rules.source import Span

Day = date  # a field called `date` hides the type of that name within its class


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on `date` (drives deadlines) and was learned at `recorded_at` (drives the audit)."""

    name: str
    date: Day
    attributes: Mapping[str, Known] = field(default_factory=dict)
    of: Day | None = None
    at: time | None = None
    recorded_at: datetime | None = None
    by: str | None = None
    evidence: str | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A fact that a named person in a role has set; no rule infers it."""

    fact: str
    value: Known
    by: str
    on: date | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case file. Keys of `school` and `pupil` that are absent are not known.

    `history_complete` is False where other schools may hold suspensions that this record lacks.
    """

    id: str
    pathway: str
    packs: tuple[str, ...]
    calendar: SchoolCalendar
    bank_holidays: BankHolidays
    school: Mapping[str, Known]
    pupil: Mapping[str, Known]
    events: tuple[Event, ...]
    judgements: tuple[Judgement, ...] = ()
    history_complete: bool = True
