"""Every pathway that ships is walked by a cohort as by a case alone, whatever it follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest
from tests.simulation.taken_alone import (
    end_alone,
    ends_in,
    law,
    obligations_alone,
    obligations_in,
    stages_alone,
    stages_in,
)

from inclusion_rules.loading.plan_files import parse_plan
from inclusion_rules.simulation.cohort import Cohort
from inclusion_rules.simulation.cohort_columns import CohortBlock
from inclusion_rules.simulation.deciding_blocks import BlockDecider, BlockTables

CASES = 150
UNTIL = date(2026, 3, 27)

HEAD = """\
plan: small_{pathway}
title: A small plan made up for tests
pathway: {pathway}
calendar: example
period: {{from: 2024-09-02, to: 2025-07-11}}
until: 2026-03-27
cases: {cases}
who:
  - draw: phase
    shares: {{primary: 25, secondary: 75}}
  - {{draw: school type, value: maintained}}
  - {{draw: school authority, value: an_authority}}
  - draw: looked after
    shares: {{yes: 20, no: 80}}
  - draw: sen
    shares: {{none: 70, ehc plan: 30}}
what happens:
"""

PLANS = {
    "risk_of_exclusion": """\
  - event: suspended
    in the period: {}
    attributes: {school days: {shares: {1: 50, 3: 50}}, first day: {delay: {school days: 0}}}
  - event: risk of exclusion identified
    after: suspended
    delay: {school days: {even: {least: 0, most: 20}}}
  - event: level of need assessed
    after: risk of exclusion identified
    chance: 80
    delay: {school days: {even: {least: 0, most: 20}}}
    attributes: {level: {shares: {"3": 50, "4": 50}}}
  - event: early help referral made
    after: level of need assessed
    chance: 30
    delay: {school days: {even: {least: 0, most: 10}}}
  - event: mash referral made
    after: risk of exclusion identified
    chance: 60
    delay: {school days: {even: {least: 0, most: 30}}}
  - event: mash decision made
    after: mash referral made
    chance: 90
    delay: {school days: {even: {least: 0, most: 10}}}
    attributes: {outcome: {shares: {section_17: 50, no further action: 50}}}
  - event: multi service group discussed
    after: risk of exclusion identified
    chance: 40
    delay: {school days: {even: {least: 0, most: 40}}}
  - event: permanently excluded
    after: risk of exclusion identified
    chance: 20
    delay: {school days: {even: {least: 0, most: 60}}}
  - event: parent notified in writing
    after: permanently excluded
    delay: {school days: {even: {least: 0, most: 2}}}
  - event: managed move completed
    after: risk of exclusion identified
    chance: 20
    delay: {school days: {even: {least: 0, most: 60}}}
  - event: case closed
    after: risk of exclusion identified
    chance: 50
    delay: {school days: {even: {least: 20, most: 80}}}
""",
    "managed_move": """\
  - event: managed move proposed
    in the period: {}
    attributes:
      parent agreed: {shares: {yes: 70, no: 30}}
      receiving school agreed: yes
  - event: managed move agreed
    after: managed move proposed
    chance: 80
    delay: {school days: {even: {least: 0, most: 20}}}
  - step: on trial
    event: managed move started
    after: managed move agreed
    chance: 50
    delay: {school days: {even: {least: 0, most: 10}}}
    attributes: {trial until: {delay: {school days: {even: {least: 5, most: 40}}}}}
  - step: at once
    event: managed move started
    after: managed move agreed
    unless: {on trial: happened}
    chance: 80
    delay: {school days: {even: {least: 0, most: 20}}}
  - event: managed move reviewed
    after: on trial
    chance: 70
    delay: {school days: {even: {least: 0, most: 40}}}
  - event: managed move completed
    after: managed move agreed
    chance: 50
    delay: {school days: {even: {least: 10, most: 60}}}
  - event: managed move ended
    after: managed move proposed
    chance: 30
    delay: {school days: {even: {least: 0, most: 60}}}
  - event: permanently excluded
    after: managed move proposed
    chance: 20
    delay: {school days: {even: {least: 0, most: 60}}}
  - event: case closed
    after: managed move proposed
    chance: 20
    delay: {school days: {even: {least: 0, most: 90}}}
""",
    "off_site_direction": """\
  - event: off site direction decided
    in the period: {}
    times: {shares: {1: 70, 2: 30}}
    attributes: {starts on: {delay: {school days: 3}}}
  - event: off site direction notice given
    after: off site direction decided
    chance: 80
    delay: {school days: {even: {least: 0, most: 5}}}
    attributes: {to: parent}
  - event: off site direction started
    after: off site direction decided
    chance: 80
    delay: {school days: {even: {least: 0, most: 6}}}
  - event: off site direction review requested
    by: parent
    after: off site direction started
    chance: 20
    delay: {school days: {even: {least: 0, most: 20}}}
  - event: off site direction reviewed
    after: off site direction started
    chance: 80
    delay: {school days: {even: {least: 5, most: 30}}}
    attributes: {continue: {shares: {yes: 50, no: 50}}}
  - event: off site direction ended
    after: off site direction decided
    chance: 60
    delay: {school days: {even: {least: 0, most: 60}}}
  - event: case closed
    after: off site direction decided
    once: yes
    chance: 20
    delay: {school days: {even: {least: 20, most: 60}}}
""",
    "part_time_timetable": """\
  - event: part time timetable proposed
    in the period: {}
    attributes:
      reason: illness
      parent agreed: {shares: {yes: 70, no: 30}}
  - event: part time timetable started
    after: part time timetable proposed
    if: {parent agreed of part time timetable proposed: yes}
    chance: 80
    delay: {school days: {even: {least: 0, most: 10}}}
    attributes:
      reason: illness
      parent agreed: yes
      ends on: {delay: {school days: {even: {least: 5, most: 30}}}}
      review on: {delay: {school days: 10}}
  - event: part time timetable reviewed
    after: part time timetable started
    chance: 60
    delay: {school days: {even: {least: 0, most: 50}}}
  - event: part time timetable extended
    after: part time timetable reviewed
    chance: 50
    delay: {school days: {even: {least: 0, most: 10}}}
    attributes:
      parent agreed: yes
      ends on: {delay: {school days: {even: {least: 5, most: 30}}}}
  - event: part time timetable ended
    after: part time timetable started
    chance: 60
    delay: {school days: {even: {least: 5, most: 80}}}
  - event: case closed
    after: part time timetable proposed
    chance: 40
    delay: {school days: {even: {least: 0, most: 60}}}
""",
    "safeguarding_separation": """\
  - event: safeguarding separation started
    in the period: {}
    times: {shares: {1: 60, 2: 40}}
    attributes: {allegation of harm: yes}
  - event: education arranged
    by: local authority
    after: safeguarding separation started
    chance: 60
    delay: {school days: {even: {least: 0, most: 10}}}
    attributes: {starts on: {delay: {school days: 1}}}
  - event: education began
    by: local authority
    after: safeguarding separation started
    chance: 60
    delay: {school days: {even: {least: 0, most: 15}}}
  - event: safeguarding separation reviewed
    after: safeguarding separation started
    chance: 60
    delay: {school days: {even: {least: 0, most: 15}}}
  - event: safeguarding separation ended
    after: safeguarding separation started
    chance: 60
    delay: {school days: {even: {least: 0, most: 40}}}
  - event: case closed
    after: safeguarding separation started
    once: yes
    chance: 20
    delay: {school days: {even: {least: 0, most: 40}}}
""",
}


EARLIER_SUSPENSIONS = """\
  - event: suspended
    in the period: {}
    attributes: {school days: {shares: {1: 50, 10: 50}}, first day: {delay: {school days: 0}}}
  - step: earlier suspension
    event: suspended
    before: suspended
    chance: 50
    delay: {school days: {even: {least: 3, most: 40}}}
    attributes: {school days: {shares: {1: 50, 6: 50}}, first day: {delay: {school days: 0}}}
  - step: notice of the earlier suspension
    event: parent notified in writing
    after: earlier suspension
    delay: {school days: {even: {least: 0, most: 60}}}
  - event: parent notified in writing
    after: suspended
    delay: {school days: {even: {least: 0, most: 2}}}
  - event: governing board met
    after: suspended
    chance: 40
    delay: {school days: {even: {least: 0, most: 60}}}
"""


def plan_text(pathway: str) -> str:
    """A small plan along one pathway."""
    return HEAD.format(pathway=pathway, cases=CASES) + PLANS[pathway]


@cache
def decided(pathway: str) -> tuple[CohortBlock, BlockTables]:
    """The cohort of a plan, with the tables of its one block."""
    return decided_block(plan_text(pathway))


def decided_block(text: str) -> tuple[CohortBlock, BlockTables]:
    """The cohort of a text, with the tables of its one block."""
    cohort = Cohort.of(parse_plan(text, law()), law(), seed=5)
    (block,) = cohort.block(0, cohort.cases)
    return block, BlockDecider(law(), UNTIL).decide(block)


def stages_differ(block: CohortBlock, tables: BlockTables, until: date) -> list[str]:
    """Some cases of a block whose stages, or the days of these, are not those of the case alone."""
    stages, ends = stages_in(tables), ends_in(tables)
    return [
        block.case_id(row)
        for row in some(block)
        if stages[block.case_id(row)] != stages_alone(block, row)
        or ends[block.case_id(row)] != end_alone(block, row, until)
    ]


def some(block: CohortBlock) -> Iterator[int]:
    """A sample of the cases of a block."""
    return iter(range(0, len(block), 3))


@pytest.mark.parametrize("pathway", PLANS)
def test_every_stage_of_a_cohort_is_that_of_the_case_alone(pathway: str) -> None:
    """Before and after each event, at the end, and since when: as for the case alone."""
    block, tables = decided(pathway)
    assert stages_differ(block, tables, UNTIL) == []


@pytest.mark.parametrize("pathway", PLANS)
def test_every_obligation_of_a_cohort_is_that_of_the_case_alone(pathway: str) -> None:
    """Whatever the pathway follows, the ledger is the same."""
    block, tables = decided(pathway)
    together = obligations_in(tables)
    for row in some(block):
        assert together.get(block.case_id(row), []) == obligations_alone(block, row, UNTIL), block.case_id(row)


@pytest.mark.parametrize("pathway", PLANS)
def test_a_cohort_comes_by_every_stage_of_its_pathway(pathway: str) -> None:
    """The plans of these tests try the whole of each pathway."""
    _, tables = decided(pathway)
    stages = [stage.name for stage in law().pathways[pathway].stages]
    came_by = [name for name in stages if tables.cases.column(f"entered.{name}").null_count < tables.cases.num_rows]
    assert came_by == stages


def test_an_exclusion_of_the_past_was_followed_in_its_day() -> None:
    """What a plan puts before the suspension in hand moved the case then, if the pathway follows such events."""
    text = HEAD.format(pathway="suspension", cases=CASES) + EARLIER_SUSPENSIONS
    block, tables = decided_block(text)
    assert sum(row["event"] == "suspended" for row in tables.events.to_pylist()) > CASES
    assert stages_differ(block, tables, UNTIL) == []


@pytest.mark.parametrize("pathway", ["suspension", "risk_of_exclusion"])
def test_an_exclusion_of_the_past_raises_what_it_raises_alone(pathway: str) -> None:
    """It is history only beside an exclusion that the pathway follows instead."""
    block, tables = decided_block(HEAD.format(pathway=pathway, cases=CASES) + EARLIER_SUSPENSIONS)
    together = obligations_in(tables)
    for row in some(block):
        assert together.get(block.case_id(row), []) == obligations_alone(block, row, UNTIL), block.case_id(row)


@pytest.mark.parametrize("pathway", PLANS)
def test_a_case_is_about_the_day_on_which_its_pathway_began_for_it(pathway: str) -> None:
    """Where a pathway follows the case itself, or what it follows never came, that day stands for it."""
    block, tables = decided(pathway)
    along = law().pathways[pathway]
    for row in range(len(block)):
        record = block.record_of(row)
        followed = [event.date for event in record.events if event.name in along.follows]
        began = [event.date for event in record.events if event.name in along.begins_with]
        assert tables.cases.column("about")[row].as_py() == min(followed or began)
