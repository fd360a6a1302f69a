"""What was recorded in a case, entry by entry in words: both times of each event, what corrects what, and what is gone.

Reads the bodies of the chained entries and nothing else, so that it tells what the hashes were taken of, and decides
nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from inclusion_rules.domain.cases import recorded_by_then
from inclusion_rules.domain.wording import day_in_words, in_words
from inclusion_rules.reporting.case_chain import EVENT, HEADER, JUDGEMENT, REDACTION, CaseChain, ChainedEntry
from inclusion_rules.vocabulary import words

_NAME = re.compile(r"[a-z0-9_]+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TOLD_APART = ("event", "date")


@dataclass(frozen=True, slots=True)
class RecordedLine:
    """One entry of the record in words. `happened` is None where that is not known any more.

    `stands` says whether it counts in what the bundle shows; `remarks` say why not, and what it corrects.
    """

    entry: ChainedEntry
    happened: date | None
    recorded: str
    recorded_by: str
    what: str
    details: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    stands: bool


def chronology_of(chain: CaseChain, *, as_of: date) -> tuple[RecordedLine, ...]:
    """Every entry in the order in which things happened; what is no event stands where it was recorded."""
    bodies = {entry.number: _mapping(entry.body) for entry in chain.entries}
    events = [entry.number for entry in chain.entries if entry.kind == EVENT]
    corrected = _corrections(chain, bodies, events)
    redacted = _redactions(chain, bodies)
    lines = []
    for entry in chain.entries:
        remarks = [*corrected.get(entry.number, ()), *redacted.get(entry.number, ())]
        lines.append(_line(entry, bodies[entry.number], events, remarks, as_of))
    return tuple(sorted(lines, key=lambda line: (_place(line), line.entry.number)))


def instant_in_words(moment: str | None) -> str:
    """When something was recorded.

    >>> instant_in_words("2025-01-13T09:30:00.000000+00:00"), instant_in_words(None)
    ('Mon 13 Jan 2025, 09:30:00 UTC', 'not recorded')
    """
    if moment is None:
        return "not recorded"
    found = datetime.fromisoformat(moment).astimezone(UTC)
    return f"{day_in_words(found.date())}, {found:%H:%M:%S} UTC"


def details_of(described: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Keys and values of plain data in words, in the order of the keys.

    >>> details_of({"sen": "ehc_plan", "date_of_birth": "2010-11-02", "looked_after": False})
    (('date of birth', 'Tue 2 Nov 2010'), ('looked after', 'no'), ('sen', 'ehc plan'))
    """
    return tuple((words(key), _value(value)) for key, value in sorted(described.items()))


def _value(value: object) -> str:
    match value:
        case str() if _DAY.fullmatch(value):
            return day_in_words(date.fromisoformat(value))
        case str():
            return words(value) if _NAME.fullmatch(value) else value
        case list():
            return ", ".join(map(_value, value)) or "nothing"
        case _:
            return in_words(value)


def _line(
    entry: ChainedEntry, body: Mapping[str, object], events: list[int], remarks: list[str], as_of: date
) -> RecordedLine:
    happened, what, details = None, f"{entry.kind}, redacted", tuple[tuple[str, str], ...]()
    stands = not remarks and entry.body is not None
    if entry.left_out:
        what, stands = f"{entry.kind} recorded later", False
        remarks = [*remarks, "recorded after the time at which the record is shown here, and left aside"]
    elif body and entry.kind == EVENT:
        event = _mapping(body.get("event"))
        happened = date.fromisoformat(str(event["date"]))
        what = words(str(event["event"]))
        details = details_of({key: value for key, value in event.items() if key not in _TOLD_APART})
        if body.get("corrects") is not None:
            earlier = f"entry {_nth_event(events, body['corrects'])}"
            withdraws = body.get("withdraws") is True
            stands = stands and not withdraws
            remarks = [f"withdraws {earlier}: it never happened" if withdraws else f"corrects {earlier}", *remarks]
        if happened > as_of:
            stands = False
            remarks = [*remarks, "after the day as of which the case is shown, and left aside"]
    elif body:
        what, details = _other(entry.kind, body)
    return RecordedLine(
        entry,
        happened,
        instant_in_words(entry.recorded_at),
        str(body.get("recorded_by", "")),
        what,
        details,
        tuple(remarks),
        stands,
    )


def _other(kind: str, body: Mapping[str, object]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """An entry that holds no event: a judgement, a new header or a redaction."""
    if kind == JUDGEMENT:
        made = _mapping(body.get("judgement"))
        return f"judgement: {words(str(made.get('judgement', '')))}", details_of(
            {key: value for key, value in made.items() if key != "judgement"}
        )
    if kind == REDACTION:
        told = {"entries": body.get("numbers"), "why": body.get("why"), "header": body.get("header") is True}
        return "redaction", details_of(told)
    return words(kind), details_of({"why": body.get("why")})


def _corrections(
    chain: CaseChain, bodies: Mapping[int, Mapping[str, object]], events: list[int]
) -> dict[int, list[str]]:
    """For each entry that another one corrects or withdraws, what to say of it."""
    found: dict[int, list[str]] = {}
    for entry in chain.entries:
        body = bodies[entry.number]
        if entry.kind == EVENT and body.get("corrects") is not None:
            how = "withdrawn" if body.get("withdraws") else "corrected"
            found.setdefault(_nth_event(events, body["corrects"]), []).append(f"{how} by entry {entry.number}")
        if entry.kind == REDACTION:
            for number, corrects in _mapping(body.get("corrected")).items():
                told = f"corrected by entry {number}, since redacted"
                found.setdefault(_nth_event(events, corrects), []).append(told)
    return found


def _redactions(chain: CaseChain, bodies: Mapping[int, Mapping[str, object]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for entry in chain.entries:
        numbers = bodies[entry.number].get("numbers")
        for number in numbers if entry.kind == REDACTION and isinstance(numbers, list) else ():
            found.setdefault(int(number), []).append(f"redacted by entry {entry.number}; its digest remains")
    return found


def _nth_event(events: list[int], number: object) -> int:
    """The number in the chain of the event with a number in the log, which counts events alone."""
    place = int(str(number)) - 1
    return events[place] if 0 <= place < len(events) else 0


def _place(line: RecordedLine) -> str:
    if line.happened is not None:
        return line.happened.isoformat()
    return (line.entry.recorded_at or "9999")[:10]


def _mapping(found: object) -> Mapping[str, object]:
    if isinstance(found, str):
        found = json.loads(found)
    return found if isinstance(found, Mapping) else {}


def described_in(
    chain: CaseChain, *, known_on: date | datetime | None = None
) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """What the header by which the case stands says of school and pupil, and the judgements that it was opened with.

    A judgement that was recorded after `known_on` is left out.
    """
    changed = [entry.body for entry in chain.entries if entry.kind == HEADER and entry.body is not None]
    header = _mapping(_mapping(changed[-1]).get("header")) if changed else _mapping(chain.header)
    for part in ("school", "pupil"):
        yield part, details_of(_mapping(header.get(part)))
    judgements = _mapping(chain.header).get("judgements")
    for made in judgements if isinstance(judgements, list) else ():
        at = made.get("recorded_at")
        if at is not None and not recorded_by_then(datetime.fromisoformat(str(at)), known_on):
            continue
        said = {key: value for key, value in made.items() if key not in ("judgement", "recorded_at")}
        recorded = () if at is None else (("recorded", instant_in_words(str(at))),)
        yield f"judgement: {words(str(made['judgement']))}", (*details_of(said), *recorded)
