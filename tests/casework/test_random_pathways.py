"""Random lives of live cases on every pathway: whatever is recorded, corrected or let run out, the promises hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis.stateful import run_state_machine_as_test
from tests.casework.builders import day, decided, record_of
from tests.casework.happenings import Place
from tests.casework.how_far import HUNT, look, only_when_asked
from tests.casework.live_case_machine import machine_for
from tests.casework.logs import PATHWAYS
from tests.casework.planted_faults import FAULTS

from inclusion_rules.casework.case import Case, RefusedEventError
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.records.store import CaseStore

pytestmark = pytest.mark.timeout(900)  # what fails is made smaller, and that takes its time


@pytest.fixture(scope="session")
def law() -> Rulebook:
    """The law that ships."""
    return open_rulebook()


@pytest.fixture(scope="session")
def place(law: Rulebook) -> Place:
    """A school with the example calendar."""
    return Place.of(law)


@pytest.fixture(scope="module")
def store(law: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseStore]:
    """A store in a file."""
    with CaseStore.open(tmp_path_factory.mktemp("lives") / "cases.db", rulebook=law) as opened:
        yield opened


@pytest.mark.parametrize("pathway", PATHWAYS)
def test_a_case_keeps_its_promises_whatever_is_recorded(pathway: str, law: Rulebook, place: Place, store: CaseStore):
    """Through random steps, refusals, corrections, judgements and days, nothing that `case_promises` says is broken."""
    machine = machine_for(pathway, law, place, store=store)

    run_state_machine_as_test(machine, settings=look(8, steps=12))


@only_when_asked
@pytest.mark.parametrize("name", FAULTS)
def test_the_machine_finds_a_planted_fault(
    name: str, law: Rulebook, place: Place, store: CaseStore, monkeypatch: pytest.MonkeyPatch
):
    """Each promise can be broken: with a fault of its kind in the library, random lives come upon it and name it."""
    fault = FAULTS[name]
    machine = machine_for(fault.pathway, law, place, store=store)
    fault.plant(monkeypatch)

    with pytest.raises(AssertionError, match=fault.found):
        run_state_machine_as_test(machine, settings=HUNT)


# What random lives have found, each as the smallest case that shows it ------------------------------------------------

NOON = datetime(2025, 3, 20, 12, tzinfo=UTC)
OVERLAPPING = [
    "2025-03-03 suspended school_days: 30, first_day: 2025-03-03",
    "2025-03-05 permanently_excluded session: morning",
]


def test_a_day_on_which_two_exclusions_keep_the_pupil_out_is_one_day_out():
    """Excluded for good on the third of thirty days of suspension, the pupil has been out for six days on the sixth."""
    decision = decided(OVERLAPPING, "2025-03-10", pathway="permanent_exclusion")

    assert 6 == decision.facts["days_out_this_school_year"]


def test_what_is_said_of_an_exclusion_before_its_day_can_be_recorded(law: Rulebook):
    """An event may name an exclusion that was made after it: it is taken or refused, and never a mistake of ours."""
    record = record_of(["2025-03-10 permanently_excluded session: morning"])
    case = Case.open(record, law, recorded_at=NOON, recorded_by="clerk")
    exclusion = day("2025-03-10")

    longer = case.after(
        Event("representations_made", day("2025-03-07"), of=exclusion), law, recorded_at=NOON, recorded_by="clerk"
    )
    with pytest.raises(RefusedEventError, match="governing board met"):
        case.after(
            Event("governing_board_met", day("2025-03-07"), of=exclusion), law, recorded_at=NOON, recorded_by="clerk"
        )

    assert 2 == len(longer.log)


def test_an_exclusion_that_names_its_own_day_can_be_recorded(law: Rulebook):
    """It is of no other exclusion, and so of the one that is being recorded."""
    case = Case.open(record_of([], pathway="suspension"), law, recorded_at=NOON, recorded_by="clerk")
    suspended = Event(
        "suspended",
        day("2025-03-03"),
        {"school_days": 2, "first_day": day("2025-03-03")},
        of=day("2025-03-03"),
    )

    assert 1 == len(case.after(suspended, law, recorded_at=NOON, recorded_by="clerk").log)


def test_a_stage_that_time_has_led_to_is_not_left_for_an_earlier_one():
    """A trial that was over on the 15th stays over, though a new start with a later end is recorded on the 24th."""
    events = [
        "2025-03-03 managed_move_proposed",
        "2025-03-04 managed_move_agreed",
        "2025-03-05 managed_move_started trial_until: 2025-03-14",
        "2025-03-24 managed_move_started trial_until: 2025-04-04",
    ]

    stages = [
        decided(events, as_of, pathway="managed_move").stage for as_of in ("2025-03-14", "2025-03-20", "2025-03-24")
    ]

    assert ["trial", "completion", "completion"] == stages
