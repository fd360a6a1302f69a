"""The tables of a store, as queries name them, and the way to the newest form of them.

What the database itself enforces (nothing is changed, nothing is deleted) is written in the migrations.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    text,
)

from inclusion_rules.records.failures import StoreAddressError, StoreFormError

NEWEST = "0001"
"""The newest migration there is."""
OLDER: tuple[str, ...] = ()
"""The migrations before it, from which a store is brought on when it is opened."""
VERSION_TABLE = "store_version"
APPLICATION_ID = 0x45584352
"""How a SQLite file says that it is one of ours."""
WRITERS_LOCK = 4_993_217_605_302
"""The advisory lock of PostgreSQL that writers share, and that a reader of the stream takes for itself for a moment."""

EVENT, JUDGEMENT, HEADER, REDACTION = "event", "judgement", "header", "redaction"
KINDS = (EVENT, JUDGEMENT, HEADER, REDACTION)

metadata = MetaData()

shared_texts = Table(
    "shared_texts",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("text", Text, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("reference", Text, unique=True),
    Column("packs", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("key", Text, unique=True),
    Column("header", Text),
    Column("salt", Text),
    Column("header_digest", Text, nullable=False),
    Column("genesis", Text, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("case_id", Text, ForeignKey("cases.case_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("key", Text),
    Column("body", Text),
    Column("salt", Text),
    Column("body_digest", Text, nullable=False),
    Column("chain_hash", Text, nullable=False),
    UniqueConstraint("case_id", "number"),
    UniqueConstraint("case_id", "key"),
)

heads = Table(
    "heads",
    metadata,
    Column("case_id", Text, ForeignKey("cases.case_id"), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("chain_hash", Text, nullable=False),
    Column("log_length", Integer, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("packs", Text, nullable=False),
)


def version_of(connection: Connection) -> str | None:
    """The migration that a database stands at, or None where it holds no store."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars().all()
    return str(found[0]) if len(found) == 1 else "none"


def check_version(version: str | None, place: str) -> None:
    """Make sure that a database stands at the form that this library reads.

    Raises:
        StoreAddressError, StoreFormError: it holds no store, or one of another form.
    """
    if version is None:
        raise StoreAddressError(f"there is no store in {place}")
    if version != NEWEST:
        raise StoreFormError(
            f"the store in {place} has form `{version}`, and this version of the library reads form `{NEWEST}`: "
            f"use the version that wrote it, unless the table `{VERSION_TABLE}` was altered"
        )


def migrate(connection: Connection) -> None:
    """Bring a database to the newest form, within the transaction that the connection is in."""
    # Alembic is slow to import, and a store that is up to date needs none of it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "inclusion_rules.records:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
