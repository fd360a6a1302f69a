"""How far random lives and random work look: a few that are the same everywhere, or as many as somebody asks for.

Knows the settings of Hypothesis and one environment variable, and nothing of what is tried.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

VARIABLE = "INCLUSION_RULES_RANDOM_CASES"
SLOW = list(HealthCheck)
"""One life takes many decisions, so that Hypothesis's own idea of what is slow does not fit."""

only_when_asked = pytest.mark.skipif(
    os.environ.get(VARIABLE) is None, reason=f"a hunt takes minutes; set {VARIABLE} to a number to run it"
)
"""Marks the hunts for planted faults, which show that the machines would find real ones."""

HUNT = settings(
    max_examples=300,
    stateful_step_count=12,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    suppress_health_check=SLOW,
)
"""Looks until it finds something, and leaves it as it was found."""


def look(cases: int, *, steps: int) -> settings:
    """So many cases of so many steps, the same ones everywhere; or as many as the environment asks for, and longer."""
    wanted = os.environ.get(VARIABLE)
    phases = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]
    if wanted is None:
        return settings(max_examples=cases, stateful_step_count=steps, phases=phases, suppress_health_check=SLOW)
    return settings(
        max_examples=int(wanted),
        stateful_step_count=3 * steps,
        phases=phases,
        derandomize=False,
        suppress_health_check=SLOW,
    )
