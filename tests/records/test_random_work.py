"""Random work on a store: whatever callers do in any order, what was acknowledged is there and the audit passes."""

from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test
from tests.casework.happenings import Place
from tests.casework.how_far import HUNT, look, only_when_asked
from tests.records.store_faults import STORE_FAULTS
from tests.records.store_machine import machine_in

from inclusion_rules.domain.rulebook import Rulebook

pytestmark = pytest.mark.timeout(900)  # what fails is made smaller, and that takes its time


@pytest.fixture(scope="module")
def place(rulebook: Rulebook) -> Place:
    """A school with the example calendar."""
    return Place.of(rulebook)


def test_what_a_store_acknowledged_is_there_whatever_callers_do(rulebook: Rulebook, place: Place):
    """Repeated, stale, refused, redacted or erased: every case comes back as it should, and every audit passes."""
    run_state_machine_as_test(machine_in(rulebook, place), settings=look(8, steps=14))


@only_when_asked
@pytest.mark.parametrize("name", STORE_FAULTS)
def test_random_work_finds_a_planted_fault(
    name: str, rulebook: Rulebook, place: Place, monkeypatch: pytest.MonkeyPatch
):
    """Each of these promises can be broken: with a fault of its kind in the store, random work comes upon it."""
    STORE_FAULTS[name].plant(monkeypatch)

    with pytest.raises(AssertionError, match=STORE_FAULTS[name].found):
        run_state_machine_as_test(machine_in(rulebook, place), settings=HUNT)
