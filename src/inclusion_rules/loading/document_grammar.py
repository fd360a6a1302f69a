"""The grammar of documents (notices, letters, referrals), of answers for them and of notices that came in.

Pydantic models that mirror the YAML; names are looked up in `document_files` and `notice_files`.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from inclusion_rules.loading.documents import GovernsEntry
from inclusion_rules.loading.grammar import ConditionData, Day, Document

Scalars = str | int | float | bool | date


class FilledFromEntry(Document):
    """`filled from:` where the record holds what an item says: exactly one of a fact, a duty, the case, an event."""

    fact: str | None = None
    duty: str | None = None
    date: Literal["due", "not before", "met on", "arose on", "alert on"] | None = None
    case: str | None = None
    event: str | None = None
    attribute: str | None = None


class CiteEntry(Document):
    """A provision that is cited for some cases or some days only."""

    cite: str
    when: ConditionData = None
    governs: GovernsEntry = GovernsEntry()


class CopyEntry(Document):
    """Somebody who is sent the document as well, where a condition holds."""

    role: str
    when: ConditionData = None


class BindsEntry(Document):
    """Cases and days for which the items bind as they say."""

    when: ConditionData = None
    governs: GovernsEntry = GovernsEntry()


class ParticularEntry(Document):
    """Something that a document needs and no law asks for, such as a name."""

    particular: str
    asks: str = ""
    filled_from: FilledFromEntry | None = None
    note: str = ""


class ItemEntry(Document):
    """One thing that the law asks a document to say."""

    item: str
    says: str
    force: Literal["must", "should"]
    cites: list[str | CiteEntry] = Field(min_length=1)
    required_when: ConditionData = None
    governs: GovernsEntry = GovernsEntry()
    filled_from: FilledFromEntry | None = None
    asks: str = ""
    heading: str = ""
    wording: str
    recognised_by: list[str] = Field(default_factory=list)
    verified: Literal["yes", "no"] = "yes"
    note: str = ""


class DocumentDocument(Document):
    """`documents/NAME.yaml`: one notice, letter or referral."""

    document: str
    title: str
    from_: str = Field(alias="from")
    to: str
    copies_to: list[str | CopyEntry] = Field(default_factory=list)
    for_each: str | list[str]
    goes_with: list[str] = Field(min_length=1)
    recorded_as: str | None = None
    fulfils: list[str] = Field(default_factory=list)
    binds: list[BindsEntry] = Field(default_factory=list)
    particulars: list[ParticularEntry] = Field(default_factory=list)
    opening: str = ""
    closing: str = ""
    items: list[ItemEntry] = Field(min_length=1)
    note: str = ""


class AnswersDocument(Document):
    """Answers to what a document asks for and no record holds."""

    document: str | None = None
    answers: dict[str, Scalars | list[str]]


class NoticeDocument(Document):
    """A notice that came in, item by item."""

    document: str
    items: dict[str, str | Day | int | float]
    note: str = ""
