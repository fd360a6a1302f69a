"""Which small wrongs in the law the scenarios would catch, and which would slip through: the surviving mutants.

Each alteration is tried only on scenarios that expect something it can reach, with the rules they need and no others,
until the first of them fails. Builds no alteration itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from inclusion_rules.casework.deciding import decide
from inclusion_rules.domain.facts import FactDefinition
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.rules import RulePack
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.scenarios.alterations import Alteration, alterations_of
from inclusion_rules.scenarios.examples import Scenario
from inclusion_rules.scenarios.reach import Name, Web, rule_name, web_of
from inclusion_rules.scenarios.running import Result, differences


@dataclass(frozen=True, slots=True)
class Survivor:
    """An alteration that no scenario catches, and how many scenarios expect something that it can reach."""

    alteration: Alteration
    tried_on: int


@dataclass(frozen=True, slots=True)
class MutantReport:
    """How many alterations were made, and those that nobody caught.

    `unused` are the parameters and facts that nothing which runs looks at, so that altering them could change nothing.
    """

    made: int
    survivors: tuple[Survivor, ...]
    unused: tuple[str, ...] = ()

    @property
    def caught(self) -> int:
        """How many alterations some scenario caught."""
        return self.made - len(self.survivors)


def surviving_mutants(
    results: Sequence[Result], rulebook: Rulebook, *, packs: Iterable[str], duties: frozenset[str] | None = None
) -> MutantReport:
    """Alter the named packs, one thing at a time, and see which alterations no passing scenario catches.

    With `duties`, only alterations that can reach one of them are made.
    """
    passing = [result for result in results if result.passed]
    made = 0
    survivors: list[Survivor] = []
    unused: dict[str, None] = {}
    for name in packs:
        tests = _Tests.of([result for result in passing if name in result.scenario.record.packs], rulebook)
        for alteration in alterations_of(rulebook.packs[name]):
            reached = tests.reached(alteration.name)
            if duties is not None and not any(("duty", duty) in reached for duty in duties):
                continue
            if not tests.matters(reached):
                unused[alteration.place] = None
                continue
            made += 1
            tried, caught = tests.tried_on(alteration)
            if not caught:
                survivors.append(Survivor(alteration, tried))
    return MutantReport(made, tuple(survivors), tuple(unused))


@dataclass(slots=True)
class _Tests:
    """The passing scenarios of one pack, with what each expects something of."""

    rulebook: Rulebook
    scenarios: Sequence[Scenario]
    web: Web
    by_name: Mapping[Name, frozenset[int]]
    by_rule: Mapping[Name, frozenset[int]]
    shown: frozenset[str]
    known: dict[Name, frozenset[Name]]

    @classmethod
    def of(cls, results: Sequence[Result], rulebook: Rulebook) -> _Tests:
        packs = tuple(dict.fromkeys(pack for result in results for pack in result.scenario.record.packs))
        edition = rulebook.edition(packs)
        web = web_of(edition, rulebook.pathways)
        shown = frozenset(name for name, fact in edition.facts.items() if fact.shown)
        by_name: dict[Name, set[int]] = {}
        by_rule: dict[Name, set[int]] = {}
        for number, result in enumerate(results):
            for name in _expected_of(result.scenario):
                by_name.setdefault(name, set()).add(number)
            for rule in _in_force(result):
                by_rule.setdefault(rule, set()).add(number)
        scenarios = [result.scenario for result in results]
        return cls(rulebook, scenarios, web, _frozen(by_name), _frozen(by_rule), shown, {})

    def reached(self, name: Name) -> frozenset[Name]:
        """What a change to a name can reach."""
        if name not in self.known:
            self.known[name] = self.web.reached_from(name)
        return self.known[name]

    def matters(self, reached: frozenset[Name]) -> bool:
        """Whether any of the names shows in a decision: a rule that runs, a pathway, or a fact that is shown."""
        return any(kind in ("rule", "pathway") or (kind == "fact" and name in self.shown) for kind, name in reached)

    def tried_on(self, alteration: Alteration) -> tuple[int, bool]:
        """How many scenarios an alteration was tried on, and whether one of them failed."""
        reached = self.reached(alteration.name)
        numbers = {number for name in reached for number in self.by_name.get(name, ())}
        if alteration.name[0] == "rule":
            numbers &= self.by_rule.get(alteration.name, frozenset())
        if alteration.days is not None:
            numbers = {number for number in numbers if _touches(self.scenarios[number], *alteration.days)}
        if not numbers:
            return 0, False
        altered = self._altered(alteration, reached)
        # Scenarios about an edge are the likeliest to notice, and one is enough.
        for number in sorted(numbers, key=lambda number: (not self.scenarios[number].boundary_of, number)):
            if _fails(_narrowed(self.scenarios[number], reached), altered):
                return len(numbers), True
        return len(numbers), False

    def _altered(self, alteration: Alteration, reached: frozenset[Name]) -> Rulebook:
        """The rulebook with the alteration, holding only the rules that what it reaches depends on."""
        needed = self.web.needed_by(reached)
        packs = {**self.rulebook.packs, alteration.pack: alteration.build()}
        return replace(self.rulebook, packs={name: _with_rules(pack, needed) for name, pack in packs.items()})


def _in_force(result: Result) -> Iterator[Name]:
    """The rules that governed something in a case as it was decided; altering any other changes nothing in it."""
    if result.decision is not None:
        yield from (rule_name(finding.rule.key) for finding in result.decision.findings)
        yield from (rule_name(entry.rule.key) for entry in result.decision.obligations)


def _touches(scenario: Scenario, first: date, last: date | None) -> bool:
    """Whether anything of a scenario can be governed by what is in force between two days."""
    days = [scenario.expect.as_of, *(event.date for event in scenario.record.events)]
    return any(first <= day and (last is None or day <= last) for day in days)


def _frozen(found: Mapping[Name, set[int]]) -> Mapping[Name, frozenset[int]]:
    return {name: frozenset(numbers) for name, numbers in found.items()}


def _with_rules(pack: RulePack, needed: frozenset[Name]) -> RulePack:
    rules = {name: rule for name, rule in pack.rules.items() if rule_name(rule.key) in needed}
    return replace(pack, rules=rules, facts={name: _hidden(fact, needed) for name, fact in pack.facts.items()})


def _hidden(fact: FactDefinition, needed: frozenset[Name]) -> FactDefinition:
    """A fact that is not shown, and so not worked out, unless it matters."""
    return fact if not fact.shown or ("fact", fact.name) in needed else replace(fact, shown=False)


def _expected_of(scenario: Scenario) -> Iterator[Name]:
    expect = scenario.expect
    yield from (("duty", duty) for duty in expect.duties)
    yield from (("fact", name) for name in expect.facts)
    if expect.stage is not None or expect.next_events is not None:
        yield ("pathway", scenario.record.pathway)


def _narrowed(scenario: Scenario, reached: frozenset[Name]) -> Scenario:
    """A scenario with only those of its expectations that a change can reach; warnings are not among them."""
    expect = scenario.expect
    on_pathway = ("pathway", scenario.record.pathway) in reached
    kept = replace(
        expect,
        stage=expect.stage if on_pathway else None,
        next_events=expect.next_events if on_pathway else None,
        facts={name: value for name, value in expect.facts.items() if ("fact", name) in reached},
        findings=tuple(entry for entry in expect.findings if ("duty", entry.duty) in reached),
        obligations=tuple(entry for entry in expect.obligations if ("duty", entry.duty) in reached),
        absent=tuple(duty for duty in expect.absent if ("duty", duty) in reached),
        warnings=(),
    )
    return replace(scenario, expect=kept)


def _fails(scenario: Scenario, rulebook: Rulebook) -> bool:
    expect = scenario.expect
    try:
        decision = decide(scenario.record, rulebook, as_of=expect.as_of, about=expect.about, known_on=expect.known_on)
    except (InclusionRulesError, ArithmeticError, LookupError):
        # A law so altered that nothing can be decided by it is noticed.
        return True
    return next(differences(scenario, decision, rulebook.edition(scenario.record.packs)), None) is not None
