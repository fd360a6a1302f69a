"""Days on which an answer can hang, for a whole block at once: event days, limits counted from them, days after them.

Each count is made by the same functions that decide a single case, once for each different day, and looked up for the
rest. Knows no rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any, cast

import numpy as np

from inclusion_rules.casework.fact_functions import TURNS_WITH_AGE
from inclusion_rules.domain.deadlines import (
    deemed_service,
    last_day_within,
    last_school_day_before,
    latest_day_ahead,
    latest_day_leaving,
    school_day_number,
)
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import EXCLUSION_EVENTS
from inclusion_rules.domain.school_calendar import BankHolidays, SchoolCalendar
from inclusion_rules.errors import CalendarGapError
from inclusion_rules.simulation.cohort_columns import ABSENT, CohortBlock, Days, told_apart
from inclusion_rules.simulation.outlook import DayExpression
from inclusion_rules.vocabulary import Unit

BEYOND = -2
"""Where the count runs past the calendar."""


@dataclass
class DayCounts:
    """Counts made so far under one edition and one calendar, by what is counted and from which day."""

    edition: Edition
    calendar: SchoolCalendar
    bank_holidays: BankHolidays
    known: dict[tuple[object, ...], dict[int, int]] = field(default_factory=dict)

    def of(self, what: tuple[object, ...], days: Days, count: Callable[[date], date]) -> Days:
        """The day that `count` gives for each day; the same question is put once."""
        asked, _, places = told_apart(days)
        answers = self.known.setdefault(what, {ABSENT: ABSENT, BEYOND: BEYOND})
        found = np.empty(len(asked), dtype=np.int32)
        for place, day in enumerate(asked.tolist()):
            answer = answers.get(day)
            if answer is None:
                try:
                    answer = count(date.fromordinal(day)).toordinal()
                except CalendarGapError:
                    answer = BEYOND
                answers[day] = answer
            found[place] = answer
        return found[places]

    def values_of(self, parameter: str, first: int, last: int) -> tuple[int, ...]:
        """Every number that a parameter can come to for cases governed by a day in that span."""
        amounts = self.amounts_of(parameter, first, last)
        return tuple(dict.fromkeys(int(amount) for amount in amounts if isinstance(amount, (int, float))))

    def amounts_of(self, parameter: str, first: int, last: int) -> tuple[Any, ...]:
        """Everything that a parameter can come to for cases governed by a day in that span."""
        found: dict[Any, None] = {}
        choices = self.edition.choices.get(parameter, ())
        versions = (*self.edition.parameters[parameter].values, *(one for each in choices for one in each.values))
        for version in versions:
            ends = version.last.toordinal() if version.last is not None else last
            if version.first.toordinal() <= last and first <= ends:
                found.update(dict.fromkeys(value for value in (version.value, version.otherwise) if value is not None))
        return tuple(found)

    def after(self, parameter: str, value: int, days: Days) -> Days:
        """The last day of a limit of that many units after each day."""
        unit = self.edition.parameters[parameter].unit

        def count(day: date) -> date:
            return last_day_within(value, unit, after=day, calendar=self.calendar, bank_holidays=self.bank_holidays).due

        return self.of(("limit", unit, value), days, count)

    def leaving(self, parameter: str, value: int, days: Days) -> Days:
        """The last day that leaves that many units before each day."""
        unit = self.edition.parameters[parameter].unit

        def count(day: date) -> date:
            if unit is Unit.SCHOOL_DAYS:
                return latest_day_leaving(value, before=day, calendar=self.calendar).due
            return latest_day_ahead(value, unit, before=day).due

        return self.of(("leaving", unit, value), days, count)

    def school_day(self, number: int, days: Days) -> Days:
        """The school day of some number, where each day is day 1; `BEYOND` where the calendar ends before it."""

        def count(day: date) -> date:
            return school_day_number(number, from_day=day, calendar=self.calendar).due

        return self.of(("school day", number), days, count)

    def before(self, days: Days) -> Days:
        """The last school day before each day."""
        return self.of(("before",), days, lambda day: last_school_day_before(day, calendar=self.calendar).due)

    def alert(self, days: Days) -> Days:
        """The day on which to raise what is owed without delay after each day."""
        calendar = self.calendar
        return self.of(
            ("alert",), days, lambda day: day if calendar.is_school_day(day) else calendar.nth_school_day_after(day, 1)
        )

    def term_end(self, days: Days) -> Days:
        """The last school day of the term of each day."""
        calendar = self.calendar

        def count(day: date) -> date:
            term = calendar.term_of(calendar.school_day_on_or_after(day))
            assert term is not None
            return calendar.last_day_of_term(term)

        return self.of(("term end",), days, count)

    def given(self, working_days: int, days: Days) -> Days:
        """The day of deemed service of what was posted on each day."""
        return self.of(
            ("given", working_days),
            days,
            lambda day: deemed_service(day, working_days=working_days, bank_holidays=self.bank_holidays).due,
        )


@dataclass
class DayColumns:
    """The days of one block, worked out when asked for. `subject` is the place of the event that answers are about."""

    block: CohortBlock
    counts: DayCounts
    subject: int | None
    slots: dict[str, tuple[Days, ...]] = field(default_factory=dict)
    known: dict[tuple[object, ...], tuple[Days, ...]] = field(default_factory=dict)

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last day that can govern: those of the subject, or of all events."""
        columns = self.block.events if self.subject is None else (self.block.events[self.subject],)
        days = [column.days[column.days != ABSENT] for column in columns]
        present = [found for found in days if len(found)]
        if not present:
            return (0, -1)
        return (min(int(found.min()) for found in present), max(int(found.max()) for found in present))

    def of(self, expression: DayExpression, *, whole_case: bool) -> tuple[Days, ...]:
        """One array for each day that the expression can come to."""
        key = (expression, whole_case)
        if key not in self.known:
            self.known[key] = tuple(self._work_out(expression, whole_case))
        return self.known[key]

    def columns(self, event: str, *, whole_case: bool) -> tuple[int, ...]:
        """The places of the columns of an event that bear on the subject."""
        return tuple(
            place
            for place, column in enumerate(self.block.events)
            if column.name == event and (whole_case or event in EXCLUSION_EVENTS or self._bears_on(place))
        )

    def _bears_on(self, place: int) -> bool:
        """Whether the event in a column belongs to the subject, or may do."""
        of = self.block.events[place].of
        if of is None or self.subject is None or place == self.subject or of == self.subject:
            return True
        own = self.block.events[self.subject]
        return own.name not in EXCLUSION_EVENTS and own.of in (None, of)

    def _work_out(self, expression: DayExpression, whole_case: bool) -> list[Days]:
        match expression:
            case ("event", name):
                return [self.block.events[place].days for place in self.columns(name, whole_case=whole_case)]
            case ("subject",):
                return [] if self.subject is None else [self.block.events[self.subject].days]
            case ("constant", day):
                first, last = self.span
                return [np.full(len(self.block), day, dtype=np.int32)] if first < day <= last else []
            case ("cut", name):
                return list(self.slots.get(name, ()))
            case ("key" | "school day", _):
                return []
            case ("turns with age", fact):
                return self._turns_with_age(fact)
            case ("given", name):
                return self._given(name, whole_case)
            case ("attribute", name, attribute):
                places = self.columns(name, whole_case=whole_case)
                columns = [self.block.events[place] for place in places]
                return [column.dates[attribute] for column in columns if attribute in column.dates]
            case ("plus1", source):
                return [np.where(days >= 0, days + 1, days) for days in self.of(source, whole_case=whole_case)]
            case ("limit", parameter, source):
                return self._counted(self.counts.after, parameter, source, whole_case)
            case ("leaving", parameter, source):
                return self._counted(self.counts.leaving, parameter, source, whole_case)
            case ("before", source):
                return [self.counts.before(days) for days in self.of(source, whole_case=whole_case)]
            case ("alert", source):
                return [self.counts.alert(days) for days in self.of(source, whole_case=whole_case)]
            case ("term end", source):
                return [self.counts.term_end(days) for days in self.of(source, whole_case=whole_case)]
            case _:
                raise AssertionError(expression)

    def _counted(
        self, count: Callable[[str, int, Days], Days], parameter: str, source: DayExpression, whole_case: bool
    ) -> list[Days]:
        values = self.counts.values_of(parameter, *self.span)
        return [count(parameter, value, days) for value in values for days in self.of(source, whole_case=whole_case)]

    def _turns_with_age(self, fact: str) -> list[Days]:
        """The days on which the answer of a fact about someone's age turns, for every value of its parameters."""
        definition = self.counts.edition.facts[fact].derived
        assert definition is not None
        given: list[tuple[str, str, str]] = list(cast("tuple[tuple[str, str, str], ...]", definition.details["given"]))
        born = next(source for argument, _, source in given if argument == "born")
        coded = self.block.pupil.get(born)
        if coded is None:
            return []
        turns = TURNS_WITH_AGE[str(definition.details["function"])]
        named = [(argument, source) for argument, kind, source in given if kind == "parameter"]
        found: list[Days] = []
        for values in product(*(self.counts.amounts_of(source, *self.span) for _, source in named)):
            arguments = dict(zip((argument for argument, _ in named), values, strict=True))
            days = [turns(value, arguments) if isinstance(value, date) else () for value in coded.values]
            for number in range(max(map(len, days), default=0)):
                by_code = [each[number].toordinal() if number < len(each) else ABSENT for each in days]
                table = np.array([*by_code, ABSENT], dtype=np.int32)
                found.append(table[coded.codes])
        return found

    def _given(self, name: str, whole_case: bool) -> list[Days]:
        service = self.counts.edition.service.get(name)
        found: list[Days] = []
        for place in self.columns(name, whole_case=whole_case):
            column = self.block.events[place]
            found.append(column.days)
            ways = column.attributes.get(service.attribute) if service is not None else None
            if service is None or ways is None:
                continue
            for way, parameter in service.working_days.items():
                if way not in ways.values:
                    continue
                sent = ways.codes == ways.values.index(way)
                for value in self.counts.values_of(parameter, *self.span):
                    posted = np.where(sent, column.days, np.int32(ABSENT)).astype(np.int32)
                    found.append(np.where(sent, self.counts.given(value, posted), column.days).astype(np.int32))
        return found
