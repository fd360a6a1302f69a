"""The calendar feed: valid, complete, the same bytes for the same decision, and the same identity from day to day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest

from inclusion_rules.casework.opening import example
from inclusion_rules.reporting.calendar_feed import case_as_ics
from inclusion_rules.reporting.case_page import CasePage
from inclusion_rules.vocabulary import Status

CaseOf = Callable[[str, date], CasePage]
DEMO = example("leicestershire_permanent_exclusion")


@pytest.fixture
def page(case_of: CaseOf) -> CasePage:
    """The demo's case while the board's meeting is still to come."""
    return case_of(DEMO.read_text("utf-8"), date(2025, 1, 27))


def events_of(page: CasePage) -> list[Any]:
    """What a diary that reads the feed finds in it."""
    return list(icalendar.Calendar.from_ical(case_as_ics(page)).walk("VEVENT"))


def test_every_due_day_that_is_not_met_is_in_the_diary(page: CasePage) -> None:
    """One all-day event for each, on its day."""
    owed = [
        (entry.due, entry.rule.title)
        for entry in page.decision.obligations
        if entry.due is not None and entry.status in (Status.OPEN, Status.MISSED)
    ]
    there = [(event["dtstart"].dt, str(event["summary"])) for event in events_of(page)]

    assert owed
    assert all(any(day == on and title in summary for on, summary in there) for day, title in owed)


def test_what_is_done_is_not_in_the_diary(page: CasePage) -> None:
    """Nobody is reminded of what was done in time."""
    done = {entry.rule.title for entry in page.decision.obligations if entry.status is Status.MET}
    summaries = [str(event["summary"]) for event in events_of(page)]

    assert done
    assert not [title for title in done for summary in summaries if summary.endswith(title)]


def test_an_alert_is_not_shown_as_a_time_limit(case_of: CaseOf) -> None:
    """Where the law gives no number the event says that it is only the day to ask."""
    page = case_of(example("cancelled_with_a_social_worker").read_text("utf-8"), date(2025, 3, 20))
    alerts = [event for event in events_of(page) if str(event["summary"]).startswith("Without delay")]

    assert alerts
    assert all("alert" in event["categories"].cats for event in alerts)
    assert all("no number of days" in str(event["description"]) for event in alerts)


def test_what_is_overdue_says_so_first(case_of: CaseOf) -> None:
    """A diary that shows ten letters still shows that it is late."""
    page = case_of(DEMO.read_text("utf-8"), date(2025, 1, 21))
    late = [str(event["summary"]) for event in events_of(page) if "OVERDUE" in event["summary"]]

    assert ["OVERDUE: A permanently excluded pupil has full-time education from the sixth school day"] == late


def test_an_event_keeps_its_identity(case_of: CaseOf) -> None:
    """Tomorrow's feed updates today's events and doubles none of them."""
    text = DEMO.read_text("utf-8")
    today = {event["uid"] for event in events_of(case_of(text, date(2025, 1, 27)))}
    tomorrow = {event["uid"] for event in events_of(case_of(text, date(2025, 1, 28)))}

    assert today & tomorrow
    assert not tomorrow - today


def test_no_two_events_share_an_identity(page: CasePage) -> None:
    """A diary shows each of them."""
    identities = [event["uid"] for event in events_of(page)]

    assert len(set(identities)) == len(identities)


def test_the_same_decision_gives_the_same_bytes(page: CasePage) -> None:
    """The stamp is the day decided for, not the day it was made."""
    assert case_as_ics(page) == case_as_ics(page)
    assert {datetime(2025, 1, 27, tzinfo=UTC)} == {event["dtstamp"].dt for event in events_of(page)}


def test_lines_are_as_long_as_the_format_allows(page: CasePage) -> None:
    """Old diaries read no line of more than 75 bytes."""
    assert 75 >= max(map(len, case_as_ics(page).split(b"\r\n")))
