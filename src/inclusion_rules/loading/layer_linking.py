"""What a pack says of its place above others, linked: local choices, known tensions, and names it may not take again.

Knows what packs below leave open, within which bounds. Whether rules loosen the law is proved by `analysis.layering`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Mapping as MappingType
from datetime import date, timedelta

from inclusion_rules.domain.law import Amount, OpenToChoice, Parameter, ParameterValue, Provision
from inclusion_rules.domain.layers import NATIONAL_LAYER, LocalChoice, Severity, Tension, Whose
from inclusion_rules.domain.rules import RulePack
from inclusion_rules.domain.wording import in_words, quantity_in_words
from inclusion_rules.loading.citations import check_citations
from inclusion_rules.loading.document_reading import child, key_span_at, span_at
from inclusion_rules.loading.documents import LocalChoiceEntry
from inclusion_rules.loading.layer_documents import ChoiceDocument, ChoiceValueEntry
from inclusion_rules.loading.pack_documents import PackDocuments
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Node
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import Unit, identifier, words

NO_CHOICE = "R218"
NO_TENSION = "R220"
COMMITMENT = "commitments/"
DIAGNOSTIC = re.compile(r"[A-Z][0-9]{3}")
ONE_DAY = timedelta(days=1)


# Local choices --------------------------------------------------------------------------------------------------------


def link_choices(
    documents: PackDocuments,
    below: Sequence[RulePack],
    provisions: MappingType[str, Provision],
    problems: Problems,
) -> dict[str, LocalChoice]:
    """What a pack chooses where packs below leave it the choice, by the name of the parameter."""
    parameters = {name: parameter for pack in below for name, parameter in pack.parameters.items()}
    found: dict[str, LocalChoice] = {}
    for file, document, node in documents.choices:
        name = identifier(file)
        place = Span(node.span.file, 1, 1)
        parameter = parameters.get(name)
        if parameter is None:
            if any(known == name for known, _, _ in documents.parameters):
                message = f"`{words(name)}` is this pack's own parameter, so there is nothing to choose"
                problems.add(place, NO_CHOICE, message, help=f"give the value in `parameters/{name}.yaml`")
            else:
                problems.unknown(place, "a parameter of a pack below", words(name), parameters)
            continue
        if parameter.local_choice is None:
            message = f"`{words(name)}` is not open to local choice: the law fixes it"
            problems.add(place, NO_CHOICE, message, help=_open_ones(parameters))
            continue
        if document.for_ == Whose.SCHOOL.value and documents.pack.layer != "school":
            message = "only a pack of the layer `school` chooses for a school"
            help = "say `school authority` or `home authority`: whichever the law gives the decision to"
            problems.add(span_at(node, "for"), NO_CHOICE, message, help=help)
        if document.unit is not None and document.unit != parameter.unit:
            message = f"`{document.unit}` is not the unit of `{words(name)}`, which is counted in {parameter.unit}"
            problems.add(span_at(node, "unit"), "R205", message, help=f"give the value in {parameter.unit}")
        values = _chosen(document, node, parameter, provisions, problems)
        said = document.authority
        found[name] = LocalChoice(
            name,
            documents.pack.pack,
            document.title,
            Whose(document.for_),
            documents.pack.authority or documents.pack.pack,
            values,
            f"{said.body}, {said.document}" if said is not None else "",
            node.span,
        )
    return found


def _open_ones(parameters: MappingType[str, Parameter]) -> str:
    listed = [
        f"`{words(name)}` ({each.local_choice})" for name, each in sorted(parameters.items()) if each.local_choice
    ]
    if not listed:
        return "no parameter below is open; a rule of the council's own may ask for more, see `relation: {stricter: …}`"
    return f"open are {'; '.join(listed[:8])}"


def _chosen(
    document: ChoiceDocument,
    node: Node,
    parameter: Parameter,
    provisions: MappingType[str, Provision],
    problems: Problems,
) -> tuple[ParameterValue, ...]:
    found: list[ParameterValue] = []
    for position, entry in enumerate(document.values):
        where = child(node, "values", position) or node
        check_citations(entry.cites, where, provisions, problems)
        if entry.until is not None and entry.until < entry.from_:
            problems.add(span_at(where, "until"), "R206", "this version ends before it begins")
        if found and (found[-1].last is None or found[-1].last >= entry.from_):
            help = "give the one before an `until` of an earlier day; between two versions the national value holds"
            problems.add(span_at(where, "from"), "R206", "this version overlaps the one before it", help=help)
        value = _value(entry, parameter, where, problems)
        if value is None:
            continue
        version = ParameterValue(value, entry.from_, entry.until, tuple(entry.cites))
        assert parameter.local_choice is not None
        _check_bounds(version, parameter, parameter.local_choice, where, problems)
        found.append(version)
    return tuple(found)


def _value(entry: ChoiceValueEntry, parameter: Parameter, node: Node, problems: Problems) -> Amount | None:
    value = entry.value
    assert parameter.local_choice is not None
    if parameter.local_choice.words:
        word = identifier(value) if isinstance(value, str) else ""
        if word not in parameter.local_choice.words:
            open_words = [words(each) for each in parameter.local_choice.words]
            problems.unknown(span_at(node, "value"), "a reading that is open here", str(value), open_words)
            return None
        return word
    if not isinstance(value, int | float):
        message = f"`{in_words(value)}` does not fit here; expected a number of {parameter.unit}"
        help = "what is not chosen is left out: without a file under `choices`, the national value holds"
        problems.add(span_at(node, "value"), "R204", message, help=help)
        return None
    return int(value) if float(value).is_integer() else value


def _check_bounds(
    version: ParameterValue, parameter: Parameter, choice: OpenToChoice, node: Node, problems: Problems
) -> None:
    if choice.words or not isinstance(version.value, int | float):
        return
    place, chosen = span_at(node, "value"), version.value

    def told(message: str) -> None:
        help = (
            f"a pack may choose: {choice}; {parameter.span.file}" if parameter.span else f"a pack may choose: {choice}"
        )
        problems.add(place, NO_CHOICE, message, help=help)

    def amount(value: float) -> str:
        return quantity_in_words(value, parameter.unit)

    if choice.at_least is not None and chosen < choice.at_least:
        told(f"{amount(chosen)} is less than the least that may be chosen, {amount(choice.at_least)}")
    elif choice.at_most is not None and chosen > choice.at_most:
        told(f"{amount(chosen)} is more than the most that may be chosen, {amount(choice.at_most)}")
    for national in parameter.values:
        first = max(version.first, national.first)
        last = min(version.last or date.max, national.last or date.max)
        usual = national.value
        if first > last or not isinstance(usual, int | float):
            continue
        if choice.may_be == "shorter" and chosen > usual:
            told(f"{amount(chosen)} is longer than the national {amount(usual)} of {first.isoformat()}")
        elif choice.may_be == "longer" and chosen < usual:
            told(f"{amount(chosen)} is shorter than the national {amount(usual)} of {first.isoformat()}")


def link_open_choice(
    document: LocalChoiceEntry | None, readings: Collection[str], unit: Unit, node: Node, problems: Problems
) -> OpenToChoice | None:
    """What a parameter says that it leaves open, or None with its problems noted."""
    if document is None:
        return None
    place = key_span_at(node, "local_choice")
    if unit is Unit.READING:
        listed = tuple(identifier(word) for word in document.one_of)
        for position, word in enumerate(listed):
            if word not in readings:
                where = span_at(node, "local_choice", "one_of", position)
                problems.unknown(where, "one of the readings", document.one_of[position], readings)
        if not listed or document.may_be is not None:
            problems.add(place, "R204", "a reading is chosen by words", help="write `local choice: {one of: [...]}`")
        return OpenToChoice(words=tuple(word for word in listed if word in readings)) if listed else None
    if document.may_be is None or document.one_of:
        help = "write `may be: shorter`, `longer` or `either`, with `at least` and `at most` where there are bounds"
        problems.add(place, "R204", "a quantity is chosen by its size", help=help)
        return None
    return OpenToChoice(document.may_be, document.at_least, document.at_most)


# Tensions -------------------------------------------------------------------------------------------------------------


def link_tensions(
    documents: PackDocuments, rules: Sequence[str], provisions: MappingType[str, Provision], problems: Problems
) -> tuple[Tension, ...]:
    """The tensions that a pack knows of, each with what carries it."""
    if documents.tensions is None:
        return ()
    document, node = documents.tensions
    found: dict[str, Tension] = {}
    for position, entry in enumerate(document.tensions):
        where = child(node, "tensions", position) or node
        check_citations(entry.cites, where, provisions, problems)
        for number, name in enumerate(entry.carried_by):
            _check_carrier(name, documents, rules, span_at(where, "carried_by", number), problems)
        if (entry.scenario is None) == (entry.check is None):
            message = f"`{entry.id}` says by `scenario` or by `check` what shows it, one of the two"
            problems.add(
                span_at(where, "id"), NO_TENSION, message, help="a scenario of this pack is the better evidence"
            )
        if entry.id in found:
            problems.add(span_at(where, "id"), "R209", f"the tension `{entry.id}` stands twice here")
        found[entry.id] = Tension(
            entry.id,
            entry.title,
            entry.local_says,
            entry.national_says,
            Severity(entry.severity),
            entry.behaviour,
            tuple(entry.carried_by),
            tuple(entry.cites),
            entry.scenario,
            entry.check,
            where.span,
        )
    _check_all_carried(documents, {name for each in found.values() for name in each.carried_by}, problems)
    return tuple(found.values())


def _check_carrier(name: str, documents: PackDocuments, rules: Sequence[str], place: Span, problems: Problems) -> None:
    if name.startswith(COMMITMENT):
        ids = {identifier(commitment.id) for commitment, _ in documents.commitments}
        files = {node.span.file.rpartition("/")[2].removesuffix(".yaml") for _, node in documents.commitments}
        if identifier(name.removeprefix(COMMITMENT)) not in ids | files:
            problems.unknown(place, "a commitment of this pack", name, [f"{COMMITMENT}{each}" for each in sorted(ids)])
    elif "/" not in name and DIAGNOSTIC.fullmatch(name):
        return
    elif name not in rules:
        problems.unknown(place, "a rule of this pack, `commitments/…` or the code of an error", name, rules)


def _check_all_carried(documents: PackDocuments, carried: set[str], problems: Problems) -> None:
    for rule_id, document, node in documents.rules:
        if document.relation is not None and document.relation.tension is not None and rule_id not in carried:
            message = f"this rule is in tension with the law, and no entry of `tensions.yaml` is carried by `{rule_id}`"
            help = "add it to the `carried by` of the tension it belongs to"
            problems.add(key_span_at(node, "relation", "tension"), NO_TENSION, message, help=help)


# Names of packs below -------------------------------------------------------------------------------------------------


def check_own_names(documents: PackDocuments, below: Sequence[RulePack], problems: Problems) -> None:
    """Note each name that would quietly take the place of one of a pack below, and so change what that pack says."""
    for kind, name, place, taken, help in _names(documents, below):
        owner = next((pack.id for pack in below if name in taken(pack)), None)
        if owner is not None:
            problems.add(
                place, "R209", f"the {kind} `{words(name)}` is declared already, by the pack `{owner}`", help=help
            )


def _names(documents: PackDocuments, below: Sequence[RulePack]) -> Iterator[tuple]:  # type: ignore[type-arg]
    own = "give it a name of its own"
    for name, _, node in documents.parameters:
        law = next((pack.parameters[name] for pack in below if name in pack.parameters), None)
        is_open = law is not None and law.local_choice is not None
        how = f"to fill what it leaves open, write `choices/{name}.yaml`" if is_open else "the law fixes it"
        help = f"{how}; a quantity of your own has a name of its own"
        yield "parameter", name, span_at(node, "title"), lambda pack: pack.parameters, help
    for name, _, node in documents.tables:
        yield "table", name, span_at(node, "title"), lambda pack: pack.tables, own
    for service, node in documents.service:
        for position, entry in enumerate(service.deemed_service):
            place = span_at(node, "deemed_service", position, "event")
            yield "deemed service of", identifier(entry.event), place, lambda pack: pack.service, own
    for attributes, node in documents.attributes:
        for name in attributes.attributes:
            yield "attribute", name, key_span_at(node, "attributes", name), lambda pack: pack.attributes, own
    for codes, node in documents.codes:
        for name in codes.codes:
            yield "list of codes", name, key_span_at(node, "codes", name), lambda pack: pack.codes, own
    if documents.pack.layer == NATIONAL_LAYER:
        return
    for _, rule, node in documents.rules:
        for kind in ("duty", "expectation", "right", "power", "prohibition", "definition", "option"):
            act = getattr(rule, kind)
            if act is not None:
                place = span_at(node, kind, "id")
                help = f"begin it with the name of the pack: `{words(documents.pack.pack)} …`"
                yield "duty", identifier(act.id), place, _duties_of, help


def _duties_of(pack: RulePack) -> frozenset[str]:
    return frozenset(pack.catalogue) | {rule.duty for rule in pack.rules.values()}
