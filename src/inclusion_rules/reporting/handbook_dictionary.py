"""The pages of what rules are made of: facts, parameters, events and roles, each with where it is used.

Prints the packs' own words in tables and lists. Knows no case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from inclusion_rules.domain.conditions import facts_in, parameters_in
from inclusion_rules.domain.dependencies import facts_looked_at
from inclusion_rules.domain.facts import FactDefinition
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import Rule
from inclusion_rules.domain.wording import condition_in_words, day_in_words
from inclusion_rules.reporting.law_in_words import kind_in_words, source_in_words, value_in_words
from inclusion_rules.reporting.markdown import cited, heading, plain_text, sentence, table_row, versions
from inclusion_rules.vocabulary import words


def facts_page(edition: Edition) -> Iterator[str]:
    """The fact dictionary, by where values come from."""
    used = _uses_of_facts(edition)
    groups = {
        "From the case file": [fact for fact in edition.facts.values() if fact.taken_from is not None],
        "Judgements": [fact for fact in edition.facts.values() if fact.judgement is not None],
        "Worked out": [fact for fact in edition.facts.values() if fact.derived is not None],
    }
    opening = {
        "From the case file": "Whoever keeps the case file says these. What is left out is not known.",
        "Judgements": "Only the person named may set these, in `judgements:`; no rule ever infers one.",
        "Worked out": "These follow from the record, the calendar and the other facts. Nobody can set them.",
    }
    yield from ("# Facts", "")
    yield f"{versions(edition)} These are all the facts that a rule can ask about: {len(edition.facts)} in number."
    for title, facts in groups.items():
        yield from ("", f"## {title}", "", opening[title])
        for fact in sorted(facts, key=lambda one: one.name):
            yield from _fact(fact, used.get(fact.name, 0), _local(edition, fact.name))


def _local(edition: Edition, name: str) -> str | None:
    """The pack that declares a fact or parameter, where that is not the national one."""
    found = (pack for pack in edition.packs if name in pack.facts or name in pack.parameters)
    return next((pack.id for pack in found if pack.layer != "national"), None)


def _fact(fact: FactDefinition, uses: int, local: str | None) -> Iterator[str]:
    yield from ("", f"### {words(fact.name)}", "")
    if fact.asks:
        yield from (plain_text(fact.asks), "")
    yield f"- Kind: {plain_text(kind_in_words(fact.type))}"
    yield f"- From: {plain_text(source_in_words(fact))}"
    if local is not None:
        yield f"- Only in the pack `{local}`"
    if not fact.shown:
        yield "- Not shown among the facts of a decision"
    yield f"- Asked by {uses} rule{'' if uses == 1 else 's'}, directly or by way of other facts"
    if fact.cites:
        yield f"- Law: {plain_text('; '.join(fact.cites))}"
    if fact.reading:
        yield f"- Our reading: {plain_text(fact.reading)}"


def _uses_of_facts(edition: Edition) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for rule in edition.running_rules:
        waiting = [*facts_in(rule.when), *_other_facts(rule)]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in seen or name not in edition.facts:
                continue
            seen.add(name)
            waiting += _behind(edition.facts[name], edition)
        for name in seen:
            counts[name] = counts.get(name, 0) + 1
    return counts


def _behind(fact: FactDefinition, edition: Edition) -> Iterable[str]:
    table = fact.derived.details.get("table") if fact.derived is not None else None
    return edition.tables[table].columns if isinstance(table, str) else facts_looked_at(fact)


def _other_facts(rule: Rule) -> Iterator[str]:
    if rule.governs.by is not None:
        yield rule.governs.by
    if rule.breached_when is not None:
        yield from facts_in(rule.breached_when)
    for meeting in rule.met_by:
        if meeting.needed_if is not None:
            yield from facts_in(meeting.needed_if)
    for part in ("day", "after", "start"):
        name = getattr(rule.deadline, part, None)
        if isinstance(name, str):
            yield name


def parameters_page(edition: Edition) -> Iterator[str]:
    """Every dated version of every quantity, with what reads it."""
    yield from ("# Parameters", "")
    yield f"{versions(edition)} Every number and date with legal force stands here and nowhere else."
    for name, parameter in sorted(edition.parameters.items()):
        yield from ("", f"## {words(name)}", "", sentence(parameter.title), "")
        yield table_row(["from", "until", "value", "law"])
        yield table_row(["---"] * 4)
        for version in parameter.values:
            value = value_in_words(parameter, version.value)
            if version.otherwise is not None and version.otherwise_when is not None:
                longer = value_in_words(parameter, version.otherwise)
                value += f"; {longer} where {condition_in_words(version.otherwise_when)}"
            until = day_in_words(version.last) if version.last is not None else "still in force"
            yield table_row(
                [day_in_words(version.first), until, value, "; ".join(cited(c, edition) for c in version.cites)]
            )
        users = _users_of(name, edition)
        yield ""
        local = _local(edition, name)
        if local is not None:
            yield f"Only in the pack `{local}`."
        used = f"Used by {', '.join(f'`{user}`' for user in users)}." if users else "No rule or fact reads it."
        yield f"Counted in {parameter.unit.value}. {used}"
        if parameter.certainty != "confirmed":
            yield f"Certainty: {parameter.certainty}."
        if parameter.local_choice:
            yield f"A local pack may choose: {parameter.local_choice}."


def _users_of(parameter: str, edition: Edition) -> Sequence[str]:
    users = []
    for rule in edition.rules:
        asked = {*parameters_in(rule.when), getattr(rule.deadline, "parameter", None)}
        if rule.breached_when is not None:
            asked |= parameters_in(rule.breached_when)
        if parameter in asked:
            users.append(rule.id)
    for fact in edition.facts.values():
        if fact.derived is None:
            continue
        details: Mapping[str, Any] = fact.derived.details
        named = {details.get("parameter")} | {
            source for _, kind, source in details.get("given", ()) if kind == "parameter"
        }
        if fact.derived.form == "holds":
            named |= parameters_in(details["condition"])
        if parameter in named:
            users.append(words(fact.name))
    for service in edition.service.values():
        if parameter in service.working_days.values():
            users.append(f"deemed service of {words(service.event)}")
    for table in edition.tables.values():
        if any(cell is not None and parameter in parameters_in(cell) for row in table.rows for cell in row.cells):
            users.append(table.id)
    return users


def _in_choices(choices: Iterable[tuple[Any, Any]]) -> Iterator[str]:
    for condition, take in choices:
        if condition is not None:
            yield from parameters_in(condition)
        if not isinstance(take, str):
            yield from _in_choices(take)


def events_page(edition: Edition) -> Iterator[str]:
    """The event vocabulary, its attributes, and deemed service."""
    sections: dict[str, list[str]] = {}
    for name, event in edition.events.items():
        sections.setdefault(event.section, []).append(name)
    yield from ("# Events", "")
    yield f"{versions(edition)} What can be recorded in a case. An attribute that an event *needs* has to be given."
    yield ""
    yield (
        "Any event also has its `date`, and may carry `at` (a time of day), `recorded_at` (an instant), `by` (a role), "
        "`evidence` (a document's name) and `of` (the date of the exclusion that it belongs to)."
    )
    for section, names in sections.items():
        yield from ("", f"## {heading(section)}", "")
        yield table_row(["event", "needs", "may carry", "what it records"])
        yield table_row(["---"] * 4)
        for name in names:
            event = edition.events[name]
            yield table_row(
                [f"`{name}`", _attributes(event.needs), _attributes(event.may), plain_text(event.means) or words(name)]
            )
    yield from ("", "## Attributes", "", table_row(["attribute", "kind"]), table_row(["---"] * 2))
    for name, kind in sorted(edition.attributes.items()):
        event_name, _, own = name.rpartition(".")
        shown = f"`{own}` of `{event_name}`" if event_name else f"`{own}`"
        roles = set(kind.choices) == set(edition.roles)
        yield table_row([shown, "a [role](roles.md)" if roles else plain_text(kind_in_words(kind))])
    yield from (
        "",
        "## When something sent counts as given",
        "",
        table_row(["event", "said by", "way", "counts as given"]),
    )
    yield table_row(["---"] * 4)
    for service in edition.service.values():
        for way, parameter in service.working_days.items():
            yield table_row(
                [f"`{service.event}`", f"`{service.attribute}`", words(way), f"after `{words(parameter)}` working days"]
            )


def _attributes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def roles_page(edition: Edition) -> Iterator[str]:
    """Who can bear a duty."""
    bears: dict[str, int] = {}
    for rule in edition.running_rules:
        bears[rule.bearer] = bears.get(rule.bearer, 0) + 1
    yield from ("# Roles", "")
    yield f"{versions(edition)} On whom a duty can fall, and who may set a judgement or stand in an attribute."
    yield from (
        "",
        table_row(["role", "who that is", "called, by type of school", "rules that decide"]),
        table_row(["---"] * 4),
    )
    for name, role in edition.roles.items():
        called = "; ".join(f"{words(kind)}: {plain_text(said)}" for kind, said in role.at.items())
        dated = []
        if role.first is not None or role.last is not None:
            dated.append(
                f"from {day_in_words(role.first) if role.first else 'the beginning'}"
                f" to {day_in_words(role.last) if role.last else 'now'}"
            )
        if role.succeeded_by is not None:
            dated.append(f"succeeded by `{role.succeeded_by}`")
        title = "; ".join([plain_text(role.title), *dated])
        yield table_row([f"`{name}`", title, called, str(bears.get(name, 0))])
