"""A run made of records that are at hand, such as real cases: the same folder as that of a simulation.

Every case is decided alone by `casework`, in one process or several; the bytes do not depend on how many. The calendars
that the cases stand under, unless they ship, are kept in the folder, so that each case can be read from it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from inclusion_rules.domain.calendar_layers import CalendarLayer
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.simulation.deciding_blocks import BlockTables
from inclusion_rules.simulation.deciding_records import Asked, DecidedRecord, Law, Row, decided_in_turn
from inclusion_rules.simulation.kept_calendars import calendar_text
from inclusion_rules.simulation.running import Run, Told, run_cohort
from inclusion_rules.simulation.shards import TABLES, DecidedShard, Shard, counts_of, packed
from inclusion_rules.simulation.simulating import FORMAT, counted_up, digest_of, library
from inclusion_rules.simulation.tables import ENTERED, EVENTS, OBLIGATIONS

_FIRST_COLUMNS = ("case_id", "pathway", "packs", "calendar", "about", "stage")
_LAST_COLUMNS = ("history_complete", "judgements", "breached", "undetermined", "warnings")


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """Records with all that a run of them follows from. `also` are columns of text that the cases get besides.

    `source` says where the records come from, and goes into the manifest; it names no place of the machine.
    """

    title: str
    records: Sequence[CaseRecord]
    rulebook: Rulebook
    as_of: date
    source: Mapping[str, Any]
    law: Law = ((), ())
    also: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    def run(self, out: Path, *, workers: int = 1, resume: bool = False, told: Told = lambda done, of: None) -> Run:
        """Decide every record and put the run in a folder.

        Raises:
            RunFolderError: the folder cannot be used, or the disk is full; what was finished is kept.
            WorkerDiedError: a process that worked on it was killed; what was finished is kept.
        """
        calendars = Calendars.of(self.records, self.rulebook)
        return run_cohort(
            out,
            self.identity(calendars),
            cases=len(self.records),
            workforce=lambda shards: self._decided(shards, calendars, workers, told),
            summary_of=lambda counts: {
                "plan": self.source["id"],
                "as_of": self.as_of.isoformat(),
                **counted_up(counts),
            },
            texts={**self.texts, **calendars.texts},
            resume=resume,
        )

    def identity(self, calendars: Calendars) -> dict[str, Any]:
        """All that the results follow from: the records by their source, the law, pathways, calendars, library."""
        packs = {pack.id: pack for one in self.records for pack in self.rulebook.edition(one.packs).packs}
        along = sorted({record.pathway for record in self.records})
        digests = {name: digest_of(self.rulebook.pathways[name]) for name in along}
        followed = [record.pathway for record in self.records]
        main = max(along, key=followed.count, default="")
        return {
            "format": FORMAT,
            "library": library(),
            "plan": {"id": self.source["id"], "title": self.title, "digest": self.source["digest"]},
            "source": dict(self.source),
            "cases": len(self.records),
            "seed": 0,
            "as_of": self.as_of.isoformat(),
            "packs": {name: {"version": pack.version, "digest": pack.digest} for name, pack in sorted(packs.items())},
            "pathway": {"id": main, "digest": digests.get(main, "")},
            "pathways": digests,
            "calendars": calendars.digests,
        }

    def _decided(
        self, shards: Sequence[Shard], calendars: Calendars, workers: int, told: Told
    ) -> Iterator[DecidedShard]:
        schema = self._schema()
        for shard in shards:
            decided = []
            asked = (self._asked(place, calendars) for place in range(shard.first, shard.last))
            for one in decided_in_turn(asked, self.rulebook, as_of=self.as_of, workers=workers, law=self.law):
                decided.append(one)
                told(shard.first + len(decided), len(self.records))
            yield _packed_shard(shard, decided, schema)

    def _asked(self, place: int, calendars: Calendars) -> Asked:
        record = self.records[place]
        also: dict[str, object] = {name: values[place] for name, values in self.also.items()}
        return record, {"calendar": calendars.name_of(record), **also}

    def _schema(self) -> pa.Schema:
        said = set()
        for record in self.records:
            edition = self.rulebook.edition(record.packs)
            for part, described in (("school", record.school), ("pupil", record.pupil)):
                said |= {edition.facts[name].taken_from or f"{part}.{name}" for name in described}
        along = dict.fromkeys(record.pathway for record in self.records)
        stages = dict.fromkeys(stage.name for name in along for stage in self.rulebook.pathways[name].stages)
        days = {"about", *(f"{ENTERED}{stage}" for stage in stages)}
        names = [*_FIRST_COLUMNS, *sorted(said), *(f"{ENTERED}{stage}" for stage in stages), *_LAST_COLUMNS, *self.also]
        return pa.schema([(name, pa.date32() if name in days else pa.string()) for name in names])


def _packed_shard(shard: Shard, decided: Sequence[DecidedRecord], schema: pa.Schema) -> DecidedShard:
    tables = BlockTables(
        _table([row for one in decided for row in one.events], EVENTS),
        _table([row for one in decided for row in one.obligations], OBLIGATIONS),
        _table([one.case for one in decided], schema),
    )
    packs = {name: packed(getattr(tables, name)) for name in TABLES}
    return DecidedShard(shard, packs, counts_of(tables), len(decided))


def _table(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    columns = {field.name: pa.array([row.get(field.name) for row in rows], field.type) for field in schema}
    return pa.table(columns, schema=schema)


@dataclass(frozen=True, slots=True)
class Calendars:
    """The calendars of some records: what each is called in the run, their texts, and their digests."""

    names: Mapping[tuple[CalendarLayer, ...], str]
    texts: Mapping[str, str]
    digests: Mapping[str, str]

    @classmethod
    def of(cls, records: Sequence[CaseRecord], rulebook: Rulebook) -> Calendars:
        """The calendars, those that ship by their ids and all others as files of the run."""
        names: dict[tuple[CalendarLayer, ...], str] = {}
        texts: dict[str, str] = {}
        digests: dict[str, str] = {}
        for record in records:
            layers = record.calendar.layers
            if layers in names:
                continue
            if rulebook.calendars.get(layers[-1].id) == layers:
                names[layers] = layers[-1].id
            else:
                names[layers] = cls._written(layers, rulebook, texts)
            digests[names[layers]] = digest_of((layers, record.bank_holidays.name))
        return cls(names, texts, dict(sorted(digests.items())))

    @staticmethod
    def _written(layers: tuple[CalendarLayer, ...], rulebook: Rulebook, texts: dict[str, str]) -> str:
        """Write a chain of layers, each a file based on the one below; the name of the last."""
        below: str | None = None
        for depth, layer in enumerate(layers, start=1):
            if rulebook.calendars.get(layer.id) == layers[:depth]:
                below = layer.id
                continue
            text = calendar_text(layer, based_on=below)
            number = 1
            called = re.sub(r"[^A-Za-z0-9_-]+", "_", layer.id)
            name = f"calendar_{called}.yaml"
            while texts.get(name, text) != text:
                number += 1
                name = f"calendar_{called}_{number}.yaml"
            texts[name] = text
            below = name
        assert below is not None
        return below

    def name_of(self, record: CaseRecord) -> str:
        """What the run calls a record's calendar."""
        return self.names[record.calendar.layers]
