"""Reads plans of simulations from files, and finds those that ship. Every problem of a plan is raised together."""

from __future__ import annotations

import hashlib
from pathlib import Path

from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.domain.simulation_plans import Plan
from inclusion_rules.errors import InvalidFilesError, UnknownNameError
from inclusion_rules.loading.case_reading import find_calendar
from inclusion_rules.loading.document_reading import read_document
from inclusion_rules.loading.plan_documents import PlanDocument
from inclusion_rules.loading.plan_linking import PlanLinker
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import parse_tree, read_tree, shipped
from inclusion_rules.loading.yaml_tree import Node

FOLDER = "simulations"


def load_plan(path: Path, rulebook: Rulebook, *, problems: Problems | None = None) -> Plan:
    """The plan that a file holds.

    Raises:
        InvalidFilesError: the file cannot be used as it stands; every problem is told.
    """
    gathered = problems if problems is not None else Problems()
    node = read_tree(path, gathered)
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if node is not None else ""
    return _plan(node, rulebook, beside=path.parent, digest=digest, problems=gathered)


def parse_plan(text: str, rulebook: Rulebook, *, name: str = "plan", beside: Path | None = None) -> Plan:
    """The plan that a text holds; its calendars ship or, with `beside`, are files of that folder.

    Raises:
        InvalidFilesError: the text cannot be used as it stands; every problem is told.
    """
    problems = Problems()
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return _plan(parse_tree(text, problems, name=name), rulebook, beside=beside, digest=digest, problems=problems)


def find_plan(name: str) -> Path:
    """The file of a plan, from its path or the id of one that ships.

    Raises:
        UnknownNameError: there is no such file, and no such plan ships.
    """
    path = Path(name)
    if path.is_file():
        return path
    ships = shipped(FOLDER) / f"{name}.yaml"
    if not ships.is_file():
        raise UnknownNameError("file at hand, nor a plan of a simulation", name, shipped_plans())
    return ships


def shipped_plans() -> tuple[str, ...]:
    """The ids of the plans that ship."""
    return tuple(sorted(path.stem for path in shipped(FOLDER).glob("*.yaml")))


def _plan(node: Node | None, rulebook: Rulebook, *, beside: Path | None, digest: str, problems: Problems) -> Plan:
    before = len([one for one in problems.found if one.severity == "error"])
    document = read_document(PlanDocument, node, problems) if node is not None else None
    if node is None or document is None:
        raise InvalidFilesError(problems.found)

    def find(name: str, at: Node) -> SchoolCalendar | None:
        return find_calendar(name, beside=beside, rulebook=rulebook, span=at.span, problems=problems)

    plan = PlanLinker(document, node, rulebook, find, problems).plan(digest=f"sha256:{digest}")
    if plan is None or len([one for one in problems.found if one.severity == "error"]) > before:
        raise InvalidFilesError(problems.found)
    return plan
