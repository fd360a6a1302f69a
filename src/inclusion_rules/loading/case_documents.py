"""The grammar of case files, calendars, scenarios and pathways, as pydantic models that mirror the YAML."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from inclusion_rules.loading.grammar import ConditionData, Day, Document, YesNo


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


class JudgementEntry(Document):
    judgement: str
    value: Any
    by: str
    date: Day | None = None
    note: str = ""


class CaseDocument(Document):
    """A case file."""

    case: str
    pathway: str
    packs: list[str] = ["england"]
    calendar: str
    school: dict[str, Any] = {}
    pupil: dict[str, Any] = {}
    history_complete: bool | YesNo = True
    events: list[dict[str, Any]]
    judgements: list[JudgementEntry] = []
    note: str = ""


class ExpectationsDocument(Document):
    as_of: Day
    known_on: datetime | Day | None = None
    about: Day | None = None
    stage: str | None = None
    facts: dict[str, Any] = {}
    findings: list[dict[str, Any]] = []
    obligations: list[dict[str, Any]] = []
    absent: list[str] = []
    warnings: list[str] = []
    next_events: list[str] | None = None


class ScenarioEntry(Document):
    scenario: str
    boundary_of: list[str] = []
    reason: str = ""
    pathway: str | None = None
    packs: list[str] | None = None
    calendar: str | None = None
    school: dict[str, Any] = {}
    pupil: dict[str, Any] = {}
    history_complete: bool | YesNo | None = None
    judgements: list[JudgementEntry] = []
    events: list[dict[str, Any]]
    expect: ExpectationsDocument


class GivenEntry(Document):
    pathway: str | None = None
    packs: list[str] | None = None
    calendar: str | None = None
    school: dict[str, Any] = {}
    pupil: dict[str, Any] = {}


class ScenariosDocument(Document):
    """Worked examples with the answers expected of them."""

    given: GivenEntry = GivenEntry()
    scenarios: list[ScenarioEntry] = Field(min_length=1)


class MoveEntry(Document):
    event: str
    from_: str | list[str] = Field(alias="from")
    to: str
    when: ConditionData = None
    only_in_turn: YesNo = "no"


class TimedMoveEntry(Document):
    from_: str = Field(alias="from")
    to: str
    when: ConditionData


class RefusalEntry(Document):
    event: str
    when: ConditionData
    because: str


class StageEntry(Document):
    stage: str
    until: str = ""
    awaits: list[str | dict[str, Any]] = []
    ends: YesNo = "no"


class PathwayDocument(Document):
    """A pathway: stages in order, the events that move a case, and the moves that time alone makes."""

    pathway: str
    title: str
    begins_with: list[str]
    follows: str
    stages: list[StageEntry] = Field(min_length=2)
    moves: list[MoveEntry]
    moves_by_time: list[TimedMoveEntry] = []
    refuses: list[RefusalEntry] = []
    note: str = ""
