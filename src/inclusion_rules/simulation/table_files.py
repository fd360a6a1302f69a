"""Tables of real cases from files: CSV as text, and Parquet with its values written out as a CSV would have them."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from inclusion_rules.errors import Diagnostic, InvalidFilesError
from inclusion_rules.loading.table_text import TableText, read_csv
from inclusion_rules.source import Span

PARQUET = (".parquet", ".pq")


def open_table(path: Path, *, encoding: str = "utf-8-sig") -> TableText:
    """The table in a file, CSV or (by its ending) Parquet.

    Raises:
        InvalidFilesError: it is not there, or cannot be read.
    """
    return _parquet(path) if path.suffix.lower() in PARQUET else read_csv(path, encoding=encoding)


def digest_of_file(path: Path) -> str:
    """The digest of a file as it is."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def _parquet(path: Path) -> TableText:
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"this is not Parquet: {error}"
        raise InvalidFilesError([Diagnostic(Span(str(path), 1, 1), "Y100", reason, help="check the path")]) from None
    columns = [[_as_text(value) for value in column.to_pylist()] for column in table.columns]
    return TableText.of(str(path), table.column_names, list(zip(*columns, strict=True)))


def _as_text(value: object) -> str:
    """A value of any kind as the words that stand for it in a table.

    >>> [_as_text(value) for value in (None, True, 2.5, 3.0, date(2025, 3, 24), ["PP", "DB"])]
    ['', 'yes', '2.5', '3', '2025-03-24', 'PP DB']
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case list() | tuple():
            return " ".join(map(_as_text, value))
        case _:
            return str(value)
