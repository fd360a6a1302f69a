"""What is taken away is gone from the database, and the proof of everything else stays whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.records.builders import NOON, Raw, a_case, an_entry
from tests.records.server import new_database

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.cases import Event
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.records.auditing import audit_store
from inclusion_rules.records.case_text import HeaderChanged
from inclusion_rules.records.failures import ErasedCaseError, RefusedEntryError, UnknownCaseError
from inclusion_rules.records.store import CaseStore

WHY = "entered in the wrong file"
LATER = NOON + timedelta(days=1)
SECRET = "seen by Jo Bloggs of 4 Hill Road"


def a_case_with_a_secret(store: CaseStore) -> str:
    """A case whose fourth entry says something that must not be kept."""
    case_id = store.create(a_case())
    store.append(case_id, an_entry(4, by=SECRET), expected_number=3)
    store.append(case_id, an_entry(5), expected_number=4)
    return case_id


def test_what_an_entry_said_goes_and_its_digest_stays(store: CaseStore) -> None:
    """Text and salt are gone, so that nobody can try guesses against the digest that is left."""
    case_id = a_case_with_a_secret(store)
    before = store.entries(case_id)[3]
    store.redact(case_id, [4], by="clerk", at=LATER, why=WHY)

    after = store.entries(case_id)[3]
    assert after.redacted
    assert replace(before, body=None, salt=None) == after


def test_the_proof_stays_whole(store: CaseStore, place: str) -> None:
    """An audit finds nothing amiss, and counts what was redacted."""
    case_id = a_case_with_a_secret(store)
    store.redact(case_id, [4], by="clerk", at=LATER, why=WHY)

    report = audit_store(place, open_rulebook())
    assert report.matches, report.first
    assert (1, 0) == (report.redacted, report.erased)


def test_what_is_left_keeps_its_numbers(store: CaseStore) -> None:
    """The case can be read and added to; the redacted event does not stand, and the one after it keeps its number."""
    case_id = a_case_with_a_secret(store)
    store.redact(case_id, [4], by="clerk", at=LATER, why=WHY)

    log = store.load(case_id).log
    assert [1, 2, 3, 5] == sorted(log.standing())
    assert "clerk" == log.entries[4].recorded_by
    assert 7 == store.append(case_id, replace(an_entry(6), recorded_at=LATER), expected_number=6)


def test_what_a_redacted_correction_replaced_does_not_come_back(store: CaseStore) -> None:
    """An entry found wrong stays replaced although the correction is gone."""
    case_id = store.create(a_case())
    wrong = Event("governing_board_notified", date(2025, 3, 5))
    store.append(case_id, replace(an_entry(4, event=wrong), corrects=3), expected_number=3)
    store.redact(case_id, [4], by="clerk", at=LATER, why=WHY)

    assert [1, 2] == sorted(store.load(case_id).log.standing())


def test_a_correction_outlives_the_redaction_of_what_it_corrected(store: CaseStore) -> None:
    """The usual order of things: an entry is corrected, and then what it had said is taken away."""
    case_id = store.create(a_case())
    right = Event("governing_board_notified", date(2025, 3, 5))
    store.append(case_id, replace(an_entry(4, event=right), corrects=3), expected_number=3)
    store.redact(case_id, [3], by="clerk", at=LATER, why=WHY)

    assert date(2025, 3, 5) == store.load(case_id).log.events()[-1].date


def test_a_redacted_entry_cannot_be_corrected(store: CaseStore) -> None:
    """It no longer stands, so there is nothing to correct; nothing is written."""
    case_id = a_case_with_a_secret(store)
    store.redact(case_id, [4], by="clerk", at=LATER, why=WHY)

    with pytest.raises(RefusedEntryError, match="entry 4 cannot be corrected"):
        store.append(case_id, replace(an_entry(6, minutes=2000), corrects=4), expected_number=6)


def test_nothing_of_it_is_left_in_the_file(tmp_path: Path) -> None:
    """Neither the file nor the log of writes beside it still holds what was taken away."""
    with CaseStore.open(tmp_path / "cases.db") as store:
        case_id = a_case_with_a_secret(store)
        assert SECRET in files_in(tmp_path)
        store.redact(case_id, [4], by="clerk", at=LATER, why=WHY)

        assert SECRET not in files_in(tmp_path)


def files_in(folder: Path) -> str:
    """Everything that the files of a folder hold, as text."""
    return "".join(path.read_bytes().decode("latin-1") for path in folder.iterdir())


def test_an_erased_case_says_nothing(store: CaseStore, place: str) -> None:
    """Nothing that the file said is left in any table: header, reference, entries, headers that came later."""
    case = a_case("LEI-2025-0042")
    case_id = store.create(case)
    changed = replace(case, header=replace(case.header, pupil={**case.header.pupil, "year_group": 11}))
    store.append(case_id, HeaderChanged(changed, NOON, "clerk", "a birthday"), expected_number=3)
    store.erase(case_id, by="clerk", at=LATER, why="kept long enough")

    left = repr(Raw(place).contents())
    assert not [word for word in ("LEI-2025-0042", "2010-11-02", "governing_board", "a birthday") if word in left]


def test_an_erased_case_still_verifies(store: CaseStore, place: str) -> None:
    """The chain of an erased case is as whole as any other."""
    case_id = a_case_with_a_secret(store)
    store.redact(case_id, [4], by="clerk", at=LATER, why=WHY)
    store.erase(case_id, by="clerk", at=LATER, why="kept long enough")

    report = audit_store(place, open_rulebook())
    assert report.matches, report.first
    assert (1, 5) == (report.erased, report.redacted)


def test_an_erased_case_cannot_be_read_or_added_to(store: CaseStore) -> None:
    """Whoever asks is told that it was erased, not that it never was."""
    case_id = store.create(a_case())
    store.erase(case_id, by="clerk", at=LATER, why="kept long enough")

    with pytest.raises(ErasedCaseError):
        store.load(case_id)
    with pytest.raises(ErasedCaseError):
        store.append(case_id, an_entry(4), expected_number=4)
    assert ((), (case_id,)) == (store.case_ids(), store.case_ids(erased=True))


def test_a_reference_is_free_again_once_its_case_is_erased(store: CaseStore) -> None:
    """A council that uses a reference anew gets a new case."""
    first = store.create(a_case("A"))
    store.erase(first, by="clerk", at=LATER, why="kept long enough")

    assert first != store.create(a_case("A"))


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ([], "at least one"),
        ([4], "entry 4 has been redacted already"),
        ([6], "entry 6 is itself a redaction"),
        ([99, 4], "entry 4 has been .*; there is no entry 99"),
    ],
)
def test_what_cannot_be_redacted_is_told(numbers: list[int], told: str, tmp_path: Path) -> None:
    """Every problem is told at once, and nothing is written."""
    place = str(tmp_path / "cases.db")
    with CaseStore.open(place) as store:
        case_id = a_case_with_a_secret(store)
        store.redact(case_id, [4], by="clerk", at=LATER, why=WHY)
        before = Raw(place).contents()

        with pytest.raises(RefusedEntryError, match=told):
            store.redact(case_id, numbers, by="clerk", at=LATER, why=WHY)
        assert before == Raw(place).contents()


def test_the_header_that_a_case_stands_by_is_not_redacted(store: CaseStore) -> None:
    """Without it the case could not be read; erasing it whole is another thing."""
    case = a_case()
    case_id = store.create(case)
    store.append(case_id, HeaderChanged(case, NOON, "clerk", "checked"), expected_number=3)

    with pytest.raises(RefusedEntryError, match="the header the case stands by"):
        store.redact(case_id, [4], by="clerk", at=LATER, why=WHY)


def test_a_redaction_says_by_whom_and_why(store: CaseStore) -> None:
    """Without a name, a reason and an instant after the last entry nothing is taken away."""
    case_id = a_case_with_a_secret(store)
    for by, why, at in (("", WHY, LATER), ("clerk", " ", LATER), ("clerk", WHY, NOON - timedelta(days=1))):
        with pytest.raises(RefusedEntryError):
            store.redact(case_id, [4], by=by, at=at, why=why)
    with pytest.raises(UnknownCaseError):
        store.redact("nobody", [1], by="clerk", at=LATER, why=WHY)


def test_cases_that_have_been_still_for_long_are_listed(store: CaseStore) -> None:
    """Those in which nothing was recorded since a day, the stillest first, without those already erased."""
    oldest = store.create(a_case("A", at=NOON - timedelta(days=300)))
    old = store.create(a_case("B", at=NOON - timedelta(days=200)))
    gone = store.create(a_case("C", at=NOON - timedelta(days=250)))
    store.create(a_case("D"))
    store.erase(gone, by="clerk", at=NOON - timedelta(days=240), why="asked for")

    found = store.due_for_erasure(NOON.date() - timedelta(days=100))
    assert [oldest, old] == [head.case_id for head in found]


GUARDED = [
    "UPDATE entries SET recorded_at = 'x' WHERE number = 2",
    "UPDATE entries SET body = NULL, salt = NULL WHERE number = 2",
    "UPDATE cases SET header = NULL, salt = NULL, reference = NULL",
    "UPDATE cases SET reference = 'another'",
    "UPDATE heads SET number = number - 1",
    "UPDATE heads SET recorded_at = 'x'",
    "UPDATE shared_texts SET text = 'x'",
    "DELETE FROM entries WHERE number = 3",
    "DELETE FROM heads",
    "DELETE FROM shared_texts",
]


@pytest.mark.parametrize("statement", GUARDED)
def test_the_database_itself_refuses_to_forget(statement: str, store: CaseStore, place: str) -> None:
    """Whoever reaches past the library, and leaves its guards on, changes and deletes nothing."""
    store.create(a_case())
    before = Raw(place).contents()

    with pytest.raises(Exception, match=r"never (changed|deleted)"):
        Raw(place).run(statement)
    assert before == Raw(place).contents()


def test_postgresql_refuses_to_empty_a_table(server: str) -> None:
    """TRUNCATE passes by the guards of single rows, and has one of its own."""
    place = new_database(server)
    with CaseStore.open(place) as store:
        case_id = store.create(a_case())
        with pytest.raises(Exception, match="never deleted"):
            Raw(place).run("TRUNCATE entries, cases, heads, shared_texts")
        assert a_case() == store.load(case_id)


def test_only_the_named_entries_can_be_emptied(store: CaseStore, place: str) -> None:
    """A redaction of one entry is no licence to empty another."""
    case_id = a_case_with_a_secret(store)
    store.redact(case_id, [4], by="clerk", at=LATER, why=WHY)

    with pytest.raises(Exception, match="never changed"):
        Raw(place).run("UPDATE entries SET body = NULL, salt = NULL WHERE number = 5")
    with pytest.raises(Exception, match="never changed"):
        Raw(place).run("UPDATE cases SET header = NULL, salt = NULL, reference = NULL")


def test_a_refusal_is_an_error_of_the_project(store: CaseStore) -> None:
    """Whoever catches the project's errors catches these."""
    assert issubclass(RefusedEntryError, InclusionRulesError)
