"""A store where nothing may be written: it is read as it stands, or refused with what to do."""

from __future__ import annotations

import os
import pickle
import pwd
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.records.builders import a_case, an_entry

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.cli import main
from inclusion_rules.loading.trees import shipped
from inclusion_rules.records.auditing import audit_store
from inclusion_rules.records.failures import ReadOnlyStoreError, StoreAddressError
from inclusion_rules.records.store import CaseStore


@contextmanager
def an_ordinary_user() -> Iterator[None]:
    """Somebody whom the rights of files hold back: whoever runs the tests, or `nobody` where that is root."""
    if os.geteuid():
        yield
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder to which everybody has a way."""
    found = Path(tempfile.mkdtemp(prefix="records-"))
    found.chmod(0o755)
    yield found
    found.chmod(0o755)
    shutil.rmtree(found)


@pytest.fixture
def path(folder: Path) -> Path:
    """A store with one case that nobody has open."""
    with CaseStore.open(folder / "cases.db") as store:
        store.create(a_case())
    assert ["cases.db"] == [each.name for each in folder.iterdir()]
    return folder / "cases.db"


def only_to_be_read(folder: Path) -> None:
    """Take the right to write away, from a folder and all that is in it."""
    for each in folder.iterdir():
        each.chmod(0o444)
    folder.chmod(0o555)


def test_a_store_in_a_folder_that_may_only_be_read_is_read(path: Path) -> None:
    """Cases come back, and nothing is put beside the file."""
    only_to_be_read(path.parent)
    with an_ordinary_user(), CaseStore.open_existing(path, rulebook=open_rulebook()) as store:
        (case_id,) = store.case_ids()
        assert a_case() == store.load(case_id)
        assert 3 == len(list(store.stream()))
    assert ["cases.db"] == [each.name for each in path.parent.iterdir()]


def test_such_a_store_can_be_audited(path: Path) -> None:
    """An auditor with a copy on a disk that cannot be written is no worse off."""
    with CaseStore.open(path) as store:
        digest = store.digest()
    only_to_be_read(path.parent)
    rulebook = open_rulebook()
    with an_ordinary_user():
        report = audit_store(path, rulebook, expected=digest)

    assert (True, 1, 3) == (report.matches, report.cases, report.entries)


def test_such_a_store_can_be_handed_to_another_process(path: Path) -> None:
    """Opened again, it is opened to be read again."""
    only_to_be_read(path.parent)
    with an_ordinary_user(), CaseStore.open_existing(path, rulebook=open_rulebook()) as store:
        again = pickle.loads(pickle.dumps(store))  # noqa: S301 - our own bytes
        assert store.digest() == again.digest()
        again.close()


@pytest.mark.parametrize(
    "write",
    [
        lambda store, case_id: store.append(case_id, an_entry(4), expected_number=3),
        lambda store, case_id: store.create(a_case("B")),
        lambda store, case_id: store.erase(case_id, by="clerk", at=a_case().log.entries[-1].recorded_at, why="asked"),
    ],
)
def test_to_write_to_it_is_refused(write: Callable[[CaseStore, str], object], path: Path) -> None:
    """The error is one of its own, and nothing is changed."""
    before = path.read_bytes()
    only_to_be_read(path.parent)
    with an_ordinary_user(), CaseStore.open_existing(path, rulebook=open_rulebook()) as store:
        (case_id,) = store.case_ids()
        with pytest.raises(ReadOnlyStoreError, match="can be read here and not be written"):
            write(store, case_id)
    assert before == path.read_bytes()


def test_a_file_that_may_only_be_read_is_read(path: Path) -> None:
    """Where only the file is held, the folder being open to all."""
    path.chmod(0o444)
    path.parent.chmod(0o777)
    with an_ordinary_user(), CaseStore.open_existing(path, rulebook=open_rulebook()) as store:
        (case_id,) = store.case_ids()
        assert a_case() == store.load(case_id)
        with pytest.raises(ReadOnlyStoreError):
            store.append(case_id, an_entry(4), expected_number=3)


@pytest.mark.parametrize("held", ["folder", "file"])
def test_to_open_it_for_writing_says_what_to_do(held: str, path: Path) -> None:
    """`CaseStore.open` would bring the store to its newest form, and names the way to read it instead."""
    if held == "folder":
        only_to_be_read(path.parent)
    else:
        path.chmod(0o444)
        path.parent.chmod(0o777)
    with an_ordinary_user(), pytest.raises(StoreAddressError) as refused:
        CaseStore.open(path)

    assert f"`{path}` can be read here and not be written" in str(refused.value)
    assert "`CaseStore.open_existing`" in str(refused.value)


def test_what_a_writer_is_adding_is_seen(path: Path) -> None:
    """While somebody with the right to write has it open, the reader sees all that was written, and afterwards too."""
    rulebook = open_rulebook()
    with CaseStore.open(path) as writer:
        (case_id,) = writer.case_ids()
        path.parent.chmod(0o555)
        with an_ordinary_user():
            reader = CaseStore.open_existing(path, rulebook=rulebook)
        writer.append(case_id, an_entry(4), expected_number=3)
        with an_ordinary_user():
            assert 4 == reader.head(case_id).number
        path.parent.chmod(0o755)
    path.parent.chmod(0o555)
    with an_ordinary_user(), reader:
        assert 4 == len(reader.load(case_id).log)


def test_changes_that_nobody_has_taken_in_are_not_overlooked(path: Path, folder: Path) -> None:
    """A copy made while somebody wrote, without the third file: to read it as it stands would show an older store."""
    copy = folder / "copy"
    copy.mkdir()
    with CaseStore.open(path) as writer:
        (case_id,) = writer.case_ids()
        writer.append(case_id, an_entry(4), expected_number=3)
        for name in ("cases.db", "cases.db-wal"):
            shutil.copy(folder / name, copy)
    only_to_be_read(copy)
    try:
        with an_ordinary_user(), pytest.raises(StoreAddressError) as refused:
            CaseStore.open_existing(copy / "cases.db")
        assert "what was written last stands in `cases.db-wal` beside it" in str(refused.value)
        assert "copy `cases.db` and `cases.db-wal` together" in str(refused.value)
    finally:
        copy.chmod(0o755)
    with CaseStore.open(copy / "cases.db") as store:
        assert 4 == store.head(case_id).number


def test_a_store_is_opened_as_it_is(tmp_path: Path) -> None:
    """`open_existing` makes no store, neither where there is nothing nor in an empty file."""
    (tmp_path / "empty.db").touch()
    for name in ("none.db", "empty.db"):
        with pytest.raises(StoreAddressError):
            CaseStore.open_existing(tmp_path / name)
    assert not (tmp_path / "none.db").exists()
    assert b"" == (tmp_path / "empty.db").read_bytes()


def test_an_existing_store_of_any_kind_can_be_added_to(place: str) -> None:
    """Where it may be written, a store that is opened as it is takes entries like any other."""
    with CaseStore.open(place) as store:
        case_id = store.create(a_case())
    with CaseStore.open_existing(place) as store:
        assert 4 == store.append(case_id, an_entry(4), expected_number=3)


def test_another_programs_file_is_left_as_it_is(folder: Path) -> None:
    """That it may only be read does not make it a store."""
    with closing(sqlite3.connect(folder / "library.db")) as other:
        other.execute("CREATE TABLE books (title TEXT)")
    only_to_be_read(folder)
    for opening in (CaseStore.open, CaseStore.open_existing):
        with an_ordinary_user(), pytest.raises(StoreAddressError, match="not a store of inclusion-rules"):
            opening(folder / "library.db")


def test_the_command_line_reads_it(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An audit of a store on a disk that cannot be written ends as any other."""
    only_to_be_read(path.parent)
    with an_ordinary_user():
        assert 0 == main(["audit", str(path)])
    assert "everything is as it was written" in capsys.readouterr().out


def test_a_move_says_where_it_stopped(path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It can be looked at beforehand; written, it ends at the first case with the reason, and nothing is changed."""
    law = folder / "law"
    shutil.copytree(shipped("rules") / "england", law / "england")
    pack = law / "england" / "pack.yaml"
    pack.write_text(pack.read_text("utf-8").replace("version: ", "version: 9"), "utf-8")
    assert 0 == main(["move", str(path), "--rules", str(law), "--as-of", "2025-03-26"])
    capsys.readouterr()
    before = path.read_bytes()
    path.chmod(0o444)
    folder.chmod(0o555)

    with an_ordinary_user():
        assert 0 == main(["move", str(path), "--rules", str(law), "--as-of", "2025-03-26"])
        assert 1 == main(["move", str(path), "--rules", str(law), "--as-of", "2025-03-26", "--write", "--by", "jo"])
    told = "stopped after 0 of 1 cases: the store can be read here and not be written; nothing was written\n"
    assert told == capsys.readouterr().err
    assert before == path.read_bytes()
