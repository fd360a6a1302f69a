"""One grammar: what schemas allow is what the loader reads, operator by operator and key by key."""

from __future__ import annotations

import pytest

from inclusion_rules.domain.conditions import Operator
from inclusion_rules.domain.facts import FactDefinition, FactKind, FactType
from inclusion_rules.loading.condition_schema import condition_definitions, operators_for
from inclusion_rules.loading.conditions import GROUPS, Names, read_condition
from inclusion_rules.loading.facts import FORMS
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.rules import ACT_KEYS, DEADLINES, WORDS_OF_KIND
from inclusion_rules.loading.schema import KINDS
from inclusion_rules.loading.yaml_tree import read_yaml
from inclusion_rules.vocabulary import RuleKind, Unit, words

TYPES = [FactType(kind, ("a", "b") if kind in (FactKind.ONE_OF, FactKind.SET_OF) else ()) for kind in FactKind]
LITERALS = {
    FactKind.YES_NO: "yes",
    FactKind.DATE: "2025-03-24",
    FactKind.TEXT: "something",
    FactKind.ONE_OF: "a",
    FactKind.SET_OF: "a",
}


def loader_takes(kind: FactType, operator: Operator) -> bool:
    """Whether the loader reads a comparison of a fact of that kind by that operator."""
    operand = "yes" if operator in (Operator.KNOWN, Operator.NOT_KNOWN) else LITERALS.get(kind.kind, "{fact: other}")
    if operator in (Operator.ONE_OF, Operator.NONE_OF):
        operand = f"[{operand}]"
    elif operator is Operator.BETWEEN:
        operand = f"[{operand}, {operand}]"
    problems = Problems()
    names = Names({"it": kind, "other": kind}, {"p": Unit.COUNT})
    node = read_yaml(f"it: {{{operator.value}: {operand}}}", file="a.yaml")
    return read_condition(node, names, problems) is not None and not problems.found


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.kind.value)
def test_the_schema_offers_the_operators_that_the_loader_reads(kind):
    """An operator can be completed exactly where the loader takes it."""
    definitions = condition_definitions(
        {"it": FactDefinition("it", kind, "?"), "other": FactDefinition("other", kind, "?")}, {}
    )
    (compared,) = [schema for name, schema in definitions.items() if name != "Condition"]
    offered = set(compared["anyOf"][1]["properties"]) - {"fact", "parameter"}

    assert {operator.value for operator in Operator if loader_takes(kind, operator)} == offered
    assert {operator.value for operator in operators_for(kind)} == offered


def test_the_schema_offers_every_group(shipped_schemas):
    """The three groups can be completed; `at least N of` is told by its shape."""
    condition = shipped_schemas["rule"].schema["$defs"]["Condition"]

    assert set(GROUPS) <= set(condition["properties"])
    assert ["^at least [1-9][0-9]* of$"] == list(condition["patternProperties"])


def test_every_fact_can_be_completed_with_its_question(shipped_law, shipped_schemas):
    """A condition offers each fact of the dictionary, with what it asks as the hint."""
    condition = shipped_schemas["rule"].schema["$defs"]["Condition"]
    facts = {words(name): fact.asks for pack in shipped_law.packs.values() for name, fact in pack.facts.items()}

    assert facts.keys() == condition["properties"].keys() - set(GROUPS)
    assert {name: asks for name, asks in facts.items() if asks} == {
        name: schema["description"]
        for name, schema in condition["properties"].items()
        if name not in GROUPS and "description" in schema
    }


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("case", "scenarios")])
def test_a_schema_has_the_keys_of_its_document(kind, shipped_schemas):
    """The keys of a file are those of its document, spelled with spaces."""
    model = KINDS[kind]
    drawn = shipped_schemas[kind].schema["$defs"][model.__name__]["properties"]

    assert {words(field.alias or name) for name, field in model.model_fields.items()} == set(drawn)


@pytest.mark.parametrize("kind", RuleKind)
def test_a_rule_speaks_in_the_words_of_its_kind(kind, shipped_schemas):
    """A duty offers `must` and no other word, a power `may`, and only what is owed has a deadline."""
    act = shipped_schemas["rule"].schema["$defs"][f"Act_{kind}"]["properties"]

    assert {words(word) for word in WORDS_OF_KIND[kind]} == {words(word) for word in ACT_KEYS} & set(act)
    owed = kind in (RuleKind.DUTY, RuleKind.EXPECTATION, RuleKind.RIGHT)
    assert ({words(key) for key in DEADLINES} if owed else set()) == {words(key) for key in DEADLINES} & set(act)


def test_every_form_of_derivation_can_be_completed(shipped_schemas):
    """The ways to derive a fact are those that the loader knows, each with its own details."""
    forms = shipped_schemas["facts"].schema["$defs"]["Derivation"]["oneOf"]

    assert [{form, *extra} for form, extra in FORMS.items()] == [set(form["properties"]) for form in forms]


def test_every_event_of_a_case_needs_what_the_vocabulary_says(shipped_law, shipped_schemas):
    """An event is told by its name, and its required attributes are those it needs."""
    events = {name: event for pack in shipped_law.packs.values() for name, event in pack.events.items()}
    drawn = shipped_schemas["case"].schema["$defs"]["RecordedEvent"]["oneOf"]

    assert {name: {"event", "date", *event.needs} for name, event in events.items()} == {
        each["properties"]["event"]["const"]: set(each["required"]) for each in drawn
    }
