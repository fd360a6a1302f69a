"""Opening a store: where one can be, what is left alone, and that every form of it is the newest once it is open."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from tests.records.builders import Raw, a_case

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.records.auditing import audit_store
from inclusion_rules.records.failures import DamagedStoreError, StoreAddressError, StoreFormError
from inclusion_rules.records.schema import NEWEST, OLDER, VERSION_TABLE, metadata
from inclusion_rules.records.store import CaseStore


def test_a_store_is_made_where_there_is_none(nothing_there: str) -> None:
    """The first opening makes the tables, and the second finds them."""
    with CaseStore.open(nothing_there) as store:
        case_id = store.create(a_case())
    with CaseStore.open(nothing_there) as store:
        assert a_case() == store.load(case_id)


def test_many_may_open_a_new_store_at_once(nothing_there: str) -> None:
    """Workers that start together make one store between them."""

    def opened(_: int) -> str:
        with CaseStore.open(nothing_there) as store:
            return store.digest()

    with ThreadPoolExecutor(6) as threads:
        assert 1 == len(set(threads.map(opened, range(6))))
    assert audit_store(nothing_there, open_rulebook()).matches


def test_the_tables_are_those_that_queries_name(nothing_there: str) -> None:
    """What the migrations make is what the code believes is there."""
    CaseStore.open(nothing_there).close()
    engine = create_engine(nothing_there if "://" in nothing_there else f"sqlite:///{nothing_there}")
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "include_object": _not_a_version_table}
        differing = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    engine.dispose()

    assert [] == differing


def _not_a_version_table(_: object, name: str, *__: object) -> bool:
    return name != VERSION_TABLE


def test_the_newest_form_is_the_last_migration() -> None:
    """A migration that is added is also the one that a store is brought to."""
    config = Config()
    config.set_main_option("script_location", "inclusion_rules.records:migrations")
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)

    assert NEWEST == script.get_current_head()
    assert {*OLDER, NEWEST} == {revision.revision for revision in script.walk_revisions()}


def test_a_store_of_a_later_form_is_left_alone(nothing_there: str) -> None:
    """A library that is older than the store says so, and an audit does not call it sound."""
    CaseStore.open(nothing_there).close()
    Raw(nothing_there).run("UPDATE store_version SET version_num = '9999'")

    with pytest.raises(StoreFormError, match="form `9999`"):
        CaseStore.open(nothing_there)
    assert not audit_store(nothing_there, open_rulebook()).matches


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("", "empty"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("oracle://scott:tiger@host/db", "`oracle` is not a database that a store can be in"),
        ("postgresql+psycopg://me:tiger@[::1", "cannot be read"),
        ("postgresql://me:tiger@127.0.0.1:1/none", "cannot be opened"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(place: str, told: str) -> None:
    """What was expected is said, and a password is not repeated."""
    with pytest.raises(StoreAddressError, match=told) as refused:
        CaseStore.open(place)
    assert "tiger" not in str(refused.value)


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    """A slip in the path makes no folders."""
    with pytest.raises(StoreAddressError, match="the folder for the store, does not exist"):
        CaseStore.open(tmp_path / "nowhere" / "cases.db")
    with pytest.raises(StoreAddressError, match="is a folder"):
        CaseStore.open(tmp_path)


def test_another_programs_file_is_left_as_it_is(tmp_path: Path) -> None:
    """Neither a text nor a database of somebody else's becomes a store, to the last byte."""
    (tmp_path / "letter.txt").write_text("Dear parent, " * 50)
    with closing(sqlite3.connect(tmp_path / "library.db")) as other:
        other.execute("CREATE TABLE books (title TEXT)")
    for path, expected in ((tmp_path / "letter.txt", DamagedStoreError), (tmp_path / "library.db", StoreAddressError)):
        before = path.read_bytes()
        with pytest.raises(expected):
            CaseStore.open(path)
        assert before == path.read_bytes()


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    """A file made beforehand, with the rights it should have, is used."""
    (tmp_path / "cases.db").touch()
    with CaseStore.open(tmp_path / "cases.db") as store:
        assert () == store.case_ids()
