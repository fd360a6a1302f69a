"""A file as a tree of mappings, lists and scalars, each knowing where it stands.

Knows places, and how to quote the line at fault. Knows nothing of rules, cases or calendars, nor of parsers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from inclusion_rules.errors import Diagnostic
from inclusion_rules.loading.plain_scalars import PlainValue, resolved
from inclusion_rules.source import Span


class TreeFault(StrEnum):
    """The codes of the problems that can be found before anyone asks what a file means."""

    SYNTAX = "Y101"
    DUPLICATE_KEY = "Y102"
    TAG = "Y103"
    ANCHOR = "Y104"
    AMBIGUOUS = "Y105"
    TOO_MUCH = "Y106"
    ENCODING = "Y107"
    EMPTY = "Y108"
    SEVERAL_DOCUMENTS = "Y109"
    KEY = "Y110"


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as written. `quoted` covers quotation marks and block text (`|`, `>`): such a value is always text.

    >>> Scalar("15", quoted=False, span=Span("a.yaml", 1, 1)).value
    15
    >>> Scalar("no", quoted=False, span=Span("a.yaml", 1, 1)).value
    'no'
    """

    text: str
    quoted: bool
    span: Span = field(compare=False)

    @property
    def value(self) -> PlainValue:
        """The value by the core schema of YAML 1.2, with `2025-03-03` read as a date."""
        return self.text if self.quoted else resolved(self.text)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list, in the order of the file."""

    items: tuple[Node, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values, in the order of the file. Keys count by their words: `1` and `"1"` are one key."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span = field(compare=False)

    def get(self, key: str) -> Node | None:
        """What stands under `key`; None where the key is absent (a key left blank holds a null scalar, not None)."""
        return next((node for name, node in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """The key itself, with the place where it is written."""
        return next((name for name, _ in self.entries if name.text == key), None)


Node: TypeAlias = Scalar | Sequence | Mapping


def plain(node: Node) -> object:
    """The tree without its places: dicts (keys as text), lists, and the values of the scalars.

    >>> at = Span("a.yaml", 1, 1)
    >>> plain(Mapping(((Scalar("days", False, at), Sequence((Scalar("5", False, at),), at)),), at))
    {'days': [5]}
    """
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.entries}


def error_at(place: Node | Span, code: str, message: str, *, help: str = "", lines: tuple[str, ...]) -> Diagnostic:
    """A problem at a node or span, with the line of the file filled in from `lines`; tabs are shown as `→`."""
    span = place if isinstance(place, Span) else place.span
    excerpt = lines[span.line - 1].replace("\t", "→") if 0 < span.line <= len(lines) else ""
    return Diagnostic(span, code, message, excerpt=excerpt, help=help)


@dataclass(frozen=True, slots=True)
class Source:
    """The lines of one file, kept beside its tree so that later problems can quote them."""

    file: str
    lines: tuple[str, ...]

    def span(self, line: int, column: int, *, width: int | None = None) -> Span:
        """A stretch of a line; without `width` it runs to the end of the words on that line."""
        if width is None:
            width = len(self.lines[line - 1].rstrip()) - column + 1 if line <= len(self.lines) else 1
        return Span(self.file, line, column, max(1, width))

    def diagnostic(self, span: Span, code: str, message: str, *, help: str = "") -> Diagnostic:
        """A problem at `span`, quoting its line."""
        return error_at(span, code, message, help=help, lines=self.lines)


def shown(words: str) -> str:
    """Words of the file in backticks, cut to a readable length and with hidden characters made visible.

    >>> shown("govening board")
    '`govening board`'
    """
    cut = words if len(words) <= 60 else words[:57] + "..."
    visible = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
    return f'"{visible}"' if "`" in visible else f"`{visible}`"
