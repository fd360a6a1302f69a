"""For which cases a rule applies now and did not before, or did and does not now: every box of them, on every day.

A rule applies where its conditions hold and no rule that holds it back applies. Both versions are gone through together
(`residues`), so what is found is exact over every case in which the facts are known: boxes cover all of the difference
and nothing else. Facts are taken to be free of one another, as in `satisfying`. Where facts are held against one
another, or there are too many boxes to tell, one example stands for them, and it is said so. Not covered: what a local
choice puts in the place of a quantity, and how a fact is worked out, which `differences` tells by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from inclusion_rules.analysis.boxes import ANY_DAY, fixed_operands
from inclusion_rules.analysis.case_space import Axis, CaseSpace, axis_named
from inclusion_rules.analysis.completeness import Box, merged
from inclusion_rules.analysis.days_and_quantities import ONE_DAY, settings
from inclusion_rules.analysis.residues import facts_left, ways_left
from inclusion_rules.analysis.satisfying import (
    Wanted,
    linked_with,
    may_be_absent,
    values_told_apart,
    without_detours,
)
from inclusion_rules.domain.conditions import (
    ALL_OF,
    ANY_OF,
    NONE_OF,
    Condition,
    Group,
    Operator,
    comparisons,
    facts_in,
    parameters_in,
)
from inclusion_rules.domain.facts import Value
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import DecisionTable, Rule, TableRow
from inclusion_rules.engine.tables import EXACTLY_ONE

MOST_BOXES = 500
MOST_STEPS = 20_000
"""How many boxes, and how many settled facts, are gone through before one example has to do."""
Ways = tuple[tuple[Wanted, ...], ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """Some of all cases: boxes in a space of them.

    `told` is False where a box is only one example of more, or (without any) where there was too much to go through.
    """

    space: CaseSpace
    boxes: tuple[Box, ...]
    told: bool = True

    def holds(self, case: Mapping[str, Value]) -> bool:
        """Whether a case is one of them."""
        return any(self.space.holds(box, case) for box in self.boxes)


@dataclass(frozen=True, slots=True)
class EngagementChange:
    """From one day to another (None: for good): the cases to which a rule has come to apply, and those it has left."""

    first: date | None
    last: date | None
    gained: Cases
    lost: Cases

    def __bool__(self) -> bool:
        return any(cases.boxes or not cases.told for cases in (self.gained, self.lost))


def engagement_changes(was: Rule, now: Rule, old: Edition, new: Edition) -> tuple[EngagementChange, ...]:
    """How the cases differ to which two versions of a rule apply, on the days on which both are law."""
    first = max(filter(None, (was.governs.first, now.governs.first)), default=None)
    last = min(filter(None, (was.governs.last, now.governs.last)), default=None)
    if not (was.runs and now.runs) or (first is not None and last is not None and last < first):
        return ()
    days = sorted(set(_turns(was, old)) | set(_turns(now, new)))
    begins = [first or date.min, *(day for day in days if day > (first or date.min) and (last is None or day <= last))]
    found: list[EngagementChange] = []
    for position, day in enumerate(begins):
        ends = begins[position + 1] - ONE_DAY if position + 1 < len(begins) else last
        on = day if day > date.min else min(days, default=ANY_DAY) - ONE_DAY
        gained, lost = _changed(ways_of(was, old, on), ways_of(now, new, on), old, new)
        change = EngagementChange(day if day > date.min else None, ends, gained, lost)
        if found and (found[-1].gained, found[-1].lost) == (gained, lost) and found[-1].last == day - ONE_DAY:
            found[-1] = replace(found[-1], last=ends)
        else:
            found.append(change)
    return tuple(change for change in found if change)


def ways_of(rule: Rule, edition: Edition, day: date) -> Ways:
    """The ways in which a rule can apply on a day, each with everything that has to hold, or must not, for it."""
    own = in_full(rule.when, edition)
    against = [_applies(other, edition, day) for other in _holding_back(rule, edition, day)]
    used = {name for condition in (own, *against) for name in parameters_in(condition)}
    ways = []
    for values, otherwise in settings([edition.parameters[name] for name in sorted(used)], day):
        conditions = [Wanted(in_full(each, edition), values, holds) for each, holds in otherwise]
        ways.append((Wanted(own, values), *(Wanted(each, values, holds=False) for each in against), *conditions))
    return tuple(ways)


def in_full(condition: Condition, edition: Edition) -> Condition:
    """The condition with every fact that only says what others come to replaced by that: other conditions, tables."""
    plain = without_detours(condition, edition.facts)
    if isinstance(plain, Group):
        return replace(plain, members=tuple(in_full(member, edition) for member in plain.members))
    table = _table_of(plain.fact, edition)
    if table is None or plain.operator not in _PICKS:
        return plain
    words = plain.operand if isinstance(plain.operand, tuple) else (plain.operand,)
    rows: list[Condition] = []
    for position, row in enumerate(table.rows):
        if row.answer not in words:
            continue
        earlier = table.rows[:position] if table.hit != EXACTLY_ONE else ()
        before = tuple(_row(each) for each in earlier)
        rows.append(Group(ALL_OF, (_row(row), Group(NONE_OF, before))) if before else _row(row))
    joined = ANY_OF if plain.operator in (Operator.IS, Operator.ONE_OF) else NONE_OF
    return in_full(Group(joined, tuple(rows)), edition)


_PICKS = (Operator.IS, Operator.IS_NOT, Operator.ONE_OF, Operator.NONE_OF)


def _table_of(fact: str, edition: Edition) -> DecisionTable | None:
    definition = edition.facts.get(fact)
    if definition is None or definition.derived is None or definition.derived.form != "table":
        return None
    return edition.tables.get(str(definition.derived.details["table"]))


def _row(row: TableRow) -> Condition:
    return Group(ALL_OF, tuple(cell for cell in row.cells if cell is not None))


def _holding_back(rule: Rule, edition: Edition, day: date) -> Iterator[Rule]:
    """The rules that hold a rule back and are law on a day, for the same subjects."""
    for other in edition.held_back_by.get(rule.key, ()):
        if set(other.for_each) & set(rule.for_each) and (other.governs.by is not None or other.governs.covers(day)):
            yield other


def _applies(rule: Rule, edition: Edition, day: date) -> Condition:
    own = in_full(rule.when, edition)
    against = tuple(_applies(other, edition, day) for other in _holding_back(rule, edition, day))
    return Group(ALL_OF, (own, Group(NONE_OF, against))) if against else own


def _turns(rule: Rule, edition: Edition) -> Iterator[date]:
    """The days from which on a quantity of a rule, or a rule that holds it back, is another."""
    conditions = [in_full(rule.when, edition)]
    seen, waiting = {rule.key}, [rule]
    while waiting:
        for other in edition.held_back_by.get(waiting.pop().key, ()):
            if other.key not in seen:
                seen.add(other.key)
                waiting.append(other)
                conditions.append(in_full(other.when, edition))
                yield from (day for day in (other.governs.first,) if day is not None)
                yield from (day + ONE_DAY for day in (other.governs.last,) if day is not None and day < date.max)
    for name in {name for condition in conditions for name in parameters_in(condition)}:
        for version in edition.parameters[name].values:
            yield version.first
            if version.last is not None and version.last < date.max:
                yield version.last + ONE_DAY


def _changed(was: Ways, now: Ways, old: Edition, new: Edition) -> tuple[Cases, Cases]:
    if ways_left(was, {}) == ways_left(now, {}):
        return Cases(CaseSpace(()), ()), Cases(CaseSpace(()), ())
    wanted = list(chain.from_iterable((*was, *now)))
    types = {name: fact.type for edition in (old, new) for name, fact in edition.facts.items()}
    absent = may_be_absent(old.facts) | may_be_absent(new.facts)
    names = sorted({name for each in wanted for name in facts_in(each.condition)})
    axes = []
    for name in names:
        fixed = frozenset(
            value
            for each in wanted
            for comparison in comparisons(each.condition)
            if comparison.fact == name
            for value in fixed_operands(comparison, each.parameters)
        )
        axes.append(Axis(name, types[name], values_told_apart(name, wanted, types, absent), fixed))
    space = CaseSpace(tuple(axes))
    linked = any(len(linked_with(name, wanted)) > 1 for name in names)
    return _Comparing(space, linked).cases(now, was), _Comparing(space, linked).cases(was, now)


class _TooManyError(Exception):
    """More boxes than can be told."""


@dataclass(slots=True)
class _Comparing:
    """Goes through a space for the cases in which one holds and the other does not."""

    space: CaseSpace
    linked: bool
    steps: int = 0

    def cases(self, holds: Ways, not_: Ways) -> Cases:
        found: list[Box] = []
        told = True
        try:
            for box in self._boxes(holds, not_, {}, self.space.whole):
                found.append(box)
                if self.linked or len(found) > MOST_BOXES:
                    told = False
                    break
        except _TooManyError:
            told = False
        boxes = merged(found) if told else found[:1]
        return Cases(self.space, tuple(boxes), told)

    def _boxes(self, holds: Ways, not_: Ways, settled: dict[str, Value], box: Box) -> Iterator[Box]:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise _TooManyError
        one, other = ways_left(holds, settled), ways_left(not_, settled)
        if one is False or other is True or one == other:
            return
        if one is True and other is False:
            yield box
            return
        fact = next(chain(_only_in_one(one, other), facts_left(one), facts_left(other)))
        place = axis_named(self.space.axes, fact)
        for kind in sorted(box[place]):
            settled[fact] = self.space.axes[place].values[kind]
            yield from self._boxes(holds, not_, settled, (*box[:place], frozenset({kind}), *box[place + 1 :]))
            del settled[fact]


def _only_in_one(one: object, other: object) -> Iterator[str]:
    """The facts of what is asked by one and not by the other: settling these first is the shortest way."""
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        parts = {part for way in one ^ other for part in way}
        common = {part for part in parts if all(part in way for way in (*one, *other))}
        yield from sorted({name for part, _ in parts - common for name in part.facts})


def differing(changes: Sequence[EngagementChange], day: date) -> EngagementChange | None:
    """The change that is about a day, if any is."""
    covering = (each for each in changes if (each.first or date.min) <= day and (each.last is None or day <= each.last))
    return next(covering, None)
