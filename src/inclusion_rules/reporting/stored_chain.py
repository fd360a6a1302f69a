"""A stored case with its chain, ready for a bundle. It needs the libraries of the store, which a case file does not."""

from __future__ import annotations

from inclusion_rules.casework.case import Case
from inclusion_rules.loading.case_data import instant
from inclusion_rules.records.case_text import header_texts
from inclusion_rules.records.store import CaseStore
from inclusion_rules.reporting.case_chain import CaseChain, ChainedEntry


def stored_case(store: CaseStore, name: str) -> tuple[Case, CaseChain]:
    """A case by the id it is kept under or by the council's reference, with its chain, both as they stand.

    Raises:
        UnknownCaseError, ErasedCaseError: there is nothing to give back.
        DamagedStoreError: the case is not as it was written.
        ReplayError: it is, and makes no sense to the rulebook at hand.
    """
    case_id = store.case_id_named(name)
    case, number = store.current(case_id)
    entries = store.entries(case_id)
    while entries and entries[-1].number != number:  # Somebody added to it between the two looks.
        case, number = store.current(case_id)
        entries = store.entries(case_id)
    opening = store.opening(case_id)
    edition = store.rulebook.edition(tuple(pin.pack for pin in case.header.packs))
    chain = CaseChain(
        case_id=opening.case_id,
        opened_at=instant(opening.opened_at),
        packs=opening.packs,
        key=opening.key,
        header=opening.header,
        salt=opening.salt,
        header_digest=opening.header_digest,
        genesis=opening.genesis,
        entries=tuple(
            ChainedEntry(
                entry.position,
                entry.number,
                entry.kind,
                instant(entry.recorded_at),
                entry.key,
                entry.body,
                entry.salt,
                entry.body_digest,
                entry.chain_hash,
            )
            for entry in entries
        ),
        shared=header_texts(Case(case.header, case.bank_holidays), edition).shared,
        kept=True,
    )
    return case, chain
