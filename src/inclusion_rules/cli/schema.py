"""`inclusion-rules schema`: the JSON Schema of a kind of file, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.naming_packs import law_of
from inclusion_rules.cli.showing import make_folder, note, show, write_file
from inclusion_rules.errors import UnknownNameError
from inclusion_rules.loading.schema import KINDS, schema_of


def schema(
    kind: Annotated[
        str | None, typer.Argument(metavar="[KIND]", help="The kind of file; without it, the kinds are listed.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write all, or the one asked for, to this folder."),
    ] = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", metavar="DIR", help="Take the names from these packs instead of those that ship."),
    ] = None,
) -> int:
    """Show the editor schema of a kind of file: rule, parameter, facts, case and so on.

    \b
    Example:
      inclusion-rules schema --out .schemas
    """
    if kind is None and out is None:
        show("".join(f"{name}\n" for name in KINDS))
        return Exit.FINE
    rulebook = law_of(rules)
    try:
        drawn = {name: schema_of(name, rulebook) for name in ([kind] if kind is not None else KINDS)}
    except UnknownNameError as error:
        raise UsageError(str(error)) from None
    if out is None:
        show("".join(_text(each) for each in drawn.values()))
        return Exit.FINE
    make_folder(out)
    for name, each in drawn.items():
        write_file(_text(each), out / f"{name}.schema.json")
    note(f"{len(drawn)} schema{'' if len(drawn) == 1 else 's'} written to {out}")
    return Exit.FINE


def _text(drawn: object) -> str:
    return json.dumps(drawn, indent=2, ensure_ascii=False) + "\n"
