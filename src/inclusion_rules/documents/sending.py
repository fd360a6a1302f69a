"""A document as it will have been sent: the record with the sending in it, so that days can be counted from that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from inclusion_rules.domain.cases import CaseRecord, Event
from inclusion_rules.domain.document_items import DocumentDefinition
from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import EXCLUSION_EVENTS
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.vocabulary import words


class SendingError(InclusionRulesError):
    """The day or way of sending that was given does not go with the document, or with what the record says."""


@dataclass(frozen=True, slots=True)
class Sending:
    """When, and how, a draft is going to be sent; days that run from its sending are counted from this."""

    on: date
    by: str | None = None


def as_sent(
    record: CaseRecord, definition: DocumentDefinition, sending: Sending, about: date | None, edition: Edition
) -> CaseRecord:
    """The record as it will be once the document has gone."""
    name = definition.recorded_as
    if name is None:
        raise SendingError(f"no event records that `{words(definition.id)}` was sent; leave the day of sending out")
    exclusions = [event.date for event in record.events if event.name in EXCLUSION_EVENTS]
    of = about or max(exclusions, default=None)
    recorded = [event for event in record.events if event.name == name and (event.of or of) == of]
    recorded = [event for event in recorded if of is None or event.date >= of]
    service = edition.service.get(name)
    if sending.by is not None and service is None:
        raise SendingError(f"how `{words(definition.id)}` is sent changes nothing; leave the way of sending out")
    way: dict[str, Known] = {service.attribute: sending.by} if service is not None and sending.by else {}
    if recorded:
        _refuse_contradiction(recorded[0], sending, way)
        return record
    event = Event(name, sending.on, way, of=of if about is not None else None)
    return replace(record, events=tuple(sorted((*record.events, event), key=lambda one: one.date)))


def _refuse_contradiction(recorded: Event, sending: Sending, way: Mapping[str, Known]) -> None:
    if recorded.date != sending.on:
        raise SendingError(
            f"the case file records `{words(recorded.name)}` on {day_in_words(recorded.date)}, "
            f"and the day of sending given here is {day_in_words(sending.on)}"
        )
    for attribute, value in way.items():
        if recorded.attributes.get(attribute, value) != value:
            said = words(str(recorded.attributes[attribute]))
            raise SendingError(
                f"the case file records that it was sent by `{said}`, and the way of sending given here is "
                f"`{words(str(value))}`"
            )
