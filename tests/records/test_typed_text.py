"""The quick reader of stored events against the reader of case files: what one takes and gives, so does the other.

Hidden characters aside, which a file may not hold.
"""

from __future__ import annotations

import json
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.facts import FactKind, FactType
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.loading.case_data import canonical, described_data, event_data, read_described, read_event
from inclusion_rules.records.typed_text import described_from, event_from

EDITION = open_rulebook().edition()
DAYS = st.dates(date(2012, 9, 1), date(2027, 7, 1)).map(str)
ROLES = st.sampled_from(sorted(EDITION.roles))
WORDS = st.text(st.characters(exclude_categories=("C", "Z")), max_size=20)
ANYTHING: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers(-5, 50) | st.floats(0, 50) | WORDS | DAYS | st.just([])
)


def fitting(kind: FactType) -> st.SearchStrategy[object]:
    """Values of a kind, as JSON writes them."""
    match kind.kind:
        case FactKind.YES_NO:
            return st.booleans() | st.sampled_from(["yes", "no"])
        case FactKind.DATE:
            return DAYS
        case FactKind.TEXT if kind.is_id:
            return st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
        case FactKind.TEXT:
            return WORDS
        case FactKind.ONE_OF:
            return st.sampled_from(kind.choices)
        case FactKind.SET_OF:
            return st.lists(st.sampled_from(kind.choices or ("a", "b")), min_size=1, max_size=3)
        case FactKind.HALF_DAYS:
            return st.integers(0, 90).map(lambda halves: halves / 2)
    return st.integers(0, 100)


@st.composite
def events(draw: st.DrawFn, *, sound: bool = True) -> dict[str, object]:
    """The data of an event; unless it is to be sound, something in it may be wrong."""
    name = draw(st.sampled_from(sorted(EDITION.events)))
    definition = EDITION.events[name]
    chosen = [*definition.needs, *draw(st.lists(st.sampled_from(definition.may or ("by",)), unique=True))]
    data: dict[str, object] = {"event": name, "date": draw(DAYS)}
    for key in chosen:
        kind = EDITION.attributes.get(f"{name}.{key}") or EDITION.attributes[key]
        data[key] = draw(fitting(kind))
    if draw(st.booleans()):
        data["of"] = draw(DAYS)
    if draw(st.booleans()):
        data["at"] = draw(st.times().map(lambda at: at.isoformat(timespec="minutes")))
    if draw(st.booleans()):
        data.setdefault("by", draw(ROLES))
        data.setdefault("evidence", draw(WORDS))
        data.setdefault("recorded_at", "2025-03-10T12:00:00.000000+00:00")
    if not sound:
        key = draw(st.sampled_from([*data, "colour"]))
        if draw(st.booleans()):
            data[key] = draw(ANYTHING)
        else:
            data.pop(key, None)
    return data


def slowly(data: dict[str, object]) -> Event | None:
    """An event as the reader of case files gives it, or None where it refuses it."""
    try:
        return read_event(canonical(data), EDITION, name="event")
    except InvalidFilesError:
        return None


@given(events())
def test_sound_events_are_read_alike(data: dict[str, object]) -> None:
    """Both readers give the same event for everything that a case file may hold."""
    assert slowly(data) == event_from(json.loads(canonical(data)), EDITION)


@given(events(sound=False))
def test_what_the_quick_reader_takes_the_other_takes_too(data: dict[str, object]) -> None:
    """Nothing gets past the quick reader that a case file could not hold, and nothing is read differently."""
    try:
        found = event_from(json.loads(canonical(data)), EDITION)
    except (KeyError, TypeError, ValueError):
        return
    assert slowly(data) == found


@given(events())
def test_an_event_is_written_as_it_was_read(data: dict[str, object]) -> None:
    """Reading what was written gives the same event."""
    event = event_from(data, EDITION)

    if event.recorded_at is None:
        assert event == event_from(json.loads(canonical(event_data(event))), EDITION)


@pytest.mark.parametrize("part", ["school", "pupil"])
@given(data=st.data())
def test_descriptions_are_read_alike(part: str, data: st.DataObject) -> None:
    """Both readers give the same facts of school and pupil."""
    facts = [fact for fact in EDITION.facts.values() if fact.taken_from and fact.taken_from.startswith(f"{part}.")]
    chosen = data.draw(st.lists(st.sampled_from(facts), unique_by=lambda fact: fact.name))
    written = {str(fact.taken_from).partition(".")[2]: data.draw(fitting(fact.type)) for fact in chosen}
    said = json.loads(canonical(written))

    found = described_from(said, part, EDITION)
    assert read_described(canonical(said), part, EDITION, name="x") == found
    assert found == described_from(described_data(found, part, EDITION), part, EDITION)


@pytest.mark.parametrize("said", [{"colour": "red"}, {"looked_after": 3}])
def test_a_description_that_nobody_declared_is_refused(said: dict[str, object]) -> None:
    """A key or value that the packs do not know is an error."""
    with pytest.raises((KeyError, ValueError)):
        described_from(said, "pupil", EDITION)


def test_a_time_of_day_is_read() -> None:
    """The quick reader knows the minute."""
    data = {"event": "parent_informed", "date": "2025-03-03", "at": "09:05"}
    assert time(9, 5) == event_from(data, EDITION).at
