"""The notices and letters of packs, for `check`: which paths lead to them, and every problem of those of a pack.

A document is checked within its pack, whose facts, events, roles and duties it names. What can be wrong with one is
known to `documents`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from os.path import abspath
from pathlib import Path

from inclusion_rules.documents.opening import open_documents
from inclusion_rules.errors import Diagnostic
from inclusion_rules.loading.checking import NOT_OF_A_KIND, PACK_FILE, Checking, pack_of
from inclusion_rules.loading.document_files import FOLDER
from inclusion_rules.loading.document_reading import child
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Scalar
from inclusion_rules.source import Span

_SUFFIXES = (".yaml", ".j2")


@dataclass(frozen=True, slots=True)
class Paths:
    """What was asked for, told apart: single documents with the `pack.yaml` that each belongs to, and everything else.

    The documents are spelled as problems in them will be.
    """

    others: tuple[Path, ...]
    documents: dict[Path, Path]

    @classmethod
    def of(cls, paths: Iterable[Path]) -> Paths:
        """Tell apart what the paths lead to; a folder of documents stands for those in it."""
        others: list[Path] = []
        documents: dict[Path, Path] = {}
        for path in paths:
            home = _home_of(path)
            if home is None:
                others.append(path)
                continue
            inside = path if path.is_relative_to(home) else home / path.absolute().relative_to(home)
            files = [inside] if inside.is_file() else sorted(one for one in inside.iterdir() if one.suffix in _SUFFIXES)
            documents |= dict.fromkeys(files, home / PACK_FILE)
        return cls(tuple(others), documents)

    @property
    def to_read(self) -> tuple[Path, ...]:
        """What has to be read: a document's pack is told by its `pack.yaml`."""
        return tuple(dict.fromkeys((*self.others, *self.documents.values())))

    def added_to(self, checking: Checking) -> int:
        """Have the documents among the files whose problems are told; how many files were asked for in all."""
        alone = {one for one, pack in self.documents.items() if str(pack) in checking.parts}
        stand_ins = {str(self.documents[one]) for one in alone} - {str(path) for path in self.others}
        checking.files |= frozenset(map(str, self.documents))
        checking.parts |= frozenset(map(str, alone))
        return len(checking.files - stand_ins)


def check_documents(checking: Checking) -> None:
    """Every problem of the documents of the packs asked for, templates included."""
    folders = folders_read(checking)
    for name in checking.packs:
        folder = folders.get(name)
        if folder is None or not (folder / FOLDER).is_dir():
            continue
        if Path(abspath(folder)).name != name:
            help = f"name the folder `{name}`, as the pack is"
            message = f"the documents of the pack `{name}` are not found, as its folder is named otherwise"
            checking.problems.add(Span(str(folder / PACK_FILE), 1, 1), NOT_OF_A_KIND, message, help=help)
            continue
        checking.problems.found += _problems_of(name, folders, checking)


def _problems_of(name: str, folders: Mapping[str, Path], checking: Checking) -> Iterator[Diagnostic]:
    """The problems of a pack's documents, their files spelled as the pack was asked for."""
    known = checking.problems
    found = Problems(declared_badly=known.declared_badly, dictionary_unread=known.dictionary_unread)
    spelled = {Path(abspath(folder)): folder for folder in folders.values()}
    open_documents(checking.rulebook, (name,), rules=spelled, problems=found)
    for one in found.found:
        file = Path(one.place.file)
        home = next(folder for folder in spelled if file.is_relative_to(folder))
        yield replace(one, place=replace(one.place, file=str(spelled[home] / file.relative_to(home))))


def _home_of(path: Path) -> Path | None:
    """The folder of the pack whose documents a path leads to, or None."""
    home = pack_of(path / "any" if path.is_dir() else path)
    if home is None or not path.exists():
        return None
    inside = path.absolute().relative_to(home.absolute()).parts
    if inside[:1] != (FOLDER,):
        return None
    return home if path.is_dir() or path.suffix in _SUFFIXES else None


def folders_read(checking: Checking) -> dict[str, Path]:
    """The folder of each pack that was read, by the pack's name."""
    found: dict[str, Path] = {}
    for file, tree in checking.problems.trees.items():
        if Path(file).name == PACK_FILE and isinstance(name := child(tree, "pack"), Scalar):
            found.setdefault(name.text, Path(file).parent)
    return found
