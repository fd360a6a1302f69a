"""The gallery of mistakes: a broken copy of a sound set of files for each kind of problem, and all that is said of it.

A folder of the gallery holds only the files that differ from those in `sound`, and `told.txt`, what `check` says. With
REWRITE_GALLERY=1 in the environment the texts are written afresh, to be read before they are kept.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from inclusion_rules.cli.check import checked

HERE = Path(__file__).parent
GALLERY = sorted(path for path in (HERE / "gallery").iterdir() if path.is_dir())
PARTS = tuple(Path(part) for part in ("rules", "pathways", "calendars", "cases"))


@pytest.fixture
def laid_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Stands in a folder that holds the sound files with those of one exhibit laid over them."""

    def lay(exhibit: Path | None = None) -> None:
        shutil.copytree(HERE / "sound", tmp_path, dirs_exist_ok=True)
        if exhibit is not None:
            shutil.copytree(exhibit, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("told.txt"))
        monkeypatch.chdir(tmp_path)

    return lay


def test_the_sound_files_have_no_problem(laid_over):
    """What the exhibits are broken copies of is without fault, so that every problem told is the exhibit's own."""
    laid_over()

    assert () == checked(PARTS).diagnostics


@pytest.mark.parametrize("exhibit", GALLERY, ids=lambda path: path.name)
def test_an_exhibit_is_told_in_its_own_words(exhibit, laid_over):
    """Every problem is told with its place, the words at fault underlined, and what would put it right."""
    laid_over(exhibit)
    told = "\n\n".join(one.rendered() for one in checked(PARTS).diagnostics) + "\n"

    if os.environ.get("REWRITE_GALLERY"):
        (exhibit / "told.txt").write_text(told, encoding="utf-8")
    assert (exhibit / "told.txt").read_text(encoding="utf-8") == told


@pytest.mark.parametrize("exhibit", GALLERY, ids=lambda path: path.name)
def test_an_exhibit_shows_the_code_it_is_named_for(exhibit, laid_over):
    """A folder's name begins with the code of every problem in it."""
    laid_over(exhibit)

    assert {exhibit.name[:4]} == {one.code for one in checked(PARTS).diagnostics}
