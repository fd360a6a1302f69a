"""How an edit changes to which cases a rule applies: the boxes found are the whole difference and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.analysis.engagement_changes import EngagementChange, engagement_changes, ways_of
from inclusion_rules.domain.conditions import (
    ALL_OF,
    ANY_OF,
    NONE_OF,
    Comparison,
    Condition,
    FactReference,
    Group,
    Operator,
    ParameterReference,
)
from inclusion_rules.domain.facts import FactDefinition, FactKind, FactType, Value
from inclusion_rules.domain.law import Parameter, ParameterValue
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import Governs, Rule, RulePack
from inclusion_rules.engine.evaluation import evaluate
from inclusion_rules.vocabulary import Force, Modality, RuleKind, Unit

DAY = date(2024, 9, 2)
TYPES = {
    "days": FactType(FactKind.HALF_DAYS),
    "share": FactType(FactKind.NUMBER),
    "looked_after": FactType(FactKind.YES_NO),
    "sen": FactType(FactKind.ONE_OF, ("none", "support", "ehc_plan")),
    "met_on": FactType(FactKind.DATE),
}


def a_rule(name: str, when: Condition, **more: object) -> Rule:
    """A duty of the board, about suspensions."""
    made = Rule(
        id=name,
        pack="land",
        duty=name,
        title=name,
        kind=RuleKind.DUTY,
        modality=Modality.MUST,
        force=Force.REGULATIONS,
        cites=(),
        says="meet",
        bearer="governing_board",
        governs=Governs(date(2012, 9, 1)),
        for_each=("suspended",),
        when=when,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def law(*rules: Rule, limit: float = 15, later: float | None = None) -> Edition:
    """A pack of those rules, with one quantity, another value of it from 2025 on where that is given."""
    versions = [ParameterValue(limit, date(2012, 9, 1), date(2024, 12, 31) if later is not None else None, ())]
    if later is not None:
        versions.append(ParameterValue(later, date(2025, 1, 1), None, ()))
    facts = {name: FactDefinition(name, kind, "", taken_from=f"pupil.{name}") for name, kind in TYPES.items()}
    pack = RulePack(
        id="land", title="", version="1", digest="", layer="national", authority=None, extends=(), facts=facts,
        attributes={}, events={}, roles={}, provisions={},
        parameters={"limit": Parameter("limit", "", Unit.SCHOOL_DAYS, tuple(versions))},
        rules={rule.id: rule for rule in rules}, tables={}, service={}, catalogue={},
    )  # fmt: skip
    return Edition((pack,))


MORE = Comparison("days", Operator.MORE_THAN, ParameterReference("limit"))
ORDERING = [Operator.MORE_THAN, Operator.AT_LEAST, Operator.LESS_THAN, Operator.AT_MOST, Operator.IS, Operator.IS_NOT]
AROUND = [Operator.BEFORE, Operator.ON_OR_BEFORE, Operator.AFTER, Operator.ON_OR_AFTER, Operator.IS]
half_days = st.integers(0, 40).map(lambda n: n / 2)
days_near = st.dates(date(2024, 12, 20), date(2025, 1, 10))
leaves = st.one_of(
    st.builds(Comparison, st.just("days"), st.sampled_from(ORDERING), half_days),
    st.just(MORE),
    st.builds(Comparison, st.just("share"), st.sampled_from(ORDERING), st.integers(0, 4)),
    st.builds(Comparison, st.just("looked_after"), st.just(Operator.IS), st.booleans()),
    st.builds(Comparison, st.just("sen"), st.just(Operator.IS), st.sampled_from(TYPES["sen"].choices)),
    st.builds(Comparison, st.just("met_on"), st.sampled_from(AROUND), days_near),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.builds(
        Group, st.sampled_from([ALL_OF, ANY_OF, NONE_OF]), st.lists(inner, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=5,
)
cases = st.fixed_dictionaries(
    {
        "days": half_days,
        "share": st.one_of(st.integers(-1, 5), st.floats(-1, 5, allow_nan=False)),
        "looked_after": st.booleans(),
        "sen": st.sampled_from(TYPES["sen"].choices),
        "met_on": days_near,
    }
)


def applies(rule: Rule, edition: Edition, case: dict[str, Value], day: date) -> bool:
    """Whether a rule applies, asked of the engine's own evaluation."""

    def on(name: str) -> float:
        version = edition.parameters[name].on(day)
        assert version is not None
        assert isinstance(version.value, int | float)
        return version.value

    held = any(applies(other, edition, case, day) for other in edition.held_back_by.get(rule.key, ()))
    return evaluate(rule.when, case.__getitem__, on).result is True and not held


def change_on(changes: tuple[EngagementChange, ...], day: date) -> EngagementChange | None:
    """The one change that is about a day."""
    found = [c for c in changes if (c.first or date.min) <= day and (c.last is None or day <= c.last)]
    assert len(found) <= 1
    return found[0] if found else None


@given(conditions, conditions, half_days, half_days, st.lists(cases, min_size=5, max_size=15))
def test_the_boxes_of_an_edit_agree_with_the_engine(
    before: Condition, after: Condition, old_limit: float, new_limit: float, tried: list[dict[str, Value]]
) -> None:
    """Whatever is edited, a case lies in a box exactly where the two versions answer differently for it."""
    was, now = a_rule("board/meets", before), a_rule("board/meets", after)
    old, new = law(was, limit=old_limit), law(now, limit=new_limit)
    change = change_on(engagement_changes(was, now, old, new), DAY)

    for case in tried:
        once, today = applies(was, old, case, DAY), applies(now, new, case, DAY)
        assert (today and not once) is (change is not None and change.gained.holds(case))
        assert (once and not today) is (change is not None and change.lost.holds(case))


@given(conditions, conditions, conditions, st.lists(cases, min_size=5, max_size=15))
def test_an_edit_of_an_exception_is_seen_at_what_it_holds_back(
    when: Condition, before: Condition, after: Condition, tried: list[dict[str, Value]]
) -> None:
    """A rule changes where one that holds it back does, although not a word of it is edited."""
    rule = a_rule("board/meets", when, exceptions=("board/need_not",))
    old, new = law(rule, a_rule("board/need_not", before)), law(rule, a_rule("board/need_not", after))
    change = change_on(engagement_changes(rule, rule, old, new), DAY)

    for case in tried:
        once, today = applies(rule, old, case, DAY), applies(rule, new, case, DAY)
        assert (today and not once) is (change is not None and change.gained.holds(case))
        assert (once and not today) is (change is not None and change.lost.holds(case))


def test_the_cases_are_told_as_an_officer_would_say_them() -> None:
    """A raised threshold is one stretch of values, between the old number and the new."""
    rule = a_rule("board/meets", MORE)
    (change,) = engagement_changes(rule, rule, law(rule, limit=15), law(rule, limit=20))

    assert [] == list(change.gained.boxes)
    assert [(("days", "at least 15.5 and at most 20"),)] == [
        change.lost.space.in_words(box) for box in change.lost.boxes
    ]


def test_a_change_is_told_for_the_days_on_which_it_is_one() -> None:
    """A quantity that becomes another from a day on changes nothing before it."""
    rule = a_rule("board/meets", MORE)
    (change,) = engagement_changes(rule, rule, law(rule, limit=15), law(rule, limit=15, later=10))

    assert (date(2025, 1, 1), None) == (change.first, change.last)
    assert [(("days", "at least 10.5 and at most 15"),)] == [
        change.gained.space.in_words(box) for box in change.gained.boxes
    ]


def test_saying_the_same_in_other_words_changes_nothing() -> None:
    """What is compared is what conditions mean, not how they are written."""
    was = a_rule("board/meets", Comparison("looked_after", Operator.IS, True))
    now = a_rule("board/meets", Group(NONE_OF, (Comparison("looked_after", Operator.IS, False),)))

    assert () == engagement_changes(was, now, law(was), law(now))


def test_facts_held_against_each_other_get_an_example_and_no_claim_to_be_all() -> None:
    """Where boxes could not say it exactly, one case stands for the difference, and that is said."""
    was = a_rule("board/meets", Comparison("days", Operator.MORE_THAN, FactReference("share")))
    now = a_rule("board/meets", Comparison("days", Operator.AT_LEAST, FactReference("share")))
    (change,) = engagement_changes(was, now, law(was), law(now))

    assert not change.gained.told
    case = dict(change.gained.space.example(change.gained.boxes[0]))
    assert case["days"] == case["share"]


def test_a_rule_that_is_switched_off_applies_to_nothing() -> None:
    """Rules that do not run are told as such, and have no cases to gain or lose."""
    was = a_rule("board/meets", MORE)

    assert () == engagement_changes(was, replace(was, governs=Governs(known=False)), law(was), law(was))
    assert ways_of(was, law(was), DAY)
