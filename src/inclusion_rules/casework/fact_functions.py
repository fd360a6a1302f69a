"""The facts that YAML cannot say well, each a Python function under a name that a fact dictionary may use.

A function sees one exclusion on one day through `Circumstances` and answers with a value. Quantities of the law reach
it as arguments that the dictionary names; none stands here.
"""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from inclusion_rules.casework.exclusions import (
    PERMANENT,
    SESSION_NOT_KNOWN,
    SUSPENDED,
    Days,
    Exclusion,
    Run,
    continued,
    counted_from_its_day,
    days_imposed,
    days_out,
    days_that_count,
    first_day,
    run_up_to,
    totals_by,
)
from inclusion_rules.domain.deadlines import Deadline, school_day_number
from inclusion_rules.domain.facts import NOTHING, AtLeast, Known, Unknown, Value
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.errors import CalendarGapError

Arguments = Mapping[str, Value | tuple[str, ...]]
ONE_DAY = timedelta(days=1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


@dataclass
class Circumstances:
    """What a function may look at: the exclusion in hand, those before it, the calendar, and the day it is seen on.

    `deadlines` takes the working of a date that a function has counted, under the name of the fact; `turns` the days on
    which time alone will change an answer that matters.
    """

    name: str
    exclusion: Exclusion | None
    earlier: tuple[Exclusion, ...]
    later: tuple[Exclusion, ...]
    calendar: SchoolCalendar
    day: date
    history_complete: bool
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    turns: set[date] = field(default_factory=set)


Function = Callable[[Circumstances, Arguments], Value]


def _kind(at: Circumstances, given: Arguments) -> Value:
    if at.exclusion is None:
        return NOTHING
    return SETTLED_BY_KIND["kind_of_exclusion"][at.exclusion.event.name]


def _excluded_on(at: Circumstances, given: Arguments) -> Value:
    return NOTHING if at.exclusion is None else at.exclusion.event.date


def _session(at: Circumstances, given: Arguments) -> Value:
    if at.exclusion is None:
        return NOTHING
    return at.exclusion.event.attributes.get("session", SESSION_NOT_KNOWN)


def _first_day(at: Circumstances, given: Arguments) -> Value:
    return NOTHING if at.exclusion is None else first_day(at.exclusion, at.calendar)


def _school_days_imposed(at: Circumstances, given: Arguments) -> Value:
    if at.exclusion is None or at.exclusion.is_permanent:
        return NOTHING
    return _whole(at.exclusion.event.attributes.get("school_days", Unknown(frozenset({at.name}))))


def _last_day(at: Circumstances, given: Arguments) -> Value:
    if at.exclusion is None or at.exclusion.is_permanent:
        return NOTHING
    days = days_imposed(at.exclusion, at.calendar, lunchtime=_lunchtime(given))
    return days[-1][0] if days else NOTHING


def _end_of_first_days(at: Circumstances, given: Arguments) -> Value:
    if at.exclusion is None or at.exclusion.is_lunchtime:
        return NOTHING
    start = first_day(at.exclusion, at.calendar)
    number = given["days"]
    if isinstance(start, Unknown) or not isinstance(number, (int, float)):
        return start if isinstance(start, Unknown) else NOTHING
    deadline = school_day_number(int(number), from_day=start, calendar=at.calendar)
    if not at.exclusion.is_permanent:
        days = days_imposed(at.exclusion, at.calendar, lunchtime=_lunchtime(given))
        if not days:
            return NOTHING
        if days[-1][0] < deadline.due:
            length = at.calendar.school_days_between(start - ONE_DAY, days[-1][0])
            deadline = school_day_number(length, from_day=start, calendar=at.calendar)
    at.deadlines[at.name] = deadline
    return deadline.due


def _in_term(at: Circumstances, given: Arguments) -> Value:
    return _total(at, given, at.calendar.term_of)


def _in_school_year(at: Circumstances, given: Arguments) -> Value:
    return _total(at, given, at.calendar.school_year_of)


def _total(at: Circumstances, given: Arguments, key_of: Callable[[date], str | None]) -> Value:
    if at.exclusion is None:
        return NOTHING
    lunchtime = _lunchtime(given)
    own = days_that_count(at.exclusion, at.calendar, lunchtime=lunchtime)
    days = list(own)
    for other in at.earlier:
        days += _days_or_none(other, at, lunchtime)
    if own:
        keys = {key_of(day) for day, _ in own}
    else:
        start = first_day(at.exclusion, at.calendar)
        keys = {key_of(at.exclusion.event.date if isinstance(start, Unknown) else start)}
    if any(other.cancelled_on is not None and other.back_on is None for other in (*at.earlier, at.exclusion)):
        at.turns.add(at.calendar.nth_school_day_after(at.day, 1))
    totals = totals_by((key_of(day), portion) for day, portion in days)
    return _counted(at, max((totals.get(key, 0.0) for key in keys if key is not None), default=0.0))


def _days_or_none(other: Exclusion, at: Circumstances, lunchtime: float) -> Days:
    """The days of an earlier exclusion; none where it lies before all that the calendar covers."""
    try:
        return days_that_count(other, at.calendar, lunchtime=lunchtime)
    except CalendarGapError:
        if other.event.date < at.calendar.covers_from and _covers_school_year(at):
            return ()
        raise


def _covers_school_year(at: Circumstances) -> bool:
    if at.exclusion is None:
        return False
    year = at.calendar.school_year_of(at.exclusion.event.date)
    return at.calendar.covers_from <= date(int(year[:4]), 9, 15) and any(
        term.grouping == "autumn" and term.first.year == int(year[:4])
        for layer in at.calendar.layers
        for term in layer.terms
    )


def _days_out(at: Circumstances, given: Arguments) -> Value:
    if at.exclusion is None:
        return NOTHING
    lunchtime = _lunchtime(given)
    until = min(at.exclusion.cancelled_on or at.day, at.day)
    days = list(days_out(at.exclusion, at.calendar, lunchtime=lunchtime, until=until))
    for other in at.earlier:
        counted = _days_or_none(other, at, lunchtime)
        days += [(day, part) for day, part in counted if day <= until]
    out: dict[date, float] = {}
    for day, part in days:
        # Where two exclusions cover one day the pupil is still out for no more than that day.
        out[day] = min(1.0, out.get(day, 0.0) + part)
    totals = totals_by((at.calendar.school_year_of(day), part) for day, part in out.items())
    total = max(totals.values(), default=0.0)
    cap = given["cap"]
    if at.exclusion.cancelled_on is None and at.exclusion.back_on is None and isinstance(cap, (int, float)):
        _note_passing(at, total, cap)
    return _counted(at, total)


def _note_passing(at: Circumstances, total: float, cap: float) -> None:
    """Note the day on which the days out will have passed a number, if the pupil stays out."""
    if total <= cap:
        try:
            at.turns.add(at.calendar.nth_school_day_after(at.day, int(cap - total) + 1))
        except CalendarGapError:
            return


def _counted(at: Circumstances, total: float) -> Value:
    number = int(total) if float(total).is_integer() else total
    if not at.history_complete:
        return AtLeast(number, frozenset({at.name}))
    if any(_counts_from_an_unknown_day(other, at.calendar) for other in (*at.earlier, at.exclusion) if other):
        return AtLeast(number, SESSION_NOT_KNOWN.missing)
    return number


def _counts_from_an_unknown_day(exclusion: Exclusion, calendar: SchoolCalendar) -> bool:
    """Whether the days of a cancelled permanent exclusion count, though its first day is not known."""
    if not exclusion.is_permanent or exclusion.cancelled_on is None:
        return False
    try:
        return isinstance(first_day(exclusion, calendar), Unknown)
    except CalendarGapError:
        return False


ITS_OWN_DAY = "the_day_of_the_decision"
"""The reading by which a permanent exclusion begins on the day of the decision, whatever the hour."""


def _run(at: Circumstances, given: Arguments, *, alone: bool) -> Run | Unknown | None:
    if at.exclusion is None:
        return None
    others = () if alone else (*at.earlier, *at.later)
    if at.exclusion.is_permanent and given.get("first_day") == ITS_OWN_DAY:
        return run_up_to(counted_from_its_day(at.exclusion), others, at.calendar, lunchtime=_lunchtime(given))
    return run_up_to(at.exclusion, others, at.calendar, lunchtime=_lunchtime(given))


def _day_of_run(at: Circumstances, given: Arguments) -> Value:
    run = _run(at, given, alone=False)
    if isinstance(run, Run):
        run = continued(run, (*at.earlier, *at.later), at.calendar, lunchtime=_lunchtime(given))
    deadline = _numbered(at, given, run)
    if isinstance(deadline, Deadline):
        at.deadlines[at.name] = deadline
        return deadline.due
    return deadline


def _numbered(at: Circumstances, given: Arguments, run: Run | Unknown | None) -> Deadline | Value:
    ordinal = given["ordinal"]
    if run is None or not isinstance(ordinal, (int, float)):
        return NOTHING
    if isinstance(run, Unknown):
        return run
    if run.last is not None and at.calendar.school_days_between(run.first - ONE_DAY, run.last) < ordinal:
        return NOTHING
    return school_day_number(int(ordinal), from_day=run.first, calendar=at.calendar)


def _day_owed(at: Circumstances, given: Arguments) -> Value:
    return _owed(at, given, alone=False)


def _day_owed_alone(at: Circumstances, given: Arguments) -> Value:
    return _owed(at, given, alone=True)


def _owed(at: Circumstances, given: Arguments, *, alone: bool) -> Value:
    """The day of the run, or day 1 of this exclusion where the run had already passed it when it was imposed."""
    deadline = _numbered(at, given, _run(at, given, alone=alone))
    if not isinstance(deadline, Deadline) or at.exclusion is None:
        return NOTHING if isinstance(deadline, Deadline) else deadline
    if deadline.due < at.exclusion.event.date:
        start = first_day(at.exclusion, at.calendar)
        if isinstance(start, Unknown):
            return start
        deadline = school_day_number(1, from_day=start, calendar=at.calendar)
    at.deadlines[at.name] = deadline
    return deadline.due


def _run_start(at: Circumstances, given: Arguments) -> Value:
    run = _run(at, given, alone=False)
    if isinstance(run, Run):
        return run.first
    return NOTHING if run is None else run


def _differs(at: Circumstances, given: Arguments) -> Value:
    one, other = given["one"], given["other"]
    missing = frozenset[str]().union(*(value.missing for value in (one, other) if isinstance(value, Unknown)))
    return Unknown(missing) if missing else one != other


def _stated_day(at: Circumstances, given: Arguments) -> Value:
    """A day that the law names, which time brings in every case alike."""
    day = given["day"]
    return day if isinstance(day, date) else NOTHING


def _number_of_things(at: Circumstances, given: Arguments) -> Value:
    """How many different words a set holds; none where nothing was recorded that could hold any."""
    things = given["of"]
    if isinstance(things, Unknown):
        return things
    return len(things) if isinstance(things, frozenset) else 0


def _school_day_of_next_half_term(at: Circumstances, given: Arguments) -> Value:
    """The first, or a later, school day of the stretch of term that begins next after a day."""
    ordinal, after = given["ordinal"], given["after"]
    if not isinstance(after, date) or not isinstance(ordinal, (int, float)):
        return after if isinstance(after, Unknown) else NOTHING
    terms = next(layer.terms for layer in reversed(at.calendar.layers) if layer.terms)
    begins = min((term.first for term in terms if term.first > after), default=at.calendar.covers_to + ONE_DAY)
    deadline = school_day_number(int(ordinal), from_day=begins, calendar=at.calendar)
    at.deadlines[at.name] = deadline
    return deadline.due


def _aged_at_least(at: Circumstances, given: Arguments) -> Value:
    born, day, age = given["born"], given["on"], given["age"]
    if isinstance(born, Unknown):
        return born
    if not isinstance(born, date) or not isinstance(day, date) or not isinstance(age, (int, float)):
        return day if isinstance(day, Unknown) else NOTHING
    return _birthday(born, int(age)) <= day


def _birthday(born: date, age: int) -> date:
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def _of_compulsory_school_age(at: Circumstances, given: Arguments) -> Value:
    """From the prescribed day on or next after the birthday, to the leaving day of the school year of a later one."""
    born, day = given["born"], given["on"]
    if isinstance(born, Unknown):
        return born
    if isinstance(day, Unknown):
        return day
    if not (isinstance(born, date) and isinstance(day, date)):
        return NOTHING
    begins_and_ends = _compulsory_school_age(born, given)
    return begins_and_ends[0] <= day < begins_and_ends[1] if begins_and_ends else NOTHING


def _compulsory_school_age(born: date, given: Arguments) -> tuple[date, ...]:
    """The first day of compulsory school age and the first day after it."""
    begins, ends = given["begins"], given["ends"]
    if not (isinstance(begins, (int, float)) and isinstance(ends, (int, float))):
        return ()
    first = _birthday(born, int(begins))
    starts = min(
        found
        for year in (first.year, first.year + 1)
        for text in _texts(given["prescribed"])
        if (found := day_of_the_year(text, year)) >= first
    )
    last_birthday = _birthday(born, int(ends))
    cohort = day_of_the_year(_texts(given["cohort"])[0], last_birthday.year)
    leaving_year = last_birthday.year if last_birthday <= cohort else last_birthday.year + 1
    return starts, day_of_the_year(_texts(given["leaving"])[0], leaving_year) + ONE_DAY


def _came_of_age(born: date, given: Arguments) -> tuple[date, ...]:
    age = given["age"]
    return (_birthday(born, int(age)),) if isinstance(age, (int, float)) else ()


def _texts(value: Value | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


@cache
def day_of_the_year(text: str, year: int) -> date:
    """The day that words such as `31 March` or `last Friday in June` name in a year.

    >>> day_of_the_year("last Friday in June", 2025)
    datetime.date(2025, 6, 27)
    """
    parts = text.lower().split()
    if parts[0] == "last":
        weekday, month = WEEKDAYS.index(parts[1]), MONTHS.index(parts[3]) + 1
        return max(
            day for day in Calendar().itermonthdates(year, month) if day.month == month and day.weekday() == weekday
        )
    return date(year, MONTHS.index(parts[1]) + 1, int(parts[0]))


def _lunchtime(given: Arguments) -> float:
    value = given["lunchtime"]
    assert isinstance(value, (int, float))
    return float(value)


def _whole(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() else value


_LUNCH = ("lunchtime",)
_RUN = ("ordinal", "lunchtime", "first_day")

FUNCTIONS: Mapping[str, tuple[Function, tuple[str, ...]]] = {
    "kind_of_exclusion": (_kind, ()),
    "excluded_on": (_excluded_on, ()),
    "session_of_exclusion": (_session, ()),
    "school_days_imposed": (_school_days_imposed, ()),
    "first_day_of_exclusion": (_first_day, ()),
    "last_day_of_exclusion": (_last_day, _LUNCH),
    "end_of_first_days": (_end_of_first_days, ("days", "lunchtime")),
    "days_in_term": (_in_term, _LUNCH),
    "days_in_school_year": (_in_school_year, _LUNCH),
    "days_out_in_school_year": (_days_out, ("lunchtime", "cap")),
    "school_day_of_run": (_day_of_run, _RUN),
    "school_day_owed": (_day_owed, _RUN),
    "school_day_owed_alone": (_day_owed_alone, _RUN),
    "first_day_of_run": (_run_start, _LUNCH),
    "differs": (_differs, ("one", "other")),
    "stated_day": (_stated_day, ("day",)),
    "number_of_things": (_number_of_things, ("of",)),
    "school_day_of_next_half_term": (_school_day_of_next_half_term, ("ordinal", "after")),
    "aged_at_least": (_aged_at_least, ("born", "age", "on")),
    "of_compulsory_school_age": (
        _of_compulsory_school_age,
        ("born", "begins", "prescribed", "ends", "leaving", "cohort", "on"),
    ),
}
"""Every function a fact dictionary may name, with the arguments it must be given."""


TURNS_WITH_AGE: Mapping[str, Callable[[date, Arguments], tuple[date, ...]]] = {
    "aged_at_least": _came_of_age,
    "of_compulsory_school_age": _compulsory_school_age,
}
"""For the functions that hold one day against someone's age: the days, by date of birth, on which the answer turns."""

SETTLED_BY_KIND: Mapping[str, Mapping[str, Known]] = {
    "kind_of_exclusion": {PERMANENT: "permanent_exclusion", SUSPENDED: "suspension"}
}
"""For the functions whose answer an exclusion's kind settles: the answer, by the event that imposes it."""

OWN_EVENT, OWN_EXCLUSION, TERM_TOTALS, YEAR_TOTALS, RUN, EVERY_EXCLUSION = (
    "own event",
    "own exclusion",
    "term totals",
    "year totals",
    "run",
    "every exclusion",
)
LOOKS_AT: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "aged_at_least",
            "of_compulsory_school_age",
            "differs",
            "stated_day",
            "number_of_things",
            "school_day_of_next_half_term",
        ),
        "",
    ),
    **dict.fromkeys(
        (
            "kind_of_exclusion",
            "excluded_on",
            "session_of_exclusion",
            "school_days_imposed",
            "first_day_of_exclusion",
            "last_day_of_exclusion",
            "end_of_first_days",
        ),
        OWN_EVENT,
    ),
    "days_in_term": TERM_TOTALS,
    "days_in_school_year": YEAR_TOTALS,
    **dict.fromkeys(("school_day_of_run", "school_day_owed", "first_day_of_run"), RUN),
    "school_day_owed_alone": OWN_EXCLUSION,
}
"""What of a record each function looks at beside what it is given.

Nothing; its own exclusion as it was imposed, or with its end; the days of all exclusions so far, by term or by year;
those that join into one run with its own; or, where nothing is said here, every exclusion with its end.
"""


def known_functions() -> Mapping[str, tuple[str, ...]]:
    """The names that `derived: {function: …}` may use, each with the arguments it must be given."""
    return {name: arguments for name, (_, arguments) in FUNCTIONS.items()}
