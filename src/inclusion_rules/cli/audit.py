"""`inclusion-rules audit`: whether a store of live cases or its log is what was written, and where it first is not."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inclusion_rules.cli.asking import AsOf, HumanOrJson, Out, Pathways, a_count, today
from inclusion_rules.cli.errors import Exit
from inclusion_rules.cli.naming_packs import law_of
from inclusion_rules.cli.second_engine import note_restarts, second_opinion
from inclusion_rules.cli.showing import note, show
from inclusion_rules.domain.wording import in_words as value_in_words

if TYPE_CHECKING:
    from inclusion_rules.records.auditing import AuditReport
    from inclusion_rules.records.deciding_again import DecidedAgain

DIGEST_LENGTH = len("sha256:") + 64


def audit(
    store: Annotated[
        str,
        typer.Argument(
            metavar="STORE_OR_LOG",
            help="A file, or postgresql+psycopg://USER@HOST/DATABASE; or a log written by `export --as log`, "
            "or the folder of a simulated run.",
        ),
    ],
    format: HumanOrJson = "human",
    expect: Annotated[
        str | None,
        typer.Option("--expect", metavar="DIGEST", help="The digest that the store must have, from an earlier audit."),
    ] = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", metavar="FOLDER", help="The packs the cases are pinned to, if not those that ship."),
    ] = None,
    pathways: Pathways = None,
    twice: Annotated[
        bool, typer.Option("--second-opinion", help="Decide every case by durable-rules as well, and compare.")
    ] = False,
    as_of: AsOf = None,
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample",
            parser=a_count,
            metavar="N",
            help="Of a run: replay so many of its cases, the same ones each time.",
        ),
    ] = None,
    out: Out = None,
) -> int:
    """Verify the chain of every case, replay every case, and tell the first difference with its exact place.

    The log of a store is verified and replayed like the store itself. With --second-opinion every case is decided again
    by another engine, as of a day. Of a simulated run a sample of cases (or all) is decided alone, from the run's own
    files, and held against what the run says of it.

    \b
    Example:
      inclusion-rules audit cases.db
    """
    if "://" not in store and Path(store).is_dir():
        from inclusion_rules.cli.audit_run import audit_of_a_run

        if expect is not None or as_of is not None:
            raise typer.BadParameter(
                "`--expect` and `--as-of` are for stores; a run says as of which day it was decided"
            )
        return audit_of_a_run(Path(store), sample, law_of(rules, pathways), twice, format, out)
    if "://" not in store and Path(store).suffix.lower() in (".yaml", ".yml"):
        raise typer.BadParameter(
            f"`{store}` is named as a case file is, which keeps no hashes; `audit` takes a store, its log or a run"
        )
    if sample is not None:
        raise typer.BadParameter("`--sample` is for the folder of a run; of a store every case is replayed")
    if as_of is not None and not twice:
        raise typer.BadParameter("`--as-of` is the day for `--second-opinion`; an audit without it looks at no day")
    if expect is not None:
        expect = a_digest(expect)
    try:
        from inclusion_rules.records.auditing import audit_store
        from inclusion_rules.records.case_logs import audit_log, is_log
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("sqlalchemy", "alembic"):
            raise
        note("stores need SQLAlchemy and Alembic; install them with `pip install inclusion-rules[store]`")
        return Exit.COULD_NOT_RUN
    again = decided_again(as_of or today()) if twice else None
    law = law_of(rules, pathways)
    if "://" not in store and is_log(Path(store)):
        report = audit_log(Path(store), law, expected=expect, again=again)
    else:
        report = audit_store(store, law, expected=expect, again=again)
    told = report_as_data(report)
    if again is not None:
        told["second_opinion"] = agreement_as_data(again)
        note_restarts()
    text = json.dumps(told, indent=2, ensure_ascii=False) + "\n" if format == "json" else in_words(told)
    show(text, out=out)
    return Exit.FINE if report.matches and (again is None or again.agrees) else Exit.DID_NOT_MATCH


def decided_again(as_of: date) -> DecidedAgain:
    """What every case is to be decided by once more, started, so that its absence is told before any work is done."""
    from inclusion_rules.records.deciding_again import DecidedAgain

    return DecidedAgain(second_opinion(), as_of)


def a_digest(text: str) -> str:
    """A digest as it is typed."""
    typed = text.strip().lower()
    digest = typed if typed.startswith("sha256:") else f"sha256:{typed}"
    if len(digest) != DIGEST_LENGTH or set(digest.removeprefix("sha256:")) - set("0123456789abcdef"):
        raise typer.BadParameter(
            f"`{text}` is not a digest; expected `sha256:` and 64 hexadecimal digits, as `audit` shows them"
        )
    return digest


def report_as_data(report: AuditReport) -> dict[str, Any]:
    """What an audit found, as JSON can hold it."""
    first = report.first
    return {
        "matches": report.matches,
        "digest": report.digest,
        "cases": report.cases,
        "entries": report.entries,
        "redacted_entries": report.redacted,
        "erased_cases": report.erased,
        "not_replayed": report.not_replayed,
        "first_difference": None
        if first is None
        else {"case": first.case_id, "entry": first.number, "field": first.field, "says": first.says},
        "other_differences": report.others,
    }


def agreement_as_data(again: DecidedAgain) -> dict[str, Any]:
    """How far the second engine agrees, as JSON can hold it."""
    told: dict[str, Any] = {
        "engine": again.executor.name,
        "as_of": again.as_of.isoformat(),
        "agrees": again.agrees,
        "cases": again.cases,
        "moments": again.moments,
        "findings": again.findings,
        "conditions": again.conditions,
        "disagreements": again.disagreements,
        "disagreeing_cases": again.disagreeing_cases,
        "first_disagreement": None,
        "not_compared": [{"case": case, "why": why} for case, why in again.without],
    }
    if again.first is not None:
        case, found = again.first
        told["first_disagreement"] = {
            "case": case,
            "rule": None if found.rule is None else found.rule.id,
            "pack": None if found.rule is None else found.rule.pack,
            "place": None if found.condition.span is None else str(found.condition.span),
            "about": None if found.about is None else found.about.isoformat(),
            "day": found.day.isoformat(),
            "definition": found.definition,
            again.executor.name: found.other,
            "facts": {name: value_in_words(value) for name, value in sorted(found.facts.items())},
            "in_words": found.in_words(again.executor.name),
        }
    return told


def in_words(told: dict[str, Any]) -> str:
    """What an audit found, for people to read."""
    lines = [f"{_counted(told['cases'], 'case')}, {_counted(told['entries'], 'entry', 'entries')}"]
    if told["redacted_entries"] or told["erased_cases"]:
        redacted = _counted(told["redacted_entries"], "entry", "entries")
        lines.append(f"redacted: {redacted}; erased: {_counted(told['erased_cases'], 'case')}")
    if told["not_replayed"]:
        lines.append(
            f"not replayed: {_counted(told['not_replayed'], 'case')} pinned to other versions of the law than the one "
            "at hand (`--rules`); their chains were verified"
        )
    first = told["first_difference"]
    if first is None:
        lines.append("everything is as it was written")
    else:
        whole = "the log" if first["field"] == "log" else "the store"
        place = whole if first["case"] is None else f"case {first['case']}"
        entry = "" if first["entry"] is None else f", entry {first['entry']}"
        lines += ["NOT as it was written", f"  {place}{entry}, {first['field']}: {first['says']}"]
        if told["other_differences"]:
            lines.append(f"  and {_counted(told['other_differences'], 'other difference')}")
    if told["digest"]:
        lines.append(f"digest: {told['digest']}")
    if "second_opinion" in told:
        lines += _agreement_in_words(told["second_opinion"])
    return "\n".join(lines) + "\n"


def _agreement_in_words(told: dict[str, Any]) -> list[str]:
    compared = (
        f"{_counted(told['cases'], 'case')} as of {told['as_of']}, {_counted(told['moments'], 'moment')}, "
        f"{_counted(told['findings'], 'finding')} and {_counted(told['conditions'], 'other condition')}"
    )
    lines = [f"second opinion: {told['engine']} decided {compared}"]
    if told["agrees"]:
        return [*lines, "  and agrees with the definition in all of them"]
    if told["first_disagreement"] is not None:
        places = f"{_counted(told['disagreements'], 'place')} in {_counted(told['disagreeing_cases'], 'case')}"
        lines += [f"  and DISAGREES in {places}; the first, in case {told['first_disagreement']['case']}:"]
        lines += [f"    {line}" for line in told["first_disagreement"]["in_words"].splitlines()]
    for missing in told["not_compared"]:
        lines.append(f"  NOT compared: case {missing['case']}: {missing['why']}")
    return lines


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
