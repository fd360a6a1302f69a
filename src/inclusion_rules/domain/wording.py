"""Values and conditions in plain English, as explanations and reasons print them."""

from __future__ import annotations

from datetime import date
from typing import Any

from inclusion_rules.domain.conditions import (
    ALL_OF,
    ANY_OF,
    NONE_OF,
    Comparison,
    Condition,
    FactReference,
    Group,
    Operator,
    ParameterReference,
)
from inclusion_rules.domain.facts import AtLeast, Nothing, Unknown
from inclusion_rules.domain.law import NotSet
from inclusion_rules.vocabulary import Unit, words


def in_words(value: Any) -> str:
    """A value as a person reads it.

    >>> in_words(True), in_words(2.5), in_words(date(2025, 1, 13)), in_words("not_reinstate")
    ('yes', '2.5', 'Mon 13 Jan 2025', 'not reinstate')
    """
    match value:
        case bool():
            return "yes" if value else "no"
        case date():
            return day_in_words(value)
        case float() | int():
            return f"{value:g}"
        case Unknown():
            return "not known"
        case AtLeast(lower=lower):
            return f"at least {lower:g}"
        case NotSet():
            return "not set"
        case Nothing() | None:
            return "nothing recorded"
        case frozenset() | tuple():
            listed = sorted(in_words(item) for item in value) if isinstance(value, frozenset) else map(in_words, value)
            return ", ".join(listed) or "nothing"
        case ParameterReference(name=name) | FactReference(name=name):
            return words(name)
        case _:
            return words(str(value))


def day_in_words(day: date) -> str:
    """A day with its weekday, in the same words whatever the locale."""
    weekday = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.weekday()]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[day.month - 1]
    return f"{weekday} {day.day} {month} {day.year}"


def condition_in_words(condition: Condition) -> str:
    """A condition as one English phrase; a group inside another stands in brackets.

    >>> late = Comparison("days", Operator.MORE_THAN, ParameterReference("long_suspension"))
    >>> condition_in_words(late)
    'days is more than long suspension'
    """
    if isinstance(condition, Comparison):
        return _comparison_in_words(condition)
    members = [f"({phrase})" if _is_joined(member) else phrase for member, phrase in _phrases(condition)]
    if not members:
        return "always"
    if condition.joined == ALL_OF:
        return " and ".join(members)
    if condition.joined == ANY_OF:
        return " or ".join(members)
    listed = "; ".join(members)
    return f"none of: {listed}" if condition.joined == NONE_OF else f"at least {condition.at_least} of: {listed}"


def _comparison_in_words(comparison: Comparison) -> str:
    fact, operator, operand = words(comparison.fact), comparison.operator, comparison.operand
    if operator in (Operator.KNOWN, Operator.NOT_KNOWN):
        return f"{fact} is {'known' if (operator is Operator.KNOWN) is (operand is True) else 'not known'}"
    if operator is Operator.BETWEEN and isinstance(operand, tuple):
        return f"{fact} is between {in_words(operand[0])} and {in_words(operand[1])}"
    verb = operator.value if operator in (Operator.IS, Operator.IS_NOT) else f"is {operator.value}"
    return f"{fact} {verb} {in_words(operand)}"


def _phrases(group: Group) -> list[tuple[Condition, str]]:
    return [(member, condition_in_words(member)) for member in group.members]


def _is_joined(condition: Condition) -> bool:
    return isinstance(condition, Group) and len(condition.members) > 1


def group_in_words(group: Group) -> str:
    """What a group asks of the conditions listed under it.

    >>> group_in_words(Group(NONE_OF, ()))
    'none of these holds'
    """
    asked = {ALL_OF: "all of these hold", ANY_OF: "one or more of these hold", NONE_OF: "none of these holds"}
    return asked.get(group.joined, f"at least {group.at_least} of these hold")


def result_in_words(result: bool | None) -> str:
    """True, false or not known, in words."""
    return "not known" if result is None else "true" if result else "false"


def quantity_in_words(value: Any, unit: Unit) -> str:
    """A value of a parameter with its unit.

    >>> quantity_in_words(15, Unit.SCHOOL_DAYS), quantity_in_words(1, Unit.WEEKS), quantity_in_words(60, Unit.POUNDS)
    ('15 school days', '1 week', '£60')
    """
    said = in_words(value)
    if unit is Unit.POUNDS:
        return f"£{said}"
    if unit in (Unit.COUNT, Unit.DATE) or not isinstance(value, int | float):
        return said
    if unit is Unit.PERCENT:
        return f"{said} per cent"
    if unit is Unit.AGE:
        return f"{said} years of age"
    if unit is Unit.HALF_DAYS:
        return f"{said} of a school day" if value < 1 else f"{said} school days"
    if unit is Unit.SCHOOL_DAY_ORDINAL:
        return f"school day {said}, the first counted as 1"
    return f"{said} {unit.value.removesuffix('s')}" if value == 1 else f"{said} {unit.value}"
