"""Shards worked on by a Dask cluster: the same shards, on machines that somebody else looks after.

The only door to `distributed`. A worker that is lost gives its shards back; whoever takes them up comes to the same.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from typing import Any

from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.simulation.shards import DecidedShard, Shard, ShardWorker
from inclusion_rules.simulation.workers import MakeWorker, Workforce

CONNECT_WITHIN = "15s"
ALLOWED_LOSSES = 3
"""How many workers may be lost in the middle of one shard before the shard itself is suspected."""


class ClusterError(InclusionRulesError):
    """The cluster cannot be reached, or gave up on a shard; the message says which and what would help."""


def on_cluster(make: MakeWorker, address: str) -> Workforce:
    """The workers of the Dask scheduler at an address.

    They need this library in the same version. What makes a worker is sent to each of them once.

    Raises (while working):
        ClusterError: there is no scheduler at that address, or a shard could not be worked on.
    """

    def work(shards: Sequence[Shard]) -> Iterator[DecidedShard]:
        try:
            import distributed
        except ImportError:
            raise ClusterError(
                "`--scheduler` needs Dask: install the extra, `pip install 'inclusion-rules[cluster]'`"
            ) from None
        # Its functions carry no types; what comes back is checked by what we do with it.
        dask: Any = distributed
        try:
            client = dask.Client(address, timeout=CONNECT_WITHIN, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as problem:
            raise ClusterError(f"no Dask scheduler answers at `{address}`: {problem}") from None
        with client:
            packed = client.scatter(pickle.dumps(make), broadcast=True)
            futures = [
                client.submit(_work, packed, shard, key=f"shard-{shard.number}", retries=ALLOWED_LOSSES, pure=False)
                for shard in shards
            ]
            for future in dask.as_completed(futures, loop=client.loop):
                try:
                    found = future.result()
                except Exception as problem:
                    raise ClusterError(f"the cluster could not work on a shard ({future.key}): {problem}") from problem
                future.release()
                yield found

    return work


_workers: dict[bytes, ShardWorker] = {}


def _work(packed: bytes, shard: Shard) -> DecidedShard:
    """Work on a shard with the worker that this process made the first time it was asked."""
    worker = _workers.get(packed)
    if worker is None:
        _workers.clear()
        worker = _workers[packed] = pickle.loads(packed)()  # noqa: S301  (what our own client sent)
    return worker.work(shard)
