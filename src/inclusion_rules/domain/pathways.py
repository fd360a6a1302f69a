"""Pathways: the stages a case passes through, which event moves it where, and what it awaits at each stage.

Pure data and one pure step. Running live cases, refusing events and drawing are `casework`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from inclusion_rules.domain.conditions import Condition
from inclusion_rules.source import Span


@dataclass(frozen=True, slots=True)
class Awaited:
    """An event that the pathway expects next at a stage, as long as its condition holds."""

    event: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage, in its place in the order; an end stage is where a case stops."""

    name: str
    until: str
    awaits: tuple[Awaited, ...]
    is_end: bool
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Move:
    """An event (or, with `event` None, time alone) that moves a case between stages when its condition holds.

    `only_in_turn` moves nothing unless the case stands at one of the sources: such an event may come at any time.
    `reopens` takes a case that has ended on again; every source is then an end.
    """

    event: str | None
    sources: tuple[str, ...]
    target: str
    when: Condition | None = None
    only_in_turn: bool = False
    reopens: bool = False
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event that a live case does not take while a condition holds, and why. History is read all the same."""

    event: str
    when: Condition
    because: str


@dataclass(frozen=True, slots=True)
class Pathway:
    """A pathway: its stages in order and its moves. `follows` is the kind of event that the case is about."""

    id: str
    title: str
    begins_with: tuple[str, ...]
    follows: tuple[str, ...]
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    refusals: tuple[Refusal, ...] = ()

    def stage(self, name: str) -> Stage:
        """The stage of that name.

        Raises:
            KeyError: the pathway has no such stage.
        """
        found = next((stage for stage in self.stages if stage.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def rank(self, name: str) -> int:
        """How far along the pathway a stage stands, the first being 0."""
        return next(position for position, stage in enumerate(self.stages) if stage.name == name)
