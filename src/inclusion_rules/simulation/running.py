"""A run from beginning to end: shards handed out, tables put together in order, the manifest last.

The same identity gives the same bytes, whoever worked and however often it was interrupted. Has no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inclusion_rules.simulation.run_folder import RunFolder
from inclusion_rules.simulation.shards import TABLES, Counts, Shard, added_up, shards_of
from inclusion_rules.simulation.workers import Workforce

Told = Callable[[int, int], None]
"""Hears, as the run goes on, how many of how many cases are done."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run that has come to an end, whole or interrupted."""

    folder: RunFolder
    cases: int
    of: int
    counts: Counts
    decided_alone: int

    @property
    def complete(self) -> bool:
        """Whether every case is in it."""
        return self.cases == self.of


def run_cohort(
    path: Path,
    identity: Mapping[str, Any],
    *,
    cases: int,
    workforce: Workforce,
    summary_of: Callable[[Counts], Mapping[str, Any]],
    texts: Mapping[str, str],
    names: Mapping[str, Any] | None = None,
    left_out: int = 0,
    resume: bool = False,
    told: Told = lambda done, of: None,
) -> Run:
    """Carry out a run in a folder.

    `identity` is all that the results follow from, and goes into the manifest under `run`; `texts` are kept beside it,
    and `names` says in the manifest which of them are what. Of the `cases`, so many are `left_out`. Interrupted by
    Ctrl-C, what is finished up to the first gap is put together as a valid, shorter run that says so, and can be
    resumed.

    Raises:
        RunFolderError: the folder cannot be used, or the disk is full; nothing half written is left under a whole name.
    """
    folder = RunFolder.begin(path, identity, resume=resume)
    for name, text in texts.items():
        folder.write_text(name, text)
    shards = shards_of(cases)
    done = _Done(folder, shards, told)
    with folder.tables() as files:
        try:
            done.put_in_place(files.add)
            for part in workforce([shard for shard in shards if not folder.has_part(shard.number)]):
                folder.keep_part(part)
                done.decided_alone += part.decided_alone
                done.put_in_place(files.add)
        except KeyboardInterrupt:
            if not done.placed:
                raise
    counts = added_up(done.counts)
    run = Run(folder, counts.get("cases", 0), cases - left_out, counts, done.decided_alone)
    manifest = {"run": dict(identity), "complete": run.complete, "cases": run.cases, "shards": done.placed}
    manifest |= names if names is not None else {}
    folder.write_results(summary=summary_of(counts), manifest=manifest)
    if run.complete:
        folder.drop_parts()
    return run


class _Done:
    """The shards whose turn has come: those finished, up to the first that is not."""

    def __init__(self, folder: RunFolder, shards: list[Shard], told: Told) -> None:
        self._folder, self._shards, self._told = folder, shards, told
        self.placed = 0
        self.counts: list[Counts] = []
        self.decided_alone = 0

    def put_in_place(self, add: Callable[[str, Any], None]) -> None:
        """Add to the files whatever is next in turn."""
        while self.placed < len(self._shards) and self._folder.has_part(self._shards[self.placed].number):
            number = self._shards[self.placed].number
            for name in TABLES:
                add(name, self._folder.part(number, name))
            self.counts.append(self._folder.counts(number))
            self.placed += 1
            self._told(self._shards[self.placed - 1].last, self._shards[-1].last)
