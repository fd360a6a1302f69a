"""A decision put in the order in which people read it, with the words for who, what, when and by which law.

The one arrangement that the timetable, the web page and the calendar feed share, so that they cannot tell different
stories. It knows no layout, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.findings import Decision, Finding, Obligation, Warning
from inclusion_rules.domain.layers import Tension
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.rules import EXCLUSION_EVENTS, Rule
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.errors import CalendarGapError
from inclusion_rules.vocabulary import Modality, Outcome, RuleKind, Status, Unit, Verification, words

SPEAKS = {
    Modality.MUST: "must",
    Modality.MUST_NOT: "must not",
    Modality.SHOULD: "should",
    Modality.SHOULD_NOT: "should not",
    Modality.EXPECTED: "is expected to",
    Modality.MAY: "may",
    Modality.MEANS: "means:",
}
"""How strongly each modality speaks, in the words that follow the bearer. Never stronger than the law."""

SECTIONS = {
    "overdue": "Overdue",
    "to confirm": "Past its day; the record cannot show whether it was done",
    "due": "Due",
    "without delay": "Without delay, no record of it yet",
    "waiting": "Waiting for something",
    "undated": "Owed, with no date known",
    "not before": "Not before a day",
    "rights": "Rights and the time to use them",
    "done": "Done",
    "lapsed": "No longer owed",
    "standing": "Standing duties without a date",
}
"""Every group of obligations, in the order of reading."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One obligation in words. `day` is the day it is listed under, `standing` how it stands on that day.

    `which` names what it is about, an exclusion or another event, where the case has several such things.
    """

    obligation: Obligation
    day: date | None
    standing: str
    who: str
    speaks: str
    what: str
    which: str
    title: str
    law: str
    verified: bool
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Entries of one group, in order."""

    key: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Breach:
    """A prohibition that the record shows to be broken."""

    finding: Finding
    who: str
    speaks: str
    what: str
    law: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something nobody has said, what to ask, who may say it, and what hangs on it."""

    fact: str
    asks: str
    judgement_of: str | None
    would_settle: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything a reader is shown of a decision, arranged."""

    decision: Decision
    record: CaseRecord
    pathway_title: str
    stage_until: str
    next_events: tuple[str, ...]
    sections: tuple[Section, ...]
    breaches: tuple[Breach, ...]
    questions: tuple[Question, ...]
    powers: tuple[Finding, ...]
    tensions: tuple[tuple[Finding, Tension], ...]
    warnings: tuple[Warning, ...]

    def section(self, key: str) -> Section:
        """The group of that key, empty where nothing belongs to it."""
        return next((one for one in self.sections if one.key == key), Section(key, SECTIONS[key], ()))


def case_page(decision: Decision, *, record: CaseRecord, rulebook: Rulebook) -> CasePage:
    """Arrange a decision for reading, with the record and the rulebook that it was made from."""
    edition = rulebook.edition(record.packs)
    pathway = rulebook.pathways[decision.pathway]
    groups: dict[str, list[Entry]] = {key: [] for key in SECTIONS}
    several = len({entry.about for entry in decision.obligations if entry.about is not None}) > 1
    for obligation in decision.obligations:
        key = _group_of(obligation)
        which = subject_in_words(obligation.rule, obligation.about) if several else ""
        groups[key].append(_entry(obligation, key, which, decision.as_of, record, edition))
    return CasePage(
        decision=decision,
        record=record,
        pathway_title=pathway.title,
        stage_until=next((stage.until for stage in pathway.stages if stage.name == decision.stage), ""),
        next_events=tuple(words(event) for event in decision.next_events),
        sections=tuple(
            Section(key, SECTIONS[key], tuple(sorted(entries, key=lambda entry: _place(entry, key))))
            for key, entries in groups.items()
            if entries
        ),
        breaches=tuple(_breach(finding, edition) for finding in decision.findings if finding.breached),
        questions=_questions(decision, edition),
        powers=tuple(
            finding
            for finding in decision.findings
            if finding.outcome is Outcome.ENGAGED and finding.rule.kind in (RuleKind.POWER, RuleKind.OPTION)
        ),
        tensions=tuple(_tensions(decision, edition)),
        warnings=decision.warnings,
    )


def _group_of(entry: Obligation) -> str:
    if entry.status is Status.MISSED:
        return "overdue"
    if entry.status in (Status.MET, Status.MET_LATE):
        return "done"
    if entry.status is Status.LAPSED:
        return "lapsed"
    if entry.rule.kind is RuleKind.RIGHT:
        return "rights"
    if entry.was_due is not None:
        return "to confirm"
    if entry.due is not None:
        return "due"
    if entry.not_before is not None:
        return "not before"
    if entry.alert_on is not None:
        return "without delay"
    if entry.waiting_for is not None:
        return "waiting"
    return "undated" if entry.rule.deadline is not None or entry.rule.met_by else "standing"


def _place(entry: Entry, key: str) -> tuple[int, str, str, str]:
    late = entry.obligation.late_by_school_days or 0
    return (
        -late if key == "overdue" else 0,
        entry.day.isoformat() if entry.day is not None else "9999",
        entry.obligation.rule.duty,
        f"{entry.obligation.about} {entry.obligation.occurrence or 0:09} {entry.obligation.rule.id}",
    )


def _entry(obligation: Obligation, key: str, which: str, as_of: date, record: CaseRecord, edition: Edition) -> Entry:
    rule = obligation.rule
    remarks = [*([obligation.why] if obligation.why else []), *obligation.notes]
    if obligation.occurrence is not None and obligation.occurrence > 1:
        remarks.append(f"time {obligation.occurrence} that it is owed")
    return Entry(
        obligation=obligation,
        day=_listed_under(obligation, key),
        standing=_standing(obligation, key, as_of, record),
        who=who_in_words(obligation.bearer, obligation.bearer_is, edition),
        speaks=SPEAKS[rule.modality],
        what=rule.says,
        which=which,
        title=rule.title,
        law=rule.cites[0] if rule.cites else "",
        verified=rule.verified is Verification.YES,
        remarks=tuple(dict.fromkeys(remarks)),
    )


def who_in_words(bearer: str, bearer_is: str | None, edition: Edition) -> str:
    """Who bears a duty: the role's title, with what it is called at this school where that differs."""
    role = edition.roles.get(bearer)
    title = role.title if role is not None else words(bearer)
    return f"{title} ({bearer_is})" if bearer_is and bearer_is != title else title


def _listed_under(obligation: Obligation, key: str) -> date | None:
    if key == "done":
        return obligation.met_on
    if key == "lapsed":
        return None
    return obligation.due or obligation.was_due or obligation.not_before or obligation.alert_on


def _standing(obligation: Obligation, key: str, as_of: date, record: CaseRecord) -> str:
    late = obligation.late_by_school_days
    if key == "overdue":
        return f"{_number(late, 'school day')} late" if late is not None else "late"
    if key == "done":
        if obligation.status is Status.MET:
            return "in time" if obligation.due is not None else "done"
        return f"{_number(late, 'school day')} late" if late is not None else "late"
    if key == "without delay" and obligation.alert_on is not None:
        return "raise now" if obligation.alert_on <= as_of else "alert day"
    if key == "waiting" and obligation.waiting_for is not None:
        return f"until: {words(obligation.waiting_for)}"
    if key == "not before" and obligation.not_before is not None:
        return "from this day" if obligation.not_before > as_of else "may be done now"
    if key == "rights" and obligation.due is None and obligation.waiting_for is not None:
        return f"until: {words(obligation.waiting_for)}"
    if key in ("due", "rights") and obligation.due is not None:
        return time_left(obligation, as_of, record)
    return ""


def time_left(obligation: Obligation, as_of: date, record: CaseRecord) -> str:
    """How long is left until the due day: in school days where the limit counts them and the calendar reaches."""
    due = obligation.due
    if due is None or due < as_of:
        return ""
    if due == as_of:
        return "today"
    if obligation.deadline is None or obligation.deadline.unit is Unit.SCHOOL_DAYS:
        try:
            left = record.calendar.school_days_between(as_of, due)
        except CalendarGapError:
            left = 0
        if left:
            return f"{_number(left, 'school day')} left"
    return f"{_number((due - as_of).days, 'day')} left"


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _breach(finding: Finding, edition: Edition) -> Breach:
    rule = finding.rule
    return Breach(
        finding=finding,
        who=who_in_words(rule.bearer, None, edition),
        speaks=SPEAKS[rule.modality],
        what=rule.says,
        law=rule.cites[0] if rule.cites else "",
    )


def _tensions(decision: Decision, edition: Edition) -> Iterator[tuple[Finding, Tension]]:
    """Each local rule that applies and pulls against the law, with the tension it carries."""
    known = {(pack.id, tension.id): tension for pack in edition.packs for tension in pack.tensions}
    for finding in decision.findings:
        yield from ((finding, known[finding.rule.pack, name]) for name in finding.tensions)


def _questions(decision: Decision, edition: Edition) -> tuple[Question, ...]:
    """What is not known, each thing once, with the rules that it would settle."""
    hangs_on: dict[str, dict[str, None]] = {}
    for finding in decision.findings:
        for fact in (*finding.missing_facts, *(finding.breach_missing if finding.breached is None else ())):
            hangs_on.setdefault(fact, {})[finding.rule.title] = None
    for entry in decision.obligations:
        for fact in entry.missing_facts if entry.status is Status.OPEN else ():
            hangs_on.setdefault(fact, {})[entry.rule.title] = None
    found = []
    for fact, titles in sorted(hangs_on.items()):
        definition = edition.facts.get(fact)
        role = edition.roles.get(definition.judgement) if definition is not None and definition.judgement else None
        found.append(
            Question(
                fact=fact,
                asks=definition.asks if definition is not None and definition.asks else _unset(fact, edition),
                judgement_of=role.title if role is not None else None,
                would_settle=tuple(titles),
            )
        )
    return tuple(found)


def _unset(name: str, edition: Edition) -> str:
    parameter = edition.parameters.get(name)
    return f"{parameter.title}: not set by this authority" if parameter is not None else words(name)


def subject_in_words(rule: Rule, about: date | None) -> str:
    """What an obligation of a rule is about: an exclusion, or another event in its own words; empty of a whole case."""
    if about is None:
        return ""
    if set(EXCLUSION_EVENTS) & set(rule.for_each):
        return f"exclusion of {day_in_words(about)}"
    return f"{' or '.join(map(words, rule.for_each))} on {day_in_words(about)}"


def about_in_words(about: date | None) -> str:
    """The day of what something is about, where it is not the whole case."""
    return day_in_words(about) if about is not None else "the case"
