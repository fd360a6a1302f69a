"""`inclusion-rules diagram`: a pathway as it runs, drawn for people or written down for tools that model processes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.cli.asking import Out, one_of
from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.showing import show
from inclusion_rules.errors import UnknownNameError
from inclusion_rules.reporting.bpmn import pathway_as_bpmn
from inclusion_rules.reporting.pathway_diagram import pathway_as_mermaid
from inclusion_rules.reporting.pathway_drawing import pathway_as_svg
from inclusion_rules.reporting.pnml import pathway_as_pnml
from inclusion_rules.vocabulary import identifier

_FORMS = {
    "mermaid": pathway_as_mermaid,
    "svg": pathway_as_svg,
    "bpmn": pathway_as_bpmn,
    "pnml": pathway_as_pnml,
}


def diagram(
    pathway: Annotated[str, typer.Argument(metavar="PATHWAY", help="The pathway, such as `permanent exclusion`.")],
    form: Annotated[
        str,
        typer.Option(
            "--as",
            parser=one_of(*_FORMS),
            metavar="|".join(_FORMS),
            help="Text for Mermaid, a drawing, BPMN 2.0, or a Petri net.",
        ),
    ] = "mermaid",
    pathways: Annotated[
        list[Path] | None,
        typer.Option(
            "--pathways", metavar="FOLDER", help="Use the pathways of this folder instead; may be given more than once."
        ),
    ] = None,
    out: Out = None,
) -> int:
    """Draw a pathway from the data that runs it: its stages in order, and every move with what it needs.

    \b
    Example:
      inclusion-rules diagram permanent_exclusion --as svg --out permanent_exclusion.svg
    """
    known = open_rulebook(pathways=pathways or ()).pathways
    found = known.get(identifier(pathway))
    if found is None:
        raise UsageError(str(UnknownNameError("pathway", identifier(pathway), known)))
    show(_FORMS[form](found), out=out)
    return Exit.FINE
