"""The grammar of a pack's files, as pydantic models that mirror the YAML.

A document knows shapes and words, not meaning: names are looked up in `linking`. Keys may be written with spaces or
underscores; models use the latter.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from inclusion_rules.loading.grammar import ConditionData, Day, Document, YesNo


class PackDocument(Document):
    """`pack.yaml`: the name, version and layer of a pack."""

    pack: str
    title: str
    version: str
    layer: Literal["national", "local", "school"]
    authority: str | None = None
    extends: list[str] = []
    note: str = ""


class WordsEntry(Document):
    """The digest of the words that were relied on: of the text of the law, or of our own notes of it."""

    digest: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    of: Literal["text", "notes"]


class ProvisionEntry(Document):
    citation: str
    says: str
    certainty: Literal["primary", "secondary", "unverified"]
    sources: list[str] = []
    read: Day | None = None
    words: WordsEntry | None = None
    url: str = ""
    note: str = ""


class ProvisionsDocument(Document):
    """`provisions.yaml`: the places in instruments that rules cite."""

    provisions: list[ProvisionEntry]


class EventEntry(Document):
    event: str
    needs: list[str] = []
    may: list[str] = []
    means: str = ""


class AttributesDocument(Document):
    """`attributes.yaml`: the kind of each attribute, and the closer kind that one event gives it."""

    attributes: dict[str, str]
    of_events: dict[str, dict[str, str]] = {}


class RoleEntry(Document):
    title: str
    at: dict[str, str] = {}
    from_: Day | None = Field(None, alias="from")
    until: Day | None = None
    succeeded_by: str | None = None
    note: str = ""


class RolesDocument(Document):
    """`roles.yaml`: who can bear a duty, and what each is called at each type of school."""

    roles: dict[str, RoleEntry]


class CodeEntry(Document):
    code: str
    means: str
    from_: Day | None = Field(None, alias="from")
    until: Day | None = None
    note: str = ""


class CodesDocument(Document):
    """`codes.yaml`: versioned lists of codes, such as the census reasons for an exclusion."""

    codes: dict[str, list[CodeEntry]]
    source: str = ""
    certainty: str = ""


class ServiceEntry(Document):
    event: str
    attribute: str
    first_class_post: str
    cites: list[str]


class ServiceDocument(Document):
    """`service.yaml`: when something sent by post counts as given."""

    deemed_service: list[ServiceEntry]


class DutyEntryDocument(Document):
    id: str
    kind: Literal["act", "right", "power", "prohibition", "definition"]
    role: str
    bearer: str
    trigger: str
    limit_value: float | None
    limit_unit: str
    count_from: str | None
    modality: str
    citation: str
    in_force_from: Day | str | None
    in_force_to: Day | str | None
    verified: bool
    runs: Literal["marked"] | None = None
    limit_kind: str | None = None
    src: str = ""
    note: str = ""


class FactEntry(Document):
    kind: str
    asks: str = ""
    from_: str | None = Field(None, alias="from")
    judgement: str | None = None
    derived: dict[str, Any] | None = None
    scope: Literal["subject", "case", "so far", "run"] = "subject"
    cites: list[str] = []
    reading: str = ""
    shown: YesNo = "yes"
    note: str = ""


class FactsDocument(Document):
    """`facts.yaml`: the fact dictionary."""

    facts: dict[str, FactEntry]


class OtherwiseEntry(Document):
    value: float
    when: ConditionData


class ParameterValueEntry(Document):
    from_: Day = Field(alias="from")
    until: Day | None = None
    value: float | date | list[str] | str
    cites: list[str] = Field(min_length=1)
    otherwise: OtherwiseEntry | None = None
    note: str = ""


class LocalChoiceEntry(Document):
    """What a parameter leaves to local choice: a direction with bounds, or one of several words."""

    may_be: Literal["shorter", "longer", "either"] | None = None
    at_least: float | None = None
    at_most: float | None = None
    one_of: list[str] = []


class ParameterDocument(Document):
    """`parameters/NAME.yaml`: one dated, cited quantity."""

    title: str
    unit: Literal[
        "school days",
        "working days",
        "calendar days",
        "weeks",
        "months",
        "years",
        "hours",
        "school day ordinal",
        "half days",
        "pounds",
        "percent",
        "count",
        "years of age",
        "date",
        "reading",
    ]
    values: list[ParameterValueEntry] = Field(min_length=1)
    certainty: Literal["confirmed", "unverified"] = "confirmed"
    local_choice: LocalChoiceEntry | None = None
    readings: dict[str, str] = {}
    note: str = ""


class GovernsEntry(Document):
    from_: Day | Literal["not known"] | None = Field(None, alias="from")
    until: Day | None = None
    by: str | None = None


class WithinEntry(Document):
    parameter: str
    after: str


class AtLeastEntry(Document):
    parameter: str
    before: str


class WithoutDelayEntry(Document):
    after: str


class AtIntervalsEntry(Document):
    parameter: str
    from_: str = Field(alias="from")
    each: str


class MeetingEntry(Document):
    event: str
    having: dict[str, Any] = {}
    lacking: dict[str, Any] = {}
    on: str | None = None
    after: str | None = None
    needed_if: ConditionData = None


class RecordingEntry(Document):
    """An act as it would be recorded; `any` under an attribute stands for any value of it."""

    event: str
    having: dict[str, Any] = {}


class ActDocument(Document):
    """What a rule says: whose act, in which words, by when, and what meets it."""

    id: str
    bearer: str
    must: str | None = None
    should: str | None = None
    should_not: str | None = None
    expected: str | None = None
    may: str | None = None
    must_not: str | None = None
    means: str | None = None
    consider: str | None = None
    within: WithinEntry | None = None
    on_the_day: str | None = None
    before: str | None = None
    at_least: AtLeastEntry | None = None
    without_delay: WithoutDelayEntry | YesNo | None = None
    not_before: str | None = None
    by_event: str | None = None
    at_intervals: AtIntervalsEntry | None = None
    each_term: str | None = None
    met_by: list[str | MeetingEntry] = []
    met_by_all: list[str | MeetingEntry] = []
    met_within: Literal["subject", "run", "case"] = "subject"
    breached_when: ConditionData = None
    would_record: RecordingEntry | None = None
    if_missed: str = ""
    quantity: str | None = None


class SupersededEntry(Document):
    by: str | list[str]
    from_: Day | None = Field(None, alias="from")


class RelationDocument(Document):
    """How a local rule stands to rules of the packs below: each entry one rule id, or a list of them."""

    implements: str | list[str] | None = None
    specifies: str | list[str] | None = None
    stricter: str | list[str] | None = None
    supplements: str | list[str] | None = None
    mirrors: str | list[str] | None = None
    tension: str | list[str] | None = None
    superseded: str | list[str] | SupersededEntry | None = None


class AuthorityDocument(Document):
    body: str
    document: str
    url: str = ""
    note: str = ""


class RuleDocument(Document):
    """One rule."""

    title: str
    force: Literal["Act", "regulations", "statutory guidance", "code", "local protocol", "good practice"]
    cites: list[str] = Field(min_length=1)
    governs: GovernsEntry = GovernsEntry()
    verified: Literal["yes", "marked", "no"] = "yes"
    note: str = ""
    for_each: str | list[str]
    when: ConditionData = None
    unless: list[str] = []
    overrides: list[str] = []
    relation: RelationDocument | None = None
    authority: AuthorityDocument | None = None
    duty: ActDocument | None = None
    expectation: ActDocument | None = None
    right: ActDocument | None = None
    power: ActDocument | None = None
    prohibition: ActDocument | None = None
    definition: ActDocument | None = None
    option: ActDocument | None = None
    reading: str = ""
    alternative: str = ""


class TableBody(Document):
    decides: str
    hit: Literal["exactly one", "first"]
    order_matters: YesNo = "no"
    columns: list[str] = Field(min_length=1)
    rows: list[list[Any]] = Field(min_length=1)


class TableDocument(Document):
    """One decision table."""

    title: str
    cites: list[str] = Field(min_length=1)
    table: TableBody
    reading: str = ""
    note: str = ""
