"""One document file, linked: every fact, duty, event, role and provision it names is looked up.

Reads wordings as text only: what a template may say is `documents.templates`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from inclusion_rules.domain.conditions import ALWAYS, Condition
from inclusion_rules.domain.document_items import (
    FORMS,
    Binding,
    Cite,
    Copy,
    DocumentDefinition,
    Filling,
    FromCaseNumber,
    FromDuty,
    FromEvent,
    FromFact,
    Item,
    TemplateText,
)
from inclusion_rules.domain.facts import FactKind, FactType
from inclusion_rules.domain.law import Provision
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import CASE, EXCLUSION_EVENTS, Governs
from inclusion_rules.loading.conditions import Names, read_condition
from inclusion_rules.loading.document_grammar import (
    DocumentDocument,
    FilledFromEntry,
    ItemEntry,
    ParticularEntry,
)
from inclusion_rules.loading.document_reading import child, read_document, span_at
from inclusion_rules.loading.documents import GovernsEntry
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import read_tree
from inclusion_rules.loading.yaml_tree import Node, Scalar
from inclusion_rules.vocabulary import Modality, identifier, words

SHARED_LAYOUT = "letter"
ENDINGS = {"text": ".txt.j2", "html": ".html.j2"}
TEXT = FactType(FactKind.TEXT)
DAY = FactType(FactKind.DATE)
SUBJECTS = {
    "exclusion": EXCLUSION_EVENTS,
    "suspension": ("suspended",),
    "permanent_exclusion": ("permanently_excluded",),
    "case": (CASE,),
}


@dataclass(frozen=True, slots=True)
class DocumentLinker:
    """One document file and everything that it may refer to."""

    edition: Edition
    pack: str
    version: str
    provisions: Mapping[str, Provision]
    layouts: Mapping[str, TemplateText]
    path: Path
    problems: Problems

    def read(self) -> DocumentDefinition | None:
        """The definition, or None where too little of the file can be used."""
        node = read_tree(self.path, self.problems)
        document = read_document(DocumentDocument, node, self.problems) if node is not None else None
        if document is None or node is None:
            return None
        name = self.path.stem
        if identifier(document.document) != name:
            message = f"this file defines `{document.document}`; its name says `{words(name)}`"
            self.problems.add(span_at(node, "document"), "R204", message, help="a document has the name of its file")
        layouts = self._layouts(name, node)
        particulars = tuple(self._particular(entry, node, at) for at, entry in enumerate(document.particulars))
        items = tuple(self._item(entry, node, at) for at, entry in enumerate(document.items))
        self._refuse_doubles(document, node)
        recorded_as = identifier(document.recorded_as) if document.recorded_as is not None else None
        if recorded_as is not None:
            self._event(document.recorded_as or "", node, "recorded_as")
        for position, duty in enumerate(document.fulfils):
            self._duty(duty, node, "fulfils", position)
        return DocumentDefinition(
            id=name,
            pack=self.pack,
            version=self.version,
            digest=self._digest(layouts),
            title=document.title,
            sender=self._role(document.from_, node, "from"),
            recipient=self._role(document.to, node, "to"),
            copies=tuple(self._copies(document, node)),
            for_each=self._subjects(document, node),
            goes_with=tuple(self._event(one, node, "goes_with", at) for at, one in enumerate(document.goes_with)),
            recorded_as=recorded_as,
            fulfils=tuple(map(identifier, document.fulfils)),
            binds=tuple(
                Binding(self._condition(node, "binds", at, "when"), self._governs(entry.governs, node, "binds", at))
                for at, entry in enumerate(document.binds)
            ),
            particulars=particulars,
            items=items,
            opening=self._wording(node, "opening"),
            closing=self._wording(node, "closing"),
            layouts=layouts,
            provisions=self.provisions,
            note=document.note,
            span=span_at(node, "document"),
        )

    # Parts -----------------------------------------------------------------------------------------------------------

    def _particular(self, entry: ParticularEntry, node: Node, at: int) -> Item:
        where = ("particulars", at)
        filling, kind = self._filling(entry.filled_from, node, *where)
        if filling is None and not entry.asks:
            self.problems.add(
                span_at(node, *where, "particular"),
                "R202",
                f"nothing says where `{entry.particular}` comes from",
                help="add `asks:` with a question, or `filled from:`",
            )
        return Item(
            id=identifier(entry.particular),
            says=entry.asks or words(entry.particular),
            force=None,
            type=kind,
            filling=filling,
            asks=entry.asks,
            note=entry.note,
            span=span_at(node, *where, "particular"),
        )

    def _item(self, entry: ItemEntry, node: Node, at: int) -> Item:
        where = ("items", at)
        filling, kind = self._filling(entry.filled_from, node, *where)
        return Item(
            id=identifier(entry.item),
            says=entry.says,
            force=Modality(entry.force),
            type=kind,
            cites=tuple(self._cites(entry, node, *where)),
            when=self._condition(node, *where, "required_when"),
            governs=self._governs(entry.governs, node, *where),
            filling=filling,
            asks=entry.asks,
            heading=entry.heading,
            wording=self._wording(node, *where, "wording"),
            recognised_by=self._phrases(entry, node, *where),
            verified=entry.verified == "yes",
            note=entry.note,
            span=span_at(node, *where, "item"),
        )

    def _cites(self, entry: ItemEntry, node: Node, *where: str | int) -> Iterable[Cite]:
        for at, cite in enumerate(entry.cites):
            here = (*where, "cites", at)
            named = cite if isinstance(cite, str) else cite.cite
            if named not in self.provisions:
                place = span_at(node, *here) if isinstance(cite, str) else span_at(node, *here, "cite")
                self.problems.unknown(place, "a provision this pack knows", named, self.provisions)
            if isinstance(cite, str):
                yield Cite(named)
            else:
                yield Cite(named, self._condition(node, *here, "when"), self._governs(cite.governs, node, *here))

    def _filling(self, entry: FilledFromEntry | None, node: Node, *where: str | int) -> tuple[Filling | None, FactType]:
        """What an item is filled from, and the kind of value that this is."""
        if entry is None:
            return None, TEXT
        here = (*where, "filled_from")
        given = [key for key in ("fact", "duty", "case", "event") if getattr(entry, key) is not None]
        if len(given) != 1:
            message = "an item is filled from one thing: a `fact`, a `duty`, the `case` or an `event`"
            self.problems.add(span_at(node, *here), "R204", message, help="keep one of them")
            return None, TEXT
        if (entry.date is not None) != (given == ["duty"]):
            help = "for example `{duty: board consider pex, date: due}`"
            self.problems.add(span_at(node, *here), "R204", "a `duty` and a `date` of it go together", help=help)
            return None, TEXT
        if entry.fact is not None:
            return self._fact(entry.fact, node, *here, "fact")
        if entry.duty is not None:
            self._duty(entry.duty, node, *here, "duty")
            return FromDuty(identifier(entry.duty), identifier(entry.date or "due")), DAY
        if entry.case is not None:
            return self._of_the_case(entry.case, node, *here, "case")
        event = self._event(entry.event or "", node, *here, "event")
        return self._of_an_event(event, entry.attribute, node, *here)

    def _fact(self, written: str, node: Node, *where: str | int) -> tuple[Filling | None, FactType]:
        fact = self.edition.facts.get(identifier(written))
        if fact is None:
            self.problems.unknown(span_at(node, *where), "a fact this pack knows", written, self.edition.facts)
            return None, TEXT
        return FromFact(fact.name), fact.type

    def _of_the_case(self, key: str, node: Node, *where: str | int) -> tuple[Filling | None, FactType]:
        if key == "number":
            return FromCaseNumber(), TEXT
        taken = {fact.taken_from: fact for fact in self.edition.facts.values() if fact.taken_from is not None}
        if key not in taken:
            known = ["number", *taken]
            self.problems.unknown(span_at(node, *where), "a part of a case file, such as `school.name`", key, known)
            return None, TEXT
        return FromFact(taken[key].name), taken[key].type

    def _of_an_event(
        self, event: str, attribute: str | None, node: Node, *where: str | int
    ) -> tuple[Filling | None, FactType]:
        if attribute is None:
            return FromEvent(event, None), DAY
        name = identifier(attribute)
        definition = self.edition.events.get(event)
        carried = (*definition.needs, *definition.may) if definition is not None else ()
        if definition is not None and name not in carried:
            self.problems.unknown(
                span_at(node, *where, "attribute"), f"an attribute of `{words(event)}`", attribute, carried
            )
        kinds = self.edition.attributes
        return FromEvent(event, name), kinds.get(f"{event}.{name}", kinds.get(name, TEXT))

    def _phrases(self, entry: ItemEntry, node: Node, *where: str | int) -> tuple[str, ...]:
        for at, phrase in enumerate(entry.recognised_by):
            if not any(character.isalnum() for character in phrase):
                place = span_at(node, *where, "recognised_by", at)
                self.problems.add(place, "R204", "a phrase needs words to be recognised by", help="write the words")
        return tuple(entry.recognised_by)

    def _copies(self, document: DocumentDocument, node: Node) -> Iterable[Copy]:
        for at, entry in enumerate(document.copies_to):
            if isinstance(entry, str):
                yield Copy(self._role(entry, node, "copies_to", at))
            else:
                role = self._role(entry.role, node, "copies_to", at, "role")
                yield Copy(role, self._condition(node, "copies_to", at, "when"))

    # Names -----------------------------------------------------------------------------------------------------------

    def _role(self, written: str, node: Node, *where: str | int) -> str:
        name = identifier(written)
        if name not in self.edition.roles:
            self.problems.unknown(span_at(node, *where), "a role this pack knows", written, self.edition.roles)
        return name

    def _event(self, written: str, node: Node, *where: str | int) -> str:
        name = identifier(written)
        if name not in self.edition.events:
            self.problems.unknown(span_at(node, *where), "an event of the vocabulary", written, self.edition.events)
        return name

    def _duty(self, written: str, node: Node, *where: str | int) -> None:
        known = {rule.duty for rule in self.edition.rules if rule.raises_obligations}
        if identifier(written) not in known:
            self.problems.unknown(span_at(node, *where), "a duty that a rule of this pack raises", written, known)

    def _subjects(self, document: DocumentDocument, node: Node) -> tuple[str, ...]:
        listed = document.for_each if isinstance(document.for_each, list) else [document.for_each]
        found: list[str] = []
        for word in listed:
            name = identifier(word)
            if name not in SUBJECTS and name not in self.edition.events:
                known = [*SUBJECTS, *self.edition.events]
                self.problems.unknown(span_at(node, "for_each"), "something a document can be about", word, known)
            found.extend(SUBJECTS.get(name, (name,)))
        return tuple(dict.fromkeys(found))

    def _condition(self, node: Node, *where: str | int) -> Condition:
        place = child(node, *where)
        if place is None:
            return ALWAYS
        names = Names(
            {name: fact.type for name, fact in self.edition.facts.items()},
            {name: parameter.unit for name, parameter in self.edition.parameters.items()},
        )
        return read_condition(place, names, self.problems) or ALWAYS

    def _governs(self, entry: GovernsEntry, node: Node, *where: str | int) -> Governs:
        by = identifier(entry.by) if entry.by else None
        fact = self.edition.facts.get(by) if by is not None else None
        if by is not None and (fact is None or fact.type.kind is not FactKind.DATE):
            dates = [name for name, known in self.edition.facts.items() if known.type.kind is FactKind.DATE]
            self.problems.unknown(span_at(node, *where, "governs", "by"), "a date fact", entry.by or "", dates)
        if entry.from_ == "not known":
            return Governs(None, entry.until, by, known=False)
        first = entry.from_ if isinstance(entry.from_, date) else None
        if first is not None and entry.until is not None and entry.until < first:
            self.problems.add(span_at(node, *where, "governs", "until"), "R206", "this ends before it begins")
        return Governs(first, entry.until, by)

    # Templates -------------------------------------------------------------------------------------------------------

    def _wording(self, node: Node, *where: str | int) -> TemplateText | None:
        place = child(node, *where)
        if not isinstance(place, Scalar) or not place.text.strip():
            return None
        lines = self.problems.sources[str(self.path)].lines
        indicator = lines[place.span.line - 1][place.span.column - 1 :]
        if indicator.startswith("|"):
            return TemplateText(place.text, replace(place.span, line=place.span.line + 1, column=1), lines)
        return TemplateText(place.text, place.span, lines, exact=False)

    def _layouts(self, name: str, node: Node) -> dict[str, TemplateText]:
        found = {}
        for form in FORMS:
            own, shared = f"{name}{ENDINGS[form]}", f"{SHARED_LAYOUT}{ENDINGS[form]}"
            layout = self.layouts.get(own) or self.layouts.get(shared)
            if layout is None:
                message = f"there is no template to lay this document out as {form}"
                help = f"add `{own}`, or `{shared}` for every document that has none of its own"
                self.problems.add(span_at(node, "document"), "R202", message, help=help)
            else:
                found[form] = layout
        return found

    def _digest(self, layouts: Mapping[str, TemplateText]) -> str:
        """A digest of the definition and of the templates that lay it out, so that a draft says what made it."""
        total = hashlib.sha256("\n".join(self.problems.sources[str(self.path)].lines).encode())
        for form in sorted(layouts):
            total.update(f"\0{form}\0{layouts[form].text}".encode())
        return f"sha256:{total.hexdigest()}"

    def _refuse_doubles(self, document: DocumentDocument, node: Node) -> None:
        seen: set[str] = set()
        places = [("particulars", at, "particular", one.particular) for at, one in enumerate(document.particulars)]
        places += [("items", at, "item", one.item) for at, one in enumerate(document.items)]
        for part, at, key, name in places:
            if not identifier(name).isidentifier():
                message = f"`{name}` cannot be used as a name in templates"
                self.problems.add(span_at(node, part, at, key), "R204", message, help="use letters, figures and spaces")
            if identifier(name) in seen:
                message = f"`{name}` stands in this document twice"
                self.problems.add(span_at(node, part, at, key), "R209", message, help="give one of them another name")
            seen.add(identifier(name))
