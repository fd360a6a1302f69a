"""A run keeps the calendars that do not ship, and is read and checked without the files that it was made from."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.simulation.small_runs import PLAN, law

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.cli import main
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.loading.plan_files import parse_plan
from inclusion_rules.simulation.kept_calendars import KeptCalendarError
from inclusion_rules.simulation.run_reading import SavedRun

TRUST = """\
# Made up for tests.
calendar: the_trust
covers: {from: 2024-09-02, to: 2026-07-20}
terms:
  - {name: autumn, from: 2024-09-02, to: 2024-12-20}
  - {name: spring, from: 2025-01-06, to: 2025-04-04}
  - {name: summer, from: 2025-04-22, to: 2025-07-22}
  - {name: autumn, from: 2025-09-02, to: 2025-12-19}
  - {name: spring, from: 2026-01-05, to: 2026-03-27}
  - {name: summer, from: 2026-04-13, to: 2026-07-20}
"""
SCHOOL = """\
calendar: valley_school
based_on: ../trust.yaml  # a day of its own, and nothing else
closed: [{date: 2025-03-14, why: INSET}]
"""


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command that has to go well, and gives what it showed."""

    def run(*arguments: object) -> str:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert code == 0, captured.err
        return captured.out

    return run


@pytest.fixture
def made(tmp_path: Path, said: Callable[..., str]) -> Path:
    """A run of a plan with a calendar of its own in two layers; the files are gone."""
    at_home = tmp_path / "home"
    (at_home / "schools").mkdir(parents=True)
    for name, text in (
        ("plan.yaml", PLAN.replace("calendar: example", "calendar: schools/valley.yaml")),
        ("trust.yaml", TRUST),
        ("schools/valley.yaml", SCHOOL),
    ):
        (at_home / name).write_text(text, "utf-8")
    out = tmp_path / "run"
    said("simulate", at_home / "plan.yaml", "--cases", 60, "--out", out)
    for path in sorted(at_home.rglob("*.yaml")):
        path.unlink()
    return out


def test_calendars_are_kept_as_they_were_read_with_what_they_are_based_on(made: Path) -> None:
    """Word for word, and the manifest names them: what a calendar is based on first."""
    assert (made / "calendar_the_trust.yaml").read_text("utf-8") == TRUST
    assert (made / "calendar_valley_school.yaml").read_text("utf-8") == SCHOOL
    manifest = json.loads((made / "manifest.json").read_text("utf-8"))
    assert list(manifest["calendars"]) == ["valley_school"]
    assert manifest["calendars"]["valley_school"]["called"] == ["schools/valley.yaml"]
    files = manifest["calendars"]["valley_school"]["files"]
    assert [each["file"] for each in files] == ["calendar_the_trust.yaml", "calendar_valley_school.yaml"]


def test_the_report_can_be_written_again_when_the_files_are_gone(made: Path, said: Callable[..., str]) -> None:
    """To the byte."""
    first = (made / "report.html").read_bytes()
    said("report", made)
    assert (made / "report.html").read_bytes() == first


def test_every_case_can_be_audited_when_the_files_are_gone(made: Path, said: Callable[..., str]) -> None:
    """Each is decided alone by the calendar that the run had."""
    assert "every one came out identical" in said("audit", made, "--sample", 20)


@pytest.mark.parametrize("form", ["xes", "ocel", "csv", "conformance"])
def test_a_run_can_be_exported_when_the_files_are_gone(
    form: str, made: Path, tmp_path: Path, said: Callable[..., str]
) -> None:
    """In every form that looks at cases."""
    said("export", made, "--as", form, "--out", tmp_path / "log")
    assert (tmp_path / "log").stat().st_size > 0


def test_a_run_can_be_compared_when_the_files_are_gone(made: Path, said: Callable[..., str]) -> None:
    """With itself nothing has changed."""
    assert "nothing changed" in said("compare", made, made).lower()


def test_the_day_of_its_own_counts(made: Path) -> None:
    """The calendar that is kept has the closure of the school, and the terms of the trust."""
    calendar = SavedRun.open(made).plan(open_rulebook()).setting.calendar
    reasons = {(day.isoformat(), calendar.is_school_day(day)) for day in map(_day, ("2025-03-13", "2025-03-14"))}
    assert reasons == {("2025-03-13", True), ("2025-03-14", False)}


def test_a_calendar_that_was_altered_is_not_used(made: Path) -> None:
    """The message names the file."""
    altered = made / "calendar_valley_school.yaml"
    altered.write_text(SCHOOL.replace("2025-03-14", "2025-03-17"), "utf-8")
    with pytest.raises(KeptCalendarError, match=r"calendar_valley_school\.yaml. was altered"):
        SavedRun.open(made).plan(open_rulebook())


def test_a_calendar_that_is_gone_is_told(made: Path) -> None:
    """The message names the file."""
    (made / "calendar_the_trust.yaml").unlink()
    with pytest.raises(KeptCalendarError, match=r"calendar_the_trust\.yaml"):
        SavedRun.open(made).cases(SavedRun.open(made).sample(1))


def test_a_run_on_calendars_that_ship_keeps_none(tmp_path: Path, said: Callable[..., str]) -> None:
    """Nothing is kept twice."""
    said("simulate", "england_permanent_exclusions", "--cases", 10, "--out", tmp_path / "run", "--no-report")
    assert not list((tmp_path / "run").glob("calendar_*"))
    assert "calendars" not in json.loads((tmp_path / "run" / "manifest.json").read_text("utf-8"))


def test_two_calendars_of_one_plan_cannot_share_an_id(tmp_path: Path) -> None:
    """A run could not tell them apart; the message says where and what to do."""
    (tmp_path / "one.yaml").write_text(TRUST, "utf-8")
    (tmp_path / "other.yaml").write_text(TRUST + "closed: [2025-03-14]\n", "utf-8")
    text = PLAN.replace("calendar: example", "calendar: one.yaml\nby authority: {an_authority: {calendar: other.yaml}}")
    with pytest.raises(InvalidFilesError, match="both called `the_trust`") as told:
        parse_plan(text, law(), beside=tmp_path)
    assert "another id" in str(told.value)


def _day(text: str) -> date:
    return date.fromisoformat(text)
