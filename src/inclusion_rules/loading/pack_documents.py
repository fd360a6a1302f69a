"""The documents of one pack folder, gathered, each with the tree it was read from."""

from __future__ import annotations

from dataclasses import dataclass, field

from inclusion_rules.loading.commitment_documents import CommitmentDocument
from inclusion_rules.loading.coverage_documents import CoverageDocument
from inclusion_rules.loading.documents import (
    AttributesDocument,
    CodesDocument,
    DutyEntryDocument,
    EventEntry,
    FactsDocument,
    PackDocument,
    ParameterDocument,
    ProvisionsDocument,
    RolesDocument,
    RuleDocument,
    ServiceDocument,
    TableDocument,
)
from inclusion_rules.loading.layer_documents import ChoiceDocument, TensionsDocument
from inclusion_rules.loading.seed_documents import SeedDocument
from inclusion_rules.loading.yaml_tree import Node


@dataclass
class PackDocuments:
    """The documents of one pack folder, each with the tree it was read from."""

    pack: PackDocument
    digest: str
    events: list[tuple[str, EventEntry, Node]] = field(default_factory=list)
    attributes: list[tuple[AttributesDocument, Node]] = field(default_factory=list)
    roles: list[tuple[RolesDocument, Node]] = field(default_factory=list)
    codes: list[tuple[CodesDocument, Node]] = field(default_factory=list)
    service: list[tuple[ServiceDocument, Node]] = field(default_factory=list)
    provisions: list[tuple[ProvisionsDocument, Node]] = field(default_factory=list)
    catalogue: list[tuple[DutyEntryDocument, Node]] = field(default_factory=list)
    facts: list[tuple[FactsDocument, Node]] = field(default_factory=list)
    parameters: list[tuple[str, ParameterDocument, Node]] = field(default_factory=list)
    tables: list[tuple[str, TableDocument, Node]] = field(default_factory=list)
    rules: list[tuple[str, RuleDocument, Node]] = field(default_factory=list)
    choices: list[tuple[str, ChoiceDocument, Node]] = field(default_factory=list)
    tensions: tuple[TensionsDocument, Node] | None = None
    commitments: list[tuple[CommitmentDocument, Node]] = field(default_factory=list)
    seed: tuple[SeedDocument, Node] | None = None
    coverage: tuple[CoverageDocument, Node] | None = None
