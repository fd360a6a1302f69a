"""The grammar of experiments: a plan, two arms with their changes, and what the answer can and cannot say.

A document knows shapes and words; places in plans and names of parameters are looked up when an arm is made.
"""

from __future__ import annotations

from pydantic import Field

from inclusion_rules.loading.grammar import Document


class PlanChangeEntry(Document):
    """A value of the plan: the way to it, its steps parted by strokes, and what is put there."""

    at: str
    to: str | int | float | bool


class LawChangeEntry(Document):
    """A parameter of the law, and what it is set to."""

    parameter: str
    to: str | int | float | bool


class ArmEntry(Document):
    """One side of an experiment."""

    arm: str
    plan: list[PlanChangeEntry] = []
    law: list[LawChangeEntry] = []


class ExperimentDocument(Document):
    """An experiment."""

    experiment: str
    title: str
    asks: str
    can_say: str
    cannot_say: str
    plan: str
    cases: int = Field(ge=1)
    seed: int = Field(default=1, ge=0)
    replications: int = Field(default=5, ge=1)
    first: ArmEntry
    second: ArmEntry
