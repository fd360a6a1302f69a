"""`inclusion-rules move` as it is typed: what it shows, what it writes when it is told to, and how it ends."""

from __future__ import annotations

import getpass
import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.records.builders import NOON, Raw, a_case

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.cli import main
from inclusion_rules.loading.trees import shipped
from inclusion_rules.records.store import CaseStore

AS_OF = ["--as-of", "2025-03-26"]


@pytest.fixture(scope="session")
def proposal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The national pack with ten school days for the board, laid out with its pathways as a release is."""
    folder = tmp_path_factory.mktemp("proposal")
    shutil.copytree(shipped("rules") / "england", folder / "rules" / "england")
    shutil.copytree(shipped("pathways"), folder / "pathways")
    pack, limit = (folder / "rules/england" / name for name in ("pack.yaml", "parameters/board_meeting_limit.yaml"))
    for path, old, new in (
        (limit, "{from: 2020-09-25, value: 15", "{from: 2020-09-25, value: 10"),
        (pack, "version: ", "version: 9"),
    ):
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
    return folder


@pytest.fixture
def to_proposal(proposal: Path) -> list[str]:
    """The options that name the proposal as the law to move to."""
    return ["--rules", str(proposal / "rules"), "--pathways", str(proposal / "pathways")]


def versions(proposal: Path) -> tuple[str, str]:
    """The version that ships, and that of the proposal."""
    was = open_rulebook().packs["england"].version
    return was, f"9{was}"


def kept(place: str, *references: str) -> list[str]:
    """The ids of cases put into a store, a day apart."""
    with CaseStore.open(place) as store:
        return [store.create(a_case(name, at=NOON + timedelta(days=number))) for number, name in enumerate(references)]


def test_without_write_it_reports_and_changes_nothing(
    place: str, proposal: Path, to_proposal: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The report names each case, the law it leaves and the law it comes to, and all that changes for it."""
    (case_id,) = kept(place, "LEI-1")
    before = Raw(place).contents()
    was, new = versions(proposal)

    assert 0 == main(["move", place, *to_proposal, *AS_OF])
    told = capsys.readouterr().out
    assert told.startswith(
        f"1 case, compared as of Wed 26 Mar 2025\nthe law to move to: england {new}\n\nto be moved: 1 case\n"
        f"  LEI-1 ({case_id}): england {was} → {new}\n"
    )
    assert "    board consider pex (about 2025-03-03): due Tue 25 Mar 2025 → Tue 18 Mar 2025\n" in told
    assert told.endswith("\nnothing was written; `--write` moves them\n")
    assert before == Raw(place).contents()
    assert 0 == main(["move", place, *to_proposal, *AS_OF, "--dry-run"])
    assert told == capsys.readouterr().out


def test_with_write_it_moves_and_says_who_and_why(
    place: str, proposal: Path, to_proposal: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Done again, it finds them moved; and they can be moved back to the law that ships."""
    (case_id,) = kept(place, "LEI-1")
    was, new = versions(proposal)
    signed = ["--write", "--by", "A Clerk", "--why", "the limit was corrected"]

    assert 0 == main(["move", place, *to_proposal, *AS_OF, *signed])
    told = capsys.readouterr().out
    assert f"\nmoved: 1 case\n  LEI-1 ({case_id}), entry 4: england {was} → {new}\n" in told
    assert "nothing was written" not in told
    with CaseStore.open(place) as store:
        body = json.loads(store.entries(case_id)[-1].body or "{}")
    assert ("A Clerk", "the limit was corrected") == (body["recorded_by"], body["why"])

    assert 0 == main(["move", place, *to_proposal, *AS_OF, "--write"])
    assert "\nat this law already: 1 case\n" in capsys.readouterr().out
    assert 0 == main(["move", place, "--from", str(proposal), *AS_OF, "--write"])
    assert f"  LEI-1 ({case_id}), entry 5: england {new} → {was}\n" in capsys.readouterr().out
    assert 0 == main(["case", place, *AS_OF])
    assert 0 == main(["audit", place])


def test_the_same_is_told_as_data(
    tmp_path: Path, proposal: Path, to_proposal: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Another program reads the counts, both laws to the byte, and every change."""
    place = str(tmp_path / "cases.db")
    case_id, _ = kept(place, "LEI-1", "LEI-2")
    was, new = versions(proposal)

    assert 0 == main(["move", place, *to_proposal, *AS_OF, "--case", "LEI-1", "--case", case_id, "--format", "json"])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert ("2025-03-26", False, None) == (told["as_of"], told["written"], told["stopped"])
    assert {"moved": 0, "to_be_moved": 1, "at_this_law_already": 0, "left_alone": 0} == told["counts"]
    assert [("england", new)] == [(pack["pack"], pack["version"]) for pack in told["law"]]
    (case,) = told["cases"]
    assert (case_id, "LEI-1", "to_be_moved", None, None) == (
        case["case_id"],
        case["reference"],
        case["outcome"],
        case["entry"],
        case["why_not"],
    )
    assert ([was], [new]) == ([pin["version"] for pin in case["from"]], [pin["version"] for pin in case["to"]])
    assert {
        "duty": "board_consider_pex",
        "about": "2025-03-03",
        "part": "due",
        "before": "Tue 25 Mar 2025",
        "after": "Tue 18 Mar 2025",
    } in case["changes"]


def test_a_case_whose_law_is_not_at_hand_is_told_and_left_alone(
    tmp_path: Path, proposal: Path, to_proposal: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The others are moved; the command ends as one that could not do all of its work."""
    place = str(tmp_path / "cases.db")
    first, _ = kept(place, "LEI-1", "LEI-2")
    assert 0 == main(["move", place, *to_proposal, *AS_OF, "--case", first, "--write"])
    capsys.readouterr()

    assert 1 == main(["move", place, *AS_OF])
    told = capsys.readouterr().out
    assert "at this law already: 1 case\n" in told
    assert "left alone: 1 case\n" in told
    assert "    the law it is pinned to is not at hand: `england` 9" in told
    assert "nothing to move" not in told


def test_a_store_in_which_nothing_is_to_be_moved_says_so(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Cases at the law that ships, and a store without cases."""
    assert 0 == main(["move", place])
    assert capsys.readouterr().out.endswith("\n\nthere is nothing to move\n")
    kept(place, "LEI-1")
    assert 0 == main(["move", place, "--write"])
    assert "at this law already: 1 case\n" in capsys.readouterr().out


def test_who_moves_is_whoever_is_logged_in(
    tmp_path: Path, to_proposal: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no such name, the command asks for one before it does anything."""
    place = str(tmp_path / "cases.db")
    (case_id,) = kept(place, "LEI-1")

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found")

    with monkeypatch.context() as patched:
        patched.setattr(getpass, "getuser", nobody)
        assert 2 == main(["move", place, *to_proposal, "--write"])
    assert "say who moves the cases with `--by NAME`\n" in capsys.readouterr().err
    monkeypatch.setattr(getpass, "getuser", lambda: "jo")
    assert 0 == main(["move", place, *to_proposal, "--write"])
    with CaseStore.open(place) as store:
        assert '"recorded_by":"jo"' in (store.entries(case_id)[-1].body or "")


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        (["--write", "--dry-run"], 2, "`--dry-run` writes nothing and `--write` moves the cases; give one of them"),
        (["--by", "jo"], 2, "`--by` and `--why` are recorded with the move; they need `--write`"),
        (["--why", "because"], 2, "`--by` and `--why` are recorded with the move; they need `--write`"),
        (["--case", "nobody"], 1, "the store holds no case `nobody`, neither as an id nor as a reference"),
        (["--rules", "nowhere"], 2, "there is no pack in `nowhere`; expected a folder that holds packs, or one pack"),
        (["--from", "nowhere"], 2, "there is no pack in `nowhere`; expected a folder that holds packs, or one pack"),
    ],
)
def test_wrong_use_is_told(
    typed: list[str], code: int, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the words typed, and nothing is done."""
    place = str(tmp_path / "cases.db")
    kept(place, "LEI-1")
    before = Raw(place).contents()

    assert code == main(["move", place, *typed])
    assert told in capsys.readouterr().err
    assert before == Raw(place).contents()


def test_a_law_that_cannot_be_read_is_told_as_such(
    tmp_path: Path, proposal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its file and line, and no case is looked at."""
    place = str(tmp_path / "cases.db")
    kept(place, "LEI-1")
    broken = tmp_path / "broken"
    shutil.copytree(proposal / "rules", broken)
    limit = broken / "england/parameters/board_meeting_limit.yaml"
    limit.write_text(limit.read_text("utf-8").replace("unit: school days", "unit: school dayz"), "utf-8")

    assert 3 == main(["move", place, "--rules", str(broken), "--write"])
    assert "board_meeting_limit.yaml:" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["none.db", "none.yaml", "."])
def test_a_place_without_a_store_could_not_run(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And none is made."""
    monkeypatch.chdir(tmp_path)
    assert 1 == main(["move", name])
    told = "is a folder; a store is one file" if name == "." else f"there is no store at `{name}`"
    assert told in capsys.readouterr().err
    assert [] == list(tmp_path.iterdir())
