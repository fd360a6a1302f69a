"""The steps of a plan taken together: what their conditions come to, what each happens anew with, and their order."""

from __future__ import annotations

from dataclasses import replace
from graphlib import CycleError

from inclusion_rules.domain.simulation_plans import (
    Condition,
    Happened,
    Requirement,
    Step,
)
from inclusion_rules.domain.step_order import steps_in_order
from inclusion_rules.loading.plan_figures import Names, spelled
from inclusion_rules.loading.problems import Problems
from inclusion_rules.vocabulary import words

ORDER, NAMES = "M803", "M804"


def settled(step: Step, names: Names, problems: Problems) -> Step:
    """The step with every condition as the set of values that meet it, and noted where none or all of them would."""

    def plain(condition: Condition) -> Condition:
        if isinstance(condition, Happened):
            return condition
        name = condition.name.removeprefix("not ")
        drawn = names.values.get(name)
        if drawn is None:
            return Requirement(name, condition.values)
        wanted = condition.values
        bound = next(iter(wanted)) if len(wanted) == 1 else None
        if isinstance(bound, str) and bound.startswith(("at_least ", "at_most ")):
            operator, _, number = bound.partition(" ")
            limit = float(number)
            numbers = [value for value in drawn if isinstance(value, (int, float)) and not isinstance(value, bool)]
            met = [value for value in numbers if (value >= limit if operator == "at_least" else value <= limit)]
            return Requirement(name, frozenset(met))
        for value in wanted - set(drawn):
            assert step.span is not None
            problems.add(step.span, NAMES, f"`{words(name)}` is never `{spelled(value)}` in this plan",
                         help=f"it can be {', '.join(f'`{spelled(each)}`' for each in drawn[:12])}")  # fmt: skip
        if condition.name != name:
            return Requirement(name, frozenset(drawn) - wanted)
        return condition

    return replace(step, when=tuple(map(plain, step.when)), unless=tuple(map(plain, step.unless)))


def in_order(steps: tuple[Step, ...], problems: Problems) -> tuple[str, ...]:
    """The names of the steps, each after all that it rests on; a circle of them is noted."""
    known = {step.name: step for step in steps}
    try:
        return tuple(step.name for step in steps_in_order(steps))
    except CycleError as error:
        circle = [str(name) for name in error.args[1]]
        span = known[circle[0]].span
        told = ", which waits for ".join(f"`{words(name)}`" for name in reversed(circle))
        assert span is not None
        problems.add(span, ORDER, f"these steps wait for one another: {told}",
                     help="let one of them depend on a trait drawn under `who`")  # fmt: skip
        return ()


def repeated_with(steps: tuple[Step, ...], once: frozenset[str], problems: Problems) -> tuple[Step, ...]:
    """The steps, each with the repeated step that it happens anew with; two at once are noted."""
    owner: dict[str, str | None] = {}
    repeated = {step.name for step in steps if step.repeats is not None}
    by_name = {step.name: step for step in steps}

    def owner_of(name: str, seen: frozenset[str]) -> str | None:
        if name in owner or name in seen:
            return owner.get(name)
        step = by_name.get(name)
        if step is None:
            return None
        if name in repeated:
            owner[name] = name
            return name
        if name in once:
            owner[name] = None
            return None
        found = {one for before in step.follows if (one := owner_of(before, seen | {name})) is not None}
        if len(found) > 1 and step.span is not None:
            told = " and ".join(f"`{words(one)}`" for one in sorted(found))
            problems.add(step.span, ORDER, f"`{words(name)}` would happen anew with {told} at once",
                         help="let it follow one of them, or say `once: yes`")  # fmt: skip
        owner[name] = min(found, default=None)
        return owner[name]

    placed = []
    for step in steps:
        own = owner_of(step.name, frozenset())
        placed.append(replace(step, each=own if own != step.name else None))
    return tuple(placed)
