"""Proof that exactly one row of a decision table answers whatever a case may hold, or the cases where that fails.

The cells of a column tell only finitely many kinds of value apart (`boxes`), so every case there can be falls into one
of finitely many boxes. Gaps are what is left of the space when each row's box has been taken from it; overlaps are rows
whose boxes meet. Nothing is sampled. Not covered: a column's fact that is not known, or known to be absent, unless a
cell asks whether it is `known`; `engine.tables` says what a table answers then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from inclusion_rules.analysis.boxes import representatives, thresholds
from inclusion_rules.domain.conditions import Condition, Operator, comparisons, facts_in
from inclusion_rules.domain.facts import NOTHING, FactType, Known, Nothing, Unknown, Value
from inclusion_rules.domain.rules import DecisionTable
from inclusion_rules.engine.evaluation import Parameters, evaluate
from inclusion_rules.engine.tables import EXACTLY_ONE
from inclusion_rules.errors import InclusionRulesError, UnknownNameError
from inclusion_rules.vocabulary import words


class UnprovableTableError(InclusionRulesError):
    """A cell looks at more than the fact of its own column, so the table is no union of boxes."""

    def __init__(self, table: str, row: int, column: str) -> None:
        self.table = table
        self.row = row
        self.column = column
        super().__init__(f"row {row} of `{table}`: the cell under `{words(column)}` may look at that fact only")

    def __reduce__(self) -> tuple[type[UnprovableTableError], tuple[str, int, str]]:
        return (UnprovableTableError, (self.table, self.row, self.column))


class Fault(StrEnum):
    """What can be wrong with how the rows of a table fit together."""

    GAP = "gap"
    OVERLAP = "overlap"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class TableFault:
    """Cases that no row answers (a gap), that several answer (an overlap), or a row that answers none (unreachable).

    `rows` counts from 1 and is empty for a gap. `example` is one such case, the smallest, with only the columns that
    matter to it: whatever the others hold, the fault is there.
    """

    fault: Fault
    rows: tuple[int, ...]
    example: tuple[tuple[str, Value], ...]

    def __str__(self) -> str:
        case = "; ".join(f"{words(fact)}: {_worded(value)}" for fact, value in self.example) or "any case"
        if self.fault is Fault.GAP:
            return f"no row answers for {case}"
        numbers = [str(row) for row in self.rows]
        if self.fault is Fault.OVERLAP:
            return f"rows {', '.join(numbers[:-1])} and {numbers[-1]} all answer for {case}"
        return f"row {numbers[0]} never answers"


def table_faults(
    table: DecisionTable, fact_types: Mapping[str, FactType], parameters: Callable[[str], Known]
) -> tuple[TableFault, ...]:
    """Every way in which the rows of a table fail to fit together: gaps first, then overlaps, then rows without a use.

    A table that goes by the `first` row may have overlaps; a row of it that others leave nothing to is unreachable. No
    faults means: whatever the columns hold, exactly one row answers (or the first of those that do).
    """
    columns = [_column(table, number, fact_types, parameters) for number in range(len(table.columns))]
    whole: Box = tuple(frozenset(range(len(column.values))) for column in columns)
    rows: list[Box] = [tuple(column.met_by[row] for column in columns) for row in range(len(table.rows))]
    left: list[Box] = [whole]
    unreachable = []
    for number, row in enumerate(rows, 1):
        answers = any(_meeting(box, row) is not None for box in left) if table.hit != EXACTLY_ONE else all(row)
        if not answers:
            unreachable.append(TableFault(Fault.UNREACHABLE, (number,), ()))
        left = [piece for box in left for piece in _without(box, row)]
    gaps = [TableFault(Fault.GAP, (), _example(columns, whole, box)) for box in merged(left)]
    overlaps = []
    if table.hit == EXACTLY_ONE:
        for numbers, box in _overlaps(rows):
            example = _example(columns, whole, box)
            overlaps.append(TableFault(Fault.OVERLAP, tuple(number + 1 for number in numbers), example))
    return (*gaps, *overlaps, *unreachable)


Box = tuple[frozenset[int], ...]
"""For each column, which of its kinds of value: a box in the space of all cases."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column's fact, one value for each kind of value that its cells tell apart, and which of them each row takes."""

    fact: str
    values: tuple[Value, ...]
    met_by: tuple[frozenset[int], ...]


def _column(table: DecisionTable, number: int, fact_types: Mapping[str, FactType], parameters: Parameters) -> _Column:
    fact = table.columns[number]
    if fact not in fact_types:
        raise UnknownNameError("fact", fact, fact_types)
    cells = [row.cells[number] for row in table.rows]
    for row, cell in enumerate(cells, 1):
        if cell is not None and facts_in(cell) != {fact}:
            raise UnprovableTableError(table.id, row, fact)
    written = [cell for cell in cells if cell is not None]
    fixed = chain.from_iterable(thresholds(cell, fact, parameters) for cell in written)
    kinds: dict[tuple[bool, ...], Value] = {}
    for value in (*representatives(fact_types[fact], fixed), *_ways_of_not_knowing(fact, written)):
        # Values that every cell takes alike are one kind; the first, and so the smallest, stands for it.
        kinds.setdefault(tuple(_takes(cell, fact, value, parameters) for cell in cells), value)
    met_by = tuple(frozenset(kind for kind, taken in enumerate(kinds) if taken[row]) for row in range(len(cells)))
    return _Column(fact, tuple(kinds.values()), met_by)


def _ways_of_not_knowing(fact: str, cells: Sequence[Condition]) -> tuple[Value, ...]:
    asks = {Operator.KNOWN, Operator.NOT_KNOWN}
    asked = any(comparison.operator in asks for cell in cells for comparison in comparisons(cell))
    return (Unknown(frozenset({fact})), NOTHING) if asked else ()


def _takes(cell: Condition | None, fact: str, value: Value, parameters: Parameters) -> bool:
    return cell is None or evaluate(cell, {fact: value}.__getitem__, parameters).result is True


def _meeting(one: Box, other: Box) -> Box | None:
    """What two boxes have in common, or None where they do not meet."""
    common = tuple(left & right for left, right in zip(one, other, strict=True))
    return common if all(common) else None


def _without(box: Box, taken: Box) -> Iterator[Box]:
    """What is left of a box, in boxes that do not meet, when another is taken from it."""
    if _meeting(box, taken) is None:
        yield box
        return
    for column, (mine, theirs) in enumerate(zip(box, taken, strict=True)):
        if mine - theirs:
            yield (*box[:column], mine - theirs, *box[column + 1 :])
        box = (*box[:column], mine & theirs, *box[column + 1 :])


def merged(boxes: Sequence[Box]) -> list[Box]:
    """The same cases in fewer boxes: two that differ in one column only become one, until none do; smallest first."""
    merged = list(boxes)
    joining = True
    while joining:
        joining = False
        for column in range(len(merged[0]) if merged else 0):
            beside: dict[Box, frozenset[int]] = {}
            for box in merged:
                rest = (*box[:column], *box[column + 1 :])
                beside[rest] = beside.get(rest, frozenset()) | box[column]
            joining |= len(beside) < len(merged)
            merged = [(*rest[:column], kinds, *rest[column:]) for rest, kinds in beside.items()]
    return sorted(merged, key=lambda box: [sorted(kinds) for kinds in box])


def _overlaps(rows: Sequence[Box]) -> Iterator[tuple[tuple[int, ...], Box]]:
    """Rows that answer the same case, with the cases they share: between them every pair that meets is named."""
    named: set[tuple[int, int]] = set()
    for first, row in enumerate(rows):
        for second in range(first + 1, len(rows)):
            shared = _meeting(row, rows[second])
            if shared is None or (first, second) in named:
                continue
            together = [first, second]
            for third in range(second + 1, len(rows)):
                closer = _meeting(shared, rows[third])
                if closer is not None:
                    together.append(third)
                    shared = closer
            named.update((one, other) for one in together for other in together if one < other)
            yield tuple(together), shared


def _example(columns: Sequence[_Column], whole: Box, box: Box) -> tuple[tuple[str, Value], ...]:
    """The smallest case of a box, in the columns that the box narrows."""
    return tuple(
        (column.fact, column.values[min(kinds)])
        for column, kinds, every in zip(columns, box, whole, strict=True)
        if kinds != every
    )


def _worded(value: Value) -> str:
    """A value as an officer would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return f"[{', '.join(sorted(value))}]"
    if isinstance(value, Unknown):
        return "not known"
    return "nothing" if isinstance(value, Nothing) else str(value)
