"""Conditions as a rule file writes them: the way back from the condition tree to plain data.

`conditions` reads what this writes, and gives the same condition; a test holds the two to that.
"""

from __future__ import annotations

from datetime import date

from inclusion_rules.domain.conditions import (
    AT_LEAST_OF,
    Comparison,
    Condition,
    FactReference,
    Operand,
    Operator,
    ParameterReference,
)
from inclusion_rules.vocabulary import words

Data = bool | int | float | str | date | list["Data"] | dict[str, "Data"]


def condition_as_data(condition: Condition) -> dict[str, Data]:
    """A condition as mappings, lists and values, keys and names spelled with spaces.

    >>> condition_as_data(Comparison("suspended_days", Operator.MORE_THAN, ParameterReference("long_suspension")))
    {'suspended days': {'more than': {'parameter': 'long suspension'}}}
    >>> condition_as_data(Comparison("looked_after", Operator.IS, True))
    {'looked after': 'yes'}
    """
    if not isinstance(condition, Comparison):
        joined = f"at least {condition.at_least} of" if condition.joined == AT_LEAST_OF else condition.joined
        members: list[Data] = [condition_as_data(member) for member in condition.members]
        return {joined: members}
    operand = _operand(condition.operand)
    if condition.operator is Operator.IS:
        return {words(condition.fact): operand}
    return {words(condition.fact): {condition.operator.value: operand}}


def _operand(operand: Operand) -> Data:
    match operand:
        case tuple():
            return [_operand(part) for part in operand]
        case ParameterReference(name=name):
            return {"parameter": words(name)}
        case FactReference(name=name):
            return {"fact": words(name)}
        case bool():
            return "yes" if operand else "no"
        case frozenset():
            return [*sorted(operand)]
        case _:
            return operand
