"""The grammar of scenarios, as pydantic models that mirror the YAML."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from inclusion_rules.loading.case_documents import JudgementEntry
from inclusion_rules.loading.grammar import Day, Document, Instant, YesNo


class ExpectationsDocument(Document):
    as_of: Day
    known_on: Day | Instant | None = None
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
