"""A counter-example as a small case file that an officer can run: what is to be known, put where a case file has it.

Facts that a case file states, that somebody judges, or that follow from one recorded event are written out. What is
worked out in another way stands in a comment, for the officer to bring about. Reads and writes no files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from inclusion_rules.analysis.boxes import ANY_DAY
from inclusion_rules.analysis.days_and_quantities import BEFORE_IT, OF_THE_LAW
from inclusion_rules.domain.facts import FactDefinition, FactKind, FactType, Nothing, Unknown, Value
from inclusion_rules.domain.layers import Recording
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import CASE
from inclusion_rules.domain.wording import in_words
from inclusion_rules.vocabulary import words

PLACEHOLDERS: dict[FactKind, str] = {
    FactKind.YES_NO: "yes",
    FactKind.WHOLE_NUMBER: "1",
    FactKind.HALF_DAYS: "1",
    FactKind.NUMBER: "1",
    FactKind.PERCENTAGE: "50",
    FactKind.MONEY: "1",
}


@dataclass(slots=True)
class _Writing:
    edition: Edition
    day: date
    school: dict[str, str] = field(default_factory=dict)
    pupil: dict[str, str] = field(default_factory=dict)
    judgements: list[str] = field(default_factory=list)
    events: list[dict[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def case_file(
    facts: tuple[tuple[str, Value], ...],
    edition: Edition,
    pathways: Mapping[str, Pathway],
    *,
    day: date,
    subject: str,
    calendar: str,
    act: Recording | None = None,
    name: str = "counter-example",
) -> str:
    """The text of a case file in which those facts are so on a day, as far as a file can say it."""
    writing = _Writing(edition, max(day, ANY_DAY))
    if subject != CASE:
        _record(writing, subject, {})
    for fact, value in facts:
        if fact.startswith(BEFORE_IT) or isinstance(value, Unknown):
            continue
        _place(writing, fact.removeprefix(OF_THE_LAW), value)
    if act is not None:
        said = {name: _first_of(values) for name, values in act.having}
        _record(writing, act.event, said)
    for event in writing.events:
        _complete(writing, event)
    packs = ", ".join(pack.id for pack in edition.packs)
    pathway = _pathway(pathways, [event["event"] for event in writing.events])
    return "\n".join(_lines(writing, name, pathway, packs, calendar)) + "\n"


def _place(writing: _Writing, name: str, value: Value) -> None:
    fact = writing.edition.facts[name]
    if fact.taken_from is not None:
        part = writing.school if fact.taken_from.startswith("school.") else writing.pupil
        if not isinstance(value, Nothing):
            part[fact.taken_from.partition(".")[2]] = _spelled(value)
    elif fact.judgement is not None:
        by = "headteacher" if fact.judgement == "anyone" else fact.judgement
        entry = f"{{judgement: {name}, value: {_spelled(value)}, by: {by}, date: {writing.day.isoformat()}}}"
        writing.judgements.append(entry)
    elif not _place_in_event(writing, fact, value):
        writing.remarks.append(f"{words(name)}: {in_words(value)}")


def _place_in_event(writing: _Writing, fact: FactDefinition, value: Value) -> bool:
    assert fact.derived is not None
    details = fact.derived.details
    having = {name: _first_of(values) for name, values in _pairs(details.get("having"))}
    event = details.get("event")
    match fact.derived.form:
        case "recorded" if value is True:
            _record(writing, str(event), having)
        case "recorded":
            return value is False
        case "attribute" if not isinstance(value, Nothing):
            _record(writing, str(event), having | {str(details["attribute"]): _spelled(value)})
        case "date of" if isinstance(value, date):
            _record(writing, str(event), having, value)
        case "count of" if isinstance(value, int):
            for _ in range(value):
                writing.events.append({"date": writing.day.isoformat(), "event": str(event), **having})
        case _:
            return isinstance(value, Nothing)
    return True


def _pairs(having: object) -> tuple[tuple[str, frozenset[str]], ...]:
    return having if isinstance(having, tuple) else ()


def _record(writing: _Writing, event: str, said: Mapping[str, str], on: date | None = None) -> None:
    """Record an event, or add to the one that is there what it does not contradict."""
    day = (on if on is not None and on > ANY_DAY else writing.day).isoformat()
    for known in writing.events:
        agrees = all(known.get(key, value) == value for key, value in said.items())
        if known["event"] == event and agrees and (on is None or known["date"] == day):
            known.update(said)
            return
    writing.events.append({"date": day, "event": event, **said})


def _complete(writing: _Writing, event: dict[str, str]) -> None:
    """Give an event the attributes it cannot be without, and those it is to have some value of."""
    definition = writing.edition.events[event["event"]]
    for name in dict.fromkeys((*definition.needs, *(key for key, value in event.items() if value == ""))):
        if event.get(name, "") == "":
            kind = writing.edition.attributes.get(f"{definition.name}.{name}") or writing.edition.attributes.get(name)
            event[name] = _placeholder(kind, writing.day)


def _placeholder(kind: FactType | None, day: date) -> str:
    if kind is None or kind.kind is FactKind.TEXT:
        return "something" if kind is None or not kind.is_id else "somewhere"
    if kind.kind is FactKind.DATE:
        return day.isoformat()
    if kind.choices:
        return kind.choices[0] if kind.kind is FactKind.ONE_OF else f"[{kind.choices[0]}]"
    return PLACEHOLDERS.get(kind.kind, "something")


def _first_of(values: frozenset[str]) -> str:
    return min(values, default="") if values != {"True"} and values != {"False"} else _spelled(values == {"True"})


def _spelled(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return f"[{', '.join(sorted(value))}]"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _pathway(pathways: Mapping[str, Pathway], events: list[str]) -> str:
    """The pathway that a case with those events most likely follows."""
    for event in events:
        for pathway in pathways.values():
            if event in (*pathway.follows, *pathway.begins_with):
                return pathway.id
    known = (p.id for p in pathways.values() if set(events) & {m.event for m in p.moves})
    return next(known, next(iter(pathways), "suspension"))


def _lines(writing: _Writing, name: str, pathway: str, packs: str, calendar: str) -> Iterator[str]:
    yield f"case: {name}"
    yield f"pathway: {pathway}"
    yield f"packs: [{packs}]"
    yield f"calendar: {calendar}"
    for key, part in (("school", writing.school), ("pupil", writing.pupil)):
        yield f"{key}: {{{', '.join(f'{name}: {value}' for name, value in sorted(part.items()))}}}"
    if writing.judgements:
        yield "judgements:"
        yield from (f"  - {entry}" for entry in writing.judgements)
    yield "events:" if writing.events else "events: []"
    for event in sorted(writing.events, key=lambda event: event["date"]):
        yield f"  - {{{', '.join(f'{key}: {value}' for key, value in event.items())}}}"
    for remark in writing.remarks:
        yield f"# also, worked out from more events: {remark}"
