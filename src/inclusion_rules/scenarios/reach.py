"""What a change to a rule, a parameter or a fact can reach: the rules and facts that look at it, by whatever way round.

Follows names only. It may name too much, never too little: what it leaves out cannot have changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inclusion_rules.domain.conditions import Condition, facts_in, parameters_in
from inclusion_rules.domain.dependencies import facts_looked_at
from inclusion_rules.domain.facts import FactDefinition
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import Rule, RuleKey, WithoutDelay

Name = tuple[str, str]
"""What stands in the web: its kind (`rule`, `fact`, `parameter`, `event`, `duty`, `pathway`) and its name."""

# What the casework looks at on its own account, without being told to by a rule.
_BEARERS_DEPEND_ON = ("adult_pupil", "school_type")
_RUNS_DEPEND_ON = "first_day_of_run"
_DELAYS_DEPEND_ON = "end_of_school_day"


def rule_name(key: RuleKey) -> Name:
    """A rule as it stands in the web."""
    return ("rule", "/".join(key))


@dataclass(frozen=True, slots=True)
class Web:
    """Who looks at whom: for each name, the names that look at it directly; and what each rule needs about it."""

    looked_at_by: Mapping[Name, frozenset[Name]]
    looks_at: Mapping[Name, frozenset[Name]]

    def reached_from(self, name: Name) -> frozenset[Name]:
        """Everything that a change to `name` can reach, itself included."""
        return _closure([name], self.looked_at_by)

    def needed_by(self, names: Iterable[Name]) -> frozenset[Name]:
        """Everything that is looked at on the way to these names, themselves included."""
        return _closure(names, self.looks_at)


def web_of(edition: Edition, pathways: Mapping[str, Pathway]) -> Web:
    """The web of one edition and the pathways that its cases follow."""
    looks_at: dict[Name, set[Name]] = {}
    for rule in edition.running_rules:
        looks_at[rule_name(rule.key)] = set(_of_rule(rule, edition))
        looks_at.setdefault(("duty", rule.duty), set()).add(rule_name(rule.key))
    for fact in edition.facts.values():
        looks_at[("fact", fact.name)] = set(_of_fact(fact, edition))
    for parameter in edition.parameters.values():
        conditions = [version.otherwise_when for version in parameter.values]
        looks_at[("parameter", parameter.name)] = set(_of_conditions(conditions))
    for event, service in edition.service.items():
        looks_at[("event", event)] = {("parameter", name) for name in service.working_days.values()}
    for pathway in pathways.values():
        conditions = [move.when for move in pathway.moves]
        conditions += [awaited.when for stage in pathway.stages for awaited in stage.awaits]
        looks_at[("pathway", pathway.id)] = set(_of_conditions(conditions))
    looked_at_by: dict[Name, set[Name]] = {}
    for name, others in looks_at.items():
        for other in others:
            looked_at_by.setdefault(other, set()).add(name)
    return Web(
        {name: frozenset(others) for name, others in looked_at_by.items()},
        {name: frozenset(others) for name, others in looks_at.items()},
    )


def _of_rule(rule: Rule, edition: Edition) -> Iterator[Name]:
    conditions = [rule.when, rule.breached_when, *(meeting.needed_if for meeting in rule.met_by)]
    yield from _of_conditions(conditions)
    yield from (rule_name(other.key) for other in edition.held_back_by.get(rule.key, ()))
    yield from (("event", meeting.event) for meeting in rule.met_by)
    yield from (("fact", name) for name in (*_BEARERS_DEPEND_ON, _RUNS_DEPEND_ON, rule.governs.by or ""))
    for part in ("parameter", "after", "day", "event", "start", "each"):
        name = getattr(rule.deadline, part, None)
        if isinstance(name, str):
            yield from _meant_by(name, part)
    if isinstance(rule.deadline, WithoutDelay):
        yield ("parameter", _DELAYS_DEPEND_ON)


def _meant_by(name: str, part: str) -> Iterator[Name]:
    if part == "parameter":
        yield ("parameter", name)
    else:
        yield from (("fact", name), ("event", name))


def _of_fact(fact: FactDefinition, edition: Edition) -> Iterator[Name]:
    if fact.derived is None:
        return
    details = fact.derived.details
    yield from (("fact", name) for name in facts_looked_at(fact))
    yield from (("event", name) for name in facts_looked_at(fact))
    if details.get("scope") == "run":
        yield ("fact", _RUNS_DEPEND_ON)
    for part in ("parameter", "event"):
        if isinstance(details.get(part), str):
            yield (part, str(details[part]))
    given: Any = details.get("given", ())
    yield from (("parameter", source) for _, kind, source in given if kind == "parameter")
    yield from _of_conditions(conditions_of(details))
    duties: Any = details.get("duties", ())
    yield from (("duty", duty) for duty in duties)
    table = edition.tables.get(str(details.get("table")))
    if table is not None:
        yield from (("fact", column) for column in table.columns)
        yield from _of_conditions(cell for row in table.rows for cell in row.cells)


def conditions_of(details: Mapping[str, Any]) -> Iterator[Condition]:
    """The conditions that a derivation asks, those of choices within choices included."""
    if details.get("condition") is not None:
        yield details["condition"]
    yield from _of_choices(details.get("choices", ()))


def _of_choices(choices: Any) -> Iterator[Condition]:
    for condition, take in choices:
        if condition is not None:
            yield condition
        if not isinstance(take, str):
            yield from _of_choices(take)


def _of_conditions(conditions: Iterable[Condition | None]) -> Iterator[Name]:
    for condition in conditions:
        if condition is not None:
            yield from (("fact", name) for name in facts_in(condition))
            yield from (("parameter", name) for name in parameters_in(condition))


def _closure(names: Iterable[Name], edges: Mapping[Name, frozenset[Name]]) -> frozenset[Name]:
    found: set[Name] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(edges.get(name, ()))
    return frozenset(found)
