"""The index: how each case stood when it was last decided, in a file of SQLite beside the store.

Everything in it can be worked out again from the store; it is kept so that it need not be. It holds for a case what the
case's chain and the law held when it was decided, and is asked for just that. What becomes of the rows on a day is for
`morning`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from inclusion_rules.caseload.case_rows import CaseBrief, CaseState, OwedRow
from inclusion_rules.caseload.index_rows import (
    brief_from,
    brief_row,
    calendar_row,
    owed_from,
    owed_row,
    segment_from,
    segment_row,
)
from inclusion_rules.caseload.school_days import SchoolDays
from inclusion_rules.errors import InclusionRulesError

APPLICATION_ID = 0x4943414C
"""How a file says that it is an index of ours."""
FORM = 1
"""The form of the tables. An index of another form is emptied and made anew."""
SEGMENTS_KEPT = 3
"""How many stretches of days are kept of one case, so that a look back does not cost the next morning."""
_PATIENCE = 60

_TABLES = """
CREATE TABLE calendars (digest TEXT PRIMARY KEY, calendar TEXT NOT NULL, first TEXT NOT NULL, opens TEXT NOT NULL);
CREATE TABLE cases (
    case_id TEXT PRIMARY KEY, chain_hash TEXT NOT NULL, reference TEXT NOT NULL, pathway TEXT NOT NULL,
    pins TEXT NOT NULL, school TEXT, authority TEXT, home_authority TEXT, calendar TEXT NOT NULL
);
CREATE TABLE segments (
    segment INTEGER PRIMARY KEY AUTOINCREMENT, case_id TEXT NOT NULL, chain_hash TEXT NOT NULL, law TEXT NOT NULL,
    decided_as_of TEXT NOT NULL, changes_on TEXT, stage TEXT NOT NULL, ended INTEGER NOT NULL, begun INTEGER NOT NULL,
    remarks TEXT NOT NULL
);
CREATE INDEX segments_of_a_case ON segments (case_id);
CREATE TABLE owed (
    segment INTEGER NOT NULL, pack TEXT NOT NULL, rule TEXT NOT NULL, bearer TEXT NOT NULL, bearer_is TEXT, about TEXT,
    arose_on TEXT NOT NULL, due TEXT, was_due TEXT, missed INTEGER NOT NULL, alert_on TEXT, not_before TEXT,
    waiting_for TEXT, why TEXT, occurrence INTEGER, deadline TEXT, missing_facts TEXT, notes TEXT
);
CREATE INDEX owed_in_a_segment ON owed (segment);
"""
_NAMES = ("calendars", "cases", "segments", "owed")
_SUPERSEDED = f"""
    case_id = ?1 AND (
        chain_hash <> ?2 OR law <> ?3 OR (decided_as_of = ?4 AND segment <> ?5)
        OR segment NOT IN (SELECT segment FROM segments WHERE case_id = ?1 ORDER BY segment DESC LIMIT {SEGMENTS_KEPT})
    )"""


class IndexUnusableError(InclusionRulesError):
    """The index cannot be read or written where it was wanted; everything in it can be worked out again."""


class _NotOursError(Exception):
    """A file that is a database of somebody else's."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the index holds for a day: every case it knows, and how those stand that have been decided for that day."""

    briefs: dict[str, CaseBrief]
    states: dict[str, CaseState]


class LedgerIndex:
    """An index in a file, or in memory for one run. Safe to share between processes that each open it."""

    def __init__(self, connection: sqlite3.Connection, *, only_read: bool = False) -> None:
        self._connection = connection
        self.only_read = only_read
        """Whether it was read from a file that may not be written."""

    @classmethod
    def open(cls, place: Path | None, *, readable_as: Path | None = None) -> LedgerIndex:
        """The index in a file, made where there is none; without a place, one in memory.

        A file that can be read but not written is read into memory, and what comes new is not kept. One that is made
        can be read by whoever may read `readable_as`, and by nobody else.

        Raises:
            IndexUnusableError: the file is something else, is damaged, or cannot be made.
        """
        if place is None:
            index = cls(_connected(":memory:"))
            index._make_ready()
            return index
        if place.is_dir():
            raise IndexUnusableError(f"`{place}` is a folder; an index is one file")
        try:
            if not place.exists():
                others = readable_as.stat().st_mode & 0o777 if readable_as is not None else 0
                place.touch(mode=others | 0o600)
            if place.exists() and not os.access(place, os.W_OK):
                return cls._copied(place)
            index = cls(_connected(place))
            index._make_ready()
        except (sqlite3.Error, OSError, _NotOursError) as error:
            said = error.strerror or error if isinstance(error, OSError) else error
            raise IndexUnusableError(f"the index in `{place}` cannot be used: {said}") from error
        return index

    @classmethod
    def _copied(cls, place: Path) -> LedgerIndex:
        index = cls(_connected(":memory:"), only_read=True)
        with closing(_connected(place)) as source:
            if source.execute("PRAGMA user_version").fetchone()[0] == FORM:
                source.backup(index._connection)
        index._make_ready()
        return index

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def _make_ready(self) -> None:
        """Make the tables where there are none, or none of this form.

        Raises:
            _NotOursError: the file is somebody else's.
        """
        ask = self._connection.execute
        ours = ask("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        if not ours and ask("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise _NotOursError("it is a database, but no index of a caseload, and was left as it is")
        if ours and ask("PRAGMA user_version").fetchone()[0] == FORM:
            return
        with self._writing():
            if ask("PRAGMA user_version").fetchone()[0] == FORM:
                return  # somebody else has just made it
            for name in _NAMES:
                ask(f"DROP TABLE IF EXISTS {name}")
            for statement in filter(str.strip, _TABLES.split(";")):
                ask(statement)
            ask(f"PRAGMA application_id = {APPLICATION_ID}")
            ask(f"PRAGMA user_version = {FORM}")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        finally:
            self._let_go()

    def _let_go(self) -> None:
        """End a transaction that is still open; where the file is too damaged even for that, closing it will."""
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    # Reading ----------------------------------------------------------------------------------------------------------

    def kept_for(self, day: date) -> Kept:
        """All that the index holds for a day."""
        ask = self._connection.execute
        try:
            ask("BEGIN")  # one moment of the index, whatever is written meanwhile
            calendars = {
                digest: SchoolDays(calendar, date.fromisoformat(first), opens)
                for digest, calendar, first, opens in ask("SELECT digest, calendar, first, opens FROM calendars")
            }
            briefs = {row[0]: brief_from(row) for row in ask("SELECT * FROM cases")}
            asked = "FROM segments WHERE decided_as_of <= :day AND (changes_on IS NULL OR changes_on > :day)"
            segments = {
                number: segment_from(row) for number, *row in ask(f"SELECT * {asked}", {"day": day.isoformat()})
            }
            owed: dict[int, list[OwedRow]] = {number: [] for number in segments}
            of_those = f"SELECT * FROM owed WHERE segment IN (SELECT segment {asked}) ORDER BY rowid"
            for number, *row in ask(of_those, {"day": day.isoformat()}):
                owed[number].append(owed_from(row))
        except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
            raise IndexUnusableError(f"the index cannot be read: {error}") from error
        finally:
            self._let_go()
        states: dict[str, CaseState] = {}
        for number, segment in segments.items():
            brief = briefs.get(segment.case_id)
            if brief is not None and brief.chain_hash == segment.chain_hash and brief.calendar in calendars:
                states[segment.case_id] = CaseState(brief, segment, tuple(owed[number]), calendars[brief.calendar])
        return Kept(briefs, states)

    # Writing ----------------------------------------------------------------------------------------------------------

    def keep(self, states: Iterable[CaseState]) -> None:
        """Keep how cases stand, in place of what their chains or another law had led to.

        Raises:
            IndexUnusableError: it cannot be written.
        """
        ask = self._connection.execute
        try:
            with self._writing():
                for state in states:
                    brief, segment = state.brief, state.segment
                    ask(_filled("INSERT OR IGNORE INTO calendars", 4), calendar_row(brief.calendar, state.days))
                    ask(_filled("INSERT OR REPLACE INTO cases", 9), brief_row(brief))
                    added = ask(_filled("INSERT INTO segments", 10), (None, *segment_row(segment))).lastrowid
                    rows = [(added, *owed_row(row)) for row in state.owed]
                    self._connection.executemany(_filled("INSERT INTO owed", 18), rows)
                    same_day = (segment.decided_as_of.isoformat(), added)
                    self._drop_segments(_SUPERSEDED, (brief.case_id, segment.chain_hash, segment.law, *same_day))
        except sqlite3.Error as error:
            raise IndexUnusableError(f"the index cannot be written: {error}") from error

    def forget(self, case_ids: Sequence[str]) -> None:
        """Take away all that is kept of cases that the store no longer gives out.

        Raises:
            IndexUnusableError: it cannot be written.
        """
        if not case_ids:
            return
        try:
            with self._writing():
                for case_id in case_ids:
                    self._drop_segments("case_id = ?", (case_id,))
                    self._connection.execute("DELETE FROM cases WHERE case_id = ?", (case_id,))
        except sqlite3.Error as error:
            raise IndexUnusableError(f"the index cannot be written: {error}") from error

    def _drop_segments(self, condition: str, values: tuple[object, ...]) -> None:
        gone = [row[0] for row in self._connection.execute(f"SELECT segment FROM segments WHERE {condition}", values)]
        for table in ("owed", "segments"):
            self._connection.executemany(f"DELETE FROM {table} WHERE segment = ?", [(number,) for number in gone])


def _filled(statement: str, columns: int) -> str:
    return f"{statement} VALUES ({', '.join('?' * columns)})"


def _connected(place: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(place, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA secure_delete = ON")
    return connection
