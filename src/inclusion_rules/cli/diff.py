"""`inclusion-rules diff`: what an edit of the law changes, exactly, and for whom. Nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.analysis.differences import pack_difference
from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.moving import differences
from inclusion_rules.casework.opening import open_case
from inclusion_rules.cli.asking import AsOf, HumanOrJson, Out, today
from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.laws_compared import Law, two_laws
from inclusion_rules.cli.showing import show, width
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import kind_of_file, read_tree
from inclusion_rules.reporting.differences import CaseUnderBoth, differences_as_data, differences_as_text

_RUN = "manifest.json"
_CASE_FILES = (".yaml", ".yml", ".json")


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A pack (folder or id), a folder of packs, or one file.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The edited one; a file stands in the place of OLD.")],
    cases: Annotated[
        list[Path] | None,
        typer.Option("--cases", metavar="PATH", help="Case files, a folder of them, or a run; may be repeated."),
    ] = None,
    as_of: AsOf = None,
    everything: Annotated[bool, typer.Option("--all", help="Show every box of cases and every change.")] = False,
    format: HumanOrJson = "human",
    out: Out = None,
) -> int:
    """Say what an edit of the law changes: rules, limits, parameters by the day, and the cases a rule gains or loses.

    With --cases it also says for whom: which cases come out differently, and how. It ends well whether or not there is
    a difference.

    \b
    Examples:
      inclusion-rules diff england proposal/england
      inclusion-rules diff rules/england/parameters/board_meeting_limit.yaml proposal.yaml --cases cases
    """
    with two_laws(old, new, for_cases=bool(cases)) as (before, after):
        found = [
            pack_difference(
                name,
                _edition(name, before),
                _edition(name, after),
                old_scenarios=before.scenarios.get(name),
                new_scenarios=after.scenarios.get(name),
            )
            for name in after.packs
        ]
        decided = list(_cases(cases, before, after, as_of)) if cases else None
    if format == "json":
        text = json.dumps(differences_as_data(found, decided), indent=2, ensure_ascii=False) + "\n"
    else:
        text = differences_as_text(found, decided, width=width(), everything=everything)
    show(text, out=out)
    return Exit.FINE


def _edition(name: str, law: Law) -> Edition:
    """The pack with those below it; of a pack that is only in the other law, nothing."""
    return law.rulebook.edition((name,)) if name in law.rulebook.packs else Edition(())


def _cases(paths: Sequence[Path], before: Law, after: Law, as_of: date | None) -> Iterator[CaseUnderBoth]:
    for path in paths:
        if (path / _RUN).is_file():
            yield from _of_run(path, before, after, as_of)
            continue
        for file in _files(path):
            yield _decided(file.name, partial(open_case, file), before, after, as_of or today())


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(each for each in path.iterdir() if each.suffix in _CASE_FILES and _is_case(each))
    if not found:
        raise UsageError(f"there is no case file in `{path}`, and it is not a run")
    return found


def _is_case(path: Path) -> bool:
    node = read_tree(path, Problems())
    return node is None or kind_of_file(node) == "case"


def _of_run(path: Path, before: Law, after: Law, as_of: date | None) -> Iterator[CaseUnderBoth]:
    from inclusion_rules.simulation.run_reading import SavedRun, record_of

    run = SavedRun.open(path)
    for saved in run.cases(run.case_ids()):
        yield _decided(saved.id, partial(record_of, saved), before, after, as_of or run.as_of)


def _decided(name: str, read: Callable[[Rulebook], CaseRecord], before: Law, after: Law, as_of: date) -> CaseUnderBoth:
    """One case under both laws; what either cannot read or decide is told and not guessed."""
    try:
        records = read(before.rulebook), read(after.rulebook)
        was = decide(records[0], before.rulebook, as_of=as_of)
        now = decide(records[1], after.rulebook, as_of=as_of)
    except (InclusionRulesError, LookupError) as error:
        return CaseUnderBoth(name, as_of, why_not=str(error))
    return CaseUnderBoth(records[1].id, as_of, tuple(differences(was, now)))
