"""`inclusion-rules caseload`: the officer's morning, over all live cases of a store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.caseload.morning import QUIET_AFTER, WITHIN, Morning
from inclusion_rules.caseload.wanted import UnknownWishError, Wanted
from inclusion_rules.cli.asking import AsOf, Out, Pathways, Rules, a_count, one_of, today
from inclusion_rules.cli.errors import Exit
from inclusion_rules.cli.naming_packs import law_of
from inclusion_rules.cli.showing import note, show, wants_colour, width
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.reporting.caseload_text import TOP

_MOST_WORKERS = 8
_WORTH_TELLING = 500


def caseload(
    store: Annotated[
        str, typer.Argument(metavar="STORE", help="The store: a file, or the address of a database on PostgreSQL.")
    ],
    as_of: AsOf = None,
    bearer: Annotated[
        list[str] | None, typer.Option("--bearer", metavar="ROLE", help="Only what this role owes; may be repeated.")
    ] = None,
    school: Annotated[
        list[str] | None, typer.Option("--school", metavar="NAME", help="Only cases of this school; may be repeated.")
    ] = None,
    authority: Annotated[
        list[str] | None,
        typer.Option("--authority", metavar="A", help="Only cases of this authority, the school's or the pupil's own."),
    ] = None,
    pathway: Annotated[
        list[str] | None, typer.Option("--pathway", metavar="P", help="Only cases on this pathway; may be repeated.")
    ] = None,
    within: Annotated[
        int, typer.Option("--within", parser=a_count, metavar="N", help="Due soon: within so many school days.")
    ] = WITHIN,
    quiet_after: Annotated[
        int,
        typer.Option(
            "--quiet-after",
            parser=a_count,
            metavar="DAYS",
            help="Name cases in which nothing was recorded for so many days. A habit, no law.",
        ),
    ] = QUIET_AFTER,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            parser=one_of("human", "json", "csv", "ics"),
            metavar="human|json|csv|ics",
            help="A list to read, data, a table for a spreadsheet, or a calendar feed.",
        ),
    ] = "human",
    out: Out = None,
    everything: Annotated[
        bool, typer.Option("--all", help="List what is not pressing as well, such as what is due later.")
    ] = False,
    top: Annotated[
        int,
        typer.Option("--top", parser=a_count, metavar="N", help="List at most so many of each group; 0 lists all."),
    ] = TOP,
    bom: Annotated[
        bool, typer.Option("--bom", help="With csv: begin with the sign by which Excel knows UTF-8.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            parser=a_count,
            metavar="N",
            help="How many processes decide; if left out, one a processor.",
        ),
    ] = None,
    index: Annotated[
        Path | None,
        typer.Option("--index", metavar="FILE", help="Where the index is kept; beside the store if left out."),
    ] = None,
    rules: Rules = None,
    pathways: Pathways = None,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="Decide every case now, and neither read nor keep an index.")
    ] = False,
) -> int:
    """Everything owed over all live cases: what is late, what is due soon, what to raise, and which cases need a look.

    \b
    Example:
      inclusion-rules caseload cases.db --as-of 2025-02-10 --bearer governing_board
    """
    if afresh and index is not None:
        raise typer.BadParameter("`--afresh` keeps no index, so `--index` has no meaning beside it")
    if workers == 0:
        raise typer.BadParameter("somebody has to do the work; give `--workers` a number above 0, or leave it out")
    try:
        from inclusion_rules.caseload.caseload import Caseload
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("sqlalchemy", "alembic"):
            raise
        note("stores need SQLAlchemy and Alembic; install them with `pip install inclusion-rules[store]`")
        return Exit.COULD_NOT_RUN
    rulebook = law_of(rules, pathways)
    wanted = Wanted.asked(
        bearers=bearer or (), schools=school or (), authorities=authority or (), pathways=pathway or ()
    )
    own_rules = rulebook if rules or pathways else None
    with Caseload(store, rulebook=own_rules, index=index, keep=not afresh) as opened:
        try:
            morning = opened.morning(
                as_of or today(),
                wanted=wanted,
                within=within,
                quiet_after=quiet_after,
                workers=_processes() if workers is None else workers,
                progress=_progress,
            )
        except UnknownWishError as error:
            raise typer.BadParameter(str(error)) from None
        for notice in opened.notices:
            note(notice)
    shown = rendered(morning, rulebook, format=format, out=out, top=top or None, everything=everything, bom=bom)
    show(shown, out=out)
    return Exit.FINE


def rendered(
    morning: Morning,
    rulebook: Rulebook,
    *,
    format: str,
    out: Path | None = None,
    top: int | None = TOP,
    everything: bool = False,
    bom: bool = False,
) -> str | bytes:
    """A morning in one of the forms in which it can be shown."""
    if format == "json":
        from inclusion_rules.reporting.caseload_json import morning_as_json

        return morning_as_json(morning)
    if format == "csv":
        from inclusion_rules.reporting.caseload_csv import morning_as_csv

        # As bytes, so that nothing on the way turns its line ends into others.
        return morning_as_csv(morning, rulebook=rulebook, bom=bom).encode("utf-8")
    if format == "ics":
        from inclusion_rules.reporting.caseload_feed import morning_as_ics

        return morning_as_ics(morning, rulebook=rulebook)
    from inclusion_rules.reporting.caseload_text import morning_as_text

    return morning_as_text(
        morning, rulebook=rulebook, colour=wants_colour(out), width=width(), top=top, everything=everything
    )


def _processes() -> int:
    return min(os.cpu_count() or 1, _MOST_WORKERS)


def _progress(done: int, count: int) -> None:
    """Say how far it is, where it takes long enough to wonder."""
    if count >= _WORTH_TELLING and (done == count or done * 10 // count > (done - 40) * 10 // count):
        note(f"decided {done:,} of {count:,} cases")
