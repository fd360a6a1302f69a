"""The one door of chance: numbers between 0 and 1 for each case, and what they come to under a distribution.

A number follows from the seed, the name of the draw and the number of the case, and from nothing else. So the same draw
of the same case is the same in every block, on every worker, and under every plan that still has a draw of that name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.simulation_plans import Distribution, Given, Shares, values_of
from inclusion_rules.simulation.cohort_columns import NOT_KNOWN, Coded, Codes

Uniforms = NDArray[np.float64]
Rows = NDArray[np.intp]

_WORDS_A_COUNT = 4  # numbers that Philox makes of one count
_BELOW_ONE = 1.0 - 2.0**-40
_BINS = 2048
"""Into how many equal parts a choice is cut beforehand; where a part holds one value, nothing has to be searched."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Chance, for one seed.

    >>> draws = Draws(7)
    >>> bool((draws.uniform("who / phase", 0, 10)[4:] == draws.uniform("who / phase", 4, 10)).all())
    True
    """

    seed: int

    def uniform(self, name: str, first: int, last: int) -> Uniforms:
        """One number of [0, 1) for each case from `first` up to, not including, `last`."""
        start = first - first % _WORDS_A_COUNT
        key = int.from_bytes(blake2b(f"{self.seed}\n{name}".encode(), digest_size=16).digest(), "little")
        stream = np.random.Philox(key=key, counter=start // _WORDS_A_COUNT)
        raw = stream.random_raw(last - start)[first - start :]
        found: Uniforms = (raw >> np.uint64(11)).astype(np.float64)
        found *= 2.0**-53
        return found


@dataclass
class _Leaves:
    """Every distribution at the end of a tree of `Given`, each as its running total over the same values."""

    values: tuple[Known, ...]
    totals: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, shares: Shares) -> int:
        weights = np.zeros(len(self.values))
        places = {value: place for place, value in enumerate(self.values)}
        for value, share in zip(shares.values, shares.shares, strict=True):
            weights[places[value]] += share
        running = np.cumsum(weights)
        last = int(np.flatnonzero(weights)[-1])
        running[last:] = 1.0
        self.totals.append(running)
        return len(self.totals) - 1


@dataclass(frozen=True, slots=True)
class _Branch:
    on: str
    below: dict[Known, int | _Branch]
    otherwise: int | _Branch | None


class Choice:
    """A distribution made ready to be drawn from."""

    __slots__ = ("_flat", "_guide", "_root", "_unsure", "_values", "values", "width")

    def __init__(self, distribution: Distribution) -> None:
        self.values: tuple[Known, ...] = values_of(distribution)
        leaves = _Leaves(self.values)
        self._root = _planted(distribution, leaves)
        self.width = len(self.values)
        self._flat = np.concatenate([place + running for place, running in enumerate(leaves.totals)])
        numbers = all(isinstance(value, (int, float)) for value in self.values)
        self._values = np.array(self.values, dtype=np.float64) if numbers else None
        edges = np.arange(len(leaves.totals) * _BINS + 1) / _BINS
        first = np.searchsorted(self._flat, edges[:-1], side="right")
        ends = np.searchsorted(self._flat, edges[1:], side="left")
        self._guide = first.astype(np.int32)
        self._unsure = first != ends

    @property
    def depends(self) -> bool:
        """Whether what is drawn depends on something drawn before."""
        return not isinstance(self._root, int)

    def codes(self, numbers: Uniforms, coded: Callable[[str], Coded]) -> Codes:
        """The place of each drawn value among `values`; NOT_KNOWN where what it depends on is not known."""
        if isinstance(self._root, int):
            return self._looked_up(numbers).astype(np.int16)
        leaf = _leaf_of(self._root, coded, len(numbers))
        known = leaf >= 0
        at = np.where(known, leaf, 0)
        places = self._looked_up(at + np.minimum(numbers, _BELOW_ONE)) - at * self.width
        return np.where(known, places, NOT_KNOWN).astype(np.int16)

    def _looked_up(self, numbers: Uniforms) -> NDArray[np.int32]:
        """Where each number stands in the running totals: looked up in the guide, and searched where that is unsure."""
        bins = (numbers * _BINS).astype(np.int32)
        found = self._guide[bins]
        rows = np.flatnonzero(self._unsure[bins])
        if len(rows):
            found[rows] = np.searchsorted(self._flat, numbers[rows], side="right")
        return found

    def coded(self, numbers: Uniforms, coded: Callable[[str], Coded]) -> Coded:
        """What is drawn, as codes with their values."""
        return Coded(self.codes(numbers, coded), self.values)

    def counts(self, numbers: Uniforms, coded: Callable[[str], Coded]) -> NDArray[np.int32]:
        """What is drawn where it is whole numbers; -1 where what it depends on is not known."""
        assert self._values is not None
        if self.width == 1 and not self.depends:
            return np.full(len(numbers), int(self._values[0]), dtype=np.int32)
        codes = self.codes(numbers, coded)
        table = np.append(self._values, -1.0).astype(np.int32)
        return table[codes]


def amounts(coded: Coded) -> NDArray[np.float64]:
    """The numbers that codes stand for; 0 where the case does not say."""
    numbers = [float(value) if isinstance(value, (int, float)) else 0.0 for value in coded.values]
    table = np.array([*numbers, 0.0])
    return table[coded.codes]


def among(coded: Coded, values: frozenset[Known]) -> NDArray[np.bool_]:
    """Whether each case has one of these values."""
    table = np.array([*(value in values for value in coded.values), False])
    return table[coded.codes]


def _planted(distribution: Distribution, leaves: _Leaves) -> int | _Branch:
    if isinstance(distribution, Shares):
        return leaves.add(distribution)
    assert isinstance(distribution, Given)
    otherwise = distribution.otherwise
    return _Branch(
        distribution.on,
        {value: _planted(cell, leaves) for value, cell in distribution.cells},
        None if otherwise is None else _planted(otherwise, leaves),
    )


def _leaf_of(branch: _Branch, coded: Callable[[str], Coded], length: int) -> NDArray[np.int64]:
    asked = coded(branch.on)
    below: list[int | _Branch | None] = [branch.below.get(value, branch.otherwise) for value in asked.values]
    table = np.array([*(one if isinstance(one, int) else -1 for one in below), -1], dtype=np.int64)
    found = table[asked.codes]
    for place, one in enumerate(below):
        if isinstance(one, _Branch):
            rows = asked.codes == place
            found[rows] = _leaf_of(one, coded, length)[rows]
    return found
