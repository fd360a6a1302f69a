"""`inclusion-rules simulate`: a cohort drawn from a plan, decided case by case, and put on disk as a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from inclusion_rules.cli.asking import Pathways, Rules, a_count, one_of
from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.progress import Progress
from inclusion_rules.cli.showing import note, show


def simulate(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO", help="A plan: a file, or the id of one that ships, such as england_suspensions."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="A new or empty folder for the run.")],
    cases: Annotated[
        int | None,
        typer.Option("--cases", parser=a_count, metavar="N", help="How many cases; the plan's own number if left out."),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", parser=a_count, metavar="S", help="The same seed draws the same cases.")
    ] = 0,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            metavar="CASE",
            help="Leave this case out, by its name in a run; all others stay as they are. May be given again.",
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(
            "--workers", parser=a_count, metavar="W", help="How many processes; the results do not depend on it."
        ),
    ] = 1,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            help="A Dask scheduler, such as tcp://host:8786, to work on its cluster instead.",
        ),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Finish the interrupted run that is in the folder.")] = False,
    report: Annotated[bool, typer.Option("--report/--no-report", help="Write report.html at the end.")] = True,
    rules: Rules = None,
    pathways: Pathways = None,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            parser=one_of("human", "json"),
            metavar="human|json",
            help="A few lines, or the summary as data.",
        ),
    ] = "human",
) -> int:
    """Simulate a cohort under the law as it stands, or as you propose it.

    The folder then holds manifest.json, events.parquet, obligations.parquet, cases.parquet, summary.json, plan.yaml and
    report.html. The same plan, seed, number of cases and law give the same bytes, whatever the number of workers.
    Ctrl-C leaves a valid, shorter run, which `--resume` finishes.

    \b
    Example:
      inclusion-rules simulate england_permanent_exclusions --cases 10000 --seed 7 --out runs/first
    """
    from inclusion_rules.cli.naming_packs import law_of
    from inclusion_rules.loading.plan_files import find_plan, load_plan
    from inclusion_rules.simulation.simulating import Simulation

    if cases == 0:
        raise UsageError("a run has at least 1 case; give `--cases` a number above 0, or leave it out")
    if workers == 0:
        raise UsageError("somebody has to do the work; give `--workers` a number above 0, or leave it out")
    rulebook = law_of(rules, pathways)
    path = find_plan(scenario)
    plan = load_plan(path, rulebook)
    simulation = Simulation.of(
        plan,
        path.read_text("utf-8"),
        rulebook,
        cases=cases,
        seed=seed,
        rules=rules or (),
        pathways=pathways or (),
        without=without or (),
    )
    if scheduler is not None:
        from inclusion_rules.simulation.cluster import on_cluster

        workforce = on_cluster(simulation.make_worker(), scheduler)
    else:
        workforce = simulation.workforce(workers)
    with Progress("cases decided") as progress:
        run = simulation.run(out, workforce, resume=resume, told=progress.reached)
    if report:
        from inclusion_rules.reporting.run_report import write_report

        write_report(out, rulebook=rulebook, plan=plan)
    if not run.complete:
        note(f"interrupted after {run.cases:,} of {run.of:,} cases; `--resume` finishes the run in {out}")
    if format == "json":
        show((out / "summary.json").read_text("utf-8"))
    else:
        summary = json.loads((out / "summary.json").read_text("utf-8"))
        show(told(summary) + f"in {out}\n")
    return Exit.FINE if run.complete else Exit.COULD_NOT_RUN


def told(summary: dict[str, Any]) -> str:
    """What came of a run, in a few lines."""
    duties = summary["obligations"]
    events = sum(summary["events"].values())
    owed = sum(sum(duty["status"].values()) for duty in duties)
    late = sum(duty["status"].get("missed", 0) + duty["status"].get("met_late", 0) for duty in duties)
    lines = [
        f"{summary['cases']:,} cases of {summary['plan']}, as of {summary['as_of']}: {events:,} events, "
        f"{owed:,} obligations, {late:,} of them met late or missed",
        *(f"  {count:>9,}  {stage}" for stage, count in sorted(summary["stages"].items(), key=lambda pair: -pair[1])),
    ]
    return "\n".join(lines) + "\n"
