"""Whether a store is what was written to it, down to the byte: its file, its guards, every chain, every case replayed.

Reports the first difference with its exact place and counts the others. Writes nothing, and believes nothing that the
store says of itself but what a hash bears out. Whether the store as a whole was exchanged for an older one shows only
against a digest that was kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.records.chain import plain_digest, store_digest
from inclusion_rules.records.connecting import address_of, open_engine, reading
from inclusion_rules.records.deciding_again import DecidedAgain
from inclusion_rules.records.failures import DamagedStoreError, StoreFailedError, StoreFormError
from inclusion_rules.records.guards import altered_guards
from inclusion_rules.records.replaying import ReplayError, is_pinned_to, replayed
from inclusion_rules.records.rows import CaseRow, EntryRow, HeadRow
from inclusion_rules.records.schema import cases, entries, heads, shared_texts
from inclusion_rules.records.verifying import Difference, differences_in

_AT_ONCE = 2000


@dataclass(slots=True)
class AuditReport:
    """What an audit found. `first` is None where everything is as it was written; `others` counts what else differs.

    `not_replayed` counts cases that are pinned to law which the rulebook at hand does not hold: their chains were
    verified, and what they say was not read. `digest` stands for all that the store holds.
    """

    cases: int = 0
    entries: int = 0
    erased: int = 0
    redacted: int = 0
    not_replayed: int = 0
    digest: str = ""
    first: Difference | None = None
    others: int = 0

    @property
    def matches(self) -> bool:
        """Whether nothing differs."""
        return self.first is None

    def note(self, difference: Difference) -> None:
        """Count a difference, and keep it if it is the first one."""
        if self.first is None:
            self.first = difference
        else:
            self.others += 1


def audit_store(
    place: str | Path, rulebook: Rulebook, *, expected: str | None = None, again: DecidedAgain | None = None
) -> AuditReport:
    """Verify everything that a store holds; `expected` is the digest it should still have.

    With `again`, every case that can be replayed is decided by two engines, and what comes of that is noted there.

    Raises:
        StoreAddressError: there is no store at that place.
    """
    report = AuditReport()
    url = address_of(place)
    try:
        engine = open_engine(url, create=False, forgiving=True)
    except (DamagedStoreError, StoreFormError) as error:
        report.note(Difference(None, None, "store", str(error)))
        return report
    try:
        with reading(engine) as connection:
            _Audit(connection, rulebook, report, again).run()
    except (DamagedStoreError, StoreFailedError) as error:
        # A server that cannot be reached any more says nothing of what it holds; a file that cannot be read does.
        if isinstance(error, StoreFailedError) and engine.dialect.name != "sqlite":
            raise
        report.note(Difference(None, None, "store", f"it cannot be read to its end: {error}"))
    finally:
        engine.dispose()
    if expected is not None and report.digest != expected:
        report.note(Difference(None, None, "digest", f"the store's digest is {report.digest}, and not {expected}"))
    return report


@dataclass(frozen=True, slots=True)
class _Audit:
    """One look at a store, within one transaction."""

    connection: Connection
    rulebook: Rulebook
    report: AuditReport
    again: DecidedAgain | None = None

    def run(self) -> None:
        """Look at everything, the database itself first."""
        broken, against_rules = self._damage_of_file()
        for says in broken:
            self.report.note(Difference(None, None, "store", says))
        for says in altered_guards(self.connection):
            self.report.note(Difference(None, None, "schema", says))
        shared = self._shared_texts()
        openings = {row[0]: CaseRow(*row) for row in self.connection.execute(select(cases))}
        standing = {row[0]: HeadRow(*row) for row in self.connection.execute(select(heads))}
        self.report.digest = store_digest((head.case_id, head.number, head.chain_hash) for head in standing.values())
        self.report.cases = len(openings)
        for case_id, rows in self._entries_by_case():
            self.report.entries += len(rows)
            opening = openings.pop(case_id, None)
            if opening is None:
                says = "its entries are there, and its opening is not"
                self.report.note(Difference(str(case_id), rows[0].number, "header", says))
                standing.pop(case_id, None)
                continue
            self._case(opening, rows, standing.pop(case_id, None), shared)
        for case_id, opening in sorted(openings.items(), key=str):
            self._case(opening, (), standing.pop(case_id, None), shared)
        for case_id in sorted(standing, key=str):
            self.report.note(Difference(str(case_id), None, "head", "it has a head, and no opening"))
        # Values that the tables' own rules exclude have been told above, with their places, by their hashes.
        for says in (*against_rules, *self._positions_to_come()):
            self.report.note(Difference(None, None, "store", says))

    def _damage_of_file(self) -> tuple[list[str], list[str]]:
        """What SQLite itself finds wrong with its file: its structure, and values that break the tables' rules."""
        if self.connection.dialect.name != "sqlite":
            return [], []
        found = [str(says) for (says,) in self.connection.execute(text("PRAGMA integrity_check")) if says != "ok"]
        against_rules = [says for says in found if "constraint" in says or "NULL value" in says]
        told = [f"the database file is damaged: {says}" for says in found if says not in against_rules]
        return told, [f"the tables hold what their rules exclude: {says}" for says in against_rules]

    def _positions_to_come(self) -> Iterator[str]:
        if self.connection.dialect.name != "postgresql":
            return
        drawn = self.connection.execute(text("SELECT last_value FROM entries_position")).scalar_one()
        last = self.connection.execute(select(func.coalesce(func.max(entries.c.position), 0))).scalar_one()
        if drawn < last:
            yield f"positions are given out from {drawn}, and entries stand as far as {last}"

    def _shared_texts(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for digest, kept in self.connection.execute(select(shared_texts).order_by(shared_texts.c.digest)):
            if not isinstance(kept, str) or plain_digest(kept) != digest:
                self.report.note(Difference(None, None, "shared text", f"`{digest}` or its text was altered"))
            else:
                found[digest] = kept
        return found

    def _entries_by_case(self) -> Iterator[tuple[str, Sequence[EntryRow]]]:
        asked = select(entries).order_by(entries.c.case_id, entries.c.number)
        rows = self.connection.execution_options(yield_per=_AT_ONCE).execute(asked)
        for case_id, group in groupby(rows, key=lambda row: row[1]):
            yield case_id, [EntryRow(*row) for row in group]

    def _case(
        self, opening: CaseRow, rows: Sequence[EntryRow], head: HeadRow | None, shared: Mapping[str, str]
    ) -> None:
        audit_case(opening, rows, head, shared, rulebook=self.rulebook, report=self.report, again=self.again)


def audit_case(
    opening: CaseRow,
    rows: Sequence[EntryRow],
    head: HeadRow | None,
    shared: Mapping[str, str],
    *,
    rulebook: Rulebook,
    report: AuditReport,
    again: DecidedAgain | None = None,
) -> None:
    """Verify the chain of one case and replay it, noting in `report` what differs; `shared` are texts by digest."""
    sound = True
    for difference in differences_in(opening, rows, head):
        report.note(difference)
        sound = False
    report.erased += opening.header is None
    report.redacted += sum(row.body is None for row in rows)
    if not sound or head is None or opening.header is None:
        return
    if not is_pinned_to(head.packs, rulebook):
        report.not_replayed += 1
        return
    try:
        case = replayed(opening, rows, packs=head.packs, shared=shared, rulebook=rulebook)
        record = case.record()  # Any engine could decide it: its log gives its events, and its calendar stands.
    except ReplayError as error:
        report.note(Difference(opening.case_id, error.number, "replay", error.why))
    except InclusionRulesError as error:
        report.note(Difference(opening.case_id, None, "replay", str(error)))
    else:
        if again is not None:
            again.decide(record, rulebook)
