"""What an authority has promised of its own practice, the figures that show whether it is kept, and the founding
document that a pack was written from.

Values only. A figure is a fact of the authority, never of a case, and no commitment decides a case. What figures come
to is `engine.commitments`; how all this is written is `loading.commitment_documents` and `loading.seed_documents`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from inclusion_rules.domain.conditions import Condition
from inclusion_rules.domain.facts import FactType, Known, Nothing
from inclusion_rules.source import Span


class CommitmentKind(StrEnum):
    """What sort of thing was promised, in the word of the document that promises it."""

    PRIORITY = "priority"
    ACTIVITY = "activity"
    RECOMMENDATION = "recommendation"
    THRESHOLD = "threshold"
    BENEFIT = "benefit"
    BUDGET = "budget"
    ACTION = "action"
    STRATEGY = "strategy"


class CommitmentStatus(StrEnum):
    """What the authority, or the last page read, says of a commitment; what the figures say is another matter."""

    IN_PROGRESS = "in progress"
    PUBLISHED = "published"
    DONE = "done"
    ENDED = "ended"
    OVERTAKEN = "overtaken"
    NOT_ADOPTED = "not adopted"
    NOT_KNOWN = "not known"

    @property
    def is_closed(self) -> bool:
        """Whether nobody waits for it any more."""
        return self in (CommitmentStatus.ENDED, CommitmentStatus.OVERTAKEN, CommitmentStatus.NOT_ADOPTED)


@dataclass(frozen=True, slots=True)
class ShareOf:
    """One figure as a percentage of another."""

    part: str
    whole: str


@dataclass(frozen=True, slots=True)
class SumOf:
    """Several figures together."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeBetween:
    """How far a figure rose (or, with `falling`, fell) from one to another, as a percentage of the first."""

    start: str
    end: str
    falling: bool


FigureSource = ShareOf | SumOf | ChangeBetween


@dataclass(frozen=True, slots=True)
class FigureDefinition:
    """One figure that an authority can be asked for, or that follows from others it can be asked for."""

    name: str
    type: FactType
    asks: str
    unit: str = ""
    derived: FigureSource | None = None
    commitment: str = ""
    span: Span | None = field(default=None, compare=False)

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The figures that it is worked out from."""
        match self.derived:
            case ShareOf(part, whole):
                return (part, whole)
            case SumOf(parts):
                return parts
            case ChangeBetween(start, end):
                return (start, end)
            case None:
                return ()


@dataclass(frozen=True, slots=True)
class Milestone:
    """One step that was announced.

    `by` is None where no day was set. `reached` is the day it was reached and `not_yet` says that it was not; where
    neither is given, and no figure shows it, nobody has said. `said` is the document's own wording of the day.
    """

    name: str
    by: date | None
    said: str = ""
    reached: date | None = None
    not_yet: bool = False
    shown_by: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Commitment:
    """One promise: whose, from when, how it is tested, and what in the packs carries it out.

    `status` is what was said of it on the day `status_on`, by the authority or in the last page read.
    `left_open` lists what the promise would need and nobody set. `traded` says that the help is sold to schools.
    """

    id: str
    pack: str
    title: str
    kind: CommitmentKind
    promised: str
    owners: tuple[str, ...]
    cites: tuple[str, ...]
    first: date
    last: date | None
    status: CommitmentStatus
    status_on: date
    overtaken_by: tuple[str, ...] = ()
    part_of: str | None = None
    milestones: tuple[Milestone, ...] = ()
    figures: tuple[str, ...] = ()
    kept_when: Condition | None = None
    alert_when: Condition | None = None
    left_open: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    traded: bool = False
    note: str = ""
    reading: str = ""
    alternative: str = ""
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one authority knows of itself on a day, each figure with where it comes from."""

    authority: str
    on: date
    values: Mapping[str, Known | Nothing]
    sources: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class SeedItem:
    """One thing that a founding document says, with the names of what carries it.

    `scenario` is the sentence of an example, and `command` a command line that shows it, where one was named. `span` is
    the place of that sentence, or else of the item's name.
    """

    item: str
    about: str
    rules: tuple[str, ...] = ()
    commitments: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    tensions: tuple[str, ...] = ()
    pathways: tuple[str, ...] = ()
    scenario: str | None = None
    command: str | None = None
    note: str = ""
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Seed:
    """The document that a pack was written from, item by item."""

    pack: str
    title: str
    read_on: date
    certainty: str
    items: tuple[SeedItem, ...]
    note: str = ""
