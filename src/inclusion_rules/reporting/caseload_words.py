"""The words and the order of a morning's list that its text, its data and its diary share.

Knows titles, who owes what, and how long is left. It lays out nothing and counts nothing.
"""

from __future__ import annotations

from inclusion_rules.caseload.law_at_hand import LawDifference
from inclusion_rules.caseload.morning import Group, Item
from inclusion_rules.casework.case import PackPin
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.reporting.case_page import SPEAKS, who_in_words
from inclusion_rules.reporting.certificates import counting_in_words
from inclusion_rules.vocabulary import Unit, words

_ENOUGH = len("sha256:") + 12

TITLES = {
    Group.MISSED: "Missed",
    Group.DUE_SOON: "Due soon",
    Group.ALERT: "Without delay, to be raised now",
    Group.TO_CONFIRM: "Past its day; the record cannot show whether it was done",
    Group.DUE_LATER: "Due later",
    Group.ALERT_LATER: "Without delay, to be raised on a later day",
    Group.NOT_BEFORE: "Not before a day",
    Group.WAITING: "Waiting for something",
    Group.UNDATED: "Owed, with no date known",
    Group.STANDING: "Standing duties without a date",
}
"""Every group of obligations."""
PRESSING = (Group.MISSED, Group.DUE_SOON, Group.ALERT)
"""What a morning is about; the other groups are counted, and listed when asked for."""


def act_in_words(item: Item, rulebook: Rulebook) -> str:
    """Who owes what, no stronger than the law says it."""
    edition = rulebook.edition(item.brief.packs)
    who = who_in_words(item.row.bearer, item.row.bearer_is, edition)
    return f"{who} {SPEAKS[item.rule.modality]} {item.rule.says}"


def standing_in_words(item: Item) -> str:
    """How it stands today: how late, how long left, or what it waits for."""
    match item.group:
        case Group.MISSED:
            late = item.late_by_school_days
            return "late" if late is None else f"{number_of(late, 'school day')} late"
        case Group.DUE_SOON | Group.DUE_LATER:
            return left_in_words(item)
        case Group.ALERT:
            return "raise now"
        case Group.NOT_BEFORE:
            return "not before"
        case Group.WAITING:
            return f"until: {words(item.row.waiting_for or '')}"
        case _:
            return ""


def left_in_words(item: Item) -> str:
    """How long is left: in school days where the limit counts them, else in days with the school days among them."""
    if item.days_left is None:
        return ""
    if item.days_left == 0:
        return "today"
    deadline = item.row.deadline
    school_days = item.school_days_left
    if school_days and (deadline is None or deadline.unit is Unit.SCHOOL_DAYS):
        return f"{number_of(school_days, 'school day')} left"
    also = f" ({number_of(school_days, 'school day')})" if school_days is not None else ""
    return f"{number_of(item.days_left, 'day')} left{also}"


def counted_in_words(item: Item) -> str:
    """How its day was counted, and from which day; empty where it was not counted."""
    deadline = item.row.deadline
    if deadline is None:
        return ""
    return f"{counting_in_words(deadline)}, by {deadline.calendar}"


def day_word(item: Item) -> str:
    """The day it is listed under, with what that day is."""
    row = item.row
    if item.group is Group.TO_CONFIRM and row.was_due is not None:
        return f"was due {day_in_words(row.was_due)}"
    if row.due is not None:
        return f"due {day_in_words(row.due)}"
    if item.group is Group.NOT_BEFORE and row.not_before is not None:
        return f"from {day_in_words(row.not_before)}"
    if row.alert_on is not None:
        return f"raise on {day_in_words(row.alert_on)}"
    return ""


def difference_in_words(difference: LawDifference) -> str:
    """What a case is pinned to and what is at hand, of one pack."""
    pinned, at_hand = difference.pinned, difference.at_hand
    if pinned is not None and at_hand is not None:
        return f"pinned to `{difference.pack}` {shown_version(pinned)}; at hand is {shown_version(at_hand)}"
    if pinned is not None:
        return f"pinned to `{difference.pack}` {shown_version(pinned)}; no such pack is at hand"
    extra = f" {shown_version(at_hand)}" if at_hand is not None else ""
    return f"not pinned to `{difference.pack}`{extra}, on which its packs now rest"


def shown_version(pin: PackPin) -> str:
    """A version with the beginning of its digest, enough to tell two apart."""
    return f"{pin.version} ({pin.digest[:_ENOUGH]})"


def number_of(count: int, thing: str) -> str:
    """So many of something.

    >>> number_of(1, "school day"), number_of(3, "case")
    ('1 school day', '3 cases')
    """
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
