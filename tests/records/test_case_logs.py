"""The log of a store as a file of its own: what it holds, what its audit says, and that no altered byte passes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.records.builders import NOON, Raw, a_case, an_entry

from inclusion_rules.cli import main
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.records.auditing import AuditReport, audit_store
from inclusion_rules.records.case_logs import audit_log, is_log, log_of_store
from inclusion_rules.records.store import CaseStore
from inclusion_rules.records.verifying import Difference


@pytest.fixture
def place(place: str) -> str:
    """A store of either kind: a case with an entry redacted, one erased, and one as it was opened."""
    with CaseStore.open(place) as store:
        first = store.create(a_case("ONE"))
        store.append(first, an_entry(4), expected_number=3)
        store.redact(first, [2], by="officer", at=NOON, why="asked for")
        store.erase(store.create(a_case("TWO")), by="officer", at=NOON, why="kept long enough")
        store.create(a_case("THREE"))
    return place


@pytest.fixture
def log(place: str, tmp_path: Path) -> Path:
    """The log of that store."""
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(log_of_store(place)), encoding="ascii")
    return path


def test_a_log_is_audited_to_the_same_result_as_its_store(place: str, log: Path, rulebook: Rulebook) -> None:
    """Counts, redactions, erasures and the digest: the whole report is that of the store."""
    report = audit_log(log, rulebook)

    assert report.matches
    assert audit_store(place, rulebook) == report
    assert (3, 12, 1) == (report.cases, report.entries, report.erased)


def test_what_was_redacted_is_not_in_the_log(log: Path) -> None:
    """Neither the bodies that are gone nor anything of the erased case but its random id."""
    lines = [json.loads(line) for line in log.read_text("ascii").splitlines()]
    bodies = [entry["body"] for line in lines if "opening" in line for entry in line["entries"]]

    assert {"ONE", "THREE", None} == {line["opening"]["reference"] for line in lines if "opening" in line}
    assert bodies.count(None) == 4


def test_the_log_of_one_case_holds_nothing_of_the_others(place: str, tmp_path: Path, rulebook: Rulebook) -> None:
    """It is whole by itself, and its digest that of its one chain."""
    with CaseStore.open_existing(place) as store:
        wanted = store.case_id_named("THREE")
        others = set(store.case_ids(erased=True)) - {wanted}
    path = tmp_path / "three.jsonl"
    path.write_text("".join(log_of_store(place, case_id=wanted)), encoding="ascii")

    report = audit_log(path, rulebook)
    assert (True, 1, 3) == (report.matches, report.cases, report.entries)
    assert not [other for other in others if other in path.read_text("ascii")]


@pytest.mark.parametrize("seed", range(4))
def test_one_altered_byte_anywhere_is_found(seed: int, log: Path, rulebook: Rulebook) -> None:
    """One bit, another byte or a lost one: the audit never says that everything is as it was written."""
    whole, chance = log.read_bytes(), random.Random(seed)
    for _ in range(25):
        place = chance.randrange(len(whole))
        other = bytes([whole[place] ^ 1 << chance.randrange(8)])
        changed = chance.choice([other, other, b"", b" ", whole[place : place + 1] * 2])
        if changed == whole[place : place + 1]:
            continue
        log.write_bytes(whole[:place] + changed + whole[place + 1 :])

        report = audit_log(log, rulebook)
        assert not report.matches, f"byte {place} became {changed!r}"
        assert report.first is not None
        assert report.first.says


def with_line(lines: list[str], number: int, change: Callable[[dict[str, Any]], object]) -> list[str]:
    """The lines with one of them changed as data."""
    data = json.loads(lines[number])
    change(data)
    return [
        *lines[:number],
        json.dumps(data, sort_keys=True, separators=(",", ":")) + "\n",
        *lines[number + 1 :],
    ]


@pytest.mark.parametrize(
    ("altered", "told"),
    [
        (lambda lines: lines[:-1], "its first line says cases 3, and it comes to 2"),
        (lambda lines: [*lines, lines[-1]], "the case has no id, or one that stands above already"),
        (lambda lines: [*lines, "\n"], "it is no line of JSON in ASCII"),
        (lambda lines: [*lines, "[1]\n"], "it is no object of JSON"),
        (lambda lines: [*lines, "[" * 100_000 + "\n"], "it is no line of JSON in ASCII"),
        (lambda lines: [*lines, '{"more":1}\n'], "it is neither a case nor a text that cases share"),
        (lambda lines: [*lines, '{"shared":1,  "text":"a"}\n'], "it is not written as a log is"),
        (lambda lines: lines[1:], "line 1: it does not say `log of inclusion-rules` 1"),
        (lambda _: [], "it is empty"),
        (lambda lines: with_line(lines, -1, lambda data: data.update(head=None)), "the case has no head"),
        (lambda lines: with_line(lines, -1, lambda data: data.update(entries=7)), "a row has other fields than"),
        (lambda lines: with_line(lines, 1, lambda data: data.update(text="\ud800")), "a text that cases share"),
        (lambda lines: with_line(lines, 1, lambda data: data.update(text=["a"])), "a text that cases share"),
    ],
)
def test_what_no_log_says_is_told_with_its_line(
    altered: Callable[[list[str]], list[str]], told: str, log: Path, rulebook: Rulebook
) -> None:
    """Lines that are gone, doubled, foreign or senseless: the reason is among what differs, and nothing stops."""
    log.write_text("".join(altered(log.read_text("ascii").splitlines(keepends=True))), encoding="ascii")

    assert any(told in says for says in everything_noted(log, rulebook))


def everything_noted(log: Path, rulebook: Rulebook) -> list[str]:
    """All that an audit of a log notes, and not the first difference alone."""
    found: list[str] = []
    note = AuditReport.note

    def overheard(report: AuditReport, difference: Difference) -> None:
        found.append(str(difference))
        note(report, difference)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(AuditReport, "note", overheard)
        audit_log(log, rulebook)
    return found


def test_a_field_that_is_no_text_and_no_number_is_told(log: Path, rulebook: Rulebook) -> None:
    """Nothing that JSON can hold makes an audit stumble."""
    lines = log.read_text("ascii").splitlines(keepends=True)
    values: tuple[object, ...] = ([], {}, 1.5, "\ud800", None, True, 10**40)
    for place in ("opening", "head"):
        for number, name in enumerate(json.loads(lines[-1])[place]):
            changed = with_line(lines, -1, partial(set_to, values[number % len(values)], place, name))
            if changed != lines:
                log.write_text("".join(changed), encoding="ascii")
                assert not audit_log(log, rulebook).matches, (place, name)


def set_to(value: object, place: str, name: str, data: dict[str, Any]) -> None:
    """Put a value in the place of a field."""
    data[place][name] = value


def test_a_digest_that_was_kept_is_held_against_the_log(log: Path, rulebook: Rulebook) -> None:
    """Somebody who wrote a log anew from some point on is found by a digest that was kept elsewhere."""
    good = audit_log(log, rulebook).digest

    assert audit_log(log, rulebook, expected=good).matches
    assert not audit_log(log, rulebook, expected="sha256:" + "0" * 64).matches


def test_a_log_is_written_and_audited_by_commands(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The store's digest comes out of its log, and the log of one case says of which."""
    path = tmp_path / "out.jsonl"
    with CaseStore.open_existing(place) as store:
        digest = store.digest()

    assert 0 == main(["export", place, "--as", "log", "--personal", "--out", str(path)])
    assert "the log of the store written to" in capsys.readouterr().err
    assert 0 == main(["audit", str(path), "--expect", digest])
    assert 0 == main(["export", place, "--as", "log", "--personal", "--case", "THREE", "--out", str(path)])
    capsys.readouterr()
    assert 0 == main(["audit", str(path)])
    assert capsys.readouterr().out.startswith("1 case, 3 entries\neverything is as it was written\n")


def test_an_altered_log_ends_as_an_altered_store_does(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 5, and the place."""
    log.write_text(log.read_text("ascii").replace("permanently_excluded", "permanently_Excluded", 1), encoding="ascii")

    assert 5 == main(["audit", str(log)])
    assert "entry 1, body: the body or its salt was altered" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["--as", "log"], "`--personal`"),
        (["--as", "log", "--personal", "--as-of", "2025-03-03"], "`--as-of`"),
        (["--as", "csv", "--case", "THREE"], "`--case`"),
    ],
)
def test_a_log_that_is_not_asked_for_rightly_is_not_written(
    typed: list[str], told: str, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong usage, with the word that is missing or too much."""
    path = tmp_path / "out.jsonl"

    assert 2 == main(["export", place, *typed, "--out", str(path)])
    assert told in capsys.readouterr().err
    assert not path.exists()


def test_a_case_file_has_nothing_to_audit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It keeps no hashes, which is said instead of calling it altered."""
    path = tmp_path / "case.yaml"
    path.write_text("case: one\n", encoding="utf-8")

    assert 2 == main(["audit", str(path)])
    assert "keeps no hashes" in capsys.readouterr().err
    assert not is_log(path)


def test_an_altered_store_gives_a_log_that_does_not_match(place: str, tmp_path: Path, rulebook: Rulebook) -> None:
    """Writing a log repairs nothing and hides nothing, whatever the database holds."""
    Raw(place).run("UPDATE entries SET body = '{}' WHERE number = 3 AND body IS NOT NULL", guarded=False)
    path = tmp_path / "out.jsonl"
    path.write_text("".join(log_of_store(place)), encoding="ascii")

    assert not audit_log(path, rulebook).matches
