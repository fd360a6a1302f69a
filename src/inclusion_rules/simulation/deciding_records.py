"""Records decided one by one by `casework`, as the rows that a run keeps: for real cases, and for those of a store.

Slower than deciding a cohort together, and the same: every row is what the case decided alone comes to. Writes no file.
"""

from __future__ import annotations

import json
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from pathlib import Path

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.casework.passage import course_of, standing_at
from inclusion_rules.domain.cases import CaseRecord, Event
from inclusion_rules.domain.findings import Decision
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.loading.case_data import canonical, described_data, event_data, instant, judgement_data
from inclusion_rules.simulation.auditing_runs import obligation_row
from inclusion_rules.simulation.tables import ENTERED
from inclusion_rules.simulation.workers import WorkerDiedError
from inclusion_rules.vocabulary import Outcome

AT_ONCE = 16
"""How many records a process takes at a time."""
Row = dict[str, object]
Asked = tuple[CaseRecord, Mapping[str, object]]
"""A record to be decided, with what goes into its row besides."""
Law = tuple[tuple[Path, ...], tuple[Path, ...]]
"""The folders of packs and of pathways that a rulebook is from; none where it ships."""


@dataclass(frozen=True, slots=True)
class DecidedRecord:
    """A record decided: its row among the cases, its events with their stages, and its ledger."""

    case: Row
    events: tuple[Row, ...]
    obligations: tuple[Row, ...]


def decided_record(record: CaseRecord, rulebook: Rulebook, *, as_of: date, also: Mapping[str, object]) -> DecidedRecord:
    """A record decided as of a day. Events later than the day have not happened. `also` goes into the case's row."""
    decision = decide(record, rulebook, as_of=as_of)
    happened = tuple(event for event in record.events if event.date <= as_of)
    return DecidedRecord(
        {**_case_row(record, decision, rulebook), **also},
        tuple(_event_rows(replace(record, events=happened), rulebook)),
        tuple(obligation_row(record.id, entry) for entry in decision.obligations),
    )


def decided_in_turn(
    records: Iterable[Asked],
    rulebook: Rulebook,
    *,
    as_of: date,
    workers: int = 1,
    law: Law = ((), ()),
) -> Iterator[DecidedRecord]:
    """Every record decided, in order, here or in several processes; `law` names the folders the rulebook is from.

    No more records are taken than are soon needed.

    Raises:
        WorkerDiedError: one of the processes was killed.
    """
    left = iter(records)
    first = list(islice(left, AT_ONCE))
    if workers <= 1 or len(first) < AT_ONCE:
        for record, also in chain(first, left):
            yield decided_record(record, rulebook, as_of=as_of, also=also)
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(*law, as_of))
    running: deque[Future[list[DecidedRecord]]] = deque([pool.submit(_decide, first)])
    try:
        while running:
            while len(running) < 3 * workers and (piece := list(islice(left, AT_ONCE))):
                running.append(pool.submit(_decide, piece))
            yield from running.popleft().result()
    except BrokenProcessPool:
        raise WorkerDiedError from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_at_hand: tuple[Rulebook, date] | None = None


def _begin(rules: tuple[Path, ...], pathways: tuple[Path, ...], as_of: date) -> None:
    """What a process starts with. Ctrl-C is for the process that hands out the work."""
    global _at_hand
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _at_hand = open_rulebook(rules, pathways), as_of


def _decide(records: Sequence[Asked]) -> list[DecidedRecord]:
    assert _at_hand is not None
    rulebook, as_of = _at_hand
    return [decided_record(record, rulebook, as_of=as_of, also=also) for record, also in records]


def _case_row(record: CaseRecord, decision: Decision, rulebook: Rulebook) -> Row:
    edition = rulebook.edition(record.packs)
    pathway = rulebook.pathways[record.pathway]
    happened = [event for event in record.events if event.date <= decision.as_of]
    followed = [event.date for event in happened if event.name in pathway.follows]
    began = [event.date for event in happened if event.name in pathway.begins_with]
    row: Row = {
        "case_id": record.id,
        "pathway": record.pathway,
        "packs": ",".join(record.packs),
        "about": max(followed) if followed else min(began, default=None),
        "stage": decision.stage,
        "history_complete": None if record.history_complete else "false",
        "judgements": canonical([judgement_data(made) for made in record.judgements]) if record.judgements else None,
    }
    for part, described in (("school", record.school), ("pupil", record.pupil)):
        for key, value in described_data(described, part, edition).items():
            row[f"{part}.{key}"] = in_words_of_a_run(value)
    for day, stage in course_of(record, rulebook, as_of=decision.as_of):
        row[f"{ENTERED}{stage}"] = day
    breached = [[f.rule.pack, f.rule.id, _iso(f.about)] for f in decision.findings if f.breached is True]
    unsettled = [
        [f.rule.duty, _iso(f.about), *f.missing_facts] for f in decision.findings if f.outcome is Outcome.UNDETERMINED
    ]
    warnings = [[warning.code, _iso(warning.about), warning.message] for warning in decision.warnings]
    row["breached"] = canonical(breached) if breached else None
    row["undetermined"] = canonical(unsettled) if unsettled else None
    row["warnings"] = canonical(warnings) if warnings else None
    return row


def in_words_of_a_run(value: object) -> str:
    """A value as a run writes it: words as they are, anything else as JSON, and so words that JSON would read as else.

    >>> [in_words_of_a_run(value) for value in ("academy", True, 9, "9")]
    ['academy', 'true', '9', '"9"']
    """
    if not isinstance(value, str):
        return canonical(value)
    try:
        json.loads(value)
    except ValueError:
        return value
    return canonical(value)


def _event_rows(record: CaseRecord, rulebook: Rulebook) -> Iterator[Row]:
    first = rulebook.pathways[record.pathway].stages[0].name
    after, day_before = first, None
    for number, event in enumerate(record.events):
        before = after
        if number and event.date != day_before:
            so_far = replace(record, events=record.events[:number])
            before = standing_at(so_far, rulebook, as_of=event.date).stage
        so_far = replace(record, events=record.events[: number + 1])
        after = standing_at(so_far, rulebook, as_of=event.date).stage
        day_before = event.date
        yield {
            "case_id": record.id,
            "event": event.name,
            "happened_on": event.date,
            "stage_before": before,
            "stage_after": after,
            "attributes": canonical(attributes_of(event)),
        }


def attributes_of(event: Event) -> dict[str, object]:
    """All that an event says beside its name and its day."""
    found = {key: value for key, value in event_data(event).items() if key not in ("event", "date")}
    return found if event.recorded_at is None else {**found, "recorded_at": instant(event.recorded_at)}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
