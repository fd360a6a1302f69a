"""Builds what the tests of records keep: cases under a reference of their own, and entries that fit them.

Knows the shipped vocabulary; how anything is kept is not known here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from tests.casework.builders import record_of
from tests.records.server import plain

from inclusion_rules.casework.case import Case
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.event_log import Entry

NOON = datetime(2025, 3, 10, 12, tzinfo=UTC)
HISTORY = (
    "2025-03-03 permanently_excluded session: morning, reasons: [PP]",
    "2025-03-03 parent_notified_in_writing served_by: delivered",
    "2025-03-04 governing_board_notified",
)
UNDELETABLE = ("entries", "cases", "heads", "shared_texts")


def a_case(reference: str = "LEI-2025-0042", events: Iterable[str] = HISTORY, *, at: datetime = NOON) -> Case:
    """A case of three events, all recorded at noon on 10 March 2025."""
    record = replace(record_of(events), id=reference)
    return Case.open(record, open_rulebook(), recorded_at=at, recorded_by="clerk")


def an_entry(number: int, *, minutes: int = 0, by: str = "clerk", event: Event | None = None) -> Entry:
    """An entry of a log, recorded some minutes after noon: that work was set, unless another event is given."""
    happened = event or Event("work_set", date(2025, 3, 5))
    return Entry(number, happened, NOON + timedelta(minutes=minutes), by)


def next_entry(case: Case, *, by: str = "clerk", event: Event | None = None) -> Entry:
    """An entry that fits a case as it stands, recorded when its last entry was."""
    last = case.log.entries[-1].recorded_at if len(case.log) else NOON
    return Entry(len(case.log) + 1, event or Event("work_set", date(2025, 3, 5)), last, by)


class Raw:
    """The database itself, without the store: for looking at it, and for doing to it what nobody should."""

    def __init__(self, place: str) -> None:
        self.place = place

    def run(self, *statements: str, guarded: bool = True) -> list[tuple[Any, ...]]:
        """Run statements in turn and give what the last one finds; `guarded=False` takes the triggers off meanwhile."""
        if self.place.startswith("postgresql"):
            return self._on_postgresql(statements, guarded=guarded)
        with closing(sqlite3.connect(self.place, isolation_level=None)) as connection:
            connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            connection.execute("PRAGMA ignore_check_constraints = ON")
            triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            if not guarded:
                for name, _ in triggers:
                    connection.execute(f"DROP TRIGGER {name}")
            found: list[tuple[Any, ...]] = []
            for statement in statements:
                found = connection.execute(statement).fetchall()
            if not guarded:
                for _, sql in triggers:
                    connection.execute(sql)
            return found

    def _on_postgresql(self, statements: Iterable[str], *, guarded: bool) -> list[tuple[Any, ...]]:
        with psycopg.connect(plain(self.place), autocommit=True) as connection:
            if not guarded:
                # As a replica's own writes do, these pass by every trigger, those of foreign keys too.
                connection.execute("SET session_replication_role = replica")
            found: list[tuple[Any, ...]] = []
            for statement in statements:
                cursor = connection.execute(statement.encode())
                found = cursor.fetchall() if cursor.description else []
            return found

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that the tables hold."""
        return {table: self.run(f"SELECT * FROM {table} ORDER BY 1") for table in UNDELETABLE}
