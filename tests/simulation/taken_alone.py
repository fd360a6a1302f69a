"""What the cases of a block come to when each is taken alone, and what the block says of them, in the same shape."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.casework.passage import course_of, standing_at
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.simulation.cohort_columns import CohortBlock
from inclusion_rules.simulation.deciding_blocks import BlockTables

Rows = dict[str, list[tuple[Any, ...]]]


@cache
def law() -> Rulebook:
    """The shipped law, read once."""
    return open_rulebook()


def obligations_in(tables: BlockTables) -> Rows:
    """The ledger of each case in a block, in order."""
    found: Rows = {}
    for row in tables.obligations.to_pylist():
        found.setdefault(row.pop("case_id"), []).append(tuple(row.values()))
    return found


def obligations_alone(block: CohortBlock, row: int, as_of: date) -> list[tuple[Any, ...]]:
    """The ledger of one case as deciding it alone gives it."""
    return [
        (
            entry.rule.duty,
            entry.bearer,
            entry.arose_on,
            entry.due,
            entry.met_on,
            entry.status.value,
            entry.late_by_school_days,
            entry.about,
            entry.occurrence,
            entry.rule.pack,
            entry.rule.id,
        )
        for entry in decide(block.record_of(row), law(), as_of=as_of).obligations
    ]


def stages_in(tables: BlockTables) -> Rows:
    """Each event of each case in a block, with the stage before and after it."""
    found: Rows = {}
    for row in tables.events.to_pylist():
        found.setdefault(row["case_id"], []).append((row["event"], row["stage_before"], row["stage_after"]))
    return found


def stages_alone(block: CohortBlock, row: int) -> list[tuple[Any, ...]]:
    """Each event of one case with the stages, as following the case alone gives them."""
    record = block.record_of(row)
    first = law().pathways[block.pathway].stages[0].name
    found: list[tuple[Any, ...]] = []
    for number, event in enumerate(record.events):
        so_far = [replace(record, events=record.events[:seen]) for seen in (number, number + 1)]
        before = standing_at(so_far[0], law(), as_of=event.date).stage if number else first
        found.append((event.name, before, standing_at(so_far[1], law(), as_of=event.date).stage))
    return found


def ends_in(tables: BlockTables) -> dict[str, tuple[str, dict[str, date]]]:
    """Where each case of a block stands at the end, and since when it last stood at each stage."""
    return {
        row["case_id"]: (
            row["stage"],
            {name.removeprefix("entered."): day for name, day in row.items() if name.startswith("entered.") and day},
        )
        for row in tables.cases.to_pylist()
    }


def end_alone(block: CohortBlock, row: int, as_of: date) -> tuple[str, dict[str, date]]:
    """The same of one case alone."""
    record = block.record_of(row)
    course = {stage: day for day, stage in course_of(record, law(), as_of=as_of)}
    return standing_at(record, law(), as_of=as_of).stage, course
