"""The cells of one row of a table of real cases, as the values and trees that case files are read from.

Knows how systems write dates, yes and no, and codes of the census. What a cell may say is the packs' to declare.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from inclusion_rules.domain.facts import FactKind, FactType
from inclusion_rules.loading.case_columns import SEN_CODES, Column, Part
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Mapping as Tree
from inclusion_rules.loading.yaml_tree import Node, Scalar, Sequence
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import identifier, words

_YES = frozenset({"yes", "y", "true", "t", "1"})
_NO = frozenset({"no", "n", "false", "f", "0"})
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?$")
_WHOLE_AS_FLOAT = re.compile(r"(\d+)\.0+")
_BETWEEN_CODES = re.compile(r"[,;/|+\s]+")

Cell = tuple[str, Span, Column]
"""The words of a cell, its place, and its column."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row that say something, by the names of their columns."""

    cells: Mapping[str, Cell]
    whole: Span
    problems: Problems
    day_first: bool

    def text(self, name: str) -> str | None:
        """The words of a cell, or None where it is empty."""
        cell = self.cells.get(name)
        return None if cell is None else cell[0]

    def span(self, name: str) -> Span:
        """The place of a cell, or of the row where it is empty."""
        cell = self.cells.get(name)
        return self.whole if cell is None else cell[1]

    def yes_or_no(self, name: str) -> bool | None:
        """What a cell says that can only say yes or no."""
        text = self.text(name)
        if text is None:
            return None
        if text.casefold() in _YES | _NO:
            return text.casefold() in _YES
        self.problems.add(self.span(name), "C306", f"`{text}` does not fit; expected yes or no", help="")
        return None

    def day(self, name: str) -> date | None:
        """The day that a cell gives; what is no day is told."""
        cell = self.cells.get(name)
        if cell is None:
            return None
        node = self.value(cell[0], cell[2].kind, cell[1])
        if not isinstance(node, Scalar):
            return None
        if isinstance(node.value, date):
            return node.value
        self.problems.add(cell[1], "C306", f"`{cell[0]}` is not a day; expected a date such as 2025-03-24")
        return None

    def number(self, name: str) -> int | float | None:
        """The number that a cell gives; what is none is told."""
        cell = self.cells.get(name)
        if cell is None:
            return None
        node = self.value(cell[0], cell[2].kind, cell[1])
        value = node.value if isinstance(node, Scalar) else None
        whole = cell[2].kind.kind is FactKind.WHOLE_NUMBER
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)) or value < 0:
            wanted = "a whole number, 0 or more" if whole else "a number of days in steps of 0.5"
            self.problems.add(cell[1], "C306", f"`{cell[0]}` does not fit `{name}`; expected {wanted}")
            return None
        return value

    def tree(self, part: str) -> Tree:
        """What the row says of the school or the pupil, as a case file would."""
        about = Part.SCHOOL if part == "school" else Part.PUPIL
        return self._tree((column.attribute, cell) for cell in self.cells.values() if (column := cell[2]).part is about)

    def event_tree(self) -> Tree | None:
        """The event of a row in a table of events."""
        for name in ("event", "date"):
            if name not in self.cells:
                self.problems.add(self.whole, "R202", f"the row has no `{name}`", help=f"fill in `{name}`")
        if not {"event", "date"} <= self.cells.keys():
            return None
        named = [(name, self.cells[name]) for name in ("event", "date")]
        rest = [
            (c[2].attribute, c) for c in self.cells.values() if c[2].part is Part.EVENT and c[2].attribute is not None
        ]
        return self._tree([*named, *rest])

    def event_columns(self) -> Iterator[Tree]:
        """The events that the columns of a row give the days of."""
        for name, cell in self.cells.items():
            _, span, column = cell
            if column.part is Part.EVENT and column.attribute is None:
                own = [(c[2].attribute, c) for c in self.cells.values() if c[2].event == name and c[2].attribute]
                head = (Scalar("event", True, span), Scalar(name, True, span))
                body = self._tree([("date", cell), *own])
                if any(key.text == "date" for key, _ in body.entries):
                    yield Tree((head, *body.entries), span)
            elif column.event is not None and column.event not in self.cells:
                message = f"`{name}` is given, and the day of `{words(column.event)}` is not"
                self.problems.add(span, "R202", message, help=f"fill in `{column.event}`")

    def _tree(self, cells: Iterable[tuple[str | None, Cell]]) -> Tree:
        entries: list[tuple[Scalar, Node]] = []
        for key, (text, span, column) in cells:
            node = self.value(text, column.kind, span)
            if node is not None and key is not None:
                entries.append((Scalar(key, True, span), node))
        return Tree(tuple(entries), self.whole)

    def value(self, text: str, kind: FactType, span: Span) -> Node | None:
        """A cell as a case file would write it, for its kind."""
        match kind.kind:
            case FactKind.YES_NO:
                folded = text.casefold()
                return Scalar("yes" if folded in _YES else "no" if folded in _NO else text, True, span)
            case FactKind.DATE:
                return self._date(text, span)
            case FactKind.SET_OF:
                return Sequence(tuple(Scalar(code, True, span) for code in codes_in(text, kind.choices)), span)
            case FactKind.ONE_OF:
                coded = SEN_CODES.get(text.upper()) if set(SEN_CODES.values()) <= set(kind.choices) else None
                return Scalar(coded or text, True, span)
            case FactKind.TEXT:
                return Scalar(identifier(text.replace("-", " ")) if kind.is_id else text, True, span)
            case _:
                whole = _WHOLE_AS_FLOAT.fullmatch(text)
                return Scalar(whole[1].lstrip("0") or "0" if whole else text, False, span)

    def _date(self, text: str, span: Span) -> Scalar | None:
        bare = _MIDNIGHT.sub("", text)
        try:
            return Scalar(date.fromisoformat(bare).isoformat(), False, span)
        except ValueError:
            pass
        found = _DAY_FIRST.fullmatch(bare)
        if found is None:
            return Scalar(text, True, span)
        if not self.day_first:
            help = "write it as 2025-03-24, or say `--dates day-first` where the day comes first"
            self.problems.add(span, "C404", f"`{text}` could have the day or the month first", help=help)
            return None
        try:
            return Scalar(date(int(found[3]), int(found[2]), int(found[1])).isoformat(), False, span)
        except ValueError:
            self.problems.add(span, "C404", f"`{text}` is not a day of the calendar, read with the day first")
            return None


def codes_in(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The codes that a cell lists, spelled as they are known.

    >>> codes_in("pp; DB", ["PP", "DB"])
    ('PP', 'DB')
    """
    spelled = {code.casefold(): code for code in known}
    return tuple(spelled.get(part.casefold(), part) for part in _BETWEEN_CODES.split(text) if part)
