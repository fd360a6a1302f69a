"""Reads YAML and JSON strictly into a tree that knows its places: the one door through which the `yaml` library enters.

Refuses what two readers could take differently, and tells every problem it can find at once. Works from the parser's
events and never composes a document by `yaml` itself, whose compiled composer does not survive deep nesting. Knows
nothing of what the contents mean.
"""

from __future__ import annotations

import re
from typing import Protocol

import yaml

from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.loading.file_text import LARGEST_FILE, MOST_PROBLEMS, lines_for_quoting, text_of
from inclusion_rules.loading.json_tree import scan_json
from inclusion_rules.loading.located_tree import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    Source,
    TreeFault,
    error_at,
    plain,
    shown,
)
from inclusion_rules.loading.tree_building import DEEPEST, MOST_NODES, ReadingStoppedError, TreeBuilding
from inclusion_rules.loading.yaml_complaints import Objection, in_plain_words

__all__ = [
    "DEEPEST",
    "LARGEST_FILE",
    "MOST_NODES",
    "MOST_PROBLEMS",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "Source",
    "TreeFault",
    "error_at",
    "plain",
    "read_source",
    "read_yaml",
]

# The compiled parser is ten times as fast; it is absent where PyYAML was installed without it.
_LOADER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Mark(Protocol):
    """A place as both parsers keep it, counted from 0."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


def read_yaml(text_or_bytes: str | bytes, *, file: str) -> Node:
    """The tree that a file holds.

    >>> plain(read_yaml("school days: 15\\nheld: no\\n", file="a.yaml"))
    {'school days': 15, 'held': 'no'}

    Raises:
        InvalidFilesError: the file cannot be read as it stands; every problem found in it is told.
    """
    return read_source(text_or_bytes, file=file)[0]


def read_source(text_or_bytes: str | bytes, *, file: str) -> tuple[Node, Source]:
    """The tree that a file holds, and its lines for quoting. `file` is the name shown; `*.json` is read as JSON.

    Raises:
        InvalidFilesError: the file cannot be read as it stands; every problem found in it is told.
    """
    is_json = file.lower().endswith(".json")
    text, problems = text_of(text_or_bytes, file=file, json=is_json)
    source = Source(file, lines_for_quoting(text))
    building = TreeBuilding(source, problems)
    try:
        if text.strip():
            (scan_json if is_json else _follow_events)(text, building)
        if not building.problems:
            _refuse_empty(building)
    except ReadingStoppedError:
        pass
    if building.problems:
        raise InvalidFilesError(building.problems)
    return building.roots[0], source


def _refuse_empty(building: TreeBuilding) -> None:
    root = building.roots[0] if building.roots else None
    if root is None or (root == Scalar("", False, root.span) and len(building.roots) == 1):
        only_comments = any(line.strip() for line in building.source.lines)
        message = "the file is empty: it holds nothing but comments" if only_comments else "the file is empty"
        help = "write its contents, or remove the file"
        building.note(building.source.span(1, 1), TreeFault.EMPTY, message, help=help)


def _follow_events(text: str, building: TreeBuilding) -> None:
    reached = (1, 1)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reached = _place(event.end_mark)
            _follow(event, building)
    except yaml.MarkedYAMLError as error:
        objection = Objection(
            problem=error.problem or "",
            context=error.context or "",
            at=_place(error.problem_mark) if error.problem_mark else reached,
            begun=_place(error.context_mark) if error.context_mark else None,
            lines=building.source.lines,
        )
        complaint = in_plain_words(objection)
        if any(
            p.place.line == complaint.at[0] and p.code in (TreeFault.TAG, TreeFault.ANCHOR) for p in building.problems
        ):
            return  # `*bold* words` is one slip, already told, and not also a misplaced word
        span = building.source.span(*complaint.at, width=complaint.width)
        building.note(span, complaint.fault, complaint.message, help=complaint.help)
    except (yaml.YAMLError, ValueError, OverflowError):
        # The pure-Python parser lets impossible escapes and endless version numbers fall through to the interpreter.
        message = "something after this place cannot be read"
        help = "look for a backslash between quotation marks, or a line that begins with `%`"
        building.note(building.source.span(*reached), TreeFault.SYNTAX, message, help=help)


def _follow(event: yaml.Event, building: TreeBuilding) -> None:
    line, column = _place(event.start_mark)
    end_line, end_column = _place(event.end_mark)
    if isinstance(event, yaml.ScalarEvent):
        if event.tag is not None or event.anchor is not None:
            _refuse_properties(event, building)
        width = end_column - column if end_line == line else None
        building.scalar(event.value, line, column, quoted=bool(event.style), width=width)
    elif isinstance(event, yaml.MappingStartEvent):
        _refuse_properties(event, building)
        building.open_mapping(line, column)
    elif isinstance(event, yaml.SequenceStartEvent):
        _refuse_properties(event, building)
        building.open_sequence(line, column)
    elif isinstance(event, yaml.CollectionEndEvent):
        building.close(end_line, end_column)
    elif isinstance(event, yaml.AliasEvent):
        width = end_column - column
        help = "write the contents out again here; if the words begin with `*`, put them in quotation marks"
        message = f"{shown(f'*{event.anchor}')} would repeat another part of the file, which is not done here"
        building.note(building.source.span(line, column, width=width), TreeFault.ANCHOR, message, help=help)
        building.scalar(f"*{event.anchor}", line, column, quoted=True, width=width)
    elif isinstance(event, yaml.DocumentStartEvent):
        _check_document_start(event, building)


def _check_document_start(event: yaml.DocumentStartEvent, building: TreeBuilding) -> None:
    line, column = _place(event.start_mark)
    if event.tags:
        help = "remove the line that begins with `%TAG`"
        building.note(building.source.span(line, column), TreeFault.TAG, "tags (`!...`) are not read here", help=help)
    if building.roots:
        message = "a second document begins here, and one file holds one"
        help = "remove this `---`, or put what follows in a file of its own"
        building.note(building.source.span(line, column), TreeFault.SEVERAL_DOCUMENTS, message, help=help)


def _refuse_properties(event: yaml.ScalarEvent | yaml.CollectionStartEvent, building: TreeBuilding) -> None:
    """Refuse a tag (`!x`) or an anchor (`&x`) written before a value, each where it stands."""
    if event.anchor is None and event.tag is None:
        return
    number, start = _place(event.start_mark)
    written = building.source.lines[number - 1][start - 1 :]
    for mark, present, fault, effect in (
        ("!", event.tag is not None, TreeFault.TAG, "is a tag, and tags are not read here"),
        ("&", event.anchor is not None, TreeFault.ANCHOR, "would name this part for repeating, which is not done here"),
    ):
        if present:
            found = re.search(rf"{mark}[^\s,\[\]{{}}]*", written)
            words, column = (found.group(), start + found.start()) if found else (mark, start)
            help = f"remove it; if the words begin with `{mark}`, put them in quotation marks"
            span = building.source.span(number, column, width=len(words))
            building.note(span, fault, f"{shown(words)} {effect}", help=help)


def _place(mark: _Mark | None) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
