"""Where every case of a block stands on its pathway, before and after each of its events and at the end.

The walk of each kind of case is taken once by `casework`, event by event, as a live case would take it; the others of
its kind take the same walk on their own days (`views`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.casework.deciding import standing_under
from inclusion_rules.domain.cases import CaseRecord, Event
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import EXCLUSION_EVENTS
from inclusion_rules.simulation.cohort_columns import ABSENT, CohortBlock, Days
from inclusion_rules.simulation.facts_in_view import FactsInView, events_behind, narrowed
from inclusion_rules.simulation.outlook import Looking, Outlook
from inclusion_rules.simulation.views import Answer, Answers, View

Stages = NDArray[np.int16]
BY_TIME = -1


@dataclass(frozen=True, slots=True)
class Walk:
    """The stage (its place in the pathway) before and after each event column, and at the end of the run."""

    before: tuple[Stages, ...]
    after: tuple[Stages, ...]
    final: Stages


@dataclass
class Walking:
    """The walks taken so far under one edition, along one pathway, as of one day."""

    edition: Edition
    pathway: Pathway
    as_of: date
    facts: FactsInView
    view: View = field(default_factory=View)

    def __post_init__(self) -> None:
        self._moving = frozenset(move.event for move in self.pathway.moves if move.event is not None)
        self._bare = replace(
            self.pathway, stages=tuple(replace(stage, awaits=()) for stage in self.pathway.stages), refusals=()
        )
        conditions = [move.when for move in self.pathway.moves if move.when is not None]
        looking = Looking(self.edition, cut=self.facts.cut)
        self._outlook: Outlook = looking.at_conditions(conditions, {*self._moving, *self.pathway.begins_with})
        self._narrow = narrowed(self.edition, self._outlook)
        self._place_of = {stage.name: place for place, stage in enumerate(self.pathway.stages)}

    def of(self, block: CohortBlock, subjects: tuple[int, ...]) -> Walk:
        """The walks of a block, whose exclusions (or whatever the pathway follows) stand in the columns `subjects`."""
        rows = len(block)
        before = [np.zeros(rows, dtype=np.int16) for _ in block.events]
        after = [np.zeros(rows, dtype=np.int16) for _ in block.events]
        final = np.zeros(rows, dtype=np.int16)
        # What a case follows at an event is the exclusion that began last by then; these say when that was.
        until = [np.full(rows, ABSENT, dtype=np.int64) for _ in block.events]
        since_then = [days.copy() for days in until]
        at_the_end = np.full(rows, ABSENT, dtype=np.int64)
        for subject in subjects:
            begun = block.events[subject].days
            there = begun != ABSENT
            since = begun.astype(np.int64) * len(block.events) + subject
            own = list(self._slots(self._steps(block, subject)))
            for place, column in enumerate(block.events):
                reached = there & (column.days != ABSENT) & _at_or_after(column.days, place, begun, subject)
                stage_before, stage_after = _around(own, column.days, place, rows)
                if place != subject:
                    latest = reached & (since > until[place])
                    before[place] = np.where(latest, stage_before, before[place])
                    until[place] = np.where(latest, since, until[place])
                latest = reached & (since > since_then[place])
                after[place] = np.where(latest, stage_after, after[place])
                since_then[place] = np.where(latest, since, since_then[place])
            latest = there & (since > at_the_end)
            end = np.full(rows, self.as_of.toordinal(), dtype=np.int32)
            final = np.where(latest, _around(own, end, len(block.events), rows)[1], final)
            at_the_end = np.where(latest, since, at_the_end)
        return Walk(tuple(before), tuple(after), final)

    def _steps(self, block: CohortBlock, subject: int) -> Answers:
        seen = self.facts.on(block, subject).of(self._outlook)

        def answer(row: int) -> Answer:
            if block.events[subject].days[row] == ABSENT:
                return Answer((), ())
            return self._walked(block, row, subject, sorted({int(days[row]) for days in seen.days}))

        return self.view.of(replace(seen, layout=(subject, seen.layout)), len(block), answer)

    def _walked(self, block: CohortBlock, row: int, subject: int, days: list[int]) -> Answer:
        later = _later_exclusions(block, row, subject)
        names = events_behind(self._outlook)
        placed = [
            (place, event)
            for place, event in block.events_of(row, only=names)
            if place not in later and block.events[place].of not in later
        ]
        record = block.record_of(row, only=frozenset())
        events = tuple(event for _, event in placed)
        end = self.as_of.toordinal()
        shape: list[tuple[int, int]] = []
        changes: list[int] = []

        def note(cause: int, day: int, reached: int) -> None:
            if not shape or reached != shape[-1][1]:
                shape.append((cause, reached))
                changes.append(day)

        begins = next(number for number, (place, _) in enumerate(placed, start=1) if place == subject)
        for number, (place, event) in enumerate(placed[begins - 1 :], start=begins):
            today = event.date.toordinal()
            following = events[number].date.toordinal() if number < len(events) else end
            if place == subject or event.name in self._moving:
                note(place, today, self._stands(record, events[:number], event.date))
            for day in days:
                if today < day <= following:
                    note(BY_TIME, day, self._stands(record, events[:number], date.fromordinal(day)))
        return Answer(tuple(shape), tuple(changes))

    def _stands(self, record: CaseRecord, events: tuple[Event, ...], day: date) -> int:
        seen = replace(record, events=events)
        return self._place_of[standing_under(seen, self._narrow, self._bare, as_of=day).stage]

    def _slots(self, steps: Answers) -> Iterator[tuple[NDArray[np.int32], Days, Stages]]:
        shapes = [cast("tuple[tuple[int, int], ...]", shape) for shape in self.view.shapes]
        for slot, days in enumerate(steps.days):
            causes = np.array([shape[slot][0] if slot < len(shape) else BY_TIME for shape in shapes], dtype=np.int32)
            stages = np.array([shape[slot][1] if slot < len(shape) else 0 for shape in shapes], dtype=np.int16)
            yield causes[steps.shapes], days, stages[steps.shapes]


def _later_exclusions(block: CohortBlock, row: int, subject: int) -> frozenset[int]:
    """The places of the exclusions that a case has after the one in a column."""
    since = (int(block.events[subject].days[row]), subject)
    return frozenset(
        place
        for place, column in enumerate(block.events)
        if column.name in EXCLUSION_EVENTS and (int(column.days[row]), place) > since
    )


def _at_or_after(days: Days, place: int, begun: Days, subject: int) -> NDArray[np.bool_]:
    since: NDArray[np.bool_] = (days > begun) | ((days == begun) & (place >= subject))
    return since


def _around(
    slots: list[tuple[NDArray[np.int32], Days, Stages]], days: Days, place: int, rows: int
) -> tuple[Stages, Stages]:
    """The stage just before and just after an event in a column: changes by time come first on their day."""
    before = np.zeros(rows, dtype=np.int16)
    after = np.zeros(rows, dtype=np.int16)
    for causes, changed, stages in slots:
        there = changed >= 0
        earlier = there & ((changed < days) | ((changed == days) & (causes < place)))
        before = np.where(earlier, stages, before)
        after = np.where(earlier | (there & (changed == days) & (causes == place)), stages, after)
    return before, after
