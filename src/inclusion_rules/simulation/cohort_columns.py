"""A block of simulated or imported cases as columns, and any one of them as the record that everything else reads.

Days are proleptic ordinals (`date.toordinal`) in 32 bits; `ABSENT` where an event did not happen. Words are codes into
a short list; `NOT_KNOWN` where a case does not say. Draws nothing and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from inclusion_rules.domain.cases import CaseRecord, Event, Judgement
from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.school_calendar import BankHolidays, SchoolCalendar

ABSENT = -1
NOT_KNOWN = -1

Days = NDArray[np.int32]
Codes = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Coded:
    """For each case one of a few values, as its place in `values`; `NOT_KNOWN` where the case does not say."""

    codes: Codes
    values: tuple[Known, ...]

    def of(self, row: int) -> Known | None:
        """The value of one case, or None where it does not say."""
        code = int(self.codes[row])
        return None if code == NOT_KNOWN else self.values[code]


@dataclass(frozen=True, slots=True)
class EventColumn:
    """One event of each case that has it: its day and its attributes (values from a short list, or days).

    `of` is the place, among the block's columns, of the exclusion that it belongs to, where the record has to say so.
    `history` marks what happened before the case that its pathway follows, and counts in totals only.
    """

    name: str
    days: Days
    attributes: Mapping[str, Coded] = field(default_factory=dict)
    dates: Mapping[str, Days] = field(default_factory=dict)
    by: str | None = None
    of: int | None = None
    history: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class CohortBlock:
    """Some cases under the same packs, pathway and calendar; events of one day stand in the order of the columns."""

    numbers: NDArray[np.int64]
    prefix: str
    pathway: str
    packs: tuple[str, ...]
    calendar: SchoolCalendar
    bank_holidays: BankHolidays
    school: Mapping[str, Coded]
    pupil: Mapping[str, Coded]
    events: tuple[EventColumn, ...]
    judgements: Mapping[str, tuple[Coded, str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.numbers)

    def __repr__(self) -> str:
        return f"CohortBlock({len(self)} cases of {self.pathway}, {len(self.events)} columns of events)"

    def take(self, rows: NDArray[np.intp]) -> CohortBlock:
        """Some of the cases, as a block of their own."""

        def coded(column: Coded) -> Coded:
            return Coded(column.codes[rows], column.values)

        return replace(
            self,
            numbers=self.numbers[rows],
            school={name: coded(column) for name, column in self.school.items()},
            pupil={name: coded(column) for name, column in self.pupil.items()},
            events=tuple(
                replace(
                    column,
                    days=column.days[rows],
                    attributes={name: coded(values) for name, values in column.attributes.items()},
                    dates={name: days[rows] for name, days in column.dates.items()},
                )
                for column in self.events
            ),
            judgements={name: (coded(column), by) for name, (column, by) in self.judgements.items()},
        )

    def case_id(self, row: int) -> str:
        """The name of one case."""
        return f"{self.prefix}{int(self.numbers[row]):09d}"

    def case_ids(self) -> list[str]:
        """The names of all cases."""
        return [f"{self.prefix}{number:09d}" for number in self.numbers.tolist()]

    @property
    def first_days(self) -> Days:
        """The day of the first event of each case; `ABSENT` where it has none."""
        none = np.iinfo(np.int32).max
        first = np.full(len(self), none, dtype=np.int32)
        for column in self.events:
            first = np.minimum(first, np.where(column.days == ABSENT, np.int32(none), column.days))
        return np.where(first == none, np.int32(ABSENT), first).astype(np.int32)

    def record_of(self, row: int, *, only: frozenset[str] | None = None) -> CaseRecord:
        """One case as a record; with `only`, just the events of these names."""
        return CaseRecord(
            id=self.case_id(row),
            pathway=self.pathway,
            packs=self.packs,
            calendar=self.calendar,
            bank_holidays=self.bank_holidays,
            school=_said(self.school, row),
            pupil=_said(self.pupil, row),
            events=tuple(event for _, event in self.events_of(row, only=only)),
            judgements=tuple(
                Judgement(name, value, by)
                for name, (coded, by) in self.judgements.items()
                if (value := coded.of(row)) is not None
            ),
        )

    def events_of(self, row: int, *, only: frozenset[str] | None = None) -> list[tuple[int, Event]]:
        """The events of one case in order, each with the place of its column."""
        found = [
            (int(column.days[row]), place)
            for place, column in enumerate(self.events)
            if (only is None or column.name in only) and column.days[row] != ABSENT
        ]
        return [(place, self._event(place, row)) for _, place in sorted(found)]

    def _event(self, place: int, row: int) -> Event:
        column = self.events[place]
        attributes: dict[str, Known] = _said(column.attributes, row)
        for name, days in column.dates.items():
            if days[row] != ABSENT:
                attributes[name] = date.fromordinal(int(days[row]))
        of = self.events[column.of] if column.of is not None else None
        return Event(
            column.name,
            date.fromordinal(int(column.days[row])),
            attributes,
            of=date.fromordinal(int(of.days[row])) if of is not None else None,
            by=column.by,
        )

    def records(self) -> Iterator[CaseRecord]:
        """Every case as a record, in order."""
        return (self.record_of(row) for row in range(len(self)))


def _said(columns: Mapping[str, Coded], row: int) -> dict[str, Known]:
    return {name: value for name, coded in columns.items() if (value := coded.of(row)) is not None}


def told_apart(
    values: NDArray[np.integer[Any]],
) -> tuple[NDArray[Any], NDArray[np.intp], NDArray[np.int32]]:
    """The different values in the order in which they come, a row of each, and for each row the place of its value.

    >>> found, first, places = told_apart(np.array([7, 5, 7]))
    >>> found.tolist(), first.tolist(), places.tolist()
    ([7, 5], [0, 1], [0, 1, 0])
    """
    encoded = pa.array(values).dictionary_encode()
    found, places = np.asarray(encoded.dictionary), np.asarray(encoded.indices)
    first = np.zeros(len(found), dtype=np.intp)
    first[places[::-1]] = np.arange(len(values))[::-1]
    return found, first, places


def kinds_of(parts: Sequence[NDArray[np.integer[Any]]]) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Rows that are alike in every part: a row of each kind, and for each row the number of its kind.

    >>> first, kinds = kinds_of([np.array([5, 5, 7]), np.array([-1, -1, 0])])
    >>> first.tolist(), kinds.tolist()
    ([0, 2], [0, 0, 1])
    """
    together = np.zeros(len(parts[0]), dtype=np.int64)
    width = 1
    for part in parts:
        column = np.asarray(part, dtype=np.int64)
        least, span = (int(column.min()), int(np.ptp(column)) + 1) if len(column) else (0, 1)
        if width * span >= 2**62:
            kinds, _, again = told_apart(together)
            together, width = again.astype(np.int64), len(kinds) + 1
        together = together * span + (column - least)
        width *= span
    _, first, kinds = told_apart(together)
    return first, kinds
