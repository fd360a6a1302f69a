"""Markdown for the handbook: the packs' own words put so that they print as they stand, rows of tables, citations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.vocabulary import words


def cited(citation: str, edition: Edition) -> str:
    """A citation, with how far what we say of that place was confirmed."""
    provision = edition.provisions.get(citation)
    return f"{plain_text(citation)} (*{provision.certainty}*)" if provision is not None else plain_text(citation)


def versions(edition: Edition) -> str:
    """Which versions of which packs a page was made from."""
    return " ".join(f"Pack `{pack.id}`, version {pack.version}." for pack in edition.packs)


def named(rules: Iterable[str]) -> str:
    """Names of rules, as names."""
    return ", ".join(f"`{rule}`" for rule in rules)


def heading(name: str) -> str:
    """The name of a topic or section, with a capital.

    >>> heading("first_days")
    'First days'
    """
    said = words(name)
    return said[:1].upper() + said[1:]


def plain_text(text: str) -> str:
    """Words from a pack, so that Markdown prints them as they stand."""
    return " ".join(text.split()).replace("<", "&lt;").replace("*", "\\*")


def sentence(text: str) -> str:
    """Words from a pack, ended with one full stop."""
    return f"{plain_text(text).rstrip('.')}."


def table_row(cells: Sequence[str]) -> str:
    """One row of a table; a bar within a cell stays within it."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
