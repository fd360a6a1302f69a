"""Real cases put together from the rows of a table: what one pupil's rows say of each exclusion, as case records.

A pupil has one case for the suspensions before the first permanent exclusion, and one from that on, which holds what
came before as history; so every exclusion is decided once, with all that was known of earlier ones. A case that lacks a
row of its pupil is left out and counted: without it, its totals would be wrong. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from inclusion_rules.casework.subjects import owners
from inclusion_rules.domain.cases import CaseRecord, Event
from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.rules import EXCLUSION_EVENTS
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.domain.wording import in_words
from inclusion_rules.loading.case_columns import PERMANENT, SUSPENDED, Layout
from inclusion_rules.loading.case_reading import find_calendar
from inclusion_rules.loading.case_rows import ReadRow, ReadTable, RowProblem
from inclusion_rules.loading.problems import Problems
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import words

SUSPENSION_PATHWAY, PERMANENT_PATHWAY = "suspension", "permanent_exclusion"
_IDENTITY = ("date_of_birth",)
"""What cannot differ between two rows of one pupil."""
_WARNING = "warning"
SCHOOL_NAME = "school_name"


@dataclass(frozen=True, slots=True)
class RealCase:
    """A case with the rows that it comes from, each with the day of the exclusion that it is about, if it is of one."""

    record: CaseRecord
    rows: tuple[tuple[int, date | None], ...]


@dataclass(frozen=True, slots=True)
class RealCases:
    """All cases of a table, every problem of its rows, and how many rows and pupils were left out for them."""

    cases: tuple[RealCase, ...]
    problems: tuple[RowProblem, ...]
    rows: int
    rows_left_out: int
    pupils_left_out: int
    empty_rows: int
    not_used: tuple[str, ...]

    @property
    def errors(self) -> tuple[RowProblem, ...]:
        """The problems for which rows cannot be used."""
        return tuple(problem for problem in self.problems if problem.is_error)


@dataclass(frozen=True, slots=True)
class _Happened:
    """An event with the row that tells it; `own` is the exclusion of that row, and `school` the school it names."""

    event: Event
    row: int
    own: Event | None
    school: Known | None


@dataclass
class _Assembly:
    """Puts the rows of one pupil after another together."""

    table: ReadTable
    rulebook: Rulebook
    calendar: str | None
    beside: Path
    calendars: dict[str, SchoolCalendar | None] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)

    def note(self, row: ReadRow | int, code: str, message: str, help: str = "", severity: str = "error") -> None:
        number = row if isinstance(row, int) else row.number
        self.table.problems.append(RowProblem(number, "", "", message, help, code, severity))

    def cases(self, number: int, rows: list[ReadRow]) -> list[RealCase]:
        """The cases of one pupil; none where something does not fit together."""
        before = sum(problem.is_error for problem in self.table.problems)
        self._check_agreement(rows)
        calendar = self._calendar(rows)
        parts = list(self._parts(rows))
        self._check_doubles(rows)
        found = [
            RealCase(
                self._record(self._name(number, part, several=len(parts) > 1), part, calendar),
                tuple((row.number, _about(row, part)) for row in part.rows),
            )
            for part in parts
            if calendar is not None
        ]
        return [] if sum(problem.is_error for problem in self.table.problems) > before else found

    def _parts(self, rows: list[ReadRow]) -> Iterator[_Part]:
        happened = [
            _Happened(event, row.number, row.exclusion, row.described["school"].get(SCHOOL_NAME))
            for row in rows
            for event in row.events
        ]
        in_order = sorted(happened, key=lambda one: one.event.date)
        pathway = next((row.pathway for row in rows if row.pathway is not None), None)
        if pathway is not None:
            if len({row.pathway for row in rows} - {None}) > 1:
                self.note(rows[-1], "C408", "rows of one case name different pathways", "name one, or split the case")
            yield _Part(pathway, in_order, rows, rows)
            return
        exclusions = [one.event for one in in_order if one.event.name in EXCLUSION_EVENTS]
        if not exclusions:
            help = "record the exclusion that the events belong to, or name their `pathway`"
            self.note(rows[0], "C408", "no exclusion of this pupil is recorded", help)
            return
        if self.table.layout is Layout.EXCLUSIONS:
            owned = [one.own for one in in_order]
        else:
            events = [one.event for one in in_order]
            owned = [None if place is None else events[place] for place in owners(events)]
        begun = next((event.date for event in exclusions if event.name == PERMANENT), None)
        early = [begun is None or (owner is not None and _comes_before(owner, begun)) for owner in owned]
        before = [one for one, is_early in zip(in_order, early, strict=True) if is_early]
        after = [one for one, is_early in zip(in_order, early, strict=True) if not is_early]
        if before:
            yield _Part(SUSPENSION_PATHWAY, before, _rows_of(before, rows), rows)
        if after:
            sections = {name: event.section for name, event in self.rulebook.edition(rows[-1].packs).events.items()}
            history = [one for one in before if sections.get(one.event.name) == "exclusion"]
            yield _Part(PERMANENT_PATHWAY, [*history, *after], _rows_of(after, rows), rows)

    def _record(self, name: str, part: _Part, calendar: SchoolCalendar) -> CaseRecord:
        events = _told_apart(part.happened)
        latest = part.rows[-1]
        return CaseRecord(
            id=name,
            pathway=part.pathway,
            packs=tuple(pack.id for pack in self.rulebook.edition(latest.packs).packs),
            calendar=calendar,
            bank_holidays=calendar.bank_holidays,
            school=_described("school", part.rows),
            pupil=_described("pupil", part.rows),
            events=tuple(sorted(events, key=lambda event: event.date)),
            history_complete=all(row.history_complete for row in part.all_rows),
        )

    def _name(self, number: int, part: _Part, *, several: bool) -> str:
        """The name of a case: what its rows call it, else a number; of two cases of a pupil the first adds a word."""
        given = next((row.case for row in part.rows if row.case is not None), None)
        name = given or f"R-{number:06d}"
        if several and part.pathway == SUSPENSION_PATHWAY:
            name += "-before"
        if name in self.names:
            message = f"the name `{name}` stands for another case as well, which begins in row {self.names[name]}"
            self.note(part.rows[0], "C408", message, "give each pupil's case a name of its own")
        self.names.setdefault(name, part.rows[0].number)
        return name

    def _calendar(self, rows: list[ReadRow]) -> SchoolCalendar | None:
        row = next((row for row in reversed(rows) if row.calendar is not None), rows[-1])
        reference = row.calendar or self.calendar
        if reference is None:
            self.note(row, "R202", "no calendar is named", "fill in `calendar`, or give `--calendar` for all rows")
            return None
        if reference not in self.calendars:
            problems = Problems()
            span = Span(self.table.name, row.number, 0)
            self.calendars[reference] = find_calendar(
                reference, beside=self.beside, rulebook=self.rulebook, span=span, problems=problems
            )
            for one in problems.found:
                self.note(row, one.code, f"calendar `{reference}`: {one.message}", one.help)
        elif self.calendars[reference] is None:
            self.note(row, "K404", f"the calendar `{reference}` cannot be used", "see the first row that names it")
        return self.calendars[reference]

    def _check_agreement(self, rows: list[ReadRow]) -> None:
        """Tell what rows of one pupil say differently: a mistake in what cannot change, a warning in what can."""
        for part in ("school", "pupil"):
            said: dict[str, tuple[Known, int]] = {}
            for row in rows:
                for key, value in row.described[part].items():
                    if key in said and said[key][0] != value:
                        earlier, number = said[key]
                        message = f"{words(key)} is {in_words(value)} here and {in_words(earlier)} in row {number}"
                        if key in _IDENTITY:
                            self.note(row, "C407", f"{message}, of one pupil", "correct one, or tell the pupils apart")
                        else:
                            help = "a case has one; that of its latest row is used"
                            self.note(row, "C407", message, help, _WARNING)
                    said[key] = (value, row.number)

    def _check_doubles(self, rows: list[ReadRow]) -> None:
        by_day: dict[tuple[date, str], ReadRow] = {}
        for row in rows:
            if row.exclusion is None:
                continue
            for event in EXCLUSION_EVENTS:
                other = by_day.get((row.exclusion.date, event))
                if other is None or other.exclusion is None:
                    continue
                if _alike(other.exclusion, row.exclusion):
                    message = f"this exclusion is in row {other.number} already"
                    self.note(row, "C408", message, "remove one of the two rows")
                elif len(other.events) > 1 and len(row.events) > 1:
                    message = f"row {other.number} has another exclusion of that day, and both have events of their own"
                    self.note(
                        row, "C408", message, "events name their exclusion by its day; keep them with one of the two"
                    )
            by_day[row.exclusion.date, row.exclusion.name] = row


@dataclass(frozen=True, slots=True)
class _Part:
    """One case in the making: its events, the rows it is about, and all rows of its pupil."""

    pathway: str
    happened: list[_Happened]
    rows: list[ReadRow]
    all_rows: list[ReadRow]


def real_cases(table: ReadTable, rulebook: Rulebook, *, calendar: str | None, beside: Path) -> RealCases:
    """The cases of a table, in the order in which their pupils first stand in it.

    `calendar` is that of rows that name none; a calendar's file is looked for from the folder `beside`.
    """
    assembly = _Assembly(table, rulebook, calendar, beside)
    pupils: dict[str, list[ReadRow]] = {}
    for row in table.rows:
        pupils.setdefault(row.whose, []).append(row)
    incomplete = {whose for whose in table.unusable.values() if whose is not None}
    cases: list[RealCase] = []
    left_out = len(table.unusable)
    pupils_left_out = len(incomplete)
    for number, (whose, rows) in enumerate(pupils.items(), start=1):
        found = assembly.cases(number, _in_order(rows))
        if whose in incomplete or not found:
            left_out += len(rows)
            pupils_left_out += whose not in incomplete
        else:
            cases += found
    problems = tuple(sorted(table.problems, key=lambda problem: (problem.row, problem.column, problem.code)))
    return RealCases(tuple(cases), problems, table.count, left_out, pupils_left_out, table.empty, table.not_used)


def _told_apart(happened: list[_Happened]) -> list[Event]:
    """The events of a case: where it has several exclusions each names its own, and each exclusion its school."""
    exclusions = [one for one in happened if one.event.name in EXCLUSION_EVENTS]
    several_schools = len({one.school for one in exclusions}) > 1
    found = []
    for one in happened:
        event = one.event
        if len(exclusions) > 1 and one.own is not None and event is not one.own and event.of is None:
            event = replace(event, of=one.own.date)
        if event.name in EXCLUSION_EVENTS and several_schools and one.school is not None:
            event = replace(event, attributes={"school": one.school, **event.attributes})
        found.append(event)
    return found


def _in_order(rows: Iterable[ReadRow]) -> list[ReadRow]:
    """Rows by the day of what they tell; of one day, those with nothing beside their exclusion come first."""

    def place(row: ReadRow) -> tuple[date, bool]:
        day = row.exclusion.date if row.exclusion is not None else min(event.date for event in row.events)
        return day, len(row.events) > 1

    return sorted(rows, key=place)


def _comes_before(exclusion: Event, permanent: date) -> bool:
    """Whether an exclusion is history to a permanent one: a suspension of an earlier day, or of the day itself."""
    return exclusion.date < permanent or (exclusion.date == permanent and exclusion.name == SUSPENDED)


def _rows_of(happened: list[_Happened], rows: list[ReadRow]) -> list[ReadRow]:
    numbers = {one.row for one in happened}
    return [row for row in rows if row.number in numbers]


def _about(row: ReadRow, part: _Part) -> date | None:
    if row.exclusion is not None:
        return row.exclusion.date
    own = next((event for event in row.events if event.name in EXCLUSION_EVENTS), None)
    return None if own is None else own.date


def _described(part: str, rows: list[ReadRow]) -> Mapping[str, Known]:
    found: dict[str, Known] = {}
    for row in rows:
        found |= row.described[part]
    return found


def _alike(one: Event, other: Event) -> bool:
    return (one.name, one.attributes) == (other.name, other.attributes)
