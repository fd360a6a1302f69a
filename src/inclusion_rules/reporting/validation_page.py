"""The page of the documentation that holds a run of every shipped plan against published figures, misses first of all.

Run as `python -m inclusion_rules.reporting.validation_page docs/explanation`: draws and decides each plan anew, so that
no number of the page is typed by hand.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.simulation_plans import Certainty, Plan
from inclusion_rules.loading.plan_files import find_plan, load_plan, shipped_plans
from inclusion_rules.reporting.markdown import plain_text, sentence, table_row
from inclusion_rules.reporting.run_page import counted
from inclusion_rules.reporting.run_validation import Held, held_against, how_it_stands
from inclusion_rules.simulation.run_columns import pieces_of
from inclusion_rules.simulation.run_figures import RunFigures
from inclusion_rules.simulation.run_reading import SavedRun
from inclusion_rules.simulation.simulating import Simulation

PAGE = "validation.md"
CASES, SEED = 10_000, 1

_OPENING = f"""\
<!-- Made by `python -m inclusion_rules.reporting.validation_page docs/explanation`; do not edit. -->
# Runs held against published figures

A plan of a simulation is made of published figures, of figures worked out from them, and of assumptions. This page
says of every plan that ships how far a run of it comes to what was published elsewhere, above all to figures that it
was *not* fitted to. It is made by running each plan: {CASES:,} cases, seed {SEED}.

A figure is *within* where the published value lies in the run's 95 % interval, and the run MISSES it otherwise. The
interval is what chance leaves to a run of this size; it says nothing of whether the plan is right, and a wide one,
where few cases count, meets almost anything. Meeting a figure that the plan was fitted to shows only that the drawing
works.

"""


def validation_page(rulebook: Rulebook, *, cases: int = CASES, plans: Sequence[str] = ()) -> str:
    """The whole page, from one run of each plan."""
    return _OPENING + "\n".join(line for name in plans or shipped_plans() for line in _plan(name, rulebook, cases))


def run_held(plan: Plan, text: str, rulebook: Rulebook, *, cases: int) -> tuple[Held, ...]:
    """One run of a plan, held against its figures; nothing of it is kept."""
    with TemporaryDirectory() as folder:
        simulation = Simulation.of(plan, text, rulebook, cases=cases, seed=SEED)
        run = simulation.run(Path(folder) / "run", simulation.workforce(1))
        saved = SavedRun.open(run.folder.path)
        return held_against(plan, RunFigures.of(pieces_of(saved), plan, rulebook))


def _plan(name: str, rulebook: Rulebook, cases: int) -> Iterator[str]:
    path = find_plan(name)
    plan = load_plan(path, rulebook)
    held = run_held(plan, path.read_text("utf-8"), rulebook, cases=cases)
    levels = Counter(figure.certainty for figure in plan.figures)
    sure = ", ".join(f"{levels[level]} {level.value}" for level in Certainty if levels[level])
    yield f"## `{name}`"
    yield ""
    yield sentence(plan.title)
    yield ""
    yield f"{plain_text(how_it_stands(held))} The plan gives {counted(len(plan.figures), 'figure')}: {sure}."
    yield ""
    yield table_row(("Figure", "Verdict", f"Run of {cases:,}", "Published", "Plan"))
    yield table_row(("---", "---", "---", "---", "---"))
    for one in sorted(held, key=lambda each: (each.within, each.comparison.fitted)):
        verdict = one.verdict if one.within else f"**{one.verdict}**"
        fitted = "fitted to it" if one.comparison.fitted else "not fitted"
        yield table_row((plain_text(one.comparison.figure), verdict, one.run_says, one.published, fitted))
    yield ""
    for one in held:
        source = one.source.title if one.source is not None else one.comparison.source
        link = f"<{one.source.url}>" if one.source is not None and one.source.url else ""
        note = f" {plain_text(one.comparison.note)}" if one.comparison.note else ""
        yield f"* {plain_text(one.comparison.figure)}: {sentence(source)}{note and f' Note:{note}.'} {link}".rstrip()
    yield ""
    if plan.note:
        yield f"What the plan itself says: {plain_text(plan.note)}"
        yield ""


def write_validation_page(folder: Path, rulebook: Rulebook) -> bool:
    """Write the page into a folder; whether its text has changed."""
    folder.mkdir(parents=True, exist_ok=True)
    path, text = folder / PAGE, validation_page(rulebook)
    if path.is_file() and path.read_text("utf-8") == text:
        return False
    path.write_text(text, "utf-8")
    return True


def main(arguments: Sequence[str]) -> None:
    """Write the page into the one folder named.

    Raises:
        SystemExit: no folder, or more than one, was named.
    """
    if len(arguments) != 1 or arguments[0].startswith("-"):
        raise SystemExit("usage: python -m inclusion_rules.reporting.validation_page FOLDER")
    write_validation_page(Path(arguments[0]), open_rulebook())


if __name__ == "__main__":
    main(sys.argv[1:])
