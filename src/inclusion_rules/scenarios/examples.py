"""A scenario as a value: a record, the day it is looked at, and what a lawyer expects to be found.

Knows what is expected, not how it is read from a file or held against a decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.facts import Known
from inclusion_rules.scenarios.entries import Expected
from inclusion_rules.source import Span


@dataclass(frozen=True, slots=True)
class ExpectedEntry:
    """What is expected of the finding or obligation of one duty; only the fields that are stated count."""

    duty: str
    fields: Mapping[str, Expected]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Expectations:
    """Everything that a scenario expects. `next_events` is None where it says nothing of them.

    A fact expected to be None has no value: there is none, or it is not known.
    """

    as_of: date
    known_on: date | datetime | None = None
    about: date | None = None
    stage: str | None = None
    facts: Mapping[str, Known | None] = field(default_factory=dict)
    findings: tuple[ExpectedEntry, ...] = ()
    obligations: tuple[ExpectedEntry, ...] = ()
    absent: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    next_events: tuple[str, ...] | None = None

    @property
    def duties(self) -> frozenset[str]:
        """Every duty of which something is expected."""
        return frozenset([*(entry.duty for entry in (*self.findings, *self.obligations)), *self.absent])


@dataclass(frozen=True, slots=True)
class Scenario:
    """One worked example. `pack` is the pack whose folder holds it; `boundary_of` names duties whose edge it shows."""

    title: str
    pack: str
    record: CaseRecord
    expect: Expectations
    boundary_of: tuple[str, ...]
    reason: str
    span: Span = field(compare=False)

    @property
    def place(self) -> str:
        """The file and line, as an editor jumps to them."""
        return f"{self.span.file}:{self.span.line}"
