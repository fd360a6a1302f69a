"""The house plan as tests: which room may import which, and where the outside world may come in.

Reads the source with `ast` and never imports it, so it knows what is written and nothing of what happens when it runs.
Every rule here is also tried on a planted fault, so that none of them can hold merely by looking the wrong way.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files
from pathlib import Path

import pytest

PACKAGE = "inclusion_rules"
SOURCE = Path(__file__).parents[2] / "src" / PACKAGE

# Lowest first. A room is a module at the top of the package, or a folder there with all that is in it. It may import
# itself and every room on a lower floor; rooms that share a floor never see each other.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"source", "vocabulary"}),
    frozenset({"errors"}),
    frozenset({"domain"}),
    frozenset({"engine", "loading", "second_opinion"}),
    frozenset({"analysis"}),
    frozenset({"casework"}),
    frozenset({"records"}),
    frozenset({"caseload"}),
    frozenset({"simulation"}),
    frozenset({"reporting", "scenarios", "documents"}),
    frozenset({"cli", "scenario_collection"}),
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
FRONT_DOOR = ""
"""The package's own `__init__`: it may show anything but the command line, and only the top floor may use it."""
TOP_FLOOR = FLOORS[-1]

# What is not Python's own, and the only modules (or rooms, with all in them) that may import it.
DOORS: Mapping[str, tuple[str, ...]] = {
    "yaml": ("loading.yaml_tree",),
    "pydantic": ("loading",),
    "pydantic_core": ("loading",),
    "icalendar": ("reporting.calendar_feed", "reporting.caseload_feed"),
    "jinja2": ("reporting", "documents.templates"),
    "markupsafe": ("reporting", "documents"),
    "typer": ("cli",),
    "rich": ("cli",),
    "transitions": ("casework.machine",),
    "sqlalchemy": ("records",),
    "alembic": ("records",),
    "psycopg": ("records",),
    "click": ("cli",),
    "distributed": ("simulation.cluster",),
    "durable": ("second_opinion.worker",),
    "numpy": ("simulation", "reporting"),
    "pyarrow": ("simulation", "reporting"),
    "pytest": ("scenario_collection",),
    "_pytest": ("scenario_collection",),
}

CLOCK = frozenset(
    {"datetime.date.today", "datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow", "time"}
)
CHANCE = frozenset({"random", "secrets", "os.urandom", "uuid.uuid1", "uuid.uuid4"})
FILES = frozenset({"glob", "io", "open", "os", "pathlib", "shutil", "subprocess", "tempfile"})
PRINTING = frozenset({"print", "sys.stdout", "sys.stderr"})

NAMES_THAT_SAY_NOTHING = frozenset({"base", "common", "core", "helper", "helpers", "manager", "misc", "util", "utils"})
LONGEST_MODULE = 500


@dataclass(frozen=True)
class Module:
    """One module: its name inside the package (a folder's `__init__` carries the folder's name) and its text."""

    name: str
    text: str

    @property
    def room(self) -> str:
        """The part of the house it stands in."""
        return self.name.partition(".")[0]

    @cached_property
    def tree(self) -> ast.Module:
        """What the text says, as Python reads it."""
        return ast.parse(self.text, filename=self.name)

    def imports(self) -> Iterator[str]:
        """Every absolute dotted name that an import statement mentions, wherever in the module it stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def mentions(self) -> Iterator[str]:
        """Every name the module uses, followed back through its imports: `d.today` is `datetime.date.today`."""
        origins: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name
                    first = alias.name.partition(".")[0]
                    origins[alias.asname or first] = alias.name if alias.asname else first
            elif isinstance(node, ast.ImportFrom) and not node.level:
                for alias in node.names:
                    yield f"{node.module}.{alias.name}"
                    origins[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
                first, *rest = ast.unparse(node).split(".")
                if first in origins or first in dir(builtins):
                    yield ".".join([origins.get(first, first), *rest])

    def uses(self, forbidden: frozenset[str]) -> set[str]:
        """The forbidden names it uses, or a part of one of them."""
        return {name for name in self.mentions() for banned in forbidden if within(name, banned)}


def within(name: str, whole: str) -> bool:
    """Whether a dotted name is another one or stands inside it."""
    return name == whole or name.startswith(f"{whole}.")


def read_package(folder: Path) -> tuple[Module, ...]:
    """Every module of the package as it stands on disk."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        found.append(Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path.read_text("utf-8")))
    return tuple(found)


def planted(**modules: str) -> tuple[Module, ...]:
    """A small package with known faults; `__` in a name stands for a dot."""
    return tuple(Module(name.replace("__", "."), text) for name, text in modules.items())


def imported_modules(module: Module, package: tuple[Module, ...]) -> set[str]:
    """The modules of this package that a module imports; a name that is no module belongs to the one that holds it."""
    known = {each.name for each in package}
    found = set()
    for dotted in module.imports():
        if within(dotted, PACKAGE):
            name = dotted.removeprefix(PACKAGE).removeprefix(".")
            while name not in known and name != FRONT_DOOR:
                name = name.rpartition(".")[0]
            found.add(name)
    return found - {module.name}


def may_import(importer: str, imported: str) -> bool:
    """Whether the plan lets one room import another."""
    if importer == imported:
        return True
    if importer == FRONT_DOOR:
        return imported != "cli"
    if imported == FRONT_DOOR:
        return importer in TOP_FLOOR
    return FLOOR_OF[imported] < FLOOR_OF[importer]


def unplaced(package: tuple[Module, ...]) -> set[str]:
    """The modules that stand in no room of the plan."""
    return {module.name for module in package if module.room not in FLOOR_OF and module.name != FRONT_DOOR}


def wrong_ways(package: tuple[Module, ...]) -> set[str]:
    """Each import that points up or sideways, as `importer -> imported`."""
    homeless = unplaced(package)
    return {
        f"{module.name} -> {imported}"
        for module in package
        if module.name not in homeless
        for imported in imported_modules(module, package) - homeless
        if not may_import(module.room, imported.partition(".")[0])
    }


def closed_doors(package: tuple[Module, ...]) -> set[str]:
    """Each import of somebody else's package that comes in by another way than its door."""
    return {
        f"{module.name} -> {outside}"
        for module in package
        for outside in {dotted.partition(".")[0] for dotted in module.imports()}
        if outside != PACKAGE and outside not in sys.stdlib_module_names
        if not any(within(module.name, door) for door in DOORS.get(outside, ()))
    }


def circle(package: tuple[Module, ...]) -> list[str]:
    """The modules of one circle of imports, or nothing when there is none."""
    try:
        TopologicalSorter({module.name: imported_modules(module, package) for module in package}).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def uses_in(package: tuple[Module, ...], forbidden: frozenset[str], *, rooms: frozenset[str]) -> set[str]:
    """Each use of a forbidden name in those rooms, as `module: name`."""
    return {f"{module.name}: {name}" for module in package if module.room in rooms for name in module.uses(forbidden)}


def names_that_say_nothing(package: tuple[Module, ...]) -> set[str]:
    """The modules one of whose words names no part of the domain."""
    return {
        module.name
        for module in package
        if NAMES_THAT_SAY_NOTHING.intersection(module.name.replace(".", "_").casefold().split("_"))
    }


HOUSE = read_package(SOURCE)
EVERY_ROOM = frozenset(FLOOR_OF) | {FRONT_DOOR}


def test_the_house_was_found() -> None:
    """The tests below look at the real package and not at an empty folder."""
    assert {FRONT_DOOR, "errors", "source", "vocabulary", "domain", "loading", "engine"} <= {m.name for m in HOUSE}


def test_every_module_has_its_place() -> None:
    """A new room fails here until somebody decides which floor it stands on."""
    assert set() == unplaced(HOUSE)


def test_imports_only_point_down() -> None:
    """A room imports lower floors only, so reading and deciding never come to depend on each other."""
    assert set() == wrong_ways(HOUSE)


def test_no_imports_run_in_a_circle() -> None:
    """Any module can be understood by reading what it imports, and that comes to an end."""
    assert [] == circle(HOUSE)


def test_imports_are_absolute() -> None:
    """An import says in full what it means, wherever the module is moved."""
    relative = {
        module.name
        for module in HOUSE
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    }
    assert set() == relative


def test_each_dependency_comes_in_by_its_own_door() -> None:
    """A dependency can be replaced by rewriting one place, and a new one needs a decision first."""
    assert set() == closed_doors(HOUSE)


def test_only_the_command_line_knows_the_time() -> None:
    """What a case comes to depends on the day asked about, never on the day it is asked."""
    assert set() == uses_in(HOUSE, CLOCK, rooms=EVERY_ROOM - {"cli"})


def test_nothing_is_left_to_chance() -> None:
    """The same case and the same law give the same answer."""
    assert set() == uses_in(HOUSE, CHANCE, rooms=frozenset({"domain", "engine", "casework"}))


def test_only_the_command_line_prints() -> None:
    """A library hands back values; what is shown, and where, is for its caller to say."""
    assert set() == uses_in(HOUSE, PRINTING, rooms=EVERY_ROOM - {"cli"})


def test_the_law_and_its_engine_touch_no_files() -> None:
    """What the rules mean can be worked out from values alone."""
    assert set() == uses_in(HOUSE, FILES, rooms=frozenset({"domain", "engine"}))


def test_no_module_is_too_long_to_read() -> None:
    """A module fits in one sitting."""
    assert {} == {m.name: m.text.count("\n") for m in HOUSE if m.text.count("\n") > LONGEST_MODULE}


def test_every_module_is_named_for_what_it_knows() -> None:
    """A name such as `utils` invites whatever has no home; here everything has one."""
    assert set() == names_that_say_nothing(HOUSE)


def test_the_package_says_that_it_is_typed() -> None:
    """A caller's type checker reads our annotations."""
    assert files(PACKAGE).joinpath("py.typed").is_file()


@pytest.mark.parametrize(
    "package",
    [
        pytest.param(planted(domain__a="import inclusion_rules.engine.b", engine__b=""), id="up"),
        pytest.param(planted(engine__a="from inclusion_rules.loading import b", loading__b=""), id="sideways"),
        pytest.param(planted(loading__a="from inclusion_rules.engine.b import C", engine__b=""), id="and back"),
        pytest.param(planted(domain__a="def f():\n    from inclusion_rules.cli.b import c", cli__b=""), id="hidden"),
        pytest.param(planted(domain__a="from inclusion_rules import Rulebook"), id="by the front door"),
        pytest.param((Module(FRONT_DOOR, "from inclusion_rules.cli import main"), Module("cli", "")), id="front door"),
    ],
)
def test_an_import_that_points_up_or_sideways_is_seen(package: tuple[Module, ...]) -> None:
    """The import table notices an import however it is written."""
    assert 1 == len(wrong_ways(package))


def test_an_import_that_points_down_is_no_fault() -> None:
    """The import table does not object to what the plan allows."""
    package = planted(
        source="", domain__a="from inclusion_rules import source", cli="from inclusion_rules.domain.a import B"
    )
    assert set() == wrong_ways(package)


def test_a_module_without_a_place_is_seen() -> None:
    """A room that the plan does not know is named."""
    assert {"attic.trunk", "shed"} == unplaced(planted(attic__trunk="", shed="", domain__facts=""))


def test_a_circle_is_seen() -> None:
    """Two modules of one room that import each other are found."""
    package = planted(
        domain__a="from inclusion_rules.domain.b import B", domain__b="from inclusion_rules.domain import a"
    )
    assert {"domain.a", "domain.b"} == set(circle(package))


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("domain.facts", "import yaml"),
        ("loading.documents", "from yaml import SafeLoader"),
        ("casework.case", "from pydantic import BaseModel"),
        ("reporting.tables", "import icalendar"),
        ("loading.readings", "import somebody_elses_package"),
    ],
)
def test_a_dependency_by_the_wrong_door_is_seen(place: str, text: str) -> None:
    """A package that comes in elsewhere, or has no door at all, is named."""
    assert 1 == len(closed_doors((Module(place, text),)))


@pytest.mark.parametrize(
    "text",
    [
        "import datetime\nx = datetime.date.today()",
        "from datetime import date as day\nx = day.today()",
        "from datetime import datetime\nmake = datetime.now",
        "import datetime as dt\nx = dt.datetime.now(dt.UTC)",
        "import time\nx = time.time()",
        "from time import monotonic",
    ],
)
def test_a_look_at_the_clock_is_seen(text: str) -> None:
    """The clock is found under whatever name it was brought in."""
    assert set() != uses_in((Module("domain.a", text),), CLOCK, rooms=frozenset({"domain"}))


def test_a_time_of_day_is_not_the_clock() -> None:
    """`datetime.time` and a field called `today` are values like any other."""
    text = "from datetime import time as hour\nnine = hour(9)\ntime: str\nopens = case.today.time"
    assert set() == uses_in((Module("domain.a", text),), CLOCK, rooms=frozenset({"domain"}))


@pytest.mark.parametrize(
    ("text", "forbidden"),
    [
        ("import random", CHANCE),
        ("from uuid import uuid4", CHANCE),
        ("print('x')", PRINTING),
        ("import sys\nsys.stdout.write('x')", PRINTING),
        ("open('x')", FILES),
        ("from pathlib import Path", FILES),
        ("import os.path as p", FILES),
    ],
)
def test_chance_printing_and_files_are_seen(text: str, forbidden: frozenset[str]) -> None:
    """Each of the things a pure room must not do is found when it is done."""
    assert set() != uses_in((Module("engine.a", text),), forbidden, rooms=frozenset({"engine"}))


def test_a_name_that_says_nothing_is_seen() -> None:
    """A word hidden in a longer name counts too."""
    package = planted(domain__date_utils="", loading__base="", domain__baseline="")
    assert {"domain.date_utils", "loading.base"} == names_that_say_nothing(package)
