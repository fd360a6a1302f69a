"""`inclusion-rules check`: reads packs, documents, pathways, calendars, cases, scenarios; tells all problems."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.analysis.pack_checks import check_pack
from inclusion_rules.analysis.unused_names import warn_of_the_unused
from inclusion_rules.casework.fact_functions import known_functions
from inclusion_rules.cli.asking import HumanOrJson
from inclusion_rules.cli.checking_documents import Paths, check_documents
from inclusion_rules.cli.errors import Exit, diagnostic_as_data
from inclusion_rules.cli.showing import show
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.errors import Diagnostic
from inclusion_rules.loading.checking import Checking, read_everything
from inclusion_rules.scenarios.places import scenario_places
from inclusion_rules.scenarios.reading import ScenarioReader

_UNREADABLE = "Y100"


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: how many files were asked for, and every problem in order of place."""

    files: int
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The problems that make a file invalid."""
        return tuple(one for one in self.diagnostics if one.severity == "error")

    @property
    def exit_code(self) -> Exit:
        """How the command ends."""
        if not self.errors:
            return Exit.FINE
        unread = all(one.code == _UNREADABLE for one in self.errors)
        return Exit.COULD_NOT_RUN if unread else Exit.INVALID_FILE

    def summary(self) -> str:
        """One line that says how it went."""
        warnings = len(self.diagnostics) - len(self.errors)
        aside = f", {_counted(warnings, 'warning')}" if warnings else ""
        if not self.errors:
            return f"{_counted(self.files, 'file')}, no problems{aside}"
        places = {one.place.file for one in self.errors}
        return f"{_counted(len(self.errors), 'problem')} in {_counted(len(places), 'file')}{aside}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Packs, folders of packs, single files of packs, pathways, calendars, cases, scenarios. "
            "Without any: everything that ships.",
        ),
    ] = None,
    format: HumanOrJson = "human",
) -> int:
    """Read packs, their documents, pathways, calendars, cases and scenarios; tell every problem of all at once.

    \b
    Example:
      inclusion-rules check rules/leicestershire examples/leicestershire_permanent_exclusion.yaml
    """
    report = checked(paths or ())
    if format == "json":
        show(json.dumps([diagnostic_as_data(one) for one in report.diagnostics], indent=2, ensure_ascii=False) + "\n")
    else:
        told = [one.rendered() for one in report.diagnostics]
        show("\n\n".join([*told, report.summary()]) + "\n")
    return report.exit_code


def checked(paths: Iterable[Path]) -> Report:
    """Everything that is wrong with what the paths lead to."""
    asked = Paths.of(paths)
    checking = read_everything(asked.to_read, functions=known_functions())
    files = asked.added_to(checking)
    everything = Edition(tuple(checking.rulebook.packs.values()))
    for name in checking.packs:
        pack = checking.rulebook.packs[name]
        check_pack(pack, checking.rulebook.edition((name,)), checking.problems)
        if all(one.severity != "error" for one in checking.problems.found):
            # Otherwise what uses a name may be what could not be read.
            warn_of_the_unused(pack, everything, checking.rulebook.pathways.values(), checking.problems)
    check_documents(checking)
    _read_scenarios(checking)
    return Report(files, checking.diagnostics())


def _read_scenarios(checking: Checking) -> None:
    places = scenario_places(checking.scenarios, checking.problems) if checking.scenarios else []
    reader = ScenarioReader(checking.rulebook, checking.problems)
    for place in places:
        reader.read(place)
