"""Reads the documents of a pack (`documents/*.yaml` and their templates) and looks up every name in them.

Reads templates as text only: what a template may say is `documents.templates`. Knows nothing of cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from inclusion_rules.domain.document_items import DocumentDefinition, TemplateText
from inclusion_rules.domain.law import Provision
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.errors import Diagnostic, InvalidFilesError
from inclusion_rules.loading.document_linking import DocumentLinker
from inclusion_rules.loading.document_reading import read_document, span_at
from inclusion_rules.loading.documents import ProvisionsDocument
from inclusion_rules.loading.file_text import text_of
from inclusion_rules.loading.linking import provision_of
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import read_tree
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import Modality, words

FOLDER = "documents"


def read_documents(
    folders: Mapping[str, Path], edition: Edition, problems: Problems, *, templates: Path | None = None
) -> dict[str, DocumentDefinition]:
    """The documents of the packs of an edition, by name; a later pack's own version of one takes its place.

    Args:
        folders: the folder of each pack, by its name.
        templates: a folder whose templates are used in place of those of the packs.
    """
    found: dict[str, DocumentDefinition] = {}
    provisions = dict(edition.provisions)
    layouts: dict[str, TemplateText] = {}
    for pack in edition.packs:
        folder = folders.get(pack.id)
        if folder is None:
            continue
        place = folder / FOLDER
        provisions |= _provisions(place / "provisions.yaml", provisions, problems)
        layouts |= _templates(place, problems)
        if templates is not None:
            layouts |= _templates(templates, problems)
        for path in sorted(place.glob("*.yaml")):
            if path.name == "provisions.yaml":
                continue
            linker = DocumentLinker(edition, pack.id, pack.version, provisions, layouts, path, problems)
            definition = linker.read()
            if definition is None:
                continue
            if definition.id in found:
                _hold_against(definition, found[definition.id], problems)
            found[definition.id] = definition
    return found


def template_file(path: Path, problems: Problems) -> TemplateText | None:
    """The text of one template, or None with its problems noted."""
    try:
        text, hidden = text_of(path.read_bytes(), file=str(path), json=False)
    except OSError as error:
        problems.found.append(Diagnostic(Span(str(path), 1, 1), "Y100", error.strerror or "cannot be read"))
        return None
    except InvalidFilesError as error:
        problems.extend(error)
        return None
    problems.found.extend(hidden)
    return TemplateText(text, Span(str(path), 1, 1), tuple(text.split("\n")))


def _templates(folder: Path, problems: Problems) -> dict[str, TemplateText]:
    """The templates in a folder, by file name."""
    found = {}
    for path in sorted(folder.glob("*.j2")):
        if (template := template_file(path, problems)) is not None:
            found[path.name] = template
    return found


def _provisions(path: Path, known: Mapping[str, Provision], problems: Problems) -> dict[str, Provision]:
    """The provisions that only documents cite; one that the pack has come to describe itself is the pack's."""
    node = read_tree(path, problems) if path.is_file() else None
    document = read_document(ProvisionsDocument, node, problems) if node is not None else None
    found: dict[str, Provision] = {}
    if document is None or node is None:
        return found
    for position, entry in enumerate(document.provisions):
        span = span_at(node, "provisions", position, "citation")
        provision = provision_of(entry, span)
        if entry.citation in known and known[entry.citation] != provision:
            message = f"`{entry.citation}` is described by the pack already, in other words; the pack's are used"
            problems.add(span, "R209", message, help="remove it here", severity="warning")
        elif entry.citation in found:
            problems.add(span, "R209", f"`{entry.citation}` stands here twice", help="keep one of the two")
        else:
            found[entry.citation] = provision
    return found


def _hold_against(own: DocumentDefinition, below: DocumentDefinition, problems: Problems) -> None:
    """A pack's own version of a document may add to the one below it, and leaves out nothing that must be said."""
    for item in below.items:
        kept = own.named(item.id)
        if item.force is Modality.MUST and (kept is None or kept.force is not Modality.MUST):
            message = f"`{words(own.id)}` of `{below.pack}` must say `{words(item.id)}`, and this version need not"
            help = f"add `item: {words(item.id)}` with `force: must`: {item.says}"
            assert own.span is not None
            problems.add(own.span, "D706", message, help=help)
