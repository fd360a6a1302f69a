"""A cohort of invented cases: any block of it, made on its own, the same wherever the blocks begin and end.

Draws what a plan says and decides nothing. A case is its number: with the same seed and plan it is the same case in any
block and on any worker, except that cases that wait for the same room wait for one another (`queues`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.rules import EXCLUSION_EVENTS
from inclusion_rules.domain.simulation_plans import After, Draw, Plan, Setting
from inclusion_rules.simulation.cohort_columns import CohortBlock, Days
from inclusion_rules.simulation.day_tables import DayTables
from inclusion_rules.simulation.drawing import Draws
from inclusion_rules.simulation.lot import Lot
from inclusion_rules.simulation.plan_tables import PlanTables, column_order
from inclusion_rules.simulation.queues import waits

AUTHORITY = "school_authority"


@dataclass(frozen=True, slots=True)
class Cohort:
    """All cases of a run, as what is needed to make any of them. It can be sent to another process.

    `served` holds, for each step that waits for room, the day on which each case's turn came.
    """

    plan: Plan
    editions: Mapping[tuple[str, ...], Edition]
    cases: int
    seed: int
    served: Mapping[str, Days] = field(default_factory=dict)
    _tables: dict[int, PlanTables] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, plan: Plan, rulebook: Rulebook, *, cases: int | None = None, seed: int = 0) -> Cohort:
        """A cohort of so many cases (the plan's own number by default).

        Where cases wait for room, the waiting is worked out here, over all of them.

        Raises:
            ValueError: there are no cases to draw.
        """
        number = plan.cases if cases is None else cases
        if number < 1:
            raise ValueError(f"a cohort has at least 1 case, not {number}")
        editions = {setting.packs: rulebook.edition(setting.packs) for setting in plan.all_settings}
        bare = cls(plan, editions, number, seed)
        served = waits(plan, number, lots=bare.lots, tables=bare.prepared(plan.setting))
        return cls(plan, editions, number, seed, served, bare._tables)

    def __reduce__(self) -> tuple[object, ...]:
        return (Cohort, (self.plan, dict(self.editions), self.cases, self.seed, dict(self.served)))

    def block(self, first: int, last: int) -> list[CohortBlock]:
        """The cases from `first` up to, not including, `last`, one block for each setting that they stand under.

        Together they are in no order of case number where a plan has several settings; each block is in order.

        Raises:
            ValueError: these are not cases of the cohort.
        """
        if not 0 <= first < last <= self.cases:
            raise ValueError(f"cases {first} to {last} are not in a cohort of {self.cases}")
        return [lot.block(prefix=self.prefix) for lot in self.lots(first, last)]

    def lots(self, first: int, last: int, served: Mapping[str, Days] | None = None) -> Iterator[Lot]:
        """The cases of a block, ready to be drawn, parted by setting.

        `served` holds the turns to go by in place of the cohort's own.
        """
        draws = Draws(self.seed)
        room = self.served if served is None else served
        if not self.plan.settings:
            yield Lot(self.prepared(self.plan.setting), draws, first, last, None, room)
            return
        whole = Lot(self.prepared(self.plan.setting), draws, first, last, None, room)
        whole.draw_who(until=AUTHORITY)
        authority = whole.coded[AUTHORITY, 0]
        settings = [self.plan.settings.get(str(value), self.plan.setting) for value in authority.values]
        for setting in dict.fromkeys(map(id, settings)):
            table = np.array([*(id(one) == setting for one in settings), False])
            rows = np.flatnonzero(table[authority.codes])
            if len(rows):
                chosen = next(one for one in settings if id(one) == setting)
                yield Lot(self.prepared(chosen), draws, first, last, rows, room)

    def prepared(self, setting: Setting) -> PlanTables:
        """What drawing under one setting needs again and again, made once."""
        key = self.plan.all_settings.index(setting)
        found = self._tables.get(key)
        if found is None:
            found = PlanTables.of(self.plan, setting, self.editions[setting.packs], DayTables.of(setting.calendar))
            self._tables[key] = found
        return found

    @property
    def prefix(self) -> str:
        """What the name of each case begins with: the first letters of the plan's id."""
        return "".join(word[0] for word in self.plan.id.split("_") if word).upper() + "-"

    def subject_columns(self, block: CohortBlock) -> tuple[tuple[str, int], ...]:
        """The exclusions that the cases of a block are about: the kind of each and the place of its column.

        Exclusions that a plan puts before another (history) are not among them.
        """
        found = []
        for place, (name, _) in enumerate(column_order(self.plan)):
            step = self.plan.step(name)
            history = isinstance(step.timing, After) and step.timing.before
            if step.event in EXCLUSION_EVENTS and not history:
                found.append((step.event, place))
        assert len(block.events) == len(column_order(self.plan))
        return tuple(found)

    def traits(self, block: CohortBlock) -> tuple[str, ...]:
        """The names of what is drawn of each case and not recorded."""
        return tuple(one.name for one in self.plan.who if isinstance(one, Draw) and one.part == "trait")
