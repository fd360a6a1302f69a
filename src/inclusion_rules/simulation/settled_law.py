"""The law as it reads for one kind of subject, with all that the kind settles taken out of its conditions.

Of every permanent exclusion it is known that it is one, so that a condition that asks comes to the same in all of
them, and what else is asked beside it may not matter. A case decided under the law that is left has the same ledger:
only what an answer has to look at becomes less. Knows no case.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from inclusion_rules.casework.fact_functions import SETTLED_BY_KIND
from inclusion_rules.domain.conditions import (
    ALL_OF,
    ALWAYS,
    ANY_OF,
    AT_LEAST_OF,
    NEVER,
    NONE_OF,
    Comparison,
    Condition,
    FactReference,
    ParameterReference,
)
from inclusion_rules.domain.facts import Derivation, FactDefinition, Known
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import DecisionTable, Rule, TableRow
from inclusion_rules.engine.evaluation import evaluate

Choices = tuple[tuple[Condition | None, Any], ...]


def settled_for(edition: Edition, kind: str) -> Edition:
    """An edition with its conditions as they read for every subject of a kind, such as `permanently_excluded`.

    A rule that can never be engaged for the kind has the condition `NEVER`.
    """
    known = {
        name: SETTLED_BY_KIND[function][kind]
        for name, definition in edition.facts.items()
        if (function := _function_of(definition)) in SETTLED_BY_KIND and kind in SETTLED_BY_KIND[function]
    }
    if not known:
        return edition
    law = _Settling(edition, known)
    return Edition(
        tuple(
            replace(
                pack,
                facts={name: law.definition(name) for name in pack.facts},
                tables={name: law.table(table) for name, table in pack.tables.items()},
                rules={name: law.rule(rule) for name, rule in pack.rules.items()},
            )
            for pack in edition.packs
        )
    )


def _function_of(definition: FactDefinition) -> str:
    derived = definition.derived
    return str(derived.details["function"]) if derived is not None and derived.form == "function" else ""


@dataclass
class _Settling:
    """What is settled so far: `known` facts have one value in every case."""

    edition: Edition
    known: dict[str, Known]
    definitions: dict[str, FactDefinition] = field(default_factory=dict)

    def definition(self, name: str) -> FactDefinition:
        """A fact with the conditions behind it as they read now."""
        if name not in self.definitions:
            definition = self.edition.facts[name]
            derived = definition.derived
            if derived is not None and name not in self.known:
                definition = replace(definition, derived=self._derivation(name, derived))
            self.definitions[name] = definition
        return self.definitions[name]

    def rule(self, rule: Rule) -> Rule:
        """A rule with its condition as it reads now."""
        return replace(rule, when=self.condition(rule.when))

    def table(self, table: DecisionTable) -> DecisionTable:
        """A table without the rows that never answer and the columns that no row asks for any more."""
        rows = [(row, [ALWAYS if cell is None else self.condition(cell) for cell in row.cells]) for row in table.rows]
        rows = [(row, cells) for row, cells in rows if NEVER not in cells]
        asked = [place for place in range(len(table.columns)) if any(cells[place] != ALWAYS for _, cells in rows)]
        return replace(
            table,
            columns=tuple(table.columns[place] for place in asked),
            rows=tuple(
                TableRow(
                    tuple(None if cells[place] == ALWAYS else cells[place] for place in asked), row.answer, row.span
                )
                for row, cells in rows
            ),
        )

    def condition(self, condition: Condition) -> Condition:
        """A condition without what is settled in it: `ALWAYS`, `NEVER`, or what is left to ask."""
        if isinstance(condition, Comparison):
            return self._comparison(condition)
        members = [self.condition(member) for member in condition.members]
        open_members = tuple(member for member in members if member not in (ALWAYS, NEVER))
        true, least = members.count(ALWAYS), len(open_members)
        match condition.joined:
            case joined if joined == ALL_OF:
                settled = NEVER if NEVER in members else ALWAYS if not open_members else None
            case joined if joined == ANY_OF:
                settled = ALWAYS if true else NEVER if not open_members else None
            case joined if joined == NONE_OF:
                settled = NEVER if true else ALWAYS if not open_members else None
            case _:
                assert condition.joined == AT_LEAST_OF
                wanted = condition.at_least - true
                settled = ALWAYS if wanted <= 0 else NEVER if wanted > least else None
                return settled or replace(condition, members=open_members, at_least=wanted)
        return settled or replace(condition, members=open_members)

    def _comparison(self, comparison: Comparison) -> Condition:
        operands = comparison.operand if isinstance(comparison.operand, tuple) else (comparison.operand,)
        if any(isinstance(operand, (FactReference, ParameterReference, tuple)) for operand in operands):
            return comparison
        value = self._value(comparison.fact)
        if value is None:
            return comparison
        result = evaluate(comparison, {comparison.fact: value}.__getitem__, _no_parameter).result
        return comparison if result is None else ALWAYS if result else NEVER

    def _value(self, name: str) -> Known | None:
        """The one value that a fact has in every case, if the kind of subject settles it."""
        if name in self.edition.facts:
            self.definition(name)
        return self.known.get(name)

    def _derivation(self, name: str, derived: Derivation) -> Derivation:
        details: dict[str, Any] = dict(derived.details)
        match derived.form:
            case "holds":
                details["condition"] = self.condition(details["condition"])
                if details["condition"] in (ALWAYS, NEVER):
                    self.known[name] = details["condition"] == ALWAYS
            case "choose":
                details["choices"] = self._choices(details["choices"])
            case "table":
                rows = self.table(self.edition.tables[details["table"]]).rows
                if len(rows) == 1 and not any(rows[0].cells):
                    self.known[name] = rows[0].answer
            case _:
                return derived
        return Derivation(derived.form, details)

    def _choices(self, choices: Choices) -> Choices:
        found: list[tuple[Condition | None, Any]] = []
        for condition, take in choices:
            left = ALWAYS if condition is None else self.condition(condition)
            if left == NEVER:
                continue
            found.append((None if left == ALWAYS else left, take if isinstance(take, str) else self._choices(take)))
            if left == ALWAYS:
                break
        return tuple(found)


def _no_parameter(name: str) -> Known:
    raise AssertionError(f"a settled comparison looks at no parameter, and not at {name}")
