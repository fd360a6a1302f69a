"""Opens the documents that a case's packs hold, every one of them checked before any is used."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from inclusion_rules.documents.drafting import offered_to_wording
from inclusion_rules.documents.laying_out import offered_to_layout
from inclusion_rules.documents.templates import faults_of
from inclusion_rules.domain.document_items import DocumentDefinition
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.loading.checking import PACK_FILE, id_of_pack
from inclusion_rules.loading.document_files import read_documents
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import shipped


def open_documents(
    rulebook: Rulebook,
    packs: tuple[str, ...],
    *,
    rules: Iterable[Path | str] = (),
    templates: Path | str | None = None,
    problems: Problems | None = None,
) -> dict[str, DocumentDefinition]:
    """The documents that packs define, by name; those of the packs that ship with the library by default.

    Args:
        rules: folders of packs (or packs themselves) to look in instead of those that ship.
        templates: a folder whose templates take the place of the packs' own, file by file.
        problems: where problems are gathered; without it they are raised.

    Raises:
        InvalidFilesError: a document or a template cannot be used as it stands; every problem is told.
        UnknownNameError: no pack of that name was read.
    """
    gathered = problems if problems is not None else Problems()
    edition = rulebook.edition(packs)
    folders = _folders(edition, tuple(map(Path, rules)) or (shipped("rules"),))
    own = Path(templates) if templates is not None else None
    found = read_documents(folders, edition, gathered, templates=own)
    for definition in found.values():
        _check_templates(definition, edition, gathered)
    if problems is None:
        gathered.raise_if_any()
    return found


def _folders(edition: Edition, places: tuple[Path, ...]) -> dict[str, Path]:
    """The folder of each pack: a place itself, or a folder in it; the first that holds a pack of that name."""
    wanted = {pack.id for pack in edition.packs}
    found: dict[str, Path] = {}
    for place in places:
        inside = [place] if (place / PACK_FILE).is_file() else [file.parent for file in place.glob(f"*/{PACK_FILE}")]
        for folder in sorted(inside):
            name = id_of_pack(folder, Problems())
            if name in wanted:
                found.setdefault(name, folder)
    return found


def _check_templates(definition: DocumentDefinition, edition: Edition, problems: Problems) -> None:
    """Every wording and layout of a document, held against what it is given."""
    offered = offered_to_wording(definition, edition)
    for item in definition.items:
        if item.wording is not None:
            problems.found += faults_of(item.wording, {**offered, "value": None})
    for template in (definition.opening, definition.closing):
        if template is not None:
            problems.found += faults_of(template, offered)
    for layout in definition.layouts.values():
        problems.found += faults_of(layout, offered_to_layout(definition))
