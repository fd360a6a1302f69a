"""What is kept gives the same morning as deciding every case, whatever was recorded and whichever way the days went."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.caseload.builders import filled_store, happens, kept_case, made_up_cases, never_happened
from tests.records.server import new_database

from inclusion_rules.caseload import deciding_cases
from inclusion_rules.caseload.caseload import Caseload, index_beside
from inclusion_rules.caseload.morning import Item, Morning
from inclusion_rules.caseload.wanted import Wanted
from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.findings import Decision, Obligation
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.records.store import CaseStore
from inclusion_rules.vocabulary import Status

CASES = 8
PEX = ("2025-03-03 permanently_excluded session: morning", "2025-03-04 governing_board_notified")

days_on = st.sampled_from((0, 1, 1, 1, 2, 3, 7, 30, 120, -1, -4, -25))
recordings = st.lists(st.tuples(st.integers(0, CASES - 1), st.sampled_from(("next", "next", "withdraw"))), max_size=3)
mornings = st.lists(st.tuples(recordings, days_on), min_size=2, max_size=6)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), begins=st.dates(date(2024, 10, 1), date(2025, 6, 20)), told=mornings)
def test_what_is_kept_says_what_deciding_every_case_says(
    seed: int, begins: date, told: list[tuple[list[tuple[int, str]], int]]
) -> None:
    """After any recordings, and days forward and back, each case owes just what its own decision says it owes."""
    rulebook = open_rulebook()
    cases = list(made_up_cases(CASES, seed=seed))
    with TemporaryDirectory() as folder:
        place = f"{folder}/cases.db"
        ids = filled_store(place, cases, until=begins, rulebook=rulebook)
        ahead = [list(case.after(begins)) for case in cases]
        day = begins
        with CaseStore.open(place, rulebook=rulebook) as store, Caseload(place) as caseload:
            for recorded_now, days in told:
                for number, what in recorded_now:
                    if what == "withdraw":
                        never_happened(store, ids[number])
                    elif ahead[number]:
                        happens(store, ids[number], ahead[number].pop(0))
                day += timedelta(days=days)

                morning = caseload.morning(day)

                assert owed_by_decisions(store, ids, day, rulebook) == owed_in(morning)
                with Caseload(place, keep=False) as afresh:
                    assert afresh.morning(day) == morning


def owed_by_decisions(store: CaseStore, ids: list[str], day: date, rulebook: Rulebook) -> set[tuple[object, ...]]:
    """What each live case owes by its own decision."""
    found: set[tuple[object, ...]] = set()
    for case_id in ids:
        record = store.load(case_id).record()
        decision = decide(record, rulebook, as_of=day)
        begun = any(event.date <= day for event in record.events)
        if begun and not ended(decision, rulebook):
            found |= {
                (case_id, decision.stage, *from_decision(entry))
                for entry in decision.obligations
                if entry.status in (Status.OPEN, Status.MISSED)
            }
    return found


def ended(decision: Decision, rulebook: Rulebook) -> bool:
    """Whether a case has come to an end of its pathway."""
    return rulebook.pathways[decision.pathway].stage(decision.stage).is_end


def from_decision(entry: Obligation) -> tuple[object, ...]:
    """What a decision says of an obligation that a morning says too."""
    return (
        entry.rule.key, entry.bearer, entry.bearer_is, entry.about, entry.arose_on, entry.due, entry.was_due,
        entry.status, entry.late_by_school_days, entry.alert_on, entry.not_before, entry.waiting_for,
        None if ran_out(entry.missing_facts, entry.due, entry.was_due) else entry.why,
        entry.occurrence, entry.deadline, entry.missing_facts, entry.notes,
    )  # fmt: skip


def ran_out(missing: tuple[str, ...], due: date | None, was_due: date | None) -> bool:
    """Whether a count ran out of calendar: a decision then tells how far it came today, a morning why it stopped."""
    return "calendar" in missing and due is None and was_due is None


def owed_in(morning: Morning) -> set[tuple[object, ...]]:
    """What a morning lists, in the same form."""
    return {(item.brief.case_id, item.stage, *from_item(item)) for item in morning.items}


def from_item(item: Item) -> tuple[object, ...]:
    """What a morning says of an obligation."""
    row = item.row
    return (
        item.rule.key, row.bearer, row.bearer_is, row.about, row.arose_on, row.due, row.was_due,
        Status.MISSED if row.missed else Status.OPEN, item.late_by_school_days, row.alert_on, row.not_before,
        row.waiting_for, None if ran_out(row.missing_facts, row.due, row.was_due) else row.why,
        row.occurrence, row.deadline, row.missing_facts, row.notes,
    )  # fmt: skip


@pytest.fixture
def two_cases(place: str) -> list[str]:
    """A store of two cases of 3 March 2025; the ids they are kept under."""
    return [kept_case(place, PEX, reference="LEI-1"), kept_case(place, PEX, reference="LEI-2")]


def decided_on(place: str, *days: str) -> list[int]:
    """How many cases each of these mornings had to decide, each with an index of its own opening."""
    found = []
    for day in days:
        with Caseload(place) as caseload:
            caseload.morning(date.fromisoformat(day))
            found.append(caseload.work.decided)
    return found


@pytest.mark.usefixtures("two_cases")
def test_the_same_morning_decides_nothing_twice(place: str) -> None:
    """What was decided is kept from one run to the next."""
    assert [2, 0] == decided_on(place, "2025-03-26", "2025-03-26")


@pytest.mark.usefixtures("two_cases")
def test_a_day_on_which_nothing_changes_decides_nothing(place: str) -> None:
    """From a Saturday to the Sunday only lateness could change, and that is counted."""
    assert [2, 0] == decided_on(place, "2025-03-29", "2025-03-30")


@pytest.mark.usefixtures("two_cases")
def test_the_day_after_a_due_day_decides_anew(place: str) -> None:
    """The board's fifteenth school day is 25 March, so on the 26th something in both cases has changed."""
    assert [2, 2] == decided_on(place, "2025-03-25", "2025-03-26")


@pytest.mark.usefixtures("two_cases")
def test_a_day_before_what_is_kept_is_decided(place: str) -> None:
    """What holds from a day on says nothing of the day before it."""
    assert [2, 2] == decided_on(place, "2025-03-26", "2025-03-19")


@pytest.mark.usefixtures("two_cases")
def test_a_look_back_does_not_cost_the_next_morning(place: str) -> None:
    """What was kept for today is still there after somebody has looked at last week."""
    assert [2, 2, 0] == decided_on(place, "2025-03-26", "2025-03-19", "2025-03-26")


def test_one_new_event_decides_one_case(place: str, two_cases: list[str]) -> None:
    """Only the case whose chain has grown is decided anew, and what it says then is new."""
    decided_on(place, "2025-03-26")
    with CaseStore.open(place) as store:
        happens(store, two_cases[0], Event("governing_board_met", date(2025, 3, 25)))

    with Caseload(place) as caseload:
        morning = caseload.morning(date(2025, 3, 26))

    assert 1 == caseload.work.decided
    missed = {item.brief.reference for item in morning.items if item.rule.duty == "board_consider_pex"}
    assert {"LEI-2"} == missed


def other_law(rulebook: Rulebook) -> Rulebook:
    """The same law in another version of its pack."""
    england = replace(rulebook.packs["england"], version="9.9", digest="sha256:" + "9" * 64)
    return replace(rulebook, packs=MappingProxyType({**rulebook.packs, "england": england}))


@pytest.mark.usefixtures("two_cases")
def test_other_law_decides_every_case_anew(place: str, rulebook: Rulebook) -> None:
    """What one version of the law decided is not passed off as what another one says."""
    decided_on(place, "2025-03-26")

    with Caseload(place, rulebook=other_law(rulebook)) as caseload:
        caseload.morning(date(2025, 3, 26))

    assert 2 == caseload.work.decided


def test_a_case_on_another_schools_list_is_not_decided_for_this_one(place: str) -> None:
    """Once a case is known to belong elsewhere, asking for one school leaves it alone."""
    kept_case(place, PEX, reference="LEI-1", school="Ashby Academy")
    kept_case(place, PEX, reference="LEI-2", school="Beacon High School")
    decided_on(place, "2025-03-25")

    with Caseload(place) as caseload:
        caseload.morning(date(2025, 3, 26), wanted=Wanted(schools=("Beacon High School",)))

    assert 1 == caseload.work.decided


def test_several_processes_say_what_one_says(place: str, rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """How the work is shared out shows in nothing but the time it takes."""
    filled_store(place, made_up_cases(12, seed=4), until=date(2025, 3, 12), rulebook=rulebook)
    with Caseload(place, keep=False) as caseload:
        alone = caseload.morning(date(2025, 3, 13))
    monkeypatch.setattr(deciding_cases, "WORTH_PROCESSES", 1)
    monkeypatch.setattr(deciding_cases, "AT_ONCE", 5)
    told: list[tuple[int, int]] = []

    with Caseload(place, keep=False) as caseload:
        together = caseload.morning(
            date(2025, 3, 13), workers=2, progress=lambda done, count: told.append((done, count))
        )

    assert alone == together
    assert [(5, 12), (10, 12), (12, 12)] == told


def test_an_erased_case_leaves_the_index_too(place: str, two_cases: list[str]) -> None:
    """What was erased is not kept by another name: the next morning takes it out of the index."""
    decided_on(place, "2025-03-26")
    index = index_beside(place)
    assert index is not None
    assert b"LEI-1" in index.read_bytes()
    with CaseStore.open(place) as store:
        store.erase(
            two_cases[0], by="clerk", at=store.head(two_cases[0]).recorded_at, why="the time to keep it is over"
        )

    with Caseload(place) as caseload:
        morning = caseload.morning(date(2025, 3, 26))

    assert {"LEI-2"} == {item.brief.reference for item in morning.items}
    assert b"LEI-1" not in index.read_bytes()


def test_a_store_on_a_server_gives_the_same_morning(server: str, tmp_path: Path, rulebook: Rulebook) -> None:
    """A caseload on PostgreSQL is read as one in a file is, with its index in a file that is named for it."""
    address = new_database(server)
    cases = list(made_up_cases(5, seed=2))
    for place in (address, str(tmp_path / "cases.db")):
        filled_store(place, cases, until=date(2025, 3, 12), rulebook=rulebook)
    with Caseload(tmp_path / "cases.db") as caseload:
        in_file = caseload.morning(date(2025, 3, 12))

    with Caseload(address, index=tmp_path / "index") as caseload:
        caseload.morning(date(2025, 3, 12))
        on_server = caseload.morning(date(2025, 3, 12))

    assert 0 == caseload.work.decided
    assert told_of(in_file) == told_of(on_server)


def told_of(morning: Morning) -> list[tuple[object, ...]]:
    """A morning without the ids under which the two stores keep their cases."""
    return [(item.brief.reference, item.stage, *from_item(item)) for item in morning.items]


def test_without_a_file_for_the_index_it_says_so(server: str) -> None:
    """On a server nothing is kept unless somebody names a place, as it is about children; that is told, not hidden."""
    address = new_database(server)
    with CaseStore.open(address), Caseload(address) as caseload:
        assert "every case is decided" in caseload.notices[0]
