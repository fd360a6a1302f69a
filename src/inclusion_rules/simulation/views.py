"""Cases that an answer cannot tell apart, decided once.

A view holds, of each case, what one answer looks at: the order of the days that it can hang on, and the words that it
reads. Cases alike in this get the same answer but for its days, and each of those days is one of the days in view. So
one case of each kind is decided as any case is, and the answer is handed to the others with their own days. The first
time, a second case of the kind is decided as well; where it does not fit, or where an answer names a day that is not in
view, the kind is split by the days themselves: slower, and as exact.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.simulation.cohort_columns import ABSENT, Days, told_apart

Keys = NDArray[np.uint64]
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


class Answer(NamedTuple):
    """What deciding one case came to: `shape` is all but the days, which stand in `days` in a fixed order."""

    shape: Hashable
    days: tuple[int, ...]


@dataclass(slots=True)
class InView:
    """Of each case of a block: the days whose order counts, the words that count, and days that count exactly."""

    days: Sequence[Days]
    words: Sequence[NDArray[np.integer]]
    exact: bool
    layout: Hashable = ()


@dataclass(slots=True)
class Answers:
    """The answers of a block: for each case the number of its shape, and its days slot by slot."""

    shapes: NDArray[np.int32]
    days: tuple[Days, ...]


@dataclass
class View:
    """The answers given so far, by kind of case."""

    shapes: list[Hashable] = field(default_factory=list)
    numbers: dict[Hashable, int] = field(default_factory=dict)
    by_order: dict[Hashable, dict[int, tuple[int, tuple[int, ...]] | None]] = field(default_factory=dict)
    by_day: dict[Hashable, dict[int, tuple[int, tuple[int, ...]]]] = field(default_factory=dict)
    asked: int = 0

    def of(self, seen: InView, rows: int, answer: Callable[[int], Answer]) -> Answers:
        """The answer for every case of a block; `answer` decides the case of one row in full."""
        if seen.exact:
            return self._one_by_one(seen, np.arange(rows), answer)
        keys, first, kinds = told_apart(_order_keys(seen, rows))
        stacked = np.stack([np.asarray(days, dtype=np.int32) for days in seen.days]) if seen.days else None
        answered = self.by_order.setdefault(seen.layout, {})
        known: list[tuple[int, tuple[int, ...]] | None] = []
        everyone = np.arange(rows)
        last = np.zeros(len(keys), dtype=np.intp)
        last[kinds] = everyone
        for key, row, other in zip(keys.tolist(), first.tolist(), last.tolist(), strict=True):
            if key not in answered:
                learned = self._placed(answer(row), stacked, row)
                if other != row and learned is not None and not self._fits(learned, answer(other), stacked, other):
                    learned = None
                answered[key] = learned
            known.append(answered[key])
        width = max((len(entry[1]) for entry in known if entry is not None), default=0)
        shape_of = np.array([-1 if entry is None else entry[0] for entry in known], dtype=np.int32)
        place_of = np.full((len(known), width), -1, dtype=np.int32)
        for kind, entry in enumerate(known):
            if entry is not None:
                place_of[kind, : len(entry[1])] = entry[1]
        shapes = shape_of[kinds]
        slots: list[Days] = []
        for number in range(width):
            places = place_of[kinds, number]
            days = stacked[places, everyone] if stacked is not None else np.full(rows, ABSENT, np.int32)
            slots.append(np.where(places < 0, np.int32(ABSENT), days).astype(np.int32))
        loose = np.flatnonzero(shapes < 0)
        if len(loose):
            apart = self._one_by_one(seen, loose, answer)
            shapes[loose] = apart.shapes
            while len(slots) < len(apart.days):
                slots.append(np.full(rows, ABSENT, dtype=np.int32))
            for slot, days_apart in zip(slots, apart.days, strict=False):
                slot[loose] = days_apart
        return Answers(shapes, tuple(slots))

    def _placed(
        self, answer: Answer, stacked: NDArray[np.int32] | None, row: int
    ) -> tuple[int, tuple[int, ...]] | None:
        """An answer with each day as a place among the days in view; None where one of them is not there."""
        self.asked += 1
        in_view = (
            {}
            if stacked is None
            else {day: place for place, day in reversed(list(enumerate(stacked[:, row].tolist())))}
        )
        places = [in_view.get(day) for day in answer.days]
        if None in places:
            return None
        return self._number(answer.shape), tuple(place for place in places if place is not None)

    def _fits(
        self, known: tuple[int, tuple[int, ...]] | None, answer: Answer, stacked: NDArray[np.int32] | None, row: int
    ) -> bool:
        """Whether what was learned from one case is what deciding another of its kind comes to."""
        self.asked += 1
        if known is None or self.numbers.get(answer.shape) != known[0]:
            return False
        return stacked is None or tuple(int(stacked[place, row]) for place in known[1]) == answer.days

    def _one_by_one(self, seen: InView, rows: NDArray[np.intp], answer: Callable[[int], Answer]) -> Answers:
        """Cases told apart by their very days."""
        keys, first, kinds = told_apart(_day_keys(seen, rows))
        answered = self.by_day.setdefault(seen.layout, {})
        known: list[tuple[int, tuple[int, ...]]] = []
        for key, place in zip(keys.tolist(), first.tolist(), strict=True):
            if key not in answered:
                found = answer(int(rows[place]))
                self.asked += 1
                answered[key] = (self._number(found.shape), found.days)
            known.append(answered[key])
        width = max((len(entry[1]) for entry in known), default=0)
        shape_of = np.array([entry[0] for entry in known], dtype=np.int32)
        days_of = np.full((len(known), width), ABSENT, dtype=np.int32)
        for kind, entry in enumerate(known):
            days_of[kind, : len(entry[1])] = entry[1]
        return Answers(shape_of[kinds], tuple(days_of[kinds, slot] for slot in range(width)))

    def _number(self, shape: Hashable) -> int:
        number = self.numbers.get(shape)
        if number is None:
            number = self.numbers[shape] = len(self.shapes)
            self.shapes.append(shape)
        return number


def _order_keys(seen: InView, rows: int) -> Keys:
    """One number for each order of the days and choice of words."""
    keys = np.zeros(rows, dtype=np.uint64)
    # Two bits a pair, four pairs an octet, eight octets a word: what stays small stays in the cache.
    octets = np.zeros((rows, 8), dtype=np.uint8)
    octet = np.zeros(rows, dtype=np.uint8)
    pairs = 0
    days = [np.asarray(column, dtype=np.int32) for column in seen.days]
    for later, right in enumerate(days):
        for left in days[:later]:
            octet <<= 2
            octet |= (left < right).view(np.uint8)
            octet |= (left == right).view(np.uint8) << 1
            pairs += 1
            if pairs % 4 == 0:
                octets[:, (pairs // 4 - 1) % 8] = octet
                octet[:] = 0
            if pairs % 32 == 0:
                _mix(keys, octets.view(np.uint64)[:, 0])
                octets[:] = 0
    octets[:, pairs // 4 % 8] = octet
    _mix(keys, octets.view(np.uint64)[:, 0])
    for codes in seen.words:
        _mix(keys, codes.astype(np.int64).view(np.uint64) + np.uint64(7))
    return keys


def _day_keys(seen: InView, rows: NDArray[np.intp]) -> Keys:
    keys = np.zeros(len(rows), dtype=np.uint64)
    for column in (*seen.days, *seen.words):
        _mix(keys, np.asarray(column)[rows].astype(np.int64).view(np.uint64) + np.uint64(7))
    return keys


def _mix(keys: Keys, word: Keys) -> None:
    keys ^= word
    keys *= _MIX
    keys ^= keys >> _SHIFT
    keys *= np.uint64(0xBF58476D1CE4E5B9)
    keys ^= keys >> np.uint64(32)
