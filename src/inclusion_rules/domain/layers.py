"""How the law of one layer stands to the layers below it: relations, local choices, and tensions that are known.

Plain values, as a pack says them. Whether a local rule keeps within the law below it is proved by `analysis.layering`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from inclusion_rules.domain.law import ParameterValue
from inclusion_rules.source import Span

NATIONAL_LAYER = "national"


class RelationKind(StrEnum):
    """What a local rule is to a rule of a pack below. A rule that is overtaken has a `Supersession` instead."""

    IMPLEMENTS = "implements"
    SPECIFIES = "specifies"
    STRICTER = "stricter"
    SUPPLEMENTS = "supplements"
    MIRRORS = "mirrors"
    TENSION = "tension"


BOUND_BY = (RelationKind.IMPLEMENTS, RelationKind.SPECIFIES, RelationKind.STRICTER, RelationKind.MIRRORS)
"""The relations that say how a duty of the law is done: a limit of their own may not be longer than that of the law."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation with the rules it names; none where a rule supplements `nothing national`."""

    kind: RelationKind
    targets: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind} {', '.join(self.targets) or 'nothing national'}"


@dataclass(frozen=True, slots=True)
class Supersession:
    """A rule that others have overtaken: which ones, and from which day on it raises nothing any more."""

    by: tuple[str, ...]
    first: date

    def holds_on(self, day: date) -> bool:
        """Whether the rule is overtaken by that day."""
        return self.first <= day


@dataclass(frozen=True, slots=True)
class Recording:
    """An act as it would be recorded: the event, and what it would say under some attributes.

    A set of values that is empty stands for any value at all.
    """

    event: str
    having: tuple[tuple[str, frozenset[str]], ...] = ()


class Whose(StrEnum):
    """Whose cases a local choice is for: those of the school's authority, of the home authority, or of the school."""

    SCHOOL_AUTHORITY = "school authority"
    HOME_AUTHORITY = "home authority"
    SCHOOL = "school"

    @property
    def taken_from(self) -> str | None:
        """The place of a case file that says whose case it is; None where naming the pack says so."""
        return {"school authority": "school.authority", "home authority": "pupil.home_authority"}.get(self.value)


@dataclass(frozen=True, slots=True)
class LocalChoice:
    """What one pack chooses in the place of a parameter of a pack below, for the cases of one authority."""

    parameter: str
    pack: str
    title: str
    whose: Whose
    authority: str
    values: tuple[ParameterValue, ...]
    document: str = ""
    span: Span | None = field(default=None, compare=False)

    def on(self, day: date) -> ParameterValue | None:
        """What is chosen for a day, or None where the choice says nothing of it."""
        return next((version for version in self.values if version.covers(day)), None)


class Severity(StrEnum):
    """How much hangs on a tension: `high` where following the local text may be unlawful."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Tension:
    """A place where the local text and the law pull apart, what is done about it, and what shows that it is done."""

    id: str
    title: str
    local_says: str
    national_says: str
    severity: Severity
    behaviour: str
    carried_by: tuple[str, ...]
    cites: tuple[str, ...]
    scenario: str | None = None
    check: str | None = None
    span: Span | None = field(default=None, compare=False)
