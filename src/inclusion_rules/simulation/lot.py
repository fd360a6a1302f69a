"""Some cases being drawn: who they are, and the day of each step, a whole column at a time.

Steps are taken in the order in which they rest on one another, and each is worked out for all cases of the lot at once.
Every draw has a name of its own, so that what one step draws never moves another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import EXCLUSION_EVENTS
from inclusion_rules.domain.simulation_plans import (
    JUDGEMENT,
    NEVER,
    PUPIL,
    SCHOOL,
    After,
    Birth,
    Condition,
    DayAttribute,
    Delay,
    Distribution,
    DrawnAttribute,
    Happened,
    LengthAttribute,
    Plan,
    Reaching,
    Season,
    Side,
    Step,
    TotalAttribute,
)
from inclusion_rules.simulation.cohort_columns import ABSENT, NOT_KNOWN, Coded, Codes, CohortBlock, Days, EventColumn
from inclusion_rules.simulation.day_tables import LATER, next_of
from inclusion_rules.simulation.drawing import Draws, Rows, Uniforms, among, amounts
from inclusion_rules.simulation.plan_tables import PlanTables, turns_of

Mask = NDArray[np.bool_]
_MONTHS = 12


@dataclass
class Lot:
    """Cases `first` up to `last` (with `rows`, some of them), and what has been drawn of them so far."""

    tables: PlanTables
    draws: Draws
    first: int
    last: int
    rows: Rows | None
    served: Mapping[str, Days]
    coded: dict[tuple[str, int], Coded] = field(default_factory=dict)
    days: dict[tuple[str, int], Days] = field(default_factory=dict)
    dates: dict[tuple[str, int], dict[str, Days]] = field(default_factory=dict)
    ready: dict[str, Days] = field(default_factory=dict)
    _totals: dict[tuple[int, int], tuple[NDArray[np.float64], NDArray[np.float64]]] = field(default_factory=dict)
    _thresholds: dict[int, dict[int, Days]] = field(default_factory=dict)
    _births: dict[str, Birth] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.last - self.first if self.rows is None else len(self.rows)

    # Chance ----------------------------------------------------------------------------------------------------------

    def uniform(self, name: str) -> Uniforms:
        """The numbers of one draw, for the cases of the lot."""
        numbers = self.draws.uniform(name, self.first, self.last)
        return numbers if self.rows is None else numbers[self.rows]

    def asked(self, turn: int) -> Callable[[str], Coded]:
        """How what was drawn under a name is found, for one turn of a step."""
        return lambda name: self.coded_of(name, turn)

    def coded_of(self, name: str, turn: int) -> Coded:
        """What was drawn under a name: of this turn, or else of the case."""
        found = self.coded.get((name, turn))
        return found if found is not None else self.coded[name, 0]

    def _draw(self, distribution: Distribution, name: str, turn: int) -> Coded:
        choice = self.tables.choice(distribution)
        if choice.width == 1 and not choice.depends:
            return Coded(np.zeros(len(self), dtype=np.int16), choice.values)
        return choice.coded(self.uniform(_named(name, turn)), self.asked(turn))

    def _count(self, distribution: Distribution, name: str, turn: int) -> NDArray[np.int32]:
        choice = self.tables.choice(distribution)
        if choice.width == 1 and not choice.depends:
            return choice.counts(np.zeros(len(self)), self.asked(turn))
        return choice.counts(self.uniform(_named(name, turn)), self.asked(turn))

    # Who -------------------------------------------------------------------------------------------------------------

    def draw_who(self, *, until: str | None = None, only: frozenset[str] | None = None) -> None:
        """Draw what is listed under `who`, up to one of it, or only some of it."""
        for one in self.tables.plan.who:
            if isinstance(one, Birth):
                self._births["date_of_birth"] = one
            elif (only is None or one.name in only) and (one.name, 0) not in self.coded:
                self.coded[one.name, 0] = self._draw(one.of, f"who / {one.name}", 0)
                if one.name == until:
                    return

    def _born(self, birth: Birth) -> Coded:
        """Dates of birth: any month of the year that the year group and the school year of the first event point to."""
        begun = self.days[self._beginning, min(turns_of(self.tables.plan, self.tables.plan.step(self._beginning)))]
        years, months = _years_and_months(begun)
        school_year = np.where(months >= birth.first_month, years, years - 1)
        groups = self.coded[birth.year_group, 0]
        numbers = np.array([*(int(str(value)) for value in groups.values), 0])[groups.codes]
        offset = np.minimum((self.uniform("who / date_of_birth") * _MONTHS).astype(np.int64), _MONTHS - 1)
        counted = (school_year - birth.age - 1 - numbers) * _MONTHS + birth.first_month - 1 + offset
        first, values = self.tables.birthdays(birth, groups.values)
        return Coded(np.where(groups.codes == NOT_KNOWN, NOT_KNOWN, counted - first).astype(np.int16), values)

    @property
    def _beginning(self) -> str:
        return next(iter(self.tables.seasons))

    # Steps -----------------------------------------------------------------------------------------------------------

    def draw_steps(self, only: frozenset[str] | None = None) -> None:
        """Draw every step, or only some of them with all that they rest on."""
        for step in self.tables.order:
            if only is not None and step.name not in only:
                continue
            if step.repeats is not None:
                self._repeated(step)
            elif isinstance(step.timing, Season):
                self._attributes_drawn(step, 0)
                days = self.tables.seasons[step.name].counts(self.uniform(f"{step.name} / day"), self.asked(0))
                self._settle(step, 0, days)
                self._attributes_dated(step, 0)
            else:
                self._draw_turns(step)
            if step.averts is not None:
                self._avert(step)

    def _draw_turns(self, step: Step) -> None:
        for turn in turns_of(self.tables.plan, step):
            self._attributes_drawn(step, turn)
            self._settle(step, turn, self._day(step, turn))
            self._attributes_dated(step, turn)

    def _settle(self, step: Step, turn: int, days: Days) -> None:
        """Keep the day of a step where its conditions hold; a step that waits for room takes place on its turn."""
        days = self._where_allowed(step, turn, days)
        if step.waits_for is not None:
            self.ready[step.name] = days
            served = self.served.get(step.name)
            if served is not None:
                whole = served[self.first : self.last]
                days = self._where_allowed(step, turn, whole if self.rows is None else whole[self.rows])
        self.days[step.name, turn] = days

    def _where_allowed(self, step: Step, turn: int, days: Days) -> Days:
        allowed: Mask | None = None
        for condition in step.when:
            met = self._met(condition, turn, days)
            allowed = met if allowed is None else allowed & met
        for condition in step.unless:
            met = ~self._met(condition, turn, days)
            allowed = met if allowed is None else allowed & met
        return days if allowed is None else np.where(allowed, days, ABSENT).astype(np.int32)

    def _met(self, condition: Condition, turn: int, days: Days) -> Mask:
        if isinstance(condition, Happened):
            other = self._day_of(condition.step, turn, earliest=True)
            happened: Mask = (other != ABSENT) & (other <= days)
            return happened
        coded = self.coded_of(condition.name, turn)
        met: Mask = among(coded, condition.values)
        _, of, step = condition.name.partition("_of_")
        if of and not condition.name.startswith("times_of_"):
            met &= self._day_of(step, turn, earliest=True) != ABSENT
        return met

    def _day_of(self, step: str, turn: int, *, earliest: bool = False) -> Days:
        """The day of a step: of this turn, or of a repeated step seen from outside the first or the last one."""
        found = self.days.get((step, turn), self.days.get((step, 0)))
        if found is not None:
            return found
        every = [self.days[step, one] for one in turns_of(self.tables.plan, self.tables.plan.step(step))]
        if not earliest:
            last: Days = np.maximum.reduce(every)
            return last
        held = np.minimum.reduce([np.where(days == ABSENT, LATER, days) for days in every])
        some = np.maximum.reduce(every) != ABSENT
        return np.where(some, held, ABSENT).astype(np.int32)

    def _day(self, step: Step, turn: int) -> Days:
        timing = step.timing
        assert not isinstance(timing, Season)
        if isinstance(timing, Reaching):
            reached = self._reached(timing)
            start = reached[turn] if turn else np.maximum.reduce(list(reached.values()))
        else:
            each = [self._day_of(name, turn) for name in timing.steps]
            start = each[0]
            for other in each[1:]:
                either = (start == ABSENT) | (other == ABSENT)
                start = np.where(either, ABSENT, np.maximum(start, other)).astype(np.int32)
        return self._acted(step, timing, turn, start)

    def _acted(self, step: Step, timing: After | Reaching, turn: int, start: Days) -> Days:
        """The day on which a bearer acts, by the way in which it does; ABSENT where it never does."""
        before = isinstance(timing, After) and timing.before
        ways = self.tables.choice(timing.ways)
        found = np.full(len(self), ABSENT, dtype=np.int32)
        there = np.flatnonzero(start != ABSENT)
        if not len(there):
            return found
        if ways.values == (True,):
            delay, rows = timing.delays["True"], there if len(there) < len(self) // 2 else None
            days = self._delayed(delay, f"{step.name} / delay", turn, start, before=before, rows=rows)
            if rows is None:
                return days
            found[rows] = days
            return found
        drawn = self._draw(timing.ways, f"{step.name} / ways", turn)
        for place, way in enumerate(drawn.values):
            if str(way) not in timing.delays or way == NEVER:
                continue
            delay = timing.delays[str(way)]
            name = f"{step.name} / delay" if way is True else f"{step.name} / {way}"
            rows = np.flatnonzero((drawn.codes == place) & (start != ABSENT))
            if len(rows):
                found[rows] = self._delayed(delay, name, turn, start, before=before, rows=rows)
        return found

    def _delayed(
        self, delay: Delay, name: str, turn: int, start: Days, *, before: bool = False, rows: Rows | None = None
    ) -> Days:
        tables = self.tables.days
        counts: NDArray[np.int32]
        if delay.days is not None:
            counts = self._count(delay.days, name, turn)
        else:
            counts = np.zeros(len(self), dtype=np.int32)
        if delay.limit is not None:
            length = self.tables.limit(delay.limit.parameter, self._governing(turn))
            if delay.limit.side is Side.BEYOND:
                counts = length + counts
            elif delay.limit.side is Side.BEFORE or delay.days is not None:
                counts = np.maximum(length - counts, 0)
            else:
                within = (self.uniform(_named(name, turn)) * length).astype(np.int32)
                counts = np.minimum(within + 1, length)
        if rows is not None:
            start, counts = start[rows], counts[rows]
        moved = tables.ahead_of(start, counts, delay.unit) if before else tables.after(start, counts, delay.unit)
        moved = np.where(counts < 0, ABSENT, moved).astype(np.int32)
        listed = self.tables.sittings(delay)
        return moved if listed is None else next_of(listed, moved)

    def _governing(self, turn: int) -> Days:
        return self._day_of(self._beginning, turn, earliest=True)

    # Repeated steps --------------------------------------------------------------------------------------------------

    def _repeated(self, step: Step) -> None:
        """A step that may happen several times: no two at once, and at least one school day between two of them."""
        assert step.repeats is not None
        school = self.tables.days.school
        times = self._draw(step.repeats.times, f"{step.name} / times", 0)
        self.coded[f"times_of_{step.name}", 0] = times
        wanted = amounts(times)
        turns = turns_of(self.tables.plan, step)
        drawn = np.full((len(turns), len(self)), LATER, dtype=np.int32)
        for turn in turns:
            there = wanted >= turn
            if isinstance(step.timing, Season):
                numbers = self.uniform(_named(f"{step.name} / day", turn))
                found = self.tables.seasons[step.name].counts(numbers, self.asked(0))
            else:
                found = self._day(step, turn)
            drawn[turn - 1] = np.where(there & (found != ABSENT), found, LATER)
        drawn.sort(axis=0)
        history = isinstance(step.timing, After) and step.timing.before
        ends = self._day_of(step.timing.steps[0], 0) if isinstance(step.timing, After) and history else None
        free = np.zeros(len(self), dtype=np.int64)
        for turn in turns:
            self._attributes_drawn(step, turn)
            there = drawn[turn - 1] != LATER
            place = np.maximum(school.places(np.where(there, drawn[turn - 1], school.origin).astype(np.int32)), free)
            days = np.where(there, school.days_at(place), ABSENT).astype(np.int32)
            after = place + self._length(step, turn) + 2
            if ends is not None:
                days = np.where(after - 1 <= school.places(ends), days, ABSENT).astype(np.int32)
            elif isinstance(step.timing, Season):
                days = np.where(days > self.tables.plan.last.toordinal(), ABSENT, days).astype(np.int32)
            days = self._where_allowed(step, turn, days)
            free = np.where(days != ABSENT, after, free)
            self.days[step.name, turn] = days
            self._attributes_dated(step, turn)

    def _length(self, step: Step, turn: int) -> NDArray[np.int64]:
        assert step.repeats is not None
        if step.repeats.lasting is None:
            return np.zeros(len(self), dtype=np.int64)
        return np.ceil(amounts(self.coded[f"{step.repeats.lasting}_of_{step.name}", turn])).astype(np.int64)

    def _reached(self, timing: Reaching) -> dict[int, Days]:
        """For each turn of a repeated step, its day where with it the totals of its term reach the threshold."""
        known = self._thresholds.get(id(timing))
        if known is not None:
            return known
        step = self.tables.plan.step(timing.step)
        lasting = step.repeats.lasting if step.repeats is not None else None
        found: dict[int, Days] = {}
        term = np.full(len(self), -2, dtype=np.int16)
        count, total = np.zeros(len(self)), np.zeros(len(self))
        over = np.zeros(len(self), dtype=np.bool_)
        for turn in turns_of(self.tables.plan, step):
            days = self.days[step.name, turn]
            there = days != ABSENT
            own = self.tables.days.term_of(np.where(there, days, 0).astype(np.int32))
            again = own == term
            length = amounts(self.coded[f"{lasting}_of_{step.name}", turn]) if lasting is not None else 0.0
            count = np.where(there, np.where(again, count, 0.0) + 1, count)
            total = np.where(there, np.where(again, total, 0.0) + length, total)
            over = over & (again | ~there)
            term = np.where(there, own, term)
            met = [
                *([count >= self.tables.number(timing.times)] if timing.times is not None else []),
                *([total >= self.tables.number(timing.school_days)] if timing.school_days is not None else []),
            ]
            reached = np.logical_and.reduce(met) if timing.all_of else np.logical_or.reduce(met)
            found[turn] = np.where(there & reached & ~over, days, ABSENT).astype(np.int32)
            over = over | (there & reached)
            self._totals[id(timing), turn] = (count, total)
        self._thresholds[id(timing)] = found
        return found

    def _counted(self, step: Step, turn: int, attribute: TotalAttribute) -> Coded:
        """A total that was reached, among the same values in every block."""
        assert isinstance(step.timing, Reaching)
        totals = np.rint(self._totals[id(step.timing), turn][attribute.days] * (1 + attribute.days)).astype(np.int16)
        most = self.tables.most_reached(step.timing.step)[attribute.days]
        values = tuple(n / 2 for n in range(2 * most + 1)) if attribute.days else tuple(range(most + 1))
        return Coded(totals, values)

    def _avert(self, step: Step) -> None:
        """Take out, each with its chance, what would have come after the first time that a step averts it."""
        assert step.averts is not None
        stopped = self.tables.plan.step(step.averts.step)
        own = self._day_of(step.name, 0, earliest=True)
        for turn in turns_of(self.tables.plan, stopped):
            days = self.days[stopped.name, turn]
            averted = self._draw(step.averts.chance, f"{step.name} / averts", turn)
            gone = (own != ABSENT) & (days > own) & among(averted, frozenset({True}))
            self.days[stopped.name, turn] = np.where(gone, ABSENT, days).astype(np.int32)
            self.dates[stopped.name, turn] = {
                name: np.where(gone, ABSENT, found).astype(np.int32)
                for name, found in self.dates[stopped.name, turn].items()
            }
        self._thresholds.clear()  # what was reached by what has been averted is not reached
        self._draw_turns(step)

    # Attributes ------------------------------------------------------------------------------------------------------

    def _attributes_drawn(self, step: Step, turn: int) -> None:
        for attribute in step.attributes:
            if isinstance(attribute, DrawnAttribute):
                name = f"{attribute.name}_of_{step.name}"
                self.coded[name, turn] = self._draw(attribute.of, f"{step.name} / {attribute.name}", turn)

    def _attributes_dated(self, step: Step, turn: int) -> None:
        found: dict[str, Days] = {}
        own = self.days[step.name, turn]
        for attribute in step.attributes:
            if isinstance(attribute, TotalAttribute):
                self.coded[f"{attribute.name}_of_{step.name}", turn] = self._counted(step, turn, attribute)
            elif isinstance(attribute, DayAttribute):
                start = own if attribute.after is None else self._day_of(attribute.after, turn)
                days = self._delayed(attribute.delay, f"{step.name} / {attribute.name}", turn, start)
                found[attribute.name] = np.where(own == ABSENT, ABSENT, days).astype(np.int32)
            elif isinstance(attribute, LengthAttribute):
                length = np.ceil(amounts(self.coded[f"{attribute.length}_of_{step.name}", turn])).astype(np.int64)
                begins = found.get("first_day", own)
                school = self.tables.days.school
                last = school.days_at(school.places(begins) + np.maximum(length, 1) - 1)
                found[attribute.name] = np.where(own == ABSENT, ABSENT, last).astype(np.int32)
        self.dates[step.name, turn] = found

    # The block -------------------------------------------------------------------------------------------------------

    def block(self, *, prefix: str) -> CohortBlock:
        """The lot as columns, everything drawn; what comes after the end of the run has not happened."""
        self.draw_who()
        self.draw_steps()
        described: dict[str, dict[str, Coded]] = {SCHOOL: {}, PUPIL: {}}
        judged: dict[str, tuple[Coded, str]] = {}
        for one in self.tables.plan.who:
            if isinstance(one, Birth):
                described[PUPIL]["date_of_birth"] = self._born(one)
            elif one.part in described:
                described[one.part][one.name] = self.coded[one.name, 0]
            elif one.part == JUDGEMENT:
                judged[one.name] = (self.coded[one.name, 0], one.by)
        numbers = np.arange(self.first, self.last, dtype=np.int64)
        setting = self.tables.setting
        return CohortBlock(
            numbers=numbers if self.rows is None else numbers[self.rows],
            prefix=prefix,
            pathway=self.tables.plan.pathway,
            packs=setting.packs,
            calendar=setting.calendar,
            bank_holidays=setting.calendar.bank_holidays,
            school=described[SCHOOL],
            pupil=described[PUPIL],
            events=tuple(self._columns()),
            judgements=judged,
        )

    def _columns(self) -> Iterator[EventColumn]:
        plan, until = self.tables.plan, self.tables.plan.until.toordinal()
        places = {key: place for place, key in enumerate(self.tables.columns)}
        several = sum(plan.step(name).event in EXCLUSION_EVENTS for name, _ in self.tables.columns) > 1
        for name, turn in self.tables.columns:
            step = plan.step(name)
            own = self.days[name, turn]
            days = np.where(own > until, ABSENT, own).astype(np.int32)
            gone = days == ABSENT
            attributes = {
                one.name: _masked(self.coded[f"{one.name}_of_{name}", turn], gone)
                for one in step.attributes
                if isinstance(one, (DrawnAttribute, TotalAttribute))
            }
            if step.by is not None and "by" in _attributes_of(self.tables.edition, step.event):
                attributes["by"] = Coded(np.where(gone, NOT_KNOWN, 0).astype(np.int16), (step.by,))
            dates = {
                key: np.where(gone | (found == LATER), ABSENT, found).astype(np.int32)
                for key, found in self.dates[name, turn].items()
            }
            owner = _exclusion_of(plan, step) if several else None
            of = None if owner is None else places.get((owner, turn), places.get((owner, 0)))
            history = isinstance(step.timing, After) and step.timing.before
            yield EventColumn(step.event, days, attributes, dates, by=step.by, of=of, history=history)


def _attributes_of(edition: Edition, event: str) -> tuple[str, ...]:
    definition = edition.events[event]
    return (*definition.needs, *definition.may)


def _exclusion_of(plan: Plan, step: Step) -> str | None:
    """The exclusion that a step belongs to: the nearest one that it follows. An exclusion belongs to itself."""
    if step.event in EXCLUSION_EVENTS:
        return None
    for name in step.follows:
        before = plan.step(name)
        if before.event in EXCLUSION_EVENTS:
            return before.name
        found = _exclusion_of(plan, before)
        if found is not None:
            return found
    return None


def _masked(coded: Coded, gone: Mask) -> Coded:
    codes: Codes = np.where(gone, NOT_KNOWN, coded.codes).astype(np.int16)
    return Coded(codes, coded.values)


def _named(name: str, turn: int) -> str:
    return f"{name} #{turn}" if turn else name


def _years_and_months(days: Days) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    epoch = date(1970, 1, 1).toordinal()
    months = (
        (np.where(days == ABSENT, epoch, days).astype(np.int64) - epoch).astype("datetime64[D]").astype("datetime64[M]")
    )
    counted = months.astype(np.int64)
    return counted // _MONTHS + 1970, counted % _MONTHS + 1
