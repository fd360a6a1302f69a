"""The instants that event logs want, made from days: a log of a case knows the day, and seldom the time of day.

A day stands as its midnight, or as the time of day recorded, by the clock of the school; milliseconds keep events of
one day in the order in which their case lists them, for tools that sort by time alone. Nothing else is in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from inclusion_rules.simulation.logged_cases import LoggedEvent

_STEP = timedelta(milliseconds=1)


def instants_of(events: Sequence[LoggedEvent]) -> Iterator[datetime]:
    """An instant for each event of a case, each later than the one before."""
    before: datetime | None = None
    for event in events:
        at = event.said.get("at")
        instant = datetime.combine(event.on, time.fromisoformat(at) if isinstance(at, str) else time())
        if before is not None and instant <= before:
            instant = before + _STEP
        before = instant
        yield instant


def in_iso(moment: datetime | date) -> str:
    """An instant as both XES and OCEL take it; a day is its midnight.

    >>> in_iso(datetime(2025, 1, 13, 14, 30, 0, 2000)), in_iso(date(2025, 1, 13))
    ('2025-01-13T14:30:00.002+00:00', '2025-01-13T00:00:00.000+00:00')
    """
    if not isinstance(moment, datetime):
        return f"{moment.isoformat()}T00:00:00.000+00:00"
    return f"{moment.isoformat(timespec='milliseconds')}+00:00"
