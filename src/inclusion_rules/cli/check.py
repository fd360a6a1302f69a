"""`inclusion-rules check`: reads packs, documents, pathways, calendars, cases, scenarios; tells all problems."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.analysis.pack_checks import check_pack
from inclusion_rules.analysis.unused_names import warn_of_the_unused
from inclusion_rules.casework.fact_functions import known_functions
from inclusion_rules.cli.asking import HumanOrJson, a_day, today
from inclusion_rules.cli.checking_documents import Paths, check_documents, folders_read
from inclusion_rules.cli.errors import Exit, diagnostic_as_data
from inclusion_rules.cli.listing_law import Wanted, list_ledger, list_stale
from inclusion_rules.cli.listing_tensions import tensions_as_json, tensions_as_text, tensions_of
from inclusion_rules.cli.naming_packs import paths_of
from inclusion_rules.cli.showing import show
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.rules import RulePack
from inclusion_rules.errors import Diagnostic
from inclusion_rules.loading.checking import Checking, read_everything
from inclusion_rules.loading.scenario_sentences import check_seed_scenarios, check_tension_scenarios, scenario_sentences
from inclusion_rules.scenarios.places import scenario_places
from inclusion_rules.scenarios.reading import ScenarioReader

_UNREADABLE = "Y100"


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: how many files were asked for, and every problem in order of place."""

    files: int
    diagnostics: tuple[Diagnostic, ...]
    packs: tuple[RulePack, ...] = ()
    rulebook: Rulebook | None = None
    folders: Mapping[str, Path] = field(default_factory=dict)

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
    tensions: Annotated[
        bool,
        typer.Option("--tensions", help="List where local packs pull against the law, and what is done."),
    ] = False,
    ledger: Annotated[
        bool,
        typer.Option(
            "--ledger", help="List the law paragraph by paragraph: encoded, judgement, out of scope, not yet."
        ),
    ] = False,
    stale: Annotated[
        bool, typer.Option("--stale", help="List the provisions that are due to be read again, and why.")
    ] = False,
    texts: Annotated[
        Path | None,
        typer.Option("--texts", metavar="FOLDER", help="With --stale: official words to hold against those relied on."),
    ] = None,
    record: Annotated[
        bool, typer.Option("--record", help="With --stale: print the lines that record a reading; nothing is written.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="With --stale: list every provision of each group.")
    ] = False,
    as_of: Annotated[
        date | None,
        typer.Option("--as-of", parser=a_day, metavar="DATE", help="With --stale: as of this day; today if left out."),
    ] = None,
    format: HumanOrJson = "human",
) -> int:
    """Read packs, their documents, pathways, calendars, cases and scenarios; tell every problem of all at once.

    \b
    Examples:
      inclusion-rules check rules/leicestershire examples/leicestershire_permanent_exclusion.yaml
      inclusion-rules check --tensions leicestershire
      inclusion-rules check --ledger england
      inclusion-rules check --stale --texts official_words england
    """
    _check_options(tensions=tensions, ledger=ledger, stale=stale, of_stale=(texts, record, everything, as_of))
    report = checked(paths_of(map(str, paths or ())))
    if tensions and report.exit_code is Exit.FINE:
        listed = tensions_of(report.packs)
        show(tensions_as_json(listed) if format == "json" else tensions_as_text(listed))
        return Exit.FINE
    if (ledger or stale) and report.exit_code is Exit.FINE and report.rulebook is not None:
        wanted = Wanted(report.packs, report.rulebook, report.folders, format)
        if ledger:
            return list_ledger(wanted)
        return list_stale(wanted, as_of=as_of or today(), texts=texts, record=record, everything=everything)
    if format == "json":
        show(json.dumps([diagnostic_as_data(one) for one in report.diagnostics], indent=2, ensure_ascii=False) + "\n")
    else:
        told = [one.rendered() for one in report.diagnostics]
        show("\n\n".join([*told, report.summary()]) + "\n")
    return report.exit_code


def _check_options(*, tensions: bool, ledger: bool, stale: bool, of_stale: Iterable[object]) -> None:
    if sum((tensions, ledger, stale)) > 1:
        raise typer.BadParameter("`--tensions`, `--ledger` and `--stale` are lists of their own; give one of them")
    if not stale and any(of_stale):
        raise typer.BadParameter("`--texts`, `--record`, `--all` and `--as-of` belong to `--stale`")


def checked(paths: Iterable[Path]) -> Report:
    """Everything that is wrong with what the paths lead to."""
    asked = Paths.of(paths)
    checking = read_everything(asked.to_read, functions=known_functions())
    files = asked.added_to(checking)
    everything = Edition(tuple(checking.rulebook.packs.values()))
    for name in checking.packs:
        pack = checking.rulebook.packs[name]
        edition, holidays = checking.rulebook.edition((name,)), checking.rulebook.bank_holidays
        check_pack(pack, edition, checking.problems, bank_holidays=holidays)
        if all(one.severity != "error" for one in checking.problems.found):
            # Otherwise what uses a name may be what could not be read.
            warn_of_the_unused(pack, everything, checking.rulebook.pathways.values(), checking.problems)
    check_documents(checking)
    _check_seeds(checking)
    _check_tensions(checking)
    _read_scenarios(checking)
    packs = tuple(checking.rulebook.packs[name] for name in checking.packs)
    return Report(files, checking.diagnostics(), packs, checking.rulebook, folders_read(checking))


def _check_seeds(checking: Checking) -> None:
    """Hold the scenarios that founding documents name against those of their packs and the packs below."""
    folders = folders_read(checking)
    for name in checking.packs:
        seed = checking.rulebook.packs[name].seed
        if seed is not None and any(item.scenario is not None for item in seed.items):
            homes = [folders[pack.id] for pack in checking.rulebook.edition((name,)).packs if pack.id in folders]
            sentences = [sentence for home in homes for sentence in scenario_sentences(home)]
            check_seed_scenarios(seed, sentences, checking.problems)


def _check_tensions(checking: Checking) -> None:
    """Hold the scenarios that tensions name as their evidence against those of the pack."""
    folders = folders_read(checking)
    for name in checking.packs:
        tensions = checking.rulebook.packs[name].tensions
        if name in folders and any(tension.scenario is not None for tension in tensions):
            check_tension_scenarios(tensions, scenario_sentences(folders[name]), checking.problems)


def _read_scenarios(checking: Checking) -> None:
    places = scenario_places(checking.scenarios, checking.problems) if checking.scenarios else []
    reader = ScenarioReader(checking.rulebook, checking.problems)
    for place in places:
        reader.read(place)
