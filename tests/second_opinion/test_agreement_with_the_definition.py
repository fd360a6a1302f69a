"""Tens of thousands of made-up answers, none of which may differ between the definition and durable-rules."""

from __future__ import annotations

from random import Random

import pytest
from benchmarks.random_law import KINDS, Maker, by_definition, facts, moments
from benchmarks.second_opinion import hold
from hypothesis import given, settings
from hypothesis import strategies as st

from inclusion_rules.domain.conditions import (
    ALL_OF,
    AT_LEAST_OF,
    NONE_OF,
    Comparison,
    Condition,
    Group,
    Operator,
    comparisons,
)
from inclusion_rules.domain.facts import NOTHING, AtLeast, FactKind, Unknown, Value
from inclusion_rules.second_opinion.opinion import SecondOpinion
from inclusion_rules.second_opinion.questions import Moment, Question


@pytest.mark.parametrize("seed", range(10))
def test_made_up_rules_are_answered_the_same(opinion: SecondOpinion, seed: int) -> None:
    """500 rules, 8 cases each: all operators, groups, kinds and ways of not being known, some held back by others."""
    del opinion
    held = hold(seed, rules=500, cases=8)

    assert [] == held.differing
    assert (4000, 0) == (held.compared.total(), held.restarts)
    assert min(held.compared.values()) > 200


LIMITS = st.one_of(st.integers(-50, 50), st.integers(-500, 500).map(lambda tenths: tenths / 10))
NUMBERS = st.one_of(LIMITS, st.floats(-50, 50, allow_nan=False), LIMITS.map(lambda limit: limit + 1e-12))
TOTALS: st.SearchStrategy[Value] = st.one_of(
    NUMBERS, NUMBERS.map(lambda lower: AtLeast(lower, frozenset())), st.just(Unknown(frozenset())), st.just(NOTHING)
)
ORDERED = st.sampled_from(
    [Operator.IS, Operator.IS_NOT, Operator.MORE_THAN, Operator.AT_LEAST, Operator.LESS_THAN, Operator.AT_MOST]
)


@settings(max_examples=60)
@given(
    limits=st.lists(st.tuples(ORDERED, LIMITS), min_size=1, max_size=6),
    totals=st.lists(TOTALS, min_size=1, max_size=8),
    wanted=st.integers(0, 7),
)
def test_limits_cut_at_the_same_place(
    opinion: SecondOpinion, limits: list[tuple[Operator, float]], totals: list[Value], wanted: int
) -> None:
    """Whatever the digits of a number, both put it on the same side of every limit."""
    parts = tuple(Comparison("total", worded, limit) for worded, limit in limits)
    asked: tuple[Condition, ...] = (
        *parts,
        Group(AT_LEAST_OF, parts, wanted),
        Group(NONE_OF, parts),
        Group(ALL_OF, parts),
    )
    questions = tuple(Question(condition) for condition in asked)
    cases = [Moment({"total": total}, {"total": FactKind.NUMBER}, questions) for total in totals]

    assert [tuple(by_definition(case)) for case in cases] == opinion.answers(cases)


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), depth=st.integers(0, 4))
def test_a_made_up_rule_is_answered_the_same(opinion: SecondOpinion, seed: int, depth: int) -> None:
    """As above, one rule at a time, so that a difference is told by its smallest seed."""
    chance = Random(seed)
    maker = Maker(chance)
    asked = Moment(facts(chance), KINDS, (Question(maker.condition(depth), maker.figures),))

    assert [tuple(by_definition(asked))] == opinion.answers([asked])


def test_rules_hold_each_other_back_in_turn(opinion: SecondOpinion) -> None:
    """A rule that is itself held back holds back none."""
    always = Group(ALL_OF, ())
    asked = Moment({}, {}, (Question(always), Question(always, unless=(0,)), Question(always, unless=(1,))))

    assert [(True, False, True)] == opinion.answers([asked])


def test_what_is_made_up_is_not_all_alike() -> None:
    """The rules made up look at every kind of fact by every operator, and come to every answer."""
    made = moments(1, rules=1500, cases=2)
    asked = [found for question in made[0].questions for found in comparisons(question.condition)]

    assert set(Operator) == {comparison.operator for comparison in asked}
    assert set(FactKind) == {KINDS[comparison.fact] for comparison in asked}
    assert {True, False, None} == {answer for moment in made for answer in by_definition(moment)}
