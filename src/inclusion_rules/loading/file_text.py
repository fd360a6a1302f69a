"""The bytes of a file as text that can be read safely: UTF-8, of sensible size, free of characters that hide.

Says where another encoding or another kind of file shows itself. Knows nothing of YAML or JSON beyond which characters
each may hold.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from itertools import islice

from inclusion_rules.errors import Diagnostic, InvalidFilesError
from inclusion_rules.loading.located_tree import Source, TreeFault
from inclusion_rules.source import Span

LARGEST_FILE = 2 * 1024 * 1024
"""The largest file that is read, in bytes of UTF-8."""

MOST_PROBLEMS = 100
"""How many problems of one file are told before the reading of it stops."""

_SAVE_AS_UTF8 = "save the file again as UTF-8 (in Notepad: Save as, Encoding: UTF-8)"
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_OTHER_KINDS = (
    (b"PK\x03\x04", "a zip, Excel or Word file"),
    (b"\xd0\xcf\x11\xe0", "an older Excel or Word file"),
    (b"%PDF-", "a PDF"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x1f\x8b", "a compressed file"),
)
# Line breaks that no editor shows as such, and marks that reverse the order in which text is shown, would let a file
# read differently to its reviewer and to the machine.
_REFUSED_IN_YAML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_REFUSED_IN_JSON = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_STAND_IN = "\N{REPLACEMENT CHARACTER}"


def text_of(content: str | bytes, *, file: str, json: bool) -> tuple[str, list[Diagnostic]]:
    """The text of a file, line breaks all `\\n`, and the problems of single characters found in it.

    Refused characters are replaced by a visible stand-in, so that reading can go on and no excerpt carries them.

    Raises:
        InvalidFilesError: the file is too large, or is not text in UTF-8.
    """
    _refuse_too_large(content, file=file)
    text = _decoded(content, file=file) if isinstance(content, bytes) else content
    text = _with_plain_lines(text)
    if "\0" in text:
        message = "the file holds NUL bytes, so it is not plain text"
        help = f"if it was written in an editor, {_SAVE_AS_UTF8}"
        place = _place(text, text.index("\0"), file)
        raise InvalidFilesError([Diagnostic(place, TreeFault.ENCODING, message, help=help)])
    refused = _REFUSED_IN_JSON if json else _REFUSED_IN_YAML
    found = [match.start() for match in islice(refused.finditer(text), MOST_PROBLEMS)]
    if not found:
        return text, []
    cleaned = refused.sub(_STAND_IN, text)
    source = Source(file, lines_for_quoting(cleaned))
    return cleaned, [
        source.diagnostic(
            _place(text, offset, file),
            TreeFault.ENCODING,
            f"a hidden character stands here: {_named(text[offset])}",
            help="delete it, and type a space or a new line in its place if one is wanted",
        )
        for offset in found
    ]


def lines_for_quoting(text: str) -> tuple[str, ...]:
    """The lines of `text` as they may be shown on a screen, columns unchanged."""
    return tuple(_REFUSED_IN_YAML.sub(_STAND_IN, text).split("\n"))


def _refuse_too_large(content: str | bytes, *, file: str) -> None:
    size = len(content) if isinstance(content, bytes) else len(content.encode("utf-8", "surrogatepass"))
    if size > LARGEST_FILE:
        message = f"the file is too large: {size / 1024**2:.1f} MiB, where {LARGEST_FILE // 1024**2} MiB is the most"
        help = "divide it into several files"
        raise InvalidFilesError([Diagnostic(Span(file, 1, 1), TreeFault.TOO_MUCH, message, help=help)])


def _decoded(content: bytes, *, file: str) -> str:
    for mark, name in _OTHER_ENCODINGS:
        if content.startswith(mark):
            raise _not_text(file, f"the file is saved as {name}, and only UTF-8 can be read", help=_SAVE_AS_UTF8)
    for mark, name in _OTHER_KINDS:
        if content.startswith(mark):
            help = "write its contents as YAML in a plain text file"
            raise _not_text(file, f"the file is {name}, not plain text", help=help)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = content[error.start]
        # Western Windows is by far the likeliest origin of a text file that is not UTF-8 here.
        meant = content[error.start : error.start + 1].decode("cp1252", "ignore")
        guess = f"; it may be meant as {meant} in the Windows encoding" if meant and meant.isprintable() else ""
        message = f"the file is not UTF-8: byte {error.start} (hexadecimal {byte:02X}) cannot be read{guess}"
        before = _with_plain_lines(content[: error.start].decode("utf-8"))
        lines = lines_for_quoting(_with_plain_lines(content.decode("utf-8", "replace")))
        problem = Source(file, lines).diagnostic(
            _place(before, len(before), file), TreeFault.ENCODING, message, help=_SAVE_AS_UTF8
        )
        raise InvalidFilesError([problem]) from None


def _with_plain_lines(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _not_text(file: str, message: str, *, help: str) -> InvalidFilesError:
    return InvalidFilesError([Diagnostic(Span(file, 1, 1), TreeFault.ENCODING, message, help=help)])


def _place(text: str, offset: int, file: str) -> Span:
    return Span(file, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _named(character: str) -> str:
    code = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "")
    return f"{code} ({name.lower()})" if name else f"{code} (a control character)"
