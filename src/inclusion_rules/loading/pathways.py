"""Pathway files, read into stages and moves, with every name looked up and the shape of the pathway checked."""

from __future__ import annotations

from collections.abc import Iterable

from inclusion_rules.domain.pathways import Awaited, Move, Pathway, Refusal, Stage
from inclusion_rules.domain.rules import EventDefinition
from inclusion_rules.loading.conditions import Names, read_condition
from inclusion_rules.loading.document_reading import child, read_document, span_at
from inclusion_rules.loading.linking import SUBJECTS
from inclusion_rules.loading.pathway_documents import PathwayDocument
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Node
from inclusion_rules.vocabulary import identifier


def read_pathway(node: Node, *, names: Names, events: dict[str, EventDefinition], problems: Problems) -> Pathway | None:
    """One pathway, or None with its problems noted."""
    document = read_document(PathwayDocument, node, problems)
    if document is None:
        return None
    stages: list[Stage] = []
    for position, entry in enumerate(document.stages):
        where = child(node, "stages", position) or node
        awaited: list[Awaited] = []
        for number, item in enumerate(entry.awaits):
            place = child(where, "awaits", number) or where
            text = item if isinstance(item, str) else str(item.get("event", ""))
            when = child(place, "when")
            condition = read_condition(when, names, problems) if when is not None else None
            awaited.append(Awaited(_event(text, child(place, "event") or place, events, problems), condition))
        if entry.stage in {stage.name for stage in stages}:
            problems.add(where.span, "P601", f"the stage `{entry.stage}` stands twice")
        stages.append(Stage(entry.stage, entry.until, tuple(awaited), entry.ends == "yes", where.span))
    known = [stage.name for stage in stages]
    moves: list[Move] = []
    for position, move in enumerate(document.moves):
        where = child(node, "moves", position) or node
        sources = [move.from_] if isinstance(move.from_, str) else list(move.from_)
        reopens = move.reopens == "yes"
        if reopens:
            _check_reopening(sources, stages, where, problems)
        if sources == ["any"]:
            sources = [stage.name for stage in stages if not stage.is_end]
        _check_stages((("from", sources), ("to", [move.to])), where, known, problems)
        event = _event(move.event, child(where, "event") or where, events, problems)
        when = child(where, "when")
        condition = read_condition(when, names, problems) if when is not None else None
        in_turn = reopens or move.only_in_turn == "yes"
        moves.append(Move(event, tuple(sources), move.to, condition, in_turn, reopens, where.span))
    for position, timed in enumerate(document.moves_by_time):
        where = child(node, "moves_by_time", position) or node
        _check_stages((("from", [timed.from_]), ("to", [timed.to])), where, known, problems)
        when = child(where, "when")
        condition = read_condition(when, names, problems) if when is not None else None
        moves.append(Move(None, (timed.from_,), timed.to, condition, only_in_turn=True, span=where.span))
    refusals: list[Refusal] = []
    for position, refusal in enumerate(document.refuses):
        where = child(node, "refuses", position) or node
        when = child(where, "when")
        condition = read_condition(when, names, problems) if when is not None else None
        if condition is not None:
            event = _event(refusal.event, child(where, "event") or where, events, problems)
            refusals.append(Refusal(event, condition, refusal.because))
    subject = SUBJECTS.get(identifier(document.follows)) or (identifier(document.follows),)
    for event in subject:
        if event not in events and event != "case":
            problems.unknown(
                span_at(node, "follows"), "something a pathway can follow", document.follows, [*SUBJECTS, *events]
            )
    if not problems.errors_in(node.span.file):
        _check_shape(stages, moves, node, problems)
    begins = tuple(
        _event(text, child(node, "begins_with", position) or node, events, problems)
        for position, text in enumerate(document.begins_with)
    )
    return Pathway(
        identifier(document.pathway), document.title, begins, subject, tuple(stages), tuple(moves), tuple(refusals)
    )


def _check_stages(named: Iterable[tuple[str, list[str]]], move: Node, known: list[str], problems: Problems) -> None:
    for key, names in named:
        for position, name in enumerate(names):
            if name not in known:
                place = child(move, key, position) or child(move, key) or move
                problems.unknown(place.span, "a stage of this pathway", name, known)


def _check_reopening(sources: list[str], stages: list[Stage], move: Node, problems: Problems) -> None:
    going_on = {"any", *(stage.name for stage in stages if not stage.is_end)}
    for position, name in enumerate(sources):
        if name in going_on:
            place = child(move, "from", position) or child(move, "from") or move
            problems.add(
                place.span,
                "P605",
                f"`{name}` is no end, and `reopens` is for a case that has ended",
                help="name ends only; a move from other stages is an entry of its own, without `reopens`",
            )


def _event(text: str, node: Node, events: dict[str, EventDefinition], problems: Problems) -> str:
    name = identifier(text)
    if name not in events:
        problems.unknown(node.span, "an event of the vocabulary", text, events)
    return name


def _check_shape(stages: list[Stage], moves: list[Move], node: Node, problems: Problems) -> None:
    """Every end can be reached, and from every stage an end can be reached."""
    ahead: dict[str, set[str]] = {stage.name: set() for stage in stages}
    for move in moves:
        for source in move.sources:
            ahead.setdefault(source, set()).add(move.target)
    reachable = _reached({stages[0].name}, ahead)
    behind: dict[str, set[str]] = {}
    for source, targets in ahead.items():
        for target in targets:
            behind.setdefault(target, set()).add(source)
    ending = _reached({stage.name for stage in stages if stage.is_end}, behind)
    for stage in stages:
        span = stage.span or node.span
        if stage.name not in reachable:
            problems.add(span, "P602", f"no event ever leads to the stage `{stage.name}`")
        elif stage.name not in ending:
            problems.add(span, "P603", f"from the stage `{stage.name}` no end can be reached")
        if stage.is_end and any(stage.name in move.sources and not move.reopens for move in moves):
            problems.add(
                span,
                "P604",
                f"`{stage.name}` is an end, yet an event leads out of it",
                help="a move that takes a case on again after its end says `reopens: yes`",
            )


def _reached(start: set[str], ahead: dict[str, set[str]]) -> set[str]:
    found, waiting = set(start), list(start)
    while waiting:
        for target in ahead.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found
