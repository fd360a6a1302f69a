"""What the cases of a plan could ever meet: a duty that no step of the plan would meet says nothing when it is missed.

Looks at the plan and the law, and at no case.
"""

from __future__ import annotations

from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.rules import Rule, RuleKey
from inclusion_rules.domain.simulation_plans import Plan
from inclusion_rules.vocabulary import RuleKind


def out_of_reach(plan: Plan, rulebook: Rulebook) -> frozenset[RuleKey]:
    """The rules whose obligations are met by events, and by none that the plan has a step for."""
    happens = {step.event for step in plan.steps}
    return frozenset(rule.key for rule in _rules(plan, rulebook) if rule.met_by and not _could_be_met(rule, happens))


def rights(plan: Plan, rulebook: Rulebook) -> frozenset[RuleKey]:
    """The rules that give a right, which nobody breaks by letting it run out."""
    return frozenset(rule.key for rule in _rules(plan, rulebook) if rule.kind is RuleKind.RIGHT)


def _rules(plan: Plan, rulebook: Rulebook) -> tuple[Rule, ...]:
    return tuple(rule for setting in plan.all_settings for rule in rulebook.edition(setting.packs).running_rules)


def _could_be_met(rule: Rule, happens: set[str]) -> bool:
    if rule.met_by_all:
        return all(meeting.event in happens for meeting in rule.met_by if meeting.needed_if is None)
    return any(meeting.event in happens for meeting in rule.met_by)
