"""The log of a case: what was recorded, when and by whom. Nothing is edited; what was wrong is corrected.

Each entry has two times: the day its event happened drives deadlines, the instant it was recorded drives the audit. A
correction is an entry of its own that names the entry it replaces or withdraws. Decides nothing and stores nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from inclusion_rules.domain.cases import Event, recorded_by_then
from inclusion_rules.errors import InclusionRulesError


class LogError(InclusionRulesError):
    """An entry that does not fit its log: a number out of turn, a correction of nothing, or time running backwards."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a log, numbered from 1. `corrects` names an earlier entry that this one replaces.

    With `withdraws` the entry says that the earlier one never happened; its own event then repeats that entry's.
    """

    number: int
    event: Event
    recorded_at: datetime
    recorded_by: str
    corrects: int | None = None
    withdraws: bool = False


@dataclass(frozen=True, slots=True)
class EventLog:
    """Every entry of a case in the order recorded.

    >>> from datetime import UTC
    >>> noon = datetime(2025, 1, 13, 12, tzinfo=UTC)
    >>> log = EventLog().with_event(Event("parent_informed", date(2025, 1, 13)), recorded_at=noon, recorded_by="school")
    >>> [event.name for event in log.events()]
    ['parent_informed']
    """

    entries: tuple[Entry, ...] = ()

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def with_event(
        self,
        event: Event,
        *,
        recorded_at: datetime,
        recorded_by: str,
        corrects: int | None = None,
        withdraws: bool = False,
    ) -> EventLog:
        """The log with one more entry.

        Raises:
            LogError: the entry corrects one that is not there, or was recorded before the last entry.
        """
        if recorded_at.tzinfo is None:
            raise LogError("the instant of recording needs a time zone")
        if self.entries and recorded_at < self.entries[-1].recorded_at:
            raise LogError(
                f"recorded at {recorded_at.isoformat()}, before the entry ahead of it "
                f"({self.entries[-1].recorded_at.isoformat()}): a log only grows forward"
            )
        if corrects is not None and corrects not in self._correctable():
            raise LogError(f"entry {corrects} cannot be corrected: no entry of that number stands")
        if withdraws and corrects is None:
            raise LogError("to withdraw an entry, name the entry")
        entry = Entry(len(self.entries) + 1, event, recorded_at, recorded_by, corrects, withdraws)
        return replace(self, entries=(*self.entries, entry))

    def standing(self, known_on: datetime | date | None = None) -> dict[int, Entry]:
        """The entries that stand, by the number of the first entry of each chain of corrections, as known at a time."""
        first_of: dict[int, int] = {}
        found: dict[int, Entry] = {}
        for entry in self.entries:
            if not recorded_by_then(entry.recorded_at, known_on):
                continue
            origin = entry.number if entry.corrects is None else first_of.get(entry.corrects, entry.corrects)
            first_of[entry.number] = origin
            if entry.withdraws:
                found.pop(origin, None)
            else:
                found[origin] = entry
        return found

    def known(self, known_on: datetime | date | None = None) -> int:
        """How many entries had been recorded at a time."""
        return sum(recorded_by_then(entry.recorded_at, known_on) for entry in self.entries)

    def _correctable(self) -> frozenset[int]:
        standing = self.standing()
        return frozenset(standing) | {entry.number for entry in standing.values()}

    def events(self, known_on: datetime | date | None = None) -> tuple[Event, ...]:
        """The events as known at a time, corrections applied, in order of date and then of first recording."""
        standing = sorted(self.standing(known_on).items())
        return tuple(sorted((entry.event for _, entry in standing), key=lambda event: event.date))
