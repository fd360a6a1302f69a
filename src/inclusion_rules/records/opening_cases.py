"""Opening a case in a store: its id, its header, and the history that it comes with, in one transaction.

The id under which a case is kept is drawn by lot and says nothing of anybody; the council's own reference stands beside
it until the case is erased.
"""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from sqlalchemy import Connection, insert, select

from inclusion_rules.casework.case import Case
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.loading.case_data import instant
from inclusion_rules.records import chain
from inclusion_rules.records.appending import Append, append_all, begin_writing, keep_shared, kept_key
from inclusion_rules.records.case_text import Texts, event_text, header_texts, packs_text, said_in
from inclusion_rules.records.failures import CaseExistsError, KeyReusedError, RefusedEntryError
from inclusion_rules.records.replaying import edition_of
from inclusion_rules.records.rows import CaseRow, HeadRow
from inclusion_rules.records.schema import cases, entries, heads

_SCOPE_OF_OPENINGS = "opening"


def open_in(
    connection: Connection, case: Case, rulebook: Rulebook, *, opened_at: datetime | None, key: str | None
) -> str:
    """Keep a new case with all that its log holds; for a repetition, the id of the case that is already there.

    Raises:
        CaseExistsError, KeyReusedError, RefusedEntryError, PinnedLawError: nothing was written.
    """
    case.check_law(rulebook)
    packs = packs_text(case.header.packs)
    texts = header_texts(case, edition_of(packs, rulebook))
    at = _opening_instant(case, opened_at)
    begin_writing(connection)
    kept = None if key is None else kept_key(_SCOPE_OF_OPENINGS, key)
    if (there := _opened_before(connection, case, texts, kept)) is not None:
        return there
    row = _row(case, packs, texts, opened_at=instant(at), key=kept)
    keep_shared(connection, texts.shared)
    connection.execute(insert(cases), [row._asdict()])
    head = HeadRow(row.case_id, 0, row.genesis, 0, _before_history(case, row.opened_at), packs)
    connection.execute(insert(heads), [head._asdict()])
    history = [Append(row.case_id, entry, number) for number, entry in enumerate(case.log)]
    append_all(connection, history, rulebook)
    return row.case_id


def case_of_reference(connection: Connection, reference: str) -> str | None:
    """The id of the case that carries a council's reference, or None."""
    found: str | None = connection.execute(select(cases.c.case_id).where(cases.c.reference == reference)).scalar()
    return found


def _opening_instant(case: Case, opened_at: datetime | None) -> datetime:
    if opened_at is None and not len(case.log):
        raise RefusedEntryError("a case without events does not say when it was opened; say so with `opened_at`")
    found = opened_at or case.log.entries[-1].recorded_at
    if found.tzinfo is None:
        raise RefusedEntryError("the instant at which a case was opened needs a time zone")
    return found


def _before_history(case: Case, opened_at: str) -> str:
    """The instant that the first entry must not precede: its own, as history may be older than the opening."""
    return min(opened_at, instant(case.log.entries[0].recorded_at)) if len(case.log) else opened_at


def _row(case: Case, packs: str, texts: Texts, *, opened_at: str, key: str | None) -> CaseRow:
    case_id, salt = token_hex(16), token_hex(16)
    digest = chain.text_digest(texts.text, salt=salt)
    first = chain.genesis(case_id, opened_at=opened_at, packs=packs, key=key, header_digest=digest)
    return CaseRow(case_id, case.header.id, packs, opened_at, key, texts.text, salt, digest, first)


def _opened_before(connection: Connection, case: Case, texts: Texts, key: str | None) -> str | None:
    """The case that was opened with a key, if it began as this one does, whenever and by whomever it was recorded.

    Raises:
        KeyReusedError: it began otherwise, or has been erased.
        CaseExistsError: another case carries the reference.
    """
    # One question for both, because on PostgreSQL somebody may open the case between two questions.
    alike = cases.c.reference == case.header.id
    if key is not None:
        alike |= cases.c.key == key
    found = connection.execute(select(cases.c.case_id, cases.c.key, cases.c.header).where(alike)).all()
    for case_id, its_key, header in found:
        if key is not None and its_key == key:
            if header is None or said_in(header) != said_in(texts.text) or not _begins_alike(connection, case_id, case):
                raise KeyReusedError(case_id, 0)
            return str(case_id)
    for case_id, _, _ in found:
        raise CaseExistsError(case.header.id, case_id)
    return None


def _begins_alike(connection: Connection, case_id: str, case: Case) -> bool:
    asked = select(entries.c.body).where(entries.c.case_id == case_id, entries.c.number <= len(case.log))
    kept = connection.execute(asked.order_by(entries.c.number)).scalars().all()
    if None in kept:
        return False
    return [said_in(body) for body in kept] == [said_in(event_text(entry)) for entry in case.log]
