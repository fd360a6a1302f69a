"""`experiment` tells whoever typed it what cannot be done, before anything runs and without leaving anything behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Said

from inclusion_rules.cli.errors import Exit
from inclusion_rules.loading.experiment_files import find_experiment
from inclusion_rules.simulation.simulating import Simulation

TRIAL = "mash_threshold"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("--cases", "0"), "give `--cases` a number above 0"),
        (("--replications", "0"), "give `--replications` a number above 0"),
        (("--workers", "0"), "give `--workers` a number above 0"),
    ],
)
def test_none_at_all_is_not_taken_for_as_it_says(
    typed: tuple[str, str], told: str, run: Callable[..., Said], tmp_path: Path
) -> None:
    """Nought is no number of cases, pairs or processes, and never the number that the experiment has."""
    said = run("experiment", TRIAL, *typed, "--out", tmp_path / "trial")
    assert said.code == Exit.USAGE
    assert told in said.err
    assert not (tmp_path / "trial").exists()


def test_a_second_arm_that_cannot_be_is_told_before_the_first_is_run(run: Callable[..., Said], tmp_path: Path) -> None:
    """Nobody waits for one arm to learn that the other never could, nor has a folder to clear away for it."""
    text = find_experiment("helpline").read_text("utf-8")
    assert text.count("/ yes, to: 16") == 1
    path = tmp_path / "impossible.yaml"
    path.write_text(text.replace("/ yes, to: 16", "/ yes, to: -5"), "utf-8")
    said = run("experiment", path, "--cases", "20", "--out", tmp_path / "trial")
    assert said.code == Exit.INVALID_FILE
    assert "shares are not negative" in said.err
    assert not (tmp_path / "trial").exists()


def test_law_that_cannot_be_changed_leaves_an_empty_folder_as_it_was(run: Callable[..., Said], tmp_path: Path) -> None:
    """A folder that somebody made can be used for the next attempt."""
    text = find_experiment("part_time_review").read_text("utf-8")
    path = tmp_path / "unknown.yaml"
    path.write_text(text.replace("timetable review, to: 4", "timetable revue, to: 4"), "utf-8")
    plan = "plans/part_time_timetables.yaml"
    path.write_text(path.read_text("utf-8").replace(plan, str(find_experiment(TRIAL).parent / plan)), "utf-8")
    out = tmp_path / "trial"
    out.mkdir()
    said = run("experiment", path, "--cases", "5", "--out", out)
    assert said.code == Exit.INVALID_FILE
    assert "did you mean `east_sussex_timetable_review`?" in said.err
    assert [] == list(out.iterdir())


def test_an_interrupted_experiment_says_what_is_left_of_it(
    run: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many runs are whole, where they are, and that no comparison was made of them."""
    whole, begun = Simulation.run, []

    def stopped(self: Simulation, out: Path, *others: object) -> object:
        begun.append(out)
        if len(begun) == 3:
            raise KeyboardInterrupt
        return whole(self, out, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(Simulation, "run", stopped)
    out = tmp_path / "trial"
    said = run("experiment", TRIAL, "--cases", "5", "--replications", "2", "--out", out)
    assert said.code == Exit.COULD_NOT_RUN
    assert (
        f"interrupted after 2 of 4 runs, so nothing is compared. The finished ones are whole and stay in {out}"
        in said.err
    )
    assert (out / "first" / "2" / "manifest.json").is_file()
    assert not (out / "comparison.json").exists()
