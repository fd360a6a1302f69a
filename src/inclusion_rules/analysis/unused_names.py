"""Names that a pack declares and nothing uses: facts that nobody need be asked for, parameters that limit nothing.

Only warns: a name may be there for a rule still to be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from inclusion_rules.domain.conditions import Condition, facts_in, parameters_in
from inclusion_rules.domain.dependencies import facts_looked_at
from inclusion_rules.domain.facts import FactDefinition, FactKind
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import Rule, RulePack
from inclusion_rules.loading.document_reading import key_span_at
from inclusion_rules.loading.problems import Problems
from inclusion_rules.vocabulary import words

LOOKED_UP_BY_NAME = frozenset(
    {"lunchtime_value", "end_of_school_day", "first_day_of_run", "school_type", "adult_pupil", "date_of_birth"}
)
"""Facts and parameters that the ledger, the bearer's words and the checks of a record look up themselves."""


def warn_of_the_unused(pack: RulePack, edition: Edition, pathways: Iterable[Pathway], problems: Problems) -> None:
    """Warn of each fact and parameter of a pack that nothing in the edition, nor any pathway, refers to.

    A derived fact that is shown with every decision is of use by that alone, and so is any text of the case file.
    """
    facts, parameters = _used(edition, tuple(pathways))
    for name, fact in pack.facts.items():
        if name not in facts and not _is_shown(fact) and fact.span is not None:
            message = f"nothing uses the fact `{words(name)}`"
            tree = problems.trees.get(fact.span.file)
            span = key_span_at(tree, "facts", name) if tree is not None else fact.span
            problems.add(span, "R212", message, help="remove it, or write the rule it is for", severity="warning")
    for name, parameter in pack.parameters.items():
        if name not in parameters and parameter.span is not None:
            message = f"nothing uses the parameter `{words(name)}`"
            problems.add(parameter.span, "R212", message, help="remove it, or refer to it", severity="warning")


def _is_shown(fact: FactDefinition) -> bool:
    return (fact.derived is not None and fact.shown) or fact.type.kind is FactKind.TEXT


def _used(edition: Edition, pathways: tuple[Pathway, ...]) -> tuple[set[str], set[str]]:
    """The facts and the parameters that rules, tables, other facts, commitments, service and pathways refer to."""
    conditions = list(_conditions(edition, pathways))
    facts = {name for condition in conditions for name in facts_in(condition)} | LOOKED_UP_BY_NAME
    parameters = {name for condition in conditions for name in parameters_in(condition)} | LOOKED_UP_BY_NAME
    for rule in edition.rules:
        facts.update(_facts_of_rule(rule))
        parameters.update((str(getattr(rule.deadline, "parameter", "")), rule.quantity or ""))
    for table in edition.tables.values():
        facts.update((*table.columns, table.decides))
    for commitment in (each for pack in edition.packs for each in pack.commitments.values()):
        tests = (commitment.kept_when, commitment.alert_when)
        parameters.update(name for test in tests if test is not None for name in parameters_in(test))
    for service in edition.service.values():
        parameters.update(service.working_days.values())
    for fact in edition.facts.values():
        facts |= facts_looked_at(fact)
        if fact.derived is not None:
            details: Mapping[str, Any] = fact.derived.details
            parameters.add(details.get("parameter", ""))
            parameters.update(name for _, kind, name in details.get("given", ()) if kind == "parameter")
    return facts, parameters


def _facts_of_rule(rule: Rule) -> Iterator[str]:
    if rule.governs.by is not None:
        yield rule.governs.by
    yield from (str(getattr(rule.deadline, part, "")) for part in ("day", "after", "start"))
    yield from (meeting.after for meeting in rule.met_by if meeting.after is not None)


def _conditions(edition: Edition, pathways: tuple[Pathway, ...]) -> Iterator[Condition]:
    for rule in edition.rules:
        yield rule.when
        yield from (found for found in (rule.breached_when, *(m.needed_if for m in rule.met_by)) if found is not None)
    for table in edition.tables.values():
        yield from (cell for row in table.rows for cell in row.cells if cell is not None)
    for parameter in edition.parameters.values():
        yield from (version.otherwise_when for version in parameter.values if version.otherwise_when is not None)
    for fact in edition.facts.values():
        if fact.derived is not None:
            yield from _in_derivation(fact.derived.details)
    for pathway in pathways:
        yield from (move.when for move in pathway.moves if move.when is not None)
        yield from (refusal.when for refusal in pathway.refusals)
        yield from (awaited.when for stage in pathway.stages for awaited in stage.awaits if awaited.when is not None)


def _in_derivation(details: Mapping[str, Any]) -> Iterator[Condition]:
    if details.get("condition") is not None:
        yield details["condition"]
    yield from _in_choices(details.get("choices", ()))


def _in_choices(choices: Iterable[tuple[Any, Any]]) -> Iterator[Condition]:
    for condition, take in choices:
        if condition is not None:
            yield condition
        if not isinstance(take, str):
            yield from _in_choices(take)
