"""`inclusion-rules experiment`: a change tried on the same cases, several times over."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.cli.asking import Pathways, Rules, a_count, one_of
from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.progress import Progress
from inclusion_rules.cli.showing import note, show, width, write_file


def experiment(
    experiment: Annotated[
        str, typer.Argument(metavar="EXPERIMENT", help="An experiment: a file, or the id of one that ships.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="A new or empty folder for the runs of both arms.")
    ],
    cases: Annotated[
        int | None, typer.Option("--cases", parser=a_count, metavar="N", help="How many cases a run; else as it says.")
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option("--replications", parser=a_count, metavar="R", help="How many pairs of runs; else as it says."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", parser=a_count, metavar="S", help="The seed of the first pair.")
    ] = None,
    workers: Annotated[
        int,
        typer.Option("--workers", parser=a_count, metavar="W", help="How many processes; the results are the same."),
    ] = 1,
    rules: Rules = None,
    pathways: Pathways = None,
    format: Annotated[
        str, typer.Option("--format", parser=one_of("human", "json"), metavar="human|json", help="In which form.")
    ] = "human",
) -> int:
    """Try a change of a plan or of the law: the same cases with and without it, over and over.

    The folder then holds every run of both arms (first/1, second/1, …), law that was changed, comparison.json and
    experiment.html.

    \b
    Example:
      inclusion-rules experiment fair_access_panels --out trials/panels
    """
    from inclusion_rules.loading.experiment_files import find_experiment, load_experiment, plan_of
    from inclusion_rules.reporting.comparison_json import comparison_as_data
    from inclusion_rules.reporting.comparison_page import ComparisonPage, comparison_as_html
    from inclusion_rules.reporting.comparison_text import comparison_as_text
    from inclusion_rules.simulation.comparing import compare
    from inclusion_rules.simulation.experimenting import carry_out

    for name, typed in (("--cases", cases), ("--replications", replications)):
        if typed == 0:
            raise UsageError(
                f"an experiment has at least 1 run of 1 case; give `{name}` a number above 0, or leave it out"
            )
    if workers == 0:
        raise UsageError("somebody has to do the work; give `--workers` a number above 0, or leave it out")
    path = find_experiment(experiment)
    tried = load_experiment(path)
    finished = 0
    with Progress("runs finished") as progress:

        def reached(done: int, of: int) -> None:
            nonlocal finished
            finished = done
            progress.reached(done, of)

        try:
            runs = carry_out(
                tried,
                plan_of(tried, path),
                out,
                cases=cases,
                replications=replications,
                seed=seed,
                workers=workers,
                rules=rules or (),
                pathways=pathways or (),
                told=reached,
            )
        except KeyboardInterrupt:
            of = 2 * (replications or tried.replications)
            note(
                f"interrupted after {finished} of {of} runs, so nothing is compared. The finished ones are whole and "
                f"stay in {out}; to try again, name another folder"
            )
            return Exit.COULD_NOT_RUN
    page = ComparisonPage(compare(runs.pairs), runs.rulebook)
    said = (
        tried.asks,
        f"First: {tried.first.name}. Second: {tried.second.name}.",
        f"What the answer can say: {tried.can_say}",
        f"What it cannot say: {tried.cannot_say}",
    )
    data = {"experiment": tried.id, "title": tried.title, "says": list(said), **comparison_as_data(page)}
    text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    write_file(text, out / "comparison.json")
    write_file(comparison_as_html(page, title=tried.title, says=said), out / "experiment.html")
    if format == "json":
        show(text)
    else:
        told = "\n".join(textwrap.fill(one, width()) for one in (tried.title, *said))
        show(f"{told}\n\n{comparison_as_text(page, width=width())}")
    note(f"in {out}")
    return Exit.FINE
