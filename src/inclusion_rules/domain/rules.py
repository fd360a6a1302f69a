"""Rules, decision tables, packs and editions: the law as data, every dated version of it.

A `RulePack` holds all versions; which rules govern a case is decided rule by rule from the date that the rule names
(`Governs`). Knows nothing of files or of how rules are evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from inclusion_rules.domain.commitments import Commitment, FigureDefinition, Seed
from inclusion_rules.domain.conditions import Condition
from inclusion_rules.domain.coverage import Coverage
from inclusion_rules.domain.facts import FactDefinition, FactType
from inclusion_rules.domain.law import Parameter, Provision
from inclusion_rules.domain.layers import LocalChoice, Recording, Relation, RelationKind, Supersession, Tension
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import Force, Modality, RuleKind, Verification

EXCLUSION_EVENTS = ("suspended", "permanently_excluded")
CASE = "case"
RuleKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Governs:
    """The days for which a rule is in force, both ends included, and the date that decides: the subject's, or a fact.

    `known` is False where the commencement date is not known: such a rule never runs.
    """

    first: date | None = None
    last: date | None = None
    by: str | None = None
    known: bool = True

    def covers(self, day: date) -> bool:
        """Whether the rule is the law on `day`."""
        return self.known and (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Within:
    """A limit counted forward from the day after an event, or after the day a date fact gives."""

    parameter: str
    after: str


@dataclass(frozen=True, slots=True)
class OnTheDay:
    """Owed by the end of the day that a date fact gives."""

    day: str


@dataclass(frozen=True, slots=True)
class BeforeTheDay:
    """Owed by the last school day before the day that a date fact gives."""

    day: str


@dataclass(frozen=True, slots=True)
class AtLeastBefore:
    """Owed so early that a number of school days lies strictly between the act and the day."""

    parameter: str
    day: str


@dataclass(frozen=True, slots=True)
class WithoutDelay:
    """Owed without delay after an event or date fact; no number, only a day on which to raise an alert."""

    after: str | None


@dataclass(frozen=True, slots=True)
class NotBefore:
    """Lawful from the day that a date fact gives; never missed."""

    day: str


@dataclass(frozen=True, slots=True)
class ByEvent:
    """Owed no later than the day of another event, whenever that is."""

    event: str


@dataclass(frozen=True, slots=True)
class AtIntervals:
    """Owed again and again: each time within a limit after the start or after it was last done."""

    parameter: str
    start: str
    each: str


@dataclass(frozen=True, slots=True)
class EachTerm:
    """Owed once in each school term; due on the last school day of the term."""

    day: str | None


DeadlineRule = (
    Within | OnTheDay | BeforeTheDay | AtLeastBefore | WithoutDelay | NotBefore | ByEvent | AtIntervals | EachTerm
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """An event that meets an obligation, with the attributes it must and must not have.

    `on` names the attribute that gives the day it counts from (else the event's own day, or the day of deemed service).
    `after` names a date fact: what was done before that day does not count. `needed_if` is for obligations met by
    several acts: this one is needed only where the condition holds.
    """

    event: str
    having: tuple[tuple[str, frozenset[str]], ...] = ()
    lacking: tuple[tuple[str, frozenset[str]], ...] = ()
    on: str | None = None
    needed_if: Condition | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one pack. `id` is its path (`reinstatement/permanent_exclusion`), `duty` its catalogue id.

    `quantity` names the parameter that an act is about where it is not a length of time, such as a sum of money.
    """

    id: str
    pack: str
    duty: str
    title: str
    kind: RuleKind
    modality: Modality
    force: Force
    cites: tuple[str, ...]
    says: str
    bearer: str
    governs: Governs
    for_each: tuple[str, ...]
    when: Condition
    verified: Verification = Verification.YES
    note: str = ""
    exceptions: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    deadline: DeadlineRule | None = None
    met_by: tuple[Meeting, ...] = ()
    met_by_all: bool = False
    met_within: str = "subject"
    breached_when: Condition | None = None
    if_missed: str = ""
    quantity: str | None = None
    reading: str = ""
    alternative: str = ""
    relations: tuple[Relation, ...] = ()
    superseded: Supersession | None = None
    would_record: Recording | None = None
    authority: str | None = None
    span: Span | None = field(default=None, compare=False)

    @property
    def key(self) -> RuleKey:
        """What tells this rule from those of other packs: its pack and its id."""
        return (self.pack, self.id)

    @property
    def runs(self) -> bool:
        """Whether the rule decides cases: not when unverified, nor when its commencement is not known."""
        return self.verified is not Verification.NO and self.governs.known

    def related(self, *kinds: RelationKind) -> tuple[str, ...]:
        """The rules to which it stands in one of some relations."""
        return tuple(target for each in self.relations if each.kind in kinds for target in each.targets)

    @property
    def raises_obligations(self) -> bool:
        """Whether an engaged finding puts an entry in the ledger."""
        return self.kind in (RuleKind.DUTY, RuleKind.EXPECTATION, RuleKind.RIGHT)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a decision table: the condition its cells make, and the answer it gives."""

    cells: tuple[Condition | None, ...]
    answer: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A table that decides one fact. `hit` is `exactly one` (proved at load) or `first`."""

    id: str
    pack: str
    title: str
    decides: str
    hit: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    cites: tuple[str, ...]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """An event that can be recorded: its section, the attributes it needs and may carry, and what it records."""

    name: str
    section: str
    needs: tuple[str, ...]
    may: tuple[str, ...]
    means: str = ""


@dataclass(frozen=True, slots=True)
class DeemedService:
    """For an event that sends something: which attribute says how, and what the law adds for each way."""

    event: str
    attribute: str
    working_days: Mapping[str, str]
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """One word of a versioned list, with the days on which it is in use, where they are known."""

    code: str
    means: str
    first: date | None = None
    last: date | None = None

    def in_use(self, day: date) -> bool:
        """Whether the list held the word on a day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def days_in_words(self) -> str:
        """From when to when it is in use."""
        begins = f"from {self.first.isoformat()}" if self.first else ""
        ends = f"to {self.last.isoformat()}" if self.last else ""
        return " ".join(part for part in (begins, ends) if part) or "always"


@dataclass(frozen=True, slots=True)
class Role:
    """Someone on whom a duty can fall, with the words for it at each type of school."""

    name: str
    title: str
    at: Mapping[str, str]
    first: date | None = None
    last: date | None = None
    succeeded_by: str | None = None


@dataclass(frozen=True, slots=True)
class DutyEntry:
    """One entry of the duty catalogue, as far as rules are held against it."""

    id: str
    kind: str
    role: str
    limit: float | None
    unit: str
    first: date | None
    last: date | None
    verified: bool
    marked: bool
    modality: str
    citation: str


@dataclass(frozen=True, slots=True)
class RulePack:
    """Everything one folder under `rules/` says, linked and checked, with its version and digest."""

    id: str
    title: str
    version: str
    digest: str
    layer: str
    authority: str | None
    extends: tuple[str, ...]
    facts: Mapping[str, FactDefinition]
    attributes: Mapping[str, FactType]
    events: Mapping[str, EventDefinition]
    roles: Mapping[str, Role]
    provisions: Mapping[str, Provision]
    parameters: Mapping[str, Parameter]
    rules: Mapping[str, Rule]
    tables: Mapping[str, DecisionTable]
    service: Mapping[str, DeemedService]
    catalogue: Mapping[str, DutyEntry]
    codes: Mapping[str, tuple[Code, ...]] = field(default_factory=dict)
    choices: Mapping[str, LocalChoice] = field(default_factory=dict)
    tensions: tuple[Tension, ...] = ()
    commitments: Mapping[str, Commitment] = field(default_factory=dict)
    figures: Mapping[str, FigureDefinition] = field(default_factory=dict)
    seed: Seed | None = None
    coverage: Coverage | None = None
