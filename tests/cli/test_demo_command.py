"""`inclusion-rules demo`: the main job end to end, the same on any day and from any folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from inclusion_rules.casework.opening import example
from inclusion_rules.cli.demo import as_of_example

Run = Callable[..., Any]


def test_the_demo_decides_explains_and_says_what_to_try_next(run: Run) -> None:
    """A newcomer sees a timetable, one deadline day by day, and three commands to type."""
    said = run("demo")

    assert (0, "") == (said.code, said.err)
    assert said.out.startswith("LEI-2025-0042: permanent exclusion, as of Mon 17 Mar 2025")
    assert "1 school day late" in said.out
    assert "Tue 4 Feb 2025   15  school day   leicestershire_2024_25" in said.out
    assert "TRY NEXT" in said.out


def test_the_demo_does_not_depend_on_today(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is not looked at."""

    def looked() -> date:
        raise AssertionError("the clock was looked at")

    monkeypatch.setattr("inclusion_rules.cli.asking.today", looked)
    monkeypatch.setattr("inclusion_rules.cli.case.today", looked)

    assert 0 == run("demo").code


def test_the_demo_runs_in_any_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example is found where it ships, not where one happens to stand; and nothing is left behind."""
    monkeypatch.chdir(tmp_path)

    assert 0 == run("demo").code
    assert [] == list(tmp_path.iterdir())


def test_the_demo_writes_each_form(run: Run, tmp_path: Path) -> None:
    """With a folder it leaves the case there as data, a page and a calendar, and the run of a small cohort."""
    said = run("demo", "--out", tmp_path / "new" / "folder")
    folder = tmp_path / "new" / "folder"
    written = {path.name: path.read_text("utf-8") for path in folder.iterdir() if path.is_file()}

    assert 0 == said.code
    assert {"case.json", "case.html", "case.ics"} == set(written)
    assert "LEI-2025-0042" == json.loads(written["case.json"])["case"]
    assert written["case.html"].startswith("<!DOCTYPE html>")
    assert written["case.ics"].startswith("BEGIN:VCALENDAR")
    assert {
        "manifest.json",
        "events.parquet",
        "obligations.parquet",
        "cases.parquet",
        "summary.json",
        "report.html",
    } <= {path.name for path in (folder / "run").iterdir()}
    assert (folder / "run" / "report.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_a_file_in_the_way_is_told(run: Run, tmp_path: Path) -> None:
    """The folder is not made over somebody's file."""
    (tmp_path / "taken").write_text("mine", "utf-8")
    said = run("demo", "--out", tmp_path / "taken")

    assert 1 == said.code
    assert "a file of that name is in the way" in said.err
    assert "mine" == (tmp_path / "taken").read_text("utf-8")


def test_every_example_that_ships_has_its_day(case_file: Path) -> None:
    """No example can be added without the day as of which it is shown."""
    names = [path.stem for path in case_file.parent.glob("*.yaml") if not path.stem.endswith("_figures")]

    assert len(names) > 1
    assert all(isinstance(as_of_example(name), date) and example(name).is_file() for name in names)
