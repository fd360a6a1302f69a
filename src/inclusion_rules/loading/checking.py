"""Reads whatever it is pointed at (packs, pathways, calendars, cases) and tells every problem of everything at once.

Tells files apart by what they hold, finds the packs that others rest on, and reads all of it into one gathering of
problems. Scenarios are found here and read by whoever knows their grammar.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import Diagnostic, InvalidFilesError
from inclusion_rules.loading.case_reading import find_calendar, load_case
from inclusion_rules.loading.document_reading import child
from inclusion_rules.loading.figure_files import read_figures
from inclusion_rules.loading.pack_folders import NOT_LAW
from inclusion_rules.loading.plan_files import load_plan
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.reading import NATIONAL, read_rulebook
from inclusion_rules.loading.trees import kind_of_file, read_tree, shipped
from inclusion_rules.loading.yaml_tree import Node, Scalar, Sequence
from inclusion_rules.source import Span

READABLE = (".yaml", ".yml", ".json")
PACK_FILE = "pack.yaml"
NOT_OF_A_KIND = "R216"


@dataclass(slots=True)
class Asked:
    """What the paths lead to, by kind. `parts` are single files of packs that were not asked for as a whole."""

    packs: list[Path] = field(default_factory=list)
    pathways: list[Path] = field(default_factory=list)
    calendars: list[Path] = field(default_factory=list)
    cases: list[Path] = field(default_factory=list)
    scenarios: list[Path] = field(default_factory=list)
    figures: list[Path] = field(default_factory=list)
    plans: list[Path] = field(default_factory=list)
    parts: list[Path] = field(default_factory=list)


@dataclass(slots=True)
class Checking:
    """Everything asked for, read: the rulebook, the ids of the packs asked for, and what is wrong so far."""

    rulebook: Rulebook
    packs: tuple[str, ...]
    scenarios: tuple[Path, ...]
    files: frozenset[str]
    problems: Problems
    parts: frozenset[str] = frozenset()

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Every problem, in order of place; where single files of a pack were asked for, theirs alone."""
        every = InvalidFilesError(self.problems.found).diagnostics
        folders = {str(home) for part in self.parts if (home := pack_of(Path(part))) is not None}
        return tuple(
            one
            for one in every
            if one.place.file in self.files
            or not any(Path(one.place.file).is_relative_to(folder) for folder in folders)
        )


def read_everything(paths: Iterable[Path], *, functions: Mapping[str, tuple[str, ...]]) -> Checking:
    """Read all that the paths lead to; everything that ships by default. Problems are gathered, never raised."""
    problems = Problems()
    asked = Asked()
    given = tuple(paths)
    for path in given or (shipped("rules"), shipped("pathways"), shipped("examples"), shipped("simulations")):
        _sort(path, asked, problems)
    homes = [home for path in (*asked.parts, *asked.scenarios) if (home := pack_of(path)) is not None]
    wanted = list(dict.fromkeys([*asked.packs, *homes]))
    folders = _with_those_below(wanted, problems)
    if not folders or (
        NATIONAL in _ids(folders, problems) and (asked.cases or asked.pathways or asked.figures or asked.plans)
    ):
        folders += [pack for pack in _shipped_packs() if id_of_pack(pack, problems) not in _ids(folders, problems)]
    pathways = list(asked.pathways)
    if NATIONAL in _ids(folders, problems) and (asked.cases or asked.plans or not pathways):
        known = {path.resolve() for path in pathways}
        pathways += [path for path in sorted(shipped("pathways").glob("*.yaml")) if path.resolve() not in known]
    rulebook = read_rulebook(folders, pathways, functions=functions, catalogue=True, problems=problems)
    for folder in asked.packs:
        asked.calendars += sorted((folder / "calendars").glob("*.yaml"))
        asked.scenarios += sorted((folder / "scenarios").rglob("*.yaml"))
    for path in dict.fromkeys(asked.calendars):
        find_calendar(path.name, beside=path.parent, rulebook=rulebook, span=Span(str(path), 1, 1), problems=problems)
    for path in dict.fromkeys(asked.cases):
        _read_case(path, rulebook, problems)
    for path in dict.fromkeys(asked.figures):
        read_figures(path, rulebook, problems)
    for path in dict.fromkeys(asked.plans):
        _read_plan(path, rulebook, problems)
    return Checking(
        rulebook=rulebook,
        packs=tuple(name for folder in wanted if (name := id_of_pack(folder, problems)) in rulebook.packs),
        scenarios=tuple(dict.fromkeys(asked.scenarios)),
        files=frozenset(_files(asked)),
        problems=problems,
        parts=frozenset(str(path) for path in asked.parts if pack_of(path) not in asked.packs),
    )


def pack_of(path: Path) -> Path | None:
    """The folder of the pack that a file lies in, or None where it lies in none."""
    above = (*path.parents, *path.absolute().parents)
    return next((folder for folder in above if (folder / PACK_FILE).is_file()), None)


def _read_case(path: Path, rulebook: Rulebook, problems: Problems) -> None:
    try:
        load_case(path, rulebook, problems=problems)
    except InvalidFilesError:
        return  # its problems are gathered already


def _read_plan(path: Path, rulebook: Rulebook, problems: Problems) -> None:
    try:
        load_plan(path, rulebook, problems=problems)
    except InvalidFilesError:
        return  # its problems are gathered already


def _sort(path: Path, asked: Asked, problems: Problems) -> None:
    if path.is_dir():
        if (path / PACK_FILE).is_file():
            asked.packs.append(path)
            return
        for inside in sorted(path.iterdir()):
            if not inside.name.startswith((".", "__")) and (inside.is_dir() or inside.suffix in READABLE):
                _sort(inside, asked, problems)
        return
    node = read_tree(path, problems)
    if node is None:
        return
    kind = kind_of_file(node)
    home = pack_of(path)
    if kind in ("case", "calendar", "pathway", "scenarios", "figures", "simulation"):
        lists = {"case": asked.cases, "calendar": asked.calendars, "pathway": asked.pathways, "figures": asked.figures}
        lists["simulation"] = asked.plans
        lists.get(kind, asked.scenarios).append(path)
    elif home is not None and path.resolve().relative_to(home.resolve()).parts[0] not in NOT_LAW:
        asked.parts.append(path)
    else:
        help = (
            "a pack lies in a folder with `pack.yaml`; a case has `case:`, a calendar `calendar:`, a pathway `stages:`,"
            " figures `figures:`"
        )
        message = "this is not a file of a pack, nor a pathway, a calendar, a case, a file of scenarios or of figures"
        problems.add(node.span, NOT_OF_A_KIND, message, help=help, severity="warning")


def _with_those_below(folders: list[Path], problems: Problems) -> list[Path]:
    """The packs with those that they extend: from beside them, else from what ships."""
    found = list(folders)
    for folder in found:
        for name in _extended(folder, problems):
            if name in _ids(found, problems):
                continue
            places = (folder.parent / name, shipped("rules") / name)
            found += [place for place in places if (place / PACK_FILE).is_file()][:1]
    return found


def _extended(folder: Path, problems: Problems) -> Iterator[str]:
    tree = _pack_tree(folder, problems)
    extends = child(tree, "extends") if tree is not None else None
    for item in extends.items if isinstance(extends, Sequence) else ():
        if isinstance(item, Scalar):
            yield item.text


def _ids(folders: Iterable[Path], problems: Problems) -> set[str]:
    return {id_of_pack(folder, problems) for folder in folders}


def id_of_pack(folder: Path, problems: Problems) -> str:
    """What the pack of a folder calls itself; the folder's name where its `pack.yaml` cannot be used."""
    tree = _pack_tree(folder, problems)
    name = child(tree, "pack") if tree is not None else None
    return name.text if isinstance(name, Scalar) else folder.name


def _pack_tree(folder: Path, problems: Problems) -> Node | None:
    path = folder / PACK_FILE
    return problems.trees.get(str(path)) or read_tree(path, problems)


def _shipped_packs() -> list[Path]:
    return sorted(path.parent for path in shipped("rules").glob(f"*/{PACK_FILE}"))


def _files(asked: Asked) -> Iterator[str]:
    """Every file that was asked for, those inside packs included."""
    for folder in asked.packs:
        yield from (str(path) for path in folder.rglob("*") if path.suffix in READABLE)
    for path in (
        *asked.pathways,
        *asked.calendars,
        *asked.cases,
        *asked.scenarios,
        *asked.figures,
        *asked.plans,
        *asked.parts,
    ):
        yield str(path)
