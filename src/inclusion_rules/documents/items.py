"""A document held against one case: which of its items are needed, what the record can say of each, and what it cannot.

Decides nothing itself: facts, obligations and their days come from the decision. What no record holds is a question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from inclusion_rules.casework.deciding import SubjectDecision, decide, decide_subject, facts_of_the_case
from inclusion_rules.casework.factbook import CALENDAR_TOO_SHORT, FactBook, NoLawError
from inclusion_rules.documents.contents import Content, content_of
from inclusion_rules.documents.sending import Sending, as_sent
from inclusion_rules.domain.cases import CaseRecord, Event
from inclusion_rules.domain.conditions import Condition
from inclusion_rules.domain.document_items import (
    Answers,
    DocumentDefinition,
    FromCaseNumber,
    FromDuty,
    FromEvent,
    FromFact,
    Item,
)
from inclusion_rules.domain.facts import FactDefinition, Unknown
from inclusion_rules.domain.findings import Decision, Obligation
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.rules import EXCLUSION_EVENTS, Governs
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.engine.evaluation import evaluate
from inclusion_rules.errors import Diagnostic, InclusionRulesError, InvalidFilesError, UnknownNameError
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import Modality, words

UNVERIFIED = "unverified"


class DocumentDoesNotFitError(InclusionRulesError):
    """The case records nothing that this document goes with, as of the day asked about."""

    def __init__(self, document: str, goes_with: tuple[str, ...], as_of: date) -> None:
        self.document = document
        self.goes_with = goes_with
        self.as_of = as_of
        events = " or ".join(f"`{words(name)}`" for name in goes_with)
        super().__init__(
            f"`{words(document)}` goes with {events}, which this case does not record as of {day_in_words(as_of)}"
        )

    def __reduce__(self) -> tuple[type[DocumentDoesNotFitError], tuple[str, tuple[str, ...], date]]:
        return (DocumentDoesNotFitError, (self.document, self.goes_with, self.as_of))


@dataclass(frozen=True, slots=True)
class ItemState:
    """An item in one case. `needed` is None where that is not known: `hangs_on` asks what would settle it.

    `question` is what to ask where there is no content. `force` is what binds in this case; `binds` is None where
    that is not known.
    """

    item: Item
    needed: bool | None
    hangs_on: tuple[str, ...]
    force: Modality | None
    binds: bool | None
    citations: tuple[str, ...]
    verified: bool
    content: Content | None
    question: str


@dataclass(frozen=True)
class Held:
    """A document held against a case: the facts it may print, and the state of each particular and item."""

    definition: DocumentDefinition
    record: CaseRecord
    rulebook: Rulebook
    decision: Decision
    book: FactBook
    about: date | None
    obligations: tuple[Obligation, ...]
    governed_by: date
    answers: Answers
    particulars: tuple[ItemState, ...] = field(default=())
    items: tuple[ItemState, ...] = field(default=())

    @property
    def is_about_an_exclusion(self) -> bool:
        """Whether the document is about an exclusion, and not about something else of the case."""
        return self.book.subject.kind in EXCLUSION_EVENTS

    def fact(self, name: str) -> Content | None:
        """A fact as a document prints it, or None where it is not known or there is none."""
        value, kind = self.book(name), self.book.edition.facts[name].type
        return content_of(value, kind, f"fact {name}", self.book.deadlines.get(name))

    def question_about(self, name: str) -> str:
        """What to ask for a fact that is not known."""
        if name == CALENDAR_TOO_SHORT:
            return "Which calendar of the school reaches the days that this needs?"
        value = self.book(name)
        if isinstance(value, Unknown) and CALENDAR_TOO_SHORT in value.missing:
            return self.question_about(CALENDAR_TOO_SHORT)
        if isinstance(value, Unknown) and name not in value.missing:
            asked = [self.book.edition.facts[part].asks for part in sorted(value.missing) if part in self._facts]
            if asked:
                return " ".join(dict.fromkeys(asked))
        return self._facts[name].asks if name in self._facts else words(name)

    @property
    def _facts(self) -> Mapping[str, FactDefinition]:
        return self.book.edition.facts


def held_against(
    definition: DocumentDefinition,
    record: CaseRecord,
    rulebook: Rulebook,
    *,
    as_of: date,
    about: date | None = None,
    answers: Answers | None = None,
    sending: Sending | None = None,
) -> Held:
    """A document held against a case as of a day.

    Args:
        about: the date of the exclusion that the document is about; the latest by default.
        sending: when the document is going to be sent; `as_of` is then no earlier than that day.

    Raises:
        DocumentDoesNotFitError: nothing that the document goes with is recorded.
        SendingError: the record says that it was sent on another day, or nothing records its sending.
        UnknownNameError: no exclusion has the date `about`.
        InvalidFilesError: an answer says something else than the record.
    """
    if sending is not None:
        record = as_sent(record, definition, sending, about, rulebook.edition(record.packs))
        as_of = max(as_of, sending.on)
    book, obligations = _subject(definition, record, rulebook, as_of, about)
    event = _event_of(definition, book)
    if event is None:
        raise DocumentDoesNotFitError(definition.id, definition.goes_with, as_of)
    held = Held(
        definition=definition,
        record=record,
        rulebook=rulebook,
        decision=decide(record, rulebook, as_of=as_of),
        book=book,
        about=book.subject.about,
        obligations=obligations,
        governed_by=book.subject.about or event.date,
        answers=answers or Answers(),
    )
    _refuse_contradictions(held)
    return replace(
        held,
        particulars=tuple(_state(item, held) for item in definition.particulars),
        items=tuple(_state(item, held) for item in definition.items),
    )


def _subject(
    definition: DocumentDefinition, record: CaseRecord, rulebook: Rulebook, as_of: date, about: date | None
) -> tuple[FactBook, tuple[Obligation, ...]]:
    """The facts and obligations of what the document is about."""
    found: list[SubjectDecision] = [
        one for one in decide_subject(record, rulebook, as_of=as_of) if one.placed.kind in definition.for_each
    ]
    if about is not None:
        dates = [one.book.subject.about for one in found]
        found = [one for one in found if one.book.subject.about == about]
        if not found:
            known = [day.isoformat() for day in dates if day is not None]
            raise UnknownNameError("date of what this document is about", about.isoformat(), known)
    if found:
        return found[-1].book, found[-1].obligations
    if set(definition.for_each) & set(EXCLUSION_EVENTS):
        raise DocumentDoesNotFitError(definition.id, definition.for_each, as_of)
    return facts_of_the_case(record, rulebook, as_of=as_of), ()


def _event_of(definition: DocumentDefinition, book: FactBook) -> Event | None:
    """The latest event that the document goes with: of its subject, or anywhere in the case where it is about none."""
    for scope in ("subject",) if book.subject.exclusion is not None else ("subject", "case"):
        found = [event for name in definition.goes_with for event in book.events_of(name, scope=scope)]
        if found:
            return max(found, key=lambda event: event.date)
    return None


def _refuse_contradictions(held: Held) -> None:
    """The record is put right where it stands, and not by an answer beside it."""
    found = []
    for item in held.definition.fields:
        answer = held.answers.values.get(item.id)
        recorded = _from_record(item, held) if answer is not None else None
        if recorded is not None and recorded.value != answer:
            message = f"the case file has `{recorded.words}` for `{words(item.id)}`, and this says something else"
            place = held.answers.spans.get(item.id, Span("answers", 1, 1))
            found.append(Diagnostic(place, "D707", message, help="put the case file right, or leave the answer out"))
    if found:
        raise InvalidFilesError(found)


# Items ----------------------------------------------------------------------------------------------------------------


def _state(item: Item, held: Held) -> ItemState:
    needed, hangs_on = _needed(item, held)
    binds = _binds(held)
    content = _content(item, held)
    citations = tuple(cite.citation for cite in item.cites if _applies(cite.when, cite.governs, held) is not False)
    certain = [held.definition.provisions[name].certainty != UNVERIFIED for name in citations]
    return ItemState(
        item=item,
        needed=needed,
        hangs_on=hangs_on,
        force=Modality.SHOULD if item.force is Modality.MUST and binds is False else item.force,
        binds=binds,
        citations=citations,
        verified=item.verified and (any(certain) or not certain),
        content=content,
        question="" if content is not None else _question(item, held),
    )


def _needed(item: Item, held: Held) -> tuple[bool | None, tuple[str, ...]]:
    """Whether the law asks for an item in this case, and the questions on which that hangs."""
    governed = _governs(item.governs, held)
    if governed is False:
        return False, ()
    try:
        trace = evaluate(item.when, held.book, held.book.parameter)
    except NoLawError as none:
        return None, (str(none),)
    if trace.result is False:
        return False, ()
    asked = dict.fromkeys(held.question_about(name) for name in sorted(trace.missing))
    if governed is None and item.governs.by is not None:
        asked[held.question_about(item.governs.by)] = None
    return (True, ()) if trace.result and governed else (None, tuple(asked))


def _binds(held: Held) -> bool | None:
    """Whether the items bind as they say: in the cases and on the days that the definition names, or everywhere."""
    results = [_applies(one.when, one.governs, held) for one in held.definition.binds]
    return True if not results or True in results else None if None in results else False


def _applies(when: Condition, governs: Governs, held: Held) -> bool | None:
    """Whether a condition holds in the case, on a day that is covered."""
    both = (_governs(governs, held), held.book.holds(when))
    return False if False in both else None if None in both else True


def _governs(governs: Governs, held: Held) -> bool | None:
    """Whether the day that decides is covered; None where that day is not known."""
    if governs.by is None:
        return governs.covers(held.governed_by)
    day = held.book(governs.by)
    return governs.covers(day) if isinstance(day, date) else None if isinstance(day, Unknown) else False


def _content(item: Item, held: Held) -> Content | None:
    """What an item is filled with: the record first, then what a person has answered."""
    found = _from_record(item, held)
    if found is not None or item.id not in held.answers.values:
        return found
    return content_of(held.answers.values[item.id], item.type, "answer")


def _from_record(item: Item, held: Held) -> Content | None:
    match item.filling:
        case FromFact(fact=name):
            return held.fact(name)
        case FromDuty(duty=duty, day=part):
            entry = _obligation(duty, held)
            day = getattr(entry, part) if entry is not None else None
            if entry is None or day is None:
                return None
            deadline = entry.deadline if part == "due" else None
            found = content_of(day, item.type, f"duty {duty}", deadline)
            return found and replace(found, alternative=entry.rule.alternative)
        case FromEvent(event=name, attribute=attribute):
            event = _latest(name, held)
            if event is None:
                return None
            value = event.date if attribute is None else event.attributes.get(attribute)
            return None if value is None else content_of(value, item.type, f"event {name}")
        case FromCaseNumber():
            return Content(held.record.id, held.record.id, "case")
        case None:
            return None


def _question(item: Item, held: Held) -> str:
    """What to ask for an item that cannot be filled; empty where there is nothing to fill in."""
    if item.asks or item.filling is None:
        return item.asks
    match item.filling:
        case FromFact(fact=name):
            return held.question_about(name)
        case FromDuty(duty=duty, day=part):
            return _question_about_duty(duty, part, held)
        case FromEvent(event=name, attribute=attribute):
            what = words(attribute) if attribute is not None else "day"
            return f"What is the {what} of `{words(name)}`?"
        case FromCaseNumber():
            return "What is the number of the case?"


def _question_about_duty(duty: str, part: str, held: Held) -> str:
    entry = _obligation(duty, held)
    waiting = entry.waiting_for if entry is not None else None
    if waiting is None:
        return f"Which day is `{words(part)}` of `{words(duty)}`?"
    if waiting == held.definition.recorded_as:
        return f"The day is counted from `{words(waiting)}`: on which day will this be sent, and how?"
    return f"The day is counted from `{words(waiting)}`, which is not recorded: on which day was that?"


def _obligation(duty: str, held: Held) -> Obligation | None:
    found = [entry for entry in held.obligations if entry.rule.duty == duty]
    return max(found, key=lambda entry: entry.arose_on, default=None)


def _latest(name: str, held: Held) -> Event | None:
    found = held.book.events_of(name) or held.book.events_of(name, scope="case")
    return found[-1] if found else None


# Roles ----------------------------------------------------------------------------------------------------------------


def roles_told(held: Held) -> Iterator[str]:
    """Who is sent a copy in this case, a role that has ended replaced by the one that came after it."""
    for copy in held.definition.copies:
        if held.book.holds(copy.when) is not False:
            title = role_title(copy.role, held)
            yield title if held.book.holds(copy.when) else f"{title} (if there is one)"


def role_title(name: str, held: Held) -> str:
    """What a role is called at this type of school, on the day of the decision."""
    roles = held.book.edition.roles
    if name == "relevant_person" and "adult_pupil" in held.book.edition.facts:
        adult = held.book("adult_pupil")
        return roles[name].title if not isinstance(adult, bool) else "the pupil" if adult else "a parent"
    role = roles[name]
    while role.last is not None and role.last < held.decision.as_of and role.succeeded_by is not None:
        role = roles[role.succeeded_by]
    kind = held.book("school_type") if "school_type" in held.book.edition.facts else None
    return (role.at.get(kind) or role.at.get(words(kind)) or role.title) if isinstance(kind, str) else role.title
