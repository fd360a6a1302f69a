"""The command `commitments`: what it lists, in words and as data, and how it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inclusion_rules.cli import main

HERE = Path(__file__).parent
RULES = str(HERE / "sound" / "rules")
FIGURES = str(HERE / "sound" / "figures.yaml")


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command on the invented county; its exit code, output and messages."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["commitments", *arguments, "--rules", RULES])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_the_register_is_told_in_words(told: Any) -> None:
    """How it stands comes first; then every promise with what shows it, what is missing, and who carries it out."""
    code, text, _ = told("county", "--figures", FIGURES)

    assert 0 == code
    assert (HERE / "golden" / "county.txt").read_text("utf-8") == text


def test_the_register_is_told_as_data(told: Any) -> None:
    """Every state, missing figure, milestone and rule is there for another program to read."""
    _, text, _ = told("--figures", FIGURES, "--format", "json")

    assert json.loads((HERE / "golden" / "county.json").read_text("utf-8")) == json.loads(text)


def test_without_as_of_the_day_is_that_of_the_figures(told: Any) -> None:
    """Figures of March are held against what was promised for March."""
    assert "2025-03-31" == json.loads(told("--figures", FIGURES, "--format", "json")[1])["as_of"]


def test_an_unknown_pack_is_told_with_the_nearest(told: Any) -> None:
    """A slip in a name is wrong usage."""
    code, _, message = told("count")

    assert (2, True) == (code, "did you mean `county`?" in message)


def test_figures_of_a_later_day_are_wrong_usage(told: Any) -> None:
    """Asked about a day before the figures, the command says why it cannot answer."""
    code, _, message = told("--figures", FIGURES, "--as-of", "2025-03-30")

    assert (2, True) == (code, "figures of 2025-03-31, which nobody had on 2025-03-30" in message)


def test_figures_that_cannot_be_read_are_an_invalid_file(told: Any, tmp_path: Path) -> None:
    """All that is wrong with a file of figures is told, and the command ends as for any invalid file."""
    path = tmp_path / "figures.yaml"
    path.write_text("figures: county\non: 2025-03-31\nvalues: {schols: 50, fuel: much}\n", encoding="utf-8")
    code, _, message = told("--figures", str(path))

    assert (3, True, True) == (code, "`schols`" in message, "`much`" in message)


def test_a_pack_without_commitments_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """The national pack promises nothing: it is the law."""
    assert 0 == main(["commitments", "england", "--as-of", "2025-03-31"])
    assert "This pack holds no commitments." in capsys.readouterr().out
