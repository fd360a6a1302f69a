"""Runs scenarios: decides each and lays what was found beside what was expected, with the reason where they differ.

Prints nothing. What a whole set of scenarios shows of the rules is `coverage`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from inclusion_rules.casework.deciding import decide
from inclusion_rules.domain.facts import Nothing, Unknown
from inclusion_rules.domain.findings import Decision
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.wording import in_words
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.scenarios.entries import FINDING_FIELDS, OBLIGATION_FIELDS, Expected, Field, agrees
from inclusion_rules.scenarios.examples import ExpectedEntry, Scenario
from inclusion_rules.scenarios.reasons import reason_for
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import Outcome, words


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that did not come out as expected, in words: what, expected, found, and why it was found so."""

    what: str
    expected: str
    found: str
    reason: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Result:
    """A scenario with everything that did not come out as expected; `decision` is None where deciding itself failed."""

    scenario: Scenario
    mismatches: tuple[Mismatch, ...]
    decision: Decision | None

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.mismatches


def run_scenario(scenario: Scenario, rulebook: Rulebook) -> Result:
    """Decide a scenario's record and compare."""
    expect = scenario.expect
    try:
        decision = decide(scenario.record, rulebook, as_of=expect.as_of, about=expect.about, known_on=expect.known_on)
    except (InclusionRulesError, LookupError) as error:
        failed = Mismatch("the decision", "a decision", "none could be made", str(error), scenario.span)
        return Result(scenario, (failed,), None)
    edition = rulebook.edition(scenario.record.packs)
    return Result(scenario, tuple(differences(scenario, decision, edition)), decision)


def differences(scenario: Scenario, decision: Decision, edition: Edition) -> Iterator[Mismatch]:
    """Everything in which a decision is not what a scenario expects."""
    expect, place = scenario.expect, scenario.span
    if expect.stage is not None and expect.stage != decision.stage:
        warned = "; ".join(warning.message for warning in decision.warnings if warning.code == "out_of_order")
        yield Mismatch("stage", expect.stage, decision.stage, warned, place)
    if expect.next_events is not None and set(expect.next_events) != set(decision.next_events):
        yield Mismatch("next events", _listed(expect.next_events), _listed(decision.next_events), "", place)
    yield from _facts(scenario, decision)
    for entry in expect.findings:
        yield from _entry(entry, "finding", decision.findings, FINDING_FIELDS, decision, edition)
    for entry in expect.obligations:
        yield from _entry(entry, "obligation", decision.obligations, OBLIGATION_FIELDS, decision, edition)
    for duty in expect.absent:
        present = _presence(duty, decision)
        if present:
            yield Mismatch(words(duty), "absent", present, reason_for(duty, decision, edition), place)
    codes = {warning.code for warning in decision.warnings}
    for code in expect.warnings:
        if code not in codes:
            yield Mismatch("warnings", words(code), _listed(sorted(codes)), "", place)


def _presence(duty: str, decision: Decision) -> str:
    """How a duty is present, or nothing where it is not."""
    owed = [entry.status.value for entry in decision.obligations if entry.rule.duty == duty]
    if owed:
        return f"an obligation, {_listed(owed)}"
    engaged = any(finding.rule.duty == duty and finding.outcome is Outcome.ENGAGED for finding in decision.findings)
    return "an engaged finding" if engaged else ""


def _facts(scenario: Scenario, decision: Decision) -> Iterator[Mismatch]:
    for name, expected in scenario.expect.facts.items():
        found = decision.facts[name]
        if expected is None and isinstance(found, Nothing | Unknown):
            continue
        if expected is None or found != expected or isinstance(found, bool) is not isinstance(expected, bool):
            missing = f"missing: {_listed(sorted(found.missing))}" if isinstance(found, Unknown) else ""
            yield Mismatch(f"fact {words(name)}", in_words(expected), in_words(found), missing, scenario.span)


def _entry(
    expected: ExpectedEntry,
    what: str,
    entries: Sequence[Any],
    fields: Any,
    decision: Decision,
    edition: Edition,
) -> Iterator[Mismatch]:
    """Hold an expected entry against the entries of its duty, and of those against the one that fits best."""
    about = f"{what} {words(expected.duty)}"
    candidates = [entry for entry in entries if entry.rule.duty == expected.duty]
    telling = {name: value for name, value in expected.fields.items() if fields[name].tells_apart}
    for name, value in telling.items():
        candidates = [entry for entry in candidates if fields[name].of(entry) == value]
    if not candidates:
        described = ", ".join(f"{words(name)} {_shown(value)}" for name, value in expected.fields.items())
        reason = reason_for(expected.duty, decision, edition)
        yield Mismatch(about, described or "there", "not there", reason, expected.span)
        return
    differing = [_differing(expected, entry, fields) for entry in candidates]
    best = min(differing, key=len)
    for position, (name, stated, found) in enumerate(best):
        reason = reason_for(expected.duty, decision, edition) if position == 0 else ""
        yield Mismatch(f"{about}: {words(name)}", _shown(stated), _shown(found), reason, expected.span)


def _differing(expected: ExpectedEntry, entry: Any, fields: Any) -> list[tuple[str, Expected, Expected]]:
    found: list[tuple[str, Expected, Expected]] = []
    for name, stated in expected.fields.items():
        known: Field[Any] = fields[name]
        value = known.of(entry)
        if not agrees(known.kind, stated, value):
            found.append((name, stated, value))
    return found


def _shown(value: Expected) -> str:
    return "none" if value is None else _listed(sorted(value)) if isinstance(value, frozenset) else in_words(value)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(words, names)) or "none"
