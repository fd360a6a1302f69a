"""What each rule says of a subject over time: when it was first engaged, when it ceased to be, and how it stands now.

Walks the events one by one, and the days on which time alone changes something, so that the first day on which the
conditions held is found, not guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from inclusion_rules.casework.factbook import FactBook
from inclusion_rules.domain.conditions import Comparison
from inclusion_rules.domain.facts import Unknown, Value
from inclusion_rules.domain.findings import Trace
from inclusion_rules.domain.layers import Supersession
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import Rule, RuleKey
from inclusion_rules.domain.wording import in_words
from inclusion_rules.engine.evaluation import evaluate
from inclusion_rules.vocabulary import Outcome, words


@dataclass(frozen=True, slots=True)
class RuleState:
    """How a rule stands at one moment."""

    outcome: Outcome
    trace: Trace
    held_back_by: Rule | None = None
    unsettled: tuple[Rule, ...] = ()
    superseded: Supersession | None = None


@dataclass(slots=True)
class RuleHistory:
    """One rule and one subject: first engaged, ceased (with the reason), and the state on the last day looked at."""

    rule: Rule
    state: RuleState
    first_engaged: date | None = None
    ceased_on: date | None = None
    why_ceased: str | None = None
    superseded: bool = False


Traces = dict[RuleKey, tuple[tuple[Value, ...], Trace]]
"""The last trace of each rule with what it came from: what has not changed is not evaluated again.

It comes from the values of facts and, where it asks for quantities of the law, from the day that governs them.
"""


def states_of(
    rules: Iterable[Rule], edition: Edition, book: FactBook, known: dict[RuleKey, RuleState], traces: Traces
) -> dict[RuleKey, RuleState]:
    """The state of every rule in force, those that hold others back before the others.

    `known` holds states worked out before; the result adds to it.
    """
    for rule in rules:
        key = rule.key
        day: Value = book.governed_by if rule.governs.by is None else book(rule.governs.by)
        if isinstance(day, Unknown):
            known[key] = RuleState(Outcome.UNDETERMINED, Trace(rule.when, None, day.missing))
            continue
        if not isinstance(day, date) or not rule.governs.covers(day):
            continue
        came_from = tuple([book(name) for name in edition.inputs_of[key]])
        if key in edition.asking_parameters:
            came_from = (*came_from, book.governed_by)
        before = traces.get(key)
        if before is not None and before[0] == came_from:
            trace = before[1]
        else:
            trace = evaluate(rule.when, book, book.parameter)
            traces[key] = (came_from, trace)
        overtaken = rule.superseded is not None and rule.superseded.holds_on(day)
        known[key] = _overtaken(rule, trace) if overtaken else _state(rule, trace, edition, known)
        if book.witness is not None and overtaken:
            book.witness.condition(book, rule.when, trace.result)
        elif book.witness is not None:
            book.witness.rule(book, rule, known[key].outcome)
    return known


def _overtaken(rule: Rule, trace: Trace) -> RuleState:
    """A rule that others have overtaken raises nothing; where its conditions hold, what overtook it is told."""
    return RuleState(Outcome.NOT_ENGAGED, trace, superseded=rule.superseded if trace.result is True else None)


def _state(rule: Rule, trace: Trace, edition: Edition, known: dict[RuleKey, RuleState]) -> RuleState:
    if trace.result is not True:
        return RuleState(Outcome.UNDETERMINED if trace.result is None else Outcome.NOT_ENGAGED, trace)
    others = [(other, known[other.key]) for other in edition.held_back_by.get(rule.key, ()) if other.key in known]
    engaged = next((other for other, state in others if state.outcome is Outcome.ENGAGED), None)
    if engaged is not None:
        return RuleState(Outcome.NOT_ENGAGED, trace, held_back_by=engaged)
    unsettled = tuple(other for other, state in others if state.outcome is Outcome.UNDETERMINED)
    return RuleState(Outcome.ENGAGED, trace, unsettled=unsettled)


def note_states(
    histories: dict[RuleKey, RuleHistory],
    rules: Iterable[Rule],
    states: dict[RuleKey, RuleState],
    day: date,
    describe: Callable[[RuleState], str],
) -> None:
    """Carry histories forward to a moment."""
    for rule in rules:
        state = states.get(rule.key)
        history = histories.get(rule.key)
        if state is None:
            if history is not None and history.first_engaged is not None and history.ceased_on is None:
                history.ceased_on = day
                history.why_ceased = "another version of the rule governs from here"
                history.superseded = True
            continue
        if history is None:
            history = histories[rule.key] = RuleHistory(rule, state)
        history.state = state
        if state.outcome is Outcome.ENGAGED:
            history.first_engaged = history.first_engaged or day
            history.ceased_on = history.why_ceased = None
            history.superseded = False
        elif history.first_engaged is not None and history.ceased_on is None:
            history.ceased_on = day
            history.why_ceased = describe(state)


def why_not(state: RuleState) -> str:
    """In words, what makes a rule not hold any more."""
    if state.held_back_by is not None:
        return f"held back by: {state.held_back_by.title}"
    if state.superseded is not None:
        return f"superseded by {', '.join(state.superseded.by)}"
    leaf = _first_failing(state.trace)
    if leaf is None or not isinstance(leaf.condition, Comparison):
        return "its conditions no longer hold"
    return f"{words(leaf.condition.fact)} is now {in_words(leaf.value)}"


def _first_failing(trace: Trace) -> Trace | None:
    if isinstance(trace.condition, Comparison):
        return trace
    joined = trace.condition.joined
    wanted = joined == "none of"
    for member in trace.members:
        if member.result is wanted:
            return _first_failing(member) if not wanted or not isinstance(member.condition, Comparison) else member
    return None
