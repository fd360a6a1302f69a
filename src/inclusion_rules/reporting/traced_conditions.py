"""The working of a condition, line by line: each part in words, today's values, and the parameters it is held against.

Dresses a trace for a reader; what a condition comes to is `engine.evaluation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from inclusion_rules.casework.factbook import FactBook
from inclusion_rules.domain.conditions import Comparison, parameters_in
from inclusion_rules.domain.facts import Unknown, Value
from inclusion_rules.domain.findings import Trace
from inclusion_rules.domain.law import NotSet
from inclusion_rules.domain.wording import condition_in_words, group_in_words, in_words, quantity_in_words
from inclusion_rules.reporting.case_json import plain_value


@dataclass(frozen=True, slots=True)
class ParameterUsed:
    """The version of a parameter that governs, with its dates and citations. `value` is None where none governs.

    `instead` says the condition under which another value applies, and whether that is the one in use.
    """

    name: str
    title: str
    value: float | date | tuple[str, ...] | str | None
    said: str
    first: date | None
    last: date | None
    cites: tuple[str, ...]
    certainty: str
    instead: str = ""

    def as_data(self) -> dict[str, Any]:
        """The version as JSON can hold it."""
        return {
            "parameter": self.name,
            "title": self.title,
            "value": _plain(self.value),
            "said": self.said,
            "from": self.first.isoformat() if self.first else None,
            "until": self.last.isoformat() if self.last else None,
            "citations": list(self.cites),
            "certainty": self.certainty,
            "instead": self.instead,
        }


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One line of the working: a condition in words, whether it holds, and what was compared.

    `fact` and `today` are set for a comparison, `members` for a group.
    """

    says: str
    result: bool | None
    fact: str | None = None
    today: Value | None = None
    parameters: tuple[ParameterUsed, ...] = ()
    members: tuple[TraceLine, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The line and those under it as JSON can hold them."""
        told: dict[str, Any] = {"says": self.says, "result": self.result}
        if self.fact is not None and self.today is not None:
            told |= {"fact": self.fact, "today": plain_value(self.today), "today_said": in_words(self.today)}
            told["parameters"] = [used.as_data() for used in self.parameters]
        else:
            told["members"] = [member.as_data() for member in self.members]
        return told


def traced(trace: Trace, book: FactBook) -> TraceLine:
    """The working of a trace, with the parameters as they stand for the subject of the book."""
    condition = trace.condition
    if isinstance(condition, Comparison):
        used = tuple(parameter_used(name, book) for name in sorted(parameters_in(condition)))
        return TraceLine(condition_in_words(condition), trace.result, condition.fact, trace.value, used)
    says = group_in_words(condition) if condition.members else "no condition: it applies always"
    return TraceLine(says, trace.result, members=tuple(traced(member, book) for member in trace.members))


def parameter_used(name: str, book: FactBook) -> ParameterUsed:
    """The version of a parameter that governs the subject of the book."""
    parameter = book.edition.parameters[name]
    version = parameter.on(book.governed_by)
    if version is None:
        return ParameterUsed(name, parameter.title, None, "no value", None, None, (), parameter.certainty)
    value = book.parameter_or_none(name)
    instead = ""
    if version.otherwise_when is not None and version.otherwise is not None:
        usual, other = (quantity_in_words(each, parameter.unit) for each in (version.value, version.otherwise))
        instead = f"{other} instead of {usual} where {condition_in_words(version.otherwise_when)}"
    said = quantity_in_words(value, parameter.unit)
    if isinstance(value, NotSet | Unknown):
        said, value = ("not set by this authority" if isinstance(value, NotSet) else said), None
    return ParameterUsed(
        name, parameter.title, value, said, version.first, version.last, version.cites, parameter.certainty, instead
    )


def _plain(value: float | date | tuple[str, ...] | str | None) -> object:
    if value is None:
        return None
    return list(value) if isinstance(value, tuple) else plain_value(value)
