"""A store of live cases: open it, add to a case, give it back, follow what is added, take away what must not be kept.

Appends name the entry they come after, so that two workers never build on the same one; a key makes a repeated append
harmless. The store is safe to use from several threads and to hand to another process. What a case comes to is asked of
the `Case` it gives back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from random import random
from threading import Event as Pause

from sqlalchemy import Connection, Engine, bindparam, func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError

from inclusion_rules.casework.case import Case, PackPin
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.loading.case_data import instant
from inclusion_rules.records.appending import Append, append_all, batches, kept_key
from inclusion_rules.records.case_text import (
    Addition,
    addition_kind,
    addition_texts,
    packs_from,
    said_in,
    shared_named_in,
)
from inclusion_rules.records.chain import plain_digest, store_digest
from inclusion_rules.records.connecting import address_of, fold_in, open_engine, reading, shown, writing
from inclusion_rules.records.failures import (
    DamagedStoreError,
    KeyReusedError,
    StaleVersionError,
    StoreFailedError,
    UnknownCaseError,
)
from inclusion_rules.records.opening_cases import case_of_reference, open_in
from inclusion_rules.records.redaction import redact_in
from inclusion_rules.records.replaying import edition_of, replayed
from inclusion_rules.records.rows import (
    CaseRow,
    EntryRow,
    Head,
    HeadRow,
    StoredEntry,
    StoredOpening,
    stored_entry,
    stored_opening,
)
from inclusion_rules.records.schema import WRITERS_LOCK, cases, entries, heads, shared_texts
from inclusion_rules.records.verifying import differences_in

_LONGEST_PAUSE = 0.05
_PAGE = 1000
_CASE = select(cases).where(cases.c.case_id == bindparam("case_id"))
_ENTRIES = select(entries).where(entries.c.case_id == bindparam("case_id")).order_by(entries.c.number)
_HEAD = select(heads).where(heads.c.case_id == bindparam("case_id"))
_SEEN_AT_MOST = 1000


class CaseStore:
    """Cases kept in a file of SQLite or on a server of PostgreSQL.

    >>> from datetime import UTC
    >>> from tempfile import TemporaryDirectory
    >>> from inclusion_rules.casework.opening import example, open_case
    >>> from inclusion_rules.domain.cases import Event
    >>> rulebook = open_rulebook()
    >>> noon = datetime(2025, 3, 21, 12, tzinfo=UTC)
    >>> record = open_case(example("leicestershire_permanent_exclusion"), rulebook)
    >>> with TemporaryDirectory() as folder, CaseStore.open(f"{folder}/cases.db") as store:
    ...     case_id = store.create(Case.open(record, rulebook, recorded_at=noon, recorded_by="clerk"))
    ...     case, number = store.current(case_id)
    ...     begun = Event("review_began", date(2025, 3, 20))
    ...     longer = case.after(begun, rulebook, recorded_at=noon, recorded_by="clerk")
    ...     store.append(case_id, longer.log.entries[-1], expected_number=number) == number + 1
    True
    """

    def __init__(self, engine: Engine, url: URL, rulebook: Rulebook | None, *, made: bool = True) -> None:
        self._engine = engine
        self._url = url
        self._rulebook = rulebook
        self._made = made
        self._seen: dict[str, str] = {}

    @classmethod
    def open(cls, place: str | Path, *, rulebook: Rulebook | None = None) -> CaseStore:
        """The store at a path or URL, made if there is none yet and brought to the newest form.

        `rulebook` is the law its cases are pinned to: what ships with the library, unless another is given.

        Raises:
            StoreAddressError: nothing there is, or can become, a store.
            DamagedStoreError: the file can no longer be read.
        """
        url = address_of(place)
        return cls(open_engine(url, create=True), url, rulebook)

    @classmethod
    def open_existing(cls, place: str | Path, *, rulebook: Rulebook | None = None) -> CaseStore:
        """The store at a path or URL as it is: it is not made, and not brought to another form.

        A file whose folder may only be read is read; to write to it is then a `ReadOnlyStoreError`.

        Raises:
            StoreAddressError: there is no store, or it cannot be read without writing.
            DamagedStoreError: the file can no longer be read.
        """
        url = address_of(place)
        return cls(open_engine(url, create=False), url, rulebook, made=False)

    def close(self) -> None:
        """Give back the connections; the store can be used again, and then opens new ones."""
        self._engine.dispose()

    def __enter__(self) -> CaseStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<CaseStore in {shown(self._url)}>"

    def __reduce__(self) -> tuple[Callable[..., CaseStore], tuple[str | Path, Rulebook | None, bool]]:
        in_file = self._url.drivername == "sqlite"
        place = Path(str(self._url.database)) if in_file else self._url.render_as_string(hide_password=False)
        return (_reopened, (place, self._rulebook, self._made))

    @property
    def rulebook(self) -> Rulebook:
        """The law that the cases of this store are pinned to."""
        if self._rulebook is None:
            self._rulebook = open_rulebook()
        return self._rulebook

    def under(self, rulebook: Rulebook) -> CaseStore:
        """The same store, read and written by other law. It shares the connections of this one."""
        return CaseStore(self._engine, self._url, rulebook, made=self._made)

    # Writing ----------------------------------------------------------------------------------------------------------

    def create(self, case: Case, *, key: str | None = None, opened_at: datetime | None = None) -> str:
        """Keep a new case with its log; the id it is kept under, which says nothing of anybody.

        It was opened when the last entry of its log was recorded, unless `opened_at` says otherwise. With a `key`,
        doing it again gives the same id, also at a later instant, as long as the case says the same.

        Raises:
            CaseExistsError: a case with this reference is kept already.
            KeyReusedError: another case was opened with this key.
            RefusedEntryError, PinnedLawError: it cannot be kept as it is.
        """
        for attempt in (1, 2):
            try:
                with writing(self._engine) as connection:
                    return open_in(connection, case, self.rulebook, opened_at=opened_at, key=key)
            except StoreFailedError as error:
                # Somebody else opened the same case at the same moment: it is there now, and the next look finds it.
                if attempt == 2 or not isinstance(error.__cause__, IntegrityError):
                    raise
        raise AssertionError("the second attempt returns or raises")

    def append(self, case_id: str, addition: Addition, *, expected_number: int, key: str | None = None) -> int:
        """Add an entry to a case that stands at `expected_number`; the entry's own number.

        With a `key`, doing it again with the same entry gives the same number and adds nothing.

        Raises:
            StaleVersionError: the case has moved on; nothing was written.
            KeyReusedError: the key stands for another entry.
            UnknownCaseError, ErasedCaseError, RefusedEntryError, PinnedLawError: nothing was written.
        """
        return self.append_many([Append(case_id, addition, expected_number, key)])[0]

    def append_many(self, appends: Sequence[Append]) -> tuple[int, ...]:
        """Add entries to cases, all of them or none; their numbers.

        Several for one case follow each other: the second expects the number that the first one gets.

        Raises:
            StaleVersionError, KeyReusedError, UnknownCaseError, ErasedCaseError, RefusedEntryError, PinnedLawError:
                one of them cannot be added; nothing was written.
        """
        if not appends:
            return ()
        with writing(self._engine) as connection:
            return append_all(connection, appends, self.rulebook)

    def append_latest(
        self, case_id: str, make: Callable[[Case], Addition], *, key: str | None = None, attempts: int = 100
    ) -> int:
        """Add the entry that `make` gives for the case as it stands, trying again when others were quicker.

        `make` is asked anew each time, and whatever it raises ends the attempt. With a `key` that has been used
        already, the number of that entry is given and `make` is not asked. Where another worker uses the key at the
        same moment to say the same, the number of the entry that was first is given.

        Raises:
            StaleVersionError: others were quicker every time.
            KeyReusedError: at the same moment, another worker has used the key to say something else.
        """
        for attempt in range(1, attempts + 1):
            case, number, before = self._state(case_id, key)
            if before is not None:
                return before
            addition = make(case)
            try:
                return self.append(case_id, addition, expected_number=number, key=key)
            except KeyReusedError as error:
                if not self._says_the_same(case_id, error.number, addition):
                    raise
                return error.number
            except StaleVersionError:
                if attempt == attempts:
                    raise
                Pause().wait(random() * _LONGEST_PAUSE * min(1.0, attempt / 10))
        raise ValueError(f"`attempts` is {attempts}; expected 1 or more")

    def _says_the_same(self, case_id: str, number: int, addition: Addition) -> bool:
        """Whether an entry says what an addition would, whenever and by whomever the two were recorded."""
        with reading(self._engine) as connection:
            (row,) = connection.execute(_ENTRIES.where(entries.c.number == number), {"case_id": case_id})
            (packs,) = connection.execute(select(heads.c.packs).where(heads.c.case_id == case_id)).scalars()
        kept = EntryRow(*row)
        if kept.body is None or kept.kind != addition_kind(addition):
            return False
        said = addition_texts(addition, edition_of(packs, self.rulebook))
        return said_in(kept.body) == said_in(said.text)

    def redact(self, case_id: str, numbers: Iterable[int], *, by: str, at: datetime, why: str) -> int:
        """Take away what some entries said, for good, leaving their digests; the number of the entry that says so.

        Raises:
            UnknownCaseError, ErasedCaseError, RefusedEntryError: nothing was taken away.
        """
        return self._redacted(case_id, numbers, by=by, at=at, why=why)

    def erase(self, case_id: str, *, by: str, at: datetime, why: str) -> int:
        """Take away everything a case said, its reference and header too; the number of the entry that says so.

        Raises:
            UnknownCaseError, ErasedCaseError, RefusedEntryError: nothing was taken away.
        """
        return self._redacted(case_id, None, by=by, at=at, why=why)

    def _redacted(self, case_id: str, numbers: Iterable[int] | None, *, by: str, at: datetime, why: str) -> int:
        with writing(self._engine) as connection:
            number = redact_in(connection, case_id, numbers, by=by, at=at, why=why)
        fold_in(self._engine)
        return number

    # Reading ----------------------------------------------------------------------------------------------------------

    def load(self, case_id: str) -> Case:
        """The case as it stands, after verifying its chain.

        Raises:
            UnknownCaseError, ErasedCaseError: there is nothing to give back.
            DamagedStoreError: the case is not as it was written.
            ReplayError: it is, and makes no sense to the rulebook at hand.
        """
        return self.current(case_id)[0]

    def current(self, case_id: str) -> tuple[Case, int]:
        """The case as it stands, with the number of its last entry, which the next append expects.

        Raises:
            UnknownCaseError, ErasedCaseError, DamagedStoreError, ReplayError: as `load`.
        """
        case, number, _ = self._state(case_id)
        return case, number

    def _state(self, case_id: str, key: str | None = None) -> tuple[Case, int, int | None]:
        """The case, the number of its last entry, and that of the entry which was added with a key, if there is one."""
        with reading(self._engine) as connection:
            row = _case_row(connection, case_id)
            rows = _entries_of(connection, case_id)
            found = connection.execute(_HEAD, {"case_id": case_id}).one_or_none()
            head = None if found is None else HeadRow(*found)
            shared = self._shared(connection, row, rows)
        first = next(differences_in(row, rows, head), None)
        if first is not None or head is None:
            raise DamagedStoreError(f"the store is not as it was written: {first}")
        kept = None if key is None else kept_key(case_id, key)
        before = next((entry.number for entry in rows if kept is not None and entry.key == kept), None)
        case = replayed(row, rows, packs=head.packs, shared=shared, rulebook=self.rulebook)
        return case, head.number, before

    def _shared(self, connection: Connection, row: CaseRow, rows: Sequence[EntryRow]) -> dict[str, str]:
        """The calendars and the like that a case names; they never change, so those seen before are not read again."""
        wanted = shared_named_in(row, rows)
        found = {digest: kept for digest in wanted if (kept := self._seen.get(digest)) is not None}
        if missing := wanted - found.keys():
            asked = select(shared_texts.c.text).where(shared_texts.c.digest.in_(missing))
            found |= {plain_digest(kept): kept for kept in connection.execute(asked).scalars()}
            if not wanted <= found.keys():
                raise DamagedStoreError(f"a calendar or list of bank holidays of case `{row.case_id}` was altered")
            if len(self._seen) > _SEEN_AT_MOST:
                self._seen = {}
            self._seen |= found
        return found

    def entries(self, case_id: str) -> tuple[StoredEntry, ...]:
        """The entries of a case as they are kept, the first one first; also of a case that has been erased.

        Raises:
            UnknownCaseError: the store holds no such case.
        """
        with reading(self._engine) as connection:
            _case_row(connection, case_id)
            return tuple(map(stored_entry, _entries_of(connection, case_id)))

    def opening(self, case_id: str) -> StoredOpening:
        """How a case was opened, and the hash that its chain begins with.

        Raises:
            UnknownCaseError: the store holds no such case.
        """
        with reading(self._engine) as connection:
            return stored_opening(_case_row(connection, case_id))

    def head(self, case_id: str) -> Head:
        """How far a case has come.

        Raises:
            UnknownCaseError: the store holds no such case.
        """
        for head in self.heads([case_id]):
            return head
        raise UnknownCaseError(case_id)

    def heads(self, case_ids: Iterable[str] | None = None) -> tuple[Head, ...]:
        """How far cases have come, in order of their ids: those that are named, or all of them."""
        asked = select(heads.c.case_id, heads.c.number, heads.c.chain_hash, heads.c.recorded_at)
        narrowed = [asked]
        if case_ids is not None:
            narrowed = [asked.where(heads.c.case_id.in_(some)) for some in batches(sorted(set(case_ids)))]
        with reading(self._engine) as connection:
            rows = [row for question in narrowed for row in connection.execute(question)]
        return tuple(
            Head(*row[:3], datetime.fromisoformat(row[3])) for row in sorted(rows, key=lambda row: row.case_id)
        )

    def case_ids(self, *, erased: bool = False) -> tuple[str, ...]:
        """The ids of all cases in the order of their opening, without those that have been erased unless asked for."""
        asked = select(cases.c.case_id).order_by(cases.c.opened_at, cases.c.case_id)
        with reading(self._engine) as connection:
            return tuple(connection.execute(asked if erased else asked.where(cases.c.header.is_not(None))).scalars())

    def pinned(self, case_id: str) -> tuple[PackPin, ...]:
        """The law that a case is pinned to now, without reading the case.

        Raises:
            UnknownCaseError: the store holds no such case.
        """
        with reading(self._engine) as connection:
            found = connection.execute(select(heads.c.packs).where(heads.c.case_id == case_id)).scalar()
        if found is None:
            raise UnknownCaseError(case_id)
        try:
            return packs_from(found)
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedStoreError(f"the law that case `{case_id}` is pinned to was altered") from error

    def case_id_of(self, reference: str) -> str | None:
        """The id of the case that carries a council's reference, or None."""
        with reading(self._engine) as connection:
            return case_of_reference(connection, reference)

    def case_id_named(self, name: str) -> str:
        """The id of the case that somebody names, by the id it is kept under or by the council's reference.

        Raises:
            UnknownCaseError: the store holds no such case.
        """
        with reading(self._engine) as connection:
            kept = connection.execute(_CASE, {"case_id": name}).one_or_none()
            found = name if kept is not None else case_of_reference(connection, name)
        if found is None:
            raise UnknownCaseError(name)
        return found

    def number_of(self, case_id: str, key: str) -> int | None:
        """The number of the entry that was added with an idempotency key, or None."""
        wanted = (entries.c.case_id == case_id, entries.c.key == kept_key(case_id, key))
        with reading(self._engine) as connection:
            found: int | None = connection.execute(select(entries.c.number).where(*wanted)).scalar()
        return found

    def stream(self, after_position: int = 0) -> Iterator[StoredEntry]:
        """Every entry of every case after a position, in the order of position, up to what is there when it is asked.

        Whoever follows the store keeps the position of the last entry it has dealt with, and asks again from there:
        nothing is ever added at or before a position that has been given. On PostgreSQL a lower position could be
        committed after a higher one; therefore writers share a lock from before they draw their positions until they
        have committed, and this asks for that lock alone, for one moment, before it looks how far the store reaches.
        """
        horizon = self._horizon()
        position = after_position
        while position < horizon:
            asked = (
                select(entries)
                .where(entries.c.position > position, entries.c.position <= horizon)
                .order_by(entries.c.position)
                .limit(_PAGE)
            )
            with reading(self._engine) as connection:
                page = [stored_entry(EntryRow(*row)) for row in connection.execute(asked)]
            yield from page
            position = page[-1].position if page else horizon

    def _horizon(self) -> int:
        """The highest position below which nothing can still appear."""
        if self._engine.dialect.name == "postgresql":
            with writing(self._engine) as connection:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS_LOCK})
                return _last_position(connection)
        with reading(self._engine) as connection:
            return _last_position(connection)

    def due_for_erasure(self, before: date | datetime) -> tuple[Head, ...]:
        """The cases in which nothing was recorded from an instant (or the beginning of a day, in UTC) on, oldest first.

        How long a case is to be kept after its last entry is the council's to say. Cases already erased are left out.
        """
        moment = before if isinstance(before, datetime) else datetime(before.year, before.month, before.day, tzinfo=UTC)
        if moment.tzinfo is None:
            raise ValueError("the instant needs a time zone")
        asked = (
            select(heads.c.case_id, heads.c.number, heads.c.chain_hash, heads.c.recorded_at)
            .join_from(heads, cases, heads.c.case_id == cases.c.case_id)
            .where(heads.c.recorded_at < instant(moment), cases.c.header.is_not(None))
            .order_by(heads.c.recorded_at, heads.c.case_id)
        )
        with reading(self._engine) as connection:
            return tuple(Head(*row[:3], datetime.fromisoformat(row[3])) for row in connection.execute(asked))

    def digest(self) -> str:
        """One digest for all that the store holds now: an auditor who keeps it will know the store again."""
        return store_digest((head.case_id, head.number, head.chain_hash) for head in self.heads())


def _reopened(place: str | Path, rulebook: Rulebook | None, made: bool) -> CaseStore:
    return (CaseStore.open if made else CaseStore.open_existing)(place, rulebook=rulebook)


def _case_row(connection: Connection, case_id: str) -> CaseRow:
    found = connection.execute(_CASE, {"case_id": case_id}).one_or_none()
    if found is None:
        raise UnknownCaseError(case_id)
    return CaseRow(*found)


def _entries_of(connection: Connection, case_id: str) -> list[EntryRow]:
    return [EntryRow(*row) for row in connection.execute(_ENTRIES, {"case_id": case_id})]


def _last_position(connection: Connection) -> int:
    found: int = connection.execute(select(func.coalesce(func.max(entries.c.position), 0))).scalar_one()
    return found
