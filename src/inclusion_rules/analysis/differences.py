"""Everything that two versions of a pack say differently: rules, parameters by the day, facts, tables and the rest.

A rule is told where its own words differ, where the cases to which it applies differ (`engagement_changes`), and where
a quantity or a fact that it looks at differs, by its name. Holds values as they are; how they are said is for those who
show them. Does not read files and decides no case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from inclusion_rules.analysis.days_and_quantities import ONE_DAY
from inclusion_rules.analysis.engagement_changes import EngagementChange, engagement_changes
from inclusion_rules.domain.conditions import facts_in, parameters_in
from inclusion_rules.domain.dependencies import facts_looked_at
from inclusion_rules.domain.facts import FactDefinition
from inclusion_rules.domain.law import Parameter, ParameterValue
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import DecisionTable, Rule, RulePack

NOT_SAID = frozenset({"pack", "span"})
"""Fields that say where something stands, not what it is."""
NAMED_PARTS = ("tables", "facts", "provisions", "events", "attributes", "roles", "service", "choices", "commitments")
"""The parts of a pack besides rules and parameters that hold entries by name."""


@dataclass(frozen=True, slots=True)
class PartChange:
    """One part of an entry that differs, with what it was and what it is; None where it is not said."""

    part: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """A rule added (`was` is None), removed (`now` is None), or changed.

    `through` names the parameters and facts whose change reaches it, whether or not its own words were touched.
    """

    id: str
    was: Rule | None
    now: Rule | None
    parts: tuple[PartChange, ...] = ()
    engagement: tuple[EngagementChange, ...] = ()
    through: tuple[str, ...] = ()

    @property
    def rule(self) -> Rule:
        """The rule as it is, or as it was where it is no more."""
        found = self.now or self.was
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Period:
    """Days on which a parameter has other versions than before: what it was and what it is (None: nothing)."""

    first: date
    last: date | None
    was: ParameterValue | None
    now: ParameterValue | None


@dataclass(frozen=True, slots=True)
class ParameterDifference:
    """A parameter added, removed or changed: day by day, and in what else it says."""

    name: str
    was: Parameter | None
    now: Parameter | None
    periods: tuple[Period, ...] = ()
    parts: tuple[PartChange, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryDifference:
    """An entry of another part of a pack that was added (`was` is None), removed or changed."""

    section: str
    name: str
    was: Any
    now: Any
    parts: tuple[PartChange, ...] = ()


@dataclass(frozen=True, slots=True)
class PackDifference:
    """All that two versions of a pack say differently. `scenarios` holds worked examples by their sentences."""

    pack: str
    old: Edition
    new: Edition
    rules: tuple[RuleDifference, ...]
    parameters: tuple[ParameterDifference, ...]
    entries: tuple[EntryDifference, ...]
    scenarios: tuple[EntryDifference, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rules or self.parameters or self.entries or self.scenarios)


def pack_difference(
    name: str,
    old: Edition,
    new: Edition,
    *,
    old_scenarios: Mapping[str, Any] | None = None,
    new_scenarios: Mapping[str, Any] | None = None,
) -> PackDifference:
    """What two versions of one pack say differently, each joined with the packs below it."""
    was, now = _pack(name, old), _pack(name, new)
    parameters = tuple(_parameters(old, new))
    entries = tuple(_entries(was, now))
    touched = {each.name for each in parameters} | _reached(old, new, parameters)
    rules = tuple(_rules(was, now, old, new, touched))
    own = tuple(each for each in parameters if each.name in {**_named(was, "parameters"), **_named(now, "parameters")})
    examples = tuple(_named_changes("scenarios", old_scenarios or {}, new_scenarios or {}))
    return PackDifference(name, old, new, rules, own, entries, examples)


def _pack(name: str, edition: Edition) -> RulePack | None:
    return next((pack for pack in edition.packs if pack.id == name), None)


def _named(pack: RulePack | None, part: str) -> Mapping[str, Any]:
    return getattr(pack, part) if pack is not None else {}


def changed_parts(was: object, now: object, *, without: frozenset[str] = NOT_SAID) -> tuple[PartChange, ...]:
    """The fields in which two values of one kind differ."""
    found = []
    for each in fields(was):  # type: ignore[arg-type]
        if each.name in without or not each.compare:
            continue
        before, after = getattr(was, each.name), getattr(now, each.name)
        if before != after:
            found.append(PartChange(each.name, before, after))
    return tuple(found)


# Parameters ----------------------------------------------------------------------------------------------------------


def _parameters(old: Edition, new: Edition) -> Iterator[ParameterDifference]:
    for name in sorted({*old.parameters, *new.parameters}):
        was, now = old.parameters.get(name), new.parameters.get(name)
        rules = _using(name, new if now is not None else old)
        if was is None or now is None:
            yield ParameterDifference(name, was, now, tuple(_periods(was, now)), rules=rules)
            continue
        parts = changed_parts(was, now, without=NOT_SAID | {"values"})
        periods = tuple(_periods(was, now))
        if parts or periods:
            yield ParameterDifference(name, was, now, periods, parts, rules)


def _periods(was: Parameter | None, now: Parameter | None) -> Iterator[Period]:
    """The days on which two versions of a parameter differ, each stretch of them once."""
    versions = [version for each in (was, now) if each is not None for version in each.values]
    turns = {version.first for version in versions}
    turns |= {v.last + ONE_DAY for v in versions if v.last is not None and v.last < date.max}
    ordered = sorted(turns)
    found: list[Period] = []
    for position, day in enumerate(ordered):
        last = ordered[position + 1] - ONE_DAY if position + 1 < len(ordered) else None
        before = was.on(day) if was is not None else None
        after = now.on(day) if now is not None else None
        if _said(before) == _said(after):
            continue
        joins = found and found[-1].last == day - ONE_DAY
        if joins and (_said(found[-1].was), _said(found[-1].now)) == (_said(before), _said(after)):
            found[-1] = Period(found[-1].first, last, found[-1].was, found[-1].now)
        else:
            found.append(Period(day, last, before, after))
    yield from found


def _said(version: ParameterValue | None) -> object:
    if version is None:
        return None
    return (version.value, version.otherwise, version.otherwise_when, version.cites)


def _using(name: str, edition: Edition) -> tuple[str, ...]:
    return tuple(rule.id for rule in edition.rules if name in _looked_up(rule))


def _looked_up(rule: Rule) -> set[str]:
    """The parameters that a rule names."""
    conditions = [rule.when, *(each for each in (rule.breached_when,) if each is not None)]
    found = {name for condition in conditions for name in parameters_in(condition)}
    return found | {each for each in (getattr(rule.deadline, "parameter", None), rule.quantity) if each is not None}


# Facts that change under a rule --------------------------------------------------------------------------------------


def _reached(old: Edition, new: Edition, parameters: tuple[ParameterDifference, ...]) -> set[str]:
    """The facts that are worked out in another way, or from facts or quantities that are."""
    changed = {each.name for each in parameters}
    both = {**old.facts, **new.facts}
    found = {name for name in both if old.facts.get(name) != new.facts.get(name)}
    tables: dict[str, DecisionTable] = {**old.tables, **new.tables}
    found |= {each.decides for name, each in tables.items() if old.tables.get(name) != new.tables.get(name)}
    found |= {each.decides for each in tables.values() if _quantities_of_table(each) & changed}
    found |= {name for name, fact in both.items() if _quantities(fact) & changed}
    growing = True
    while growing:
        more = {name for name, fact in both.items() if facts_looked_at(fact) & found} - found
        more |= {each.decides for each in tables.values() if set(each.columns) & found} - found
        found |= more
        growing = bool(more)
    return found


def _quantities(fact: FactDefinition) -> set[str]:
    if fact.derived is None:
        return set()
    details: Mapping[str, Any] = fact.derived.details
    given = {name for _, kind, name in details.get("given", ()) if kind == "parameter"}
    return given | {str(details["parameter"])} if "parameter" in details else given


def _quantities_of_table(table: DecisionTable) -> set[str]:
    return {name for row in table.rows for cell in row.cells if cell is not None for name in parameters_in(cell)}


# Rules ---------------------------------------------------------------------------------------------------------------


def _rules(
    was: RulePack | None, now: RulePack | None, old: Edition, new: Edition, touched: set[str]
) -> Iterator[RuleDifference]:
    before, after = _named(was, "rules"), _named(now, "rules")
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            yield RuleDifference(name, one, other)
            continue
        parts = changed_parts(one, other)
        engagement = engagement_changes(one, other, old, new)
        through = tuple(sorted(touched & (_looked_up(other) | _facts(other))))
        if parts or engagement or through:
            yield RuleDifference(name, one, other, parts, engagement, through)


def _facts(rule: Rule) -> set[str]:
    conditions = [rule.when, *(each for each in (rule.breached_when,) if each is not None)]
    days = {str(getattr(rule.deadline, part, "")) for part in ("day", "after", "start")}
    return {name for condition in conditions for name in facts_in(condition)} | days | {rule.governs.by or ""}


# Everything else -----------------------------------------------------------------------------------------------------


def _entries(was: RulePack | None, now: RulePack | None) -> Iterator[EntryDifference]:
    for section in NAMED_PARTS:
        yield from _named_changes(section, _named(was, section), _named(now, section))
    before = {each.id: each for each in was.tensions} if was is not None else {}
    after = {each.id: each for each in now.tensions} if now is not None else {}
    yield from _named_changes("tensions", before, after)


def _named_changes(section: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[EntryDifference]:
    for name in sorted({*was, *now}):
        before, after = was.get(name), now.get(name)
        if before is None or after is None:
            yield EntryDifference(section, name, before, after)
        elif before != after:
            parts = changed_parts(before, after) if hasattr(before, "__dataclass_fields__") else ()
            if isinstance(before, Mapping) and isinstance(after, Mapping):
                keys = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
                parts = tuple(PartChange(key, before.get(key), after.get(key)) for key in keys)
            yield EntryDifference(section, name, before, after, parts)
