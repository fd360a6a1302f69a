"""What a notice or letter has to say: its items, each with the law that asks for it, when it is needed, and its words.

Holds definitions as a pack writes them. Does not know how words are filled in, nor what an incoming notice holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from inclusion_rules.domain.conditions import ALWAYS, Condition
from inclusion_rules.domain.facts import FactType
from inclusion_rules.domain.law import Provision
from inclusion_rules.domain.rules import Governs
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import Modality

TEXT, HTML = "text", "html"
ON_ALL_DAYS = Governs()
FORMS = (TEXT, HTML)
"""The forms in which a document can be written out, each with a template of its own."""


@dataclass(frozen=True, slots=True)
class TemplateText:
    """The text of a template and where it stands. `lines` are those of its file, for quoting.

    `exact` says that each line of the text is a line of the file, the first at `span`; folded text has only its place.
    """

    text: str
    span: Span
    lines: tuple[str, ...] = field(compare=False)
    exact: bool = True


@dataclass(frozen=True, slots=True)
class FromFact:
    """Filled from a fact of the case."""

    fact: str


@dataclass(frozen=True, slots=True)
class FromDuty:
    """Filled from a day of an obligation: `due`, `not_before`, `met_on`, `arose_on` or `alert_on`."""

    duty: str
    day: str


@dataclass(frozen=True, slots=True)
class FromEvent:
    """Filled from the latest event of that name: one of its attributes, or its own day where `attribute` is None."""

    event: str
    attribute: str | None


@dataclass(frozen=True, slots=True)
class FromCaseNumber:
    """Filled with the number of the case."""


Filling = FromFact | FromDuty | FromEvent | FromCaseNumber


@dataclass(frozen=True, slots=True)
class Cite:
    """A provision that asks for an item, for some cases or some days only where `when` and `governs` say so."""

    citation: str
    when: Condition = ALWAYS
    governs: Governs = ON_ALL_DAYS


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a document says. A particular, such as a name, is an item that no law asks for: `force` is None.

    `asks` is the question to put to a person where no record holds the answer. `type` is what an answer must be.
    """

    id: str
    says: str
    force: Modality | None
    type: FactType
    cites: tuple[Cite, ...] = ()
    when: Condition = ALWAYS
    governs: Governs = ON_ALL_DAYS
    filling: Filling | None = None
    asks: str = ""
    heading: str = ""
    wording: TemplateText | None = None
    recognised_by: tuple[str, ...] = ()
    verified: bool = True
    note: str = ""
    span: Span | None = field(default=None, compare=False)

    @property
    def holds_a_value(self) -> bool:
        """Whether something has to be filled in, beyond words that are always the same."""
        return self.filling is not None or bool(self.asks)


@dataclass(frozen=True, slots=True)
class Binding:
    """Cases and days for which the items bind as they say; elsewhere what must be said only should be."""

    when: Condition = ALWAYS
    governs: Governs = ON_ALL_DAYS


@dataclass(frozen=True, slots=True)
class Copy:
    """Somebody who is sent the document as well."""

    role: str
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class DocumentDefinition:
    """A notice, letter or referral as a pack defines it. `layouts` holds the template of each form.

    `goes_with` names the events that it follows, and `recorded_as` the event that records its sending.
    """

    id: str
    pack: str
    version: str
    digest: str
    title: str
    sender: str
    recipient: str
    copies: tuple[Copy, ...]
    for_each: tuple[str, ...]
    goes_with: tuple[str, ...]
    recorded_as: str | None
    fulfils: tuple[str, ...]
    binds: tuple[Binding, ...]
    particulars: tuple[Item, ...]
    items: tuple[Item, ...]
    opening: TemplateText | None
    closing: TemplateText | None
    layouts: Mapping[str, TemplateText]
    provisions: Mapping[str, Provision]
    note: str = ""
    span: Span | None = field(default=None, compare=False)

    @property
    def fields(self) -> tuple[Item, ...]:
        """The particulars and items, in the order in which they are asked for."""
        return (*self.particulars, *self.items)

    def named(self, name: str) -> Item | None:
        """The particular or item of that name."""
        return next((one for one in self.fields if one.id == name), None)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person has answered for one document: words, or a day where the item is one; by name of item."""

    values: Mapping[str, bool | int | float | str | date | frozenset[str]] = field(default_factory=dict)
    spans: Mapping[str, Span] = field(default_factory=dict, compare=False)
