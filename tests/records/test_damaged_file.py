"""A file of SQLite in which one byte was changed: an audit finds it, unless what the tables hold is still the same."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.records.builders import a_case, an_entry

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.records.auditing import audit_store
from inclusion_rules.records.store import CaseStore

FLIPS = 40


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of three cases in a file that is closed, so that there is no log of writes beside it."""
    path = tmp_path_factory.mktemp("sound") / "cases.db"
    with CaseStore.open(path) as store:
        for name in "ABC":
            case_id = store.create(a_case(f"LEI-{name}"), key=name)
            for number in (4, 5, 6):
                store.append(case_id, an_entry(number), expected_number=number - 1, key=str(number))
    assert [path] == list(path.parent.iterdir())
    return path


def contents(path: Path) -> list[tuple[Any, ...]] | None:
    """Everything that the tables hold and how they are made, or None where it cannot be read."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.text_factory = bytes
            found = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
            for table in ("cases", "entries", "heads", "shared_texts", "store_version"):
                found += connection.execute(f"SELECT * FROM {table} NOT INDEXED ORDER BY 1").fetchall()
            return found
    except (sqlite3.Error, UnicodeDecodeError):
        return None


@pytest.mark.parametrize("part", range(3))
def test_a_changed_byte_is_found(part: int, sound: Path, tmp_path: Path) -> None:
    """Every byte that changes what the tables hold is found, as damage to the file or at its place."""
    chance = random.Random(part)
    original = sound.read_bytes()
    before = contents(sound)
    damaged = tmp_path / "cases.db"
    found = 0
    for _ in range(FLIPS):
        at, bit = chance.randrange(len(original)), chance.randrange(8)
        altered = bytearray(original)
        altered[at] ^= 1 << bit
        damaged.write_bytes(altered)
        report = audit_store(damaged, open_rulebook())
        if contents(damaged) != before:
            assert report.first is not None, f"bit {bit} of byte {at} went unnoticed"
            assert report.first.says
            found += 1
        for beside in tmp_path.glob("cases.db-*"):
            beside.unlink()
    assert found > FLIPS // 4


def test_a_file_cut_short_is_damaged(sound: Path, tmp_path: Path) -> None:
    """A copy that did not finish is not taken for a small store."""
    damaged = tmp_path / "cases.db"
    content = sound.read_bytes()
    for length in (100, 4096, len(content) // 2, len(content) - 1):
        damaged.write_bytes(content[:length])
        assert not audit_store(damaged, open_rulebook()).matches


def test_a_file_that_is_put_back_whole_matches_again(sound: Path, tmp_path: Path) -> None:
    """A copy of a closed store is that store."""
    shutil.copy(sound, tmp_path / "copy.db")
    with CaseStore.open(sound) as store:
        assert store.digest() == audit_store(tmp_path / "copy.db", open_rulebook()).digest


def test_a_changed_byte_in_the_table_of_versions_is_found(sound: Path, tmp_path: Path) -> None:
    """That table is Alembic's, and still every letter of how it was made counts."""
    original = sound.read_bytes()
    start = original.index(b"CREATE TABLE store_version")
    damaged = tmp_path / "cases.db"
    for at in range(start, original.index(b")", original.index(b"(version_num)", start) + 13) + 1):
        damaged.write_bytes(original[:at] + bytes([original[at] ^ 4]) + original[at + 1 :])

        assert not audit_store(damaged, open_rulebook()).matches, f"byte {at - start} of the statement"
