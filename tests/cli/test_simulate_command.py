"""`simulate` tells whoever typed it what cannot be done, and writes nothing then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Said

from inclusion_rules.cli.errors import Exit

PLAN = "england_permanent_exclusions"


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        ((PLAN, "--cases", "0"), Exit.USAGE, "a run has at least 1 case"),
        ((PLAN, "--workers", "0"), Exit.USAGE, "somebody has to do the work"),
        (("a_plan.yaml",), Exit.COULD_NOT_RUN, "`a_plan.yaml` is not a file at hand, nor a plan of a simulation known"),
        (("england_permanent_exclusion",), Exit.COULD_NOT_RUN, f"did you mean `{PLAN}`?"),
        ((PLAN, "--cases", "5", "--without", "EPE-5"), Exit.COULD_NOT_RUN, "EPE-000000000 to EPE-000000004"),
    ],
)
def test_what_cannot_be_done_is_told_and_leaves_nothing(
    typed: tuple[str, ...], code: Exit, told: str, run: Callable[..., Said], tmp_path: Path
) -> None:
    """A sentence for the person, an exit code for the script, and no folder."""
    said = run("simulate", *typed, "--out", tmp_path / "run")
    assert said.code == code
    assert told in said.err
    assert not (tmp_path / "run").exists()


def test_a_folder_below_a_file_is_told(run: Callable[..., Said], tmp_path: Path) -> None:
    """It is nobody's fault but that of the name."""
    (tmp_path / "file").write_text("mine", "utf-8")
    said = run("simulate", PLAN, "--cases", "5", "--out", tmp_path / "file" / "run")
    assert said.code == Exit.COULD_NOT_RUN
    assert "cannot be written: Not a directory" in said.err
