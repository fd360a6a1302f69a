"""The pages made from the packs are current, complete and tell the truth about what is off."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from inclusion_rules import open_rulebook
from inclusion_rules.domain.law import Parameter, ParameterValue
from inclusion_rules.domain.rules import Governs
from inclusion_rules.reporting.handbook import main, pages, write_handbook
from inclusion_rules.reporting.law_in_words import limit_of
from inclusion_rules.vocabulary import Unit

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
MAKE = "run `python -m inclusion_rules.reporting.handbook docs/reference`"


@pytest.fixture(scope="module")
def handbook() -> dict[str, str]:
    """The pages as the shipped packs make them today."""
    return dict(pages(open_rulebook()))


@pytest.mark.parametrize("name", ["rules.md", "facts.md", "parameters.md", "events.md", "roles.md"])
def test_a_page_is_current(name: str, handbook: dict[str, str]) -> None:
    """What the documentation prints of the packs is what they say now."""
    assert handbook[name] == (REFERENCE / name).read_text("utf-8"), MAKE


def test_every_rule_has_its_place(handbook: dict[str, str]) -> None:
    """No rule is left out of the handbook, and none stands in it twice."""
    told = re.findall(r"^- Duty `[^`]+`, rule `([^`]+)`", handbook["rules.md"], flags=re.M)
    assert sorted(rule.id for pack in open_rulebook().packs.values() for rule in pack.rules.values()) == sorted(told)


def test_rules_that_are_off_stand_apart(handbook: dict[str, str]) -> None:
    """A reader of what decides never meets a rule that does not, and each that is off says why."""
    running, off = handbook["rules.md"].split("\n## Switched off\n")
    rules = [rule for pack in open_rulebook().packs.values() for rule in pack.rules.values()]
    assert 0 == running.count("**Switched off**")
    assert len([rule for rule in rules if not rule.runs]) == off.count("**Switched off**")


def test_a_rule_that_runs_unverified_says_so(handbook: dict[str, str]) -> None:
    """What no page confirms is never shown as if one did."""
    rules = [rule for pack in open_rulebook().packs.values() for rule in pack.rules.values()]
    marked = [rule for rule in rules if rule.runs and rule.verified.value == "marked"]
    assert len(marked) == handbook["rules.md"].count("**Not verified**")


def test_every_fact_parameter_event_and_role_is_told(handbook: dict[str, str]) -> None:
    """The dictionary leaves nothing out."""
    edition = open_rulebook().edition()
    told = {name: set(re.findall(r"^##+ (.+)$", handbook[name], flags=re.M)) for name in ("facts.md", "parameters.md")}
    assert {name.replace("_", " ") for name in edition.facts} <= told["facts.md"]
    assert {name.replace("_", " ") for name in edition.parameters} <= told["parameters.md"]
    assert edition.events.keys() <= set(re.findall(r"^\| `(\w+)` ", handbook["events.md"], flags=re.M))
    assert edition.roles.keys() <= set(re.findall(r"^\| `(\w+)` ", handbook["roles.md"], flags=re.M))


def test_only_what_has_changed_is_written(tmp_path: Path) -> None:
    """Making the pages again touches nothing."""
    rulebook = open_rulebook()
    assert 5 == len(write_handbook(tmp_path, rulebook))
    assert () == write_handbook(tmp_path, rulebook)


@pytest.mark.parametrize("arguments", [[], ["one", "two"], ["--help"]])
def test_wrong_use_is_told(arguments: list[str]) -> None:
    """Whoever types it wrongly learns how it is typed."""
    with pytest.raises(SystemExit, match="usage"):
        main(arguments)


def test_a_limit_shows_the_figures_of_its_own_time() -> None:
    """A rule that ended before a figure came in does not print that figure."""
    values = (
        ParameterValue(15, date(2012, 9, 1), date(2020, 5, 31), ()),
        ParameterValue(25, date(2020, 6, 1), None, ()),
    )
    parameter = Parameter("time_to_apply", "", Unit.SCHOOL_DAYS, values)
    assert "`time to apply` (15 school days)" == limit_of(parameter, Governs(last=date(2019, 12, 31)))
    assert "`time to apply` (15 school days or 25 school days)" == limit_of(parameter)
