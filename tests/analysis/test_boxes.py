"""The values that stand for everything conditions can tell apart."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.analysis.boxes import TooManyBoxesError, representatives, thresholds
from inclusion_rules.domain.conditions import ALL_OF, Comparison, Group, Operator, ParameterReference
from inclusion_rules.domain.facts import FactKind, FactType, Known


@pytest.mark.parametrize(
    ("kind", "against", "values"),
    [
        (FactKind.WHOLE_NUMBER, [3], (0, 2, 3, 4)),
        (FactKind.HALF_DAYS, [5], (0, 4.5, 5, 5.5)),
        (FactKind.HALF_DAYS, [0], (0, 0.5)),
        (FactKind.HALF_DAYS, [2.25], (0, 1.5, 2, 2.5, 3)),
        (FactKind.PERCENTAGE, [90], (0, 45, 90, 95, 100)),
        (FactKind.PERCENTAGE, [100], (0, 50, 100)),
        (FactKind.MONEY, [4000], (0, 2000, 4000, 4001)),
        (FactKind.NUMBER, [2, 3], (1, 2, 2.5, 3, 4)),
        (FactKind.NUMBER, [], (-1, 0, 1)),
        (FactKind.DATE, [date(2025, 3, 1)], (date(2025, 2, 28), date(2025, 3, 1), date(2025, 3, 2))),
        (FactKind.YES_NO, [True], (True, False)),
        (FactKind.TEXT, ["art"], ("art", "something else")),
        (FactKind.SET_OF, ["a"], (frozenset(), frozenset({"a"}))),
    ],
)
def test_every_box_has_its_value(kind: FactKind, against: list[Known], values: tuple[Known, ...]) -> None:
    """There is a value at each threshold, between two, and beyond the ends that the kind of fact has."""
    assert values == representatives(FactType(kind), against)


def test_a_choice_is_gone_through_word_by_word() -> None:
    """A fact that is one of some words has those values, compared with or not."""
    assert ("a", "b", "c") == representatives(FactType(FactKind.ONE_OF, ("a", "b", "c")), ["b"])


def test_the_ends_of_the_calendar_are_no_trap() -> None:
    """No day is looked for before the first date there is, or after the last."""
    assert 4 == len(representatives(FactType(FactKind.DATE), [date.min, date.max]))


def test_too_many_words_of_a_set_are_refused() -> None:
    """A set is gone through in all its combinations or not at all."""
    with pytest.raises(TooManyBoxesError):
        representatives(FactType(FactKind.SET_OF), [f"word {number}" for number in range(13)])


def test_thresholds_are_those_of_one_fact() -> None:
    """Only what the fact itself is held against counts, parameters by their value."""
    condition = Group(
        ALL_OF,
        (
            Comparison("days", Operator.BETWEEN, (5, ParameterReference("long"))),
            Comparison("age", Operator.AT_LEAST, 18),
        ),
    )
    assert [5, 15] == list(thresholds(condition, "days", {"long": 15}.__getitem__))


HALVES = st.integers(0, 60).map(lambda halves: halves / 2)


@given(st.lists(HALVES, max_size=4), HALVES)
def test_any_value_has_one_like_it_among_the_representatives(fixed: list[float], value: float) -> None:
    """Whatever value a fact may hold, a representative lies on the same side of every threshold."""

    def side(number: float) -> list[tuple[bool, bool]]:
        return [(number < threshold, number > threshold) for threshold in fixed]

    found = representatives(FactType(FactKind.HALF_DAYS), fixed)
    assert side(value) in [side(each) for each in found if isinstance(each, int | float)]
