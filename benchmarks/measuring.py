"""How anything is timed here: every contender in one run, on the same cases, after all have given the same answers.

Knows nothing of what is decided. Rounds are interleaved: in each one every contender goes through all cases once, in an
order that is shuffled anew, so that whatever else the machine is doing falls on all alike.
"""

from __future__ import annotations

import gc
import platform
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from os import cpu_count
from statistics import median
from time import perf_counter_ns

Answer = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Contender:
    """One way of deciding: what it is called, how it decides a case, and the cases in the form it wants them in."""

    name: str
    decide: Callable[[object], Answer]
    cases: Sequence[object]


@dataclass(frozen=True, slots=True)
class Workload:
    """What was measured: our figure, everyone else's, and the notes without which they could mislead."""

    ours: float
    peers: dict[str, float]
    unit: str
    runs: int
    skipped: dict[str, str] = field(default_factory=dict)
    notes: dict[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The workload as the results file holds it; `ratio` says how many times our time a peer takes."""
        return {
            "ours": round(self.ours, 3),
            "peers": {name: round(figure, 3) for name, figure in self.peers.items()},
            "ratio": {name: round(figure / self.ours, 3) for name, figure in self.peers.items()},
            "unit": self.unit,
            "runs": self.runs,
            "skipped": self.skipped,
            "notes": self.notes,
        }


class DisagreementError(Exception):
    """Two contenders decide a case differently, so their times say nothing of each other."""


def check_answers(contenders: Sequence[Contender]) -> None:
    """Make sure that all contenders decide every case as the first one does.

    Raises:
        DisagreementError: one does not; the message says which, and on which case.
    """
    first, *others = contenders
    expected = [first.decide(case) for case in first.cases]
    for other in others:
        for number, (case, answer) in enumerate(zip(other.cases, expected, strict=True)):
            given = other.decide(case)
            if given != answer:
                raise DisagreementError(f"case {number}: {first.name} answers {answer}, and {other.name} {given}")


def median_microseconds(contenders: Sequence[Contender], *, rounds: int, seed: int) -> dict[str, float]:
    """For each contender the middle of its rounds, each round standing for its middle case, in microseconds a case."""
    chance = random.Random(seed)
    figures: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for _ in range(rounds):
        for contender in chance.sample(contenders, len(contenders)):
            gc.collect()
            figures[contender.name].append(median(_nanoseconds(contender)) / 1000)
    return {name: median(figure) for name, figure in figures.items()}


def _nanoseconds(contender: Contender) -> list[int]:
    decide = contender.decide
    spent = []
    for case in contender.cases:
        begun = perf_counter_ns()
        decide(case)
        spent.append(perf_counter_ns() - begun)
    return spent


def machine() -> dict[str, object]:
    """What the figures were measured on, without saying whose it is."""
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "processors": cpu_count(),
    }
