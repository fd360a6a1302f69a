"""Small wrongs done to the law on purpose: a figure one off, a boundary on the wrong side, something left out.

Builds altered rulebooks from domain objects and says in words what was altered. Whether anybody notices is `mutants`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from inclusion_rules.domain.conditions import (
    ALWAYS,
    NONE_OF,
    Comparison,
    Condition,
    Group,
    Operator,
    ParameterReference,
)
from inclusion_rules.domain.conditions import comparisons as comparisons_in
from inclusion_rules.domain.facts import FactDefinition, FactKind
from inclusion_rules.domain.law import Parameter, ParameterValue
from inclusion_rules.domain.rules import Rule, RulePack
from inclusion_rules.domain.wording import condition_in_words, in_words
from inclusion_rules.scenarios.reach import Name, conditions_of, rule_name
from inclusion_rules.vocabulary import Unit, words

OTHER_SIDE: Mapping[Operator, Operator] = {
    Operator.MORE_THAN: Operator.AT_LEAST,
    Operator.AT_LEAST: Operator.MORE_THAN,
    Operator.LESS_THAN: Operator.AT_MOST,
    Operator.AT_MOST: Operator.LESS_THAN,
    Operator.BEFORE: Operator.ON_OR_BEFORE,
    Operator.ON_OR_BEFORE: Operator.BEFORE,
    Operator.AFTER: Operator.ON_OR_AFTER,
    Operator.ON_OR_AFTER: Operator.AFTER,
}
"""Each operator with the one that differs from it only on the boundary itself."""

Builder = Callable[[], RulePack]


@dataclass(frozen=True, slots=True)
class Alteration:
    """One wrong done to one pack: where it stands, what it is, the provisions concerned, and how to build it.

    `days` are the first and the last day of the version altered, where there are several.
    """

    pack: str
    name: Name
    what: str
    cites: tuple[str, ...]
    build: Builder
    days: tuple[date, date | None] | None = None

    @property
    def place(self) -> str:
        """The rule, parameter or fact altered, in words."""
        kind, name = self.name
        return name.partition("/")[2] if kind == "rule" else f"{kind} {words(name)}"


def alterations_of(pack: RulePack) -> Iterator[Alteration]:
    """Every alteration of a pack, in order: its parameters, then its facts, then its running rules."""
    halves = frozenset(_held_against_half_days(pack))
    for parameter in pack.parameters.values():
        yield from _of_parameter(pack, parameter, by_halves=parameter.name in halves)
    for fact in pack.facts.values():
        yield from _of_fact(pack, fact)
    for _, rule in sorted(pack.rules.items()):
        if rule.runs:
            yield from _of_rule(pack, rule)


def _held_against_half_days(pack: RulePack) -> Iterator[str]:
    """The parameters that are compared with counts of half days, where one half day off is already wrong."""
    conditions = [condition for rule in pack.rules.values() for condition in (rule.when, rule.breached_when)]
    for fact in pack.facts.values():
        conditions += conditions_of(fact.derived.details) if fact.derived is not None else ()
    for condition in conditions:
        for comparison in comparisons_in(condition) if condition is not None else ():
            fact_held = pack.facts.get(comparison.fact)
            operands = comparison.operand if isinstance(comparison.operand, tuple) else (comparison.operand,)
            if fact_held is not None and fact_held.type.kind is FactKind.HALF_DAYS:
                yield from (operand.name for operand in operands if isinstance(operand, ParameterReference))


# Parameters -----------------------------------------------------------------------------------------------------------


def _of_parameter(pack: RulePack, parameter: Parameter, *, by_halves: bool) -> Iterator[Alteration]:
    step = 0.5 if by_halves or parameter.unit is Unit.HALF_DAYS else 1.0
    for number, version in enumerate(parameter.values):
        since = f"from {version.first.isoformat()}" if len(parameter.values) > 1 else ""
        for altered, what in _versions(version, step):

            def build(number: int = number, altered: ParameterValue = altered) -> RulePack:
                values = (*parameter.values[:number], altered, *parameter.values[number + 1 :])
                changed = replace(parameter, values=values)
                return replace(pack, parameters={**pack.parameters, parameter.name: changed})

            name = ("parameter", parameter.name)
            days = (version.first, version.last)
            yield Alteration(pack.id, name, f"{what} {since}".strip(), version.cites, build, days)


def _versions(version: ParameterValue, step: float) -> Iterator[tuple[ParameterValue, str]]:
    value = version.value
    if isinstance(value, date):
        for days in (-1, 1):
            moved = value + timedelta(days=days)
            yield replace(version, value=moved), f"{in_words(moved)} instead of {in_words(value)}"
    elif isinstance(value, tuple):
        for left_out in value:
            rest = tuple(item for item in value if item != left_out)
            if rest:
                yield replace(version, value=rest), f"without `{left_out}`"
    elif isinstance(value, int | float):
        for moved_by in (-step, step):
            if value + moved_by >= 0:
                moved_to = value + moved_by
                yield replace(version, value=moved_to), f"{moved_to:g} instead of {value:g}"
    if version.otherwise is not None:
        for moved_by in (-step, step):
            moved_to = version.otherwise + moved_by
            what = f"{moved_to:g} instead of {version.otherwise:g} where the longer time applies"
            yield replace(version, otherwise=moved_to), what


# Conditions -----------------------------------------------------------------------------------------------------------


def altered_conditions(condition: Condition) -> Iterator[tuple[Condition, str]]:
    """The condition with one boundary on the other side, or with one member left out, and what was done.

    >>> from inclusion_rules.domain.conditions import ALL_OF
    >>> days = Comparison("days", Operator.MORE_THAN, ParameterReference("threshold"))
    >>> [what for _, what in altered_conditions(Group(ALL_OF, (days, Comparison("cancelled", Operator.IS, False))))]
    ['`more than` read as `at least` in: days is more than threshold', 'left out: days is more than threshold', \
'left out: cancelled is no']
    """
    yield from _boundaries(condition)
    yield from _members_left_out(condition)


def _boundaries(condition: Condition) -> Iterator[tuple[Condition, str]]:
    if isinstance(condition, Comparison):
        other = OTHER_SIDE.get(condition.operator)
        if other is not None:
            what = f"`{condition.operator}` read as `{other}` in: {condition_in_words(condition)}"
            yield replace(condition, operator=other), what
        return
    for number, member in enumerate(condition.members):
        for altered, what in _boundaries(member):
            yield _with_member(condition, number, altered), what


def _members_left_out(condition: Condition) -> Iterator[tuple[Condition, str]]:
    if isinstance(condition, Comparison):
        return
    for number, member in enumerate(condition.members):
        rest = condition.members[:number] + condition.members[number + 1 :]
        # A group of one member without it would mean something else than leaving the member out.
        if rest:
            at_least = min(condition.at_least, len(rest))
            yield replace(condition, members=rest, at_least=at_least), f"left out: {condition_in_words(member)}"
        for altered, what in _members_left_out(member):
            yield _with_member(condition, number, altered), what


def _with_member(group: Group, number: int, member: Condition) -> Group:
    return replace(group, members=(*group.members[:number], member, *group.members[number + 1 :]))


# Facts and rules ------------------------------------------------------------------------------------------------------


def _of_fact(pack: RulePack, fact: FactDefinition) -> Iterator[Alteration]:
    derived = fact.derived
    if derived is None:
        return
    for details, what in _altered_details(derived.details):

        def build(details: Mapping[str, Any] = details) -> RulePack:
            changed = replace(fact, derived=replace(derived, details=details))
            return replace(pack, facts={**pack.facts, fact.name: changed})

        yield Alteration(pack.id, ("fact", fact.name), what, fact.cites, build)


def _altered_details(details: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    if details.get("condition") is not None:
        for altered, what in altered_conditions(details["condition"]):
            yield {**details, "condition": altered}, what
    for choices, what in _altered_choices(details.get("choices", ())):
        yield {**details, "choices": choices}, what


def _altered_choices(choices: Any) -> Iterator[tuple[Any, str]]:
    for number, (condition, take) in enumerate(choices):
        before, after = choices[:number], choices[number + 1 :]
        for altered, what in altered_conditions(condition) if condition is not None else ():
            yield (*before, (altered, take), *after), what
        for inner, what in _altered_choices(take) if not isinstance(take, str) else ():
            yield (*before, (condition, inner), *after), what


def _of_rule(pack: RulePack, rule: Rule) -> Iterator[Alteration]:
    for changed, what in _altered_rules(rule):

        def build(changed: Rule = changed) -> RulePack:
            return replace(pack, rules={**pack.rules, rule.id: changed})

        yield Alteration(pack.id, rule_name(rule.key), what, rule.cites, build)


def _altered_rules(rule: Rule) -> Iterator[tuple[Rule, str]]:
    for altered, what in _or_nothing(rule.when):
        yield replace(rule, when=altered), what
    if rule.breached_when is not None:
        for altered, what in altered_conditions(rule.breached_when):
            yield replace(rule, breached_when=altered), f"in the breach, {what}"
    for exception in rule.exceptions:
        rest = tuple(other for other in rule.exceptions if other != exception)
        yield replace(rule, exceptions=rest), f"the exception {exception} left out"
    for overridden in rule.overrides:
        rest = tuple(other for other in rule.overrides if other != overridden)
        yield replace(rule, overrides=rest), f"no longer overrides {overridden}"


def _or_nothing(condition: Condition) -> Iterable[tuple[Condition, str]]:
    """The condition altered, and left out altogether where it is a single one."""
    yield from altered_conditions(condition)
    if isinstance(condition, Comparison) or (len(condition.members) == 1 and condition.joined != NONE_OF):
        yield ALWAYS, f"left out: {condition_in_words(condition)}"
