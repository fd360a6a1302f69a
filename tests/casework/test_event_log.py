"""The log of a case: it only grows, corrections and withdrawals included, and says what was known at any time."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.event_log import EventLog, LogError
from inclusion_rules.errors import InclusionRulesError

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


def at(hours: int) -> datetime:
    """An instant so many hours after the first noon."""
    return NOON + timedelta(hours=hours)


def happened(name: str, on: str = "2025-03-03") -> Event:
    """An event by name and day."""
    return Event(name, date.fromisoformat(on))


def names(log: EventLog, known_on: datetime | date | None = None) -> list[str]:
    """The names of the events that stand, in order."""
    return [event.name for event in log.events(known_on)]


@pytest.fixture
def log() -> EventLog:
    """Three events, recorded an hour apart."""
    found = EventLog()
    for hour, name in enumerate(["permanently_excluded", "parent_informed", "governing_board_notified"]):
        found = found.with_event(happened(name), recorded_at=at(hour), recorded_by="school")
    return found


def test_entries_are_numbered_from_1_without_gaps(log):
    """Each entry carries the next number."""
    assert [1, 2, 3] == [entry.number for entry in log]


def test_a_log_is_a_value(log):
    """To add an entry gives another log and leaves the first as it was."""
    longer = log.with_event(happened("governing_board_met"), recorded_at=at(3), recorded_by="school")

    assert (3, 4) == (len(log), len(longer))
    assert log.entries == longer.entries[:3]


def test_events_come_in_the_order_of_their_days_and_of_recording():
    """What happened earlier comes first however late it was recorded; events of one day in the order recorded."""
    log = EventLog()
    for hour, (name, on) in enumerate([("b", "2025-03-04"), ("c", "2025-03-04"), ("a", "2025-03-03")]):
        log = log.with_event(happened(name, on), recorded_at=at(hour), recorded_by="school")

    assert ["a", "b", "c"] == names(log)


def test_a_correction_stands_in_the_place_of_what_it_corrects(log):
    """The corrected event keeps the order of the first recording, and the entry it replaces stays in the log."""
    corrected = log.with_event(
        happened("parent_notified_in_writing"), recorded_at=at(3), recorded_by="school", corrects=2
    )

    assert ["permanently_excluded", "parent_notified_in_writing", "governing_board_notified"] == names(corrected)
    assert "parent_informed" == corrected.entries[1].event.name


def test_a_correction_can_be_corrected_by_its_own_number_or_the_first(log):
    """A chain of corrections has one place; either number leads to it."""
    once = log.with_event(happened("b"), recorded_at=at(3), recorded_by="school", corrects=2)

    for number in (2, 4):
        twice = once.with_event(happened("c"), recorded_at=at(4), recorded_by="school", corrects=number)
        assert ["permanently_excluded", "c", "governing_board_notified"] == names(twice)


def test_a_withdrawal_says_that_something_never_happened(log):
    """The event stands no longer; the log holds both entries."""
    withdrawn = log.with_event(
        happened("parent_informed"), recorded_at=at(3), recorded_by="school", corrects=2, withdraws=True
    )

    assert ["permanently_excluded", "governing_board_notified"] == names(withdrawn)
    assert 4 == len(withdrawn)


def test_what_was_withdrawn_cannot_be_corrected(log):
    """Nothing of that number stands any more."""
    withdrawn = log.with_event(happened("x"), recorded_at=at(3), recorded_by="school", corrects=2, withdraws=True)

    for number in (2, 4):
        with pytest.raises(LogError, match=f"entry {number}"):
            withdrawn.with_event(happened("x"), recorded_at=at(4), recorded_by="school", corrects=number)


@pytest.mark.parametrize(
    ("known_on", "expected"),
    [
        (at(0), ["permanently_excluded"]),
        (at(1) - timedelta(microseconds=1), ["permanently_excluded"]),
        (at(1), ["permanently_excluded", "parent_informed"]),
        (date(2025, 3, 2), []),
        (date(2025, 3, 3), ["permanently_excluded", "parent_informed", "governing_board_notified"]),
    ],
)
def test_a_log_says_what_was_known_at_a_time(log, known_on, expected):
    """To the instant, or to the end of a day."""
    assert expected == names(log, known_on)


def test_before_its_correction_an_entry_stood_as_it_was(log):
    """Seen from before the correction the first entry stands, seen from after it the second does."""
    corrected = log.with_event(happened("b"), recorded_at=at(30), recorded_by="school", corrects=2)

    assert "parent_informed" in names(corrected, at(29))
    assert "b" in names(corrected, at(30))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"recorded_at": at(1)}, "only grows forward"),
        ({"recorded_at": datetime(2025, 3, 4, 12)}, "time zone"),
        ({"recorded_at": at(3), "corrects": 4}, "entry 4"),
        ({"recorded_at": at(3), "corrects": 0}, "entry 0"),
        ({"recorded_at": at(3), "withdraws": True}, "name the entry"),
    ],
)
def test_an_entry_that_does_not_fit_is_refused(log, said, why):
    """Time running backwards, an instant without a zone, or a correction of nothing: the log takes none of them."""
    with pytest.raises(LogError, match=why) as refused:
        log.with_event(happened("x"), recorded_by="school", **said)

    assert isinstance(refused.value, InclusionRulesError)


def test_two_entries_may_have_the_same_instant(log):
    """What was entered together keeps its order."""
    assert 4 == len(log.with_event(happened("x"), recorded_at=at(2), recorded_by="school"))


def test_a_log_can_be_stored(log):
    """Pickled and fetched it is the same log."""
    assert log == pickle.loads(pickle.dumps(log))  # noqa: S301 - what was pickled in the same line


@dataclass
class Notebook:
    """The plainest log there can be: lines in places, each written over or crossed out where it stands."""

    place_of: dict[int, int] = field(default_factory=dict)
    lines: dict[int, Event] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)

    def correctable(self) -> list[int]:
        """The numbers that lead to a line that stands: its first entry, and the one that wrote it last."""
        return sorted({number for place in self.lines for number in (place, self.last[place])})

    def note(self, number: int, event: Event, corrects: int | None, withdraws: bool) -> None:
        """Write one entry."""
        place = number if corrects is None else self.place_of[corrects]
        self.place_of[number], self.last[place] = place, number
        if withdraws:
            del self.lines[place]
        else:
            self.lines[place] = event

    def standing(self) -> list[Event]:
        """What is not crossed out, by day and then by place."""
        return sorted((event for _, event in sorted(self.lines.items())), key=lambda event: event.date)


@given(st.data())
def test_a_log_agrees_with_a_notebook_at_every_time(data: st.DataObject):
    """Whatever is entered, corrected and withdrawn, the log says what a notebook would, as of each entry."""
    log, notebook, pages = EventLog(), Notebook(), [list[Event]()]
    for number in range(1, data.draw(st.integers(1, 8)) + 1):
        event = happened(f"event_{number}", f"2025-03-{data.draw(st.integers(1, 28)):02}")
        corrects = data.draw(st.sampled_from([None, *notebook.correctable()]))
        withdraws = corrects is not None and data.draw(st.booleans())
        log = log.with_event(event, recorded_at=at(number), recorded_by="x", corrects=corrects, withdraws=withdraws)
        notebook.note(number, event, corrects, withdraws)
        pages.append(notebook.standing())

    for number, page in enumerate(pages):
        assert page == list(log.events(at(number)))
