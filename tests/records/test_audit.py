"""An audit finds whatever was altered, says where, and is content with what was not. On both kinds of database."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.records.builders import NOON, UNDELETABLE, Raw, a_case, an_entry

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.records.appending import Append
from inclusion_rules.records.auditing import AuditReport, audit_store
from inclusion_rules.records.case_text import HeaderChanged
from inclusion_rules.records.failures import DamagedStoreError, StoreAddressError
from inclusion_rules.records.store import CaseStore

COLUMNS = {
    "cases": (
        "case_id", "reference", "packs", "opened_at", "key", "header", "salt", "header_digest", "genesis",
    ),
    "entries": (
        "position", "case_id", "number", "kind", "recorded_at", "key", "body", "salt", "body_digest", "chain_hash",
    ),
    "heads": ("case_id", "number", "chain_hash", "log_length", "recorded_at", "packs"),
    "shared_texts": ("digest", "text"),
}  # fmt: skip
EVERY_COLUMN = [(table, column) for table, columns in COLUMNS.items() for column in columns]
NUMBERS = {"position", "number", "log_length"}
KEYS = {"cases": "case_id", "entries": "position", "heads": "case_id", "shared_texts": "digest"}


def audit(place: str) -> AuditReport:
    """The audit of a store under the shipped law."""
    return audit_store(place, open_rulebook())


@dataclass(frozen=True, slots=True)
class Filled:
    """A store that holds something: its address, and the ids of its cases by their letter."""

    place: str
    ids: Mapping[str, str]


@pytest.fixture
def filled(store: CaseStore, place: str) -> Filled:
    """A store of four cases: two plain ones, one with a header that changed, one partly redacted."""
    ids = {name: store.create(a_case(f"LEI-{name}"), key=f"opening {name}") for name in "ABCD"}
    store.append_many(
        [
            Append(case_id, an_entry(number), number - 1, f"message {number}")
            for case_id in ids.values()
            for number in (4, 5)
        ]
    )
    store.append(ids["C"], HeaderChanged(a_case("LEI-C"), NOON, "clerk", "checked"), expected_number=5)
    store.redact(ids["D"], [4], by="clerk", at=NOON + timedelta(days=1), why="wrong file")
    return Filled(place, ids)


def test_a_sound_store_matches(filled: Filled) -> None:
    """Everything is counted, and nothing differs."""
    report = audit(filled.place)

    assert report.first is None
    assert (4, 22, 1, 0, 0) == (report.cases, report.entries, report.redacted, report.erased, report.not_replayed)


def test_an_empty_store_matches(store: CaseStore, place: str) -> None:
    """A store that holds nothing has nothing wrong with it."""
    assert audit(place).matches


@pytest.mark.parametrize(("table", "column"), EVERY_COLUMN, ids=lambda name: str(name))
def test_one_altered_value_is_found_and_located(table: str, column: str, filled: Filled) -> None:
    """Whichever column of whichever row is altered past the guards, the audit names the case, and the entry if any."""
    raw = Raw(filled.place)
    chance = random.Random(f"{table}.{column}")
    key = KEYS[table]
    rows = raw.run(f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY {key}")
    chosen, value = chance.choice(rows)
    altered = flipped(value, chance)
    while altered in {other for _, other in rows}:
        altered = flipped(value, chance)
    named = next((row for row in raw.run(f"SELECT {key}, * FROM {table}") if row[0] == chosen), ())
    raw.run(
        *([] if filled.place.startswith("postgresql") else ["PRAGMA foreign_keys = OFF"]),
        f"UPDATE {table} SET {column} = {quoted(altered)} WHERE {key} = {quoted(chosen)}",
        guarded=False,
    )

    report = audit(filled.place)
    assert report.first is not None
    if table == "shared_texts":
        assert "shared text" == report.first.field
    elif column != "case_id":
        (case_id,) = {str(cell) for cell in named if cell in filled.ids.values()}
        assert case_id == report.first.case_id
    else:
        assert report.first.case_id in (chosen, named[2] if table == "entries" else chosen, altered)
    if table == "entries" and column not in ("case_id", "number"):
        number = raw.run(f"SELECT number FROM entries WHERE position = {altered if column == key else chosen}")[0][0]
        assert number == report.first.number
    if table == "entries" and column == "number":
        assert value == report.first.number


def flipped(value: str | int, chance: random.Random) -> str | int:
    """The same value with one bit of one of its bytes the other way round; a number becomes one not in use."""
    if isinstance(value, int):
        return value + 1000
    text = bytearray(value.encode())
    at = chance.randrange(len(text))
    text[at] ^= 1 << chance.randrange(4)
    return text.decode()


def quoted(value: str | int) -> str:
    """A value as SQL writes it."""
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


@pytest.mark.parametrize(
    ("statement", "field", "number"),
    [
        ("UPDATE entries SET body = '{}' WHERE case_id = '{A}' AND number = 2", "body", 2),
        ("UPDATE entries SET salt = 'ff' WHERE case_id = '{A}' AND number = 2", "body", 2),
        ("UPDATE entries SET body_digest = 'ff' WHERE case_id = '{A}' AND number = 2", "digest", 2),
        ("UPDATE entries SET chain_hash = 'ff' WHERE case_id = '{A}' AND number = 2", "hash", 2),
        ("UPDATE entries SET recorded_at = 'x' WHERE case_id = '{A}' AND number = 2", "recorded_at", 2),
        ("UPDATE entries SET kind = 'judgement' WHERE case_id = '{A}' AND number = 2", "hash", 2),
        ("UPDATE entries SET body = NULL, salt = NULL WHERE case_id = '{A}' AND number = 2", "body", 2),
        ("DELETE FROM entries WHERE case_id = '{A}' AND number = 2", "number", 2),
        ("DELETE FROM entries WHERE case_id = '{A}' AND number = 5", "number", 5),
        ("DELETE FROM entries WHERE case_id = '{A}'", "number", 1),
        ("DELETE FROM heads WHERE case_id = '{A}'", "head", None),
        ("UPDATE heads SET number = 4 WHERE case_id = '{A}'", "head", None),
        ("UPDATE cases SET header = '{}' WHERE case_id = '{A}'", "header", None),
        ("UPDATE cases SET reference = 'Z' WHERE case_id = '{A}'", "header", None),
        ("UPDATE cases SET header = NULL, salt = NULL, reference = NULL WHERE case_id = '{A}'", "header", None),
        ("DELETE FROM shared_texts", "shared text", None),
    ],
)
def test_the_field_at_fault_is_named(statement: str, field: str, number: int | None, filled: Filled) -> None:
    """The first difference says which part of which entry is not as it was written."""
    Raw(filled.place).run(statement.replace("{A}", filled.ids["A"]), guarded=False)

    first = audit(filled.place).first
    assert first is not None
    expected = ("replay" if field == "shared text" else field, number)
    assert expected == (first.field, first.number)


def test_a_whole_entry_forged_with_its_digest_is_found(filled: Filled) -> None:
    """Whoever alters a body and works out its digest again has broken the chain at that entry."""
    from inclusion_rules.records.chain import text_digest

    raw = Raw(filled.place)
    ((body, salt),) = raw.run(f"SELECT body, salt FROM entries WHERE case_id = '{filled.ids['B']}' AND number = 4")
    forged = body.replace("clerk", "clark")
    raw.run(
        f"UPDATE entries SET body = {quoted(forged)}, body_digest = '{text_digest(forged, salt=salt)}' "
        f"WHERE case_id = '{filled.ids['B']}' AND number = 4",
        guarded=False,
    )

    first = audit(filled.place).first
    assert first is not None
    assert (filled.ids["B"], 4, "hash") == (first.case_id, first.number, first.field)


def test_only_the_first_difference_is_told_and_the_others_are_counted(filled: Filled) -> None:
    """An auditor gets one place to look at, and an idea of how much more there is."""
    Raw(filled.place).run("UPDATE entries SET body = '{}' WHERE number IN (1, 2)", guarded=False)

    report = audit(filled.place)
    assert report.first is not None
    assert (1, 7) == (report.first.number, report.others)


def test_the_store_does_not_give_back_what_was_altered(filled: Filled) -> None:
    """Whoever loads a case that was tampered with gets an error instead of a case."""
    Raw(filled.place).run(
        f"UPDATE entries SET recorded_at = 'x' WHERE case_id = '{filled.ids['A']}' AND number = 2", guarded=False
    )

    with CaseStore.open(filled.place) as store:
        with pytest.raises(DamagedStoreError, match=f"case {filled.ids['A']}, entry 2, recorded_at"):
            store.load(filled.ids["A"])
        assert 5 == len(store.load(filled.ids["B"]).log)


def test_a_guard_that_was_taken_away_is_noticed(filled: Filled) -> None:
    """The triggers that let nothing be deleted are part of what an audit looks at."""
    on = " ON entries" if filled.place.startswith("postgresql") else ""
    Raw(filled.place).run(f"DROP TRIGGER entries_no_delete{on}")

    first = audit(filled.place).first
    assert first is not None
    assert ("schema", "`entries_no_delete` is gone") == (first.field, first.says)


def test_an_older_state_is_told_by_its_digest(store: CaseStore, place: str) -> None:
    """A store put back to an earlier day verifies, but no longer has the digest that the auditor kept."""
    case_id = store.create(a_case())
    old = audit(place).digest
    store.append(case_id, an_entry(4), expected_number=3)

    assert audit_store(place, open_rulebook(), expected=store.digest()).matches
    first = audit_store(place, open_rulebook(), expected=old).first
    assert first is not None
    assert "digest" == first.field


def test_cases_under_other_law_are_verified_and_not_read(filled: Filled) -> None:
    """Without the law a case is pinned to its chain can be verified; that it was not replayed is said."""
    rulebook = open_rulebook()
    packs = {name: replace(pack, digest="sha256:another") for name, pack in rulebook.packs.items()}
    report = audit_store(filled.place, replace(rulebook, packs=packs))

    assert report.matches
    assert 4 == report.not_replayed


def test_what_makes_no_case_is_told_though_every_hash_fits(store: CaseStore, place: str) -> None:
    """An entry that was written past the library, with a sound chain, still has to be an entry of the log."""
    from inclusion_rules.records import chain

    case_id = store.create(a_case())
    head = store.head(case_id)
    at, body = "2025-03-10T12:00:00.000000+00:00", '{"event":{"event":"x"},"number":4,"recorded_at":"%s"}'
    body = body % "2025-03-10T12:00:00.000000+00:00"
    digest = chain.text_digest(body, salt="00")
    forged = chain.link(
        head.chain_hash, position=4, number=4, kind="event", recorded_at=at, key=None, body_digest=digest
    )
    Raw(place).run(
        "INSERT INTO entries VALUES "
        f"(4, '{case_id}', 4, 'event', '{at}', NULL, '{body}', '00', '{digest}', '{forged}')",
        f"UPDATE heads SET number = 4, log_length = 4, chain_hash = '{forged}'",
        *(["SELECT setval('entries_position', 4)"] if place.startswith("postgresql") else []),
    )

    first = audit(place).first
    assert first is not None
    assert (4, "replay") == (first.number, first.field)


def test_an_audit_makes_no_store(tmp_path: Path) -> None:
    """A wrong path is told, and no file is left there."""
    with pytest.raises(StoreAddressError, match="no store at"):
        audit(str(tmp_path / "none.db"))
    assert [] == list(tmp_path.iterdir())


def test_an_audit_writes_nothing(filled: Filled) -> None:
    """What the tables hold is the same before and after."""
    before = Raw(filled.place).contents()
    audit(filled.place)

    assert before == Raw(filled.place).contents()
    assert set(before) == set(UNDELETABLE)
