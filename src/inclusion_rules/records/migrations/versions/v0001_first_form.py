"""The first form of a store: cases, entries, heads, shared texts, and triggers that let nothing be changed or deleted.

One thing may be taken away, by the one path that leaves a trace: the text and salt of an entry or a header that a
redaction entry, already written, names. Its digest stays, so that the chain can still be verified.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE shared_texts (
    digest TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
);
CREATE TABLE cases (
    case_id TEXT NOT NULL PRIMARY KEY,
    reference TEXT UNIQUE,
    packs TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    key TEXT UNIQUE,
    header TEXT,
    salt TEXT,
    header_digest TEXT NOT NULL,
    genesis TEXT NOT NULL,
    CHECK ((header IS NULL) = (salt IS NULL))
);
CREATE TABLE entries (
    position {position} NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (case_id),
    number INTEGER NOT NULL CHECK (number >= 1),
    kind TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    key TEXT,
    body TEXT,
    salt TEXT,
    body_digest TEXT NOT NULL,
    chain_hash TEXT NOT NULL,
    UNIQUE (case_id, number),
    UNIQUE (case_id, key),
    CHECK ((body IS NULL) = (salt IS NULL))
);
CREATE TABLE heads (
    case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases (case_id),
    number INTEGER NOT NULL,
    chain_hash TEXT NOT NULL,
    log_length INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    packs TEXT NOT NULL
)
"""

KEPT_OF_AN_ENTRY = ("position", "case_id", "number", "kind", "recorded_at", "key", "body_digest", "chain_hash")
KEPT_OF_A_CASE = ("case_id", "packs", "opened_at", "key", "header_digest", "genesis")

# `named` says, in the dialect's own JSON functions, that a redaction entry `r` names the entry `OLD`.
REDACTED_ENTRY = """
    NEW.body IS NULL AND NEW.salt IS NULL AND OLD.kind <> 'redaction' AND {same}
    AND EXISTS (SELECT 1 FROM entries r WHERE r.case_id = OLD.case_id AND r.kind = 'redaction' AND {named})
"""
REDACTED_HEADER = """
    NEW.header IS NULL AND NEW.salt IS NULL AND NEW.reference IS NULL AND {same}
    AND EXISTS (SELECT 1 FROM entries r WHERE r.case_id = OLD.case_id AND r.kind = 'redaction' AND {named})
"""
FORWARD = "NEW.case_id = OLD.case_id AND NEW.number > OLD.number AND NEW.log_length >= OLD.log_length"

SQLITE_CONDITIONS = {
    "entries": REDACTED_ENTRY.format(
        same=" AND ".join(f"NEW.{name} IS OLD.{name}" for name in KEPT_OF_AN_ENTRY),
        named="EXISTS (SELECT 1 FROM json_each(r.body, '$.numbers') n WHERE n.value = OLD.number)",
    ),
    "cases": REDACTED_HEADER.format(
        same=" AND ".join(f"NEW.{name} IS OLD.{name}" for name in KEPT_OF_A_CASE),
        named="json_extract(r.body, '$.header') = 1",
    ),
    "heads": FORWARD,
    "shared_texts": "FALSE",
}
POSTGRESQL_CONDITIONS = {
    "entries": REDACTED_ENTRY.format(
        same=" AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in KEPT_OF_AN_ENTRY),
        named="(r.body::jsonb -> 'numbers') @> to_jsonb(OLD.number)",
    ),
    "cases": REDACTED_HEADER.format(
        same=" AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in KEPT_OF_A_CASE),
        named="(r.body::jsonb -> 'header') = 'true'::jsonb",
    ),
    "heads": FORWARD,
    "shared_texts": "FALSE",
}


def upgrade() -> None:
    """Make the tables and what guards them."""
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgresql()


def _upgrade_sqlite() -> None:
    for statement in TABLES.format(position="INTEGER").split(";\n"):
        op.execute(statement.strip())
    for table, condition in SQLITE_CONDITIONS.items():
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN ({condition}) IS NOT TRUE "
            f"BEGIN SELECT RAISE(ABORT, '{table} are never changed'); END"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} are never deleted'); END"
        )


def _upgrade_postgresql() -> None:
    for statement in TABLES.format(position="BIGINT").split(";\n"):
        op.execute(statement.strip())
    op.execute("CREATE SEQUENCE entries_position")
    for guard, source in postgresql_guards().items():
        table, _, deed = guard.rpartition("_no_")
        each = "STATEMENT" if deed == "truncate" else "ROW"
        op.execute(f"CREATE FUNCTION {guard}() RETURNS trigger LANGUAGE plpgsql AS $${source}$$")
        op.execute(
            f"CREATE TRIGGER {guard} BEFORE {deed.upper()} ON {table} FOR EACH {each} EXECUTE FUNCTION {guard}()"
        )


def postgresql_guards() -> dict[str, str]:
    """The guards on PostgreSQL: the name of each, which is that of its function, and what the function says."""
    found: dict[str, str] = {}
    for table, condition in POSTGRESQL_CONDITIONS.items():
        allowed = f"IF {' '.join(condition.split())} THEN RETURN NEW; END IF;"
        found[f"{table}_no_update"] = f" BEGIN {allowed} RAISE EXCEPTION '{table} are never changed'; END "
        for deed in ("delete", "truncate"):
            found[f"{table}_no_{deed}"] = f" BEGIN RAISE EXCEPTION '{table} are never deleted'; END "
    return found
