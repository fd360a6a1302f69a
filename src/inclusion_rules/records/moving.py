"""Moving stored cases to other law, one after another: what that changes for each, and an entry where it is wanted.

A case is read and decided by the law it is pinned to and by the law it is to be moved to. What cannot be read or
decided by either is told and left alone, and a case that somebody else adds to meanwhile is looked at again. Which law
is at hand, what time it is and who is asking are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from inclusion_rules.casework.case import PackPin
from inclusion_rules.casework.moving import Difference, moved
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.records.case_text import HeaderChanged, packs_text
from inclusion_rules.records.failures import (
    StaleVersionError,
    StoreAddressError,
    StoreBusyError,
    StoreFailedError,
)
from inclusion_rules.records.replaying import is_pinned_to
from inclusion_rules.records.store import CaseStore

_ATTEMPTS = 20


class Outcome(StrEnum):
    """What became of one case."""

    MOVED = "moved"
    TO_MOVE = "to be moved"
    AT_IT = "at this law already"
    LEFT_ALONE = "left alone"


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moves cases, why, and the clock by which that is recorded."""

    recorded_by: str
    why: str
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class StoredMove:
    """What a move changes for one stored case, as of a day.

    `before` and `after` are the law it is pinned to and the law it is moved to; `number` is that of the entry which
    says so, where it was written; `why_not` says why a case was left alone.
    """

    case_id: str
    reference: str | None
    outcome: Outcome
    before: tuple[PackPin, ...] = ()
    after: tuple[PackPin, ...] = ()
    differences: tuple[Difference, ...] = ()
    number: int | None = None
    why_not: str | None = None


def moves(
    store: CaseStore,
    case_ids: Iterable[str],
    *,
    to: Rulebook,
    laws: Sequence[Rulebook],
    as_of: date,
    mover: Mover | None = None,
) -> Iterator[StoredMove]:
    """What moving each case changes; with a `mover`, each is moved and the change recorded, else nothing is written.

    Args:
        to: the law to move to.
        laws: the law that cases may be pinned to; the first that fits a case is taken.
        as_of: the day for which the two decisions of a case are compared.

    Raises:
        StoreBusyError, StoreFailedError: the store cannot be read or written now; what was moved before that stays so.
    """
    work = _Work(store.under(to), tuple(store.under(law) for law in (*laws, to)), as_of, mover)
    for case_id in case_ids:
        yield _moved(work, case_id)


@dataclass(frozen=True, slots=True)
class _Work:
    """What stays the same for all cases: the store by the new law and by each old one, the day, and who moves."""

    new: CaseStore
    old: tuple[CaseStore, ...]
    as_of: date
    mover: Mover | None


def _moved(work: _Work, case_id: str) -> StoredMove:
    alone = StoredMove(case_id, None, Outcome.LEFT_ALONE)
    try:
        alone = replace(alone, before=work.new.pinned(case_id), reference=work.new.opening(case_id).reference)
        for _ in range(_ATTEMPTS):
            before = work.new.pinned(case_id)
            try:
                return _once(work, replace(alone, before=before))
            except StaleVersionError:
                continue  # Somebody was quicker; what the move changes now may be something else.
            except InclusionRulesError:
                if work.new.pinned(case_id) == before:
                    raise
                # Somebody moved it in between, so that it could not be read by the law it had been pinned to.
        return replace(alone, why_not=f"others added to it {_ATTEMPTS} times while it was being moved; try again")
    except (StoreAddressError, StoreBusyError, StoreFailedError):
        raise
    except InclusionRulesError as error:
        return replace(alone, why_not=str(error))
    except Exception as error:  # whatever it is, the other cases are owed their answer
        return replace(alone, why_not=f"a fault of inclusion-rules: {type(error).__name__}: {error}")


def _once(work: _Work, alone: StoredMove) -> StoredMove:
    case_id, before = alone.case_id, alone.before
    after = _pins(before, work.new.rulebook)
    told = replace(alone, after=after)
    if before == after:
        return replace(told, outcome=Outcome.AT_IT)
    old = next((store for store in work.old if is_pinned_to(packs_text(before), store.rulebook)), None)
    if old is None:
        pinned = ", ".join(f"`{pin.pack}` {pin.version} ({pin.digest})" for pin in before)
        return replace(told, why_not=f"the law it is pinned to is not at hand: {pinned}")
    case, number = old.current(case_id)
    again, number_again = work.new.current(case_id)
    if number != number_again:
        raise StaleVersionError(case_id, number, number_again)
    move = moved(case, old=old.rulebook, new=work.new.rulebook, as_of=work.as_of, read_by_new=again)
    told = replace(told, differences=move.differences)
    if work.mover is None:
        return replace(told, outcome=Outcome.TO_MOVE)
    changed = HeaderChanged(move.case, work.mover.now(), work.mover.recorded_by, work.mover.why)
    written = work.new.append(case_id, changed, expected_number=number)
    return replace(told, outcome=Outcome.MOVED, number=written)


def _pins(before: Sequence[PackPin], to: Rulebook) -> tuple[PackPin, ...]:
    packs = to.edition(tuple(pin.pack for pin in before)).packs
    return tuple(PackPin(pack.id, pack.version, pack.digest) for pack in packs)
