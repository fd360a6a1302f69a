"""A case that makes conditions hold is found where there is one, and only there."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.analysis.satisfying import Wanted, first_case, without_detours
from inclusion_rules.domain.conditions import (
    ALL_OF,
    ANY_OF,
    AT_LEAST_OF,
    NONE_OF,
    Comparison,
    FactReference,
    Group,
    Operator,
)
from inclusion_rules.domain.facts import NOTHING, Derivation, FactDefinition, FactKind, FactType, Known, Unknown
from inclusion_rules.engine.evaluation import evaluate

TYPES = {
    "a": FactType(FactKind.YES_NO),
    "b": FactType(FactKind.YES_NO),
    "days": FactType(FactKind.WHOLE_NUMBER),
    "more": FactType(FactKind.WHOLE_NUMBER),
    "word": FactType(FactKind.ONE_OF, ("x", "y", "z")),
}
RANGES = {"a": (True, False), "b": (True, False), "days": range(7), "more": range(7), "word": ("x", "y", "z")}
NOTHING_SET: dict[str, Known] = {}
NO_PARAMETERS = NOTHING_SET.__getitem__

number = st.integers(0, 5)
ordered = st.sampled_from([Operator.MORE_THAN, Operator.AT_LEAST, Operator.LESS_THAN, Operator.AT_MOST, Operator.IS])
leaves = st.one_of(
    st.builds(Comparison, st.sampled_from(["a", "b"]), st.just(Operator.IS), st.booleans()),
    st.builds(Comparison, st.just("word"), st.sampled_from([Operator.IS, Operator.IS_NOT]), st.sampled_from("xyz")),
    st.builds(Comparison, st.sampled_from(["days", "more"]), ordered, number),
    st.builds(Comparison, st.just("days"), ordered, st.just(FactReference("more"))),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(
            Group, st.sampled_from([ALL_OF, ANY_OF, NONE_OF]), st.lists(inner, min_size=1, max_size=3).map(tuple)
        ),
        st.builds(Group, st.just(AT_LEAST_OF), st.lists(inner, min_size=2, max_size=3).map(tuple), st.just(2)),
    ),
    max_leaves=6,
)


def every_case():
    """Each way in which the facts can stand, far enough for every threshold that the tests use."""
    for values in product(*RANGES.values()):
        yield dict(zip(RANGES, values, strict=True))


def comes_out(wanted, case):
    """Whether a case is as wanted."""
    return (evaluate(wanted.condition, case.__getitem__, NO_PARAMETERS).result is True) is wanted.holds


@given(st.lists(st.builds(Wanted, conditions, st.just(NO_PARAMETERS), st.booleans()), min_size=1, max_size=3))
def test_a_case_is_found_exactly_where_going_through_all_of_them_finds_one(wanted):
    """Values out of every box stand for all that a fact can be, also where facts are held against each other."""
    found = first_case(wanted, TYPES)
    exists = any(all(comes_out(each, case) for each in wanted) for case in every_case())

    assert exists is (found is not None)


@given(st.lists(st.builds(Wanted, conditions, st.just(NO_PARAMETERS), st.booleans()), min_size=1, max_size=3))
def test_the_case_found_is_as_wanted(wanted):
    """What is handed back is itself a proof."""
    found = first_case(wanted, TYPES)

    assert found is None or all(comes_out(each, found) for each in wanted)


def test_what_may_be_absent_counts_as_a_value():
    """`is not` holds of what has not happened."""
    never = Wanted(Comparison("word", Operator.ONE_OF, ("x", "y", "z")), NO_PARAMETERS, holds=False)

    assert None is first_case([never], TYPES)
    assert {"word": NOTHING} == first_case([never], TYPES, absent=frozenset({"word"}))


def test_a_fact_held_to_a_value_has_no_other():
    """What an act settles is not free any more."""
    wanted = Wanted(Comparison("a", Operator.IS, True), NO_PARAMETERS)

    assert None is first_case([wanted], TYPES, fixed={"a": (False, Unknown(frozenset({"a"})))})


def test_a_fact_that_says_whether_a_condition_holds_is_that_condition():
    """So a case cannot have it one way and its condition the other."""
    inner = Comparison("days", Operator.MORE_THAN, 3)
    long = FactDefinition("b", TYPES["b"], "?", derived=Derivation("holds", {"condition": inner}))
    said = Comparison("b", Operator.IS, False)

    assert Group(NONE_OF, (inner,)) == without_detours(said, {"b": long})
