"""Conditions and facts made up from a seed, for holding one engine against another: every operator, group and kind.

A fact may be known, not known, known only from below, or known to be absent. Numbers of a fact may have any digits;
limits have as many as a law would give. What is made here means nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from inclusion_rules.domain.conditions import (
    ALL_OF,
    ANY_OF,
    AT_LEAST_OF,
    NONE_OF,
    Comparison,
    Condition,
    FactReference,
    Group,
    Operand,
    Operator,
    ParameterReference,
)
from inclusion_rules.domain.facts import NOTHING, AtLeast, FactKind, Known, Unknown, Value
from inclusion_rules.engine.evaluation import evaluate
from inclusion_rules.second_opinion.questions import Answer, Figure, Moment, Question

KINDS: Mapping[str, FactKind] = {f"{kind.name.lower()}_{letter}": kind for kind in FactKind for letter in "abc"}
"""Three facts of every kind, by name."""
NUMBERS = tuple(kind for kind in FactKind if kind.is_number)
WORDS_AND_SETS = (FactKind.TEXT, FactKind.ONE_OF, FactKind.SET_OF)
WORDS = ("ehc plan", "none", "5", "true", "", "o'clock", "ß", "costarring", "liquid")
"""Some are taken for one another, or for numbers, by an engine that is shown words."""
FIRST_DAY = date(2024, 2, 27)
MISSING = frozenset({"what nobody said"})
_SAME = (Operator.IS, Operator.IS_NOT)
_LISTS = (Operator.ONE_OF, Operator.NONE_OF)
_NUMBERS = (Operator.MORE_THAN, Operator.AT_LEAST, Operator.LESS_THAN, Operator.AT_MOST)
_DATES = (Operator.BEFORE, Operator.ON_OR_BEFORE, Operator.AFTER, Operator.ON_OR_AFTER)


def known_value(chance: Random, kind: FactKind) -> Known:
    """A value of a kind; few of them, so that values meet."""
    match kind:
        case FactKind.YES_NO:
            return chance.random() < 0.5
        case FactKind.WHOLE_NUMBER:
            return chance.randint(-2, 4)
        case FactKind.HALF_DAYS:
            return chance.randint(0, 8) / 2
        case FactKind.NUMBER:
            return chance.choice((0.1, 0.1 + 0.2, 0.3, 1 / 3, 2.5, -1.25, 1e-5, 1000000.0, 7))
        case FactKind.PERCENTAGE:
            return chance.choice((33.3, 33.33, 100 / 3, 50, 49.99, 50.01))
        case FactKind.MONEY:
            return chance.choice((4000, 4000.0, 3999.99, 4000.01, 0))
        case FactKind.DATE:
            return FIRST_DAY + timedelta(days=chance.randint(0, 4))
        case FactKind.SET_OF:
            return frozenset(chance.sample(WORDS[:4], chance.randint(0, 3)))
        case _:
            return chance.choice(WORDS)


def value(chance: Random, kind: FactKind) -> Value:
    """A value of a kind, or one of the ways to fall short of one."""
    lot = chance.random()
    if lot < 0.12:
        return Unknown(MISSING)
    if lot < 0.2:
        return NOTHING
    found = known_value(chance, kind)
    if lot < 0.35 and isinstance(found, int | float) and kind.is_number:
        return AtLeast(found, MISSING)
    return found


def facts(chance: Random) -> dict[str, Value]:
    """A value for every fact."""
    return {name: value(chance, kind) for name, kind in KINDS.items()}


@dataclass(slots=True)
class Maker:
    """Makes one condition, with the figures of its parameters."""

    chance: Random
    figures: dict[str, Figure] = field(default_factory=dict)

    def condition(self, depth: int) -> Condition:
        """A condition of groups within groups, at most so deep."""
        if depth == 0 or self.chance.random() < 0.3:
            return self.comparison()
        joined = self.chance.choice((ALL_OF, ANY_OF, NONE_OF, AT_LEAST_OF))
        count = self.chance.randint(0, 9 if joined == AT_LEAST_OF and depth == 1 else 5)
        members = tuple(self.condition(depth - 1) for _ in range(count))
        return Group(joined, members, self.chance.randint(0, count + 1) if joined == AT_LEAST_OF else 0)

    def comparison(self) -> Comparison:
        """A comparison that linking would let pass."""
        name = self.chance.choice(tuple(KINDS))
        kind = KINDS[name]
        if self.chance.random() < 0.08:
            return Comparison(
                name, self.chance.choice((Operator.KNOWN, Operator.NOT_KNOWN)), self.chance.random() < 0.6
            )
        if kind.is_number:
            return self._compared(name, (*_SAME, *_NUMBERS, Operator.BETWEEN, *_LISTS), NUMBERS)
        if kind is FactKind.DATE:
            return self._compared(name, (*_SAME, *_DATES, Operator.BETWEEN, *_LISTS), (kind,))
        if kind is FactKind.YES_NO:
            return self._compared(name, _SAME, (kind,))
        return self._compared(name, (*_SAME, *_LISTS), WORDS_AND_SETS)

    def _compared(self, name: str, worded: Sequence[Operator], kinds: Sequence[FactKind]) -> Comparison:
        chosen = self.chance.choice(worded)
        if chosen is Operator.BETWEEN:
            return Comparison(name, chosen, (self.operand(kinds), self.operand(kinds)))
        if chosen in _LISTS:
            if FactKind.SET_OF in kinds and self.chance.random() < 0.3:
                listed = frozenset(self.chance.sample(WORDS, self.chance.randint(0, 4)))
                return Comparison(name, chosen, self._parameter(listed))
            return Comparison(name, chosen, tuple(self.operand(kinds) for _ in range(self.chance.randint(0, 4))))
        return Comparison(name, chosen, self.operand(kinds))

    def operand(self, kinds: Sequence[FactKind]) -> Operand:
        """A value, a parameter or another fact."""
        lot = self.chance.random()
        if lot < 0.25:
            return FactReference(self.chance.choice([name for name, kind in KINDS.items() if kind in kinds]))
        found = known_value(self.chance, self.chance.choice(kinds))
        if isinstance(found, float):
            found = round(found, self.chance.choice((0, 1, 2, 5)))
        if lot < 0.5:
            return self._parameter(found if lot < 0.48 else Unknown(MISSING))
        return found

    def _parameter(self, figure: Figure) -> ParameterReference:
        name = f"parameter {len(self.figures)}"
        self.figures[name] = figure
        return ParameterReference(name)


def moments(seed: int, *, rules: int, cases: int) -> list[Moment]:
    """So many rules asked of so many made-up cases; some rules hold others back."""
    chance = Random(seed)
    questions: list[Question] = []
    for position in range(rules):
        maker = Maker(chance)
        condition = maker.condition(chance.randint(0, 3))
        others = chance.sample(range(position), min(position, chance.choice((0, 0, 0, 0, 1, 2))))
        questions.append(Question(condition, maker.figures, tuple(sorted(others))))
    return [Moment(facts(chance), KINDS, tuple(questions)) for _ in range(cases)]


def by_definition(moment: Moment) -> list[Answer]:
    """What the definition answers, each yes that is held back being a no."""
    found: list[Answer] = []
    for question in moment.questions:
        figures = question.parameters
        answer = evaluate(question.condition, moment.facts.__getitem__, figures.__getitem__).result
        found.append(False if answer and any(found[other] for other in question.unless) else answer)
    return found
