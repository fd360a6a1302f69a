"""A rulebook: packs and pathways read together, and the view of them that one case asks for.

Joins what packs say; decides nothing. Names are unique across the packs that are joined.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import chain

from inclusion_rules.domain.conditions import Condition, facts_in, parameters_in
from inclusion_rules.domain.dependencies import facts_on_the_ledger
from inclusion_rules.domain.facts import FactDefinition, FactType
from inclusion_rules.domain.law import Parameter, Provision
from inclusion_rules.domain.layers import LocalChoice
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rules import (
    CASE,
    Code,
    DecisionTable,
    DeemedService,
    DutyEntry,
    EventDefinition,
    Role,
    Rule,
    RuleKey,
    RulePack,
)
from inclusion_rules.domain.school_calendar import BankHolidays, CalendarLayer
from inclusion_rules.errors import UnknownNameError

ONE_DAY = timedelta(days=1)


def with_roles(attributes: Mapping[str, FactType], roles: tuple[str, ...]) -> dict[str, FactType]:
    """Attribute types, those that take a role taking any of the given ones beside words of their own."""
    return {
        name: replace(kind, choices=tuple(dict.fromkeys((*kind.choices, *roles)))) if kind.of_roles else kind
        for name, kind in attributes.items()
    }


@dataclass(frozen=True)
class Edition:
    """The packs that govern one case, joined: facts, events, rules and the rest by name."""

    packs: tuple[RulePack, ...]

    @cached_property
    def facts(self) -> Mapping[str, FactDefinition]:
        """Every fact, by name."""
        return {name: value for pack in self.packs for name, value in pack.facts.items()}

    @cached_property
    def events(self) -> Mapping[str, EventDefinition]:
        """Every event of the vocabulary, by name."""
        return {name: value for pack in self.packs for name, value in pack.events.items()}

    @cached_property
    def attributes(self) -> Mapping[str, FactType]:
        """The type of every event attribute, by its name or by `event.attribute`."""
        declared = {name: value for pack in self.packs for name, value in pack.attributes.items()}
        return with_roles(declared, tuple(self.roles))

    @cached_property
    def roles(self) -> Mapping[str, Role]:
        """Every role, by name."""
        return {name: value for pack in self.packs for name, value in pack.roles.items()}

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Every parameter, by name."""
        return {name: value for pack in self.packs for name, value in pack.parameters.items()}

    @cached_property
    def choices(self) -> Mapping[str, tuple[LocalChoice, ...]]:
        """What packs choose where others leave a parameter open, by its name; the highest layer first."""
        found: dict[str, tuple[LocalChoice, ...]] = {}
        for pack in self.packs:
            for name, choice in pack.choices.items():
                found[name] = (choice, *found.get(name, ()))
        return found

    @cached_property
    def facts_from(self) -> Mapping[str, str]:
        """The facts that a case file gives, by the place that they are taken from."""
        return {fact.taken_from: name for name, fact in self.facts.items() if fact.taken_from is not None}

    @cached_property
    def tensions_of(self) -> Mapping[RuleKey, tuple[str, ...]]:
        """The ids of the tensions that a rule carries, in the order of its pack."""
        found: dict[RuleKey, tuple[str, ...]] = {}
        for pack in self.packs:
            for tension in pack.tensions:
                for rule_id in tension.carried_by:
                    if rule_id in pack.rules:
                        found[pack.id, rule_id] = (*found.get((pack.id, rule_id), ()), tension.id)
        return found

    @cached_property
    def provisions(self) -> Mapping[str, Provision]:
        """Every provision, by citation."""
        return {name: value for pack in self.packs for name, value in pack.provisions.items()}

    @cached_property
    def tables(self) -> Mapping[str, DecisionTable]:
        """Every decision table, by id."""
        return {name: value for pack in self.packs for name, value in pack.tables.items()}

    @cached_property
    def service(self) -> Mapping[str, DeemedService]:
        """When sent things count as given, by event."""
        return {name: value for pack in self.packs for name, value in pack.service.items()}

    @cached_property
    def codes(self) -> Mapping[str, tuple[Code, ...]]:
        """Versioned lists of codes, by name."""
        return {name: value for pack in self.packs for name, value in pack.codes.items()}

    @cached_property
    def catalogue(self) -> Mapping[str, DutyEntry]:
        """Every entry of the duty catalogues, by id."""
        return {name: value for pack in self.packs for name, value in pack.catalogue.items()}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule of every pack, in order of pack and id."""
        return tuple(rule for pack in self.packs for _, rule in sorted(pack.rules.items()))

    @cached_property
    def running_rules(self) -> tuple[Rule, ...]:
        """The rules that decide cases: those not switched off."""
        return tuple(rule for rule in self.rules if rule.runs)

    @cached_property
    def held_back_by(self) -> Mapping[RuleKey, tuple[Rule, ...]]:
        """For each rule, those that hold it back when engaged: its exceptions, and the rules that override it."""
        found: dict[RuleKey, list[Rule]] = {}
        for rule in self.running_rules:
            for name in rule.exceptions:
                if (exception := self._named(name, rule.pack)) is not None and exception.runs:
                    found.setdefault(rule.key, []).append(exception)
            for name in rule.overrides:
                if (overridden := self._named(name, rule.pack)) is not None:
                    found.setdefault(overridden.key, []).append(rule)
        return {key: tuple(rules) for key, rules in found.items()}

    def _named(self, name: str, pack: str) -> Rule | None:
        nearest = sorted(self.packs, key=lambda known: known.id != pack)
        return next((known.rules[name] for known in nearest if name in known.rules), None)

    @cached_property
    def _in_order(self) -> tuple[Rule, ...]:
        ordered: dict[RuleKey, Rule] = {}

        def place(rule: Rule) -> None:
            if rule.key not in ordered:
                for other in self.held_back_by.get(rule.key, ()):
                    place(other)
                ordered[rule.key] = rule

        for rule in self.running_rules:
            place(rule)
        return tuple(ordered.values())

    @cached_property
    def inputs_of(self) -> Mapping[RuleKey, tuple[str, ...]]:
        """For each running rule, the facts on whose values its condition depends."""
        return {rule.key: tuple(sorted(self._inputs(rule.when))) for rule in self.running_rules}

    @cached_property
    def asking_parameters(self) -> frozenset[RuleKey]:
        """The running rules whose condition compares with parameters: the day that governs matters to it as well."""
        return frozenset(rule.key for rule in self.running_rules if parameters_in(rule.when))

    @cached_property
    def turns_for_the_case(self) -> frozenset[date]:
        """The days on which a rule about the case itself, or a quantity of the law, begins or ceases to hold.

        What is about an event is governed by a day of its own: none of these changes anything in it.
        """
        rules = [rule for rule in self.running_rules if CASE in rule.for_each]
        spans: list[tuple[date | None, date | None]] = [(rule.governs.first, rule.governs.last) for rule in rules]
        spans += [(rule.superseded.first, None) for rule in rules if rule.superseded is not None]
        choices = (choice for several in self.choices.values() for choice in several)
        versions = chain(*(one.values for one in self.parameters.values()), *(one.values for one in choices))
        spans += [(version.first, version.last) for version in versions]
        return frozenset(turn for first, last in spans for turn in (first, last and last + ONE_DAY) if turn is not None)

    def _inputs(self, condition: Condition) -> frozenset[str]:
        found = facts_in(condition)
        for name in parameters_in(condition):
            places = (choice.whose.taken_from for choice in self.choices.get(name, ()))
            found |= {self.facts_from[place] for place in places if place is not None and place in self.facts_from}
            for version in self.parameters[name].values:
                if version.otherwise_when is not None:
                    found |= facts_in(version.otherwise_when)
        return found

    @cached_property
    def turning_facts(self) -> tuple[str, ...]:
        """The facts that the passing of time alone can change."""
        forms = ("passed", "reached")
        return tuple(
            name for name, fact in self.facts.items() if fact.derived is not None and fact.derived.form in forms
        )

    @cached_property
    def ledger_facts(self) -> frozenset[str]:
        """The facts that can be known only once the ledger is written."""
        return facts_on_the_ledger(self.facts)

    @cached_property
    def _by_subject(self) -> Mapping[str, tuple[tuple[Rule, ...], tuple[Rule, ...]]]:
        found: dict[str, tuple[list[Rule], list[Rule]]] = {}
        for rule in self._in_order:
            after = bool(facts_in(rule.when) & self.ledger_facts)
            for kind in rule.for_each:
                found.setdefault(kind, ([], []))[after].append(rule)
        return {kind: (tuple(first), tuple(second)) for kind, (first, second) in found.items()}

    @property
    def subject_kinds(self) -> frozenset[str]:
        """What rules are about: event names, and `case`."""
        return frozenset(self._by_subject)

    def rules_about(self, kind: str) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
        """The running rules about a kind of subject in order, and after them those that ask the ledger."""
        return self._by_subject.get(kind, ((), ()))


@dataclass(frozen=True)
class Rulebook:
    """Packs, pathways and shipped calendars, read and checked."""

    packs: Mapping[str, RulePack]
    pathways: Mapping[str, Pathway]
    calendars: Mapping[str, tuple[CalendarLayer, ...]]
    bank_holidays: BankHolidays

    def edition(self, packs: tuple[str, ...] = ("england",)) -> Edition:
        """The named packs and those they extend, joined.

        Raises:
            UnknownNameError: no pack of that name was read.
        """
        if packs in self._editions:
            return self._editions[packs]
        chosen: dict[str, RulePack] = {}

        def add(name: str) -> None:
            pack = self.packs.get(name)
            if pack is None:
                raise UnknownNameError("pack", name, self.packs)
            for below in pack.extends:
                add(below)
            chosen.setdefault(name, pack)

        for name in packs:
            add(name)
        return self._editions.setdefault(packs, Edition(tuple(chosen.values())))

    @cached_property
    def _editions(self) -> dict[tuple[str, ...], Edition]:
        """Editions asked for before: joining packs costs more than deciding a case."""
        return {}

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "_editions"}
