"""The grammar of `seed.yaml`: the founding document of a pack, item by item, with what carries each item.

A document knows shapes and words; names are looked up in `seed_linking`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from inclusion_rules.loading.grammar import Day, Document


class FoundingEntry(Document):
    """The document itself: its title, the day on which it was read, and how far that reading reached."""

    title: str
    read: Day
    certainty: Literal["primary", "secondary", "unverified"]
    note: str = ""


class CarriedEntry(Document):
    """What carries an item, by name."""

    rules: list[str] = []
    commitments: list[str] = []
    parameters: list[str] = []
    tensions: list[str] = []
    pathways: list[str] = []


class SeedItemEntry(Document):
    """One item of the document, in our words, with what carries it, an example of it and a command that shows it."""

    item: str
    about: str
    by: CarriedEntry
    scenario: str | None = None
    command: str | None = None
    note: str = ""


class SeedDocument(Document):
    """`seed.yaml`: everything that a pack's founding document says, and where each of it went."""

    seed: FoundingEntry
    items: list[SeedItemEntry] = Field(min_length=1)
