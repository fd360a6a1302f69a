"""Conditions that look at the case file and at parameters alone, answered for a whole block at once.

What such a condition comes to changes only with the values of its parameters, so that cases for which it comes to the
same under each of these need not be alike in the words themselves. Evaluates each different choice of words once; knows
no event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.domain.conditions import Condition, facts_in, parameters_in
from inclusion_rules.domain.facts import Known, Unknown, Value
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.engine.evaluation import evaluate
from inclusion_rules.simulation.cohort_columns import Coded, kinds_of
from inclusion_rules.simulation.compared_facts import amounts_of


@dataclass
class FileConditions:
    """The answers under one edition. An answer keeps its number from block to block."""

    edition: Edition
    numbers: dict[tuple[tuple[bool | None, frozenset[str]], ...], int] = field(default_factory=dict)

    def answered(self, condition: Condition, said: Mapping[str, Coded], rows: int) -> NDArray[np.int32]:
        """For each case of a block the number of the answer: true, false, or what would settle it.

        Where the condition names parameters, the answer is one for each choice of their values. `said` holds what the
        case files say, by fact; a fact that is not there is not known.
        """
        facts, parameters = self._behind(condition)
        names = sorted(facts & said.keys())
        values = list(amounts_of(self.edition, parameters))
        first, kinds = kinds_of([np.zeros(rows, dtype=np.int32), *(said[name].codes for name in names)])
        codes: list[int] = []
        for row in first.tolist():
            words = {name: value for name in names if (value := said[name].of(row)) is not None}
            traces = [
                evaluate(condition, _File(self.edition, words, chosen).fact, chosen.__getitem__) for chosen in values
            ]
            answer = tuple((trace.result, trace.missing) for trace in traces)
            codes.append(self.numbers.setdefault(answer, len(self.numbers)))
        return np.array(codes, dtype=np.int32)[kinds]

    def _behind(self, condition: Condition) -> tuple[frozenset[str], frozenset[str]]:
        """The facts of the case file, and the parameters, that a condition comes down to."""
        facts: set[str] = set()
        parameters = set(parameters_in(condition))
        for name in facts_in(condition):
            held = _held(self.edition, name)
            if held is None:
                facts.add(name)
            else:
                further, more = self._behind(held)
                facts |= further
                parameters |= more
        return frozenset(facts), frozenset(parameters)


@dataclass(frozen=True, slots=True)
class _File:
    """What one case file says, under one choice of parameters."""

    edition: Edition
    words: Mapping[str, Known]
    parameters: Mapping[str, Known]

    def fact(self, name: str) -> Value:
        held = _held(self.edition, name)
        if held is None:
            return self.words.get(name, Unknown(frozenset({name})))
        trace = evaluate(held, self.fact, self.parameters.__getitem__)
        return Unknown(trace.missing) if trace.result is None else trace.result


def _held(edition: Edition, name: str) -> Condition | None:
    """The condition behind a fact that says whether it holds; none where the case file itself gives the fact."""
    derived = edition.facts[name].derived
    if derived is None:
        return None
    condition: Any = derived.details["condition"]
    found: Condition = condition
    return found
