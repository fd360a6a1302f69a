"""What the tests of the example app share: a store in a file of its own, and clients of apps on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.app.builders import a_notification, clock

from council_app.web import council_app

Served = Callable[..., TestClient]


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Where the store of a test lies."""
    return str(tmp_path / "cases.db")


@pytest.fixture
def served(place: str) -> Iterator[Served]:
    """Starts apps, all on the store of the test unless another is named."""
    with ExitStack() as running:

        def start(at: str = place, *, now: Callable[[], datetime] | None = None) -> TestClient:
            return running.enter_context(TestClient(council_app(at, now=now or clock())))

        yield start


@pytest.fixture
def client(served: Served) -> TestClient:
    """A client of one app."""
    return served()


@pytest.fixture
def case(client: TestClient) -> str:
    """The address of a case that has been notified."""
    return str(client.post("/notifications", json=a_notification()).json()["timetable"])
