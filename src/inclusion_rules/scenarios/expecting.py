"""Reads what a scenario expects of duties: fields of findings and obligations, each value held against its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Mapping as MappingNode
from inclusion_rules.loading.yaml_tree import Node, Scalar, Sequence, plain
from inclusion_rules.scenarios.entries import FINDING_FIELDS, OBLIGATION_FIELDS, Expected, Field, Kind
from inclusion_rules.scenarios.examples import ExpectedEntry
from inclusion_rules.vocabulary import Modality, Outcome, Status, identifier

_NOTHING_FITS = object()
_NOT_FACTS = ("calendar",)
"""What can be missing without being a fact: the terms that a calendar lacks."""


@dataclass(frozen=True, slots=True)
class EntryReader:
    """Reads expected entries against one edition; problems are noted."""

    edition: Edition
    problems: Problems

    def duties(self, node: Node | None) -> tuple[str, ...]:
        """Names of duties that some rule of the edition is about."""
        return tuple(name for item in _items(node) if (name := self._duty(item)) is not None)

    def events(self, node: Node | None) -> tuple[str, ...] | None:
        """Names of events, in the order written; None where nothing is said."""
        if node is None:
            return None
        return tuple(self._named(item, "an event of the vocabulary", self.edition.events) for item in _items(node))

    def findings(self, node: Node | None) -> tuple[ExpectedEntry, ...]:
        """The findings that are expected."""
        return self._entries(node, FINDING_FIELDS, "a finding")

    def obligations(self, node: Node | None) -> tuple[ExpectedEntry, ...]:
        """The obligations that are expected."""
        return self._entries(node, OBLIGATION_FIELDS, "an obligation")

    def _entries(self, node: Node | None, fields: Mapping[str, Field[Any]], what: str) -> tuple[ExpectedEntry, ...]:
        found: list[ExpectedEntry] = []
        for item in _items(node):
            duty: str | None = None
            stated: dict[str, Expected] = {}
            for key, value in item.entries if isinstance(item, MappingNode) else ():
                name = identifier(key.text)
                if name == "duty":
                    duty = self._duty(value)
                elif name not in fields:
                    self.problems.unknown(key.span, f"a field of {what}", key.text, ["duty", *fields], code="S501")
                else:
                    fitting = self._value(value, key.text, fields[name])
                    if fitting is not _NOTHING_FITS:
                        stated[name] = fitting
            if not isinstance(item, MappingNode) or not any(identifier(key.text) == "duty" for key, _ in item.entries):
                self.problems.add(item.span, "S501", f"{what} that is expected names its `duty`", help="add `duty:`")
            if duty is not None:
                found.append(ExpectedEntry(duty, stated, item.span))
        return tuple(found)

    def _duty(self, node: Node) -> str | None:
        known = {rule.duty for rule in self.edition.rules}
        name = identifier(node.text) if isinstance(node, Scalar) else ""
        if name not in known:
            written = node.text if isinstance(node, Scalar) else "this"
            self.problems.unknown(node.span, "a duty that a rule of these packs is about", written, known, code="S503")
            return None
        return name

    def _named(self, node: Node, what: str, known: Iterable[str]) -> str:
        text = node.text if isinstance(node, Scalar) else "this"
        if identifier(text) not in known:
            self.problems.unknown(node.span, what, text, known, code="S503")
        return identifier(text)

    def _value(self, node: Node, key: str, field: Field[Any]) -> Any:
        written = plain(node)
        if field.kind is Kind.WORDS:
            if not isinstance(node, Sequence):
                return self._misfit(node, key, field.kind)
            return frozenset(self._word(item, field.words) for item in node.items)
        if field.kind is Kind.WORD:
            if written is None:
                return None
            return self._word(node, field.words) if isinstance(written, str) else self._misfit(node, key, field.kind)
        return _FITTING[field.kind](written) if _fits(field.kind, written) else self._misfit(node, key, field.kind)

    def _word(self, node: Node, closed_set: str) -> str:
        known, what = {
            "outcome": ([word.value for word in Outcome], "an outcome"),
            "status": ([word.value for word in Status], "a status"),
            "modality": ([word.value for word in Modality], "a modality"),
            "role": (list(self.edition.roles), "a role"),
            "event": (list(self.edition.events), "an event of the vocabulary"),
            "fact": ([*self.edition.facts, *_NOT_FACTS], "a fact these packs know"),
            "rule": ([rule.id for rule in self.edition.rules], "a rule of these packs"),
            "pack": ([pack.id for pack in self.edition.packs], "one of these packs"),
        }[closed_set]
        return self._named(node, what, known)

    def _misfit(self, node: Node, key: str, kind: Kind) -> object:
        text = f"`{node.text}`" if isinstance(node, Scalar) else "this"
        self.problems.add(node.span, "S504", f"{text} does not fit `{key}`; expected {kind}")
        return _NOTHING_FITS


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _yes_no(value: object) -> Expected:
    if isinstance(value, str):
        return {"yes": True, "no": False}.get(value)
    return None if value is None else bool(value)


_FITTING: Mapping[Kind, Callable[[Any], Expected]] = {
    Kind.DAY: lambda value: value,
    Kind.TEXT: lambda value: value,
    Kind.COUNT: lambda value: value,
    Kind.YES_NO: _yes_no,
}


def _fits(kind: Kind, value: object) -> bool:
    if value is None:
        return True
    match kind:
        case Kind.DAY:
            return isinstance(value, date)
        case Kind.COUNT:
            return isinstance(value, int) and not isinstance(value, bool)
        case Kind.YES_NO:
            return isinstance(value, bool) or value in ("yes", "no")
        case _:
            return isinstance(value, str)
