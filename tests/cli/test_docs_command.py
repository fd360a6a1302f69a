"""`inclusion-rules docs`: pages listed, shown and written, of the law that ships and of packs of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from inclusion_rules.cli import main
from inclusion_rules.loading.trees import shipped

PAGES = ["rules", "facts", "parameters", "events", "roles", "pathways"]


def test_the_pages_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a page, their names stand alone, a line each."""
    assert 0 == main(["docs"])
    assert PAGES == capsys.readouterr().out.split()


def test_a_page_is_the_one_that_ships(capsys: pytest.CaptureFixture[str]) -> None:
    """What is shown of the shipped law is what its reference says."""
    assert 0 == main(["docs", "roles"])
    assert (Path(__file__).parents[2] / "docs/reference/roles.md").read_text("utf-8") == capsys.readouterr().out


def test_the_whole_handbook_is_written_with_its_drawings(tmp_path: Path) -> None:
    """Every page, and a drawing of every pathway that the page shows."""
    assert 0 == main(["docs", "--out", str(tmp_path / "handbook")])
    written = {str(path.relative_to(tmp_path / "handbook")) for path in (tmp_path / "handbook").rglob("*.*")}
    assert {f"{page}.md" for page in PAGES} <= written
    assert "pathways/permanent_exclusion.svg" in written


def test_packs_of_ones_own_are_described(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An edited copy of a pack is what the handbook is then about."""
    shutil.copytree(shipped("rules") / "england", tmp_path / "england")
    rule = tmp_path / "england" / "reinstatement" / "permanent_exclusion.yaml"
    title = "title: The board takes up every permanent exclusion"
    lines = [title if line.startswith("title:") else line for line in rule.read_text("utf-8").splitlines()]
    rule.write_text("\n".join(lines) + "\n", "utf-8")

    assert 0 == main(["docs", "rules", "--rules", str(tmp_path)])
    assert "The board takes up every permanent exclusion" in capsys.readouterr().out


@pytest.mark.parametrize(("typed", "told"), [("rulse", "did you mean `rules`"), ("zebra", "`zebra`")])
def test_a_page_that_is_none_is_wrong_usage(typed: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip is told with the nearest page."""
    assert 2 == main(["docs", typed])
    assert told in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file where the folder should be is named."""
    (tmp_path / "handbook").write_text("")
    assert 1 == main(["docs", "--out", str(tmp_path / "handbook")])
    assert "cannot be made" in capsys.readouterr().err
