"""What fills an item, in the words of a letter: days in full, quantities of the law with their units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from inclusion_rules.casework.factbook import FactBook
from inclusion_rules.domain.deadlines import Deadline
from inclusion_rules.domain.facts import AtLeast, FactKind, FactType, Known, Nothing, Unknown, Value
from inclusion_rules.domain.law import Parameter
from inclusion_rules.domain.wording import in_words
from inclusion_rules.vocabulary import Unit

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Content:
    """What an item is filled with, where that comes from, how a day was counted, and how else it could be read."""

    value: Known
    words: str
    source: str
    deadline: Deadline | None = None
    alternative: str = ""


def content_of(value: Value, kind: FactType, source: str, deadline: Deadline | None = None) -> Content | None:
    """A value as a document prints it; None where it is not known, or only a least amount, or nothing is recorded."""
    if isinstance(value, Unknown | Nothing | AtLeast):
        return None
    return Content(value, in_a_letter(value, kind), source, deadline)


def in_a_letter(value: Known, kind: FactType) -> str:
    """A value in the words of a letter; text stays as it was written.

    >>> in_a_letter(date(2025, 3, 14), FactType(FactKind.DATE)), in_a_letter("a_b@example.org", FactType(FactKind.TEXT))
    ('Friday 14 March 2025', 'a_b@example.org')
    """
    if isinstance(value, date):
        return f"{WEEKDAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]} {value.year}"
    if kind.kind is FactKind.TEXT or (kind.kind is FactKind.SET_OF and not kind.choices):
        return ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)
    return f"£{value:g}" if kind.kind is FactKind.MONEY and isinstance(value, int | float) else in_words(value)


def quantity_in_words(parameter: Parameter, book: FactBook) -> str | None:
    """A quantity of the law on the day that governs, with its unit; None where the law gives none for that day."""
    value = book.parameter_or_none(parameter.name)
    if value is None:
        return None
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, date):
        return in_a_letter(value, FactType(FactKind.DATE))
    if parameter.unit is Unit.POUNDS:
        return f"£{value:g}"
    unit = parameter.unit.value if parameter.unit is not Unit.COUNT else ""
    return f"{value:g} {unit.removesuffix('s') if value == 1 else unit}".strip()
