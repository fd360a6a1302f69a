"""What a replay of real cases comes to, for people and as data: breaches by duty, and what the table cannot tell.

A duty that no event of the table could show done is told apart: it is not known to be in breach. Decides nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any

from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.simulation.logged_cases import cases_of_run
from inclusion_rules.simulation.replaying import BREACHED, Breach
from inclusion_rules.simulation.run_folder import SUMMARY
from inclusion_rules.simulation.run_reading import SavedRun
from inclusion_rules.vocabulary import words

_SHOWN = 15


def replay_as_data(run: SavedRun, breaches: Sequence[Breach]) -> dict[str, Any]:
    """What a replay comes to, as nested data."""
    summary: dict[str, Any] = json.loads((run.path / SUMMARY).read_text("utf-8"))
    by_duty: dict[tuple[str, str, bool], list[Breach]] = {}
    for breach in breaches:
        by_duty.setdefault((breach.duty, breach.bearer, breach.shown), []).append(breach)
    told = [_counted(found) for found in by_duty.values()]
    told.sort(key=lambda entry: (-entry["breaches"], entry["duty"], entry["bearer"]))
    unsettled: Counter[tuple[str, tuple[str, ...]]] = Counter()
    warnings: Counter[str] = Counter()
    for case in cases_of_run(run, obligations=False):
        for duty, _, *missing in json.loads(case.row.get("undetermined") or "[]"):
            unsettled[duty, tuple(missing)] += 1
        warnings.update(code for code, _, _ in json.loads(case.row.get("warnings") or "[]"))
    return {
        **summary,
        "source": run.manifest["run"]["source"],
        "breaches": [entry for entry in told if entry["shown"]],
        "not_told_by_the_table": [entry for entry in told if not entry["shown"]],
        "undetermined": [
            {"duty": duty, "lacking": list(lacking), "times": times}
            for (duty, lacking), times in sorted(unsettled.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
        "warnings": dict(sorted(warnings.items())),
    }


def _counted(found: Sequence[Breach]) -> dict[str, Any]:
    first = found[0]
    late = [breach.late_by_school_days for breach in found if breach.late_by_school_days is not None]
    return {
        "duty": first.duty,
        "what": first.what,
        "bearer": first.bearer,
        "modality": first.modality,
        "shown": first.shown,
        "breaches": len(found),
        "met_late": sum(breach.status == "met_late" for breach in found),
        "missed": sum(breach.status == "missed" for breach in found),
        "breached": sum(breach.status == BREACHED for breach in found),
        "late_by_school_days": {"median": median(late), "most": max(late)} if late else None,
    }


def replay_as_json(told: dict[str, Any]) -> str:
    """What a replay comes to as JSON."""
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def replay_as_text(told: dict[str, Any], rulebook: Rulebook) -> str:
    """What a replay comes to, for people to read."""
    source = told["source"]
    used = source["rows"] - source["rows_left_out"]
    lines = [
        f"{used:,} of {source['rows']:,} rows, {told['cases']:,} cases, as of {told['as_of']}: "
        f"{sum(told['events'].values()):,} events"
    ]
    if source["rows_left_out"]:
        lines.append(
            f"PARTIAL: {source['rows_left_out']:,} rows of {source['pupils_left_out']:,} pupils were left out; "
            "problems.csv says why"
        )
    lines += ["", "In breach, by duty:" if told["breaches"] else "Nothing that the table can tell was in breach."]
    lines += [_line(entry) for entry in told["breaches"]]
    if told["not_told_by_the_table"]:
        lines += ["", "Past their day, and the table has no event that would show them done, so not known:"]
        lines += [
            f"  {e['breaches']:>6,}  {words(e['duty'])} ({words(e['bearer'])})" for e in told["not_told_by_the_table"]
        ]
    if told["undetermined"]:
        lines += ["", "Undetermined for want of a fact:"]
        lines += [
            f"  {entry['times']:>6,}  {words(entry['duty'])}: {', '.join(map(words, entry['lacking'])) or 'not said'}"
            for entry in told["undetermined"][:_SHOWN]
        ]
        if len(told["undetermined"]) > _SHOWN:
            lines.append(f"          and {len(told['undetermined']) - _SHOWN} more, with `--format json`")
    return "\n".join([*lines, "", "Each breach with its row and days: breaches.csv"]) + "\n"


def _line(entry: dict[str, Any]) -> str:
    late = entry["late_by_school_days"]
    by = f"; school days late: {late['most']}" if late else ""
    if late and entry["breaches"] > 1:
        by = f"; school days late: {late['median']:g} (median), {late['most']} at most"
    ways = [
        f"{entry[way]:,} {said}"
        for way, said in (("met_late", "met late"), ("missed", "missed"), ("breached", "done against the rule"))
        if entry[way]
    ]
    should = "" if entry["modality"] in ("must", "must_not") else f", {words(entry['modality'])}"
    return (
        f"  {entry['breaches']:>6,}  {words(entry['duty'])} ({words(entry['bearer'])}{should}): {', '.join(ways)}{by}"
    )
