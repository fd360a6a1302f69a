"""What an expectation can say of a finding or of an obligation: fields by name, their kinds, and where each is found.

Knows the words of the decision's JSON and nothing of files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from inclusion_rules.domain.findings import Finding, Obligation
from inclusion_rules.vocabulary import Verification


class Kind(StrEnum):
    """The kinds of values that an expectation can state, in the words of its error messages."""

    DAY = "a date such as 2025-03-24, or null for none"
    WORD = "a word"
    WORDS = "a list of words"
    TEXT = "words that must occur in it, or null for none"
    YES_NO = "true, false or null"
    COUNT = "a whole number, or null for none"


Expected = date | bool | int | str | frozenset[str] | None
"""One stated value; a word is spelled as an identifier."""

Subject = TypeVar("Subject", Finding, Obligation)


@dataclass(frozen=True, slots=True)
class Field(Generic[Subject]):
    """One field: its kind, which closed set its words come from (by name), and how a decision's entry shows it."""

    kind: Kind
    of: Callable[[Subject], Expected]
    words: str = ""
    tells_apart: bool = False


def _verified(entry: Finding | Obligation) -> bool:
    return entry.rule.verified is Verification.YES


_FINDING: dict[str, Field[Finding]] = {
    "about": Field(Kind.DAY, lambda finding: finding.about, tells_apart=True),
    "rule": Field(Kind.WORD, lambda finding: finding.rule.id, "rule", tells_apart=True),
    "pack": Field(Kind.WORD, lambda finding: finding.rule.pack, "pack", tells_apart=True),
    "outcome": Field(Kind.WORD, lambda finding: finding.outcome.value, "outcome"),
    "missing_facts": Field(Kind.WORDS, lambda finding: frozenset(finding.missing_facts), "fact"),
    "breached": Field(Kind.YES_NO, lambda finding: finding.breached),
    "held_back_by": Field(Kind.WORD, lambda finding: finding.held_back_by, "rule"),
    "verified": Field(Kind.YES_NO, _verified),
    "modality": Field(Kind.WORD, lambda finding: finding.rule.modality.value, "modality"),
    "bearer": Field(Kind.WORD, lambda finding: finding.rule.bearer, "role"),
}
FINDING_FIELDS: Mapping[str, Field[Finding]] = _FINDING
"""What can be expected of a finding beside its duty."""

_OBLIGATION: dict[str, Field[Obligation]] = {
    "about": Field(Kind.DAY, lambda entry: entry.about, tells_apart=True),
    "occurrence": Field(Kind.COUNT, lambda entry: entry.occurrence, tells_apart=True),
    "rule": Field(Kind.WORD, lambda entry: entry.rule.id, "rule", tells_apart=True),
    "pack": Field(Kind.WORD, lambda entry: entry.rule.pack, "pack", tells_apart=True),
    "status": Field(Kind.WORD, lambda entry: entry.status.value, "status"),
    "due": Field(Kind.DAY, lambda entry: entry.due),
    "arose_on": Field(Kind.DAY, lambda entry: entry.arose_on),
    "met_on": Field(Kind.DAY, lambda entry: entry.met_on),
    "late_by_school_days": Field(Kind.COUNT, lambda entry: entry.late_by_school_days),
    "alert_on": Field(Kind.DAY, lambda entry: entry.alert_on),
    "not_before": Field(Kind.DAY, lambda entry: entry.not_before),
    "waiting_for": Field(Kind.WORD, lambda entry: entry.waiting_for, "event"),
    "bearer": Field(Kind.WORD, lambda entry: entry.bearer, "role"),
    "bearer_is": Field(Kind.TEXT, lambda entry: entry.bearer_is),
    "modality": Field(Kind.WORD, lambda entry: entry.rule.modality.value, "modality"),
    "verified": Field(Kind.YES_NO, _verified),
    "why": Field(Kind.TEXT, lambda entry: entry.why),
    "missing_facts": Field(Kind.WORDS, lambda entry: frozenset(entry.missing_facts), "fact"),
}
OBLIGATION_FIELDS: Mapping[str, Field[Obligation]] = _OBLIGATION
"""What can be expected of an obligation beside its duty."""


def agrees(kind: Kind, expected: Expected, found: Expected) -> bool:
    """Whether what was found is what was expected; of text it is enough that the expected words occur."""
    if kind is Kind.TEXT and isinstance(expected, str) and isinstance(found, str):
        return expected.casefold() in found.casefold()
    return expected == found
