"""What a condition says of a case: each operator over each way a value can fall short of known, and the laws.

Knows nothing of rules or packs: conditions and facts are made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inclusion_rules.domain.conditions import (
    ALL_OF,
    ANY_OF,
    AT_LEAST_OF,
    NONE_OF,
    Comparison,
    Condition,
    FactReference,
    Group,
    Operand,
    Operator,
    ParameterReference,
)
from inclusion_rules.domain.facts import NOTHING, AtLeast, FactKind, Known, Unknown, Value
from inclusion_rules.domain.findings import Trace
from inclusion_rules.engine.evaluation import ConditionTypeError, evaluate, joined
from inclusion_rules.source import Span

TODAY = date(2025, 3, 24)
NOT_SAID = Unknown(frozenset({"what nobody said"}))
SIX_OR_MORE = AtLeast(6, frozenset({"other schools"}))
PARAMETERS: Mapping[str, Known] = {"long": 15, "short": 5.5, "started": date(2025, 3, 1)}


def trace_of(condition: Condition, **facts: Value) -> Trace:
    """The trace of a condition over those facts."""
    return evaluate(condition, facts.__getitem__, PARAMETERS.__getitem__)


def result_of(value: Value, worded: Operator, operand: Operand, **others: Value) -> bool | None:
    """What one comparison comes to."""
    return trace_of(Comparison("fact", worded, operand), fact=value, **others).result


IS, IS_NOT, ONE_OF, NONE_OF_THESE = Operator.IS, Operator.IS_NOT, Operator.ONE_OF, Operator.NONE_OF
MORE, LEAST, LESS, MOST, BETWEEN = (
    Operator.MORE_THAN,
    Operator.AT_LEAST,
    Operator.LESS_THAN,
    Operator.AT_MOST,
    Operator.BETWEEN,
)
BEFORE, ON_OR_BEFORE, AFTER, ON_OR_AFTER = (
    Operator.BEFORE,
    Operator.ON_OR_BEFORE,
    Operator.AFTER,
    Operator.ON_OR_AFTER,
)


@pytest.mark.parametrize(
    ("value", "worded", "operand", "result"),
    [
        (True, IS, True, True),
        (False, IS, True, False),
        ("ehc plan", IS, "ehc plan", True),
        ("ehc plan", IS_NOT, "none", True),
        (15, MORE, 15, False),
        (15.5, MORE, 15, True),
        (15, LEAST, 15.0, True),
        (14.5, LEAST, 15, False),
        (15, LESS, 15, False),
        (14.5, LESS, 15, True),
        (15, MOST, 15, True),
        (15.5, MOST, 15, False),
        (5, BETWEEN, (5, 15), True),
        (15, BETWEEN, (5, 15), True),
        (15.5, BETWEEN, (5, 15), False),
        (4.5, BETWEEN, (5, 15), False),
        ("b", ONE_OF, ("a", "b"), True),
        ("c", ONE_OF, ("a", "b"), False),
        ("b", NONE_OF_THESE, ("a", "b"), False),
        ("c", NONE_OF_THESE, ("a", "b"), True),
        (3, ONE_OF, (3.0, 4), True),
        (TODAY, IS, TODAY, True),
        (TODAY, BEFORE, TODAY, False),
        (TODAY, ON_OR_BEFORE, TODAY, True),
        (TODAY, AFTER, date(2025, 3, 23), True),
        (TODAY, AFTER, TODAY, False),
        (TODAY, ON_OR_AFTER, TODAY, True),
        (TODAY, ON_OR_AFTER, date(2025, 3, 25), False),
        (TODAY, BETWEEN, (date(2025, 3, 1), TODAY), True),
    ],
)
def test_an_operator_means_what_its_words_say(value: Value, worded: Operator, operand: Operand, result: bool) -> None:
    """Each worded operator draws its boundary exactly where the words do."""
    assert result is result_of(value, worded, operand)


ANY_COMPARISON = [
    (IS, 5),
    (IS_NOT, 5),
    (MORE, 5),
    (LEAST, 5),
    (LESS, 5),
    (MOST, 5),
    (BETWEEN, (5, 15)),
    (ONE_OF, (5, 15)),
    (NONE_OF_THESE, (5, 15)),
    (BEFORE, TODAY),
    (ON_OR_BEFORE, TODAY),
    (AFTER, TODAY),
    (ON_OR_AFTER, TODAY),
]


@pytest.mark.parametrize(("worded", "operand"), ANY_COMPARISON)
def test_what_nobody_said_settles_no_comparison(worded: Operator, operand: Operand) -> None:
    """We never treat an unrecorded fact as a negative answer."""
    trace = trace_of(Comparison("fact", worded, operand), fact=NOT_SAID)
    assert (None, NOT_SAID.missing) == (trace.result, trace.missing)


@pytest.mark.parametrize(("worded", "operand"), ANY_COMPARISON)
def test_what_is_known_to_be_absent_is_only_ever_different(worded: Operator, operand: Operand) -> None:
    """Every comparison with what is known to be absent is false but `is not` and `none of`."""
    assert (worded in {IS_NOT, NONE_OF_THESE}) is result_of(NOTHING, worded, operand)


@pytest.mark.parametrize(("worded", "operand"), ANY_COMPARISON)
@pytest.mark.parametrize("value", [5, TODAY, NOT_SAID])
def test_an_absent_right_side_is_only_ever_different(worded: Operator, operand: Operand, value: Value) -> None:
    """A fact held against one that is known to be absent settles the comparison, whatever the fact may be."""
    named: Operand = (
        (FactReference("other"), FactReference("other")) if isinstance(operand, tuple) else FactReference("other")
    )
    assert (worded in {IS_NOT, NONE_OF_THESE}) is result_of(value, worded, named, other=NOTHING)


@pytest.mark.parametrize(
    ("value", "known", "not_known"),
    [
        (5, True, False),
        (False, True, False),
        (NOT_SAID, False, True),
        (SIX_OR_MORE, False, True),
        (NOTHING, False, False),
    ],
)
def test_known_asks_for_a_value_and_not_known_for_a_gap(value: Value, known: bool, not_known: bool) -> None:
    """What is known to be absent has no value, and yet nobody need be asked; a total that may rise is not yet known."""
    assert (known, not_known) == (
        result_of(value, Operator.KNOWN, True),
        result_of(value, Operator.NOT_KNOWN, True),
    )


@pytest.mark.parametrize("worded", [Operator.KNOWN, Operator.NOT_KNOWN])
@pytest.mark.parametrize("value", [5, NOT_SAID, SIX_OR_MORE, NOTHING])
def test_no_turns_known_over(worded: Operator, value: Value) -> None:
    """`known: no` is the opposite of `known: yes`, and likewise `not known: no`."""
    assert result_of(value, worded, True) is not result_of(value, worded, False)


@pytest.mark.parametrize(
    ("worded", "operand", "result"),
    [
        (MORE, 5.5, True),
        (MORE, 6, None),
        (LEAST, 6, True),
        (LEAST, 6.5, None),
        (LESS, 6, False),
        (LESS, 6.5, None),
        (MOST, 5.5, False),
        (MOST, 6, None),
        (IS, 5.5, False),
        (IS, 6, None),
        (IS_NOT, 5.5, True),
        (IS_NOT, 6, None),
        (BETWEEN, (1, 5.5), False),
        (BETWEEN, (1, 6), None),
        (ONE_OF, (1, 5.5), False),
        (ONE_OF, (1, 6), None),
        (NONE_OF_THESE, (1, 5.5), True),
        (NONE_OF_THESE, (1, 6), None),
    ],
)
def test_a_total_that_may_rise_settles_what_its_lower_bound_settles(
    worded: Operator, operand: Operand, result: bool | None
) -> None:
    """A total of six or more is surely over five and a half, and may or may not be over six."""
    trace = trace_of(Comparison("fact", worded, operand), fact=SIX_OR_MORE)
    assert (result, SIX_OR_MORE.missing if result is None else frozenset()) == (trace.result, trace.missing)


@pytest.mark.parametrize(
    ("value", "worded", "result"),
    [(5, MORE, False), (6, MORE, False), (7, MORE, None), (5, LESS, True), (5, IS, False)],
)
def test_a_total_that_may_rise_can_stand_on_the_right(value: Value, worded: Operator, result: bool | None) -> None:
    """A number is held against a total of six or more as far as the lower bound carries."""
    assert result is result_of(value, worded, FactReference("other"), other=SIX_OR_MORE)


@pytest.mark.parametrize(
    ("worded", "operand", "result"),
    [
        (IS, "PP", True),
        (IS, "BU", False),
        (IS_NOT, "PP", False),
        (ONE_OF, ("BU", "PP"), True),
        (ONE_OF, ("BU", "DB"), False),
        (NONE_OF_THESE, ("BU", "DB"), True),
        (NONE_OF_THESE, ("BU", "PP"), False),
    ],
)
def test_a_set_is_searched_for_a_word(worded: Operator, operand: Operand, result: bool) -> None:
    """`is` asks of a set whether the word is in it; `one of` whether any of the words is."""
    assert result is result_of(frozenset({"PP", "PA"}), worded, operand)


def test_two_sets_are_the_same_when_they_hold_the_same_words() -> None:
    """Held against another set, `is` asks for the same words and no others."""
    assert [True, False] == [
        result_of(frozenset({"PP", "PA"}), IS, FactReference("other"), other=frozenset(words))
        for words in (["PA", "PP"], ["PP"])
    ]


def test_a_word_is_one_of_a_set_of_words() -> None:
    """A parameter or fact that is a set can list the words that `one of` allows."""
    assert result_of("PP", ONE_OF, FactReference("other"), other=frozenset({"PP", "PA"}))


def test_a_parameter_stands_for_its_value_in_the_edition() -> None:
    """The trace shows the number that the fact was held against."""
    trace = trace_of(Comparison("days", MORE, ParameterReference("long")), days=15.5)
    assert (True, 15.5, 15) == (trace.result, trace.value, trace.operand)


def test_a_pair_of_parameters_bounds_from_both_sides() -> None:
    """`between` looks both of its ends up."""
    trace = trace_of(Comparison("days", BETWEEN, (ParameterReference("short"), ParameterReference("long"))), days=6)
    assert (True, (5.5, 15)) == (trace.result, trace.operand)


def test_one_end_can_settle_what_lies_between() -> None:
    """A value below the known end is not between, whatever the other end is."""
    assert False is result_of(3, BETWEEN, (5, FactReference("other")), other=NOT_SAID)


def test_an_end_that_is_not_known_is_missing() -> None:
    """What leaves a value between two ends unsettled is the end that nobody has said."""
    trace = trace_of(Comparison("fact", BETWEEN, (5, FactReference("other"))), fact=6, other=NOT_SAID)
    assert (None, NOT_SAID.missing) == (trace.result, trace.missing)


def test_both_sides_of_a_comparison_may_be_missing() -> None:
    """What is missing is all that both sides lack."""
    trace = trace_of(
        Comparison("fact", AFTER, FactReference("other")),
        fact=Unknown(frozenset({"a"})),
        other=Unknown(frozenset({"b"})),
    )
    assert (None, frozenset({"a", "b"})) == (trace.result, trace.missing)


def test_an_unknown_that_names_nothing_is_missing_itself() -> None:
    """A result that is not settled always names at least one fact."""
    assert {"fact"} == trace_of(Comparison("fact", IS, True), fact=Unknown(frozenset())).missing


@pytest.mark.parametrize(
    ("value", "worded", "operand"),
    [
        (TODAY, MORE, 5),
        (True, IS, 1),
        (1, IS, True),
        ("a", MORE, "b"),
        (True, MORE, False),
        ("2025-03-24", BEFORE, TODAY),
        (SIX_OR_MORE, IS, "six"),
        (frozenset({"a"}), MORE, "a"),
        (3, ONE_OF, ("three",)),
    ],
)
def test_what_cannot_be_compared_is_an_error(value: Value, worded: Operator, operand: Operand) -> None:
    """A date is never quietly more than a number, nor yes the same as one."""
    with pytest.raises(ConditionTypeError):
        result_of(value, worded, operand)


def test_an_error_of_kind_says_where_it_is_and_what_was_compared() -> None:
    """The message names the place, the fact, the operator and both values in plain words."""
    comparison = Comparison("board_met_on", MORE, 5, span=Span("rules/a.yaml", 9, 11))
    with pytest.raises(ConditionTypeError) as raised:
        trace_of(comparison, board_met_on=TODAY)
    said = "`board_met_on` is a date (`2025-03-24`), which `more than` cannot hold against a number (`5`)"
    assert f"rules/a.yaml:9:11: {said}" == str(raised.value)


YES = Comparison("yes", IS, True)
NO = Comparison("no", IS, True)
OPEN = Comparison("open", IS, True)
AJAR = Comparison("ajar", IS, True)
FOUR: Mapping[str, Value] = {
    "yes": True,
    "no": False,
    "open": Unknown(frozenset({"open"})),
    "ajar": Unknown(frozenset({"ajar"})),
}


@pytest.mark.parametrize(
    ("group", "result"),
    [
        (Group(ALL_OF, ()), True),
        (Group(ANY_OF, ()), False),
        (Group(NONE_OF, ()), True),
        (Group(AT_LEAST_OF, (), 1), False),
        (Group(ALL_OF, (YES, OPEN)), None),
        (Group(ALL_OF, (NO, OPEN)), False),
        (Group(ANY_OF, (YES, OPEN)), True),
        (Group(ANY_OF, (NO, OPEN)), None),
        (Group(NONE_OF, (YES, OPEN)), False),
        (Group(NONE_OF, (NO, OPEN)), None),
        (Group(NONE_OF, (NO, NO)), True),
        (Group(AT_LEAST_OF, (YES, YES, OPEN), 2), True),
        (Group(AT_LEAST_OF, (YES, OPEN, NO), 2), None),
        (Group(AT_LEAST_OF, (YES, NO, NO), 2), False),
        (Group(AT_LEAST_OF, (OPEN, NO, NO), 2), False),
    ],
)
def test_a_group_is_settled_as_soon_as_its_members_allow(group: Group, result: bool | None) -> None:
    """An unknown member leaves a group open only where it could still turn it."""
    assert result is trace_of(group, **FOUR).result


def test_settled_members_are_missing_nothing() -> None:
    """A nested group that is settled adds nothing to what is missing, whatever it did not know inside."""
    group = Group(ANY_OF, (Group(ALL_OF, (NO, AJAR)), OPEN))
    assert {"open"} == trace_of(group, **FOUR).missing


def test_the_trace_goes_on_past_what_settles_it() -> None:
    """A reader sees what every member came to, also after the one that decided."""
    trace = trace_of(Group(ALL_OF, (NO, YES, Group(ANY_OF, (YES, OPEN)))), **FOUR)
    assert [False, True, True] == [member.result for member in trace.members]
    assert [True, None] == [member.result for member in trace.members[2].members]


# --- The laws of the language, over generated conditions and cases ---------------------------------------------------

WORDS = ("none", "support", "plan")
KINDS: Mapping[str, FactKind] = {
    "looked after": FactKind.YES_NO,
    "exam missed": FactKind.YES_NO,
    "days": FactKind.HALF_DAYS,
    "other days": FactKind.HALF_DAYS,
    "met on": FactKind.DATE,
    "told on": FactKind.DATE,
    "need": FactKind.ONE_OF,
    "reasons": FactKind.SET_OF,
}
KNOWN_VALUES: Mapping[FactKind, st.SearchStrategy[Known]] = {
    FactKind.YES_NO: st.booleans(),
    FactKind.HALF_DAYS: st.integers(0, 12).map(lambda halves: halves / 2),
    FactKind.DATE: st.dates(date(2025, 3, 1), date(2025, 3, 6)),
    FactKind.ONE_OF: st.sampled_from(WORDS),
    FactKind.SET_OF: st.frozensets(st.sampled_from(WORDS)),
}
ORDERED = (MORE, LEAST, LESS, MOST)
DATED = (BEFORE, ON_OR_BEFORE, AFTER, ON_OR_AFTER)


@st.composite
def comparisons_of(draw: st.DrawFn, asking: bool) -> Comparison:
    """A comparison that linking would let through."""
    fact = draw(st.sampled_from(sorted(KINDS)))
    kind = KINDS[fact]
    words = FactKind.ONE_OF if kind is FactKind.SET_OF else kind
    operand: st.SearchStrategy[Operand] = KNOWN_VALUES[words]
    twins = [other for other in KINDS if KINDS[other] is kind and other != fact]
    if twins:
        operand = operand | st.sampled_from(twins).map(FactReference)
    worded = [IS, IS_NOT, ONE_OF, NONE_OF_THESE, *([Operator.KNOWN, Operator.NOT_KNOWN] if asking else [])]
    if kind in (FactKind.HALF_DAYS, FactKind.DATE):
        worded += [BETWEEN, *(DATED if kind is FactKind.DATE else ORDERED)]
    if kind is FactKind.HALF_DAYS:
        operand = operand | st.sampled_from(["long", "short"]).map(ParameterReference)
    chosen = draw(st.sampled_from(worded))
    if chosen in (Operator.KNOWN, Operator.NOT_KNOWN):
        return Comparison(fact, chosen, draw(st.booleans()))
    if chosen is BETWEEN:
        return Comparison(fact, chosen, draw(st.tuples(operand, operand)))
    if chosen in (ONE_OF, NONE_OF_THESE):
        return Comparison(fact, chosen, tuple(draw(st.lists(operand, min_size=1, max_size=3))))
    return Comparison(fact, chosen, draw(operand))


def conditions(asking: bool = False) -> st.SearchStrategy[Condition]:
    """Conditions of any shape; `asking` lets them use `known` and `not known`."""
    return st.recursive(
        comparisons_of(asking),
        lambda members: st.builds(
            Group,
            st.sampled_from([ALL_OF, ANY_OF, NONE_OF, AT_LEAST_OF]),
            st.lists(members, max_size=4).map(tuple),
            st.integers(1, 3),
        ),
        max_leaves=8,
    )


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Value]:
    """A case in which any fact may be known, not known, known to be absent, or a total that may rise."""
    case: dict[str, Value] = {}
    for name, kind in KINDS.items():
        gap = Unknown(frozenset({name}))
        values: st.SearchStrategy[Value] = KNOWN_VALUES[kind] | st.just(gap)
        if kind is FactKind.DATE:
            values = values | st.just(NOTHING)
        if kind is FactKind.HALF_DAYS:
            values = values | st.builds(AtLeast, st.sampled_from([0, 0.5, 2, 3.5, 5.5, 6]), st.just(frozenset({name})))
        case[name] = draw(values)
    return case


@st.composite
def cases_and_what_is_learned(draw: st.DrawFn) -> tuple[dict[str, Value], dict[str, Value]]:
    """A case, and the same one when some of its gaps have been filled by any value that they allow."""
    case = draw(cases())
    later = dict(case)
    for name, value in case.items():
        if isinstance(value, Unknown) and draw(st.booleans()):
            learned: st.SearchStrategy[Value] = KNOWN_VALUES[KINDS[name]]
            if KINDS[name] is FactKind.DATE:
                learned = learned | st.just(NOTHING)
            if KINDS[name] is FactKind.HALF_DAYS:
                learned = learned | st.just(AtLeast(2, frozenset({name})))
            later[name] = draw(learned)
        if isinstance(value, AtLeast) and draw(st.booleans()):
            later[name] = value.lower + draw(st.integers(0, 12)) / 2
    return case, later


def traced(condition: Condition, case: Mapping[str, Value]) -> Trace:
    """The trace of a condition over a generated case."""
    return evaluate(condition, case.__getitem__, PARAMETERS.__getitem__)


@given(conditions(), cases_and_what_is_learned())
def test_what_is_learned_never_turns_a_settled_answer(
    condition: Condition, told: tuple[dict[str, Value], dict[str, Value]]
) -> None:
    """Filling a gap, whatever fills it, may settle what was open and never unsettles or turns what was settled."""
    before, after = told
    settled = traced(condition, before).result
    assume(settled is not None)
    assert settled is traced(condition, after).result


@given(conditions(), cases())
def test_a_total_that_may_rise_says_no_more_than_is_known_of_it(condition: Condition, case: dict[str, Value]) -> None:
    """What `AtLeast` settles comes out the same at the bound itself, a little above it and far above it."""
    result = traced(condition, case).result
    assume(result is not None)
    for more in (0, 0.5, 400):
        exact = {name: value.lower + more if isinstance(value, AtLeast) else value for name, value in case.items()}
        assert result is traced(condition, exact).result


@given(conditions(asking=True), cases())
def test_something_is_missing_exactly_when_nothing_is_settled(condition: Condition, case: dict[str, Value]) -> None:
    """An undetermined answer names facts; a settled one names none, at every level of the trace."""
    traces = [traced(condition, case)]
    for trace in traces:
        assert (trace.result is None) is bool(trace.missing)
        traces.extend(trace.members)


@given(conditions(), cases())
def test_what_is_missing_is_not_known(condition: Condition, case: dict[str, Value]) -> None:
    """Only facts that are not known, or may yet rise, are named as missing."""
    gaps = {name for name, value in case.items() if isinstance(value, Unknown | AtLeast)}
    assert traced(condition, case).missing <= gaps


@given(st.lists(conditions(asking=True), min_size=2, max_size=4), st.integers(1, 4), cases(), st.data())
def test_the_order_of_members_says_nothing(
    members: list[Condition], least: int, case: dict[str, Value], data: st.DataObject
) -> None:
    """Members may be written in any order: the answer and what it is missing stay the same."""
    shuffled = data.draw(st.permutations(members))
    for join in (ALL_OF, ANY_OF, NONE_OF, AT_LEAST_OF):
        one = traced(Group(join, tuple(members), least), case)
        other = traced(Group(join, tuple(shuffled), least), case)
        assert (one.result, one.missing) == (other.result, other.missing)


RESULTS = st.lists(st.sampled_from([True, False, None]), max_size=6)


@given(RESULTS)
def test_none_of_is_the_opposite_of_any_of(results: list[bool | None]) -> None:
    """De Morgan's law holds in three values: not one of them is true, or each of them is false."""
    denied = [None if result is None else not result for result in results]
    assert joined(Group(NONE_OF, ()), results) is joined(Group(ALL_OF, ()), denied)


@given(RESULTS)
def test_all_of_is_none_of_the_opposites(results: list[bool | None]) -> None:
    """De Morgan's other law: all are true where none of their opposites is."""
    denied = [None if result is None else not result for result in results]
    assert joined(Group(ALL_OF, ()), results) is joined(Group(NONE_OF, ()), denied)


@given(RESULTS)
def test_at_least_one_is_any_and_at_least_as_many_as_there_are_is_all(results: list[bool | None]) -> None:
    """`at least N of` runs from `any of` to `all of`."""
    assume(results)
    assert joined(Group(AT_LEAST_OF, (), 1), results) is joined(Group(ANY_OF, ()), results)
    assert joined(Group(AT_LEAST_OF, (), len(results)), results) is joined(Group(ALL_OF, ()), results)


@pytest.mark.parametrize("results", sorted(set(permutations([True, True, False, None])), key=str))
def test_at_least_counts_what_may_yet_be_true(results: tuple[bool | None, ...]) -> None:
    """Two of four are true, a third may be, a fourth is not."""
    assert [True, True, None, False] == [joined(Group(AT_LEAST_OF, (), least), results) for least in (1, 2, 3, 4)]
