"""How a case came along its pathway: where it stands, what it awaits there, and the days on which it moved.

Follows what `staging` says of single steps through the events of a case; decides no rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import pairwise

from inclusion_rules.casework.case_in_view import CaseInView
from inclusion_rules.casework.factbook import FactBook
from inclusion_rules.casework.staging import Standing, awaited_events, carry_on, standing_of, take_step, taken_now
from inclusion_rules.casework.subjects import Placed, steps_of
from inclusion_rules.domain.cases import CaseRecord, Event
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.rules import CASE, EXCLUSION_EVENTS


@dataclass(frozen=True, slots=True)
class Passage:
    """How a case came along its pathway, with what it awaits there and when time alone moves it on."""

    standing: Standing
    next_events: tuple[str, ...]
    began_on: date | None
    turns: frozenset[date]


def passage_of(work: CaseInView, pathway: Pathway) -> Passage:
    """How a case came to where it stands on the day that it is seen."""
    events = work.events
    followed = _followed(events, pathway.follows)
    steps = steps_of(events, work.belongs_to, followed, follows=pathway.follows)
    subject = Placed(0, CASE) if followed is None else Placed(followed, events[followed].name)
    book = work.book(subject, len(events), work.as_of)
    standing = standing_of(
        pathway,
        [events[number] for number in steps],
        lambda count: work.book_before(subject, steps[count - 1]),
        lambda count: work.book_after(subject, steps[count - 1]),
        book,
    )
    begun = standing.stage != pathway.stages[0].name or any(events[n].name in pathway.begins_with for n in steps)
    if begun:
        next_events = awaited_events(pathway, standing.stage, book)
    else:
        next_events = taken_now(pathway, pathway.begins_with, book)
    began_on = None if followed is None else events[followed].date
    return Passage(standing, next_events, began_on, frozenset(book.turns))


def standing_at(record: CaseRecord, rulebook: Rulebook, *, as_of: date) -> Standing:
    """Where a case stands on its pathway on a day, with every step that was out of order."""
    work = CaseInView.of(record, rulebook.edition(record.packs), as_of)
    return passage_of(work, rulebook.pathways[record.pathway]).standing


def passage_under(
    record: CaseRecord, edition: Edition, pathway: Pathway, *, from_event: int, as_of: date
) -> Iterator[tuple[int | None, date, str]]:
    """Where a case stands after each event from one on, and wherever time takes it in between: event, day and stage.

    The event is its place in the record, none where time alone moved the case. Only what is recorded by then counts, as
    if each event were followed as it came. Of the events after the first, none may be one that the pathway follows.
    """
    events = tuple(event for event in record.events if event.date <= as_of)
    days = [*(event.date for event in events), as_of]
    # What is listed before an exclusion of its day is its own once that is recorded: from there all is followed anew.
    anew = [
        n for n in range(from_event + 1, len(events)) if events[n].name in EXCLUSION_EVENTS and days[n] == days[n - 1]
    ]
    for begins, ends in pairwise([from_event, *anew, len(events)]):
        work = CaseInView.of(replace(record, events=events[:ends]), edition, as_of)
        for position, stage, book in _followed_along(work, pathway, begins, days):
            yield position, book.day, stage


def _followed_along(
    work: CaseInView, pathway: Pathway, from_event: int, days: list[date]
) -> Iterator[tuple[int | None, str, FactBook]]:
    followed = _followed(work.events, pathway.follows)
    subject = Placed(0, CASE) if followed is None else Placed(followed, work.events[followed].name)
    steps = steps_of(work.events, work.belongs_to, followed, follows=pathway.follows)
    standing = Standing(pathway.stages[0].name)
    for position, event in enumerate(work.events):
        if position in steps:
            before, after = partial(work.book_before, subject, position), partial(work.book_after, subject, position)
            take_step(pathway, standing, event, before, after)
        cause: int | None = position
        day: date | None = event.date if position >= from_event else None
        while day is not None:
            book = work.book(subject, position + 1, day)
            reached = Standing(standing.stage)
            carry_on(pathway, reached, book)
            yield cause, reached.stage, book
            cause = None
            day = min((turn for turn in book.turns if day < turn <= days[position + 1]), default=None)


def course_of(record: CaseRecord, rulebook: Rulebook, *, as_of: date) -> Iterator[tuple[date, str]]:
    """Every day on which the case came to stand at a stage, in order, with the stage; by an event or by time alone.

    A case that has not begun on its pathway stands nowhere yet. What the pathway follows begins anew with each event of
    its kind. A stage through which time alone took the case within one day is not told.
    """
    edition, pathway = rulebook.edition(record.packs), rulebook.pathways[record.pathway]
    events = tuple(event for event in record.events if event.date <= as_of)
    first = pathway.stages[0].name
    begins = {*pathway.begins_with, *pathway.follows}
    before: str | None = None
    begun = False
    for number, event in enumerate(events, start=1):
        begun = begun or event.name in begins
        until = events[number].date if number < len(events) else as_of
        so_far, day = replace(record, events=events[:number]), event.date
        before = None if event.name in pathway.follows else before
        while True:
            walk = passage_of(CaseInView.of(so_far, edition, day), pathway)
            if walk.standing.stage != before and (begun or walk.standing.stage != first):
                before = walk.standing.stage
                yield day, before
            upcoming = min((turn for turn in walk.turns if day < turn <= until), default=None)
            if upcoming is None:
                break
            day = upcoming


def _followed(events: tuple[Event, ...], follows: tuple[str, ...]) -> int | None:
    found = [number for number, event in enumerate(events) if event.name in follows]
    return found[-1] if found else None
