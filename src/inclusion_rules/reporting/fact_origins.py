"""Where each fact of a decision comes from: the case file, a named person's judgement, or events, and by which reading.

Reads a book of facts that was already worked out; decides nothing and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from inclusion_rules.casework.factbook import CALENDAR_TOO_SHORT, FactBook, fits
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.dependencies import facts_looked_at
from inclusion_rules.domain.facts import AtLeast, FactDefinition, Unknown, Value
from inclusion_rules.domain.wording import condition_in_words, day_in_words, in_words, quantity_in_words
from inclusion_rules.engine.evaluation import evaluate
from inclusion_rules.engine.tables import decide_table
from inclusion_rules.reporting.case_json import plain_value
from inclusion_rules.reporting.law_in_words import narrowed_in_words
from inclusion_rules.vocabulary import words

COUNTS_DAYS = "lunchtime"
"""The argument of every function that adds up days of exclusion, those of earlier exclusions among them."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One fact: its value today, where that comes from, the reading taken, and the facts it was worked out from.

    `source` is `case file`, `judgement` or `derived`.
    """

    fact: str
    value: Value
    source: str
    says: tuple[str, ...]
    reading: str
    cites: tuple[str, ...]
    looks_at: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """The fact as JSON can hold it."""
        return {
            "fact": self.fact,
            "value": plain_value(self.value),
            "value_said": in_words(self.value),
            "source": self.source,
            "says": list(self.says),
            "reading": self.reading,
            "citations": list(self.cites),
            "looks_at": list(self.looks_at),
        }


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact that would have to be known, as a question, and who can answer it."""

    fact: str
    asks: str
    who: str

    def as_data(self) -> dict[str, Any]:
        """The question as JSON can hold it."""
        return {"fact": self.fact, "asks": self.asks, "who": self.who}


def origins_of(names: Iterable[str], book: FactBook) -> tuple[Origin, ...]:
    """The origin of each fact, followed by those of the facts it was worked out from, each once."""
    found: dict[str, Origin] = {}
    waiting = list(dict.fromkeys(names))
    while waiting:
        name = waiting.pop(0)
        if name in found or name not in book.edition.facts:
            continue
        found[name] = _origin(book.edition.facts[name], book)
        waiting[:0] = found[name].looks_at
    return tuple(found.values())


def missing_facts(names: Iterable[str], book: FactBook) -> tuple[MissingFact, ...]:
    """What would have to be learned, as questions."""
    return tuple(_missing(name, book) for name in sorted(set(names)))


def _missing(name: str, book: FactBook) -> MissingFact:
    definition = book.edition.facts.get(name)
    if name == CALENDAR_TOO_SHORT and definition is None:
        calendar = book.record.calendar
        asks = f"On which days is the school open outside {calendar.covers_from} to {calendar.covers_to}?"
        return MissingFact(name, asks, f"whoever keeps the calendar `{calendar.id}`")
    if definition is None:
        return MissingFact(name, f"What is {words(name)}?", _who_recorded(name, book))
    return MissingFact(name, definition.asks or f"What is {words(name)}?", who_can_answer(definition, book))


def _who_recorded(name: str, book: FactBook) -> str:
    events = [event for event in book.edition.events.values() if name in (*event.needs, *event.may)]
    about = f" of `{words(events[0].name)}`" if len(events) == 1 else ""
    return f"the record{about}, attribute `{name}`"


def who_can_answer(definition: FactDefinition, book: FactBook) -> str:
    """Who can say what a fact is, and where the answer is to be entered."""
    if definition.taken_from is not None:
        return f"whoever keeps the case file, under `{definition.taken_from}`"
    if definition.judgement is not None:
        judge = "anyone" if definition.judgement == "anyone" else f"the {words(definition.judgement)}"
        return f"{judge}, as a judgement `{definition.name}`"
    derived = definition.derived
    if derived is not None and derived.form == "attribute":
        details: Mapping[str, Any] = derived.details
        return f"the record of `{words(details['event'])}`, attribute `{details['attribute']}`"
    if isinstance(book(definition.name), AtLeast):
        return "the other schools that the pupil attended"
    return "the record of the exclusion in hand"


def _origin(definition: FactDefinition, book: FactBook) -> Origin:
    value = book(definition.name)
    looks_at: tuple[str, ...] = ()
    says: tuple[str, ...]
    if definition.taken_from is not None:
        source = "case file"
        left_out = isinstance(value, Unknown)
        says = (
            f"`{definition.taken_from}` is left out of the case file" if left_out else f"`{definition.taken_from}`",
        )
    elif definition.judgement is not None:
        source, says = "judgement", _judged(definition, book)
    else:
        source, says = "derived", tuple(_derived(definition, book))
        looks_at = tuple(sorted(facts_looked_at(definition) & book.edition.facts.keys()))
        table = definition.derived.details.get("table") if definition.derived else None
        if isinstance(table, str):
            looks_at = book.edition.tables[table].columns
    return Origin(definition.name, value, source, says, definition.reading, definition.cites, looks_at)


def _judged(definition: FactDefinition, book: FactBook) -> tuple[str, ...]:
    judge = "anyone" if definition.judgement == "anyone" else f"the {words(definition.judgement or '')}"
    made = book.record.judgement(definition.name, as_of=book.day)
    if made is None:
        return (f"a judgement that only {judge} may make; none is recorded",)
    when = f" on {day_in_words(made.on)}" if made.on else ""
    return (f"judged by the {words(made.by)}{when}",)


def _derived(definition: FactDefinition, book: FactBook) -> Iterable[str]:
    assert definition.derived is not None
    form = definition.derived.form
    details: Mapping[str, Any] = definition.derived.details
    match form:
        case "recorded" | "count of" | "date of" | "attribute":
            yield _from_events(form, details, book)
        case "within":
            yield _from_limit(details, book)
        case "passed" | "reached":
            verb = "is over" if form == "passed" else "has come"
            yield f"whether {words(details['day'])} {verb} on {day_in_words(book.day)}"
        case "day after":
            yield f"the day after {words(details['day'])}"
        case "holds":
            yield f"whether {condition_in_words(details['condition'])}"
        case "choose":
            yield _from_choices(details["choices"], book)
        case "reading":
            parameter = book.edition.parameters[details["parameter"]]
            said = in_words(book.parameter_or_none(parameter.name))
            yield f"the reading `{said}` of: {parameter.title}"
        case "table":
            yield from _from_table(details["table"], book)
        case "late":
            yield f"whether any of these duties is missed or was met late: {', '.join(map(words, details['duties']))}"
        case _:
            yield from _from_function(details, book)


def _from_events(form: str, details: Mapping[str, Any], book: FactBook) -> str:
    events = [
        event
        for event in book.events_of(details["event"], scope=details["scope"])
        if fits(event, details["having"], details.get("lacking", ()))
    ]
    name = f"`{words(details['event'])}`{narrowed_in_words(details['having'], details.get('lacking', ()))}"
    if not events:
        return f"no {name} is recorded up to {day_in_words(book.day)}"
    dates = ", ".join(day_in_words(event.date) for event in events)
    if form == "attribute":
        which = {"first": "the first", "least": "the earliest of each"}.get(details["which"], "the latest")
        return f"`{words(details['attribute'])}` of {which} {name}, recorded on {dates}"
    if form == "date of" and details["deemed"]:
        event = events[-1] if details["which"] == "latest" else events[0]
        day, service = book.given_on(event)
        if service is not None:
            return f"{name} sent on {day_in_words(event.date)}, which counts as given on {day_in_words(day)}"
    return f"{name} recorded on {dates}"


def _from_limit(details: Mapping[str, Any], book: FactBook) -> str:
    parameter = book.edition.parameters[details["parameter"]]
    count = book.parameter_or_none(parameter.name)
    start = book.starting_day(details["after"])
    after = f"{words(details['after'])} ({in_words(start)})" if isinstance(start, date) else words(details["after"])
    return f"{quantity_in_words(count, parameter.unit)} after {after}"


def _from_choices(choices: tuple[tuple[Any, Any], ...], book: FactBook) -> str:
    for condition, take in choices:
        trace = None if condition is None else evaluate(condition, book, book.parameter)
        if trace is None or trace.result is not False:
            why = "otherwise" if trace is None else f"because {condition_in_words(condition)}"
            if trace is not None and trace.result is None:
                return f"not known, because it is not known whether {condition_in_words(condition)}"
            inner = words(take) if isinstance(take, str) else _from_choices(take, book)
            return f"{inner}, {why}"
    return "none of its cases applies"


def _from_table(name: str, book: FactBook) -> Iterable[str]:
    table = book.edition.tables[name]
    _, traces = decide_table(table, book, book.parameter)
    for number, trace in enumerate(traces, start=1):
        if trace.result is not False:
            verb = "answers" if trace.result else "may answer"
            yield f"row {number} of the table `{table.title}` {verb}: {condition_in_words(trace.condition)}"


def _from_function(details: Mapping[str, Any], book: FactBook) -> Iterable[str]:
    given = []
    for argument, kind, source in details["given"]:
        if kind == "parameter":
            parameter = book.edition.parameters[source]
            said = quantity_in_words(book.parameter_or_none(source), parameter.unit)
        else:
            said = in_words(book(source))
        given.append(f"{words(argument)}: {words(source)} ({said})")
    yield f"worked out as `{words(details['function'])}`" + (f" from {'; '.join(given)}" if given else "")
    exclusion = book.subject.exclusion
    if exclusion is not None and any(argument == COUNTS_DAYS for argument, _, _ in details["given"]):
        counted = [*book.subject.earlier, exclusion]
        yield f"looking at {'; '.join(_exclusion_in_words(one.event) for one in counted)}"


def _exclusion_in_words(event: Event) -> str:
    days = event.attributes.get("school_days")
    length = f", {in_words(days)} school days" if days is not None else ""
    session = event.attributes.get("session")
    return f"{words(event.name)} on {day_in_words(event.date)}{length}{f', {session}' if session else ''}"
