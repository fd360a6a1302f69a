"""What is left of a condition once some facts are settled, so that two conditions can be held against each other.

A residue is True, False or None where the settled facts decide, and else the part of the condition that does not yet
depend on them, with every quantity put in by its value: equal residues come out alike whatever the other facts are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from inclusion_rules.analysis.satisfying import Wanted
from inclusion_rules.domain.conditions import (
    ALL_OF,
    ANY_OF,
    NONE_OF,
    Comparison,
    Condition,
    FactReference,
    Operand,
    ParameterReference,
    facts_in,
)
from inclusion_rules.domain.facts import Value
from inclusion_rules.engine.evaluation import Parameters, evaluate, joined


@dataclass(frozen=True, slots=True)
class Open:
    """What cannot be said yet: a comparison with its quantities put in, or a group of what is left."""

    joined: str
    at_least: int
    parts: tuple[object, ...]
    facts: frozenset[str]


Residue = bool | None | Open
Way = tuple[tuple[Open, bool], ...]
"""What still has to come out true, or (False) must not, for a rule to apply in one way."""


def residue(condition: Condition, settled: Mapping[str, Value], parameters: Parameters) -> Residue:
    """What is left of a condition."""
    if isinstance(condition, Comparison):
        return _compared(condition, settled, parameters)
    members = [residue(member, settled, parameters) for member in condition.members]
    left = [member for member in members if isinstance(member, Open)]
    if not left:
        return joined(condition, [member for member in members if not isinstance(member, Open)])
    true, undecided = members.count(True), members.count(None)
    if condition.joined == ALL_OF:
        return False if False in members else _open(ALL_OF, 0, left, undecided)
    if condition.joined in (ANY_OF, NONE_OF):
        if True in members:
            return condition.joined == ANY_OF
        return _open(condition.joined, 0, left, undecided)
    wanted = condition.at_least - true
    if wanted <= 0:
        return True
    return False if wanted > len(left) + undecided else _open(condition.joined, wanted, left, undecided)


def ways_left(ways: Iterable[Sequence[Wanted]], settled: Mapping[str, Value]) -> bool | frozenset[Way]:
    """Whether one of some ways holds whatever the other facts are, or none can; else what each still asks for."""
    found: set[Way] = set()
    for way in ways:
        asked = list(_asked(way, settled))
        if not asked:
            return True
        if None not in asked:
            found.add(tuple(part for part in asked if part is not None))
    return frozenset(found) if found else False


def facts_left(ways: bool | frozenset[Way]) -> Iterator[str]:
    """The facts that what is left looks at, those of the first way first."""
    for way in sorted(ways, key=repr) if not isinstance(ways, bool) else ():
        for part, _ in way:
            yield from sorted(part.facts)


def _asked(way: Sequence[Wanted], settled: Mapping[str, Value]) -> Iterator[tuple[Open, bool] | None]:
    """What a way still asks for; None for what can no longer be had."""
    for wanted in way:
        left = residue(wanted.condition, settled, wanted.parameters)
        if isinstance(left, Open):
            yield left, wanted.holds
        elif (left is True) is not wanted.holds:
            yield None


def _compared(comparison: Comparison, settled: Mapping[str, Value], parameters: Parameters) -> Residue:
    facts = facts_in(comparison)
    if facts <= settled.keys():
        return evaluate(comparison, settled.__getitem__, parameters).result
    operand = _put_in(comparison.operand, settled, parameters)
    against = settled.get(comparison.fact)
    return Open(comparison.operator.value, 0, (comparison.fact, repr(against), operand), facts.difference(settled))


def _put_in(operand: Operand, settled: Mapping[str, Value], parameters: Parameters) -> object:
    if isinstance(operand, tuple):
        return tuple(_put_in(part, settled, parameters) for part in operand)
    if isinstance(operand, ParameterReference):
        return repr(parameters(operand.name))
    if isinstance(operand, FactReference):
        return repr(settled[operand.name]) if operand.name in settled else operand
    return repr(operand)


def _open(how: str, at_least: int, left: Sequence[Open], undecided: int) -> Open:
    parts: tuple[object, ...] = (*left, undecided)
    return Open(how, at_least, parts, frozenset().union(*(each.facts for each in left)))
