"""`inclusion-rules test`: runs the worked examples that stand beside the rules, and says what they leave untested."""

# ruff: noqa: PT028 - the command is called `test`; its arguments have defaults like any other command's

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from typing import Annotated, Any

import typer

from inclusion_rules.cli.asking import HumanOrJson, Out
from inclusion_rules.cli.errors import Exit
from inclusion_rules.cli.showing import show, width
from inclusion_rules.scenarios.coverage import Coverage, Side, coverage_of
from inclusion_rules.scenarios.examples import Scenario
from inclusion_rules.scenarios.mutants import MutantReport, Survivor, surviving_mutants
from inclusion_rules.scenarios.reading import Collection, open_scenarios
from inclusion_rules.scenarios.running import Result, run_scenario
from inclusion_rules.scenarios.telling import result_lines

SHOWN_AT_FIRST = 12
"""How much of a long list is shown unless all of it is asked for."""


def test(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Scenario files, or folders of packs; else every pack that ships."),
    ] = None,
    mutants: Annotated[
        bool, typer.Option("--mutants/--no-mutants", help="Alter the rules a little: does any scenario notice?")
    ] = True,
    everything: Annotated[bool, typer.Option("--all", help="Show every gap and surviving mutant.")] = False,
    format: HumanOrJson = "human",
    out: Out = None,
) -> int:
    """Run the worked examples that stand beside the rules: each is decided and held against what it expects.

    Then say what the examples leave open: rules that no example shows engaged, not engaged or at their boundary,
    comparisons never seen both ways, and small wrongs in the rules that no example would notice.

    \b
    Examples:
      inclusion-rules test
      inclusion-rules test rules/england/scenarios/review --no-mutants
    """
    collection = open_scenarios(paths or ())
    results = [run_scenario(scenario, collection.rulebook) for scenario in collection.scenarios]
    coverage = coverage_of(results, collection.rulebook, packs=collection.packs, duties=collection.duties)
    report = _mutants(results, collection) if mutants else None
    if format == "json":
        show(json.dumps(_as_data(results, coverage, report), indent=2, ensure_ascii=False) + "\n", out=out)
    else:
        most = None if everything else SHOWN_AT_FIRST
        show("\n".join(_lines(results, coverage, report, most)) + "\n", out=out)
    return Exit.FINE if all(result.passed for result in results) else Exit.FAILED


def _mutants(results: Sequence[Result], collection: Collection) -> MutantReport:
    return surviving_mutants(results, collection.rulebook, packs=collection.packs, duties=collection.duties)


def _lines(
    results: Sequence[Result], coverage: Coverage, report: MutantReport | None, most: int | None
) -> Iterator[str]:
    failed = [result for result in results if not result.passed]
    for result in failed:
        yield from result_lines(result, width=width(), place=f"FAILED {_place(result.scenario)}")
        yield ""
    yield from _coverage_lines(coverage, most)
    yield ""
    if report is not None:
        yield from _mutant_lines(report, most)
        yield ""
    yield f"{len(results) - len(failed)} passed, {len(failed)} failed"


def _coverage_lines(coverage: Coverage, most: int | None) -> Iterator[str]:
    complete = len(coverage.rules) - len(coverage.lacking)
    yield f"Rules: {complete} of {len(coverage.rules)} shown from every side (engaged, not engaged, at the boundary)"
    for side in Side:
        names = [rule.rule.id for rule in coverage.lacking if side in rule.lacking]
        if names:
            yield f"  not shown {_SIDES[side]}: {len(names)}"
            yield from _wrapped(_first(names, most))
    seen = ", ".join(f"{coverage.percentage(key):g}% {says}" for key, says in _SEEN)
    yield f"Comparisons: {len(coverage.comparisons)}, of which {seen}"
    never = [
        f"  {each.rule.id}: {each.words} ({', '.join(f'never {says}' for says in gaps)})"
        for each in coverage.comparisons
        if (gaps := [says.removeprefix("seen ") for key, says in _SEEN if not getattr(each, key)])
    ]
    yield from _first(never, most)


_SIDES = {Side.ENGAGED: "engaged", Side.NOT_ENGAGED: "not engaged", Side.BOUNDARY: "at the boundary"}
_SEEN = (("true", "seen true"), ("false", "seen false"), ("decided", "seen to decide"))


def _mutant_lines(report: MutantReport, most: int | None) -> Iterator[str]:
    yield f"Mutants: {report.made} small wrongs tried, {report.caught} noticed, {len(report.survivors)} not"
    lines: list[str] = []
    for place, group in groupby(report.survivors, key=lambda survivor: survivor.alteration.place):
        survivors = list(group)
        lines.append(f"  {place} [{'; '.join(_cites(survivors))}]")
        lines.extend(f"    {survivor.alteration.what}{_untried(survivor)}" for survivor in survivors)
    yield from _first(lines, most)
    if report.unused:
        yield f"  nothing that runs looks at: {len(report.unused)}"
        yield from _wrapped(_first(report.unused, most))


def _cites(survivors: Sequence[Survivor]) -> list[str]:
    return list(dict.fromkeys(cite for survivor in survivors for cite in survivor.alteration.cites)) or ["no citation"]


def _untried(survivor: Survivor) -> str:
    return "" if survivor.tried_on else " (no scenario expects anything of it)"


def _first(lines: Sequence[str], most: int | None) -> list[str]:
    if most is None or len(lines) <= most:
        return list(lines)
    return [*lines[:most], f"  and {len(lines) - most} more; --all shows them"]


def _wrapped(names: Sequence[str]) -> list[str]:
    return wrap(", ".join(name.strip() for name in names), width(), initial_indent="    ", subsequent_indent="    ")


def _place(scenario: Scenario) -> str:
    path = Path(scenario.span.file)
    nearby = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return f"{nearby}:{scenario.span.line}"


def _as_data(results: Sequence[Result], coverage: Coverage, report: MutantReport | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "passed": sum(result.passed for result in results),
        "failed": sum(not result.passed for result in results),
        "scenarios": [_result_as_data(result) for result in results],
        "coverage": {
            "rules": [
                {
                    "pack": each.rule.pack,
                    "rule": each.rule.id,
                    "duty": each.rule.duty,
                    **{side.name.lower(): side in each.shown for side in Side},
                    "lacking": [side.name.lower() for side in each.lacking],
                }
                for each in coverage.rules
            ],
            "comparisons": {
                "count": len(coverage.comparisons),
                **{f"percent_{key}": coverage.percentage(key) for key, _ in _SEEN},
                "gaps": [
                    {
                        "pack": each.rule.pack,
                        "rule": each.rule.id,
                        "comparison": each.words,
                        **{key: getattr(each, key) for key, _ in _SEEN},
                    }
                    for each in coverage.comparisons
                    if not (each.true and each.false and each.decided)
                ],
            },
        },
    }
    if report is not None:
        told["mutants"] = {
            "made": report.made,
            "caught": report.caught,
            "unused": list(report.unused),
            "survivors": [
                {
                    "pack": survivor.alteration.pack,
                    "place": survivor.alteration.place,
                    "what": survivor.alteration.what,
                    "citations": list(survivor.alteration.cites),
                    "tried_on": survivor.tried_on,
                }
                for survivor in report.survivors
            ],
        }
    return told


def _result_as_data(result: Result) -> dict[str, Any]:
    scenario = result.scenario
    return {
        "file": scenario.span.file,
        "line": scenario.span.line,
        "pack": scenario.pack,
        "scenario": scenario.title,
        "passed": result.passed,
        "mismatches": [
            {
                "what": mismatch.what,
                "expected": mismatch.expected,
                "found": mismatch.found,
                "reason": mismatch.reason,
                "line": mismatch.span.line,
            }
            for mismatch in result.mismatches
        ],
    }
