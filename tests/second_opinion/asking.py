"""Small questions for the tests of the second opinion, and workers that behave as they are told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from inclusion_rules.domain.conditions import Comparison, Condition, Group, Operand, Operator
from inclusion_rules.domain.facts import FactKind, Value
from inclusion_rules.second_opinion.questions import Figure, Moment, Question

HALF_DAYS = FactKind.HALF_DAYS
FACTS: Mapping[str, tuple[FactKind, Value]] = {
    "days": (FactKind.HALF_DAYS, 15.5),
    "looked_after": (FactKind.YES_NO, True),
    "plan": (FactKind.ONE_OF, "ehc plan"),
}


def is_(fact: str, operand: Operand) -> Comparison:
    """A fact that is something."""
    return Comparison(fact, Operator.IS, operand)


def moment(*conditions: Condition, figures: Mapping[str, Figure] | None = None, **facts: Value) -> Moment:
    """One moment at which conditions are asked about; the facts are those above, or others in their place."""
    values = {name: value for name, (_, value) in FACTS.items()} | facts
    kinds = {name: kind for name, (kind, _) in FACTS.items()}
    return Moment(values, kinds, tuple(Question(condition, figures or {}) for condition in conditions))


def wide(joined: str, members: int, wanted: int = 0) -> tuple[Group, dict[str, FactKind]]:
    """A group of so many comparisons of different facts, with the kinds of these."""
    names = [f"fact_{number}" for number in range(members)]
    group = Group(joined, tuple(is_(name, True) for name in names), wanted)
    return group, dict.fromkeys(names, FactKind.YES_NO)


def worker_that(folder: Path, does: str) -> Path:
    """The program of a worker that greets as it should, and then does this with each line it reads."""
    path = folder / "worker.py"
    path.write_text(
        "import json, os, signal, sys, time\n"
        "say = lambda told: print(json.dumps(told), flush=True)\n"
        "say({'ready': True})\n"
        "for line in sys.stdin:\n"
        f"    {does}\n",
        "utf-8",
    )
    return path
