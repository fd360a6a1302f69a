"""What the tests of records share: one store after another, in a file of SQLite and on a real server of PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.records.server import NoServerError, new_database, running_server

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.records.store import CaseStore


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL server of our own, started when the first test asks for it."""
    try:
        with running_server() as address:
            yield address
    except NoServerError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(params=["sqlite", "postgresql"], scope="session")
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database, each in turn."""
    return str(request.param)


@pytest.fixture
def nothing_there(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address where no store is yet, of each kind in turn."""
    return str(tmp_path / "cases.db") if kind == "sqlite" else new_database(request.getfixturevalue("server"))


@pytest.fixture
def place(nothing_there: str) -> str:
    """The address of an empty store, in each kind of database in turn."""
    CaseStore.open(nothing_there).close()
    return nothing_there


@pytest.fixture
def store(place: str) -> Iterator[CaseStore]:
    """An empty store, in each kind of database in turn."""
    with CaseStore.open(place) as opened:
        yield opened


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The law that ships."""
    return open_rulebook()
