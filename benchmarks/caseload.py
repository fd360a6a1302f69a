"""Workload `caseload`: how long an officer waits for the morning's list over ten thousand live cases.

What counts is a morning after one day has gone by, with an index that was up to date the day before. Nothing else that
could be installed does this work, so the only peer is doing without the index: deciding every case. Both must give the
same list before any time is taken for true. The notes add the first morning of all, a morning after one new event, and
one on which nothing has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from os import cpu_count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.caseload.builders import filled_store, happens, made_up_cases

from benchmarks.measuring import DisagreementError, Workload
from inclusion_rules.caseload.caseload import Caseload, index_beside
from inclusion_rules.caseload.morning import Morning
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.cases import Event
from inclusion_rules.records.store import CaseStore

SEED = 20250312
FIRST, LAST = date(2024, 9, 9), date(2025, 3, 10)
"""Between which days the exclusions happened: two terms, of which the cases are still open."""
TODAY = date(2025, 3, 12)
ONE_DAY = timedelta(days=1)


@dataclass
class Times:
    """Seconds by what was done, and how many cases each morning had to decide."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    decided: dict[str, list[int]] = field(default_factory=dict)

    @contextmanager
    def taken(self, what: str) -> Iterator[None]:
        """Note how long something takes."""
        begun = perf_counter()
        yield
        self.seconds.setdefault(what, []).append(perf_counter() - begun)

    def middle(self, what: str) -> float:
        """The middle of all times something took."""
        return median(self.seconds[what])


def measure(*, quick: bool) -> Workload:
    """Time mornings over 10,000 cases (1,000 when `quick`), each with the store opened anew as a command does it."""
    number = 1_000 if quick else 10_000
    rounds = 5
    workers = cpu_count() or 1
    times = Times()
    with TemporaryDirectory() as folder:
        place = str(Path(folder) / "cases.db")
        cases = made_up_cases(number, seed=SEED, first=FIRST, last=LAST, open_only=True)
        ids = filled_store(place, cases, until=TODAY, rulebook=open_rulebook())
        with times.taken("first"):
            kept, _ = _morning(place, TODAY, workers)
        for days in range(1, rounds + 1):
            day = TODAY + days * ONE_DAY
            with times.taken("one_day_later"):
                kept, decided = _morning(place, day, workers)
            times.decided.setdefault("one_day_later", []).append(decided)
            with times.taken("nothing_new"):
                _morning(place, day, workers)
            _record_something(place, ids[days * 7], day)
            with times.taken("one_event_later"):
                kept, decided = _morning(place, day, workers)
            times.decided.setdefault("one_event_later", []).append(decided)
        with times.taken("every_case_decided"):
            afresh, _ = _morning(place, TODAY + rounds * ONE_DAY, workers, keep=False)
        if afresh != kept:
            raise DisagreementError("the list from the index is not the list that deciding every case gives")
        size = index_beside(place)
        notes: dict[str, object] = {
            "live_cases": kept.live,
            "cases": number,
            "obligations": len(kept.items),
            "processes": workers,
            "seconds_of_the_first_morning": round(times.middle("first"), 2),
            "seconds_after_one_event": round(times.middle("one_event_later"), 2),
            "seconds_with_nothing_new": round(times.middle("nothing_new"), 2),
            "slowest_morning_after_one_day": round(max(times.seconds["one_day_later"]), 2),
            "cases_decided_after_one_day": times.decided["one_day_later"],
            "cases_decided_after_one_event": times.decided["one_event_later"],
            "megabytes_of_the_index": round(size.stat().st_size / 1e6, 1) if size is not None else None,
            "seconds_to_write_each_form": _forms(kept),
        }
    peers = {"deciding_every_case": times.middle("every_case_decided")}
    return Workload(times.middle("one_day_later"), peers, "seconds a morning", rounds, {}, notes)


def _morning(place: str, day: date, workers: int, *, keep: bool = True) -> tuple[Morning, int]:
    with Caseload(place, keep=keep) as caseload:
        return caseload.morning(day, workers=workers), caseload.work.decided


def _record_something(place: str, case_id: str, day: date) -> None:
    with CaseStore.open(place) as store:
        happens(store, case_id, Event("representations_made", day, by="relevant_person"))


def _forms(morning: Morning) -> dict[str, float]:
    """How long each form of the list takes to write, all obligations in it."""
    from inclusion_rules.cli.caseload import rendered

    rulebook = open_rulebook()
    found: dict[str, float] = {}
    for form in ("human", "json", "csv", "ics"):
        begun = perf_counter()
        rendered(morning, rulebook, format=form)
        found[form] = round(perf_counter() - begun, 2)
    return found
