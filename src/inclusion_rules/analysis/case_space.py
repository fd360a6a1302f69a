"""The space of all cases that some conditions tell apart: one axis a fact, and boxes of cases in words.

An axis holds one value out of each kind of value that the conditions can tell apart, in order; a box says for each axis
which kinds. Any value at all has its kind, so whether a case lies in a box can be asked of every case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeGuard

from inclusion_rules.analysis.boxes import STEPS
from inclusion_rules.analysis.completeness import Box
from inclusion_rules.domain.facts import FactKind, FactType, Known, Nothing, Unknown, Value
from inclusion_rules.domain.wording import in_words

Ordered = int | float | date


@dataclass(frozen=True, slots=True)
class Axis:
    """One fact: its kind, a value out of each kind of value, and the values that conditions hold it against."""

    fact: str
    type: FactType
    values: tuple[Value, ...]
    held_against: frozenset[Known]

    @property
    def is_ordered(self) -> bool:
        """Whether its values lie before and after one another."""
        return self.type.kind is FactKind.DATE or self.type.kind.is_number

    def kind_of(self, value: Value) -> int:
        """Which kind a value is of: the place of the value that stands for it."""
        if isinstance(value, Unknown):
            return next((n for n, each in enumerate(self.values) if isinstance(each, Unknown)), 0)
        if value in self.values:
            return self.values.index(value)
        if isinstance(value, frozenset):
            words = frozenset().union(*(each for each in self.values if isinstance(each, frozenset)))
            return self.values.index(value & words)
        if self.is_ordered:
            return self._between(value)
        return len(self.values) - 1  # the text that nothing is compared with stands last

    def _between(self, value: Value) -> int:
        """The neighbour that no condition compares with: it lies in the same stretch."""
        below = [n for n, each in self._stretch() if each < value]  # type: ignore[operator]
        above = [n for n, each in self._stretch() if each > value]  # type: ignore[operator]
        near = [*below[-1:], *above[:1]]
        return next((n for n in near if self.values[n] not in self.held_against), near[0])

    def _stretch(self) -> list[tuple[int, Ordered]]:
        return [(n, each) for n, each in enumerate(self.values) if _is_ordered(each)]

    def in_words(self, kinds: frozenset[int]) -> str:
        """Some kinds of value, as a person would say them."""
        others = [in_words(self.values[n]) for n in sorted(kinds) if not _is_ordered(self.values[n])]
        if not self.is_ordered:
            return " or ".join(others)
        runs = [self._run_in_words(first, last) for first, last in self._runs(kinds)]
        return " or ".join([*(run for run in runs if run), *others])

    def _runs(self, kinds: frozenset[int]) -> Iterator[tuple[int, int]]:
        """Kinds that follow one another, by the first and the last."""
        places = [n for n, _ in self._stretch()]
        first: int | None = None
        for position, n in enumerate(places):
            if n not in kinds:
                continue
            first = n if first is None else first
            if position + 1 == len(places) or places[position + 1] not in kinds:
                yield first, n
                first = None

    def _run_in_words(self, first: int, last: int) -> str:
        places = [n for n, _ in self._stretch()]
        low = None if first == places[0] else self._bound(first, places[places.index(first) - 1], "more than", "after")
        high = None if last == places[-1] else self._bound(last, places[places.index(last) + 1], "less than", "before")
        if first == last and self.values[first] in self.held_against:
            return in_words(self.values[first])
        if low is None and high is None:
            return "any"
        return " and ".join(part for part in (low, high) if part is not None)

    def _bound(self, end: int, beyond: int, number_word: str, date_word: str) -> str:
        """An end of a run: the value itself where it is one that can be named, else what lies just beyond it."""
        value = self.values[end]
        is_day = self.type.kind is FactKind.DATE
        if value in self.held_against or self.type.kind in STEPS or is_day:
            said = {"more than": "at least", "less than": "at most", "after": "from", "before": "up to"}
            return f"{said[date_word if is_day else number_word]} {in_words(value)}"
        return f"{number_word} {in_words(self.values[beyond])}"


@dataclass(frozen=True, slots=True)
class CaseSpace:
    """The axes along which cases are told apart."""

    axes: tuple[Axis, ...]

    @property
    def whole(self) -> Box:
        """Every case there is."""
        return tuple(frozenset(range(len(axis.values))) for axis in self.axes)

    def holds(self, box: Box, case: Mapping[str, Value]) -> bool:
        """Whether a case lies in a box; the case gives a value to the fact of every axis."""
        return all(axis.kind_of(case[axis.fact]) in kinds for axis, kinds in zip(self.axes, box, strict=True))

    def in_words(self, box: Box) -> tuple[tuple[str, str], ...]:
        """What a box asks of each fact that it narrows."""
        every = self.whole
        return tuple(
            (axis.fact, axis.in_words(kinds))
            for axis, kinds, any_kind in zip(self.axes, box, every, strict=True)
            if kinds != any_kind
        )

    def example(self, box: Box) -> tuple[tuple[str, Value], ...]:
        """One case of a box, the smallest, in the facts that the box narrows."""
        every = self.whole
        return tuple(
            (axis.fact, axis.values[min(kinds)])
            for axis, kinds, any_kind in zip(self.axes, box, every, strict=True)
            if kinds != any_kind
        )


def _is_ordered(value: Value) -> TypeGuard[Ordered]:
    return isinstance(value, int | float | date) and not isinstance(value, bool | Nothing | Unknown)


def axis_named(axes: Sequence[Axis], fact: str) -> int:
    """The place of a fact among axes."""
    return next(n for n, axis in enumerate(axes) if axis.fact == fact)
