"""Documents of one pack, linked into law: every name looked up, every date checked, every problem told at once.

Knows what a pack may refer to (its own entries and those of the packs it extends). Does not read files.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from datetime import date, timedelta

from inclusion_rules.domain.dependencies import circles_of_facts, circles_of_rules
from inclusion_rules.domain.facts import FactDefinition, FactKind
from inclusion_rules.domain.law import NOT_SET, Amount, Parameter, ParameterValue, Provision, WordsReliedOn
from inclusion_rules.domain.layers import NATIONAL_LAYER
from inclusion_rules.domain.rulebook import with_roles
from inclusion_rules.domain.rules import (
    DecisionTable,
    DeemedService,
    DutyEntry,
    EventDefinition,
    Role,
    Rule,
    RulePack,
    TableRow,
)
from inclusion_rules.loading.citations import check_citations
from inclusion_rules.loading.conditions import Names, read_cell, read_condition
from inclusion_rules.loading.document_reading import child, key_span_at, span_at
from inclusion_rules.loading.documents import (
    DutyEntryDocument,
    FactsDocument,
    ParameterDocument,
    ProvisionEntry,
    ProvisionsDocument,
    RuleDocument,
    ServiceDocument,
)
from inclusion_rules.loading.facts import fact_types, read_fact
from inclusion_rules.loading.layer_linking import check_own_names, link_choices, link_open_choice, link_tensions
from inclusion_rules.loading.pack_documents import PackDocuments
from inclusion_rules.loading.problems import Problems, nearest_key
from inclusion_rules.loading.relations import RelationLinker
from inclusion_rules.loading.rules import RuleLinker
from inclusion_rules.loading.vocabulary_linking import (
    check_event_attributes,
    link_attributes,
    link_codes,
    link_events,
    link_roles,
    words_of_lists,
)
from inclusion_rules.loading.yaml_tree import Node
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import Unit, identifier, words

ONE_DAY = timedelta(days=1)
SUBJECTS = {"exclusion": ("suspended", "permanently_excluded"), "suspension": ("suspended",)} | {
    "permanent_exclusion": ("permanently_excluded",),
    "case": ("case",),
}


def link_pack(
    documents: PackDocuments,
    *,
    below: Iterable[RulePack],
    functions: MappingType[str, tuple[str, ...]],
    problems: Problems,
) -> RulePack:
    """The pack as law, on top of the packs it extends.

    What cannot be linked is left out and noted in `problems`; the caller decides when to stop.
    """
    lower = tuple(below)
    events = {k: v for pack in lower for k, v in pack.events.items()}
    roles = {k: v for pack in lower for k, v in pack.roles.items()}
    provisions = {k: v for pack in lower for k, v in pack.provisions.items()}
    parameters = {k: v for pack in lower for k, v in pack.parameters.items()}
    attributes = {k: v for pack in lower for k, v in pack.attributes.items()}
    known_facts = {k: v.type for pack in lower for k, v in pack.facts.items()}
    known_tables = {k for pack in lower for k in pack.tables}
    known_rules = {k for pack in lower for k in pack.rules}
    known_duties = {k for pack in lower for k in pack.catalogue} | {
        rule.duty for pack in lower for rule in pack.rules.values()
    }

    own_events = link_events(documents.events, events, problems)
    events |= own_events
    own_roles = link_roles(documents.roles, roles, problems)
    roles |= own_roles
    own_codes = link_codes(documents)
    lists = words_of_lists({k: v for pack in lower for k, v in pack.codes.items()} | own_codes)
    own_attributes = link_attributes(documents, lists, problems)
    attributes = with_roles(attributes | own_attributes, tuple(roles))
    check_event_attributes(documents.events, attributes, problems)
    own_provisions = _provisions(documents.provisions, provisions, problems)
    provisions |= own_provisions
    catalogue = _catalogue(documents.catalogue, roles, problems)
    duties = frozenset(known_duties | catalogue.keys() | _duty_ids(documents.rules))

    own_types = fact_types(documents.facts, lists, problems)
    for name in own_types.keys() & known_facts.keys():
        owner = next(pack.id for pack in lower if name in pack.facts)
        message = f"the fact `{words(name)}` is declared already, by the pack `{owner}`"
        problems.add(_fact_span(documents.facts, name), "R209", message, help="give it a name of its own")
    types = known_facts | own_types
    units = {name: parameter.unit for name, parameter in parameters.items()}
    units |= {name: Unit(document.unit) for name, document, _ in documents.parameters}
    names = Names(types, units)
    check_own_names(documents, lower, problems)
    own_parameters = _parameters(documents, names, provisions, problems)
    own_choices = link_choices(documents, lower, provisions, problems)
    table_ids = frozenset(known_tables | {name for name, _, _ in documents.tables})
    own_facts: dict[str, FactDefinition] = {}
    for document, node in documents.facts:
        for name, entry in document.facts.items():
            where = child(node, "facts", name)
            if name not in own_types or where is None or name in own_facts:
                continue
            own_facts[name] = read_fact(
                name,
                entry,
                where,
                own_types[name],
                span=key_span_at(node, "facts", name),
                names=names,
                events=events,
                attributes=attributes,
                tables=table_ids,
                duties=duties,
                functions=functions,
                problems=problems,
            )
            check_citations(entry.cites, where, provisions, problems)
    own_tables = _tables(documents, names, provisions, problems)
    linker = RuleLinker(
        pack=documents.pack.pack,
        names=names,
        events=events,
        attributes=attributes,
        roles=roles,
        provisions=provisions,
        subjects=SUBJECTS,
        rule_ids=frozenset(known_rules | {rule_id for rule_id, _, _ in documents.rules}),
        authority=documents.pack.authority,
        relations=RelationLinker(
            documents.pack.layer,
            {k: rule.governs.first for pack in lower for k, rule in pack.rules.items()},
            {rule_id: _first_day(document) for rule_id, document, _ in documents.rules},
            problems,
        ),
        problems=problems,
    )
    own_rules: dict[str, Rule] = {}
    for rule_id, rule_document, node in documents.rules:
        rule = linker.link(rule_id, rule_document, node)
        if rule is not None:
            own_rules[rule_id] = rule
    service = _service(documents.service, own_events | events, parameters | own_parameters, provisions, problems)
    _check_circles(own_facts | {k: v for pack in lower for k, v in pack.facts.items()}, own_rules, problems)
    return RulePack(
        id=documents.pack.pack,
        title=documents.pack.title,
        version=documents.pack.version,
        digest=documents.digest,
        layer=documents.pack.layer,
        authority=documents.pack.authority,
        extends=tuple(documents.pack.extends),
        facts=own_facts,
        attributes=own_attributes,
        events=own_events,
        roles=own_roles,
        provisions=own_provisions,
        parameters=own_parameters,
        rules=own_rules,
        tables=own_tables,
        service=service,
        catalogue=catalogue,
        codes=own_codes,
        choices=own_choices,
        tensions=link_tensions(documents, [name for name, _, _ in documents.rules], provisions, problems),
    )


def _provisions(
    documents: list[tuple[ProvisionsDocument, Node]], below: MappingType[str, Provision], problems: Problems
) -> dict[str, Provision]:
    found: dict[str, Provision] = {}
    for document, node in documents:
        for position, entry in enumerate(document.provisions):
            span = span_at(node, "provisions", position, "citation")
            provision = provision_of(entry, span)
            earlier = found.get(entry.citation) or below.get(entry.citation)
            if earlier is not None and earlier != provision:
                problems.add(
                    span, "R209", f"`{entry.citation}` is described twice, differently", help=f"first at {earlier.span}"
                )
                continue
            found[entry.citation] = provision
    return found


def provision_of(entry: ProvisionEntry, span: Span) -> Provision:
    """A place in the law as its entry describes it."""
    relied_on = WordsReliedOn(entry.words.digest, entry.words.of) if entry.words is not None else None
    return Provision(entry.citation, entry.says, entry.certainty, tuple(entry.sources), entry.read, relied_on, span)


def _catalogue(
    entries: list[tuple[DutyEntryDocument, Node]], roles: MappingType[str, Role], problems: Problems
) -> dict[str, DutyEntry]:
    found: dict[str, DutyEntry] = {}
    for entry, node in entries:
        if entry.id in found:
            problems.add(span_at(node, "id"), "R209", f"the duty `{entry.id}` stands twice in the catalogue")
        if entry.role not in roles:
            problems.unknown(span_at(node, "role"), "a role this pack knows", entry.role, roles)
        first, last = _as_date(entry.in_force_from), _as_date(entry.in_force_to)
        found[entry.id] = DutyEntry(
            entry.id,
            entry.kind,
            entry.role,
            entry.limit_value,
            entry.limit_unit,
            first,
            last,
            entry.verified,
            entry.runs == "marked",
            entry.modality,
            entry.citation,
        )
    return found


def _as_date(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _duty_ids(rules: list[tuple[str, RuleDocument, Node]]) -> set[str]:
    acts = (
        act
        for _, document, _ in rules
        for act in (
            document.duty,
            document.expectation,
            document.right,
            document.power,
            document.prohibition,
            document.definition,
            document.option,
        )
    )
    return {identifier(act.id) for act in acts if act is not None}


def _first_day(document: RuleDocument) -> date | None:
    first = document.governs.from_
    return first if isinstance(first, date) else None


def _fact_span(documents: list[tuple[FactsDocument, Node]], name: str) -> Span:
    return next(key_span_at(node, "facts", name) for document, node in documents if name in document.facts)


def _parameters(
    documents: PackDocuments,
    names: Names,
    provisions: MappingType[str, Provision],
    problems: Problems,
) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    national = documents.pack.layer == NATIONAL_LAYER
    for name, document, node in documents.parameters:
        values: list[ParameterValue] = []
        readings = {identifier(word): meaning for word, meaning in document.readings.items()}
        for position, entry in enumerate(document.values):
            where = child(node, "values", position) or node
            check_citations(entry.cites, where, provisions, problems)
            condition = None
            if entry.otherwise is not None:
                when = child(where, "otherwise", "when")
                condition = read_condition(when, names, problems) if when is not None else None
            if entry.until is not None and entry.until < entry.from_:
                problems.add(span_at(where, "until"), "R206", "this version ends before it begins")
            if values and values[-1].last is None:
                problems.add(
                    where.span, "R206", "the version before this one has no end", help="give that one an `until`"
                )
            elif values and values[-1].last is not None and values[-1].last + ONE_DAY != entry.from_:
                gap = (
                    "overlaps the version before it"
                    if entry.from_ <= values[-1].last
                    else "leaves a gap after the version before it"
                )
                expected = (values[-1].last + ONE_DAY).isoformat()
                problems.add(
                    span_at(where, "from"),
                    "R206",
                    f"this version {gap}",
                    help=f"begin it on {expected}, the day after that one ends",
                )
            value = _amount(entry.value, document, where, readings, national, problems)
            if value is None:
                continue
            values.append(
                ParameterValue(
                    value,
                    entry.from_,
                    entry.until,
                    tuple(entry.cites),
                    entry.otherwise.value if entry.otherwise else None,
                    condition,
                )
            )
        unit = Unit(document.unit)
        if unit is Unit.READING and not readings:
            help = "write each word with what it means: `readings: {the regulations: …, the guidance: …}`"
            problems.add(span_at(node, "unit"), "R202", "a reading needs `readings`, the words it may be", help=help)
        local = link_open_choice(document.local_choice, readings, unit, node, problems)
        found[name] = Parameter(
            name, document.title, unit, tuple(values), local, document.certainty, readings, node.span
        )
    return found


def _amount(
    value: float | date | list[str] | str,
    document: ParameterDocument,
    node: Node,
    readings: MappingType[str, str],
    national: bool,
    problems: Problems,
) -> Amount | None:
    """What one version of a parameter comes to, or None with its problem noted."""
    if document.unit == Unit.READING.value:
        word = identifier(value) if isinstance(value, str) else ""
        if word not in readings:
            problems.unknown(span_at(node, "value"), "one of the readings", str(value), readings)
            return None
        return word
    if value == "not set":
        if national:
            help = "leave the version out: where the law says nothing there is no value"
            message = "`not set` is for a quantity that a council could fix; in a national pack the law fixes it"
            problems.add(span_at(node, "value"), "R204", message, help=help)
            return None
        return NOT_SET
    if isinstance(value, str):
        expected = "a number or a date such as 2025-03-24 or a list"
        hint = nearest_key(value, ["not set"]) if not national else ""
        help = hint if "did you mean" in hint else ""
        problems.add(span_at(node, "value"), "R204", f"`{value}` does not fit here; expected {expected}", help=help)
        return None
    if isinstance(value, list):
        return tuple(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _tables(
    documents: PackDocuments, names: Names, provisions: MappingType[str, Provision], problems: Problems
) -> dict[str, DecisionTable]:
    found: dict[str, DecisionTable] = {}
    for table_id, document, node in documents.tables:
        body = document.table
        check_citations(document.cites, node, provisions, problems)
        decides = identifier(body.decides)
        kind = names.facts.get(decides)
        if kind is None or kind.kind is not FactKind.ONE_OF:
            chosen = [name for name, known in names.facts.items() if known.kind is FactKind.ONE_OF]
            problems.unknown(
                span_at(node, "table", "decides"), "a fact that takes one of several words", body.decides, chosen
            )
            continue
        if body.hit == "first" and body.order_matters != "yes":
            problems.add(span_at(node, "table", "hit"), "R204", "`first` needs `order matters: yes`")
        columns = tuple(identifier(column) for column in body.columns)
        unknown = [position for position, column in enumerate(columns) if column not in names.facts]
        for position in unknown:
            problems.unknown(
                span_at(node, "table", "columns", position),
                "a fact this pack knows",
                body.columns[position],
                names.facts,
            )
        if unknown:
            continue
        rows: list[TableRow] = []
        for number, row in enumerate(body.rows):
            where = child(node, "table", "rows", number) or node
            if len(row) != len(columns) + 1:
                message = f"this row has {len(row)} entries; expected {len(columns)} cells and an answer"
                problems.add(where.span, "R204", message)
                continue
            answer = identifier(str(row[-1]))
            if answer not in kind.choices:
                problems.unknown(
                    span_at(where, len(row) - 1), f"an answer of `{body.decides}`", str(row[-1]), kind.choices
                )
            cells = [
                read_cell(child(where, position) or where, column, names, problems)
                for position, column in enumerate(columns)
            ]
            if all(good for good, _ in cells):
                rows.append(TableRow(tuple(condition for _, condition in cells), answer, where.span))
        found[table_id] = DecisionTable(
            table_id,
            documents.pack.pack,
            document.title,
            decides,
            body.hit,
            columns,
            tuple(rows),
            tuple(document.cites),
            node.span,
        )
    return found


def _service(
    documents: list[tuple[ServiceDocument, Node]],
    events: MappingType[str, EventDefinition],
    parameters: MappingType[str, Parameter],
    provisions: MappingType[str, Provision],
    problems: Problems,
) -> dict[str, DeemedService]:
    found: dict[str, DeemedService] = {}
    for document, node in documents:
        for position, entry in enumerate(document.deemed_service):
            where = child(node, "deemed_service", position) or node
            event, parameter = identifier(entry.event), identifier(entry.first_class_post)
            if event not in events:
                problems.unknown(span_at(where, "event"), "an event of the vocabulary", entry.event, events)
                continue
            if parameter not in parameters:
                problems.unknown(
                    span_at(where, "first_class_post"),
                    "a parameter this pack knows",
                    entry.first_class_post,
                    parameters,
                )
                continue
            check_citations(entry.cites, where, provisions, problems)
            ways = {"first_class_post": parameter}
            found[event] = DeemedService(event, identifier(entry.attribute), ways, tuple(entry.cites))
    return found


def _check_circles(facts: MappingType[str, FactDefinition], rules: MappingType[str, Rule], problems: Problems) -> None:
    for circle in circles_of_facts(facts):
        span = facts[circle[0]].span
        if span is not None:
            path = " → ".join(words(name) for name in (*circle, circle[0]))
            problems.add(span, "R207", f"these facts are worked out from one another: {path}")
    for circle in circles_of_rules(rules):
        span = rules[circle[0]].span
        if span is not None:
            path = " → ".join((*circle, circle[0]))
            tree = problems.trees.get(span.file)
            keys = [key for key in ("unless", "overrides") if tree is not None and child(tree, key) is not None]
            place = key_span_at(tree, keys[0]) if tree is not None and keys else span
            problems.add(place, "R207", f"these rules hold one another back: {path}")
