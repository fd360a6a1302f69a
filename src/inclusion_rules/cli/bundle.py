"""`inclusion-rules bundle`: one case as a hearing bundle, a single web page that checks itself on any device."""

from __future__ import annotations

from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.casework.opening import open_case, open_rulebook
from inclusion_rules.cli.asking import AsOf, KnownOn, Out, today
from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.showing import note, show
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.reporting.bundle_html import bundle_as_html
from inclusion_rules.reporting.case_chain import CaseChain, chain_of_record
from inclusion_rules.reporting.hearing_bundle import hearing_bundle

_CASE_FILES = (".yaml", ".yml", ".json")
_SQLITE = b"SQLite format 3\0"
_LISTED_AT_MOST = 5


def bundle(
    place: Annotated[
        str,
        typer.Argument(metavar="CASEFILE_OR_STORE", help="A case file, a store's file, or a `postgresql://` address."),
    ],
    case: Annotated[
        str | None,
        typer.Option("--case", metavar="ID", help="Which case of a store: the id it is kept under, or its reference."),
    ] = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    out: Out = None,
) -> int:
    """Put a case together for a hearing: chronology, duties with their law and counts, and the record with its hashes.

    The page needs no network and no other file, and holds the program that checks it.

    \b
    Example:
      inclusion-rules bundle examples/leicestershire_permanent_exclusion.yaml --as-of 2025-03-17 --out bundle.html
    """
    rulebook = open_rulebook()
    if _is_store(place):
        if "://" not in place and not Path(place).is_file():
            note(f"there is no case file and no store at `{place}`")
            return Exit.COULD_NOT_RUN
        try:
            record, chain = _from_store(place, case, rulebook, known_on)
        except ModuleNotFoundError as missing:
            note(f"a store needs `{missing.name}`, which is not installed: install `inclusion-rules[store]`")
            return Exit.COULD_NOT_RUN
    else:
        if case is not None:
            raise UsageError("a case file holds one case; leave `--case` out, or name a store")
        record = open_case(Path(place), rulebook)
        chain = chain_of_record(record, rulebook)
    gathered = hearing_bundle(
        record, chain, rulebook, as_of=as_of or today(), known_on=known_on, made_with=f"inclusion-rules {_version()}"
    )
    show(bundle_as_html(gathered), out=out)
    return Exit.FINE


def _is_store(place: str) -> bool:
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


def _from_store(
    place: str, name: str | None, rulebook: Rulebook, known_on: date | None
) -> tuple[CaseRecord, CaseChain]:
    from inclusion_rules.records.store import CaseStore
    from inclusion_rules.reporting.stored_chain import stored_case

    with CaseStore.open(place, rulebook=rulebook) as store:
        if name is None:
            known = store.case_ids()
            if len(known) != 1:
                listed = ", ".join(f"`{case_id}`" for case_id in known[:_LISTED_AT_MOST])
                more = ", …" if len(known) > _LISTED_AT_MOST else ""
                raise UsageError(f"the store holds {len(known)} cases; say which with `--case ID`: {listed}{more}")
            (name,) = known
        found, chain = stored_case(store, name)
    found.check_law(rulebook)
    return found.record(known_on=known_on), chain


def _version() -> str:
    try:
        return version("inclusion-rules")
    except PackageNotFoundError:
        return "(run from its source)"
