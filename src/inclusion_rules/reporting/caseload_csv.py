"""A morning as a table for a spreadsheet: one line for each obligation, and one for each case that needs a look.

Text that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab or a line break) gets an
apostrophe in front, also in columns that other programs read: what stands in a case file may have been typed by anyone.
Lines end as RFC 4180 wants them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO

from inclusion_rules.caseload.case_rows import CaseBrief
from inclusion_rules.caseload.morning import Item, Morning
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.reporting.caseload_words import act_in_words, counted_in_words, difference_in_words
from inclusion_rules.vocabulary import Status, Verification

COLUMNS = (
    "group", "case", "case_id", "pathway", "stage", "school", "authority", "home_authority", "bearer", "bearer_is",
    "duty", "what", "due", "status", "late_by_school_days", "school_days_left", "days_left", "alert_on", "not_before",
    "was_due", "waiting_for", "arose_on", "about", "counted", "why", "law", "verified", "by_the_law_it_is_pinned_to",
)  # fmt: skip
"""The names of the columns, in order; more may be added at the end."""
QUIET, OTHER_LAW, NOT_DECIDED, NOT_IN_FULL = "quiet", "other_law", "not_decided", "not_decided_in_full"
"""The groups of lines that are about a case as a whole."""
BYTE_ORDER_MARK = "\ufeff"
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
Line = dict[str, object]


def morning_as_csv(morning: Morning, *, rulebook: Rulebook, bom: bool = False) -> str:
    """The morning as CSV text; with `bom` it begins with the sign by which Excel knows UTF-8."""
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for line in _lines(morning, rulebook):
        writer.writerow({name: guarded(value) for name, value in line.items()})
    return (BYTE_ORDER_MARK if bom else "") + text.getvalue()


def guarded(value: object) -> object:
    """A value that no spreadsheet takes for a formula.

    >>> guarded("=1+1"), guarded("Example School"), guarded(-1)
    ("'=1+1", 'Example School', -1)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUNS) else value


def _lines(morning: Morning, rulebook: Rulebook) -> Iterator[Line]:
    for item in morning.items:
        yield _item(item, rulebook)
    for quiet in morning.quiet:
        why = f"nothing recorded for {quiet.days} days, since {quiet.last_recorded.isoformat()}"
        yield {"group": QUIET, **_case(quiet.brief, quiet.stage), "why": why}
    for other in morning.other_law:
        why = "; ".join(map(difference_in_words, other.differences))
        yield {"group": OTHER_LAW, **_case(other.brief, other.stage), "why": why}
    for case in morning.not_decided:
        yield {
            "group": NOT_IN_FULL if case.in_part else NOT_DECIDED,
            "case": case.reference,
            "case_id": case.case_id,
            "school": case.school,
            "why": case.reason,
        }


def _item(item: Item, rulebook: Rulebook) -> Line:
    row, rule = item.row, item.rule
    return {
        "group": item.group.value,
        **_case(item.brief, item.stage),
        "bearer": row.bearer,
        "bearer_is": row.bearer_is,
        "duty": rule.duty,
        "what": act_in_words(item, rulebook),
        "due": _day(row.due),
        "status": (Status.MISSED if row.missed else Status.OPEN).value,
        "late_by_school_days": item.late_by_school_days,
        "school_days_left": item.school_days_left,
        "days_left": item.days_left,
        "alert_on": _day(row.alert_on),
        "not_before": _day(row.not_before),
        "was_due": _day(row.was_due),
        "waiting_for": row.waiting_for,
        "arose_on": row.arose_on.isoformat(),
        "about": _day(row.about),
        "counted": counted_in_words(item),
        "why": row.why,
        "law": "; ".join(rule.cites),
        "verified": _yes_no(rule.verified is Verification.YES),
        "by_the_law_it_is_pinned_to": _yes_no(item.own_law),
    }


def _case(brief: CaseBrief, stage: str) -> Line:
    return {
        "case": brief.reference,
        "case_id": brief.case_id,
        "pathway": brief.pathway,
        "stage": stage,
        "school": brief.school,
        "authority": brief.authority,
        "home_authority": brief.home_authority,
    }


def _yes_no(holds: bool) -> str:
    return "yes" if holds else "no"


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
