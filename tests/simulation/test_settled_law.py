"""What a kind of subject settles is taken out of conditions without changing what they come to."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.conditions import (
    ALL_OF,
    ANY_OF,
    AT_LEAST_OF,
    NEVER,
    NONE_OF,
    Comparison,
    Condition,
    Group,
    Operator,
    facts_in,
)
from inclusion_rules.domain.facts import Known, Unknown, Value
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.engine.evaluation import evaluate
from inclusion_rules.simulation.settled_law import settled_for

KIND = "permanent_or_suspension"
SETTLED = {"permanently_excluded": "permanent_exclusion", "suspended": "suspension"}
OPEN = ("looked_after", "social_worker")
IS = (Operator.IS, Operator.IS_NOT)
AMONG = (Operator.ONE_OF, Operator.NONE_OF)


@cache
def england() -> Edition:
    """The national law."""
    return open_rulebook().edition(("england",))


def kinds_asked() -> st.SearchStrategy[Condition]:
    """Comparisons on the kind of exclusion, in all the ways that ask for it."""
    word = st.sampled_from(sorted(SETTLED.values()))
    one = st.builds(lambda operator, value: Comparison(KIND, operator, value), st.sampled_from([*IS]), word)
    several = st.lists(word, min_size=1, max_size=2, unique=True).map(tuple)
    among = st.builds(lambda operator, value: Comparison(KIND, operator, value), st.sampled_from([*AMONG]), several)
    known = st.booleans().map(lambda value: Comparison(KIND, Operator.KNOWN, value))
    return st.one_of(one, among, known)


open_asked = st.builds(lambda name, value: Comparison(name, Operator.IS, value), st.sampled_from(OPEN), st.booleans())
groups = st.sampled_from([ALL_OF, ANY_OF, NONE_OF, AT_LEAST_OF])


def joined(members: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    """Groups of any sort."""
    some = st.lists(members, min_size=1, max_size=4).map(tuple)
    return st.builds(
        lambda how, inner, least: Group(how, inner, min(least, len(inner))), groups, some, st.integers(1, 4)
    )


conditions = st.recursive(st.one_of(kinds_asked(), open_asked), joined, max_leaves=12)
answers = st.sampled_from([True, False, None])


@given(condition=conditions, kind=st.sampled_from(sorted(SETTLED)), first=answers, second=answers)
def test_a_settled_condition_comes_to_the_same(
    condition: Condition, kind: str, first: bool | None, second: bool | None
) -> None:
    """Whatever else is known of a case or not, its condition comes to what it came to before."""
    values: dict[str, Value] = {
        name: Unknown(frozenset({name})) if value is None else value
        for name, value in zip(OPEN, (first, second), strict=True)
    }
    values[KIND] = SETTLED[kind]

    left = settled_condition(condition, kind)

    none: dict[str, Known] = {}
    before, after = (evaluate(asked, values.__getitem__, none.__getitem__) for asked in (condition, left))
    assert before.result == after.result
    assert KIND not in facts_in(left)


def settled_condition(condition: Condition, kind: str) -> Condition:
    """The condition as the condition of some rule, settled with it."""
    pack = england().packs[0]
    name, rule = next(iter(pack.rules.items()))
    edition = Edition((replace(pack, rules={name: replace(rule, when=condition)}),))
    return settled_for(edition, kind).packs[0].rules[name].when


def test_what_is_not_about_an_exclusion_is_left_as_it_is() -> None:
    """Of other events nothing is settled by their kind."""
    assert settled_for(england(), "school_place_allocated") is england()


def test_a_rule_for_permanent_exclusions_never_holds_for_a_suspension() -> None:
    """A pupil's name is not deleted from a register for a suspension; for a permanent exclusion that stays open."""
    never = {
        kind: {rule.id for rule in settled_for(england(), kind).running_rules if rule.when == NEVER} for kind in SETTLED
    }

    assert "register/deletion" in never["suspended"]
    assert "register/deletion" not in never["permanently_excluded"]
