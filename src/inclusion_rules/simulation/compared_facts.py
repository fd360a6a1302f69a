"""Facts as far as comparisons look at them: when what the comparisons come to changes, and to what.

A total that goes from 6 to 7 is one change to whoever takes the number, and none to a rule that asks whether it is more
than 5. Knows no rule and no case; the histories of facts are handed in.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any, cast

import numpy as np

from inclusion_rules.domain.conditions import Comparison, parameters_in
from inclusion_rules.domain.facts import Known, Value
from inclusion_rules.domain.law import NotSet
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.engine.evaluation import evaluate
from inclusion_rules.simulation.cohort_columns import ABSENT, Days
from inclusion_rules.simulation.views import Answers, View

History = tuple[tuple[Any, ...], ...]
"""Of each change of a fact what caused it, the type and the value; its day stands beside it."""


@dataclass
class ComparedFact:
    """One fact under some comparisons. What they come to keeps its number from block to block."""

    edition: Edition
    comparisons: frozenset[Comparison]
    shapes: dict[int, tuple[int, tuple[int, ...]]] = field(default_factory=dict)
    numbers: dict[Hashable, int] = field(default_factory=dict)

    def of(self, view: View, answers: Answers) -> Answers:
        """The same answers with only those changes that the comparisons notice."""
        present = np.unique(answers.shapes).tolist()
        for shape in present:
            if shape not in self.shapes:
                self.shapes[shape] = self._noticed(cast("History", view.shapes[shape]))
        width = max((len(self.shapes[shape][1]) for shape in present), default=0)
        highest = max(present, default=0) + 1
        number_of = np.zeros(highest, dtype=np.int32)
        slot_of = np.full((highest, width), -1, dtype=np.intp)
        for shape in present:
            number, slots = self.shapes[shape]
            number_of[shape] = number
            slot_of[shape, : len(slots)] = slots
        rows = np.arange(len(answers.shapes))
        stacked = np.stack([*answers.days, np.full(len(rows), ABSENT, dtype=np.int32)])
        days: list[Days] = [stacked[slot_of[answers.shapes, number], rows] for number in range(width)]
        return Answers(number_of[answers.shapes], tuple(days))

    def _noticed(self, history: History) -> tuple[int, tuple[int, ...]]:
        """The number of what the comparisons notice of a history, and which of its changes that is."""
        noticed: list[tuple[object, object]] = []
        slots: list[int] = []
        for slot, (cause, _, value) in enumerate(history):
            outcome = self._outcome(value)
            if not noticed or outcome != noticed[-1][1]:
                noticed.append((cause, outcome))
                slots.append(slot)
        return self.numbers.setdefault(tuple(noticed), len(self.numbers)), tuple(slots)

    def _outcome(self, value: Value) -> tuple[object, ...]:
        found: list[object] = []
        for comparison in sorted(self.comparisons, key=repr):
            for amounts in amounts_of(self.edition, parameters_in(comparison)):
                trace = evaluate(comparison, {comparison.fact: value}.__getitem__, amounts.__getitem__)
                found.append((trace.result, trace.missing))
        return tuple(found)


def amounts_of(edition: Edition, parameters: Iterable[str]) -> Iterator[dict[str, Known]]:
    """Every choice of values that some parameters come to, at whatever time and wherever they are set."""
    names = sorted(parameters)
    for chosen in product(*(_values_of(edition, name) for name in names)):
        yield dict(zip(names, chosen, strict=True))


def _values_of(edition: Edition, parameter: str) -> list[Known]:
    choices = edition.choices.get(parameter, ())
    versions = (*edition.parameters[parameter].values, *(one for each in choices for one in each.values))
    amounts = (value for version in versions for value in (version.value, version.otherwise))
    known = (value for value in amounts if value is not None and not isinstance(value, NotSet))
    return list(dict.fromkeys(frozenset(value) if isinstance(value, tuple) else value for value in known))
