"""`inclusion-rules docs`: the handbook of the packs, made from what decides."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.naming_packs import law_of
from inclusion_rules.cli.showing import make_folder, note, show, write_file
from inclusion_rules.errors import UnknownNameError
from inclusion_rules.reporting.handbook import pages
from inclusion_rules.reporting.pathway_pages import pathway_pages


def docs(
    page: Annotated[
        str | None,
        typer.Argument(metavar="[PAGE]", help="The page to show, such as `rules`; without it, all are listed."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write all, or the one asked for, to this folder."),
    ] = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", metavar="DIR", help="Describe these packs instead of those that ship."),
    ] = None,
    pathways: Annotated[
        list[Path] | None, typer.Option("--pathways", metavar="DIR", help="The pathways that go with them.")
    ] = None,
) -> int:
    """Show the handbook of the packs as Markdown: rules, facts, parameters, events, roles, and pathways with drawings.

    \b
    Example:
      inclusion-rules docs --out handbook
    """
    law = law_of(rules, pathways)
    made = {**pages(law), **pathway_pages(law)}
    names = [name.removesuffix(".md") for name in made if name.endswith(".md")]
    if page is not None and page not in names:
        raise UsageError(str(UnknownNameError("page of the handbook", page, names)))
    if out is None:
        show(made[f"{page}.md"] if page is not None else "".join(f"{name}\n" for name in names))
        return Exit.FINE
    wanted = [name for name in made if page is None or name == f"{page}.md" or name.startswith(f"{page}/")]
    for name in wanted:
        make_folder((out / name).parent)
        write_file(made[name], out / name)
    note(f"{len(wanted)} file{'' if len(wanted) == 1 else 's'} written to {out}")
    return Exit.FINE
