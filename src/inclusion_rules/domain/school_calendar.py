"""One school's calendar: which days it opens, and every count of school days there is.

A calendar is a chain of layers, the school's own last. It has a beginning and an end, and whatever depends on a day
beyond them is refused with a `CalendarGapError`: it never guesses. It knows no deadline, no rule and no case, and reads
no file.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from inclusion_rules.domain.calendar_layers import (
    CalendarLayer,
    Closure,
    DayRulings,
    Opening,
    TermPeriod,
    covers_of,
    days_from,
    problems_of,
)
from inclusion_rules.domain.working_days import (
    BankHoliday,
    BankHolidays,
    CalendarShapeError,
    DayReason,
    bank_holidays_from,
)
from inclusion_rules.errors import CalendarGapError, UnknownNameError

__all__ = [
    "BankHoliday",
    "BankHolidays",
    "CalendarLayer",
    "CalendarShapeError",
    "Closure",
    "DayReason",
    "Opening",
    "SchoolCalendar",
    "TermPeriod",
    "bank_holidays_from",
]

_ONE_DAY = timedelta(days=1)
# Education Act 1996 s579(1): a school year starts with the first school term that begins after July.
_AUGUST = 8
_AUTUMN = "autumn"


@dataclass(frozen=True, slots=True)
class _Group:
    """The stretches of one term together: from the first day of the first to the last day of the last."""

    key: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, eq=False)
class SchoolCalendar:
    """Which days a school opens, from `covers_from` to `covers_to`. Build it with `SchoolCalendar.of`.

    It goes by the `id` of its nearest layer, normally the school's own.
    A day is closed when it falls on a weekend, on a bank holiday, between terms or on a closure. The nearest layer that
    speaks of terms decides them; closures of all layers add up; an opening beats everything said by its own layer or
    by one further out. It covers what the terms' layer and those nearer all cover, as far as bank holidays are known.

    >>> terms = (TermPeriod("spring 1", "spring", date(2025, 1, 6), date(2025, 2, 14)),)
    >>> layer = CalendarLayer("a_school", (date(2025, 1, 6), date(2025, 2, 23)), terms)
    >>> holidays = BankHolidays({date(2025, 1, 1): "New Year’s Day"}, 2025, 2025, "2025")
    >>> SchoolCalendar.of([layer], holidays).nth_school_day_after(date(2025, 1, 9), 2)
    datetime.date(2025, 1, 13)
    """

    id: str
    covers_from: date
    covers_to: date
    _stated: tuple[date, date] = field(repr=False)
    _rulings: DayRulings = field(repr=False)
    _year_starts: Mapping[int, date] = field(repr=False)
    _groups: tuple[_Group, ...] = field(repr=False)
    # INVARIANT: _before[i] is the number of school days from covers_from up to, not including, the i-th day after it.
    _before: array[int] = field(repr=False)
    _days: tuple[date, ...] = field(repr=False)
    _origin: int = field(repr=False)

    @classmethod
    def of(cls, layers: Sequence[CalendarLayer], bank_holidays: BankHolidays) -> SchoolCalendar:
        """Join layers into a calendar, from the base outward to the school's own, which comes last.

        Raises:
            CalendarShapeError: the layers contradict themselves; every problem is told.
        """
        chain = tuple(layers)
        name = chain[-1].id if chain else "unnamed"
        problems = [
            f"in `{layer.id}`: {problem}" if len(chain) > 1 else problem
            for layer in chain
            for problem in problems_of(layer)
        ]
        depth = max((at for at, layer in enumerate(chain) if layer.terms), default=None)
        if depth is None:
            problems.append("nothing says when the terms are: list them under `terms`")
        if problems or depth is None:
            raise CalendarShapeError(name, problems)
        stated = covers_of(chain[depth:])
        first = max(stated[0], date(bank_holidays.first_year, 1, 1))
        last = min(stated[1], date(bank_holidays.last_year, 12, 31))
        year_starts = _year_starts(chain[depth].terms)
        groups = _grouped(chain[depth].terms, year_starts)
        if first > last:
            problems.append(
                f"no day is covered: `covers` comes to {stated[0]} to {stated[1]}, "
                f"and bank holidays are known from {bank_holidays.first_year} to {bank_holidays.last_year}"
            )
        problems += [
            f"`{later.key}` starts on {later.first}, before `{earlier.key}` has ended on {earlier.last}"
            for earlier, later in pairwise(groups)
            if later.first <= earlier.last
        ]
        if problems:
            raise CalendarShapeError(name, problems)
        rulings = DayRulings.of(chain, bank_holidays, terms_depth=depth)
        days: list[date] = []
        before = array("l", [0])
        for day in days_from(first, last):
            if rulings.judged(day).counted:
                days.append(day)
            before.append(len(days))
        return cls(name, first, last, stated, rulings, year_starts, groups, before, tuple(days), first.toordinal())

    def __reduce__(self) -> tuple[object, tuple[tuple[CalendarLayer, ...], BankHolidays]]:
        return (SchoolCalendar.of, (self.layers, self.bank_holidays))

    @property
    def layers(self) -> tuple[CalendarLayer, ...]:
        """The chain it was built from, the base first."""
        return self._rulings.layers

    @property
    def bank_holidays(self) -> BankHolidays:
        """The bank holidays that close the school, also the measure of working days."""
        return self._rulings.bank_holidays

    # One day -------------------------------------------------------------------------------------------------------

    def is_school_day(self, day: date) -> bool:
        """Whether the school opens on this day."""
        at = self._place(day)
        return self._before[at + 1] > self._before[at]

    def day(self, day: date) -> DayReason:
        """Whether this is a school day, why, and which layer says so."""
        self._place(day)
        return self._rulings.judged(day)

    # Counting ------------------------------------------------------------------------------------------------------

    def nth_school_day_after(self, day: date, n: int) -> date:
        """The `n`th school day after `day`, which is itself not counted: the next school day is 1."""
        at = day.toordinal() + 1 - self._origin
        if n > 0 and at >= 0:
            try:
                return self._days[self._before[at] + n - 1]
            except IndexError:
                pass  # The day or the count lies beyond the calendar; which of them is told below.
        if not 0 <= at < len(self._before):
            raise self._gap_reaching(day + _ONE_DAY)
        return self._counted_up(self._before[at], n)

    def nth_school_day_from(self, day: date, n: int) -> date:
        """The `n`th school day counting `day` as 1 if it is one, else the next school day as 1."""
        at = day.toordinal() - self._origin
        if not 0 <= at < len(self._before):
            raise self._gap_reaching(day)
        return self._counted_up(self._before[at], n)

    def school_day_on_or_after(self, day: date) -> date:
        """The day itself if the school opens, else the next day that it does."""
        return self.nth_school_day_from(day, 1)

    def school_day_before(self, day: date) -> date:
        """The last school day before `day`, never `day` itself."""
        return self.nth_school_day_before(day, 1)

    def nth_school_day_before(self, day: date, n: int) -> date:
        """The `n`th school day before `day`, which is itself not counted: the school day before it is 1."""
        at = day.toordinal() - self._origin
        if not 0 <= at < len(self._before):
            raise self._gap_reaching(day - _ONE_DAY)
        if n < 1:
            raise ValueError(f"school days before a day are counted from 1, not from {n}")
        position = self._before[at] - n
        if position < 0:
            raise self._gap(self.covers_from - _ONE_DAY, self.covers_from - _ONE_DAY)
        return self._days[position]

    def school_days_between(self, after: date, until: date) -> int:
        """How many school days come after the first day, up to and including the second; 0 when it is not later."""
        if until <= after:
            return 0
        return self._before[self._place(until) + 1] - self._before[self._place(after + _ONE_DAY)]

    def school_days_strictly_between(self, after: date, before: date) -> int:
        """How many school days lie between two days, neither of them counted."""
        return self.school_days_between(after, before - _ONE_DAY)

    def school_days(self, first: date, last: date) -> Iterator[date]:
        """Every school day from `first` to `last`, both included, in order."""
        if last < first:
            return iter(())
        start, end = self._place(first), self._place(last)
        return iter(self._days[self._before[start] : self._before[end + 1]])

    # Terms and years -----------------------------------------------------------------------------------------------

    def term_of(self, day: date) -> str | None:
        """The term that a day falls in, half-term holidays included, such as `2024/25 autumn`; None between terms."""
        self._place(day)
        at = bisect_right(self._groups, day, key=lambda group: group.first) - 1
        return self._groups[at].key if at >= 0 and day <= self._groups[at].last else None

    def term_span(self, key: str) -> tuple[date, date]:
        """The first and the last day of a term, half-term holidays and closed days included."""
        for group in self._groups:
            if group.key == key:
                return group.first, group.last
        raise UnknownNameError("term", key, [group.key for group in self._groups])

    def last_day_of_term(self, key: str) -> date:
        """The last day of a term on which the school opens."""
        return self.school_day_before(self.term_span(key)[1] + _ONE_DAY)

    def school_year_of(self, day: date) -> str:
        """The school year of a day, such as `2024/25`.

        It starts with the first autumn term that starts after 31 July; a summer day before that belongs to the year
        that ends. A calendar that starts in the middle of a summer cannot tell, and says so.
        """
        self._place(day)
        starts = self._year_starts.get(day.year)
        if day.month < _AUGUST:
            return _school_year(day.year - 1)
        if starts is not None and starts <= day:
            return _school_year(day.year)
        if self.covers_from <= date(day.year, _AUGUST, 1):
            return _school_year(day.year - 1)
        raise self._gap(date(day.year, _AUGUST, 1), self.covers_from - _ONE_DAY)

    # How it is worked out ------------------------------------------------------------------------------------------

    def _place(self, day: date) -> int:
        at = day.toordinal() - self._origin
        if not 0 <= at < len(self._before) - 1:
            raise self._gap_reaching(day)
        return at

    def _counted_up(self, already: int, n: int) -> date:
        if n < 1:
            raise ValueError(f"school days are counted from 1, not from {n}")
        if already + n > len(self._days):
            raise self._gap(self.covers_to + _ONE_DAY)
        return self._days[already + n - 1]

    def _gap_reaching(self, day: date) -> CalendarGapError:
        if day < self.covers_from:
            return self._gap(day, self.covers_from - _ONE_DAY)
        return self._gap(self.covers_to + _ONE_DAY, max(day, self.covers_to + _ONE_DAY))

    def _gap(self, missing_from: date, missing_to: date | None = None) -> CalendarGapError:
        """Name whichever falls short: the calendar, or the list of bank holidays that it rests on."""
        nearest = missing_from if missing_from > self.covers_to or missing_to is None else missing_to
        stated = self._stated[0] <= nearest <= self._stated[1]
        return CalendarGapError(self.bank_holidays.name if stated else self.id, missing_from, missing_to)


def _school_year(starts_in: int) -> str:
    return f"{starts_in}/{(starts_in + 1) % 100:02d}"


def _year_starts(terms: Sequence[TermPeriod]) -> dict[int, date]:
    """The day on which the school year starts, by calendar year, where a term that starts it is known."""
    named_autumn = any(term.grouping == _AUTUMN for term in terms)
    starts: dict[int, date] = {}
    for term in terms:
        if term.first.month >= _AUGUST and (term.grouping == _AUTUMN or not named_autumn):
            starts[term.first.year] = min(term.first, starts.get(term.first.year, term.first))
    return starts


def _grouped(terms: Sequence[TermPeriod], year_starts: Mapping[int, date]) -> tuple[_Group, ...]:
    groups: dict[str, _Group] = {}
    for term in terms:
        starts = year_starts.get(term.first.year)
        begun = term.first.month >= _AUGUST and starts is not None and starts <= term.first
        key = f"{_school_year(term.first.year - (not begun))} {term.grouping}"
        known = groups.get(key, _Group(key, term.first, term.last))
        groups[key] = _Group(key, min(known.first, term.first), max(known.last, term.last))
    return tuple(sorted(groups.values(), key=lambda group: group.first))
