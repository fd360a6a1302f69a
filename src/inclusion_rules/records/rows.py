"""What a store holds, row by row, as queries give it back and as callers see it. Says nothing of whether it is sound.

Every instant is a text in UTC, because that text is what was hashed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from inclusion_rules.records.schema import EVENT


class CaseRow(NamedTuple):
    """The opening of a case. Without its header it has been erased."""

    case_id: str
    reference: str | None
    packs: str
    opened_at: str
    key: str | None
    header: str | None
    salt: str | None
    header_digest: str
    genesis: str


class EntryRow(NamedTuple):
    """One entry of a case. Without its body it has been redacted."""

    position: int
    case_id: str
    number: int
    kind: str
    recorded_at: str
    key: str | None
    body: str | None
    salt: str | None
    body_digest: str
    chain_hash: str


class HeadRow(NamedTuple):
    """How far a case has come: its last entry, how many of its entries are events, and the law it is pinned to."""

    case_id: str
    number: int
    chain_hash: str
    log_length: int
    recorded_at: str
    packs: str


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One entry as it is kept, for whoever follows the store or verifies a chain on their own.

    `position` grows over the whole store, `number` counts the entries of the case from 1. `body` is canonical JSON, and
    None where the entry has been redacted.
    """

    position: int
    case_id: str
    number: int
    kind: str
    recorded_at: datetime
    body: str | None
    salt: str | None
    key: str | None
    body_digest: str
    chain_hash: str

    @property
    def redacted(self) -> bool:
        """Whether what the entry said has been taken away."""
        return self.body is None

    @property
    def log_number(self) -> int | None:
        """The number of an event in the log of its case; None for other kinds, and where it has been redacted."""
        return int(json.loads(self.body)["number"]) if self.kind == EVENT and self.body is not None else None


@dataclass(frozen=True, slots=True)
class StoredOpening:
    """How a case was opened, with what its chain begins from. `header` is None where the case has been erased."""

    case_id: str
    reference: str | None
    opened_at: datetime
    packs: str
    key: str | None
    header: str | None
    salt: str | None
    header_digest: str
    genesis: str


@dataclass(frozen=True, slots=True)
class Head:
    """How far a case has come, and the hash that stands for all of it."""

    case_id: str
    number: int
    chain_hash: str
    recorded_at: datetime


def stored_entry(row: EntryRow) -> StoredEntry:
    """An entry for callers."""
    return StoredEntry(
        row.position,
        row.case_id,
        row.number,
        row.kind,
        datetime.fromisoformat(row.recorded_at),
        row.body,
        row.salt,
        row.key,
        row.body_digest,
        row.chain_hash,
    )


def stored_opening(row: CaseRow) -> StoredOpening:
    """An opening for callers."""
    return StoredOpening(
        row.case_id,
        row.reference,
        datetime.fromisoformat(row.opened_at),
        row.packs,
        row.key,
        row.header,
        row.salt,
        row.header_digest,
        row.genesis,
    )
