"""The whole numbers that stand for a fact: the only thing that the other engine is ever told of a case.

Each property is worked out from the facts of a moment. A date becomes its day number, yes and no 1 and 0, a word a code
that means nothing but itself. A number is told in halves of a step, the step being the last decimal of the number it
will be held against: whole steps are even, and whatever lies between two of them is the odd number between, so that
nothing is ever rounded across a limit. Whether a value is known at all is a number of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import isfinite

from inclusion_rules.domain.facts import AtLeast, FactKind, Nothing, Unknown, Value
from inclusion_rules.second_opinion.questions import CannotBeAskedError

NOT_KNOWN, LOWER_BOUND, EXACT, ABSENT = range(4)
"""How much is known of a fact: nothing, only a lower bound, its value, or that there is none."""
LARGEST = 2**53 - 1
"""Whole numbers beyond this are not told apart by the other engine."""

Kinds = Mapping[str, FactKind]
Facts = Mapping[str, Value]
CodeOf = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """How much is known of a fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, or the lower bound of one, in halves of a step of so many decimals."""

    fact: str
    decimals: int


@dataclass(frozen=True, slots=True)
class DayNumber:
    """A date, counted from the first day of the year 1."""

    fact: str


@dataclass(frozen=True, slots=True)
class YesOrNo:
    """1 for yes, 0 for no."""

    fact: str


@dataclass(frozen=True, slots=True)
class Code:
    """A word, as a number that stands for it alone."""

    fact: str


@dataclass(frozen=True, slots=True)
class Shared:
    """How many of these words a set of words holds."""

    fact: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Size:
    """How many words a set holds."""

    fact: str


@dataclass(frozen=True, slots=True)
class Order:
    """How a fact stands to another: -1 below, 0 the same, 1 above; words and sets only 0 or 1, the same or not.

    A word is the same as a set that holds it.
    """

    fact: str
    other: str


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What another programme, asked before this one, came to."""

    programme: int


@dataclass(frozen=True, slots=True)
class Given:
    """What one of several questions came to; the first is the one that the others may hold back."""

    position: int


@dataclass(frozen=True, slots=True)
class Standing:
    """1 at every moment: for what asks nothing of the facts."""


Property = Knowledge | Amount | DayNumber | YesOrNo | Code | Shared | Size | Order | Conclusion | Given | Standing


def knowledge_of(value: Value) -> int:
    """How much is known of a fact that has this value."""
    if isinstance(value, Unknown):
        return NOT_KNOWN
    if isinstance(value, AtLeast):
        return LOWER_BOUND
    return ABSENT if isinstance(value, Nothing) else EXACT


def measured(wanted: Property, facts: Facts, kinds: Kinds, code_of: CodeOf) -> int:
    """The whole number that stands for a property of those facts; 0 where there is no value to tell.

    Raises:
        CannotBeAskedError: the fact is not of the kind it is declared to be, or is too large a number.
    """
    match wanted:
        case Knowledge(fact):
            return knowledge_of(facts[fact])
        case Amount(fact, decimals):
            number = _number(fact, facts, kinds)
            return 0 if number is None else _in_half_steps(number, decimals, f"`{fact}`")
        case DayNumber(fact):
            day = _settled(fact, facts, kinds)
            return day.toordinal() if isinstance(day, date) else 0
        case YesOrNo(fact):
            return 1 if _settled(fact, facts, kinds) is True else 0
        case Code(fact):
            word = _settled(fact, facts, kinds)
            return code_of(word) if isinstance(word, str) else 0
        case Shared(fact, words):
            held = _settled(fact, facts, kinds)
            return len(words & held) if isinstance(held, frozenset) else 0
        case Size(fact):
            held = _settled(fact, facts, kinds)
            return len(held) if isinstance(held, frozenset) else 0
        case Order(fact, other):
            return _order(fact, other, facts, kinds)
        case Standing():
            return 1
        case Conclusion() | Given():
            raise AssertionError("what a question came to is not a property of the facts")


def decimals_of(number: float) -> int:
    """How many decimals a number is written with.

    >>> decimals_of(5.5), decimals_of(15.0), decimals_of(45)
    (1, 0, 0)
    """
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def limit_in_half_steps(number: float) -> int:
    """A number that facts are held against, in halves of a step of its own decimals: always even.

    >>> limit_in_half_steps(5.5), limit_in_half_steps(15)
    (110, 30)
    """
    return _in_half_steps(exactly(number), decimals_of(number), f"the limit {number}")


@lru_cache(maxsize=4096)
def exactly(number: float) -> Fraction:
    """A number as it is written, and not as its nearest binary fraction.

    >>> exactly(0.1)
    Fraction(1, 10)
    """
    if not isfinite(number):
        raise CannotBeAskedError(f"`{number}` is no number that can be put before durable-rules")
    return Fraction(repr(number))


def _in_half_steps(number: Fraction, decimals: int, what: str) -> int:
    steps: Fraction = number * 10**decimals
    whole = steps.numerator // steps.denominator
    halves = 2 * whole if whole == steps else 2 * whole + 1
    if abs(halves) > LARGEST:
        raise CannotBeAskedError(f"{what} has more digits than can be put before durable-rules")
    return halves


_CLASSES: Mapping[FactKind, tuple[type, ...]] = {
    FactKind.YES_NO: (bool,),
    FactKind.WHOLE_NUMBER: (int, float),
    FactKind.HALF_DAYS: (int, float),
    FactKind.NUMBER: (int, float),
    FactKind.PERCENTAGE: (int, float),
    FactKind.MONEY: (int, float),
    FactKind.DATE: (date,),
    FactKind.TEXT: (str,),
    FactKind.ONE_OF: (str,),
    FactKind.SET_OF: (frozenset,),
}


def _settled(fact: str, facts: Facts, kinds: Kinds) -> Value | None:
    """The value of a fact, made sure to be of its kind; None where it has no exact one."""
    value = facts[fact]
    known = knowledge_of(value)
    if known == EXACT and value.__class__ not in _CLASSES[kinds[fact]]:
        raise CannotBeAskedError(f"`{fact}` is declared as `{kinds[fact]}`, and is {value!r}")
    if known == LOWER_BOUND and not kinds[fact].is_number:
        raise CannotBeAskedError(f"`{fact}` is declared as `{kinds[fact]}`, and cannot be so much or more")
    return value if known == EXACT else None


def _number(fact: str, facts: Facts, kinds: Kinds) -> Fraction | None:
    """A number, or its lower bound where only that is known."""
    settled, value = _settled(fact, facts, kinds), facts[fact]
    if isinstance(value, AtLeast):
        return exactly(value.lower)
    return exactly(settled) if isinstance(settled, int | float) else None


def _order(fact: str, other: str, facts: Facts, kinds: Kinds) -> int:
    if kinds[fact].is_number:
        first, second = _number(fact, facts, kinds), _number(other, facts, kinds)
        return 0 if first is None or second is None else (first > second) - (first < second)
    one, two = _settled(fact, facts, kinds), _settled(other, facts, kinds)
    if isinstance(one, date) and isinstance(two, date):
        return (one > two) - (one < two)
    if isinstance(one, frozenset) and isinstance(two, str):
        return int(two not in one)
    if isinstance(one, str) and isinstance(two, frozenset):
        return int(one not in two)
    return 0 if one is None or two is None else int(one != two)
