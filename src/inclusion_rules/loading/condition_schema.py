"""The grammar of conditions as JSON Schema, with every fact of a dictionary and what it can be held against.

Built from the same operators, kinds and units that `conditions` reads by. Knows no documents and no files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from inclusion_rules.domain.commitments import FigureDefinition
from inclusion_rules.domain.conditions import Operator
from inclusion_rules.domain.facts import FactDefinition, FactKind, FactType
from inclusion_rules.domain.law import Parameter
from inclusion_rules.loading.conditions import ANY_KIND, DATING, GROUPS, ORDERING, UNITS_OF
from inclusion_rules.vocabulary import words

Schema = dict[str, Any]

DATE: Schema = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
YES_NO: Schema = {"enum": ["yes", "no", True, False]}
CONDITION: Schema = {"$ref": "#/$defs/Condition"}
_ASKS_OF_KNOWLEDGE = (Operator.KNOWN, Operator.NOT_KNOWN)


def condition_definitions(
    facts: Mapping[str, FactDefinition], parameters: Mapping[str, Parameter]
) -> dict[str, Schema]:
    """The definition `Condition`, and one for each kind of fact that it rests on, by name."""
    return _condition(_Grammar(facts, parameters))


def figure_condition_definitions(
    figures: Mapping[str, FigureDefinition], parameters: Mapping[str, Parameter]
) -> dict[str, Schema]:
    """The same for the tests of commitments. A file may declare the figures that it asks for, so any name is taken."""
    return _condition(_Grammar(figures, parameters, called="figure"))


def _condition(grammar: _Grammar) -> dict[str, Schema]:
    listed = {"type": "array", "items": CONDITION, "minItems": 1}
    groups: Schema = dict.fromkeys(GROUPS, listed)
    compared = {words(name): grammar.comparison_of(fact) for name, fact in sorted(grammar.facts.items())}
    condition = {
        "description": "One fact with what it must be, or one group of conditions.",
        "type": "object",
        "properties": groups | compared,
        "patternProperties": {"^at least [1-9][0-9]* of$": listed},
        "additionalProperties": grammar.takes_any_name,
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"Condition": condition, **grammar.definitions}


def operators_for(kind: FactType) -> tuple[Operator, ...]:
    """The operators that can be asked of a kind of fact, in the order of the grammar."""
    ordered: set[Operator] = ORDERING if kind.kind.is_number else DATING if kind.kind is FactKind.DATE else set()
    return tuple(operator for operator in Operator if operator in ANY_KIND | ordered)


def literal(kind: FactType, *, single: bool = False) -> Schema:
    """A value of a kind, as a file writes it; `single` for one word where the kind is a set of them."""
    match kind.kind:
        case FactKind.YES_NO:
            return YES_NO
        case FactKind.DATE:
            return DATE
        case FactKind.WHOLE_NUMBER:
            return {"type": "integer", "minimum": 0}
        case FactKind.HALF_DAYS:
            return {"type": "number", "minimum": 0, "multipleOf": 0.5}
        case FactKind.PERCENTAGE:
            return {"type": "number", "minimum": 0, "maximum": 100}
        case FactKind.NUMBER | FactKind.MONEY:
            return {"type": "number", "minimum": 0}
        case FactKind.TEXT:
            return {"type": ["string", "number"]}
        case FactKind.ONE_OF:
            return {"enum": spellings(kind.choices)}
        case FactKind.SET_OF:
            word: Schema = {"enum": spellings(kind.choices)} if kind.choices else {"type": "string"}
            return word if single else {"anyOf": [word, {"type": "array", "items": word}]}


def spellings(names: Iterable[str]) -> list[str]:
    """Each name with spaces, and then, where that differs, with underscores."""
    listed = list(names)
    return list(dict.fromkeys([*map(words, listed), *listed]))


class _Grammar:
    """Definitions of comparisons, one for each kind of fact that occurs."""

    def __init__(
        self,
        facts: Mapping[str, FactDefinition | FigureDefinition],
        parameters: Mapping[str, Parameter],
        *,
        called: str = "fact",
    ) -> None:
        self.facts, self.parameters, self.called = facts, parameters, called
        self.definitions: dict[str, Schema] = {}

    @property
    def takes_any_name(self) -> bool:
        """Whether a name that is not known yet may be right: figures are declared beside their use."""
        return self.called == "figure"

    def comparison_of(self, fact: FactDefinition | FigureDefinition) -> Schema:
        """What may stand beside a fact, with its question as the hint that an editor shows."""
        name = "Compared_with_" + re.sub(r"\W+", "_", str(fact.type)).strip("_")
        if name not in self.definitions:
            self.definitions[name] = self._comparison(fact.type)
        return {"$ref": f"#/$defs/{name}", "description": fact.asks} if fact.asks else {"$ref": f"#/$defs/{name}"}

    def _comparison(self, kind: FactType) -> Schema:
        references = self._references(kind)
        operators = [one for one in operators_for(kind) if not (self.takes_any_name and one in _ASKS_OF_KNOWLEDGE)]
        asked = {operator.value: self._operand(operator, kind, references) for operator in operators}
        worded = {
            "type": "object",
            "properties": {**asked, **references},
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        }
        return {"anyOf": [literal(kind, single=True), worded]}

    def _operand(self, operator: Operator, kind: FactType, references: Schema) -> Schema:
        if operator in (Operator.KNOWN, Operator.NOT_KNOWN):
            return YES_NO
        reference: Schema = {
            "type": "object",
            "properties": references,
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        }
        # A number with legal force stands in a parameter; it may be written out only where it is one of a few codes.
        counted = kind.kind.is_number and operator in ORDERING
        single = reference if counted else {"anyOf": [literal(kind, single=True), reference]}
        if operator is Operator.BETWEEN:
            return {"type": "array", "items": single, "minItems": 2, "maxItems": 2}
        if operator in (Operator.ONE_OF, Operator.NONE_OF):
            return {"type": "array", "items": single, "minItems": 1}
        return single

    def _references(self, kind: FactType) -> Schema:
        """The facts, and the parameters in fitting units, that a fact of a kind can be held against."""
        units = UNITS_OF.get(kind.kind, set())
        fitting = sorted(words(name) for name, known in self.parameters.items() if known.unit in units)
        alike = sorted(words(name) for name, fact in self.facts.items() if _comparable(fact.type, kind))
        names: Schema = {key: {"enum": known} for key, known in (("parameter", fitting), (self.called, alike)) if known}
        return names | {self.called: {"type": "string"}} if self.takes_any_name else names


def _comparable(one: FactType, other: FactType) -> bool:
    return one.kind is other.kind or (one.kind.is_number and other.kind.is_number)
