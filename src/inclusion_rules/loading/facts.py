"""The fact dictionary as written, read into definitions: types, where values come from, and how derived ones follow."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from typing import Any

from inclusion_rules.domain.facts import Derivation, FactDefinition, FactKind, FactType
from inclusion_rules.domain.rules import EventDefinition
from inclusion_rules.loading.conditions import Names, fact_type, known_value, read_condition, yes_or_no
from inclusion_rules.loading.document_reading import child, key_span_at, span_at
from inclusion_rules.loading.documents import FactEntry, FactsDocument
from inclusion_rules.loading.problems import LEFT_OUT, Problems, nearest_key
from inclusion_rules.loading.yaml_tree import Mapping, Node, Scalar, Sequence
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import Unit, identifier, words

FORMS = {
    "recorded": {"having", "lacking"},
    "attribute": {"of", "which", "having"},
    "date of": {"which", "having", "lacking", "deemed"},
    "count of": {"having", "lacking"},
    "within": set(),
    "passed": set(),
    "reached": set(),
    "day after": set(),
    "choose": set(),
    "holds": set(),
    "late": set(),
    "function": {"given"},
    "table": set(),
    "reading": set(),
}


def fact_types(
    documents: list[tuple[FactsDocument, Node]], codes: MappingType[str, tuple[str, ...]], problems: Problems
) -> dict[str, FactType]:
    """The type of every fact declared, each declared once; `set of` or `one of` may name a list of codes."""
    types: dict[str, FactType] = {}
    for document, node in documents:
        for name, entry in document.facts.items():
            span = key_span_at(node, "facts", name)
            if name in types:
                problems.add(span, "R209", f"the fact `{words(name)}` is declared twice")
                continue
            kind = fact_type(entry.kind, codes)
            if entry.kind == LEFT_OUT:
                problems.declared_badly.add(name)
                continue
            if kind is None:
                problems.add(
                    span_at(node, "facts", name, "kind"),
                    "R204",
                    f"`{entry.kind}` is not a kind of fact",
                    help=nearest_key(entry.kind, [*(k.value for k in FactKind), *(f"set of {name}" for name in codes)]),
                )
                problems.declared_badly.add(name)
                continue
            types[name] = kind
    return types


def read_fact(
    name: str,
    entry: FactEntry,
    node: Node,
    kind: FactType,
    *,
    span: Span,
    names: Names,
    events: MappingType[str, EventDefinition],
    attributes: MappingType[str, FactType],
    tables: frozenset[str],
    duties: frozenset[str],
    functions: MappingType[str, tuple[str, ...]],
    problems: Problems,
) -> FactDefinition:
    """One definition, its derivation checked word by word."""
    ways = [way for way in (entry.from_, entry.judgement, entry.derived) if way is not None]
    if len(ways) != 1:
        help = "say where the value comes from" if not ways else "leave one of them"
        message = f"`{words(name)}` needs exactly one of `from`, `judgement` and `derived`"
        problems.add(span, "R204", message, help=help)
    derivation = None
    if entry.derived is not None:
        reader = _DerivationReader(names, events, attributes, tables, duties, functions, problems)
        derivation = reader.read(child(node, "derived"), entry.scope, kind)
    return FactDefinition(
        name=name,
        type=kind,
        asks=entry.asks,
        taken_from=entry.from_,
        judgement=identifier(entry.judgement) if entry.judgement else None,
        derived=derivation,
        cites=tuple(entry.cites),
        reading=entry.reading,
        shown=entry.shown == "yes",
        span=span,
    )


class _DerivationReader:
    def __init__(
        self,
        names: Names,
        events: MappingType[str, EventDefinition],
        attributes: MappingType[str, FactType],
        tables: frozenset[str],
        duties: frozenset[str],
        functions: MappingType[str, tuple[str, ...]],
        problems: Problems,
    ) -> None:
        self.names, self.events, self.attributes = names, events, attributes
        self.tables, self.duties, self.functions, self.problems = tables, duties, functions, problems

    def read(self, node: Node | None, scope: str, kind: FactType) -> Derivation | None:
        if not isinstance(node, Mapping):
            return None
        keys = {" ".join(key.text.replace("_", " ").split()): key for key, _ in node.entries}
        form = next((key for key in keys if key in FORMS), None)
        if form is None:
            first = node.entries[0][0] if node.entries else None
            self.problems.unknown(
                first.span if first else node.span, "a way to derive a fact", first.text if first else "", FORMS
            )
            return None
        for spelled, key in keys.items():
            if spelled != form and spelled not in FORMS[form]:
                self.problems.unknown(
                    key.span, f"a key that belongs beside `{form}`", key.text, [form, *FORMS[form]], code="R201"
                )
        body = child(node, identifier(form))
        assert body is not None
        details: dict[str, Any] = {"scope": scope}
        match form:
            case "recorded" | "date of" | "count of":
                event = self.event(body)
                details["event"] = event
                details["which"] = self.word(child(node, "which"), ("first", "latest"), "first")
                details["deemed"] = yes_or_no(_plain(child(node, "deemed"))) or False
                for key_name in ("having", "lacking"):
                    details[key_name] = self.attribute_values(child(node, key_name), event)
            case "attribute":
                details["attribute"] = identifier(_text(body))
                event = self.event(child(node, "of"))
                details["event"] = event
                details["which"] = self.word(child(node, "which"), ("first", "latest", "least"), "latest")
                details["having"] = self.attribute_values(child(node, "having"), event)
                if event and details["attribute"] not in self.events[event].needs + self.events[event].may:
                    definition = self.events[event]
                    self.problems.unknown(
                        body.span, f"an attribute of `{words(event)}`", _text(body), definition.needs + definition.may
                    )
            case "within":
                details["parameter"] = self.parameter(child(body, "parameter"))
                details["after"] = self.event_or_fact(child(body, "after"))
            case "passed" | "reached" | "day after":
                details["day"] = self.fact(body, FactKind.DATE)
            case "choose":
                details["choices"] = self.choices(body)
            case "holds":
                details["condition"] = read_condition(body, self.names, self.problems)
            case "late":
                listed = body.items if isinstance(body, Sequence) else (body,)
                duties = tuple(identifier(_text(item)) for item in listed)
                for item, duty in zip(listed, duties, strict=True):
                    if duty not in self.duties:
                        self.problems.unknown(item.span, "a duty of the catalogue", _text(item), self.duties)
                details["duties"] = duties
            case "function":
                name = identifier(_text(body))
                if name not in self.functions:
                    self.problems.unknown(body.span, "a function that works out facts", _text(body), self.functions)
                details["function"] = name
                details["given"] = self.given(child(node, "given"))
                given = {argument for argument, _, _ in details["given"]}
                for argument in self.functions.get(name, ()):
                    if argument not in given:
                        help = f"add `{words(argument)}:` under `given:`, with a fact or a parameter"
                        self.problems.add(body.span, "R202", f"`{_text(body)}` needs `{words(argument)}`", help=help)
                for argument in sorted(given - set(self.functions.get(name, given))):
                    self.problems.unknown(body.span, f"an argument of `{_text(body)}`", argument, self.functions[name])
            case "reading":
                details["parameter"] = self.parameter(body)
                unit = self.names.parameters.get(details["parameter"])
                if unit is not None and unit is not Unit.READING:
                    help = "a condition holds a fact against it: `fact: {more than: {parameter: …}}`"
                    message = f"`{_text(body)}` is counted in {unit}, and is no reading"
                    self.problems.add(body.span, "R205", message, help=help)
            case "table":
                table = identifier(_text(body))
                if table not in self.tables:
                    self.problems.unknown(body.span, "a decision table", _text(body), self.tables)
                details["table"] = table
        return Derivation(form, details)

    def event(self, node: Node | None) -> str:
        name = identifier(_text(node))
        if node is None or name not in self.events:
            if node is not None:
                self.problems.unknown(node.span, "an event of the vocabulary", _text(node), self.events)
            return ""
        return name

    def event_or_fact(self, node: Node | None) -> str:
        name = identifier(_text(node))
        if node is not None and name not in self.events:
            kind = self.names.facts.get(name)
            if kind is None or kind.kind is not FactKind.DATE:
                self.problems.unknown(
                    node.span,
                    "an event or a date fact",
                    _text(node),
                    [*self.events, *(n for n, k in self.names.facts.items() if k.kind is FactKind.DATE)],
                )
        return name

    def fact(self, node: Node | None, kind: FactKind | None = None) -> str:
        name = identifier(_text(node))
        found = self.names.facts.get(name)
        if node is not None and (found is None or (kind is not None and found.kind is not kind)):
            known = [n for n, k in self.names.facts.items() if kind is None or k.kind is kind]
            self.problems.unknown(node.span, f"a {kind.value} fact" if kind else "a fact", _text(node), known)
        return name

    def parameter(self, node: Node | None) -> str:
        name = identifier(_text(node))
        if node is not None and name not in self.names.parameters:
            self.problems.unknown(node.span, "a parameter this pack knows", _text(node), self.names.parameters)
        return name

    def word(self, node: Node | None, allowed: tuple[str, ...], default: str) -> str:
        if node is None:
            return default
        if _text(node) not in allowed:
            self.problems.unknown(node.span, "one of the words for this", _text(node), allowed)
        return _text(node)

    def attribute_values(self, node: Node | None, event: str) -> tuple[tuple[str, frozenset[str]], ...]:
        return read_attribute_values(node, event, self.events, self.attributes, self.problems)

    def choices(self, node: Node) -> tuple[tuple[Any, Any], ...]:
        if not isinstance(node, Sequence):
            self.problems.add(node.span, "R204", "`choose` needs a list of `{when: …, take: …}`")
            return ()
        found: list[tuple[Any, Any]] = []
        for item in node.items:
            otherwise = child(item, "otherwise")
            if otherwise is not None:
                found.append((None, self.fact(otherwise)))
                continue
            when, take = child(item, "when"), child(item, "take")
            if when is None or take is None:
                self.problems.add(item.span, "R204", "each choice needs `when` and `take`, the last one `otherwise`")
                continue
            condition = read_condition(when, self.names, self.problems)
            inner = child(take, "choose") if isinstance(take, Mapping) else None
            found.append((condition, self.choices(inner) if inner is not None else self.fact(take)))
        return tuple(found)

    def given(self, node: Node | None) -> tuple[tuple[str, str, str], ...]:
        found: list[tuple[str, str, str]] = []
        for key, value in node.entries if isinstance(node, Mapping) else ():
            name = identifier(_text(value))
            if name in self.names.parameters:
                found.append((identifier(key.text), "parameter", name))
            elif name in self.names.facts:
                found.append((identifier(key.text), "fact", name))
            else:
                self.problems.unknown(
                    value.span, "a parameter or a fact", _text(value), [*self.names.parameters, *self.names.facts]
                )
        return tuple(found)


def read_attribute_values(
    node: Node | None,
    event: str,
    events: MappingType[str, EventDefinition],
    attributes: MappingType[str, FactType],
    problems: Problems,
) -> tuple[tuple[str, frozenset[str]], ...]:
    """`{to: parent}` as pairs of an attribute and the values that fit, each looked up."""
    found: list[tuple[str, frozenset[str]]] = []
    for key, value in node.entries if isinstance(node, Mapping) else ():
        name = identifier(key.text)
        definition = events.get(event)
        if definition is not None and name not in (*definition.needs, *definition.may, "by"):
            problems.unknown(key.span, f"an attribute of `{words(event)}`", key.text, definition.needs + definition.may)
            continue
        kind = attributes.get(f"{event}.{name}") or attributes.get(name)
        wanted: set[str] = set()
        for item in value.items if isinstance(value, Sequence) else (value,):
            single = kind
            if kind is not None and kind.kind is FactKind.SET_OF:
                single = FactType(FactKind.ONE_OF if kind.choices else FactKind.TEXT, kind.choices)
            known = known_value(_plain(item), single) if single is not None else None
            if known is None:
                problems.unknown(item.span, f"a value of `{key.text}`", _text(item), kind.choices if kind else ())
                continue
            wanted.add(str(known))
        found.append((name, frozenset(wanted)))
    return tuple(found)


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _plain(node: Node | None) -> object:
    return node.value if isinstance(node, Scalar) else None
