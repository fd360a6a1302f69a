"""The finitely many values of a fact that conditions can tell apart.

Comparisons hold a fact against fixed values only, so its possible values fall into few boxes: at a threshold, between
two, beyond the last. One value out of each box stands for all of it, which makes proofs over every case finite and
exact. Knows nothing of tables or rules.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations, pairwise

from inclusion_rules.domain.conditions import Comparison, Condition, Operand, ParameterReference, comparisons
from inclusion_rules.domain.facts import FactKind, FactType, Known, Unknown
from inclusion_rules.errors import InclusionRulesError

STEPS: dict[FactKind, float] = {FactKind.WHOLE_NUMBER: 1, FactKind.HALF_DAYS: 0.5}
"""How far apart neighbouring values are; the numbers that are not named here are everywhere dense."""
LOWEST: dict[FactKind, int | float] = {
    FactKind.WHOLE_NUMBER: 0,
    FactKind.HALF_DAYS: 0,
    FactKind.PERCENTAGE: 0,
    FactKind.MONEY: 0,
}
HIGHEST: dict[FactKind, int | float] = {FactKind.PERCENTAGE: 100}
OTHER_TEXT = "something else"
MOST_WORDS_OF_A_SET = 12
ANY_DAY = date(2000, 1, 1)
"""Stands for a date that nothing is compared with."""


class TooManyBoxesError(InclusionRulesError):
    """Conditions tell apart more combinations of words than can be gone through."""

    def __init__(self, words: int) -> None:
        self.words = words
        super().__init__(
            f"{words} words of one set are told apart; no more than {MOST_WORDS_OF_A_SET} can be proved over"
        )

    def __reduce__(self) -> tuple[type[TooManyBoxesError], tuple[int]]:
        return (TooManyBoxesError, (self.words,))


def thresholds(condition: Condition, fact: str, parameters: Callable[[str], Known | Unknown]) -> Iterator[Known]:
    """Every fixed value that a condition holds one fact against, in the order written: parameters that are set, too."""
    for comparison in comparisons(condition):
        if comparison.fact == fact:
            yield from fixed_operands(comparison, parameters)


def fixed_operands(comparison: Comparison, parameters: Callable[[str], Known | Unknown]) -> Iterator[Known]:
    """The fixed values on the right of a comparison; other facts are left out."""
    yield from _fixed(comparison.operand, parameters)


def _fixed(operand: Operand, parameters: Callable[[str], Known | Unknown]) -> Iterator[Known]:
    if isinstance(operand, tuple):
        for part in operand:
            yield from _fixed(part, parameters)
    elif isinstance(operand, ParameterReference):
        value = parameters(operand.name)
        if not isinstance(value, Unknown):
            yield value
    elif isinstance(operand, bool | int | float | str | date | frozenset):
        yield operand


def representatives(fact_type: FactType, compared_with: Iterable[Known]) -> tuple[Known, ...]:
    """At least one value out of each box that comparing with those values makes, the smallest (or first) value first.

    >>> representatives(FactType(FactKind.HALF_DAYS), [5, 15])
    (0, 4.5, 5, 5.5, 14.5, 15, 15.5)
    """
    kind = fact_type.kind
    against = list(compared_with)
    if kind is FactKind.YES_NO:
        return (True, False)
    if kind is FactKind.ONE_OF:
        return fact_type.choices
    words = dict.fromkeys(word for each in against for word in _words(each))
    if kind is FactKind.TEXT:
        return (*words, OTHER_TEXT)
    if kind is FactKind.SET_OF:
        return _sets([word for word in fact_type.choices if word in words] or list(words))
    if kind is FactKind.DATE:
        return _dates([each for each in against if isinstance(each, date)])
    return _numbers(kind, [each for each in against if isinstance(each, int | float) and not isinstance(each, bool)])


def _words(value: Known) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    return sorted(value) if isinstance(value, frozenset) else ()


def _sets(words: list[str]) -> tuple[Known, ...]:
    """Every set of those words, the smaller ones first."""
    if len(words) > MOST_WORDS_OF_A_SET:
        raise TooManyBoxesError(len(words))
    return tuple(frozenset(chosen) for size in range(len(words) + 1) for chosen in combinations(words, size))


def _dates(days: list[date]) -> tuple[Known, ...]:
    """Each day, the day before it and the day after, as far as there are such days."""
    if not days:
        return (ANY_DAY,)
    found = set(days)
    found.update(day - timedelta(days=1) for day in days if day > date.min)
    found.update(day + timedelta(days=1) for day in days if day < date.max)
    return tuple(sorted(found))


def _numbers(kind: FactKind, numbers: list[int | float]) -> tuple[Known, ...]:
    """The numbers of a kind at, just below and just above each of those, and the ends of the kind."""
    lowest = LOWEST.get(kind)
    highest = HIGHEST.get(kind)
    ends = {end for end in (lowest, highest) if end is not None} or ({0} if not numbers else set())
    step = STEPS.get(kind)
    if step is None:
        found = _dense(sorted({*numbers, *ends}), below=lowest is None, above=highest is None)
    else:
        nearest = {place for number in numbers for place in (math.floor(number / step), math.ceil(number / step))}
        found = ends | {_plain(place * step) for each in nearest for place in (each - 1, each, each + 1)}
    return tuple(sorted(n for n in found if (lowest is None or n >= lowest) and (highest is None or n <= highest)))


def _dense(ordered: list[int | float], *, below: bool, above: bool) -> set[int | float]:
    """The numbers themselves, one between each two neighbours, and one beyond an end that is open."""
    between = {_plain((low + high) / 2) for low, high in pairwise(ordered)}
    return {*ordered, *between, *([ordered[0] - 1] if below else []), *([ordered[-1] + 1] if above else [])}


def _plain(number: float) -> int | float:
    """The same number without a decimal point it does not need."""
    return int(number) if number == int(number) else number
