"""Who waited for room in a cohort, and how long: whose turn came when against when each was ready.

Draws again what the waiting hangs on (`queues` says whose turn comes when); decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.domain.simulation_plans import Capacity, Step
from inclusion_rules.domain.step_order import all_before, needs_of
from inclusion_rules.simulation.cohort import Cohort
from inclusion_rules.simulation.cohort_columns import ABSENT, Days
from inclusion_rules.simulation.day_tables import LATER
from inclusion_rules.simulation.queues import PASS, scaled

_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Queue:
    """A step that waits for room. `room` is for this cohort: cases a sitting, or places.

    `waits` are school days from ready to served, of those served by the end of the run; `waiting` and `served` give for
    the last day of each week how many wait then, and how many have been served by then.
    """

    step: Step
    capacity: Capacity
    room: int
    asked: int
    unserved: int
    waits: NDArray[np.int64]
    weeks: Days
    waiting: NDArray[np.int64]
    served: NDArray[np.int64]


def queues_of(cohort: Cohort) -> tuple[Queue, ...]:
    """The queues of a cohort, in the order of its plan."""
    return tuple(_queue(cohort, step) for step in cohort.plan.steps if step.waits_for is not None)


def _queue(cohort: Cohort, step: Step) -> Queue:
    capacity = cohort.plan.capacity(step.waits_for or "")
    ready, served = _ready(cohort, step), cohort.served[step.name]
    end = cohort.plan.until.toordinal()
    asked = (ready != ABSENT) & (ready <= end)
    begun = asked & (served <= end)
    school = cohort.prepared(cohort.plan.setting).days.school
    waits = school.places(served[begun]) - school.places(ready[begun])
    weeks = np.arange(cohort.plan.first.toordinal() + _A_WEEK - 1, end + _A_WEEK, _A_WEEK).astype(np.int32)
    weeks = np.minimum(weeks, end)
    asked_by = np.searchsorted(np.sort(ready[asked]), weeks, side="right")
    served_by = np.searchsorted(np.sort(served[begun]), weeks, side="right")
    return Queue(
        step=step,
        capacity=capacity,
        room=scaled(capacity, cohort.cases, cohort.plan),
        asked=int(asked.sum()),
        unserved=int(asked.sum() - begun.sum()),
        waits=waits,
        weeks=weeks,
        waiting=asked_by - served_by,
        served=served_by,
    )


def _ready(cohort: Cohort, step: Step) -> Days:
    needed = all_before(step.name, needs_of(cohort.plan.steps)) | {step.name}
    ready = np.full(cohort.cases, ABSENT, dtype=np.int32)
    for first in range(0, cohort.cases, PASS):
        last = min(first + PASS, cohort.cases)
        for lot in cohort.lots(first, last):
            lot.draw_who()
            lot.draw_steps(only=needed)
            rows = np.arange(first, last) if lot.rows is None else first + lot.rows
            found = lot.ready[step.name]
            ready[rows] = np.where(found == LATER, ABSENT, found)
    return ready
