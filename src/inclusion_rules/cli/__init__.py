"""The command line: `inclusion-rules COMMAND …`.

Knows which commands there are and which module each one lives in, and imports only the one that is asked for, because
whoever types a command waits for it. What a command does is its own module; how failures end is `cli.errors`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec

from inclusion_rules.cli.errors import Exit, UsageError, code_for, quietly
from inclusion_rules.cli.showing import note, show
from inclusion_rules.errors import nearest_word

PROGRAM = "inclusion-rules"
COMMANDS = {
    "demo": "decide a real-shaped example case and show what comes of it",
    "case": "decide a case as of a day: stage, obligations with deadlines, what may come next",
    "explain": "why a rule applies to a case or does not, with its law and its working",
    "deadline": "count one deadline and show every day of it",
    "diagram": "draw a pathway as it runs, as Mermaid text or as an SVG file",
    "bundle": "put a case together for a hearing, as one web page that checks itself",
    "draft": "draft a notice or letter, what is missing named and every item with its law",
    "check-notice": "which required items a notice that came in has, and which it lacks",
    "audit": "verify a store of live cases: every chain, every case replayed",
    "caseload": "everything owed over all live cases of a store, the most pressing first",
    "move": "move stored cases to other law, with what that changes for each",
    "simulate": "draw a cohort from a plan, decide every case of it, and keep the run",
    "replay": "decide a table of real cases: who was in breach, of what, by how many school days",
    "export": "a run, a store or a case as an event log: XES, OCEL, CSV or Parquet",
    "report": "the report of a run: one web page with pictures, and a table behind each",
    "compare": "hold two runs against each other: what differs, for how many, and why",
    "experiment": "try a change of plan or law on the same cases, several times over",
    "commitments": "what authorities have promised of their own practice, held against figures",
    "check": "read packs, pathways, calendars and cases; tell every problem at once",
    "diff": "what an edit of the law changes, in words, exactly, and for which cases",
    "test": "run the worked examples that stand beside the rules",
    "prove": "prove packs and pathways over every case there can be, with counter-examples",
    "schema": "the editor schema of a kind of file",
    "docs": "the handbook of the packs: rules, facts, parameters, events, roles, pathways",
}
"""Every command, in the order of listing; each is the function of that name in the module of that name."""

_INTERRUPTED = 130
"""What the option parser answers when a command was interrupted."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; nothing that goes wrong leaves by any other way."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(arguments)
        quietly(sys.stdout)
    except (Exception, KeyboardInterrupt) as problem:
        code = code_for(problem, arguments)
    return code


def _run(arguments: list[str]) -> int:
    first = arguments[0] if arguments else ""
    if first == "help" and len(arguments) > 1:
        return _run([arguments[1], "--help"])
    if first in ("--help", "-h", "help"):
        show(_overview())
        return Exit.FINE
    if first in ("--version", "-V"):
        show(f"{PROGRAM} {_version()}\n")
        return Exit.FINE
    if not first:
        note(_overview())
        return Exit.USAGE
    if first not in COMMANDS:
        kind = "an option" if first.startswith("-") else "a command"
        near = nearest_word(first, [*COMMANDS, "--help", "--version"])
        hint = f"; did you mean `{near}`?" if near else "."
        raise UsageError(f"`{first}` is not {kind} of {PROGRAM}{hint} `{PROGRAM} --help` lists them all.")
    if find_spec(_module(first)) is None:
        note(f"`{first}` is not part of this version of {PROGRAM}")
        return Exit.COULD_NOT_RUN
    function: Callable[..., object] = getattr(import_module(_module(first)), first.replace("-", "_"))
    return _called(first, function, arguments[1:])


def _called(name: str, function: Callable[..., object], arguments: list[str]) -> int:
    """Run a command's function on its arguments as they were typed."""
    import typer

    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.command(name)(function)
    command = typer.main.get_command(app)
    answer = command.main(arguments, prog_name=f"{PROGRAM} {name}", standalone_mode=False)
    if answer == _INTERRUPTED:
        raise KeyboardInterrupt
    return answer if isinstance(answer, int) else Exit.FINE


def _module(command: str) -> str:
    """The module of a command; a hyphen of its name is an underscore there."""
    return f"{__name__}.{command.replace('-', '_')}"


def _overview() -> str:
    there = {name: says for name, says in COMMANDS.items() if find_spec(_module(name)) is not None}
    listed = "".join(f"  {name:<14}{says}\n" for name, says in there.items())
    return (
        f"usage: {PROGRAM} COMMAND [ARGUMENT...]\n\n{listed}\n"
        f"`{PROGRAM} COMMAND --help` says more, with an example. To begin: `{PROGRAM} demo`\n"
        "Results go to standard output, messages to standard error. Exit codes: 0 fine, 1 could not run,\n"
        "2 wrong usage, 3 a file is invalid, 4 a scenario or proof failed, 5 an audit did not match.\n"
    )


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("inclusion-rules")
    except PackageNotFoundError:
        return "(run from its source, not installed)"
