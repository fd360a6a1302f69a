"""Everything wrong with commitments, figures and founding documents is told, with its place and what would help.

A folder of `broken` holds the files that differ from those in `sound`, and `told.txt`, what `check` says. With
REWRITE_GALLERY=1 in the environment the texts are written afresh, to be read before they are kept.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from inclusion_rules.cli.check import checked

HERE = Path(__file__).parent
EXHIBITS = sorted(path for path in (HERE / "broken").iterdir() if path.is_dir())
ASKED = (Path("rules"), Path("figures.yaml"))


def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exhibit: Path | None = None) -> None:
    """Stand in a folder that holds the sound files with those of one exhibit laid over them."""
    shutil.copytree(HERE / "sound", tmp_path, dirs_exist_ok=True)
    if exhibit is not None:
        shutil.copytree(exhibit, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("told.txt"))
    monkeypatch.chdir(tmp_path)


def test_the_sound_files_have_no_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the exhibits are broken copies of is without fault, so that every problem told is the exhibit's own."""
    lay(tmp_path, monkeypatch)

    assert () == checked(ASKED).diagnostics


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda path: path.name)
def test_an_exhibit_is_told_in_its_own_words(exhibit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every problem is told at once, with its place, the words at fault underlined, and what would put it right."""
    lay(tmp_path, monkeypatch, exhibit)
    told = "\n\n".join(one.rendered() for one in checked(ASKED).diagnostics) + "\n"

    if os.environ.get("REWRITE_GALLERY"):
        (exhibit / "told.txt").write_text(told, encoding="utf-8")
    assert (exhibit / "told.txt").read_text(encoding="utf-8") == told


def test_a_single_commitment_can_be_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever edits one file is told of that file alone, its names looked up in the whole pack."""
    lay(tmp_path, monkeypatch, HERE / "broken" / "names")
    alone = checked([Path("rules/county/commitments/money.yaml")])
    faulty = checked([Path("rules/county/commitments/visits.yaml")])

    assert () == alone.diagnostics
    assert {"rules/county/commitments/visits.yaml"} == {one.place.file for one in faulty.diagnostics}
