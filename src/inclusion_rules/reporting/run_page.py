"""A run put in the order in which people read it: sections with words, pictures, and a table behind every picture.

The words for duties, bearers, stages and numbers that all parts of the report share. It knows no layout, and adds
nothing up (`simulation.run_figures` does).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.rules import Rule, RuleKey
from inclusion_rules.domain.simulation_plans import Plan
from inclusion_rules.simulation.intervals import Interval
from inclusion_rules.simulation.plan_reach import out_of_reach
from inclusion_rules.simulation.recorded_plans import is_of_records
from inclusion_rules.simulation.run_figures import Duty, DutyCount, RunFigures
from inclusion_rules.simulation.run_reading import SavedRun
from inclusion_rules.vocabulary import Modality, RuleKind, words


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is read: a caption, the heads of its columns, and rows that begin with what they are about.

    `loud` holds the places of the rows that a reader must not pass over.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    loud: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with what it shows, and the same as a table."""

    id: str
    caption: str
    svg: Markup
    table: Table
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report. What has no picture may have tables of its own."""

    id: str
    title: str
    says: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    folded: tuple[Table, ...] = ()
    listed: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunAtHand:
    """A run with its plan, the law that lends the words, and what it comes to."""

    run: SavedRun
    plan: Plan
    rulebook: Rulebook
    figures: RunFigures
    other_law: tuple[str, ...] = ()

    @property
    def known_from(self) -> str:
        """What says which events there are: the plan, or the records of real cases."""
        return "the records" if is_of_records(self.run) else "the plan"

    @property
    def pathway(self) -> Pathway:
        """The pathway of its cases."""
        return self.rulebook.pathways[self.plan.pathway]

    @cached_property
    def standing(self) -> dict[Duty, DutyCount]:
        """How every duty stands over the run."""
        return self.figures.standing()

    def rules_of(self, duty: Duty) -> tuple[Rule, ...]:
        """The rules of the law at hand that raised a duty in this run."""
        found = []
        for pack, name in sorted(self.figures.rules.get(duty, ())):
            rule = self.rulebook.packs[pack].rules.get(name) if pack in self.rulebook.packs else None
            if rule is not None:
                found.append(rule)
        return tuple(found)

    def title_of(self, duty: Duty) -> str:
        """What a duty is called."""
        rules = self.rules_of(duty)
        return rules[0].title if rules else words(duty[0])

    def bearer_of(self, bearer: str) -> str:
        """What a bearer is called."""
        for setting in self.plan.all_settings:
            role = self.rulebook.edition(setting.packs).roles.get(bearer)
            if role is not None:
                return role.title
        return words(bearer)

    def label_of(self, duty: Duty) -> str:
        """A duty with who bears it and, where the law does not say must, what it says instead."""
        force = self.force_of(duty)
        return f"{self.title_of(duty)} ({self.bearer_of(duty[1])}{'' if force == 'must' else f'; {force}'})"

    def force_of(self, duty: Duty) -> str:
        """How strongly the law speaks: the weakest word of the rules that raised it."""
        said = [rule.modality for rule in self.rules_of(duty)]
        return words(next((word for word in said if word is not Modality.MUST), Modality.MUST).value)

    def is_right(self, duty: Duty) -> bool:
        """Whether it is a right and not something owed."""
        rules = self.rules_of(duty)
        return bool(rules) and all(rule.kind is RuleKind.RIGHT for rule in rules)

    @cached_property
    def out_of_reach(self) -> frozenset[RuleKey]:
        """The rules that nothing in the plan would meet."""
        return out_of_reach(self.plan, self.rulebook)

    def can_be_met(self, duty: Duty) -> bool:
        """Whether the plan has a step that could meet a duty, and any case of the run ever took it."""
        rules = self.figures.rules.get(duty, set())
        return self.standing[duty].ever_met and not (rules and rules <= self.out_of_reach)

    @cached_property
    def measured(self) -> tuple[Duty, ...]:
        """The duties that have a last day and that somebody in the plan could meet.

        What the law demands comes before what it only expects, and what is most often in breach first.
        """
        found = [
            duty
            for duty, count in self.standing.items()
            if count.decided and not self.is_right(duty) and self.can_be_met(duty)
        ]
        return tuple(sorted(found, key=self._place))

    def _place(self, duty: Duty) -> tuple[bool, float, Duty]:
        count = self.standing[duty]
        return self.force_of(duty) != Modality.MUST.value, -count.breached / count.decided, duty

    @cached_property
    def not_measured(self) -> tuple[Duty, ...]:
        """The duties that have a last day and that nobody in the plan does anything to meet."""
        return tuple(
            duty
            for duty, count in self.standing.items()
            if count.decided and not self.is_right(duty) and not self.can_be_met(duty)
        )

    def by_bearer(self) -> dict[str, DutyCount]:
        """The measured duties of each bearer together, by bearer."""
        found: dict[str, DutyCount] = {}
        for duty in self.measured:
            count = self.standing[duty]
            found[duty[1]] = found[duty[1]].with_(count) if duty[1] in found else count
        return found


# Words -----------------------------------------------------------------------------------------------------------


def number(value: float) -> str:
    """A whole number with its thousands parted."""
    return f"{value:,.0f}"


def percent(share: float, *, places: int = 1) -> str:
    """A share as a percentage.

    >>> percent(0.1234), percent(1.0)
    ('12.3 %', '100.0 %')
    """
    return f"{share * 100:.{places}f} %"


def between(interval: Interval | None, *, shown: str = ".1f", factor: float = 1, unit: str = "") -> str:
    """A figure with its interval.

    >>> between(Interval(0.5, 0.4, 0.6), factor=100, unit=" %")
    '50.0 % (40.0 to 60.0)'
    """
    if interval is None:
        return "nothing to measure"
    value = f"{interval.value * factor:{shown}}{unit}"
    if interval.low is None or interval.high is None:
        return value
    return f"{value} ({interval.low * factor:{shown}} to {interval.high * factor:{shown}})"


def counted(count: int, thing: str) -> str:
    """A number of things.

    >>> counted(1, "case"), counted(2000, "case")
    ('1 case', '2,000 cases')
    """
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def listed(things: Iterable[str]) -> str:
    """Things one after another, the last joined by `and`.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    found = list(things)
    return f"{', '.join(found[:-1])} and {found[-1]}" if len(found) > 1 else "".join(found)


def upper_first(text: str) -> str:
    """A text that begins with a capital."""
    return text[:1].upper() + text[1:]
