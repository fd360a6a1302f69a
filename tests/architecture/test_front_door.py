"""The front door: every name it promises, typed as it is handed out, and nothing imported before it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

import inclusion_rules as law

SOURCE = Path(law.__file__)
APP_NAMES = frozenset(
    {
        *("Case", "CaseStore", "Caseload", "Event", "JudgementMade", "open_rulebook", "open_case", "read_case"),
        *("CaseExistsError", "InvalidFilesError", "KeyReusedError", "PinnedLawError", "RefusedEventError"),
        *("StaleVersionError", "case_as_data", "case_as_html", "case_page", "decide", "explanation_of"),
        *("read_event", "schema_of"),
    }
)
"""What a council's application is written with; a name that is missing here breaks somebody else's program."""


def typed_names() -> dict[str, str]:
    """The names that a type checker sees, each with the module it comes from."""
    (guarded,) = (node for node in ast.parse(SOURCE.read_text("utf-8")).body if isinstance(node, ast.If))
    return {
        str(alias.asname): str(node.module)
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == alias.asname
    }


def modules_after(program: str) -> set[str]:
    """Every module that a fresh interpreter holds after a program."""
    told = f"{program}\nimport sys\nprint(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_what_an_application_needs_stands_at_the_front_door() -> None:
    """Live cases, their store and caseload, pages and schemas are there by name."""
    assert set() == APP_NAMES - set(law.__all__)


@pytest.mark.parametrize("name", law.__all__)
def test_a_name_is_what_its_module_holds(name: str) -> None:
    """Type checkers and programs are given the same thing."""
    assert getattr(import_module(typed_names()[name]), name) is getattr(law, name)


def test_type_checkers_see_every_name_and_no_other() -> None:
    """The two lists in the door do not drift apart, and a reader finds names in order."""
    assert sorted(law.__all__) == sorted(typed_names())
    assert sorted(law.__all__) == law.__all__
    assert {*law.__all__, "__version__"} <= set(dir(law))


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """As of any module."""
    with pytest.raises(AttributeError, match="`caselaod`"):
        _ = law.caselaod


def test_opening_the_door_imports_nothing() -> None:
    """Whoever only asks for the version waits for nothing."""
    found = modules_after("import inclusion_rules; inclusion_rules.__version__; dir(inclusion_rules)")

    assert {"inclusion_rules"} == {name for name in found if name.partition(".")[0] == "inclusion_rules"}


@pytest.mark.parametrize(
    ("name", "unneeded"),
    [
        ("decide", "sqlalchemy jinja2 icalendar pydantic typer"),
        ("Case", "sqlalchemy jinja2 icalendar typer"),
        ("case_page", "sqlalchemy icalendar typer"),
        ("read_event", "sqlalchemy jinja2 icalendar typer"),
        ("schema_of", "sqlalchemy jinja2 icalendar typer"),
        ("Caseload", "jinja2 icalendar typer"),
    ],
)
def test_a_name_imports_no_library_that_it_does_not_need(name: str, unneeded: str) -> None:
    """A program that decides needs no database, and one that keeps cases no calendar feeds."""
    assert set() == set(unneeded.split()) & modules_after(f"from inclusion_rules import {name}")


def test_an_event_is_read_and_a_page_made_by_the_front_door_alone() -> None:
    """An event in the words of the API's schema, the case with it, and the page that shows it."""
    rulebook = law.open_rulebook()
    record = law.open_case(law.example("leicestershire_permanent_exclusion"), rulebook)
    event = law.read_event(
        '{"event": "review_waived", "date": "2025-02-06"}', rulebook.edition(record.packs), name="request"
    )
    decision = law.decide(record, rulebook, as_of=date(2025, 2, 10))

    assert ("review_waived", date(2025, 2, 6)) == (event.name, event.date)
    assert "LEI-2025-0042" in law.case_as_html(law.case_page(decision, record=record, rulebook=rulebook))
    assert "review_waived" in str(law.schema_of("case", rulebook))
