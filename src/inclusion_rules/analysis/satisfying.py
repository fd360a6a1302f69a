"""Whether any case at all makes several conditions hold together, and the first such case.

Conditions tell only finitely many values of a fact apart (`boxes`), so going through one value out of each box goes
through everything there can be: no answer means that there is no such case. Facts are free of one another, except that
a fact said to `hold` when a condition does is that condition; so a case that is found may join facts that no record
would join, and none is ever overlooked. Knows nothing of rules, days or files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from inclusion_rules.analysis.boxes import fixed_operands, representatives
from inclusion_rules.domain.conditions import (
    NONE_OF,
    Comparison,
    Condition,
    FactReference,
    Group,
    Operand,
    Operator,
    comparisons,
    facts_in,
)
from inclusion_rules.domain.facts import NOTHING, FactDefinition, FactKind, FactType, Known, Unknown, Value
from inclusion_rules.engine.evaluation import Parameters, evaluate, joined

MAY_BE_ABSENT = frozenset({"date of", "attribute", "within", "day after", "choose", "function", "table"})
"""How facts are worked out that can come to nothing, because what they look at has not happened."""
ASKS = (Operator.KNOWN, Operator.NOT_KNOWN)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A condition that has to hold, or (`holds` False) must not be true, with the parameters it is read by."""

    condition: Condition
    parameters: Parameters
    holds: bool = True


def without_detours(condition: Condition, facts: Mapping[str, FactDefinition]) -> Condition:
    """The condition with every fact that merely says whether another condition holds replaced by that condition."""
    if isinstance(condition, Group):
        return replace(condition, members=tuple(without_detours(member, facts) for member in condition.members))
    definition = facts.get(condition.fact)
    derived = definition.derived if definition is not None else None
    if derived is None or derived.form != "holds" or condition.operator not in (Operator.IS, Operator.IS_NOT):
        return condition
    inner: object = derived.details.get("condition")
    if not isinstance(inner, Comparison | Group) or not isinstance(condition.operand, bool):
        return condition
    whole = without_detours(inner, facts)
    affirmed = condition.operand is (condition.operator is Operator.IS)
    return whole if affirmed else Group(NONE_OF, (whole,))


def renamed(condition: Condition, names: Mapping[str, str]) -> Condition:
    """The condition with some facts under other names."""
    if isinstance(condition, Group):
        return replace(condition, members=tuple(renamed(member, names) for member in condition.members))
    operand = _renamed_operand(condition.operand, names)
    return replace(condition, fact=names.get(condition.fact, condition.fact), operand=operand)


def _renamed_operand(operand: Operand, names: Mapping[str, str]) -> Operand:
    if isinstance(operand, tuple):
        return tuple(_renamed_operand(part, names) for part in operand)
    return FactReference(names.get(operand.name, operand.name)) if isinstance(operand, FactReference) else operand


def first_case(
    wanted: Sequence[Wanted],
    types: Mapping[str, FactType],
    *,
    absent: frozenset[str] = frozenset(),
    fixed: Mapping[str, tuple[Value, ...]] | None = None,
) -> dict[str, Value] | None:
    """Values of the facts for which all that is wanted comes out so, or None where there are none.

    Args:
        types: the kind of every fact that the conditions look at.
        absent: the facts that may come to nothing.
        fixed: the values to which some facts are held.

    >>> from inclusion_rules.domain.conditions import ParameterReference
    >>> long = Comparison("days", Operator.MORE_THAN, ParameterReference("limit"))
    >>> first_case([Wanted(long, {"limit": 5}.__getitem__)], {"days": FactType(FactKind.HALF_DAYS)})
    {'days': 5.5}
    """
    names = sorted(
        {name for each in wanted for name in facts_in(each.condition)},
        key=lambda name: (-sum(name in facts_in(each.condition) for each in wanted), name),
    )
    held = fixed or {}
    values = {name: held[name] if name in held else values_told_apart(name, wanted, types, absent) for name in names}
    return _search(list(wanted), names, values, {})


def _search(
    wanted: Sequence[Wanted],
    names: Sequence[str],
    values: Mapping[str, tuple[Value, ...]],
    chosen: dict[str, Value],
) -> dict[str, Value] | None:
    if not all(_possible(each, chosen) for each in wanted):
        return None
    if len(chosen) == len(names):
        return dict(chosen)
    name = names[len(chosen)]
    for value in values[name]:
        chosen[name] = value
        found = _search(wanted, names, values, chosen)
        if found is not None:
            return found
        del chosen[name]
    return None


def _possible(wanted: Wanted, chosen: Mapping[str, Value]) -> bool:
    """Whether what is wanted can still come out so, whatever the facts not chosen yet may be."""
    if wanted.holds:
        return _at_best(wanted.condition, chosen, wanted.parameters, best=True) is True
    return _at_best(wanted.condition, chosen, wanted.parameters, best=False) is not True


def _at_best(condition: Condition, chosen: Mapping[str, Value], parameters: Parameters, *, best: bool) -> bool | None:
    """The truest (or, with `best` False, the least true) that a condition can still come out."""
    if isinstance(condition, Group):
        turned = best is not (condition.joined == NONE_OF)
        return joined(condition, [_at_best(each, chosen, parameters, best=turned) for each in condition.members])
    if facts_in(condition) <= chosen.keys():
        return evaluate(condition, chosen.__getitem__, parameters).result
    return best


def values_told_apart(
    name: str, wanted: Sequence[Wanted], types: Mapping[str, FactType], absent: frozenset[str]
) -> tuple[Value, ...]:
    """One value of a fact out of each box that the conditions tell apart, and the ways in which there is none."""
    linked = linked_with(name, wanted)
    fixed: list[Known] = []
    asked = False
    for each in wanted:
        for comparison in comparisons(each.condition):
            if comparison.fact in linked:
                fixed.extend(fixed_operands(comparison, each.parameters))
            asked |= comparison.fact == name and comparison.operator in ASKS
    found = representatives(types[name], fixed)
    for _ in range(len(linked) - 1):
        # Facts held against each other need room for every order in which they can lie.
        found = representatives(types[name], found)
    unsaid: tuple[Value, ...] = (Unknown(frozenset({name})),) if asked else ()
    nothing: tuple[Value, ...] = (NOTHING,) if name in absent else ()
    return (*found, *nothing, *unsaid)


def linked_with(name: str, wanted: Sequence[Wanted]) -> frozenset[str]:
    """The fact with all those that it is held against, directly or by way of others."""
    pairs = [
        facts_in(comparison)
        for comparison in chain.from_iterable(comparisons(each.condition) for each in wanted)
        if len(facts_in(comparison)) > 1
    ]
    found = {name}
    growing = True
    while growing:
        more = set(chain.from_iterable(pair for pair in pairs if pair & found)) - found
        found |= more
        growing = bool(more)
    return frozenset(found)


def may_be_absent(facts: Mapping[str, FactDefinition]) -> frozenset[str]:
    """The facts that can come to nothing."""
    return frozenset(
        name
        for name, fact in facts.items()
        if fact.derived is not None and fact.derived.form in MAY_BE_ABSENT and fact.type.kind is not FactKind.YES_NO
    )


def told(values: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    """The facts of a case that say something, in the order of their names."""
    yield from sorted((name, value) for name, value in values.items() if not isinstance(value, Unknown))
