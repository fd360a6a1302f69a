"""The grammar of pathways, as pydantic models that mirror the YAML."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from inclusion_rules.loading.grammar import ConditionData, Document, YesNo


class MoveEntry(Document):
    event: str
    from_: str | list[str] = Field(alias="from")
    to: str
    when: ConditionData = None
    only_in_turn: YesNo = "no"
    reopens: YesNo = "no"


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
