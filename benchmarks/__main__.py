"""The measurements' command line: `python -m benchmarks --json FILE [--only NAME] [--quick]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import caseload, deadlines, decide, simulation, store
from benchmarks.measuring import Workload, machine

WORKLOADS: Mapping[str, Callable[..., Workload]] = {
    "decide": decide.measure,
    "deadline": deadlines.measure,
    "store": store.measure,
    "caseload": caseload.measure,
    "simulation": simulation.measure,
}
"""Every workload by its name: a function that takes `quick` and hands back what it measured."""
ON_REQUEST: Mapping[str, Callable[..., Workload]] = {"store-soak": store.measure_soak}
"""Those that are run only when they are named: they take long, and their answer is that nothing went wrong."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for, write the results file, and show the figures."""
    known = {**WORKLOADS, **ON_REQUEST}
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the results (default: nowhere)")
    parser.add_argument("--only", choices=sorted(known), metavar="NAME", help=f"one of: {', '.join(known)}")
    parser.add_argument("--quick", action="store_true", help="fewer cases and rounds; all of it in under two minutes")
    chosen = parser.parse_args(arguments)
    measured = {}
    for name in [chosen.only] if chosen.only else WORKLOADS:
        print(f"{name}: measuring", file=sys.stderr)
        measured[name] = known[name](quick=chosen.quick)
        print("\n".join(_shown(name, measured[name])))
    if chosen.json:
        results = {"machine": machine(), "workloads": {name: each.as_json() for name, each in measured.items()}}
        chosen.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 0


def _shown(name: str, measured: Workload) -> list[str]:
    """A workload as a small table, the quickest first."""
    figures = {"ours": measured.ours, **measured.peers}
    lines = [f"{name} ({measured.unit}; {measured.runs} rounds)"]
    lines += [
        f"  {contender:<28}{figure:>12.2f}   x {figure / measured.ours:.2f}"
        for contender, figure in sorted(figures.items(), key=lambda each: each[1])
    ]
    lines += [f"  {peer:<28}     skipped   {reason}" for peer, reason in measured.skipped.items()]
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
