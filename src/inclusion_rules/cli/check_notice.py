"""`inclusion-rules check-notice`: which of the items that the law requires a notice that came in has, and which not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.casework.opening import open_case
from inclusion_rules.cli.asking import About, AsOf, HumanOrJson, Pathways, Rules, today
from inclusion_rules.cli.draft import chosen
from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.naming_packs import law_of, places_of
from inclusion_rules.cli.showing import show, width
from inclusion_rules.documents.check_page import check_as_text
from inclusion_rules.documents.checking import check_as_data
from inclusion_rules.documents.checking import check_notice as check_against
from inclusion_rules.documents.items import held_against
from inclusion_rules.documents.opening import open_documents
from inclusion_rules.errors import UnknownNameError
from inclusion_rules.loading.notice_files import check_names, load_notice
from inclusion_rules.vocabulary import identifier

USUAL = "parent notice"
"""What a notice in words is taken for where nobody says: the one that a family is sent."""


def check_notice(
    case_file: Annotated[Path, typer.Argument(metavar="CASEFILE", help="The case, a YAML or JSON file.")],
    notice_file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="The notice: .yaml or .json item by item, or its words as .txt or .html."),
    ],
    document: Annotated[
        str | None,
        typer.Option("--document", metavar="DOCUMENT", help=f"What a notice in words is; `{USUAL}` if left out."),
    ] = None,
    as_of: AsOf = None,
    about: About = None,
    rules: Rules = None,
    pathways: Pathways = None,
    format: HumanOrJson = "human",
) -> int:
    """Check the contents of a notice that came in: which required items it has, which it lacks, and by which law.

    \b
    Example:
      inclusion-rules check-notice examples/leicestershire_permanent_exclusion.yaml letter.txt --as-of 2025-01-14
    """
    rulebook = law_of(rules, pathways)
    record = open_case(case_file, rulebook)
    documents = open_documents(rulebook, record.packs, rules=places_of(rules))
    notice = load_notice(notice_file)
    if document is not None and notice.document is not None and identifier(document) != notice.document:
        raise UsageError(f"the file says that it is `{notice.document}`, and `--document` says `{document}`")
    definition = chosen(documents, document or notice.document or USUAL)
    check_names(notice, notice_file, definition)
    try:
        held = held_against(definition, record, rulebook, as_of=as_of or today(), about=about)
    except UnknownNameError as error:
        raise UsageError(str(error)) from None
    check = check_against(notice, held)
    if format == "json":
        show(json.dumps(check_as_data(check), indent=2, ensure_ascii=False) + "\n")
    else:
        show(check_as_text(check, width=width()))
    return Exit.FINE
