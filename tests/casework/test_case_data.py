"""A live case as plain JSON data: what is written is canonical, and reading it gives back what was written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from tests.casework.builders import day, record_of
from tests.casework.logs import Told, cases

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.cases import Event, Judgement
from inclusion_rules.domain.event_log import Entry
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.loading.case_data import (
    canonical,
    described_data,
    entry_data,
    event_data,
    instant,
    judgement_data,
    plain_value,
    read_described,
    read_event,
    read_judgements,
    read_layers,
)

RECORDED = datetime(2025, 3, 3, 12, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def edition() -> Edition:
    """The shipped national law."""
    return open_rulebook().edition()


# Canonical text ------------------------------------------------------------------------------------------------------


def test_one_meaning_has_one_text():
    """Keys in order, no spaces: however a mapping was put together, the text is the same."""
    assert '{"a":[1,2.5,null,true],"b":{"c":"ö","d":0}}' == canonical(
        {"b": {"d": 0, "c": "ö"}, "a": [1, 2.5, None, True]}
    )


def test_a_letter_written_in_two_ways_has_one_text():
    """An accent as a character of its own is joined with its letter."""
    assert canonical({"name": "Zo\u00eb"}) == canonical({"name": "Zoe\u0308"})


def test_a_number_that_is_none_is_refused():
    """Neither infinity nor what is not a number has a place in JSON."""
    for number in (float("inf"), float("nan")):
        with pytest.raises(ValueError, match="JSON"):
            canonical({"days": number})


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (2.0, 2),
        (2.5, 2.5),
        (3, 3),
        (True, True),
        ("words", "words"),
        (day("2025-03-03"), "2025-03-03"),
        (frozenset({"PP", "DB"}), ["DB", "PP"]),
    ],
)
def test_values_become_what_json_can_hold(value, plain):
    """Whole numbers without a point, days as text, sets as sorted lists."""
    assert plain == plain_value(value)
    assert type(plain) is type(plain_value(value))


@pytest.mark.parametrize("hours", [0, 1, -5])
def test_an_instant_is_written_in_utc_whatever_its_zone(hours):
    """Half past twelve at Greenwich is one text, wherever it was noted."""
    elsewhere = RECORDED.astimezone(timezone(timedelta(hours=hours)))

    assert "2025-03-03T12:30:00.000000+00:00" == instant(elsewhere)


# Events and entries --------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(cases())
def test_every_event_comes_back_as_it_was(told: Told):
    """Written and read again, an event has the same day, attributes, time, exclusion, person and document."""
    edition = open_rulebook().edition()

    for event in told.record().events:
        assert event == read_event(canonical(event_data(event)), edition, name="entry")


@settings(max_examples=40)
@given(cases())
def test_writing_what_was_read_gives_the_same_text(told: Told):
    """The text of an event is a fixed point: reading and writing it changes no character."""
    edition = open_rulebook().edition()

    for event in told.record().events:
        text = canonical(event_data(event))
        assert text == canonical(event_data(read_event(text, edition, name="entry")))


def test_who_and_which_document_come_back(edition):
    """`by`, `evidence`, `of` and `at` may stand on any event."""
    (_, event) = record_of(
        [
            "2025-03-03 permanently_excluded",
            '2025-03-04 parent_informed by: school, evidence: letter 7, of: 2025-03-03, at: "14:30"',
        ]
    ).events

    assert event == read_event(canonical(event_data(event)), edition, name="entry")
    assert {"by": "school", "evidence": "letter 7", "of": "2025-03-03", "at": "14:30"}.items() <= event_data(
        event
    ).items()


def test_an_entry_says_both_times_and_who_recorded_it():
    """Its number, the event with its day, the instant of recording and the person."""
    entry = Entry(2, Event("parent_informed", day("2025-03-03")), RECORDED, "school")

    assert {
        "number": 2,
        "recorded_at": "2025-03-03T12:30:00.000000+00:00",
        "recorded_by": "school",
        "event": {"event": "parent_informed", "date": "2025-03-03"},
    } == entry_data(entry)


@pytest.mark.parametrize("withdraws", [False, True])
def test_a_correction_says_what_it_corrects(withdraws):
    """A withdrawal says so besides; other entries say nothing of either."""
    entry = Entry(2, Event("parent_informed", day("2025-03-03")), RECORDED, "school")

    data = entry_data(replace(entry, corrects=1, withdraws=withdraws))

    assert (1, True if withdraws else None) == (data["corrects"], data.get("withdraws"))
    assert not {"corrects", "withdraws"} & entry_data(entry).keys()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({"event": "parent_infrmed", "date": "2025-03-03"}, "parent_infrmed"),
        ({"event": "parent_informed", "date": "2025-03-03", "wh": "x"}, "wh"),
        ({"event": "suspended", "date": "2025-03-03", "school_days": 1.2, "first_day": "2025-03-03"}, "1.2"),
        ({"event": "parent_informed"}, "date"),
    ],
)
def test_data_is_held_against_the_vocabulary(edition, data, word):
    """Nothing is taken on trust: an unknown word or a value that does not fit is refused like in a case file."""
    with pytest.raises(InvalidFilesError, match=word):
        read_event(json.dumps(data), edition, name="entry 3")


def test_a_refusal_names_the_entry(edition):
    """The place that is told is the name of what was read."""
    with pytest.raises(InvalidFilesError, match="entry 3:1"):
        read_event('{"event": "parent_infrmed", "date": "2025-03-03"}', edition, name="entry 3")


# The rest of a case --------------------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(cases())
def test_school_and_pupil_come_back_as_they_were(told: Told):
    """Under the keys of a case file, with what is not known left out."""
    edition, record = open_rulebook().edition(), told.record()

    for part, described in (("school", record.school), ("pupil", record.pupil)):
        data = described_data(described, part, edition)
        assert described == read_described(canonical(data), part, edition, name=part)


def test_a_key_that_nobody_declared_is_refused(edition):
    """Also in data."""
    with pytest.raises(InvalidFilesError, match="looked_after"):
        read_described('{"loked_after": true}', "pupil", edition, name="pupil")


@pytest.mark.parametrize("on", [None, "2025-03-10"])
@pytest.mark.parametrize("value", [True, False])
def test_a_judgement_comes_back_as_it_was(edition, on, value):
    """The fact, the answer, the role and the day."""
    judgement = Judgement("affects_authority_duties", value, "proprietor", day(on) if on else None)

    text = canonical([judgement_data(judgement)])

    assert (judgement,) == read_judgements(text, edition, name="judgements")


def test_a_judgement_comes_back_with_its_recording(edition):
    """When and by whom it was recorded are kept where they are known; data without them is read as ever."""
    recorded_at = datetime(2025, 3, 10, 18, 30, tzinfo=UTC)
    judgement = Judgement("affects_authority_duties", True, "proprietor", None, recorded_at, "clerk: no. 42")

    data = judgement_data(judgement)
    assert ("2025-03-10T18:30:00.000000+00:00", "clerk: no. 42") == (data["recorded_at"], data["recorded_by"])
    assert (judgement,) == read_judgements(canonical([data]), edition, name="judgements")
    bare = judgement_data(replace(judgement, recorded_at=None, recorded_by=None))
    assert not {"recorded_at", "recorded_by"} & bare.keys()


def test_an_instant_of_judging_that_is_none_is_told(edition):
    """The reader's words and what was expected."""
    text = '[{"judgement": "affects_authority_duties", "value": true, "by": "proprietor", "recorded_at": "yesterday"}]'

    with pytest.raises(InvalidFilesError, match="`yesterday` is not an instant"):
        read_judgements(text, edition, name="judgements")


def test_a_judgement_of_the_wrong_person_is_refused(edition):
    """What a board has to judge is not the head's to say."""
    text = '[{"judgement": "affects_authority_duties", "value": true, "by": "parent"}]'

    with pytest.raises(InvalidFilesError, match="proprietor"):
        read_judgements(text, edition, name="judgements")


@pytest.mark.parametrize("name", ["example", "leicestershire_2024_25"])
def test_the_layers_of_a_calendar_come_back_with_every_day_as_it_was(name):
    """Written and read again, a chain of layers opens the school on the same days, for the same reasons."""
    rulebook = open_rulebook()
    layers = rulebook.calendars[name]

    read = read_layers(canonical([layer.as_data() for layer in layers]), name="calendar")

    before, after = (SchoolCalendar.of(chain, rulebook.bank_holidays) for chain in (layers, read))
    assert (before.covers_from, before.covers_to) == (after.covers_from, after.covers_to)
    days = [before.covers_from + timedelta(days=n) for n in range((before.covers_to - before.covers_from).days + 1)]
    assert [before.day(one) for one in days] == [after.day(one) for one in days]


def test_a_layer_that_cannot_be_used_is_refused():
    """Terms that are no terms are told."""
    with pytest.raises(InvalidFilesError):
        read_layers('[{"calendar": "x", "terms": [{"name": "spring"}]}]', name="calendar")
