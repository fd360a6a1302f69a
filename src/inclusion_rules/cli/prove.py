"""`inclusion-rules prove`: what is proved of packs and pathways over every case there can be, and the cases it is not.

A case that is found is decided as well, so that an officer sees whether the engine comes to it from the file alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from textwrap import indent, wrap
from typing import Annotated, Any

import typer

from inclusion_rules.analysis.proving import Failure, Proof
from inclusion_rules.analysis.proving import prove as every_proof
from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.fact_functions import known_functions
from inclusion_rules.casework.opening import read_case
from inclusion_rules.cli.asking import HumanOrJson, Out
from inclusion_rules.cli.errors import Exit
from inclusion_rules.cli.naming_packs import paths_of
from inclusion_rules.cli.showing import show, width
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.loading.checking import Checking, read_everything
from inclusion_rules.vocabulary import Outcome


def prove(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Packs (folders, or ids of those that ship) and pathways; else everything that ships.",
        ),
    ] = None,
    format: HumanOrJson = "human",
    out: Out = None,
) -> int:
    """Prove packs and pathways over every case there can be: no gaps, no overlaps, nothing shadowed, nothing loosened.

    Where a proof fails, a counter-example is shown as a small case file.

    \b
    Examples:
      inclusion-rules prove
      inclusion-rules prove leicestershire pathways/suspension.yaml
    """
    checking = read_everything(paths_of(paths or ()), functions=known_functions())
    checking.problems.raise_if_any()
    rulebook = checking.rulebook
    proofs = list(every_proof(rulebook, checking.packs or _all_packs(checking, paths), _pathways(checking, paths)))
    confirmed = {id(each): _comes_to_it(each, rulebook) for proof in proofs for each in proof.failures}
    if format == "json":
        show(json.dumps(_as_data(proofs, confirmed), indent=2, ensure_ascii=False) + "\n", out=out)
    else:
        show("\n".join(_lines(proofs, confirmed)) + "\n", out=out)
    return Exit.FAILED if any(proof.failures for proof in proofs) else Exit.FINE


def _all_packs(checking: Checking, paths: Sequence[str] | None) -> tuple[str, ...]:
    return () if paths else tuple(checking.rulebook.packs)


def _pathways(checking: Checking, paths: Sequence[str] | None) -> tuple[str, ...]:
    """The pathways that were asked for; with nothing asked for, all."""
    known = checking.rulebook.pathways
    if not paths:
        return tuple(known)
    files = {pathway.stages[0].span.file: name for name, pathway in known.items() if pathway.stages[0].span is not None}
    return tuple(name for file, name in files.items() if file in checking.files)


def _comes_to_it(failure: Failure, rulebook: Rulebook) -> bool | None:
    """Whether deciding the case of a failure shows the rules applying that it is about; None where there is none."""
    if not failure.case or not failure.rules or failure.day is None:
        return None
    try:
        record = read_case(failure.case, rulebook, name="counter-example.yaml")
        as_of = max([event.date for event in record.events], default=failure.day)
        decision = decide(record, rulebook, as_of=max(as_of, failure.day))
    except InclusionRulesError:
        return False
    engaged = {finding.rule.key for finding in decision.findings if finding.outcome is Outcome.ENGAGED}
    return set(failure.rules) <= engaged


def _lines(proofs: Sequence[Proof], confirmed: dict[int, bool | None]) -> Iterator[str]:
    of = ""
    for proof in proofs:
        if proof.of != of:
            of = proof.of
            yield from ("", of) if proof is not proofs[0] else (of,)
        verdict = "FAILS " if proof.failures else "proved"
        told = f"{proof.claim} ({proof.proved}): {proof.says}"
        yield from wrap(told, width(), initial_indent=f"  {verdict}  ", subsequent_indent=" " * 10)
        if proof.not_held:
            yield from wrap(proof.not_held, width(), initial_indent=" " * 10 + "- ", subsequent_indent=" " * 12)
        for failure in proof.failures:
            yield from _failure(failure, confirmed[id(failure)])
    failed = sum(len(proof.failures) for proof in proofs)
    yield ""
    yield f"{_counted(len(proofs), 'claim')}, {_counted(failed, 'failure')}"


def _failure(failure: Failure, confirmed: bool | None) -> Iterator[str]:
    yield f"    {failure.place}:" if failure.place is not None else ""
    yield from wrap(failure.message, width(), initial_indent="      ", subsequent_indent="      ")
    if failure.case:
        seen = {True: ", which the engine comes to when it decides it", False: ", as far as a file can say it"}
        yield f"      such a case{seen.get(confirmed, '') if confirmed is not None else ''}:"
        yield indent(failure.case.rstrip("\n"), " " * 8)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _as_data(proofs: Sequence[Proof], confirmed: dict[int, bool | None]) -> dict[str, Any]:
    return {
        "claims": len(proofs),
        "failures": sum(len(proof.failures) for proof in proofs),
        "proofs": [
            {
                "of": proof.of,
                "claim": proof.claim,
                "says": proof.says,
                "proved": proof.proved,
                "holds": not proof.failures,
                "not_held": proof.not_held,
                "failures": [_failure_as_data(each, confirmed[id(each)]) for each in proof.failures],
            }
            for proof in proofs
        ],
    }


def _failure_as_data(failure: Failure, confirmed: bool | None) -> dict[str, Any]:
    return {
        "message": failure.message,
        "file": failure.place.file if failure.place is not None else None,
        "line": failure.place.line if failure.place is not None else None,
        "day": failure.day.isoformat() if failure.day is not None else None,
        "facts": failure.facts,
        "rules": [f"{pack}:{rule}" for pack, rule in failure.rules],
        "case": failure.case,
        "decided_so": confirmed,
    }
