"""The second opinion held against the definition for as long as is wanted: `python -m benchmarks.second_opinion`.

Rules and cases are made up from a seed; every answer is compared, and the first that differs is shown whole. It also
says what the second opinion costs on the cases that ship.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter

from benchmarks.random_law import by_definition, moments
from inclusion_rules.casework.deciding import decide, decide_twice
from inclusion_rules.casework.opening import example, open_case, open_rulebook
from inclusion_rules.domain.conditions import facts_in
from inclusion_rules.scenarios.reading import open_scenarios
from inclusion_rules.second_opinion.opinion import SecondOpinion
from inclusion_rules.second_opinion.questions import Answer, Moment

AT_ONCE = 50
EXAMPLES = ("leicestershire_permanent_exclusion", "academy_review_that_quashes", "cancelled_with_a_social_worker")


@dataclass(slots=True)
class Held:
    """What came of it: the answers compared, by what they were, and those that differ."""

    compared: Counter[Answer] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)
    restarts: int = 0

    def add(self, moment: Moment, answers: Sequence[Answer]) -> None:
        """Compare what one case came to."""
        for question, ours, theirs in zip(moment.questions, by_definition(moment), answers, strict=True):
            self.compared[ours] += 1
            if ours is not theirs:
                known = {name: moment.facts[name] for name in sorted(facts_in(question.condition))}
                self.differing.append(f"{question}\n  definition {ours}, durable-rules {theirs}\n  {known}")


def hold(seed: int, *, rules: int, cases: int, told: Callable[[int, Held], None] | None = None) -> Held:
    """So many made-up rules, each asked of so many made-up cases, by both."""
    opinion, held = SecondOpinion(), Held()
    try:
        for number in range(0, rules, AT_ONCE):
            asked = moments(hash((seed, number)), rules=min(AT_ONCE, rules - number), cases=cases)
            for moment, answers in zip(asked, opinion.answers(asked), strict=True):
                held.add(moment, answers)
            if told is not None:
                told(number + AT_ONCE, held)
    finally:
        opinion.close()
    held.restarts = opinion.restarts
    return held


def cost(rounds: int) -> dict[str, tuple[float, float]]:
    """Milliseconds to decide each example, by the definition and by both: the middle of several rounds."""
    rulebook, opinion, found = open_rulebook(), SecondOpinion(), {}
    as_of = date(2025, 7, 1)
    try:
        for name in EXAMPLES:
            record = open_case(example(name), rulebook)
            decide_twice(record, rulebook, as_of=as_of, engine=opinion)
            once, twice = [], []
            for _ in range(rounds):
                begun = perf_counter()
                decide(record, rulebook, as_of=as_of)
                between = perf_counter()
                decide_twice(record, rulebook, as_of=as_of, engine=opinion)
                once.append(between - begun)
                twice.append(perf_counter() - between)
            found[name] = (statistics.median(once) * 1000, statistics.median(twice) * 1000)
    finally:
        opinion.close()
    return found


def hold_scenarios() -> tuple[int, int, list[str]]:
    """Every worked example that stands beside the rules decided twice: how many, answers compared, and what differs."""
    collection, opinion = open_scenarios(), SecondOpinion()
    compared, differing = 0, []
    try:
        for scenario in collection.scenarios:
            expect = scenario.expect
            _, agreement = decide_twice(
                scenario.record,
                collection.rulebook,
                as_of=expect.as_of,
                about=expect.about,
                known_on=expect.known_on,
                engine=opinion,
            )
            compared += agreement.findings + agreement.conditions
            differing += [f"{scenario.span}: {found.in_words(opinion.name)}" for found in agreement.disagreements]
    finally:
        opinion.close()
    return len(collection.scenarios), compared, differing


def main(arguments: Sequence[str] | None = None) -> int:
    """Hold the two against each other and show the figures; the exit code is 5 where they differ."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.second_opinion", description=__doc__)
    parser.add_argument("--rules", type=int, default=2000, metavar="N", help="how many rules to make up")
    parser.add_argument("--cases", type=int, default=10, metavar="N", help="how many cases to ask each of")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=15, help="rounds of the shipped cases, for what it costs")
    parser.add_argument("--scenarios", action="store_true", help="decide every scenario that ships by both as well")
    chosen = parser.parse_args(arguments)

    def told(done: int, held: Held) -> None:
        if done % 5000 < AT_ONCE:
            print(f"{done:,} rules, {held.compared.total():,} answers, {len(held.differing)} differ", file=sys.stderr)

    begun = perf_counter()
    held = hold(chosen.seed, rules=chosen.rules, cases=chosen.cases, told=told)
    took = perf_counter() - begun
    yes, no, unknown = (held.compared[answer] for answer in (True, False, None))
    print(
        f"{held.compared.total():,} answers of {chosen.rules:,} rules in {took:.0f} s: {yes:,} yes, {no:,} no, ", end=""
    )
    print(f"{unknown:,} not known; {len(held.differing)} differ; the worker was restarted {held.restarts} times")
    for each in held.differing[:1]:
        print(each)
    for name, (once, twice) in cost(chosen.rounds).items() if chosen.rounds else ():
        print(f"{name:<40}{once:8.1f} ms by the definition{twice:8.1f} ms by both: x {twice / once:.1f}")
    differing = held.differing
    if chosen.scenarios:
        number, compared, found = hold_scenarios()
        print(f"{number:,} scenarios, {compared:,} answers; {len(found)} differ")
        print("\n".join(found[:1]), end="")
        differing = [*differing, *found]
    return 5 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
