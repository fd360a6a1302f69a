"""Whether the tables of a store still have the guards they were made with, which let nothing be changed or deleted.

Whoever owns a database can take its guards away; an audit says when somebody has. Reads the database's own catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from sqlalchemy import Connection, create_engine, text

from inclusion_rules.records.migrations.versions.v0001_first_form import postgresql_guards
from inclusion_rules.records.schema import VERSION_TABLE, migrate

_CATALOGUE = text("SELECT name, type, tbl_name, sql FROM sqlite_master ORDER BY name")
_TRIGGERS = text(
    "SELECT t.tgname, t.tgenabled::text, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal AND t.tgrelid = ANY (ARRAY[to_regclass('entries'), to_regclass('cases'), "
    "to_regclass('heads'), to_regclass('shared_texts')])"
)
_ALWAYS_ON = ("O", "A")
_VERSIONS_AS_WRITTEN = (
    "table",
    VERSION_TABLE,
    f"CREATE TABLE {VERSION_TABLE} (\n\tversion_num VARCHAR(32) NOT NULL, \n"
    f"\tCONSTRAINT {VERSION_TABLE}_pkc PRIMARY KEY (version_num)\n)",
)


def altered_guards(connection: Connection) -> Iterator[str]:
    """Everything in the plan of the database that is not as it was made, in words."""
    if connection.dialect.name == "sqlite":
        found, made = _sqlite_plan(connection), _plan_as_made()
        # The table of versions is Alembic's own, and another of its releases may have made it in this store.
        known = {VERSION_TABLE: _VERSIONS_AS_WRITTEN} if found.get(VERSION_TABLE) == _VERSIONS_AS_WRITTEN else {}
        yield from _compared(found, {**made, **known})
    else:
        triggers = {
            name: source if enabled in _ALWAYS_ON else "off" for name, enabled, source in connection.execute(_TRIGGERS)
        }
        yield from _compared(triggers, postgresql_guards())


def _compared(found: Mapping[str, object], expected: Mapping[str, object]) -> Iterator[str]:
    for name in sorted(found.keys() | expected.keys(), key=str):
        if name not in found:
            yield f"`{name}` is gone"
        elif name not in expected:
            yield f"`{name}` was not there when the store was made"
        elif found[name] != expected[name]:
            yield f"`{name}` is off" if found[name] == "off" else f"`{name}` is not as it was made"


def _sqlite_plan(connection: Connection) -> dict[str, object]:
    return {str(name): tuple(rest) for name, *rest in connection.execute(_CATALOGUE)}


@cache
def _plan_as_made() -> dict[str, object]:
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            migrate(connection)
            return _sqlite_plan(connection)
    finally:
        engine.dispose()
