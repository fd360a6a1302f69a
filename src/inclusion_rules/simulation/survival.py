"""How long it takes until something happens, when for some it has not happened yet: the Kaplan-Meier estimate.

Written out rather than borrowed, so that it can be gone over by hand. Knows no cases.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.simulation.intervals import BEYOND, Interval


@dataclass(frozen=True, slots=True)
class SurvivalStep:
    """After so many days: how many were still waiting just before, to how many it happened then, how many went out of
    sight then, and which share still waits afterwards."""

    day: int
    waiting: int
    happened: int
    lost: int
    share: Interval


@dataclass(frozen=True, slots=True)
class Survival:
    """The share still waiting, step by step from day 0."""

    steps: tuple[SurvivalStep, ...]

    def on(self, day: int) -> Interval:
        """The share that still waits at the end of a day."""
        found = Interval(1.0, 1.0, 1.0)
        for step in self.steps:
            if step.day > day:
                break
            found = step.share
        return found

    @property
    def median(self) -> int | None:
        """The first day by whose end no more than half still wait; None where that day was not seen."""
        return next((step.day for step in self.steps if step.share.value <= 0.5), None)


def kaplan_meier(happened: NDArray[np.int64], lost: NDArray[np.int64]) -> Survival:
    """The estimate from two counts by day: to how many it happened on day 0, 1, …, and how many went out of sight.

    Who goes out of sight on a day is counted as still waiting on that day. The interval is Greenwood's on the scale of
    log(-log), which keeps it between 0 and 1.

    >>> [round(step.share.value, 3) for step in kaplan_meier(np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])).steps]
    [0.75, 0.75, 0.375]
    """
    waiting = int(happened.sum() + lost.sum())
    share, variance = 1.0, 0.0
    steps = []
    for day, (events, gone) in enumerate(zip(happened.tolist(), lost.tolist(), strict=True)):
        if not events and not gone:
            continue
        if events:
            share *= 1 - events / waiting
            variance = variance + events / (waiting * (waiting - events)) if events < waiting else math.inf
        steps.append(SurvivalStep(day, waiting, events, gone, _interval(share, variance)))
        waiting -= events + gone
    return Survival(tuple(steps))


def _interval(share: float, variance: float) -> Interval:
    if share >= 1.0:
        return Interval(share, 1.0, 1.0)
    if share <= 0.0 or math.isinf(variance):
        return Interval(max(share, 0.0), 0.0, None)
    reach = BEYOND * math.sqrt(variance) / abs(math.log(share))
    return Interval(share, share ** math.exp(reach), share ** math.exp(-reach))
