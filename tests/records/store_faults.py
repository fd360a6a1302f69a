"""Faults to plant in a store, one for each thing that random work holds it to: each must be found.

A fault is put in by exchanging one function while a test runs. Knows the store's seams; finds nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import Table, Update, false, update

from inclusion_rules.casework.case import Case
from inclusion_rules.domain.event_log import Entry, EventLog
from inclusion_rules.records import appending, auditing, redaction, store
from inclusion_rules.records.appending import Append
from inclusion_rules.records.case_text import Addition, JudgementMade
from inclusion_rules.records.failures import CaseExistsError, KeyReusedError, RefusedEntryError
from inclusion_rules.records.schema import REDACTION, entries
from inclusion_rules.records.store import CaseStore
from inclusion_rules.records.verifying import Difference


@dataclass(frozen=True)
class StoreFault:
    """What is exchanged for what, and what whoever finds it says."""

    of: Any
    name: str
    other: Any
    found: str

    def plant(self, patch: pytest.MonkeyPatch) -> None:
        """Put the fault in."""
        patch.setattr(self.of, self.name, self.other)


_append_many, _create, _stream, _entries = CaseStore.append_many, CaseStore.create, CaseStore.stream, CaseStore.entries
_replayed: Callable[..., Case] = vars(store)["replayed"]
_chosen, _write = redaction._chosen, appending.write


def whatever_was_expected(kept: CaseStore, appends: Sequence[Append]) -> tuple[int, ...]:
    """Entries are added though others were quicker."""
    current = [replace(each, expected_number=kept.head(each.case_id).number) for each in appends]
    return _append_many(kept, current)


def without_keys(kept: CaseStore, appends: Sequence[Append]) -> tuple[int, ...]:
    """A repetition is added once more."""
    (first, *others) = appends
    before = None if first.key is None else kept.number_of(first.case_id, first.key)
    numbers = _append_many(kept, appends)
    if others or before is None:
        return numbers
    head = kept.head(first.case_id)
    again: Addition = first.addition
    if isinstance(again, Entry):
        again = Entry(len(kept.load(first.case_id).log) + 1, again.event, head.recorded_at, again.recorded_by)
    elif isinstance(again, JudgementMade):
        again = replace(again, recorded_at=head.recorded_at)
    return _append_many(kept, [Append(first.case_id, again, head.number)])


def with_any_key(kept: CaseStore, appends: Sequence[Append]) -> tuple[int, ...]:
    """A key that stands for something else is taken for a repetition."""
    try:
        return _append_many(kept, appends)
    except KeyReusedError as error:
        return (error.number,) * len(appends)


def promised_only(connection: Any, writing: Sequence[Any], *, before: Mapping[str, Any], after: Any) -> None:
    """Every fourth entry of a case is acknowledged and not written."""
    if not any(head.number % 4 == 3 for head in before.values()):
        _write(connection, writing, before=before, after=after)


def one_by_one(kept: CaseStore, appends: Sequence[Append]) -> tuple[int, ...]:
    """Of a batch that is refused the first ones stay."""
    return tuple(_append_many(kept, [each])[0] for each in appends)


def whatever_fits_or_not(kept: CaseStore, appends: Sequence[Append]) -> tuple[int, ...]:
    """What does not fit its case is passed over in silence."""
    try:
        return _append_many(kept, appends)
    except RefusedEntryError:
        return tuple(each.expected_number for each in appends)


def opened_twice(kept: CaseStore, case: Case, **said: Any) -> str:
    """A case whose reference is taken is opened under another."""
    try:
        return _create(kept, case, **said)
    except CaseExistsError:
        return _create(kept, replace(case, header=replace(case.header, id=f"{case.header.id} again")), **said)


def opened_under_another_id(kept: CaseStore, case: Case, *, key: str | None = None, **said: Any) -> str:
    """A repeated opening is answered with an id that nobody has."""
    before = kept.case_ids(erased=True)
    case_id = _create(kept, case, key=key, **said)
    return case_id[::-1] if case_id in before else case_id


def far_too_many(rows: Sequence[Any], numbers: Sequence[int]) -> Sequence[Any]:
    """A redaction takes everything."""
    return [row for row in rows if row.body is not None and row.kind != REDACTION] if _chosen(rows, numbers) else []


def of_nothing(table: Table) -> Update:
    """A redaction is written down, and the texts of entries stay."""
    return update(table).where(false()) if table is entries else update(table)


def without_corrections(*given: Any, **said: Any) -> Case:
    """A case comes back as it was before anything was corrected."""
    case = _replayed(*given, **said)
    log = EventLog(tuple(replace(entry, corrects=None) for entry in case.log if not entry.withdraws))
    return replace(case, log=log)


def without_judgements(*given: Any, **said: Any) -> Case:
    """A case comes back without what people judged."""
    return replace(_replayed(*given, **said), judgements=())


def all_but_the_last(kept: CaseStore, after_position: int = 0) -> Iterator[Any]:
    """The stream holds the newest entry back, and then goes on behind it."""
    found = list(_stream(kept, after_position))
    yield from found[:-1] if len(found) > 1 else found


def from_the_beginning(kept: CaseStore, after_position: int = 0) -> Iterator[Any]:
    """The stream begins again every time."""
    return _stream(kept, 0)


def with_other_words(kept: CaseStore, case_id: str) -> tuple[Any, ...]:
    """Texts change after they were acknowledged."""
    found = _entries(kept, case_id)
    return tuple(
        replace(entry, body=entry.body + " ") if entry.body and entry.number < len(found) else entry for entry in found
    )


def suspicious(*_: Any) -> Iterator[Difference]:
    """The audit finds something wrong with every case."""
    yield Difference(None, None, "chain", "it looks wrong")


STORE_FAULTS: Mapping[str, StoreFault] = {
    "an entry is added though others were quicker": StoreFault(
        CaseStore, "append_many", whatever_was_expected, "StaleVersionError"
    ),
    "a repetition is added again": StoreFault(CaseStore, "append_many", without_keys, "gives another entry"),
    "a key may stand for two entries": StoreFault(CaseStore, "append_many", with_any_key, "KeyReusedError"),
    "an acknowledged entry is not written": StoreFault(
        appending, "write", promised_only, "missing or new|that is there"
    ),
    "a refused batch is half written": StoreFault(CaseStore, "append_many", one_by_one, "something was written"),
    "what does not fit is passed over": StoreFault(CaseStore, "append_many", whatever_fits_or_not, "RefusedEntryError"),
    "a case is opened twice": StoreFault(CaseStore, "create", opened_twice, "CaseExistsError"),
    "a repeated opening is answered wrongly": StoreFault(
        CaseStore, "create", opened_under_another_id, "gives another case"
    ),
    "a redaction takes too much": StoreFault(redaction, "_chosen", far_too_many, "redacted wrongly"),
    "a redaction takes nothing": StoreFault(redaction, "update", of_nothing, "redacted wrongly|RefusedEntryError"),
    "an erased case can be read": StoreFault(redaction, "_everything", lambda rows: [], "redacted wrongly"),
    "corrections are forgotten": StoreFault(store, "replayed", without_corrections, "other events stand"),
    "judgements are forgotten": StoreFault(store, "replayed", without_judgements, "other judgements stand"),
    "the stream passes over an entry": StoreFault(CaseStore, "stream", all_but_the_last, "more or less than there is"),
    "the stream begins again": StoreFault(CaseStore, "stream", from_the_beginning, "gives an entry again"),
    "a text is another": StoreFault(CaseStore, "entries", with_other_words, "says something else"),
    "the audit cries wolf": StoreFault(auditing, "differences_in", suspicious, "the audit says"),
}
