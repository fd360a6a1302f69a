"""Workload `store`: how long it takes to read back a hundred thousand stored events, verified and replayed into cases.

Ours audits the whole store: the file, every digest, every link, every event typed by the packs again and every case put
together. The peers read the same events from SQLite files of their own into plain dictionaries or aggregates, and
verify nothing; the notes say what ours takes for single parts. Also here: `store-soak`, which measures nothing but
whether anything is lost when writers are killed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, insert, select

from benchmarks.measuring import Workload
from benchmarks.store_soak import AT, CASE, fill, soak
from inclusion_rules.casework.case import Case
from inclusion_rules.casework.opening import open_rulebook, read_case
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.event_log import Entry
from inclusion_rules.loading.case_data import canonical, event_data
from inclusion_rules.records.appending import Append
from inclusion_rules.records.auditing import audit_store
from inclusion_rules.records.store import CaseStore

EVENTS_OF_A_CASE = 50
SEED = 20250310
_WRITERS = 4
Reader = Callable[[], int]
"""Reads everything back and says how many events there were."""


def measure(*, quick: bool) -> Workload:
    """Time the reading of 100,000 events (10,000 when `quick`), by this library and by every peer that is installed."""
    cases = 200 if quick else 2000
    rounds = 3 if quick else 5
    events = [[_event(number, case) for number in range(EVENTS_OF_A_CASE)] for case in range(cases)]
    skipped: dict[str, str] = {}
    with TemporaryDirectory() as folder:
        readers: dict[str, Reader] = {"ours": _ours(Path(folder), events)}
        readers["ours_loading_every_case"] = _ours_loaded(Path(folder))
        readers["plain_sqlalchemy"] = _plain(Path(folder), events)
        try:
            readers["eventsourcing"] = _eventsourcing(Path(folder), events)
        except ImportError as missing:
            skipped["eventsourcing"] = f"not installed: {missing.name}"
        figures = _seconds(readers, rounds=rounds, expected=cases * EVENTS_OF_A_CASE)
    notes: dict[str, object] = {
        "events": cases * EVENTS_OF_A_CASE,
        "cases": cases,
        "ours_per_second": round(cases * EVENTS_OF_A_CASE / figures["ours"]),
        "ours_loading_every_case": round(figures.pop("ours_loading_every_case"), 3),
        "sqlalchemy": version("sqlalchemy"),
        "peers_verify": "nothing",
    }
    return Workload(figures.pop("ours"), figures, "seconds for all events", rounds, skipped, notes)


def measure_soak(*, quick: bool) -> Workload:
    """Kill writers during 10,000 appends (1,000 when `quick`), in a file and on a server if one can be started.

    Raises:
        LostError: something that was acknowledged is not there once, at its place, in a store that verifies.
    """
    appends = 250 if quick else 2500
    figures: dict[str, float] = {}
    notes: dict[str, object] = {"writers": _WRITERS, "appends": _WRITERS * appends}
    skipped: dict[str, str] = {}
    with TemporaryDirectory() as folder:
        figures["ours"] = _survived(str(Path(folder) / "cases.db"), appends, notes, "sqlite")
    try:
        servers = import_module("tests.records.server")
        with servers.running_server() as server:
            figures["ours_on_postgresql"] = _survived(servers.new_database(server), appends, notes, "postgresql")
    except ImportError as missing:
        skipped["ours_on_postgresql"] = f"not installed: {missing.name}"
    except FileNotFoundError as missing:
        skipped["ours_on_postgresql"] = str(missing)
    return Workload(figures.pop("ours"), figures, "seconds for all appends, nothing lost", 1, skipped, notes)


class LostError(Exception):
    """A store did not keep what it had said was kept."""


def _survived(place: str, appends: int, notes: dict[str, object], kind: str) -> float:
    fill(place, cases=200)
    found = soak(place, writers=_WRITERS, appends=appends, kills=max(3, appends // 250), seed=SEED)
    if not found.sound:
        raise LostError(f"{kind}: {found}")
    notes[kind] = {"acknowledged": found.acknowledged, "kills": found.kills}
    return found.seconds


def _event(number: int, case: int) -> Event:
    chance = random.Random(case * EVENTS_OF_A_CASE + number)
    day = date(2025, 3, 5) + timedelta(days=number)
    if number % 5 == 4:
        return Event("attendance_recorded", day, {"percent": chance.randrange(0, 101)})
    if number % 5 == 3:
        return Event("parent_meeting_offered", day, evidence=f"letter {chance.randrange(10_000)}.pdf")
    return Event("work_set", day, by="school")


def _ours(folder: Path, events: Sequence[Sequence[Event]]) -> Reader:
    place = folder / "ours.db"
    rulebook = open_rulebook()
    empty = replace(Case.open(read_case(CASE), rulebook, recorded_at=AT, recorded_by="clerk"))
    empty = replace(empty, log=replace(empty.log, entries=()))
    with CaseStore.open(place) as store:
        for number, of_case in enumerate(events):
            header = replace(empty.header, id=f"BENCHMARK-{number}")
            case_id = store.create(replace(empty, header=header), opened_at=AT)
            store.append_many(
                [Append(case_id, Entry(place + 1, event, AT, "clerk"), place) for place, event in enumerate(of_case)]
            )

    def read() -> int:
        report = audit_store(place, rulebook)
        assert report.matches
        assert not report.not_replayed
        return report.entries

    return read


def _ours_loaded(folder: Path) -> Reader:
    def read() -> int:
        with CaseStore.open(folder / "ours.db") as store:
            return sum(len(store.load(case_id).log) for case_id in store.case_ids())

    return read


def _plain(folder: Path, events: Sequence[Sequence[Event]]) -> Reader:
    """The least that could work: one table, one query, each event as the dictionary that its JSON text says."""
    engine = create_engine(f"sqlite:///{folder / 'plain.db'}")
    metadata = MetaData()
    table = Table(
        "events",
        metadata,
        Column("position", Integer, primary_key=True),
        Column("case_id", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("body", Text, nullable=False),
    )
    metadata.create_all(engine)
    rows = [
        {"case_id": f"{case:032x}", "number": number, "body": canonical(event_data(event))}
        for case, of_case in enumerate(events)
        for number, event in enumerate(of_case, start=1)
    ]
    with engine.begin() as connection:
        connection.execute(insert(table), rows)

    def read() -> int:
        found: dict[str, list[Mapping[str, object]]] = {}
        with engine.connect() as connection:
            for case_id, _, body in connection.execute(
                select(table.c.case_id, table.c.number, table.c.body).order_by(table.c.case_id, table.c.number)
            ):
                found.setdefault(case_id, []).append(json.loads(body))
        return sum(map(len, found.values()))

    return read


def _eventsourcing(folder: Path, events: Sequence[Sequence[Event]]) -> Reader:
    """The `eventsourcing` library, as its own tutorial uses it: aggregates that are put together from their events."""
    application: Any = import_module("eventsourcing.application")
    domain: Any = import_module("eventsourcing.domain")

    class Recorded(domain.Aggregate):  # type: ignore[misc]
        """A case that only remembers what was recorded."""

        def __init__(self) -> None:
            self.recorded: list[dict[str, object]] = []

        @domain.event("Recorded")  # type: ignore[untyped-decorator]
        def record(self, said: dict[str, object]) -> None:
            self.recorded.append(said)

    store = application.Application(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "eventsourcing.db")}
    )
    known = []
    for of_case in events:
        aggregate = Recorded()
        for event in of_case:
            aggregate.record(said=event_data(event))
        store.save(aggregate)
        known.append(aggregate.id)

    def read() -> int:
        return sum(len(store.repository.get(each).recorded) for each in known)

    return read


def _seconds(readers: Mapping[str, Reader], *, rounds: int, expected: int) -> dict[str, float]:
    """The middle of the rounds of each reader; in every round all take their turn, in an order drawn by lot."""
    chance = random.Random(SEED)
    figures: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(rounds):
        for name in chance.sample(sorted(readers), len(readers)):
            begun = perf_counter()
            read = readers[name]()
            figures[name].append(perf_counter() - begun)
            if read != expected:
                raise ValueError(f"{name} read {read} events, and not {expected}")
    return {name: median(figure) for name, figure in figures.items()}
