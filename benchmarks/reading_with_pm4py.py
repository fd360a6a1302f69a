"""Reads exported logs and nets with PM4Py, and says as JSON what it found. Run by a Python that has it, on its own.

Imports nothing of inclusion-rules: it stands for a tool of somebody else's. `benchmarks.conformance` calls it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("TQDM_DISABLE", "1")

import pm4py
from pm4py.algo.conformance.alignments.petri_net import algorithm as alignments
from pm4py.algo.conformance.tokenreplay import algorithm as token_replay
from pm4py.objects.conversion.log import converter
from pm4py.objects.log.obj import EventLog
from pm4py.objects.petri_net.obj import Marking

CASE, EVENT = "case:concept:name", "concept:name"


def main() -> None:
    """Read every log of a folder, with the nets beside it."""
    folder = Path(sys.argv[1])
    found: dict[str, Any] = {"pm4py": pm4py.__version__, "logs": {}, "processes": {}}
    for path in sorted(folder.glob("*.xes")):
        found["logs"][path.stem] = _log(path, folder)
    for path in sorted(folder.glob("*.bpmn")):
        drawn = pm4py.read_bpmn(str(path))
        found["processes"][path.stem] = {"nodes": len(drawn.get_nodes()), "flows": len(drawn.get_flows())}
    Path(sys.argv[2]).write_text(json.dumps(found, indent=2), "utf-8")


def _log(path: Path, folder: Path) -> dict[str, Any]:
    log = pm4py.read_xes(str(path))
    objects = pm4py.read_ocel2_json(str(path.with_suffix(".json")))
    found: dict[str, Any] = {
        "cases": int(log[CASE].nunique()),
        "events": len(log),
        "ocel_events": len(objects.events),
        "ocel_objects": len(objects.objects),
        "pathways": {},
    }
    moving = log[log["inclusion:step"]].copy()
    for pathway in sorted(log["case:inclusion:pathway"].unique()):
        own = moving[moving["case:inclusion:pathway"] == pathway]
        staged = own.copy()
        staged[EVENT] = staged[EVENT] + " > " + staged["inclusion:stage_after"]
        found["pathways"][pathway] = {
            "by_tokens": _by_tokens(staged, folder / f"{pathway}.staged.pnml"),
            "by_alignment": _by_alignment(own, folder / f"{pathway}.pnml"),
        }
    return found


def _net(path: Path) -> tuple[Any, Any, Any]:
    net, begins, _ = pm4py.read_pnml(str(path), auto_guess_final_marking=True)
    (last,) = [place for place in net.places if not place.out_arcs]
    return net, begins, Marking({last: 1})


def _by_tokens(log: Any, path: Path) -> dict[str, Any]:
    """Every trace replayed in a log of its own, as PM4Py's memory of other traces can alter its answer to one."""
    net, begins, ends = _net(path)
    options = {"consider_activities_not_in_model_in_fitness": True, "show_progress_bar": False}
    counts = dict.fromkeys(("produced", "consumed", "missing", "remaining"), 0)
    fits: dict[str, bool] = {}
    known: dict[tuple[str, ...], Any] = {}
    for trace in converter.apply(log, variant=converter.Variants.TO_EVENT_LOG):
        events = tuple(event[EVENT] for event in trace)
        if events not in known:
            (known[events],) = token_replay.apply(EventLog([trace]), net, begins, ends, parameters=options)
        for name in counts:
            counts[name] += known[events][f"{name}_tokens"]
        fits[trace.attributes["concept:name"]] = known[events]["trace_is_fit"]
    return {**counts, "fits": fits}


def _by_alignment(log: Any, path: Path) -> dict[str, bool]:
    net, begins, ends = _net(path)
    traces = converter.apply(log, variant=converter.Variants.TO_EVENT_LOG)
    aligned = alignments.apply(traces, net, begins, ends, parameters={"show_progress_bar": False})
    return {trace.attributes["concept:name"]: one["fitness"] == 1.0 for trace, one in zip(traces, aligned, strict=True)}


if __name__ == "__main__":
    main()
