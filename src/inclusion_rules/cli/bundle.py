"""`inclusion-rules bundle`: one case as a hearing bundle, a single web page that checks itself on any device."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from inclusion_rules.cli.asking import AsOf, KnownOn, Out, Pathways, Rules, today
from inclusion_rules.cli.errors import Exit
from inclusion_rules.cli.named_cases import CaseFileOrStore, CaseOfStore, named_case_with_chain
from inclusion_rules.cli.naming_packs import law_of
from inclusion_rules.cli.showing import show
from inclusion_rules.reporting.bundle_html import bundle_as_html
from inclusion_rules.reporting.hearing_bundle import hearing_bundle


def bundle(
    place: CaseFileOrStore,
    case: CaseOfStore = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    rules: Rules = None,
    pathways: Pathways = None,
    out: Out = None,
) -> int:
    """Put a case together for a hearing: chronology, duties with their law and counts, and the record with its hashes.

    The page needs no network and no other file, and holds the program that checks it.

    \b
    Example:
      inclusion-rules bundle examples/leicestershire_permanent_exclusion.yaml --as-of 2025-03-17 --out bundle.html
    """
    rulebook = law_of(rules, pathways)
    named, chain = named_case_with_chain(place, case, rulebook, known_on=known_on)
    gathered = hearing_bundle(
        named.record,
        chain,
        rulebook,
        as_of=as_of or today(),
        known_on=known_on,
        made_with=f"inclusion-rules {_version()}",
    )
    show(bundle_as_html(gathered), out=out)
    return Exit.FINE


def _version() -> str:
    try:
        return version("inclusion-rules")
    except PackageNotFoundError:
        return "(run from its source)"
