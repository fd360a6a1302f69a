"""What the tests of the second opinion share: one worker for all of them, or the reason why there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from inclusion_rules.second_opinion.opinion import SecondOpinion
from inclusion_rules.second_opinion.questions import NotInstalledError


@pytest.fixture(scope="session")
def opinion() -> Iterator[SecondOpinion]:
    """The second opinion with its worker running; where durable-rules is not there, left out, and a failure in CI."""
    started = SecondOpinion()
    try:
        started.begin()
    except NotInstalledError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    yield started
    started.close()
