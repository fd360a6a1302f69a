"""The project around the package: its two commands, its pinned dependencies, its wheel, and what it must not carry.

Knows the files at the top of the checkout and nothing of the law. No test here uses the network.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hatchling.build import build_wheel
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = "".join(path.read_text("utf-8") for path in sorted((ROOT / "requirements").glob("*.lock")))
"""What is pinned, in all locks together."""

NOT_OURS = frozenset({".git", ".venv", "__pycache__", "build", "demo-out", "dist"})
"""Folders that hold what was made or fetched; so does any whose name ends in `cache`."""

# Written so that none of them matches itself.
MACHINE_PATH = re.compile(r"(?<![\w.-])/(?:[w]ork|[r]oot|[h]ome/\w+|[U]sers/\w+|[t]mp/\w+|[o]pt/\w+)(?:/|\b)")
REGISTRY = re.compile(r"[p]ypi\.org|[p]ythonhosted|[r]egistry\.npm|[d]eb\.debian|[a]rchive\.ubuntu|/[s]imple/\w")


def marked_commands(readme: str) -> list[tuple[str, list[str]]]:
    """Each fenced block of a page, in order: the mark on the line above it (or nothing), and its lines."""
    blocks: list[tuple[str, list[str]]] = []
    above, inside = "", False
    for line in readme.splitlines():
        if line.startswith("```"):
            inside = not inside
            if inside:
                mark = re.fullmatch(r"<!-- (\w+) -->", above)
                blocks.append((mark[1] if mark else "", []))
        elif inside:
            blocks[-1][1].append(line)
        above = line
    return blocks


def project_files() -> Iterator[Path]:
    """What git tracks, or, where there is no git to ask, what stands in the checkout and was not made by a tool."""
    try:
        listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        listing = ""
    if listing:
        yield from (path for name in listing.split("\0") if name and (path := ROOT / name).is_file())
        return
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [name for name in subfolders if name not in NOT_OURS and not name.endswith("cache")]
        yield from (Path(folder, name) for name in names)


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """Every line of the project's text that a pattern finds something in, as `file:line: what it found`."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {found[0]}"
        for path in project_files()
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1)
        if (found := pattern.search(line))
    ]


def pinned() -> dict[str, str]:
    """The version that the lock pins for each package, under the package's canonical name."""
    return {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", LOCK, re.M)}


def declared() -> list[Requirement]:
    """Everything that the project says it needs: to run, to be built, and to be worked on."""
    described: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*described["project"]["dependencies"], *described["build-system"]["requires"]]
    for group in described["dependency-groups"].values():
        wanted += [entry for entry in group if isinstance(entry, str)]
    return [Requirement(entry) for entry in wanted]


def test_the_readme_begins_with_the_two_commands() -> None:
    """A newcomer finds at the top, each alone in its block, how to run it and how to test it."""
    blocks = marked_commands((ROOT / "README.md").read_text("utf-8"))

    assert [("run", ["./run demo"]), ("test", ["./run tests"])] == blocks[:2]


def test_continuous_integration_runs_the_readmes_test_command() -> None:
    """What passes for a newcomer is what passes in integration."""
    script = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    commands = [line for line in script if line and not line.startswith(("#", "set ", "cd "))]

    assert ["./run tests"] == commands


@pytest.mark.parametrize("script", ["run", ".ci/run"])
def test_the_scripts_can_be_started(script: str) -> None:
    """A script keeps its executable bit."""
    assert (ROOT / script).stat().st_mode & stat.S_IXUSR


def test_the_way_in_names_its_commands() -> None:
    """`./run help` works before anything is installed and from any folder."""
    shown = subprocess.run(["sh", ROOT / "run", "help"], cwd="/", capture_output=True, text=True, check=True).stdout

    assert ["demo", "tests", "bench", "setup", "help"] == re.findall(r"^  (\w+)  ", shown, re.M)


def test_a_command_that_does_not_exist_is_wrong_usage() -> None:
    """A slip of the keyboard sets nothing up; it is told what there is."""
    answer = subprocess.run(["sh", ROOT / "run", "tets"], capture_output=True, text=True, check=False)

    assert 2 == answer.returncode
    assert "`tets`" in answer.stderr


def test_nothing_names_a_place_on_one_machine() -> None:
    """The project means the same wherever it is checked out."""
    assert [] == lines_with(MACHINE_PATH)


def test_nothing_names_a_package_registry() -> None:
    """Where packages come from is for the machine to say."""
    assert [] == lines_with(REGISTRY)


@pytest.mark.parametrize("folder", ["work", "root", "home/me", "tmp/case", "opt/tools"])
def test_a_place_on_one_machine_would_be_seen(folder: str) -> None:
    """The search above finds the paths it is for, quoted or not."""
    assert MACHINE_PATH.search(f"see '/{folder}/case.yaml'")
    assert MACHINE_PATH.search(f"/{folder}")


def test_a_page_of_the_web_is_not_a_place_on_one_machine() -> None:
    """A council's address may well contain the same words."""
    assert not MACHINE_PATH.search("https://council.example/" + "home/schools/" + "work/")


def test_a_package_registry_would_be_seen() -> None:
    """The search above finds the hosts it is for."""
    assert REGISTRY.search("https://" + "py" + "pi.org")


def test_the_lock_holds_no_addresses() -> None:
    """The lock pins what to install and leaves open where from."""
    assert "://" not in LOCK
    assert not re.search(r"^\s*-", re.sub(r"^ +--hash=sha256:[0-9a-f]{64}( \\)?$", "", LOCK, flags=re.M), re.M)


def test_the_lock_pins_by_content() -> None:
    """Every package in the lock has at least one hash, so that pip accepts the file with `--require-hashes`."""
    entries = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.M)[1:]

    assert len(pinned()) == len(entries)
    assert [] == [entry.partition(" ")[0] for entry in entries if "--hash=sha256:" not in entry]


def test_the_lock_answers_everything_declared() -> None:
    """A dependency cannot be added or raised without making the lock again."""
    unanswered = [
        str(wanted)
        for wanted in declared()
        if not wanted.specifier.contains(pinned().get(canonicalize_name(wanted.name), "0"))
    ]
    assert [] == unanswered


def test_the_wheel_carries_the_law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules, pathways, examples and simulations are inside the package once installed, with the typing mark."""
    monkeypatch.chdir(ROOT)
    with zipfile.ZipFile(tmp_path / build_wheel(str(tmp_path))) as wheel:
        carried = set(wheel.namelist())
    wanted = {
        f"inclusion_rules/shipped/{path.relative_to(ROOT).as_posix()}"
        for folder in ("rules", "pathways", "examples", "simulations")
        for path in (ROOT / folder).rglob("*.yaml")
    }

    assert wanted
    assert set() == (wanted | {"inclusion_rules/py.typed"}) - carried
