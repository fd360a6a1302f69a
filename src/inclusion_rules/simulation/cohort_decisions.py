"""The ledger of a whole block: every obligation of every case, as deciding each case alone would give it.

Rules are taken in groups that look at the same things; each kind of case that a group can tell apart is decided once by
`casework`, and the answer is shared (`views`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from inclusion_rules.casework.deciding import decide_placed
from inclusion_rules.domain.conditions import NEVER
from inclusion_rules.domain.findings import Obligation
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import Rule, RuleKey
from inclusion_rules.simulation.cohort_columns import CohortBlock
from inclusion_rules.simulation.day_columns import DayCounts
from inclusion_rules.simulation.facts_in_view import FactsInView, Sight, events_behind, facts_to_cut, narrowed
from inclusion_rules.simulation.outlook import Looking, Outlook
from inclusion_rules.simulation.settled_law import settled_for
from inclusion_rules.simulation.views import Answer, Answers, View


@dataclass(frozen=True, slots=True)
class Entry:
    """All of an obligation but its days: of arose, due and met, which it has; these stand beside it in that order."""

    rule: RuleKey
    status: str
    has: tuple[bool, bool, bool]
    occurrence: int | None


@dataclass
class Group:
    """Rules that look at the same things, with the answers given so far: each a tuple of `Entry`."""

    rules: tuple[Rule, ...]
    outlook: Outlook
    edition: Edition
    view: View = field(default_factory=View)

    def entries(self, shape: int) -> tuple[Entry, ...]:
        """The obligations of one shape of answer."""
        found: tuple[Entry, ...] = self.view.shapes[shape]  # type: ignore[assignment]
        return found


@dataclass(frozen=True, slots=True)
class GroupAnswers:
    """The answers of one group about one subject, for those `rows` of the block that have it."""

    group: Group
    rows: NDArray[np.intp]
    answers: Answers


@dataclass
class SubjectDecider:
    """Decides blocks under one edition about one kind of subject, as of one day."""

    facts: FactsInView
    groups: tuple[Group, ...]

    @classmethod
    def of(cls, edition: Edition, kind: str, *, as_of: date, counts: DayCounts) -> SubjectDecider:
        """The groups of rules about a kind of subject that raise obligations."""
        edition = settled_for(edition, kind)
        first, second = edition.rules_about(kind)
        raising = [rule for rule in (*first, *second) if rule.raises_obligations and rule.when != NEVER]
        cut = facts_to_cut(edition, Looking(edition, cut=frozenset()).at_rules(raising))
        looking = Looking(edition, cut=cut)
        by_sight: dict[object, list[Rule]] = {}
        for rule in raising:
            by_sight.setdefault(looking.at_rules([rule]).sight_of_days, []).append(rule)
        groups: list[Group] = []
        for rules in by_sight.values():
            outlook = looking.at_rules(rules)
            groups.append(Group(tuple(rules), outlook, narrowed(edition, outlook)))
        return cls(FactsInView(edition, kind, as_of, counts, cut), tuple(groups))

    def decide(self, block: CohortBlock, subject: int | None, rows: NDArray[np.intp]) -> Iterator[GroupAnswers]:
        """For each group of rules, the answer about the event in one column (or the case) in those cases."""
        if len(rows) == 0:
            return
        if len(rows) < len(block):
            block = block.take(rows)
        sight = self.facts.on(block, subject)
        first, last = sight.columns.span
        for group in self.groups:
            if subject is not None and not any(_may_govern(rule, first, last) for rule in group.rules):
                continue
            yield GroupAnswers(group, rows, group.view.of(sight.of(group.outlook), len(block), _asking(group, sight)))


def _may_govern(rule: Rule, first: int, last: int) -> bool:
    """Whether a rule can be in force for any of the events of some days."""
    governs = rule.governs
    begins = governs.first.toordinal() if governs.first is not None else first
    ends = governs.last.toordinal() if governs.last is not None else last
    return governs.by is not None or (begins <= last and first <= ends)


def _asking(group: Group, sight: Sight) -> Callable[[int], Answer]:
    """What decides one case of a block in full, as far as a group's rules go."""
    subject = sight.subject
    wanted = {rule.key for rule in group.rules}
    events = None
    if subject is not None:
        events = events_behind(group.outlook) | {sight.block.events[subject].name}

    def answer(row: int) -> Answer:
        record = sight.block.record_of(row, only=events)
        placed = sight.placed(record.events, row)
        return _entries(decide_placed(record, group.edition, placed, as_of=sight.facts.as_of).obligations, wanted)

    return answer


def _entries(obligations: tuple[Obligation, ...], wanted: set[RuleKey]) -> Answer:
    shape: list[Entry] = []
    days: list[int] = []
    for entry in obligations:
        if entry.rule.key not in wanted:
            continue
        given = (entry.arose_on, entry.due, entry.met_on)
        days += [day.toordinal() for day in given if day is not None]
        has = (given[0] is not None, given[1] is not None, given[2] is not None)
        shape.append(Entry(entry.rule.key, entry.status.value, has, entry.occurrence))
    return Answer(tuple(shape), tuple(days))
