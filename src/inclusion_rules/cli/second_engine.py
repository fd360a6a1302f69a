"""The second engine as commands use it: started before any work is done, and its mishaps told."""

from __future__ import annotations

from inclusion_rules.casework.agreement import Executor
from inclusion_rules.cli.showing import note


def second_opinion() -> Executor:
    """The second engine, started, so that its absence is told at once.

    Raises:
        NotInstalledError: durable-rules is not there, or cannot be used by this Python.
    """
    from inclusion_rules.second_opinion.opinion import durable_rules

    engine = durable_rules()
    engine.begin()
    return engine


def note_restarts() -> None:
    """Say on standard error how often the engine's process ended and was replaced; its answers are another's."""
    from inclusion_rules.second_opinion.opinion import durable_rules

    if number := durable_rules().restarts:
        times = "once" if number == 1 else f"{number} times"
        note(f"the process of durable-rules ended {times}, and another was asked the same again")
