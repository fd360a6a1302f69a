"""Counts by whole days, kept as they are so that quantiles are exact and parts of a run add up.

Knows no units: its caller says whether they are school days.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass
class DayHistograms:
    """For each of several kinds, how many of each number of days from `least` to `most`; beyond that, the last one."""

    least: int = -250
    most: int = 750
    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))

    def add(self, kinds: NDArray[np.int32], days: NDArray[np.int64]) -> None:
        """Count days, each under its kind (0, 1, …)."""
        if not len(kinds):
            return
        width = self.most - self.least + 1
        rows = max(int(kinds.max()) + 1, len(self.counts))
        places = np.clip(days, self.least, self.most) - self.least
        found = np.bincount(kinds.astype(np.int64) * width + places, minlength=rows * width).reshape(rows, width)
        if len(self.counts):
            found[: len(self.counts)] += self.counts
        self.counts = found

    def of(self, kind: int) -> DayCounts:
        """The counts of one kind."""
        if kind >= len(self.counts):
            return DayCounts(self.least, np.zeros(self.most - self.least + 1, dtype=np.int64))
        return DayCounts(self.least, self.counts[kind])


@dataclass(frozen=True, slots=True)
class DayCounts:
    """How many of each number of days, from `least` on."""

    least: int
    counts: NDArray[np.int64]

    @property
    def total(self) -> int:
        """How many there are."""
        return int(self.counts.sum())

    @property
    def mean(self) -> float:
        """Their mean; not to be asked of nothing."""
        return float(self.counts @ (np.arange(len(self.counts)) + self.least)) / self.total

    def quantile(self, share: float) -> int | None:
        """The smallest number of days that at least this share do not exceed; None of nothing.

        >>> DayCounts(0, np.array([1, 2, 1])).quantile(0.5)
        1
        """
        return quantile(self.counts, share, least=self.least)

    def between(self, first: int, last: int) -> int:
        """How many lie from one number of days to another, both counted."""
        low, high = max(first - self.least, 0), max(last - self.least + 1, 0)
        return int(self.counts[low:high].sum())


def quantile(counts: NDArray[np.int64], share: float, *, least: int = 0) -> int | None:
    """The smallest number of days that at least this share do not exceed; None of nothing."""
    total = int(counts.sum())
    if not total:
        return None
    # INVARIANT: a whole number is compared with, so that a quantile does not hang on how shares round.
    wanted = max(1, int(np.ceil(share * total - 1e-9)))
    return int(np.searchsorted(np.cumsum(counts), wanted)) + least
