"""Reads folders of packs and pathways into a rulebook. Every problem of everything asked for is raised together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from inclusion_rules.domain.calendar_layers import CalendarLayer
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.rules import RulePack
from inclusion_rules.domain.school_calendar import bank_holidays_from
from inclusion_rules.domain.working_days import BankHolidays
from inclusion_rules.loading.calendars import read_layer, shipped_chain
from inclusion_rules.loading.commitment_linking import with_commitments
from inclusion_rules.loading.conditions import Names
from inclusion_rules.loading.coverage_linking import with_coverage
from inclusion_rules.loading.document_reading import child
from inclusion_rules.loading.linking import link_pack
from inclusion_rules.loading.pack_documents import PackDocuments
from inclusion_rules.loading.pack_folders import pack_documents
from inclusion_rules.loading.pathways import read_pathway
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.seed_documents import SeedDocument
from inclusion_rules.loading.seed_linking import link_seed
from inclusion_rules.loading.trees import read_tree, shipped
from inclusion_rules.loading.yaml_tree import Node, Scalar, Sequence, plain
from inclusion_rules.source import Span

NATIONAL = "england"


def read_rulebook(
    rules: Iterable[Path] = (),
    pathways: Iterable[Path] = (),
    *,
    functions: Mapping[str, tuple[str, ...]],
    catalogue: bool = False,
    problems: Problems | None = None,
) -> Rulebook:
    """The packs found in the given folders (each a folder of packs, or one pack), with pathways and calendars.

    A pack that one of them extends, and that none of the folders holds, is read from beside it, else from what ships.

    Raises:
        InvalidFilesError: something cannot be used as it stands; every problem is told.
    """
    gathered = problems if problems is not None else Problems()
    folders = _pack_folders(tuple(rules) or (shipped("rules"),))
    waiting: dict[str, PackDocuments] = {}
    for folder in folders:  # which grows by the packs that those in it extend
        documents = pack_documents(folder, read_tree, gathered, catalogue=catalogue)
        if documents is not None:
            waiting[documents.pack.pack] = documents
        if folder is folders[-1]:
            folders += _folders_below(waiting, folders)
    packs: dict[str, RulePack] = {}
    seeds: dict[str, tuple[SeedDocument, Node]] = {}
    while waiting:
        ready = [name for name, documents in waiting.items() if set(documents.pack.extends) <= packs.keys()]
        if not ready:
            for name, documents in waiting.items():
                for below in set(documents.pack.extends) - packs.keys():
                    span = _where_extended(name, below, gathered)
                    gathered.unknown(span, "a pack that was read", below, [*packs, *(set(waiting) - {name})])
            break
        for name in sorted(ready):
            documents = waiting.pop(name)
            lower = [packs[other] for other in documents.pack.extends]
            pack = link_pack(documents, below=lower, functions=functions, problems=gathered)
            pack = with_commitments(pack, documents, below=lower, problems=gathered)
            packs[name] = with_coverage(pack, documents, gathered)
            if documents.seed is not None:
                seeds[name] = documents.seed
    bank_holidays = _bank_holidays(folders, gathered)
    layers = _layers(folders, gathered)
    found_pathways = _pathways(tuple(pathways) or _shipped_pathways(packs), packs, gathered)
    # Pathways of one's own may be read in the place of those that a founding document names; these still exist.
    known_pathways = {path.stem for path in shipped("pathways").glob("*.yaml")} | found_pathways.keys()
    _link_seeds(packs, seeds, known_pathways, gathered)
    if problems is None:
        gathered.raise_if_any()
    chains = {name: chain for name in layers if (chain := shipped_chain(name, layers)) is not None}
    return Rulebook(packs, found_pathways, chains, bank_holidays)


def _link_seeds(
    packs: dict[str, RulePack],
    seeds: Mapping[str, tuple[SeedDocument, Node]],
    pathways: Collection[str],
    problems: Problems,
) -> None:
    """Give each pack its founding document, which may name what its own and lower packs hold, and any pathway."""
    for name, (document, node) in seeds.items():
        seen = [packs[name], *(packs[other] for other in packs[name].extends)]
        known = {
            "rules": {rule for pack in seen for rule in pack.rules},
            "commitments": {commitment for pack in seen for commitment in pack.commitments},
            "parameters": {parameter for pack in seen for parameter in pack.parameters},
            "tensions": {tension.id for pack in seen for tension in pack.tensions},
            "pathways": pathways,
        }
        packs[name] = replace(packs[name], seed=link_seed(name, document, node, known=known, problems=problems))


def _where_extended(name: str, below: str, problems: Problems) -> Span:
    """Where the pack of that name says that it extends another."""
    for tree in problems.trees.values():
        pack, extends = child(tree, "pack"), child(tree, "extends")
        if isinstance(pack, Scalar) and pack.text == name and isinstance(extends, Sequence):
            return next((item.span for item in extends.items if plain(item) == below), extends.span)
    return Span("pack.yaml", 1, 1)


def _pack_folders(paths: tuple[Path, ...]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if (path / "pack.yaml").is_file():
            found.append(path)
        else:
            found.extend(sorted(child for child in path.glob("*") if (child / "pack.yaml").is_file()))
    return list(dict.fromkeys(found))


def _folders_below(packs: Mapping[str, PackDocuments], known: Collection[Path]) -> list[Path]:
    """The folders of packs that others extend and that were not given, each looked for by its name."""
    beside = [folder.parent for folder in known]
    found: dict[str, Path] = {}
    for documents in packs.values():
        for name in documents.pack.extends:
            places = [place / name for place in (*beside, shipped("rules"))]
            place = next((one for one in places if (one / "pack.yaml").is_file() and one not in known), None)
            if name not in packs and place is not None:
                found.setdefault(name, place)
    return list(found.values())


def _bank_holidays(folders: list[Path], problems: Problems) -> BankHolidays:
    paths = [folder / "bank_holidays.json" for folder in folders] + [shipped("rules") / "england/bank_holidays.json"]
    path = next((path for path in paths if path.is_file()), paths[-1])
    node = read_tree(path, problems)
    if node is None:
        problems.raise_if_any()
    data = plain(node) if node is not None else {}
    assert isinstance(data, dict)
    return bank_holidays_from(data)


def _layers(folders: list[Path], problems: Problems) -> dict[str, CalendarLayer]:
    found: dict[str, CalendarLayer] = {}
    # Calendars ship beside the law of a place; a place whose pack is not written yet may still have one.
    roots = list(dict.fromkeys([*folders, *(p for f in folders for p in sorted(f.parent.glob("*")) if p.is_dir())]))
    for folder in roots:
        for path in sorted((folder / "calendars").glob("*.yaml")):
            node = read_tree(path, problems)
            layer = read_layer(node, problems) if node is not None else None
            if layer is not None:
                found.setdefault(layer.id, layer)
    return found


def _shipped_pathways(packs: Mapping[str, RulePack]) -> tuple[Path, ...]:
    """The pathways that ship, where the national pack whose words they use was read."""
    return (shipped("pathways"),) if NATIONAL in packs else ()


def _pathways(folders: tuple[Path, ...], packs: dict[str, RulePack], problems: Problems) -> dict[str, Pathway]:
    edition = Edition(tuple(packs.values()))
    units = {name: parameter.unit for name, parameter in edition.parameters.items()}
    names = Names({name: fact.type for name, fact in edition.facts.items()}, units)
    found: dict[str, Pathway] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else [folder]:
            node = read_tree(path, problems)
            pathway = (
                read_pathway(node, names=names, events=dict(edition.events), problems=problems)
                if node is not None
                else None
            )
            if pathway is not None:
                found[pathway.id] = pathway
    return found
