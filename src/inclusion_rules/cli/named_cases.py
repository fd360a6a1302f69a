"""Which case a command is about: a case file, or one case of a store, as it was known at a time.

One place for every command that takes either. Knows how both are typed; the store's libraries are imported only where a
store is named, and a store is read as it is: none is made by a slip in its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inclusion_rules.casework.opening import open_case
from inclusion_rules.cli.errors import UsageError
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.findings import Decision, Warning
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import InclusionRulesError, nearest_word

if TYPE_CHECKING:
    from inclusion_rules.casework.case import Case
    from inclusion_rules.records.store import CaseStore
    from inclusion_rules.reporting.case_chain import CaseChain

CaseFileOrStore = Annotated[
    str,
    typer.Argument(metavar="CASEFILE_OR_STORE", help="A case file, a store's file, or a `postgresql://` address."),
]
CaseOfStore = Annotated[
    str | None,
    typer.Option("--case", metavar="ID", help="Which case of a store: the id it is kept under, or its reference."),
]

_CASE_FILES = (".yaml", ".yml", ".json")
_SQLITE = b"SQLite format 3\0"
_LISTED_AT_MOST = 5
_LIBRARIES = ("sqlalchemy", "alembic", "psycopg")


class NoSuchCaseError(InclusionRulesError):
    """What was named is no case file, no store, or no case of the store."""


@dataclass(frozen=True, slots=True)
class NamedCase:
    """A case as it was known at a time: a stored one has been taken back to it, with `warnings` of what is left aside.

    Of a case file everything is there, and `known_on` is handed on to whatever decides it.
    """

    record: CaseRecord
    known_on: date | None = None
    warnings: tuple[Warning, ...] = ()

    @property
    def known(self) -> CaseRecord:
        """The record without what was recorded later."""
        return self.record.as_known(self.known_on)

    def warned(self, decision: Decision) -> Decision:
        """A decision of the case that also says what was left aside before it was made."""
        return replace(decision, warnings=(*self.warnings, *decision.warnings))


def named_case(place: str, case: str | None, rulebook: Rulebook, *, known_on: date | None = None) -> NamedCase:
    """The case that was named.

    Raises:
        UsageError: a case of a case file, or no case of a store that holds several, was asked for.
        InvalidFilesError: the case file cannot be used as it stands.
        NoSuchCaseError, StoreError, PinnedLawError: there is no such case, or it cannot be read by this law.
    """
    if not names_a_store(place):
        return NamedCase(_in_file(place, case, rulebook), known_on)
    with opened_store(place, rulebook, or_file=True) as store:
        found = store.load(case_id_in(store, case))
    check_law(found, rulebook, place)
    return NamedCase(found.record(known_on=known_on), warnings=found.left_aside(known_on))


def named_case_with_chain(
    place: str, case: str | None, rulebook: Rulebook, *, known_on: date | None = None
) -> tuple[NamedCase, CaseChain]:
    """The case that was named, with the hashes of its entries: the store's own, or taken now of a case file.

    Raises:
        UsageError, InvalidFilesError, NoSuchCaseError, StoreError, PinnedLawError: as `named_case`.
    """
    if not names_a_store(place):
        from inclusion_rules.reporting.case_chain import chain_of_record

        record = _in_file(place, case, rulebook)
        return NamedCase(record, known_on), chain_of_record(record, rulebook)
    with opened_store(place, rulebook, or_file=True) as store:
        from inclusion_rules.reporting.stored_chain import stored_case

        found, chain = stored_case(store, case_id_in(store, case))
    check_law(found, rulebook, place)
    return NamedCase(found.record(known_on=known_on), warnings=found.left_aside(known_on)), chain


def names_a_store(place: str) -> bool:
    """Whether somebody names a store: an address, or a file that is not there or not text."""
    if "://" in place:
        return True
    path = Path(place)
    if path.suffix.lower() in _CASE_FILES:
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) in (_SQLITE, b"")
    except OSError:
        return not path.is_dir()


@contextmanager
def opened_store(place: str, rulebook: Rulebook | None, *, or_file: bool = False) -> Iterator[CaseStore]:
    """A store that is there, as it is; `or_file` says that a case file would have done as well.

    Raises:
        NoSuchCaseError: there is none, or the libraries that it needs are not installed.
        StoreAddressError, DamagedStoreError: it cannot be opened.
    """
    if "://" not in place and not Path(place).is_file():
        if Path(place).is_dir():
            raise NoSuchCaseError(f"`{place}` is a folder; a store is one file, or the address of a database")
        raise NoSuchCaseError(f"there is {'no case file and ' if or_file else ''}no store at `{place}`")
    try:
        from inclusion_rules.records.store import CaseStore
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _LIBRARIES:
            raise
        raise NoSuchCaseError(
            f"a store needs `{missing.name}`, which is not installed: install `inclusion-rules[store]`"
        ) from None
    with CaseStore.open_existing(place, rulebook=rulebook) as store:
        yield store


def case_id_in(store: CaseStore, name: str | None) -> str:
    """The id of the case that somebody names by id or reference; without a name, that of the only one there is.

    Raises:
        UsageError: there is not exactly one case, and nobody says which.
        NoSuchCaseError: the store holds no case of that name.
    """
    from inclusion_rules.records.failures import UnknownCaseError

    if name is None:
        known = store.case_ids()
        if len(known) != 1:
            listed = ", ".join(f"`{case_id}`" for case_id in known[:_LISTED_AT_MOST])
            more = ", …" if len(known) > _LISTED_AT_MOST else ""
            which = f"; say which with `--case ID`: {listed}{more}" if known else ""
            raise UsageError(f"the store holds {len(known) or 'no'} cases{which}")
        return known[0]
    try:
        return store.case_id_named(name)
    except UnknownCaseError:
        near = nearest_word(name, store.case_ids(erased=True))
        hint = f"; did you mean `{near}`?" if near else ""
        raise NoSuchCaseError(f"the store holds no case `{name}`, neither as an id nor as a reference{hint}") from None


def check_law(case: Case, rulebook: Rulebook, place: str) -> None:
    """Make sure that a rulebook is the law a stored case is pinned to.

    Raises:
        PinnedLawError: it is not, and how the case can be moved.
    """
    from inclusion_rules.casework.case import PinnedLawError

    try:
        case.check_law(rulebook)
    except PinnedLawError as error:
        raise PinnedLawError(f"{error}. `inclusion-rules move {place}` shows what moving it would change") from None


def _in_file(place: str, case: str | None, rulebook: Rulebook) -> CaseRecord:
    if case is not None:
        raise UsageError("a case file holds one case; leave `--case` out, or name a store")
    return open_case(Path(place), rulebook)
