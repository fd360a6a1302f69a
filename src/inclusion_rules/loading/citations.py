"""Looks up what a rule, parameter, table or fact cites among the provisions that a pack knows.

Also sees the commonest slip: a citation with a comma in it, written without quotation marks, which YAML takes for two.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import Protocol

from inclusion_rules.loading.document_reading import span_at
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Node


class Known(Container[str], Iterable[str], Protocol):
    """The citations there are."""


def check_citations(cites: Sequence[str], node: Node, known: Known, problems: Problems) -> None:
    """Note each citation under `cites` of a node that is not known."""
    position = 0
    while position < len(cites):
        length = 1
        if cites[position] not in known:
            place = span_at(node, "cites", position)
            length = _parted(cites[position:], known)
            if length > 1:
                whole = ", ".join(cites[position : position + length])
                help = f'put it in quotation marks, because it has a comma: `"{whole}"`'
                problems.add(place, "R203", f"`{cites[position]}` is only a part of `{whole}`", help=help)
            else:
                problems.unknown(place, "a provision this pack knows", cites[position], known)
        position += length


def _parted(cites: Sequence[str], known: Known) -> int:
    """How many entries, from the first on, make one known citation when their commas are put back; 1 where none do."""
    return next((n for n in range(2, len(cites) + 1) if ", ".join(cites[:n]) in known), 1)
