"""A case from its rows: the header, then every entry in turn, each taken as it was when it was recorded.

What was redacted stays in its place as an entry that never stands, so that the numbers of the others keep their
meaning. Assumes that the rows have been verified; says so where their texts mean nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from inclusion_rules.casework.case import Case
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.event_log import Entry, EventLog, LogError
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.records.case_text import (
    changed_header_from,
    entry_from,
    header_from,
    judgement_from,
    packs_from,
)
from inclusion_rules.records.failures import ErasedCaseError, StoreError
from inclusion_rules.records.rows import CaseRow, EntryRow
from inclusion_rules.records.schema import EVENT, HEADER, JUDGEMENT, REDACTION

REDACTED = "redacted"
"""The name of the event, and the recorder, that stand for what has been taken away."""


class ReplayError(StoreError):
    """What is kept is what was written, and yet it makes no case; `number` is the entry at fault, or None."""

    def __init__(self, case_id: str, number: int | None, why: str) -> None:
        self.case_id = case_id
        self.number = number
        self.why = why
        place = "its header" if number is None else f"entry {number}"
        super().__init__(f"case `{case_id}` cannot be replayed, because of {place}: {why}")

    def __reduce__(self) -> tuple[type[ReplayError], tuple[str, int | None, str]]:
        return (ReplayError, (self.case_id, self.number, self.why))


def edition_of(packs: str, rulebook: Rulebook) -> Edition:
    """The law that a case is pinned to, as a rulebook holds it; `Case.check_law` says whether to the byte.

    Raises:
        UnknownNameError: the rulebook lacks one of the packs.
    """
    return rulebook.edition(tuple(pin.pack for pin in packs_from(packs)))


def is_pinned_to(packs: str, rulebook: Rulebook) -> bool:
    """Whether a rulebook holds exactly the law that a case is pinned to."""
    return all(
        (pack := rulebook.packs.get(pin.pack)) is not None and pack.digest == pin.digest for pin in packs_from(packs)
    )


def replayed(
    row: CaseRow, entries: Sequence[EntryRow], *, packs: str, shared: Mapping[str, str], rulebook: Rulebook
) -> Case:
    """The case as it stands after all its entries; `packs` is the law it is pinned to now.

    Raises:
        ErasedCaseError: nothing of it is left to read.
        ReplayError: the header or an entry makes no sense to the packs, or does not follow from those before it.
    """
    if row.header is None:
        raise ErasedCaseError(row.case_id)
    edition = edition_of(packs, rulebook)
    number: int | None = None
    try:
        case = _known_since_opening(header_from(row.header, shared, edition), row)
        gone = _structure_of_redacted(entries)
        # What an entry corrects may have stood when it was recorded, and have been taken away since.
        whole = not any(entry.body is None for entry in entries)
        log = EventLog()
        for entry in entries:
            number = entry.number
            if entry.kind == EVENT:
                log = _with_entry(log, entry, edition, gone, whole=whole)
            elif entry.body is not None and entry.kind == JUDGEMENT:
                made = judgement_from(json.loads(entry.body), edition)
                case = replace(case, judgements=(*case.judgements, made))
            elif entry.body is not None and entry.kind == HEADER:
                changed = changed_header_from(json.loads(entry.body), shared, edition)
                case = replace(case, header=changed.header, bank_holidays=changed.bank_holidays)
    except KeyError as error:
        raise ReplayError(row.case_id, number, f"nothing is called {error}") from error
    except (InclusionRulesError, TypeError, ValueError) as error:
        raise ReplayError(row.case_id, number, str(error)) from error
    return replace(case, log=log)


def _known_since_opening(case: Case, row: CaseRow) -> Case:
    """The case with the judgements it was opened with; those that do not say when, were known by its opening."""
    at = datetime.fromisoformat(row.opened_at)
    return replace(
        case, judgements=tuple(replace(made, recorded_at=made.recorded_at or at) for made in case.judgements)
    )


def outline(entries: Sequence[EntryRow]) -> EventLog:
    """A log that holds of each event only its number and what it corrects, from the rows of events and redactions."""
    gone = _structure_of_redacted(entries)
    found: list[Entry] = []
    for row in entries:
        if row.kind == EVENT and row.body is None:
            found.append(_placeholder(len(found) + 1, row, gone.get(row.number)))
        elif row.kind == EVENT and row.body is not None:
            data = json.loads(row.body)
            at = datetime.fromisoformat(row.recorded_at)
            corrects, withdraws = data.get("corrects"), data.get("withdraws", False)
            found.append(Entry(len(found) + 1, Event("", at.date()), at, "", corrects, withdraws))
    return EventLog(tuple(found))


def _with_entry(
    log: EventLog, row: EntryRow, edition: Edition, gone: Mapping[int, int | None], *, whole: bool
) -> EventLog:
    """The log with one more entry, which must be just the entry that was kept."""
    if row.body is None:
        return EventLog((*log.entries, _placeholder(len(log) + 1, row, gone.get(row.number))))
    entry = entry_from(json.loads(row.body), edition)
    if entry.number != len(log) + 1:
        raise LogError(f"it says that it is entry {entry.number} of the log, and is entry {len(log) + 1}")
    if entry.recorded_at != datetime.fromisoformat(row.recorded_at):
        raise LogError(f"it says that it was recorded at {entry.recorded_at}, and not at {row.recorded_at}")
    if not whole:
        return EventLog((*log.entries, entry))
    return log.with_event(
        entry.event,
        recorded_at=entry.recorded_at,
        recorded_by=entry.recorded_by,
        corrects=entry.corrects,
        withdraws=entry.withdraws,
    )


def _placeholder(number: int, row: EntryRow, corrects: int | None) -> Entry:
    """An entry without content, which takes itself away; and with it what it had replaced, which was wrong already."""
    at = datetime.fromisoformat(row.recorded_at)
    return Entry(number, Event(REDACTED, at.date()), at, REDACTED, corrects=corrects or number, withdraws=True)


def _structure_of_redacted(entries: Sequence[EntryRow]) -> dict[int, int | None]:
    """For each redacted correction, the number in the log of the entry that it had replaced."""
    found: dict[int, int | None] = {}
    for row in entries:
        if row.kind == REDACTION and row.body is not None:
            found |= {int(number): corrects for number, corrects in json.loads(row.body)["corrected"].items()}
    return found
