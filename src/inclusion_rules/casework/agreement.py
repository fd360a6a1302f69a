"""A case decided twice: what the definition answered while it decided, put before another executor and compared.

Listens while a case is decided, keeps every condition that was evaluated with its facts and its answer, and asks the
other executor all of it at once. Decides nothing, and changes no answer: a disagreement is told, and stops the caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from inclusion_rules.casework.factbook import FactBook
from inclusion_rules.domain.conditions import Condition, facts_in, parameters_in
from inclusion_rules.domain.facts import Value
from inclusion_rules.domain.rules import Rule, RuleKey
from inclusion_rules.domain.wording import condition_in_words, day_in_words, in_words
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.second_opinion.questions import Answer, Moment, Question
from inclusion_rules.vocabulary import Outcome, words


class Executor(Protocol):
    """Something that answers conditions, such as `second_opinion.opinion.durable_rules()`."""

    @property
    def name(self) -> str:
        """What it is called."""

    def answers(self, moments: Sequence[Moment]) -> Sequence[Sequence[Answer]]:
        """The answer to every question of every moment."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One question that two executors answered differently; `rule` is None where it was not a rule's own.

    `about` is the date of the event that the question is about, None for the case itself; `day` is the moment.
    """

    rule: Rule | None
    condition: Condition
    about: date | None
    day: date
    definition: str
    other: str
    facts: Mapping[str, Value]

    def in_words(self, name: str) -> str:
        """All that it takes to look into it."""
        if self.rule is not None:
            what = f"rule `{self.rule.id}` of `{self.rule.pack}` ({self.rule.title})"
        else:
            place = f"{self.condition.span}: " if self.condition.span else ""
            what = f"the condition {place}{condition_in_words(self.condition)}"
        about = "the case" if self.about is None else f"what happened on {day_in_words(self.about)}"
        known = [f"    {words(fact)}: {in_words(value)}" for fact, value in sorted(self.facts.items())]
        told = [
            f"{what}, about {about}, on {day_in_words(self.day)}",
            f"  the definition says: {self.definition}",
            f"  {name} says: {self.other}",
            "  of these facts:" if known else "  without looking at any fact",
        ]
        return "\n".join([*told, *known])


@dataclass(frozen=True, slots=True)
class Agreement:
    """What came of asking twice: how much was compared, and where the two differ.

    `findings` counts the outcomes of rules, at every moment of every subject; `conditions` what else was asked, such as
    what a fact, a table or a step of the pathway rests on.
    """

    executor: str
    moments: int
    findings: int
    conditions: int
    disagreements: tuple[Disagreement, ...] = ()


class DisagreementError(InclusionRulesError):
    """Two executors answered the same question differently, so neither is believed."""

    def __init__(self, case: str, agreement: Agreement) -> None:
        self.case = case
        self.agreement = agreement
        first, *others = agreement.disagreements
        more = f"\nand {len(others)} other{'s' if len(others) > 1 else ''}" if others else ""
        super().__init__(
            f"case `{case}` was not decided, because {agreement.executor} disagrees with the definition:\n"
            f"{first.in_words(agreement.executor)}{more}"
        )

    def __reduce__(self) -> tuple[type[DisagreementError], tuple[str, Agreement]]:
        return (DisagreementError, (self.case, self.agreement))


@dataclass(frozen=True, slots=True)
class _Answered:
    """One question with what the definition answered."""

    question: Question
    answer: Answer
    rule: Rule | None = None

    def told(self, answer: Answer) -> str:
        if self.rule is not None:
            return words(_OUTCOMES[answer])
        return _IN_WORDS[answer]


@dataclass(slots=True)
class _Heard:
    """What was asked of one book while its facts stayed the same."""

    book: FactBook
    facts: dict[str, Value] = field(default_factory=dict)
    answered: list[_Answered] = field(default_factory=list)
    rules: dict[RuleKey, int] = field(default_factory=dict)
    once: set[int] = field(default_factory=set)

    def moment(self) -> Moment:
        kinds = {name: self.book.edition.facts[name].type.kind for name in self.facts}
        return Moment(self.facts, kinds, tuple(one.question for one in self.answered))


class Listener:
    """Hears what the definition answers while one case is decided; then has it answered again."""

    def __init__(self) -> None:
        self._heard: list[_Heard] = []
        self._latest: dict[int, _Heard] = {}

    def condition(self, book: FactBook, condition: Condition, result: Answer) -> None:
        """A condition that was evaluated for its own sake."""
        heard = self._with_facts(book, condition)
        if id(condition) not in heard.once:
            heard.once.add(id(condition))
            heard.answered.append(_Answered(_question(book, condition), result))

    def rule(self, book: FactBook, rule: Rule, outcome: Outcome) -> None:
        """What a rule came to, its exceptions and those that override it having been told before it."""
        heard = self._with_facts(book, rule.when)
        others = {heard.rules.get(other.key) for other in book.edition.held_back_by.get(rule.key, ())}
        unless = tuple(sorted(position for position in others if position is not None))
        heard.rules[rule.key] = len(heard.answered)
        heard.answered.append(_Answered(_question(book, rule.when, unless), _ANSWERS[outcome], rule))

    def _with_facts(self, book: FactBook, condition: Condition) -> _Heard:
        """Where to note a question of this book: a new place where a fact has changed since the last one."""
        values = {name: book(name) for name in facts_in(condition)}
        heard = self._latest.get(id(book))
        if heard is None or any(name in heard.facts and heard.facts[name] != values[name] for name in values):
            before = heard
            heard = self._latest[id(book)] = _Heard(book)
            self._heard.append(heard)
            if before is not None:
                self._carry_over(before, heard)
        heard.facts |= values
        return heard

    def _carry_over(self, before: _Heard, heard: _Heard) -> None:
        """Rules that may hold others back are asked again beside those that come after the change."""
        for key, position in before.rules.items():
            answered = before.answered[position]
            names = facts_in(answered.question.condition)
            if all(before.facts[name] == heard.book(name) for name in names):
                unless = tuple(heard.rules[k] for k, p in before.rules.items() if p in answered.question.unless)
                question = Question(answered.question.condition, answered.question.parameters, unless)
                heard.facts |= {name: before.facts[name] for name in names}
                heard.rules[key] = len(heard.answered)
                heard.answered.append(_Answered(question, answered.answer))

    def compared(self, executor: Executor) -> Agreement:
        """What another executor answers to all of it."""
        answers = executor.answers([heard.moment() for heard in self._heard])
        questions = [one for heard in self._heard for one in heard.answered]
        findings = sum(one.rule is not None for one in questions)
        moments = len({id(heard.book) for heard in self._heard})
        differ = tuple(self._differences(answers))
        return Agreement(executor.name, moments, findings, len(questions) - findings, differ)

    def _differences(self, answers: Sequence[Sequence[Answer]]) -> Iterator[Disagreement]:
        for heard, again in zip(self._heard, answers, strict=True):
            for one, other in zip(heard.answered, again, strict=True):
                if one.answer is not other:
                    condition = one.question.condition
                    yield Disagreement(
                        one.rule,
                        condition,
                        heard.book.subject.about,
                        heard.book.day,
                        one.told(one.answer),
                        one.told(other),
                        {name: heard.facts[name] for name in facts_in(condition)},
                    )


def _question(book: FactBook, condition: Condition, unless: tuple[int, ...] = ()) -> Question:
    figures = {name: book.parameter(name) for name in sorted(parameters_in(condition))}
    return Question(condition, figures, unless)


_OUTCOMES: Mapping[Answer, Outcome] = {
    True: Outcome.ENGAGED,
    False: Outcome.NOT_ENGAGED,
    None: Outcome.UNDETERMINED,
}
_ANSWERS: Mapping[Outcome, Answer] = {outcome: answer for answer, outcome in _OUTCOMES.items()}
_IN_WORDS: Mapping[Answer, str] = {True: "it holds", False: "it does not hold", None: "it is not known"}
