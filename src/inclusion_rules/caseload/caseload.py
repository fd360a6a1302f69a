"""A store's caseload: brings the index up to date with as little deciding as possible, and gives the morning.

A case is decided anew only where something was recorded in it, a day has come on which time alone changes it, the day
asked about lies before what is kept, or the law is another. Everything else follows from what is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType

from inclusion_rules.caseload.case_rows import CaseState, NotDecided
from inclusion_rules.caseload.deciding_cases import decided_cases, opened_store
from inclusion_rules.caseload.law_at_hand import LawAtHand
from inclusion_rules.caseload.ledger_index import IndexUnusableError, Kept, LedgerIndex
from inclusion_rules.caseload.morning import QUIET_AFTER, WITHIN, Morning, morning_of
from inclusion_rules.caseload.wanted import Wanted
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import InclusionRulesError, UnknownNameError
from inclusion_rules.records.connecting import address_of
from inclusion_rules.records.rows import Head

SUFFIX = ".caseload"
"""What is added to the name of a store's file to make that of its index."""
_MAY_GO = ". If the file is damaged, delete it: it can be made anew"


@dataclass(frozen=True, slots=True)
class Work:
    """How much deciding a morning took: cases in the store, those decided anew, and those that could not be."""

    cases: int
    decided: int
    failed: int


class Caseload:
    """The cases of one store, as they stand on any day.

    >>> from datetime import UTC, datetime
    >>> from tempfile import TemporaryDirectory
    >>> from inclusion_rules.casework.case import Case
    >>> from inclusion_rules.casework.opening import example, open_case, open_rulebook
    >>> from inclusion_rules.records.store import CaseStore
    >>> record = open_case(example("leicestershire_permanent_exclusion"))
    >>> case = Case.open(record, open_rulebook(), recorded_at=datetime(2025, 2, 6, tzinfo=UTC), recorded_by="clerk")
    >>> with TemporaryDirectory() as folder:
    ...     with CaseStore.open(f"{folder}/cases.db") as store:
    ...         case_id = store.create(case, key="first")
    ...     with Caseload(f"{folder}/cases.db") as caseload:
    ...         caseload.morning(date(2025, 2, 10)).live
    1
    """

    def __init__(
        self, place: str | Path, *, rulebook: Rulebook | None = None, index: Path | None = None, keep: bool = True
    ) -> None:
        """Open the caseload of a store.

        Args:
            index: the file of the index; by default beside a store that is a file, else in memory only.
            keep: whether to keep an index at all; without, every case is decided.

        Raises:
            StoreAddressError, DamagedStoreError: there is no store to read.
            IndexUnusableError: `index` names a file that cannot be one.
        """
        self._place = str(place)
        self._rulebook = rulebook
        self._store = opened_store(self._place, rulebook)
        self.notices: tuple[str, ...] = ()
        self.work = Work(0, 0, 0)
        try:
            self._index = self._opened_index(index, keep)
        except BaseException:
            self._store.close()
            raise

    def _opened_index(self, place: Path | None, keep: bool) -> LedgerIndex:
        if not keep:
            return LedgerIndex.open(None)
        beside = index_beside(self._place)
        if place is None and beside is None:
            self.notices += ("the store is on a server and no file was named for the index: every case is decided",)
            return LedgerIndex.open(None)
        try:
            index = LedgerIndex.open(place or beside, readable_as=store_file(self._place))
        except IndexUnusableError as error:
            if place is not None:
                raise
            self.notices += (f"{error}; every case is decided, and nothing is kept for the next time{_MAY_GO}",)
            return LedgerIndex.open(None)
        if index.only_read:
            told = (
                f"the index in `{place or beside}` may only be read: what is decided now is not kept for the next time"
            )
            self.notices += (told,)
        return index

    def close(self) -> None:
        """Give back the store and the index."""
        self._index.close()
        self._store.close()

    def __enter__(self) -> Caseload:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def morning(
        self,
        as_of: date,
        *,
        wanted: Wanted | None = None,
        within: int = WITHIN,
        quiet_after: int = QUIET_AFTER,
        workers: int = 1,
        progress: Callable[[int, int], None] | None = None,
    ) -> Morning:
        """What is owed over all live cases on a day.

        Args:
            within: for how many school days ahead something is due soon.
            quiet_after: after how many days without a record a case is quiet.
            workers: how many processes decide, where there is much to decide; with more than one, the program that asks
                is one that Python can import again.
            progress: is told how many cases of how many have been decided.

        Raises:
            UnknownWishError: a role, school, authority or pathway that is wanted is not known.
            StoreBusyError, StoreFailedError: the store cannot be read now.
        """
        wanted = wanted or Wanted()
        law = LawAtHand(self._store.rulebook)
        wanted.check_words(law.rulebook)
        heads = self._heads()
        kept = self._kept(as_of)
        self._keep(forget=[case_id for case_id in kept.briefs if case_id not in heads])
        states: dict[str, CaseState] = {}
        stale: list[Head] = []
        for case_id, head in heads.items():
            brief = kept.briefs.get(case_id)
            if brief is not None and brief.chain_hash == head.chain_hash and not wanted.case(brief):
                continue
            state = kept.states.get(case_id)
            if state is not None and _still_holds(state, head, law):
                states[case_id] = state
            else:
                stale.append(head)
        failed: list[NotDecided] = []
        known = {case_id: brief for case_id, brief in kept.briefs.items() if case_id in heads}
        found = decided_cases(self._place, self._rulebook, stale, as_of=as_of, workers=workers, progress=progress)
        for portion in found:
            decided = [each for each in portion if isinstance(each, CaseState)]
            failed += [each for each in portion if isinstance(each, NotDecided)]
            states |= {state.brief.case_id: state for state in decided}
            known |= {state.brief.case_id: state.brief for state in decided}
            self._keep(decided)
        wanted.check_places(known.values())
        self.work = Work(len(heads), len(stale), len(failed))
        return morning_of(
            states.values(),
            as_of=as_of,
            recorded={case_id: head.recorded_at for case_id, head in heads.items()},
            not_decided=failed,
            law=law,
            wanted=wanted,
            within=within,
            quiet_after=quiet_after,
        )

    def _heads(self) -> dict[str, Head]:
        """The head of every case that has not been erased."""
        there = set(self._store.case_ids())
        return {head.case_id: head for head in self._store.heads() if head.case_id in there}

    def _kept(self, as_of: date) -> Kept:
        try:
            return self._index.kept_for(as_of)
        except IndexUnusableError as error:
            self._give_up_index(error)
            return Kept({}, {})

    def _keep(self, decided: list[CaseState] | None = None, *, forget: list[str] | None = None) -> None:
        try:
            self._index.forget(forget or [])
            if decided:
                self._index.keep(decided)
        except IndexUnusableError as error:
            self._give_up_index(error)

    def _give_up_index(self, error: InclusionRulesError) -> None:
        """Go on without the file: the morning matters more than the next one's speed."""
        self.notices += (f"{error}; what was decided is not kept for the next time{_MAY_GO}",)
        self._index.close()
        self._index = LedgerIndex.open(None)


def index_beside(place: str | Path) -> Path | None:
    """The file of the index of a store, or None where the store is on a server.

    >>> str(index_beside("cases.db"))
    'cases.db.caseload'
    """
    file = store_file(place)
    return None if file is None else Path(f"{file}{SUFFIX}")


def store_file(place: str | Path) -> Path | None:
    """The file that a store is, or None where it is on a server."""
    url = address_of(place)
    return None if url.drivername != "sqlite" or url.database is None else Path(url.database)


def _still_holds(state: CaseState, head: Head, law: LawAtHand) -> bool:
    """Whether what is kept of a case is what deciding it now would give."""
    if state.brief.chain_hash != head.chain_hash:
        return False
    try:
        return state.segment.law == law.digest(state.brief.packs, state.brief.pathway)
    except UnknownNameError:
        return False
