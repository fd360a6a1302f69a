"""Blocks of cases decided whole: their events with stages, their ledgers, and how they end, as tables.

What was learned from one block serves the next. Holds no file and no clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.rules import CASE, EXCLUSION_EVENTS, Rule, RuleKey
from inclusion_rules.simulation.cohort_columns import ABSENT, CohortBlock
from inclusion_rules.simulation.cohort_decisions import GroupAnswers, SubjectDecider
from inclusion_rules.simulation.day_columns import DayCounts
from inclusion_rules.simulation.facts_in_view import FactsInView, facts_to_cut
from inclusion_rules.simulation.outlook import Looking
from inclusion_rules.simulation.tables import Counted, cases_table, events_table, obligations_table
from inclusion_rules.simulation.walking import Walking


@dataclass(frozen=True, slots=True)
class BlockTables:
    """One block, decided: events, obligations and cases."""

    events: pa.Table
    obligations: pa.Table
    cases: pa.Table


@dataclass
class _Law:
    """What is kept for one choice of packs, pathway and calendar."""

    edition: Edition
    counts: DayCounts
    counted: Counted
    walking: Walking
    rules: dict[RuleKey, Rule]
    order_of: dict[str, dict[RuleKey, int]]
    deciders: dict[str, SubjectDecider] = field(default_factory=dict)


@dataclass
class BlockDecider:
    """Decides one block after another as of one day, under one rulebook."""

    rulebook: Rulebook
    as_of: date
    _laws: dict[tuple[object, ...], _Law] = field(default_factory=dict)

    def decide(self, block: CohortBlock) -> BlockTables:
        """The tables of one block."""
        law = self._law(block)
        pathway = self.rulebook.pathways[block.pathway]
        followed = tuple(
            place for place, column in enumerate(block.events) if column.name in pathway.follows and not column.history
        )
        walk = law.walking.of(block, followed)
        ids = pa.array(block.case_ids(), pa.string())
        obligations = obligations_table(
            block, ids, self._answers(block, law), law.rules, law.order_of, as_of=self.as_of, counted=law.counted
        )
        main = followed[0] if followed else None
        places = {name: place for place, name in law.edition.facts_from.items()}
        return BlockTables(
            events_table(block, ids, walk, pathway),
            obligations,
            cases_table(block, ids, walk, pathway, subject=main, places=places),
        )

    def asked(self) -> int:
        """How many cases were decided one by one so far, for what the others have in common with them."""
        return sum(
            sum(group.view.asked for decider in law.deciders.values() for group in decider.groups)
            + sum(view.asked for decider in law.deciders.values() for view in decider.facts.views.values())
            + law.walking.view.asked
            for law in self._laws.values()
        )

    def _answers(self, block: CohortBlock, law: _Law) -> Iterator[tuple[int | None, GroupAnswers]]:
        follows = frozenset(self.rulebook.pathways[block.pathway].follows).intersection(EXCLUSION_EVENTS)
        for kind, place in _subjects(block, law.edition):
            decider = law.deciders.get(kind)
            if decider is None:
                decider = SubjectDecider.of(law.edition, kind, as_of=self.as_of, counts=law.counts)
                law.deciders[kind] = decider
            for found in decider.decide(block, place, _with_subject(block, place, follows)):
                yield place, found

    def _law(self, block: CohortBlock) -> _Law:
        key = (block.packs, block.pathway, block.calendar.id)
        law = self._laws.get(key)
        if law is None:
            edition = self.rulebook.edition(block.packs)
            pathway = self.rulebook.pathways[block.pathway]
            counts = DayCounts(edition, block.calendar, block.bank_holidays)
            conditions = [move.when for move in pathway.moves if move.when is not None]
            cut = facts_to_cut(edition, Looking(edition, cut=frozenset()).at_conditions(conditions, ()))
            walking = Walking(edition, pathway, self.as_of, FactsInView(edition, "", self.as_of, counts, cut))
            order_of = {
                kind: {rule.key: number for number, rule in enumerate(chain(*edition.rules_about(kind)))}
                for kind in edition.subject_kinds
            }
            rules = {rule.key: rule for rule in edition.running_rules}
            law = self._laws[key] = _Law(edition, counts, Counted.of(block), walking, rules, order_of)
        return law


def _subjects(block: CohortBlock, edition: Edition) -> Iterator[tuple[str, int | None]]:
    """What rules are about in a block: the case, and the event of each column."""
    kinds = edition.subject_kinds
    if CASE in kinds:
        yield CASE, None
    for place, column in enumerate(block.events):
        if column.name in kinds:
            yield column.name, place


def _with_subject(block: CohortBlock, place: int | None, follows: frozenset[str]) -> NDArray[np.intp]:
    """The cases that have a subject: the event of a column, but for exclusions before the first that is followed."""
    if place is None:
        return np.arange(len(block))
    column = block.events[place]
    there = column.days != ABSENT
    if column.name in EXCLUSION_EVENTS and follows and column.name not in follows:
        begun = np.zeros(len(block), dtype=np.bool_)
        for other, followed in enumerate(block.events):
            if followed.name in follows:
                earlier = (followed.days < column.days) | ((followed.days == column.days) & np.bool_(other < place))
                begun |= (followed.days != ABSENT) & earlier
        there &= begun
    return np.flatnonzero(there)
