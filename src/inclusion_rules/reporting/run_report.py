"""The report of a run: one web page that stands alone, for reading, printing and checking.

Opens the run, has it added up, arranges the sections, and renders the page. The same run under the same law gives the
same bytes. The pictures are `run_duties`, `run_course` and `run_drawing`.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.simulation_plans import Certainty, Plan
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.reporting.run_course import (
    costs,
    funnel,
    new_schools,
    pathway_map,
    time_in_stages,
    waiting_for_room,
)
from inclusion_rules.reporting.run_duties import duty_sections
from inclusion_rules.reporting.run_page import RunAtHand, Section, Table, counted, percent
from inclusion_rules.reporting.run_validation import held_against, how_it_stands, validation_section
from inclusion_rules.reporting.whole_files import whole_files
from inclusion_rules.simulation.cohort import Cohort
from inclusion_rules.simulation.queue_lengths import queues_of
from inclusion_rules.simulation.recorded_plans import is_of_records, plan_of_records
from inclusion_rules.simulation.run_columns import pieces_of
from inclusion_rules.simulation.run_figures import RunFigures
from inclusion_rules.simulation.run_reading import SavedRun

REPORT = "report.html"
_RELIES_ON = {
    Certainty.PUBLISHED: "taken as published",
    Certainty.DERIVED: "worked out from what is published",
    Certainty.SECONDARY: "read in somebody else's account of what is published",
    Certainty.ASSUMED: "assumed: nobody publishes it",
    None: "not said",
}


def write_report(run_folder: Path, *, rulebook: Rulebook | None = None, plan: Plan | None = None) -> None:
    """Write `report.html` into the folder of a run.

    `rulebook` is the law that the run was made under, and `plan` the plan it was drawn from; by default the law that
    ships, and the plan that lies in the folder.

    Raises:
        RunReadingError: there is no run in the folder.
        InvalidFilesError: the plan in the folder cannot be read under the law at hand.
        ExportError: the report cannot be written; none is left half written.
    """
    page = report_of(run_folder, rulebook=rulebook, plan=plan)
    with whole_files(run_folder / REPORT) as (stream,):
        stream.write(page)


def report_of(run_folder: Path, *, rulebook: Rulebook | None = None, plan: Plan | None = None) -> str:
    """The page itself. Raises what `write_report` raises, but for the writing."""
    at_hand = run_at_hand(run_folder, rulebook=rulebook, plan=plan)
    shown: str = _template().render(
        at_hand=at_hand,
        plan=at_hand.plan,
        identity=at_hand.run.manifest["run"],
        complete=at_hand.run.manifest.get("complete", True),
        stands_out=_stands_out(at_hand),
        sections=_sections(at_hand),
    )
    return shown


def run_at_hand(run_folder: Path, *, rulebook: Rulebook | None = None, plan: Plan | None = None) -> RunAtHand:
    """A run opened and added up."""
    run = SavedRun.open(run_folder)
    law = rulebook if rulebook is not None else open_rulebook()
    if plan is None and is_of_records(run):
        plan, law = plan_of_records(run, law)
    drawn_from = plan if plan is not None else run.plan(law)
    figures = RunFigures.of(pieces_of(run), drawn_from, law)
    return RunAtHand(run, drawn_from, law, figures, other_law=_other_law(run, law))


def _other_law(run: SavedRun, law: Rulebook) -> tuple[str, ...]:
    """The packs that are at hand in another version than the run was decided by."""
    made_by = run.manifest["run"]["packs"]
    return tuple(
        name for name in sorted(made_by) if name not in law.packs or law.packs[name].digest != made_by[name]["digest"]
    )


def _sections(at_hand: RunAtHand) -> list[Section]:
    drawn = not is_of_records(at_hand.run)
    found: list[Section | None] = [
        _figures_of_the_plan(at_hand) if drawn else None,
        validation_section(at_hand) if drawn else None,
        funnel(at_hand),
        pathway_map(at_hand),
        *duty_sections(at_hand),
        time_in_stages(at_hand),
        new_schools(at_hand),
        _queues(at_hand),
        costs(at_hand) if drawn else None,
        _how_to_recompute(at_hand),
        _every_figure(at_hand) if drawn else None,
    ]
    return [section for section in found if section is not None]


def _queues(at_hand: RunAtHand) -> Section | None:
    if not at_hand.plan.capacities:
        return None
    if at_hand.other_law:
        said = "Left out: the queues are worked out anew from the plan, and the law at hand is not the run's."
        return Section("queues", "Waiting for room", (said,))
    identity = at_hand.run.manifest["run"]
    cohort = Cohort.of(at_hand.plan, at_hand.rulebook, cases=identity["cases"], seed=identity["seed"])
    return waiting_for_room(queues_of(cohort))


def _stands_out(at_hand: RunAtHand) -> list[str]:
    """What a reader should take away, worst first, each in one sentence."""
    found = []
    held = held_against(at_hand.plan, at_hand.figures)
    if at_hand.measured:
        worst = at_hand.measured[0]
        rate = at_hand.standing[worst].rate
        assert rate is not None
        found.append(
            f"Most often in breach: {at_hand.label_of(worst)}, in {percent(rate.value)} of "
            f"{counted(at_hand.standing[worst].decided, 'obligation')}."
        )
    survival = at_hand.figures.survival()
    if survival is not None and survival.median is not None:
        found.append(f"Half of the pupils have started at a new school by school day {survival.median}.")
    if at_hand.not_measured:
        duties = "duty is" if len(at_hand.not_measured) == 1 else "duties are"
        found.append(
            f"{len(at_hand.not_measured)} {duties} not measured, because nothing in {at_hand.known_from} would meet "
            f"{'it' if len(at_hand.not_measured) == 1 else 'them'}."
        )
    if held:
        found.append(how_it_stands(held))
    return found


# What the run is -------------------------------------------------------------------------------------------------


def _figures_of_the_plan(at_hand: RunAtHand) -> Section:
    plan = at_hand.plan
    counts = Counter(figure.certainty for figure in plan.figures)
    levels = [level for level in (*Certainty, None) if counts[level]]
    assumed = counts[Certainty.ASSUMED] + counts[None]
    return Section(
        "certainty",
        "How sure its figures are",
        (
            *((plan.note,) if plan.note else ()),
            f"Of {counted(len(plan.figures), 'figure')} that the plan gives, {assumed} are assumed or of unknown "
            "origin. What follows from those says how the law answers to such behaviour, and not how people behave. "
            "They are all listed at the end.",
        ),
        tables=(
            Table(
                "The plan's figures, by how far they can be relied on",
                ("Certainty", "What it means", "Figures"),
                tuple(
                    (level.value if level is not None else "not said", _RELIES_ON[level], str(counts[level]))
                    for level in levels
                ),
            ),
        ),
    )


def _made_by(identity: dict[str, Any]) -> str:
    """What would make the run again."""
    if "source" in identity:
        return f"Deciding the same records as of {identity['as_of']}"
    but_for = f", without {', '.join(identity['without'])}," if "without" in identity else ""
    return f"`inclusion-rules simulate` with plan.yaml, {identity['cases']} cases and seed {identity['seed']}{but_for}"


def _how_to_recompute(at_hand: RunAtHand) -> Section:
    identity = at_hand.run.manifest["run"]
    return Section(
        "recompute",
        "How to check all this",
        (
            "Every figure here is a count over the three tables beside this page. Any case can be decided alone, like "
            "a live one, and must come out the same.",
        ),
        listed=(
            "cases.parquet has one row a case: who it is about, and the stage in which it ends.",
            "events.parquet has one row an event, with the stage before and after it.",
            "obligations.parquet has one row an obligation: who owes what, since when, by when, when it was met, "
            "and how late.",
            f"{_made_by(identity)} makes the same tables, byte for byte, under the same law.",
            "`inclusion-rules audit` with the folder and `--sample` decides some of the cases alone and holds them "
            "against the run.",
        ),
    )


def _every_figure(at_hand: RunAtHand) -> Section:
    plan = at_hand.plan
    rows = tuple(
        (
            figure.place,
            figure.value,
            figure.certainty.value if figure.certainty is not None else "not said",
            _source(plan, figure.source),
            figure.note or "–",
        )
        for figure in plan.figures
    )
    sources = tuple((source.title, source.url or "–", source.note or "–") for source in plan.sources.values())
    return Section(
        "figures",
        "Every figure of the plan",
        folded=(
            Table("What the plan says", ("Place in the plan", "Figure", "Certainty", "Source", "Note"), rows),
            Table("Where it was published", ("Source", "Address", "Note"), sources),
        ),
    )


def _source(plan: Plan, name: str | None) -> str:
    source = plan.sources.get(name) if name is not None else None
    return source.title if source is not None else name or "–"


@lru_cache(maxsize=1)
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("inclusion_rules.reporting", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": day_in_words, "counted": counted}
    return environment.get_template("run.html.j2")
