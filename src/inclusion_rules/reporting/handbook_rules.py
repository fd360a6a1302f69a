"""The page of every rule: what it says, whom it binds, when it applies, by when, and how far its source was confirmed.

Rules that decide are grouped by topic; those switched off stand apart and say why. Adds nothing to what the packs say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import DecisionTable, Rule
from inclusion_rules.domain.wording import condition_in_words, day_in_words
from inclusion_rules.reporting.case_page import SPEAKS
from inclusion_rules.reporting.law_in_words import (
    act_in_words,
    days_in_force,
    limit_in_words,
    meetings_in_words,
    subjects_in_words,
)
from inclusion_rules.reporting.markdown import cited, heading, named, plain_text, sentence, table_row, versions
from inclusion_rules.vocabulary import Modality, RuleKind, Verification, words

_STANDS = {
    Verification.YES: "",
    Verification.MARKED: "**Not verified**: runs although no page that was read confirms it; its results say so",
    Verification.NO: "**Switched off**: no page that was read confirms it",
}
_NOT_COMMENCED = "**Switched off**: the day from which it holds is not known"


def rules_page(edition: Edition) -> Iterator[str]:
    """Every rule of the packs, running or not, and the decision tables."""
    running, off = edition.running_rules, tuple(rule for rule in edition.rules if not rule.runs)
    yield "# Rules"
    yield ""
    yield f"{versions(edition)} {len(running)} rules decide cases; {len(off)} are [switched off](#switched-off)."
    yield ""
    yield (
        "Beside each citation stands how far what we say of that place was confirmed: *primary*, read in the "
        "instrument itself; *secondary*, read in a page about it; *unverified*, read nowhere. The words `like "
        "this` are names: [facts](facts.md), [parameters](parameters.md), [events](events.md), [roles](roles.md)."
    )
    for pack in edition.packs:
        yield from ("", f"## {plain_text(pack.title)}")
        topics = _by_topic(rule for rule in running if rule.pack == pack.id)
        if not topics:
            yield from ("", "This pack has no rules that decide.")
        for topic, rules in topics.items():
            yield from ("", f"### {heading(topic)}")
            for rule in rules:
                yield from _rule(rule, edition)
    yield from ("", "## Switched off", "")
    yield (
        "These rules decide no case. Each is kept where it can be seen, with what is missing, so that whoever finds "
        "the source can switch it on. `explain` says of each that it is off."
    )
    for rule in off:
        yield from _rule(rule, edition)
    if edition.tables:
        yield from ("", "## Decision tables")
        for _, table in sorted(edition.tables.items()):
            yield from _table(table, edition)


def _by_topic(rules: Iterable[Rule]) -> Mapping[str, list[Rule]]:
    topics: dict[str, list[Rule]] = {}
    for rule in rules:
        topics.setdefault(rule.id.partition("/")[0], []).append(rule)
    return dict(sorted(topics.items()))


def _rule(rule: Rule, edition: Edition) -> Iterator[str]:
    role = edition.roles.get(rule.bearer)
    bearer = role.title if role is not None else words(rule.bearer)
    yield from ("", f"#### {plain_text(rule.title)}", "")
    if rule.modality is Modality.MEANS:
        yield f"**Meaning**, for the {plain_text(bearer)}: {sentence(rule.says)}"
    else:
        speaks = "may consider" if rule.kind is RuleKind.OPTION else SPEAKS[rule.modality]
        yield f"The {plain_text(bearer)} **{speaks}** {sentence(rule.says)}"
    yield ""
    yield f"- Duty `{rule.duty}`, rule `{rule.id}`; {act_in_words(rule)}, by force of {rule.force.value}"
    stands = _STANDS[rule.verified] or ("" if rule.governs.known else _NOT_COMMENCED)
    if stands:
        yield f"- {stands}"
    if rule.note:
        yield f"- Note: {plain_text(rule.note)}"
    yield f"- In force: {days_in_force(rule.governs)}"
    yield f"- For each {subjects_in_words(rule)}, when: {plain_text(condition_in_words(rule.when))}"
    if rule.exceptions:
        yield f"- Unless one of these applies: {named(rule.exceptions)}"
    if rule.overrides:
        yield f"- Holds back: {named(rule.overrides)}"
    for relation in rule.relations:
        below = named(relation.targets) if relation.targets else "nothing national"
        yield f"- Stands to a national rule: {relation.kind} {below}"
    if rule.superseded is not None:
        yield f"- Superseded by {named(rule.superseded.by)} from {day_in_words(rule.superseded.first)}"
    if rule.breached_when is not None:
        yield f"- Breached when: {plain_text(condition_in_words(rule.breached_when))}"
    if rule.raises_obligations:
        yield f"- By when: {limit_in_words(rule.deadline, edition, governs=rule.governs)}"
        yield f"- Met by: {_met_by(rule)}"
    if rule.if_missed:
        yield f"- If missed: {plain_text(rule.if_missed)}"
    yield f"- Law: {'; '.join(cited(citation, edition) for citation in rule.cites)}"
    if rule.reading:
        yield f"- Our reading: {plain_text(rule.reading)}"
    if rule.alternative:
        yield f"- Another reading: {plain_text(rule.alternative)}"


def _met_by(rule: Rule) -> str:
    acts = meetings_in_words(rule)
    if not acts:
        return "no event of the vocabulary shows it, so it stays open"
    across = {"run": ", anywhere in the run of exclusions", "case": ", anywhere in the case"}.get(rule.met_within, "")
    return f"{'; and '.join(acts) if rule.met_by_all else '; or '.join(acts)}{across}"


def _table(table: DecisionTable, edition: Edition) -> Iterator[str]:
    yield from ("", f"### {plain_text(table.title)}", "")
    yield f"Table `{table.id}` decides the fact `{words(table.decides)}`; {table.hit} of its rows applies."
    yield ""
    yield table_row([*map(words, table.columns), words(table.decides)])
    yield table_row(["---"] * (len(table.columns) + 1))
    for row in table.rows:
        cells = [
            "any" if cell is None else condition_in_words(cell).replace(f"{words(column)} is ", "")
            for column, cell in zip(table.columns, row.cells, strict=True)
        ]
        yield table_row([*cells, words(row.answer)])
    yield ""
    yield f"Law: {'; '.join(cited(citation, edition) for citation in table.cites)}"
