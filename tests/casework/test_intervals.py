"""What is owed again and again: each time counted from the time before, and no longer than the duty stands.

The law is that of off-site directions: thirty days for a direction of 2012, no number for one decided since. Which
directions a rule is about is for the scenarios beside the rules.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.casework.builders import day, decided, obligations

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.findings import Obligation
from inclusion_rules.domain.rules import Meeting
from inclusion_rules.reporting.law_in_words import limit_in_words, meetings_in_words
from inclusion_rules.vocabulary import Status

COUNTED = "offsite_review_30_days_old"
UNCOUNTED = "offsite_review_intervals"
DIRECTED_2012 = "2012-10-01 off_site_direction_decided starts_on: 2012-10-08"
DIRECTED_2025 = "2025-01-13 off_site_direction_decided starts_on: 2025-01-20"

Entry = tuple[int | None, date | None, Status, date | None]


def reviews_of(duty: str, *events: str, on: str) -> list[Obligation]:
    """The entries of the ledger for the reviews of one direction."""
    return obligations(
        decided(events, on, pathway="off_site_direction", pupil={"date_of_birth": "1999-11-02"}),
        duty,
    )


def told(entries: list[Obligation]) -> list[Entry]:
    """Of each entry which time it is, its last day, how it stands and when it was done."""
    return [(one.occurrence, one.due, one.status, one.met_on) for one in entries]


def test_each_review_starts_the_count_anew() -> None:
    """The next limit runs from the day of the last review, whether that was early or late."""
    events = (DIRECTED_2012, "2012-10-15 off_site_direction_reviewed", "2012-11-20 off_site_direction_reviewed")

    assert [
        (1, day("2012-10-31"), Status.MET, day("2012-10-15")),
        (2, day("2012-11-14"), Status.MET_LATE, day("2012-11-20")),
        (3, day("2012-12-20"), Status.OPEN, None),
    ] == told(reviews_of(COUNTED, *events, on="2012-12-20"))


def test_what_is_owed_each_time_arises_when_it_was_last_done() -> None:
    """The first time with the direction, every other with the review before it."""
    events = (DIRECTED_2012, "2012-10-15 off_site_direction_reviewed")

    assert [day("2012-10-01"), day("2012-10-15")] == [
        entry.arose_on for entry in reviews_of(COUNTED, *events, on="2012-10-20")
    ]


def test_a_review_that_was_never_held_is_missed_and_still_owed() -> None:
    """On the last day it is open, the day after it is missed; nothing is owed twice before it is done once."""
    assert [(1, day("2012-10-31"), Status.OPEN, None)] == told(reviews_of(COUNTED, DIRECTED_2012, on="2012-10-31"))
    assert [(1, day("2012-10-31"), Status.MISSED, None)] == told(reviews_of(COUNTED, DIRECTED_2012, on="2012-12-31"))


def test_a_review_that_ends_the_direction_is_the_last() -> None:
    """No next time arises on the very day on which the duty ceases."""
    events = (DIRECTED_2012, "2012-10-31 off_site_direction_reviewed continue: false")

    assert [(1, day("2012-10-31"), Status.MET, day("2012-10-31"))] == told(
        reviews_of(COUNTED, *events, on="2012-12-31")
    )


def test_what_would_have_come_next_lapses_when_the_duty_ceases() -> None:
    """The direction ended between two reviews: the second is not owed any more, and is not late."""
    events = (DIRECTED_2012, "2012-10-15 off_site_direction_reviewed", "2012-11-09 off_site_direction_ended")
    first, second = reviews_of(COUNTED, *events, on="2012-12-31")

    assert (Status.MET, Status.LAPSED) == (first.status, second.status)
    assert (None, None) == (second.met_on, second.late_by_school_days)


def test_reviews_after_the_duty_ceased_add_nothing() -> None:
    """However many meetings are still recorded, none was owed."""
    ended = (DIRECTED_2012, "2012-10-15 off_site_direction_reviewed", "2012-11-09 off_site_direction_ended")
    after = ("2012-11-12 off_site_direction_reviewed", "2012-11-14 off_site_direction_reviewed")

    assert [Status.MET, Status.LAPSED] == [entry.status for entry in reviews_of(COUNTED, *ended, on="2012-12-31")]
    assert [Status.MET, Status.LAPSED] == [
        entry.status for entry in reviews_of(COUNTED, *ended, *after, on="2012-12-31")
    ]


def test_a_direction_taken_up_again_is_reviewed_again() -> None:
    """A second review that lets it go on after all brings the next limit with it."""
    events = (
        DIRECTED_2012,
        "2012-10-15 off_site_direction_reviewed continue: false",
        "2012-10-22 off_site_direction_reviewed continue: true",
    )

    assert [
        (1, Status.MET),
        (2, Status.MET),
        (3, Status.OPEN),
    ] == [(entry.occurrence, entry.status) for entry in reviews_of(COUNTED, *events, on="2012-11-01")]


def test_where_no_length_of_time_is_set_none_is_late_and_the_ledger_says_why() -> None:
    """Owed again after each review for as long as the direction goes on, without a day."""
    events = (DIRECTED_2025, "2025-03-31 off_site_direction_reviewed")
    first, second = reviews_of(UNCOUNTED, *events, on="2025-07-22")

    assert [(1, None, Status.MET, day("2025-03-31")), (2, None, Status.OPEN, None)] == told([first, second])
    assert (None, "no length of time is set: as often as is needed") == (first.why, second.why)


@given(gaps=st.lists(st.integers(min_value=0, max_value=12), max_size=5))
def test_every_review_is_counted_once_and_one_is_always_owed(gaps: list[int]) -> None:
    """For any reviews, also two on one day: one entry for each, numbered, and an open one after the last."""
    on = day("2025-01-20").toordinal()
    held = []
    for gap in gaps:
        on += gap
        held.append(date.fromordinal(on))
    events = (DIRECTED_2025, *(f"{each.isoformat()} off_site_direction_reviewed" for each in held))
    entries = reviews_of(UNCOUNTED, *events, on="2025-07-22")

    assert [*range(1, len(held) + 2)] == [entry.occurrence for entry in entries]
    assert [*held, None] == [entry.met_on for entry in entries]


def test_the_event_that_is_repeated_is_what_meets_it() -> None:
    """A rule need not say twice what is done each time."""
    rule = open_rulebook().packs["england"].rules["off_site_direction/reviews_as_needed"]

    assert (Meeting("off_site_direction_reviewed"),) == rule.met_by
    assert ("`off site direction reviewed`",) == meetings_in_words(rule)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        (
            "reviews_within_30_days",
            "every `off site review interval` (30 calendar days), first counted from the event "
            "`off site direction decided`, then from each `off site direction reviewed`",
        ),
        (
            "reviews_as_needed",
            "again and again, with no length of time set, first counted from the event "
            "`off site direction decided`, then from each `off site direction reviewed`",
        ),
    ],
)
def test_the_handbook_says_how_often(name: str, limit: str) -> None:
    """With the number while the law has one, and that it has none where it has none."""
    rulebook = open_rulebook()
    rule = rulebook.packs["england"].rules[f"off_site_direction/{name}"]

    assert limit == limit_in_words(rule.deadline, rulebook.edition(("england",)), governs=rule.governs)
