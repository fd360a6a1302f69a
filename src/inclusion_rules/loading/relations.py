"""How a rule says that it stands to rules of the packs below it, every name looked up; and the act it would record.

Knows which layer it reads for. Whether what a local rule says of itself is so is proved by `analysis.layering`.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from datetime import date

from inclusion_rules.domain.facts import FactType
from inclusion_rules.domain.layers import NATIONAL_LAYER, Recording, Relation, RelationKind, Supersession
from inclusion_rules.domain.rules import EventDefinition
from inclusion_rules.loading.document_reading import child, key_span_at, span_at
from inclusion_rules.loading.documents import RecordingEntry, RuleDocument, SupersededEntry
from inclusion_rules.loading.facts import read_attribute_values
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Mapping, Node, Scalar
from inclusion_rules.vocabulary import identifier

NOTHING_NATIONAL = "nothing national"
ANY = "any"
MISPLACED = "R217"
Beginnings = MappingType[str, date | None]
"""Rule ids, each with its first day; None where it has none, or where that is not known."""


@dataclass(frozen=True, slots=True)
class RelationLinker:
    """What a rule's relations may name: rules of the packs below and, as its successors, rules of its own pack."""

    layer: str
    below: Beginnings
    own: Beginnings
    problems: Problems

    def link(
        self, rule_id: str, document: RuleDocument, node: Node
    ) -> tuple[tuple[Relation, ...], Supersession | None]:
        """The relations of a rule, and what has overtaken it."""
        said = document.relation
        if self.layer == NATIONAL_LAYER:
            if said is not None:
                help = "take it out, or say in pack.yaml `layer: local`"
                message = "a national rule stands on no pack below it, and has no `relation`"
                self.problems.add(key_span_at(node, "relation"), MISPLACED, message, help=help)
            return (), None
        if said is None:
            if child(node, "relation") is not None:
                return (), None  # what is there cannot be used, and that is told
            message = "this local rule does not say how it stands to the law below it"
            help = (
                "add `relation:`, such as `{supplements: topic/rule}`; where no rule below speaks of the matter, "
                f"`{{supplements: {NOTHING_NATIONAL}}}`"
            )
            self.problems.add(span_at(node, "title"), MISPLACED, message, help=help)
            return (), None
        relations = tuple(
            Relation(kind, self._targets(kind, _listed(named), node))
            for kind in RelationKind
            if (named := getattr(said, kind.value)) is not None
        )
        superseded = self._superseded(rule_id, said.superseded, node) if said.superseded is not None else None
        if not relations and said.superseded is None:
            self.problems.add(span_at(node, "relation"), "R202", "`relation` is empty", help=_WORDS)
        return relations, superseded

    def _targets(self, kind: RelationKind, named: list[str], node: Node) -> tuple[str, ...]:
        if kind is RelationKind.SUPPLEMENTS and named == [NOTHING_NATIONAL]:
            return ()
        return tuple(name for number, name in enumerate(named) if self._known(name, self.below, node, kind, number))

    def _known(self, name: str, known: Beginnings, node: Node, *path: str | int) -> bool:
        if name in known:
            return True
        if name in self.own:
            message = f"`{name}` is a rule of this pack; a relation names a rule of a pack below"
            help = "only `superseded` may name a rule of the same pack, as a successor"
            self.problems.add(span_at(node, "relation", *path), MISPLACED, message, help=help)
        else:
            kind = "a rule of a pack below, nor of this one" if path[0] == "superseded" else "a rule of a pack below"
            self.problems.unknown(span_at(node, "relation", *path), kind, name, known)
        return False

    def _superseded(self, rule_id: str, said: str | list[str] | SupersededEntry, node: Node) -> Supersession | None:
        by = said.by if isinstance(said, SupersededEntry) else said
        first = said.from_ if isinstance(said, SupersededEntry) else None
        path: tuple[str, ...] = ("superseded", "by") if isinstance(said, SupersededEntry) else ("superseded",)
        successors = {**self.below, **{name: day for name, day in self.own.items() if name != rule_id}}
        found = [name for n, name in enumerate(_listed(by)) if self._known(name, successors, node, *path, n)]
        if not found:
            return None
        begin = [day for name in found if (day := successors[name]) is not None]
        if first is None and not begin:
            message = f"`{found[0]}` says no first day, so it is not known since when it has overtaken this rule"
            help = f"write `superseded: {{by: {found[0]}, from: 2022-09-01}}` with the day"
            self.problems.add(key_span_at(node, "relation", "superseded"), MISPLACED, message, help=help)
            return None
        return Supersession(tuple(found), first or min(begin))


def link_recording(
    entry: RecordingEntry | None,
    node: Node,
    events: MappingType[str, EventDefinition],
    attributes: MappingType[str, FactType],
    problems: Problems,
) -> Recording | None:
    """The act that a rule asks for or suggests, as it would be recorded."""
    if entry is None:
        return None
    name = identifier(entry.event)
    if name not in events:
        problems.unknown(span_at(node, "event"), "an event of the vocabulary", entry.event, events)
        return None
    having = child(node, "having")
    pairs = having.entries if isinstance(having, Mapping) else ()
    loose = [pair for pair in pairs if isinstance(pair[1], Scalar) and pair[1].value == ANY]
    stated = read_attribute_values(
        Mapping(tuple(pair for pair in pairs if pair not in loose), having.span) if having is not None else None,
        name,
        events,
        attributes,
        problems,
    )
    known = (*events[name].needs, *events[name].may, "by")
    open_ones: list[tuple[str, frozenset[str]]] = []
    for key, _ in loose:
        if identifier(key.text) in known:
            open_ones.append((identifier(key.text), frozenset()))
        else:
            problems.unknown(key.span, f"an attribute of `{entry.event}`", key.text, known)
    return Recording(name, (*stated, *open_ones))


def _listed(named: str | list[str]) -> list[str]:
    return named if isinstance(named, list) else [named]


_WORDS = "say one or several of implements, specifies, stricter, supplements, mirrors, tension, superseded"
