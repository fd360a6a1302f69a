"""Figures of an authority as commitments declare them: each name once, kinds that fit, and no circles.

A figure is declared in one commitment and may be used by every commitment of its pack, and of packs that extend it.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingType

from inclusion_rules.domain.commitments import ChangeBetween, FigureDefinition, FigureSource, ShareOf, SumOf
from inclusion_rules.domain.dependencies import circles
from inclusion_rules.domain.facts import FactKind, FactType
from inclusion_rules.loading.commitment_documents import CommitmentDocument, FigureDerivation, FigureEntry
from inclusion_rules.loading.conditions import fact_type
from inclusion_rules.loading.document_reading import child, key_span_at, span_at
from inclusion_rules.loading.problems import LEFT_OUT, Problems, nearest_key
from inclusion_rules.loading.yaml_tree import Node
from inclusion_rules.vocabulary import identifier, words

KINDS = (
    FactKind.YES_NO,
    FactKind.WHOLE_NUMBER,
    FactKind.NUMBER,
    FactKind.PERCENTAGE,
    FactKind.MONEY,
    FactKind.DATE,
    FactKind.ONE_OF,
)
"""The kinds that a figure may be of."""
FORMS = {"share_of": ("in",), "sum_of": (), "rise_from": ("to",), "fall_from": ("to",)}
"""The ways to work out a figure, each with the keys that it needs beside it."""
KINDS_IN_WORDS = [*(kind.value for kind in KINDS if kind is not FactKind.ONE_OF), "one of [a, b]"]

Declared = list[tuple[CommitmentDocument, Node]]


def link_figures(
    documents: Declared, below: MappingType[str, FigureDefinition], problems: Problems
) -> dict[str, FigureDefinition]:
    """Every figure that the commitments of a pack declare, by name."""
    types = _types(documents, below, problems)
    known = {name: figure.type for name, figure in below.items()} | {
        name: kind for name, (kind, _, _, _) in types.items()
    }
    found: dict[str, FigureDefinition] = {}
    for name, (kind, entry, node, commitment) in types.items():
        source = None
        if entry.derived is not None:
            source = _Derivation(name, kind, child(node, "figures", name, "derived") or node, known, problems).read(
                entry.derived
            )
            if source is None:
                problems.declared_badly.add(name)
                continue
        span = key_span_at(node, "figures", name)
        found[name] = FigureDefinition(name, kind, entry.asks, entry.unit, source, commitment, span)
    for circle in circles({name: list(figure.rests_on) for name, figure in found.items()}):
        path = " → ".join(words(name) for name in (*circle, circle[0]))
        place = found[circle[0]].span
        assert place is not None
        problems.add(place, "R207", f"these figures are worked out from one another: {path}")
        problems.declared_badly.update(circle)
        found = {name: figure for name, figure in found.items() if name not in circle}
    return found


def _types(
    documents: Declared, below: MappingType[str, FigureDefinition], problems: Problems
) -> dict[str, tuple[FactType, FigureEntry, Node, str]]:
    types: dict[str, tuple[FactType, FigureEntry, Node, str]] = {}
    for document, node in documents:
        for name, entry in document.figures.items():
            span = key_span_at(node, "figures", name)
            if name in types or name in below:
                earlier = types[name][3] if name in types else below[name].commitment
                message = f"the figure `{words(name)}` is declared already, by `{words(earlier)}`"
                problems.add(span, "R209", message, help="keep one of the two: every commitment of the pack may use it")
                continue
            kind = fact_type(entry.kind)
            if entry.kind == LEFT_OUT:
                problems.declared_badly.add(name)
                continue
            if kind is None or kind.kind not in KINDS or kind.is_id:
                place = span_at(node, "figures", name, "kind")
                help = nearest_key(entry.kind, KINDS_IN_WORDS)
                problems.add(place, "R204", f"`{entry.kind}` is not a kind of figure", help=help)
                problems.declared_badly.add(name)
                continue
            types[name] = (kind, entry, node, identifier(document.id))
    return types


class _Derivation:
    """Reads how one figure is worked out, each name looked up and the kinds held against one another."""

    def __init__(
        self, name: str, kind: FactType, node: Node, known: MappingType[str, FactType], problems: Problems
    ) -> None:
        self.name, self.kind, self.node, self.known, self.problems = name, kind, node, known, problems

    def read(self, entry: FigureDerivation) -> FigureSource | None:
        given = entry.model_dump(by_alias=True, exclude_none=True)
        form = next((key for key in FORMS if key in given), None)
        if form is None or set(given) != {form, *FORMS[form]}:
            help = (
                "write `{share of: A, in: B}`, `{sum of: [A, B]}`, `{rise from: A, to: B}` or `{fall from: A, to: B}`"
            )
            self.problems.add(self.node.span, "R204", f"this is not a way to work out `{words(self.name)}`", help=help)
            return None
        names = list(self._names(form, given))
        if any(name not in self.known for name, _ in names):
            for name, path in names:
                if name not in self.known:
                    place = span_at(self.node, *path)
                    self.problems.unknown(place, "a figure this pack knows", words(name), self.known)
            return None
        if not self._kinds_fit(form, [name for name, _ in names]):
            return None
        first, *rest = [name for name, _ in names]
        if form == "sum_of":
            return SumOf((first, *rest))
        return ShareOf(first, rest[0]) if form == "share_of" else ChangeBetween(first, rest[0], form == "fall_from")

    def _names(self, form: str, given: MappingType[str, object]) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """The figures named, each with its place."""
        for key in (form, *FORMS[form]):
            value = given[key]
            if isinstance(value, list):
                yield from ((identifier(str(name)), (key, position)) for position, name in enumerate(value))
            else:
                yield identifier(str(value)), (key,)

    def _kinds_fit(self, form: str, names: list[str]) -> bool:
        kinds = {self.known[name].kind for name in names}
        first = next(iter(kinds))
        wanted = first if form == "sum_of" else FactKind.PERCENTAGE
        if len(kinds) > 1 or not first.is_number:
            listed = ", ".join(f"`{words(name)}` is of the kind {self.known[name]}" for name in names)
            message = f"only numbers of one kind can be put together: {listed}"
            self.problems.add(self.node.span, "R205", message)
        elif self.kind.kind is not wanted:
            message = f"`{words(self.name)}` is worked out as a {wanted.value}, and its kind is {self.kind}"
            self.problems.add(self.node.span, "R205", message, help=f"write `kind: {wanted.value}`")
        else:
            return True
        return False
