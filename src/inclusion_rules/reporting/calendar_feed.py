"""A case's coming days as a calendar feed (iCalendar, RFC 5545): due days, days to raise an alert, ends of rights.

Knows how an obligation becomes an all-day event. The same decision gives the same bytes, so a feed can be compared;
every event keeps its identity from one day to the next, so a diary is updated and not filled twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote

from icalendar import Calendar, Event

from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.reporting.case_page import CasePage, Entry, about_in_words
from inclusion_rules.reporting.certificates import counting_in_words

_DUE = ("overdue", "to confirm", "due")
_SAYS_FIRST = {
    "overdue": "OVERDUE",
    "to confirm": "Was this done?",
    "due": "Due",
    "without delay": "Without delay",
    "rights": "Last day",
    "not before": "Not before today",
}


def case_as_ics(page: CasePage) -> bytes:
    """What is still to come, or still owed, as one calendar: an all-day event for each."""
    calendar = Calendar()
    calendar.add("prodid", "-//inclusion-rules//timetable of a case//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{page.decision.case}: school exclusion")
    for event in _events(page):
        calendar.add_component(event)
    feed: bytes = calendar.to_ical()
    return feed


def _events(page: CasePage) -> Iterator[Event]:
    taken: set[str] = set()
    for section in page.sections:
        if section.key not in _SAYS_FIRST:
            continue
        for entry in section.entries:
            if entry.day is None:
                continue
            identity = _identity(page.decision.case, entry)
            if identity in taken:
                identity = f"{identity}.{quote(entry.obligation.rule.id, safe='')}"
            taken.add(identity)
            yield _event(entry, section.key, entry.day, page, identity)


def _identity(case: str, entry: Entry) -> str:
    """What tells this obligation from every other, today and tomorrow."""
    about = entry.obligation.about
    parts = [
        case,
        entry.obligation.rule.duty,
        about.isoformat() if about is not None else "case",
        str(entry.obligation.occurrence or 1),
    ]
    return ".".join(quote(part, safe="") for part in parts)


def _event(entry: Entry, key: str, day: date, page: CasePage, identity: str) -> Event:
    rule = entry.obligation.rule
    event = Event()
    event.add("uid", f"{identity}@inclusion-rules")
    event.add("dtstamp", datetime.combine(page.decision.as_of, time(), UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"{_SAYS_FIRST[key]}: {rule.title}{'' if entry.verified else ' (unverified)'}")
    event.add("description", "\n".join(_description(entry, key, page)))
    event.add("categories", ["time limit" if key in _DUE else "window" if key == "rights" else "alert"])
    event.add("transp", "TRANSPARENT")
    return event


def _description(entry: Entry, key: str, page: CasePage) -> Iterator[str]:
    obligation = entry.obligation
    rule = obligation.rule
    yield f"{entry.who} {entry.speaks} {entry.what}."
    yield f"Case {page.decision.case}, about {about_in_words(obligation.about)}."
    if key == "without delay":
        yield "The law gives no number of days; this is the day to raise it if there is no record of it."
    if key == "overdue":
        yield f"Past its day and still owed, as of {day_in_words(page.decision.as_of)} ({entry.standing})."
    if obligation.deadline is not None:
        yield f"Counted: {counting_in_words(obligation.deadline)}, by {obligation.deadline.calendar}."
    yield f"Law: {'; '.join(rule.cites)} ({rule.force.value})."
    if not entry.verified:
        yield "No page that was read confirms this rule."
    if rule.reading:
        yield f"Read as: {rule.reading}"
    if rule.alternative:
        yield f"It could also be read: {rule.alternative}"
    yield from entry.remarks
