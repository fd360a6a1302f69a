"""Founding documents: the page is what the packs say, every example exists and passes, every command runs."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from inclusion_rules import open_rulebook
from inclusion_rules.cli import main
from inclusion_rules.domain.commitments import SeedItem
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.scenario_sentences import ScenarioSentence, scenario_sentences
from inclusion_rules.loading.trees import shipped
from inclusion_rules.reporting.seeds_page import command_of, example_of, rule_places, seeds_page
from inclusion_rules.reporting.seeds_page import main as write_page
from inclusion_rules.scenarios.places import scenario_places
from inclusion_rules.scenarios.reading import ScenarioReader
from inclusion_rules.scenarios.running import run_scenario

ROOT = Path(__file__).parents[2]
RULEBOOK = open_rulebook()
ITEMS = [(pack.id, item) for pack in RULEBOOK.packs.values() if pack.seed is not None for item in pack.seed.items]
COMMANDS = sorted(
    {command for pack, item in ITEMS if (command := command_of(item, pack)) is not None}
    | {command for pack in RULEBOOK.packs.values() for made in pack.commitments.values() for command in made.commands}
)


def named(value: object) -> str:
    """An item as a test is called after it."""
    return value.item if isinstance(value, SeedItem) else str(value)


def sentences(pack: str) -> list[ScenarioSentence]:
    """Every scenario of a pack and of those below it, its own first."""
    packs = reversed(RULEBOOK.edition((pack,)).packs)
    return [sentence for each in packs for sentence in scenario_sentences(shipped("rules") / each.id)]


def test_the_page_is_current() -> None:
    """What the documentation prints of founding documents is what the packs say now."""
    made = seeds_page(RULEBOOK, rules=shipped("rules"))

    assert made == (ROOT / "docs/reference/seeds.md").read_text("utf-8"), (
        "run `python -m inclusion_rules.reporting.seeds_page docs/reference`"
    )


def test_the_page_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    """The command writes the page that the tests compare."""
    write_page([str(tmp_path)])

    assert seeds_page(RULEBOOK, rules=shipped("rules")) == (tmp_path / "seeds.md").read_text("utf-8")


def test_some_authority_has_a_founding_document() -> None:
    """The tests of items below look at something."""
    assert "suffolk" in {pack for pack, _ in ITEMS}


@pytest.mark.parametrize(("pack", "item"), [pytest.param(*each, id=f"{each[0]} {each[1].item}") for each in ITEMS])
def test_an_item_that_rules_carry_has_an_example(pack: str, item: SeedItem) -> None:
    """A reader of an item that decides cases can look at one; and a scenario that is named exists."""
    if item.rules or item.scenario is not None:
        assert example_of(item, RULEBOOK.edition((pack,)), sentences(pack)) is not None


def examples() -> dict[tuple[Path, str], None]:
    """Every scenario that the page shows, each once."""
    found = (example_of(item, RULEBOOK.edition((pack,)), sentences(pack)) for pack, item in ITEMS)
    return {(each.file, each.text): None for each in found if each is not None}


@pytest.mark.parametrize(("file", "text"), list(examples()), ids=named)
def test_an_example_passes(file: Path, text: str) -> None:
    """What the page shows as an example is decided as it says."""
    problems = Problems()
    (place,) = scenario_places([file], problems)
    read = ScenarioReader(RULEBOOK, problems).read(place)
    problems.raise_if_any()
    (scenario,) = [each for each in read if " ".join(each.title.split()) == text]

    assert run_scenario(scenario, RULEBOOK).passed


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs(command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What the page tells a reader to type does something, from the root of the project."""
    monkeypatch.chdir(ROOT)
    program, *arguments = shlex.split(command)

    assert ("inclusion-rules", 0) == (program, main(arguments))
    assert "" != capsys.readouterr().out


def test_every_rule_has_a_place_on_the_page_of_rules() -> None:
    """The page can link to any rule, running or switched off, and each link leads to another heading."""
    edition = RULEBOOK.edition(tuple(RULEBOOK.packs))
    places = rule_places(edition)

    assert {rule.key for rule in edition.rules} == set(places)
    assert len(places) == len(set(places.values()))
