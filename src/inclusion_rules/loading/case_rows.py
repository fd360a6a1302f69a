"""The rows of a table of real cases, each read into what it says: who, where, and which events on which days.

Every cell is held against what the packs declare, and every problem is told with its row, its column and its words. A
row with a problem is never half read. Joins no rows into cases and decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.errors import Diagnostic, UnknownNameError
from inclusion_rules.loading.case_columns import Column, Layout, layout_of, recognised, squeezed
from inclusion_rules.loading.case_files import RecordReader
from inclusion_rules.loading.exclusion_rows import exclusion_tree
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.pupil_numbers import problem_of_upn
from inclusion_rules.loading.row_cells import Row
from inclusion_rules.loading.table_text import TableText
from inclusion_rules.loading.yaml_tree import Mapping as Tree
from inclusion_rules.loading.yaml_tree import Scalar
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import identifier, words

_WARNING = "warning"
WHOSE = ("pupil", "upn", "case")
"""The columns that tell one pupil, or one case, from another."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with, or odd in, one row: the words of the cell, what was expected, and what would help.

    `column` is the head as the table has it, empty where the row as a whole is meant; a `warning` stops nothing.
    """

    row: int
    column: str
    words: str
    message: str
    help: str
    code: str
    severity: str = "error"

    @property
    def is_error(self) -> bool:
        """Whether the row cannot be used."""
        return self.severity != _WARNING

    def rendered(self) -> str:
        """The problem as people read it."""
        place = f"row {self.row}" + (f", column `{self.column}`" if self.column else "")
        hint = f"\n   help: {self.help}" if self.help else ""
        return f"{place}: {self.severity}[{self.code}]: {self.message}{hint}"


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What one row says. `whose` tells one pupil (or case) from another; `exclusion` is the row's own, if any."""

    number: int
    whose: str
    case: str | None
    pathway: str | None
    packs: tuple[str, ...]
    calendar: str | None
    history_complete: bool
    described: Mapping[str, Mapping[str, Known]]
    events: tuple[Event, ...]
    exclusion: Event | None


@dataclass
class ReadTable:
    """A table read: its rows, those of them that cannot be used, every problem, and the columns nobody looks at.

    `unusable` gives for each row with a problem whose it is, where that could be read.
    """

    name: str
    heads: tuple[str, ...]
    layout: Layout
    rows: list[ReadRow] = field(default_factory=list)
    unusable: dict[int, str | None] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    not_used: tuple[str, ...] = ()
    empty: int = 0

    @property
    def count(self) -> int:
        """How many rows it has that say something."""
        return len(self.rows) + len(self.unusable)

    def place(self, diagnostic: Diagnostic, cells: tuple[str, ...] = ()) -> RowProblem:
        """A problem in its row and column."""
        column = diagnostic.place.column - 1
        head = self.heads[column] if 0 <= column < len(self.heads) else ""
        said = cells[column].strip() if 0 <= column < len(cells) else ""
        row, help = diagnostic.place.line, diagnostic.help
        return RowProblem(row, head, said, diagnostic.message, help, diagnostic.code, diagnostic.severity)


def read_table(table: TableText, rulebook: Rulebook, *, packs: tuple[str, ...], day_first: bool = False) -> ReadTable:
    """Every row of a table, under the packs that rows are decided by where they name none.

    Raises:
        UnknownNameError: one of the packs is not known.
    """
    layout = layout_of(table.heads)
    every = rulebook.edition(_packs_named(table, rulebook, packs))
    named = recognised(table.heads, layout, every)
    found = ReadTable(table.name, table.heads, layout, empty=table.empty)
    for place, name in named.twice.items():
        message = f"`{table.heads[place]}` is the column `{name}`, which stands twice"
        _of_the_heads(found, place, "C402", message, "keep one")
    for place, name in named.slips.items():
        message = f"`{table.heads[place]}` is not a column known here"
        _of_the_heads(found, place, "C402", message, f"did you mean `{name}`?")
    found.not_used = tuple(
        head for place, head in enumerate(table.heads) if named.columns[place] is None and place not in named.slips
    )
    for missing, hint in _lacking(named.columns, layout):
        _of_the_heads(found, None, "R202", f"the table has no column {missing}", hint)
    if any(problem.is_error for problem in found.problems):
        found.unusable = {number: None for number, _ in table.rows}
        return found
    reader = _Rows(found, named.columns, rulebook, packs, day_first)
    for number, cells in table.rows:
        reader.read(number, cells)
    return found


def _packs_named(table: TableText, rulebook: Rulebook, packs: tuple[str, ...]) -> tuple[str, ...]:
    """The packs that any row is decided by, so that the columns of all of them are known."""
    place = next((place for place, head in enumerate(table.heads) if squeezed(head) in ("packs", "pack")), None)
    named = {cells[place] for _, cells in table.rows if place < len(cells)} if place is not None else set()
    also = sorted({name for text in named for name in _pack_names(text)} & rulebook.packs.keys())
    return tuple(dict.fromkeys((*packs, *also)))


def _pack_names(text: str) -> tuple[str, ...]:
    return tuple(identifier(word) for word in re.split(r"[\s,;+]+", text) if word)


def _of_the_heads(found: ReadTable, place: int | None, code: str, message: str, help: str) -> None:
    head = "" if place is None else found.heads[place]
    found.problems.append(RowProblem(1, head, head, message, help, code))


def _lacking(columns: tuple[Column | None, ...], layout: Layout) -> Iterator[tuple[str, str]]:
    there = {column.name for column in columns if column is not None}
    if not there & set(WHOSE):
        yield "that says whose a row is", "name one `pupil` (any text that tells pupils apart), `upn` or `case`"
    if layout is Layout.EVENTS:
        if "date" not in there:
            yield "`date`", "each event needs its day"
        return
    if "category" not in there:
        yield "`category`", "each exclusion is `PERM`, `SUSP` or `LNCH`; a table of events has a column `event` instead"
    if "start_date" not in there:
        yield "`start_date`", "each exclusion needs its first day"


@dataclass
class _Rows:
    """Reads one row after another."""

    table: ReadTable
    columns: tuple[Column | None, ...]
    rulebook: Rulebook
    packs: tuple[str, ...]
    day_first: bool
    upns: dict[str, str | None] = field(default_factory=dict)

    def read(self, number: int, cells: tuple[str, ...]) -> None:
        problems = Problems()
        spans = [Span(self.table.name, number, place + 1) for place in range(max(len(cells), len(self.columns), 1))]
        if len(cells) > len(self.columns) and any(cell.strip() for cell in cells[len(self.columns) :]):
            problems.add(
                Span(self.table.name, number, 0),
                "C401",
                f"the row has {len(cells)} cells, and the table {len(self.columns)} columns",
                help="put words that hold the sign between cells in quotation marks",
            )
        row = Row(
            {
                column.name: (cells[place].strip(), spans[place], column)
                for place, column in enumerate(self.columns)
                if column is not None and place < len(cells) and cells[place].strip()
            },
            Span(self.table.name, number, 0),
            problems,
            self.day_first,
        )
        whose = self._whose(row)
        read = self._read(number, row, whose)
        errors = [one for one in problems.found if one.severity != _WARNING]
        self.table.problems += [self.table.place(one, cells) for one in dict.fromkeys(problems.found)]
        if errors or read is None:
            self.table.unusable[number] = whose
        else:
            self.table.rows.append(read)

    def _whose(self, row: Row) -> str | None:
        upn = row.text("upn")
        if upn is not None and upn not in self.upns:
            self.upns[upn] = problem_of_upn(upn)
        if upn is not None and (wrong := self.upns[upn]) is not None:
            row.problems.add(row.span("upn"), "C403", f"`{upn}` is not a unique pupil number", help=wrong)
        whose = row.text("pupil") or upn or row.text("case")
        if whose is None:
            name = next(column.name for column in self.columns if column is not None and column.name in WHOSE)
            row.problems.add(row.whole, "R202", "the row does not say whose it is", help=f"fill in `{name}`")
        return whose

    def _read(self, number: int, row: Row, whose: str | None) -> ReadRow | None:
        packs = _pack_names(row.text("packs") or "") or self.packs
        try:
            edition = self.rulebook.edition(packs)
        except UnknownNameError as error:
            row.problems.unknown(row.span("packs"), "a pack known here", error.name, self.rulebook.packs, code="C309")
            return None
        pathway = row.text("pathway")
        if pathway is not None and (pathway := identifier(pathway)) not in self.rulebook.pathways:
            row.problems.unknown(
                row.span("pathway"), "a pathway known here", pathway, self.rulebook.pathways, code="C309"
            )
        reader = RecordReader(edition, row.problems)
        described = {part: reader.described(part, [row.tree(part)]) for part in ("school", "pupil")}
        born = described["pupil"].get("date_of_birth")
        events, exclusion = self._events(row, reader, born if isinstance(born, date) else None, edition)
        return ReadRow(
            number,
            whose or "",
            row.text("case"),
            pathway,
            packs,
            row.text("calendar"),
            row.yes_or_no("history_complete") is not False,
            described,
            events,
            exclusion,
        )

    def _events(
        self, row: Row, reader: RecordReader, born: date | None, edition: Edition
    ) -> tuple[tuple[Event, ...], Event | None]:
        if self.table.layout is Layout.EVENTS:
            node = row.event_tree()
            event = reader.event(node, born) if node is not None else None
            return (() if event is None else (event,)), None
        node = exclusion_tree(row, edition)
        exclusion = reader.event(node, born) if node is not None else None
        whole = [each for each in row.event_columns() if not _lacks(each, row, edition)]
        others = [event for each in whole if (event := reader.event(each, born)) is not None]
        if exclusion is not None:
            for event in others:
                if event.date < exclusion.date and edition.events[event.name].section != "exclusion":
                    early = (exclusion.date - event.date).days
                    row.problems.add(
                        row.span(event.name),
                        "C406",
                        f"{words(event.name)} is {early} days before the exclusion",
                        help="check the two days",
                        severity=_WARNING,
                    )
        return (*(() if exclusion is None else (exclusion,)), *others), exclusion


def _lacks(tree: Tree, row: Row, edition: Edition) -> bool:
    """Whether an event that columns give lacks something it needs, which is then told with the column that has it."""
    name = next(value.text for key, value in tree.entries if key.text == "event" and isinstance(value, Scalar))
    there = {key.text for key, _ in tree.entries}
    definition = edition.events.get(name)
    lacking = [word for word in (definition.needs if definition is not None else ()) if word not in there]
    for word in lacking:
        message, help = f"`{words(name)}` needs `{words(word)}`", f"fill in the column `{name}.{word}`"
        row.problems.add(row.span(name), "R202", message, help=help)
    return bool(lacking)
