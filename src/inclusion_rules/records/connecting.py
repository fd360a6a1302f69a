"""From an address to a database that is ready: a file of SQLite, or a server of PostgreSQL, and transactions on either.

The one place that knows how the two differ in opening, locking and failing. Knows nothing of what is kept.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from weakref import ref

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from inclusion_rules.records.failures import (
    DamagedStoreError,
    ReadOnlyStoreError,
    StoreAddressError,
    StoreBusyError,
    StoreFailedError,
)
from inclusion_rules.records.read_only_files import connected_to_read, may_not_be_written, may_only_be_read
from inclusion_rules.records.schema import (
    APPLICATION_ID,
    OLDER,
    VERSION_TABLE,
    WRITERS_LOCK,
    check_version,
    migrate,
    version_of,
)

PATIENCE = 30
"""For how many seconds a writer waits for others to finish."""
_ONLY_TO_BE_READ = (
    "`{path}` can be read here and not be written: the file or its folder may only be read. To write, ask for the "
    "right to write to both; to read, open it with `CaseStore.open_existing`"
)
_SCHEMES = "a path, `sqlite:///PATH`, or `postgresql+psycopg://USER@HOST/DATABASE`"


def address_of(place: str | Path) -> URL:
    """The address of a store, from a path or a URL.

    >>> address_of("cases.db").database
    'cases.db'
    >>> address_of("postgresql://app@localhost/cases").drivername
    'postgresql+psycopg'

    Raises:
        StoreAddressError: it is the address of something else.
    """
    if isinstance(place, Path) or "://" not in place:
        if not str(place):
            raise StoreAddressError(f"the address of a store is empty; expected {_SCHEMES}")
        return URL.create("sqlite", database=str(place))
    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        # The text itself is not repeated: it may hold a password.
        raise StoreAddressError(f"the address of the store cannot be read; expected {_SCHEMES}") from None
    backend = url.get_backend_name()
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise StoreAddressError(f"`{backend}` is not a database that a store can be in; expected {_SCHEMES}")
    if not url.database or url.database == ":memory:":
        raise StoreAddressError("a store needs a file; expected, for example, `sqlite:///cases.db`")
    return url.set(drivername="sqlite")


def shown(url: URL) -> str:
    """An address as it may be shown: without its password."""
    return f"`{url.database}`" if url.drivername == "sqlite" else f"`{url.render_as_string(hide_password=True)}`"


def open_engine(url: URL, *, create: bool, forgiving: bool = False) -> Engine:
    """The database at an address, holding a store in its newest form.

    With `create` the store is made, or brought to that form, where need be; else a store that is not there is an error,
    and one whose file or folder may only be read is opened to be read. With `forgiving` text that is not UTF-8 is
    handed back all the same, for whoever looks for damage.

    Raises:
        StoreAddressError: there is nothing there that is, or could become, a store.
    """
    if url.drivername == "sqlite":
        _check_file(Path(str(url.database)), create=create)
    engine = _engine(url, forgiving=forgiving, reads=not create)
    try:
        if create:
            if url.drivername == "sqlite":
                _let_readers_read(engine)
            with writing(engine) as connection:
                _make_ready(connection)
        with reading(engine) as connection:
            check_version(version_of(connection), shown(url))
    except ReadOnlyStoreError as error:
        engine.dispose()
        raise StoreAddressError(_ONLY_TO_BE_READ.format(path=url.database)) from error
    except StoreFailedError as error:
        engine.dispose()
        raise StoreAddressError(f"the store in {shown(url)} cannot be opened: {error}") from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def _make_ready(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    else:
        # Two that open a new store at once must not both make it.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS_LOCK + 1})
    found = version_of(connection)
    if found is None or found in OLDER:
        migrate(connection)


def _let_readers_read(engine: Engine) -> None:
    """Have the file keep a write-ahead log, so that readers go on while one writer writes. The file remembers it."""
    with _told(engine), closing(engine.raw_connection()) as raw:
        raw.cursor().execute("PRAGMA journal_mode = WAL")


def fold_in(engine: Engine) -> None:
    """Carry what stands in the write-ahead log of a file over into it, so that nothing that was taken away stays there.

    Waits for readers, and leaves it to the next time where they take too long. A server sees to this itself.
    """
    if engine.dialect.name == "sqlite":
        with _told(engine), closing(engine.raw_connection()) as raw:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _check_file(path: Path, *, create: bool) -> None:
    """Make sure that a path leads to a store, or to nothing yet; somebody else's file is left as it is."""
    if path.is_dir():
        raise StoreAddressError(f"`{path}` is a folder; a store is one file")
    if not path.exists():
        if not create:
            raise StoreAddressError(f"there is no store at `{path}`")
        if not path.parent.is_dir():
            raise StoreAddressError(f"`{path.parent}`, the folder for the store, does not exist")
        return
    try:
        if path.stat().st_size == 0 and create:
            return
        with closing(connected_to_read(path, patience=PATIENCE)) as raw:
            ours = raw.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
            tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_master")}
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if _is_damage(error):
            raise DamagedStoreError(f"`{path}` is no database of SQLite, or it is damaged: {error}") from None
        full = "; to read a store takes a little room beside it, and the disk may be full" * ("I/O" in str(error))
        raise StoreAddressError(f"`{path}` cannot be opened: {error}{full}") from None
    except OSError as error:
        raise StoreAddressError(f"`{path}` cannot be opened: {error.strerror}") from None
    if not ours and VERSION_TABLE in tables:
        raise DamagedStoreError(f"`{path}` no longer says that it is a store: its first page was altered")
    if not ours and (tables or not create):
        raise StoreAddressError(f"`{path}` is a database, and not a store of inclusion-rules; it was left as it is")
    if create and may_only_be_read(path):
        raise StoreAddressError(_ONLY_TO_BE_READ.format(path=path))


def _engine(url: URL, *, forgiving: bool, reads: bool) -> Engine:
    options: dict[str, object] = {"connect_args": {"connect_timeout": PATIENCE}}
    if url.drivername == "sqlite":
        options = {"connect_args": {"timeout": PATIENCE}}
        path = Path(str(url.database))
        if reads and may_only_be_read(path):
            # Looked at anew each time, as others who may write to it can come and go.
            options = {"creator": partial(connected_to_read, path, patience=PATIENCE), "poolclass": NullPool}
    try:
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, **options)
    except (NoSuchModuleError, ModuleNotFoundError):
        raise StoreAddressError(
            "PostgreSQL needs the driver psycopg; install it with `pip install inclusion-rules[postgres]`"
        ) from None
    if url.drivername == "sqlite":

        @event.listens_for(engine, "connect")
        def set_up(raw: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
            raw.isolation_level = None  # transactions begin where the next listener says
            for setting in (
                "synchronous = FULL",
                "foreign_keys = ON",
                "recursive_triggers = ON",
                "secure_delete = ON",
            ):
                raw.execute(f"PRAGMA {setting}")
            if forgiving:
                raw.text_factory = _forgivingly

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            writes = connection.get_execution_options().get("writes", False)
            # A writer takes its turn before it looks, so that what it has seen is still so when it writes.
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    _leave_to_the_parent(engine)
    return engine


def _forgivingly(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _leave_to_the_parent(engine: Engine) -> None:
    """See that a process that is forked off opens connections of its own and lets its parent's be."""
    reference = ref(engine)

    def forget() -> None:
        if (forked := reference()) is not None:
            forked.dispose(close=False)

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=forget)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: all of it is kept, or none.

    Raises:
        StoreBusyError, StoreFailedError, DamagedStoreError: the database could not do it; nothing was written.
    """
    with _told(engine), engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one moment of the store, whatever is written meanwhile."""
    options: dict[str, object] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with _told(engine), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreBusyError("every connection to the database is in use") from error
    except DBAPIError as error:
        raise _failure(error.orig or error, engine) from error
    except SQLAlchemyError as error:
        raise StoreFailedError(type(error).__name__) from error
    except sqlite3.Error as error:
        raise _failure(error, engine) from error
    except UnicodeDecodeError as error:
        # Names of tables and the words of errors come from the file as well.
        raise DamagedStoreError("the database file is damaged: it holds text that is not UTF-8") from error


def _failure(error: BaseException, engine: Engine) -> StoreBusyError | StoreFailedError | DamagedStoreError:
    said = " ".join(str(error).split())
    if engine.dialect.name == "sqlite":
        if _is_damage(error):
            return DamagedStoreError(f"the database file is damaged: {said}")
        if may_not_be_written(error):
            return ReadOnlyStoreError("the store can be read here and not be written; nothing was written")
        if "locked" in said or "busy" in said:
            return StoreBusyError(f"others kept the database for more than {PATIENCE} seconds; nothing was written")
        return StoreFailedError(f"{said}; nothing was written")
    state = getattr(error, "sqlstate", None)
    if state in ("55P03", "40001", "40P01"):
        return StoreBusyError(f"others kept the database for more than {PATIENCE} seconds; nothing was written")
    # The details of a server's message repeat the values of a row.
    first = str(getattr(getattr(error, "diag", None), "message_primary", None) or said.partition(" DETAIL:")[0])
    return StoreFailedError(f"{first}; nothing was written")


def _is_damage(error: BaseException) -> bool:
    said = str(error).lower()
    return isinstance(error, UnicodeDecodeError) or any(
        words in said
        for words in ("malformed", "not a database", "corrupt", "could not decode", "unsupported file format")
    )
