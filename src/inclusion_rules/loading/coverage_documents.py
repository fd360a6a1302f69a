"""The grammar of `coverage.yaml`: which paragraphs of which instruments a pack goes through, and what is left of them.

A document knows shapes and words; whether anything cites a paragraph is looked up in `coverage_linking`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from inclusion_rules.loading.grammar import Document

Stated = Literal["judgement", "out of scope", "not yet"]


class ParagraphEntry(Document):
    """A paragraph that nothing in the pack carries, or carries only in its note."""

    paragraph: str
    status: Stated | None = None
    because: str = ""


class InstrumentEntry(Document):
    """An instrument, as citations begin, with its paragraphs as citations go on; a bare name is a carried one."""

    instrument: str
    title: str
    paragraphs: list[str | ParagraphEntry] = Field(min_length=1)
    note: str = ""


class UncarriedEntry(Document):
    """An entry of the duty catalogue that no rule carries."""

    id: str
    status: Stated
    because: str


class CoverageDocument(Document):
    """`coverage.yaml`: what the law ledger of a pack goes through, and how often its places are to be read again."""

    reread_every: str | None = None
    instruments: list[InstrumentEntry] = []
    catalogue: list[UncarriedEntry] = []
    note: str = ""
