"""Deciding cases of a store for the index, one after another or in several processes at once.

What goes wrong in one case is told of that case and stops no other; what goes wrong with the store ends the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

from inclusion_rules.caseload.case_rows import CaseState, NotDecided, brief_of, state_of
from inclusion_rules.caseload.law_at_hand import LawAtHand
from inclusion_rules.caseload.school_days import SchoolDays
from inclusion_rules.casework.case import Case
from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.calendar_layers import CalendarLayer
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.records.failures import (
    ErasedCaseError,
    StoreAddressError,
    StoreBusyError,
    StoreFailedError,
    UnknownCaseError,
)
from inclusion_rules.records.rows import Head
from inclusion_rules.records.store import CaseStore

AT_ONCE = 40
"""How many cases a process takes at a time."""
WORTH_PROCESSES = 120
"""Below so many cases, starting other processes takes longer than it saves."""
_ATTEMPTS = 10


Found = CaseState | NotDecided


class CaseDecider:
    """Decides cases of one store by one rulebook. Cases pinned to other law are decided by the law at hand."""

    def __init__(self, store: CaseStore, law: LawAtHand) -> None:
        self._store = store
        self._law = law
        # Cases share the very layers of a calendar, so their identity will do; keeping them keeps it theirs.
        self._days: dict[int, tuple[tuple[CalendarLayer, ...], SchoolDays]] = {}

    def decided(self, head: Head, *, as_of: date) -> Found | None:
        """How a case stands on a day; None where it has been erased meanwhile."""
        try:
            return self._decided(head, as_of)
        except (ErasedCaseError, UnknownCaseError):
            return None
        except (StoreAddressError, StoreBusyError, StoreFailedError):
            raise
        except InclusionRulesError as error:
            return NotDecided(head.case_id, self._reference(head.case_id), None, str(error))
        except Exception as error:  # whatever it is, the other cases are owed their answer
            reason = f"a fault of inclusion-rules: {type(error).__name__}: {error}"
            return NotDecided(head.case_id, self._reference(head.case_id), None, reason)

    def _decided(self, head: Head, as_of: date) -> CaseState:
        case, chain_hash = self._current(head)
        packs = tuple(pin.pack for pin in case.header.packs)
        law = self._law.digest(packs, case.header.pathway)
        record = case.record()
        days = self._days_of(case, record)
        return state_of(
            brief_of(case, case_id=head.case_id, chain_hash=chain_hash, days=days),
            record,
            decide(record, self._law.rulebook, as_of=as_of),
            pathway=self._law.pathway(case.header.pathway),
            law=law,
            law_turns=self._law.turns_after(packs, as_of),
            days=days,
        )

    def _current(self, head: Head) -> tuple[Case, str]:
        """The case with the hash that stands for it; somebody may add to it while it is read."""
        for _ in range(_ATTEMPTS):
            case, number = self._store.current(head.case_id)
            if number == head.number:
                return case, head.chain_hash
            head = self._store.head(head.case_id)
        raise InclusionRulesError(f"case `{head.case_id}` is being added to faster than it can be read")

    def _days_of(self, case: Case, record: CaseRecord) -> SchoolDays:
        layers = case.header.calendar
        known = self._days.get(id(layers))
        if known is None:
            known = self._days[id(layers)] = (layers, SchoolDays.of(record.calendar))
        return known[1]

    def _reference(self, case_id: str) -> str | None:
        try:
            return self._store.opening(case_id).reference
        except (InclusionRulesError, ValueError):
            return None


def opened_store(place: str, rulebook: Rulebook | None) -> CaseStore:
    """The store at a place, as it is: one that is not there is not made.

    Raises:
        StoreAddressError: there is no store.
        DamagedStoreError: the file can no longer be read.
    """
    return CaseStore.open_existing(place, rulebook=rulebook)


def decided_cases(
    place: str,
    rulebook: Rulebook | None,
    heads: Sequence[Head],
    *,
    as_of: date,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[Found, ...]]:
    """How cases stand on a day, some at a time. Whoever asks for several workers runs a program that can be imported.

    Args:
        progress: is told how many cases of how many have been decided.
    """
    portions = [tuple(heads[start : start + AT_ONCE]) for start in range(0, len(heads), AT_ONCE)]
    done = 0
    for portion, found in zip(portions, _found(place, rulebook, portions, len(heads), as_of, workers), strict=True):
        done += len(portion)
        if progress is not None:
            progress(done, len(heads))
        yield found


def _found(
    place: str, rulebook: Rulebook | None, portions: Sequence[tuple[Head, ...]], count: int, as_of: date, workers: int
) -> Iterator[tuple[Found, ...]]:
    if workers <= 1 or count < WORTH_PROCESSES:
        with opened_store(place, rulebook) as store:
            decider = CaseDecider(store, LawAtHand(store.rulebook))
            for portion in portions:
                yield _portion(decider, portion, as_of)
        return
    # Forked processes would share the connections of this one.
    with ProcessPoolExecutor(
        min(workers, len(portions)), mp_context=get_context("spawn"), initializer=_begin, initargs=(place, rulebook)
    ) as pool:
        yield from pool.map(_decide_portion, [(portion, as_of) for portion in portions])


def _portion(decider: CaseDecider, heads: Sequence[Head], as_of: date) -> tuple[Found, ...]:
    found = (decider.decided(head, as_of=as_of) for head in heads)
    return tuple(each for each in found if each is not None)


_deciders: list[CaseDecider] = []
"""In a process that only decides: what it decides with. Empty everywhere else."""


def _begin(place: str, rulebook: Rulebook | None) -> None:
    known = rulebook or open_rulebook()
    _deciders.append(CaseDecider(opened_store(place, known), LawAtHand(known)))


def _decide_portion(portion: tuple[tuple[Head, ...], date]) -> tuple[Found, ...]:
    return _portion(_deciders[0], *portion)
