"""`inclusion-rules compare`: two runs held against each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.cli.asking import Pathways, one_of
from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.showing import show, width


def compare(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN RUN", help="The folders of two runs; of several pairs, one pair after another."),
    ],
    cases: Annotated[bool, typer.Option("--cases", help="Name every case that came out differently.")] = False,
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", metavar="FOLDER", help="The packs that plans are read by and words are taken from."),
    ] = None,
    pathways: Pathways = None,
    format: Annotated[
        str,
        typer.Option(
            "--format", parser=one_of("human", "json", "html"), metavar="human|json|html", help="In which form."
        ),
    ] = "human",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write to a file.")] = None,
) -> int:
    """Hold two runs against each other: what differs, how surely, for which cases, and at what first.

    Runs of the same plan, seed and number of cases drew the same cases, and are compared case by case.

    \b
    Example:
      inclusion-rules compare runs/as_it_is runs/changed --cases
    """
    from inclusion_rules.cli.naming_packs import law_of
    from inclusion_rules.reporting.comparison_json import comparison_as_data
    from inclusion_rules.reporting.comparison_page import ComparisonPage, comparison_as_html
    from inclusion_rules.reporting.comparison_text import comparison_as_text
    from inclusion_rules.simulation import comparing

    if len(runs) < 2 or len(runs) % 2:
        raise UsageError(
            f"runs are compared in pairs, and {len(runs)} of them make none: name a first and a second run"
        )
    rulebook = law_of(rules, pathways)
    opened = [comparing.ComparedRun.open(path, rulebook) for path in runs]
    pairs = list(zip(opened[::2], opened[1::2], strict=True))
    page = ComparisonPage(comparing.compare(pairs), rulebook)
    if format == "html":
        show(comparison_as_html(page), out=out)
    elif format == "json":
        data = comparison_as_data(page, every_case=cases)
        show(json.dumps(data, indent=2, ensure_ascii=False) + "\n", out=out)
    else:
        show(comparison_as_text(page, width=width(), every_case=cases), out=out)
    return Exit.FINE
