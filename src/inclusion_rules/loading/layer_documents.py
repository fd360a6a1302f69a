"""The grammar of what a pack says of its place above another: local choices and known tensions, as pydantic models."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from inclusion_rules.loading.documents import AuthorityDocument
from inclusion_rules.loading.grammar import Day, Document


class ChoiceValueEntry(Document):
    from_: Day = Field(alias="from")
    until: Day | None = None
    value: float | date | list[str] | str
    cites: list[str] = Field(min_length=1)
    note: str = ""


class ChoiceDocument(Document):
    """`choices/NAME.yaml`: what a pack chooses where a pack below leaves the parameter NAME open."""

    title: str
    for_: Literal["school authority", "home authority", "school"] = Field(alias="for")
    unit: str | None = None
    values: list[ChoiceValueEntry] = Field(min_length=1)
    authority: AuthorityDocument | None = None
    note: str = ""


class TensionEntry(Document):
    id: str
    title: str
    local_says: str
    national_says: str
    severity: Literal["high", "medium", "low"]
    behaviour: str
    carried_by: list[str] = Field(min_length=1)
    scenario: str | None = None
    check: str | None = None
    cites: list[str] = Field(min_length=1)
    note: str = ""


class TensionsDocument(Document):
    """`tensions.yaml`: where the local text and the law pull apart, and what is done about it."""

    tensions: list[TensionEntry] = Field(min_length=1)
