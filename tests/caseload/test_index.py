"""The index is a convenience: whatever becomes of its file, the morning is the same, and whoever reads it is told."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from tests.caseload.builders import filled_store, made_up_cases

from inclusion_rules.caseload.caseload import Caseload, index_beside
from inclusion_rules.caseload.ledger_index import SEGMENTS_KEPT, IndexUnusableError, LedgerIndex
from inclusion_rules.caseload.morning import Morning
from inclusion_rules.domain.rulebook import Rulebook

DAY = date(2025, 3, 13)


@pytest.fixture
def filled(place: str, rulebook: Rulebook) -> str:
    """A store of six cases."""
    filled_store(place, made_up_cases(6, seed=9), until=date(2025, 3, 12), rulebook=rulebook)
    return place


def expected(place: str) -> Morning:
    """The morning without any index."""
    with Caseload(place, keep=False) as caseload:
        return caseload.morning(DAY)


def beside(place: str) -> Path:
    """The file of the index."""
    found = index_beside(place)
    assert found is not None
    return found


def test_it_stands_beside_the_store(filled: str) -> None:
    """Nothing has to be set up: the first morning makes the index beside the store's file."""
    assert expected(filled).live
    assert not beside(filled).exists()
    with Caseload(filled) as caseload:
        caseload.morning(DAY)
    assert beside(filled).stat().st_size


def test_nothing_of_it_is_written_into_the_store(filled: str) -> None:
    """An auditor's file is left as it is: reading a caseload changes not one byte of it."""
    before = Path(filled).read_bytes()
    with Caseload(filled) as caseload:
        caseload.morning(DAY)
    assert before == Path(filled).read_bytes()


def test_whoever_may_not_read_the_store_may_not_read_the_index(filled: str) -> None:
    """The index is about the same children, so it is made with the permissions of the store."""
    Path(filled).chmod(0o600)
    with Caseload(filled) as caseload:
        caseload.morning(DAY)
    assert 0o600 == beside(filled).stat().st_mode & 0o777


def test_a_damaged_index_is_passed_over(filled: str) -> None:
    """A file that cannot be read costs time, and no obligation."""
    beside(filled).write_bytes(b"this is no database" * 100)

    with Caseload(filled) as caseload:
        found = caseload.morning(DAY)

    assert expected(filled) == found
    assert "every case is decided" in caseload.notices[0]


def test_an_index_with_a_torn_page_is_passed_over(filled: str) -> None:
    """Damage that shows only while rows are read is told too, and the morning goes on without the file."""
    with Caseload(filled) as caseload:
        caseload.morning(DAY)
    raw = bytearray(beside(filled).read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    beside(filled).write_bytes(raw)

    with Caseload(filled) as caseload:
        found = caseload.morning(DAY)

    assert expected(filled) == found
    assert caseload.notices


def test_an_index_of_another_form_is_made_anew(filled: str) -> None:
    """What an older version of the library kept is not read as if this one had written it."""
    with Caseload(filled) as caseload:
        caseload.morning(DAY)
    with closing(sqlite3.connect(beside(filled))) as raw:
        raw.execute("ALTER TABLE owed RENAME COLUMN due TO wanted_by")
        raw.execute("PRAGMA user_version = 999")

    with Caseload(filled) as caseload:
        found = caseload.morning(DAY)

    assert expected(filled) == found
    assert () == caseload.notices


def test_somebody_elses_database_is_left_alone(filled: str, tmp_path: Path) -> None:
    """A file that was named by mistake is not emptied to make an index of it."""
    theirs = tmp_path / "theirs.db"
    with closing(sqlite3.connect(theirs)) as raw:
        raw.execute("CREATE TABLE accounts (name TEXT)")
    before = theirs.read_bytes()
    with pytest.raises(IndexUnusableError, match="no index of a caseload"):
        Caseload(filled, index=theirs)
    assert before == theirs.read_bytes()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_an_index_that_may_only_be_read_is_still_of_use(filled: str) -> None:
    """What is kept is used, and what comes new is decided without being kept."""
    with Caseload(filled) as caseload:
        caseload.morning(DAY)
    beside(filled).chmod(0o400)
    with Caseload(filled) as caseload:
        assert expected(filled) == caseload.morning(DAY)
    assert 0 == caseload.work.decided
    assert "may only be read" in caseload.notices[0]


def test_an_index_beside_a_store_that_may_only_be_read_can_be_written(filled: str) -> None:
    """A store kept from being written has an index all the same, where its folder takes one."""
    Path(filled).chmod(0o444)
    for decided in (6, 0):
        with Caseload(filled) as caseload:
            caseload.morning(DAY)
        assert decided == caseload.work.decided
    assert 0o644 == beside(filled).stat().st_mode & 0o777


def test_an_index_in_use_by_two_at_once_serves_both(filled: str) -> None:
    """Two officers who begin at the same time do not stand in each other's way."""
    with Caseload(filled) as first, Caseload(filled) as second:
        assert first.morning(DAY) == second.morning(DAY)
        assert 0 == second.work.decided


def test_only_a_few_days_are_kept_of_a_case(filled: str) -> None:
    """However many days are looked at, the file stays small."""
    with Caseload(filled) as caseload:
        for day in range(1, 29, 3):
            caseload.morning(date(2025, 2, day))
    with closing(sqlite3.connect(beside(filled))) as raw:
        counts = [count for (count,) in raw.execute("SELECT count(*) FROM segments GROUP BY case_id")]
        orphans = raw.execute("SELECT 1 FROM owed WHERE segment NOT IN (SELECT segment FROM segments)").fetchall()
    assert 6 == len(counts)
    assert SEGMENTS_KEPT == max(counts)
    assert [] == orphans


def test_an_index_without_a_place_lives_in_memory() -> None:
    """What is asked not to be kept leaves no file."""
    index = LedgerIndex.open(None)
    assert {} == index.kept_for(DAY).briefs
    index.close()
