"""Decide a case: from its record and a rulebook to stage, facts, findings, obligations and warnings, as of a day.

The order of work: lay aside what is later than the day; walk each subject through its events; write the ledger; ask the
rules that look at the ledger; derive the stage. Pure: the day is handed in, and nothing is printed or stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from inclusion_rules.casework.agreement import Agreement, DisagreementError, Executor, Listener
from inclusion_rules.casework.case_in_view import CaseInView
from inclusion_rules.casework.factbook import FactBook, Witness
from inclusion_rules.casework.ledger import obligations_of
from inclusion_rules.casework.passage import passage_of
from inclusion_rules.casework.record_checks import warnings_about
from inclusion_rules.casework.rule_history import RuleHistory, RuleState, Traces, note_states, states_of, why_not
from inclusion_rules.casework.subjects import Placed, exclusions_seen, subjects_in
from inclusion_rules.domain.cases import CaseRecord, Event
from inclusion_rules.domain.facts import Unknown, Value
from inclusion_rules.domain.findings import Decision, EditionUsed, Finding, Obligation, Warning
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.rules import CASE, EXCLUSION_EVENTS, Rule, RuleKey
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.errors import UnknownNameError
from inclusion_rules.vocabulary import Outcome, Status, Unit, Verification

ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class SubjectDecision:
    """One subject decided: its final facts, findings and obligations."""

    placed: Placed
    book: FactBook
    findings: tuple[Finding, ...]
    obligations: tuple[Obligation, ...]


def decide(
    record: CaseRecord,
    rulebook: Rulebook,
    *,
    as_of: date,
    about: date | None = None,
    known_on: date | datetime | None = None,
    engine: Executor | None = None,
) -> Decision:
    """Decide a case as of a day.

    Args:
        as_of: events after this day are left aside, with a warning.
        about: the date of the exclusion that `facts` describe; the latest one by default.
        known_on: leave aside what was recorded after this day or instant.
        engine: has every condition answered by this executor as well, and decides nothing where it disagrees.

    Raises:
        UnknownNameError: a pack or pathway that the record names is not in the rulebook, or no exclusion has that date.
        DisagreementError: `engine` answers something differently.
        SecondOpinionError: `engine` gives no answer.
    """
    if engine is None:
        return _decided(record, rulebook, as_of, about, known_on)
    decision, agreement = decide_twice(record, rulebook, as_of=as_of, about=about, known_on=known_on, engine=engine)
    if agreement.disagreements:
        raise DisagreementError(record.id, agreement)
    return decision


def decide_twice(
    record: CaseRecord,
    rulebook: Rulebook,
    *,
    as_of: date,
    engine: Executor,
    about: date | None = None,
    known_on: date | datetime | None = None,
) -> tuple[Decision, Agreement]:
    """The decision by the definition, with how far another executor agrees to all that it rests on."""
    listener = Listener()
    decision = _decided(record, rulebook, as_of, about, known_on, listener)
    return decision, listener.compared(engine)


def _decided(
    record: CaseRecord,
    rulebook: Rulebook,
    as_of: date,
    about: date | None,
    known_on: date | datetime | None,
    witness: Witness | None = None,
) -> Decision:
    edition = rulebook.edition(record.packs)
    pathway = rulebook.pathways.get(record.pathway)
    if pathway is None:
        raise UnknownNameError("pathway", record.pathway, rulebook.pathways)
    work = CaseInView.of(record, edition, as_of, known_on=known_on)
    warnings = list(_left_aside(record, work.record, as_of, known_on))
    work.witness = witness
    events = work.events
    placed = subjects_in(events, follows=pathway.follows, kinds=edition.subject_kinds)
    decided = [_decide_subject(work, one) for one in placed]
    in_hand = _in_hand(events, about)
    final = work.book(in_hand, len(events), as_of)
    passage = passage_of(work, pathway)
    standing = passage.standing
    governed_by = final.subject.about or passage.began_on
    facts = {
        name: final(name) for name, fact in edition.facts.items() if fact.shown and name not in edition.ledger_facts
    }
    obligations = tuple(entry for one in decided for entry in one.obligations)
    findings = tuple(finding for one in decided for finding in one.findings)
    exclusions = exclusions_seen(events, work.belongs_to, seen=len(events), day=as_of)
    warnings += warnings_about(tuple(exclusions.values()), final, work.notes)
    warnings += standing.warnings
    warnings += _unverified(findings)
    warnings += _superseded(findings)
    return Decision(
        case=record.id,
        as_of=as_of,
        pathway=record.pathway,
        stage=standing.stage,
        editions=tuple(EditionUsed(pack.id, pack.version, pack.digest, governed_by) for pack in edition.packs),
        facts=facts,
        findings=findings,
        obligations=obligations,
        next_events=passage.next_events,
        warnings=tuple(dict.fromkeys(warnings)),
        about=final.subject.about,
        changes_on=_changes_on(work, obligations, passage.turns),
    )


def _changes_on(work: CaseInView, obligations: tuple[Obligation, ...], pathway_turns: frozenset[date]) -> date | None:
    turns = work.turns | pathway_turns
    turns |= {event.date for event in work.record.events}
    for entry in obligations:
        turns |= {day for day in (entry.not_before, entry.alert_on) if day is not None}
        if entry.due is not None:
            turns.add(entry.due + ONE_DAY)
    return min((turn for turn in turns if turn > work.as_of), default=None)


def decide_subject(
    record: CaseRecord, rulebook: Rulebook, *, as_of: date, about: date | None = None
) -> tuple[SubjectDecision, ...]:
    """Every subject decided with its facts kept, for explanations; with `about`, only those of that date."""
    edition = rulebook.edition(record.packs)
    pathway = rulebook.pathways[record.pathway]
    work = CaseInView.of(record, edition, as_of)
    placed = subjects_in(work.events, follows=pathway.follows, kinds=edition.subject_kinds)
    found = (_decide_subject(work, one) for one in placed)
    return tuple(one for one in found if about is None or one.book.subject.about == about)


def decide_placed(record: CaseRecord, edition: Edition, placed: Placed, *, as_of: date) -> SubjectDecision:
    """One subject of a case decided under an edition at hand."""
    work = CaseInView.of(record, edition, as_of)
    return _decide_subject(work, placed)


def moments_of(record: CaseRecord, edition: Edition, placed: Placed, *, as_of: date) -> Iterator[FactBook]:
    """The facts of one subject at every moment at which they can change, up to a day."""
    work = CaseInView.of(record, edition, as_of)
    return _moments(work, placed)


def facts_of_the_case(record: CaseRecord, rulebook: Rulebook, *, as_of: date, about: date | None = None) -> FactBook:
    """The facts of an exclusion (the latest, or that of a date), or of the case, as they stand on a day."""
    work = CaseInView.of(record, rulebook.edition(record.packs), as_of)
    return work.book(_in_hand(work.events, about), len(work.events), as_of)


def _left_aside(
    record: CaseRecord, known: CaseRecord, as_of: date, known_on: date | datetime | None
) -> Iterator[Warning]:
    later = sum(event.date > as_of for event in record.events)
    unknown = len(record.events) - later - sum(event.date <= as_of for event in known.events)
    unjudged = len(record.judgements) - len(known.judgements)
    since = f"recorded after {known_on}"
    for count, what, why in (
        (later, "event", f"after {as_of.isoformat()}"),
        (unknown, "event", since),
        (unjudged, "judgement", since),
    ):
        if count:
            yield Warning("later_events", f"{count} {what}{'s' if count > 1 else ''} {why} left aside")


def _in_hand(events: tuple[Event, ...], about: date | None) -> Placed:
    exclusions = [number for number, event in enumerate(events) if event.name in EXCLUSION_EVENTS]
    if about is not None:
        exclusions = [number for number in exclusions if events[number].date == about]
        if not exclusions:
            dates = [event.date.isoformat() for event in events if event.name in EXCLUSION_EVENTS]
            raise UnknownNameError("date of an exclusion", about.isoformat(), dates)
    return Placed(exclusions[-1], events[exclusions[-1]].name) if exclusions else Placed(0, CASE)


def _decide_subject(work: CaseInView, placed: Placed) -> SubjectDecision:
    first, second = work.edition.rules_about(placed.kind)
    histories: dict[RuleKey, RuleHistory] = {}
    traces: Traces = {}
    states: dict[RuleKey, RuleState] = {}
    book: FactBook | None = None
    for book in _moments(work, placed):
        states = states_of(first, work.edition, book, {}, traces)
        note_states(histories, first, states, book.day, why_not)
    assert book is not None
    obligations = _entries(first, histories, book)
    if second:
        book.late = _lateness(obligations, first, states)
        for name in work.edition.ledger_facts:
            book.values.pop(name, None)
        states = states_of(second, work.edition, book, states, {})
        note_states(histories, second, states, work.as_of, why_not)
        obligations += _entries(second, histories, book)
    work.turns |= book.turns
    findings = tuple(_finding(states[rule.key], rule, book) for rule in (*first, *second) if rule.key in states)
    return SubjectDecision(placed, book, findings, tuple(obligations))


def _lateness(
    obligations: list[Obligation], rules: Iterable[Rule], states: dict[RuleKey, RuleState]
) -> Callable[[tuple[str, ...]], Value]:
    """Whether any obligation of some duties is late; not known where none is and one of the duties is undetermined."""

    def late(duties: tuple[str, ...]) -> Value:
        if any(e.rule.duty in duties and e.status in (Status.MISSED, Status.MET_LATE) for e in obligations):
            return True
        missing = frozenset[str]()
        for rule in rules:
            state = states.get(rule.key)
            if rule.duty in duties and state is not None and state.outcome is Outcome.UNDETERMINED:
                missing |= state.trace.missing
        return Unknown(missing) if missing else False

    return late


def _entries(rules: Iterable[Rule], histories: dict[RuleKey, RuleHistory], book: FactBook) -> list[Obligation]:
    found = (histories[rule.key] for rule in rules if rule.raises_obligations and rule.key in histories)
    return [entry for history in found for entry in obligations_of(history, book)]


def _moments(work: CaseInView, placed: Placed) -> Iterator[FactBook]:
    """The moments to look at: after each event, the start of days on which time turns something, and the end."""
    if placed.kind == CASE:
        seen, day = 0, min((event.date for event in work.events), default=work.as_of)
        turns = set(work.edition.turns_for_the_case)
    else:
        seen, day, turns = placed.position + 1, work.events[placed.position].date, set()
    turns |= {judgement.on for judgement in work.record.judgements if judgement.on is not None}
    work.turns |= turns
    while True:
        book = work.book(placed, seen, day)
        for name in work.edition.turning_facts:
            book(name)
        turns |= book.turns
        yield book
        turns |= book.turns
        upcoming = min((turn for turn in turns if day < turn <= work.as_of), default=None)
        following = work.events[seen].date if seen < len(work.events) else None
        if upcoming is not None and (following is None or upcoming <= following):
            day = upcoming
        elif following is not None:
            day, seen = following, seen + 1
        else:
            break
    if day < work.as_of:
        yield work.book(placed, len(work.events), work.as_of)


def _finding(state: RuleState, rule: Rule, book: FactBook) -> Finding:
    breached: bool | None = None
    breach_missing: tuple[str, ...] = ()
    if rule.breached_when is not None and state.outcome is Outcome.ENGAGED:
        trace = book.trace_of(rule.breached_when)
        breached, breach_missing = trace.result, tuple(sorted(trace.missing))
    return Finding(
        rule=rule,
        outcome=state.outcome,
        missing_facts=tuple(sorted(state.trace.missing)) if state.outcome is Outcome.UNDETERMINED else (),
        trace=state.trace,
        about=book.subject.about,
        breached=breached,
        breach_missing=breach_missing,
        held_back_by=state.held_back_by.id if state.held_back_by else None,
        exceptions_unsettled=tuple(other.id for other in state.unsettled),
        quantity=_quantity(rule, book),
        superseded=state.superseded,
        tensions=book.edition.tensions_of.get(rule.key, ()) if state.outcome is Outcome.ENGAGED else (),
    )


def _quantity(rule: Rule, book: FactBook) -> tuple[float, Unit] | None:
    value = book.parameter_or_none(rule.quantity) if rule.quantity is not None else None
    if rule.quantity is None or not isinstance(value, (int, float)):
        return None
    return value, book.edition.parameters[rule.quantity].unit


def _unverified(findings: tuple[Finding, ...]) -> list[Warning]:
    marked = {
        finding.rule.duty: finding.rule
        for finding in findings
        if finding.rule.verified is Verification.MARKED and finding.outcome is not Outcome.NOT_ENGAGED
    }
    return [
        Warning("unverified_rule", f"`{duty}` is not verified: {rule.title}{f' ({rule.note})' if rule.note else ''}")
        for duty, rule in sorted(marked.items())
    ]


def _superseded(findings: tuple[Finding, ...]) -> Iterator[Warning]:
    """One warning of each rule whose conditions hold though others have overtaken it."""
    overtaken = {finding.rule.duty: finding for finding in findings if finding.superseded is not None}
    for duty, finding in sorted(overtaken.items()):
        assert finding.superseded is not None
        by, since = " and ".join(f"`{name}`" for name in finding.superseded.by), finding.superseded.first
        message = (
            f"`{duty}` would apply, but since {day_in_words(since)} it is superseded by {by}: {finding.rule.title}"
        )
        yield Warning("superseded_rule", message, finding.about)
