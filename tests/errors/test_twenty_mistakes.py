"""One pack with twenty different mistakes in twelve files: each is told once, where it stands, and nothing else is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from inclusion_rules.cli.check import Report, checked

HERE = Path(__file__).parent
MARK = re.compile(r"# (\d+): ([A-Z]\d{3})")


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    """What is told of the pack with the mistakes in it."""
    shutil.copytree(HERE / "sound", tmp_path, dirs_exist_ok=True)
    shutil.copytree(HERE / "twenty_mistakes", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return checked([Path("rules/sample")])


def marked() -> dict[tuple[str, int, str], int]:
    """Each mistake as the remark at the end of its line has it: file, line and code, with its number."""
    root = HERE / "twenty_mistakes"
    return {
        (path.relative_to(root).as_posix(), line, found[2]): int(found[1])
        for path in sorted(root.rglob("*.yaml"))
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (found := MARK.search(text))
    }


def test_twenty_mistakes_are_marked():
    """The remarks number the mistakes from 1 to 20."""
    assert list(range(1, 21)) == sorted(marked().values())


def test_each_mistake_is_told_once_where_it_stands(report):
    """Twenty problems are told, each with its own file, line and code; none follows from another."""
    assert sorted(marked()) == sorted((one.place.file, one.place.line, one.code) for one in report.diagnostics)


def test_the_summary_counts_them(report):
    """The last line says how many there are, and in how many files."""
    files = {file for file, _, _ in marked()}

    assert f"20 problems in {len(files)} files" == report.summary()


def test_every_problem_shows_the_words_at_fault(report):
    """Each problem quotes its line of the file."""
    assert [] == [one for one in report.diagnostics if not one.excerpt.strip()]
