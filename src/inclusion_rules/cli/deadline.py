"""`inclusion-rules deadline`: counts one time limit, without any case, and shows every day of the working."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from inclusion_rules.casework.opening import open_calendar, open_rulebook
from inclusion_rules.cli.asking import HumanOrJson, Out, a_count, a_day, one_of
from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.showing import show
from inclusion_rules.domain.deadlines import (
    Certificate,
    Deadline,
    UncountableError,
    certificate_of,
    deemed_service,
    last_day_beginning_with,
    last_day_within,
    latest_day_ahead,
    latest_day_leaving,
)
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.school_calendar import BankHolidays, SchoolCalendar
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.errors import InclusionRulesError, nearest_word
from inclusion_rules.reporting.certificates import certificate_lines, complaints, counting_in_words
from inclusion_rules.vocabulary import Unit, identifier, words

POST = "first_class_post"
DEEMED_BY_POST = "deemed_service_of_application"
Count = int | None


class NoValueError(InclusionRulesError):
    """The law as it is kept here has no figure for that day."""


def _count(name: str, unit: str) -> Any:
    return typer.Option(name, parser=a_count, metavar="N", help=f"So many {unit}.")


def deadline(
    starts: Annotated[date, typer.Option("--from", parser=a_day, metavar="DATE", help="The day the limit is tied to.")],
    school_days: Annotated[Count, _count("--school-days", "days on which the school opens")] = None,
    working_days: Annotated[Count, _count("--working-days", "days that are no weekend and no bank holiday")] = None,
    calendar_days: Annotated[Count, _count("--calendar-days", "days of any kind")] = None,
    weeks: Annotated[Count, _count("--weeks", "weeks")] = None,
    months: Annotated[Count, _count("--months", "months")] = None,
    calendar: Annotated[
        str | None,
        typer.Option(
            "--calendar", metavar="FILE|ID", help="The school's calendar: a file, or the id of one that ships."
        ),
    ] = None,
    deemed: Annotated[
        str | None,
        typer.Option(
            "--deemed",
            parser=one_of("first-class-post", "delivered", "email"),
            metavar="first-class-post|delivered|email",
            help="How it was sent: the count starts from the day on which it counts as given.",
        ),
    ] = None,
    counting_first: Annotated[bool, typer.Option("--counting-first", help="The first day counts as day 1.")] = False,
    before: Annotated[
        bool, typer.Option("--before", help="Count back: how late may it be done before that day?")
    ] = False,
    format: HumanOrJson = "human",
    out: Out = None,
) -> int:
    """Count one deadline and show every day: counted or not, why, and who says so.

    The day itself is not counted unless --counting-first says so.

    \b
    Examples:
      inclusion-rules deadline --from 2025-01-14 --school-days 15 --calendar leicestershire_2024_25
      inclusion-rules deadline --from 2025-02-11 --deemed first-class-post --school-days 15 --calendar my_school.yaml
    """
    unit, count = _asked(
        {
            Unit.SCHOOL_DAYS: school_days,
            Unit.WORKING_DAYS: working_days,
            Unit.CALENDAR_DAYS: calendar_days,
            Unit.WEEKS: weeks,
            Unit.MONTHS: months,
        }
    )
    if before and (counting_first or deemed):
        raise UsageError("`--before` counts back from a day; it does not go with `--counting-first` or `--deemed`")
    if unit is Unit.SCHOOL_DAYS and calendar is None:
        raise UsageError(
            "school days need the school's calendar: add `--calendar` with a file, or the id of one that ships"
        )
    rulebook = open_rulebook()
    school = _calendar(calendar, rulebook) if calendar is not None else None
    bank_holidays = school.bank_holidays if school is not None else rulebook.bank_holidays
    served = _served(starts, deemed, rulebook, bank_holidays) if deemed is not None else None
    start = served.on if served is not None else starts
    try:
        if before:
            found = _before(start, count, unit, school)
        else:
            count_up = last_day_beginning_with if counting_first else last_day_within
            key = "first" if counting_first else "after"
            found = count_up(count, unit, calendar=school, bank_holidays=bank_holidays, **{key: start})
    except UncountableError as error:
        raise UsageError(str(error)) from error
    except OverflowError:
        raise UsageError(f"a count from {start.isoformat()} leads past the years that dates can have") from None
    certificate = certificate_of(found, calendar=school, bank_holidays=bank_holidays)
    counted = _Counted(starts, served, found, certificate, school)
    show(_as_json(counted, bank_holidays) if format == "json" else _in_words(counted, bank_holidays), out=out)
    return Exit.FINE


@dataclass(frozen=True, slots=True)
class _Served:
    """When something sent counts as given, and by which working where that is another day."""

    how: str
    sent: date
    on: date
    certificate: Certificate | None = None
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Counted:
    """One deadline with everything that is said of it."""

    starts: date
    served: _Served | None
    found: Deadline
    certificate: Certificate
    school: SchoolCalendar | None

    def complaints(self, bank_holidays: BankHolidays) -> tuple[str, ...]:
        """What the separate verifier finds wrong, in any step."""
        steps = [self.certificate]
        if self.served is not None and self.served.certificate is not None:
            steps.append(self.served.certificate)
        return tuple(
            complaint
            for step in steps
            for complaint in complaints(step, calendar=self.school, bank_holidays=bank_holidays)
        )


def _asked(counts: dict[Unit, int | None]) -> tuple[Unit, int]:
    given = {unit: count for unit, count in counts.items() if count is not None}
    options = [f"`--{unit.value.replace(' ', '-')}`" for unit in (given or counts)]
    if len(given) != 1:
        raise UsageError(
            f"{' and '.join(options)} were given; expected one of them"
            if given
            else f"how long is the limit? Expected one of {', '.join(options)}, with a number"
        )
    return next(iter(given.items()))


def _calendar(reference: str, rulebook: Rulebook) -> SchoolCalendar:
    """The calendar that was asked for; a name that leads nowhere is a slip of the keyboard and no fault of a file."""
    if reference in rulebook.calendars or Path(reference).exists():
        return open_calendar(reference, rulebook)
    near = nearest_word(reference, rulebook.calendars)
    hint = f"did you mean `{near}`?" if near else f"the ids are {', '.join(sorted(rulebook.calendars))}"
    raise UsageError(f"`{reference}` is not a calendar file, nor the id of a calendar that ships; {hint}")


def _before(day: date, count: int, unit: Unit, school: SchoolCalendar | None) -> Deadline:
    if unit is Unit.SCHOOL_DAYS and school is not None:
        return latest_day_leaving(count, before=day, calendar=school)
    return latest_day_ahead(count, unit, before=day)


def _served(sent: date, how: str, rulebook: Rulebook, bank_holidays: BankHolidays) -> _Served:
    if identifier(how.replace("-", " ")) != POST:
        return _Served(how, sent, sent)
    parameter = rulebook.edition().parameters[DEEMED_BY_POST]
    version = parameter.on(sent)
    if version is None or not isinstance(version.value, int | float):
        raise NoValueError(f"`{words(DEEMED_BY_POST)}` has no value on {sent.isoformat()}")
    given = deemed_service(sent, working_days=int(version.value), bank_holidays=bank_holidays)
    return _Served(how, sent, given.due, certificate_of(given, bank_holidays=bank_holidays), version.cites)


def _as_json(counted: _Counted, bank_holidays: BankHolidays) -> str:
    served, found = counted.served, counted.found
    wrong = counted.complaints(bank_holidays)
    told: dict[str, Any] = {
        "due": found.due.isoformat(),
        "from": counted.starts.isoformat(),
        "deemed_from": served.on.isoformat() if served is not None else None,
        "unit": found.unit.value,
        "count": found.count,
        "rule": found.rule.value,
        "calendar": found.calendar,
        "verified": not wrong,
        "complaints": list(wrong),
        "certificate": counted.certificate.as_data(),
    }
    if served is not None:
        told["deemed"] = {
            "how": identifier(served.how.replace("-", " ")),
            "sent": served.sent.isoformat(),
            "given": served.on.isoformat(),
            "citations": list(served.cites),
            "certificate": served.certificate.as_data() if served.certificate is not None else None,
        }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _in_words(counted: _Counted, bank_holidays: BankHolidays) -> str:
    served, found = counted.served, counted.found
    parts = [f"Due: {day_in_words(found.due)}\n{counting_in_words(found)}, by {found.calendar}"]
    if served is not None:
        law = f" [{'; '.join(served.cites)}]" if served.cites else ""
        sent, given = day_in_words(served.sent), day_in_words(served.on)
        step = f"Sent on {sent} ({served.how}), it counts as given on {given}{law}"
        parts.append("\n".join([step, *_listed(served.certificate)]))
    parts.append("\n".join(["Working:", *_listed(counted.certificate)]))
    wrong = counted.complaints(bank_holidays)
    parts.append(
        "\n".join(["The separate check does not bear this out:", *(f"  {complaint}" for complaint in wrong)])
        if wrong
        else "Gone over again by a separate check, which agrees."
    )
    return "\n\n".join(parts) + "\n"


def _listed(certificate: Certificate | None) -> list[str]:
    return [f"  {line}" for line in certificate_lines(certificate)] if certificate is not None else []
