"""A case as it was recorded: school, pupil, events and judgements. A record, not an opinion: it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time

from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.school_calendar import BankHolidays, SchoolCalendar
from inclusion_rules.source import Span

Day = date  # a field called `date` hides the type of that name within its class


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on `date` (drives deadlines) and was learned at `recorded_at` (drives the audit)."""

    name: str
    date: Day
    attributes: Mapping[str, Known] = field(default_factory=dict)
    of: Day | None = None
    at: time | None = None
    recorded_at: datetime | None = None
    by: str | None = None
    evidence: str | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A fact that a named person in a role has set; no rule infers it.

    It holds from the day `on` which it was made. `recorded_at` and `recorded_by` say when the system learned of it, and
    from whom.
    """

    fact: str
    value: Known
    by: str
    on: date | None = None
    recorded_at: datetime | None = None
    recorded_by: str | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case file. Keys of `school` and `pupil` that are absent are not known.

    `history_complete` is False where other schools may hold suspensions that this record lacks.
    """

    id: str
    pathway: str
    packs: tuple[str, ...]
    calendar: SchoolCalendar
    bank_holidays: BankHolidays
    school: Mapping[str, Known]
    pupil: Mapping[str, Known]
    events: tuple[Event, ...]
    judgements: tuple[Judgement, ...] = ()
    history_complete: bool = True

    def as_known(self, known_on: date | datetime | None) -> CaseRecord:
        """The record without the events and judgements that were recorded after a day or an instant."""
        if known_on is None:
            return self
        return replace(
            self,
            events=tuple(event for event in self.events if recorded_by_then(event.recorded_at, known_on)),
            judgements=tuple(made for made in self.judgements if recorded_by_then(made.recorded_at, known_on)),
        )

    def judgement(self, fact: str, *, as_of: date) -> Judgement | None:
        """The judgement of a fact that holds on a day, or None where nobody has made one by then.

        Of several, the one that was recorded last; where they were recorded together, or do not say when, the one that
        was made last, and then the one that is listed last.
        """
        made = [one for one in self.judgements if one.fact == fact and (one.on is None or one.on <= as_of)]
        return max(reversed(made), key=_order_of_judging, default=None)


def recorded_by_then(recorded_at: datetime | None, known_on: date | datetime | None) -> bool:
    """Whether something had been recorded by a day (in UTC) or an instant. What does not say when is always known.

    >>> evening = datetime(2025, 3, 10, 18, tzinfo=UTC)
    >>> recorded_by_then(evening, date(2025, 3, 10)), recorded_by_then(evening, datetime(2025, 3, 10, 12, tzinfo=UTC))
    (True, False)
    """
    if known_on is None or recorded_at is None:
        return True
    moment = _in_utc(recorded_at)
    return moment <= _in_utc(known_on) if isinstance(known_on, datetime) else moment.date() <= known_on


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _order_of_judging(judgement: Judgement) -> tuple[datetime, date]:
    recorded_at = judgement.recorded_at
    return _in_utc(recorded_at) if recorded_at else datetime.min.replace(tzinfo=UTC), judgement.on or date.min
