"""What the tests of the caseload share: a place for a store, and the law that ships."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.records.server import NoServerError, running_server

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.rulebook import Rulebook


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Where a store may be made."""
    return str(tmp_path / "cases.db")


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The law that ships."""
    return open_rulebook()


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
