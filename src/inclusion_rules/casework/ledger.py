"""The obligations ledger: for each duty that has fallen on someone, its deadline, what met it, and where it stands.

Reads histories of rules and the final facts; evaluates no rule itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from inclusion_rules.casework.factbook import FactBook, fits, says
from inclusion_rules.casework.rule_history import RuleHistory
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.deadlines import (
    Deadline,
    last_school_day_before,
    latest_day_ahead,
    latest_day_leaving,
)
from inclusion_rules.domain.facts import NOTHING, Unknown, Value
from inclusion_rules.domain.findings import Obligation
from inclusion_rules.domain.rules import (
    AtIntervals,
    AtLeastBefore,
    BeforeTheDay,
    ByEvent,
    EachTerm,
    Meeting,
    NotBefore,
    OnTheDay,
    Rule,
    Within,
    WithoutDelay,
)
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.errors import CalendarGapError
from inclusion_rules.vocabulary import RuleKind, Status, Unit, words

ONE_DAY = timedelta(days=1)
Choices = tuple[tuple[Any, Any], ...]
NOT_SET_HERE = "not set by this authority"
IN_HOURS = "the limit is in hours; without times of day it is shown as a day"


@dataclass(slots=True)
class _Limit:
    """What the deadline of a rule comes to in one case."""

    due: date | None = None
    deadline: Deadline | None = None
    alert_on: date | None = None
    not_before: date | None = None
    waiting_for: str | None = None
    missing: frozenset[str] = frozenset()
    counted_from: date | None = None
    why: str | None = None
    not_set: str | None = None


def obligations_of(history: RuleHistory, book: FactBook) -> Iterator[Obligation]:
    """The entries of the ledger that one rule makes for one subject: one, or one for each interval."""
    if history.first_engaged is None:
        return
    if isinstance(history.rule.deadline, AtIntervals):
        yield from _at_intervals(history, history.rule.deadline, book)
        return
    limit = _limit(history.rule, book)
    arose = max(history.first_engaged, limit.counted_from or history.first_engaged)
    met_on, missing, undone = _met_on(history.rule, book)
    if met_on is not None and met_on < arose:
        arose = history.first_engaged
    yield _entry(history, book, limit, arose, met_on, missing, undone=undone)


def _entry(
    history: RuleHistory,
    book: FactBook,
    limit: _Limit,
    arose: date,
    met_on: date | None,
    missing: frozenset[str],
    occurrence: int | None = None,
    *,
    undone: bool = False,
) -> Obligation:
    rule = history.rule
    unsure = None if undone else _not_known_whether_met(rule, missing)
    status, why = _status(history, limit, met_on, book.day, unsure)
    if status is Status.LAPSED and met_on is not None:
        met_on = None
    if status is Status.MISSED:
        missing = frozenset()
    was_due = limit.due if unsure is not None and why == unsure else None
    late = None
    if limit.due is not None and status in (Status.MET_LATE, Status.MISSED):
        late = _school_days_after(limit.due, met_on or book.day, book)
    bearer_is = _bearer_words(rule, book)
    return Obligation(
        rule=rule,
        bearer=rule.bearer,
        bearer_is=bearer_is,
        arose_on=arose,
        about=book.subject.about,
        due=None if was_due else limit.due,
        was_due=was_due,
        not_set=limit.not_set,
        status=status,
        met_on=met_on,
        late_by_school_days=late,
        alert_on=limit.alert_on,
        not_before=limit.not_before,
        waiting_for=limit.waiting_for if met_on is None else None,
        why=why or limit.why,
        deadline=limit.deadline,
        missing_facts=tuple(sorted(limit.missing | (missing if met_on is None else frozenset()))),
        notes=_notes(rule, book),
        occurrence=occurrence,
    )


def _status(
    history: RuleHistory, limit: _Limit, met_on: date | None, day: date, not_known_whether_met: str | None
) -> tuple[Status, str | None]:
    met_in_force = met_on is not None and (
        history.ceased_on is None
        or met_on < history.ceased_on
        or (met_on == history.ceased_on and not history.superseded)
    )
    if history.ceased_on is not None and not met_in_force:
        return Status.LAPSED, f"from {day_in_words(history.ceased_on)}: {history.why_ceased}"
    if met_on is not None:
        if limit.due is None or met_on <= limit.due:
            return Status.MET, None
        if history.rule.kind is RuleKind.RIGHT:
            return (
                Status.LAPSED,
                f"used on {day_in_words(met_on)}, after the time had run out on {day_in_words(limit.due)}",
            )
        return Status.MET_LATE, None
    if limit.due is None or day <= limit.due:
        return Status.OPEN, None
    if history.rule.kind is RuleKind.RIGHT:
        return Status.LAPSED, f"the time ran out on {day_in_words(limit.due)}"
    if not_known_whether_met:
        return Status.OPEN, not_known_whether_met
    return Status.MISSED, history.rule.if_missed or None


def _not_known_whether_met(rule: Rule, missing: frozenset[str]) -> str | None:
    """Why silence of the record does not show that an act was left undone, or None where it does."""
    if not rule.met_by:
        return "no event of the vocabulary can show whether this was done"
    if missing:
        return f"the record does not say enough to tell whether this was done: {', '.join(map(words, sorted(missing)))}"
    return None


def _school_days_after(due: date, until: date, book: FactBook) -> int | None:
    try:
        return book.record.calendar.school_days_between(due, until)
    except CalendarGapError as gap:
        book.notes.add(("calendar_too_short", str(gap)))
        return None


def _bearer_words(rule: Rule, book: FactBook) -> str | None:
    if rule.bearer == "relevant_person":
        adult = book("adult_pupil") if "adult_pupil" in book.edition.facts else None
        return None if not isinstance(adult, bool) else "the pupil" if adult else "a parent"
    role = book.edition.roles.get(rule.bearer)
    kind = book("school_type") if "school_type" in book.edition.facts else None
    if role is None or not role.at or not isinstance(kind, str):
        return None
    return role.at.get(kind) or role.at.get(words(kind))


def _notes(rule: Rule, book: FactBook) -> tuple[str, ...]:
    found: list[str] = []
    if isinstance(rule.deadline, Within) and rule.deadline.after in book.edition.service:
        started = book.events_of(rule.deadline.after)
        service = book.edition.service[rule.deadline.after]
        if started and service.attribute not in started[0].attributes:
            found.append(
                f"how it was sent is not recorded (`{service.attribute}`), so the count runs from the day it was sent; "
                "had it gone by first class post it would run from the day of deemed service"
            )
    return tuple(found)


# Limits --------------------------------------------------------------------------------------------------------------


def _limit(rule: Rule, book: FactBook) -> _Limit:
    try:
        return _counted(rule, book)
    except CalendarGapError as gap:
        book.notes.add(("calendar_too_short", str(gap)))
        start = _recorded_on(rule.deadline.after, book) if isinstance(rule.deadline, Within) else None
        return _Limit(missing=frozenset({"calendar"}), counted_from=start, why=str(gap))


def _counted(rule: Rule, book: FactBook) -> _Limit:
    match rule.deadline:
        case Within(parameter=parameter, after=after):
            return _within(parameter, after, book)
        case OnTheDay(day=name):
            return _on_the_day(name, book)
        case BeforeTheDay(day=name):
            day = book(name)
            if not isinstance(day, date):
                return _not_yet(name, day, book)
            deadline = last_school_day_before(day, calendar=book.record.calendar)
            return _Limit(deadline.due, deadline)
        case AtLeastBefore(parameter=parameter, day=name):
            return _ahead(parameter, name, book)
        case WithoutDelay(after=after):
            return _without_delay(after, book)
        case NotBefore(day=name):
            day = book(name)
            if isinstance(day, date):
                return _Limit(not_before=day, deadline=book.deadlines.get(name))
            return _not_yet(name, day, book)
        case ByEvent(event=event):
            found = book.events_of(event)
            return _Limit(found[0].date) if found else _Limit(waiting_for=event)
        case EachTerm(day=name):
            day = book(name) if name is not None else book.subject.about or book.day
            if not isinstance(day, date):
                return _not_yet(name or "", day, book)
            calendar = book.record.calendar
            term = calendar.term_of(calendar.school_day_on_or_after(day))
            return _Limit(calendar.last_day_of_term(term)) if term is not None else _Limit()
        case _:
            return _Limit()


def _not_yet(name: str, value: Value, book: FactBook) -> _Limit:
    """A limit that cannot be dated: a fact is not known, or the event it hangs on has not happened."""
    if isinstance(value, Unknown):
        return _Limit(missing=value.missing)
    waiting_for = _event_behind(name, book)
    return _Limit(waiting_for=waiting_for, why=None if waiting_for else f"there is no {words(name)} in this case")


def _event_behind(name: str, book: FactBook) -> str | None:
    """The event that would give a date fact its value, where one event alone would."""
    definition = book.edition.facts.get(name)
    if definition is None or definition.derived is None:
        return None
    details = definition.derived.details
    match definition.derived.form:
        case "date of" | "attribute" | "recorded":
            return str(details["event"])
        case "within":
            after = str(details["after"])
            return after if after in book.edition.events else _event_behind(after, book)
        case "day after":
            return _event_behind(str(details["day"]), book)
        case "choose":
            return _event_behind(_fact_chosen(cast(Choices, details["choices"]), book), book)
        case _:
            return None


def _fact_chosen(choices: Choices, book: FactBook) -> str:
    """The date fact that a choice falls on; the first one where none applies yet."""
    taken = next((take for condition, take in choices if condition is None or book.holds(condition)), choices[0][1])
    return taken if isinstance(taken, str) else _fact_chosen(taken, book)


def _recorded_on(name: str, book: FactBook) -> date | None:
    """The day on which the starting event was recorded to happen, before any deemed service."""
    found = book.events_of(name) if name in book.edition.events else ()
    return found[0].date if found else None


def _within(parameter: str, after: str, book: FactBook) -> _Limit:
    start = book.starting_day(after)
    if not isinstance(start, date):
        if isinstance(start, Unknown):
            return _Limit(missing=start.missing)
        return _Limit(waiting_for=after if after in book.edition.events else _event_behind(after, book))
    deadline = book.limit_after(start, parameter)
    if deadline is None:
        return _without_value(parameter, book)
    why = IN_HOURS if deadline.unit is Unit.HOURS else None
    return _Limit(deadline.due, deadline, counted_from=_recorded_on(after, book), why=why)


def _without_value(parameter: str, book: FactBook) -> _Limit:
    """A limit that has no number here: its authority has not set it, whose it is is not known, or the law has none."""
    unset = book.not_set(parameter)
    if parameter in unset.missing:
        return _Limit(not_set=parameter, why=f"`{words(parameter)}` is {NOT_SET_HERE}")
    if unset.missing:
        return _Limit(missing=unset.missing)
    return _Limit(why=f"`{words(parameter)}` has no value on {book.governed_by.isoformat()}")


def _on_the_day(name: str, book: FactBook) -> _Limit:
    day = book(name)
    if not isinstance(day, date):
        return _not_yet(name, day, book)
    return _Limit(day, book.deadlines.get(name))


def _ahead(parameter: str, name: str, book: FactBook) -> _Limit:
    day = book(name)
    count = book.parameter_or_none(parameter)
    if not isinstance(count, (int, float)):
        return _without_value(parameter, book)
    if not isinstance(day, date):
        return _not_yet(name, day, book)
    unit = book.edition.parameters[parameter].unit
    if unit is Unit.SCHOOL_DAYS:
        deadline = latest_day_leaving(int(count), before=day, calendar=book.record.calendar)
    else:
        deadline = latest_day_ahead(int(count), unit, before=day)
    why = IN_HOURS if unit is Unit.HOURS else None
    return _Limit(deadline.due, deadline, why=why)


def _without_delay(after: str | None, book: FactBook) -> _Limit:
    event: Event | None = book.subject.event
    if after is None:
        start: Value = book.subject.about or NOTHING
    else:
        start = book.starting_day(after)
        found = book.events_of(after) if after in book.edition.events else ()
        event = found[0] if found else None
    if not isinstance(start, date):
        if isinstance(start, Unknown):
            return _Limit(missing=start.missing)
        return _Limit(waiting_for=after if after in book.edition.events else _event_behind(after or "", book))
    calendar = book.record.calendar
    closes = book.parameter_or_none("end_of_school_day") if "end_of_school_day" in book.edition.parameters else None
    after_school = (
        event is not None
        and event.at is not None
        and event.date == start
        and isinstance(closes, (int, float))
        and event.at.hour + event.at.minute / 60 >= closes
    )
    open_that_day = calendar.is_school_day(start)
    alert = start if open_that_day and not after_school else calendar.nth_school_day_after(start, 1)
    return _Limit(alert_on=alert)


# What meets them -----------------------------------------------------------------------------------------------------


def _met_on(rule: Rule, book: FactBook) -> tuple[date | None, frozenset[str], bool]:
    """The day an obligation was met, or None with what would have to be known to say so, and whether it surely was not.

    Of an obligation with several parts, one part that is surely needed and surely not done settles that it was not met,
    whatever is not known of the others.
    """
    missing: set[str] = set()
    days: list[date | None] = []
    undone = False
    for meeting in rule.met_by:
        day, lacking = _first_meeting(meeting, rule, book)
        needed_for_sure = True
        if day is None and rule.met_by_all and meeting.needed_if is not None:
            needed = book.trace_of(meeting.needed_if)
            if needed.result is False:
                continue
            missing |= needed.missing
            needed_for_sure = needed.result is True
        days.append(day)
        if day is None:
            missing |= lacking
            undone |= rule.met_by_all and needed_for_sure and not lacking
    met = [day for day in days if day is not None]
    if rule.met_by_all:
        return (max(met) if met and len(met) == len(days) else None), frozenset(missing), undone
    return (min(met) if met else None), frozenset(missing), False


def _first_meeting(meeting: Meeting, rule: Rule, book: FactBook) -> tuple[date | None, frozenset[str]]:
    """The first day on which one such event met it, or None with the attributes left out of one that might."""
    since = book(meeting.after) if meeting.after is not None else None
    events = [
        (_day_it_counts(event, meeting, rule, book), event)
        for event in book.events_of(meeting.event, scope=rule.met_within)
        if not isinstance(since, date) or event.date >= since
    ]
    come = [(day, event) for day, event in events if day <= book.day]
    book.turns |= {day for day, _ in events if day > book.day}
    days = [day for day, event in come if fits(event, meeting.having, meeting.lacking)]
    if days:
        return min(days), frozenset()
    return None, frozenset(name for _, event in come for name, _ in meeting.having if not says(event, name))


def _day_it_counts(event: Event, meeting: Meeting, rule: Rule, book: FactBook) -> date:
    """The day of the act; of a right, the day on which it is given or deemed to be."""
    if meeting.on is not None:
        stated = event.attributes.get(meeting.on)
        return stated if isinstance(stated, date) else event.date
    return book.given_on(event)[0] if rule.kind is RuleKind.RIGHT else event.date


# Duties owed at intervals --------------------------------------------------------------------------------------------


def _at_intervals(history: RuleHistory, owed: AtIntervals, book: FactBook) -> Iterator[Obligation]:
    """One entry for each time it is owed: the next limit runs from the day it was last done."""
    start = book.starting_day(owed.start)
    assert history.first_engaged is not None
    if not isinstance(start, date):
        missing = start.missing if isinstance(start, Unknown) else frozenset[str]()
        waiting = owed.start if owed.start in book.edition.events else _event_behind(owed.start, book)
        yield _entry(history, book, _Limit(missing=missing, waiting_for=waiting), history.first_engaged, None, missing)
        return
    done = sorted(event.date for event in book.events_of(owed.each) if event.date >= start)
    for occurrence in range(1, len(done) + 2):
        met_on = done[occurrence - 1] if occurrence <= len(done) else None
        try:
            deadline = book.limit_after(start, owed.parameter)
            limit = _Limit(deadline.due if deadline else None, deadline, counted_from=start)
            if deadline is None:
                limit = _without_value(owed.parameter, book)
                limit.counted_from = start
                if limit.not_set is None and not limit.missing:
                    limit.why = "no length of time is set: as often as is needed" if met_on is None else None
        except CalendarGapError as gap:
            book.notes.add(("calendar_too_short", str(gap)))
            limit = _Limit(missing=frozenset({"calendar"}), counted_from=start, why=str(gap))
        arose = max(history.first_engaged, start)
        if history.ceased_on is not None and arose >= history.ceased_on and occurrence > 1:
            return
        yield _entry(history, book, limit, arose, met_on, frozenset(), occurrence)
        if met_on is None:
            return
        start = met_on
