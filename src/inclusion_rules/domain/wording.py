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
    Operator,
    ParameterReference,
)
from inclusion_rules.domain.facts import AtLeast, Nothing, Unknown
from inclusion_rules.vocabulary import words


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
    """A condition as one English phrase."""
    if isinstance(condition, Comparison):
        fact = words(condition.fact)
        if condition.operator is Operator.KNOWN:
            return f"{fact} is {'known' if condition.operand else 'not known'}"
        if condition.operator is Operator.NOT_KNOWN:
            return f"{fact} is {'not known' if condition.operand else 'known'}"
        verb = condition.operator.value if condition.operator in (Operator.IS, Operator.IS_NOT) else f"is {condition.operator}"
        return f"{fact} {verb} {in_words(condition.operand)}"
    members = [condition_in_words(member) for member in condition.members]
    if not members:
        return "always"
    if condition.joined == ALL_OF:
        return " and ".join(members)
    if condition.joined == ANY_OF:
        return "(" + " or ".join(members) + ")"
    if condition.joined == NONE_OF:
        return "none of (" + "; ".join(members) + ")"
    return f"at least {condition.at_least} of (" + "; ".join(members) + ")"
