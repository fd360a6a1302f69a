"""Where a case stands on its pathway, derived from its events: the furthest stage reached, and what is awaited there.

Any order of steps is read, as history is not refused; a step that its pathway would not take from where the case stood
is told as a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from inclusion_rules.casework.factbook import FactBook
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.findings import Warning
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.vocabulary import words


@dataclass(slots=True)
class Standing:
    """The stage a case has reached, with what is unusual in how it came there."""

    stage: str
    warnings: list[Warning] = field(default_factory=list)


def standing_of(
    pathway: Pathway,
    events: Sequence[Event],
    book_before: Callable[[int], FactBook],
    book_after: Callable[[int], FactBook],
    final: FactBook,
) -> Standing:
    """Follow the events in order, then whatever moves by time alone up to the day the case is seen.

    `book_after(n)` gives the facts as they stood after the first `n` of `events`, and `book_before(n)` those of the
    same day without the last of them.
    """
    standing = Standing(pathway.stages[0].name)
    for number, event in enumerate(events, start=1):
        take_step(pathway, standing, event, partial(book_before, number), partial(book_after, number))
    carry_on(pathway, standing, final)
    return standing


def take_step(
    pathway: Pathway, standing: Standing, event: Event, before: Callable[[], FactBook], after: Callable[[], FactBook]
) -> None:
    """Take a case from where it stands through one event: what time had done by then, and what the event does."""
    if any(move.event == event.name for move in pathway.moves):
        _catch_up(pathway, standing, before)
        _follow(pathway, standing, event, after())


def carry_on(pathway: Pathway, standing: Standing, book: FactBook) -> None:
    """Take a case from where it stands to where time alone has brought it by the day of the facts."""
    while _moved_by_time(pathway, standing, book):
        pass


def _follow(pathway: Pathway, standing: Standing, event: Event, book: FactBook) -> None:
    possible = [move for move in pathway.moves if move.event == event.name]
    at_any_time = any(move.only_in_turn for move in possible)
    taken = [move for move in possible if move.when is None or book.holds(move.when)]
    here = pathway.rank(standing.stage)
    for move in taken:
        if standing.stage in move.sources:
            standing.stage = move.target
            return
    if pathway.stage(standing.stage).is_end:
        if not at_any_time:
            _note(standing, event, f"the case had already ended as `{standing.stage}`")
        return
    for move in taken:
        ahead = pathway.rank(move.target) > here and any(pathway.rank(source) > here for source in move.sources)
        if ahead and not move.only_in_turn:
            _note(standing, event, f"the case stood at `{standing.stage}`; the steps between are not recorded")
            standing.stage = move.target
            return
    passed = any(pathway.rank(move.target) <= here for move in taken)
    if not at_any_time and not passed:
        _note(standing, event, f"the pathway does not take this step at `{standing.stage}`")


def _catch_up(pathway: Pathway, standing: Standing, without_it: Callable[[], FactBook]) -> None:
    """Moves that time alone had made by the day of an event, when they hold on that day without it."""
    if any(move.event is None and standing.stage in move.sources for move in pathway.moves):
        carry_on(pathway, standing, without_it())


def _moved_by_time(pathway: Pathway, standing: Standing, book: FactBook) -> bool:
    for move in pathway.moves:
        if move.event is None and standing.stage in move.sources and (move.when is None or book.holds(move.when)):
            standing.stage = move.target
            return True
    return False


def _note(standing: Standing, event: Event, why: str) -> None:
    message = f"{words(event.name)} on {day_in_words(event.date)}: {why}"
    standing.warnings.append(Warning("out_of_order", message, event.date))


def awaited_events(pathway: Pathway, stage: str, book: FactBook) -> tuple[str, ...]:
    """The events that the pathway expects next at a stage, but for those whose condition is known not to hold."""
    awaited = (
        awaited.event
        for awaited in pathway.stage(stage).awaits
        if awaited.when is None or book.holds(awaited.when) is not False
    )
    return taken_now(pathway, awaited, book)


def taken_now(pathway: Pathway, events: Iterable[str], book: FactBook) -> tuple[str, ...]:
    """Those of some events that a live case would not be refused."""
    never = {refusal.event for refusal in pathway.refusals if book.holds(refusal.when) is True}
    return tuple(event for event in events if event not in never)
