"""Runs a pathway as a state machine, one step at a time: the one door through which the `transitions` library enters.

The pathway's own table is the definition; the machine is built from it, holds no case and remembers nothing between
steps. Guards are this library's conditions, never names of functions. Nothing jumps by itself, and nothing is silent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from transitions import Machine, MachineError

from inclusion_rules.domain.conditions import Condition
from inclusion_rules.domain.findings import Trace
from inclusion_rules.domain.pathways import Move, Pathway

Guards = Callable[[Condition], Trace]


@dataclass(frozen=True, slots=True)
class Step:
    """What one event does at one stage: the stage it leads to, or why it leads nowhere.

    `refused` holds the traces of the guards that said no; it is empty where no move leaves the stage by this event.
    """

    stage: str
    moved: bool
    refused: tuple[Trace, ...] = ()


class _Standing:
    """The bare model that the machine moves: a stage, and the guards' answers for one step."""

    state: str


@dataclass(frozen=True)
class StageMachine:
    """A pathway that can be stepped."""

    pathway: Pathway
    machine: Any

    def step(self, stage: str, event: str, guards: Guards) -> Step:
        """Take one event at a stage.

        Raises:
            KeyError: the pathway has no such stage.
        """
        self.pathway.stage(stage)
        standing = _Standing()
        traces: list[Trace] = []
        self.machine.add_model(standing, initial=stage)
        try:
            moved = bool(standing.trigger(event, guards=guards, traces=traces))  # type: ignore[attr-defined]
        except (MachineError, AttributeError):
            return Step(stage, moved=False)
        finally:
            self.machine.remove_model(standing)
        return Step(standing.state, moved, () if moved else tuple(traces))


@lru_cache(maxsize=64)
def machine_for(pathway: Pathway) -> StageMachine:
    """The machine of a pathway, built once."""
    machine = Machine(
        model=None,
        states=[stage.name for stage in pathway.stages],
        initial=pathway.stages[0].name,
        auto_transitions=False,
        send_event=True,
        ignore_invalid_triggers=False,
    )
    for move in pathway.moves:
        if move.event is not None:
            for source in move.sources:
                machine.add_transition(move.event, source, move.target, conditions=[_guard(move)])
    return StageMachine(pathway, machine)


def _guard(move: Move) -> Callable[[Any], bool]:
    def allowed(step: Any) -> bool:
        if move.when is None:
            return True
        trace: Trace = step.kwargs["guards"](move.when)
        if trace.result is not True:
            step.kwargs["traces"].append(trace)
        return trace.result is True

    return allowed
