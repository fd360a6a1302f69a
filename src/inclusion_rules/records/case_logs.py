"""The log of cases as one text file: all that a store holds of them, hashes and salts too, to be audited without it.

Every line is one JSON object, in ASCII, with sorted keys and no spaces: first what the file is and should hold, then
each text that cases share, then each case with its opening, its entries and its head. Written as it stands in the store
and verified only when it is audited; what was redacted is as absent here as there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.records.auditing import AuditReport, audit_case
from inclusion_rules.records.case_text import shared_named_in
from inclusion_rules.records.chain import plain_digest, store_digest
from inclusion_rules.records.connecting import address_of, open_engine, reading
from inclusion_rules.records.deciding_again import DecidedAgain
from inclusion_rules.records.failures import StoreAddressError
from inclusion_rules.records.rows import CaseRow, EntryRow, HeadRow
from inclusion_rules.records.schema import cases, entries, heads, shared_texts
from inclusion_rules.records.verifying import Difference

_IS = "log of inclusion-rules"
_FORM = 1
_FIRST = frozenset({_IS, "cases", "digest"})
_SHARED = frozenset({"shared", "text"})
_CASE = frozenset({"opening", "entries", "head"})


def log_of_store(place: str | Path, *, case_id: str | None = None) -> Iterator[str]:
    """The lines of the log of a store, as it stands at one moment, or of one of its cases.

    Raises:
        StoreAddressError: there is no store at that place.
        DamagedStoreError, StoreFailedError: it cannot be read to its end.
    """
    engine = open_engine(address_of(place), create=False, forgiving=True)
    try:
        with reading(engine) as connection:
            yield from _lines(connection, case_id)
    finally:
        engine.dispose()


def _lines(connection: Connection, case_id: str | None) -> Iterator[str]:
    wanted = select(cases).order_by(cases.c.case_id)
    openings = connection.execute(wanted if case_id is None else wanted.where(cases.c.case_id == case_id)).all()
    standing = {row[0]: HeadRow(*row) for row in connection.execute(select(heads))}
    if case_id is not None:
        standing = {known: head for known, head in standing.items() if known == case_id}
    digest = store_digest((head.case_id, head.number, head.chain_hash) for head in standing.values())
    yield _line({_IS: _FORM, "cases": len(openings), "digest": digest})
    texts = connection.execute(select(shared_texts).order_by(shared_texts.c.digest)).all()
    if case_id is not None:
        named = {name for row in openings for name in shared_named_in(CaseRow(*row), _entries(connection, row[0]))}
        texts = [row for row in texts if row[0] in named]
    for name, text in texts:
        yield _line({"shared": name, "text": text})
    for row in openings:
        head = standing.get(row[0])
        yield _line(
            {
                "opening": CaseRow(*row)._asdict(),
                "entries": [entry._asdict() for entry in _entries(connection, row[0])],
                "head": None if head is None else head._asdict(),
            }
        )


def _entries(connection: Connection, case_id: str) -> list[EntryRow]:
    asked = select(entries).where(entries.c.case_id == case_id).order_by(entries.c.number)
    return [EntryRow(*row) for row in connection.execute(asked)]


def _line(data: Mapping[str, object]) -> str:
    # What a damaged database hands back in the place of a text is written in words, and does not match when audited.
    return json.dumps(data, sort_keys=True, separators=(",", ":"), default=repr) + "\n"


def is_log(path: Path) -> bool:
    """Whether a file is meant as a log: by the end of its name, or because it begins as one line of JSON does."""
    try:
        with path.open("rb") as file:
            return file.read(1) == b"{" or path.suffix == ".jsonl"
    except OSError:
        return False


def audit_log(
    path: Path, rulebook: Rulebook, *, expected: str | None = None, again: DecidedAgain | None = None
) -> AuditReport:
    """Verify a log as `audit_store` verifies a store: every line, every chain, every case replayed.

    Raises:
        StoreAddressError: the file cannot be read.
    """
    audit = _Audit(rulebook, AuditReport(), again)
    try:
        with closing(path.open("rb")) as file:
            for number, line in enumerate(file, start=1):
                audit.line(number, line)
    except OSError as error:
        raise StoreAddressError(f"`{path}` cannot be read: {error.strerror}") from None
    audit.end(expected)
    return audit.report


class _NotALineError(ValueError):
    """A line of a log that is not as any log would have it."""


@dataclass(slots=True)
class _Audit:
    """One look at a log, line by line."""

    rulebook: Rulebook
    report: AuditReport
    again: DecidedAgain | None
    promised: Mapping[str, Any] | None = None
    shared: dict[str, str] = field(default_factory=dict)
    heads: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    lines: int = 0

    def line(self, number: int, line: bytes) -> None:
        """Look at one more line."""
        self.lines = number
        try:
            self._take(_data_of(line), first=number == 1)
        except _NotALineError as error:
            self._note(f"line {number}: {error}")

    def end(self, expected: str | None) -> None:
        """Hold what was there against what the first line promised, and against a digest that was kept elsewhere."""
        self.report.digest = store_digest(self.heads.values())
        if not self.lines:
            self._note("it is empty")
        for name, found in (("cases", self.report.cases), ("digest", self.report.digest)):
            if self.promised is not None and self.promised[name] != found:
                self._note(f"its first line says {name} {self.promised[name]}, and it comes to {found}")
        if expected is not None and self.report.digest != expected:
            says = f"the log's digest is {self.report.digest}, and not {expected}"
            self.report.note(Difference(None, None, "digest", says))

    def _note(self, says: str) -> None:
        self.report.note(Difference(None, None, "log", says))

    def _take(self, data: Mapping[str, Any], *, first: bool) -> None:
        keys = data.keys()
        if first:
            if keys != _FIRST or data[_IS] != _FORM:
                raise _NotALineError(f"it does not say `{_IS}` {_FORM}, as `export --as log` writes it")
            self.promised = data
        elif keys == _SHARED:
            name, text = data["shared"], data["text"]
            if not isinstance(text, str) or not _is_plain(text) or plain_digest(text) != name:
                raise _NotALineError("a text that cases share, or its digest, was altered")
            self.shared[name] = text
        elif keys == _CASE:
            self._case(data)
        else:
            raise _NotALineError("it is neither a case nor a text that cases share")

    def _case(self, data: Mapping[str, Any]) -> None:
        opening = CaseRow(**_row(data["opening"], CaseRow._fields))
        listed = data["entries"] if isinstance(data["entries"], list) else [None]
        rows = [EntryRow(**_row(entry, EntryRow._fields)) for entry in listed]
        head = None if data["head"] is None else HeadRow(**_row(data["head"], HeadRow._fields))
        case_id: object = opening.case_id
        if not isinstance(case_id, str) or case_id in self.heads:
            raise _NotALineError("the case has no id, or one that stands above already")
        owners = {row.case_id for row in rows} | ({head.case_id} if head is not None else set())
        if owners - {case_id}:
            raise _NotALineError("an entry or the head says that it is of another case")
        self.report.cases += 1
        self.report.entries += len(rows)
        number, chain_hash = (head.number, head.chain_hash) if head is not None else (0, "")
        self.heads[case_id] = (case_id, number, chain_hash)
        audit_case(opening, rows, head, self.shared, rulebook=self.rulebook, report=self.report, again=self.again)


def _data_of(line: bytes) -> Mapping[str, Any]:
    """What a line says, if it is written as `_line` writes."""
    try:
        data = json.loads(line.decode("ascii"))
    except (ValueError, RecursionError):
        raise _NotALineError("it is no line of JSON in ASCII") from None
    if not isinstance(data, dict):
        raise _NotALineError("it is no object of JSON")
    if _line(data).encode("ascii") != line:
        raise _NotALineError("it is not written as a log is: keys sorted and once, no spaces, and an end of line")
    return data


def _row(data: object, names: tuple[str, ...]) -> Mapping[str, Any]:
    """The fields of a row, each of them text, a number or absent."""
    if not isinstance(data, dict) or data.keys() != set(names):
        raise _NotALineError(f"a row has other fields than {', '.join(names)}")
    for value in data.values():
        if not (value is None or isinstance(value, int) or (isinstance(value, str) and _is_plain(value))):
            raise _NotALineError("a field of a row is neither text nor a number")
    return data


def _is_plain(text: str) -> bool:
    """Whether a text can be hashed: a lone half of a character of two can be written in JSON, and is nothing."""
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True
