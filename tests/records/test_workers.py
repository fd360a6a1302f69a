"""Many processes on one store, and processes that die in the middle of it: nothing is lost, doubled or forked."""

from __future__ import annotations

import pytest
from benchmarks.store_soak import fill, soak

pytestmark = pytest.mark.timeout(300)


def test_eight_processes_on_the_same_cases_lose_nothing(place: str) -> None:
    """Everything that any of them was told is kept is there once, at its number, in chains that verify."""
    fill(place, cases=200)
    result = soak(place, writers=8, appends=25, kills=0, seed=1)

    assert result.sound, result
    assert (200, 0) == (result.acknowledged, result.kills)


def test_killed_writers_lose_nothing(place: str) -> None:
    """Writers killed outright at moments chosen by lot, and started again, leave every acknowledged entry once."""
    fill(place, cases=20)
    result = soak(place, writers=2, appends=250, kills=4, seed=2)

    assert result.sound, result
    assert result.kills >= 4
