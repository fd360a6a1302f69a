"""The rows of the index, both ways: how a case and what it owes are written to its tables, and read from them.

Days are text in ISO 8601, and what is a list or a deadline is JSON. Knows no database.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from inclusion_rules.caseload.case_rows import CaseBrief, OwedRow, Segment
from inclusion_rules.caseload.school_days import SchoolDays
from inclusion_rules.casework.case import PackPin
from inclusion_rules.domain.deadlines import CountingRule, Deadline
from inclusion_rules.vocabulary import Unit


def calendar_row(digest: str, days: SchoolDays) -> tuple[str, ...]:
    """The school days of a calendar as a row."""
    return (digest, days.calendar, days.first.isoformat(), days.opens)


def brief_row(brief: CaseBrief) -> tuple[object, ...]:
    """Which case it is, as a row."""
    pins = json.dumps([[pin.pack, pin.version, pin.digest] for pin in brief.pins])
    return (
        brief.case_id, brief.chain_hash, brief.reference, brief.pathway, pins, brief.school, brief.authority,
        brief.home_authority, brief.calendar,
    )  # fmt: skip


def brief_from(row: Sequence[Any]) -> CaseBrief:
    """Which case it is, from its row."""
    pins = tuple(PackPin(*pin) for pin in json.loads(row[4]))
    return CaseBrief(row[0], row[1], row[2], row[3], pins, row[5], row[6], row[7], row[8])


def segment_row(segment: Segment) -> tuple[object, ...]:
    """How a case stands for a stretch of days, as a row without its number."""
    return (
        segment.case_id, segment.chain_hash, segment.law, segment.decided_as_of.isoformat(), _text(segment.changes_on),
        segment.stage, segment.ended, segment.begun, json.dumps(segment.remarks),
    )  # fmt: skip


def segment_from(row: Sequence[Any]) -> Segment:
    """How a case stands, from its row without its number."""
    case_id, chain_hash, law, decided_as_of, changes_on, stage, ended, begun, remarks = row
    return Segment(
        case_id, chain_hash, law, date.fromisoformat(decided_as_of), _day(changes_on), stage, bool(ended), bool(begun),
        tuple(json.loads(remarks)),
    )  # fmt: skip


def owed_row(row: OwedRow) -> tuple[object, ...]:
    """An obligation as a row, without the number of its segment."""
    return (
        row.pack, row.rule, row.bearer, row.bearer_is, _text(row.about), row.arose_on.isoformat(), _text(row.due),
        _text(row.was_due), row.missed, _text(row.alert_on), _text(row.not_before), row.waiting_for, row.why,
        row.occurrence, json.dumps(list(row.deadline.as_data().values())) if row.deadline is not None else None,
        json.dumps(row.missing_facts) if row.missing_facts else None, json.dumps(row.notes) if row.notes else None,
    )  # fmt: skip


def owed_from(row: Sequence[Any]) -> OwedRow:
    """An obligation from its row."""
    return OwedRow(
        row[0], row[1], row[2], row[3], _day(row[4]), date.fromisoformat(row[5]), _day(row[6]), _day(row[7]),
        bool(row[8]), _day(row[9]), _day(row[10]), row[11], row[12], row[13], _deadline(row[14]),
        _listed(row[15]), _listed(row[16]),
    )  # fmt: skip


def _deadline(text: str | None) -> Deadline | None:
    if text is None:
        return None
    due, unit, count, counted_from, rule, calendar = json.loads(text)
    return Deadline(
        date.fromisoformat(due), Unit(unit), count, date.fromisoformat(counted_from), CountingRule(rule), calendar
    )


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text is not None else ()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None


def _text(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
