"""The order in which the steps of a plan rest on one another. Knows what each asks for, and draws nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter

from inclusion_rules.domain.simulation_plans import (
    DayAttribute,
    Distribution,
    Draw,
    DrawnAttribute,
    Happened,
    Plan,
    Requirement,
    Season,
    Step,
    asked_of,
)


def rests_on(step: Step) -> Iterator[str]:
    """The names of the steps that a step cannot be drawn without, by any road."""
    yield from step.follows
    for condition in (*step.when, *step.unless):
        if isinstance(condition, Happened):
            yield condition.step
        else:
            yield from _steps_named(condition.name)
    if step.averts is not None:
        yield step.averts.step
    for distribution in distributions_of(step):
        for name in asked_of(distribution):
            yield from _steps_named(name)
    for attribute in step.attributes:
        if isinstance(attribute, DayAttribute) and attribute.after is not None:
            yield attribute.after


def distributions_of(step: Step) -> Iterator[Distribution]:
    """Everything that a step draws from."""
    if not isinstance(step.timing, Season):
        yield step.timing.ways
    for delay in step.delays.values():
        if delay.days is not None:
            yield delay.days
    if step.repeats is not None:
        yield step.repeats.times
    if step.averts is not None:
        yield step.averts.chance
    for attribute in step.attributes:
        if isinstance(attribute, DrawnAttribute):
            yield attribute.of
        elif isinstance(attribute, DayAttribute) and attribute.delay.days is not None:
            yield attribute.delay.days


def needs_of(steps: tuple[Step, ...]) -> Mapping[str, frozenset[str]]:
    """For each step the steps that have to be drawn before it. What is averted is settled before others look at it."""
    known = {step.name for step in steps}
    needs = {step.name: {other for other in rests_on(step) if other in known and other != step.name} for step in steps}
    for step in steps:
        if step.averts is not None:
            before = all_before(step.name, needs)
            for other, needed in needs.items():
                if step.averts.step in needed and other != step.name and other not in before:
                    needed.add(step.name)
    return {name: frozenset(needed) for name, needed in needs.items()}


def all_before(name: str, needs: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Every step that one rests on, directly or by way of others."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for other in needs.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return frozenset(found)


def draws_needed(plan: Plan, steps: Iterable[Step], names: Iterable[str] = ()) -> frozenset[str]:
    """What of `who` has to be drawn for some steps, and for other names asked for, with all that it depends on."""
    asked = set(names)
    for step in steps:
        asked.update(one.name for one in (*step.when, *step.unless) if isinstance(one, Requirement))
        for distribution in distributions_of(step):
            asked.update(asked_of(distribution))
    found: set[str] = set()
    for one in reversed(plan.who):
        if isinstance(one, Draw) and one.name in asked:
            found.add(one.name)
            asked.update(asked_of(one.of))
    return frozenset(found)


def steps_in_order(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps, each after all that it rests on.

    Raises:
        graphlib.CycleError: some of them wait for one another.
    """
    by_name = {step.name: step for step in steps}
    needs = needs_of(steps)
    order = TopologicalSorter({name: sorted(needs[name]) for name in by_name}).static_order()
    return tuple(by_name[name] for name in order)


def _steps_named(name: str) -> Iterator[str]:
    _, of, step = name.partition("_of_")
    if of:
        yield step
