"""The pytest plugin: which files it takes up, and how a failing scenario looks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.scenarios.conftest import IN_TIME, write

from inclusion_rules.scenario_collection import is_scenario_file

SRC = Path(__file__).parents[2] / "src"


@pytest.fixture
def collect(law: Path) -> Callable[[], subprocess.CompletedProcess[str]]:
    """Runs pytest on the small law in a process of its own, with nothing but this plugin."""

    def run() -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-p",
            "inclusion_rules.scenario_collection",
        ]
        environment = {"PYTHONPATH": str(SRC), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            [*command, "-v", "--rootdir", str(law), str(law)],
            cwd=law, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


def test_a_scenario_is_a_test_under_its_sentence(
    law: Path, collect: Callable[[], subprocess.CompletedProcess[str]]
) -> None:
    """A policy officer's example runs with everything else."""
    write(law, "rules/small/scenarios/board/meets.yaml", IN_TIME)

    said = collect()

    assert "meets.yaml::The board meets on the last day PASSED" in said.stdout
    assert 0 == said.returncode


def test_a_failing_scenario_is_told_side_by_side(
    law: Path, collect: Callable[[], subprocess.CompletedProcess[str]]
) -> None:
    """No traceback through the machine, only expected, found and why."""
    write(law, "rules/small/scenarios/board/meets.yaml", IN_TIME.replace("due: 2025-03-24", "due: 2025-03-25"))

    said = collect()

    assert 1 == said.returncode
    assert "expected: Tue 25 Mar 2025" in said.stdout
    assert "found: Mon 24 Mar 2025" in said.stdout
    assert "Traceback" not in said.stdout


def test_a_file_that_cannot_be_read_is_an_error_of_collection(
    law: Path, collect: Callable[[], subprocess.CompletedProcess[str]]
) -> None:
    """A slip in a scenario fails the run and is told with its place."""
    write(law, "rules/small/scenarios/board/meets.yaml", IN_TIME.replace("status: met", "status: mett"))

    said = collect()

    assert 2 == said.returncode
    assert "did you mean `met`?" in said.stdout


def test_other_yaml_files_are_left_alone(tmp_path: Path) -> None:
    """A project that happens to have such folders is not disturbed."""
    other = write(tmp_path, "rules/theirs/scenarios/one.yaml", "anything: at all\n")
    rule = write(tmp_path, "rules/small/board/meets.yaml", "")
    pack = write(tmp_path, "rules/small/pack.yaml", "pack: small\n")
    elsewhere = write(tmp_path, "law/scenarios/one.yaml", "")
    write(tmp_path, "law/pack.yaml", "")

    assert [False] * 4 == [is_scenario_file(path) for path in (other, rule, pack, elsewhere)]


def test_a_packs_scenarios_are_taken_up_however_deep(tmp_path: Path) -> None:
    """Scenarios may be sorted into folders of topics."""
    write(tmp_path, "rules/small/pack.yaml", "")

    assert is_scenario_file(write(tmp_path, "rules/small/scenarios/board/late/meets.yaml", ""))
    assert not is_scenario_file(write(tmp_path, "rules/small/scenarios/board/notes.md", ""))


def test_the_plugin_brings_in_nothing_until_it_is_needed() -> None:
    """Whoever has the library installed does not wait for it in the tests of other projects."""
    code = (
        "import sys, inclusion_rules.scenario_collection as plugin\n"
        "print(sorted(name for name in sys.modules if name.startswith(('inclusion_rules.', 'pydantic', 'yaml'))))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(SRC)}, capture_output=True, text=True, check=True
    )

    assert "['inclusion_rules.scenario_collection']" == said.stdout.strip()
