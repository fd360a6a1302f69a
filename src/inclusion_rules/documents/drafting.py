"""A draft of a document for one case: its words with what the record holds filled in, and a list of what is missing.

A blank stays a marked blank: nothing is made up. Every item is told with the provision that asks for it, and every day
that was counted with its working. Hands back values and text; what is sent, and whether, is for a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from inclusion_rules.documents.contents import Content, quantity_in_words
from inclusion_rules.documents.items import Held, ItemState, held_against, role_title
from inclusion_rules.documents.sending import Sending
from inclusion_rules.documents.templates import Offered, Value, filled_in
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.deadlines import Deadline
from inclusion_rules.domain.document_items import TEXT, Answers, DocumentDefinition, TemplateText
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.wording import day_in_words

BLANK_BEGINS = "[not known:"
SAID, BLANK, TO_SETTLE, NOT_NEEDED = "said", "blank", "to settle", "not needed"


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that a draft needs and no record holds: the question to ask, for which item, and who asks for it."""

    name: str
    question: str
    citations: tuple[str, ...]
    force: str | None


@dataclass(frozen=True, slots=True)
class DayCounted:
    """A day that a draft names and that was counted: for which item, and the deadline with its working."""

    name: str
    words: str
    deadline: Deadline
    alternative: str = ""

    @property
    def how(self) -> str:
        """How it was counted, in one phrase, and how else it could be read."""
        one = self.deadline
        counted = f"{one.count} {one.unit.value}, {one.rule.value}, from {day_in_words(one.counted_from)}"
        otherwise = f". It could also be read: {self.alternative}" if self.alternative else ""
        return f"{counted}, by {one.calendar}{otherwise}"


@dataclass(frozen=True, slots=True)
class DraftedItem:
    """One item of a draft: where it stands (`said`, `blank`, `to settle`, `not needed`) and its words as plain text."""

    state: ItemState
    standing: str
    words: str


@dataclass(frozen=True)
class Draft:
    """A document drafted for a case. `complete` says that nothing is missing and nothing is left to settle."""

    held: Held
    items: tuple[DraftedItem, ...]
    missing: tuple[Missing, ...]
    days: tuple[DayCounted, ...]

    @property
    def complete(self) -> bool:
        """Whether every item that is needed is said, and it is known of each whether it is needed."""
        return not self.missing and all(one.standing in (SAID, NOT_NEEDED) for one in self.items)


def draft_document(
    definition: DocumentDefinition,
    record: CaseRecord,
    rulebook: Rulebook,
    *,
    as_of: date,
    about: date | None = None,
    answers: Answers | None = None,
    sending: Sending | None = None,
) -> Draft:
    """Draft a document for a case as of a day.

    Args:
        about: the date of the exclusion that the document is about; the latest by default.
        answers: what a person has answered for items that no record holds.
        sending: when it is going to be sent; days that run from its sending are counted from this.

    Raises:
        DocumentDoesNotFitError: the case records nothing that the document goes with.
        AlreadySentError: the record says that it was sent on another day.
        InvalidFilesError: a wording of the document cannot be filled in.
    """
    held = held_against(definition, record, rulebook, as_of=as_of, about=about, answers=answers, sending=sending)
    pen = Pen(held, TEXT)
    items = tuple(pen.item(state) for state in held.items)
    for template in (definition.opening, definition.closing):
        pen.words_of(template)
    for state in held.particulars:
        if state.content is None:
            pen.miss(state)
    return Draft(held, items, tuple(pen.missing.values()), tuple(pen.days.values()))


# Writing --------------------------------------------------------------------------------------------------------------


class Pen:
    """Writes the words of a document in one form, and notes what it had to leave blank and which days it named."""

    def __init__(self, held: Held, form: str) -> None:
        self.held = held
        self.form = form
        self.missing: dict[str, Missing] = {}
        self.days: dict[str, DayCounted] = {}
        self.left_blank = False
        self.states = {state.item.id: state for state in (*held.particulars, *held.items)}

    def item(self, state: ItemState) -> DraftedItem:
        """One item, written."""
        if state.needed is False:
            return DraftedItem(state, NOT_NEEDED, "")
        self.left_blank = False
        written = self.words_of(state.item.wording, state)
        if state.item.holds_a_value and state.content is None:
            self.miss(state)
        for question in state.hangs_on:
            self._note(state.item.id, question, state)
        standing = TO_SETTLE if state.needed is None else BLANK if self.left_blank else SAID
        return DraftedItem(state, standing, written)

    def words_of(self, template: TemplateText | None, state: ItemState | None = None) -> str:
        """A wording with its values filled in."""
        if template is None:
            return ""
        given = offered_to_wording(self.held.definition, self.held.book.edition)
        values: dict[str, object] = {
            "values": _Lazy(given["values"], lambda name: self.value(self.states[name])),
            "facts": _Lazy(given["facts"], partial(self.fact, state)),
            "quantities": _Lazy(given["quantities"], partial(self.quantity, state)),
            "roles": _Lazy(given["roles"], lambda name: Value(role_title(name, self.held), known=True)),
        }
        if state is not None:
            values["value"] = self.value(state)
        return filled_in(template, values, form=self.form).strip()

    def value(self, state: ItemState) -> Value:
        """What an item is filled with, as a template prints it."""
        content = state.content
        if content is None:
            question = state.question or state.item.says
            return Value(_blank(question), known=False, printed=lambda: self.miss(state))
        return self.known(state.item.id, content)

    def fact(self, state: ItemState | None, name: str) -> Value:
        """A fact, as a template prints it."""
        content = self.held.fact(name)
        if content is not None:
            return self.known(f"fact {name}", content)
        question = self.held.question_about(name)
        return Value(_blank(question), known=False, printed=lambda: self._miss_part(name, question, state))

    def quantity(self, state: ItemState | None, name: str) -> Value:
        """A quantity of the law, as a template prints it."""
        parameter = self.held.book.edition.parameters[name]
        found = quantity_in_words(parameter, self.held.book)
        if found is not None:
            return Value(found, known=True)
        question = f"What was the law's figure for this: {parameter.title}?"
        return Value(_blank(question), known=False, printed=lambda: self._miss_part(name, question, state))

    def known(self, name: str, content: Content) -> Value:
        """A value that is known; a day that was counted is noted when it is printed."""
        deadline = content.deadline
        if deadline is None:
            return Value(content.words, known=True, truth=bool(content.value))
        counted = DayCounted(name, content.words, deadline, content.alternative)
        return Value(content.words, known=True, printed=lambda: self._note_day(counted))

    def miss(self, state: ItemState) -> None:
        """Note an item that could not be filled in; a name or an address that is missing leaves no item unsaid."""
        self.left_blank = self.left_blank or state.force is not None
        self._note(state.item.id, state.question or state.item.says, state)

    def _miss_part(self, name: str, question: str, state: ItemState | None) -> None:
        self.left_blank = True
        self._note(name, question, state)

    def _note_day(self, counted: DayCounted) -> None:
        self.days.setdefault(counted.name, counted)

    def _note(self, name: str, question: str, state: ItemState | None) -> None:
        force = state.force.value if state is not None and state.force is not None else None
        citations = state.citations if state is not None else ()
        self.missing.setdefault(question, Missing(name, question, citations, force))


class _Lazy(Offered):
    """Values that are worked out when a template asks for them."""

    def __init__(self, offered: Offered, make: Callable[[str], Value]) -> None:
        super().__init__(offered.kind, offered)
        self.make = make

    def __getitem__(self, name: str) -> object:
        return self.make(name)


def offered_to_wording(definition: DocumentDefinition, edition: Edition) -> dict[str, Offered]:
    """The names that the wordings of a document may use: values, facts, quantities of the law and roles."""
    return {
        "values": Offered("a particular or item of this document", dict.fromkeys(one.id for one in definition.fields)),
        "facts": Offered("a fact this pack knows", dict.fromkeys(edition.facts)),
        "quantities": Offered("a parameter this pack knows", dict.fromkeys(edition.parameters)),
        "roles": Offered("a role this pack knows", dict.fromkeys(edition.roles)),
    }


def _blank(question: str) -> str:
    return f"{BLANK_BEGINS} {question}]"
