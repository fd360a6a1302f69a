"""Everything that is proved of packs and pathways, each claim with how much it was proved of and where it fails.

Puts the proofs of this floor in one list, those that loading a pack makes as well, so that an officer sees what was
proved and not only that nothing was wrong. Decides no case and reads no files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from inclusion_rules.analysis.boxes import TooManyBoxesError
from inclusion_rules.analysis.completeness import Fault, UnprovableTableError, table_faults
from inclusion_rules.analysis.counter_cases import case_file
from inclusion_rules.analysis.layering import CounterCase, Loosened, case_in_words, prove_pack
from inclusion_rules.analysis.pack_checks import table_moments
from inclusion_rules.analysis.reachability import duties_said_twice, shadowed_rules, shape_of
from inclusion_rules.domain.layers import NATIONAL_LAYER
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.rules import RulePack
from inclusion_rules.source import Span

EXAMPLE = "example"
"""The calendar of a counter-example, where it is among those that were read."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One case, or one place, in which a claim does not hold.

    `rules` are those that the case is about, the one at fault first; `case` is the text of a case file.
    """

    message: str
    place: Span | None = None
    facts: str = ""
    day: date | None = None
    rules: tuple[tuple[str, str], ...] = ()
    case: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """A claim about a pack or a pathway, how much it was proved of, where it fails, and what it leaves out."""

    of: str
    claim: str
    says: str
    proved: str
    failures: tuple[Failure, ...] = ()
    not_held: str = ""


def prove(rulebook: Rulebook, packs: Iterable[str], pathways: Iterable[str]) -> Iterator[Proof]:
    """Every claim about some packs and pathways of a rulebook, one after another."""
    for name in packs:
        pack, edition = rulebook.packs[name], rulebook.edition((name,))
        for of_pack in (_tables, _versions, _shadowed, _twice, _layers, _choices):
            proof = of_pack(pack, edition, rulebook)
            if proof is not None:
                yield proof
    everything = Edition(tuple(rulebook.packs.values()))
    for name in pathways:
        yield _pathway(rulebook.pathways[name], everything)


def _tables(pack: RulePack, edition: Edition, rulebook: Rulebook) -> Proof | None:
    if not pack.tables:
        return None
    types = {name: fact.type for name, fact in edition.facts.items()}
    failures: dict[tuple[str, int], Failure] = {}
    for table in pack.tables.values():
        for day, parameters in table_moments(table, edition):
            try:
                faults = table_faults(table, types, parameters)
            except (UnprovableTableError, TooManyBoxesError) as error:
                failures.setdefault((str(error), 0), Failure(str(error), table.span))
                break
            for fault in faults:
                span = table.rows[fault.rows[-1] - 1].span if fault.rows else table.span
                facts = dict(fault.example)
                text = ""
                if fault.fault is not Fault.UNREACHABLE:
                    text = _file(CounterCase(day or date.min, "suspended", tuple(facts.items())), edition, rulebook)
                failures.setdefault(
                    (str(fault), span.line if span else 0), Failure(str(fault), span, day=day, case=text)
                )
    rows = sum(len(table.rows) for table in pack.tables.values())
    return Proof(
        pack.id,
        "tables",
        "whatever a case holds, one row of each decision table answers, and each row answers some case",
        f"{_counted(len(pack.tables), 'table')}, {_counted(rows, 'row')}",
        tuple(failures.values()),
    )


def _versions(pack: RulePack, edition: Edition, rulebook: Rulebook) -> Proof | None:
    if not pack.parameters:
        return None
    count = sum(len(parameter.values) for parameter in pack.parameters.values())
    return Proof(
        pack.id,
        "versions",
        "the versions of a quantity follow one another without a gap or an overlap",
        f"{_counted(len(pack.parameters), 'parameter')}, {_counted(count, 'version')}",
    )


def _shadowed(pack: RulePack, edition: Edition, rulebook: Rulebook) -> Proof | None:
    running = [rule for rule in pack.rules.values() if rule.runs]
    if not running:
        return None
    failures = [Failure(found.message, found.place) for found in shadowed_rules(pack, edition)]
    return Proof(
        pack.id,
        "shadowed rules",
        "for every rule there is a case in which it applies and none holds it back",
        _counted(len(running), "rule"),
        tuple(failures),
    )


def _twice(pack: RulePack, edition: Edition, rulebook: Rulebook) -> Proof | None:
    duties = {rule.duty for rule in pack.rules.values() if rule.runs}
    if not duties:
        return None
    failures = []
    for found in duties_said_twice(pack, edition):
        message = f"`{found.first.id}` and `{found.second.id}` both owe `{found.first.duty}` alike in one case"
        case = CounterCase(found.day, found.first.for_each[0], found.facts)
        rules = (found.first.key, found.second.key)
        text = _file(case, edition, rulebook)
        failures.append(Failure(message, found.second.span, case_in_words(case), found.day, rules, text))
    return Proof(
        pack.id,
        "overlapping versions",
        "no case is owed one duty twice, in the same words and with the same limit, by two versions of it",
        f"{_counted(len(duties), 'duty', 'duties')}",
        tuple(failures),
    )


def _layers(pack: RulePack, edition: Edition, rulebook: Rulebook) -> Proof | None:
    if pack.layer == NATIONAL_LAYER:
        return None
    proof = prove_pack(pack, edition, rulebook.bank_holidays)
    counts = proof.counts
    silent = counts.without_an_act
    told = f"{_counted(len(silent), 'option or power', 'options and powers')} name no act to hold against the law"
    return Proof(
        pack.id,
        "local within national",
        "no rule holds one below back, speaks more strongly than law, runs longer, or suggests what the law forbids",
        f"{_counted(counts.rules, 'rule')}, {_counted(counts.limits, 'limit')} held against limits of the law, "
        f"{_counted(counts.acts, 'act')} against what it forbids",
        tuple(_loosened(fault, edition, rulebook) for fault in proof.faults),
        f"{told}: {', '.join(silent)}" if silent else "",
    )


def _loosened(fault: Loosened, edition: Edition, rulebook: Rulebook) -> Failure:
    message = f"{fault.rule.id}: {fault.message}"
    rules = (fault.rule.key, fault.national.key) if fault.national is not None else (fault.rule.key,)
    if fault.case is None:
        return Failure(message, fault.rule.span, rules=rules)
    text = _file(fault.case, edition, rulebook)
    return Failure(message, fault.rule.span, case_in_words(fault.case), fault.case.day, rules, text)


def _choices(pack: RulePack, edition: Edition, rulebook: Rulebook) -> Proof | None:
    if not pack.choices:
        return None
    return Proof(
        pack.id,
        "local choices",
        "what is chosen is open to choice, in its unit, and within its bounds on every day",
        _counted(len(pack.choices), "choice"),
    )


def _pathway(pathway: Pathway, edition: Edition) -> Proof:
    shape = shape_of(pathway, edition)
    return Proof(
        pathway.id,
        "pathway",
        "every stage can be come to, no stage is a dead end, every end is reached by some case, every guard can hold",
        f"{_counted(shape.stages, 'stage')}, {_counted(shape.ends, 'end')}, {_counted(shape.guards, 'guard')}",
        tuple(Failure(fault.message, fault.place) for fault in shape.faults),
    )


def _file(case: CounterCase, edition: Edition, rulebook: Rulebook) -> str:
    calendar = EXAMPLE if EXAMPLE in rulebook.calendars else next(iter(rulebook.calendars), EXAMPLE)
    return case_file(
        case.facts,
        edition,
        rulebook.pathways,
        day=case.day,
        subject=case.subject,
        calendar=calendar,
        act=case.act,
    )


def _counted(number: int, thing: str, several: str = "") -> str:
    return f"{number} {thing if number == 1 else several or f'{thing}s'}"
