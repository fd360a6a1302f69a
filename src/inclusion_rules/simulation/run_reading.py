"""A run read back: any of its cases as the record that `casework` reads, with what the run says came of it.

Reads the files of a run and nothing else: a run can be recomputed without the plan that it was drawn from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.simulation_plans import Plan
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.loading.case_reading import parse_case
from inclusion_rules.loading.plan_files import load_plan, parse_plan
from inclusion_rules.simulation.kept_calendars import CALENDARS, Chain, kept_in, with_calendars
from inclusion_rules.simulation.run_folder import MANIFEST, PLAN
from inclusion_rules.simulation.shards import TABLES


class RunReadingError(InclusionRulesError):
    """A folder that is not a run, or a run that lacks something; the message says what."""


@dataclass(frozen=True, slots=True)
class SavedCase:
    """One case of a run: its row, its events in order, and its ledger in order, as the files say.

    `calendars` are those that its run keeps.
    """

    row: dict[str, Any]
    events: tuple[dict[str, Any], ...]
    obligations: tuple[dict[str, Any], ...]
    calendars: Mapping[str, Chain] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The name of the case."""
        return str(self.row["case_id"])


def _runs_below(path: Path) -> str:
    """Where runs are in a folder that holds some, such as that of an experiment; nothing if it holds none."""
    found = sorted(one.parent for depth in ("*", "*/*") for one in path.glob(f"{depth}/{MANIFEST}"))
    if not found:
        return ""
    named = ", ".join(f"`{one}`" for one in found[:2])
    return f"; it holds {'the run ' if len(found) == 1 else 'runs, such as '}{named}"


@dataclass(frozen=True, slots=True)
class SavedRun:
    """A run on disk, with its manifest."""

    path: Path
    manifest: dict[str, Any]

    @classmethod
    def open(cls, path: Path) -> SavedRun:
        """The run in a folder.

        Raises:
            RunReadingError: there is no run there.
        """
        if path.is_dir() and not (path / MANIFEST).exists():
            raise RunReadingError(f"`{path}` is a folder, and no run: there is no {MANIFEST} in it{_runs_below(path)}")
        if not path.exists():
            raise RunReadingError(f"`{path}` is not there; give the folder of a run")
        if not path.is_dir():
            raise RunReadingError(f"`{path}` is a file, and a run is a folder")
        try:
            manifest = json.loads((path / MANIFEST).read_text("utf-8"))
        except (OSError, ValueError) as problem:
            raise RunReadingError(f"`{path}` is not a run: its {MANIFEST} cannot be read ({problem})") from None
        missing = [f"{name}.parquet" for name in TABLES if not (path / f"{name}.parquet").is_file()]
        if missing or not isinstance(manifest, dict) or "run" not in manifest:
            lacking = ", ".join(missing) or "all that a manifest says"
            raise RunReadingError(f"the run in `{path}` lacks {lacking}")
        return cls(path, manifest)

    @property
    def as_of(self) -> date:
        """The day as of which its cases were decided."""
        return date.fromisoformat(self.manifest["run"]["as_of"])

    def law(self, rulebook: Rulebook) -> Rulebook:
        """A rulebook with the calendars that the run keeps.

        Raises:
            KeptCalendarError: one of them is not there, or was altered.
        """
        return with_calendars(rulebook, kept_in(self.path, self.manifest))

    def plan(self, rulebook: Rulebook) -> Plan:
        """The plan that the run was drawn from, with its calendars.

        Raises:
            InvalidFilesError: it cannot be read under the law at hand.
            KeptCalendarError: a calendar of the run is not there, or was altered.
        """
        if CALENDARS not in self.manifest:
            return load_plan(self.path / PLAN, rulebook)
        text = (self.path / PLAN).read_text("utf-8")
        return parse_plan(text, self.law(rulebook), name=str(self.path / PLAN))

    def case_ids(self) -> list[str]:
        """The names of all its cases, in order."""
        found: list[str] = pq.read_table(self.path / "cases.parquet", columns=["case_id"]).column(0).to_pylist()
        return found

    def sample(self, count: int) -> list[str]:
        """So many of its cases, the same ones each time, chosen by a digest of their names."""
        ids = self.case_ids()
        by_digest = sorted(ids, key=lambda each: hashlib.sha256(each.encode("utf-8")).digest())
        return sorted(by_digest[:count])

    def cases(self, ids: Sequence[str]) -> list[SavedCase]:
        """Some of its cases.

        Raises:
            RunReadingError: one of them is not in the run.
            KeptCalendarError: a calendar of the run is not there, or was altered.
        """
        wanted = frozenset(ids)
        rows: dict[str, dict[str, Any]] = {}
        events: dict[str, list[dict[str, Any]]] = {}
        obligations: dict[str, list[dict[str, Any]]] = {}
        for row in self._rows("cases", wanted):
            rows[row["case_id"]] = row
        for row in self._rows("events", wanted):
            events.setdefault(row["case_id"], []).append(row)
        for row in self._rows("obligations", wanted):
            obligations.setdefault(row["case_id"], []).append(row)
        absent = sorted(wanted - rows.keys())
        if absent:
            raise RunReadingError(f"the run in `{self.path}` has no case `{absent[0]}`")
        calendars = kept_in(self.path, self.manifest)
        return [
            SavedCase(rows[each], tuple(events.get(each, ())), tuple(obligations.get(each, ())), calendars)
            for each in sorted(wanted)
        ]

    def _rows(self, name: str, ids: frozenset[str]) -> list[dict[str, Any]]:
        file = pq.ParquetFile(self.path / f"{name}.parquet")
        found: list[dict[str, Any]] = []
        for group in range(file.num_row_groups):
            table = file.read_row_group(group)
            among = pc.is_in(table.column("case_id"), value_set=_strings(ids))
            found += table.filter(among).to_pylist()
        return found


def record_of(saved: SavedCase, rulebook: Rulebook, *, beside: Path | None = None) -> CaseRecord:
    """A case of a run as a record.

    Raises:
        InvalidFilesError: what the run says is not what the law at hand calls a case.
    """
    law = with_calendars(rulebook, saved.calendars)
    return parse_case(json.dumps(case_data(saved)), law, name=saved.id, beside=beside)


def case_data(saved: SavedCase) -> dict[str, Any]:
    """A case of a run as the data of a case file."""
    data: dict[str, Any] = {
        "case": saved.id,
        "pathway": saved.row["pathway"],
        "packs": saved.row["packs"].split(","),
        "calendar": saved.row["calendar"],
        "school": {},
        "pupil": {},
        "events": [_event(row) for row in saved.events],
    }
    judgements: list[dict[str, Any]] = []
    for name, value in saved.row.items():
        part, _, key = name.partition(".")
        if value is None or not key:
            continue
        if part in ("school", "pupil"):
            data[part][key] = _value(value)
        elif part == "judgement":
            fact, _, by = key.partition(".")
            judgements.append({"judgement": fact, "value": _value(value), "by": by})
    judgements += json.loads(saved.row.get("judgements") or "[]")
    if judgements:
        data["judgements"] = judgements
    if saved.row.get("history_complete") == "false":
        data["history_complete"] = False
    return data


def _event(row: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(row["attributes"])
    return {"date": row["happened_on"].isoformat(), "event": row["event"], **said}


def _value(text: str) -> object:
    """A value as it was written: true, false and numbers as such, anything else as the words."""
    try:
        found: object = json.loads(text)
    except ValueError:
        return text
    return found


def _strings(ids: frozenset[str]) -> Any:
    import pyarrow as pa

    return pa.array(sorted(ids), pa.string())
