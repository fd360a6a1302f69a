"""The smallest changes that would alter an answer: real, minimal, complete and near at hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inclusion_rules.analysis.smallest_changes import Change, smallest_changes
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
    facts_in,
)
from inclusion_rules.domain.facts import NOTHING, AtLeast, FactKind, FactType, Known, Unknown, Value
from inclusion_rules.engine.evaluation import evaluate
from inclusion_rules.errors import UnknownNameError

TYPES: Mapping[str, FactType] = {
    "days": FactType(FactKind.HALF_DAYS),
    "other_days": FactType(FactKind.HALF_DAYS),
    "exam_missed": FactType(FactKind.YES_NO),
    "asked": FactType(FactKind.YES_NO),
    "need": FactType(FactKind.ONE_OF, ("none", "support", "plan")),
    "met_on": FactType(FactKind.DATE),
    "due_on": FactType(FactKind.DATE),
}
PARAMETERS: Mapping[str, Known] = {"long": 15, "short": 5}

LONG = Comparison("days", Operator.MORE_THAN, ParameterReference("long"))
NOT_SHORT = Comparison("days", Operator.MORE_THAN, ParameterReference("short"))
EXAM = Comparison("exam_missed", Operator.IS, True)
ASKED = Comparison("asked", Operator.IS, True)
PLAN = Comparison("need", Operator.IS, "plan")


def changes(condition: Condition, at_most: int = 3, **facts: Value) -> tuple[Change, ...]:
    """The smallest changes for those facts."""
    return smallest_changes(condition, facts, TYPES, PARAMETERS.__getitem__, at_most=at_most)


def unknown(name: str) -> Unknown:
    """A fact that nobody has said."""
    return Unknown(frozenset({name}))


def test_a_number_moves_no_further_than_it_must() -> None:
    """Six days become five, and not none, where more than five count."""
    assert (Change((("days", 6, 5),), False),) == changes(NOT_SHORT, days=6)


def test_a_number_may_have_to_rise() -> None:
    """Fifteen days become fifteen and a half where more than fifteen count."""
    assert (Change((("days", 15, 15.5),), True),) == changes(LONG, days=15)


def test_a_date_moves_by_days() -> None:
    """The nearest day that alters the answer is named."""
    condition = Comparison("met_on", Operator.ON_OR_BEFORE, date(2025, 3, 24))
    day = date(2025, 4, 2)
    assert (Change((("met_on", day, date(2025, 3, 24)),), True),) == changes(condition, met_on=day)


def test_facts_that_must_change_together_are_one_change() -> None:
    """Where both members fail, neither alone is enough."""
    condition = Group(ALL_OF, (EXAM, LONG))
    assert (Change((("exam_missed", False, True), ("days", 3, 15.5)), True),) == changes(
        condition, exam_missed=False, days=3
    )


def test_each_way_is_told_and_the_shorter_ones_first() -> None:
    """One fact is told before two that do the same, in the order in which the condition names them."""
    condition = Group(ANY_OF, (Group(ALL_OF, (EXAM, ASKED)), LONG))
    assert [{"days"}, {"exam_missed", "asked"}] == [
        {name for name, _, _ in change.facts} for change in changes(condition, exam_missed=False, asked=False, days=3)
    ]


def test_no_more_facts_than_asked_for() -> None:
    """A change of two facts is not told to who asked for changes of one."""
    assert () == changes(Group(ALL_OF, (EXAM, ASKED)), at_most=1, exam_missed=False, asked=False)


def test_an_open_answer_is_settled_either_way() -> None:
    """What is not known is told with the values that would settle it, for and against."""
    condition = Group(ALL_OF, (EXAM, ASKED))
    missing = unknown("exam_missed")
    assert (
        Change((("exam_missed", missing, True),), True),
        Change((("exam_missed", missing, False),), False),
    ) == changes(condition, exam_missed=missing, asked=True)


def test_an_open_answer_is_not_settled_by_changing_what_is_known() -> None:
    """To settle an answer means to find something out, not to wish a fact away."""
    found = changes(Group(ALL_OF, (EXAM, ASKED)), exam_missed=unknown("exam_missed"), asked=True)
    assert {"exam_missed"} == {name for change in found for name, _, _ in change.facts}


def test_a_fact_left_out_is_not_known() -> None:
    """A fact that the case does not mention counts as one that nobody has said."""
    assert changes(EXAM, exam_missed=unknown("exam_missed")) == changes(EXAM)


def test_a_change_may_only_open_the_answer() -> None:
    """Where other facts are not known, a change can unsettle the answer; what would turn it is told too."""
    condition = Group(ALL_OF, (EXAM, ASKED))
    missing = unknown("asked")
    assert (
        Change((("exam_missed", False, True),), None),
        Change((("exam_missed", False, True), ("asked", missing, True)), True),
    ) == changes(condition, exam_missed=False, asked=missing)


def test_a_total_that_may_rise_is_never_told_to_fall() -> None:
    """A total of six or more can turn out to be over fifteen, or no more than fifteen, and not under six."""
    total = AtLeast(6, frozenset({"history"}))
    assert (Change((("days", total, 15.5),), True), Change((("days", total, 6),), False)) == changes(LONG, days=total)


def test_a_total_that_may_rise_settles_only_what_it_can_reach() -> None:
    """A total of twenty or more can turn out to be over twenty-five, though fifteen would be nearer."""
    total = AtLeast(20, frozenset({"history"}))
    condition = Group(ANY_OF, (Comparison("days", Operator.AT_MOST, 15), Comparison("days", Operator.MORE_THAN, 25)))
    assert Change((("days", total, 25.5),), True) in changes(condition, days=total)


def test_of_several_ways_to_change_the_same_facts_the_nearest_is_told() -> None:
    """A little of each is nearer than little of one and much of the other."""
    more = [Comparison("days", Operator.MORE_THAN, days) for days in (5, 15, 45)]
    support = Comparison("need", Operator.IS, "support")
    condition = Group(ANY_OF, (Group(ALL_OF, (support, *more)), Group(ALL_OF, (PLAN, more[0]))))
    assert (Change((("need", "none", "plan"), ("days", 0, 5.5)), True),) == changes(condition, need="none", days=0)


def test_one_fact_can_turn_an_answer_and_open_it() -> None:
    """Different values of the same fact can do either, and both are told."""
    missing = unknown("asked")
    condition = Group(ANY_OF, (Group(ALL_OF, (NOT_SHORT, ASKED)), Comparison("days", Operator.IS, 3)))
    assert {Change((("days", 0, 3),), True), Change((("days", 0, 5.5),), None)} <= set(
        changes(condition, days=0, asked=missing)
    )


def test_there_is_room_for_facts_that_must_lie_one_beyond_the_other() -> None:
    """A fact that must pass a threshold, and another that must pass the first, are found together."""
    beyond = Comparison("other_days", Operator.MORE_THAN, FactReference("days"))
    assert (Change((("days", 0, 5.5), ("other_days", 0, 6)), True),) == changes(
        Group(ALL_OF, (NOT_SHORT, beyond)), days=0, other_days=0
    )


def test_facts_held_against_each_other_can_move_either_way() -> None:
    """Where one date is held against another, each alone can alter the answer."""
    condition = Comparison("met_on", Operator.AFTER, FactReference("due_on"))
    met, due = date(2025, 3, 24), date(2025, 3, 26)
    assert (
        Change((("met_on", met, date(2025, 3, 27)),), True),
        Change((("due_on", due, date(2025, 3, 23)),), True),
    ) == changes(condition, met_on=met, due_on=due)


def test_known_can_be_undone_by_there_being_nothing() -> None:
    """Only where a condition asks whether there is a value does having none count as a change."""
    met = date(2025, 3, 24)
    assert (Change((("met_on", met, NOTHING),), False),) == changes(
        Comparison("met_on", Operator.KNOWN, True), met_on=met
    )


def test_a_condition_that_always_holds_cannot_be_changed() -> None:
    """No fact alters what does not depend on any."""
    assert () == changes(Group(ALL_OF, ()))


def test_a_fact_must_be_in_the_dictionary() -> None:
    """A fact of no known kind is an error that names the nearest one."""
    with pytest.raises(UnknownNameError, match="did you mean `days`"):
        changes(Comparison("dayz", Operator.IS, 5), dayz=4)


# --- Over generated conditions and cases, against a search that tries everything -------------------------------------

SMALL: Mapping[str, tuple[Known, ...]] = {
    "days": tuple(halves / 2 for halves in range(9)),
    "other_days": tuple(halves / 2 for halves in range(9)),
    "exam_missed": (True, False),
    "asked": (True, False),
    "need": ("none", "support", "plan"),
}
NUMBERS: st.SearchStrategy[Operand] = st.sampled_from([1, 1.5, 2])
COMPARISONS: st.SearchStrategy[Condition] = st.one_of(
    st.sampled_from([EXAM, ASKED, PLAN]),
    st.builds(
        Comparison,
        st.sampled_from(["days", "other_days"]),
        st.sampled_from([Operator.IS, Operator.MORE_THAN, Operator.AT_MOST]),
        NUMBERS | st.just(FactReference("other_days")),
    ),
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda members: st.builds(
        Group,
        st.sampled_from([ALL_OF, ANY_OF, NONE_OF, AT_LEAST_OF]),
        st.lists(members, min_size=1, max_size=3).map(tuple),
        st.integers(1, 2),
    ),
    max_leaves=5,
)
CASES: st.SearchStrategy[dict[str, Value]] = st.fixed_dictionaries(
    {name: st.sampled_from([*values, unknown(name)]) for name, values in SMALL.items()}
)


def answer(condition: Condition, facts: Mapping[str, Value]) -> bool | None:
    """What a condition comes to."""
    return evaluate(condition, facts.__getitem__, PARAMETERS.__getitem__).result


def every_way(condition: Condition, case: Mapping[str, Value], names: tuple[str, ...]) -> set[bool | None]:
    """Everything that a condition can come to when those facts take any known values."""
    ways = product(*[SMALL[name] for name in names])
    return {answer(condition, {**case, **dict(zip(names, values, strict=True))}) for values in ways}


def told_of(condition: Condition, case: Mapping[str, Value]) -> tuple[Change, ...]:
    """The smallest changes for a generated case."""
    return smallest_changes(condition, case, TYPES, PARAMETERS.__getitem__)


@given(CONDITIONS, CASES)
def test_every_change_gives_what_it_promises(condition: Condition, case: dict[str, Value]) -> None:
    """Making a change alters the answer, to the result that was told."""
    today = answer(condition, case)
    for change in told_of(condition, case):
        altered = {**case, **{name: value for name, _, value in change.facts}}
        assert change.result is not today
        assert change.result is answer(condition, altered)


@given(CONDITIONS, CASES)
def test_a_change_starts_from_the_case(condition: Condition, case: dict[str, Value]) -> None:
    """Each fact of a change is told as it is today, and as something else."""
    for change in told_of(condition, case):
        assert all(case[name] == old and old != new for name, old, new in change.facts)


@settings(max_examples=60)
@given(CONDITIONS, CASES)
def test_the_changes_are_exactly_the_minimal_ones(condition: Condition, case: dict[str, Value]) -> None:
    """Trying all values of all sets of facts finds the same sets, and no smaller one that gives the same result."""
    today = answer(condition, case)
    names = sorted(facts_in(condition))
    if today is None:
        names = [name for name in names if isinstance(case[name], Unknown)]
    for result in {True, False, None} - {today}:
        minimal: list[frozenset[str]] = []
        for chosen in (chosen for size in range(1, 4) for chosen in combinations(names, size)):
            smaller = any(part.issubset(chosen) for part in minimal)
            if not smaller and result in every_way(condition, case, chosen):
                minimal.append(frozenset(chosen))
        told = {
            frozenset(name for name, _, _ in change.facts)
            for change in told_of(condition, case)
            if change.result is result
        }
        assert set(minimal) == told


@given(CONDITIONS, CASES)
def test_smaller_changes_are_told_first(condition: Condition, case: dict[str, Value]) -> None:
    """Changes are told by the number of facts, and the same ones in the same order each time."""
    found = told_of(condition, case)
    assert sorted(len(change.facts) for change in found) == [len(change.facts) for change in found]
    assert found == told_of(condition, case)
