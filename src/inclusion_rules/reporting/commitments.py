"""The register of what authorities have promised, on a day and held against figures: what a reader of it is shown.

Chooses packs, has every commitment worked out, and knows which commitments ask for attention. It lays out nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from inclusion_rules.domain.commitments import CommitmentKind, FigureDefinition, Figures
from inclusion_rules.domain.facts import Value
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.rules import Rule
from inclusion_rules.engine.commitments import (
    Answer,
    CommitmentState,
    MilestoneState,
    Progress,
    commitment_states,
    figure_values,
)
from inclusion_rules.errors import InclusionRulesError, UnknownNameError

LATE = (Progress.OVERDUE, Progress.NOT_SAID)
"""Milestones whose day is past, reached or not as far as anybody has said."""
_ORDER = {kind: number for number, kind in enumerate(CommitmentKind)}


class FiguresOfALaterDayError(InclusionRulesError):
    """The figures are of a later day than the one asked about, on which nobody had them."""

    def __init__(self, on: date, as_of: date) -> None:
        self.on = on
        self.as_of = as_of
        super().__init__(f"these are the figures of {on.isoformat()}, which nobody had on {as_of.isoformat()}")

    def __reduce__(self) -> tuple[type[FiguresOfALaterDayError], tuple[date, date]]:
        return (FiguresOfALaterDayError, (self.on, self.as_of))


@dataclass(frozen=True, slots=True)
class PackRegister:
    """The commitments of one pack, with the packs it rests on, its figures, and what each of these comes to."""

    edition: Edition
    pack: str
    states: tuple[CommitmentState, ...]
    figures: Mapping[str, FigureDefinition]
    values: Mapping[str, Value]

    @property
    def title(self) -> str:
        """What the pack is called."""
        return next(pack.title for pack in self.edition.packs if pack.id == self.pack)

    def rule(self, name: str) -> Rule:
        """The rule of that id, the pack's own before those it rests on."""
        nearest = sorted(self.edition.packs, key=lambda pack: pack.id != self.pack)
        return next(pack.rules[name] for pack in nearest if name in pack.rules)


@dataclass(frozen=True, slots=True)
class Register:
    """What several packs have promised, on one day."""

    as_of: date
    figures: Figures | None
    packs: tuple[PackRegister, ...]

    @property
    def states(self) -> tuple[CommitmentState, ...]:
        """Every commitment of every pack."""
        return tuple(state for pack in self.packs for state in pack.states)

    def kept(self, answer: Answer) -> int:
        """How many commitments come to an answer."""
        return sum(state.kept.answer is answer for state in self.states)

    def alerts(self) -> tuple[CommitmentState, ...]:
        """The commitments whose alarm is raised."""
        return tuple(state for state in self.states if state.alert.answer is Answer.YES)

    def late_milestones(self) -> Iterator[tuple[CommitmentState, MilestoneState]]:
        """Every milestone whose day is past and which nobody has said was reached."""
        for state in self.states:
            yield from ((state, one) for one in state.milestones if one.progress in LATE)


def register(rulebook: Rulebook, packs: Iterable[str] = (), *, as_of: date, figures: Figures | None = None) -> Register:
    """The commitments of the packs named; else of the pack that the figures are of; else of every pack that has any.

    Figures speak for their own authority only.

    Raises:
        UnknownNameError: no pack of that name was read, or the figures are of a pack that was not asked for.
        FiguresOfALaterDayError: the figures are of a later day than `as_of`.
    """
    wanted = tuple(dict.fromkeys(packs))
    if figures is not None:
        if as_of < figures.on:
            raise FiguresOfALaterDayError(figures.on, as_of)
        wanted = wanted or (figures.authority,)
        if figures.authority not in wanted:
            raise UnknownNameError("pack asked for", figures.authority, wanted)
    for name in wanted:
        if name not in rulebook.packs:
            raise UnknownNameError("pack", name, rulebook.packs)
    chosen = wanted or tuple(name for name, pack in rulebook.packs.items() if pack.commitments)
    return Register(as_of, figures, tuple(_of_pack(rulebook, name, as_of, figures) for name in chosen))


def _of_pack(rulebook: Rulebook, name: str, as_of: date, figures: Figures | None) -> PackRegister:
    edition = rulebook.edition((name,))
    own = figures if figures is not None and figures.authority == name else None
    definitions = {figure: each for pack in edition.packs for figure, each in pack.figures.items()}
    listed = sorted(rulebook.packs[name].commitments.values(), key=lambda each: (_ORDER[each.kind], each.id))
    states = commitment_states(listed, definitions=definitions, parameters=edition.parameters, figures=own, as_of=as_of)
    return PackRegister(edition, name, states, definitions, figure_values(definitions, own))
