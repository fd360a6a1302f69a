"""What linking cannot see of a pack: tables that do not fit together, and rules that depart from what binds them.

Every check notes its problems where the words at fault stand. Reading files is `loading`; deciding cases, `casework`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from inclusion_rules.analysis.boxes import TooManyBoxesError
from inclusion_rules.analysis.completeness import Fault, TableFault, UnprovableTableError, table_faults
from inclusion_rules.analysis.layering import case_in_words, prove_pack
from inclusion_rules.domain.conditions import facts_in, parameters_in
from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.law import Parameter
from inclusion_rules.domain.layers import NATIONAL_LAYER
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import DecisionTable, DutyEntry, Rule, RulePack
from inclusion_rules.domain.working_days import BankHolidays
from inclusion_rules.loading.document_reading import key_span_at, span_at
from inclusion_rules.loading.problems import Problems
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import Force, Modality, RuleKind, Verification, words

KINDS_OF_ENTRY = {
    "act": (RuleKind.DUTY, RuleKind.EXPECTATION),
    "right": (RuleKind.RIGHT,),
    "power": (RuleKind.POWER,),
    "prohibition": (RuleKind.PROHIBITION,),
    "definition": (RuleKind.DEFINITION,),
}
RANKS = {force: rank for rank, force in enumerate(Force)}


def check_pack(
    pack: RulePack, edition: Edition, problems: Problems, *, bank_holidays: BankHolidays | None = None
) -> None:
    """Note everything that is wrong with the tables and rules of a pack; `edition` joins it with all that it extends.

    A file that is invalid as it stands is left alone: what would be found there might only follow from that.
    """
    prove_tables(pack, edition, problems)
    prove_layers(pack, edition, problems, bank_holidays=bank_holidays)
    for rule in pack.rules.values():
        if rule.span is not None and not problems.errors_in(rule.span.file):
            _check_rule(rule, pack, edition, problems)


def prove_tables(pack: RulePack, edition: Edition, problems: Problems) -> None:
    """Note each decision table of a pack that gives no answer, or more than one, for some case."""
    for table in pack.tables.values():
        if table.span is not None and not problems.errors_in(table.span.file):
            _check_table(table, edition, problems)


def prove_layers(
    pack: RulePack, edition: Edition, problems: Problems, *, bank_holidays: BankHolidays | None = None
) -> None:
    """Note each rule of a local pack that would loosen the law below it, or claims more than the law says."""
    if pack.layer == NATIONAL_LAYER:
        return
    wrong = {one.place.file for one in problems.found if one.severity == "error"}
    for fault in prove_pack(pack, edition, bank_holidays).faults:
        span = fault.rule.span
        if span is None or span.file in wrong:
            continue
        place = _key_place if fault.path[-1:] and isinstance(fault.path[-1], str) else _place
        instance = f"; for instance: {case_in_words(fault.case)}" if fault.case is not None else ""
        code = "R221" if fault.too_strong else "R219"
        problems.add(place(span, problems, *fault.path), code, f"{fault.message}{instance}", help=fault.help)


# Decision tables ------------------------------------------------------------------------------------------------------


def _check_table(table: DecisionTable, edition: Edition, problems: Problems) -> None:
    types = {name: fact.type for name, fact in edition.facts.items()}
    told: set[tuple[Fault, tuple[int, ...], str]] = set()
    for day, parameters in table_moments(table, edition):
        try:
            faults = table_faults(table, types, parameters)
        except (UnprovableTableError, TooManyBoxesError) as error:
            problems.add(_place(table.span, problems, "table"), "R210", str(error))
            return
        for fault in faults:
            key = (fault.fault, fault.rows, str(fault) if fault.fault is Fault.GAP else "")
            if key not in told:
                told.add(key)
                _note_fault(fault, table, day, problems)


def table_moments(table: DecisionTable, edition: Edition) -> Iterator[tuple[date | None, Callable[[str], Known]]]:
    """Each day on which a parameter of the table changes, with the values from then on, usual and otherwise."""
    cells = [cell for row in table.rows for cell in row.cells if cell is not None]
    used = [edition.parameters[name] for name in sorted({name for cell in cells for name in parameters_in(cell)})]
    days = sorted({version.first for parameter in used for version in parameter.values})
    moments: list[date | None] = [*days] or [None]
    for day in moments:
        for otherwise in (False, True):
            values = {parameter.name: _value(parameter, day, otherwise) for parameter in used}
            differs = not otherwise or any(values[each.name] != _value(each, day, False) for each in used)
            if differs and None not in values.values():
                yield day, _looked_up(values)


def _value(parameter: Parameter, day: date | None, otherwise: bool) -> Any:
    version = parameter.on(day) if day is not None else None
    if version is None:
        return None
    return version.otherwise if otherwise and version.otherwise is not None else version.value


def _looked_up(values: Mapping[str, Any]) -> Callable[[str], Known]:
    return values.__getitem__


def _note_fault(fault: TableFault, table: DecisionTable, day: date | None, problems: Problems) -> None:
    since = f" (with the parameters of {day.isoformat()})" if day is not None else ""
    help = {
        Fault.GAP: "add a row that answers for such a case",
        Fault.OVERLAP: "make the rows exclude one another; in a table that goes by `exactly one`, one row answers",
        Fault.UNREACHABLE: "remove the row, or put it before those that answer in its place",
    }[fault.fault]
    span = table.rows[fault.rows[-1] - 1].span if fault.rows else _key_place(table.span, problems, "table", "rows")
    if span is not None:
        problems.add(span, "R210", f"{fault}{since}", help=help)


# Rules ----------------------------------------------------------------------------------------------------------------


def _check_rule(rule: Rule, pack: RulePack, edition: Edition, problems: Problems) -> None:
    if pack.catalogue:
        entry = pack.catalogue.get(rule.duty)
        if entry is None:
            problems.unknown(
                _place(rule.span, problems, rule.kind.value, "id"),
                "a duty of the catalogue",
                words(rule.duty),
                pack.catalogue,
                code="R211",
            )
        else:
            _check_against(entry, rule, pack, problems)
    _check_overrides(rule, edition, problems)
    _check_authority(rule, pack, problems)
    _check_ledger(rule, edition, problems)


def _check_against(entry: DutyEntry, rule: Rule, pack: RulePack, problems: Problems) -> None:
    act = rule.kind.value

    def differs(what: str, said: str, expected: str, *path: str) -> None:
        message = f"{what} of `{words(rule.duty)}` is {said}; the duty catalogue says {expected}"
        place = _place if len(path) > 1 or path == ("verified",) else _key_place
        problems.add(place(rule.span, problems, *path), "R211", message, help="put right whichever of the two is wrong")

    kinds = KINDS_OF_ENTRY[entry.kind]
    if rule.kind not in kinds:
        differs("the kind", f"`{act}`", " or ".join(f"`{kind}`" for kind in kinds), act)
    elif entry.kind == "act" and entry.modality not in _modalities(rule.modality):
        differs("the modality", f"`{words(rule.modality)}`", f"`{words(entry.modality)}`", act, rule.modality.value)
    if rule.bearer != entry.role:
        differs("the bearer", f"`{words(rule.bearer)}`", f"`{words(entry.role)}`", act, "bearer")
    wanted = Verification.YES if entry.verified else Verification.MARKED if entry.marked else Verification.NO
    if rule.verified is not wanted:
        differs("`verified`", f"`{rule.verified}`", f"`{wanted}`", "verified")
    _check_dates(entry, rule, pack, differs)


def _modalities(modality: Modality) -> tuple[str, ...]:
    """What the catalogue may call it: it has no word of its own for `should not`."""
    return ("should", "should_not") if modality is Modality.SHOULD_NOT else (modality.value,)


def _check_dates(entry: DutyEntry, rule: Rule, pack: RulePack, differs: Callable[..., None]) -> None:
    versions = [other.governs for other in pack.rules.values() if other.duty == rule.duty]
    if entry.first is None and entry.last is None:
        if rule.governs.known and rule.governs.first is not None:
            differs("the first day", f"{rule.governs.first}", "that it is not known", "governs", "from")
        return
    firsts = {governs.first for governs in versions}
    lasts = {governs.last for governs in versions}
    if entry.first not in firsts or (rule.governs.first or date.min) < (entry.first or date.min):
        differs("the first day", f"{rule.governs.first or 'not given'}", f"{entry.first}", "governs", "from")
    if entry.last not in lasts or (rule.governs.last or date.max) > (entry.last or date.max):
        differs("the last day", f"{rule.governs.last or 'not given'}", f"{entry.last or 'none'}", "governs", "until")


def _check_overrides(rule: Rule, edition: Edition, problems: Problems) -> None:
    for position, name in enumerate(rule.overrides):
        below = [other for other in edition.rules if other.id == name]
        higher = [other for other in below if RANKS[other.force] < RANKS[rule.force]]
        if higher:
            message = f"this rule has the force of `{rule.force}`; the one it would override, of `{higher[0].force}`"
            help = "only a rule of the same or a higher instrument overrides; one that adds says so under `relation`"
            problems.add(_place(rule.span, problems, "overrides", position), "R213", message, help=help)


def _check_authority(rule: Rule, pack: RulePack, problems: Problems) -> None:
    if pack.layer == "national" or rule.authority:
        return
    help = "add `authority: {body: …, document: …}` to the rule, or `authority:` to pack.yaml"
    problems.add(
        _place(rule.span, problems, "title"), "R214", "this local rule does not say whose rule it is", help=help
    )


def _check_ledger(rule: Rule, edition: Edition, problems: Problems) -> None:
    if not rule.raises_obligations:
        return
    late = sorted(facts_in(rule.when) & edition.ledger_facts)
    if late:
        message = f"`{words(late[0])}` asks whether duties are late, and this rule would raise another duty from that"
        help = "a rule that hangs on lateness may be a power, a prohibition or a definition"
        problems.add(_place(rule.span, problems, "when"), "R215", message, help=help)


def _place(span: Span | None, problems: Problems, *path: str | int) -> Span:
    """The place of what stands at a path of the file that a thing was read from."""
    assert span is not None
    tree = problems.trees.get(span.file)
    return span_at(tree, *path) if tree is not None else span


def _key_place(span: Span | None, problems: Problems, *path: str | int) -> Span:
    """The place of a key itself."""
    assert span is not None
    tree = problems.trees.get(span.file)
    return key_span_at(tree, *path) if tree is not None else span
