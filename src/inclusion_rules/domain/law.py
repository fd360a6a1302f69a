"""Where the law is written (provisions) and the quantities it fixes (dated, cited parameters).

Knows dates and citations; does not know rules, cases or calendars.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from inclusion_rules.domain.conditions import Condition
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import Unit


@dataclass(frozen=True, slots=True)
class Provision:
    """A place in an instrument, spelled as it is cited, with how far what we say of it was confirmed."""

    citation: str
    says: str
    certainty: str
    sources: tuple[str, ...] = ()
    read_on: date | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """One version of a parameter: its value from the first day to the last, both included."""

    value: float | date | tuple[str, ...]
    first: date
    last: date | None
    cites: tuple[str, ...]
    otherwise: float | None = None
    otherwise_when: Condition | None = None

    def covers(self, day: date) -> bool:
        """Whether this version is the one for `day`."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A quantity that the law fixes, in its unit, with every dated version of it."""

    name: str
    title: str
    unit: Unit
    values: tuple[ParameterValue, ...]
    local_choice: Mapping[str, object] | None = None
    certainty: str = "confirmed"
    span: Span | None = field(default=None, compare=False)

    def on(self, day: date) -> ParameterValue | None:
        """The version for a day, or None where the parameter has none."""
        return next((version for version in self.values if version.covers(day)), None)
