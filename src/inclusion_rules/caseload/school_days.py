"""The school days of one calendar, as the index keeps them: which days open, and how many lie between two.

Enough to say how late something is and how long is left, without the calendar's layers. It names no reasons and knows
no terms; where the calendar ends it says that it does not know.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256

from inclusion_rules.domain.school_calendar import SchoolCalendar

_OPEN, _CLOSED = "1", "0"
_DAYS_A_WEEK = 7
_SCHOOL_WEEK = 5


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """The days of a calendar from `first` on, one sign for each: `1` where the school opens, `0` where it does not."""

    calendar: str
    first: date
    opens: str
    # INVARIANT: _before[i] is the number of school days before the i-th day.
    _before: array[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        before = array("l", [0])
        total = 0
        for sign in self.opens:
            total += sign == _OPEN
            before.append(total)
        object.__setattr__(self, "_before", before)

    @classmethod
    def of(cls, calendar: SchoolCalendar) -> SchoolDays:
        """The school days of a calendar, over all that it covers."""
        first, last = calendar.covers_from, calendar.covers_to
        signs = [_CLOSED] * ((last - first).days + 1)
        for day in calendar.school_days(first, last):
            signs[(day - first).days] = _OPEN
        return cls(calendar.id, first, "".join(signs))

    @property
    def last(self) -> date:
        """The last day that the calendar covers."""
        return self.first + timedelta(days=len(self.opens) - 1)

    @property
    def digest(self) -> str:
        """What tells these days from every other calendar's."""
        return sha256(f"{self.calendar}\n{self.first.isoformat()}\n{self.opens}".encode()).hexdigest()

    def between(self, after: date, until: date) -> int | None:
        """How many school days come after the first day, up to and including the second.

        0 when it is not later, and None where the calendar does not cover all of them.

        >>> days = SchoolDays("a_school", date(2025, 1, 6), "1111100")
        >>> days.between(date(2025, 1, 6), date(2025, 1, 9)), days.between(date(2025, 1, 9), date(2025, 1, 13))
        (3, None)
        """
        if until <= after:
            return 0
        start = (after - self.first).days + 1
        end = (until - self.first).days
        if start < 0 or end >= len(self.opens):
            return None
        return self._before[end + 1] - self._before[start]

    def within(self, count: int, *, after: date, until: date) -> bool:
        """Whether no more than so many school days come after the first day, up to and including the second.

        Days that the calendar does not cover count when they are weekdays, as the school may well open on them.
        """
        known = self.between(after, until)
        return (weekdays_between(after, until) if known is None else known) <= count


def weekdays_between(after: date, until: date) -> int:
    """How many days from Monday to Friday come after the first day, up to and including the second.

    >>> weekdays_between(date(2025, 1, 10), date(2025, 1, 20))
    6
    """
    days = (until - after).days
    if days <= 0:
        return 0
    weeks, rest = divmod(days, _DAYS_A_WEEK)
    weekdays = (after.weekday() + ahead for ahead in range(1, rest + 1))
    return weeks * _SCHOOL_WEEK + sum(weekday % _DAYS_A_WEEK < _SCHOOL_WEEK for weekday in weekdays)
