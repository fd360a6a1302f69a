"""The smallest sets of facts that would alter what a rule says of a case, each with what would have to happen.

Takes the sets from `analysis.smallest_changes` and words them. Whether anybody could bring a change about is for the
reader: some facts, such as a date of birth, nobody can.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from inclusion_rules.analysis.smallest_changes import Change, smallest_changes
from inclusion_rules.casework.factbook import FactBook
from inclusion_rules.domain.conditions import Condition, facts_in, parameters_in
from inclusion_rules.domain.facts import FactDefinition, Value
from inclusion_rules.domain.findings import Finding
from inclusion_rules.domain.rules import Rule
from inclusion_rules.domain.wording import in_words
from inclusion_rules.reporting.case_json import plain_value
from inclusion_rules.vocabulary import Outcome, words

AT_MOST = 3
MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class FactAltered:
    """One fact as it is and as it would be, and where a simple one would have to be entered or what would bring it."""

    fact: str
    today: Value
    would_be: Value
    how: str

    def as_data(self) -> dict[str, Any]:
        """The fact as JSON can hold it."""
        return {
            "fact": self.fact,
            "today": plain_value(self.today),
            "today_said": in_words(self.today),
            "would_be": plain_value(self.would_be),
            "would_be_said": in_words(self.would_be),
            "how": self.how,
        }


@dataclass(frozen=True, slots=True)
class Alteration:
    """Facts that would have to be different together, and the rule's outcome then.

    `by_way_of` names the exception that would come or cease to hold the rule back, where the change works through one.
    """

    facts: tuple[FactAltered, ...]
    outcome: Outcome
    by_way_of: str | None = None

    def as_data(self) -> dict[str, Any]:
        """The change as JSON can hold it."""
        return {
            "facts": [fact.as_data() for fact in self.facts],
            "outcome": self.outcome.value,
            "by_way_of": self.by_way_of,
        }


def alterations(finding: Finding | None, holding_back: Sequence[Rule], book: FactBook) -> tuple[Alteration, ...]:
    """The smallest changes that would alter a finding, of its own conditions first, then by way of its exceptions.

    `holding_back` are the rules in force that hold this one back when they are engaged. Nothing for a rule that does
    not decide.
    """
    if finding is None:
        return ()
    found: Iterator[Alteration]
    if finding.held_back_by is not None:
        holder = next((rule for rule in holding_back if rule.id == finding.held_back_by), None)
        found = _by_exception(holder, book, lifted=True) if holder is not None else iter(())
    else:
        found = _own(finding, book)
        if finding.outcome is Outcome.ENGAGED:
            for rule in holding_back:
                found = _chained(found, _by_exception(rule, book, lifted=False))
    return tuple(one for one, _ in zip(found, range(MOST_SHOWN), strict=False))


def _chained(*parts: Iterable[Alteration]) -> Iterator[Alteration]:
    for part in parts:
        yield from part


_OUTCOMES = {True: Outcome.ENGAGED, False: Outcome.NOT_ENGAGED, None: Outcome.UNDETERMINED}


def _own(finding: Finding, book: FactBook) -> Iterator[Alteration]:
    for change in _changes(finding.rule.when, book):
        yield Alteration(_facts(change, book), _OUTCOMES[change.result])


def _by_exception(rule: Rule, book: FactBook, *, lifted: bool) -> Iterator[Alteration]:
    wanted, outcome = (False, Outcome.ENGAGED) if lifted else (True, Outcome.NOT_ENGAGED)
    for change in _changes(rule.when, book):
        if change.result is wanted:
            yield Alteration(_facts(change, book), outcome, rule.id)


def _changes(condition: Condition, book: FactBook) -> tuple[Change, ...]:
    if any(book.parameter_or_none(name) is None for name in parameters_in(condition)):
        return ()
    names = facts_in(condition)
    types = {name: book.edition.facts[name].type for name in names}
    return smallest_changes(condition, {name: book(name) for name in names}, types, book.parameter, at_most=AT_MOST)


def _facts(change: Change, book: FactBook) -> tuple[FactAltered, ...]:
    return tuple(
        FactAltered(name, today, would_be, _how(book.edition.facts[name], would_be, book))
        for name, today, would_be in change.facts
    )


def _how(definition: FactDefinition, would_be: Value, book: FactBook) -> str:
    """What would bring a fact to a value, where one entry of the record would; empty where it takes more."""
    if definition.taken_from is not None:
        return f"`{definition.taken_from}` in the case file"
    if definition.judgement is not None:
        judge = "anyone" if definition.judgement == "anyone" else f"the {words(definition.judgement)}"
        return f"a judgement by {judge}"
    assert definition.derived is not None
    form, details = definition.derived.form, definition.derived.details
    event = f"`{words(str(details.get('event', '')))}`"
    match form:
        case "recorded":
            return f"an event {event} recorded" if would_be is True else f"no event {event} recorded"
        case "attribute":
            return f"an event {event} with `{words(str(details['attribute']))}` {in_words(would_be)}"
        case "date of" if isinstance(would_be, date):
            return f"an event {event} on {in_words(would_be)}"
        case "passed" | "reached":
            return _by_time(form, str(details["day"]), would_be is True, book)
        case "holds":
            condition: Any = details["condition"]
            return f"through {', '.join(map(words, sorted(facts_in(condition))))}"
        case _:
            return ""


def _by_time(form: str, name: str, wanted: bool, book: FactBook) -> str:
    day = book(name)
    if not isinstance(day, date):
        return f"through {words(name)}"
    if form == "passed":
        return f"from the day after {in_words(day)}" if wanted else f"up to {in_words(day)}"
    return f"from {in_words(day)}" if wanted else f"before {in_words(day)}"
