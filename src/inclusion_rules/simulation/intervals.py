"""How far a figure of a run could be off by chance alone: 95 % intervals, each by a formula that can be looked up.

An interval says what other draws of the same plan would give. It says nothing of whether the plan is right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Sums = NDArray[np.float64]

CONFIDENCE = 0.95
BEYOND = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
"""How many standard errors an interval reaches to either side."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the range that chance leaves it; the ends are None where nothing can be said of them."""

    value: float
    low: float | None
    high: float | None

    def holds(self, other: float) -> bool:
        """Whether another figure lies within."""
        return self.low is not None and self.high is not None and self.low <= other <= self.high

    def times(self, factor: float) -> Interval:
        """The same in another unit."""
        return Interval(
            self.value * factor,
            None if self.low is None else self.low * factor,
            None if self.high is None else self.high * factor,
        )


def wilson(part: int, whole: int) -> Interval | None:
    """A share with Wilson's interval, which stays between 0 and 1 and is of use for small counts; None of nothing.

    >>> shown = wilson(1, 10)
    >>> round(shown.low, 4), round(shown.high, 4)
    (0.0179, 0.4042)
    """
    if whole <= 0:
        return None
    share, square = part / whole, BEYOND**2
    centre = (share + square / (2 * whole)) / (1 + square / whole)
    reach = BEYOND / (1 + square / whole) * math.sqrt(share * (1 - share) / whole + square / (4 * whole**2))
    return Interval(share, 0.0 if part == 0 else centre - reach, 1.0 if part == whole else centre + reach)


def ratio(parts: Sums, wholes: Sums) -> Interval | None:
    """The ratio of two sums over blocks of cases that know nothing of each other, by how the blocks scatter round it.

    The usual linearised error of a ratio, so that several events of one case are not taken for several cases.

    >>> ratio(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]))
    Interval(value=0.5, low=0.5, high=0.5)
    """
    total = float(wholes.sum())
    if total == 0:
        return None
    value = float(parts.sum()) / total
    blocks = len(parts)
    if blocks < 2:
        return Interval(value, None, None)
    scatter = float(np.square(parts - value * wholes).sum()) * blocks / (blocks - 1)
    reach = BEYOND * math.sqrt(scatter) / total
    return Interval(value, value - reach, value + reach)


def over_replications(values: Sequence[float]) -> Interval:
    """The mean of a figure over replications, with Student's interval.

    >>> shown = over_replications([1.0, 2.0, 3.0])
    >>> round(shown.low, 3), round(shown.high, 3)
    (-0.484, 4.484)
    """
    count = len(values)
    mean = math.fsum(values) / count
    if count < 2:
        return Interval(mean, None, None)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (count - 1))
    reach = student(count - 1) * spread / math.sqrt(count)
    return Interval(mean, mean - reach, mean + reach)


def student(freedom: int) -> float:
    """How many standard errors to either side Student's distribution needs, for degrees of freedom.

    >>> round(student(4), 3)
    2.776
    """
    low, high = 0.0, 1000.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < CONFIDENCE else (low, middle)
    return (low + high) / 2


def _within(reach: float, freedom: int) -> float:
    """The chance that Student's distribution falls within a reach of its middle: the classical finite sums."""
    angle = math.atan(reach / math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    even = freedom % 2 == 0
    term, total = (1.0, 1.0) if even else (cosine, cosine)
    last = freedom - 2
    for step in range(2 if even else 3, last + 1, 2):
        term *= cosine**2 * (step - 1) / step
        total += term
    if even:
        return sine * total
    return 2 / math.pi * (angle + (sine * total if freedom > 1 else 0.0))
