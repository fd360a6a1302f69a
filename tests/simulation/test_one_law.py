"""A cohort is decided by the law that decides a case: each of its cases, taken alone, comes out identical."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulation.taken_alone import (
    end_alone,
    ends_in,
    law,
    obligations_alone,
    obligations_in,
    stages_alone,
    stages_in,
)

from inclusion_rules.loading.plan_files import find_plan, load_plan, shipped_plans
from inclusion_rules.simulation.cohort import Cohort
from inclusion_rules.simulation.cohort_columns import ABSENT, Coded, CohortBlock, EventColumn
from inclusion_rules.simulation.deciding_blocks import BlockDecider


@cache
def cohort(plan: str, cases: int = 400) -> Cohort:
    """A cohort of a shipped plan."""
    return Cohort.of(load_plan(find_plan(plan), law()), law(), cases=cases, seed=11)


@pytest.mark.parametrize("plan", shipped_plans())
def test_every_obligation_of_a_block_is_that_of_the_case_alone(plan: str) -> None:
    """Of a sample of each shipped plan, ledgers come out the same: duty by duty, day by day, in the same order."""
    drawn = cohort(plan)
    for block in drawn.block(0, drawn.cases):
        tables = BlockDecider(law(), drawn.plan.until).decide(block)
        together = obligations_in(tables)
        for row in range(0, len(block), max(1, len(block) // 20)):
            alone = obligations_alone(block, row, drawn.plan.until)
            assert together.get(block.case_id(row), []) == alone, block.case_id(row)


@pytest.mark.parametrize("plan", shipped_plans())
def test_every_stage_of_a_block_is_that_of_the_case_alone(plan: str) -> None:
    """Before and after each event, and at the end, a case of a block stands where it stands alone, and since the same
    day."""
    drawn = cohort(plan)
    block = drawn.block(0, drawn.cases)[0]
    tables = BlockDecider(law(), drawn.plan.until).decide(block)
    stages, ends = stages_in(tables), ends_in(tables)
    for row in range(0, len(block), max(1, len(block) // 8)):
        assert stages[block.case_id(row)] == stages_alone(block, row)
        assert ends[block.case_id(row)] == end_alone(block, row, drawn.plan.until)


def test_what_was_learned_from_one_block_serves_the_next_unchanged() -> None:
    """A decider that has seen other blocks gives the same tables as one that has seen none."""
    drawn = cohort("england_permanent_exclusions")
    first, second = drawn.block(0, 200)[0], drawn.block(200, 400)[0]
    experienced = BlockDecider(law(), drawn.plan.until)
    experienced.decide(first)
    fresh = BlockDecider(law(), drawn.plan.until)
    assert experienced.decide(second) == fresh.decide(second)
    assert experienced.asked() < 2 * fresh.asked()


def test_removing_one_case_leaves_all_others_untouched() -> None:
    """Every row of the others is the same whether or not a case stands among them."""
    drawn = cohort("england_permanent_exclusions")
    block = drawn.block(0, 60)[0]
    whole = BlockDecider(law(), drawn.plan.until).decide(block)
    without = BlockDecider(law(), drawn.plan.until).decide(
        block.take(np.array([row for row in range(60) if row != 17]))
    )
    for name in ("events", "obligations", "cases"):
        left = [row for row in getattr(whole, name).to_pylist() if row["case_id"] != block.case_id(17)]
        assert getattr(without, name).to_pylist() == left


# Made-up cases, further from the ordinary than any plan would draw ---------------------------------------------------

EVENTS: tuple[tuple[str, dict[str, tuple[Any, ...]]], ...] = (
    ("parent_notified_in_writing", {}),
    ("local_authority_notified", {}),
    ("governing_board_notified", {}),
    ("exclusion_cancelled", {}),
    ("pupil_returned_to_school", {}),
    ("education_began", {"full_time": (True, False)}),
    ("representations_made", {}),
    ("governing_board_met", {}),
    ("governing_board_decided", {"outcome": ("reinstate", "not_reinstate")}),
    ("governing_board_decision_notified", {"served_by": ("first_class_post", "email", "delivered")}),
    ("review_applied_for", {"sent_by": ("first_class_post", "email")}),
    ("review_waived", {}),
    ("review_began", {}),
    ("review_decided", {"outcome": ("upheld", "reconsideration_recommended", "quashed")}),
    ("review_decision_notified", {"served_by": ("first_class_post", "email")}),
    ("governing_board_reconvened", {}),
    ("governing_board_reconsidered", {"outcome": ("reinstate", "not_reinstate")}),
    ("reconsideration_notified", {}),
    ("name_deleted_from_register", {}),
    ("started_at_new_school", {}),
)
START = date(2025, 1, 6)
ROWS = 8


def odd_block(seed: int) -> CohortBlock:
    """A block in which anything may follow anything, within a few months, an earlier suspension among it."""
    calendar = cohort("england_permanent_exclusions").plan.setting.calendar
    chance = np.random.default_rng(seed)

    def days(span: int, *, absent: float = 0.5) -> Any:
        found = START.toordinal() + chance.integers(0, span + 1, ROWS)
        return np.where(chance.random(ROWS) < absent, ABSENT, found).astype(np.int32)

    def coded(values: tuple[Any, ...]) -> Coded:
        return Coded(chance.integers(-1, len(values), ROWS).astype(np.int16), values)

    sessions = {"session": coded(("morning", "afternoon"))}
    excluded = days(40, absent=0) + 8
    suspended = days(25)
    suspended = np.where(suspended < excluded, suspended, ABSENT).astype(np.int32)
    three_days = Coded(np.zeros(ROWS, dtype=np.int16), (3,))
    columns = [
        EventColumn("suspended", suspended, {"school_days": three_days, **sessions}, history=True),
        EventColumn("permanently_excluded", excluded, {"session": coded(("morning", "afternoon", "lunchtime"))}),
    ]
    for name, attributes in EVENTS:
        later = days(90)
        later = np.where((later == ABSENT) | (later >= excluded), later, excluded).astype(np.int32)
        columns.append(EventColumn(name, later, {key: coded(values) for key, values in attributes.items()}, of=1))
    born = tuple(date(2010 + number, 9 if number % 2 else 3, 15) for number in range(4))
    return CohortBlock(
        numbers=np.arange(ROWS),
        prefix="ODD-",
        pathway="permanent_exclusion",
        packs=("england",),
        calendar=calendar,
        bank_holidays=law().bank_holidays,
        school={"school_type": coded(("maintained", "academy", "pru")), "phase": coded(("primary", "secondary"))},
        pupil={
            "looked_after": coded((True, False)),
            "social_worker": coded((True, False)),
            "sen": coded(("none", "ehc_plan")),
            "date_of_birth": coded(born),
            "year_group": coded((6, 9, 11)),
        },
        events=tuple(columns),
    )


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_however_odd_a_block_each_case_comes_out_as_it_does_alone(seed: int) -> None:
    """The claim of the whole room, held against cases that no plan would draw."""
    block, as_of = odd_block(seed), date(2025, 7, 1)
    together = obligations_in(BlockDecider(law(), as_of).decide(block))
    for row in range(len(block)):
        assert together.get(block.case_id(row), []) == obligations_alone(block, row, as_of)
