"""Conditions as programmes: every way of saying yes, and every way of saying no, as rows of tests that can be fired.

A group is multiplied out into alternatives. Where that would give more of them than one set of rules can safely hold,
its members become programmes of their own, asked before it, and it looks at what they came to. Nothing is looked up
here but the values of parameters, which become figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod

from inclusion_rules.domain.conditions import (
    ALL_OF,
    ANY_OF,
    AT_LEAST_OF,
    Comparison,
    Condition,
    Operator,
)
from inclusion_rules.domain.facts import FactKind
from inclusion_rules.second_opinion.comparisons import Against, Path, Test, Ways, operands_of, path, ways_of
from inclusion_rules.second_opinion.properties import Conclusion, Given, Kinds, Property, Standing
from inclusion_rules.second_opinion.questions import Answer, CannotBeAskedError, Figure

MOST_PATHS = 60
"""Paths in one set of rules: one fact may match them all, and the other engine has room for 64."""
MOST_PROPERTIES = 240
"""Properties in one fact: the other engine has room for 252, and takes some of them itself."""
MOST_TESTS = 100
"""Tests in one path."""

RESULT_CODES: Mapping[Answer, int] = {False: 0, True: 1, None: 2}
"""How what a programme came to is told to the next one."""
ALWAYS: Path = path(Test(Standing(), "==", 1))


@dataclass(frozen=True, slots=True)
class Programme:
    """One condition in figures. `stage` is 0 where it looks at facts alone, else one more than what it looks at."""

    number: int
    ways: Ways
    stage: int
    needs: frozenset[int]

    @property
    def paths(self) -> int:
        """How many paths it has."""
        return len(self.ways.yes) + len(self.ways.no)

    @property
    def properties(self) -> frozenset[Property]:
        """Every property that it looks at."""
        return _properties(self.ways)


class Programmes:
    """The programmes written so far: the same condition with the same figures is written once."""

    def __init__(self) -> None:
        self._written: list[Programme] = []
        self._known: dict[object, Programme] = {}
        self._codes: dict[str, int] = {}

    def __getitem__(self, number: int) -> Programme:
        return self._written[number]

    def __len__(self) -> int:
        return len(self._written)

    def code_of(self, word: str) -> int:
        """The number that stands for a word: the same one for as long as these programmes are kept."""
        return self._codes.setdefault(word, len(self._codes) + 1)

    def programme_for(self, condition: Condition, parameters: Mapping[str, Figure], kinds: Kinds) -> Programme:
        """The programme of a condition with these figures.

        Raises:
            CannotBeAskedError: the condition compares what cannot be compared.
        """
        # In Python 1 and True are the same key; that what is compared is of its kind is seen when it is written.
        key = (condition, tuple(parameters.items()), tuple(kinds.items()))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._write(_Writer(self, parameters, kinds).ways(condition))
        return found

    def holding_back(self, others: int) -> Programme:
        """The programme of a yes that a yes of any of so many others turns into a no."""
        key = ("held back", others)
        found = self._known.get(key)
        if found is None:
            own, yes, no = Given(0), RESULT_CODES[True], RESULT_CODES[False]
            each = [Given(position) for position in range(1, others + 1)]
            holds = path(Test(own, "==", yes), *(Test(other, "!=", yes) for other in each))
            held = (path(Test(own, "==", yes), Test(other, "==", yes)) for other in each)
            found = self._known[key] = self._write(Ways((holds,), (path(Test(own, "==", no)), *held)))
        return found

    def _write(self, ways: Ways) -> Programme:
        needs = frozenset(one.programme for one in _properties(ways) if isinstance(one, Conclusion))
        stage = 1 + max((self._written[number].stage for number in needs), default=-1)
        programme = Programme(len(self._written), ways, stage, needs)
        if programme.paths > MOST_PATHS or len(programme.properties) > MOST_PROPERTIES:
            raise CannotBeAskedError("a condition has more alternatives than can be put before durable-rules at once")
        self._written.append(programme)
        return programme

    def concluded(self, ways: Ways) -> Ways:
        """The ways of looking at what a programme of its own came to."""
        conclusion = Conclusion(self._write(ways).number)
        yes, no = (path(Test(conclusion, "==", RESULT_CODES[answer])) for answer in (True, False))
        return Ways((yes,), (no,))


def conclusions_needed(asked: Iterable[Programme], programmes: Programmes) -> dict[int, Programme]:
    """Those programmes and all that they look at, by number."""
    found: dict[int, Programme] = {}
    waiting = list(asked)
    while waiting:
        programme = waiting.pop()
        if programme.number not in found:
            found[programme.number] = programme
            waiting.extend(programmes[number] for number in programme.needs)
    return found


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes one condition."""

    programmes: Programmes
    parameters: Mapping[str, Figure]
    kinds: Mapping[str, FactKind]

    def ways(self, condition: Condition) -> Ways:
        if isinstance(condition, Comparison):
            return self._compared(condition)
        return self._grouped(condition.joined, condition.at_least, [self.ways(member) for member in condition.members])

    def _compared(self, comparison: Comparison) -> Ways:
        worded = comparison.operator
        if worded is Operator.BETWEEN and isinstance(comparison.operand, tuple):
            lowest, highest = operands_of(comparison.operand, self.parameters)
            above = self._held(comparison, Operator.AT_LEAST, lowest)
            return self._grouped(ALL_OF, 0, [above, self._held(comparison, Operator.AT_MOST, highest)])
        operands = operands_of(comparison.operand, self.parameters)
        if worded in (Operator.ONE_OF, Operator.NONE_OF):
            listed = operands if isinstance(comparison.operand, tuple) else _one_by_one(operands)
            found = self._grouped(ANY_OF, 0, [self._held(comparison, Operator.IS, one) for one in listed])
            return found if worded is Operator.ONE_OF else found.turned()
        if len(operands) != 1:
            raise CannotBeAskedError(f"`{worded}` cannot hold `{comparison.fact}` against several values")
        return self._held(comparison, worded, operands[0])

    def _held(self, comparison: Comparison, worded: Operator, operand: Against) -> Ways:
        return ways_of(comparison, worded, operand, self.kinds, self.programmes.code_of)

    def _grouped(self, joined: str, wanted: int, members: Sequence[Ways]) -> Ways:
        """The ways of a group; narrower programmes are put before it where it would have too many."""
        if joined == AT_LEAST_OF:
            return self._narrow(lambda parts: self._at_least(wanted, parts), members)
        if joined == ALL_OF:
            return self._narrow(lambda parts: self._every(parts), members)
        # Any of them holds unless every one fails; none of them holds where every one fails.
        every = self._narrow(lambda parts: self._every([part.turned() for part in parts]), members)
        return every.turned() if joined == ANY_OF else every

    def _narrow(self, multiplied: Callable[[Sequence[Ways]], Ways | None], members: Sequence[Ways]) -> Ways:
        ways = multiplied(members)
        if ways is None:
            small = [each if _is_single(each) else self.programmes.concluded(each) for each in members]
            ways = multiplied(small)
        if ways is None:
            ways = multiplied([each if _is_plain(each) else self.programmes.concluded(each) for each in members])
        assert ways is not None
        return ways

    def _every(self, members: Sequence[Ways]) -> Ways | None:
        """All of them: every choice of one way of each; it fails in each way that any of them fails."""
        if prod(len(one.yes) for one in members) + sum(len(one.no) for one in members) <= MOST_PATHS:
            yes = _together([one.yes for one in members])
            ways = Ways(yes, tuple(dict.fromkeys(each for one in members for each in one.no)))
            if _fits(ways):
                return ways
        if not all(map(_is_plain, members)):
            return None
        halves = [self._half(ALL_OF, 0, half) for half in _halved(members)]
        return self._every(halves)

    def _at_least(self, wanted: int, members: Sequence[Ways]) -> Ways | None:
        """So many of them: every choice of so many; it fails where too few are left that do not fail."""
        to_fail = len(members) - wanted + 1
        if (
            _ways_to_choose(wanted, [len(one.yes) for one in members])
            + _ways_to_choose(to_fail, [len(one.no) for one in members])
            <= MOST_PATHS
        ):
            ways = Ways(_chosen(wanted, [one.yes for one in members]), _chosen(to_fail, [one.no for one in members]))
            if _fits(ways):
                return ways
        if not all(map(_is_plain, members)):
            return None
        # So many of the one half and the rest of the other, for each way of dividing the number.
        left, right = _halved(members)
        parts = [
            self._grouped(
                ALL_OF,
                0,
                [self._half(AT_LEAST_OF, number, left), self._half(AT_LEAST_OF, wanted - number, right)],
            )
            for number in range(max(0, wanted - len(right)), min(len(left), wanted) + 1)
        ]
        return self._grouped(ANY_OF, 0, parts)

    def _half(self, joined: str, wanted: int, members: Sequence[Ways]) -> Ways:
        return self.programmes.concluded(self._grouped(joined, wanted, members))


def _one_by_one(operands: Iterable[Against]) -> Iterator[Against]:
    """The words of a list that is itself the operand, one by one."""
    for operand in operands:
        if isinstance(operand, frozenset):
            yield from sorted(operand)
        else:
            yield operand


def _together(each: Sequence[tuple[Path, ...]]) -> tuple[Path, ...]:
    """Every choice of one path of each, joined."""
    return tuple(dict.fromkeys(frozenset().union(*chosen) or ALWAYS for chosen in product(*each)))


def _chosen(number: int, each: Sequence[tuple[Path, ...]]) -> tuple[Path, ...]:
    """Every choice of so many of them, joined; one that asks for nothing where none is wanted."""
    if number <= 0:
        return (ALWAYS,)
    found = [way for chosen in combinations(each, number) for way in _together(chosen)]
    return tuple(dict.fromkeys(found))


def _ways_to_choose(number: int, counts: Sequence[int]) -> int:
    """How many paths `_chosen` would give, worked out without giving them."""
    totals = [1] + [0] * max(number, 0)
    for count in counts:
        for size in range(len(totals) - 1, 0, -1):
            totals[size] += totals[size - 1] * count
    return totals[-1]


def _halved(members: Sequence[Ways]) -> tuple[Sequence[Ways], Sequence[Ways]]:
    middle = len(members) // 2
    return members[:middle], members[middle:]


def _is_single(ways: Ways) -> bool:
    """Whether there is at most one way to hold and one to fail."""
    return len(ways.yes) <= 1 and len(ways.no) <= 1


def _is_plain(ways: Ways) -> bool:
    """Whether it is a look at one conclusion, which nothing can make narrower."""
    return _is_single(ways) and all(len(each) <= 1 for each in (*ways.yes, *ways.no))


def _fits(ways: Ways) -> bool:
    """Whether a set of rules holds all that."""
    return (
        len(ways.yes) + len(ways.no) <= MOST_PATHS
        and all(len(each) <= MOST_TESTS for each in (*ways.yes, *ways.no))
        and len(_properties(ways)) <= MOST_PROPERTIES
    )


def _properties(ways: Ways) -> frozenset[Property]:
    return frozenset(test.property for each in (*ways.yes, *ways.no) for test in each)
