"""How a command ends when it cannot go on: an exit code, and a sentence for whoever has to put it right.

Every failure becomes one of the contract's exit codes; a traceback is never shown unless it is asked for.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from enum import IntEnum
from typing import IO, Any

from inclusion_rules.cli.showing import ReaderGoneError, note, show
from inclusion_rules.errors import Diagnostic, InclusionRulesError, InvalidFilesError

TRACEBACK_WANTED = "INCLUSION_RULES_TRACEBACK"
_NO_SUCH_FILE = "Y100"


class Exit(IntEnum):
    """What each exit code means."""

    FINE = 0
    COULD_NOT_RUN = 1
    USAGE = 2
    INVALID_FILE = 3
    FAILED = 4
    DID_NOT_MATCH = 5


class UsageError(InclusionRulesError):
    """The command was typed in a way it cannot follow."""


def code_for(problem: BaseException, arguments: Sequence[str]) -> int:
    """Say what went wrong, on standard error (or as data where JSON was asked for), and return the exit code."""
    if os.environ.get(TRACEBACK_WANTED) and not isinstance(problem, KeyboardInterrupt | ReaderGoneError):
        sys.excepthook(type(problem), problem, problem.__traceback__)
    match problem:
        case BrokenPipeError() | ReaderGoneError():
            quietly(sys.stdout)
            return Exit.FINE
        case KeyboardInterrupt():
            note("stopped")
            return Exit.COULD_NOT_RUN
        case InvalidFilesError():
            return _invalid(problem, arguments)
        case UsageError():
            note(f"{problem}")
            return Exit.USAGE
        case InclusionRulesError():
            note(f"{problem}")
            quietly(sys.stdout)
            return Exit.COULD_NOT_RUN
        case LookupError() if type(problem) is LookupError:
            note(f"{problem}: the law of that day is not kept here")
            return Exit.COULD_NOT_RUN
        case MemoryError() | RecursionError():
            note("this is more than can be worked out here: it ran out of memory, or is nested too deep")
            return Exit.COULD_NOT_RUN
        case _ if callable(getattr(problem, "format_message", None)):
            return _typed_wrongly(problem)
        case _ if type(problem).__name__ == "Abort":
            note("stopped")
            return Exit.COULD_NOT_RUN
        case _:
            note(
                f"this is a fault of inclusion-rules, not yours: {type(problem).__name__}: {problem}\n"
                f"With {TRACEBACK_WANTED}=1 it says where; please report that together with what you typed."
            )
            return Exit.COULD_NOT_RUN


def diagnostic_as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """One problem of a file as JSON can hold it."""
    return {
        "file": diagnostic.place.file,
        "line": diagnostic.place.line,
        "column": diagnostic.place.column,
        "width": diagnostic.place.width,
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "excerpt": diagnostic.excerpt,
        "help": diagnostic.help,
    }


def quietly(stream: IO[str] | None) -> None:
    """Flush a stream; where that fails, let what is left in it vanish, so that leaving says no more about it."""
    if stream is None:
        return
    try:
        stream.flush()
    except (OSError, ValueError):
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except (OSError, ValueError):
            return


def _invalid(problem: InvalidFilesError, arguments: Sequence[str]) -> int:
    if _wants_json(arguments):
        show(json.dumps([diagnostic_as_data(one) for one in problem.diagnostics], indent=2, ensure_ascii=False) + "\n")
    else:
        note("\n\n".join(one.rendered() for one in problem.diagnostics))
        count = len(problem.diagnostics)
        note(f"\n{count} problem{'' if count == 1 else 's'} found")
    unread = all(one.code == _NO_SUCH_FILE for one in problem.diagnostics)
    return Exit.COULD_NOT_RUN if unread else Exit.INVALID_FILE


def _wants_json(arguments: Sequence[str]) -> bool:
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(one == "--format=json" or (one == "--format" and two == "json") for one, two in pairs)


def _typed_wrongly(problem: Any) -> int:
    """A slip that the option parser found: its own message, with how the command is used."""
    context = getattr(problem, "ctx", None)
    if context is not None:
        note(context.get_usage())
        note(f"Try `{context.command_path} --help`.\n")
    note(f"{problem.format_message()}")
    return Exit.USAGE
