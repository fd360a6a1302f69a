"""The live cases of a store as records to decide, in the order of their opening, under names that tell of nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.records.store import CaseStore


def records_of(store: CaseStore, *, by_reference: bool = False) -> Iterator[CaseRecord]:
    """The record of every case that has not been erased; `by_reference` names each as the council does.

    Raises:
        DamagedStoreError: a case is not as it was written.
        PinnedLawError: a case is pinned to other law than the store's rulebook.
    """
    for case_id in store.case_ids():
        case = store.load(case_id)
        case.check_law(store.rulebook)
        record = case.record()
        yield record if by_reference else replace(record, id=case_id)
