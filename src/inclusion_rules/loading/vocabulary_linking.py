"""The vocabulary of a pack, linked: events, roles, the kinds of attributes, and lists of codes."""

from __future__ import annotations

from collections.abc import Mapping as MappingType

from inclusion_rules.domain.facts import FactKind, FactType
from inclusion_rules.domain.rules import Code, EventDefinition, Role
from inclusion_rules.loading.conditions import fact_type
from inclusion_rules.loading.document_reading import key_span_at, span_at
from inclusion_rules.loading.documents import EventEntry, RolesDocument
from inclusion_rules.loading.pack_documents import PackDocuments
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Node
from inclusion_rules.vocabulary import identifier, words


def link_events(
    entries: list[tuple[str, EventEntry, Node]], below: MappingType[str, EventDefinition], problems: Problems
) -> dict[str, EventDefinition]:
    """Every event that a pack declares, each once."""
    found: dict[str, EventDefinition] = {}
    for section, entry, node in entries:
        name = identifier(entry.event)
        if name in found or name in below:
            problems.add(span_at(node, "event"), "R209", f"the event `{entry.event}` is declared twice")
            continue
        needs = tuple(identifier(word) for word in entry.needs)
        may = tuple(identifier(word) for word in entry.may)
        found[name] = EventDefinition(name, section, needs, may, entry.means)
    return found


def link_roles(
    documents: list[tuple[RolesDocument, Node]], below: MappingType[str, Role], problems: Problems
) -> dict[str, Role]:
    """Every role that a pack declares."""
    found: dict[str, Role] = {}
    for document, node in documents:
        for name, entry in document.roles.items():
            if name in below:
                message = f"the role `{words(name)}` is declared already, by a pack that this one extends"
                problems.add(key_span_at(node, "roles", name), "R209", message)
            successor = identifier(entry.succeeded_by) if entry.succeeded_by else None
            found[name] = Role(name, entry.title, dict(entry.at), entry.from_, entry.until, successor)
    return found


def link_attributes(
    documents: PackDocuments, codes: MappingType[str, tuple[str, ...]], problems: Problems
) -> dict[str, FactType]:
    """The type of every attribute, by its name or by `event.attribute`; `codes` are the lists that it may name."""
    choices = {"role": (), "roles": ()} | dict(codes)
    found: dict[str, FactType] = {}
    for document, node in documents.attributes:
        for name, text in document.attributes.items():
            kind = _attribute_type(text, choices)
            if kind is None:
                problems.add(span_at(node, "attributes", name), "R204", f"`{text}` is not a kind of value")
                continue
            found[name] = kind
        for event, own in document.of_events.items():
            for name, text in own.items():
                kind = _attribute_type(text, choices)
                if kind is None:
                    problems.add(span_at(node, "of_events", event, name), "R204", f"`{text}` is not a kind of value")
                    continue
                found[f"{event}.{name}"] = kind
    return found


def _attribute_type(text: str, choices: MappingType[str, tuple[str, ...]]) -> FactType | None:
    """The type of an attribute; `role` and `set of roles`, with words beside them or not, take every pack's roles."""
    spelled, _, words_beside = text.partition(" and ")
    if spelled not in ("role", "set of roles"):
        return fact_type(text, choices)
    single = fact_type(f"one of {words_beside}") if words_beside else FactType(FactKind.ONE_OF)
    if single is None:
        return None
    kind = FactKind.ONE_OF if spelled == "role" else FactKind.SET_OF
    return FactType(kind, single.choices, of_roles=True)


def link_codes(documents: PackDocuments) -> dict[str, tuple[Code, ...]]:
    """The versioned lists of codes."""
    return {
        name: tuple(Code(entry.code, entry.means, entry.from_, entry.until) for entry in entries)
        for document, _ in documents.codes
        for name, entries in document.codes.items()
    }


def words_of_lists(codes: MappingType[str, tuple[Code, ...]]) -> dict[str, tuple[str, ...]]:
    """The codes of each list, as they are declared."""
    return {name: tuple(dict.fromkeys(code.code for code in listed)) for name, listed in codes.items()}


def check_event_attributes(
    entries: list[tuple[str, EventEntry, Node]], attributes: MappingType[str, FactType], problems: Problems
) -> None:
    """Note each attribute of an event whose kind nobody declared."""
    for _, entry, node in entries:
        named = [(key, n, word) for key in ("needs", "may") for n, word in enumerate(getattr(entry, key))]
        for key, position, word in named:
            name = identifier(word)
            if name != "of" and name not in attributes and f"{identifier(entry.event)}.{name}" not in attributes:
                known = [attribute for attribute in attributes if "." not in attribute]
                place = span_at(node, key, position)
                problems.unknown(place, "an attribute whose kind is declared", word, known)
