"""Two versions of law as they are typed: packs, folders of packs, or one file that stands in the place of another.

Knows how a single proposed file is laid over the pack it is for: in a copy, so that nothing of the pack is touched.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from inclusion_rules.analysis.pack_checks import prove_layers, prove_tables
from inclusion_rules.casework.fact_functions import known_functions
from inclusion_rules.cli.checking_documents import folders_read
from inclusion_rules.cli.errors import UsageError
from inclusion_rules.cli.naming_packs import paths_of
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.loading.checking import pack_of, read_everything
from inclusion_rules.loading.document_reading import child
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.scenario_sentences import FOLDER as SCENARIOS
from inclusion_rules.loading.trees import read_tree, shipped
from inclusion_rules.loading.yaml_tree import Mapping as MappingNode
from inclusion_rules.loading.yaml_tree import Scalar, Sequence, plain


@dataclass(frozen=True, slots=True)
class Law:
    """One version: the packs that were named, and the rulebook in which they were read with those they rest on."""

    packs: tuple[str, ...]
    rulebook: Rulebook
    scenarios: Mapping[str, Mapping[str, Any]]


@contextmanager
def two_laws(old: str, new: str, *, for_cases: bool) -> Iterator[tuple[Law, Law]]:
    """Both versions, read and proved.

    Raises:
        UsageError: what was typed cannot be compared.
        InvalidFilesError: one of them cannot be used as it stands.
    """
    before, after = paths_of((old, new))
    for path in (before, after):
        if not path.exists():
            raise UsageError(f"there is nothing at `{path}`; expected a pack, a folder of packs, or a file of a pack")
    if before.is_dir() != after.is_dir():
        raise UsageError(f"`{before}` and `{after}` are a file and a folder; compare two files, or two folders")
    if before.is_dir():
        yield _of_folders(before, after, for_cases)
        return
    with tempfile.TemporaryDirectory() as place:
        yield _of_files(before, after, Path(place), for_cases)


def _of_folders(before: Path, after: Path, for_cases: bool) -> tuple[Law, Law]:
    old, new = _read(before, for_cases), _read(after, for_cases)
    common = [name for name in new.packs if name in old.packs]
    if not common:
        raise UsageError(
            f"`{before}` holds {_listed(old.packs)} and `{after}` {_listed(new.packs)}: there is no pack in both"
        )
    alone = [(path / "pack.yaml").is_file() for path in (before, after)]
    names = tuple(common) if any(alone) else tuple(dict.fromkeys((*old.packs, *new.packs)))
    return replace(old, packs=names), replace(new, packs=names)


def _of_files(before: Path, after: Path, place: Path, for_cases: bool) -> tuple[Law, Law]:
    """The pack of one file, with that file and with the other in its place."""
    home, there, other, changed = pack_of(before), before, after, "new"
    if home is None:
        home, there, other, changed = pack_of(after), after, before, "old"
    if home is None:
        raise UsageError(
            f"neither `{before}` nor `{after}` lies in a pack; one of them has to, to be read with its law"
        )
    copy = place / home.resolve().name
    shutil.copytree(home, copy)
    shutil.copyfile(other, copy / there.resolve().relative_to(home.resolve()))
    for beside in home.resolve().parent.iterdir():
        if (beside / "pack.yaml").is_file() and beside.name != copy.name:
            (place / beside.name).symlink_to(beside)
    whole = _read(home, for_cases)
    try:
        laid_over = _read(copy, for_cases)
    except InvalidFilesError as error:
        found = str(copy / there.resolve().relative_to(home.resolve()))
        raise InvalidFilesError(
            replace(one, place=replace(one.place, file=str(other) if one.place.file == found else one.place.file))
            for one in error.diagnostics
        ) from None
    return (whole, laid_over) if changed == "new" else (laid_over, whole)


def _read(path: Path, for_cases: bool) -> Law:
    """One version; with `for_cases` the other packs that ship are read as well, as cases may name them."""
    rules, pathways = path / "rules", path / "pathways"
    law = rules if rules.is_dir() else path
    beside = [pathways] if pathways.is_dir() else [shipped("pathways")] if for_cases else []
    checking = read_everything([law, *beside], functions=known_functions())
    if not checking.packs:
        raise UsageError(f"there is no pack in `{path}`; expected a folder that holds packs, or one pack")
    checking.problems.raise_if_any()
    rulebook = checking.rulebook
    for name in checking.packs:
        pack, edition = rulebook.packs[name], rulebook.edition((name,))
        prove_tables(pack, edition, checking.problems)
        prove_layers(pack, edition, checking.problems, bank_holidays=rulebook.bank_holidays)
    checking.problems.raise_if_any()
    folders = folders_read(checking)
    scenarios = {name: _scenarios(folders[name]) for name in checking.packs if name in folders}
    return Law(checking.packs, rulebook, scenarios)


def _scenarios(folder: Path) -> dict[str, Any]:
    """The worked examples of a pack by their sentences, as they are written."""
    found: dict[str, Any] = {}
    for path in sorted((folder / SCENARIOS).rglob("*.yaml")):
        tree = read_tree(path, Problems())
        given = child(tree, "given") if tree is not None else None
        entries = child(tree, "scenarios") if tree is not None else None
        for entry in entries.items if isinstance(entries, Sequence) else ():
            sentence = child(entry, "scenario")
            if isinstance(entry, MappingNode) and isinstance(sentence, Scalar):
                said = {key.text: plain(value) for key, value in entry.entries if key.text != "scenario"}
                if given is not None:
                    said["given"] = plain(given)
                found[" ".join(sentence.text.split())] = said
    return found


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
