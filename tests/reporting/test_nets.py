"""Pathways as Petri nets and as processes: what the machine takes the net accepts, and each file hangs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import cast
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inclusion_rules.casework.factbook import FactBook
from inclusion_rules.casework.opening import example, open_case, open_rulebook
from inclusion_rules.casework.staging import Standing, standing_of
from inclusion_rules.cli import main
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.conditions import Condition
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.reporting.bpmn import pathway_as_bpmn
from inclusion_rules.reporting.conformance import conformance_as_data, conformance_of, labels_of
from inclusion_rules.reporting.petri_net import SEEN, Net, Transition, net_of
from inclusion_rules.reporting.pnml import net_as_pnml, pathway_as_pnml
from inclusion_rules.simulation.deciding_records import decided_record
from inclusion_rules.simulation.logged_cases import LoggedCase, case_of_record

PNML = "{http://www.pnml.org/version-2009/grammar/pnml}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
PATHWAYS = tuple(open_rulebook().pathways.values())
FIRST = date(2025, 1, 13)

a_pathway = st.sampled_from(PATHWAYS)
every_pathway = pytest.mark.parametrize("pathway", [pytest.param(pathway, id=pathway.id) for pathway in PATHWAYS])


class Answers:
    """Facts that answer each condition as a test has it, in the place of a book of facts."""

    def __init__(self, holds: set[str]) -> None:
        self._holds = holds

    def holds(self, condition: Condition) -> bool:
        """Whether a condition is among those that hold."""
        return repr(condition) in self._holds


def walked(pathway: Pathway, names: Sequence[str], answers: Sequence[tuple[set[str], set[str]]]) -> Standing:
    """The real machine on events of those names, each condition answered as given, before and after each event."""
    events = [Event(name, FIRST + timedelta(days=day)) for day, name in enumerate(names)]
    before, after = ([cast(FactBook, Answers(each[place])) for each in answers] for place in (0, 1))
    none = cast(FactBook, Answers(set()))
    return standing_of(pathway, events, lambda count: before[count - 1], lambda count: after[count - 1], none)


def moving(pathway: Pathway) -> list[str]:
    """The events that move a case along a pathway."""
    return sorted({move.event for move in pathway.moves if move.event is not None})


def read_pnml(text: str) -> Net:
    """The net of a PNML file, read by another road than the one it was written by."""
    (net,) = ElementTree.fromstring(text)
    names = {each.get("id"): each.findtext(f"{PNML}name/{PNML}text") or "" for each in net.iter(f"{PNML}place")}
    (begins,) = (
        names[each.get("id")] for each in net.iter(f"{PNML}place") if each.find(f"{PNML}initialMarking") is not None
    )
    arcs = [(each.get("source"), each.get("target")) for each in net.iter(f"{PNML}arc")]
    transitions = []
    for each in net.iter(f"{PNML}transition"):
        silent = any(tool.get("activity") == "$invisible$" for tool in each.iter(f"{PNML}toolspecific"))
        label = None if silent else each.findtext(f"{PNML}name/{PNML}text")
        (source,) = (one for one, other in arcs if other == each.get("id"))
        (target,) = (other for one, other in arcs if one == each.get("id"))
        transitions.append(Transition(each.get("id") or "", label, names[source], names[target]))
    return Net(net.get("id") or "", "", tuple(names.values()), tuple(transitions), begins, SEEN)


# The net and the machine ---------------------------------------------------------------------------------------------


@settings(max_examples=400, deadline=None)
@given(a_pathway, st.data())
def test_the_net_accepts_whatever_the_machine_takes_without_a_word(pathway: Pathway, data: st.DataObject) -> None:
    """Whatever the conditions answer: a run of the machine with nothing out of order is one of the net."""
    names = data.draw(st.lists(st.sampled_from(moving(pathway)), max_size=9))
    conditions = sorted({repr(move.when) for move in pathway.moves if move.when is not None})
    some = st.sets(st.sampled_from(conditions)) if conditions else st.just(set[str]())
    answers = [(data.draw(some), data.draw(some)) for _ in names]
    if not walked(pathway, names, answers).warnings:
        assert net_of(pathway).accepts(names)


@settings(max_examples=400, deadline=None)
@given(a_pathway, st.data())
def test_the_machine_takes_whatever_the_net_accepts_under_some_answers(pathway: Pathway, data: st.DataObject) -> None:
    """The net promises nothing that the pathway would object to whatever the facts."""
    net = net_of(pathway)
    place, names, answers = net.begins, [], []
    reached, holds = place, set[str]()
    for _ in range(data.draw(st.integers(0, 12))):
        ways = [each for each in net.transitions if each.source == place and each.target != SEEN]
        if not ways:
            break
        step = data.draw(st.sampled_from(ways))
        asked = set[str]() if step.move is None or step.move.when is None else {repr(step.move.when)}
        place = step.target
        if step.label is None:
            holds |= asked
        else:
            names.append(step.label)
            answers.append((holds, asked if step.move is not None else _letting_pass(pathway, step)))
            reached, holds = place, set()
    assert net.accepts(names)
    standing = walked(pathway, names, answers)
    assert ([], reached) == (standing.warnings, standing.stage)


def _letting_pass(pathway: Pathway, step: Transition) -> set[str]:
    """What has to hold for an event to pass where it moves nothing: the condition of a move that is behind it."""
    moves = [move for move in pathway.moves if move.event == step.label]
    if any(move.only_in_turn for move in moves):
        return set()
    here = pathway.rank(step.source)
    behind = [move for move in moves if pathway.rank(move.target) <= here and step.source not in move.sources]
    return {repr(move.when) for move in behind[:1] if move.when is not None}


@settings(max_examples=200, deadline=None)
@given(a_pathway, st.booleans(), st.data())
def test_the_tokens_of_a_replay_add_up(pathway: Pathway, with_stages: bool, data: st.DataObject) -> None:
    """Every token made or put there is used or left over."""
    net = net_of(pathway, with_stages=with_stages)
    labels = data.draw(st.lists(st.sampled_from([*sorted(net.labels), "something else"]), max_size=9))
    count = net.replayed(labels)
    assert count.produced + count.missing == count.consumed + count.remaining
    assert labels.count("something else") == count.unknown
    if count.fits:
        assert net.accepts(labels)


@settings(max_examples=200, deadline=None)
@given(a_pathway, st.data())
def test_a_file_of_a_net_accepts_what_the_net_accepts(pathway: Pathway, data: st.DataObject) -> None:
    """Read back by its places, arcs and marks alone, a PNML file has the same language."""
    names = data.draw(st.lists(st.sampled_from(moving(pathway)), max_size=9))
    assert net_of(pathway).accepts(names) == READ_BACK[pathway.id].accepts(names)


READ_BACK = {pathway.id: read_pnml(pathway_as_pnml(pathway)) for pathway in PATHWAYS}


# Files ---------------------------------------------------------------------------------------------------------------


@every_pathway
def test_a_net_names_its_parts_once_and_joins_what_is_there(pathway: Pathway) -> None:
    """Every id of a PNML file is its own, every arc joins a place and a transition, and one token lies at the start."""
    (net,) = ElementTree.fromstring(net_as_pnml(net_of(pathway, with_stages=True)))
    kinds = {each.get("id"): each.tag.removeprefix(PNML) for each in net.iter() if each.get("id") is not None}
    assert len(kinds) == sum(each.get("id") is not None for each in net.iter())
    for arc in net.iter(f"{PNML}arc"):
        assert {"place", "transition"} == {kinds[arc.get("source")], kinds[arc.get("target")]}
    assert ["1"] == [each.findtext(f"{PNML}text") for each in net.iter(f"{PNML}initialMarking")]


@every_pathway
def test_a_process_names_its_parts_once_and_joins_what_is_there(pathway: Pathway) -> None:
    """Every id of a BPMN file is its own, and flows, their ends and the drawing know each other."""
    root = ElementTree.fromstring(pathway_as_bpmn(pathway))
    ids = [each.get("id") for each in root.iter() if each.get("id") is not None]
    assert len(ids) == len(set(ids))
    (process,) = root.findall(f"{BPMN}process")
    flows = {each.get("id"): each for each in process.findall(f"{BPMN}sequenceFlow")}
    for node in process:
        for way, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
            named = {each.text for each in node.findall(f"{BPMN}{way}")}
            assert named == {name for name, flow in flows.items() if flow.get(end) == node.get("id")}
    drawn = {each.get("bpmnElement") for kind in ("Shape", "Edge") for each in root.iter(f"{BPMNDI}BPMN{kind}")}
    assert drawn == {each.get("id") for each in process if each.get("id") is not None}


@every_pathway
def test_a_stage_waits_for_events_as_bpmn_has_it(pathway: Pathway) -> None:
    """An event-based gateway leads to catch events alone, each of which is reached from nowhere else."""
    (process,) = ElementTree.fromstring(pathway_as_bpmn(pathway)).findall(f"{BPMN}process")
    nodes = {each.get("id"): each for each in process}
    targets = [
        nodes[flow.get("targetRef")]
        for flow in process.findall(f"{BPMN}sequenceFlow")
        if nodes[flow.get("sourceRef")].tag == f"{BPMN}eventBasedGateway"
    ]
    assert {f"{BPMN}intermediateCatchEvent"} == {target.tag for target in targets}
    assert all(1 == len(target.findall(f"{BPMN}incoming")) for target in targets)


@every_pathway
def test_every_move_of_a_pathway_is_in_its_process(pathway: Pathway) -> None:
    """From each stage that a move leaves, the process can come to the stage that it reaches."""
    (process,) = ElementTree.fromstring(pathway_as_bpmn(pathway)).findall(f"{BPMN}process")
    stages = {f"stage_{number}": stage.name for number, stage in enumerate(pathway.stages, start=1)}
    following: dict[str, set[str]] = {}
    for flow in process.findall(f"{BPMN}sequenceFlow"):
        following.setdefault(flow.get("sourceRef") or "", set()).add(flow.get("targetRef") or "")

    def reached(node: str) -> set[str]:
        found = set()
        for after in following.get(node, ()):
            found |= {stages[after]} if after in stages else reached(after)
        return found

    drawn = {(name, target) for node, name in stages.items() for target in reached(node)}
    again = {target for node in following if node.startswith("again") for target in reached(node)}
    for move in pathway.moves:
        for source in move.sources:
            assert (source, move.target) in drawn or (move.reopens and move.target in again)


@pytest.mark.parametrize("form", ["bpmn", "pnml"])
def test_a_pathway_is_written_down_by_the_command(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`diagram --as` takes both forms, and gives the same bytes each time."""
    written = []
    for _ in range(2):
        assert 0 == main(["diagram", "suspension", "--as", form])
        written.append(capsys.readouterr().out)
    assert written[0] == written[1]
    ElementTree.fromstring(written[0])


# Conformance ---------------------------------------------------------------------------------------------------------


def decided(record_change: tuple[str, ...] = ()) -> LoggedCase:
    """The example case without the events of these names."""
    rulebook = open_rulebook()
    record = open_case(example("leicestershire_permanent_exclusion"), rulebook)
    kept = tuple(event for event in record.events if event.name not in record_change)
    shorter = replace(record, id=f"without {'_'.join(record_change)}", events=kept)
    also = {"calendar": record.calendar.id}
    return case_of_record(decided_record(shorter, rulebook, as_of=date(2025, 7, 1), also=also))


def test_a_case_that_kept_to_its_pathway_fits() -> None:
    """Nothing is out of order, by the pathway, by the net and by its tokens."""
    (found,) = conformance_of([decided()], open_rulebook()).values()
    assert (1, 1, 1, 1) == (found.cases, found.fitting, found.in_order, found.tokens_fit)
    assert {} == found.kinds


def test_a_step_that_is_missing_is_a_deviation_of_its_kind() -> None:
    """A decision notified without a meeting is counted by what was wrong, with the first case that has it."""
    (found,) = conformance_of([decided(), decided(("governing_board_met",))], open_rulebook()).values()
    assert (2, 1, 1, 1) == (found.cases, found.fitting, found.in_order, found.tokens_fit)
    (kind,) = found.kinds
    assert ("governing board decision notified", "without governing_board_met") == (kind[0], found.first_of[kind])
    assert "the steps between are not recorded" in kind[1]
    assert (1, 1) == (found.tokens.missing, found.tokens.remaining)


def test_conformance_as_data_counts_times_and_cases() -> None:
    """Two cases with one deviation of a kind are two times and two cases."""
    twice = [decided(("governing_board_met",)), decided(("governing_board_met",))]
    told = conformance_as_data(conformance_of(twice, open_rulebook()))["permanent_exclusion"]
    assert [(2, 2)] == [(each["times"], each["cases"]) for each in told["deviations"]]


def test_only_the_steps_of_a_case_are_held_against_its_pathway() -> None:
    """Events that move nothing, and those of earlier exclusions, are no part of the replay."""
    plain, staged = labels_of(decided(), open_rulebook().pathways["permanent_exclusion"])
    assert set(plain) <= set(moving(open_rulebook().pathways["permanent_exclusion"]))
    assert plain == [label.partition(" > ")[0] for label in staged]
