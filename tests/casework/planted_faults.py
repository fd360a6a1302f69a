"""Faults to plant in the library, one for each promise that random lives hold it to: each must be found.

A fault is put in by exchanging one function while a test runs. Knows the library's seams; finds nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from inclusion_rules.casework import case as live
from inclusion_rules.casework import staging
from inclusion_rules.casework.case import Case, RefusedEventError
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.event_log import EventLog
from inclusion_rules.domain.findings import Decision, Obligation
from inclusion_rules.loading import case_data
from inclusion_rules.records import store
from inclusion_rules.vocabulary import Outcome, RuleKind, Status

Change = Callable[[Obligation, date], Obligation | None]


@dataclass(frozen=True)
class Fault:
    """What goes wrong, on which pathway it is looked for, and what whoever finds it says."""

    plant: Callable[[pytest.MonkeyPatch], None]
    found: str
    pathway: str = "permanent_exclusion"


def decisions(change: Callable[[Decision], Decision]) -> Callable[[pytest.MonkeyPatch], None]:
    """Every decision of a live case comes out changed."""
    return knowing_decisions(lambda decision, _: change(decision))


def knowing_decisions(change: Callable[[Decision, CaseRecord], Decision]) -> Callable[[pytest.MonkeyPatch], None]:
    """Every decision comes out changed in a way that depends on the record."""
    real = vars(live)["decide"]

    def changed(record: CaseRecord, *given: Any, **said: Any) -> Decision:
        return change(real(record, *given, **said), record)

    return lambda patch: patch.setattr(live, "decide", changed)


def entries(change: Change) -> Callable[[pytest.MonkeyPatch], None]:
    """Every entry of the ledger comes out changed, or is left out where the change gives None."""

    def changed(decision: Decision) -> Decision:
        made = (change(entry, decision.as_of) for entry in decision.obligations)
        return replace(decision, obligations=tuple(entry for entry in made if entry is not None))

    return decisions(changed)


def entries_in(stands: Status, **said: Any) -> Callable[[pytest.MonkeyPatch], None]:
    """Every entry of a status says something else."""
    return entries(lambda entry, _: replace(entry, **said) if entry.status is stands else entry)


def exchanged(of: Any, name: str, other: Any) -> Callable[[pytest.MonkeyPatch], None]:
    """A function or method is another one."""
    return lambda patch: patch.setattr(of, name, other, raising=False)


def old(entry: Obligation, as_of: date, days: int) -> bool:
    """Whether an entry arose some days ago."""
    return as_of - entry.arose_on > timedelta(days=days)


# The log -------------------------------------------------------------------------------------------------------------

_with_event, _standing, _events = EventLog.with_event, EventLog.standing, EventLog.events
_record, _after, _follow = Case.record, Case.after, staging._follow


def forgetful(log: EventLog, *given: Any, **said: Any) -> EventLog:
    """An entry after the second is not kept."""
    longer = _with_event(log, *given, **said)
    return longer if len(log) < 2 else log


def corrected_in_place(log: EventLog, *given: Any, corrects: int | None = None, **said: Any) -> EventLog:
    """A correction takes the place of the entry it corrects, so that what was known before is gone."""
    if corrects is None or corrects > len(log) or said.get("withdraws"):
        return _with_event(log, *given, corrects=corrects, **said)
    entry = replace(log.entries[corrects - 1], event=given[0])
    return EventLog((*log.entries[: corrects - 1], entry, *log.entries[corrects:]))


def deaf_to(what: str) -> Callable[..., Any]:
    """Entries of one kind change nothing of what stands."""

    def standing(log: EventLog, known_on: Any = None) -> Any:
        kept = [entry for entry in log if entry.corrects is None or entry.withdraws is (what == "corrections")]
        return _standing(EventLog(tuple(kept)), known_on)

    return standing


def kept_though_refused(case: Case, event: Any, rulebook: Any, **said: Any) -> Case:
    """A refused event is in the log all the same."""
    try:
        return _after(case, event, rulebook, **said)
    except RefusedEventError:
        object.__setattr__(case, "log", _with_event(case.log, event, **said))
        raise


def refuses_what_is_awaited(case: Case, event: Any, rulebook: Any, **said: Any) -> Case:
    """The first awaited event is refused, and nothing says why."""
    there = case.decision(rulebook, as_of=event.date)
    if there.next_events and event.name == there.next_events[0]:
        raise RefusedEventError(event, there.stage, there.next_events, ("because",), ())
    return _after(case, event, rulebook, **said)


def without_conditions(pathway: Any, *given: Any) -> None:
    """Every move is taken for one without a condition."""
    moves = tuple(replace(move, when=None) for move in pathway.moves)
    _follow(replace(pathway, moves=moves), *given)


class TightLippedError(RefusedEventError):
    """A refusal that does not say what could come."""

    def __init__(self, event: Any, stage: str, allowed: Any, reasons: Any, guards: Any) -> None:
        super().__init__(event, stage, (), reasons, guards)


class WordlessError(RefusedEventError):
    """A refusal without reasons."""

    def __init__(self, event: Any, stage: str, allowed: Any, reasons: Any, guards: Any) -> None:
        super().__init__(event, stage, allowed, (), guards)


# Decisions -----------------------------------------------------------------------------------------------------------


def restless() -> Callable[[Decision], Decision]:
    """Every third decision knows no facts."""
    asked = count()
    return lambda decision: decision if next(asked) % 3 else replace(decision, facts={})


def undone_again(entry: Obligation, as_of: date) -> Obligation:
    """What was missed is open again after a while."""
    if entry.status is not Status.MISSED or entry.due is None or as_of - entry.due < timedelta(days=45):
        return entry
    return replace(entry, status=Status.OPEN, due=None, late_by_school_days=None)


def met_after_all(entry: Obligation, as_of: date) -> Obligation:
    """What stays open is taken to have been met on the day it arose."""
    if entry.status is Status.OPEN and old(entry, as_of, 15):
        return replace(entry, status=Status.MET, met_on=entry.arose_on, waiting_for=None, was_due=None)
    return entry


def back_from_the_dead(entry: Obligation, as_of: date) -> Obligation:
    """A right whose time ran out is open again after a while."""
    if entry.rule.kind is not RuleKind.RIGHT or entry.status is not Status.LAPSED or entry.due is None:
        return entry
    return replace(entry, status=Status.OPEN, due=date(2099, 1, 1)) if as_of - entry.due > timedelta(days=60) else entry


def less_and_less_late(entry: Obligation, as_of: date) -> Obligation:
    """Lateness runs down."""
    left = max(0, 500 - (as_of - entry.arose_on).days)
    return replace(entry, late_by_school_days=left) if entry.late_by_school_days is not None else entry


def with_nothing_engaged(decision: Decision) -> Decision:
    """No finding is engaged, whatever is owed."""
    return replace(decision, findings=tuple(replace(found, outcome=Outcome.NOT_ENGAGED) for found in decision.findings))


def with_a_day_too_many(entry: Obligation, as_of: date) -> Obligation:
    """What has a last day is to be raised on a day as well."""
    return replace(entry, alert_on=entry.due) if entry.due is not None else entry


FAULTS: Mapping[str, Fault] = {
    # The log
    "an event is not kept": Fault(exchanged(EventLog, "with_event", forgetful), "not what was written"),
    "events come in another order": Fault(
        exchanged(EventLog, "events", lambda log, known_on=None: _events(log, known_on)[::-1]),
        "in another order|awaited and refused|out of order was taken",
    ),
    "a correction is written over what it corrects": Fault(
        exchanged(EventLog, "with_event", corrected_in_place), "not what was written"
    ),
    "a correction changes nothing": Fault(exchanged(EventLog, "standing", deaf_to("corrections")), "lacks an event"),
    "a withdrawal changes nothing": Fault(exchanged(EventLog, "standing", deaf_to("withdrawals")), "lacks an event"),
    "a judgement is not kept": Fault(exchanged(Case, "judged", lambda case, *_, **__: case), "lacks a judgement"),
    "what was recorded later is shown": Fault(
        exchanged(Case, "record", lambda case, known_on=None: _record(case)), "not the (events|judgements) known on"
    ),
    # Steps
    "a refused event is kept": Fault(
        exchanged(Case, "after", kept_though_refused), "has changed the case", "managed_move"
    ),
    "a refusal does not say what could come": Fault(
        exchanged(live, "RefusedEventError", TightLippedError), "the refusal allows", "managed_move"
    ),
    "a refusal has no reason": Fault(
        exchanged(live, "RefusedEventError", WordlessError), "without a reason", "managed_move"
    ),
    "every step is taken": Fault(
        exchanged(Case, "_check_step", lambda *_: None), "out of order was taken", "managed_move"
    ),
    "an awaited step is refused": Fault(
        exchanged(Case, "after", refuses_what_is_awaited), "refused without a condition"
    ),
    "an event that nobody declared is taken": Fault(
        exchanged(Case, "check_event", lambda *_: None), "was recorded|of another kind"
    ),
    # Stages
    "a stage is none of the pathway": Fault(decisions(lambda found: replace(found, stage="limbo")), "no stage"),
    "something is awaited at an end": Fault(
        decisions(lambda found: replace(found, next_events=("case_closed",))), "awaited after"
    ),
    "something is awaited twice": Fault(
        decisions(lambda found: replace(found, next_events=found.next_events * 2)), "awaited twice"
    ),
    "something unheard of is awaited": Fault(
        decisions(lambda found: replace(found, next_events=("a_miracle",))), "no events of the vocabulary"
    ),
    "the conditions of steps are passed over": Fault(
        exchanged(staging, "_follow", without_conditions), "its steps lead to", "suspension"
    ),
    "a case leaps ahead": Fault(
        knowing_decisions(lambda found, record: replace(found, stage="trial") if len(record.events) > 2 else found),
        "from `.*` to `trial` by|its steps lead to",
        "managed_move",
    ),
    # The ledger
    "an entry cites nothing": Fault(
        entries(lambda entry, _: replace(entry, rule=replace(entry.rule, cites=()))), "no citation"
    ),
    "an entry cites what nobody knows": Fault(
        entries(lambda entry, _: replace(entry, rule=replace(entry.rule, cites=("hearsay",)))), "cites"
    ),
    "nobody bears a duty": Fault(entries(lambda entry, _: replace(entry, bearer="somebody")), "is no role"),
    "a prohibition is owed": Fault(
        entries(lambda entry, _: replace(entry, rule=replace(entry.rule, kind=RuleKind.PROHIBITION))), "prohibition"
    ),
    "an entry arises before the case": Fault(
        entries(lambda entry, _: replace(entry, arose_on=date(2001, 1, 1))), "arose on 2001-01-01, in a case from"
    ),
    "an entry arises after the day": Fault(
        entries(lambda entry, as_of: replace(entry, arose_on=as_of + timedelta(days=1))), "arose on .* in a case from"
    ),
    "an entry arises before what it is about": Fault(
        entries(lambda entry, as_of: replace(entry, about=as_of + timedelta(days=1))), "arose on .*, about"
    ),
    "an entry has two kinds of day": Fault(entries(with_a_day_too_many), "due .*was"),
    "a status is none of the contract": Fault(entries_in(Status.OPEN, status="pending"), "is no status"),
    "met has no day": Fault(entries_in(Status.MET, met_on=None), "met on None"),
    "met lies ahead": Fault(entries_in(Status.MET, met_on=date(2099, 1, 1)), "met on 2099-01-01, after"),
    "met late has the day of met": Fault(entries_in(Status.MET, due=date(2001, 1, 1), alert_on=None), "due 2001-01-01"),
    "open lies behind": Fault(entries_in(Status.OPEN, due=date(2001, 1, 1), alert_on=None), "open on .*, due 2001"),
    "missed lies ahead": Fault(entries_in(Status.MISSED, due=date(2099, 1, 1)), "missed on .*, due 2099"),
    "missed has no last day": Fault(entries_in(Status.MISSED, due=None), "missed without"),
    "lapsed does not say why": Fault(entries_in(Status.LAPSED, why=None), "does not say why"),
    "the punctual are late": Fault(entries_in(Status.OPEN, late_by_school_days=1), "late, and open"),
    "lateness is less than nothing": Fault(entries_in(Status.MISSED, late_by_school_days=-1), "late by -1"),
    "what has a last day waits": Fault(
        entries(lambda entry, _: replace(entry, waiting_for="work_set") if entry.due else entry), "waits for work_set"
    ),
    "nothing is engaged": Fault(decisions(with_nothing_engaged), "and not engaged"),
    # Time
    "an old entry is dropped": Fault(entries(lambda entry, as_of: None if old(entry, as_of, 20) else entry), "gone on"),
    "missed is open again": Fault(entries(undone_again), "missed to open"),
    "met without anything done": Fault(entries(met_after_all), "which was not known"),
    "a right comes back": Fault(entries(back_from_the_dead), "ran out on .*, and is open", "managed_move"),
    "the day it arose moves": Fault(
        entries(lambda entry, as_of: replace(entry, arose_on=max(entry.arose_on, as_of - timedelta(days=2)))),
        "and then",
    ),
    "the day it was met moves": Fault(
        entries(lambda entry, as_of: replace(entry, met_on=as_of) if entry.met_on and not entry.due else entry),
        "and then",
    ),
    "lateness runs down": Fault(entries(less_and_less_late), "less late"),
    "it does not say when it changes": Fault(
        decisions(lambda found: replace(found, changes_on=None)), "nothing should before"
    ),
    "it is to change in the past": Fault(
        decisions(lambda found: replace(found, changes_on=found.as_of)), "it is to change on"
    ),
    "the same question has two answers": Fault(decisions(restless()), "not what was said then|decided otherwise"),
    # Written down
    "JSON loses the time of day": Fault(
        lambda patch: patch.setattr(case_data, "event_data", without_time(case_data.event_data)), "its JSON"
    ),
    "JSON loses half a day": Fault(
        exchanged(
            case_data,
            "plain_value",
            lambda value, real=case_data.plain_value: int(value) if isinstance(value, float) else real(value),
        ),
        "its JSON",
        "suspension",
    ),
    "a pickle loses an entry": Fault(
        exchanged(EventLog, "__reduce__", lambda log: (EventLog, (log.entries[:-1],))), "its pickle"
    ),
    "the store loses an entry": Fault(
        lambda patch: patch.setattr(store, "replayed", without_its_last(vars(store)["replayed"])), "the store"
    ),
}


def without_time(real: Callable[..., dict[str, object]]) -> Callable[..., dict[str, object]]:
    """An event is written without its time of day."""
    return lambda event: {name: value for name, value in real(event).items() if name != "at"}


def without_its_last(real: Callable[..., Case]) -> Callable[..., Case]:
    """A case is given back without its last entry."""

    def replayed(*given: Any, **said: Any) -> Case:
        case = real(*given, **said)
        return replace(case, log=EventLog(case.log.entries[:-1]))

    return replayed
