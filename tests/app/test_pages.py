"""What officers are shown: a case's timetable, its data, and what is owed over all cases."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.app.builders import APP, BOARD_NOTIFIED, NOON, ROOT, a_notification, lines

from inclusion_rules import Case, open_rulebook, read_case
from inclusion_rules.records.store import CaseStore

Served = Callable[..., TestClient]


def test_the_timetable_shows_who_owes_what_by_when(client: TestClient, case: str) -> None:
    """The page of a case is the library's own, with the board's last day on it."""
    client.post(f"{case}/events", json=BOARD_NOTIFIED)

    page = client.get(f"{case}?as_of=2025-03-12")

    assert "text/html; charset=utf-8" == page.headers["content-type"]
    assert "LEI-2025-0042" in page.text
    assert "Tue 25 Mar 2025" in page.text


def test_the_data_says_what_the_page_says(client: TestClient, case: str) -> None:
    """The same decision is there as data."""
    client.post(f"{case}/events", json=BOARD_NOTIFIED)

    told = client.get(f"{case}.json?as_of=2025-03-12").json()

    assert ("LEI-2025-0042", "2025-03-12", "challenge") == (told["case"], told["as_of"], told["stage"])
    assert "2025-03-25" in [one["due"] for one in told["obligations"] if one["duty"] == "board_consider_pex"]


def test_today_is_the_day_in_england(served: Served) -> None:
    """Half past eleven at night in UTC is the next day in a British summer."""
    client = served(now=lambda: datetime(2025, 6, 30, 23, 30, tzinfo=UTC))
    case = client.post("/notifications", json=a_notification()).json()["timetable"]

    assert "2025-07-01" == client.get(f"{case}.json").json()["as_of"]


@pytest.mark.parametrize("form", ["", ".json"])
def test_an_unknown_case_is_not_found(client: TestClient, form: str) -> None:
    """A case that is not there is said not to be there."""
    assert 404 == client.get(f"/cases/0123456789abcdef{form}").status_code


@pytest.mark.parametrize("address", ["/caseload", "{case}", "{case}.json"])
def test_a_day_that_is_none_is_refused(client: TestClient, case: str, address: str) -> None:
    """A day that cannot be read is not taken for today."""
    assert 400 == client.get(f"{address.format(case=case)}?as_of=2025-02-30").status_code


def test_an_erased_case_is_gone(client: TestClient, place: str, case: str) -> None:
    """What was erased is neither shown nor opened anew by an old notification, and the caseload goes on without it."""
    with CaseStore.open(place) as store:
        store.erase(case.rpartition("/")[2], by="clerk", at=NOON + timedelta(days=1), why="kept long enough")

    assert 410 == client.get(case).status_code
    assert 410 == client.post("/notifications", json=a_notification()).status_code
    assert [] == client.get("/caseload").json()["obligations"]


def test_a_case_of_other_law_is_left_to_that_law(served: Served, place: str, tmp_path: Path) -> None:
    """After an upgrade with other rules a case is not decided by them unasked, and the answer names both versions."""
    shutil.copytree(ROOT / "rules" / "england", tmp_path / "england")
    pack = tmp_path / "england" / "pack.yaml"
    pack.write_text(re.sub(r"version: .*", "version: 2020.1.1", pack.read_text("utf-8")), "utf-8")
    law = open_rulebook([tmp_path / "england"], [ROOT / "pathways"])
    record = read_case(lines(a_notification()), law)
    with CaseStore.open(place, rulebook=law) as store:
        case_id = store.create(Case.open(record, law, recorded_at=NOON, recorded_by="clerk"))

    answer = served().get(f"/cases/{case_id}")

    assert 409 == answer.status_code
    assert "`england` 2020.1.1" in answer.json()["message"]
    assert open_rulebook().packs["england"].version in answer.json()["message"]


def test_the_caseload_puts_what_was_missed_first(client: TestClient) -> None:
    """Over all cases, an officer sees first what is late, each with its case."""
    ids = {
        client.post("/notifications", json=a_notification(case=reference)).json()["id"]
        for reference in ("A-01", "A-02")
    }

    owed = client.get("/caseload?as_of=2025-03-12").json()["obligations"]

    late = [one["group"] == "missed" for one in owed]
    assert ids == {one["case_id"] for one in owed}
    assert sorted(late, reverse=True) == late
    assert {True, False} == {*late}


def test_two_apps_in_one_process_share_nothing(served: Served, tmp_path: Path) -> None:
    """What one app was told is not in the other."""
    one, other = served(), served(str(tmp_path / "other.db"))
    one.post("/notifications", json=a_notification())

    assert [] == other.get("/caseload").json()["obligations"]


def test_nothing_is_kept_by_caches(client: TestClient, case: str) -> None:
    """No page, and no refusal, stays in a browser or on the way to it."""
    answers = [client.get(case), client.get(f"{case}.json"), client.get("/cases/0"), client.post("/notifications")]

    assert ["no-store"] * 4 == [answer.headers["cache-control"] for answer in answers]


def test_a_failure_keeps_its_words_to_itself(
    client: TestClient, case: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure that nobody foresaw is logged by its name alone, as its words may quote a case."""

    def fail(*_: object) -> None:
        raise RuntimeError("Alex Example, born on 2 November 2010")

    monkeypatch.setattr(CaseStore, "load", fail)
    with caplog.at_level(logging.DEBUG):
        answer = client.get(case)

    assert 500 == answer.status_code
    assert "RuntimeError" in caplog.text
    assert "Alex" not in caplog.text + answer.text


def test_the_example_stays_an_example() -> None:
    """Somebody who copies the app can read it in one sitting."""
    assert 250 > sum(path.read_text("utf-8").count("\n") for path in APP.rglob("*.py"))
