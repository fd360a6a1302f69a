"""A decision as plain data, in the shape that other programs read.

Knows the names of the fields and how each value is spelled in JSON. It adds no opinion: what is not known is null.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.facts import AtLeast, Nothing, Unknown, Value
from inclusion_rules.domain.findings import Decision, Finding, Obligation
from inclusion_rules.reporting.certificates import certificate_for
from inclusion_rules.vocabulary import RuleKind, Verification


def case_as_data(decision: Decision, *, certificates_from: CaseRecord | None = None) -> dict[str, Any]:
    """The decision as one JSON object, its keys always in the same order.

    `facts_unknown` names the facts that nobody has said; `facts_at_least` those whose value is only a lower bound.

    Args:
        certificates_from: the record that was decided; with it each counted obligation carries its days one by one.
    """
    return {
        "case": decision.case,
        "as_of": decision.as_of.isoformat(),
        "pathway": decision.pathway,
        "stage": decision.stage,
        "about": _day(decision.about),
        "editions": [
            {
                "pack": edition.pack,
                "version": edition.version,
                "digest": edition.digest,
                "governed_by": _day(edition.governed_by),
            }
            for edition in decision.editions
        ],
        "facts": {name: plain_value(value) for name, value in sorted(decision.facts.items())},
        "facts_unknown": sorted(name for name, value in decision.facts.items() if isinstance(value, Unknown)),
        "facts_at_least": sorted(name for name, value in decision.facts.items() if isinstance(value, AtLeast)),
        "findings": [_finding(finding) for finding in sorted(decision.findings, key=_place_of_finding)],
        "obligations": [
            obligation_as_data(entry, certificates_from)
            for entry in sorted(decision.obligations, key=_place_of_obligation)
        ],
        "next_events": list(decision.next_events),
        "warnings": [
            {"code": warning.code, "message": warning.message, "about": _day(warning.about)}
            for warning in decision.warnings
        ],
    }


def plain_value(value: Value) -> bool | int | float | str | list[str] | None:
    """A fact's value as JSON spells it: whole numbers without a fraction, dates in ISO 8601, not known as null.

    >>> plain_value(2.0), plain_value(2.5), plain_value(date(2025, 1, 13)), plain_value(Nothing())
    (2, 2.5, '2025-01-13', None)
    """
    match value:
        case bool():
            return value
        case Unknown() | Nothing():
            return None
        case AtLeast(lower=lower):
            return plain_value(lower)
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return int(value)
        case frozenset():
            return sorted(value)
        case _:
            return value


def _place_of_finding(finding: Finding) -> tuple[str, str, str, str]:
    return (_day(finding.about) or "", finding.rule.duty, finding.rule.pack, finding.rule.id)


def _place_of_obligation(entry: Obligation) -> tuple[str, bool, str, str, str, str, int]:
    return (
        entry.arose_on.isoformat(),
        entry.due is None,
        _day(entry.due) or "",
        entry.rule.duty,
        entry.rule.pack,
        entry.rule.id,
        entry.occurrence or 0,
    )


def _finding(finding: Finding) -> dict[str, Any]:
    rule = finding.rule
    told = {
        "duty": rule.duty,
        "rule": rule.id,
        "pack": rule.pack,
        "outcome": finding.outcome.value,
        "missing_facts": list(finding.missing_facts),
        "citations": list(rule.cites),
        "title": rule.title,
        "kind": rule.kind.value,
        "modality": rule.modality.value,
        "force": rule.force.value,
        "about": _day(finding.about),
        "verified": rule.verified is Verification.YES,
        "held_back_by": finding.held_back_by,
        "exceptions_unsettled": list(finding.exceptions_unsettled),
        "superseded_by": list(finding.superseded.by) if finding.superseded is not None else [],
        "superseded_from": _day(finding.superseded.first) if finding.superseded is not None else None,
        "tensions": list(finding.tensions),
        "quantity": None
        if finding.quantity is None
        else {"value": finding.quantity[0], "unit": str(finding.quantity[1])},
    }
    if rule.kind is RuleKind.PROHIBITION or rule.breached_when is not None:
        told["breached"] = finding.breached
        told["breach_missing_facts"] = list(finding.breach_missing)
    return told


def obligation_as_data(entry: Obligation, record: CaseRecord | None = None) -> dict[str, Any]:
    """One entry of the ledger; with the record that was decided, its days one by one."""
    rule = entry.rule
    told: dict[str, Any] = {
        "duty": rule.duty,
        "rule": rule.id,
        "pack": rule.pack,
        "bearer": entry.bearer,
        "bearer_is": entry.bearer_is,
        "modality": rule.modality.value,
        "title": rule.title,
        "action": rule.says,
        "arose_on": entry.arose_on.isoformat(),
        "due": _day(entry.due),
        "status": entry.status.value,
        "met_on": _day(entry.met_on),
        "late_by_school_days": entry.late_by_school_days,
        "about": _day(entry.about),
        "verified": rule.verified is Verification.YES,
        "citations": list(rule.cites),
        "kind": rule.kind.value,
        "force": rule.force.value,
        "occurrence": entry.occurrence,
        "alert_on": _day(entry.alert_on),
        "not_before": _day(entry.not_before),
        "was_due": _day(entry.was_due),
        "not_set": entry.not_set,
        "waiting_for": entry.waiting_for,
        "why": entry.why,
        "missing_facts": list(entry.missing_facts),
        "notes": list(entry.notes),
        "deadline": entry.deadline.as_data() if entry.deadline is not None else None,
    }
    if record is not None:
        certificate = certificate_for(entry.deadline, record) if entry.deadline is not None else None
        told["certificate"] = certificate.as_data() if certificate is not None else None
    return told


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
