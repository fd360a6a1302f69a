"""What the worked examples of a pack show of its rules; what they ought to show is said by the tests."""

from __future__ import annotations

from collections.abc import Iterable

from inclusion_rules.domain.rules import Rule
from inclusion_rules.scenarios.running import Result
from inclusion_rules.vocabulary import Outcome


def not_as_expected(result: Result) -> list[str]:
    """Whatever a worked example expects and is not what is decided."""
    return [f"{wrong.what}: {wrong.expected}, found {wrong.found}" for wrong in result.mismatches]


def outcomes_shown(rule: Rule, results: Iterable[Result]) -> set[Outcome]:
    """Every outcome of a rule in the worked examples that expect something of its duty."""
    return {
        finding.outcome
        for result in results
        if rule.duty in result.scenario.expect.duties and result.decision is not None
        for finding in result.decision.findings
        if finding.rule.key == rule.key
    }
