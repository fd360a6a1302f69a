"""A morning as plain data, in the shape that other programs read: obligations as `case --format json` names them.

Adds to each obligation its case and its group. What is not known is null.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from inclusion_rules.caseload.case_rows import CaseBrief
from inclusion_rules.caseload.law_at_hand import LawDifference
from inclusion_rules.caseload.morning import Item, Morning
from inclusion_rules.casework.case import PackPin
from inclusion_rules.reporting.caseload_words import PRESSING
from inclusion_rules.vocabulary import Status, Verification


def morning_as_data(morning: Morning) -> dict[str, Any]:
    """The morning as one JSON object; `obligations` stand in the order of reading."""
    counts = morning.counts()
    return {
        "as_of": morning.as_of.isoformat(),
        "due_soon_within_school_days": morning.within,
        "quiet_after_days": morning.quiet_after,
        "asked_for": {
            "bearers": list(morning.wanted.bearers),
            "schools": list(morning.wanted.schools),
            "authorities": list(morning.wanted.authorities),
            "pathways": list(morning.wanted.pathways),
        },
        "totals": {
            "live_cases": morning.live,
            "ended_cases": morning.ended,
            "cases_not_begun": morning.not_begun,
            "obligations": len(morning.items),
            **{group.value: count for group, count in counts.items()},
            "quiet_cases": len(morning.quiet),
            "cases_of_other_law": len(morning.other_law),
            "cases_not_decided": sum(not case.in_part for case in morning.not_decided),
            "cases_not_decided_in_full": len({case.case_id for case in morning.not_decided if case.in_part}),
            "by_bearer": {group.value: morning.bearers(group) for group in PRESSING},
        },
        "obligations": [item_as_data(item) for item in morning.items],
        "quiet_cases": [
            {**_case(case.brief, case.stage), "last_recorded_on": case.last_recorded.isoformat(), "days": case.days}
            for case in morning.quiet
        ],
        "cases_of_other_law": [
            {**_case(case.brief, case.stage), "packs": [_difference(each) for each in case.differences]}
            for case in morning.other_law
        ],
        "cases_not_decided": [
            {
                "case": case.reference,
                "case_id": case.case_id,
                "school": case.school,
                "reason": case.reason,
                "in_part": case.in_part,
            }
            for case in morning.not_decided
        ],
    }


def morning_as_json(morning: Morning) -> str:
    """The morning as JSON text, each obligation and each case on a line of its own."""
    parts = [f" {json.dumps(name)}: {_written(value)}" for name, value in morning_as_data(morning).items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _written(value: object) -> str:
    if isinstance(value, list) and value:
        return "[\n  " + ",\n  ".join(json.dumps(each, ensure_ascii=False) for each in value) + "\n ]"
    return json.dumps(value, ensure_ascii=False)


def item_as_data(item: Item) -> dict[str, Any]:
    """One obligation with its case, its group and its working."""
    row, rule = item.row, item.rule
    return {
        **_case(item.brief, item.stage),
        "group": item.group.value,
        "duty": rule.duty,
        "rule": rule.id,
        "pack": rule.pack,
        "bearer": row.bearer,
        "bearer_is": row.bearer_is,
        "modality": rule.modality.value,
        "title": rule.title,
        "action": rule.says,
        "arose_on": row.arose_on.isoformat(),
        "due": _day(row.due),
        "status": (Status.MISSED if row.missed else Status.OPEN).value,
        "late_by_school_days": item.late_by_school_days,
        "school_days_left": item.school_days_left,
        "days_left": item.days_left,
        "alert_on": _day(row.alert_on),
        "school_days_since_alert": item.school_days_since,
        "not_before": _day(row.not_before),
        "was_due": _day(row.was_due),
        "waiting_for": row.waiting_for,
        "why": row.why,
        "about": _day(row.about),
        "occurrence": row.occurrence,
        "verified": rule.verified is Verification.YES,
        "by_the_law_it_is_pinned_to": item.own_law,
        "missing_facts": list(row.missing_facts),
        "notes": list(row.notes),
        "deadline": row.deadline.as_data() if row.deadline is not None else None,
        "citations": list(rule.cites),
    }


def _case(brief: CaseBrief, stage: str) -> dict[str, Any]:
    return {
        "case": brief.reference,
        "case_id": brief.case_id,
        "pathway": brief.pathway,
        "stage": stage,
        "school": brief.school,
        "authority": brief.authority,
        "home_authority": brief.home_authority,
    }


def _difference(difference: LawDifference) -> dict[str, Any]:
    return {
        "pack": difference.pack,
        "pinned": _pin(difference.pinned),
        "at_hand": _pin(difference.at_hand),
    }


def _pin(pin: PackPin | None) -> dict[str, str] | None:
    return {"version": pin.version, "digest": pin.digest} if pin is not None else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
