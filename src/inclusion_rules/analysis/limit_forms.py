"""The forms of two limits held against each other: whether they run from one day, and where a limit has no number.

Knows the shapes of limits; how long quantities last is `limit_lengths`.
"""

from __future__ import annotations

from inclusion_rules.domain.rules import (
    AtIntervals,
    AtLeastBefore,
    BeforeTheDay,
    ByEvent,
    EachTerm,
    NotBefore,
    OnTheDay,
    Rule,
    Within,
)
from inclusion_rules.vocabulary import RuleKind


def parameters_of(rule: Rule, national: Rule) -> tuple[str, str] | None:
    """The quantities of two limits that run from (or back from) the same day; None where they do not."""
    match rule.deadline, national.deadline:
        case (Within(parameter=own, after=start), Within(parameter=law, after=other)) if start == other:
            return own, law
        case (AtLeastBefore(parameter=own, day=day), AtLeastBefore(parameter=law, day=other)) if day == other:
            return own, law
        case (
            AtIntervals(parameter=own, start=start, each=each),
            AtIntervals(parameter=law, start=other, each=other_each),
        ) if (start, each) == (other, other_each):
            return own, law
    return None


def gives_time_for(rule: Rule, national: Rule) -> bool:
    """Whether a rule sets a time for the very act that a rule of the law does: one bearer, met by no other events."""
    own, law = ({meeting.event for meeting in each.met_by} for each in (rule, national))
    owed = national.kind in (RuleKind.DUTY, RuleKind.EXPECTATION) and rule.kind is not RuleKind.RIGHT
    return owed and rule.bearer == national.bearer and bool(own) and own <= law


def no_later(rule: Rule, national: Rule) -> bool:
    """Whether a limit without a number is the same day as that of the law, or the last school day before it."""
    match rule.deadline, national.deadline:
        case (OnTheDay(day=day) | BeforeTheDay(day=day), OnTheDay(day=other)):
            return day == other
        case (BeforeTheDay(), BeforeTheDay()) | (NotBefore(), NotBefore()) | (ByEvent(), ByEvent()):
            return rule.deadline == national.deadline
        case (EachTerm(), EachTerm()):
            return rule.deadline == national.deadline
    return False


def key_of(rule: Rule) -> str:
    """The key under which a rule's limit stands."""
    return {
        Within: "within",
        OnTheDay: "on_the_day",
        BeforeTheDay: "before",
        AtLeastBefore: "at_least",
        NotBefore: "not_before",
        ByEvent: "by_event",
        AtIntervals: "at_intervals",
        EachTerm: "each_term",
    }.get(type(rule.deadline), "id")
