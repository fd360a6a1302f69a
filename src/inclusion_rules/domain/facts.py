"""The typed fact dictionary: what can be known of a case, and the three ways a value can fall short of being known.

A value is known, `Unknown` (nobody said), `AtLeast` (a total that unseen records may raise) or `NOTHING` (it is known
that there is none, such as the outcome of a meeting that has not been held). Knows nothing of where values come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from inclusion_rules.source import Span


class FactKind(StrEnum):
    """The type of a fact, as a fact dictionary writes it."""

    YES_NO = "yes/no"
    WHOLE_NUMBER = "whole number"
    HALF_DAYS = "half days"
    NUMBER = "number"
    PERCENTAGE = "percentage"
    MONEY = "money"
    DATE = "date"
    TEXT = "text"
    ONE_OF = "one of"
    SET_OF = "set of"

    @property
    def is_number(self) -> bool:
        """Whether values of this kind can be compared as more or less."""
        return self in _NUMBERS


_NUMBERS = frozenset({FactKind.WHOLE_NUMBER, FactKind.HALF_DAYS, FactKind.NUMBER, FactKind.PERCENTAGE, FactKind.MONEY})


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody has said. `missing` names the facts that would settle it."""

    missing: frozenset[str]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A total that is no less than `lower`; records not seen may raise it. `missing` names what would settle it."""

    lower: float
    missing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Nothing:
    """Known to be absent: there is no such thing in this case up to the day in question."""


NOTHING = Nothing()

Known = bool | int | float | str | date | frozenset[str]
Value = Known | Unknown | AtLeast | Nothing


@dataclass(frozen=True, slots=True)
class FactType:
    """A kind, with the words it may take where it is a choice; `of_roles` where these are the roles of every
    pack read, `is_id` where a text is a lower-case id."""

    kind: FactKind
    choices: tuple[str, ...] = ()
    of_roles: bool = False
    is_id: bool = False

    def __str__(self) -> str:
        return f"{self.kind} [{', '.join(self.choices)}]" if self.choices else str(self.kind)


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a fact follows from the record: the form (`recorded`, `date of`, `function`, …) and its details."""

    form: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """One entry of the fact dictionary.

    Exactly one of `taken_from` (a place of the case file such as `pupil.sen`), `judgement` (the role that may set it)
    and `derived` says where the value comes from.
    """

    name: str
    type: FactType
    asks: str
    taken_from: str | None = None
    judgement: str | None = None
    derived: Derivation | None = None
    cites: tuple[str, ...] = ()
    reading: str = ""
    shown: bool = True
    span: Span | None = field(default=None, compare=False)
