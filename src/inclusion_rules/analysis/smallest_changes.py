"""What would have to be different for a condition to come out differently: the smallest sets of facts, with new values.

A change that some part of it would bring about alone is not told. New values stand for their whole box (`boxes`) and
are as near to today's as that allows: `6` becomes `5`, not `0`. Knows nothing of which facts anybody could in truth
change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product

from inclusion_rules.analysis.boxes import fixed_operands, representatives
from inclusion_rules.domain.conditions import Comparison, Condition, Operator, comparisons, facts_in
from inclusion_rules.domain.facts import NOTHING, AtLeast, FactType, Known, Nothing, Unknown, Value
from inclusion_rules.engine.evaluation import Parameters, evaluate, joined
from inclusion_rules.errors import UnknownNameError

Result = bool | None


@dataclass(frozen=True, slots=True)
class Change:
    """Facts that would have to be different together, each as it is and as it would be, and what that would give.

    `result` is None where the change leaves the answer open, because of other facts that are not known.
    """

    facts: tuple[tuple[str, Value, Value], ...]
    result: bool | None


def smallest_changes(
    condition: Condition,
    facts: Mapping[str, Value],
    types: Mapping[str, FactType],
    parameters: Parameters,
    *,
    at_most: int = 3,
) -> tuple[Change, ...]:
    """The smallest changes to the facts that would alter a condition's answer, those of fewest facts first.

    Where the answer is settled: what would turn it over, and what would leave it open. Where it is not: what would
    settle it either way, by facts that are not settled now. No smaller part of a change's facts, whatever their values,
    would give its result. A fact that `facts` leaves out is not known.

    Args:
        condition: what comes out one way today.
        facts: the facts as they are.
        types: the fact dictionary.
        parameters: the value of a parameter by its name.
        at_most: the greatest number of facts that one change may alter.

    >>> from inclusion_rules.domain.facts import FactKind
    >>> days = Comparison("days", Operator.MORE_THAN, 5)
    >>> smallest_changes(days, {"days": 8}, {"days": FactType(FactKind.HALF_DAYS)}, {}.__getitem__)
    (Change(facts=(('days', 8, 5),), result=False),)
    """
    case = _Case.of(condition, facts, parameters)
    answer = case.answer(case.now)
    wanted: tuple[Result, ...] = (True, False) if answer is None else (not answer, None)
    open_to_change = [
        name for name, value in case.today.items() if answer is not None or isinstance(value, Unknown | AtLeast)
    ]
    options = {name: found for name in open_to_change if (found := _options(case, name, types))}
    changes: list[Change] = []
    reached: dict[Result, list[frozenset[str]]] = {result: [] for result in wanted}
    for size in range(1, min(at_most, len(options)) + 1):
        for names in combinations(options, size):
            left = [result for result in wanted if not any(part.issubset(names) for part in reached[result])]
            for result, values in _nearest(case, names, options, left):
                reached[result].append(frozenset(names))
                altered = zip(names, (case.today[name] for name in names), values, strict=True)
                changes.append(Change(tuple(altered), result))
    return tuple(changes)


@dataclass(frozen=True, slots=True)
class _Case:
    """A condition taken apart into its comparisons, with the facts of one case and what each comparison comes to."""

    condition: Condition
    parts: tuple[Comparison, ...]
    looks_at: tuple[frozenset[str], ...]
    today: Mapping[str, Value]
    now: tuple[Result, ...]
    parameters: Parameters

    @classmethod
    def of(cls, condition: Condition, facts: Mapping[str, Value], parameters: Parameters) -> _Case:
        parts = tuple(comparisons(condition))
        looks_at = tuple(facts_in(part) for part in parts)
        names = dict.fromkeys(
            name for part, seen in zip(parts, looks_at, strict=True) for name in (part.fact, *sorted(seen))
        )
        today = {name: facts.get(name, Unknown(frozenset({name}))) for name in names}
        now = tuple(evaluate(part, today.__getitem__, parameters).result for part in parts)
        return cls(condition, parts, looks_at, today, now, parameters)

    def answer(self, results: Sequence[Result]) -> Result:
        """What the condition comes to when its comparisons, in the order written, come to `results`."""
        return _settled(self.condition, iter(results))

    def compared(self, number: int, changed: Mapping[str, Value]) -> Result:
        """What one comparison comes to once those facts are changed."""
        return evaluate(
            self.parts[number], lambda name: changed[name] if name in changed else self.today[name], self.parameters
        ).result

    def linked_to(self, name: str) -> frozenset[str]:
        """The facts that a fact is held against, directly or through others, itself included."""
        linked = frozenset({name})
        while True:
            wider = linked.union(*[seen for seen in self.looks_at if not seen.isdisjoint(linked)])
            if wider == linked:
                return linked
            linked = wider


@dataclass(frozen=True, slots=True)
class _Option:
    """A new value for a fact, and what it makes of the comparisons that look at this fact alone."""

    value: Value
    effect: tuple[tuple[int, Result], ...]


def _options(case: _Case, name: str, types: Mapping[str, FactType]) -> tuple[_Option, ...]:
    """The values worth trying for a fact, nearest to today's first: one for each different effect it can have."""
    alone = [number for number, seen in enumerate(case.looks_at) if seen == {name}]
    is_linked = len(case.linked_to(name)) > 1
    seen = {tuple((number, case.now[number]) for number in alone)}
    options = []
    for value in _candidates(case, name, types):
        effect = tuple((number, case.compared(number, {name: value})) for number in alone)
        if is_linked or effect not in seen:
            seen.add(effect)
            options.append(_Option(value, effect))
    return tuple(options)


def _nearest(
    case: _Case, names: Sequence[str], options: Mapping[str, tuple[_Option, ...]], wanted: Sequence[Result]
) -> Iterator[tuple[Result, tuple[Value, ...]]]:
    """For each wanted result that changing those facts can give, the values nearest to today's that do."""
    left = set(wanted) & _attainable(case.condition, iter(_possible(case, names, options))) if wanted else set()
    together = [n for n, seen in enumerate(case.looks_at) if len(seen) > 1 and not seen.isdisjoint(names)]
    found: dict[Result, tuple[Value, ...]] = {}
    ranks = sorted(product(*[range(len(options[name])) for name in names]), key=sum) if left else []
    for rank in ranks:
        chosen = [options[name][place] for name, place in zip(names, rank, strict=True)]
        results = list(case.now)
        for option in chosen:
            for number, result in option.effect:
                results[number] = result
        for number in together:
            results[number] = case.compared(number, {n: o.value for n, o in zip(names, chosen, strict=True)})
        answer = case.answer(results)
        if answer in left:
            left.remove(answer)
            found[answer] = tuple(option.value for option in chosen)
            if not left:
                break
    yield from ((result, found[result]) for result in wanted if result in found)


def _possible(
    case: _Case, names: Sequence[str], options: Mapping[str, tuple[_Option, ...]]
) -> Iterator[frozenset[Result]]:
    """For each comparison, what it could come to if those facts were changed."""
    effects: dict[int, set[Result]] = {}
    for name in names:
        for option in options[name]:
            for number, result in option.effect:
                effects.setdefault(number, set()).add(result)
    for number, seen in enumerate(case.looks_at):
        if seen.isdisjoint(names):
            yield frozenset({case.now[number]})
        else:
            yield _ANYTHING if len(seen) > 1 else frozenset(effects[number])


_ANYTHING: frozenset[Result] = frozenset({True, False, None})


def _settled(condition: Condition, results: Iterator[Result]) -> Result:
    if isinstance(condition, Comparison):
        return next(results)
    return joined(condition, [_settled(member, results) for member in condition.members])


def _attainable(condition: Condition, possible: Iterator[frozenset[Result]]) -> frozenset[Result]:
    """What a condition could come to if each comparison were free to come to any of its possible results.

    May promise too much, where a fact is looked at twice, and never too little: it only saves fruitless tries.
    """
    if isinstance(condition, Comparison):
        return next(possible)
    members = [_attainable(member, possible) for member in condition.members]
    # A truer member never makes a group less true (or, in `none of`, never truer): the ends give the ends.
    one_end = joined(condition, [_first(member, (True, None, False)) for member in members])
    other_end = joined(condition, [_first(member, (False, None, True)) for member in members])
    return frozenset({one_end}) if one_end is other_end else frozenset({one_end, other_end, None})


def _first(possible: frozenset[Result], order: Sequence[Result]) -> Result:
    return next(result for result in order if result in possible)


def _candidates(case: _Case, name: str, types: Mapping[str, FactType]) -> list[Value]:
    """One value or more out of every box that the condition tells apart for a fact, nearest to today's first.

    Facts that are held against each other share their thresholds, today's values among them; with each further fact
    the boxes get finer, so that there is room for every order in which they can lie.
    """
    if name not in types:
        raise UnknownNameError("fact", name, types)
    value = case.today[name]
    linked = case.linked_to(name)
    fixed: list[Known] = [] if isinstance(value, Unknown | Nothing) else [_exact(value)]
    for part, seen in zip(case.parts, case.looks_at, strict=True):
        if not seen.isdisjoint(linked):
            fixed.extend(fixed_operands(part, case.parameters))
    for other in sorted(linked - {name}):
        known = case.today[other]
        if not isinstance(known, Unknown | Nothing):
            fixed.append(_exact(known))
    tried = representatives(types[name], fixed)
    for _ in range(len(linked) - 1):
        tried = representatives(types[name], tried)
    values = [each for each in tried if _may_become(value, each)]
    values.sort(key=lambda each: _distance(value, each))
    nearest_first: list[Value] = [*values]
    if any(part.fact == name and part.operator in (Operator.KNOWN, Operator.NOT_KNOWN) for part in case.parts):
        # Only these operators ask whether there is a value at all.
        nearest_first += [NOTHING, Unknown(frozenset({name}))]
    return [each for each in nearest_first if each != value]


def _exact(value: Known | AtLeast) -> Known:
    """The value, or the lower bound of a total."""
    return value.lower if isinstance(value, AtLeast) else value


def _may_become(value: Value, other: Known) -> bool:
    """Whether what is learned could be `other`: a total is never less than its lower bound."""
    return not isinstance(value, AtLeast) or (isinstance(other, int | float) and other >= value.lower)


def _distance(value: Value, other: Known) -> float:
    """How far a new value is from today's: in units, in days, in words that differ; otherwise all are as near."""
    known = value.lower if isinstance(value, AtLeast) else value
    if isinstance(known, frozenset) and isinstance(other, frozenset):
        return len(known ^ other)
    if isinstance(known, date) and isinstance(other, date):
        return abs((known - other).days)
    if isinstance(known, int | float) and isinstance(other, int | float):
        return abs(known - other)
    return 0
