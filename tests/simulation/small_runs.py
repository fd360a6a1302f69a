"""Small runs for the tests of what follows a run: a plan of their own, drawn, decided and kept."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.loading.plan_files import parse_plan
from inclusion_rules.simulation.simulating import Simulation

PLAN = """\
plan: small_year
title: A small year of permanent exclusions
note: Invented for tests.
pathway: permanent exclusion
calendar: example
period: {from: 2024-09-02, to: 2025-05-23}
until: 2026-03-27
cases: 300
sources:
  made_up: {title: Figures made up for this plan}
who:
  - draw: phase
    shares: {primary: 25, secondary: 75}
    source: made_up
    certainty: derived
  - {draw: school type, value: maintained, certainty: assumed, note: made up}
  - {draw: school authority, value: an_authority, certainty: assumed, note: made up}
  - {draw: home authority, value: an_authority, certainty: assumed, note: made up}
  - trait: family
    shares: {applies: 20, lets it be: 80}
    certainty: assumed
    note: made up
what happens:
  - event: permanently excluded
    by: headteacher
    in the period: {}
    attributes: {session: {shares: {morning: 60, afternoon: 40}}}
  - event: governing board notified
    after: permanently excluded
    chance: 95
    delay: {school days: {shares: {0: 60, 1: 40}}}
  - event: governing board met
    after: governing board notified
    ways: {shares: {prompt: 75, late: 20, never: 5}}
    prompt: {before the limit of: {parameter: board meeting limit}, by: {even: {least: 0, most: 4}}}
    late: {beyond the limit of: {parameter: board meeting limit}, by: {even: {least: 1, most: 12}}}
  - event: governing board decided
    after: governing board met
    attributes: {outcome: {shares: {reinstate: 5, not reinstate: 95}}}
  - event: governing board decision notified
    after: governing board decided
    delay: {school days: {shares: {0: 50, 1: 50}}}
  - event: review applied for
    by: parent
    after: governing board decision notified
    if: {outcome of governing board decided: not reinstate, family: applies}
    delay: {within the limit of: {parameter: review application limit}}
  - event: review began
    after: review applied for
    delay: {school days: {even: {least: 5, most: 15}}}
    waits for: panels
  - event: education began
    by: home authority
    after: permanently excluded
    chance: 90
    delay: {school days: {even: {least: 4, most: 12}}}
    attributes: {full time: yes}
  - event: started at new school
    after: governing board decision notified
    if: {outcome of governing board decided: not reinstate}
    chance: 60
    delay: {school days: {even: {least: 20, most: 120}}}
capacity:
  - capacity: panels
    cases a sitting: 1
    sittings: {weekdays: [tuesday]}
costs:
  - cost: a review
    amount: {value: 1000, certainty: assumed}
    each event: review began
  - cost: a day of provision
    amount: {value: 10, certainty: assumed}
    each school day: {from: education began, to: started at new school}
compare with:
  - figure: Secondary schools
    measure: {share of cases: {who are: {phase: secondary}}}
    value: 75
    source: made_up
    fitted: yes
  - figure: Reviews for each 100 exclusions
    measure: {share of cases: {event: review applied for}}
    value: 90
    source: made_up
    fitted: no
    note: a figure that nobody could meet
"""


@cache
def law() -> Rulebook:
    """The shipped law, read once."""
    return open_rulebook()


def small_simulation(*changes: tuple[str, str], cases: int = 300, seed: int = 3) -> Simulation:
    """A simulation of the small plan, with some of its words replaced."""
    text = PLAN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return Simulation.of(parse_plan(text, law()), text, law(), cases=cases, seed=seed)


def small_run(out: Path, *changes: tuple[str, str], cases: int = 300, seed: int = 3) -> Path:
    """A run of the small plan, in a folder."""
    simulation = small_simulation(*changes, cases=cases, seed=seed)
    simulation.run(out, simulation.workforce(1))
    return out
