"""What figures say of commitments on a day: kept, not kept or not known, alerts, and where each milestone stands.

Conditions are read by the one evaluator of cases. A figure that nobody gave is not known, and so is everything that
hangs on it; a share in none, or a change from none, is not known either. Knows nothing of where figures come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import fsum
from typing import cast

from inclusion_rules.domain.commitments import (
    ChangeBetween,
    Commitment,
    FigureDefinition,
    Figures,
    Milestone,
    ShareOf,
    SumOf,
)
from inclusion_rules.domain.conditions import Condition, parameters_in
from inclusion_rules.domain.facts import NOTHING, AtLeast, Known, Nothing, Unknown, Value
from inclusion_rules.domain.findings import Trace
from inclusion_rules.domain.law import NotSet, Parameter, ParameterValue
from inclusion_rules.engine.evaluation import evaluate

PER_CENT = 100


class Answer(StrEnum):
    """What a test of a commitment comes to; `no test` where nothing was set that could be tested."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not known"
    NO_TEST = "no test"


class Term(StrEnum):
    """Where a day stands to the time for which a commitment was made."""

    BEFORE = "not made yet"
    WITHIN = "stands"
    AFTER = "its time has run out"


class Progress(StrEnum):
    """Where a milestone stands. `NOT_SAID`: its day is past, and nobody has said whether it was reached."""

    REACHED = "reached"
    REACHED_LATE = "reached late"
    OVERDUE = "overdue"
    NOT_SAID = "not said"
    UPCOMING = "upcoming"
    NOT_SET = "not set"
    DROPPED = "no longer awaited"


@dataclass(frozen=True, slots=True)
class MilestoneState:
    """A milestone on a day; `reached` is the day it was reached, where that is known.

    `missing` names the figure that would show whether it was, where its day is past and nobody has given it.
    """

    milestone: Milestone
    progress: Progress
    reached: date | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tested:
    """One condition of a commitment and what it came to.

    `missing` names the figures that would settle it, and `without_value` the parameters that would: they have no value
    on that day, or the authority has not set one.
    """

    answer: Answer
    trace: Trace | None = None
    missing: tuple[str, ...] = ()
    without_value: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitmentState:
    """A commitment on a day, held against figures."""

    commitment: Commitment
    term: Term
    kept: Tested
    alert: Tested
    milestones: tuple[MilestoneState, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The figures that would settle what is not settled."""
        shown = {name for milestone in self.milestones for name in milestone.missing}
        return tuple(sorted({*self.kept.missing, *self.alert.missing, *shown}))


def commitment_states(
    commitments: Iterable[Commitment],
    *,
    definitions: Mapping[str, FigureDefinition],
    parameters: Mapping[str, Parameter],
    figures: Figures | None,
    as_of: date,
) -> tuple[CommitmentState, ...]:
    """Every commitment on a day, held against figures, in the order given.

    Args:
        figures: what is known; None where nothing is. The caller sees to it that they are not of a later day.
    """
    values = figure_values(definitions, figures)
    return tuple(_state(commitment, values, parameters, as_of) for commitment in commitments)


def figure_values(definitions: Mapping[str, FigureDefinition], figures: Figures | None) -> Mapping[str, Value]:
    """The value of every figure, given or worked out."""
    given: Mapping[str, Known | Nothing] = figures.values if figures is not None else {}
    found: dict[str, Value] = {}

    def value(name: str) -> Value:
        if name not in found:
            definition = definitions[name]
            if definition.derived is None:
                found[name] = given.get(name, Unknown(frozenset({name})))
            else:
                found[name] = _derived(definition, tuple(value(other) for other in definition.rests_on))
        return found[name]

    for name in definitions:
        value(name)
    return found


def _derived(definition: FigureDefinition, values: tuple[Value, ...]) -> Value:
    missing = frozenset[str]().union(*(each.missing for each in values if isinstance(each, Unknown | AtLeast)))
    match definition.derived:
        case SumOf():
            known = fsum(_lower(each) for each in values)
            total = int(known) if known.is_integer() else known
            return AtLeast(total, missing) if missing else total
        case ShareOf(_, whole):
            return Unknown(missing) if missing else _per_cent(values[0], values[1], lacking=whole)
        case ChangeBetween(start, _, falling):
            if missing:
                return Unknown(missing)
            before, after = _lower(values[0]), _lower(values[1])
            return _per_cent(before - after if falling else after - before, before, lacking=start)
        case None:
            raise AssertionError(f"`{definition.name}` is given, not worked out")


def _per_cent(part: Value, whole: Value, *, lacking: str) -> Value:
    base = _lower(whole)
    return PER_CENT * _lower(part) / base if base else Unknown(frozenset({lacking}))


def _lower(value: Value) -> float:
    """What of an amount is known; nothing of one that is not known."""
    if isinstance(value, AtLeast):
        return value.lower
    return 0 if isinstance(value, Unknown | Nothing) else cast(float, value)


def _state(
    commitment: Commitment, values: Mapping[str, Value], parameters: Mapping[str, Parameter], as_of: date
) -> CommitmentState:
    return CommitmentState(
        commitment,
        _term(commitment, as_of),
        _tested(commitment.kept_when, values, parameters, as_of),
        _tested(commitment.alert_when, values, parameters, as_of),
        tuple(_progress(milestone, commitment, values, as_of) for milestone in commitment.milestones),
    )


def _term(commitment: Commitment, as_of: date) -> Term:
    if as_of < commitment.first:
        return Term.BEFORE
    return Term.AFTER if commitment.last is not None and commitment.last < as_of else Term.WITHIN


def _tested(
    condition: Condition | None, values: Mapping[str, Value], parameters: Mapping[str, Parameter], as_of: date
) -> Tested:
    if condition is None:
        return Tested(Answer.NO_TEST)
    versions = {name: parameters[name].on(as_of) for name in sorted(parameters_in(condition))}
    held = {name: _amount(name, version) for name, version in versions.items()}
    trace = evaluate(condition, values.__getitem__, held.__getitem__)
    answer = Answer.NOT_KNOWN if trace.result is None else Answer.YES if trace.result else Answer.NO
    without = (name for name in trace.missing if isinstance(held.get(name), Unknown))
    return Tested(answer, trace, tuple(sorted(trace.missing & values.keys())), tuple(sorted(without)))


def _amount(name: str, version: ParameterValue | None) -> Known | Unknown:
    if version is None or isinstance(version.value, NotSet):
        return Unknown(frozenset({name}))
    return cast(Known, version.value)


def _progress(milestone: Milestone, commitment: Commitment, values: Mapping[str, Value], as_of: date) -> MilestoneState:
    shown: Value = milestone.reached if milestone.reached is not None else Unknown(frozenset())
    if milestone.not_yet:
        shown = NOTHING
    elif milestone.shown_by is not None:
        shown = values[milestone.shown_by]
    if shown is True:
        return MilestoneState(milestone, Progress.REACHED)
    if isinstance(shown, date) and shown <= as_of:
        late = milestone.by is not None and milestone.by < shown
        return MilestoneState(milestone, Progress.REACHED_LATE if late else Progress.REACHED, shown)
    progress = _awaited(milestone, commitment, as_of, said=not isinstance(shown, Unknown))
    missing = shown.missing if isinstance(shown, Unknown) and progress is Progress.NOT_SAID else ()
    return MilestoneState(milestone, progress, missing=tuple(sorted(missing)))


def _awaited(milestone: Milestone, commitment: Commitment, as_of: date, *, said: bool) -> Progress:
    """Where a milestone stands that is not known to be reached."""
    if commitment.status.is_closed:
        return Progress.DROPPED
    if milestone.by is None:
        return Progress.NOT_SET
    if as_of <= milestone.by:
        return Progress.UPCOMING
    return Progress.OVERDUE if said else Progress.NOT_SAID
