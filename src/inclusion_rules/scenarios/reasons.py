"""Why a decision says what it says of a duty, in a few plain phrases, for showing beside what was expected.

Reads findings, traces and the ledger; decides and compares nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from inclusion_rules.domain.conditions import ALL_OF, ANY_OF, NONE_OF, Comparison
from inclusion_rules.domain.findings import Decision, Finding, Obligation, Trace
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import Rule
from inclusion_rules.domain.wording import condition_in_words, day_in_words, in_words
from inclusion_rules.vocabulary import Outcome, Verification, words


def reason_for(duty: str, decision: Decision, edition: Edition) -> str:
    """Why a duty stands as it does in a decision."""
    findings = [finding for finding in decision.findings if finding.rule.duty == duty]
    if not findings:
        return "; ".join(_why_no_finding(rule, decision) for rule in edition.rules if rule.duty == duty)
    phrases = [phrase for finding in findings for phrase in _of_finding(finding, several=len(findings) > 1)]
    phrases += [_of_obligation(entry) for entry in decision.obligations if entry.rule.duty == duty]
    return "; ".join(phrases)


def _why_no_finding(rule: Rule, decision: Decision) -> str:
    if rule.verified is Verification.NO:
        return "the rule is switched off, as no page that was read confirms it"
    if not rule.governs.known:
        return "the day on which the rule comes into force is not known"
    governs = rule.governs
    since = f" from {governs.first.isoformat()}" if governs.first else ""
    until = f" to {governs.last.isoformat()}" if governs.last else ""
    by = f", by {words(governs.by)}" if governs.by else ""
    kinds = " or ".join(map(words, rule.for_each))
    return f"{rule.id} is about each {kinds} and governs{since}{until}{by}: nothing of that kind was seen"


def _of_finding(finding: Finding, *, several: bool) -> Iterator[str]:
    about = f" of {finding.about.isoformat()}" if several and finding.about else ""
    outcome = words(finding.outcome.value) + about
    if finding.held_back_by is not None:
        yield f"{outcome}: held back by {finding.held_back_by}"
    elif finding.outcome is Outcome.ENGAGED:
        breached = finding.breached
        yield outcome if breached is None else f"{outcome}, {'breached' if breached else 'not breached'}"
    else:
        yield f"{outcome}: " + ", and ".join(because(finding.trace))


def because(trace: Trace) -> Iterator[str]:
    """The comparisons that make a condition false or leave it open, each with the value it met.

    >>> from inclusion_rules.domain.conditions import Operator, ParameterReference
    >>> days = Comparison("days_so_far", Operator.MORE_THAN, ParameterReference("long_suspension_threshold"))
    >>> list(because(Trace(days, False, frozenset(), 12.5, 15)))
    ['it is not so that days so far is more than long suspension threshold (15): it is 12.5']
    """
    condition = trace.condition
    if isinstance(condition, Comparison):
        yield _compared(trace, condition)
        return
    if trace.result is None:
        for member in trace.members:
            if member.result is None:
                yield from because(member)
    elif condition.joined == NONE_OF:
        yield from (_leaf(member) for member in trace.members if member.result is True)
    elif condition.joined in (ALL_OF, ANY_OF):
        for member in trace.members:
            if member.result is False:
                yield from because(member)
    else:
        for member in trace.members:
            if member.result is not True:
                yield from because(member)


def _leaf(trace: Trace) -> str:
    return f"it is so that {condition_in_words(trace.condition)}"


def _compared(trace: Trace, comparison: Comparison) -> str:
    asked = condition_in_words(comparison)
    if in_words(trace.operand) not in asked:
        asked = f"{asked} ({in_words(trace.operand)})"
    found = f"it is {in_words(trace.value)}"
    if trace.result is None:
        missing = [words(name) for name in sorted(trace.missing) if name != comparison.fact]
        return f"it is not known whether {asked}" + (f" (missing: {', '.join(missing)})" if missing else "")
    return f"it is {'' if trace.result else 'not '}so that {asked}: {found}"


def _of_obligation(entry: Obligation) -> str:
    phrases = [f"arose on {day_in_words(entry.arose_on)}"]
    if entry.deadline is not None:
        counted = entry.deadline
        phrases.append(f"{counted.count} {counted.unit} with {day_in_words(counted.counted_from)} ({counted.rule})")
    if entry.due is not None:
        phrases.append(f"due {day_in_words(entry.due)}")
    phrases.append(words(entry.status.value) + (f" on {day_in_words(entry.met_on)}" if entry.met_on else ""))
    if entry.waiting_for:
        phrases.append(f"waiting for {words(entry.waiting_for)}")
    if entry.why:
        phrases.append(entry.why)
    return ", ".join(phrases)
