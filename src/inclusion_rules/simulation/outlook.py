"""What deciding some rules or facts looks at: facts, events, attributes, and every day that an answer can hang on.

Read off the law, never off a case. A fact in `cut` is looked at as a whole: what lies behind it is its own affair.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from inclusion_rules.casework.fact_functions import (
    EVERY_EXCLUSION,
    LOOKS_AT,
    OWN_EVENT,
    OWN_EXCLUSION,
    TURNS_WITH_AGE,
)
from inclusion_rules.domain.conditions import (
    Comparison,
    Condition,
    Group,
    comparisons,
    facts_in,
    parameters_in,
)
from inclusion_rules.domain.dependencies import facts_looked_at
from inclusion_rules.domain.facts import FactDefinition, FactKind
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import (
    EXCLUSION_EVENTS,
    AtIntervals,
    AtLeastBefore,
    BeforeTheDay,
    ByEvent,
    EachTerm,
    NotBefore,
    OnTheDay,
    Rule,
    Within,
    WithoutDelay,
)

DayExpression = tuple[Any, ...]
ABOUT_EXCLUSIONS = frozenset({*EXCLUSION_EVENTS, "exclusion_cancelled", "pupil_returned_to_school"})
ABOUT_ATTRIBUTES = ("session", "school_days", "first_day", "last_day")
SUBJECT: DayExpression = ("subject",)


@dataclass(slots=True)
class Outlook:
    """What an answer depends on.

    `facts` are all that lie behind it, `opened` those looked into here; `events` are the names behind it, all the way
    down; `days` the days whose order decides; `words` the attributes whose values decide; `keys` what the case file
    says (`dated_keys` those that are days), and `asked` conditions that look at nothing else; `cut_facts` the facts
    worked out on their own, `compared` how they are looked at, `taken_whole` those looked at in other ways than these;
    `exact` whether days count for more than their order, as where ages or totals are worked out; `others` how
    exclusions are looked at (see `casework.fact_functions.LOOKS_AT`); `whole_case` whether it looks beyond the events
    that belong to its own subject.
    """

    facts: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    asked: set[Condition] = field(default_factory=set)
    rules: dict[tuple[str, str], Rule] = field(default_factory=dict)
    events: set[str] = field(default_factory=set)
    days: set[DayExpression] = field(default_factory=set)
    words: set[tuple[str, str]] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    dated_keys: set[str] = field(default_factory=set)
    cut_facts: set[str] = field(default_factory=set)
    compared: set[Comparison] = field(default_factory=set)
    taken_whole: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    exact: bool = False
    whole_case: bool = False

    @property
    def sight_of_days(self) -> Hashable:
        """The days that count, however they do. Rules that differ only in words are soonest decided together."""
        seen = (self.days, self.cut_facts, self.taken_whole, self.others)
        return (*(frozenset(names) for names in seen), self.exact, self.whole_case)

    @property
    def sight(self) -> Hashable:
        """What tells apart the cases that this outlook can tell apart."""
        seen = (self.words, self.keys, self.asked, self.compared)
        return (self.sight_of_days, *(frozenset(names) for names in seen))


class Looking:
    """Follows everything that rules and facts look at, through one edition."""

    def __init__(self, edition: Edition, *, cut: frozenset[str]) -> None:
        self.edition, self.cut = edition, cut

    def at_fact(self, name: str) -> Outlook:
        """What one fact depends on, itself not taken as a whole."""
        found = Outlook()
        self._open(name, found)
        return found

    def at_rules(self, rules: Iterable[Rule]) -> Outlook:
        """What the findings and obligations of some rules depend on."""
        found = Outlook()
        for rule in rules:
            self._rule(rule, found)
        return found

    def at_conditions(self, conditions: Iterable[Condition], events: Iterable[str]) -> Outlook:
        """What some conditions and the days of some events come to."""
        found = Outlook()
        for condition in conditions:
            self._condition(condition, found)
        for event in events:
            self._event(event, found)
        return found

    # Facts -----------------------------------------------------------------------------------------------------------

    def _fact(self, name: str, found: Outlook, *, whole: bool = True) -> None:
        """A fact that something rests on; not as a `whole` where nothing but comparisons look at it."""
        if name not in self.edition.facts:
            return
        if name in self.cut:
            if whole:
                found.taken_whole.add(name)
            if name not in found.cut_facts:
                found.cut_facts.add(name)
                found.days.add(("cut", name))
                below = Looking(self.edition, cut=frozenset()).at_fact(name)
                found.facts |= below.facts
                found.events |= below.events
            return
        if name not in found.opened:
            self._open(name, found)

    def _open(self, name: str, found: Outlook) -> None:
        definition = self.edition.facts[name]
        found.facts.add(name)
        found.opened.add(name)
        if definition.taken_from is not None or definition.judgement is not None:
            found.keys.add(name)
            if definition.type.kind is FactKind.DATE:
                found.dated_keys.add(name)
            return
        assert definition.derived is not None
        details: Any = definition.derived.details
        form = definition.derived.form
        if "event" in details:
            self._event(details["event"], found)
            if details.get("deemed"):
                self._given(details["event"], found)
            if form == "attribute":
                self._attribute(details["event"], details["attribute"], found)
            for attribute, _ in (*details.get("having", ()), *details.get("lacking", ())):
                found.words.add((details["event"], attribute))
            found.whole_case = found.whole_case or details["scope"] != "subject"
            if details["scope"] == "run":
                self._fact("first_day_of_run", found)
        if form in ("passed", "reached"):
            for source in self.sources(details["day"]):
                found.days.add(("plus1", source) if form == "passed" else source)
        if form in ("within", "day after"):
            found.days.update(self.sources(name))
        if form == "within":
            self._parameter(details["parameter"], found)
            if details["after"] in self.edition.events:
                self._given(details["after"], found)
        if form == "reading":
            self._parameter(details["parameter"], found)
        if form == "late":
            for rule in self.edition.running_rules:
                if rule.duty in details["duties"]:
                    self._rule(rule, found)
        if form == "function":
            ages = details["function"] in TURNS_WITH_AGE
            found.exact = found.exact or not ages
            if ages:
                self._ages(name, details, found)
                return
            self._exclusions(LOOKS_AT.get(details["function"], EVERY_EXCLUSION), found)
            for argument, kind, source in details["given"]:
                if kind == "parameter":
                    self._parameter(source, found)
                    if argument == "ordinal":
                        found.days.add(("school day", source))
        match form:
            case "holds":
                self._condition(details["condition"], found)
            case "choose":
                self._choices(details["choices"], found)
            case "table":
                for row in self.edition.tables[details["table"]].rows:
                    for cell in row.cells:
                        if cell is not None:
                            self._condition(cell, found)
            case _:
                for other in facts_looked_at(definition):
                    self._fact(other, found)

    def _choices(self, choices: Any, found: Outlook) -> None:
        for condition, take in choices:
            if condition is not None:
                self._condition(condition, found)
            if isinstance(take, str):
                self._fact(take, found)
            else:
                self._choices(take, found)

    def sources(self, name: str) -> frozenset[DayExpression]:
        """The days that a date fact can come to."""
        definition = self.edition.facts[name]
        if name in self.cut:
            return frozenset({("cut", name)})
        if definition.derived is None:
            return frozenset({("key", name)})
        details: Any = definition.derived.details
        match definition.derived.form:
            case "date of":
                return frozenset({("given" if details["deemed"] else "event", details["event"])})
            case "attribute":
                return frozenset({("attribute", details["event"], details["attribute"])})
            case "within":
                return frozenset(("limit", details["parameter"], day) for day in self.starts(details["after"]))
            case "day after":
                return frozenset(("plus1", day) for day in self.sources(details["day"]))
            case "choose":
                return frozenset(day for fact in _taken(details["choices"]) for day in self.sources(fact))
            case _:
                return frozenset({("cut", name)})

    def starts(self, name: str) -> frozenset[DayExpression]:
        """The days from which a limit after an event or a date fact can run."""
        if name in self.edition.events:
            return frozenset({("given" if name in self.edition.service else "event", name)})
        return self.sources(name)

    # The rest --------------------------------------------------------------------------------------------------------

    def _event(self, name: str, found: Outlook) -> None:
        found.events.add(name)
        found.days.add(("event", name))

    def _ages(self, name: str, details: Any, found: Outlook) -> None:
        """A day held against someone's age: what counts is where it falls among the days on which the answer turns."""
        found.days.add(("turns with age", name))
        for argument, kind, source in details["given"]:
            if kind == "parameter":
                self._parameter(source, found)
            elif argument == "born":
                found.facts.add(source)
            else:
                self._fact(source, found)
                found.days.update(self.sources(source))

    def _exclusions(self, looks_at: str, found: Outlook) -> None:
        """What a function sees of the exclusion in hand and of others."""
        if looks_at == OWN_EVENT:
            found.days.add(SUBJECT)
            found.words.update((SUBJECT[0], attribute) for attribute in ABOUT_ATTRIBUTES)
        elif looks_at:
            found.whole_case = found.whole_case or looks_at != OWN_EXCLUSION
            found.others.add(looks_at)
            for event in sorted(ABOUT_EXCLUSIONS):
                self._event(event, found)
                found.words.update((event, attribute) for attribute in ABOUT_ATTRIBUTES)

    def _given(self, name: str, found: Outlook) -> None:
        self._event(name, found)
        service = self.edition.service.get(name)
        if service is not None:
            found.words.add((name, service.attribute))
            found.days.add(("given", name))
            for parameter in service.working_days.values():
                self._parameter(parameter, found)

    def _attribute(self, event: str, attribute: str, found: Outlook) -> None:
        kind = self.edition.attributes.get(f"{event}.{attribute}") or self.edition.attributes.get(attribute)
        if kind is not None and kind.kind is FactKind.DATE:
            found.days.add(("attribute", event, attribute))
        else:
            found.words.add((event, attribute))

    def _parameter(self, name: str, found: Outlook) -> None:
        for choice in self.edition.choices.get(name, ()):
            place = choice.whose.taken_from
            if place is not None and place in self.edition.facts_from:
                self._fact(self.edition.facts_from[place], found)
            for version in choice.values:
                self._bounds(version.first, version.last, found)
        for version in self.edition.parameters[name].values:
            self._bounds(version.first, version.last, found)
            if version.otherwise_when is not None:
                self._condition(version.otherwise_when, found)

    def _bounds(self, first: date | None, last: date | None, found: Outlook) -> None:
        if first is not None:
            found.days.add(("constant", first.toordinal()))
        if last is not None:
            found.days.add(("constant", last.toordinal() + 1))

    def _condition(self, condition: Condition, found: Outlook) -> None:
        if self.asks_the_file(condition):
            found.asked.add(condition)
            self._behind(condition, found)
        elif isinstance(condition, Group):
            for member in condition.members:
                self._condition(member, found)
        else:
            self._constants(condition, found)
            alone = facts_in(condition) == {condition.fact}
            for fact in facts_in(condition):
                self._fact(fact, found, whole=not (alone and self._is_plain(fact)))
            if alone and condition.fact in self.cut:
                found.compared.add(condition)

    def _is_plain(self, name: str) -> bool:
        """Whether a fact comes to words or numbers rather than to days."""
        return name in self.edition.facts and self.edition.facts[name].type.kind is not FactKind.DATE

    def asks_the_file(self, condition: Condition) -> bool:
        """Whether a condition looks at nothing but words of the case file and parameters, and so at no event."""
        return any(comparisons(condition)) and all(self._said_in_file(fact) for fact in facts_in(condition))

    def _said_in_file(self, name: str) -> bool:
        definition = self.edition.facts.get(name)
        if definition is None or name in self.cut or definition.type.kind is FactKind.DATE:
            return False
        if definition.derived is not None:
            return definition.derived.form == "holds" and self.asks_the_file(_held(definition))
        return definition.taken_from is not None or definition.judgement is not None

    def _behind(self, condition: Condition, found: Outlook) -> None:
        """What is behind a condition that looks at no event."""
        for name in parameters_in(condition):
            self._parameter(name, found)
        for name in facts_in(condition):
            found.facts.add(name)
            definition = self.edition.facts[name]
            if definition.derived is not None:
                self._behind(_held(definition), found)

    def _constants(self, condition: Condition, found: Outlook) -> None:
        for name in parameters_in(condition):
            self._parameter(name, found)
        for comparison in comparisons(condition):
            operands = comparison.operand if isinstance(comparison.operand, tuple) else (comparison.operand,)
            for operand in operands:
                if isinstance(operand, date):
                    self._bounds(operand, operand, found)
            definition = self.edition.facts.get(comparison.fact)
            if definition is not None and definition.type.kind is FactKind.DATE:
                found.days.update(self.sources(comparison.fact))

    def _rule(self, rule: Rule, found: Outlook) -> None:
        if rule.key in found.rules:
            return
        found.rules[rule.key] = rule
        self._bounds(rule.governs.first, rule.governs.last, found)
        if rule.superseded is not None:
            self._bounds(rule.superseded.first, None, found)
        if rule.governs.by is not None:
            self._fact(rule.governs.by, found)
            found.days.update(self.sources(rule.governs.by))
        self._condition(rule.when, found)
        for other in self.edition.held_back_by.get(rule.key, ()):
            self._rule(other, found)
        if rule.raises_obligations:
            self._deadline(rule, found)
            for meeting in rule.met_by:
                self._event(meeting.event, found)
                self._given(meeting.event, found)
                found.words.update((meeting.event, name) for name, _ in (*meeting.having, *meeting.lacking))
                if meeting.on is not None:
                    self._attribute(meeting.event, meeting.on, found)
                if meeting.after is not None:
                    self._fact(meeting.after, found)
                    found.days.update(self.sources(meeting.after))
                if meeting.needed_if is not None:
                    self._condition(meeting.needed_if, found)
            found.whole_case = found.whole_case or rule.met_within != "subject"
            if rule.met_within == "run":
                self._fact("first_day_of_run", found)

    def _deadline(self, rule: Rule, found: Outlook) -> None:
        def start(name: str) -> frozenset[DayExpression]:
            if name in self.edition.events:
                self._event(name, found)
                self._given(name, found)
            else:
                self._fact(name, found)
            return self.starts(name)

        match rule.deadline:
            case Within(parameter=parameter, after=after):
                self._parameter(parameter, found)
                found.days.update(("limit", parameter, day) for day in start(after))
            case OnTheDay(day=day) | NotBefore(day=day):
                found.days.update(start(day))
            case BeforeTheDay(day=day):
                found.days.update(("before", source) for source in start(day))
            case AtLeastBefore(parameter=parameter, day=day):
                self._parameter(parameter, found)
                found.days.update(("leaving", parameter, source) for source in start(day))
            case WithoutDelay(after=after):
                starts = frozenset({SUBJECT}) if after is None else start(after)
                found.days.update(("alert", day) for day in starts)
            case ByEvent(event=event):
                start(event)
            case EachTerm(day=day):
                starts = frozenset({SUBJECT}) if day is None else start(day)
                found.days.update(("term end", source) for source in starts)
            case AtIntervals(parameter=parameter, start=begins, each=each):
                self._parameter(parameter, found)
                days = start(begins) | start(each)
                found.days.update(("limit", parameter, day) for day in days)
            case _:
                pass


def _held(definition: FactDefinition) -> Condition:
    assert definition.derived is not None
    condition: Any = definition.derived.details["condition"]
    assert isinstance(condition, (Comparison, Group))
    return condition


def _taken(choices: Any) -> Iterable[str]:
    for _, take in choices:
        if isinstance(take, str):
            yield take
        else:
            yield from _taken(take)


def is_worked_out_exactly(definition: FactDefinition) -> bool:
    """Whether a fact is worked out from days themselves rather than from their order."""
    return definition.derived is not None and definition.derived.form == "function"
