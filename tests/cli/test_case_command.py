"""`inclusion-rules case`: its forms, its options, and what it says of files that cannot be used."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from inclusion_rules.cli import showing

Run = Callable[..., Any]
Altered = Callable[[str, str], Path]
AS_OF = ("--as-of", "2025-02-10")


def test_the_timetable_is_shown_by_default(run: Run, case_file: Path) -> None:
    """A person who names a case sees its timetable."""
    said = run("case", case_file, *AS_OF)

    assert (0, "") == (said.code, said.err)
    assert said.out.startswith("LEI-2025-0042: permanent exclusion, as of Mon 10 Feb 2025")


def test_json_is_one_object(run: Run, case_file: Path) -> None:
    """Another program reads the decision from standard output."""
    said = run("case", case_file, *AS_OF, "--format", "json")

    assert "hearing/governing_board" == json.loads(said.out)["stage"]


def test_certificates_come_when_they_are_asked_for(run: Run, case_file: Path) -> None:
    """With the option every counted obligation carries its days."""
    told = json.loads(run("case", case_file, *AS_OF, "--format=json", "--certificates").out)
    counted = [entry for entry in told["obligations"] if entry["deadline"] is not None]

    assert counted
    assert all(entry["certificate"]["lines"] for entry in counted)


@pytest.mark.parametrize(("form", "begins"), [("ics", "BEGIN:VCALENDAR"), ("html", "<!DOCTYPE html>")])
def test_other_forms_can_be_asked_for(run: Run, case_file: Path, form: str, begins: str) -> None:
    """A diary and a browser are served too."""
    said = run("case", case_file, *AS_OF, "--format", form)

    assert 0 == said.code
    assert said.out.startswith(begins)


@pytest.mark.parametrize("form", ["human", "json", "ics", "html"])
def test_a_result_can_be_written_to_a_file(run: Run, case_file: Path, tmp_path: Path, form: str) -> None:
    """What is written is what would have been shown."""
    shown = run("case", case_file, *AS_OF, "--format", form).out
    said = run("case", case_file, *AS_OF, "--format", form, "--out", tmp_path / "result")

    assert (0, "") == (said.code, said.out)
    assert shown.replace("\r\n", "\n") == (tmp_path / "result").read_text("utf-8")


def test_today_is_the_day_when_none_is_named(run: Run, case_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `--as-of` the case is decided as it stands."""
    monkeypatch.setattr("inclusion_rules.cli.case.today", lambda: date(2025, 1, 20))

    assert "as of Mon 20 Jan 2025" in run("case", case_file).out


def test_facts_can_be_asked_for_about_another_exclusion(run: Run, case_file: Path) -> None:
    """`--about` chooses the exclusion that the facts describe."""
    told = json.loads(run("case", case_file, *AS_OF, "--about", "2024-11-18", "--format", "json").out)

    assert ("2024-11-18", 2.5) == (told["about"], told["facts"]["suspended_days_this_term"])


def test_what_was_learned_later_can_be_left_aside(run: Run, altered: Altered) -> None:
    """`--known-on` takes an instant, and tells that something was left aside."""
    path = altered("event: governing_board_met,", 'event: governing_board_met, recorded_at: "2025-02-07T09:00:00Z",')
    told = json.loads(run("case", path, *AS_OF, "--known-on", "2025-02-06T12:00:00Z", "--format", "json").out)

    assert "challenge" == told["stage"]
    assert "later_events" in {warning["code"] for warning in told["warnings"]}


def test_the_engine_can_be_named(run: Run, case_file: Path) -> None:
    """The definition is what decides by default."""
    named = run("case", case_file, *AS_OF, "--engine", "definition")

    assert run("case", case_file, *AS_OF).out == named.out


@pytest.mark.parametrize(
    ("option", "typed", "expected"),
    [
        ("--as-of", "2025-02-30", "such as 2025-03-24"),
        ("--as-of", "10/02/2025", "such as 2025-03-24"),
        ("--as-of", "20250210", "such as 2025-03-24"),
        ("--as-of", "", "such as 2025-03-24"),
        ("--about", "yesterday", "such as 2025-03-24"),
        ("--about", "2025-01-14", "2025-01-13"),
        ("--known-on", "2025-02-06T12:00:00", "time zone"),
        ("--known-on", "2025-02-06Tnoon", "instant"),
        ("--format", "jsn", "`json`"),
        ("--engine", "durable", "`durable-rules`"),
    ],
)
def test_a_value_typed_wrongly_is_wrong_usage(
    run: Run, case_file: Path, option: str, typed: str, expected: str
) -> None:
    """It says what was typed and what was expected."""
    said = run("case", case_file, option, typed)

    assert (2, "") == (said.code, said.out)
    assert typed in said.err
    assert expected in said.err


def test_a_case_has_to_be_named(run: Run) -> None:
    """Without a file there is nothing to decide."""
    said = run("case")

    assert 2 == said.code
    assert "CASEFILE" in said.err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"\x00\x01\x02\xff" * 50, "UTF-8"),
        ("case: é".encode("utf-16"), "UTF-16"),
        ("case: café\n".encode("cp1252"), "UTF-8"),
        (b"[" * 100_000, "stand inside one another"),
        (b"case: " + b"x" * 3_000_000, "too large"),
        (b"[1, 2]", "keys and values"),
        (b"case: [", "error["),
    ],
    ids=["empty", "binary", "utf-16", "windows", "deep", "huge", "list", "open bracket"],
)
def test_a_file_that_is_no_case_is_invalid(run: Run, tmp_path: Path, content: bytes, says: str) -> None:
    """Each kind of wrong file is told with its place, on standard error."""
    path = tmp_path / "case.yaml"
    path.write_bytes(content)
    said = run("case", path, *AS_OF)

    assert (3, "") == (said.code, said.out)
    assert f"{path}:" in said.err
    assert says in said.err


@pytest.mark.parametrize(
    ("what", "instead", "says"),
    [
        ("2025-01-14, event: governing", "2025-02-30, event: governing", "`2025-02-30`"),
        ("2024-11-18, event: suspended", "2004-11-18, event: suspended", "before the pupil was born"),
        ("year_group", "yeargroup", "year group"),
        ("governing_board_met", "governing_board_mat", "did you mean `governing"),
        ("type: academy", "type: acadmy", "did you mean `academy`?"),
        ("calendar: leicestershire_2024_25", "calendar: nowhere.yaml", "nowhere.yaml"),
        ("pathway: permanent_exclusion", "pathway: permanent_exclusions", "did you mean"),
        ("packs: [england]", "packs: [englnd]", "did you mean `england`?"),
        ("looked_after: false", "looked_after: maybe", "true or false"),
    ],
)
def test_a_slip_in_a_case_is_told_where_it_stands(
    run: Run, altered: Altered, what: str, instead: str, says: str
) -> None:
    """The file, the line, the person's own words and the right one; nothing is decided."""
    path = altered(what, instead)
    said = run("case", path, *AS_OF)

    assert (3, "") == (said.code, said.out)
    assert f"{path}:" in said.err
    assert says in said.err


def test_every_slip_is_told_at_once(run: Run, altered: Altered) -> None:
    """Two mistakes need one run, not two."""
    path = altered("year_group", "yeargroup")
    path.write_text(path.read_text("utf-8").replace("governing_board_met", "governing_board_mat"), "utf-8")
    said = run("case", path, *AS_OF)

    assert "yeargroup" in said.err
    assert "governing_board_mat" in said.err
    assert "2 problems found" in said.err


def test_with_json_the_problems_are_data(run: Run, altered: Altered) -> None:
    """Another program reads them from standard output, as a list."""
    said = run("case", altered("year_group", "yeargroup"), *AS_OF, "--format", "json")
    (problem,) = json.loads(said.out)

    assert (3, "") == (said.code, said.err)
    assert {"line": 10, "column": 3, "code": "C301", "severity": "error"}.items() <= problem.items()
    assert "yeargroup" in problem["message"]


@pytest.mark.parametrize("name", [".", "nowhere.yaml", "case.yaml/inside.yaml"])
def test_a_file_that_cannot_be_opened_could_not_be_run(
    run: Run, altered: Altered, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A folder, or a path that leads nowhere, is no invalid file: there is none."""
    monkeypatch.chdir(altered("case:", "case:").parent)
    said = run("case", name, *AS_OF)

    assert (1, "") == (said.code, said.out)
    assert name in said.err


def test_a_file_that_may_not_be_read_could_not_be_run(
    run: Run, case_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is the system's own."""

    def refused(self: Path) -> bytes:
        if self == case_file:
            raise PermissionError(13, "Permission denied")
        return self.open("rb").read()

    monkeypatch.setattr(Path, "read_bytes", refused)
    said = run("case", case_file, *AS_OF)

    assert (1, "") == (said.code, said.out)
    assert "Permission denied" in said.err


@pytest.mark.parametrize(("out", "says"), [(".", "it is a folder"), ("nowhere/case.json", "No such file")])
def test_a_result_that_cannot_be_written_is_told(
    run: Run, case_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str, says: str
) -> None:
    """Nothing is lost in silence."""
    monkeypatch.chdir(tmp_path)
    said = run("case", case_file, *AS_OF, "--out", out)

    assert 1 == said.code
    assert f"`{out}` cannot be written: {says}" in said.err


class Terminal:
    """A standard output that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.mark.parametrize(
    ("settings", "colour"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colour_is_for_terminals_and_can_be_refused(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], colour: bool
) -> None:
    """`NO_COLOR` is honoured where it says something, and so is a terminal that has none."""
    monkeypatch.setattr("sys.stdout", Terminal())
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    assert colour == showing.wants_colour()


@pytest.mark.parametrize("day", ["2024-09-02", "2024-11-18", "2025-01-12", "2025-12-24", "2026-07-07", "2031-01-01"])
@pytest.mark.parametrize("form", ["human", "json", "ics", "html"])
def test_any_day_can_be_asked_for(run: Run, case_file: Path, day: str, form: str) -> None:
    """Before anything happened, in the middle, and past the calendar's end: the case is decided."""
    said = run("case", case_file, "--as-of", day, "--format", form)

    assert 0 == said.code
    assert said.out


def test_a_case_without_events_is_decided(run: Run, tmp_path: Path) -> None:
    """A file that was only just begun is a case too."""
    path = tmp_path / "case.json"
    path.write_text('{"case": "A", "pathway": "permanent_exclusion", "calendar": "example", "events": []}', "utf-8")
    said = run("case", path, *AS_OF)

    assert 0 == said.code
    assert "Stage: notification" in said.out
