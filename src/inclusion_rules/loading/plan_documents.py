"""The grammar of plans of simulations (`simulations/NAME.yaml`), as pydantic models that mirror the YAML.

A document knows shapes and words; names are looked up, and shares added up, in `plan_linking` and its neighbours. What
a figure may be is one thing, or a thing with its `source` and `certainty`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from inclusion_rules.loading.grammar import Day, Document, YesNo

Standing = Literal["published", "derived", "secondary", "assumed"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class SourcedDocument(Document):
    """What anything with figures may say of them."""

    source: str | None = None
    certainty: Standing | None = None
    note: str = ""


class NumberEntry(SourcedDocument):
    """One number, with where it comes from."""

    value: float


Number = float | NumberEntry


class GeometricEntry(Document):
    """A whole number that is the less likely the larger it is."""

    least: int = 0
    mean: float
    most: int


class EvenEntry(Document):
    """Any whole number from one to another, each as likely as the next."""

    least: int
    most: int


class NormalEntry(Document):
    """A whole number around a middle, rounded and cut off at both ends."""

    mean: float
    spread: float
    least: int
    most: int


class DistributionEntry(SourcedDocument):
    """Something that is drawn: one of these forms, or one for each value of something drawn before."""

    value: bool | float | str | None = None
    shares: dict[str, Number] | None = None
    counts: dict[str, Number] | None = None
    geometric: GeometricEntry | None = None
    even: EvenEntry | None = None
    normal: NormalEntry | None = None
    observed: list[float] | None = None
    given: str | None = None
    when: dict[str, DrawnData] | None = None
    otherwise: DrawnData | None = None


DrawnData = DistributionEntry | bool | float | str


class BirthEntry(SourcedDocument):
    """How the date of birth follows from the year group."""

    year_group: str
    age_in_year_0: int
    first_month: int
    day_of_the_month: int


class DrawEntry(DistributionEntry):
    """`who`: a fact of school or pupil, a judgement, or a trait of the plan's own."""

    draw: str | None = None
    trait: str | None = None
    born: BirthEntry | None = None


class LimitEntry(Document):
    """A number of the law, by the name of its parameter."""

    parameter: str


class SittingsEntry(SourcedDocument):
    """The only days on which something is done."""

    weekdays: list[Weekday] = []
    every: Number | LimitEntry | None = None
    from_: Day | None = Field(None, alias="from")
    on_closed_days: YesNo = "no"


class DelayEntry(SourcedDocument):
    """How long after something else: one of the three clocks, or a limit of the law and how far from it."""

    school_days: DrawnData | None = None
    calendar_days: DrawnData | None = None
    working_days: DrawnData | None = None
    within_the_limit_of: LimitEntry | None = None
    before_the_limit_of: LimitEntry | None = None
    beyond_the_limit_of: LimitEntry | None = None
    by: DrawnData | None = None
    only_on: SittingsEntry | None = None


class SeasonEntry(SourcedDocument):
    """When in the period a step falls."""

    terms: DistributionEntry | None = None
    weekdays: DistributionEntry | None = None


class ThresholdEntry(SourcedDocument):
    """How much of a repeated step there has to be in one term."""

    step: str
    times: Number | LimitEntry | None = None
    school_days: Number | LimitEntry | None = None
    both: YesNo = "no"


class RepeatsEntry(DistributionEntry):
    """How often a step happens to one pupil, and which attribute says how long it takes."""

    lasting: str | None = None


class AvertsEntry(Document):
    step: str
    chance: DrawnData


class AttributeEntry(DistributionEntry):
    """An attribute: drawn, a day counted from a step, the last day of a stretch, or a total that was reached."""

    after: str | None = None
    delay: DelayEntry | None = None
    last_day_of: str | None = None
    counted: Literal["times", "school days"] | None = None


AttributeData = AttributeEntry | bool | float | str


class StepEntry(SourcedDocument):
    """One thing that may happen in a case."""

    step: str | None = None
    event: str
    by: str | None = None
    in_the_period: SeasonEntry | None = None
    after: str | list[str] | None = None
    before: str | None = None
    after_reaching: ThresholdEntry | None = None
    times: RepeatsEntry | None = None
    once: YesNo = "no"
    chance: DrawnData | None = None
    ways: DistributionEntry | None = None
    delay: DelayEntry | None = None
    prompt: DelayEntry | None = None
    late: DelayEntry | None = None
    if_: dict[str, Any] = Field({}, alias="if")
    unless: dict[str, Any] = {}
    attributes: dict[str, AttributeData] = {}
    averts: AvertsEntry | None = None
    waits_for: str | None = None


class CapacityEntry(SourcedDocument):
    """What there is room for at a time."""

    capacity: str
    cases_a_sitting: Number | None = None
    sittings: SittingsEntry | None = None
    places: Number | None = None
    held_for: DrawnData | None = None


class SchoolDaysFromTo(Document):
    from_: str = Field(alias="from")
    to: str


class ObligationsOf(Document):
    duty: str
    that_are: list[str] = []


class CostEntry(Document):
    """What something costs, and what it is counted by."""

    cost: str
    amount: Number
    each_event: str | None = None
    each_obligation: ObligationsOf | None = None
    each_school_day: SchoolDaysFromTo | None = None


class AmongEntry(Document):
    """Some of the cases."""

    event: str | None = None
    having: dict[str, Any] = {}
    who_are: dict[str, Any] = {}
    at_least: int = 1


class ShareOfEventsEntry(Document):
    event: str
    having: dict[str, Any]


class MeanEntry(Document):
    attribute: str
    of_event: str


class MeasureEntry(Document):
    """What is measured over a run: one of these."""

    share_of_cases: AmongEntry | None = None
    among: AmongEntry = AmongEntry()
    share_of_events: ShareOfEventsEntry | None = None
    mean: MeanEntry | None = None
    events_per_case: str | None = None
    share_of_obligations: ObligationsOf | None = None


class ComparisonEntry(SourcedDocument):
    """A published figure that the run is held against."""

    figure: str
    measure: MeasureEntry
    value: float
    unit: str = "percent"
    fitted: YesNo


class PublicationEntry(Document):
    title: str
    url: str = ""
    note: str = ""


class PeriodEntry(Document):
    from_: Day = Field(alias="from")
    to: Day


class SettingEntry(Document):
    """The calendar and packs of the cases of one authority."""

    calendar: str | None = None
    packs: list[str] = []


class PlanDocument(Document):
    """A plan of a simulation."""

    plan: str
    title: str
    note: str = ""
    pathway: str
    packs: list[str] = ["england"]
    calendar: str
    by_authority: dict[str, SettingEntry] = {}
    period: PeriodEntry
    until: Day
    cases: int
    sources: dict[str, PublicationEntry] = {}
    who: list[DrawEntry] = []
    what_happens: list[StepEntry] = Field(min_length=1)
    capacity: list[CapacityEntry] = []
    costs: list[CostEntry] = []
    compare_with: list[ComparisonEntry] = []
