"""What a rule or a fact says, in plain words and without any case: its time limit, what meets it, how it is worked out.

Knows the law as data and no case, so it never says what is owed: it says what the rule says. Layout is for its callers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from inclusion_rules.domain.facts import FactDefinition, FactKind, FactType
from inclusion_rules.domain.law import Parameter, ParameterValue
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import (
    AtIntervals,
    AtLeastBefore,
    BeforeTheDay,
    ByEvent,
    DeadlineRule,
    EachTerm,
    Governs,
    Meeting,
    NotBefore,
    OnTheDay,
    Rule,
    Within,
    WithoutDelay,
)
from inclusion_rules.domain.wording import condition_in_words, day_in_words, in_words, quantity_in_words
from inclusion_rules.vocabulary import RuleKind, words

AttributeValues = tuple[tuple[str, frozenset[str]], ...]


def limit_in_words(deadline: DeadlineRule | None, edition: Edition, *, governs: Governs | None = None) -> str:
    """By when something is owed, with the quantity of every version of the limit that the rule can meet.

    >>> limit_in_words(ByEvent("name_deleted_from_register"), Edition(()))
    'no later than the day of `name deleted from register`'
    """
    match deadline:
        case None:
            return "no time limit"
        case Within(parameter=name, after=after):
            return f"within {limit_of(edition.parameters[name], governs)} after {_event_or_day(after, edition)}"
        case OnTheDay(day=day):
            return f"on the day of `{words(day)}`"
        case BeforeTheDay(day=day):
            return f"on or before the last school day before `{words(day)}`"
        case AtLeastBefore(parameter=name, day=day):
            return f"at least {limit_of(edition.parameters[name], governs)} before `{words(day)}`"
        case WithoutDelay(after=after):
            return f"without delay after {_event_or_day(after, edition) if after else 'the event itself'}"
        case NotBefore(day=day):
            return f"not before `{words(day)}`"
        case ByEvent(event=event):
            return f"no later than the day of `{words(event)}`"
        case AtIntervals(parameter=name, start=start, each=each):
            every = f"every {limit_of(edition.parameters[name], governs)}"
            if not any(_met(version, governs) for version in edition.parameters[name].values):
                every = "again and again, with no length of time set"
            return f"{every}, first counted from {_event_or_day(start, edition)}, then from each `{words(each)}`"
        case EachTerm(day=day):
            return f"by the last school day of the term of {f'`{words(day)}`' if day else 'the event itself'}"


def limit_of(parameter: Parameter, governs: Governs | None = None) -> str:
    """The quantities that a parameter has while a rule governs, each once, in order of time."""
    said: dict[str, None] = {}
    for version in parameter.values:
        if not _met(version, governs):
            continue
        said[quantity_in_words(version.value, parameter.unit)] = None
        if version.otherwise is not None:
            said[quantity_in_words(version.otherwise, parameter.unit)] = None
    return f"`{words(parameter.name)}` ({' or '.join(said) or 'no value in that time'})"


def _met(version: ParameterValue, governs: Governs | None) -> bool:
    return governs is None or _meet(version.first, version.last, governs)


def _meet(first: date, last: date | None, governs: Governs) -> bool:
    begins_in_time = governs.last is None or first <= governs.last
    return begins_in_time and (last is None or governs.first is None or governs.first <= last)


def _event_or_day(name: str, edition: Edition) -> str:
    return f"the event `{words(name)}`" if name in edition.events else f"the day `{words(name)}`"


def meetings_in_words(rule: Rule) -> tuple[str, ...]:
    """Each act that meets a rule, one phrase an act."""
    return tuple(meeting_in_words(meeting) for meeting in rule.met_by)


def meeting_in_words(meeting: Meeting) -> str:
    """One act that meets a rule, with the attributes it must and must not have.

    >>> meeting_in_words(Meeting("education_began", lacking=(("full_time", frozenset({"False"})),), on="starts_on"))
    '`education began` (not full time: no), counted from its `starts on`'
    """
    on = f", counted from its `{words(meeting.on)}`" if meeting.on else ""
    after = f", not before `{words(meeting.after)}`" if meeting.after else ""
    needed = f", needed where {condition_in_words(meeting.needed_if)}" if meeting.needed_if is not None else ""
    return f"`{words(meeting.event)}`{narrowed_in_words(meeting.having, meeting.lacking)}{on}{after}{needed}"


def narrowed_in_words(having: AttributeValues, lacking: AttributeValues) -> str:
    """What an event must and must not say, in brackets after its name; empty where nothing is asked of it.

    >>> narrowed_in_words((("to", frozenset({"parent"})),), (("full_time", frozenset({"False"})),))
    ' (to: parent, not full time: no)'
    """
    with_ = [f"{words(name)}: {_listed(values)}" for name, values in having]
    without = [f"not {words(name)}: {_listed(values)}" for name, values in lacking]
    return f" ({', '.join([*with_, *without])})" if with_ or without else ""


def _listed(values: frozenset[str]) -> str:
    spoken = {"True": "yes", "False": "no"}
    return " or ".join(sorted(spoken.get(value, words(value)) for value in values))


def days_in_force(governs: Governs) -> str:
    """The days on which a rule is the law, and the date that decides where it is not that of the subject.

    >>> days_in_force(Governs(date(2015, 1, 5)))
    'from Mon 5 Jan 2015'
    """
    if not governs.known:
        return "from a day that is not known"
    first = f"from {day_in_words(governs.first)}" if governs.first else ""
    last = f"to {day_in_words(governs.last)}" if governs.last else ""
    held_against = f", held against `{words(governs.by)}`" if governs.by else ""
    return (" ".join(filter(None, (first, last))) or "whatever the date") + held_against


def subjects_in_words(rule: Rule) -> str:
    """What a rule looks at, one at a time."""
    spoken = {"suspended": "suspension", "permanently_excluded": "permanent exclusion", "case": "case"}
    return " or ".join(spoken.get(kind, f"event `{words(kind)}`") for kind in rule.for_each)


def kind_in_words(kind: FactType) -> str:
    """The type of a fact or an attribute.

    >>> kind_in_words(FactType(FactKind.ONE_OF, ("none", "ehc_plan")))
    'one of: none, ehc plan'
    """
    if not kind.choices:
        return "a list of words" if kind.kind is FactKind.SET_OF else kind.kind.value
    opening = "several of" if kind.kind is FactKind.SET_OF else "one of"
    return f"{opening}: {', '.join(map(words, kind.choices))}"


def source_in_words(fact: FactDefinition) -> str:
    """Where the value of a fact comes from."""
    if fact.taken_from is not None:
        return f"the case file, `{fact.taken_from}`"
    if fact.judgement is not None:
        judge = "anyone" if fact.judgement == "anyone" else f"the {words(fact.judgement)}"
        return f"a judgement that only {judge} may make" if judge != "anyone" else "a judgement that anyone may make"
    assert fact.derived is not None
    return _worked_out(fact.derived.form, fact.derived.details)


def _worked_out(form: str, details: Mapping[str, Any]) -> str:
    match form:
        case "recorded" | "count of" | "date of" | "attribute":
            return _from_events(form, details)
        case "within":
            return f"the last day within `{words(details['parameter'])}` after `{words(details['after'])}`"
        case "passed":
            return f"whether the day asked about is later than `{words(details['day'])}`"
        case "reached":
            return f"whether the day asked about is `{words(details['day'])}` or later"
        case "day after":
            return f"the day after `{words(details['day'])}`"
        case "holds":
            return f"whether {condition_in_words(details['condition'])}"
        case "choose":
            return "; ".join(_cases(details["choices"]))
        case "reading":
            return f"the reading that `{words(details['parameter'])}` gives"
        case "table":
            return f"the decision table `{details['table']}`"
        case "late":
            return f"whether any of these is missed or was met late: {', '.join(map(words, details['duties']))}"
        case _:
            given = ", ".join(f"{words(name)}: `{words(source)}`" for name, _, source in details["given"])
            return f"the function `{words(details['function'])}`" + (f" of {given}" if given else "")


_SCOPES = {
    "case": " anywhere in the case",
    "so far": " anywhere in the case up to the event in hand",
    "run": " in the run of exclusions",
}


def _from_events(form: str, details: Mapping[str, Any]) -> str:
    event = f"`{words(details['event'])}`{narrowed_in_words(details['having'], details.get('lacking', ()))}"
    scope = _SCOPES.get(details["scope"], "")
    if form == "recorded":
        return f"whether {event} is recorded{scope}"
    if form == "count of":
        return f"how often {event} is recorded{scope}"
    which = {"latest": "the latest", "least": "the earliest value of any"}.get(details["which"], "the first")
    if form == "attribute":
        return f"`{words(details['attribute'])}` of {which} {event}{scope}"
    day = "the day of deemed service of" if details["deemed"] else "the day of"
    return f"{day} {which} {event}{scope}"


def _cases(choices: Iterable[tuple[Any, Any]]) -> Iterable[str]:
    for condition, take in choices:
        taken = f"`{words(take)}`" if isinstance(take, str) else f"({'; '.join(_cases(take))})"
        yield f"otherwise {taken}" if condition is None else f"{taken} where {condition_in_words(condition)}"


def value_in_words(parameter: Parameter, value: object) -> str:
    """A value of a parameter, whatever its kind."""
    return in_words(value) if isinstance(value, tuple | date) else quantity_in_words(value, parameter.unit)


def act_in_words(rule: Rule) -> str:
    """What kind of rule it is."""
    return {RuleKind.OPTION: "option, to be considered"}.get(rule.kind, rule.kind.value)
