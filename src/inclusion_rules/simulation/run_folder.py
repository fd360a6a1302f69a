"""The folder of a run: parts while it goes on, whole files once they are whole, and a manifest that says which.

Nothing that is half written bears the name of something whole: tables are written beside their places and moved there,
and the manifest comes last. Knows files and nothing of how cases are decided.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.simulation.shards import TABLES, Counts, DecidedShard, unpacked

MANIFEST, SUMMARY, PLAN = "manifest.json", "summary.json", "plan.yaml"
PARTS = "parts"


class RunFolderError(InclusionRulesError):
    """The folder of a run cannot be used as asked; the message says why and what would help."""


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Tell whoever named the folder of a run that it cannot be written, and what is left of the run.

    Raises:
        RunFolderError: the disk is full, or nothing may be written there.
    """
    try:
        yield
    except OSError as problem:
        reason = os.strerror(problem.errno) if problem.errno else str(problem)
        begun = "; what was finished is kept: mend that, and `--resume` finishes the run"
        kept = begun if (path / PARTS / "run.json").is_file() else ""
        raise RunFolderError(f"`{path}` cannot be written: {reason}{kept}") from problem


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run on disk."""

    path: Path

    @classmethod
    def begin(cls, path: Path, identity: Mapping[str, Any], *, resume: bool) -> RunFolder:
        """A new folder for a run, or that of a run that was interrupted, of the same plan, seed, cases and law.

        Raises:
            RunFolderError: the folder holds something else, or another run, or nothing that could be resumed; or it
                cannot be made.
        """
        folder = cls(path)
        known = folder._identity()
        if resume:
            if known is None:
                raise RunFolderError(f"`{path}` holds no run that could be resumed; leave `--resume` out to begin one")
            differing = sorted(key for key in {*identity, *known} if identity.get(key) != known.get(key))
            if differing:
                said = ", ".join(f"{key} (then {known.get(key)!r}, now {identity.get(key)!r})" for key in differing)
                raise RunFolderError(f"the run in `{path}` was begun with something else: {said}")
        elif path.exists() and (not path.is_dir() or any(path.iterdir())):
            hint = "give `--resume` to finish the run in it" if known is not None else "name one that is new or empty"
            raise RunFolderError(f"`{path}` is not an empty folder; {hint}")
        with _writing(path):
            (path / PARTS).mkdir(parents=True, exist_ok=True)
        folder._write_json(f"{PARTS}/run.json", identity)
        return folder

    def _identity(self) -> dict[str, Any] | None:
        for name in (f"{PARTS}/run.json", MANIFEST):
            try:
                found = json.loads((self.path / name).read_text("utf-8"))
            except (OSError, ValueError):
                continue
            if isinstance(found, dict):
                return dict(found.get("run", found))
        return None

    # Parts -----------------------------------------------------------------------------------------------------------

    def has_part(self, number: int) -> bool:
        """Whether a shard was finished before."""
        return (self.path / PARTS / f"{number:06d}.json").is_file()

    def keep_part(self, part: DecidedShard) -> None:
        """Keep a finished shard; its counts are written last, so that they say it is there."""
        for name, data in part.tables.items():
            self._write(f"{PARTS}/{part.shard.number:06d}.{name}", data)
        self._write_json(f"{PARTS}/{part.shard.number:06d}.json", part.counts)

    def part(self, number: int, name: str) -> pa.Table:
        """One table of a finished shard."""
        return unpacked((self.path / PARTS / f"{number:06d}.{name}").read_bytes())

    def counts(self, number: int) -> Counts:
        """The counts of a finished shard."""
        found: Counts = json.loads((self.path / PARTS / f"{number:06d}.json").read_text("utf-8"))
        return found

    def drop_parts(self) -> None:
        """Remove the parts of a run that is whole."""
        shutil.rmtree(self.path / PARTS)

    # Whole files -----------------------------------------------------------------------------------------------------

    @contextmanager
    def tables(self) -> Iterator[TableFiles]:
        """The three Parquet files, written part by part and put in their places at the end."""
        files = TableFiles(self.path)
        try:
            yield files
        except BaseException:
            files.abandon()
            raise
        try:
            files.finish()
        except RunFolderError:
            files.abandon()
            raise

    def write_results(self, *, summary: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
        """The summary and, last of all, the manifest."""
        self._write_json(SUMMARY, summary)
        self._write_json(MANIFEST, manifest)

    def write_text(self, name: str, text: str) -> None:
        """Any other file of the run."""
        self._write(name, text.encode("utf-8"))

    def _write_json(self, name: str, value: Mapping[str, Any]) -> None:
        self._write(name, (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8"))

    def _write(self, name: str, data: bytes) -> None:
        place = self.path / name
        beside = place.with_name(place.name + ".partial")
        with _writing(self.path):
            try:
                beside.write_bytes(data)
                os.replace(beside, place)
            except OSError:
                beside.unlink(missing_ok=True)
                raise


class TableFiles:
    """Parquet files in the making: one row group for each shard, compressed, with nothing in them that could vary."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writers: dict[str, pq.ParquetWriter] = {}

    def add(self, name: str, table: pa.Table) -> None:
        """Add a shard's rows."""
        with _writing(self._path):
            writer = self._writers.get(name)
            if writer is None:
                # Only cases are looked for among row groups; statistics of every column would cost more than the rest.
                writer = self._writers[name] = pq.ParquetWriter(
                    self._beside(name),
                    table.schema,
                    compression="zstd",
                    compression_level=1,
                    store_schema=False,
                    write_statistics=["case_id"],
                )
            writer.write_table(table.cast(writer.schema), row_group_size=max(table.num_rows, 1))

    def finish(self) -> None:
        """Close the files and put them in their places."""
        with _writing(self._path):
            for writer in self._writers.values():
                writer.close()
            for name in self._writers:
                os.replace(self._beside(name), self._path / f"{name}.parquet")

    def abandon(self) -> None:
        """Leave nothing behind."""
        for writer in self._writers.values():
            with suppress(OSError):
                writer.close()
        for name in TABLES:
            self._beside(name).unlink(missing_ok=True)

    def _beside(self, name: str) -> Path:
        assert name in TABLES
        return self._path / f"{name}.parquet.partial"
