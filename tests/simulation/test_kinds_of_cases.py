"""What tells cases apart: several exclusions in one case, and the law of the day, among all else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulation.taken_alone import law, obligations_alone, obligations_in

from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.loading.plan_files import find_plan, load_plan
from inclusion_rules.simulation.cohort_columns import ABSENT, Coded, CohortBlock, Days, EventColumn
from inclusion_rules.simulation.deciding_blocks import BlockDecider

AS_OF = date(2025, 7, 1)
LENGTHS = (0.5, 1, 2, 3, 5, 6, 8, 16, 20)
OF_ITS_OWN: tuple[tuple[str, dict[str, tuple[Any, ...]]], ...] = (
    ("exclusion_cancelled", {}),
    ("pupil_returned_to_school", {}),
    ("parent_notified_in_writing", {}),
    ("governing_board_notified", {}),
    ("representations_made", {}),
    ("governing_board_met", {}),
    ("governing_board_decided", {"outcome": ("reinstate", "not_reinstate")}),
    ("education_arranged", {"full_time": (True, False)}),
)


@cache
def calendar() -> SchoolCalendar:
    """The calendar of a shipped plan."""
    return load_plan(find_plan("england_permanent_exclusions"), law()).setting.calendar


class Chance:
    """Columns by lot for so many cases."""

    def __init__(self, seed: int, rows: int) -> None:
        self._chance, self._rows = np.random.default_rng(seed), rows

    def coded(self, values: tuple[Any, ...]) -> Coded:
        """One of some values, or none."""
        return Coded(self._chance.integers(-1, len(values), self._rows).astype(np.int16), values)

    def after(self, days: Days, span: int, *, absent: float) -> Days:
        """A day up to so many later, for some of those that have a day."""
        later = days + self._chance.integers(0, span + 1, self._rows)
        return np.where((days == ABSENT) | (self._chance.random(self._rows) < absent), ABSENT, later).astype(np.int32)


def several_exclusions(
    seed: int, *, rows: int = 16, start: date = date(2025, 1, 6), span: int = 40, pathway: str = "suspension"
) -> CohortBlock:
    """A block of cases with up to three suspensions and a permanent exclusion, in any order, each with its own events.

    No two exclusions begin on one day, since an event names the exclusion that it belongs to by its day.
    """
    chance = Chance(seed, rows)
    first = np.full(rows, start.toordinal(), dtype=np.int32)
    exclusions = []
    for number, name in enumerate(("suspended", "suspended", "permanently_excluded", "suspended")):
        days = chance.after(first, span, absent=0 if number == 3 else 0.4)
        days = np.where(days == ABSENT, ABSENT, days - days % 4 + number).astype(np.int32)
        attributes = {"session": chance.coded(("morning", "afternoon"))}
        if name == "suspended":
            attributes = {"session": chance.coded(("morning", "afternoon", "lunchtime"))}
            attributes["school_days"] = chance.coded(LENGTHS)
        exclusions.append(EventColumn(name, days, attributes, {"first_day": chance.after(days, 3, absent=0.8)}))
    own = [
        EventColumn(
            name,
            chance.after(exclusion.days, 30, absent=0.8 if name == "exclusion_cancelled" else 0.5),
            {key: chance.coded(values) for key, values in attributes.items()},
            of=number,
        )
        for number, exclusion in enumerate(exclusions)
        for name, attributes in OF_ITS_OWN
    ]
    born = tuple(date(2010 + number, 9 if number % 2 else 3, 15) for number in range(4))
    return CohortBlock(
        numbers=np.arange(rows),
        prefix="SEVERAL-",
        pathway=pathway,
        packs=("england",),
        calendar=calendar(),
        bank_holidays=law().bank_holidays,
        school={"school_type": chance.coded(("maintained", "academy", "pru"))},
        pupil={
            "looked_after": chance.coded((True, False)),
            "sen": chance.coded(("none", "ehc_plan")),
            "date_of_birth": chance.coded(born),
            "year_group": chance.coded((6, 9, 11)),
        },
        events=(*exclusions, *own),
    )


@settings(max_examples=5, deadline=None)
@given(
    st.lists(st.integers(0, 2**32 - 1), min_size=2, max_size=2), st.sampled_from(["suspension", "permanent_exclusion"])
)
def test_each_of_several_exclusions_is_decided_as_it_is_alone(seeds: list[int], pathway: str) -> None:
    """Totals, runs and everything else of one exclusion come out right beside others, block after block."""
    decider = BlockDecider(law(), AS_OF)
    for seed in seeds:
        block = several_exclusions(seed, pathway=pathway)
        together = obligations_in(decider.decide(block))
        for row in range(0, len(block), 4):
            assert together.get(block.case_id(row), []) == obligations_alone(block, row, AS_OF)


def test_blocks_on_either_side_of_a_change_of_law_are_told_apart() -> None:
    """What was learned of cases under one rule is not handed to cases under the next, though all else is alike."""
    changed = law_with_a_new_rule("reinstatement/decision_notice", on=date(2025, 3, 1))
    before = several_exclusions(7, start=date(2025, 1, 6), span=8)
    after = several_exclusions(7, start=date(2025, 3, 3), span=8)
    experienced = BlockDecider(changed, AS_OF)

    rules = [set(experienced.decide(block).obligations.column("rule").to_pylist()) for block in (before, after)]

    versions = {"reinstatement/decision_notice", "reinstatement/decision_notice/new"}
    assert {"reinstatement/decision_notice"} == rules[0] & versions
    assert {"reinstatement/decision_notice/new"} == rules[1] & versions


def law_with_a_new_rule(rule: str, *, on: date) -> Rulebook:
    """The shipped law with one rule followed, from a day on, by another that says the same."""
    pack = law().packs["england"]
    old = pack.rules[rule]
    ended = replace(old, governs=replace(old.governs, last=on - timedelta(days=1)))
    begun = replace(old, id=f"{rule}/new", governs=replace(old.governs, first=on))
    changed = replace(pack, rules={**pack.rules, rule: ended, begun.id: begun})
    return Rulebook({**law().packs, "england": changed}, law().pathways, law().calendars, law().bank_holidays)
