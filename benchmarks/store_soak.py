"""Writers that are killed: processes that append to the same cases, and are ended without warning over and over.

Started as a program it is one such writer, which says on standard output what has been acknowledged. `soak` is the one
who kills: it starts writers, kills each at moments chosen by lot, starts it again where it had come to, and in the end
holds what the store has against everything that was ever acknowledged.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from inclusion_rules.casework.case import Case
from inclusion_rules.casework.opening import open_rulebook, read_case
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.event_log import Entry
from inclusion_rules.records.auditing import audit_store
from inclusion_rules.records.store import CaseStore

ROOT = Path(__file__).parents[1]
AT = datetime(2025, 3, 10, 12, tzinfo=UTC)
CASE = """
case: SOAK
pathway: permanent_exclusion
calendar: example
school: {type: maintained, phase: secondary, authority: leicestershire}
pupil: {date_of_birth: 2010-11-02}
events:
  - {date: 2025-03-03, event: permanently_excluded, session: morning}
  - {date: 2025-03-03, event: parent_notified_in_writing}
  - {date: 2025-03-04, event: governing_board_notified}
"""
HISTORY = 3
"""How many entries each case begins with."""


@dataclass(slots=True)
class Soak:
    """What came of it. Where `lost`, `doubled` and `misplaced` are empty and `difference` is None, nothing was lost."""

    acknowledged: int = 0
    kills: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    difference: str | None = None
    seconds: float = 0.0

    @property
    def sound(self) -> bool:
        """Whether every acknowledged entry is there once, at its number, in a store that verifies."""
        return not (self.lost or self.doubled or self.misplaced) and self.difference is None


def fill(place: str, *, cases: int) -> None:
    """Open so many cases in a store."""
    case = Case.open(read_case(CASE), open_rulebook(), recorded_at=AT, recorded_by="clerk")
    with CaseStore.open(place) as store:
        for number in range(cases):
            store.create(replace(case, header=replace(case.header, id=f"SOAK-{number}")))


def write(place: str, name: str, start: int, stop: int) -> None:
    """Append the entries of one writer from one number to another, each with its key, and say each when it is kept."""
    with CaseStore.open(place) as store:
        cases = store.case_ids()
        for number in range(start, stop):
            signature = f"{name} {number}"
            chosen = random.Random(signature)
            # Half of all entries go to a tenth of the cases, so that writers often want the same one.
            case_id = chosen.choice(cases if chosen.random() < 0.5 else cases[: len(cases) // 10 + 1])

            def make(case: Case, signature: str = signature) -> Entry:
                return Entry(len(case.log) + 1, Event("work_set", date(2025, 3, 5)), AT, signature)

            kept = store.append_latest(case_id, make, key=signature, attempts=1000)
            sys.stdout.write(f"{number} {case_id} {kept}\n")
            sys.stdout.flush()


def soak(place: str, *, writers: int, appends: int, kills: int, seed: int) -> Soak:
    """Have writers append so many entries each to the cases of a store, and kill each of them so many times."""
    result = Soak()
    begun = time.perf_counter()
    lines: list[tuple[str, int, str, int]] = []
    lock = threading.Lock()
    failures: list[BaseException] = []

    def look_after(name: str) -> None:
        chance = random.Random(f"{seed} {name}")
        moments = sorted(chance.sample(range(1, appends), kills))
        done = 0
        try:
            while done < appends:
                moment = moments.pop(0) if moments else appends
                heard = _until(place, name, done, appends, moment, delay=chance.random() * 0.01)
                with lock:
                    lines.extend(heard)
                    result.kills += moment < appends
                done += len(heard)
                moments = [later for later in moments if later > done]
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=look_after, args=(f"writer-{number}",)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    _compare(place, lines, result, expected=writers * appends)
    result.seconds = time.perf_counter() - begun
    return result


def _until(
    place: str, name: str, start: int, stop: int, moment: int, *, delay: float
) -> list[tuple[str, int, str, int]]:
    """Run a writer until it has come to a moment, kill it a little later, and give all that it had said."""
    command = [sys.executable, "-m", "benchmarks.store_soak", place, name, str(start), str(stop)]
    writer = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    heard: list[tuple[str, int, str, int]] = []
    assert writer.stdout is not None
    with writer.stdout:
        for line in writer.stdout:
            heard.append(_read(name, line))
            if moment < stop and heard[-1][1] >= moment:
                time.sleep(delay)
                os.kill(writer.pid, signal.SIGKILL)
                # What it had said before it died may still stand in the pipe; a line cut short was not said.
                heard += [_read(name, rest) for rest in writer.stdout if rest.endswith("\n")]
                break
    code = writer.wait()
    if code not in (0, -signal.SIGKILL):
        raise RuntimeError(f"a writer ended with exit code {code}")
    return heard


def _read(name: str, line: str) -> tuple[str, int, str, int]:
    number, case_id, kept = line.split()
    return name, int(number), case_id, int(kept)


def _compare(place: str, lines: list[tuple[str, int, str, int]], result: Soak, *, expected: int) -> None:
    result.acknowledged = len(lines)
    with CaseStore.open(place) as store:
        kept = {
            case_id: {entry.number: entry for entry in store.load(case_id).log.entries} for case_id in store.case_ids()
        }
    signatures = Counter(entry.recorded_by for log in kept.values() for entry in log.values())
    for name, number, case_id, place_in_case in lines:
        signature = f"{name} {number}"
        if not signatures[signature]:
            result.lost.append(signature)
        elif kept[case_id][place_in_case].recorded_by != signature:
            result.misplaced.append(signature)
    result.doubled = [signature for signature, times in signatures.items() if times > 1 and signature != "clerk"]
    report = audit_store(place, open_rulebook())
    if report.first is not None:
        result.difference = str(report.first)
    elif report.entries != len(kept) * HISTORY + expected:
        result.difference = f"{report.entries} entries, and not {len(kept) * HISTORY + expected}"


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
