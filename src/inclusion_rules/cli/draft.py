"""`inclusion-rules draft`: a notice or letter for a case, with what is missing named and every item's provision."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.cli.asking import About, AsOf, KnownOn, Out, Pathways, Rules, a_day, one_of, today
from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.named_cases import CaseFileOrStore, CaseOfStore, named_case
from inclusion_rules.cli.naming_packs import law_of, places_of
from inclusion_rules.cli.showing import show
from inclusion_rules.documents.draft_data import draft_as_data
from inclusion_rules.documents.drafting import Draft, draft_document
from inclusion_rules.documents.laying_out import draft_as_html, draft_as_text
from inclusion_rules.documents.opening import open_documents
from inclusion_rules.documents.sending import Sending, SendingError
from inclusion_rules.domain.document_items import DocumentDefinition
from inclusion_rules.errors import UnknownNameError
from inclusion_rules.loading.notice_files import load_answers
from inclusion_rules.vocabulary import identifier, words

SERVED_BY = ("delivered", "first class post", "email")
Templates = Annotated[
    Path | None,
    typer.Option(
        "--templates",
        metavar="FOLDER",
        exists=True,
        file_okay=False,
        help="Templates that take the place of the packs' own, file by file.",
    ),
]


def draft(
    place: CaseFileOrStore,
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="Which document, such as `parent notice`.")],
    case: CaseOfStore = None,
    as_of: AsOf = None,
    about: About = None,
    known_on: KnownOn = None,
    rules: Rules = None,
    pathways: Pathways = None,
    format: Annotated[
        str,
        typer.Option(
            "--format", parser=one_of("text", "html", "json"), metavar="text|html|json", help="How to write it."
        ),
    ] = "text",
    answers: Annotated[
        Path | None,
        typer.Option("--answers", metavar="FILE", help="Answers to what no record holds, a YAML or JSON file."),
    ] = None,
    sent_on: Annotated[
        date | None,
        typer.Option("--sent-on", parser=a_day, metavar="DATE", help="The day on which it is going to be sent."),
    ] = None,
    served_by: Annotated[
        str | None,
        typer.Option(
            "--served-by",
            parser=one_of(*SERVED_BY, *map(identifier, SERVED_BY)),
            metavar="WAY",
            help="How it is going to be sent: delivered, first_class_post or email.",
        ),
    ] = None,
    templates: Templates = None,
    out: Out = None,
) -> int:
    """Draft a notice or letter: what the record holds is filled in, what it lacks is named and left blank.

    \b
    Example:
      inclusion-rules draft examples/leicestershire_permanent_exclusion.yaml parent_notice --as-of 2025-01-13
    """
    if served_by is not None and sent_on is None:
        raise typer.BadParameter("`--served-by` says how it is sent on a day; give that day with `--sent-on`")
    rulebook = law_of(rules, pathways)
    record = named_case(place, case, rulebook, known_on=known_on).known
    definition = chosen(open_documents(rulebook, record.packs, rules=places_of(rules), templates=templates), document)
    try:
        drafted = draft_document(
            definition,
            record,
            rulebook,
            as_of=as_of or today(),
            about=about,
            answers=load_answers(answers, definition) if answers is not None else None,
            sending=Sending(sent_on, identifier(served_by) if served_by else None) if sent_on is not None else None,
        )
    except (UnknownNameError, SendingError) as error:
        raise UsageError(str(error)) from None
    show(written(drafted, format), out=out)
    return Exit.FINE


def chosen(documents: dict[str, DocumentDefinition], name: str) -> DocumentDefinition:
    """The document that was asked for by name, with spaces or underscores."""
    found = documents.get(identifier(name))
    if found is None:
        listed = ", ".join(f"`{words(one)}`" for one in sorted(documents))
        error = UnknownNameError("document", name, [*documents, *map(words, documents)])
        told = str(error) if str(error).endswith("?") else f"{error}."
        raise UsageError(f"{told} The packs of this case have: {listed or 'none'}")
    return found


def written(drafted: Draft, form: str) -> str:
    """A draft in one of the forms in which it can be written."""
    if form == "json":
        return json.dumps(draft_as_data(drafted), indent=2, ensure_ascii=False) + "\n"
    return draft_as_html(drafted) if form == "html" else draft_as_text(drafted)
