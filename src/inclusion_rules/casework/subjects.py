"""What a case is about, moment by moment: its exclusions with the events that belong to each, and other subjects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from inclusion_rules.casework.exclusions import CANCELLED, RETURNED, Exclusion
from inclusion_rules.casework.factbook import Subject
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.rules import CASE, EXCLUSION_EVENTS

Members = dict[int, tuple[Event, ...]]


@dataclass(frozen=True, slots=True)
class Placed:
    """A subject's place in the list of events: where its own event stands (0 for the case), and its kind."""

    position: int
    kind: str


def subjects_in(events: Sequence[Event], *, follows: tuple[str, ...], kinds: frozenset[str]) -> tuple[Placed, ...]:
    """The subjects that raise findings; exclusions before the first that the pathway follows are history."""
    found = [Placed(0, CASE)] if CASE in kinds and events else []
    begun = False
    for position, event in enumerate(events):
        if event.name in EXCLUSION_EVENTS:
            begun = begun or event.name in follows or not set(follows) & set(EXCLUSION_EVENTS)
            if begun:
                found.append(Placed(position, event.name))
        elif event.name in kinds:
            found.append(Placed(position, event.name))
    return tuple(found)


def owner_of(event: Event, position: int, events: Sequence[Event]) -> int | None:
    """The position of the exclusion that an event belongs to: the one it names, or the latest at or before it.

    Of one day's events those listed before an exclusion belong to it too, but for a cancellation or a return: these end
    the exclusion before.
    """
    exclusions = [number for number, other in enumerate(events) if other.name in EXCLUSION_EVENTS]
    if event.of is not None:
        named = [number for number in exclusions if events[number].date == event.of]
        return named[-1] if named else None
    same_day = [number for number in exclusions if events[number].date == event.date]
    listed_before = [number for number in same_day if number < position]
    earlier = [number for number in exclusions if events[number].date < event.date]
    if listed_before:
        return listed_before[-1]
    if same_day and not (earlier and event.name in (CANCELLED, RETURNED)):
        return same_day[0]
    return earlier[-1] if earlier else None


def owners(events: Sequence[Event]) -> tuple[int | None, ...]:
    """For each event, the position of the exclusion it belongs to; an exclusion belongs to itself."""
    return tuple(
        number if event.name in EXCLUSION_EVENTS else owner_of(event, number, events)
        for number, event in enumerate(events)
    )


def steps_of(
    events: Sequence[Event], belongs_to: Sequence[int | None], followed: int | None, *, follows: tuple[str, ...]
) -> tuple[int, ...]:
    """The places of the events that move a case along its pathway.

    Those of the exclusion that it follows; after any other event followed, whatever comes from then on but for what
    names another by `of`. Until that event is recorded, every event; but where an exclusion is awaited, only events
    that belong to no other exclusion.
    """
    if followed is None:
        awaits_exclusion = bool(set(follows) & set(EXCLUSION_EVENTS))
        return tuple(number for number, owner in enumerate(belongs_to) if owner is None or not awaits_exclusion)
    if events[followed].name in EXCLUSION_EVENTS:
        return tuple(number for number, owner in enumerate(belongs_to) if owner == followed)
    named = (None, events[followed].date)
    return tuple(number for number in range(followed, len(events)) if events[number].of in named)


def exclusions_seen(
    events: Sequence[Event], belongs_to: Sequence[int | None], *, seen: int, day: date
) -> dict[int, Exclusion]:
    """The exclusions among the first `seen` events, each with its own events among them, by position."""
    found: dict[int, list[Event]] = {}
    for number in range(seen):
        owner = belongs_to[number]
        if owner is not None and owner < seen:
            found.setdefault(owner, []).append(events[number])
    return {
        position: Exclusion(events[position], tuple(members), day)
        for position, members in sorted(found.items())
        if events[position].name in EXCLUSION_EVENTS
    }


def subject_at(placed: Placed, events: Sequence[Event], *, seen: int, exclusions: dict[int, Exclusion]) -> Subject:
    """A subject as the first `seen` events leave it."""
    if placed.kind == CASE:
        return Subject(CASE, None, tuple(events[:seen]), None, ())
    if placed.kind in EXCLUSION_EVENTS:
        exclusion = exclusions[placed.position]
        earlier = tuple(other for position, other in exclusions.items() if position < placed.position)
        later = tuple(other for position, other in exclusions.items() if position > placed.position)
        return Subject(placed.kind, exclusion.event, exclusion.events, exclusion, earlier, later)
    own = events[placed.position]
    before = [other for position, other in exclusions.items() if position <= placed.position]
    named = [number for number, other in enumerate(before) if own.of in (None, other.event.date)]
    own_exclusion = before[named[-1]] if named else None
    return Subject(
        placed.kind,
        own,
        tuple(_following(placed, events, seen, own_exclusion)),
        own_exclusion,
        tuple(before[: named[-1]]) if named else tuple(before),
    )


def _following(placed: Placed, events: Sequence[Event], seen: int, exclusion: Exclusion | None) -> Iterator[Event]:
    """The events from a subject's own to the next of its kind.

    Of those that name another by `of`, only what names this one, or the exclusion that this one belongs to.
    """
    own = events[placed.position]
    named = (None, own.date, exclusion.event.date if exclusion is not None else None)
    for number in range(placed.position, seen):
        event = events[number]
        if number > placed.position and event.name == own.name:
            return
        if number == placed.position or event.of in named:
            yield event
