"""What drawing from a plan needs again and again under one setting, made once: choices, day tables, sittings, limits.

Also the order of the columns, which is the same for every block of a plan. Draws nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.simulation_plans import (
    Birth,
    Delay,
    Distribution,
    DrawnAttribute,
    OfLaw,
    Plan,
    Season,
    Setting,
    Shares,
    Sittings,
    Step,
    values_of,
)
from inclusion_rules.domain.step_order import steps_in_order
from inclusion_rules.simulation.cohort_columns import Days
from inclusion_rules.simulation.day_tables import DayTables
from inclusion_rules.simulation.drawing import Choice

_MONTHS = 12


def most_times(step: Step) -> int:
    """How often a step can happen to one pupil at most; 0 for a step that is not repeated."""
    return 0 if step.repeats is None else max(int(float(str(n))) for n in values_of(step.repeats.times))


def turns_of(plan: Plan, step: Step) -> range:
    """The turns of a step: 1, 2, … for one that is repeated or happens with one that is, and otherwise only 0."""
    owner = step if step.repeats is not None else plan.step(step.each) if step.each is not None else None
    return range(1) if owner is None else range(1, most_times(owner) + 1)


def column_order(plan: Plan) -> tuple[tuple[str, int], ...]:
    """The columns of every block of a plan, each as a step and its turn; of one day, the first is recorded first."""
    found: list[tuple[str, int]] = []
    for step in plan.steps:
        if step.each is not None:
            continue  # stands with the step that it happens anew with
        for turn in turns_of(plan, step):
            found.append((step.name, turn))
            if step.repeats is not None:
                found += [(other.name, turn) for other in plan.steps if other.each == step.name]
    return tuple(found)


@dataclass
class PlanTables:
    """What drawing from a plan needs again and again under one setting: choices, day tables, sittings, limits."""

    plan: Plan
    setting: Setting
    edition: Edition
    days: DayTables
    order: tuple[Step, ...]
    columns: tuple[tuple[str, int], ...]
    seasons: dict[str, Choice] = field(default_factory=dict)
    _choices: dict[int, tuple[Distribution, Choice]] = field(default_factory=dict)
    _sittings: dict[int, tuple[object, Days]] = field(default_factory=dict)
    _limits: dict[str, tuple[Days, NDArray[np.int32]]] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, setting: Setting, edition: Edition, days: DayTables) -> PlanTables:
        """The tables of a plan under one setting."""
        tables = cls(plan, setting, edition, days, steps_in_order(plan.steps), column_order(plan))
        for step in plan.steps:
            if isinstance(step.timing, Season):
                tables.seasons[step.name] = _season(plan, step.timing, days)
        return tables

    def choice(self, distribution: Distribution) -> Choice:
        """A distribution made ready to be drawn from."""
        found = self._choices.get(id(distribution))
        if found is None:
            found = self._choices[id(distribution)] = (distribution, Choice(distribution))
        return found[1]

    def sittings(self, delay: Delay) -> Days | None:
        """The only days on which something can be done, or None where any day will do."""
        if delay.sittings is None:
            return None
        found = self._sittings.get(id(delay))
        if found is None:
            found = self._sittings[id(delay)] = (delay, self.days.sittings(self.sitting_weeks(delay.sittings)))
        return found[1]

    def sitting_weeks(self, sittings: Sittings) -> Sittings:
        """The sittings with the weeks between them as a number."""
        return replace(sittings, every_weeks=int(self.number(sittings.every_weeks)))

    def number(self, number: float | OfLaw) -> float:
        """A number of the plan, or of the law on the first day of its period."""
        if not isinstance(number, OfLaw):
            return number
        governs = self.edition.parameters[number.parameter].on(self.plan.first)
        value = governs.value if governs is not None else 0
        return float(value) if isinstance(value, (int, float)) else 0.0

    def birthdays(self, birth: Birth, groups: tuple[Known, ...]) -> tuple[int, tuple[Known, ...]]:
        """Every date of birth there can be, a month apart, and the number of the first month."""
        numbers = [int(str(value)) for value in groups]
        first = (self.plan.first.year - birth.age - 2 - max(numbers)) * _MONTHS + birth.first_month - 1
        last = (self.plan.last.year - birth.age - 1 - min(numbers)) * _MONTHS + birth.first_month - 1 + _MONTHS
        return first, tuple(date(month // _MONTHS, month % _MONTHS + 1, birth.day) for month in range(first, last))

    def most_reached(self, step: str) -> tuple[int, int]:
        """The most times that a repeated step can happen, and the most school days that they can come to."""
        repeated = self.plan.step(step)
        times = most_times(repeated)
        lasting = repeated.repeats.lasting if repeated.repeats is not None else None
        for attribute in repeated.attributes:
            if isinstance(attribute, DrawnAttribute) and attribute.name == lasting:
                return times, times * math.ceil(max(float(str(value)) for value in values_of(attribute.of)))
        return times, 0

    def limit(self, parameter: str, governed_by: Days) -> NDArray[np.int32]:
        """The length of a limit in the law that governs each day."""
        if parameter not in self._limits:
            law = self.edition.parameters[parameter]
            changes = {self.plan.first}
            for version in law.values:
                if self.plan.first < version.first:
                    changes.add(version.first)
            starts = sorted(changes)
            lengths = []
            for start in starts:
                governs = law.on(start)
                value = governs.value if governs is not None else 0
                lengths.append(int(value) if isinstance(value, (int, float)) else 0)
            self._limits[parameter] = (
                np.array([start.toordinal() for start in starts], dtype=np.int32),
                np.array(lengths, dtype=np.int32),
            )
        starts_at, values = self._limits[parameter]
        at = np.maximum(np.searchsorted(starts_at, governed_by, side="right") - 1, 0)
        return values[at]


def _season(plan: Plan, season: Season, tables: DayTables) -> Choice:
    """The school days on which a step can fall, each with its share."""
    school = tables.school.days
    days = school[(school >= plan.first.toordinal()) & (school <= plan.last.toordinal())]
    weights = np.ones(len(days))
    if season.weekdays is not None:
        shares = dict(zip(season.weekdays.values, season.weekdays.shares, strict=True))
        names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        weights *= [shares.get(names[date.fromordinal(int(day)).weekday()], 0.0) for day in days]
    if season.terms is not None:
        grouped = np.array([tables.groupings[code] for code in tables.term_of(days)])
        for name, share in zip(season.terms.values, season.terms.shares, strict=True):
            rows = grouped == name
            total = weights[rows].sum()
            weights[rows] *= share / total if total else 0.0
        weights[~np.isin(grouped, [str(name) for name in season.terms.values])] = 0.0
    shares = weights / weights.sum()
    return Choice(Shares(tuple(days.tolist()), tuple(shares.tolist())))
