"""The reference page of founding documents: item by item what carries each, an example of it and a command; and of the
commitments of each authority, as they are tested.

`python -m inclusion_rules.reporting.seeds_page docs/reference` writes it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.commitments import Commitment, SeedItem
from inclusion_rules.domain.conditions import Condition
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.rules import Rule, RuleKey, RulePack
from inclusion_rules.domain.wording import condition_in_words
from inclusion_rules.loading.scenario_sentences import ScenarioSentence, scenario_sentences
from inclusion_rules.loading.trees import shipped
from inclusion_rules.reporting.handbook_rules import rules_page
from inclusion_rules.reporting.markdown import cited, heading, plain_text, sentence, table_row
from inclusion_rules.vocabulary import words

PAGE = "seeds.md"
_MADE = (
    "<!-- Made from the packs by `python -m inclusion_rules.reporting.seeds_page docs/reference`. "
    "Change the packs, not this page. -->"
)
_READING = """\
Each local pack was written from a document of its authority. Here is every item of these documents with what carries
it: rules that decide cases, commitments that are held against figures, parameters, tensions with the law, pathways.
The example is a scenario that runs as a test, and the command can be typed as it stands, from the project's root.
Commitments are promises of the authority about its own practice; none of them decides a case.
[How to monitor them](../how-to/monitor_commitments.md)."""
_RULE_HEADING = re.compile(r"^#+ (.+)$")
_RULE_LINE = re.compile(r"^- Duty `[^`]+`, rule `([^`]+)`")


def seeds_page(rulebook: Rulebook, *, rules: Path) -> str:
    """The page; `rules` is the folder in which the packs lie, for their scenarios."""
    packs = [pack for pack in rulebook.packs.values() if pack.seed is not None or pack.commitments]
    places = rule_places(rulebook.edition(tuple(rulebook.packs)))
    lines = [_MADE, "", "# Founding documents and commitments", "", _READING, ""]
    lines += [f"- [{heading(pack.id)}](#{pack.id.replace('_', '-')})" for pack in packs]
    for pack in packs:
        lines += ["", *_Section.of(pack, rulebook, rules, places).lines()]
    return "\n".join(lines).rstrip() + "\n"


def example_of(item: SeedItem, edition: Edition, sentences: Sequence[ScenarioSentence]) -> ScenarioSentence | None:
    """The scenario that an item names; else the first that expects to hear of one of its rules."""
    if item.scenario is not None:
        named = " ".join(item.scenario.split())
        return next((one for one in sentences if one.text == named), None)
    for name in item.rules:
        duty = rule_named(name, edition).duty
        found = next((one for one in sentences if duty in one.duties), None)
        if found is not None:
            return found
    return None


def command_of(item: SeedItem, pack: str) -> str | None:
    """The command that an item names; else the one that lists the commitments of its pack, where these carry it."""
    if item.command is not None:
        return item.command
    return f"inclusion-rules commitments {pack}" if item.commitments else None


def rule_named(name: str, edition: Edition) -> Rule:
    """The rule of that id, of the last pack that has one: a pack comes after those that it extends."""
    return next(pack.rules[name] for pack in reversed(edition.packs) if name in pack.rules)


def rule_places(edition: Edition) -> Mapping[RuleKey, str]:
    """The place of every rule on the page of rules, as a link names it."""
    found: dict[RuleKey, str] = {}
    taken: dict[str, int] = {}
    pack, place = "", ""
    titles = {plain_text(pack.title): pack.id for pack in edition.packs}
    off = iter(rule for rule in edition.rules if not rule.runs)
    for line in rules_page(edition):
        if (named := _RULE_HEADING.match(line)) is not None:
            title = named[1]
            if line.startswith("## "):
                pack = titles.get(title, "")
            slug = re.sub(r"[^\w\- ]", "", title.replace("`", "").lower()).replace(" ", "-")
            place = f"{slug}-{taken[slug]}" if slug in taken else slug
            taken[slug] = taken.get(slug, 0) + 1
        elif (rule := _RULE_LINE.match(line)) is not None:
            key = (pack, rule[1]) if pack else next(off).key
            found[key] = place
    return found


@dataclass(frozen=True, slots=True)
class _Section:
    """What is said of one pack."""

    pack: RulePack
    edition: Edition
    sentences: tuple[ScenarioSentence, ...]
    rules: Path
    places: Mapping[RuleKey, str]

    @classmethod
    def of(cls, pack: RulePack, rulebook: Rulebook, rules: Path, places: Mapping[RuleKey, str]) -> _Section:
        edition = rulebook.edition((pack.id,))
        nearest = [one.id for one in reversed(edition.packs)]
        sentences = tuple(one for name in nearest for one in scenario_sentences(rules / name))
        return cls(pack, edition, sentences, rules, places)

    def lines(self) -> Iterator[str]:
        yield f"## {heading(self.pack.id)}"
        seed = self.pack.seed
        if seed is not None:
            yield ""
            read = f"read on {seed.read_on.isoformat()} (*{seed.certainty}*)"
            yield f"{sentence(seed.title)} {len(seed.items)} items, {read}. {plain_text(seed.note)}".rstrip()
            yield ""
            yield table_row(["item", "says", "carried by", "example", "command"])
            yield table_row(["---"] * 5)
            yield from (self._item(item) for item in seed.items)
        if self.pack.commitments:
            yield from ("", f"### Commitments of {heading(self.pack.id)}")
            for _, commitment in sorted(self.pack.commitments.items()):
                yield from self._commitment(commitment)

    def _item(self, item: SeedItem) -> str:
        says = f"{plain_text(item.about)} *{plain_text(item.note)}*" if item.note else plain_text(item.about)
        command = command_of(item, self.pack.id)
        shown = f"`{command}`" if command else ""
        return table_row([plain_text(item.item), says, "; ".join(self._carriers(item)), self._example(item), shown])

    def _carriers(self, item: SeedItem) -> Iterator[str]:
        for name in item.rules:
            yield f"rule {self._rule(name)}"
        for name in item.commitments:
            yield f"commitment [{words(name)}](#{words(name).replace(' ', '-')})"
        for name in item.parameters:
            yield f"parameter [{words(name)}](parameters.md#{words(name).replace(' ', '-')})"
        for name in item.tensions:
            yield f"tension `{name}`"
        for name in item.pathways:
            yield f"pathway [{words(name)}](pathways.md#{name.replace('_', '-')})"

    def _rule(self, name: str) -> str:
        rule = rule_named(name, self.edition)
        return f"[{plain_text(rule.title)}](rules.md#{self.places[rule.key]})"

    def _example(self, item: SeedItem) -> str:
        example = example_of(item, self.edition, self.sentences)
        if example is None:
            return ""
        place = (Path("../../rules") / example.file.relative_to(self.rules)).as_posix()
        return f"[{plain_text(example.text)}]({place})"

    def _commitment(self, made: Commitment) -> Iterator[str]:
        yield from ("", f"#### {words(made.id)}", "", f"{sentence(made.title)} {sentence(made.promised)}", "")
        owners = ", ".join(self.edition.roles[name].title for name in made.owners)
        until = f" until {made.last.isoformat()}" if made.last else ""
        yield f"- {heading(made.kind.value)} of the {plain_text(owners)}, from {made.first.isoformat()}{until}"
        overtaken = "".join(f", by {self._rule(name)}" for name in made.overtaken_by)
        yield f"- Status on {made.status_on.isoformat()}: {made.status.value}{overtaken}"
        if made.part_of is not None:
            yield f"- Part of: {words(made.part_of)}"
        yield f"- Kept when: {_test(made.kept_when)}"
        if made.alert_when is not None:
            yield f"- Alert when: {_test(made.alert_when)}"
        for milestone in made.milestones:
            by = milestone.by.isoformat() if milestone.by else "no day set"
            said = f" (the document: {plain_text(milestone.said)})" if milestone.said else ""
            yield f"- Milestone: {plain_text(milestone.name)}, {by}{said}"
        for name in made.left_open:
            yield f"- Left open by the authority: {plain_text(name)}"
        if made.rules:
            yield f"- Carried out by: {'; '.join(map(self._rule, made.rules))}"
        if made.traded:
            yield "- Traded: the help is sold to schools"
        yield f"- Source: {'; '.join(cited(citation, self.edition) for citation in made.cites)}"
        for label, text in (("Our reading", made.reading), ("Another reading", made.alternative), ("Note", made.note)):
            if text:
                yield f"- {label}: {plain_text(text)}"


def _test(condition: Condition | None) -> str:
    return plain_text(condition_in_words(condition)) if condition is not None else "nothing was set that could show it"


def write_seeds_page(folder: Path, rulebook: Rulebook, *, rules: Path) -> bool:
    """Write the page into a folder; whether its text has changed."""
    folder.mkdir(parents=True, exist_ok=True)
    path, text = folder / PAGE, seeds_page(rulebook, rules=rules)
    if path.is_file() and path.read_text("utf-8") == text:
        return False
    path.write_text(text, "utf-8")
    return True


def main(arguments: Sequence[str]) -> None:
    """Write the page into the one folder named.

    Raises:
        SystemExit: no folder, or more than one, was named.
    """
    if len(arguments) != 1 or arguments[0].startswith("-"):
        raise SystemExit("usage: python -m inclusion_rules.reporting.seeds_page FOLDER")
    write_seeds_page(Path(arguments[0]), open_rulebook(), rules=shipped("rules"))


if __name__ == "__main__":
    main(sys.argv[1:])
