"""The folder of one pack, read into documents: which file is which, one rule a file, the path its identifier."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from inclusion_rules.loading.commitment_documents import CommitmentDocument
from inclusion_rules.loading.coverage_documents import CoverageDocument
from inclusion_rules.loading.document_reading import child, read_document
from inclusion_rules.loading.documents import (
    AttributesDocument,
    CodesDocument,
    DutyEntryDocument,
    EventEntry,
    FactsDocument,
    PackDocument,
    ParameterDocument,
    ProvisionsDocument,
    RolesDocument,
    RuleDocument,
    ServiceDocument,
    TableDocument,
)
from inclusion_rules.loading.layer_documents import ChoiceDocument, TensionsDocument
from inclusion_rules.loading.pack_documents import PackDocuments
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.seed_documents import SeedDocument
from inclusion_rules.loading.yaml_tree import Mapping, Node, Scalar, Sequence
from inclusion_rules.vocabulary import identifier

NOT_LAW = ("scenarios", "calendars", "documents")
DICTIONARIES = ("facts", "provisions", "events", "attributes", "roles", "codes")
"""The files of a pack that declare names which others use."""
CATALOGUES = ("duties", "further_duties")
"""The published list of duties, and those that a pack needs beside it."""
DECIDES_NOTHING = ("commitments", "coverage.yaml", "seed.yaml")
"""Parts of a pack that no case depends on: they leave its digest, and so the pin of every case, as it is."""
TreeReader = Callable[[Path, Problems], "Node | None"]


def pack_documents(folder: Path, read: TreeReader, problems: Problems, *, catalogue: bool) -> PackDocuments | None:
    """Every document of a pack's folder, or None where `pack.yaml` itself cannot be used."""
    files = [path for path in sorted(folder.rglob("*.yaml")) if path.relative_to(folder).parts[0] not in NOT_LAW]
    node = read(folder / "pack.yaml", problems)
    pack = read_document(PackDocument, node, problems) if node is not None else None
    if pack is None:
        return None
    deciding = [path for path in files if path.relative_to(folder).parts[0] not in DECIDES_NOTHING]
    documents = PackDocuments(pack, _digest(folder, deciding))
    for path in files:
        place = path.relative_to(folder)
        name = place.with_suffix("").as_posix()
        if name == "pack" or (name in CATALOGUES and not catalogue):
            continue
        tree = read(path, problems)
        if tree is not None:
            _place(documents, name, tree, problems)
        elif name.startswith("parameters/"):
            problems.declared_badly.add(name.removeprefix("parameters/"))
        elif name.partition("/")[0] in DICTIONARIES:
            problems.dictionary_unread = True
    _note_unusable(documents, folder, problems)
    return documents


def _note_unusable(documents: PackDocuments, folder: Path, problems: Problems) -> None:
    """Names that the pack declares, but not so that they can be used: that is told once, and not at every use."""
    if not problems.found:
        return
    usable = {name for name, _, _ in documents.parameters}
    usable |= {name for document, _ in documents.facts for name in document.facts}
    usable |= {entry.citation for document, _ in documents.provisions for entry in document.provisions}
    usable |= {name for document, _ in documents.roles for name in document.roles}
    usable |= {identifier(entry.event) for _, entry, _ in documents.events}
    usable |= {name for name, _, _ in documents.tables} | {name for name, _, _ in documents.rules}
    usable |= {identifier(document.id) for document, _ in documents.commitments}
    usable |= {name for document, _ in documents.commitments for name in document.figures}
    for file, node in problems.trees.items():
        path = Path(file)
        if not path.is_relative_to(folder):
            continue
        top, _, rest = path.relative_to(folder).with_suffix("").as_posix().partition("/")
        problems.declared_badly.update(name for name in _declared(top, rest, node) if name not in usable)


def _declared(top: str, rest: str, node: Node) -> Iterator[str]:
    """The names that a file declares, whether or not they can be used."""
    if top == "parameters" and rest:
        yield rest
    elif top == "commitments":
        own_id, figures = child(node, "id"), child(node, "figures")
        if isinstance(own_id, Scalar):
            yield identifier(own_id.text)
        if isinstance(figures, Mapping):
            yield from (identifier(key.text) for key, _ in figures.entries)
    elif rest and top != "choices" and top not in NOT_LAW:
        yield f"{top}/{rest}"
    for part in ("facts", "roles"):
        entries = child(node, part)
        if top == part and isinstance(entries, Mapping):
            yield from (identifier(key.text) for key, _ in entries.entries)
    if top == "provisions":
        entries = child(node, "provisions")
        for item in entries.items if isinstance(entries, Sequence) else ():
            citation = child(item, "citation")
            if isinstance(citation, Scalar):
                yield citation.text
    if top == "events" and isinstance(node, Mapping):
        for _, section in node.entries:
            for item in section.items if isinstance(section, Sequence) else ():
                event = child(item, "event")
                if isinstance(event, Scalar):
                    yield identifier(event.text)


def _digest(folder: Path, files: list[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        total.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return f"sha256:{total.hexdigest()}"


def _place(documents: PackDocuments, name: str, node: Node, problems: Problems) -> None:
    top, _, rest = name.partition("/")
    if name == "events":
        _place_events(documents, node, problems)
    elif name in CATALOGUES:
        items = node.items if isinstance(node, Sequence) else ()
        entries = [(read_document(DutyEntryDocument, item, problems), item) for item in items]
        documents.catalogue.extend((entry, item) for entry, item in entries if entry is not None)
    elif top == "facts":
        if (facts := read_document(FactsDocument, node, problems)) is not None:
            documents.facts.append((facts, node))
    elif top == "provisions":
        if (provisions := read_document(ProvisionsDocument, node, problems)) is not None:
            documents.provisions.append((provisions, node))
    elif top == "parameters" and rest:
        if (parameter := read_document(ParameterDocument, node, problems)) is not None:
            documents.parameters.append((rest, parameter, node))
    elif top == "tables" and rest:
        if (table := read_document(TableDocument, node, problems)) is not None:
            documents.tables.append((name, table, node))
    elif top == "choices" and rest:
        if (choice := read_document(ChoiceDocument, node, problems)) is not None:
            documents.choices.append((rest, choice, node))
    elif name == "tensions":
        if (tensions := read_document(TensionsDocument, node, problems)) is not None:
            documents.tensions = (tensions, node)
    elif top == "commitments" and rest:
        if (commitment := read_document(CommitmentDocument, node, problems)) is not None:
            documents.commitments.append((commitment, node))
    elif name == "seed":
        if (seed := read_document(SeedDocument, node, problems)) is not None:
            documents.seed = (seed, node)
    elif name == "coverage":
        if (coverage := read_document(CoverageDocument, node, problems)) is not None:
            documents.coverage = (coverage, node)
    elif name == "attributes":
        if (attributes := read_document(AttributesDocument, node, problems)) is not None:
            documents.attributes.append((attributes, node))
    elif name == "roles":
        if (roles := read_document(RolesDocument, node, problems)) is not None:
            documents.roles.append((roles, node))
    elif name == "codes":
        if (codes := read_document(CodesDocument, node, problems)) is not None:
            documents.codes.append((codes, node))
    elif name == "service":
        if (service := read_document(ServiceDocument, node, problems)) is not None:
            documents.service.append((service, node))
    elif (rule := read_document(RuleDocument, node, problems)) is not None:
        documents.rules.append((name, rule, node))


def _place_events(documents: PackDocuments, node: Node, problems: Problems) -> None:
    if not isinstance(node, Mapping):
        problems.add(node.span, "R204", "events are listed in sections, such as `exclusion:`")
        return
    for key, section in node.entries:
        for item in section.items if isinstance(section, Sequence) else ():
            entry = read_document(EventEntry, item, problems)
            if entry is not None:
                documents.events.append((key.text, entry, item))
