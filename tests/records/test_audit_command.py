"""`inclusion-rules audit` as it is typed: what it shows, what it answers, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.records.builders import Raw, a_case

from inclusion_rules.cli import main
from inclusion_rules.records.store import CaseStore


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A store in a file, with one case."""
    found = str(tmp_path / "cases.db")
    with CaseStore.open(found) as store:
        store.create(a_case())
    return found


def test_a_sound_store_is_told_in_words(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts, the verdict and the digest to keep."""
    with CaseStore.open(place) as store:
        digest = store.digest()

    assert 0 == main(["audit", place])
    assert f"1 case, 3 entries\neverything is as it was written\ndigest: {digest}\n" == capsys.readouterr().out


def test_a_difference_is_told_with_its_place(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is that of an audit that did not match, and the place is the case, the entry and the field."""
    ((case_id,),) = Raw(place).run("SELECT case_id FROM cases")
    Raw(place).run("UPDATE entries SET body = '{}' WHERE number > 1", guarded=False)

    assert 5 == main(["audit", place])
    assert f"case {case_id}, entry 2, body: the body or its salt was altered\n  and 1 other" in capsys.readouterr().out


def test_the_same_is_told_as_data(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Another program reads the verdict, the digest and the place."""
    ((case_id,),) = Raw(place).run("SELECT case_id FROM cases")
    assert 0 == main(["audit", place, "--format", "json"])
    sound = json.loads(capsys.readouterr().out)
    Raw(place).run("UPDATE heads SET chain_hash = 'ff'", guarded=False)
    assert 5 == main(["audit", place, "--format", "json"])
    altered = json.loads(capsys.readouterr().out)

    assert (True, 1, 3, None) == (sound["matches"], sound["cases"], sound["entries"], sound["first_difference"])
    assert sound["digest"].startswith("sha256:")
    place_told = altered["first_difference"]
    assert (case_id, None, "head") == (place_told["case"], place_told["entry"], place_told["field"])


def test_a_digest_that_was_kept_is_held_against_the_store(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The digest of another day ends in exit code 5, the right one, with or without its prefix, in 0."""
    with CaseStore.open(place) as store:
        digest = store.digest()

    assert 0 == main(["audit", place, "--expect", digest.removeprefix("sha256:").upper()])
    assert 5 == main(["audit", place, "--expect", "0" * 64])
    assert "the store, digest: " in capsys.readouterr().out


@pytest.mark.parametrize("typed", ["123", "sha256:xyz", "g" * 64])
def test_a_digest_that_is_none_is_wrong_usage(typed: str, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip of the keyboard is not an audit that did not match."""
    assert 2 == main(["audit", place, "--expect", typed])
    assert f"`{typed}` is not a digest" in capsys.readouterr().err


def test_a_path_without_a_store_could_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong path, a folder, another program's file and another kind of database are told apart from a bad audit."""
    (tmp_path / "letter.txt").write_text("Dear parent, " * 50)
    for place, told in (
        (tmp_path / "none.db", "there is no store at"),
        (tmp_path, "is a folder"),
        ("mysql://u:secret@host/db", "`mysql` is not a database that a store can be in"),
    ):
        assert 1 == main(["audit", str(place)])
        err = capsys.readouterr().err
        assert told in err
        assert "secret" not in err


def test_a_file_that_is_no_database_did_not_match(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A store whose first page was overwritten looks like this, so that it is told as damage."""
    (tmp_path / "letter.txt").write_text("Dear parent, " * 50)

    assert 5 == main(["audit", str(tmp_path / "letter.txt")])
    assert "is no database of SQLite, or it is damaged" in capsys.readouterr().out
