"""The machine of a pathway steps exactly as its table says, for any stage, event and answers of the guards."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.casework.logs import PATHWAYS

from inclusion_rules.casework.machine import Guards, Step, machine_for
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.conditions import Condition
from inclusion_rules.domain.findings import Trace
from inclusion_rules.domain.pathways import Pathway

NEVER_A_STEP = "attendance_recorded"


def answering(answers: Mapping[Condition, bool | None]) -> Guards:
    """Guards that answer as told."""
    return lambda condition: Trace(condition, answers[condition], frozenset())


def by_the_table(
    pathway: Pathway, stage: str, event: str, answers: Mapping[Condition, bool | None]
) -> tuple[str, bool]:
    """The step read off the table: the first move by that event from that stage whose guard is known to hold."""
    for move in pathway.moves:
        if move.event == event and stage in move.sources and (move.when is None or answers[move.when] is True):
            return move.target, True
    return stage, False


def pathway_of(name: str) -> Pathway:
    """A shipped pathway."""
    return open_rulebook().pathways[name]


@settings(max_examples=150)
@given(st.sampled_from(PATHWAYS), st.data())
def test_the_machine_steps_as_the_table_says(name: str, data: st.DataObject):
    """From any stage, by any event that moves anything, whatever the guards answer."""
    pathway = pathway_of(name)
    stage = data.draw(st.sampled_from([one.name for one in pathway.stages]))
    event = data.draw(st.sampled_from(sorted({move.event for move in pathway.moves if move.event})))
    guards = [move.when for move in pathway.moves if move.when is not None]
    answers = {guard: data.draw(st.sampled_from([True, False, None])) for guard in guards}

    step = machine_for(pathway).step(stage, event, answering(answers))

    assert by_the_table(pathway, stage, event, answers) == (step.stage, step.moved)


@settings(max_examples=60)
@given(st.sampled_from(PATHWAYS), st.data())
def test_a_step_not_taken_holds_every_guard_that_said_no(name: str, data: st.DataObject):
    """With every guard saying no, the traces are those of all the moves that were possible."""
    pathway = pathway_of(name)
    stage = data.draw(st.sampled_from([one.name for one in pathway.stages]))
    event = data.draw(st.sampled_from(sorted({move.event for move in pathway.moves if move.event})))
    guards = [move.when for move in pathway.moves if move.when is not None]

    step = machine_for(pathway).step(stage, event, answering(dict.fromkeys(guards, False)))

    tried = [move.when for move in pathway.moves if move.event == event and stage in move.sources]
    if None in tried:
        assert step.moved
    else:
        assert tried == [trace.condition for trace in step.refused]


@pytest.mark.parametrize("name", PATHWAYS)
def test_an_event_that_moves_nothing_leaves_the_stage(name):
    """An event that the pathway does not know as a step is no step and no error."""
    first = pathway_of(name).stages[-1].name

    assert Step(first, moved=False) == machine_for(pathway_of(name)).step(first, NEVER_A_STEP, answering({}))


def test_a_guard_that_is_not_known_does_not_let_pass():
    """Not known is not yes: the step is not taken, and the guard is named."""
    pathway = pathway_of("permanent_exclusion")
    guards = {move.when: None for move in pathway.moves if move.when is not None}

    step = machine_for(pathway).step("hearing/review_panel", "review_decision_notified", answering(guards))

    assert ("hearing/review_panel", False) == (step.stage, step.moved)
    assert {None} == {trace.result for trace in step.refused}


def test_the_machine_remembers_nothing_between_steps():
    """The same step gives the same answer, whatever was stepped before."""
    machine = machine_for(pathway_of("permanent_exclusion"))
    first = machine.step("notification", "governing_board_notified", answering({}))
    machine.step("challenge", "governing_board_met", answering({}))

    assert first == machine.step("notification", "governing_board_notified", answering({}))
    assert Step("challenge", moved=True) == first


def test_a_machine_is_built_once_for_a_pathway():
    """Building one costs more than stepping it."""
    assert machine_for(pathway_of("suspension")) is machine_for(pathway_of("suspension"))


def test_a_stage_that_the_pathway_lacks_is_refused():
    """There is nothing to step from."""
    with pytest.raises(KeyError, match="limbo"):
        machine_for(pathway_of("suspension")).step("limbo", "governing_board_met", answering({}))
