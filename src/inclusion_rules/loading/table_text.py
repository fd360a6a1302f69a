"""A table as text: heads and rows of cells, from a CSV file. Rows are numbered as a spreadsheet shows them.

Finds the sign between cells from the heads. Tells a row that does not fit them; knows nothing of what cells mean.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from inclusion_rules.errors import Diagnostic, InvalidFilesError
from inclusion_rules.source import Span

SIGNS = (",", ";", "\t", "|")
FIRST_ROW = 2
"""The number of the first row below the heads."""


@dataclass(frozen=True, slots=True)
class TableText:
    """The cells of a table as text, `rows` with their numbers; rows that are wholly empty are counted, and not kept."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    empty: int = 0

    @classmethod
    def of(cls, name: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> TableText:
        """A table of rows in their order."""
        numbered = tuple((number, tuple(row)) for number, row in enumerate(rows, start=FIRST_ROW))
        kept = tuple((number, row) for number, row in numbered if any(cell.strip() for cell in row))
        return cls(name, tuple(heads), kept, len(numbered) - len(kept))


def read_csv(path: Path, *, encoding: str = "utf-8-sig") -> TableText:
    """The table in a CSV file.

    Raises:
        InvalidFilesError: it is not there, not in that encoding, or no table.
    """
    name = str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        absent = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror or "cannot be read"
        reason = "this is a folder, not a file" if path.is_dir() else absent
        raise _invalid(name, 1, 1, "Y100", reason, "check the path") from None
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        hint = "spreadsheets on Windows often write cp1252: give `--encoding cp1252`, or save it as CSV UTF-8"
        raise _invalid(name, row, 1, "Y107", f"the signs of this row are not {encoding}", hint) from None
    return table_of(text, name=name)


def table_of(text: str, *, name: str) -> TableText:
    """The table in the text of a CSV file.

    Raises:
        InvalidFilesError: it is no table.
    """
    first = text.split("\n", 1)[0]
    sign = max(SIGNS, key=first.count)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=sign, strict=True))
    except csv.Error as error:
        raise _invalid(
            name, 1, 1, "C401", f"this cannot be read as CSV: {error}", "look for a stray quotation mark"
        ) from None
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise _invalid(name, 1, 1, "Y108", "the table is empty", "its first row names the columns")
    return TableText.of(name, tuple(head.strip() for head in rows[0]), rows[1:])


def _invalid(name: str, row: int, column: int, code: str, message: str, help: str) -> InvalidFilesError:
    return InvalidFilesError([Diagnostic(Span(name, row, column), code, message, help=help)])
