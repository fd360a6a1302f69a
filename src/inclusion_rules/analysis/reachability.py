"""Proof that every rule can apply to some case and every stage of a pathway can be come to and left, or what cannot be.

A rule is shadowed where no case makes its conditions hold on any day it is in force, or where in every such case
another rule holds it back. A move of a pathway whose guard no case satisfies moves nothing, so the shape of the pathway
is that of the moves left. Reads values, no files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from inclusion_rules.analysis.days_and_quantities import Facts, Part, case_on, turning_days
from inclusion_rules.analysis.layering import in_force
from inclusion_rules.domain.conditions import Condition
from inclusion_rules.domain.pathways import Pathway, Stage
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import Rule, RulePack
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import words


@dataclass(frozen=True, slots=True)
class Unreached:
    """Something of the law that no case ever comes to, or comes away from."""

    message: str
    place: Span | None = None


@dataclass(frozen=True, slots=True)
class Twice:
    """Two versions of one duty that say the same thing twice of one case: the case, and the day."""

    first: Rule
    second: Rule
    day: date
    facts: Facts


def shadowed_rules(pack: RulePack, edition: Edition) -> Iterator[Unreached]:
    """Each running rule of a pack that raises nothing in any case."""
    for rule in pack.rules.values():
        if not rule.runs:
            continue
        holders = [
            other for other in edition.held_back_by.get(rule.key, ()) if set(other.for_each) & set(rule.for_each)
        ]
        conditions = [rule.when, *(other.when for other in holders)]
        own = in_force(rule)
        days = list(turning_days(own[0], own[1], conditions, edition))
        if all(case_on(day, [(rule.when, True, {})], edition) is None for day in days):
            yield Unreached(
                "no case makes the conditions of this rule hold on a day on which it is in force", rule.span
            )
        elif all(case_on(day, _free_of(holders, rule, day), edition) is None for day in days):
            named = " or ".join(f"`{other.id}`" for other in holders)
            yield Unreached(f"whenever this rule would apply, {named} holds it back", rule.span)


def _free_of(holders: Iterable[Rule], rule: Rule, day: date) -> list[Part]:
    """The rule's own conditions, with none of the rules that hold it back on that day applying."""
    holding = [other for other in holders if in_force(other)[0] <= day <= in_force(other)[1]]
    return [(rule.when, True, {}), *((other.when, False, {}) for other in holding)]


def duties_said_twice(pack: RulePack, edition: Edition) -> Iterator[Twice]:
    """Each pair of versions of one duty, with one limit and one kind of subject, that can both apply to one case.

    Two rules of one duty that differ in their limits, bearers or in what meets them say different things, and may both
    hold; the same said twice would be owed twice.
    """
    rules = [rule for rule in pack.rules.values() if rule.runs]
    for number, first in enumerate(rules):
        for second in rules[number + 1 :]:
            if _same(first, second) and (found := _both(first, second, edition)) is not None:
                yield Twice(first, second, *found)


def _same(first: Rule, second: Rule) -> bool:
    def what(rule: Rule) -> tuple[object, ...]:
        return (rule.duty, rule.bearer, rule.kind, rule.deadline, rule.met_by)

    return what(first) == what(second) and bool(set(first.for_each) & set(second.for_each))


def _both(first: Rule, second: Rule, edition: Edition) -> tuple[date, Facts] | None:
    held = {other.key for rule in (first, second) for other in edition.held_back_by.get(rule.key, ())}
    if first.key in held or second.key in held or first.governs.by != second.governs.by:
        return None
    begins, ends = max(in_force(first)[0], in_force(second)[0]), min(in_force(first)[1], in_force(second)[1])
    for day in turning_days(begins, ends, (first.when, second.when), edition):
        facts = case_on(day, [(first.when, True, {}), (second.when, True, {})], edition)
        if facts is not None:
            return day, facts
    return None


# Pathways -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PathwayShape:
    """How much of a pathway was looked at, and what is wrong with it."""

    stages: int
    ends: int
    guards: int
    faults: tuple[Unreached, ...]


def shape_of(pathway: Pathway, edition: Edition) -> PathwayShape:
    """Every stage can be come to, from every stage an end can be, and every guard can hold; or what is not so."""
    guards = list(_guards(pathway))
    dead = {id(condition) for condition, _, _ in guards if not can_hold(condition, edition)}
    faults = [Unreached(f"{what} never holds, whatever the case", place) for c, what, place in guards if id(c) in dead]
    ahead: dict[str, set[str]] = {stage.name: set() for stage in pathway.stages}
    for move in pathway.moves:
        if move.when is None or id(move.when) not in dead:
            for source in move.sources:
                ahead[source].add(move.target)
    reached = _reached({pathway.stages[0].name}, ahead)
    behind: dict[str, set[str]] = {}
    for source, targets in ahead.items():
        for target in targets:
            behind.setdefault(target, set()).add(source)
    ends = [stage.name for stage in pathway.stages if stage.is_end]
    ending = _reached(set(ends), behind)
    faults += [fault for stage in pathway.stages for fault in _of_stage(stage, reached, ending)]
    return PathwayShape(len(pathway.stages), len(ends), len(guards), tuple(faults))


def can_hold(condition: Condition, edition: Edition) -> bool:
    """Whether some case makes a condition hold on some day."""
    days = turning_days(date.min, date.max, [condition], edition)
    return any(case_on(day, [(condition, True, {})], edition) is not None for day in days)


def _of_stage(stage: Stage, reached: set[str], ending: set[str]) -> Iterator[Unreached]:
    if stage.name not in reached:
        kind = "end" if stage.is_end else "stage"
        yield Unreached(f"no case can come to the {kind} `{stage.name}`", stage.span)
    elif stage.name not in ending:
        yield Unreached(f"`{stage.name}` is a dead end: from it no end can be reached", stage.span)


def _guards(pathway: Pathway) -> Iterator[tuple[Condition, str, Span | None]]:
    for move in pathway.moves:
        if move.when is not None:
            what = f"`{words(move.event)}`" if move.event is not None else "time"
            yield move.when, f"the condition under which {what} moves a case to `{move.target}`", move.span
    for stage in pathway.stages:
        for awaited in stage.awaits:
            if awaited.when is not None:
                what = f"the condition under which `{stage.name}` awaits `{words(awaited.event)}`"
                yield awaited.when, what, stage.span
    for refusal in pathway.refusals:
        yield refusal.when, f"the condition under which `{words(refusal.event)}` is refused", None


def _reached(start: set[str], ahead: Mapping[str, set[str]]) -> set[str]:
    found, waiting = set(start), list(start)
    while waiting:
        for target in ahead.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found
