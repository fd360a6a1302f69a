"""`inclusion-rules commitments`: what authorities have promised of their own practice, held against figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.cli.asking import AsOf, HumanOrJson, Out, today
from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.naming_packs import law_of
from inclusion_rules.cli.showing import show, width
from inclusion_rules.errors import UnknownNameError
from inclusion_rules.reporting.commitments import FiguresOfALaterDayError, register
from inclusion_rules.vocabulary import identifier


def commitments(
    packs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PACK]...",
            help="Whose commitments; if left out, those of the pack that the figures are of, else of every pack.",
        ),
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option("--figures", metavar="FILE", help="What the authority knows of itself, in a file of figures."),
    ] = None,
    as_of: AsOf = None,
    format: HumanOrJson = "human",
    out: Out = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", metavar="FOLDER", help="The packs to read, if not those that ship."),
    ] = None,
) -> int:
    """What authorities have promised: kept, not kept or not known, what is missing, and which milestones are past.

    With figures and no `--as-of`, everything stands as on the day of the figures.

    \b
    Example:
      inclusion-rules commitments suffolk --figures examples/suffolk_figures.yaml
    """
    rulebook = law_of(rules)
    known = None
    if figures is not None:
        from inclusion_rules.loading.figure_files import load_figures

        known = load_figures(figures, rulebook)
    day = as_of or (known.on if known is not None else today())
    try:
        found = register(rulebook, [identifier(name) for name in packs or ()], as_of=day, figures=known)
    except (UnknownNameError, FiguresOfALaterDayError) as error:
        raise UsageError(str(error)) from None
    if format == "json":
        from inclusion_rules.reporting.commitments_json import register_as_json

        show(register_as_json(found), out=out)
    else:
        from inclusion_rules.reporting.commitments_text import register_as_text

        show(register_as_text(found, width=width()), out=out)
    return Exit.FINE
