"""Conditions as a tree: comparisons of one fact with a value, a parameter or another fact, joined by groups.

Pure structure. What a condition says of a case is `engine.evaluation`; how it is written is `loading.conditions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from inclusion_rules.domain.facts import Known
from inclusion_rules.source import Span


class Operator(StrEnum):
    """The worded operators of the rule language, spelled as officers write them."""

    IS = "is"
    IS_NOT = "is not"
    MORE_THAN = "more than"
    AT_LEAST = "at least"
    LESS_THAN = "less than"
    AT_MOST = "at most"
    BETWEEN = "between"
    ONE_OF = "one of"
    NONE_OF = "none of"
    BEFORE = "before"
    ON_OR_BEFORE = "on or before"
    AFTER = "after"
    ON_OR_AFTER = "on or after"
    KNOWN = "known"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class ParameterReference:
    """The value of a dated parameter, looked up in the edition that governs."""

    name: str


@dataclass(frozen=True, slots=True)
class FactReference:
    """The value of another fact of the same case."""

    name: str


Operand = Known | ParameterReference | FactReference | tuple["Operand", ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One fact held against one operand. `between` takes a pair, both ends included."""

    fact: str
    operator: Operator
    operand: Operand
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """Several conditions joined: `all of`, `any of`, `none of`, or `at least N of` them."""

    joined: str
    members: tuple[Condition, ...]
    at_least: int = 0
    span: Span | None = field(default=None, compare=False)


Condition = Comparison | Group

ALL_OF, ANY_OF, NONE_OF, AT_LEAST_OF = "all of", "any of", "none of", "at least of"
ALWAYS = Group(ALL_OF, ())
NEVER = Group(ANY_OF, ())


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Every comparison in a condition, in the order written."""
    if isinstance(condition, Comparison):
        yield condition
        return
    for member in condition.members:
        yield from comparisons(member)


def facts_in(condition: Condition) -> frozenset[str]:
    """The names of the facts a condition looks at, those it compares with included."""
    found: set[str] = set()
    for comparison in comparisons(condition):
        found.add(comparison.fact)
        operands = comparison.operand if isinstance(comparison.operand, tuple) else (comparison.operand,)
        found.update(operand.name for operand in operands if isinstance(operand, FactReference))
    return frozenset(found)


def parameters_in(condition: Condition) -> frozenset[str]:
    """The names of the parameters a condition compares with."""
    found: set[str] = set()
    for comparison in comparisons(condition):
        operands = comparison.operand if isinstance(comparison.operand, tuple) else (comparison.operand,)
        found.update(operand.name for operand in operands if isinstance(operand, ParameterReference))
    return frozenset(found)
