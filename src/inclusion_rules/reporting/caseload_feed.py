"""A morning as one calendar feed (iCalendar, RFC 5545): what is overdue, due, or to be raised, over all cases.

The same morning gives the same bytes; an event has the identity that the feed of its own case gives it, so a diary that
takes both is not filled twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote

from icalendar import Calendar, Event

from inclusion_rules.caseload.morning import Group, Item, Morning
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.reporting.case_page import subject_in_words
from inclusion_rules.reporting.caseload_words import act_in_words, counted_in_words, standing_in_words
from inclusion_rules.vocabulary import RuleKind, Verification

_SAYS_FIRST = {
    Group.MISSED: "OVERDUE",
    Group.TO_CONFIRM: "Was this done?",
    Group.DUE_SOON: "Due",
    Group.DUE_LATER: "Due",
    Group.ALERT: "Without delay",
    Group.ALERT_LATER: "Without delay",
    Group.NOT_BEFORE: "Not before today",
}
_ALERTS = (Group.ALERT, Group.ALERT_LATER, Group.NOT_BEFORE)


def morning_as_ics(morning: Morning, *, rulebook: Rulebook) -> bytes:
    """Everything dated that is still owed, as one calendar: an all-day event for each."""
    calendar = Calendar()
    calendar.add("prodid", "-//inclusion-rules//caseload//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Caseload: school exclusions")
    taken: set[str] = set()
    for item in morning.items:
        day = _day_of(item)
        if item.group in _SAYS_FIRST and day is not None:
            identity = _identity(item)
            if identity in taken:
                identity = f"{identity}.{quote(item.rule.id, safe='')}"
            taken.add(identity)
            calendar.add_component(_event(item, day, identity, morning, rulebook))
    feed: bytes = calendar.to_ical()
    return feed


def _day_of(item: Item) -> date | None:
    row = item.row
    return row.due or row.was_due or row.not_before or row.alert_on


def _identity(item: Item) -> str:
    """What tells this obligation from every other, today and tomorrow."""
    about = item.row.about
    parts = [
        item.brief.reference,
        item.rule.duty,
        about.isoformat() if about is not None else "case",
        str(item.row.occurrence or 1),
    ]
    return ".".join(quote(part, safe="") for part in parts)


def _event(item: Item, day: date, identity: str, morning: Morning, rulebook: Rulebook) -> Event:
    right = item.rule.kind is RuleKind.RIGHT
    says = "Last day" if right and item.row.due is not None else _SAYS_FIRST[item.group]
    mark = "" if item.rule.verified is Verification.YES else " (unverified)"
    event = Event()
    event.add("uid", f"{identity}@inclusion-rules")
    event.add("dtstamp", datetime.combine(morning.as_of, time(), UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"{item.brief.reference}: {says}: {item.rule.title}{mark}")
    event.add("description", "\n".join(_description(item, morning, rulebook)))
    event.add("categories", ["alert" if item.group in _ALERTS else "window" if right else "time limit"])
    event.add("transp", "TRANSPARENT")
    return event


def _description(item: Item, morning: Morning, rulebook: Rulebook) -> Iterator[str]:
    brief, row, rule = item.brief, item.row, item.rule
    yield f"{act_in_words(item, rulebook)}."
    subject = subject_in_words(rule, row.about)
    about = f", about the {subject}" if subject else ""
    school = f", {brief.school}" if brief.school is not None else ""
    yield f"Case {brief.reference}{school}{about}."
    if item.group is Group.MISSED:
        yield f"Past its day and still owed, as of {day_in_words(morning.as_of)} ({standing_in_words(item)})."
    if item.group in (Group.ALERT, Group.ALERT_LATER):
        yield "The law gives no number of days; this is the day to raise it if there is no record of it."
    if counted := counted_in_words(item):
        yield f"Counted: {counted}."
    yield f"Law: {'; '.join(rule.cites)} ({rule.force.value})."
    if rule.verified is not Verification.YES:
        yield "No page that was read confirms this rule."
    if row.why:
        yield row.why
    yield from row.notes
    if not item.own_law:
        yield "By the law at hand, which is not the law that the case is pinned to."
