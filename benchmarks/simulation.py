"""Workload `simulation`: a million permanent exclusions with every obligation, beside SimPy on a toy pathway.

Ours draws the cohort, decides every case by the rules, and writes the three tables. The peer does far less: five stages
with random delays drawn beforehand, one process a case, no rules, no obligations, no files. What counts is the whole
command, workers and all, so both are timed as processes of their own, one after the other, and in the same run.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from importlib.util import find_spec
from os import cpu_count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.measuring import Workload

PLAN = "england_permanent_exclusions"
STAGES = 5
TOY = f"""
import random, sys, simpy
chance = random.Random(1)
cases = int(sys.argv[1])
delays = [[chance.expovariate(1 / 10) for _ in range({STAGES})] for _ in range(cases)]
started = [chance.uniform(0, 365) for _ in range(cases)]
from time import perf_counter
begun = perf_counter()
world = simpy.Environment()
late = 0
def case(number):
    global late
    yield world.timeout(started[number])
    for delay in delays[number]:
        yield world.timeout(delay)
        late += delay > 15
for number in range(cases):
    world.process(case(number))
world.run()
print(perf_counter() - begun)
"""


def measure(*, quick: bool) -> Workload:
    """Time runs of 1,000,000 cases (20,000 when `quick`), with a smaller one beside to show how the time grows."""
    cases = 20_000 if quick else 1_000_000
    rounds = 1
    workers = cpu_count() or 1
    ours: list[float] = []
    smaller: list[float] = []
    toy: list[float] = []
    with TemporaryDirectory() as folder:
        for number in range(rounds):
            smaller.append(_run(Path(folder) / f"small{number}", cases // 10, workers))
            ours.append(_run(Path(folder) / f"whole{number}", cases, workers))
            if find_spec("simpy") is not None:
                toy.append(_toy(cases))
        size = sum(path.stat().st_size for path in (Path(folder) / "whole0").iterdir())
        summary = json.loads((Path(folder) / "whole0" / "summary.json").read_text("utf-8"))
    return Workload(
        ours=median(ours),
        peers={"simpy_toy_pathway": median(toy)} if toy else {},
        unit=f"seconds for {cases:,} cases",
        runs=rounds,
        skipped={} if toy else {"simpy_toy_pathway": "simpy is not installed"},
        notes={
            "workers": workers,
            "seconds_for_a_tenth": round(median(smaller), 2),
            "obligations": sum(sum(duty["status"].values()) for duty in summary["obligations"]),
            "events": sum(summary["events"].values()),
            "megabytes_written": round(size / 1e6, 1),
            "most_memory_of_a_process_mib": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
        },
    )


def _run(out: Path, cases: int, workers: int) -> float:
    command = [sys.executable, "-m", "inclusion_rules.cli", "simulate", PLAN, "--cases", str(cases), "--seed", "7"]
    begun = perf_counter()
    subprocess.run(
        [*command, "--out", str(out), "--workers", str(workers), "--no-report"], check=True, capture_output=True
    )
    return perf_counter() - begun


def _toy(cases: int) -> float:
    found = subprocess.run([sys.executable, "-c", TOY, str(cases)], check=True, capture_output=True, text=True)
    return float(found.stdout)
