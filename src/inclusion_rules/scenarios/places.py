"""Where scenario files lie, which pack each belongs to, and which packs must be read to decide them.

A scenario file stands in a folder called `scenarios` below a folder that holds `pack.yaml`. Reads no scenario.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from inclusion_rules.loading.document_reading import child
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import read_tree, shipped
from inclusion_rules.loading.yaml_tree import Node, Scalar, Sequence
from inclusion_rules.source import Span

FOLDER = "scenarios"


@dataclass(frozen=True, slots=True)
class Place:
    """One scenario file, the folder of the pack it belongs to, and that pack's name."""

    file: Path
    home: Path
    pack: str


def home_of(path: Path) -> Path | None:
    """The folder of the pack in which a file or folder lies, or None where it lies in none."""
    return next((folder for folder in (path, *path.absolute().parents) if (folder / "pack.yaml").is_file()), None)


def scenario_places(paths: Iterable[Path], problems: Problems) -> list[Place]:
    """Every scenario file that the paths hold, in order of path; what is not there, or in no pack, is noted."""
    found: dict[Path, Place] = {}
    names: dict[Path, str] = {}
    for path in paths:
        files = [path] if path.is_file() else sorted(path.rglob("*.yaml"))
        files = [file for file in files if file == path or FOLDER in file.absolute().parent.parts]
        if not path.exists():
            problems.add(Span(str(path), 1, 1), "Y100", "there is no such file or folder", help="check the path")
        elif not files:
            help = "scenarios lie in a folder called `scenarios` within a pack's folder"
            problems.add(Span(str(path), 1, 1), "S500", "there is no scenario file here", help=help)
        for file in files:
            home = home_of(file)
            if home is None:
                help = "put it into the `scenarios` folder of a pack"
                problems.add(Span(str(file), 1, 1), "S500", "this file lies in no pack's folder", help=help)
                continue
            if home not in names:
                names[home], _ = _name_and_base(home)
            found.setdefault(file, Place(file, home, names[home]))
    return list(found.values())


def packs_needed(homes: Iterable[Path]) -> list[Path]:
    """The folders of packs with those they extend, looked for beside them first and then among what ships."""
    chosen: dict[str, Path] = {}

    def add(folder: Path) -> None:
        name, below = _name_and_base(folder)
        if chosen.setdefault(name, folder) is not folder:
            return
        nearby = [*sorted(folder.absolute().parent.iterdir()), *sorted(shipped("rules").iterdir())]
        packs = [other for other in nearby if (other / "pack.yaml").is_file()]
        for wanted in below:
            other = next((other for other in packs if _name_and_base(other)[0] == wanted), None)
            if other is not None and wanted not in chosen:
                add(other)

    for home in homes:
        add(home)
    return list(chosen.values())


def _name_and_base(folder: Path) -> tuple[str, tuple[str, ...]]:
    """What a pack calls itself and which it extends; the folder's own name where `pack.yaml` cannot be used."""
    node = read_tree(folder / "pack.yaml", Problems())
    name = child(node, "pack") if node is not None else None
    below = child(node, "extends") if node is not None else None
    return _text(name) or folder.name, tuple(map(_text, below.items)) if isinstance(below, Sequence) else ()


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""
