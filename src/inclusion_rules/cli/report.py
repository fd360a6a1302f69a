"""`inclusion-rules report`: the report of a run written again, or somewhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.cli.asking import Pathways
from inclusion_rules.cli.errors import Exit
from inclusion_rules.cli.showing import note, show


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to write it; report.html of the run if left out."),
    ] = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option(
            "--rules", metavar="FOLDER", help="The packs that the run was decided by, if not those that ship."
        ),
    ] = None,
    pathways: Pathways = None,
) -> int:
    """Write the report of a run: one web page that opens offline, prints, and has a table behind every picture.

    The same run under the same law gives the same bytes.

    \b
    Example:
      inclusion-rules report runs/first --out first.html
    """
    from inclusion_rules.cli.naming_packs import law_of
    from inclusion_rules.reporting.run_report import REPORT, report_of

    page = report_of(run, rulebook=law_of(rules, pathways))
    place = out if out is not None else run / REPORT
    show(page, out=place)
    note(f"written to {place}")
    return Exit.FINE
