"""A comparison of runs as data: fields may be added, those that are there stay."""

from __future__ import annotations

from typing import Any

from inclusion_rules.reporting.comparison_page import ComparisonPage
from inclusion_rules.simulation.comparing import ComparedRun, Difference


def comparison_as_data(page: ComparisonPage, *, every_case: bool = False) -> dict[str, Any]:
    """The comparison as JSON can hold it; with `every_case`, each case that came out differently and at what first."""
    found = page.comparison
    data: dict[str, Any] = {
        "headline": page.headline,
        "paired": found.paired,
        "replications": found.replications,
        "cases": found.cases,
        "apart": list(found.apart),
        "first": [_run(one) for one in found.first],
        "second": [_run(one) for one in found.second],
        "nothing_changed": found.nothing_changed,
        "differences": [_difference(one, page) for one in found.differences],
    }
    if found.changed is not None:
        data["changed"] = {
            "cases": found.changed.changed,
            "end_at_another_stage": found.changed.other_end,
            "by_what_differs_first": [
                {
                    "what": change.what,
                    "name": change.name,
                    "how": change.how,
                    "cases": count,
                    "examples": [case for _, case in found.examples(change)],
                    "pairs_of_examples": [pair for pair, _ in found.examples(change)],
                }
                for change, count in sorted(
                    found.changed.first.items(), key=lambda pair: (-pair[1], page.reason(pair[0]))
                )
            ],
        }
        if every_case:
            data["changed"]["every"] = [
                {"case": case, "pair": pair, "what": change.what, "name": change.name, "how": change.how}
                for pair, case, change in found.every_case
            ]
    return data


def _run(one: ComparedRun) -> dict[str, Any]:
    return {key: one.identity[key] for key in ("plan", "cases", "seed", "as_of", "packs", "pathway")}


def _difference(one: Difference, page: ComparisonPage) -> dict[str, Any]:
    interval = one.interval
    return {
        "measure": one.name[0].name.lower(),
        "of": one.name[1],
        "label": page.label(one.name),
        "first": one.first,
        "second": one.second,
        "difference": interval.value if interval is not None else None,
        "low": interval.low if interval is not None else None,
        "high": interval.high if interval is not None else None,
        "verdict": one.verdict.value,
        "first_of": one.decided[0] if one.decided is not None else None,
        "second_of": one.decided[1] if one.decided is not None else None,
    }
