"""The files of a run as columns, some thousand whole cases at a time.

For whoever adds a run up or holds two against each other. Days are ordinals, ABSENT where there is none; words are
codes with their list. Reads what the files say and works nothing out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from inclusion_rules.simulation.cohort_columns import ABSENT, Days
from inclusion_rules.simulation.run_reading import SavedRun
from inclusion_rules.simulation.shards import TABLES
from inclusion_rules.simulation.tables import ENTERED, EPOCH

Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words: for each row the place of its word in the list, -1 where it says nothing."""

    codes: Codes
    words: tuple[str, ...]

    def are(self, *wanted: str) -> NDArray[np.bool_]:
        """Which rows say one of these words.

        >>> Words(np.array([0, 1, -1], np.int32), ("met", "missed")).are("missed").tolist()
        [False, True, False]
        """
        table = np.array([*(word in wanted for word in self.words), False])
        return table[self.codes]

    def among(self, known: dict[str, int]) -> Codes:
        """The rows in the numbers of a list that grows with every word it has not met."""
        numbers = [known.setdefault(word, len(known)) for word in self.words]
        return np.array([*numbers, -1], dtype=np.int32)[self.codes]


@dataclass(frozen=True, slots=True)
class EventRows:
    """Events, case by case in the order in which each case lists them. `case` counts the cases of the piece from 0."""

    case: Codes
    event: Words
    day: Days
    before: Words
    after: Words
    attributes: Words


@dataclass(frozen=True, slots=True)
class ObligationRows:
    """Obligations, case by case in the order of each ledger; `late` is -1 where nothing is late."""

    case: Codes
    duty: Words
    bearer: Words
    pack: Words
    rule: Words
    status: Words
    arose: Days
    due: Days
    met: Days
    about: Days
    late: Codes


@dataclass(frozen=True, slots=True)
class RunPiece:
    """Some whole cases of a run. `first` is the number of the first, counted over the run from 0.

    `facts` are what the files of the cases say, by their places there (`school.phase`). `entered` has, for each stage,
    the day on which a case last came to stand there; it is empty where a run does not say.
    """

    first: int
    ids: tuple[str, ...]
    about: Days
    stage: Words
    calendar: Words
    facts: dict[str, Words]
    events: EventRows
    obligations: ObligationRows
    entered: dict[str, Days] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)


def pieces_of(run: SavedRun) -> Iterator[RunPiece]:
    """A run from its first case to its last, as many cases at a time as its files hold together."""
    files = {name: pq.ParquetFile(run.path / f"{name}.parquet", read_dictionary=_texts(run, name)) for name in TABLES}
    groups = {file.num_row_groups for file in files.values()}
    first = 0
    for group in range(max(groups)) if len(groups) == 1 else [None]:
        tables = {name: file.read() if group is None else file.read_row_group(group) for name, file in files.items()}
        piece = _piece(first, tables)
        first += len(piece)
        if len(piece):
            yield piece


def _texts(run: SavedRun, name: str) -> list[str]:
    schema = pq.read_schema(run.path / f"{name}.parquet")
    return [field.name for field in schema if pa.types.is_string(field.type)]


def _piece(first: int, tables: dict[str, Any]) -> RunPiece:
    cases, events, obligations = (tables[name].unify_dictionaries() for name in ("cases", "events", "obligations"))
    ids = cases.column("case_id").combine_chunks().cast(pa.string())
    entered = [name for name in cases.column_names if name.startswith(ENTERED)]
    return RunPiece(
        first=first,
        ids=tuple(ids.to_pylist()),
        about=_days(cases, "about"),
        stage=_words(cases, "stage"),
        calendar=_words(cases, "calendar"),
        facts={name: _words(cases, name) for name in cases.column_names if "." in name and name not in entered},
        events=EventRows(
            _numbers(events, ids),
            _words(events, "event"),
            _days(events, "happened_on"),
            _words(events, "stage_before"),
            _words(events, "stage_after"),
            _words(events, "attributes"),
        ),
        obligations=ObligationRows(
            case=_numbers(obligations, ids),
            duty=_words(obligations, "duty"),
            bearer=_words(obligations, "bearer"),
            pack=_words(obligations, "pack"),
            rule=_words(obligations, "rule"),
            status=_words(obligations, "status"),
            arose=_days(obligations, "arose_on"),
            due=_days(obligations, "due"),
            met=_days(obligations, "met_on"),
            about=_days(obligations, "about"),
            late=_filled(obligations.column("late_by_school_days"), -1),
        ),
        entered={name.removeprefix(ENTERED): _days(cases, name) for name in entered},
    )


def _words(table: Any, name: str) -> Words:
    column = table.column(name).combine_chunks()
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], pa.string()).dictionary_encode()
    codes = _filled(column.indices, -1)
    return Words(codes, tuple(column.dictionary.to_pylist()))


def _days(table: Any, name: str) -> Days:
    days = _filled(table.column(name).cast(pa.int32()), -EPOCH + ABSENT)
    return (days + np.int32(EPOCH)).astype(np.int32)


def _numbers(table: Any, ids: Any) -> Codes:
    words = _words(table, "case_id")
    place = _filled(pc.index_in(pa.array(words.words, pa.string()), value_set=ids), -1)
    return np.append(place, np.int32(-1)).astype(np.int32)[words.codes]


def _filled(column: Any, nothing: int) -> Codes:
    if column.null_count:
        column = pc.fill_null(column, pa.scalar(nothing, column.type))
    found: Codes = np.asarray(column, dtype=np.int32)
    return found
