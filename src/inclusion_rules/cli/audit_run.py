"""`inclusion-rules audit RUN`: cases of a simulated run decided alone and held against what the run says of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from inclusion_rules.casework.deciding import decide_twice
from inclusion_rules.cli.errors import Exit
from inclusion_rules.cli.second_engine import note_restarts, second_opinion
from inclusion_rules.cli.showing import show
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.simulation.auditing_runs import RunAudit, audit_run
from inclusion_rules.simulation.run_reading import SavedRun, record_of

SHOWN = 10
"""How many differences are written out; all are counted."""


def audit_of_a_run(
    path: Path, sample: int | None, rulebook: Rulebook, twice: bool, format: str, out: Path | None
) -> int:
    """Replay some cases of a run, or all, and tell the first differences with their places."""
    run = SavedRun.open(path)
    ids = run.case_ids() if sample is None else run.sample(sample)
    audit = audit_run(run, rulebook, ids)
    told = _as_data(run, audit)
    if twice:
        told["second_opinion"] = _second_opinion(run, ids, rulebook)
    agrees = not twice or told["second_opinion"]["agrees"]
    show(json.dumps(told, indent=2, ensure_ascii=False) + "\n" if format == "json" else _in_words(told), out=out)
    return Exit.FINE if audit.matches and agrees else Exit.DID_NOT_MATCH


def _as_data(run: SavedRun, audit: RunAudit) -> dict[str, Any]:
    return {
        "run": run.manifest["run"]["plan"]["id"] if "plan" in run.manifest["run"] else str(run.path.name),
        "matches": audit.matches,
        "cases": audit.cases,
        "of": run.manifest["cases"],
        "events": audit.events,
        "obligations": audit.obligations,
        "differences": len(audit.differences),
        "first_differences": [
            {"case": each.case, "place": each.place, "run_says": str(each.run_says), "alone": str(each.alone)}
            for each in audit.differences[:SHOWN]
        ],
    }


def _second_opinion(run: SavedRun, ids: list[str], rulebook: Rulebook) -> dict[str, Any]:
    engine = second_opinion()
    moments = findings = conditions = 0
    first: str | None = None
    for saved in run.cases(ids):
        _, agreement = decide_twice(
            record_of(saved, rulebook, beside=run.path), rulebook, as_of=run.as_of, engine=engine
        )
        moments += agreement.moments
        findings += agreement.findings
        conditions += agreement.conditions
        if agreement.disagreements and first is None:
            first = f"{saved.id}: {agreement.disagreements[0].in_words(engine.name)}"
    note_restarts()
    return {
        "engine": engine.name,
        "agrees": first is None,
        "moments": moments,
        "findings": findings,
        "conditions": conditions,
        "first_disagreement": first,
    }


def _in_words(told: dict[str, Any]) -> str:
    lines = [
        f"{told['cases']:,} of {told['of']:,} cases of {told['run']} decided alone: {told['events']:,} events and "
        f"{told['obligations']:,} obligations compared"
    ]
    if told["matches"]:
        lines.append("every one came out identical")
    else:
        lines.append(f"NOT identical: {told['differences']:,} differences, the first of them")
        for each in told["first_differences"]:
            lines.append(
                f"  case {each['case']}, {each['place']}: the run says {each['run_says']}, alone {each['alone']}"
            )
    second = told.get("second_opinion")
    if second is not None:
        compared = (
            f"{second['moments']:,} moments, {second['findings']:,} findings, {second['conditions']:,} conditions"
        )
        lines.append(f"second opinion: {second['engine']} answered {compared}")
        lines.append(
            "  and agrees with the definition in all of them" if second["agrees"] else "  and DISAGREES, first in"
        )
        if second["first_disagreement"]:
            lines += [f"    {line}" for line in second["first_disagreement"].splitlines()]
    return "\n".join(lines) + "\n"
