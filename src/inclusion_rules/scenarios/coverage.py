"""What scenarios show of the rules: each rule engaged, not engaged and at its boundary; each comparison both ways.

A rule counts as shown only by a scenario that expects it so and passed. Comparisons count wherever they were evaluated;
whether anybody would notice a change to one is `mutants`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from inclusion_rules.casework.deciding import decide_subject
from inclusion_rules.domain.conditions import ALWAYS, Comparison, Group
from inclusion_rules.domain.findings import Decision, Trace
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.rules import Rule, RuleKey, WithoutDelay
from inclusion_rules.domain.wording import condition_in_words
from inclusion_rules.engine.evaluation import evaluate, joined
from inclusion_rules.scenarios.running import Result
from inclusion_rules.vocabulary import Outcome, Status


class Side(StrEnum):
    """The three things that examples should show of a rule that depends on anything."""

    ENGAGED = "engaged"
    NOT_ENGAGED = "not engaged"
    BOUNDARY = "boundary"


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """What scenarios show of one rule, and what they should."""

    rule: Rule
    wanted: frozenset[Side]
    shown: frozenset[Side]

    @property
    def lacking(self) -> tuple[Side, ...]:
        """What no scenario shows, in a fixed order."""
        return tuple(side for side in Side if side in self.wanted - self.shown)


@dataclass(frozen=True, slots=True)
class ComparisonCoverage:
    """One comparison of one rule: seen true, seen false, and seen to decide, where its opposite turns the answer."""

    rule: Rule
    comparison: Comparison
    true: bool
    false: bool
    decided: bool

    @property
    def words(self) -> str:
        """The comparison as a reader sees it."""
        return condition_in_words(self.comparison)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the scenarios show of every running rule and of every comparison in one."""

    rules: tuple[RuleCoverage, ...]
    comparisons: tuple[ComparisonCoverage, ...]

    @property
    def lacking(self) -> tuple[RuleCoverage, ...]:
        """The rules of which something is not shown."""
        return tuple(rule for rule in self.rules if rule.lacking)

    def percentage(self, side: str) -> float:
        """The share of comparisons seen `true`, `false` or `decided`, in percent to one decimal; 100 of none."""
        seen = [bool(getattr(each, side)) for each in self.comparisons]
        return round(100 * sum(seen) / len(seen), 1) if seen else 100.0


def sides_wanted(rule: Rule) -> frozenset[Side]:
    """What scenarios should show of a rule: all sides where it has a condition or a limit, else that it engages."""
    depends = rule.when != ALWAYS or rule.breached_when is not None
    limited = rule.deadline is not None and not isinstance(rule.deadline, WithoutDelay)
    return frozenset(Side) if depends or limited else frozenset({Side.ENGAGED})


def coverage_of(
    results: Sequence[Result], rulebook: Rulebook, *, packs: Iterable[str], duties: frozenset[str] | None = None
) -> Coverage:
    """What results show of the running rules of the named packs; with `duties`, only of the rules about those."""
    rules = [
        rule
        for name in packs
        for rule in rulebook.edition((name,)).running_rules
        if rule.pack == name and (duties is None or rule.duty in duties)
    ]
    shown: dict[RuleKey, set[Side]] = {rule.key: set() for rule in rules}
    by_duty: dict[str, list[Rule]] = {}
    for rule in rules:
        by_duty.setdefault(rule.duty, []).append(rule)
    seen: dict[tuple[RuleKey, int], set[str]] = {}
    for result in results:
        if result.decision is None:
            continue
        for key, side in _sides_shown(result, result.decision, by_duty) if result.passed else ():
            shown[key].add(side)
        for key, trace, offset in _traces(result, result.decision, rulebook):
            for number, what in _seen_in(trace) if key in shown else ():
                seen.setdefault((key, offset + number), set()).update(what)
    comparisons = tuple(
        ComparisonCoverage(rule, comparison, *(side in seen.get((rule.key, number), ()) for side in _SEEN))
        for rule in rules
        for number, comparison in enumerate(_comparisons(rule))
    )
    covered = tuple(RuleCoverage(rule, sides_wanted(rule), frozenset(shown[rule.key])) for rule in rules)
    return Coverage(covered, comparisons)


_SEEN = ("true", "false", "decided")


def _sides_shown(result: Result, decision: Decision, by_duty: dict[str, list[Rule]]) -> Iterator[tuple[RuleKey, Side]]:
    expect = result.scenario.expect
    outcomes: dict[RuleKey, set[Outcome]] = {}
    for finding in decision.findings:
        outcomes.setdefault(finding.rule.key, set()).add(finding.outcome)
    statuses: dict[RuleKey, set[Status]] = {}
    for obligation in decision.obligations:
        statuses.setdefault(obligation.rule.key, set()).add(obligation.status)

    def seen(duty: str) -> list[Rule]:
        known = by_duty.get(duty, [])
        return [rule for rule in known if rule.key in outcomes or rule.key in statuses] or known

    for entry in expect.findings:
        wanted = entry.fields.get("outcome")
        for rule in seen(entry.duty):
            found = outcomes.get(rule.key, set())
            if wanted in (Outcome.ENGAGED, None) and Outcome.ENGAGED in found:
                yield rule.key, Side.ENGAGED
            # A cap that is kept is the other side of one that is broken.
            if (wanted == Outcome.NOT_ENGAGED and wanted in found) or entry.fields.get("breached") is False:
                yield rule.key, Side.NOT_ENGAGED
    for entry in expect.obligations:
        lapsed = entry.fields.get("status") == Status.LAPSED
        for rule in seen(entry.duty):
            found_statuses = statuses.get(rule.key, set())
            if found_statuses - {Status.LAPSED} and not lapsed:
                yield rule.key, Side.ENGAGED
            if Status.LAPSED in found_statuses and lapsed:
                yield rule.key, Side.NOT_ENGAGED
    for duty in expect.absent:
        yield from ((rule.key, Side.NOT_ENGAGED) for rule in seen(duty))
    for duty in result.scenario.boundary_of:
        yield from ((rule.key, Side.BOUNDARY) for rule in seen(duty))


def _comparisons(rule: Rule) -> Iterator[Comparison]:
    for condition in (rule.when, rule.breached_when):
        if condition is not None:
            yield from _leaves(condition)


def _leaves(condition: Comparison | Group) -> Iterator[Comparison]:
    if isinstance(condition, Comparison):
        yield condition
    else:
        for member in condition.members:
            yield from _leaves(member)


def _traces(result: Result, decision: Decision, rulebook: Rulebook) -> Iterator[tuple[RuleKey, Trace, int]]:
    """The traces of conditions, and of the breach of prohibitions, each with the number of its first comparison."""
    capped = False
    for finding in decision.findings:
        yield finding.rule.key, finding.trace, 0
        capped = capped or (finding.rule.breached_when is not None and finding.outcome is Outcome.ENGAGED)
    if not capped:
        return
    scenario = result.scenario
    for subject in decide_subject(scenario.record, rulebook, as_of=scenario.expect.as_of):
        for finding in subject.findings:
            breach = finding.rule.breached_when
            if breach is not None and finding.outcome is Outcome.ENGAGED:
                first = len(list(_leaves(finding.rule.when)))
                yield finding.rule.key, evaluate(breach, subject.book, subject.book.parameter), first


def _seen_in(trace: Trace) -> Iterator[tuple[int, set[str]]]:
    """For each comparison of a trace, by its number: what it came to, and whether its opposite turns the answer."""
    leaves = list(_trace_leaves(trace))
    for number, leaf in enumerate(leaves):
        if leaf.result is None:
            continue
        what = {"true" if leaf.result else "false"}
        if trace.result is not None and _with_opposite(trace, leaf) is (not trace.result):
            what.add("decided")
        yield number, what


def _trace_leaves(trace: Trace) -> Iterator[Trace]:
    if isinstance(trace.condition, Comparison):
        yield trace
    for member in trace.members:
        yield from _trace_leaves(member)


def _with_opposite(trace: Trace, turned: Trace) -> bool | None:
    if trace is turned:
        return None if trace.result is None else not trace.result
    if isinstance(trace.condition, Comparison):
        return trace.result
    return joined(trace.condition, [_with_opposite(member, turned) for member in trace.members])
