"""Reads a file of figures: what one authority knows of itself on a day, held against what its commitments ask for.

A figure that is worked out from others is never taken from a file, so that the two cannot come apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from pathlib import Path

from inclusion_rules.domain.commitments import FigureDefinition, Figures
from inclusion_rules.domain.facts import NOTHING, FactKind, FactType, Known, Nothing
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.loading.commitment_documents import FiguresDocument
from inclusion_rules.loading.conditions import known_value
from inclusion_rules.loading.document_reading import key_span_at, read_document, span_at
from inclusion_rules.loading.problems import Problems, nearest_key
from inclusion_rules.loading.trees import read_tree
from inclusion_rules.loading.yaml_tree import Node
from inclusion_rules.vocabulary import identifier, words

NONE = "none"
"""What is written for a date of which it is known that there is none yet."""


def load_figures(path: Path, rulebook: Rulebook) -> Figures:
    """The figures of a file, each of them one that the commitments of its authority ask for.

    Raises:
        InvalidFilesError: the file cannot be used as it stands; every problem is told.
    """
    problems = Problems()
    figures = read_figures(path, rulebook, problems)
    problems.raise_if_any()
    assert figures is not None
    return figures


def read_figures(path: Path, rulebook: Rulebook, problems: Problems) -> Figures | None:
    """The figures of a file as far as they can be used, with their problems noted."""
    node = read_tree(path, problems)
    document = read_document(FiguresDocument, node, problems) if node is not None else None
    if node is None or document is None:
        return None
    authority = identifier(document.figures)
    if authority not in rulebook.packs:
        with_figures = [pack.id for pack in rulebook.packs.values() if pack.figures]
        problems.unknown(span_at(node, "figures"), "a pack that was read", document.figures, with_figures)
        return None
    asked = {name: figure for pack in rulebook.edition((authority,)).packs for name, figure in pack.figures.items()}
    values = dict(_values(document, node, asked, problems))
    for name in document.sources:
        if name not in document.values:
            place = key_span_at(node, "sources", name)
            problems.unknown(place, "a figure that this file gives", words(name), document.values)
    return Figures(authority, document.on, values, dict(document.sources), document.note)


def _values(
    document: FiguresDocument, node: Node, asked: MappingType[str, FigureDefinition], problems: Problems
) -> Iterator[tuple[str, Known | Nothing]]:
    for name, written in document.values.items():
        figure = asked.get(name)
        if figure is None:
            place = key_span_at(node, "values", name)
            given = [known for known, definition in asked.items() if definition.derived is None]
            problems.unknown(place, f"a figure that {words(document.figures)} asks for", words(name), given)
            continue
        if figure.derived is not None:
            message = f"`{words(name)}` is worked out from {_listed(figure)}, and is not given"
            problems.add(key_span_at(node, "values", name), "R204", message, help="give those instead")
            continue
        value = _value(written, figure.type)
        if value is None:
            place = span_at(node, "values", name)
            problems.add(place, "R204", f"`{written}` does not fit; `{words(name)}` is {_wanted(figure.type)}",
                         help=nearest_key(str(written), figure.type.choices))  # fmt: skip
            continue
        yield name, value


def _value(written: object, kind: FactType) -> Known | Nothing | None:
    if kind.kind is FactKind.DATE and written == NONE:
        return NOTHING
    return known_value(written, kind)


def _listed(figure: FigureDefinition) -> str:
    names = [f"`{words(name)}`" for name in dict.fromkeys(figure.rests_on)]
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]


def _wanted(kind: FactType) -> str:
    match kind.kind:
        case FactKind.YES_NO:
            return "yes or no"
        case FactKind.DATE:
            return f"a date such as 2025-03-24, or `{NONE}` where it is known that there is none yet"
        case FactKind.ONE_OF:
            return f"one of {', '.join(f'`{words(choice)}`' for choice in kind.choices)}"
        case FactKind.PERCENTAGE:
            return "a percentage from 0 to 100"
        case FactKind.MONEY:
            return "a sum of money of 0 or more, written as a number"
        case _:
            return f"a {kind.kind.value} of 0 or more"
