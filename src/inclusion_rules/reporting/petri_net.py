"""A pathway as a Petri net: a place for each stage, one token where the case stands, a transition for each move.

The net knows the order of events and none of their conditions: what the pathway takes without a word, it accepts, and
what it accepts the pathway takes under some answers to its conditions. Moves by time are silent. An event that the
pathway lets pass where it moves nothing stands as a loop. A case may be looked at anywhere, so that a silent step
leads from every stage to the one place where nothing is left to do.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from inclusion_rules.domain.pathways import Move, Pathway

SEEN = "looked at"
"""The place of a case that is looked at: no stage is called so, as the names of stages are lower-case ids."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One step of the token from a place to a place; silent where `label` is None. `move` is what it stands for."""

    id: str
    label: str | None
    source: str
    target: str
    move: Move | None = None


@dataclass(frozen=True, slots=True)
class TokenCount:
    """What came of replaying events by tokens: those made, used, missing when they were needed, and left over."""

    produced: int
    consumed: int
    missing: int
    remaining: int
    unknown: int = 0

    @property
    def fits(self) -> bool:
        """Whether the net could do just what happened; an event that the net has not stands against it."""
        return self.missing == self.remaining == self.unknown == 0

    def with_(self, other: TokenCount) -> TokenCount:
        """Two counts together."""
        return TokenCount(
            self.produced + other.produced,
            self.consumed + other.consumed,
            self.missing + other.missing,
            self.remaining + other.remaining,
            self.unknown + other.unknown,
        )

    @property
    def fitness(self) -> float:
        """From 0 to 1: the share of tokens that were there when needed, and of those that were needed when there."""
        there = 1 - self.missing / self.consumed if self.consumed else 1.0
        needed = 1 - self.remaining / self.produced if self.produced else 1.0
        return (there + needed) / 2


NOTHING_REPLAYED = TokenCount(0, 0, 0, 0)


@dataclass(frozen=True)
class Net:
    """A net in which every transition takes one token and gives one."""

    id: str
    title: str
    places: tuple[str, ...]
    transitions: tuple[Transition, ...]
    begins: str
    ends: str

    @cached_property
    def labels(self) -> frozenset[str]:
        """Every event that the net knows."""
        return frozenset(each.label for each in self.transitions if each.label is not None)

    @cached_property
    def _by_label(self) -> dict[str, tuple[Transition, ...]]:
        return {label: tuple(each for each in self.transitions if each.label == label) for label in self.labels}

    @cached_property
    def _silent(self) -> dict[str, tuple[Transition, ...]]:
        return {
            place: tuple(each for each in self.transitions if each.label is None and each.source == place)
            for place in self.places
        }

    def accepts(self, labels: Iterable[str]) -> bool:
        """Whether the net can do these events one after another, with whatever silent steps between."""
        standing = self._reached([self.begins])
        for label in labels:
            taken = [each.target for each in self._by_label.get(label, ()) if each.source in standing]
            if not taken:
                return False
            standing = self._reached(taken)
        return True

    def _reached(self, places: Iterable[str]) -> frozenset[str]:
        """The places with all that silent steps lead to."""
        found = dict.fromkeys(places)
        waiting = list(found)
        while waiting:
            for step in self._silent[waiting.pop()]:
                if step.target not in found:
                    found[step.target] = None
                    waiting.append(step.target)
        return frozenset(found)

    def replayed(self, labels: Sequence[str]) -> TokenCount:
        """Replay events by tokens: what cannot be done as the tokens lie is done with one put there, and counted.

        Of several transitions with one label the first is taken whose token is there, else the first that silent steps
        can prepare. The answer is exact where a label and the place of the token leave no choice.
        """
        tokens = Counter([self.begins])
        produced, consumed, missing, unknown = 1, 0, 0, 0
        for label in labels:
            candidates = self._by_label.get(label)
            if not candidates:
                unknown += 1
                continue
            chosen, path = self._prepared(candidates, tokens)
            for step in path:
                tokens[step.source] -= 1
                tokens[step.target] += 1
                produced, consumed = produced + 1, consumed + 1
            if not tokens[chosen.source]:
                tokens[chosen.source] += 1
                missing += 1
            tokens[chosen.source] -= 1
            tokens[chosen.target] += 1
            produced, consumed = produced + 1, consumed + 1
        for place in [place for place, count in tokens.items() if count and place != self.ends][:1]:
            path = self._path(place, self.ends) or ()
            for step in path:
                tokens[step.source] -= 1
                tokens[step.target] += 1
                produced, consumed = produced + 1, consumed + 1
        if tokens[self.ends]:
            tokens[self.ends] -= 1
        else:
            missing += 1
        return TokenCount(produced, consumed + 1, missing, sum(tokens.values()), unknown)

    def _prepared(
        self, candidates: Sequence[Transition], tokens: Counter[str]
    ) -> tuple[Transition, tuple[Transition, ...]]:
        """The transition to take for a label, with the silent steps before it."""
        for each in candidates:
            if tokens[each.source]:
                return each, ()
        for each in candidates:
            for place in [place for place, count in tokens.items() if count]:
                if (path := self._path(place, each.source)) is not None:
                    return each, path
        return candidates[-1], ()

    def _path(self, first: str, last: str) -> tuple[Transition, ...] | None:
        """The fewest silent steps from a place to another, or None where there are none."""
        before: dict[str, Transition | None] = {first: None}
        waiting = deque([first])
        while waiting:
            place = waiting.popleft()
            if place == last:
                found: list[Transition] = []
                while (step := before[place]) is not None:
                    found.append(step)
                    place = step.source
                return tuple(reversed(found))
            for step in self._silent[place]:
                if step.target not in before:
                    before[step.target] = step
                    waiting.append(step.target)
        return None


def net_of(pathway: Pathway, *, with_stages: bool = False) -> Net:
    """The net of a pathway. `with_stages` puts the stage that it leads to into the label of each event.

    With stages, which move an event was is no longer open: so a tool that replays by tokens, and does not look ahead,
    comes to the exact answer.
    """
    steps: list[tuple[str | None, str, str, Move | None]] = []
    for move in pathway.moves:
        steps += [(move.event, source, move.target, move) for source in move.sources]
    for named in dict.fromkeys(move.event for move in pathway.moves if move.event is not None):
        steps += [(named, stage, stage, None) for stage in _passing(named, pathway)]
    steps += [(None, stage.name, SEEN, None) for stage in pathway.stages]
    found: dict[tuple[str | None, str, str], Transition] = {}
    for event, source, target, of in steps:
        label = f"{event} > {target}" if with_stages and event is not None else event
        found.setdefault((label, source, target), Transition(f"t{len(found) + 1}", label, source, target, of))
    return Net(
        pathway.id,
        pathway.title,
        (*(stage.name for stage in pathway.stages), SEEN),
        tuple(found.values()),
        pathway.stages[0].name,
        SEEN,
    )


def _passing(event: str, pathway: Pathway) -> Iterator[str]:
    """The stages at which an event may come and move nothing, without a word."""
    moves = [move for move in pathway.moves if move.event == event]
    at_any_time = any(move.only_in_turn for move in moves)
    for place, stage in enumerate(pathway.stages):
        surely_moves = any(stage.name in move.sources and move.when is None for move in moves)
        if surely_moves:
            continue
        passed = any(pathway.rank(move.target) <= place and stage.name not in move.sources for move in moves)
        if at_any_time or (passed and not stage.is_end):
            yield stage.name
