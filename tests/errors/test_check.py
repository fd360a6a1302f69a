"""The command `check`: what it is pointed at, what it shows, and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from inclusion_rules.cli import main
from inclusion_rules.cli.check import checked
from inclusion_rules.loading.trees import shipped

HERE = Path(__file__).parent


@pytest.fixture
def sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small pack, a local one, a pathway, a calendar and a case, all without fault; we stand in it."""
    shutil.copytree(HERE / "sound", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def slip(path: str, wrong: str, right: str) -> None:
    """Puts a slip into one of the files."""
    text = Path(path).read_text(encoding="utf-8")
    assert right in text
    Path(path).write_text(text.replace(right, wrong), encoding="utf-8")


def test_everything_that_ships_is_without_fault():
    """No pack, pathway, calendar, scenario or example that ships has a problem."""
    report = checked(())

    assert () == report.errors
    assert report.files > 300


def test_sound_files_end_well(sound, capsys):
    """With nothing wrong the command says how many files it looked at, and ends with 0."""
    assert 0 == main(["check", "rules", "pathways", "calendars", "cases"])
    assert capsys.readouterr().out.endswith("files, no problems\n")


def test_an_invalid_file_ends_with_three(sound, capsys):
    """A problem is shown with its place, counted, and ends with 3."""
    slip("cases/case.yaml", "bord_met", "board_met")

    assert 3 == main(["check", "rules", "pathways", "cases"])
    shown = capsys.readouterr().out
    assert "cases/case.yaml:9:31: error[C303]: `bord_met`" in shown
    assert shown.endswith("1 problem in 1 file\n")


def test_a_file_that_is_not_there_could_not_be_checked(sound):
    """A wrong path is no invalid file."""
    assert 1 == main(["check", "cases/nothing.yaml"])


def test_warnings_do_not_fail(sound, capsys):
    """What is idle but not wrong is shown, counted aside, and ends with 0."""
    Path("rules/sample/parameters/idle.yaml").write_text(
        "title: Idle\nunit: count\nvalues:\n  - {from: 2012-09-01, value: 1, cites: [Sample guidance]}\n",
        encoding="utf-8",
    )

    assert 0 == main(["check", "rules"])
    assert capsys.readouterr().out.endswith("no problems, 1 warning\n")


def test_json_gives_each_problem_as_data(sound, capsys):
    """A program reads file, line, column, code, message and help."""
    slip("rules/sample/board/meets.yaml", "bearer: govening board", "bearer: governing board")

    main(["check", "rules", "--format", "json"])
    (told,) = json.loads(capsys.readouterr().out)

    assert {
        "file": "rules/sample/board/meets.yaml",
        "line": 12,
        "column": 11,
        "code": "R203",
        "message": "`govening board` is not a bearer this pack knows",
        "help": "did you mean `governing board`?",
    }.items() <= told.items()


@pytest.mark.parametrize("format", ["human", "json"])
def test_the_same_files_are_told_in_the_same_order(sound, capsys, format):
    """Problems stand in order of file and line, whatever the order of the paths."""
    slip("rules/sample/board/meets.yaml", "bearer: govening board", "bearer: governing board")
    slip("cases/case.yaml", "bord_met", "board_met")
    paths = ["rules", "pathways", "cases"]

    main(["check", *paths, "--format", format])
    forward = capsys.readouterr().out
    main(["check", *reversed(paths), "--format", format])

    assert forward == capsys.readouterr().out


def test_a_pack_can_be_checked_alone(sound):
    """A local pack is checked with the one that it extends, which stands beside it."""
    assert () == checked([Path("rules/local")]).diagnostics


def test_a_file_of_a_pack_can_be_checked_alone(sound):
    """One rule is checked within its pack, and only what is wrong with that file is told."""
    slip("rules/sample/board/meets.yaml", "bearer: govening board", "bearer: governing board")
    slip("rules/sample/board/hears_parent.yaml", "bearer: govening board", "bearer: governing board")

    told = checked([Path("rules/sample/board/meets.yaml")]).diagnostics

    assert ["rules/sample/board/meets.yaml"] == [one.place.file for one in told]


@pytest.mark.parametrize(
    ("path", "wrong", "right", "code"),
    [
        ("calendars/school.yaml", "to: 2025-04-40", "to: 2025-04-04", "Y105"),
        ("pathways/sample.yaml", "ends: yeah", "ends: yes", "R204"),
        ("cases/case.yaml", "looked_afer", "looked_after", "C301"),
    ],
)
def test_a_single_file_is_told_apart_by_what_it_holds(sound, path, wrong, right, code):
    """A calendar, a pathway or a case needs no more than its path."""
    slip(path, wrong, right)

    told = checked([Path("rules"), Path("pathways"), Path(path)]).errors

    assert [(path, code)] == list(dict.fromkeys((one.place.file, one.code) for one in told))


def test_a_whole_folder_is_searched(sound):
    """The folder above everything leads to packs, pathways, calendars and cases."""
    slip("cases/case.yaml", "bord_met", "board_met")
    slip("calendars/school.yaml", "to: 2024-07-22}\nterms", "to: 2025-07-22}\nterms")

    assert {"C303", "K401"} == {one.code for one in checked([Path()]).errors}


def test_a_dictionary_that_cannot_be_read_starts_no_avalanche(sound):
    """Where the facts cannot be read at all, that is told, and not every use of a fact."""
    slip("rules/sample/facts.yaml", "facts: [", "facts:")

    assert {"rules/sample/facts.yaml"} == {one.place.file for one in checked([Path("rules")]).errors}


def test_a_rule_is_checked_by_its_bare_name_from_its_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Someone who stands in a folder of a pack names a file as it lies there."""
    monkeypatch.chdir(shipped("rules") / "england" / "reinstatement")

    assert 0 == checked([Path("permanent_exclusion.yaml")]).exit_code
