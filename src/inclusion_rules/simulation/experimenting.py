"""Carries an experiment out: both arms of it, as often as it says, on the same cases.

Each arm's plan is kept in its runs, and law that was changed lies beside them, so that all of it can be checked.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.experiments import Arm, Experiment, LawChange
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.simulation_plans import Plan
from inclusion_rules.errors import Diagnostic, InvalidFilesError, nearest_word
from inclusion_rules.loading.changing_texts import NOT_THERE, changed_parameter, changed_plan
from inclusion_rules.loading.plan_files import parse_plan
from inclusion_rules.loading.trees import shipped
from inclusion_rules.simulation.comparing import ComparedRun
from inclusion_rules.simulation.run_folder import RunFolderError
from inclusion_rules.simulation.simulating import Simulation
from inclusion_rules.source import Span

PACK_FILE = "pack.yaml"
ARMS, LAW = ("first", "second"), "law"
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ExperimentRuns:
    """The runs of an experiment, pair by pair, with the law that lends the words."""

    experiment: Experiment
    pairs: tuple[tuple[ComparedRun, ComparedRun], ...]
    rulebook: Rulebook


def carry_out(
    experiment: Experiment,
    plan_file: Path,
    out: Path,
    *,
    cases: int | None = None,
    replications: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    rules: Sequence[Path] = (),
    pathways: Sequence[Path] = (),
    told: Told = lambda done, of: None,
) -> ExperimentRuns:
    """Run both arms of an experiment into `out/first` and `out/second`, a folder for each replication.

    Raises:
        RunFolderError: the folder is not empty.
        InvalidFilesError: a change does not fit the plan or the law, or what comes of it cannot be used. It is raised
            before the first run, and leaves nothing behind.
        ValueError: no replications, or no cases.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RunFolderError(f"`{out}` is not an empty folder; name one that is new or empty")
    number = experiment.replications if replications is None else replications
    first_seed, size = experiment.seed if seed is None else seed, experiment.cases if cases is None else cases
    if number < 1 or size < 1:
        raise ValueError(f"an experiment needs runs that have cases, not {number} of {size}")
    arms = _prepared(experiment, plan_file, out, tuple(rules), pathways)
    pairs: list[list[ComparedRun]] = [[] for _ in range(number)]
    for side, (name, arm) in enumerate(zip(ARMS, arms, strict=True)):
        for turn in range(number):
            simulation = Simulation.of(
                arm.plan, arm.text, arm.rulebook, cases=size, seed=first_seed + turn, rules=arm.law, pathways=pathways
            )
            run = simulation.run(out / name / str(turn + 1), simulation.workforce(workers))
            if not run.complete:
                raise KeyboardInterrupt
            pairs[turn].append(ComparedRun.open(run.folder.path, arm.rulebook))
            told(side * number + turn + 1, 2 * number)
    return ExperimentRuns(experiment, tuple((one, other) for one, other in pairs), arms[0].rulebook)


@dataclass(frozen=True, slots=True)
class _ArmAtHand:
    """An arm that can be run: its plan, word for word and read, and the law that it is drawn and decided by."""

    plan: Plan
    text: str
    rulebook: Rulebook
    law: tuple[Path, ...]


def _prepared(
    experiment: Experiment, plan_file: Path, out: Path, rules: tuple[Path, ...], pathways: Sequence[Path]
) -> tuple[_ArmAtHand, ...]:
    """Both arms, before either is run; where one cannot be, nothing of them is left in the folder."""
    there = out.exists()
    text = plan_file.read_text("utf-8")
    try:
        return tuple(
            _at_hand(arm, text, plan_file, out / LAW / name, rules, pathways)
            for name, arm in zip(ARMS, (experiment.first, experiment.second), strict=True)
        )
    except BaseException:
        shutil.rmtree(out / LAW if there else out, ignore_errors=True)
        raise


def _at_hand(
    arm: Arm, text: str, plan_file: Path, place: Path, rules: tuple[Path, ...], pathways: Sequence[Path]
) -> _ArmAtHand:
    law = _law_of(arm, place, rules)
    rulebook = open_rulebook(law, pathways)
    changed = changed_plan(text, arm.plan, name=str(plan_file)) if arm.plan else text
    plan = parse_plan(changed, rulebook, name=f"{plan_file} ({arm.name})", beside=plan_file.parent)
    return _ArmAtHand(plan, changed, rulebook, law)


def _law_of(arm: Arm, place: Path, rules: tuple[Path, ...]) -> tuple[Path, ...]:
    """The folders of an arm's law: those given or shipped, or a copy of them with its changes."""
    if not arm.law:
        return rules
    for folder in _packs(rules or (shipped("rules"),)):
        shutil.copytree(folder, place / folder.name, ignore=shutil.ignore_patterns("scenarios"))
    for change in arm.law:
        file = _parameter(change, place)
        file.write_text(changed_parameter(file.read_text("utf-8"), change, name=str(file)), "utf-8")
    return (place,)


def _packs(rules: Sequence[Path]) -> list[Path]:
    found = []
    for folder in rules:
        found += (
            [folder]
            if (folder / PACK_FILE).is_file()
            else sorted(path.parent for path in folder.glob(f"*/{PACK_FILE}"))
        )
    return found


def _parameter(change: LawChange, place: Path) -> Path:
    known = {path.stem: path for path in sorted(place.glob("*/parameters/*.yaml"))}
    if change.parameter not in known:
        near = nearest_word(change.parameter, known)
        raise InvalidFilesError(
            [
                Diagnostic(
                    change.span or Span(str(place), 1, 1),
                    NOT_THERE,
                    f"`{change.parameter}` is not a parameter of these packs",
                    help=f"did you mean `{near}`?" if near else "docs/reference/parameters.md lists them",
                )
            ]
        )
    return known[change.parameter]
