"""A pathway as a process in BPMN 2.0, with a drawing that other tools open.

A stage is a gateway that waits for whichever event comes first; an event that may move the case is caught there, and a
choice stands after it where conditions decide. What time alone does is caught as a condition, an end of the pathway is
an end of the process, and an event that takes an ended case on again begins it anew. Events that the pathway lets pass
are not drawn. Nothing here is made to be executed; conditions are words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from inclusion_rules.domain.pathways import Move, Pathway
from inclusion_rules.domain.wording import condition_in_words
from inclusion_rules.reporting.pathway_diagram import described, stage_in_words
from inclusion_rules.reporting.xes import quoted
from inclusion_rules.vocabulary import words

_NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_ACROSS, _DOWN, _TOP, _LEFT = 320, 100, 80, 120
_EVENT, _GATEWAY = 36, 50


@dataclass(frozen=True, slots=True)
class _Node:
    """One node of the process with its place in the drawing; `inside` is what stands within its element."""

    id: str
    kind: str
    name: str
    x: int
    y: int
    inside: str = ""
    default: str | None = None

    @property
    def size(self) -> int:
        return _GATEWAY if self.kind.endswith("Gateway") else _EVENT

    @property
    def centre(self) -> tuple[int, int]:
        return self.x + self.size // 2, self.y + self.size // 2


@dataclass(frozen=True, slots=True)
class _Flow:
    id: str
    source: str
    target: str
    condition: str = ""


@dataclass
class _Process:
    """A process in the making."""

    pathway: Pathway
    nodes: list[_Node] = field(default_factory=list)
    flows: list[_Flow] = field(default_factory=list)
    below: dict[int, int] = field(default_factory=dict)

    def stage_id(self, name: str) -> str:
        return f"stage_{self.pathway.rank(name) + 1}"

    def flow(self, source: str, target: str, condition: str = "") -> str:
        self.flows.append(_Flow(f"flow_{len(self.flows) + 1}", source, target, condition))
        return self.flows[-1].id

    def room_below(self, column: int) -> tuple[int, int]:
        """The next free place under a stage."""
        self.below[column] = self.below.get(column, 0) + 1
        return _LEFT + _ACROSS * (column + 1), _TOP + _DOWN * self.below[column]


def pathway_as_bpmn(pathway: Pathway) -> str:
    """A pathway as one BPMN file, the same bytes every time."""
    process = _process_of(pathway)
    return "\n".join(_lines(process)) + "\n"


def _process_of(pathway: Pathway) -> _Process:
    process = _Process(pathway)
    for rank, stage in enumerate(pathway.stages):
        kind = "endEvent" if stage.is_end else "eventBasedGateway"
        x = _LEFT + _ACROSS * (rank + 1)
        process.nodes.append(_Node(process.stage_id(stage.name), kind, stage_in_words(stage.name), x, _TOP))
    for number, event in enumerate(pathway.begins_with, start=1):
        node = _Node(f"begin_{number}", "startEvent", words(event), _LEFT, _TOP + _DOWN * (number - 1), _MESSAGE)
        process.nodes.append(node)
        process.flow(node.id, process.stage_id(pathway.stages[0].name))
    for stage in pathway.stages:
        if not stage.is_end:
            _catch_all(process, stage.name)
    _begin_anew(process)
    return process


_MESSAGE = "<messageEventDefinition/>"


def _catch_all(process: _Process, stage: str) -> None:
    """Every event that may move a case from a stage, and every move by time from there."""
    leaving = [move for move in process.pathway.moves if stage in move.sources]
    for event in dict.fromkeys(move.event for move in leaving if move.event is not None):
        _catch(process, stage, words(event), [move for move in leaving if move.event == event], _MESSAGE)
    for move in leaving:
        if move.event is None:
            said = condition_in_words(move.when) if move.when is not None else "at once"
            inside = (
                '<conditionalEventDefinition><condition xsi:type="tFormalExpression">'
                f"{escape(said)}</condition></conditionalEventDefinition>"
            )
            _catch(process, stage, f"time alone, when {said}", [Move(None, move.sources, move.target)], inside)


def _catch(process: _Process, stage: str, name: str, moves: list[Move], inside: str) -> None:
    column = process.pathway.rank(stage)
    x, y = process.room_below(column)
    caught = _Node(f"catch_{len(process.nodes) + 1}", "intermediateCatchEvent", name, x, y, inside)
    process.nodes.append(caught)
    process.flow(process.stage_id(stage), caught.id)
    _choose(process, caught, moves, otherwise=process.stage_id(stage))


def _choose(process: _Process, after: _Node, moves: list[Move], *, otherwise: str | None) -> None:
    """Where an event leads: straight on, or by a choice between conditions, back to its stage where none holds."""
    always = next((move for move in moves if move.when is None), None)
    guarded = [move for move in moves if move.when is not None]
    if not guarded:
        assert always is not None
        process.flow(after.id, process.stage_id(always.target))
        return
    choice = _Node(f"choice_{len(process.nodes) + 1}", "exclusiveGateway", "", after.x + 110, after.y - 7)
    process.flow(after.id, choice.id)
    for move in guarded:
        assert move.when is not None
        process.flow(choice.id, process.stage_id(move.target), condition_in_words(move.when))
    last = process.stage_id(always.target) if always is not None else otherwise
    default = None
    if last is not None:
        default = process.flow(choice.id, last)
    process.nodes.append(_Node(choice.id, choice.kind, choice.name, choice.x, choice.y, default=default))


def _begin_anew(process: _Process) -> None:
    """Events that take a case on again that had ended."""
    again = [move for move in process.pathway.moves if move.reopens and move.event is not None]
    for number, event in enumerate(dict.fromkeys(move.event for move in again), start=1):
        assert event is not None
        name = f"{words(event)}, after an end"
        y = _TOP + _DOWN * (len(process.pathway.begins_with) + number)
        node = _Node(f"again_{number}", "startEvent", name, _LEFT, y, _MESSAGE)
        process.nodes.append(node)
        ended = [move for move in again if move.event == event]
        stop = _Node(f"again_{number}_no", "endEvent", "stays ended", _LEFT + 110, y + 60)
        if any(move.when is not None for move in ended) and all(move.when is not None for move in ended):
            process.nodes.append(stop)
            _choose(process, node, ended, otherwise=stop.id)
        else:
            _choose(process, node, ended, otherwise=None)


# Writing -----------------------------------------------------------------------------------------------------------


def _lines(process: _Process) -> Iterator[str]:
    pathway = process.pathway
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield (
        f'<definitions id="definitions_{pathway.id}" targetNamespace="https://inclusion-rules.example/pathways" '
        f'exporter="inclusion-rules" {_NAMESPACES}>'
    )
    yield f'  <process id="{pathway.id}" name={quoted(pathway.title)} isExecutable="false">'
    yield f"    <documentation>{escape(described(pathway))}</documentation>"
    for node in process.nodes:
        yield from (f"    {line}" for line in _element(node, process))
    for flow in process.flows:
        head = f'<sequenceFlow id="{flow.id}" sourceRef="{flow.source}" targetRef="{flow.target}"'
        if not flow.condition:
            yield f"    {head}/>"
            continue
        said = escape(flow.condition)
        yield f"    {head} name={quoted(flow.condition)}>"
        yield f'      <conditionExpression xsi:type="tFormalExpression">{said}</conditionExpression>'
        yield "    </sequenceFlow>"
    yield "  </process>"
    yield f'  <bpmndi:BPMNDiagram id="diagram_{pathway.id}" name={quoted(pathway.title)}>'
    yield f'    <bpmndi:BPMNPlane id="plane_{pathway.id}" bpmnElement="{pathway.id}">'
    yield from (f"      {line}" for line in _drawing(process))
    yield "    </bpmndi:BPMNPlane>"
    yield "  </bpmndi:BPMNDiagram>"
    yield "</definitions>"


def _element(node: _Node, process: _Process) -> Iterator[str]:
    name = f" name={quoted(node.name)}" if node.name else ""
    default = f' default="{node.default}"' if node.default is not None else ""
    yield f'<{node.kind} id="{node.id}"{name}{default}>'
    yield from (f"  <incoming>{flow.id}</incoming>" for flow in process.flows if flow.target == node.id)
    yield from (f"  <outgoing>{flow.id}</outgoing>" for flow in process.flows if flow.source == node.id)
    if node.inside:
        yield f"  {node.inside}"
    yield f"</{node.kind}>"


def _drawing(process: _Process) -> Iterator[str]:
    at = {node.id: node for node in process.nodes}
    for node in process.nodes:
        size = f'width="{node.size}" height="{node.size}"'
        yield f'<bpmndi:BPMNShape id="shape_{node.id}" bpmnElement="{node.id}">'
        yield f'  <dc:Bounds x="{node.x}" y="{node.y}" {size}/>'
        yield "</bpmndi:BPMNShape>"
    for flow in process.flows:
        yield f'<bpmndi:BPMNEdge id="edge_{flow.id}" bpmnElement="{flow.id}">'
        for x, y in _way(at[flow.source], at[flow.target]):
            yield f'  <di:waypoint x="{x}" y="{y}"/>'
        yield "</bpmndi:BPMNEdge>"


def _way(source: _Node, target: _Node) -> list[tuple[int, int]]:
    """A line of right angles from one node to another."""
    (from_x, from_y), (to_x, to_y) = source.centre, target.centre
    if from_x == to_x or from_y == to_y:
        return [(from_x, from_y), (to_x, to_y)]
    if target.kind in ("endEvent", "eventBasedGateway") and source.y > target.y:
        up = target.y - 25  # above the row of stages, then down onto the stage
        beside = from_x + source.size
        return [(from_x, from_y), (beside, from_y), (beside, up), (to_x, up), (to_x, to_y)]
    return [(from_x, from_y), (from_x, to_y), (to_x, to_y)]
