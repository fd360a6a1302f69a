"""Workload `deadline`: the last day of a limit in school days, one limit at a time.

Ours gives a `Deadline` (the day, and all that is needed to show its working), and stops where the calendar ends. The
peers give the day alone, and know nothing of an end: numpy and pandas take the days beyond for school days, and the
loop would run for ever.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from importlib import import_module
from typing import Any

from benchmarks.measuring import Answer, Contender, Workload, check_answers, median_microseconds
from inclusion_rules import open_calendar, open_rulebook
from inclusion_rules.domain.deadlines import certificate_of, last_day_within
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.vocabulary import Unit

SEED = 20250204
CALENDAR = "example"
COUNTS = (1, 5, 6, 10, 15, 20, 50)
ONE_DAY = timedelta(days=1)
NANOSECONDS = 1000


@dataclass(frozen=True, slots=True)
class Counter:
    """One way of counting: the call that is timed, its start days in its own form, and its answers as days."""

    name: str
    count: Callable[[Any, int], Any]
    starts: Callable[[date], object] = lambda day: day
    day_of: Callable[[Any], date] = lambda answer: answer


def made_up_limits(number: int, calendar: SchoolCalendar, seed: int = SEED) -> list[tuple[date, int]]:
    """So many limits: a day, open or closed, and a count, all of which end within the calendar."""
    chance = random.Random(seed)
    last = calendar.nth_school_day_before(calendar.covers_to, max(COUNTS) + 1)
    days = (last - calendar.covers_from).days
    return [(calendar.covers_from + chance.randrange(days) * ONE_DAY, chance.choice(COUNTS)) for _ in range(number)]


def ours(calendar: SchoolCalendar) -> Counter:
    """This library."""
    school_days = Unit.SCHOOL_DAYS
    return Counter(
        "ours",
        lambda day, n: last_day_within(n, school_days, after=day, calendar=calendar),
        day_of=lambda deadline: deadline.due,
    )


def with_certificate(calendar: SchoolCalendar) -> Counter:
    """This library, every day of the working listed with its reason."""
    within = ours(calendar).count
    return Counter("with_certificate", lambda day, n: certificate_of(within(day, n), calendar=calendar))


def naive_day_loop(calendar: SchoolCalendar) -> Counter:
    """What anyone would write first: on to the next day until enough of them are in the set of school days."""
    school_days = frozenset(calendar.school_days(calendar.covers_from, calendar.covers_to))

    def count(day: date, n: int) -> date:
        while n:
            day += ONE_DAY
            if day in school_days:
                n -= 1
        return day

    return Counter("naive_day_loop", count)


def closed_weekdays(calendar: SchoolCalendar) -> list[date]:
    """Monday to Friday on which the school is closed: what numpy and pandas want to be told as holidays."""
    span = (calendar.covers_to - calendar.covers_from).days + 1
    days = (calendar.covers_from + number * ONE_DAY for number in range(span))
    return [day for day in days if day.weekday() < 5 and not calendar.is_school_day(day)]


def numpy_busday_offset(calendar: SchoolCalendar) -> Counter:
    """numpy's business days; start days as its own dates, rolled back first, or a start on a closed day is one out."""
    numpy: Any = import_module("numpy")
    days = numpy.busdaycalendar(holidays=numpy.array(closed_weekdays(calendar), dtype="datetime64[D]"))
    offset = numpy.busday_offset
    return Counter(
        "numpy_busday_offset",
        lambda day, n: offset(day, n, roll="backward", busdaycal=days),
        starts=numpy.datetime64,
        day_of=lambda answer: answer.item(),
    )


def pandas_custom_business_day(calendar: SchoolCalendar) -> Counter:
    """pandas' business days; start days as its own, and an offset for each count made beforehand."""
    pandas: Any = import_module("pandas")
    first = pandas.offsets.CustomBusinessDay(holidays=closed_weekdays(calendar))
    offsets = {n: pandas.offsets.CustomBusinessDay(n, calendar=first.calendar) for n in COUNTS}
    return Counter(
        "pandas_custom_business_day",
        lambda day, n: day + offsets[n],
        starts=pandas.Timestamp,
        day_of=lambda answer: answer.date(),
    )


def measure(*, quick: bool) -> Workload:
    """Time one deadline by this library and by every peer that is installed; `quick` takes fewer limits and rounds."""
    calendar = open_calendar(CALENDAR, open_rulebook())
    limits = made_up_limits(300 if quick else 2000, calendar)
    rounds = 7 if quick else 25
    counters = [naive_day_loop(calendar), ours(calendar)]
    skipped = {}
    for prepare in (numpy_busday_offset, pandas_custom_business_day):
        try:
            counters.append(prepare(calendar))
        except ImportError as missing:
            skipped[prepare.__name__] = f"not installed: {missing.name}"
    check_answers([Contender(each.name, partial(_answer, each), _prepared(each, limits)) for each in counters])
    counters.append(with_certificate(calendar))
    passes = [Contender(each.name, partial(_pass, each.count), [_prepared(each, limits)]) for each in counters]
    figures = {
        name: spent / len(limits) * NANOSECONDS
        for name, spent in median_microseconds(passes, rounds=rounds, seed=SEED).items()
    }
    notes: dict[str, object] = {
        "calendar": f"{CALENDAR}, {calendar.covers_from} to {calendar.covers_to}",
        "limits": len(limits),
        "counts": list(COUNTS),
        "ours_with_the_certificate_of_each": round(figures.pop("with_certificate"), 1),
    }
    return Workload(figures.pop("ours"), figures, "nanoseconds per deadline", rounds, skipped, notes)


def _prepared(counter: Counter, limits: Sequence[tuple[date, int]]) -> list[tuple[object, int]]:
    return [(counter.starts(day), n) for day, n in limits]


def _answer(counter: Counter, limit: Any) -> Answer:
    return (counter.day_of(counter.count(*limit)).toordinal(),)


def _pass(count: Callable[[Any, int], Any], limits: Any) -> Answer:
    """All limits one after another: a single one is too short for the clock."""
    for day, n in limits:
        count(day, n)
    return ()
