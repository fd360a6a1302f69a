"""Who works on the shards of a run: this process, several of its own, or a cluster (`cluster`).

All give back the same shards; only the order in which they are finished differs.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.simulation.shards import DecidedShard, Shard, ShardWorker

MakeWorker = Callable[[], ShardWorker]
Workforce = Callable[[Sequence[Shard]], Iterator[DecidedShard]]


class WorkerDiedError(InclusionRulesError):
    """A process that worked on shards ended before its work was done."""

    def __init__(self) -> None:
        super().__init__(
            "a worker process died, perhaps for want of memory; what was finished is kept: run again with `--resume`, "
            "with fewer `--workers` if memory is short"
        )


def in_this_process(make: MakeWorker) -> Workforce:
    """One shard after another, here."""

    def work(shards: Sequence[Shard]) -> Iterator[DecidedShard]:
        worker = make() if shards else None
        for shard in shards:
            assert worker is not None
            yield worker.work(shard)

    return work


def in_processes(make: MakeWorker, count: int) -> Workforce:
    """Several processes on this machine; no more shards are handed out than they can take up soon.

    Raises (while working):
        WorkerDiedError: one of them was killed.
    """

    def work(shards: Sequence[Shard]) -> Iterator[DecidedShard]:
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(min(count, max(len(shards), 1)), context, initializer=_begin, initargs=(make,))
        try:
            yield from _as_finished(pool, shards, ahead=2 * count)
        except BrokenProcessPool:
            raise WorkerDiedError from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    return work


def _as_finished(pool: ProcessPoolExecutor, shards: Sequence[Shard], *, ahead: int) -> Iterator[DecidedShard]:
    left = iter(shards)
    running: set[Future[DecidedShard]] = set()
    while True:
        while len(running) < ahead and (shard := next(left, None)) is not None:
            running.add(pool.submit(_work, shard))
        if not running:
            return
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in sorted(done, key=lambda each: each.result().shard.number):
            yield future.result()


_worker: ShardWorker | None = None


def _begin(make: MakeWorker) -> None:
    """What a worker process starts with. Ctrl-C is for the process that hands out the work."""
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker = make()


def _work(shard: Shard) -> DecidedShard:
    assert _worker is not None
    return _worker.work(shard)
