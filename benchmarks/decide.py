"""Workload `decide`: sixty made-up rules over a case of twenty-six facts, decided one case at a time.

Ours gives every rule's result with the trace of every comparison, met or not. The peers say which rules hold, and most
of them nothing more; all their cases are fully known, because hardly one of them can be told that something is not.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain

from benchmarks.decide_peers import PEERS
from benchmarks.measuring import Answer, Contender, Workload, check_answers, median_microseconds
from inclusion_rules.domain.conditions import (
    ALL_OF,
    Comparison,
    Condition,
    Group,
    Operand,
    Operator,
    ParameterReference,
)
from inclusion_rules.domain.facts import Known, Unknown, Value
from inclusion_rules.engine.evaluation import evaluate

SEED = 20250324
YES_NO = tuple(f"yes_no_{number}" for number in range(14))
CHOICES = tuple(f"choice_{number}" for number in range(6))
HALF_DAYS = tuple(f"half_days_{number}" for number in range(6))
FACTS = (*YES_NO, *CHOICES, *HALF_DAYS)
WORDS = ("maintained", "academy", "special", "alternative")
SIZES = (2,) * 18 + (3,) * 20 + (4,) * 22
PARAMETERS: Mapping[str, Known] = {"few": 2.5, "short": 5, "middling": 15, "many": 22.5, "long": 45}
LIMITS = tuple(PARAMETERS.values())
Case = dict[str, Known]


@dataclass(frozen=True, slots=True)
class Test:
    """One condition of a made-up rule, in a form that every contender can be given: `value` is a tuple for `one of`."""

    fact: str
    operator: Operator
    value: Known | tuple[str, ...]


def made_up_rules(seed: int = SEED) -> tuple[tuple[Test, ...], ...]:
    """Sixty rules of 184 conditions in all, each on different facts; a rule holds where all of its conditions do."""
    chance = random.Random(seed)
    return tuple(tuple(_test(chance, fact) for fact in chance.sample(FACTS, size)) for size in SIZES)


def _test(chance: random.Random, fact: str) -> Test:
    if fact in YES_NO:
        return Test(fact, Operator.IS, chance.random() < 0.6)
    if fact in CHOICES:
        if chance.random() < 0.5:
            return Test(fact, Operator.IS, chance.choice(WORDS))
        return Test(fact, Operator.ONE_OF, tuple(chance.sample(WORDS, 2)))
    return Test(fact, chance.choice((Operator.MORE_THAN, Operator.AT_MOST)), chance.choice(LIMITS))


def made_up_cases(number: int, seed: int = SEED) -> list[Case]:
    """So many cases, every fact of them known."""
    chance = random.Random(seed + 1)
    return [
        {
            **{fact: chance.random() < 0.4 for fact in YES_NO},
            **{fact: chance.choice(WORDS) for fact in CHOICES},
            **{fact: chance.randrange(120) / 2 for fact in HALF_DAYS},
        }
        for _ in range(number)
    ]


def as_condition(rule: tuple[Test, ...]) -> Condition:
    """A made-up rule as the rule language holds it, its numbers as parameters."""
    return Group(ALL_OF, tuple(Comparison(test.fact, test.operator, _operand(test)) for test in rule))


def _operand(test: Test) -> Operand:
    """The value itself, or for a limit the name of the parameter that holds it."""
    if test.fact not in HALF_DAYS:
        return test.value
    return ParameterReference(next(name for name, value in PARAMETERS.items() if value == test.value))


def ours(rules: tuple[tuple[Test, ...], ...]) -> Callable[[object], Answer]:
    """This library: every rule with its full trace, then which of them hold."""
    conditions = [as_condition(rule) for rule in rules]
    parameters = PARAMETERS.__getitem__

    def decide(case: object) -> Answer:
        assert isinstance(case, dict)
        facts = case.__getitem__
        traces = [evaluate(condition, facts, parameters) for condition in conditions]
        return tuple([number for number, trace in enumerate(traces) if trace.result])

    return decide


def plain_python(rules: tuple[tuple[Test, ...], ...]) -> Callable[[object], Answer]:
    """The least that could work: the same data gone through in plain Python, up to the first condition that fails."""
    holds: Mapping[Operator, Callable[[Known, Known | tuple[str, ...]], bool]] = {
        Operator.IS: lambda value, wanted: value == wanted,
        Operator.ONE_OF: lambda value, wanted: value in wanted,  # type: ignore[operator]
        Operator.MORE_THAN: lambda value, wanted: value > wanted,  # type: ignore[operator]
        Operator.AT_MOST: lambda value, wanted: value <= wanted,  # type: ignore[operator]
    }
    tests = [[(test.fact, holds[test.operator], test.value) for test in rule] for rule in rules]

    def decide(case: object) -> Answer:
        assert isinstance(case, dict)
        return tuple(
            [
                number
                for number, rule in enumerate(tests)
                if all(compare(case[fact], value) for fact, compare, value in rule)
            ]
        )

    return decide


def measure(*, quick: bool) -> Workload:
    """Time a decision by this library and by every peer that is installed; `quick` takes fewer cases and rounds."""
    rules = made_up_rules()
    cases = made_up_cases(100 if quick else 1000)
    rounds = 5 if quick else 15
    contenders = [Contender("plain_python", plain_python(rules), cases), Contender("ours", ours(rules), cases)]
    skipped = {}
    for name, prepare in PEERS.items():
        try:
            decide, prepared = prepare(rules, cases)
        except ImportError as missing:
            skipped[name] = f"not installed: {missing.name}"
        else:
            contenders.append(Contender(name, decide, prepared))
    check_answers(contenders)
    figures = median_microseconds(contenders, rounds=rounds, seed=SEED)
    gaps = [_with_gaps(case, number) for number, case in enumerate(cases)]
    open_cases = Contender("ours", partial(_decide_open, ours(rules)), gaps)
    notes: dict[str, object] = {
        "rules": len(rules),
        "conditions": sum(SIZES),
        "distinct_conditions": len(set(chain.from_iterable(rules))),
        "facts": len(FACTS),
        "cases": len(cases),
        "rules_that_hold_on_average": round(sum(len(contenders[0].decide(case)) for case in cases) / len(cases), 2),
        "ours_with_a_third_not_known": round(median_microseconds([open_cases], rounds=rounds, seed=SEED)["ours"], 3),
    }
    return Workload(figures.pop("ours"), figures, "microseconds per case, p50", rounds, skipped, notes)


def _with_gaps(case: Case, number: int) -> dict[str, Value]:
    """The same case with every third fact not known, beginning elsewhere each time."""
    return {
        name: Unknown(frozenset({name})) if (place + number) % 3 == 0 else value
        for place, (name, value) in enumerate(case.items())
    }


def _decide_open(decide: Callable[[object], Answer], case: object) -> Answer:
    return decide(case)
