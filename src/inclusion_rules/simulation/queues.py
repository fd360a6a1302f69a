"""Waiting for room: whose turn comes when, over all cases of a cohort, first come first served.

Here cases touch one another: a case that is taken out frees its turn for those behind it. What each case draws is not
touched, only the day on which its turn comes. Only what the waiting hangs on is drawn, in a pass before all blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.domain.simulation_plans import Capacity, Plan, Step, asked_of
from inclusion_rules.domain.step_order import all_before, draws_needed, needs_of, steps_in_order
from inclusion_rules.simulation.cohort_columns import ABSENT, Days
from inclusion_rules.simulation.day_tables import LATER, DayTables
from inclusion_rules.simulation.drawing import Choice
from inclusion_rules.simulation.lot import Lot
from inclusion_rules.simulation.plan_tables import PlanTables

PASS = 65_536
"""How many cases are drawn at a time while the waiting is worked out."""


def waits(
    plan: Plan, cases: int, *, lots: Callable[[int, int, Mapping[str, Days]], Iterable[Lot]], tables: PlanTables
) -> Mapping[str, Days]:
    """For each step that waits for room, the day on which each case's turn comes; ABSENT for those that never ask.

    `lots` gives the cases from one number up to another, with the turns that are known so far.
    """
    served: dict[str, Days] = {}
    for step in steps_in_order(plan.steps):
        if step.waits_for is None:
            continue
        capacity = plan.capacity(step.waits_for)
        asking = _Asking(plan, step, capacity)
        ready, held = asking.over(cases, lambda first, last: lots(first, last, served))
        size = scaled(capacity, cases, plan)
        if capacity.sittings is not None:
            listed = tables.days.sittings(tables.sitting_weeks(capacity.sittings))
            served[step.name] = turns_at_sittings(ready, listed, size)
        else:
            served[step.name] = turns_in_places(ready, held, size, tables.days)
    return served


def scaled(capacity: Capacity, cases: int, plan: Plan) -> int:
    """The room for a cohort of another size than the plan's own: in proportion, and never none."""
    size = capacity.a_sitting or capacity.places
    return max(1, round(size * cases / plan.cases))


@dataclass(frozen=True, slots=True)
class _Asking:
    """One step that waits, and all that has to be drawn to know when a case is ready for it."""

    plan: Plan
    step: Step
    capacity: Capacity

    def over(self, cases: int, lots: Callable[[int, int], Iterable[Lot]]) -> tuple[Days, NDArray[np.int32]]:
        """The day on which each case is ready to be served, and for how many school days it will hold a place."""
        steps = all_before(self.step.name, needs_of(self.plan.steps)) | {self.step.name}
        held_for = self.capacity.held_for
        choice = Choice(held_for) if held_for is not None else None
        wanted = [*asked_of(held_for)] if held_for is not None else []
        who = draws_needed(self.plan, (step for step in self.plan.steps if step.name in steps), wanted)
        ready = np.full(cases, ABSENT, dtype=np.int32)
        held = np.zeros(cases, dtype=np.int32)
        for first in range(0, cases, PASS):
            for lot in lots(first, min(first + PASS, cases)):
                lot.draw_who(only=who)
                lot.draw_steps(only=steps)
                rows = slice(first, first + len(lot)) if lot.rows is None else first + lot.rows
                ready[rows] = lot.ready[self.step.name]
                if choice is not None:
                    held[rows] = choice.counts(lot.uniform(f"{self.capacity.name} / held for"), lot.asked(0))
        return ready, held


def turns_at_sittings(ready: Days, sittings: Days, size: int) -> Days:
    """The sitting at which each case is heard, where each sitting hears so many; of one day, the lower number first.

    >>> turns_at_sittings(np.array([1, 1, 1, 9], np.int32), np.array([2, 5, 9], np.int32), 2).tolist()
    [2, 2, 5, 9]
    """
    found = np.full(len(ready), ABSENT, dtype=np.int32)
    waiting = np.flatnonzero((ready != ABSENT) & (ready != LATER))
    found[ready == LATER] = LATER
    if not len(waiting):
        return found
    order = waiting[np.argsort(ready[waiting], kind="stable")]
    earliest = np.searchsorted(sittings, ready[order], side="left").astype(np.int64) * size
    number = np.arange(len(order), dtype=np.int64)
    turn = (np.maximum.accumulate(earliest - number) + number) // size
    listed = np.append(sittings, np.int32(LATER))
    found[order] = listed[np.minimum(turn, len(sittings))]
    return found


def turns_in_places(ready: Days, held: NDArray[np.int32], size: int, tables: DayTables) -> Days:
    """The school day on which each case gets a place, where there are so many and each is held for some school days."""
    found = np.full(len(ready), ABSENT, dtype=np.int32)
    waiting = np.flatnonzero((ready != ABSENT) & (ready != LATER))
    found[ready == LATER] = LATER
    order = waiting[np.argsort(ready[waiting], kind="stable")]
    asked = tables.school.places(ready[order])
    lengths = np.maximum(held[order], 1)
    last = len(tables.school.days)
    begun = np.full(len(order), last, dtype=np.int64)
    freed = np.zeros(last + 1, dtype=np.int64)
    come = np.searchsorted(asked, np.arange(last), side="right").tolist()
    done, free = 0, size
    for day in range(int(asked[0]) if len(asked) else last, last):
        free += int(freed[day])
        served = min(free, come[day] - done)
        if served:
            begun[done : done + served] = day
            np.add.at(freed, np.minimum(day + lengths[done : done + served], last), 1)
            done, free = done + served, free - served
    found[order] = tables.school.days_at(begun)
    return found
