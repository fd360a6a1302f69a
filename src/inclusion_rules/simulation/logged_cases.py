"""Cases as logs: what happened, in order, with the stage before and after each event, and what came to be owed.

One form for the cases of a run, of a store and of a case file, given one after another, so that a million take no more
memory than a few thousand. Says nothing of how a log is written down.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from inclusion_rules.casework.subjects import owners, steps_of
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.simulation.deciding_records import DecidedRecord
from inclusion_rules.simulation.run_reading import SavedCase, SavedRun

_AT_ONCE = 16_384


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event of a log. `said` is what it says beside its name and day, as a case file would."""

    name: str
    on: date
    stage_before: str
    stage_after: str
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LoggedObligation:
    """One obligation of a case, as a run keeps it."""

    duty: str
    bearer: str
    arose_on: date
    due: date | None
    met_on: date | None
    status: str
    late_by_school_days: int | None
    about: date | None
    occurrence: int | None
    pack: str
    rule: str


@dataclass(frozen=True, slots=True)
class LoggedCase:
    """A case as a log. `row` is what a run says of the case itself, such as `stage` and `school.phase`."""

    row: Mapping[str, Any]
    events: tuple[LoggedEvent, ...]
    obligations: tuple[LoggedObligation, ...]

    @property
    def id(self) -> str:
        """The name of the case."""
        return str(self.row["case_id"])

    @property
    def pathway(self) -> str:
        """The pathway that the case is on."""
        return str(self.row["pathway"])


def cases_of_run(run: SavedRun, *, obligations: bool = True) -> Iterator[LoggedCase]:
    """Every case of a run, in its order; without their obligations where nobody asks for them."""
    events = _Following(_rows(run.path / "events.parquet"))
    owed = _Following(_rows(run.path / "obligations.parquet") if obligations else iter(()))
    for row in _rows(run.path / "cases.parquet"):
        case_id = row["case_id"]
        yield LoggedCase(row, _events(events.of(case_id)), _obligations(owed.of(case_id)))


def case_of_record(decided: DecidedRecord) -> LoggedCase:
    """A case that was decided alone."""
    return LoggedCase(decided.case, _events(decided.events), _obligations(decided.obligations))


def saved_case(case: LoggedCase) -> SavedCase:
    """The case as one read back from a run."""
    events = [{"event": each.name, "happened_on": each.on, "attributes": json.dumps(each.said)} for each in case.events]
    return SavedCase(dict(case.row), tuple(events), ())


def steps(case: LoggedCase, pathway: Pathway) -> tuple[int, ...]:
    """The places of the events that move a case along its pathway: those of the exclusion that it follows."""
    events = tuple(Event(each.name, each.on, of=_day(each.said.get("of"))) for each in case.events)
    followed = [number for number, event in enumerate(events) if event.name in pathway.follows]
    moving = {move.event for move in pathway.moves}
    found = steps_of(events, owners(events), followed[-1] if followed else None, follows=pathway.follows)
    return tuple(number for number in found if events[number].name in moving)


def value_of_words(words: str) -> object:
    """What a run's row says of a school or a pupil: numbers, true and false as such, anything else as the words.

    >>> [value_of_words(words) for words in ("academy", "true", "9", '"9"')]
    ['academy', True, 9, '9']
    """
    try:
        found: object = json.loads(words)
    except ValueError:
        return words
    return found


class _Following:
    """Rows that stand in the order of their cases, given out case by case."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self._groups = groupby(rows, key=itemgetter("case_id"))
        self._next = next(self._groups, None)

    def of(self, case_id: str) -> list[dict[str, Any]]:
        """The rows of the next case, which may have none."""
        if self._next is None or self._next[0] != case_id:
            return []
        found = list(self._next[1])
        self._next = next(self._groups, None)
        return found


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_AT_ONCE):
            columns = {name: batch.column(name).to_pylist() for name in batch.schema.names}
            names = tuple(columns)
            for values in zip(*columns.values(), strict=True):
                yield dict(zip(names, values, strict=True))


def _events(rows: Iterable[Mapping[str, Any]]) -> tuple[LoggedEvent, ...]:
    return tuple(
        LoggedEvent(row["event"], row["happened_on"], row["stage_before"], row["stage_after"], _said(row["attributes"]))
        for row in rows
    )


@lru_cache(maxsize=65_536)
def _said(text: str) -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def _obligations(rows: Iterable[Mapping[str, Any]]) -> tuple[LoggedObligation, ...]:
    return tuple(
        LoggedObligation(**{name: row[name] for name in LoggedObligation.__dataclass_fields__}) for row in rows
    )


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None
