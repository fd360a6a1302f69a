"""What a plan is to a simulated run, told for a run of records: its pathway, its calendars, and the events it holds.

Nothing was drawn from it. It lets whoever adds runs up take one of real cases like any other: a duty that no event of
the records could show done is then known to be one that nothing is measured of.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pyarrow.compute as pc
import pyarrow.parquet as pq

from inclusion_rules.domain.pathways import Move, Pathway, Stage
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.domain.simulation_plans import Plan, Season, Setting, Step
from inclusion_rules.loading.case_reading import load_calendar
from inclusion_rules.simulation.run_folder import SUMMARY
from inclusion_rules.simulation.run_reading import SavedRun

JOINED = "real_cases"
"""The pathway of a run whose cases are on several: their stages and moves together."""


def is_of_records(run: SavedRun) -> bool:
    """Whether a run was made of records and not drawn from a plan."""
    return "source" in run.manifest["run"]


def plan_of_records(run: SavedRun, rulebook: Rulebook) -> tuple[Plan, Rulebook]:
    """What stands for the plan of a run of records, with a rulebook that has its pathway.

    Raises:
        InvalidFilesError: a calendar of the run cannot be read.
    """
    identity = run.manifest["run"]
    pathway = joined_pathway([rulebook.pathways[name] for name in identity["pathways"]])
    cases = pq.read_table(run.path / "cases.parquet", columns=["packs", "calendar", "about"])
    under = sorted({(row["packs"], row["calendar"]) for row in cases.select(["packs", "calendar"]).to_pylist()})
    settings = [Setting(_calendar(name, run, rulebook), tuple(packs.split(","))) for packs, name in under]
    days = pc.min_max(cases.column("about")).as_py()
    as_of = run.as_of
    events = json.loads((run.path / SUMMARY).read_text("utf-8"))["events"]
    plan = Plan(
        id=identity["plan"]["id"],
        title=identity["plan"]["title"],
        pathway=pathway.id,
        setting=settings[0],
        first=days["min"] or as_of,
        last=days["max"] or as_of,
        until=as_of,
        cases=identity["cases"],
        who=(),
        steps=tuple(Step(name, name, Season()) for name in sorted(events)),
        settings={f"{number}": setting for number, setting in enumerate(settings[1:], start=2)},
        digest=identity["plan"]["digest"],
    )
    return plan, replace(rulebook, pathways={**rulebook.pathways, pathway.id: pathway})


def _calendar(name: str, run: SavedRun, rulebook: Rulebook) -> SchoolCalendar:
    """A calendar of the run, under the name that the run has for it."""
    found = load_calendar(name, rulebook, beside=run.path)
    layers = (*found.layers[:-1], replace(found.layers[-1], id=name))
    return found if found.id == name else SchoolCalendar.of(layers, found.bank_holidays)


def joined_pathway(pathways: list[Pathway]) -> Pathway:
    """Several pathways as one: every stage once, those that go on before the ends, and every move."""
    if len(pathways) == 1:
        return pathways[0]
    stages: dict[str, Stage] = {}
    for is_end in (False, True):
        for pathway in pathways:
            for stage in pathway.stages:
                if stage.is_end is is_end and stage.name not in stages:
                    stages[stage.name] = stage
    moves: dict[Move, None] = {}
    for pathway in pathways:
        moves |= dict.fromkeys(pathway.moves)
    return Pathway(
        id=JOINED,
        title=" · ".join(pathway.title for pathway in pathways),
        begins_with=tuple(dict.fromkeys(event for pathway in pathways for event in pathway.begins_with)),
        follows=tuple(dict.fromkeys(event for pathway in pathways for event in pathway.follows)),
        stages=tuple(stages.values()),
        moves=tuple(moves),
    )
