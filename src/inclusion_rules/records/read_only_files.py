"""Reading a store's file where nothing may be written: a folder or a disk that only lets itself be read.

A file with a write-ahead log wants to be written even by its readers, who share a third file beside it. Where that file
cannot be made, the store is complete in itself if no log stands beside it, and is then read as something that does not
change. Knows SQLite's ways of opening a file, and nothing of what is in it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from inclusion_rules.records.failures import StoreAddressError

_NOT_TO_BE_WRITTEN = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
_PRIMARY = 0xFF


def connected_to_read(path: Path, *, patience: float) -> sqlite3.Connection:
    """A connection to a file that is there: the usual one, or where that needs what may not be written, a frozen one.

    Raises:
        StoreAddressError: what was written last stands in a log that cannot be taken in here.
        sqlite3.Error: it cannot be opened for another reason.
    """
    usual = sqlite3.connect(path, timeout=patience, check_same_thread=False)
    try:
        usual.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        usual.close()
        if not may_not_be_written(error) or not path.is_file():
            raise
    except BaseException:
        usual.close()
        raise
    else:
        return usual
    log = Path(f"{path}-wal")
    if log.is_file() and log.stat().st_size:
        raise StoreAddressError(
            f"`{path}` cannot be read here: what was written last stands in `{log.name}` beside it, and cannot be "
            "taken in, as nothing may be written in its folder. Open the store once where it may be written, or copy "
            f"`{path.name}` and `{log.name}` together to a folder in which you may write"
        )
    frozen = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    return sqlite3.connect(frozen, uri=True, timeout=patience, check_same_thread=False)


def may_only_be_read(path: Path) -> bool:
    """Whether a file that is there can be read and not be written, as the one who asks."""
    try:
        with closing(sqlite3.connect(path, timeout=0)) as raw:
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return may_not_be_written(error)
    except sqlite3.Error:
        return False
    return False


def may_not_be_written(error: BaseException) -> bool:
    """Whether something failed because a file, or one that belongs beside it, may not be written."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and code & _PRIMARY in _NOT_TO_BE_WRITTEN
