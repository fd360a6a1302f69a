"""Taking away what an entry said, or all that a case said, so that the proof of everything else stays whole.

A redaction is an entry like any other: who, when and why, and which entries. Their texts and salts go, their digests
stay; without its salt a digest confirms no guess. Copies elsewhere (backups, exports) are for whoever made them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from secrets import token_hex

from sqlalchemy import Connection, select, update

from inclusion_rules.loading.case_data import canonical, instant
from inclusion_rules.records.appending import Written, begin_writing, check_time, lock_heads, write
from inclusion_rules.records.failures import RefusedEntryError
from inclusion_rules.records.rows import EntryRow
from inclusion_rules.records.schema import EVENT, HEADER, REDACTION, cases, entries


def redact_in(
    connection: Connection, case_id: str, numbers: Iterable[int] | None, *, by: str, at: datetime, why: str
) -> int:
    """Take away what some entries said, or with `None` everything a case said; the number of the entry that says so.

    Raises:
        UnknownCaseError, ErasedCaseError, RefusedEntryError: nothing was taken away.
    """
    if not by.strip() or not why.strip():
        raise RefusedEntryError(
            "a redaction says by whom (`by`) and why (`why`); it is kept for good, so name no pupil"
        )
    if at.tzinfo is None:
        raise RefusedEntryError("the instant of a redaction needs a time zone")
    begin_writing(connection)
    before = lock_heads(connection, [case_id])
    head = before[case_id]
    check_time(head, instant(at))
    asked = select(entries).where(entries.c.case_id == case_id).order_by(entries.c.number)
    rows = [EntryRow(*row) for row in connection.execute(asked)]
    chosen = _everything(rows) if numbers is None else _chosen(rows, sorted(set(numbers)))
    body = canonical(
        {
            "recorded_at": instant(at),
            "recorded_by": by,
            "why": why,
            "numbers": [row.number for row in chosen],
            "header": numbers is None,
            "corrected": {str(row.number): replaced for row in chosen if (replaced := _replaced_by(row)) is not None},
        }
    )
    after = head._replace(number=head.number + 1, recorded_at=instant(at))
    if numbers is None:
        opening = connection.execute(select(cases.c.packs).where(cases.c.case_id == case_id)).scalar_one()
        after = after._replace(packs=opening)
    written = Written(case_id, REDACTION, instant(at), body, None, token_hex(16))
    write(connection, [written], before=before, after={case_id: after})
    if chosen:
        gone = entries.c.number.in_([row.number for row in chosen])
        connection.execute(update(entries).where(entries.c.case_id == case_id, gone).values(body=None, salt=None))
    if numbers is None:
        connection.execute(
            update(cases).where(cases.c.case_id == case_id).values(header=None, salt=None, reference=None)
        )
    return after.number


def _everything(rows: Sequence[EntryRow]) -> list[EntryRow]:
    return [row for row in rows if row.kind != REDACTION and row.body is not None]


def _chosen(rows: Sequence[EntryRow], numbers: Sequence[int]) -> list[EntryRow]:
    by_number = {row.number: row for row in rows}
    newest_header = max((row.number for row in rows if row.kind == HEADER), default=None)
    problems = [] if numbers else ["name at least one entry to redact"]
    for number in numbers:
        row = by_number.get(number)
        if row is None:
            problems.append(f"there is no entry {number}; the case has {len(rows)}")
        elif row.kind == REDACTION:
            problems.append(f"entry {number} is itself a redaction, which stays")
        elif row.body is None:
            problems.append(f"entry {number} has been redacted already")
        elif number == newest_header:
            problems.append(f"entry {number} holds the header the case stands by; give it a newer one first")
    if problems:
        raise RefusedEntryError("; ".join(problems))
    return [by_number[number] for number in numbers]


def _replaced_by(row: EntryRow) -> int | None:
    """The number in the log of the entry that a correction replaced: it must not come back when the correction goes."""
    if row.kind != EVENT or row.body is None:
        return None
    corrects = json.loads(row.body).get("corrects")
    return None if corrects is None else int(corrects)
