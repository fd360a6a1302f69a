"""Which days are working days: Monday to Friday, less the bank holidays of England.

Knows the list of bank holidays in the shape in which it is published, and how far that list reaches. It knows no
school, and does not know where the list was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from inclusion_rules.errors import CalendarGapError, InclusionRulesError

EVERY_WEEK = "every week"
BANK_HOLIDAYS = "bank holidays"
_WEEKEND = {5: "Saturday", 6: "Sunday"}
_ONE_DAY = timedelta(days=1)


class CalendarShapeError(InclusionRulesError, ValueError):
    """A calendar that contradicts itself; `problems` holds everything found, in plain words."""

    def __init__(self, calendar: str, problems: Sequence[str]) -> None:
        self.calendar = calendar
        self.problems = tuple(problems)
        listed = "".join(f"\n  - {problem}" for problem in self.problems)
        super().__init__(f"calendar `{calendar}` cannot be used:{listed}")

    def __reduce__(self) -> tuple[type[CalendarShapeError], tuple[str, tuple[str, ...]]]:
        return (CalendarShapeError, (self.calendar, self.problems))


@dataclass(frozen=True, slots=True)
class DayReason:
    """Whether a day counts, why, and which layer (or list) says so."""

    day: date
    counted: bool
    why: str
    layer: str


@dataclass(frozen=True, slots=True)
class BankHoliday:
    """One bank holiday of England."""

    day: date
    title: str


@dataclass(frozen=True, slots=True)
class BankHolidays:
    """Every bank holiday of England from `first_year` to `last_year`; of other years it says nothing."""

    days: Mapping[date, str] = field(hash=False, repr=False)
    first_year: int
    last_year: int
    version: str

    @property
    def name(self) -> str:
        """How errors and deadlines call this list."""
        return f"{BANK_HOLIDAYS} {self.version}"

    def day(self, day: date) -> DayReason:
        """Whether this is a working day (Monday to Friday, no bank holiday), and why.

        Raises:
            CalendarGapError: the list does not reach this year.
        """
        if day.year < self.first_year:
            raise CalendarGapError(self.name, day, date(self.first_year - 1, 12, 31))
        if day.year > self.last_year:
            raise CalendarGapError(self.name, date(self.last_year + 1, 1, 1))
        if day.weekday() in _WEEKEND:
            return DayReason(day, False, _WEEKEND[day.weekday()], EVERY_WEEK)
        title = self.days.get(day)
        if title is not None:
            return DayReason(day, False, f"bank holiday: {title}", BANK_HOLIDAYS)
        return DayReason(day, True, "working day", EVERY_WEEK)

    def is_working_day(self, day: date) -> bool:
        """Whether post is delivered and offices open: Monday to Friday, no bank holiday."""
        return self.day(day).counted

    def nth_working_day_after(self, day: date, n: int) -> date:
        """The `n`th working day after `day`; the first working day after it is 1."""
        if n < 1:
            raise ValueError(f"working days after a day are counted from 1, not from {n}")
        while n:
            day += _ONE_DAY
            n -= self.is_working_day(day)
        return day

    def as_data(self) -> dict[str, object]:
        """The list in the shape in which gov.uk publishes it."""
        events = [{"title": self.days[day], "date": day.isoformat()} for day in sorted(self.days)]
        return {"version": self.version, "england-and-wales": {"division": "england-and-wales", "events": events}}


def bank_holidays_from(data: Mapping[str, object]) -> BankHolidays:
    """Read the list of bank holidays in the shape in which gov.uk publishes it.

    The years from the first event to the last are taken as complete. `version` (or `as_of`) beside the events names
    the list.

    >>> events = [{"title": "Good Friday", "date": "2025-04-18", "notes": "", "bunting": False}]
    >>> bank_holidays_from({"version": "a", "england-and-wales": {"events": events}}).is_working_day(date(2025, 4, 18))
    False
    """
    division = data.get("england-and-wales")
    events = division.get("events") if isinstance(division, Mapping) else None
    if not isinstance(events, Sequence) or isinstance(events, str) or not events:
        raise CalendarShapeError(BANK_HOLIDAYS, ["there is no list `events` under `england-and-wales`"])
    days: dict[date, str] = {}
    problems: list[str] = []
    for place, event in enumerate(events, start=1):
        try:
            day = date.fromisoformat(str(event["date"]))
            title = str(event["title"])
        except (KeyError, TypeError, ValueError):
            problems.append(f"event {place} `{event}` needs a `title` and a `date` such as 2025-04-18")
            continue
        if day in days:
            problems.append(f"event {place}: {day} is listed twice, as `{days[day]}` and as `{title}`")
        days[day] = title
    if problems:
        raise CalendarShapeError(BANK_HOLIDAYS, problems)
    years = sorted(day.year for day in days)
    version = data.get("version") or data.get("as_of") or f"{years[0]}-{years[-1]}"
    return BankHolidays(days, years[0], years[-1], str(version))
