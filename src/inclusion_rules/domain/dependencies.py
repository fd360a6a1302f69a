"""What derived facts look at, which facts hang on the ledger, and whether facts or rules go round in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inclusion_rules.domain.conditions import facts_in
from inclusion_rules.domain.facts import FactDefinition
from inclusion_rules.domain.rules import Rule


def facts_looked_at(definition: FactDefinition) -> frozenset[str]:
    """The facts that a derivation reads, directly."""
    if definition.derived is None:
        return frozenset()
    details = definition.derived.details
    found: set[str] = set()
    for key in ("day", "after"):
        value = details.get(key)
        if isinstance(value, str):
            found.add(value)
    given: Any = details.get("given", ())
    found.update(name for _, kind, name in given if kind == "fact")
    condition: Any = details.get("condition")
    if condition is not None:
        found.update(facts_in(condition))
    found.update(_in_choices(details.get("choices", ())))
    return frozenset(found)


def _in_choices(choices: Any) -> Iterator[str]:
    for condition, take in choices:
        if condition is not None:
            yield from facts_in(condition)
        if isinstance(take, str):
            yield take
        else:
            yield from _in_choices(take)


def facts_on_the_ledger(facts: Mapping[str, FactDefinition]) -> frozenset[str]:
    """The facts that ask whether an obligation is late, themselves or by way of others."""
    found = {name for name, fact in facts.items() if fact.derived is not None and fact.derived.form == "late"}
    growing = True
    while growing:
        more = {name for name, fact in facts.items() if name not in found and facts_looked_at(fact) & found}
        found |= more
        growing = bool(more)
    return frozenset(found)


def circles_of_facts(facts: Mapping[str, FactDefinition]) -> list[tuple[str, ...]]:
    """Every circle among derived facts, each once."""
    return circles({name: sorted(facts_looked_at(fact) & facts.keys()) for name, fact in facts.items()})


def circles_of_rules(rules: Mapping[str, Rule]) -> list[tuple[str, ...]]:
    """Every circle among exceptions and overrides, each once."""
    edges: dict[str, list[str]] = {name: list(rule.exceptions) for name, rule in rules.items()}
    for name, rule in rules.items():
        for overridden in rule.overrides:
            edges.setdefault(overridden, []).append(name)
    return circles({name: sorted(set(targets) & rules.keys()) for name, targets in edges.items()})


def circles(edges: Mapping[str, list[str]]) -> list[tuple[str, ...]]:
    """Every circle among names, each of which leads to those listed with it.

    >>> circles({"share": ["part", "whole"], "whole": ["share"]})
    [('share', 'whole')]
    """
    state: dict[str, int] = {}
    path: list[str] = []
    found: list[tuple[str, ...]] = []

    def visit(name: str) -> None:
        state[name] = 1
        path.append(name)
        for target in edges.get(name, ()):
            if state.get(target, 0) == 0:
                visit(target)
            elif state.get(target) == 1:
                found.append(tuple(path[path.index(target) :]))
        path.pop()
        state[name] = 2

    for name in sorted(edges):
        if state.get(name, 0) == 0:
            visit(name)
    return found
