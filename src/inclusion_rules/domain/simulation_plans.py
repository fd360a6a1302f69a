"""Plans of simulations: who the cases are, what each bearer does and when, what there is room for, and where every
figure comes from.

Values only: how they are written is `loading.plan_documents`, and drawing from them is `simulation`. A plan says how
people behave and never what the law asks of them; where behaviour leans on the law it names a parameter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import Unit


class Certainty(StrEnum):
    """How far a figure of a plan can be relied on, as it is shown beside everything that rests on it."""

    PUBLISHED = "published"
    DERIVED = "derived"
    SECONDARY = "secondary"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Source:
    """A publication that figures are taken from."""

    id: str
    title: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a plan, or the figures of one distribution, with where they come from.

    `place` names it for people (`who / phase`); `source` is None and `certainty` None where the plan does not say.
    """

    place: str
    value: str
    source: str | None
    certainty: Certainty | None
    note: str = ""
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Shares:
    """One of a few values, each with its share; the shares come to 1."""

    values: tuple[Known, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """A distribution for each value of something drawn before (`on`); `otherwise` for values that are not listed."""

    on: str
    cells: tuple[tuple[Known, Distribution], ...]
    otherwise: Distribution | None = None


Distribution = Shares | Given


def values_of(distribution: Distribution) -> tuple[Known, ...]:
    """Every value that can be drawn, in the order of the plan.

    >>> values_of(Shares((1, 2), (0.5, 0.5)))
    (1, 2)
    """
    if isinstance(distribution, Shares):
        return distribution.values
    found: dict[Known, None] = {}
    inner = [cell for _, cell in distribution.cells]
    for each in [*inner, *([distribution.otherwise] if distribution.otherwise is not None else [])]:
        found.update(dict.fromkeys(values_of(each)))
    return tuple(found)


def asked_of(distribution: Distribution) -> Iterator[str]:
    """The names of what a distribution depends on."""
    if isinstance(distribution, Given):
        yield distribution.on
        for _, cell in distribution.cells:
            yield from asked_of(cell)
        if distribution.otherwise is not None:
            yield from asked_of(distribution.otherwise)


@dataclass(frozen=True, slots=True)
class Draw:
    """One thing that is drawn of each case: a fact of school or pupil, a judgement, or a trait of the plan's own."""

    name: str
    part: str
    of: Distribution
    by: str = ""


SCHOOL, PUPIL, JUDGEMENT, TRAIT = "school", "pupil", "judgement", "trait"


@dataclass(frozen=True, slots=True)
class Birth:
    """How the date of birth follows from the year group: any of twelve months, on one day of the month.

    A pupil of year 0 turned `age` in the year before the first day of `first_month` in which the school year began.
    """

    year_group: str
    age: int
    first_month: int
    day: int


@dataclass(frozen=True, slots=True)
class Requirement:
    """What was drawn before must be one of these values; where it was not drawn, the requirement is not met."""

    name: str
    values: frozenset[Known]


@dataclass(frozen=True, slots=True)
class Happened:
    """Another step of the case has taken place by the day of this one (of one day, before it or after)."""

    step: str


Condition = Requirement | Happened


class Side(StrEnum):
    """Where an act falls that leans on a limit of the law."""

    WITHIN = "within"
    BEFORE = "before"
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of the law that behaviour leans on; its length is asked of the law that governs the case."""

    parameter: str
    side: Side


@dataclass(frozen=True, slots=True)
class OfLaw:
    """A number that behaviour takes over from a parameter, as it stands on the first day of the plan's period."""

    parameter: str


@dataclass(frozen=True, slots=True)
class Sittings:
    """The only days on which something is done: some weekdays (Monday is 0), or every so many weeks from a day."""

    weekdays: tuple[int, ...] = ()
    every_weeks: int | OfLaw = 0
    first: date | None = None
    on_closed_days: bool = False


@dataclass(frozen=True, slots=True)
class Delay:
    """How long after (or before) something else an act falls, and on which days it can fall at all.

    With a limit, `days` is how far before or beyond the limit; None means evenly on any day within it.
    """

    unit: Unit
    days: Distribution | None
    limit: Limit | None = None
    sittings: Sittings | None = None


@dataclass(frozen=True, slots=True)
class Season:
    """When in the period a step falls: shares of terms, and of weekdays; evenly over school days where not said."""

    terms: Shares | None = None
    weekdays: Shares | None = None


@dataclass(frozen=True, slots=True)
class After:
    """A step that follows others (the latest of them), or with `before` precedes one."""

    steps: tuple[str, ...]
    ways: Distribution
    delays: Mapping[str, Delay]
    before: bool = False


@dataclass(frozen=True, slots=True)
class Reaching:
    """A step that follows the day on which the totals of a repeated step in one term reach a threshold.

    `all_of` asks for every threshold given, and otherwise one is enough.
    """

    step: str
    times: float | OfLaw | None
    school_days: float | OfLaw | None
    all_of: bool
    ways: Distribution
    delays: Mapping[str, Delay]


NEVER = "never"
"""The way of acting that is not to act."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often a step happens to one pupil; `lasting` names the attribute that says how many school days it takes."""

    times: Distribution
    lasting: str | None = None


@dataclass(frozen=True, slots=True)
class DrawnAttribute:
    """An attribute of an event that is drawn."""

    name: str
    of: Distribution


@dataclass(frozen=True, slots=True)
class DayAttribute:
    """An attribute of an event that is a day: so long after another step, or after the event's own day (`after` None).

    With `length`, the last of that many school days counted from the event's own day.
    """

    name: str
    after: str | None
    delay: Delay


@dataclass(frozen=True, slots=True)
class LengthAttribute:
    """An attribute that is the last school day of a stretch whose length another attribute gives."""

    name: str
    length: str


@dataclass(frozen=True, slots=True)
class TotalAttribute:
    """An attribute that counts what a step waited for: the times in the term, or with `days` their school days."""

    name: str
    days: bool


Attribute = DrawnAttribute | DayAttribute | LengthAttribute | TotalAttribute


@dataclass(frozen=True, slots=True)
class Averts:
    """A step after which later ones of another kind may not happen any more, each with this chance."""

    step: str
    chance: Distribution


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that may happen in a case. Steps of one day are recorded in the order of the plan.

    `each` names the repeated step with each of which this one happens anew; `waits_for` a capacity it has to wait for.
    """

    name: str
    event: str
    timing: Season | After | Reaching
    by: str | None = None
    repeats: Repeats | None = None
    each: str | None = None
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    averts: Averts | None = None
    waits_for: str | None = None
    span: Span | None = field(default=None, compare=False)

    @property
    def delays(self) -> Mapping[str, Delay]:
        """Each way of doing it, with its delay."""
        return {} if isinstance(self.timing, Season) else self.timing.delays

    @property
    def follows(self) -> tuple[str, ...]:
        """The steps whose days it is counted from."""
        match self.timing:
            case After(steps):
                return steps
            case Reaching(step):
                return (step,)
            case _:
                return ()


@dataclass(frozen=True, slots=True)
class Capacity:
    """What there is room for at a time, for a cohort of the plan's own size; it grows with the cohort.

    Sittings take so many cases on each of their days; places are held for some school days and then free again.
    """

    name: str
    a_sitting: int = 0
    sittings: Sittings | None = None
    places: int = 0
    held_for: Distribution | None = None


@dataclass(frozen=True, slots=True)
class EventUnit:
    """A cost that falls due with each event of a kind."""

    event: str


@dataclass(frozen=True, slots=True)
class ObligationUnit:
    """A cost that falls due with each obligation of a duty; with `statuses`, only where it ends in one of these."""

    duty: str
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SchoolDayUnit:
    """A cost of each school day from one event to another (or to the end of the run)."""

    first: str
    last: str


CostUnit = EventUnit | ObligationUnit | SchoolDayUnit


@dataclass(frozen=True, slots=True)
class Cost:
    """What something costs in pounds, and what there has to be for it to be counted."""

    name: str
    amount: float
    unit: CostUnit


@dataclass(frozen=True, slots=True)
class Among:
    """Cases with an event (with these values of its attributes), and with these facts of school and pupil."""

    event: str | None = None
    having: Mapping[str, frozenset[Known]] = field(default_factory=dict)
    facts: Mapping[str, frozenset[Known]] = field(default_factory=dict)
    times: int = 1


@dataclass(frozen=True, slots=True)
class CaseShare:
    """The percentage of some cases that are also among others."""

    part: Among
    whole: Among


@dataclass(frozen=True, slots=True)
class EventShare:
    """The percentage of events of a kind whose attribute has one of these values."""

    event: str
    attribute: str
    values: frozenset[Known]


@dataclass(frozen=True, slots=True)
class EventMean:
    """The mean of an attribute over all events of a kind."""

    event: str
    attribute: str


@dataclass(frozen=True, slots=True)
class EventsPerCase:
    """How many events of a kind there are for each case that has at least one."""

    event: str


@dataclass(frozen=True, slots=True)
class ObligationShare:
    """The percentage of the obligations of a duty that stand in one of these statuses."""

    duty: str
    statuses: tuple[str, ...]


Measure = CaseShare | EventShare | EventMean | EventsPerCase | ObligationShare


@dataclass(frozen=True, slots=True)
class Comparison:
    """A published figure that a run is held against; `fitted` says that the plan was made to meet it."""

    figure: str
    measure: Measure
    value: float
    unit: str
    source: str
    fitted: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """The calendar and the packs of some cases. `called` is what the plan calls the calendar: an id, or a file."""

    calendar: SchoolCalendar
    packs: tuple[str, ...]
    called: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of a simulation. The exclusions happen from `first` to `last`; what comes after `until` has not happened.

    `settings` holds what differs from `setting` by the school's authority. `digest` is of the file it was read from.
    """

    id: str
    title: str
    pathway: str
    setting: Setting
    first: date
    last: date
    until: date
    cases: int
    who: tuple[Draw | Birth, ...]
    steps: tuple[Step, ...]
    settings: Mapping[str, Setting] = field(default_factory=dict)
    capacities: tuple[Capacity, ...] = ()
    costs: tuple[Cost, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    note: str = ""
    digest: str = field(default="", compare=False)

    def step(self, name: str) -> Step:
        """The step of that name.

        Raises:
            KeyError: the plan has no such step.
        """
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def capacity(self, name: str) -> Capacity:
        """The capacity of that name.

        Raises:
            KeyError: the plan has no such capacity.
        """
        for capacity in self.capacities:
            if capacity.name == name:
                return capacity
        raise KeyError(name)

    @property
    def all_settings(self) -> tuple[Setting, ...]:
        """The setting of most cases, and those of some authorities."""
        return (self.setting, *self.settings.values())
