"""The one place that prints: results to standard output or a file, messages to standard error.

Knows terminals, encodings, colour and full disks; knows nothing of what is shown.
"""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from pathlib import Path
from typing import IO

from inclusion_rules.errors import InclusionRulesError

WIDTH_OF_A_PAGE = 100
_WIDEST = 140
_IN_ASCII = str.maketrans(
    {
        "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "·": "-", "×": "x", "£": "GBP ",
        "§": "s.", "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "≤": "<=", "≥": ">=", "→": "->",
        "½": ".5",
    }
)  # fmt: skip


class OutputError(InclusionRulesError):
    """A result that could not be written where it was wanted."""


class ReaderGoneError(InclusionRulesError):
    """Standard output was closed by whoever read it, as `head` does; nothing is wrong."""


def show(result: str | bytes, *, out: Path | None = None) -> None:
    """Write a result to standard output, or to a file.

    Raises:
        OutputError: there is nowhere to write to, or no room.
        ReaderGoneError: the reader has closed its end.
    """
    if out is not None:
        write_file(result, out)
        return
    stream = sys.stdout
    if stream is None:
        raise OutputError("there is no standard output to write to")
    try:
        if isinstance(result, bytes):
            stream.flush()
            binary = getattr(stream, "buffer", None)
            if binary is None:
                stream.write(result.decode("utf-8"))
            else:
                binary.write(result)
                binary.flush()
        else:
            stream.write(readable(result, stream))
        stream.flush()
    except BrokenPipeError as error:
        raise ReaderGoneError("whoever was reading has read enough") from error
    except OSError as error:
        raise OutputError(f"standard output cannot be written: {error.strerror or error}") from error


def write_file(result: str | bytes, path: Path) -> None:
    """Write a result to a file, as UTF-8. What was there stays until all of it is written.

    Raises:
        OutputError: the file cannot be written, or the disk is full.
    """
    content = result.encode("utf-8", "replace") if isinstance(result, str) else result
    try:
        if path.is_file() or not path.exists():
            _write_whole(content, path.resolve())
        else:
            path.write_bytes(content)
    except (OSError, ValueError) as error:
        reason = "it is a folder" if path.is_dir() else getattr(error, "strerror", None) or str(error)
        raise OutputError(f"`{path}` cannot be written: {reason}") from error


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, where they are not there yet.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "a file of that name is in the way" if folder.exists() else error.strerror or str(error)
        raise OutputError(f"the folder `{folder}` cannot be made: {reason}") from error


def _write_whole(content: bytes, path: Path) -> None:
    beside = path.with_name(f".{os.getpid()}.partial")
    try:
        beside.write_bytes(content)
        if path.exists():
            shutil.copymode(path, beside)
            with path.open("ab"):
                pass  # What may not be written is not replaced either.
        os.replace(beside, path)
    except PermissionError:
        if beside.exists():
            raise
        path.write_bytes(content)  # Nothing may be made in this folder; the file itself may be there to be written.
    finally:
        beside.unlink(missing_ok=True)


def note(message: str) -> None:
    """Say something to the person at the keyboard, on standard error."""
    stream = sys.stderr
    if stream is None:
        return
    try:
        stream.write(readable(message if message.endswith("\n") else f"{message}\n", stream))
        stream.flush()
    except OSError:
        return


def readable(text: str, stream: IO[str]) -> str:
    """The text in signs that a stream's encoding can take: near equivalents where it lacks one."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        plain = unicodedata.normalize("NFKD", text.translate(_IN_ASCII))
        spelled = "".join(sign for sign in plain if not unicodedata.combining(sign))
        return spelled.encode(encoding, "replace").decode(encoding)
    except LookupError:
        return text.encode("ascii", "replace").decode("ascii")
    return text


def wants_colour(out: Path | None = None) -> bool:
    """Whether colour helps: on a terminal that shows it, and nobody has said no (`NO_COLOR`)."""
    if out is not None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout is not None and sys.stdout.isatty()


def width() -> int:
    """How many characters fit in a line: those of the terminal, or of a page where there is none."""
    if sys.stdout is not None and sys.stdout.isatty():
        return min(shutil.get_terminal_size((WIDTH_OF_A_PAGE, 24)).columns, _WIDEST)
    return WIDTH_OF_A_PAGE
