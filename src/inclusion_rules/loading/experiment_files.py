"""Reads experiments from files, and finds those that ship. Every problem of a file is raised together."""

from __future__ import annotations

from pathlib import Path

from inclusion_rules.domain.experiments import Arm, Experiment, LawChange, PlanChange
from inclusion_rules.errors import InvalidFilesError, UnknownNameError
from inclusion_rules.loading.document_reading import child, read_document, span_at
from inclusion_rules.loading.experiment_documents import ArmEntry, ExperimentDocument
from inclusion_rules.loading.plan_files import find_plan
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import read_tree, shipped
from inclusion_rules.loading.yaml_tree import Node, Scalar
from inclusion_rules.vocabulary import identifier

FOLDER = "experiments"
NO_DIFFERENCE = "M811"


def find_experiment(name: str) -> Path:
    """The file of an experiment, from its path or the id of one that ships.

    Raises:
        UnknownNameError: there is no such file, and no such experiment ships.
    """
    path = Path(name)
    if path.is_file():
        return path
    ships = shipped(FOLDER) / f"{name}.yaml"
    if not ships.is_file():
        raise UnknownNameError("experiment", name, shipped_experiments())
    return ships


def shipped_experiments() -> tuple[str, ...]:
    """The ids of the experiments that ship."""
    return tuple(sorted(path.stem for path in shipped(FOLDER).glob("*.yaml")))


def load_experiment(path: Path) -> Experiment:
    """The experiment that a file holds.

    Raises:
        InvalidFilesError: the file cannot be used as it stands; every problem is told.
    """
    problems = Problems()
    node = read_tree(path, problems)
    document = read_document(ExperimentDocument, node, problems) if node is not None else None
    if node is None or document is None or problems.found:
        raise InvalidFilesError(problems.found)
    first, second = (
        _arm(entry, child(node, name) or node)
        for name, entry in (("first", document.first), ("second", document.second))
    )
    if (first.plan, first.law) == (second.plan, second.law):
        problems.add(
            span_at(node, "second"), NO_DIFFERENCE, "both arms are the same, so nothing is tried",
            help="change a value of the plan or of the law in one of them",
        )  # fmt: skip
        raise InvalidFilesError(problems.found)
    return Experiment(
        id=identifier(document.experiment),
        title=document.title,
        asks=document.asks,
        can_say=document.can_say,
        cannot_say=document.cannot_say,
        plan=document.plan,
        cases=document.cases,
        seed=document.seed,
        replications=document.replications,
        first=first,
        second=second,
        span=node.span,
    )


def plan_of(experiment: Experiment, path: Path) -> Path:
    """The file of the plan that an experiment is about: beside it, or one that ships.

    Raises:
        UnknownNameError: there is no such plan.
    """
    beside = path.parent / experiment.plan
    return beside if beside.is_file() else find_plan(experiment.plan)


def _arm(entry: ArmEntry, node: Node) -> Arm:
    return Arm(
        entry.arm,
        tuple(
            PlanChange(
                tuple(step.strip() for step in change.at.split("/")),
                _text(node, "plan", number),
                span_at(node, "plan", number, "at"),
            )
            for number, change in enumerate(entry.plan)
        ),
        tuple(
            LawChange(
                identifier(change.parameter), _text(node, "law", number), span_at(node, "law", number, "parameter")
            )
            for number, change in enumerate(entry.law)
        ),
    )


def _text(node: Node, part: str, number: int) -> str:
    """What is to stand there, as it is written in the file."""
    found = child(node, part, number, "to")
    assert isinstance(found, Scalar)
    return found.text
