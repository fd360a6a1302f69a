"""The second opinion itself: moments and questions in, answers out, by way of a worker that may die without harm.

Puts conditions into figures, keeps the worker supplied with rules, asks stage by stage, and reads the answers off the
rules that fired. It knows nothing of what anybody else answered.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from inclusion_rules.domain.conditions import Condition, facts_in
from inclusion_rules.second_opinion.programmes import RESULT_CODES, Programme, Programmes, conclusions_needed
from inclusion_rules.second_opinion.properties import (
    Amount,
    Code,
    Conclusion,
    DayNumber,
    Given,
    Knowledge,
    Order,
    Property,
    Shared,
    Size,
    Standing,
    YesOrNo,
    measured,
)
from inclusion_rules.second_opinion.questions import Answer, Moment, WorkerFailedError
from inclusion_rules.second_opinion.rule_sets import RuleSet, RuleSets, as_sent
from inclusion_rules.second_opinion.worker_process import Worker, WorkerEndedError

MOST_RULE_SETS = 400
"""Sets of rules in one worker, which never gives their memory back: after that many it is exchanged."""
Row = tuple[tuple[str, int], ...]
"""One fact as it is asked about: names of properties and numbers."""


class SecondOpinion:
    """Answers questions by durable-rules; safe to use from several threads, which then take turns."""

    name = "durable-rules"

    def __init__(self, start: Callable[[], Worker] = Worker) -> None:
        self._start = start
        self._lock = threading.RLock()
        self._programmes = Programmes()
        self._rule_sets = RuleSets()
        self._loaded = 0
        self.worker: Worker | None = None
        self.restarts = 0
        """How often a worker had to be started again because the one before it ended."""

    def begin(self) -> None:
        """Start the worker, if none runs.

        Raises:
            NotInstalledError: durable-rules is not there, or cannot be used by this Python.
        """
        with self._lock:
            if self.worker is None:
                self._loaded = 0
                self.worker = self._start()

    def close(self) -> None:
        """End the worker; the next question starts another."""
        with self._lock:
            if self.worker is not None:
                self.worker.close()
                self.worker = None

    def answers(self, moments: Sequence[Moment]) -> list[tuple[Answer, ...]]:
        """The answer to every question of every moment.

        Raises:
            CannotBeAskedError: a condition or fact cannot be put in whole numbers.
            NotInstalledError: durable-rules is not there.
            WorkerFailedError: it gave no answer, and none after a fresh start.
        """
        with self._lock:
            if len(self._rule_sets) > MOST_RULE_SETS:
                self.close()
                self._programmes, self._rule_sets = Programmes(), RuleSets()
            asked = [self._sitting(moment) for moment in moments]
            self._rule_sets.place(
                sorted({p.number: p for one in asked for p in one.needed.values()}.values(), key=_number)
            )
            for stage in sorted({programme.stage for one in asked for programme in one.needed.values()}):
                self._ask_stage(stage, asked)
            return self._held_back(moments, [one.first_answers() for one in asked])

    def _sitting(self, moment: Moment) -> _Sitting:
        programmes = [
            self._programmes.programme_for(
                question.condition,
                question.parameters,
                {name: moment.kinds[name] for name in _facts_of(question.condition)},
            )
            for question in moment.questions
        ]
        return _Sitting(moment, programmes, conclusions_needed(programmes, self._programmes))

    def _ask_stage(self, stage: int, asked: Sequence[_Sitting]) -> None:
        """Ask all moments what the programmes of one stage come to."""
        rows: list[tuple[_Sitting, RuleSet, Row]] = []
        for one in asked:
            used = {self._rule_sets.set_of(p.number).name: p for p in one.needed.values() if p.stage == stage}
            for programme in used.values():
                rule_set = self._rule_sets.set_of(programme.number)
                rows.append((one, rule_set, one.row(rule_set, self._programmes.code_of)))
        fired = self._fired([(rule_set.name, row) for _, rule_set, row in rows])
        for (one, rule_set, _), rules in zip(rows, fired, strict=True):
            told = read(rules, rule_set)
            for programme in one.needed.values():
                if programme.stage == stage and self._rule_sets.set_of(programme.number) is rule_set:
                    one.came_to[programme.number] = told.get(programme.number)

    def _held_back(self, moments: Sequence[Moment], answers: list[list[Answer]]) -> list[tuple[Answer, ...]]:
        """The answers after each yes that is held back has become a no, in the order in which they hold each other."""
        depths = [_depths([question.unless for question in moment.questions]) for moment in moments]
        for depth in range(1, max((max(each, default=0) for each in depths), default=0) + 1):
            places = [(m, q) for m, each in enumerate(depths) for q, deep in enumerate(each) if deep == depth]
            asked: list[tuple[RuleSet, int, Row]] = []
            for m, q in places:
                unless = moments[m].questions[q].unless
                programme = self._programmes.holding_back(len(unless))
                self._rule_sets.place([programme])
                rule_set = self._rule_sets.set_of(programme.number)
                given = [answers[m][position] for position in (q, *unless)]
                row = tuple((rule_set.names[Given(n)], RESULT_CODES[answer]) for n, answer in enumerate(given))
                asked.append((rule_set, programme.number, row))
            fired = self._fired([(rule_set.name, row) for rule_set, _, row in asked])
            for (m, q), (rule_set, number, _), rules in zip(places, asked, fired, strict=True):
                answers[m][q] = read(rules, rule_set).get(number)
        return [tuple(each) for each in answers]

    def _fired(self, questions: Sequence[tuple[str, Row]]) -> list[Sequence[str]]:
        """The rules that each question fires; the same question is asked once."""
        different = list(dict.fromkeys(questions))
        fired = self._survived(different) if different else ()
        by_question = dict(zip(different, fired, strict=True))
        return [by_question[question] for question in questions]

    def _survived(self, questions: Sequence[tuple[str, Row]]) -> Sequence[Sequence[str]]:
        """What the worker answers, or a fresh one where it dies over the question."""
        try:
            return self._told(questions)
        except WorkerEndedError as first:
            self.worker = None
            self.restarts += 1
            try:
                return self._told(questions)
            except WorkerEndedError as second:
                self.worker = None
                raise WorkerFailedError(f"{second}; so had the one started before it: {first}") from second

    def _told(self, questions: Sequence[tuple[str, Row]]) -> Sequence[Sequence[str]]:
        self.begin()
        assert self.worker is not None
        load = as_sent(self._rule_sets.made[self._loaded :])
        fired = self.worker.ask(load, [(name, dict(row)) for name, row in questions])
        self._loaded = len(self._rule_sets)
        return fired


@dataclass(slots=True)
class _Sitting:
    """One moment while it is asked about."""

    moment: Moment
    programmes: Sequence[Programme]
    needed: Mapping[int, Programme]
    came_to: dict[int, Answer] = field(default_factory=dict)
    numbers: dict[Property, int] = field(default_factory=dict)

    def row(self, rule_set: RuleSet, code_of: Callable[[str], int]) -> Row:
        """The fact to ask a set of rules about; what this moment says nothing of is left out, and matches nothing."""
        return tuple(
            (name, number)
            for wanted, name in rule_set.names.items()
            if (number := self._number(wanted, code_of)) is not None
        )

    def _number(self, wanted: Property, code_of: Callable[[str], int]) -> int | None:
        if isinstance(wanted, Conclusion):
            known = wanted.programme in self.came_to
            return RESULT_CODES[self.came_to[wanted.programme]] if known else None
        found = self.numbers.get(wanted)
        if found is None and all(fact in self.moment.facts for fact in _facts_behind(wanted)):
            found = self.numbers[wanted] = measured(wanted, self.moment.facts, self.moment.kinds, code_of)
        return found

    def first_answers(self) -> list[Answer]:
        """What each question came to before any holds another back."""
        return [self.came_to[programme.number] for programme in self.programmes]


def read(fired: Iterable[str], rule_set: RuleSet) -> dict[int, bool]:
    """What the rules that fired say of each programme; nothing where none did.

    Raises:
        WorkerFailedError: yes and no at once.
    """
    told: dict[int, bool] = {}
    for rule in fired:
        programme, answer = rule_set.tells[rule]
        if told.setdefault(programme, answer) is not answer:
            raise WorkerFailedError("durable-rules answered yes and no to the same question")
    return told


def _facts_behind(wanted: Property) -> tuple[str, ...]:
    match wanted:
        case Order(fact, other):
            return (fact, other)
        case Standing() | Conclusion() | Given():
            return ()
        case Knowledge() | Amount() | DayNumber() | YesOrNo() | Code() | Shared() | Size():
            return (wanted.fact,)


def _depths(unless: Sequence[tuple[int, ...]]) -> list[int]:
    """How many others have to be settled, one after another, before each question is."""
    found: list[int] = []
    for position, others in enumerate(unless):
        if any(other >= position for other in others):
            raise ValueError("a question can only be held back by one that comes before it")
        found.append(1 + max((found[other] for other in others), default=0) if others else 0)
    return found


def _number(programme: Programme) -> int:
    return programme.number


@lru_cache(maxsize=8192)
def _facts_of(condition: Condition) -> tuple[str, ...]:
    return tuple(sorted(facts_in(condition)))


_OF_PROCESS: dict[int, SecondOpinion] = {}


def durable_rules() -> SecondOpinion:
    """The second opinion of this process: one worker for all, started by the first question and ended with the process.

    >>> durable_rules() is durable_rules()
    True
    """
    number = os.getpid()
    if number not in _OF_PROCESS:
        # The worker of a process that this one was forked from is that process's to use and to end.
        _OF_PROCESS.clear()
        _OF_PROCESS[number] = SecondOpinion()
        atexit.register(_close_own, number)
    return _OF_PROCESS[number]


def _close_own(process: int) -> None:
    if process == os.getpid() and process in _OF_PROCESS:
        _OF_PROCESS[process].close()
