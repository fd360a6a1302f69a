"""The grammar of case files, as pydantic models that mirror the YAML."""

from __future__ import annotations

from typing import Any

from inclusion_rules.loading.grammar import Day, Document, YesNo


class JudgementEntry(Document):
    judgement: str
    value: Any
    by: str
    date: Day | None = None
    recorded_at: Any = None
    recorded_by: str | None = None
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
