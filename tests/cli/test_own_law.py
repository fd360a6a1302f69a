"""Deciding by law of one's own: `--rules` and `--pathways`, the same for every command that decides a case."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inclusion_rules.casework.opening import example
from inclusion_rules.loading.trees import shipped

Run = Callable[..., Any]
DECIDING = (
    "case", "explain", "bundle", "draft", "check-notice", "caseload", "simulate", "replay", "experiment",
    "audit", "move", "export", "report", "compare",
)  # fmt: skip
AS_OF = ("--as-of", "2025-02-10")


@pytest.fixture
def suffolk(tmp_path: Path) -> Path:
    """A folder with a copy of Suffolk's pack in it, in which the list of timetables is due two school days later."""
    pack = tmp_path / "drafts" / "suffolk with a later list"
    shutil.copytree(shipped("rules") / "suffolk", pack)
    day = pack / "parameters" / "suffolk_return_day.yaml"
    day.write_text(day.read_text("utf-8").replace("value: 1,", "value: 3,"), encoding="utf-8")
    return pack


def lists_due(text: str) -> set[str]:
    """On which days the list of part-time timetables is due."""
    return {
        entry["due"] for entry in json.loads(text)["obligations"] if entry["duty"] == "suffolk_pttt_halfterm_return"
    }


@pytest.mark.parametrize("typed", ["the pack", "the folder it lies in"])
def test_a_case_is_decided_by_a_pack_of_ones_own(run: Run, suffolk: Path, typed: str) -> None:
    """An officer who edited one pack names it, or its folder; what it extends is read from what ships."""
    case = example("suffolk_permanent_exclusion")
    rules = suffolk if typed == "the pack" else suffolk.parent

    as_it_ships = run("case", case, *AS_OF, "--format", "json")
    as_edited = run("case", case, *AS_OF, "--format", "json", "--rules", rules)

    assert (0, 0) == (as_it_ships.code, as_edited.code)
    assert "2025-02-24" in lists_due(as_it_ships.out)
    assert "2025-02-26" in lists_due(as_edited.out)
    assert "2025-02-24" not in lists_due(as_edited.out)


def test_a_pack_beside_goes_before_one_that_ships(run: Run, suffolk: Path) -> None:
    """Where a copy of the national pack lies beside the edited one, it is the one that is built on."""
    beside = suffolk.parent / "england"
    shutil.copytree(shipped("rules") / "england", beside)
    pack = beside / "pack.yaml"
    text = pack.read_text("utf-8")
    pack.write_text(text.replace("version: ", "version: draft."), encoding="utf-8")

    said = run("case", example("suffolk_permanent_exclusion"), *AS_OF, "--format", "json", "--rules", suffolk)

    editions = {entry["pack"]: entry["version"] for entry in json.loads(said.out)["editions"]}
    assert editions["england"].startswith("draft.")


def test_an_explanation_is_of_the_same_law(run: Run, suffolk: Path) -> None:
    """`explain` works out the edited day."""
    case = example("suffolk_permanent_exclusion")

    said = run("explain", case, "suffolk pttt halfterm return", *AS_OF, "--rules", suffolk)

    assert 0 == said.code
    assert "26 Feb 2025" in said.out


def test_a_bundle_is_of_the_same_law(run: Run, suffolk: Path) -> None:
    """`bundle` puts together what the edited pack says."""
    said = run("bundle", example("suffolk_permanent_exclusion"), *AS_OF, "--rules", suffolk)

    assert 0 == said.code
    assert "2025-02-26" in said.out or "26 Feb 2025" in said.out


@pytest.mark.parametrize("rules", [(), ("--rules",)])
def test_a_draft_is_of_the_same_law(run: Run, tmp_path: Path, rules: tuple[str, ...]) -> None:
    """`draft` takes a document from the edited pack, and the others from what ships."""
    pack = tmp_path / "mine"
    shutil.copytree(shipped("rules") / "leicestershire", pack)
    document = pack / "documents" / "partnership_referral.yaml"
    text = document.read_text("utf-8")
    title = next(line for line in text.splitlines() if line.startswith("title:"))
    document.write_text(text.replace(title, "title: A referral of our own"), encoding="utf-8")
    case = example("leicestershire_partnership_response")
    own = (*rules, pack) if rules else ()

    referral = run("draft", case, "partnership referral", "--format", "json", *AS_OF, *own)
    notice = run("draft", case, "parent notice", *AS_OF, *own)

    assert (0, 0) == (referral.code, notice.code)
    assert bool(rules) is ("A referral of our own" in referral.out)


@pytest.mark.parametrize("command", ["case", "explain", "bundle", "draft", "check-notice"])
def test_a_folder_without_a_pack_is_a_slip_of_the_keyboard(
    run: Run, case_file: Path, command: str, tmp_path: Path
) -> None:
    """Nothing is decided by no law at all."""
    (tmp_path / "letter.txt").write_text("Dear parent", encoding="utf-8")
    needs: dict[str, list[object]] = {
        "explain": ["board consider pex"],
        "draft": ["parent notice"],
        "check-notice": [tmp_path / "letter.txt"],
    }

    said = run(command, case_file, *needs.get(command, []), *AS_OF, "--rules", tmp_path)

    assert 2 == said.code
    assert f"there is no pack in `{tmp_path}`" in said.err


@pytest.mark.parametrize("command", DECIDING)
def test_every_command_that_decides_takes_law_of_ones_own(run: Run, command: str) -> None:
    """The two options are there, in each command's help."""
    said = run(command, "--help")

    assert "--rules" in said.out
    assert "--pathways" in said.out


def test_pathways_of_ones_own_are_walked(run: Run, case_file: Path, tmp_path: Path) -> None:
    """With `--pathways` the stage is that of the given pathway."""
    for path in shipped("pathways").glob("*.yaml"):
        text = path.read_text("utf-8").replace("hearing/governing_board", "hearing/the_board")
        (tmp_path / path.name).write_text(text, encoding="utf-8")

    said = run("case", case_file, *AS_OF, "--format", "json", "--pathways", tmp_path)

    assert (0, "hearing/the_board") == (said.code, json.loads(said.out)["stage"])
