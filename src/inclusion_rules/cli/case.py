"""`inclusion-rules case`: decides one case file as of a day and shows the result in the form that was asked for."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.casework.agreement import DisagreementError, Executor
from inclusion_rules.casework.deciding import decide
from inclusion_rules.cli.asking import About, AsOf, KnownOn, Out, Pathways, Rules, one_of, today
from inclusion_rules.cli.errors import Exit
from inclusion_rules.cli.named_cases import CaseFileOrStore, CaseOfStore, named_case
from inclusion_rules.cli.naming_packs import law_of
from inclusion_rules.cli.second_engine import note_restarts, second_opinion
from inclusion_rules.cli.showing import note, show, wants_colour, width
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.findings import Decision
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import UnknownNameError

DEFINITION, DURABLE_RULES = "definition", "durable-rules"


def case(
    place: CaseFileOrStore,
    case: CaseOfStore = None,
    as_of: AsOf = None,
    about: About = None,
    known_on: KnownOn = None,
    rules: Rules = None,
    pathways: Pathways = None,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            parser=one_of("human", "json", "ics", "html"),
            metavar="human|json|ics|html",
            help="A timetable, data, a calendar feed or a web page.",
        ),
    ] = "human",
    out: Out = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show standing duties, powers, every citation and reading as well.")
    ] = False,
    certificates: Annotated[
        bool, typer.Option("--certificates", help="With JSON: list the days of every deadline.")
    ] = False,
    engine: Annotated[
        str,
        typer.Option(
            "--engine",
            parser=one_of(DEFINITION, DURABLE_RULES),
            metavar="definition|durable-rules",
            help="Which engine decides; durable-rules beside the definition, and only what both say is shown.",
        ),
    ] = DEFINITION,
) -> int:
    """Decide a case as of a day: its stage, who owes what by when, and what may come next.

    With --known-on: what the file said of that day to somebody who looked at it then.

    \b
    Example:
      inclusion-rules case examples/leicestershire_permanent_exclusion.yaml --as-of 2025-02-10
    """
    executor = None if engine == DEFINITION else second_opinion()
    rulebook = law_of(rules, pathways)
    named = named_case(place, case, rulebook, known_on=known_on)
    try:
        decision = decision_on(
            named.record, rulebook, as_of=as_of or today(), about=about, known_on=named.known_on, engine=executor
        )
    except DisagreementError as disagreement:
        note(f"{disagreement}")
        return Exit.DID_NOT_MATCH
    if executor is not None:
        note_restarts()
    decision, record = named.warned(decision), named.known
    show(
        rendered(decision, record, rulebook, format=format, out=out, details=everything, certificates=certificates),
        out=out,
    )
    return Exit.FINE


def decision_on(
    record: CaseRecord,
    rulebook: Rulebook,
    *,
    as_of: date,
    about: date | None,
    known_on: date | None,
    engine: Executor | None = None,
) -> Decision:
    """Decide, telling an `--about` that names no exclusion as the slip of the keyboard that it is."""
    try:
        return decide(record, rulebook, as_of=as_of, about=about, known_on=known_on, engine=engine)
    except UnknownNameError as error:
        if about is None or error.name != about.isoformat():
            raise
        hint = f"; did you mean {error.nearest}?" if error.nearest else ""
        raise typer.BadParameter(f"no exclusion of this case is dated {about.isoformat()}{hint}") from None


def rendered(
    decision: Decision,
    record: CaseRecord,
    rulebook: Rulebook,
    *,
    format: str,
    out: Path | None = None,
    details: bool = False,
    certificates: bool = False,
) -> str | bytes:
    """A decision in one of the forms in which it can be shown."""
    if format == "json":
        return as_json(decision, certificates_from=record if certificates else None)
    from inclusion_rules.reporting.case_page import case_page

    page = case_page(decision, record=record, rulebook=rulebook)
    if format == "ics":
        from inclusion_rules.reporting.calendar_feed import case_as_ics

        return case_as_ics(page)
    if format == "html":
        from inclusion_rules.reporting.case_html import case_as_html

        return case_as_html(page)
    from inclusion_rules.reporting.timetable import timetable

    return timetable(page, colour=wants_colour(out), width=width(), details=details)


def as_json(decision: Decision, *, certificates_from: CaseRecord | None = None) -> str:
    """A decision as JSON text."""
    from inclusion_rules.reporting.case_json import case_as_data

    told = case_as_data(decision, certificates_from=certificates_from)
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
