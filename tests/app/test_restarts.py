"""The app as councils run it: a process of its own, which may be killed at any moment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import count
from pathlib import Path
from threading import Event, Thread
from types import TracebackType

import httpx2
from tests.app.builders import APP, BOARD_MET, BOARD_NOTIFIED, ROOT, a_notification

from inclusion_rules.records.store import CaseStore

SERVE = ("-m", "uvicorn", "--app-dir", str(APP), "--factory", "council_app.web:council_app", "--port", "0")


class Server:
    """The app served on a port of this machine that was free, with all that it says."""

    def __init__(self, store: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *SERVE],
            cwd=ROOT,
            env={**os.environ, "COUNCIL_STORE": str(store)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        address = self._read_until(r"running on (http://127\.0\.0\.1:\d+)")
        self.client = httpx2.Client(base_url=address, trust_env=False, timeout=20)
        self._reading = Thread(target=self._read_on)
        self._reading.start()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    def kill(self) -> None:
        """End it at once, with no chance to put anything in order."""
        self.process.kill()
        self.process.wait(20)
        self._reading.join(20)
        self.client.close()

    def _read_until(self, pattern: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if found := re.search(pattern, line):
                return found[1]
        raise AssertionError(f"the server did not start:\n{self.said}")

    def _read_on(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as said:
            for line in said:
                self.said += line


def test_a_case_outlives_the_process(tmp_path: Path) -> None:
    """After a kill and a new start the case has the same timetable, and what was sent before is known."""
    with Server(tmp_path / "cases.db") as first:
        case = first.client.post("/notifications", json=a_notification()).json()["timetable"]
        first.client.post(f"{case}/events", json=BOARD_NOTIFIED)
        page, data = (first.client.get(f"{case}{form}?as_of=2025-03-12").text for form in ("", ".json"))
        owed = first.client.get("/caseload?as_of=2025-03-12").text

    with Server(tmp_path / "cases.db") as second:
        assert [page, data] == [second.client.get(f"{case}{form}?as_of=2025-03-12").text for form in ("", ".json")]
        assert owed == second.client.get("/caseload?as_of=2025-03-12").text
        assert 200 == second.client.post("/notifications", json=a_notification()).status_code
        assert 200 == second.client.post(f"{case}/events", json=BOARD_NOTIFIED).status_code
        assert "Tue 25 Mar 2025" in page


def test_whatever_was_acknowledged_is_kept(tmp_path: Path) -> None:
    """A process killed while events pour in has kept each of those that it said it had."""
    acknowledged: list[str] = []
    with Server(tmp_path / "cases.db") as server:
        case = server.client.post("/notifications", json=a_notification()).json()["timetable"]

        def pour() -> None:
            for number in count():
                told = {"date": "2025-03-04", "event": "work_set", "evidence": f"sheet {number}"}
                try:
                    answer = server.client.post(f"{case}/events", json=told)
                except httpx2.HTTPError:
                    return
                assert 201 == answer.status_code
                acknowledged.append(f"sheet {number}")
                if number == 5:
                    enough.set()

        enough = Event()
        pouring = Thread(target=pour)
        pouring.start()
        assert enough.wait(20)
        server.process.kill()
        pouring.join(20)

    with CaseStore.open(tmp_path / "cases.db") as store:
        kept = [event.evidence for event in store.load(case.rpartition("/")[2]).log.events() if event.evidence]
    assert acknowledged == kept[: len(acknowledged)]
    assert len(kept) - len(acknowledged) in (0, 1)


def test_what_is_sent_is_not_in_the_logs(tmp_path: Path) -> None:
    """The server's own words name no pupil, no reference and no day of birth, whether it takes a text or refuses it."""
    telling = a_notification(case="LEI-PRIVATE-1", pupil={"date_of_birth": "2010-11-02", "sen": "support"})
    with Server(tmp_path / "cases.db") as server:
        case = server.client.post("/notifications", json=telling).json()["timetable"]
        for refused in ({"Alex Example": 1}, telling | {"case": "Alex Example"}, telling | {"calendar": "example "}):
            assert 422 == server.client.post("/notifications", json=refused).status_code
        assert 409 == server.client.post(f"{case}/events", json=BOARD_MET | {"evidence": "Alex Example"}).status_code
        assert 200 == server.client.get(case).status_code

    assert f'"GET {case} HTTP/1.1" 200' in server.said
    for private in ("Alex", "PRIVATE", "2010-11-02", "support", "governing_board_met"):
        assert private not in server.said
