"""What is owed under a rule in one case: by when with the whole count, what met it, and what could.

Certificates are made and verified again here, from the calendar as plain data, so that nobody need trust the count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inclusion_rules.casework.factbook import FactBook, fits
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.deadlines import Certificate, Deadline
from inclusion_rules.domain.findings import Obligation
from inclusion_rules.domain.rules import AtIntervals, AtLeastBefore, Meeting, Within
from inclusion_rules.domain.wording import condition_in_words, day_in_words
from inclusion_rules.reporting.case_json import obligation_as_data
from inclusion_rules.reporting.certificates import certificate_for, complaints, counting_in_words
from inclusion_rules.reporting.law_in_words import narrowed_in_words
from inclusion_rules.reporting.traced_conditions import ParameterUsed, parameter_used
from inclusion_rules.vocabulary import words


@dataclass(frozen=True, slots=True)
class Working:
    """A certificate, what it shows, and what the separate check has to say against it (nothing when verified)."""

    shows: str
    certificate: Certificate
    complaints: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """The working as JSON can hold it."""
        return {
            "shows": self.shows,
            "counting": counting_in_words(self.certificate.deadline),
            "certificate": self.certificate.as_data(),
            "complaints": list(self.complaints),
        }


@dataclass(frozen=True, slots=True)
class OwedAct:
    """One entry of the ledger with its working. `met_by` is what met it; `could_meet` every act that would."""

    obligation: Obligation
    limit: ParameterUsed | None
    counted_from: str
    workings: tuple[Working, ...]
    met_by: tuple[str, ...]
    could_meet: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """The entry as JSON can hold it."""
        return {
            **obligation_as_data(self.obligation),
            "limit": self.limit.as_data() if self.limit else None,
            "counted_from": self.counted_from or None,
            "workings": [working.as_data() for working in self.workings],
            "met_by": list(self.met_by),
            "could_meet": list(self.could_meet),
        }


def owed_acts(obligations: Sequence[Obligation], book: FactBook) -> tuple[OwedAct, ...]:
    """The entries of the ledger, each with its limit, its count and what meets it."""
    return tuple(_owed(obligation, book) for obligation in obligations)


def _owed(obligation: Obligation, book: FactBook) -> OwedAct:
    rule = obligation.rule
    limit, start, workings = None, "", []
    if isinstance(rule.deadline, Within | AtLeastBefore | AtIntervals):
        limit = parameter_used(rule.deadline.parameter, book)
    if isinstance(rule.deadline, Within):
        start = words(rule.deadline.after)
        service = _service(rule.deadline.after, book)
        if service is not None:
            workings.append(_working(f"the day on which `{start}` counts as given", service, book))
    if obligation.deadline is not None:
        workings.append(_working("the last lawful day", obligation.deadline, book))
    return OwedAct(
        obligation=obligation,
        limit=limit,
        counted_from=start,
        workings=tuple(workings),
        met_by=tuple(_met_by(obligation, book)),
        could_meet=tuple(_meeting_in_words(meeting) for meeting in rule.met_by),
    )


def _service(name: str, book: FactBook) -> Deadline | None:
    if name not in book.edition.events:
        return None
    found = book.events_of(name)
    return book.given_on(found[0])[1] if found else None


def _working(shows: str, deadline: Deadline, book: FactBook) -> Working:
    certificate = certificate_for(deadline, book.record)
    found = complaints(certificate, calendar=book.record.calendar, bank_holidays=book.record.bank_holidays)
    return Working(shows, certificate, found)


def _met_by(obligation: Obligation, book: FactBook) -> list[str]:
    if obligation.met_on is None:
        return []
    return [
        f"{words(event.name)} on {day_in_words(event.date)}"
        for meeting in obligation.rule.met_by
        for event in book.events_of(meeting.event, scope=obligation.rule.met_within)
        if fits(event, meeting.having, meeting.lacking)
        and (obligation.rule.met_by_all or obligation.met_on == _day(event, meeting, book))
    ]


def _day(event: Event, meeting: Meeting, book: FactBook) -> object:
    if meeting.on is not None:
        return event.attributes.get(meeting.on, event.date)
    return book.given_on(event)[0]


def _meeting_in_words(meeting: Meeting) -> str:
    narrowed = narrowed_in_words(meeting.having, meeting.lacking)
    needed = f", needed where {condition_in_words(meeting.needed_if)}" if meeting.needed_if is not None else ""
    return f"{words(meeting.event)}{narrowed}{needed}"
