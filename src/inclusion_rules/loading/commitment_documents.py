"""The grammar of what an authority has promised (`commitments/NAME.yaml`) and of the figures it is held against.

Pydantic models that mirror the YAML; names are looked up in `commitment_linking` and `figure_files`.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from inclusion_rules.loading.grammar import ConditionData, Day, Document, YesNo


class FigureDerivation(Document):
    """`derived:` of a figure: a share of one figure in another, a sum, or the rise or fall from one to another."""

    share_of: str | None = None
    in_: str | None = Field(None, alias="in")
    sum_of: list[str] | None = Field(None, min_length=1)
    rise_from: str | None = None
    fall_from: str | None = None
    to: str | None = None


class FigureEntry(Document):
    """One figure of the authority: its kind, the words of its unit, and the question that it answers."""

    kind: str
    unit: str = ""
    asks: str
    derived: FigureDerivation | None = None
    note: str = ""


class ReachedByFigure(Document):
    """A milestone that a figure shows to be reached: a date, or yes or no."""

    figure: str


class MilestoneEntry(Document):
    """One step that was announced: by when, in whose words, and whether it was reached."""

    milestone: str
    by: Day | Literal["not set"]
    said: str = ""
    reached: Day | Literal["not yet"] | ReachedByFigure | None = None
    note: str = ""


class CommitmentDocument(Document):
    """One thing that an authority has promised of its own practice."""

    title: str
    id: str
    kind: Literal["priority", "activity", "recommendation", "threshold", "benefit", "budget", "action", "strategy"]
    promised: str
    owner: str | list[str]
    cites: list[str] = Field(min_length=1)
    from_: Day = Field(alias="from")
    until: Day | None = None
    status: Literal["in progress", "published", "done", "ended", "overtaken", "not adopted", "not known"]
    status_on: Day | None = None
    overtaken_by: str | list[str] = []
    part_of: str | None = None
    milestones: list[MilestoneEntry] = []
    figures: dict[str, FigureEntry] = {}
    kept_when: ConditionData = None
    alert_when: ConditionData = None
    left_open: list[str] = []
    rules: list[str] = []
    commands: list[str] = []
    traded: YesNo = "no"
    note: str = ""
    reading: str = ""
    alternative: str = ""


class FiguresDocument(Document):
    """A file of figures: what one authority knows of itself on a day, each with where it comes from."""

    figures: str
    on: Day
    values: dict[str, str | int | float | date]
    sources: dict[str, str] = {}
    note: str = ""
