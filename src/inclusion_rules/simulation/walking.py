"""Where every case of a block stands on its pathway, before and after each of its events and at the end.

The walk of each kind of case is taken once by `casework`, event by event, as a live case would take it; the others of
its kind take the same walk on their own days (`views`). A case is walked once for each event that its pathway follows,
and once for what comes before the first of these; where a pathway follows the case itself, that is all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.casework.passage import passage_under
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import CASE, EXCLUSION_EVENTS
from inclusion_rules.simulation.cohort_columns import ABSENT, CohortBlock, Days
from inclusion_rules.simulation.facts_in_view import FactsInView, events_behind, narrowed
from inclusion_rules.simulation.outlook import Looking, Outlook
from inclusion_rules.simulation.views import Answer, Answers, View

Stages = NDArray[np.int16]
Slot = tuple[NDArray[np.int32], Days, Stages]
"""One change of stage of each case that has so many: the column of the event that made it, its day, and the stage."""
BY_TIME = -1


@dataclass(frozen=True, slots=True)
class Walk:
    """The stage (its place in the pathway) before and after each event column, and at the end of the run.

    `entered` has, for each stage of the pathway, the day on which a case last came to stand there; ABSENT if never.
    """

    before: tuple[Stages, ...]
    after: tuple[Stages, ...]
    final: Stages
    entered: tuple[Days, ...]


@dataclass
class Walking:
    """The walks taken so far under one edition, along one pathway, as of one day."""

    edition: Edition
    pathway: Pathway
    as_of: date
    facts: FactsInView
    view: View = field(default_factory=View)

    def __post_init__(self) -> None:
        self._follows = frozenset(self.pathway.follows) - {CASE}
        self._begins = frozenset({*self.pathway.begins_with, *self._follows})
        self._moving = frozenset(move.event for move in self.pathway.moves if move.event is not None)
        self._bare = replace(
            self.pathway, stages=tuple(replace(stage, awaits=()) for stage in self.pathway.stages), refusals=()
        )
        conditions = [move.when for move in self.pathway.moves if move.when is not None]
        looking = Looking(self.edition, cut=self.facts.cut)
        self._outlook: Outlook = looking.at_conditions(conditions, self._moving | self._begins)
        if not self._follows & set(EXCLUSION_EVENTS):
            self._outlook.whole_case = True
        self._narrow = narrowed(self.edition, self._outlook)
        self._place_of = {stage.name: place for place, stage in enumerate(self.pathway.stages)}

    def of(self, block: CohortBlock, subjects: tuple[int, ...]) -> Walk:
        """The walks of a block. `subjects` are the columns of what the pathway follows, but for history."""
        rows = len(block)
        before = [np.zeros(rows, dtype=np.int16) for _ in block.events]
        after = [np.zeros(rows, dtype=np.int16) for _ in block.events]
        final = np.zeros(rows, dtype=np.int16)
        entered = np.full((len(self.pathway.stages), rows), ABSENT, dtype=np.int32)
        followed = tuple(sorted({*subjects, *self._earlier(block)}))
        own = self._slots_of(block, None, followed, self._unfollowed(block, followed))
        if own:
            for place, column in enumerate(block.events):
                before[place], after[place] = _around(own, column.days, place, rows)
            final = self._at_the_end(own, block)
            _enter(entered, own)
        # What a case follows at an event is whatever of its kind began last by then; these say when that was.
        until = [np.full(rows, ABSENT, dtype=np.int64) for _ in block.events]
        since_then = [days.copy() for days in until]
        at_the_end = np.full(rows, ABSENT, dtype=np.int64)
        for subject in followed:
            begun = block.events[subject].days
            there = begun != ABSENT
            since = begun.astype(np.int64) * len(block.events) + subject
            own = self._slots_of(block, subject, followed, np.flatnonzero(there))
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
            final = np.where(latest, self._at_the_end(own, block), final)
            at_the_end = np.where(latest, since, at_the_end)
            _enter(entered, own)
        return Walk(tuple(before), tuple(after), final, tuple(entered))

    def _earlier(self, block: CohortBlock) -> Iterator[int]:
        """The columns of history of which each was what the pathway followed, in its day."""
        for place, column in enumerate(block.events):
            if column.history and column.name in self._follows:
                yield place

    def _unfollowed(self, block: CohortBlock, followed: tuple[int, ...]) -> NDArray[np.intp]:
        """The cases that begin or move before an event that their pathway follows, or without one."""
        width = len(block.events)
        first = np.full(len(block), np.iinfo(np.int64).max, dtype=np.int64)
        for subject in followed:
            days = block.events[subject].days
            first = np.where(days == ABSENT, first, np.minimum(first, days.astype(np.int64) * width + subject))
        earlier = np.zeros(len(block), dtype=np.bool_)
        for place, column in enumerate(block.events):
            if place not in followed and (column.name in self._begins or column.name in self._moving):
                earlier |= (column.days != ABSENT) & (column.days.astype(np.int64) * width + place < first)
        return np.flatnonzero(earlier)

    def _at_the_end(self, own: list[Slot], block: CohortBlock) -> Stages:
        end = np.full(len(block), self.as_of.toordinal(), dtype=np.int32)
        return _around(own, end, len(block.events), len(block))[1]

    def _slots_of(
        self, block: CohortBlock, subject: int | None, followed: tuple[int, ...], rows: NDArray[np.intp]
    ) -> list[Slot]:
        """The changes of stage of some cases while one event is followed (None: before any is), as whole columns."""
        whole = len(block)
        if len(rows) == 0:
            return []
        block = block if len(rows) == whole else block.take(rows)
        seen = self.facts.on(block, subject).of(self._outlook)
        never = np.zeros(len(block), dtype=np.int32)  # between what did not happen and what happened long ago
        seen = replace(seen, days=[never, *seen.days], layout=(subject, seen.layout))

        def answer(row: int) -> Answer:
            return self._walked(block, row, subject, followed)

        found = list(self._slots(self.view.of(seen, len(block), answer)))
        return found if len(block) == whole else [_spread(slot, rows, whole) for slot in found]

    def _walked(self, block: CohortBlock, row: int, subject: int | None, followed: tuple[int, ...]) -> Answer:
        """From the event that is followed (with None, from the first of the case) until the next that would be."""
        placed = block.events_of(row, only=events_behind(self._outlook))
        places = [place for place, _ in placed]
        first = 0 if subject is None else places.index(subject)
        until = next(
            (n for n, place in enumerate(places) if place in followed and (subject is None or n > first)), None
        )
        end = self.as_of.toordinal() if until is None else placed[until][1].date.toordinal()
        events = tuple(event for _, event in placed[:until])
        record = block.record_of(row, only=frozenset())
        shape: list[tuple[int, int]] = []
        changes: list[int] = []

        begun = False

        def note(cause: int, day: int, reached: int) -> None:
            if reached != (shape[-1][1] if shape else None) and (begun or reached):
                shape.append((cause, reached))
                changes.append(day)

        for position, day, stage in self._passage(replace(record, events=events), first, date.fromordinal(end)):
            begun = begun or (position is not None and events[position].name in self._begins)
            note(BY_TIME if position is None else places[position], day.toordinal(), self._place_of[stage])
        return Answer(tuple(shape), tuple(changes))

    def _passage(self, record: CaseRecord, first: int, end: date) -> Iterator[tuple[int | None, date, str]]:
        return passage_under(record, self._narrow, self._bare, from_event=first, as_of=end)

    def _slots(self, steps: Answers) -> Iterator[Slot]:
        shapes = [cast("tuple[tuple[int, int], ...]", shape) for shape in self.view.shapes]
        for slot, days in enumerate(steps.days):
            causes = np.array([shape[slot][0] if slot < len(shape) else BY_TIME for shape in shapes], dtype=np.int32)
            stages = np.array([shape[slot][1] if slot < len(shape) else 0 for shape in shapes], dtype=np.int16)
            yield causes[steps.shapes], days, stages[steps.shapes]


def _at_or_after(days: Days, place: int, begun: Days, subject: int) -> NDArray[np.bool_]:
    since: NDArray[np.bool_] = (days > begun) | ((days == begun) & (place >= subject))
    return since


def _around(slots: list[Slot], days: Days, place: int, rows: int) -> tuple[Stages, Stages]:
    """The stage just before and just after an event in a column: changes by time come first on their day."""
    before = np.zeros(rows, dtype=np.int16)
    after = np.zeros(rows, dtype=np.int16)
    for causes, changed, stages in slots:
        there = changed >= 0
        earlier = there & ((changed < days) | ((changed == days) & (causes < place)))
        before = np.where(earlier, stages, before)
        after = np.where(earlier | (there & (changed == days) & (causes == place)), stages, after)
    return before, after


def _spread(slot: Slot, rows: NDArray[np.intp], whole: int) -> Slot:
    """A change of stage of some rows as one of all rows."""
    causes, days, stages = (np.full(whole, ABSENT, dtype=column.dtype) for column in slot)
    for all_rows, some in zip((causes, days, stages), slot, strict=True):
        all_rows[rows] = some
    return causes, days, stages


def _enter(entered: NDArray[np.int32], slots: list[Slot]) -> None:
    """Keep the day of every change by the stage that it leads to, the latest of several."""
    for _, changed, stages in slots:
        rows = np.flatnonzero(changed >= 0)
        entered[stages[rows], rows] = np.maximum(entered[stages[rows], rows], changed[rows])
