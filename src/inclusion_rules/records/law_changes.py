"""Whether a case could still be read by the law that it is about to be pinned to, all its entries included.

From the moment a header changes the law, every text of the case is typed by the new packs. One that they do not know
would close the case to everybody, so the whole of it is read once before the change is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.records.case_text import shared_named_in
from inclusion_rules.records.failures import RefusedEntryError
from inclusion_rules.records.replaying import ReplayError, replayed
from inclusion_rules.records.rows import CaseRow, EntryRow
from inclusion_rules.records.schema import cases, entries, shared_texts


def check_readable(
    connection: Connection,
    case_id: str,
    pending: Iterable[tuple[str, str, str]],
    *,
    packs: str,
    shared: Mapping[str, str],
    rulebook: Rulebook,
) -> None:
    """Make sure that a case with what is about to be written makes sense to the packs of its new header.

    Args:
        pending: kind, instant and body of each entry that is about to be written, the change itself last.
        shared: the texts that these name.

    Raises:
        RefusedEntryError: it does not.
    """
    opening = CaseRow(*connection.execute(select(cases).where(cases.c.case_id == case_id)).one())
    kept = select(entries).where(entries.c.case_id == case_id).order_by(entries.c.number)
    rows = [EntryRow(*row) for row in connection.execute(kept)]
    for kind, recorded_at, body in pending:
        number = len(rows) + 1
        rows.append(EntryRow(number, case_id, number, kind, recorded_at, None, body, "", "", ""))
    wanted = shared_named_in(opening, rows) - shared.keys()
    asked = select(shared_texts.c.digest, shared_texts.c.text).where(shared_texts.c.digest.in_(wanted))
    known = dict(shared)
    for digest, text in connection.execute(asked):
        known[digest] = text
    try:
        replayed(opening, rows, packs=packs, shared=known, rulebook=rulebook)
    except ReplayError as error:
        raise RefusedEntryError(f"the law of the new header could not read the case: {error}") from error
