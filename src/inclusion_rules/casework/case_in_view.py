"""A case as it is seen on one day: the events that count, whose they are, and the facts after any number of them.

Decides nothing: what is made of the facts is the business of those who ask.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from inclusion_rules.casework.factbook import FactBook, Witness
from inclusion_rules.casework.subjects import Placed, exclusions_seen, owners, subject_at
from inclusion_rules.domain.cases import CaseRecord, Event
from inclusion_rules.domain.facts import Value
from inclusion_rules.domain.rulebook import Edition


@dataclass(slots=True)
class CaseInView:
    """A case under one edition as of one day, with what comes to light while it is looked at."""

    edition: Edition
    record: CaseRecord
    as_of: date
    events: tuple[Event, ...]
    belongs_to: tuple[int | None, ...]
    notes: set[tuple[str, str]] = field(default_factory=set)
    turns: set[date] = field(default_factory=set)
    witness: Witness | None = None

    def book_before(self, placed: Placed, position: int) -> FactBook:
        """The facts of a subject on the day of one event but without it, unless it is the subject's own."""
        return self.book(placed, max(position, placed.position + 1), self.events[position].date)

    def book_after(self, placed: Placed, position: int) -> FactBook:
        """The facts of a subject just after one event, or after its own where that is listed later."""
        seen = max(position, placed.position) + 1
        return self.book(placed, seen, max(self.events[position].date, self.events[seen - 1].date))

    def book(
        self, placed: Placed, seen: int, day: date, late: Callable[[tuple[str, ...]], Value] | None = None
    ) -> FactBook:
        """The facts of a subject after the first `seen` events, on a day."""
        exclusions = exclusions_seen(self.events, self.belongs_to, seen=seen, day=day)
        subject = subject_at(placed, self.events, seen=seen, exclusions=exclusions)
        governed_by = subject.about or day
        return FactBook(
            self.edition,
            self.record,
            subject,
            self.events[:seen],
            day,
            governed_by,
            late,
            notes=self.notes,
            witness=self.witness,
        )

    @classmethod
    def of(
        cls, record: CaseRecord, edition: Edition, as_of: date, *, known_on: date | datetime | None = None
    ) -> CaseInView:
        """What was recorded by then, up to the day."""
        known = record.as_known(known_on)
        events = tuple(event for event in known.events if event.date <= as_of)
        return cls(edition, known, as_of, events, owners(events))
