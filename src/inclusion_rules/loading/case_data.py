"""Live cases as plain JSON data, both ways: headers, log entries and judgements.

What is written is canonical: sorted keys, dates and instants in ISO 8601 (UTC), no number that is not whole or short
as a decimal. What is read is held against the vocabulary like any case file; nothing is taken on trust.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from collections.abc import Sequence as Sequence_
from datetime import UTC, date, datetime

from inclusion_rules.domain.calendar_layers import CalendarLayer
from inclusion_rules.domain.cases import Event, Judgement
from inclusion_rules.domain.event_log import Entry
from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.loading.calendars import read_layer
from inclusion_rules.loading.case_files import RecordReader
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import parse_tree
from inclusion_rules.loading.yaml_tree import Sequence

Plain = Mapping[str, object]


def canonical(data: object) -> str:
    """One text for one meaning: sorted keys, no spaces, Unicode in composed form.

    >>> canonical({"b": 2.5, "a": [1, None]})
    '{"a":[1,null],"b":2.5}'
    """
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return unicodedata.normalize("NFC", text)


def plain_value(value: Known) -> object:
    """A known value as JSON can hold it; whole numbers without a point, sets sorted."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def event_data(event: Event) -> dict[str, object]:
    """An event as a case file writes it."""
    found: dict[str, object] = {"event": event.name, "date": event.date.isoformat()}
    found |= {name: plain_value(value) for name, value in event.attributes.items()}
    if event.of is not None:
        found["of"] = event.of.isoformat()
    if event.at is not None:
        found["at"] = event.at.isoformat(timespec="minutes")
    for name in ("by", "evidence"):
        value = getattr(event, name)
        if value is not None and name not in found:
            found[name] = value
    return found


def entry_data(entry: Entry) -> dict[str, object]:
    """A log entry: its number, both times, who recorded it, and the event."""
    found: dict[str, object] = {
        "number": entry.number,
        "recorded_at": instant(entry.recorded_at),
        "recorded_by": entry.recorded_by,
        "event": event_data(entry.event),
    }
    if entry.corrects is not None:
        found["corrects"] = entry.corrects
    if entry.withdraws:
        found["withdraws"] = True
    return found


def judgement_data(judgement: Judgement) -> dict[str, object]:
    """A judgement as a case file writes it."""
    found: dict[str, object] = {
        "judgement": judgement.fact,
        "value": plain_value(judgement.value),
        "by": judgement.by,
    }
    if judgement.on is not None:
        found["date"] = judgement.on.isoformat()
    if judgement.recorded_at is not None:
        found["recorded_at"] = instant(judgement.recorded_at)
    if judgement.recorded_by is not None:
        found["recorded_by"] = judgement.recorded_by
    return found


def described_data(described: Mapping[str, Known], part: str, edition: Edition) -> dict[str, object]:
    """What is known of the school or the pupil, under the keys of a case file."""
    found: dict[str, object] = {}
    for name, value in described.items():
        place = edition.facts[name].taken_from or f"{part}.{name}"
        found[place.partition(".")[2]] = plain_value(value)
    return found


def instant(moment: datetime) -> str:
    """An instant in UTC, to the microsecond, always in the same shape.

    >>> instant(datetime(2025, 1, 13, 9, 30, tzinfo=UTC))
    '2025-01-13T09:30:00.000000+00:00'
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def read_layers(text: str, *, name: str) -> tuple[CalendarLayer, ...]:
    """Calendar layers from the JSON list that holds them, the base first.

    Raises:
        InvalidFilesError: a layer cannot be used as it stands.
    """
    problems = Problems()
    node = parse_tree(text, problems, name=name)
    items = node.items if isinstance(node, Sequence) else ()
    layers = [layer for item in items if (layer := read_layer(item, problems)) is not None]
    problems.raise_if_any()
    return tuple(layers)


def read_described(text: str, part: str, edition: Edition, *, name: str) -> dict[str, Known]:
    """The school or the pupil from its JSON text.

    Raises:
        InvalidFilesError: a key or a value is not one that the packs declare.
    """
    problems = Problems()
    found = RecordReader(edition, problems).described(part, [parse_tree(text, problems, name=name)])
    problems.raise_if_any()
    return found


def read_event(text: str, edition: Edition, *, name: str, born: date | None = None) -> Event:
    """One event from its JSON text.

    Raises:
        InvalidFilesError: the event, an attribute or a value is not one that the packs declare.
    """
    problems = Problems()
    node = parse_tree(text, problems, name=name)
    event = RecordReader(edition, problems).event(node, born) if node is not None else None
    problems.raise_if_any()
    assert event is not None
    return event


def check_event(event: Event, events: Sequence_[Event], edition: Edition, *, born: date | None = None) -> None:
    """Make sure that an event is one that the packs declare, and that the exclusion it names by `of` is among `events`.

    Raises:
        InvalidFilesError: it is not; every problem is told.
    """
    problems = Problems()
    node = parse_tree(canonical(event_data(event)), problems, name="event.json")
    if node is not None:
        reader = RecordReader(edition, problems)
        found = reader.event(node, born)
        reader.check_owners([other for other in (*events, found) if other is not None])
    problems.raise_if_any()


def check_judgement(judgement: Judgement, edition: Edition) -> None:
    """Make sure that a judgement is one that the packs know, with a value that fits, and for that role to make.

    Raises:
        InvalidFilesError: it is not; every problem is told.
    """
    read_judgements(canonical([judgement_data(judgement)]), edition, name="judgement.json")


def read_judgements(text: str, edition: Edition, *, name: str) -> tuple[Judgement, ...]:
    """Judgements from the JSON list that holds them.

    Raises:
        InvalidFilesError: a judgement is not one that the packs know, or not for that role to make.
    """
    problems = Problems()
    found = RecordReader(edition, problems).judgements(parse_tree(text, problems, name=name))
    problems.raise_if_any()
    return found
