"""A draft as plain data, for other programs: every item with its law, what fills it, and the working of each day."""

from __future__ import annotations

from datetime import date
from typing import Any

from inclusion_rules.documents.drafting import DayCounted, Draft, DraftedItem
from inclusion_rules.documents.items import Held, ItemState
from inclusion_rules.documents.laying_out import NOT_ADVICE, duties_of
from inclusion_rules.domain.deadlines import certificate_of
from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.findings import Obligation
from inclusion_rules.errors import InclusionRulesError


def draft_as_data(draft: Draft) -> dict[str, Any]:
    """The draft as JSON can hold it, each day that was counted with its certificate."""
    held = draft.held
    definition = held.definition
    return {
        "case": held.record.id,
        "as_of": held.decision.as_of.isoformat(),
        "about": held.about.isoformat() if held.about is not None else None,
        "document": {
            "id": definition.id,
            "title": definition.title,
            "pack": definition.pack,
            "version": definition.version,
            "digest": definition.digest,
            "from": definition.sender,
            "to": definition.recipient,
            "copies_to": [copy.role for copy in definition.copies],
            "recorded_as": definition.recorded_as,
        },
        "complete": draft.complete,
        "missing": [
            {"item": one.name, "question": one.question, "force": one.force, "citations": list(one.citations)}
            for one in draft.missing
        ],
        "particulars": [{**_value_as_data(state), "id": state.item.id} for state in held.particulars],
        "items": [_item_as_data(one) for one in draft.items],
        "days": [_day_as_data(one, held) for one in draft.days],
        "duties": [_duty_as_data(entry) for entry in duties_of(held)],
        "warnings": [{"code": one.code, "message": one.message} for one in held.decision.warnings],
        "note": NOT_ADVICE,
    }


def _item_as_data(one: DraftedItem) -> dict[str, Any]:
    state = one.state
    return {
        "id": state.item.id,
        "says": state.item.says,
        "needed": state.needed,
        "hangs_on": list(state.hangs_on),
        "standing": one.standing,
        "force": state.force.value if state.force is not None else None,
        "binds": state.binds,
        "citations": list(state.citations),
        "verified": state.verified,
        **_value_as_data(state),
        "words": one.words,
    }


def _value_as_data(state: ItemState) -> dict[str, Any]:
    content = state.content
    return {
        "value": None if content is None else plain(content.value),
        "filled_from": None if content is None else content.source,
        "question": state.question or None,
    }


def plain(value: Known) -> bool | int | float | str | list[str]:
    """A value as JSON spells it, days in ISO 8601."""
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


def _day_as_data(one: DayCounted, held: Held) -> dict[str, Any]:
    record = held.record
    try:
        certificate = certificate_of(one.deadline, calendar=record.calendar, bank_holidays=record.bank_holidays)
    except InclusionRulesError:  # the days before the calendar begins cannot be listed
        return {"for": one.name, "day": one.deadline.due.isoformat(), "how": one.how, "certificate": None}
    return {"for": one.name, "day": one.deadline.due.isoformat(), "how": one.how, "certificate": certificate.as_data()}


def _duty_as_data(entry: Obligation) -> dict[str, Any]:
    return {
        "duty": entry.rule.duty,
        "due": entry.due.isoformat() if entry.due is not None else None,
        "status": entry.status.value,
        "citations": list(entry.rule.cites),
    }
