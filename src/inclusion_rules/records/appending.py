"""Adding to cases within one transaction: who may write what, after what, and under which key.

Everything about an addition is checked before the first row is written; one that is refused leaves no trace, nor do
those beside it. Knows rows and locks; what an addition says is for `case_text`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import TypeVar

from sqlalchemy import Connection, bindparam, func, insert, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from inclusion_rules.casework.case import PinnedLawError
from inclusion_rules.domain.event_log import Entry, EventLog, LogError
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.loading.case_data import instant
from inclusion_rules.records import chain
from inclusion_rules.records.case_text import (
    Addition,
    HeaderChanged,
    addition_kind,
    addition_texts,
    packs_from,
    packs_text,
)
from inclusion_rules.records.failures import (
    ErasedCaseError,
    KeyReusedError,
    RefusedEntryError,
    StaleVersionError,
    UnknownCaseError,
)
from inclusion_rules.records.law_changes import check_readable
from inclusion_rules.records.replaying import edition_of, is_pinned_to, outline
from inclusion_rules.records.rows import EntryRow, HeadRow
from inclusion_rules.records.schema import EVENT, REDACTION, WRITERS_LOCK, cases, entries, heads, shared_texts

LONGEST_KEY = 500
_AT_ONCE = 500
_LOCKED_HEADS = (
    select(heads, cases.c.header.is_(None))
    .join_from(heads, cases, heads.c.case_id == cases.c.case_id)
    .where(heads.c.case_id.in_(bindparam("case_ids", expanding=True)))
    .order_by(heads.c.case_id)
    .with_for_update(of=heads)
)
_NEW_ENTRY = insert(entries)
_MOVED_HEAD = (
    update(heads)
    .where(heads.c.case_id == bindparam("new_case_id"))
    .values({name: bindparam(f"new_{name}") for name in HeadRow._fields[1:]})
)
_LAST_POSITION = select(func.coalesce(func.max(entries.c.position), 0))
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Append:
    """One addition to one case: after which entry it is to come, and the key by which a repetition is recognised."""

    case_id: str
    addition: Addition
    expected_number: int
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """An entry about to be written: all but what its place in the chain adds."""

    case_id: str
    kind: str
    recorded_at: str
    body: str
    key: str | None
    salt: str


def append_all(connection: Connection, appends: Sequence[Append], rulebook: Rulebook) -> tuple[int, ...]:
    """Add to cases, all or none; the number of each entry, which for a repetition is that of the entry already there.

    Raises:
        UnknownCaseError, ErasedCaseError, StaleVersionError, KeyReusedError, RefusedEntryError, PinnedLawError.
    """
    begin_writing(connection)
    before = lock_heads(connection, {each.case_id for each in appends})
    standing = dict(before)
    keys = [None if each.key is None else kept_key(each.case_id, each.key) for each in appends]
    known = _entries_of_keys(connection, [(a.case_id, key) for a, key in zip(appends, keys, strict=True) if key])
    laws = _Laws(rulebook)
    numbers: list[int] = []
    writing: list[Written] = []
    events: list[tuple[str, Entry]] = []
    shared: dict[str, str] = {}
    for each, key in zip(appends, keys, strict=True):
        head = standing[each.case_id]
        kind = addition_kind(each.addition)
        texts = addition_texts(each.addition, laws.edition_for(each, head))
        if key is not None and (found := known.get((each.case_id, key))) is not None:
            if (found.kind, found.body) != (kind, texts.text):
                raise KeyReusedError(each.case_id, found.number)
            numbers.append(found.number)
            continue
        if each.expected_number != head.number:
            raise StaleVersionError(each.case_id, each.expected_number, head.number)
        moved = _moved_on(head, each.addition)
        if isinstance(each.addition, Entry):
            if each.addition.corrects is not None:
                _check_correction(connection, each.case_id, each.addition, events)
            events.append((each.case_id, each.addition))
        writing.append(Written(each.case_id, kind, moved.recorded_at, texts.text, key, token_hex(16)))
        shared |= texts.shared
        if moved.packs != head.packs:
            pending = [(one.kind, one.recorded_at, one.body) for one in writing if one.case_id == each.case_id]
            check_readable(connection, each.case_id, pending, packs=moved.packs, shared=shared, rulebook=rulebook)
        numbers.append(moved.number)
        standing[each.case_id] = moved
        if key is not None:
            known[each.case_id, key] = _Known(moved.number, kind, texts.text)
    keep_shared(connection, shared)
    write(connection, writing, before=before, after=standing)
    return tuple(numbers)


def begin_writing(connection: Connection) -> None:
    """Say that this transaction writes, so that no reader of the stream can pass it by unseen."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": WRITERS_LOCK})


def lock_heads(connection: Connection, case_ids: Iterable[str]) -> dict[str, HeadRow]:
    """The heads of cases, which nobody else can move until the transaction ends; always locked in one order.

    Raises:
        UnknownCaseError, ErasedCaseError: one is not there, or no longer to be added to.
    """
    found: dict[str, HeadRow] = {}
    for some in batches(sorted(set(case_ids))):
        for *head, erased in connection.execute(_LOCKED_HEADS, {"case_ids": some}):
            row = HeadRow(*head)
            if erased:
                raise ErasedCaseError(row.case_id)
            found[row.case_id] = row
        for case_id in some:
            if case_id not in found:
                raise UnknownCaseError(case_id)
    return found


def write(
    connection: Connection, writing: Sequence[Written], *, before: Mapping[str, HeadRow], after: Mapping[str, HeadRow]
) -> None:
    """Write entries, each at the next place in the store and linked to the one before it, and move the heads on.

    `after` holds the heads as they will be, but for their hashes.
    """
    if not writing:
        return
    hashes = {case_id: (head.number, head.chain_hash) for case_id, head in before.items()}
    rows: list[EntryRow] = []
    for position, each in zip(_next_positions(connection, len(writing)), writing, strict=True):
        number, previous = hashes[each.case_id]
        row = _linked(each, number + 1, previous, position)
        hashes[each.case_id] = (row.number, row.chain_hash)
        rows.append(row)
    connection.execute(_NEW_ENTRY, [row._asdict() for row in rows])
    moved = [after[case_id]._replace(chain_hash=hashes[case_id][1]) for case_id in {each.case_id for each in writing}]
    connection.execute(
        _MOVED_HEAD,
        [{f"new_{name}": value for name, value in head._asdict().items()} for head in moved],
    )


def _next_positions(connection: Connection, count: int) -> Sequence[int]:
    """The next places in the store, for this transaction alone.

    One writer at a time writes to SQLite. On PostgreSQL a sequence gives them out, and some may never be used.
    """
    if connection.dialect.name == "postgresql":
        drawn = text("SELECT nextval('entries_position') FROM generate_series(1, :count)")
        return sorted(connection.execute(drawn, {"count": count}).scalars())
    last = connection.execute(_LAST_POSITION).scalar_one()
    return range(last + 1, last + count + 1)


def _linked(each: Written, number: int, previous: str, position: int) -> EntryRow:
    digest = chain.text_digest(each.body, salt=each.salt)
    chain_hash = chain.link(
        previous,
        position=position,
        number=number,
        kind=each.kind,
        recorded_at=each.recorded_at,
        key=each.key,
        body_digest=digest,
    )
    return EntryRow(
        position,
        each.case_id,
        number,
        each.kind,
        each.recorded_at,
        each.key,
        each.body,
        each.salt,
        digest,
        chain_hash,
    )


def keep_shared(connection: Connection, shared: Mapping[str, str]) -> None:
    """Keep the texts that cases share, each once."""
    if not shared:
        return
    rows = [{"digest": digest, "text": kept} for digest, kept in shared.items()]
    if connection.dialect.name == "postgresql":
        connection.execute(postgresql_insert(shared_texts).on_conflict_do_nothing(), rows)
    else:
        connection.execute(sqlite_insert(shared_texts).on_conflict_do_nothing(), rows)


def kept_key(scope: str, key: str) -> str:
    """What is kept of an idempotency key.

    Raises:
        RefusedEntryError: it is empty, or too long to be a key.
    """
    if not key.strip() or len(key) > LONGEST_KEY:
        raise RefusedEntryError(f"an idempotency key has 1 to {LONGEST_KEY} characters, and this one has {len(key)}")
    return chain.key_digest(scope, key)


def check_time(head: HeadRow, recorded_at: str) -> None:
    """Make sure that time does not run backwards in a case.

    Raises:
        RefusedEntryError: the entry was recorded before the last one.
    """
    # Instants are texts of one shape, in UTC: their order is that of time.
    if recorded_at < head.recorded_at:
        raise RefusedEntryError(
            f"recorded at {recorded_at}, before the entry ahead of it ({head.recorded_at}): a log only grows forward"
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """An entry that already has a key."""

    number: int
    kind: str
    body: str | None


class _Laws:
    """The editions that cases are pinned to, each made sure of once."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._sure: set[str] = set()

    def edition_for(self, append: Append, head: HeadRow) -> Edition:
        """The law by which an addition is written: that of the case, or of the new header that it brings.

        Raises:
            PinnedLawError, RefusedEntryError: the rulebook is not that law.
        """
        if isinstance(append.addition, HeaderChanged):
            packs = packs_text(append.addition.case.header.packs)
            if not is_pinned_to(packs, self._rulebook):
                raise RefusedEntryError("the new header is pinned to law that the rulebook at hand does not hold")
            return edition_of(packs, self._rulebook)
        return self.edition(append.case_id, head.packs)

    def edition(self, case_id: str, packs: str) -> Edition:
        if packs not in self._sure:
            if not is_pinned_to(packs, self._rulebook):
                pinned = ", ".join(f"`{pin.pack}` {pin.version}" for pin in packs_from(packs))
                raise PinnedLawError(
                    f"case `{case_id}` is pinned to {pinned}, and the rulebook at hand is not that law; open the "
                    "rulebook of that version, or move the case to the new one explicitly"
                )
            self._sure.add(packs)
        return edition_of(packs, self._rulebook)


def _moved_on(head: HeadRow, addition: Addition) -> HeadRow:
    """The head after an addition that fits it.

    Raises:
        RefusedEntryError: it does not fit.
    """
    length, packs = head.log_length, head.packs
    if isinstance(addition, Entry):
        length += 1
        if addition.number != length:
            raise RefusedEntryError(
                f"the entry says that it is number {addition.number} of its log, and would be {length}"
            )
        if addition.withdraws and addition.corrects is None:
            raise RefusedEntryError("to withdraw an entry, name the entry")
    recorded_at = instant(addition.recorded_at)
    check_time(head, recorded_at)
    if isinstance(addition, HeaderChanged):
        packs = packs_text(addition.case.header.packs)
    return head._replace(number=head.number + 1, log_length=length, packs=packs, recorded_at=recorded_at)


def _check_correction(connection: Connection, case_id: str, entry: Entry, events: Sequence[tuple[str, Entry]]) -> None:
    """Make sure that the entry which a correction names stands, in the store or among what is about to be written."""
    kept = select(entries).where(entries.c.case_id == case_id, entries.c.kind.in_((EVENT, REDACTION)))
    log = outline([EntryRow(*row) for row in connection.execute(kept.order_by(entries.c.number))])
    log = EventLog((*log.entries, *(other for of_case, other in events if of_case == case_id)))
    try:
        log.with_event(
            entry.event,
            recorded_at=entry.recorded_at,
            recorded_by=entry.recorded_by,
            corrects=entry.corrects,
            withdraws=entry.withdraws,
        )
    except LogError as error:
        raise RefusedEntryError(str(error)) from error


def _entries_of_keys(connection: Connection, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], _Known]:
    found: dict[tuple[str, str], _Known] = {}
    for some in batches(keys):
        asked = select(entries.c.case_id, entries.c.key, entries.c.number, entries.c.kind, entries.c.body)
        for case_id, key, *known in connection.execute(asked.where(tuple_(entries.c.case_id, entries.c.key).in_(some))):
            found[case_id, key] = _Known(*known)
    return found


def batches(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """Items in portions that fit into one question to the database."""
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
