"""Cohorts: any block of them, the same wherever it begins, and every case a record like any that a council keeps."""

from __future__ import annotations

import heapq
import pickle
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.simulation_plans import Delay, Shares
from inclusion_rules.loading.case_data import check_event
from inclusion_rules.loading.plan_files import find_plan, load_plan, parse_plan
from inclusion_rules.simulation.cohort import Cohort
from inclusion_rules.simulation.cohort_columns import ABSENT, CohortBlock
from inclusion_rules.simulation.day_tables import LATER, DayTables, next_of
from inclusion_rules.simulation.queues import turns_at_sittings, turns_in_places
from inclusion_rules.vocabulary import Unit

SMALL = (Path(__file__).parent / "broken" / "sound.yaml").read_text("utf-8")
SHIPPED = ("east_sussex_multi_service_group", "england_permanent_exclusions", "england_suspensions")
every_shipped = pytest.mark.parametrize("name", SHIPPED)
MANY = 20_000


@lru_cache
def shipped_plan(name: str):
    """A plan that ships."""
    return load_plan(find_plan(name), open_rulebook())


@lru_cache
def cohort(name: str, cases: int, seed: int = 7) -> Cohort:
    """A cohort of a plan that ships."""
    return Cohort.of(shipped_plan(name), open_rulebook(), cases=cases, seed=seed)


def small(*pairs: tuple[str, str], cases: int = 400, seed: int = 5) -> Cohort:
    """A cohort of the small plan, some of its words replaced."""
    text = SMALL
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return Cohort.of(parse_plan(text, open_rulebook()), open_rulebook(), cases=cases, seed=seed)


def records(cohort: Cohort, first: int = 0, last: int | None = None, *, by: int | None = None) -> list[CaseRecord]:
    """The cases of a cohort as records, made block by block."""
    end = cohort.cases if last is None else last
    size = by or end - first
    found = [
        record
        for begin in range(first, end, size)
        for block in cohort.block(begin, min(begin + size, end))
        for record in block.records()
    ]
    return sorted(found, key=lambda record: record.id)


def days_of(block: CohortBlock, event: str) -> np.ndarray:
    """The days of the one column of an event."""
    (column,) = [column for column in block.events if column.name == event]
    return column.days


# The same case everywhere --------------------------------------------------------------------------------------------


@settings(max_examples=6, deadline=None)
@given(size=st.integers(7, 130))
@pytest.mark.parametrize("name", SHIPPED)
def test_cases_do_not_depend_on_their_block(name, size):
    """The same case comes out of blocks of any size."""
    assert records(cohort(name, 90)) == records(cohort(name, 90), by=size)


@every_shipped
def test_another_seed_makes_other_cases(name):
    """A seed is a world of its own."""
    one, other = (Counter(event.date for record in records(cohort(name, 60, seed)) for event in record.events)
                  for seed in (1, 2))  # fmt: skip

    assert one != other


def test_more_cases_leave_the_first_as_they_were():
    """Where nobody waits for room, a cohort can grow without touching the cases that it has."""
    plan = shipped_plan("england_suspensions")
    law = open_rulebook()

    assert records(Cohort.of(plan, law, cases=50, seed=3)) == records(Cohort.of(plan, law, cases=500, seed=3), 0, 50)


def test_a_cohort_can_be_sent_to_another_process():
    """What is pickled and opened again makes the same cases."""
    one = cohort("england_permanent_exclusions", 200)
    again = pickle.loads(pickle.dumps(one))  # noqa: S301 - our own bytes

    assert [(r.id, r.pupil, r.events) for r in records(one)] == [(r.id, r.pupil, r.events) for r in records(again)]


def test_a_step_that_is_taken_out_moves_no_other():
    """Removing what somebody does leaves what all others draw as it was."""
    plan = shipped_plan("england_permanent_exclusions")
    fewer = replace(plan, steps=tuple(step for step in plan.steps if step.event != "work_set"))
    law = open_rulebook()

    with_it, without = (Cohort.of(each, law, cases=300, seed=9) for each in (plan, fewer))

    assert [tuple(e for e in r.events if e.name != "work_set") for r in records(with_it)] == [
        r.events for r in records(without)
    ]


def test_a_changed_delay_moves_only_what_follows_it():
    """A change of one bearer's habit leaves the draws of the others untouched: common random numbers."""
    plan = shipped_plan("england_permanent_exclusions")
    step = plan.step("local_authority_notified")
    slower = replace(
        step,
        timing=replace(step.timing, delays={**step.delays, "late": Delay(Unit.SCHOOL_DAYS, Shares((30,), (1.0,)))}),
    )
    changed = replace(plan, steps=tuple(slower if one is step else one for one in plan.steps))
    law = open_rulebook()
    follows = {"local_authority_notified", "education_arranged"}

    before, after = (records(Cohort.of(each, law, cases=400, seed=4)) for each in (plan, changed))

    assert before != after
    assert [[e for e in r.events if e.name not in follows] for r in before] == [
        [e for e in r.events if e.name not in follows] for r in after
    ]


# Cases like any other ------------------------------------------------------------------------------------------------


@every_shipped
def test_every_event_keeps_to_the_vocabulary(name):
    """Each event that is drawn could stand in a case file: its name, its attributes, their types."""
    law = open_rulebook()
    for record in records(cohort(name, 150)):
        edition = law.edition(record.packs)
        for event in record.events:
            born = record.pupil["date_of_birth"]
            assert isinstance(born, date)
            check_event(event, record.events, edition, born=born)


@every_shipped
def test_every_case_can_be_decided(name):
    """A drawn case is decided as any other, and stands at some stage of its pathway at the end of the run."""
    law, plan = open_rulebook(), shipped_plan(name)
    stages = {stage.name for stage in law.pathways[plan.pathway].stages}

    assert {decide(record, law, as_of=plan.until).stage for record in records(cohort(name, 25))} <= stages


@every_shipped
def test_nothing_happens_after_the_end_of_the_run(name):
    """What would come later has not happened."""
    until = shipped_plan(name).until

    assert all(event.date <= until for record in records(cohort(name, 300)) for event in record.events)


@every_shipped
def test_the_cases_begin_in_the_period(name):
    """Each case has what it is about on a school day of the period."""
    plan = shipped_plan(name)
    drawn = cohort(name, 300)
    for block in drawn.block(0, 300):
        subjects = [block.events[place].days for kind, place in drawn.subject_columns(block) if kind != "history"]
        first = np.min([np.where(days == ABSENT, LATER, days) for days in subjects], axis=0)
        assert plan.first.toordinal() <= first.min()
        assert first.max() <= plan.last.toordinal()
        assert all(block.calendar.is_school_day(date.fromordinal(int(day))) for day in np.unique(first))


def test_history_is_no_subject():
    """Earlier suspensions count in totals; the case is about the permanent exclusion alone."""
    drawn = cohort("england_permanent_exclusions", 200)
    (block,) = drawn.block(0, 200)

    assert ["permanently_excluded"] == [kind for kind, _ in drawn.subject_columns(block)]
    assert {"suspended"} == {column.name for column in block.events if column.history}
    own = days_of(block, "permanently_excluded")
    assert all((column.days < own).all() for column in block.events if column.history)


def test_what_belongs_to_a_suspension_says_so():
    """In a case with several exclusions each event names the one that it belongs to."""
    for record in records(cohort("england_suspensions", 80)):
        suspended = {event.date for event in record.events if event.name == "suspended"}
        assert all(event.of in suspended for event in record.events if event.name != "suspended")


def test_no_two_suspensions_of_a_pupil_overlap():
    """A pupil who is out cannot be suspended: at least a school day in school lies between two suspensions."""
    (block,) = cohort("england_suspensions", 2_000).block(0, 2_000)
    calendar = block.calendar
    for record in block.records():
        suspended = [event for event in record.events if event.name == "suspended"]
        for one, other in pairwise(suspended):
            length = float(str(one.attributes["school_days"]))
            assert calendar.school_days_between(one.date, other.date) > length


# The plan is met -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("event", "wanted"), [("governing_board_notified", 0.90), ("governing_board_met", 0.855)])
def test_bearers_act_as_often_as_the_plan_says(event, wanted):
    """Chances and ways multiply along the steps, within what chance allows."""
    drawn = small(cases=MANY)
    (block,) = drawn.block(0, MANY)
    found = (days_of(block, event) != ABSENT).mean()

    assert abs(found - wanted) < 6 * (0.25 / MANY) ** 0.5


def test_a_dependent_share_keeps_to_what_it_depends_on():
    """Who has which need follows the phase, as the plan says."""
    (block,) = small(cases=MANY).block(0, MANY)
    phase, sen = block.school["phase"], block.pupil["sen"]
    primary = phase.codes == phase.values.index("primary")
    support = sen.codes == sen.values.index("support")

    assert not (primary & support).any()
    assert abs((~primary & support).sum() / (~primary).sum() - 0.25) < 0.02


def test_terms_are_met():
    """The published share of exclusions in the autumn comes out."""
    plan = shipped_plan("england_permanent_exclusions")
    (block,) = Cohort.of(replace(plan, capacities=plan.capacities), open_rulebook(), cases=MANY, seed=1).block(0, MANY)
    autumn = (days_of(block, "permanently_excluded") <= date(2024, 12, 20).toordinal()).mean()

    assert abs(autumn - 4168 / 10885) < 6 * (0.25 / MANY) ** 0.5


def test_the_number_of_suspensions_is_met():
    """Pupils are suspended as often in the term as was published, but for those who find no more room in it."""
    (block,) = cohort("england_suspensions", MANY).block(0, MANY)
    times = sum((column.days != ABSENT).astype(int) for column in block.events if column.name == "suspended")

    assert abs((times == 1).mean() - 0.5826) < 0.025
    assert abs(times.mean() - 2.026) < 0.06


def test_a_limit_that_changes_changes_behaviour():
    """A board that meets by the limit of the law meets later where the law gives it longer."""
    drawn = small(cases=2_000)
    packs = drawn.plan.setting.packs
    edition = drawn.editions[packs]
    limit = edition.parameters["board_meeting_limit"]
    longer = replace(limit, values=tuple(replace(one, value=30.0) for one in limit.values))
    changed = replace(
        edition,
        packs=tuple(replace(p, parameters={**p.parameters, limit.name: longer}) if limit.name in p.parameters else p
                    for p in edition.packs),
    )  # fmt: skip
    slower = Cohort(drawn.plan, {packs: changed}, drawn.cases, drawn.seed, drawn.served)

    before, after = (days_of(each.block(0, 2_000)[0], "governing_board_met") for each in (drawn, slower))
    both = (before != ABSENT) & (after != ABSENT)

    assert both.any()
    assert (after[both] > before[both]).all()


def test_what_has_happened_can_stop_what_follows():
    """Nobody is educated elsewhere after the exclusion was cancelled."""
    for record in records(cohort("england_permanent_exclusions", 1_500)):
        cancelled = [event.date for event in record.events if event.name == "exclusion_cancelled"]
        began = [event.date for event in record.events if event.name == "education_began"]
        assert not cancelled or all(day < cancelled[0] for day in began)


# Thresholds ----------------------------------------------------------------------------------------------------------


def test_the_group_hears_of_pupils_at_the_threshold_and_of_no_others():
    """A count is made where the term's third suspension, or its fifteenth day, was reached, with the totals of then."""
    for record in records(cohort("east_sussex_multi_service_group", 800)):
        suspended = [event for event in record.events if event.name == "suspended"]
        for counted in (event for event in record.events if event.name == "suspensions_counted"):
            assert counted.of is not None
            so_far = [event for event in suspended if event.date <= counted.of]
            days = sum(float(str(event.attributes["school_days"])) for event in so_far)
            assert (len(so_far), days) == (counted.attributes["suspensions"], counted.attributes["suspended_days"])
            assert len(so_far) >= 3 or days >= 15
            assert len(so_far) == 3 or days - float(str(so_far[-1].attributes["school_days"])) < 15


def test_the_group_meets_every_three_weeks():
    """Nobody is discussed but on the days on which the group meets."""
    drawn = records(cohort("east_sussex_multi_service_group", 2_000))
    days = {event.date for case in drawn for event in case.events if event.name == "multi_service_group_discussed"}

    assert len(days) > 3
    assert {(day - date(2025, 9, 10)).days % 21 for day in days} == {0}


def test_what_is_averted_takes_its_followers_with_it():
    """Where a discussion averts every later suspension, none comes after it, nor anything that belongs to one."""
    plan = shipped_plan("east_sussex_multi_service_group")
    step = plan.step("group_discusses_the_pupil")
    assert step.averts is not None
    sure = replace(step, averts=replace(step.averts, chance=Shares((True,), (1.0,))))
    changed = replace(plan, steps=tuple(sure if one is step else one for one in plan.steps))

    discussed = 0
    for record in records(Cohort.of(changed, open_rulebook(), cases=800, seed=7)):
        met = [event.date for event in record.events if event.name == "multi_service_group_discussed"]
        discussed += bool(met)
        suspended = {event.date for event in record.events if event.name == "suspended"}
        assert not met or all(day <= met[0] for day in suspended)
        assert all(event.of in suspended for event in record.events if event.of is not None
                   and event.name not in ("parent_notified_in_writing", "governing_board_notified"))  # fmt: skip

    assert discussed > 20


# Waiting for room ----------------------------------------------------------------------------------------------------


def plainly_at_sittings(ready: list[int], sittings: list[int], size: int) -> list[int]:
    """Whose turn comes when, worked out one after another."""
    left = dict.fromkeys(sittings, size)
    found = [ABSENT] * len(ready)
    for row in sorted(range(len(ready)), key=lambda row: (ready[row], row)):
        if ready[row] != ABSENT:
            day = next((day for day in sittings if day >= ready[row] and left[day]), LATER)
            if day != LATER:
                left[day] -= 1
            found[row] = day
    return found


@given(
    st.lists(st.integers(ABSENT, 60), max_size=40),
    st.sets(st.integers(0, 80), min_size=1, max_size=20),
    st.integers(1, 4),
)
def test_turns_at_sittings_are_first_come_first_served(ready, sittings, size):
    """The quick way of counting turns gives what serving one case after another gives."""
    listed = sorted(sittings)
    found = turns_at_sittings(np.array(ready, np.int32), np.array(listed, np.int32), size)

    assert plainly_at_sittings(ready, listed, size) == found.tolist()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), min_size=1, max_size=25), st.integers(1, 4))
def test_no_more_places_are_held_than_there_are(asked, size):
    """Each case gets the place that is free first, in order of asking; no more are held than there are."""
    calendar = small_calendar()
    tables = tables_of(calendar)
    days = tables.school.days
    begin = int(np.searchsorted(days, date(2024, 9, 2).toordinal()))
    ready = np.array([days[begin + offset] for offset, _ in asked], dtype=np.int32)
    held = np.array([length for _, length in asked], dtype=np.int32)

    places = tables.school.places(turns_in_places(ready, held, size, tables)).tolist()
    wanted = tables.school.places(ready).tolist()
    free = [0] * size
    one_by_one = {}
    for row in sorted(range(len(asked)), key=lambda row: (wanted[row], row)):
        one_by_one[row] = max(heapq.heappop(free), wanted[row])
        heapq.heappush(free, one_by_one[row] + held[row])

    assert [one_by_one[row] for row in range(len(asked))] == places

    for at in places:
        assert size >= sum(begun <= at < begun + length for begun, length in zip(places, held.tolist(), strict=True))


@lru_cache
def small_calendar():
    """The calendar of the small plan."""
    return small(cases=1).plan.setting.calendar


@lru_cache
def tables_of(calendar) -> DayTables:
    """The day tables of a calendar, made once."""
    return DayTables.of(calendar)


def test_room_makes_cases_wait():
    """Where a panel sits seldom, reviews begin later and on its days only; nobody's own draws are touched."""
    often, seldom = (
        small(("cases: 40", "cases: 3000"), ("cases a sitting: 1", f"cases a sitting: {size}"), cases=3_000)
        for size in (200, 2)
    )
    wide, narrow = (days_of(each.block(0, 3_000)[0], "review_began") for each in (often, seldom))
    others = [[event for event in record.events if event.name != "review_began"] for record in records(often)]

    assert {1} == {date.fromordinal(int(day)).weekday() for day in narrow[narrow != ABSENT]}
    assert (narrow[(wide != ABSENT) & (narrow != ABSENT)] >= wide[(wide != ABSENT) & (narrow != ABSENT)]).all()
    assert (narrow != ABSENT).sum() < (wide != ABSENT).sum()
    assert others == [[e for e in record.events if e.name != "review_began"] for record in records(seldom)]


def test_room_grows_with_the_cohort():
    """Ten times the cases have ten times the room, so that a large run does not only wait."""
    waits = []
    for cases in (400, 4_000):
        drawn = small(("cases a sitting: 1", "cases a sitting: 2"), cases=cases)
        (block,) = drawn.block(0, cases)
        applied, began = days_of(block, "review_applied_for"), days_of(block, "review_began")
        both = (applied != ABSENT) & (began != ABSENT)
        waits.append((began[both] - applied[both]).mean())

    assert abs(waits[0] - waits[1]) < 12


# Counting days -------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2024, 9, 2), date(2025, 6, 1)), st.integers(1, 30))
def test_the_tables_count_as_the_calendar_does(day, count):
    """School days, working days and calendar days after a day are those that the calendar itself gives."""
    calendar = small_calendar()
    tables = tables_of(calendar)
    days, counts = np.array([day.toordinal()], np.int32), np.array([count], np.int32)

    found = {unit: date.fromordinal(int(tables.after(days, counts, unit)[0]))
             for unit in (Unit.SCHOOL_DAYS, Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)}  # fmt: skip

    assert calendar.nth_school_day_after(day, count) == found[Unit.SCHOOL_DAYS]
    assert calendar.bank_holidays.nth_working_day_after(day, count) == found[Unit.WORKING_DAYS]
    assert count == (found[Unit.CALENDAR_DAYS] - day).days
    assert calendar.nth_school_day_before(day, count) == date.fromordinal(
        int(tables.ahead_of(days, counts, Unit.SCHOOL_DAYS)[0])
    )


def test_what_runs_past_the_calendar_is_later_than_everything():
    """A count beyond the calendar is not guessed at: it has not happened when the run ends."""
    calendar = small_calendar()
    tables = tables_of(calendar)
    last = np.array([calendar.covers_to.toordinal(), ABSENT], np.int32)

    assert [LATER, ABSENT] == tables.after(last, np.array([1, 1], np.int32), Unit.SCHOOL_DAYS).tolist()


def test_the_next_sitting_is_the_day_itself_or_a_later_one():
    """Who is ready on a day of sitting is heard that day."""
    assert [3, 3, 8, LATER] == next_of(np.array([3, 8], np.int32), np.array([1, 3, 4, 9], np.int32)).tolist()


def test_a_block_is_part_of_its_cohort():
    """Asking for cases that there are not is a mistake of the caller's, and told."""
    with pytest.raises(ValueError, match="not in a cohort of 120"):
        cohort("england_suspensions", 120).block(100, 121)


def test_a_cohort_has_cases():
    """A run over nothing is refused."""
    with pytest.raises(ValueError, match="at least 1 case"):
        Cohort.of(shipped_plan("england_suspensions"), open_rulebook(), cases=0)
