"""The command `test`: what it prints, what it hands to other programs, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.scenarios.conftest import IN_TIME, write

from inclusion_rules.cli import main


@pytest.fixture
def run(law: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs the command on scenarios given as text: its exit code, what it showed, and what it told the person."""

    def typed(text: str, *options: str) -> tuple[int, str, str]:
        write(law, "rules/small/scenarios/board/meets.yaml", text)
        code = main(["test", str(law / "rules"), *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return typed


Run = Callable[..., tuple[int, str, str]]
FAILING = IN_TIME.replace("due: 2025-03-24", "due: 2025-03-25")


def test_when_all_pass_it_ends_well_and_says_so(run: Run) -> None:
    """The last line is the summary."""
    code, out, err = run(IN_TIME)

    assert (0, "") == (code, err)
    assert "1 passed, 0 failed" == out.splitlines()[-1]


def test_when_one_fails_it_ends_with_four_and_shows_both_sides(run: Run) -> None:
    """A failing example stops whatever waits for the exit code, and is explained."""
    code, out, _ = run(FAILING)

    assert 4 == code
    assert "expected: Tue 25 Mar 2025" in out
    assert "found: Mon 24 Mar 2025" in out
    assert "0 passed, 1 failed" == out.splitlines()[-1]


def test_a_file_that_cannot_be_read_ends_with_three(run: Run) -> None:
    """A slip is not a failed example."""
    code, out, err = run(IN_TIME.replace("status: met", "status: mett"))

    assert (3, "") == (code, out)
    assert "did you mean `met`?" in err


def test_it_says_what_no_example_shows(run: Run) -> None:
    """Rules without an example from some side, comparisons seen one way, and wrongs that nobody notices."""
    _, out, _ = run(IN_TIME)

    assert "Rules: 0 of 3 shown from every side" in out
    assert "board/meets: cancelled is no (never false)" in out
    assert "the exception board/excused left out" in out


def test_mutants_can_be_left_out(run: Run) -> None:
    """Who only wants to know whether the examples pass need not wait."""
    assert "Mutants" in run(IN_TIME)[1]
    assert "Mutants" not in run(IN_TIME, "--no-mutants")[1]


def test_other_programs_get_everything_as_one_object(run: Run) -> None:
    """The JSON holds results, coverage and mutants."""
    code, out, _ = run(FAILING, "--format", "json")

    told = json.loads(out)
    assert 4 == code
    assert (0, 1) == (told["passed"], told["failed"])
    (mismatch,) = told["scenarios"][0]["mismatches"]
    assert ("obligation board meets: due", "Tue 25 Mar 2025") == (mismatch["what"], mismatch["expected"])
    assert {"rules", "comparisons"} == told["coverage"].keys()
    assert told["mutants"]["made"] == told["mutants"]["caught"] + len(told["mutants"]["survivors"])
