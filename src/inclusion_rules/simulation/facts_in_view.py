"""What the cases of a block show to an answer: days in order, words, and facts taken as a whole.

A fact with arithmetic or many events behind it is worked out first, moment by moment, for each kind of case that it can
tell apart; others then look at when it changes and to what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.casework.deciding import moments_of
from inclusion_rules.casework.fact_functions import EVERY_EXCLUSION, OWN_EXCLUSION, RUN, TERM_TOTALS, YEAR_TOTALS
from inclusion_rules.casework.factbook import FactBook
from inclusion_rules.casework.subjects import Placed
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.conditions import Comparison, Condition
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import CASE, EXCLUSION_EVENTS
from inclusion_rules.simulation.cohort_columns import Coded, CohortBlock, Days
from inclusion_rules.simulation.compared_facts import ComparedFact
from inclusion_rules.simulation.day_columns import DayColumns, DayCounts
from inclusion_rules.simulation.file_conditions import FileConditions
from inclusion_rules.simulation.other_exclusions import ExclusionDays, OtherExclusions, Others
from inclusion_rules.simulation.outlook import (
    ABOUT_ATTRIBUTES,
    ABOUT_EXCLUSIONS,
    DayExpression,
    Looking,
    Outlook,
    is_worked_out_exactly,
)
from inclusion_rules.simulation.views import Answer, Answers, InView, View

MANY_EVENTS = 5
"""A fact with more events behind it than this is worked out on its own and looked at as a whole."""
COMPOSED = ("holds", "choose", "table")


def narrowed(edition: Edition, outlook: Outlook) -> Edition:
    """The edition with only the facts and rules of an outlook."""
    facts = outlook.facts | outlook.cut_facts
    return Edition(
        tuple(
            replace(
                pack,
                facts={name: fact for name, fact in pack.facts.items() if name in facts},
                rules={name: rule for name, rule in pack.rules.items() if rule.key in outlook.rules},
            )
            for pack in edition.packs
        )
    )


def facts_to_cut(edition: Edition, outlook: Outlook) -> frozenset[str]:
    """The facts, of those that an outlook rests on, that are better worked out on their own."""
    cut = {name for name in outlook.facts if is_worked_out_exactly(edition.facts[name])}
    for name in outlook.facts - cut:
        derived = edition.facts[name].derived
        if derived is not None and derived.form in COMPOSED:
            behind = Looking(edition, cut=frozenset()).at_fact(name)
            if len(behind.events) > MANY_EVENTS:
                cut.add(name)
    return frozenset(cut - edition.ledger_facts)


@dataclass
class Family:
    """Facts that look at the same things, which one walk through a case's moments answers together."""

    outlook: Outlook
    names: list[str] = field(default_factory=list)
    edition: Edition | None = None
    events: frozenset[str] = frozenset()


@dataclass
class FactsInView:
    """The facts worked out on their own under one edition, for one kind of subject, as of one day."""

    edition: Edition
    kind: str
    as_of: date
    counts: DayCounts
    cut: frozenset[str]
    families: dict[object, Family] = field(default_factory=dict)
    family_of: dict[str, Family] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    compared: dict[tuple[str, frozenset[Comparison]], ComparedFact] = field(default_factory=dict)
    exclusion_days: ExclusionDays = field(init=False)
    file_conditions: FileConditions = field(init=False)

    def __post_init__(self) -> None:
        self.exclusion_days = ExclusionDays(self.counts.calendar)
        self.file_conditions = FileConditions(self.edition)

    def family(self, name: str) -> Family:
        """The family of a fact, with every fact that it can be answered with."""
        found = self.family_of.get(name)
        if found is not None:
            return found
        looking = Looking(self.edition, cut=self.cut)
        for other in sorted(self.cut):
            outlook = looking.at_fact(other)
            family = self.families.setdefault(outlook.sight, Family(outlook))
            family.names.append(other)
            self.family_of[other] = family
        for family in self.families.values():
            together = Outlook()
            for other in family.names:
                own = looking.at_fact(other)
                together.facts |= own.facts | own.cut_facts
                together.events |= own.events
            family.edition = narrowed(self.edition, together)
            family.events = events_behind(together)
        return self.family_of[name]

    def on(self, block: CohortBlock, subject: int | None) -> Sight:
        """What the cases of one block show."""
        return Sight(self, block, subject, DayColumns(block, self.counts, subject))


@dataclass
class Sight:
    """One block as seen from one subject; what was looked at once is kept."""

    facts: FactsInView
    block: CohortBlock
    subject: int | None
    columns: DayColumns
    others: OtherExclusions | None = None
    answers: dict[str, Answers] = field(default_factory=dict)
    asked: dict[Condition, NDArray[np.int32]] = field(default_factory=dict)
    walked: dict[tuple[int, int], dict[str, Answer]] = field(default_factory=dict)

    def of(self, outlook: Outlook) -> InView:
        """All that an outlook looks at."""
        whole = outlook.whole_case
        others = self._others(outlook) if outlook.exact else None
        days: list[Days] = [np.full(len(self.block), self.facts.as_of.toordinal(), dtype=np.int32)]
        layout: list[object] = ["as of", self.subject if whole else None]
        words: list[NDArray[np.int16] | NDArray[np.int32]] = []
        exact = outlook.exact
        for name in sorted(outlook.cut_facts):
            answers = self._compared(name, outlook)
            words.append(answers.shapes)
            days += answers.days
            layout += [("cut", name, number) for number in range(len(answers.days))]
        for expression in sorted(outlook.days, key=repr):
            if others is not None and expression[0] == "event" and expression[1] in ABOUT_EXCLUSIONS:
                continue
            if expression[0] == "constant":
                # On which side all cases are, where they are all on one.
                layout.append((expression, self.columns.span[0] >= expression[1]))
            for number, found in enumerate(self._days(expression, whole, others)):
                days.append(found)
                layout.append((expression, number))
        if others is not None:
            words += others.words
            days += (*others.first_days, *others.last_days)
            layout += ["first day"] * len(others.first_days) + ["last day"] * len(others.last_days)
            exact = exact and not outlook.others <= {TERM_TOTALS, YEAR_TOTALS, RUN, OWN_EXCLUSION}
        if self.subject is None:
            days.append(self.block.first_days)
            layout.append("first event")
        else:
            days.append(self.block.events[self.subject].days)
            layout.append("subject")
            if self.block.events[self.subject].name not in EXCLUSION_EVENTS:
                days += self.columns.of(("event", self.block.events[self.subject].name), whole_case=True)
                layout.append("all of its kind")
        for event, attribute in sorted(outlook.words):
            if others is not None and event in ABOUT_EXCLUSIONS and attribute in ABOUT_ATTRIBUTES:
                continue
            for number, place in enumerate(self._places(event, whole)):
                column = self.block.events[place]
                if attribute in column.attributes:
                    words.append(column.attributes[attribute].codes)
                if attribute in column.dates:
                    days.append(column.dates[attribute])
                    layout.append((event, attribute, number))
        for name in sorted(outlook.keys):
            for coded in self._said(name):
                words.append(coded.codes)
                exact = exact or name in outlook.dated_keys
        words += [self._answered(condition) for condition in sorted(outlook.asked, key=repr)]
        return InView(days, words, exact, tuple(layout))

    def _days(self, expression: DayExpression, whole: bool, others: Others | None) -> Iterator[Days]:
        """The days that an expression can come to."""
        if expression[0] == "cut":
            return
        if expression[0] == "school day":
            for number in self.facts.counts.values_of(expression[1], *self.columns.span):
                for first in others.first_days if others is not None else ():
                    yield self.facts.counts.school_day(number, first)
        else:
            yield from self.columns.of(expression, whole_case=whole)

    def _compared(self, name: str, outlook: Outlook) -> Answers:
        """A fact as far as it is looked at: as a whole, or only whether some comparisons with it hold."""
        answers = self.fact(name)
        self.columns.slots[name] = answers.days
        if name in outlook.taken_whole:
            return answers
        asked = frozenset(comparison for comparison in outlook.compared if comparison.fact == name)
        compared = self.facts.compared.get((name, asked))
        if compared is None:
            compared = self.facts.compared[name, asked] = ComparedFact(self.facts.edition, asked)
        return compared.of(self.facts.views[name], answers)

    def _answered(self, condition: Condition) -> NDArray[np.int32]:
        """What a condition on the case file alone comes to in each case, and what would settle it where it is not."""
        if condition not in self.asked:
            self.asked[condition] = self.facts.file_conditions.answered(condition, self._file, len(self.block))
        return self.asked[condition]

    def _others(self, outlook: Outlook) -> Others | None:
        """Other exclusions as far as they matter, where it can be said how they do."""
        if self.subject is None or not outlook.others or EVERY_EXCLUSION in outlook.others:
            return None
        if self.others is None:
            self.others = OtherExclusions(self.block, self.subject, self.facts.exclusion_days)
        return self.others.that_matter(frozenset(outlook.others))

    def fact(self, name: str) -> Answers:
        """How a fact goes, in every case of the block."""
        if name not in self.answers:
            family = self.facts.family(name)
            view = self.facts.views.setdefault(name, View())

            def answer(row: int) -> Answer:
                key = (id(family), row)
                if key not in self.walked:
                    self.walked[key] = self._walk(family, row)
                return self.walked[key][name]

            self.answers[name] = view.of(self.of(family.outlook), len(self.block), answer)
        return self.answers[name]

    def placed(self, events: tuple[Event, ...], row: int) -> Placed:
        """Where the subject stands among the events of one case."""
        if self.subject is None:
            return Placed(0, CASE)
        day = date.fromordinal(int(self.block.events[self.subject].days[row]))
        name = self.block.events[self.subject].name
        found = [number for number, event in enumerate(events) if event.name == name and event.date == day]
        return Placed(found[-1], name)

    def _walk(self, family: Family, row: int) -> dict[str, Answer]:
        assert family.edition is not None
        record = self.block.record_of(row, only=family.events | self._own)
        moments = moments_of(record, family.edition, self.placed(record.events, row), as_of=self.facts.as_of)
        return _histories(moments, family.names)

    @property
    def _own(self) -> frozenset[str]:
        return frozenset() if self.subject is None else frozenset({self.block.events[self.subject].name})

    def _places(self, event: str, whole: bool) -> tuple[int, ...]:
        if event == "subject":
            return () if self.subject is None else (self.subject,)
        return self.columns.columns(event, whole_case=whole)

    @cached_property
    def _file(self) -> Mapping[str, Coded]:
        """What the case files say, by fact."""
        return {name: coded for name in self.facts.edition.facts for coded in self._said(name)}

    def _said(self, name: str) -> Iterator[Coded]:
        definition = self.facts.edition.facts[name]
        if definition.taken_from is not None:
            part, _, _ = definition.taken_from.partition(".")
            coded = (self.block.school if part == "school" else self.block.pupil).get(name)
            if coded is not None:
                yield coded
        elif name in self.block.judgements:
            yield self.block.judgements[name][0]


def events_behind(outlook: Outlook) -> frozenset[str]:
    """The events that an answer rests on, exclusions always among them, since other events belong to these."""
    return frozenset(outlook.events) | frozenset(EXCLUSION_EVENTS)


def _histories(moments: Iterable[FactBook], facts: list[str]) -> dict[str, Answer]:
    """How each fact changes from moment to moment; its days are those of the changes, and those it comes to."""
    shapes: dict[str, list[object]] = {fact: [] for fact in facts}
    days: dict[str, list[int]] = {fact: [] for fact in facts}
    before: dict[str, object] = {}
    seen = -1
    for book in moments:
        caused_by = book.seen[-1].name if len(book.seen) != seen and book.seen else ""
        seen = len(book.seen)
        for fact in facts:
            value = book(fact)
            known = before.get(fact)
            if value == known and type(value) is type(known):
                continue
            before[fact] = value
            days[fact].append(book.day.toordinal())
            if isinstance(value, date):
                days[fact].append(value.toordinal())
                shapes[fact].append((caused_by, "day"))
            else:
                shapes[fact].append((caused_by, type(value).__name__, value))
    return {fact: Answer(tuple(shapes[fact]), tuple(days[fact])) for fact in facts}
