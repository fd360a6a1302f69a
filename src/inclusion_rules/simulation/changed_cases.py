"""Which cases came out differently in two runs, and at what first: an event, or an obligation.

Cases are matched by their numbers, events by their name and turn in the case, obligations by their rule and turn.
Compares what the runs say; why a plan or a law did it is for the reader of both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.simulation.cohort_columns import ABSENT
from inclusion_rules.simulation.run_columns import Codes, RunPiece, Words

EXAMPLES = 5
"""How many cases are named for each kind of change."""

_BITS = 10
_TURNS = 1 << _BITS


@dataclass(frozen=True, slots=True)
class Change:
    """What first came out differently in a case: `what` is `event`, `duty` or `case`, `how` says in which way."""

    what: str
    name: str
    how: str


@dataclass
class ChangedCases:
    """The changes between two runs: how many cases, by what came first, with some of them by name."""

    cases: int = 0
    changed: int = 0
    other_end: int = 0
    first: Counter[Change] = field(default_factory=Counter)
    examples: dict[Change, list[str]] = field(default_factory=dict)
    every: list[tuple[str, Change]] = field(default_factory=list)

    @classmethod
    def between(cls, first: Iterable[RunPiece], second: Iterable[RunPiece]) -> ChangedCases:
        """What changed from one run to another of the same cases, in pieces of the same sizes."""
        found = cls()
        for one, other in zip_longest(first, second):
            assert one is not None
            assert other is not None
            assert one.ids == other.ids
            found.add(one, other)
        return found

    def add(self, one: RunPiece, other: RunPiece) -> None:
        """Add the same cases of both runs."""
        self.cases += len(one)
        ends = _said(one.stage) != _said(other.stage)
        self.other_end += int(ends.sum())
        differences = [*_events(one, other), *_obligations(one, other), *_facts(one, other, ends)]
        earliest: dict[int, tuple[tuple[int, int, int, str], Change]] = {}
        for rows, rank, change in differences:
            for case, day, turn in zip(rows.case.tolist(), rows.day.tolist(), rows.place.tolist(), strict=True):
                place = (rank, day, turn, change.name)
                if case not in earliest or place < earliest[case][0]:
                    earliest[case] = (place, change)
        for case in sorted(earliest):
            change = earliest[case][1]
            self.changed += 1
            self.first[change] += 1
            self.every.append((one.ids[case], change))
            named = self.examples.setdefault(change, [])
            if len(named) < EXAMPLES:
                named.append(one.ids[case])


@dataclass(frozen=True, slots=True)
class _Rows:
    """The cases that differ in one way, with the day of each and the place in its case."""

    case: NDArray[np.int64]
    day: NDArray[np.int64]
    place: NDArray[np.int64]

    @classmethod
    def undated(cls, cases: NDArray[np.intp]) -> _Rows:
        """Cases that differ in what has no day."""
        nothing = np.zeros(len(cases), dtype=np.int64)
        return cls(cases.astype(np.int64), nothing, nothing)


Difference = tuple[_Rows, int, Change]
"""The cases that differ in one way, and what is told before what."""


def _events(one: RunPiece, other: RunPiece) -> Iterator[Difference]:
    names: dict[str, int] = {}
    texts: dict[str, int] = {}
    left, right = (
        _Keyed.of(rows.case, rows.event.among(names), rows.day, (rows.attributes.among(texts),))
        for rows in (one.events, other.events)
    )
    listed = list(names)
    for name, how, found in _compared(left, right, ("with other details",)):
        yield found, 0, Change("event", listed[name], how)


def _obligations(one: RunPiece, other: RunPiece) -> Iterator[Difference]:
    names: dict[str, int] = {}
    statuses: dict[str, int] = {}
    left, right = (
        _Keyed.of(
            rows.case,
            _joined_words(rows.pack, rows.rule, rows.duty).among(names),
            rows.arose,
            (rows.due, rows.status.among(statuses), rows.met),
        )
        for rows in (one.obligations, other.obligations)
    )
    ways = ("due on another day", "with another outcome", "met on another day")
    listed = list(names)
    for name, how, found in _compared(left, right, ways):
        yield found, 1, Change("duty", listed[name].rpartition("|")[2], how.replace("happens", "arises"))


def _facts(one: RunPiece, other: RunPiece, ends: NDArray[np.bool_]) -> Iterator[Difference]:
    """What a case says of school and pupil, and where it ends, if nothing else tells them apart."""
    for name in sorted(one.facts.keys() | other.facts.keys()):
        if name in one.facts and name in other.facts:
            differ = np.flatnonzero(_said(one.facts[name]) != _said(other.facts[name]))
        else:
            differ = np.arange(len(one))
        yield _Rows.undated(differ), 2, Change("case", name, "is another")
    yield _Rows.undated(np.flatnonzero(ends)), 3, Change("case", "stage", "is another")


def _said(column: Words) -> NDArray[Any]:
    return np.array([*column.words, ""], dtype=object)[column.codes]


def _joined_words(*columns: Words) -> Words:
    """Several columns of words as one."""
    key = np.zeros(len(columns[0].codes), dtype=np.int64)
    for column in columns:
        key = key * (len(column.words) + 1) + column.codes + 1
    found, first, codes = np.unique(key, return_index=True, return_inverse=True)
    words = tuple("|".join(column.words[column.codes[row]] for column in columns) for row in first.tolist())
    assert len(words) == len(found)
    return Words(codes.astype(np.int32), words)


@dataclass(frozen=True, slots=True)
class _Keyed:
    """Rows under a key that tells each from every other of its run: case, name, and turn of that name in the case."""

    key: NDArray[np.int64]
    day: NDArray[np.int64]
    place: NDArray[np.int64]
    details: tuple[NDArray[np.int64], ...]

    @classmethod
    def of(cls, case: Codes, name: Codes, day: Codes, details: tuple[Codes, ...]) -> _Keyed:
        both = case.astype(np.int64) * _TURNS + name
        order = np.argsort(both, kind="stable")
        grouped = both[order]
        begins = np.flatnonzero(np.append(np.ones(min(len(grouped), 1), bool), grouped[1:] != grouped[:-1]))
        turn = np.arange(len(grouped)) - np.repeat(begins, np.diff(np.append(begins, len(grouped))))
        assert not len(turn) or int(turn.max()) < _TURNS
        of_case = np.arange(len(case)) - np.searchsorted(case, case, side="left")
        return cls(
            grouped * _TURNS + turn,
            day[order].astype(np.int64),
            of_case[order],
            tuple(detail[order].astype(np.int64) for detail in details),
        )


def _compared(left: _Keyed, right: _Keyed, ways: tuple[str, ...]) -> Iterator[tuple[int, str, _Rows]]:
    """Every way in which a name came out differently: the cases, and the day in the run that has it first."""
    _, one, other = np.intersect1d(left.key, right.key, assume_unique=True, return_indices=True)
    day, then = left.day[one], right.day[other]
    both, place = left.key[one], left.place[one]
    told = np.zeros(len(both), dtype=bool)
    for how, differ in (("earlier", then < day), ("later", then > day)):
        yield from _by_name(both[differ], np.minimum(day, then)[differ], place[differ], f"happens {how}")
        told |= differ
    for way, mine, theirs in zip(ways, left.details, right.details, strict=True):
        differ = (mine[one] != theirs[other]) & ~told
        yield from _by_name(both[differ], day[differ], place[differ], way)
        told |= differ
    yield from _by_name(*_without(left, one), "happens only in the first run")
    yield from _by_name(*_without(right, other), "happens only in the second run")


def _without(
    keyed: _Keyed, matched: NDArray[np.intp]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    alone = np.ones(len(keyed.key), dtype=bool)
    alone[matched] = False
    return keyed.key[alone], keyed.day[alone], keyed.place[alone]


def _by_name(
    key: NDArray[np.int64], day: NDArray[np.int64], place: NDArray[np.int64], how: str
) -> Iterator[tuple[int, str, _Rows]]:
    name = key >> _BITS & (_TURNS - 1)
    for found in np.unique(name).tolist():
        rows = name == found
        yield found, how, _Rows(key[rows] >> 2 * _BITS, np.maximum(day[rows], ABSENT), place[rows])
