"""What a live case promises whatever is recorded in it, each promise as a function that finds it broken.

Held against decisions and cases by random histories. Says what must hold by the contract and by the documented meaning
of each field; works out no duty and no deadline of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import zip_longest

from inclusion_rules.casework.case import Case
from inclusion_rules.domain.cases import Event, Judgement
from inclusion_rules.domain.event_log import Entry
from inclusion_rules.domain.findings import Decision, Obligation
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import RuleKey
from inclusion_rules.vocabulary import Outcome, RuleKind, Status

Key = tuple[RuleKey, date | None, int | None]

BY_TIME_ALONE = {
    Status.OPEN: {Status.OPEN, Status.MISSED, Status.LAPSED, Status.MET, Status.MET_LATE},
    Status.MISSED: {Status.MISSED, Status.LAPSED, Status.MET_LATE},
    Status.MET: {Status.MET},
    Status.MET_LATE: {Status.MET_LATE},
    Status.LAPSED: {Status.LAPSED, Status.OPEN, Status.MISSED},
}
"""Where time alone may take an obligation. It is met by time only if what meets it was said to come on a later day.

What lapsed because its conditions ceased is owed again when they hold again, such as when education that was arranged
begins; a right whose time ran out never comes back.
"""


SAYS_THE_DAY = ("later_events", "calendar_too_short")
"""Warnings whose words hold the day of the decision, or how far a count of that day came."""


# The log -------------------------------------------------------------------------------------------------------------


def standing_events(written: Iterable[Entry], known_on: datetime | None = None) -> tuple[Event, ...]:
    """The events that stand after everything that was written by an instant, in order of day and first recording."""
    stands: dict[int, Event] = {}
    first: dict[int, int] = {}
    for entry in written:
        if known_on is not None and entry.recorded_at > known_on:
            break
        first[entry.number] = first[entry.corrects] if entry.corrects is not None else entry.number
        if entry.withdraws:
            del stands[first[entry.number]]
        else:
            stands[first[entry.number]] = entry.event
    return tuple(sorted((stands[number] for number in sorted(stands)), key=lambda event: event.date))


def nothing_is_lost(case: Case, written: Sequence[Entry], made: Sequence[Judgement]) -> None:
    """The log holds every entry that was accepted, in its order; the record holds every event that stands."""
    assert tuple(written) == case.log.entries, "the log is not what was written"
    assert standing_events(written) == case.record().events, "the record lacks an event, or has them in another order"
    assert tuple(made) == case.record().judgements, "the record lacks a judgement"


def nothing_known_later_is_shown(
    case: Case, written: Sequence[Entry], made: Sequence[Judgement], known_on: datetime
) -> None:
    """What was recorded after an instant is no part of the record as known then."""
    then = case.record(known_on=known_on)
    assert standing_events(written, known_on) == then.events, f"not the events known on {known_on}"
    known = [judgement for judgement in made if judgement.recorded_at is None or judgement.recorded_at <= known_on]
    assert tuple(known) == then.judgements, f"not the judgements known on {known_on}"


# One decision --------------------------------------------------------------------------------------------------------


def it_stands_on_its_pathway(decision: Decision, pathway: Pathway, edition: Edition) -> None:
    """The stage is one of the pathway's; what may come next is in the vocabulary, and nothing comes after an end."""
    assert decision.stage in {stage.name for stage in pathway.stages}, f"no stage of the pathway: `{decision.stage}`"
    assert set(decision.next_events) <= set(edition.events), f"no events of the vocabulary: {decision.next_events}"
    assert len(set(decision.next_events)) == len(decision.next_events), f"awaited twice: {decision.next_events}"
    if pathway.stage(decision.stage).is_end:
        assert () == decision.next_events, f"something is awaited after `{decision.stage}`"
    turn = decision.changes_on
    assert turn is None or turn > decision.as_of, f"on {decision.as_of} it is to change on {turn}"


def the_ledger_is_whole(decision: Decision, edition: Edition, began: date | None) -> None:
    """Every entry cites its law, names who bears it, and its status, days and lateness agree with each other."""
    for entry in decision.obligations:
        it_names_its_law_and_bearer(entry, edition)
        it_arose_within_the_case(entry, decision.as_of, began)
        its_days_agree(entry, decision.as_of)
        its_status_agrees(entry, decision.as_of)


def it_names_its_law_and_bearer(entry: Obligation, edition: Edition) -> None:
    """Nobody owes anything without a citation that the packs know, and whoever owes it has a role."""
    what = f"{entry.rule.id}: "
    assert entry.rule.cites, what + "no citation"
    assert set(entry.rule.cites) <= set(edition.provisions), what + f"cites {entry.rule.cites}"
    assert entry.bearer in edition.roles, what + f"`{entry.bearer}` is no role"
    assert entry.rule.kind in (RuleKind.DUTY, RuleKind.EXPECTATION, RuleKind.RIGHT), what + str(entry.rule.kind)


def it_arose_within_the_case(entry: Obligation, as_of: date, began: date | None) -> None:
    """It arose between the first event and the day of the decision, and not before what it is about."""
    what = f"{entry.rule.id} arose on {entry.arose_on}, "
    assert began is not None, what + "in a case in which nothing has happened"
    assert began <= entry.arose_on <= as_of, what + f"in a case from {began} to {as_of}"
    assert entry.about is None or entry.about <= entry.arose_on, what + f"about {entry.about}"


def its_days_agree(entry: Obligation, as_of: date) -> None:
    """There is a last day, or an alert, or a day before which nothing may be done: never two of them."""
    what = f"{entry.rule.id} ({entry.status}): "
    days = [day for day in (entry.due, entry.was_due, entry.alert_on, entry.not_before) if day is not None]
    assert len(days) <= 1, what + f"due {entry.due}, was {entry.was_due}, {entry.alert_on=}, {entry.not_before=}"
    if entry.waiting_for is not None:
        assert not days, what + f"waits for {entry.waiting_for} and has {days}"
        assert entry.met_on is None, what + "waits, and is met"
    if entry.was_due is not None:
        assert entry.status is Status.OPEN, what + f"was due {entry.was_due}"
        assert entry.was_due < as_of, what + f"was due {entry.was_due} on {as_of}"
        assert entry.why, what + "was due, and does not say why it is not"


def its_status_agrees(entry: Obligation, as_of: date) -> None:
    """Met has its day, missed lies behind, lapsed says why, a right is never missed, and only the late are late."""
    what = f"{entry.rule.id}: "
    assert isinstance(entry.status, Status), what + f"{entry.status} is no status"
    is_met = entry.status in (Status.MET, Status.MET_LATE)
    assert is_met is (entry.met_on is not None), what + f"{entry.status}, met on {entry.met_on}"
    assert entry.met_on is None or entry.met_on <= as_of, what + f"met on {entry.met_on}, after {as_of}"
    due, met_on = entry.due, entry.met_on
    match entry.status:
        case Status.OPEN:
            assert due is None or as_of <= due, what + f"open on {as_of}, due {due}"
        case Status.MISSED:
            assert due is not None, what + "missed without a last day"
            assert due < as_of, what + f"missed on {as_of}, due {due}"
        case Status.MET:
            assert due is None or met_on is None or met_on <= due, what + f"met on {met_on}, due {due}"
        case Status.MET_LATE:
            assert due is not None, what + "late without a last day"
            assert met_on is None or met_on > due, what + f"late on {met_on}, due {due}"
        case Status.LAPSED:
            assert entry.why, what + "lapsed, and does not say why"
    if entry.late_by_school_days is not None:
        assert entry.status in (Status.MISSED, Status.MET_LATE), what + f"late, and {entry.status}"
        assert entry.late_by_school_days >= 0, what + f"late by {entry.late_by_school_days}"
    if entry.rule.kind is RuleKind.RIGHT:
        assert entry.status in (Status.OPEN, Status.MET, Status.LAPSED), what + f"a right, and {entry.status}"


def what_is_owed_is_engaged(decision: Decision) -> None:
    """Whatever is open or missed stands on a rule that is engaged on that day."""
    engaged = {(found.rule.key, found.about) for found in decision.findings if found.outcome is Outcome.ENGAGED}
    for entry in decision.obligations:
        if entry.status in (Status.OPEN, Status.MISSED):
            assert (entry.rule.key, entry.about) in engaged, f"{entry.rule.id} is {entry.status} and not engaged"


# Decisions beside each other -----------------------------------------------------------------------------------------


def key_of(entry: Obligation) -> Key:
    """What tells the entries of a ledger apart."""
    return entry.rule.key, entry.about, entry.occurrence


def paired(before: Decision, after: Decision) -> Iterator[tuple[Obligation, Obligation]]:
    """Each entry of a ledger with the same entry of a later one, those of equal keys in their order."""
    later: dict[Key, list[Obligation]] = {}
    for entry in after.obligations:
        later.setdefault(key_of(entry), []).append(entry)
    for entry in before.obligations:
        found = later.get(key_of(entry))
        assert found, f"{entry.rule.id} about {entry.about} was {entry.status} on {before.as_of}; gone on {after.as_of}"
        yield entry, found.pop(0)


def no_entry_vanishes(before: Decision, after: Decision) -> None:
    """What stood in the ledger on one day stands there on every later day."""
    for _ in paired(before, after):
        pass


def time_alone_only_runs_out(before: Decision, after: Decision) -> None:
    """With no event between, entries keep what they are about and arose by, and move only as time may move them."""
    for was, now in paired(before, after):
        what = f"{was.rule.id} from {before.as_of} to {after.as_of}: "
        assert now.status in BY_TIME_ALONE[was.status], what + f"{was.status} to {now.status}"
        assert (was.arose_on, was.bearer) == (now.arose_on, now.bearer), (
            what + f"arose on {was.arose_on} and then {now.arose_on}"
        )
        if was.status is Status.LAPSED and was.rule.kind is RuleKind.RIGHT and was.due and was.due < before.as_of:
            assert now.status is Status.LAPSED, what + f"ran out on {was.due}, and is {now.status}"
        if now.status is was.status:
            assert was.met_on == now.met_on, what + f"met on {was.met_on} and then {now.met_on}"
        elif now.met_on is not None:
            assert now.met_on > before.as_of, what + f"met on {now.met_on}, which was not known on {before.as_of}"
        if was.late_by_school_days is not None and now.late_by_school_days is not None:
            assert was.late_by_school_days <= now.late_by_school_days, what + "less late than before"


def but_for_lateness(entry: Obligation) -> Obligation:
    """An entry without how late it is, and without how far a count came that ran out of calendar."""
    ran_out = "calendar" in entry.missing_facts
    return replace(entry, late_by_school_days=None, why=None if ran_out else entry.why)


def what_time_leaves(decision: Decision) -> dict[str, tuple[object, ...]]:
    """What a decision says that no day before `changes_on` alters: all but totals that grow from day to day."""
    return {
        "stage": (decision.stage,),
        "next events": decision.next_events,
        "obligations": tuple(map(but_for_lateness, decision.obligations)),
        "findings": tuple(
            (found.rule.key, found.about, found.outcome, found.missing_facts, found.breached, found.held_back_by)
            for found in decision.findings
        ),
        "warnings": tuple(warning for warning in decision.warnings if warning.code not in SAYS_THE_DAY),
        "the exclusion in hand": (decision.about, decision.editions),
    }


def nothing_changed_yet(decision: Decision, later: Decision) -> None:
    """A decision before the day on which the earlier one says that it changes is the same but for lateness."""
    now = what_time_leaves(later)
    for name, said in what_time_leaves(decision).items():
        changed = [pair for pair in zip_longest(said, now[name]) if pair[0] != pair[1]]
        when = f"from {decision.as_of} to {later.as_of}, though nothing should before {decision.changes_on}"
        assert not changed, f"{name}: changed {when}: {told(changed[0][0])} to {told(changed[0][1])}"


def told(said: object) -> str:
    """Something that a decision says, in a line; of an obligation all but its rule."""
    if not isinstance(said, Obligation):
        return str(said)
    parts = (
        f"{name}={getattr(said, name)}" for name in Obligation.__dataclass_fields__ if name not in ("rule", "deadline")
    )
    return f"{said.rule.id} ({', '.join(parts)})"


def it_said_so_then(then: Decision, again: Decision) -> None:
    """A decision as known at an earlier time is the one that was given then, but for saying what it leaves aside."""
    for name in Decision.__dataclass_fields__:
        if name != "warnings":
            assert getattr(then, name) == getattr(again, name), f"`{name}` of {then.as_of} is not what was said then"
    added = [warning for warning in again.warnings if warning not in then.warnings]
    assert {"later_events"} >= {warning.code for warning in added}, f"warned of later: {added}"
    assert set(then.warnings) <= set(again.warnings), f"a warning of {then.as_of} is not what was said then"


# Steps ---------------------------------------------------------------------------------------------------------------


def reachable(pathway: Pathway, stage: str, event: str) -> frozenset[str]:
    """The stages to which one event may lead from a stage, whatever the conditions of the moves say."""
    before = _by_time(pathway, frozenset({stage}))
    moved = {move.target for move in pathway.moves if move.event == event and before & set(move.sources)}
    return _by_time(pathway, before | moved)


def _by_time(pathway: Pathway, stages: frozenset[str]) -> frozenset[str]:
    found = stages
    while True:
        more = {move.target for move in pathway.moves if move.event is None and found & set(move.sources)}
        if more <= found:
            return found
        found |= more
