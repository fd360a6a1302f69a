"""An explanation as a page of text: the answer first, then why, with the working, the law and what would alter it.

Knows wording and wrapping. What there is to say is `explanation`; nothing is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import wrap

from inclusion_rules.domain.deadlines import Certificate, CertificateLine
from inclusion_rules.domain.wording import day_in_words, in_words, result_in_words
from inclusion_rules.reporting.certificates import counting_in_words
from inclusion_rules.reporting.deadline_working import OwedAct
from inclusion_rules.reporting.explained import Explanation, HoldsBack, RuleExplained, Standing, governed_days
from inclusion_rules.reporting.fact_origins import Origin
from inclusion_rules.reporting.traced_conditions import ParameterUsed, TraceLine
from inclusion_rules.reporting.what_would_alter import Alteration
from inclusion_rules.vocabulary import Outcome, RuleKind, Status, Verification, words

WIDTH = 100
_ANSWERS = {
    Outcome.ENGAGED: "It applies.",
    Outcome.NOT_ENGAGED: "It does not apply.",
    Outcome.UNDETERMINED: "It cannot be said whether it applies: facts are missing.",
}
_CERTAINTY = {
    "primary": "read in the instrument itself",
    "secondary": "read in a source that cites it",
    "unverified": "not confirmed by anything read",
}


def explanation_as_text(explanation: Explanation, *, width: int = WIDTH) -> str:
    """The explanation, ready to print."""
    head = f"Case {explanation.case} as of {day_in_words(explanation.as_of)}: `{explanation.asked}`"
    parts = ["\n".join(_wrapped(_part(part), width)) for part in explanation.parts]
    return "\n\n".join([head, *parts]) + "\n"


def _wrapped(lines: Iterable[tuple[int, str]], width: int) -> Iterator[str]:
    for depth, text in lines:
        indent = "  " * depth
        further = indent + ("  " if depth else "")
        yield from wrap(
            text,
            width,
            initial_indent=indent,
            subsequent_indent=further,
            break_on_hyphens=False,
            break_long_words=False,
        ) or [""]


Lines = Iterator[tuple[int, str]]


def _part(part: RuleExplained) -> Lines:
    rule = part.rule
    about = f", about {day_in_words(part.about)}" if part.about else ""
    yield 0, f"{rule.title}"
    yield 0, f"{words(rule.duty)}, rule {rule.id} of {rule.pack}{about}"
    yield from _answer(part)
    if part.trace is not None and part.standing is not Standing.NO_SUBJECT:
        yield from _section("Why" if part.standing is Standing.DECIDES else "What its conditions come to")
        yield from _trace(part.trace, 1)
    if part.breach is not None:
        yield from _section(f"Breached: {'not known' if part.breached is None else in_words(part.breached)}")
        yield from _trace(part.breach, 1)
    if part.exceptions:
        yield from _section("What can hold it back")
        for held in part.exceptions:
            yield 1, _held(held)
    if part.missing:
        yield from _section("What is missing")
        for fact in part.missing:
            yield 1, f"{words(fact.fact)}: {fact.asks}"
            yield 2, f"can be answered by: {fact.who}"
    if part.origins:
        yield from _section("Where the facts come from")
        for origin in part.origins:
            yield from _origin(origin)
    yield from _section("What the rule says")
    yield from _act(part)
    for act in part.owed:
        yield from _owed(act)
    if part.provisions:
        yield from _section("The law")
        for known in part.provisions:
            yield 1, f"{known.citation}: {known.says} [{_CERTAINTY.get(known.certainty, known.certainty)}]"
    if rule.reading or rule.alternative or rule.note:
        yield from _section("How it is read")
        yield from _notes(part)
    if part.alterations:
        yield from _section("The smallest changes that would alter the answer")
        for change in part.alterations:
            yield from _alteration(change)


def _section(title: str) -> Lines:
    yield 0, ""
    yield 0, title


def _answer(part: RuleExplained) -> Lines:
    yield 0, ""
    if part.standing is Standing.DECIDES:
        said = _ANSWERS[part.outcome] if part.outcome is not None else ""
        if part.held_back_by is not None:
            said = f"It does not apply: its conditions hold, but `{part.held_back_by}` holds it back."
        yield 0, said
    elif part.standing is Standing.OTHER_DATES:
        yield 0, "It does not apply: it is not the law for this date."
    elif part.standing in (Standing.UNVERIFIED, Standing.NOT_COMMENCED):
        yield 0, f"It is {part.standing.value}."
    else:
        yield 0, f"It does not apply: {part.standing.value}."
    if part.standing_why:
        yield 1, f"{part.standing_why[0].upper()}{part.standing_why[1:]}."
    for other in part.governing if part.standing is not Standing.DECIDES else ():
        yield 1, f"The version that governs: {other.title} (rule {other.id}, {governed_days(other)})."
    if not part.governing and part.standing is Standing.OTHER_DATES:
        yield 1, "No other version of this duty governs this date."
    if part.rule.verified is Verification.MARKED and part.standing is Standing.DECIDES:
        yield 1, "Not verified: no page that was read confirms this rule. It runs, marked as such."


def _trace(line: TraceLine, depth: int) -> Lines:
    mark = result_in_words(line.result)
    today = f"; today: {in_words(line.today)}" if line.fact is not None else ""
    yield depth, f"[{mark}] {line.says}{today}"
    for used in line.parameters:
        yield depth + 1, _parameter(used)
    for member in line.members:
        yield from _trace(member, depth + 1)


def _parameter(used: ParameterUsed) -> str:
    if used.value is None or used.first is None:
        return f"{words(used.name)} has no value for this date"
    last = f" to {day_in_words(used.last)}" if used.last else ""
    unsure = "" if used.certainty == "confirmed" else f"; {used.certainty}"
    instead = f"; {used.instead}" if used.instead else ""
    cites = ", ".join(used.cites)
    return f"{words(used.name)}: {used.said}, from {day_in_words(used.first)}{last} ({cites}){unsure}{instead}"


def _held(held: HoldsBack) -> str:
    said = {
        Outcome.ENGAGED: "applies, so it holds this rule back",
        Outcome.NOT_ENGAGED: "does not apply",
        Outcome.UNDETERMINED: "not known whether it applies; until it does, this rule stands",
        None: "does not decide this case",
    }[held.outcome]
    kind = "exception" if held.relation == "exception" else "overriding rule"
    return f"{kind} {held.rule.id}: {held.rule.title} - {said}"


def _origin(origin: Origin) -> Lines:
    yield 1, f"{words(origin.fact)}: {in_words(origin.value)} ({origin.source})"
    for said in origin.says:
        yield 2, said
    if origin.cites:
        yield 2, f"law: {', '.join(origin.cites)}"
    if origin.reading:
        yield 2, f"reading: {origin.reading}"


def _act(part: RuleExplained) -> Lines:
    rule = part.rule
    who = words(rule.bearer) + (f" (here: {part.bearer_is})" if part.bearer_is else "")
    verb = "may" if rule.kind is RuleKind.OPTION else words(rule.modality.value)
    if rule.kind is RuleKind.DEFINITION:
        yield 1, f"it means: {rule.says}"
    else:
        yield 1, f"{who} {'is' if verb == 'expected' else ''}{' ' if verb == 'expected' else ''}{verb}: {rule.says}"
    yield 1, f"{rule.kind.value}, by {rule.force.value}; governs {governed_days(rule)}"
    if rule.authority:
        yield 1, f"authority: {rule.authority}"
    if rule.quantity:
        yield 1, f"how much: {rule.quantity}"
    if rule.if_missed:
        yield 1, f"if missed: {rule.if_missed}"


def _owed(act: OwedAct) -> Lines:
    entry = act.obligation
    number = f", time {entry.occurrence}" if entry.occurrence else ""
    yield from _section(f"What is owed{number}: {words(entry.status.value)}")
    yield 1, f"arose on {day_in_words(entry.arose_on)}"
    if entry.due is not None:
        yield 1, f"due by {day_in_words(entry.due)}"
    if act.limit is not None:
        start = f", counted from: {act.counted_from}" if act.counted_from else ""
        yield 1, f"limit: {_parameter(act.limit)}{start}"
    if entry.alert_on is not None:
        yield 1, f"without delay; a reminder falls on {day_in_words(entry.alert_on)}"
    if entry.not_before is not None:
        yield 1, f"not before {day_in_words(entry.not_before)}"
    if entry.waiting_for is not None:
        yield 1, f"no day can be given until this is recorded: {words(entry.waiting_for)}"
    yield from _met(act)
    if entry.why:
        yield 1, f"why: {entry.why}"
    for note in entry.notes:
        yield 1, f"note: {note}"
    for working in act.workings:
        deadline = working.certificate.deadline
        yield 1, f"{working.shows}: {day_in_words(deadline.due)}; {counting_in_words(deadline)}"
        yield from ((2, line) for line in _days(working.certificate))
        checked = "checked again by the separate verifier: it holds"
        yield 2, "; ".join(working.complaints) if working.complaints else checked


def _met(act: OwedAct) -> Lines:
    entry = act.obligation
    late = entry.late_by_school_days
    days = f", {late} school day{'' if late == 1 else 's'} late" if late is not None else ""
    if entry.met_on is not None:
        by = f" by {'; '.join(act.met_by)}" if act.met_by else ""
        yield 1, f"met on {day_in_words(entry.met_on)}{by}{days}"
        return
    if entry.status is Status.MISSED:
        yield 1, f"not done{days}; still owed"
    if act.could_meet:
        joined = " and " if entry.rule.met_by_all else " or "
        yield 1, f"met by: {joined.join(act.could_meet)}"


def _days(certificate: Certificate) -> Iterator[str]:
    """The days in runs: those counted with their numbers, those skipped with every reason."""
    for counted, group in groupby(certificate.lines, key=lambda line: (line.counted, line.counted and line.why)):
        run = list(group)
        reasons = "; ".join(dict.fromkeys(f"{line.why} ({line.source})" for line in run))
        if counted[0]:
            yield f"{_numbers(run)}: {_span(run)}: {reasons}"
        elif run[0].why == "not counted":
            yield f"not counted: {_span(run[:1])}: {run[0].source}"
            if run[1:]:
                further = "; ".join(dict.fromkeys(f"{line.why} ({line.source})" for line in run[1:]))
                yield f"skipped: {_span(run[1:])}: {further}"
        else:
            yield f"skipped: {_span(run)}: {reasons}"


def _numbers(run: list[CertificateLine]) -> str:
    first, last = run[0].number, run[-1].number
    return f"number {first}" if first == last else f"numbers {first} to {last}"


def _span(run: list[CertificateLine]) -> str:
    first, last = day_in_words(run[0].day), day_in_words(run[-1].day)
    return first if first == last else f"{first} to {last}"


def _notes(part: RuleExplained) -> Lines:
    if part.rule.reading:
        yield 1, f"reading: {part.rule.reading}"
    if part.rule.alternative:
        yield 1, f"the other reading: {part.rule.alternative}"
    if part.rule.note:
        yield 1, f"note: {part.rule.note}"


def _alteration(change: Alteration) -> Lines:
    outcome = {
        Outcome.ENGAGED: "it would apply",
        Outcome.NOT_ENGAGED: "it would not apply",
        Outcome.UNDETERMINED: "it could not be said",
    }[change.outcome]
    by = f", by way of {change.by_way_of}" if change.by_way_of else ""
    listed = " and ".join(
        f"{words(f.fact)} were {in_words(f.would_be)} (today {in_words(f.today)})" for f in change.facts
    )
    yield 1, f"if {listed}: {outcome}{by}"
    for fact in change.facts:
        if fact.how:
            yield 2, f"{words(fact.fact)}: {fact.how}"
