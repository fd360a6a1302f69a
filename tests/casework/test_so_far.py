"""Facts about what had happened when an event came, which nothing that comes later may change."""

from __future__ import annotations

from tests.casework.builders import day, decided, finding, record_of

from inclusion_rules.casework.deciding import decide_subject
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.facts import NOTHING, Value
from inclusion_rules.domain.rules import CASE
from inclusion_rules.reporting.law_in_words import source_in_words
from inclusion_rules.vocabulary import Outcome

FIRST = "2025-01-13 off_site_direction_decided starts_on: 2025-01-20"
REVIEWED = "2025-02-03 off_site_direction_reviewed continue: false"
SECOND = "2025-03-10 off_site_direction_decided starts_on: 2025-03-17"
ASKED = "2025-03-12 off_site_direction_review_requested by: parent"
AGAIN = "2025-03-24 off_site_direction_reviewed continue: true"


def fact_of(name: str, kind: str, *events: str) -> Value:
    """A fact of the first subject of a kind, with everything recorded that was."""
    subjects = decide_subject(record_of(events, pathway="off_site_direction"), open_rulebook(), as_of=day("2025-04-01"))
    return next(one.book(name) for one in subjects if one.placed.kind == kind)


def test_an_event_belongs_to_what_came_before_it() -> None:
    """A review is of the direction decided before it, though another has been decided since."""
    events = (FIRST, REVIEWED, SECOND)

    assert day("2025-01-13") == fact_of("off_site_direction_decided_on", "off_site_direction_reviewed", *events)
    assert day("2025-03-10") == fact_of("off_site_direction_decided_on", CASE, *events)


def test_an_events_own_record_is_part_of_what_had_happened() -> None:
    """A direction is the latest one on its own day."""
    assert day("2025-03-10") == fact_of("off_site_direction_decided_on", "off_site_direction_decided", SECOND)


def test_what_comes_later_is_not_seen() -> None:
    """The meeting that follows a request is not the one held before it."""
    name = "off_site_review_last_held_before_the_request_on"

    assert NOTHING == fact_of(name, "off_site_direction_review_requested", SECOND, ASKED, AGAIN)
    assert day("2025-02-03") == fact_of(name, "off_site_direction_review_requested", FIRST, REVIEWED, ASKED, AGAIN)


def test_an_answer_given_on_the_day_stands_when_the_case_goes_on() -> None:
    """A request that a meeting blocked is blocked still, whatever was held since."""
    before = decided((FIRST, REVIEWED, ASKED), "2025-03-12", pathway="off_site_direction")
    after = decided((FIRST, REVIEWED, ASKED, AGAIN), "2025-04-01", pathway="off_site_direction")

    assert (Outcome.ENGAGED, Outcome.ENGAGED) == tuple(
        finding(decision, "offsite_request_block_any_meeting").outcome for decision in (before, after)
    )


def test_the_handbook_says_up_to_when_events_are_looked_at() -> None:
    """So that nobody reads it as the whole case."""
    fact = open_rulebook().edition(("england",)).facts["off_site_direction_decided_on"]

    assert "anywhere in the case up to the event in hand" in source_in_words(fact)
