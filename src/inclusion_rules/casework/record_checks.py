"""What is odd in a record without being wrong: days that the calendar does not bear out, counts that ran short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from inclusion_rules.casework.exclusions import Exclusion, days_imposed, days_that_count
from inclusion_rules.casework.factbook import FactBook
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.findings import Warning
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.errors import CalendarGapError
from inclusion_rules.vocabulary import words


def warnings_about(exclusions: Sequence[Exclusion], book: FactBook, notes: set[tuple[str, str]]) -> list[Warning]:
    """Everything a reader of the decision should know of the record it rests on."""
    found = [*_from_notes(notes)]
    if not book.record.history_complete:
        found.append(
            Warning(
                "history_incomplete",
                "other schools may hold suspensions that this record lacks; totals are at least what is shown",
            )
        )
    previous: Exclusion | None = None
    for exclusion in exclusions:
        found += _codes_not_in_use(exclusion.event, book)
        if exclusion.is_permanent:
            continue
        try:
            found += _about_suspension(exclusion, previous, book)
        except CalendarGapError as gap:
            found.append(Warning("calendar_too_short", str(gap), exclusion.event.date))
        previous = exclusion
    return found


def _codes_not_in_use(event: Event, book: FactBook) -> Iterator[Warning]:
    """Codes that their list did not hold on the day; `reasons` is the one attribute that takes codes."""
    reasons = event.attributes.get("reasons")
    for code in sorted(reasons) if isinstance(reasons, frozenset) else ():
        versions = [known for known in book.edition.codes.get("exclusion_reasons", ()) if known.code == code]
        if versions and not any(known.in_use(event.date) for known in versions):
            days = "; ".join(known.days_in_words() for known in versions)
            message = f"the reason `{code}` was not in use on {day_in_words(event.date)} ({days})"
            yield Warning("code_not_in_use", message, event.date)


def _from_notes(notes: set[tuple[str, str]]) -> Iterator[Warning]:
    for code, detail in sorted(notes):
        if code == "service_method_not_known":
            message = f"how the {words(detail)} was sent is not recorded; it is counted from the day it was sent"
            yield Warning(code, message)
        else:
            yield Warning(code, detail)


def _about_suspension(exclusion: Exclusion, previous: Exclusion | None, book: FactBook) -> Iterator[Warning]:
    event, calendar = exclusion.event, book.record.calendar
    lunchtime = book.parameter_or_none("lunchtime_value") if "lunchtime_value" in book.edition.parameters else None
    if not isinstance(lunchtime, (int, float)):
        return
    stated_first = event.attributes.get("first_day")
    if isinstance(stated_first, date) and not calendar.is_school_day(stated_first):
        reason = calendar.day(stated_first).why
        yield Warning(
            "first_day_not_a_school_day",
            f"the suspension is said to begin on {day_in_words(stated_first)}, when the school is closed ({reason})",
            event.date,
        )
    days = days_imposed(exclusion, calendar, lunchtime=lunchtime)
    lunches = event.attributes.get("lunchtimes")
    imposed = event.attributes.get("school_days")
    if isinstance(lunches, int) and isinstance(imposed, (int, float)) and lunches * lunchtime != imposed:
        yield Warning(
            "lunchtimes_mismatch",
            f"{lunches} lunchtimes make {lunches * lunchtime:g} school days, and {imposed:g} are recorded",
            event.date,
        )
    last = event.attributes.get("last_day")
    if isinstance(last, date) and days and last != days[-1][0]:
        yield Warning(
            "last_day_mismatch",
            f"the last day is said to be {day_in_words(last)}; by the calendar it is {day_in_words(days[-1][0])}",
            event.date,
        )
    said = event.attributes.get("consecutive_with_previous")
    if isinstance(said, bool) and previous is not None and days:
        before = days_that_count(previous, calendar, lunchtime=lunchtime)
        joined = bool(before) and calendar.school_days_strictly_between(before[-1][0], days[0][0]) == 0
        if joined != said:
            verdict = "no school day lies between them" if joined else "school days lie between them"
            yield Warning(
                "consecutive_mismatch",
                f"recorded as {'' if said else 'not '}consecutive with the one before; by the calendar {verdict}",
                event.date,
            )
