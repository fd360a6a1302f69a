"""`inclusion-rules audit`: whether a store of live cases is what was written to it, and where it first is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.cli.asking import HumanOrJson, Out
from inclusion_rules.cli.errors import Exit
from inclusion_rules.cli.showing import note, show

if TYPE_CHECKING:
    from inclusion_rules.records.auditing import AuditReport

DIGEST_LENGTH = len("sha256:") + 64


def audit(
    store: Annotated[str, typer.Argument(metavar="STORE", help="A file, or postgresql+psycopg://USER@HOST/DATABASE.")],
    format: HumanOrJson = "human",
    expect: Annotated[
        str | None,
        typer.Option("--expect", metavar="DIGEST", help="The digest that the store must have, from an earlier audit."),
    ] = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", metavar="FOLDER", help="The packs the cases are pinned to, if not those that ship."),
    ] = None,
    pathways: Annotated[
        list[Path] | None, typer.Option("--pathways", metavar="FOLDER", help="The pathways that go with them.")
    ] = None,
    out: Out = None,
) -> int:
    """Verify the chain of every case, replay every case, and tell the first difference with its exact place.

    \b
    Example:
      inclusion-rules audit cases.db
    """
    if expect is not None:
        expect = a_digest(expect)
    try:
        from inclusion_rules.records.auditing import audit_store
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("sqlalchemy", "alembic"):
            raise
        note("stores need SQLAlchemy and Alembic; install them with `pip install inclusion-rules[store]`")
        return Exit.COULD_NOT_RUN
    if "://" not in store and Path(store).is_dir():
        note(f"`{store}` is a folder; expected a store, which is one file, or the address of a database")
        return Exit.COULD_NOT_RUN
    report = audit_store(store, open_rulebook(rules or (), pathways or ()), expected=expect)
    told = report_as_data(report)
    text = json.dumps(told, indent=2, ensure_ascii=False) + "\n" if format == "json" else in_words(told)
    show(text, out=out)
    return Exit.FINE if report.matches else Exit.DID_NOT_MATCH


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
        place = "the store" if first["case"] is None else f"case {first['case']}"
        entry = "" if first["entry"] is None else f", entry {first['entry']}"
        lines += ["NOT as it was written", f"  {place}{entry}, {first['field']}: {first['says']}"]
        if told["other_differences"]:
            lines.append(f"  and {_counted(told['other_differences'], 'other difference')}")
    if told["digest"]:
        lines.append(f"digest: {told['digest']}")
    return "\n".join(lines) + "\n"


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
