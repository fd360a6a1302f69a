"""Collects a policy officer's scenario files as tests: each scenario one test, named by its sentence.

A plugin of pytest. Only YAML files in a `scenarios` folder below a `rules/PACK` folder that holds `pack.yaml` are taken
up, so that it leaves other projects alone; what reads and runs them is imported when the first such file turns up.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest._code.code import TerminalRepr

    from inclusion_rules.domain.rulebook import Rulebook
    from inclusion_rules.scenarios.examples import Scenario
    from inclusion_rules.scenarios.places import Place
    from inclusion_rules.scenarios.running import Result


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    """A scenario file of a pack as a collector; None for every other file."""
    return ScenarioFile.from_parent(parent, path=file_path) if is_scenario_file(file_path) else None


def is_scenario_file(path: Path) -> bool:
    """Whether a file lies in the `scenarios` folder of a pack below a folder called `rules`."""
    if path.suffix != ".yaml" or not {"rules", "scenarios"} <= set(path.parts[:-1]):
        return False
    folders = [folder for folder in path.parents if folder.name == "scenarios"]
    return any((folder.parent / "pack.yaml").is_file() and folder.parent.parent.name == "rules" for folder in folders)


class ScenarioFile(pytest.File):
    """One scenario file; its rulebook is read once for all files of a pack."""

    def collect(self) -> Iterator[ScenarioItem]:
        """One test for each scenario of the file."""
        from inclusion_rules.errors import InvalidFilesError
        from inclusion_rules.loading.problems import Problems
        from inclusion_rules.scenarios.places import scenario_places
        from inclusion_rules.scenarios.reading import ScenarioReader

        problems = Problems()
        places = scenario_places([self.path], problems)
        try:
            rulebook = _rulebook(self.config, places)
            scenarios = [scenario for place in places for scenario in ScenarioReader(rulebook, problems).read(place)]
            problems.raise_if_any()
        except InvalidFilesError as error:
            raise self.CollectError(str(error)) from None
        for scenario in scenarios:
            item: ScenarioItem = ScenarioItem.from_parent(self, name=scenario.title)
            item.scenario, item.rulebook = scenario, rulebook
            yield item


_RULEBOOKS = pytest.StashKey[dict[Path, "Rulebook"]]()


def _rulebook(config: pytest.Config, places: list[Place]) -> Rulebook:
    from inclusion_rules.scenarios.reading import rulebook_for

    known = config.stash.setdefault(_RULEBOOKS, {})
    home = places[0].home
    if home not in known:
        known[home] = rulebook_for(places)
    return known[home]


class ScenarioItem(pytest.Item):
    """One scenario as a test."""

    scenario: Scenario
    rulebook: Rulebook

    def runtest(self) -> None:
        """Decide the scenario and compare."""
        from inclusion_rules.scenarios.running import run_scenario

        result = run_scenario(self.scenario, self.rulebook)
        if not result.passed:
            raise ScenarioFailedError(result)

    def repr_failure(  # type: ignore[override]  # the other arguments are for tracebacks, and none is shown
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> str | TerminalRepr:
        """What was expected and what was found, side by side."""
        if isinstance(excinfo.value, ScenarioFailedError):
            from inclusion_rules.scenarios.telling import result_lines

            return "\n".join(result_lines(excinfo.value.result))
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the scenario stands."""
        return self.path, self.scenario.span.line - 1, self.scenario.title


class ScenarioFailedError(AssertionError):
    """A scenario that did not come out as expected."""

    def __init__(self, result: Result) -> None:
        self.result = result
        super().__init__(f"{result.scenario.place}: {result.scenario.title}")
