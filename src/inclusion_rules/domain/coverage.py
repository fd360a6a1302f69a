"""How much of the law a pack covers, as its `coverage.yaml` states it: instruments, their paragraphs, and what is left.

Holds what is stated only. That a paragraph is encoded is never stated: it follows from what cites it (`analysis`).
Knows no rules and no files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from inclusion_rules.source import Span


class StatedCoverage(StrEnum):
    """What can be said of a paragraph, or of an entry of the catalogue, that nothing in the pack carries."""

    JUDGEMENT = "judgement"
    OUT_OF_SCOPE = "out of scope"
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an instrument, by its whole citation, with what is stated of it, if anything.

    `whole` says that it stands for the instrument as a whole: only what cites just that belongs to it.
    """

    citation: str
    stated: StatedCoverage | None = None
    because: str = ""
    whole: bool = False
    span: Span | None = field(default=None, compare=False)

    def holds(self, citation: str) -> bool:
        """Whether a citation is that of this paragraph, of a part of it, or of it as it stood at some time.

        >>> reg_6 = Paragraph("SI 1 reg 6")
        >>> reg_6.holds("SI 1 reg 6(1)"), reg_6.holds("SI 1 reg 6 as made"), reg_6.holds("SI 1 reg 6A")
        (True, True, False)
        """
        if citation == self.citation:
            return True
        return not self.whole and citation.startswith((f"{self.citation}(", f"{self.citation} "))


@dataclass(frozen=True, slots=True)
class Instrument:
    """An Act, regulations, a code or guidance, with the paragraphs of it that a ledger goes through, in their order."""

    name: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class UncarriedDuty:
    """An entry of the duty catalogue that no rule carries, and why."""

    duty: str
    stated: StatedCoverage
    because: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a pack states of its coverage. `reread_months` is a habit of whoever keeps the pack, and no law."""

    instruments: tuple[Instrument, ...] = ()
    duties: tuple[UncarriedDuty, ...] = ()
    reread_months: int | None = None
    note: str = ""

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Every paragraph listed, in order."""
        return tuple(paragraph for instrument in self.instruments for paragraph in instrument.paragraphs)


def nearest_paragraph(citation: str, paragraphs: Iterable[Paragraph]) -> Paragraph | None:
    """The longest of some paragraphs that a citation names or lies within.

    >>> listed = [Paragraph("SI 1 reg 6"), Paragraph("SI 1 reg 6(1)"), Paragraph("SI 1 reg 60")]
    >>> nearest_paragraph("SI 1 reg 6(1)(a)", listed).citation, nearest_paragraph("SI 1 reg 7", listed)
    ('SI 1 reg 6(1)', None)
    """
    found = [each for each in paragraphs if each.holds(citation)]
    return max(found, key=lambda each: len(each.citation), default=None)
