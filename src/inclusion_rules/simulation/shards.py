"""A shard of a run: some thousand cases drawn, decided and packed, in whatever process it happens.

A shard is named by its first and last case and comes out the same wherever and beside whomever it is worked on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from inclusion_rules.simulation.cohort_columns import CohortBlock
from inclusion_rules.simulation.deciding_blocks import BlockDecider, BlockTables

TABLES = ("events", "obligations", "cases")
CASES_IN_A_SHARD = 25_000
"""Fixed, since every shard becomes one row group of the run's files: the same bytes with any number of workers."""

Counts = dict[str, int]


class DrawsCases(Protocol):
    """A cohort: any of its cases, drawn when asked for."""

    @property
    def cases(self) -> int:
        """How many cases it has; they are numbered from 0."""

    def block(self, first: int, last: int) -> Sequence[CohortBlock]:
        """The cases from `first` up to, not including, `last`; one block for each calendar."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Cases `first` up to, not including, `last`, as one piece of work."""

    number: int
    first: int
    last: int


def shards_of(cases: int) -> list[Shard]:
    """A cohort cut into shards.

    >>> [(shard.first, shard.last) for shard in shards_of(60_000)]
    [(0, 25000), (25000, 50000), (50000, 60000)]
    """
    starts = range(0, cases, CASES_IN_A_SHARD)
    return [Shard(number, start, min(start + CASES_IN_A_SHARD, cases)) for number, start in enumerate(starts)]


@dataclass(frozen=True, slots=True)
class DecidedShard:
    """A shard's tables as Arrow files in memory, with its counts."""

    shard: Shard
    tables: dict[str, bytes]
    counts: Counts
    decided_alone: int


@dataclass
class ShardWorker:
    """Works on one shard after another; what it learned from one serves the next."""

    cohort: DrawsCases
    decider: BlockDecider
    learned: int = field(default=0)

    def work(self, shard: Shard) -> DecidedShard:
        """Draw, decide and pack a shard."""
        drawn = self.cohort.block(shard.first, shard.last)
        blocks = [block for block in drawn if len(block)] or drawn[:1]  # a shard may have been left without a case
        tables = _joined(blocks, [self.decider.decide(block) for block in blocks])
        asked = self.decider.asked()
        alone, self.learned = asked - self.learned, asked
        data = {name: packed(getattr(tables, name)) for name in TABLES}
        return DecidedShard(shard, data, counts_of(tables), alone)


def _joined(blocks: Sequence[CohortBlock], decided: list[BlockTables]) -> BlockTables:
    """The tables of several blocks, put back in the order of their cases."""
    if len(blocks) == 1:
        return decided[0]

    def joined(name: str) -> pa.Table:
        tables = [getattr(tables, name) for tables in decided]
        numbers = [
            block.numbers[np.asarray(table.column("case_id").combine_chunks().indices)]
            for block, table in zip(blocks, tables, strict=True)
        ]
        schema = pa.unify_schemas([table.schema for table in tables])
        whole = pa.concat_tables([_in_schema(table, schema) for table in tables]).unify_dictionaries()
        return whole.take(pa.array(np.argsort(np.concatenate(numbers), kind="stable"))).combine_chunks()

    return BlockTables(*(joined(name) for name in TABLES))


def _in_schema(table: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        table.column(field.name) if field.name in table.column_names else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def packed(table: pa.Table) -> bytes:
    """A table as an Arrow file in memory."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_file(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def unpacked(data: bytes) -> pa.Table:
    """A table that `ShardWorker` packed."""
    return pa.ipc.open_file(pa.BufferReader(data)).read_all()


def counts_of(tables: BlockTables) -> Counts:
    """What the summary adds up, as whole numbers under names joined by `|`."""
    found: Counter[str] = Counter({"cases": tables.cases.num_rows})
    for label, table, columns in (
        ("stage", tables.cases, ["stage"]),
        ("event", tables.events, ["event"]),
        ("obligation", tables.obligations, ["duty", "bearer", "pack", "status"]),
    ):
        found.update(_counted(label, table, columns))
    late = tables.obligations.filter(pc.is_valid(tables.obligations.column("late_by_school_days")))
    grouped = late.select(["duty", "bearer", "late_by_school_days"]).group_by(["duty", "bearer"])
    for row in grouped.aggregate([("late_by_school_days", "sum"), ("late_by_school_days", "max")]).to_pylist():
        name = f"{row['duty']}|{row['bearer']}"
        found[f"late days|{name}"] += row["late_by_school_days_sum"]
        found[f"most late|{name}"] = row["late_by_school_days_max"]
    return dict(found)


def _counted(label: str, table: pa.Table, columns: list[str]) -> Counts:
    grouped = table.select(columns).group_by(columns).aggregate([([], "count_all")])
    return {
        "|".join([label, *(str(row[column]) for column in columns)]): row["count_all"] for row in grouped.to_pylist()
    }


def added_up(parts: Sequence[Counts]) -> Counts:
    """The counts of several shards together; the most of any is the most of all."""
    found: Counts = {}
    for part in parts:
        for name, count in part.items():
            together: Callable[[int, int], int] = max if name.startswith("most late|") else int.__add__
            found[name] = together(found[name], count) if name in found else count
    return dict(sorted(found.items()))
