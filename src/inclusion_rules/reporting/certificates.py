"""The working of a deadline for people: each day counted or passed over, why, and who says so; and its second check.

Lays out certificates and hands them to the separate verifier. It counts nothing.
"""

from __future__ import annotations

from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.certificate_check import complaints_about
from inclusion_rules.domain.deadlines import Certificate, CountingRule, Deadline, certificate_of
from inclusion_rules.domain.school_calendar import BankHolidays, SchoolCalendar
from inclusion_rules.domain.wording import day_in_words

_COUNTED = {
    CountingRule.DAY_AFTER_IS_ONE: "{limit} from the day after {start}",
    CountingRule.FIRST_DAY_IS_ONE: "{limit} beginning with {start}",
    CountingRule.DAYS_LIE_BETWEEN: "at least {limit} between the act and {start}",
    CountingRule.LAST_DAY_BEFORE: "the last school day before {start}",
    CountingRule.COUNTED_BACK: "{limit} before {start}",
}


def certificate_for(deadline: Deadline, record: CaseRecord) -> Certificate:
    """The days of a deadline of a case, by the calendars that the case was decided with."""
    return certificate_of(deadline, calendar=record.calendar, bank_holidays=record.bank_holidays)


def complaints(
    certificate: Certificate, *, calendar: SchoolCalendar | None, bank_holidays: BankHolidays
) -> tuple[str, ...]:
    """What the separate verifier finds wrong with a certificate; empty when the working holds."""
    layers = [layer.as_data() for layer in calendar.layers] if calendar is not None else []
    return complaints_about(certificate.as_data(), layers=layers, bank_holidays=bank_holidays.as_data())


def counting_in_words(deadline: Deadline) -> str:
    """How a deadline was counted, as one phrase.

    >>> from datetime import date
    >>> from inclusion_rules.domain.deadlines import last_day_within
    >>> from inclusion_rules.vocabulary import Unit
    >>> counting_in_words(last_day_within(1, Unit.WEEKS, after=date(2025, 1, 13)))
    '1 week from the day after Mon 13 Jan 2025'
    """
    unit = deadline.unit.value if deadline.count != 1 else deadline.unit.value.removesuffix("s")
    limit = f"{deadline.count} {unit}"
    return _COUNTED[deadline.rule].format(limit=limit, start=day_in_words(deadline.counted_from))


def certificate_lines(certificate: Certificate) -> tuple[str, ...]:
    """The working as lines of text in columns: the day, its number if it counts, why, and who says so."""
    shown = [
        (day_in_words(line.day), str(line.number) if line.counted else "-", line.why, line.source)
        for line in certificate.lines
    ]
    widths = [max((len(row[column]) for row in shown), default=0) for column in range(3)]
    return tuple(
        f"{day:<{widths[0]}}  {number:>{widths[1]}}  {why:<{widths[2]}}  {source}".rstrip()
        for day, number, why, source in shown
    )
