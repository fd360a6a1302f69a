"""Whether PM4Py reads our exports and agrees with our conformance checking: `python -m benchmarks.conformance PYTHON`.

For developers only. PM4Py is under the AGPL: it is never imported here nor by the package, and stands in no lock file.
PYTHON is an interpreter of an environment of its own that has it; it reads the files in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.loading.plan_files import find_plan, load_plan
from inclusion_rules.loading.trees import shipped
from inclusion_rules.reporting.bpmn import pathway_as_bpmn
from inclusion_rules.reporting.conformance import Conformance, conformance_of, labels_of
from inclusion_rules.reporting.ocel import OcelWriter
from inclusion_rules.reporting.petri_net import net_of
from inclusion_rules.reporting.pnml import net_as_pnml
from inclusion_rules.reporting.xes import xes_of
from inclusion_rules.simulation.cohort import Cohort
from inclusion_rules.simulation.deciding_records import decided_record
from inclusion_rules.simulation.logged_cases import LoggedCase, case_of_record
from inclusion_rules.simulation.replaying import read_cases

PLANS = ("england_permanent_exclusions", "england_suspensions", "east_sussex_multi_service_group")
EXAMPLES_AS_OF = date(2025, 4, 4)
EVERY = 10
"""Of the cases of a plan, every tenth is put out of order."""
READER = Path(__file__).with_name("reading_with_pm4py.py")


def main(arguments: Sequence[str] | None = None) -> int:
    """Export, have it read, compare, and say what agrees."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conformance", description=__doc__)
    parser.add_argument("python", type=Path, help="the interpreter of an environment that has PM4Py")
    parser.add_argument("--cases", type=int, default=300, help="how many cases of each plan (default: 300)")
    chosen = parser.parse_args(arguments)
    rulebook = open_rulebook()
    logs = dict(_logs(rulebook, chosen.cases))
    with TemporaryDirectory() as place:
        folder = Path(place)
        _export(logs, rulebook, folder)
        told = folder / "told.json"
        subprocess.run([chosen.python, READER, folder, told], check=True, stdout=subprocess.DEVNULL)
        theirs = json.loads(told.read_text("utf-8"))
    print(f"PM4Py {theirs['pm4py']}")
    disagreements = [
        line for name, cases in logs.items() for line in _compared(name, cases, rulebook, theirs["logs"][name])
    ]
    for name, drawn in theirs["processes"].items():
        print(f"{name}.bpmn: {drawn['nodes']} nodes and {drawn['flows']} flows read")
    for line in disagreements:
        print(f"DISAGREES: {line}", file=sys.stderr)
    return 1 if disagreements else 0


def _logs(rulebook: Rulebook, cases: int) -> Iterator[tuple[str, list[LoggedCase]]]:
    example = shipped("examples") / "real_cases.csv"
    real = read_cases(example, rulebook, packs=("england",), calendar="example")
    yield "real_cases", [_decided(one.record, rulebook, EXAMPLES_AS_OF) for one in real.cases]
    for plan_id in PLANS:
        plan = load_plan(find_plan(plan_id), rulebook)
        blocks = Cohort.of(plan, rulebook, cases=cases, seed=1).block(0, cases)
        records = [record for block in blocks for record in block.records()]
        yield (
            plan_id,
            [
                _decided(
                    _out_of_order(record, number, rulebook) if number % EVERY == 0 else record, rulebook, plan.until
                )
                for number, record in enumerate(records)
            ],
        )


def _decided(record: CaseRecord, rulebook: Rulebook, as_of: date) -> LoggedCase:
    also = {"calendar": record.calendar.id}
    return case_of_record(decided_record(record, rulebook, as_of=as_of, also=also))


def _out_of_order(record: CaseRecord, number: int, rulebook: Rulebook) -> CaseRecord:
    """A case with something amiss: a step that was never recorded, or two whose days are the wrong way round."""
    moving = {move.event for move in rulebook.pathways[record.pathway].moves}
    steps = [place for place, event in enumerate(record.events) if event.name in moving]
    if len(steps) < 2:
        return record
    events = list(record.events)
    first = number // EVERY % (len(steps) - 1)
    place, after = steps[first], steps[first + 1]
    if number % (2 * EVERY):
        one, other = events[place], events[after]
        events[place], events[after] = replace(other, date=one.date), replace(one, date=other.date)
    else:
        del events[place]
    return replace(record, events=tuple(events))


def _export(logs: dict[str, list[LoggedCase]], rulebook: Rulebook, folder: Path) -> None:
    for name, cases in logs.items():
        (folder / f"{name}.xes").write_text("".join(xes_of(cases, rulebook.pathways, name=name)), "utf-8")
        with (folder / f"{name}.json").open("w", encoding="utf-8") as file, (folder / "aside").open("w+") as aside:
            OcelWriter(file, aside, rulebook, EXAMPLES_AS_OF).write(cases)
    for pathway in rulebook.pathways.values():
        (folder / f"{pathway.id}.pnml").write_text(net_as_pnml(net_of(pathway)), "utf-8")
        (folder / f"{pathway.id}.staged.pnml").write_text(net_as_pnml(net_of(pathway, with_stages=True)), "utf-8")
        (folder / f"{pathway.id}.bpmn").write_text(pathway_as_bpmn(pathway), "utf-8")


def _compared(name: str, cases: list[LoggedCase], rulebook: Rulebook, theirs: dict[str, Any]) -> Iterator[str]:
    events = sum(len(case.events) for case in cases)
    print(f"{name}: {theirs['cases']} of {len(cases)} cases and {theirs['events']} of {events} events read; OCEL: "
          f"{theirs['ocel_events']} events, {theirs['ocel_objects']} objects")  # fmt: skip
    if (theirs["cases"], theirs["events"], theirs["ocel_events"]) != (len(cases), events, events):
        yield f"{name}: not everything was read"
    for pathway, ours in conformance_of(cases, rulebook).items():
        yield from _one(name, pathway, ours, [each for each in cases if each.pathway == pathway], rulebook, theirs)


def _one(
    name: str, pathway: str, ours: Conformance, cases: list[LoggedCase], rulebook: Rulebook, theirs: dict[str, Any]
) -> Iterator[str]:
    plain, staged = (net_of(rulebook.pathways[pathway], with_stages=with_stages) for with_stages in (False, True))
    by_tokens = theirs["pathways"][pathway]["by_tokens"]
    by_alignment = theirs["pathways"][pathway]["by_alignment"]
    agree = {"tokens": 0, "alignment": 0}
    totals = dict.fromkeys(("produced", "consumed", "missing", "remaining"), 0)
    for case in cases:
        in_words, with_stages = labels_of(case, rulebook.pathways[pathway])
        if not in_words:
            agree = {key: count + 1 for key, count in agree.items()}
            continue
        replayed = staged.replayed(with_stages)
        for key in totals:
            totals[key] += getattr(replayed, key)
        for kind, mine, other in (
            ("tokens", replayed.fits, by_tokens["fits"].get(case.id)),
            ("alignment", plain.accepts(in_words), by_alignment.get(case.id)),
        ):
            agree[kind] += mine == other
            if mine != other:
                yield f"{name}, {case.id}, by {kind}: ours {mine}, theirs {other}"
    print(
        f"  {pathway}: {ours.cases} cases, {ours.fitting} with nothing out of order, {ours.tokens_fit} fit by tokens, "
        f"{ours.in_order} by order alone; agreed: {agree['tokens']} by tokens, {agree['alignment']} by alignment"
    )
    own = ", ".join(f"{key} {count}" for key, count in totals.items())
    other = ", ".join(f"{key} {by_tokens[key]}" for key in totals)
    print(f"    tokens ours: {own}; theirs: {other}")
    # How many silent steps a tool takes on its way is its own affair; what was missing or left over is not.
    if any(totals[key] != by_tokens[key] for key in ("missing", "remaining")):
        yield f"{name}, {pathway}: tokens ours: {own}; theirs: {other}"


if __name__ == "__main__":
    sys.exit(main())
