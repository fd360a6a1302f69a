"""Conditions written as data and read again, and held against the schema: three views of one grammar."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

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
from inclusion_rules.domain.facts import FactDefinition, FactKind, FactType
from inclusion_rules.domain.law import Parameter
from inclusion_rules.loading.condition_schema import condition_definitions, operators_for
from inclusion_rules.loading.condition_writing import condition_as_data
from inclusion_rules.loading.conditions import ORDERING, UNITS_OF, Names, read_condition
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Mapping, Node, Scalar, Sequence
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import Unit

WORDS = ("first_word", "second")
TYPES = {
    "looked_after": FactType(FactKind.YES_NO),
    "days_out": FactType(FactKind.HALF_DAYS),
    "days_in": FactType(FactKind.WHOLE_NUMBER),
    "share": FactType(FactKind.PERCENTAGE),
    "told_on": FactType(FactKind.DATE),
    "met_on": FactType(FactKind.DATE),
    "outcome": FactType(FactKind.ONE_OF, WORDS),
    "reasons": FactType(FactKind.SET_OF, WORDS),
    "school_name": FactType(FactKind.TEXT),
}
UNITS = {"long": Unit.SCHOOL_DAYS, "part": Unit.PERCENT, "start": Unit.DATE}
NAMES = Names(TYPES, UNITS)
HERE = Span("a.yaml", 1, 1)
SCHEMA = Draft202012Validator(
    {
        "$ref": "#/$defs/Condition",
        "$defs": condition_definitions(
            {name: FactDefinition(name, kind, "?") for name, kind in TYPES.items()},
            {name: Parameter(name, name, unit, ()) for name, unit in UNITS.items()},
        ),
    }
)


def literals(kind: FactType) -> st.SearchStrategy[Operand]:
    """Values of a kind; a word, where the kind is a set of them."""
    match kind.kind:
        case FactKind.YES_NO:
            return st.booleans()
        case FactKind.HALF_DAYS:
            return st.sampled_from([0, 0.5, 5, 15.5])
        case FactKind.DATE:
            return st.dates(date(2000, 1, 1), date(2030, 1, 1))
        case FactKind.ONE_OF | FactKind.SET_OF:
            return st.sampled_from(WORDS)
        case FactKind.TEXT:
            return st.sampled_from(["Example School", "yes", "15", "on"])
        case _:
            return st.integers(0, 60)


def references(kind: FactType) -> list[Operand]:
    """The parameters and facts that a fact of a kind can be held against."""
    parameters = [name for name, unit in UNITS.items() if unit in UNITS_OF.get(kind.kind, set())]
    alike = [n for n, t in TYPES.items() if t.kind is kind.kind or (t.kind.is_number and kind.kind.is_number)]
    return [*map(ParameterReference, parameters), *map(FactReference, alike)]


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    """A comparison that the grammar allows."""
    fact = draw(st.sampled_from(sorted(TYPES)))
    kind = TYPES[fact]
    operator = draw(st.sampled_from(operators_for(kind)))
    single: st.SearchStrategy[Operand] = st.sampled_from(references(kind))
    if not (kind.kind.is_number and operator in ORDERING):
        single = st.one_of(single, literals(kind))
    if operator in (Operator.KNOWN, Operator.NOT_KNOWN):
        return Comparison(fact, operator, draw(st.booleans()))
    if operator is Operator.BETWEEN:
        return Comparison(fact, operator, (draw(single), draw(single)))
    if operator in (Operator.ONE_OF, Operator.NONE_OF):
        return Comparison(fact, operator, tuple(draw(st.lists(single, min_size=1, max_size=3))))
    return Comparison(fact, operator, draw(single))


def grouped(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    """Groups of conditions."""
    members = st.lists(inner, min_size=1, max_size=3).map(tuple)
    plain = st.builds(Group, st.sampled_from([ALL_OF, ANY_OF, NONE_OF]), members)
    counted = members.flatmap(
        lambda each: st.integers(1, len(each)).map(lambda number: Group(AT_LEAST_OF, each, number))
    )
    return st.one_of(plain, counted)


CONDITIONS = st.recursive(comparisons(), grouped, max_leaves=8)


def located(data: object) -> Node:
    """Data as the tree that a file of it would give."""
    if isinstance(data, dict):
        return Mapping(tuple((Scalar(key, False, HERE), located(value)) for key, value in data.items()), HERE)
    if isinstance(data, list):
        return Sequence(tuple(map(located, data)), HERE)
    return Scalar(data.isoformat() if isinstance(data, date) else str(data), isinstance(data, str), HERE)


@given(condition=CONDITIONS)
def test_a_condition_read_back_is_the_same(condition):
    """What is written of a condition is read as that condition, whatever it is made of."""
    problems = Problems()

    assert condition == read_condition(located(condition_as_data(condition)), NAMES, problems)
    assert [] == problems.found


@given(condition=CONDITIONS)
def test_a_condition_written_fits_the_schema(condition):
    """Every condition that the grammar allows can be typed in an editor without a mark."""
    data = json.loads(json.dumps(condition_as_data(condition), default=date.isoformat))

    assert [] == [problem.message for problem in SCHEMA.iter_errors(data)]


def slips() -> Iterator[object]:
    """Conditions that are not in the grammar, each for a reason of its own."""
    yield {"looked afer": "yes"}
    yield {"looked after": "perhaps"}
    yield {"looked after": {"more than": {"fact": "looked after"}}}
    yield {"days out": {"more than": 5}}
    yield {"days out": {"more than": {"parameter": "part"}}}
    yield {"days out": {"more than": {"fact": "told on"}}}
    yield {"days out": {"bigger than": {"parameter": "long"}}}
    yield {"told on": {"before": "soon"}}
    yield {"outcome": "third"}
    yield {"outcome": ["second"]}
    yield {"outcome": {"one of": []}}
    yield {"told on": {"between": ["2025-01-01"]}}
    yield {"all of": []}
    yield {"all of": {"looked after": "yes"}}
    yield {"at least 0 of": [{"looked after": "yes"}]}
    yield {"looked after": "yes", "outcome": "second"}
    yield {"looked after": {"known": "yes", "not known": "yes"}}
    yield {}


@pytest.mark.parametrize("slip", list(slips()), ids=str)
def test_loader_and_schema_refuse_the_same(slip):
    """What the loader does not read, an editor marks."""
    problems = Problems()

    assert read_condition(located(slip), NAMES, problems) is None
    assert problems.found
    assert not SCHEMA.is_valid(slip)
