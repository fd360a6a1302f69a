"""The register of commitments as JSON: one entry a commitment, with its tests, what is missing, and its milestones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from inclusion_rules.domain.conditions import Comparison
from inclusion_rules.domain.findings import Trace
from inclusion_rules.domain.wording import condition_in_words, in_words
from inclusion_rules.engine.commitments import Answer, CommitmentState, MilestoneState, Tested
from inclusion_rules.reporting.case_json import plain_value
from inclusion_rules.reporting.commitments import PackRegister, Register
from inclusion_rules.vocabulary import identifier

_KEPT = {Answer.YES: "kept", Answer.NO: "not_kept", Answer.NOT_KNOWN: "not_known", Answer.NO_TEST: "no_test"}


def register_as_json(register: Register) -> str:
    """The register, ready to write."""
    return json.dumps(register_as_data(register), indent=2, ensure_ascii=False) + "\n"


def register_as_data(register: Register) -> dict[str, Any]:
    """The register as plain data."""
    figures = register.figures
    given = {"authority": figures.authority, "on": figures.on.isoformat()} if figures is not None else None
    return {
        "as_of": register.as_of.isoformat(),
        "figures": given,
        "packs": [pack.pack for pack in register.packs],
        "commitments": [_commitment(state, pack, register) for pack in register.packs for state in pack.states],
    }


def _commitment(state: CommitmentState, pack: PackRegister, register: Register) -> dict[str, Any]:
    made = state.commitment
    return {
        "commitment": made.id,
        "pack": made.pack,
        "kind": made.kind.value,
        "title": made.title,
        "promised": made.promised,
        "owners": list(made.owners),
        "from": made.first.isoformat(),
        "until": made.last.isoformat() if made.last else None,
        "term": identifier(state.term.value),
        "status": identifier(made.status.value),
        "status_on": made.status_on.isoformat(),
        "overtaken_by": list(made.overtaken_by),
        "part_of": made.part_of,
        "kept": _KEPT[state.kept.answer],
        "kept_when": _tested(state.kept),
        "alert": identifier(state.alert.answer.value),
        "alert_when": _tested(state.alert),
        "missing_figures": [{"figure": name, "asks": pack.figures[name].asks} for name in state.missing],
        "parameters_without_value": sorted({*state.kept.without_value, *state.alert.without_value}),
        "figures": [_figure(name, pack, register) for name in made.figures],
        "milestones": [_milestone(each) for each in state.milestones],
        "left_open": list(made.left_open),
        "rules": [
            {"rule": name, "pack": rule.pack, "title": rule.title, "runs": rule.runs}
            for name, rule in ((name, pack.rule(name)) for name in made.rules)
        ],
        "commands": list(made.commands),
        "traded": made.traded,
        "citations": list(made.cites),
        "reading": made.reading,
        "alternative": made.alternative,
        "note": made.note,
    }


def _figure(name: str, pack: PackRegister, register: Register) -> dict[str, Any]:
    figure = pack.figures[name]
    own = register.figures is not None and register.figures.authority == pack.pack
    sources = register.figures.sources if own and register.figures is not None else {}
    return {
        "figure": name,
        "kind": str(figure.type),
        "unit": figure.unit,
        "asks": figure.asks,
        "value": plain_value(pack.values[name]),
        "said": in_words(pack.values[name]),
        "derived": figure.derived is not None,
        "source": sources.get(name, ""),
    }


def _milestone(state: MilestoneState) -> dict[str, Any]:
    return {
        "milestone": state.milestone.name,
        "by": state.milestone.by.isoformat() if state.milestone.by else None,
        "said": state.milestone.said,
        "state": identifier(state.progress.value),
        "reached": state.reached.isoformat() if state.reached else None,
    }


def _tested(tested: Tested) -> list[dict[str, Any]]:
    return list(_compared(tested.trace)) if tested.trace is not None else []


def _compared(trace: Trace) -> Iterator[dict[str, Any]]:
    """Every comparison of a trace, with the values that were compared."""
    if isinstance(trace.condition, Comparison) and trace.value is not None:
        yield {
            "says": condition_in_words(trace.condition),
            "result": trace.result,
            "figure": trace.condition.fact,
            "value": plain_value(trace.value),
            "said": in_words(trace.value),
            "against": in_words(trace.operand),
        }
    for member in trace.members:
        yield from _compared(member)
