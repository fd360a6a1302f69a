"""JSON Schema (2020-12) for every kind of file, so that editors complete keys and names and mark slips as one types.

Made from the same document models and the same grammar that the loader reads by, with the names of an edition. Files of
packs are written with spaces, case files with underscores; in scenarios both occur.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from inclusion_rules.domain.commitments import FigureDefinition
from inclusion_rules.domain.facts import FactKind
from inclusion_rules.domain.layers import RelationKind
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.errors import UnknownNameError
from inclusion_rules.loading.calendar_documents import CalendarDocument
from inclusion_rules.loading.case_documents import CaseDocument
from inclusion_rules.loading.commitment_documents import CommitmentDocument, FiguresDocument
from inclusion_rules.loading.condition_schema import (
    CONDITION,
    DATE,
    YES_NO,
    Schema,
    condition_definitions,
    figure_condition_definitions,
    literal,
    spellings,
)
from inclusion_rules.loading.coverage_documents import CoverageDocument
from inclusion_rules.loading.documents import (
    FactsDocument,
    PackDocument,
    ParameterDocument,
    ProvisionsDocument,
    RuleDocument,
    TableDocument,
)
from inclusion_rules.loading.facts import FORMS
from inclusion_rules.loading.figure_files import NONE
from inclusion_rules.loading.figure_linking import KINDS as FIGURE_KINDS
from inclusion_rules.loading.grammar import Document
from inclusion_rules.loading.layer_documents import ChoiceDocument, TensionsDocument
from inclusion_rules.loading.linking import SUBJECTS
from inclusion_rules.loading.pathway_documents import PathwayDocument
from inclusion_rules.loading.plan_documents import PlanDocument
from inclusion_rules.loading.record_schema import described, event, judgement
from inclusion_rules.loading.relations import NOTHING_NATIONAL
from inclusion_rules.loading.rules import ACT_KEYS, DEADLINES, WORDS_OF_KIND
from inclusion_rules.loading.scenario_documents import ScenariosDocument
from inclusion_rules.loading.seed_documents import SeedDocument
from inclusion_rules.vocabulary import RuleKind, words

DIALECT = "https://json-schema.org/draft/2020-12/schema"
KINDS: Mapping[str, type[Document]] = {
    "rule": RuleDocument,
    "parameter": ParameterDocument,
    "facts": FactsDocument,
    "provisions": ProvisionsDocument,
    "table": TableDocument,
    "scenarios": ScenariosDocument,
    "calendar": CalendarDocument,
    "case": CaseDocument,
    "pathway": PathwayDocument,
    "pack": PackDocument,
    "commitment": CommitmentDocument,
    "figures": FiguresDocument,
    "seed": SeedDocument,
    "coverage": CoverageDocument,
    "choice": ChoiceDocument,
    "tensions": TensionsDocument,
    "simulation": PlanDocument,
}
"""Every kind of file that has a schema, with the model of its document."""

WITH_DEADLINES = (RuleKind.DUTY, RuleKind.EXPECTATION, RuleKind.RIGHT)

NAMES: Mapping[tuple[str, str], str] = {
    ("RuleDocument", "cites"): "Citation",
    ("RuleDocument", "for_each"): "Subject",
    ("RuleDocument", "unless"): "RuleId",
    ("RuleDocument", "overrides"): "RuleId",
    **{("RelationDocument", kind.value): "RuleId" for kind in RelationKind},
    ("RelationDocument", "supplements"): "SupplementedRule",
    ("RelationDocument", "superseded"): "RuleId",
    ("SupersededEntry", "by"): "RuleId",
    ("RecordingEntry", "event"): "Event",
    ("ChoiceValueEntry", "cites"): "Citation",
    ("TensionEntry", "cites"): "Citation",
    ("GovernsEntry", "by"): "DateFact",
    ("ActDocument", "bearer"): "Role",
    ("ActDocument", "on_the_day"): "DateFact",
    ("ActDocument", "before"): "DateFact",
    ("ActDocument", "not_before"): "DateFact",
    ("ActDocument", "by_event"): "Event",
    ("ActDocument", "met_by"): "Event",
    ("ActDocument", "met_by_all"): "Event",
    ("WithinEntry", "parameter"): "Parameter",
    ("WithinEntry", "after"): "EventOrDateFact",
    ("WithoutDelayEntry", "after"): "EventOrDateFact",
    ("AtLeastEntry", "parameter"): "Parameter",
    ("AtLeastEntry", "before"): "DateFact",
    ("AtIntervalsEntry", "parameter"): "Parameter",
    ("AtIntervalsEntry", "from"): "EventOrDateFact",
    ("AtIntervalsEntry", "each"): "Event",
    ("MeetingEntry", "event"): "Event",
    ("MeetingEntry", "after"): "DateFact",
    ("ParameterValueEntry", "cites"): "Citation",
    ("TableDocument", "cites"): "Citation",
    ("TableBody", "decides"): "ChoiceFact",
    ("TableBody", "columns"): "Fact",
    ("FactEntry", "cites"): "Citation",
    ("MoveEntry", "event"): "Event",
    ("PlanDocument", "pathway"): "Pathway",
    ("PlanDocument", "packs"): "Pack",
    ("StepEntry", "event"): "Event",
    ("StepEntry", "by"): "Role",
    ("LimitEntry", "parameter"): "Parameter",
    ("AmongEntry", "event"): "Event",
    ("ShareOfEventsEntry", "event"): "Event",
    ("MeanEntry", "of_event"): "Event",
    ("ObligationsOf", "duty"): "Duty",
    ("RefusalEntry", "event"): "Event",
    ("PathwayDocument", "begins_with"): "Event",
    ("PathwayDocument", "follows"): "Subject",
    ("StageEntry", "awaits"): "Event",
    ("CaseDocument", "packs"): "Pack",
    ("CaseDocument", "pathway"): "Pathway",
    ("ScenarioEntry", "packs"): "Pack",
    ("ScenarioEntry", "pathway"): "Pathway",
    ("ScenarioEntry", "boundary_of"): "Duty",
    ("GivenEntry", "packs"): "Pack",
    ("GivenEntry", "pathway"): "Pathway",
    ("ExpectationsDocument", "absent"): "Duty",
    ("ExpectationsDocument", "next_events"): "Event",
    ("CommitmentDocument", "owner"): "Role",
    ("CommitmentDocument", "cites"): "Citation",
    ("CommitmentDocument", "rules"): "RuleId",
    ("CommitmentDocument", "overtaken_by"): "RuleId",
    ("FiguresDocument", "figures"): "Pack",
    ("CarriedEntry", "rules"): "RuleId",
    ("CarriedEntry", "commitments"): "Commitment",
    ("CarriedEntry", "parameters"): "Parameter",
    ("CarriedEntry", "pathways"): "Pathway",
}
"""Where a document holds a name, and which set of names it is from."""


def schema_of(kind: str, rulebook: Rulebook) -> Schema:
    """The schema of one kind of file, with the names that the packs of a rulebook declare.

    Raises:
        UnknownNameError: there is no such kind.
    """
    if kind not in KINDS:
        raise UnknownNameError("kind of file", kind, KINDS)
    edition = Edition(tuple(rulebook.packs.values()))
    return _Schemas(rulebook, edition, _Spelling.of(kind)).of(KINDS[kind], title=kind)


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How a kind of file spells its keys: each way in which a key may be written, the usual one first."""

    ways: tuple[Callable[[str], str], ...]

    @classmethod
    def of(cls, kind: str) -> _Spelling:
        if kind == "case":
            return cls((str,))
        return cls((words, str)) if kind == "scenarios" else cls((words,))

    def each(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(way(name) for way in self.ways))


@dataclass(frozen=True, slots=True)
class _Schemas:
    rulebook: Rulebook
    edition: Edition
    spelling: _Spelling

    def of(self, model: type[Document], *, title: str) -> Schema:
        drawn: Schema = model.model_json_schema(by_alias=True)
        models: dict[str, Schema] = {**drawn.pop("$defs", {}), model.__name__: drawn}
        definitions = {name: self._document(name, schema) for name, schema in models.items()}
        definitions |= self._acts(definitions)
        definitions |= self._special(definitions)
        if model is CommitmentDocument:
            definitions |= figure_condition_definitions(self._figures(), self.edition.parameters)
        else:
            definitions |= condition_definitions(self.edition.facts, self.edition.parameters)
        definitions |= self._names()
        return {
            "$schema": DIALECT,
            "title": title,
            "$ref": f"#/$defs/{model.__name__}",
            "$defs": _reachable(model.__name__, definitions),
        }

    # Documents -------------------------------------------------------------------------------------------------------

    def _document(self, name: str, drawn: Schema) -> Schema:
        properties: Schema = {}
        for key, schema in drawn.get("properties", {}).items():
            drawn_key = _tidied(schema)
            if (name, key) in NAMES:
                drawn_key = _narrowed(drawn_key, {"$ref": f"#/$defs/{NAMES[name, key]}"})
            for spelled in self.spelling.each(key):
                properties[spelled] = drawn_key
        required = [self.spelling.each(key) for key in drawn.get("required", [])]
        document: Schema = {
            "type": "object",
            "properties": properties,
            "required": [spelled[0] for spelled in required if len(spelled) == 1],
            "additionalProperties": False,
        }
        either = [{"anyOf": [{"required": [way]} for way in spelled]} for spelled in required if len(spelled) > 1]
        if either:
            document["allOf"] = either
        if drawn.get("description"):
            document["description"] = drawn["description"]
        return document

    def _acts(self, definitions: Mapping[str, Schema]) -> dict[str, Schema]:
        """A rule says one thing, in the words that its kind allows, by at most one deadline."""
        act = definitions.get("ActDocument")
        if act is None:
            return {}
        found: dict[str, Schema] = {}
        rule = definitions["RuleDocument"]
        for kind, said in WORDS_OF_KIND.items():
            found[f"Act_{kind}"] = self._act(act, kind, tuple(said))
            rule["properties"][kind.value] = {"$ref": f"#/$defs/Act_{kind}"}
        rule["oneOf"] = [{"required": [kind.value]} for kind in RuleKind]
        return found

    def _act(self, act: Schema, kind: RuleKind, said: tuple[str, ...]) -> Schema:
        barred = {words(key) for key in ACT_KEYS - set(said)}
        deadlines = [words(key) for key in DEADLINES]
        if kind not in WITH_DEADLINES:
            barred.update(deadlines)
        if kind not in (RuleKind.PROHIBITION, RuleKind.EXPECTATION):
            barred.add("breached when")
        properties = {key: schema for key, schema in act["properties"].items() if key not in barred}
        limits: list[Schema] = [{"oneOf": [{"required": [words(key)]} for key in said]}]
        limits += [{"not": {"required": list(pair)}} for pair in combinations(deadlines, 2) if not barred & {*pair}]
        limits.append({"not": {"required": ["met by", "met by all"]}})
        if kind is RuleKind.EXPECTATION:
            limits.append({"if": {"required": ["breached when"]}, "then": {"required": ["should not"]}})
        return {**act, "properties": properties, "allOf": limits}

    def _special(self, definitions: dict[str, Schema]) -> dict[str, Schema]:
        """What the models leave open: how facts are derived, what a record holds, what a scenario expects."""
        if "ParameterDocument" in definitions:
            sized: Schema = {"anyOf": [{"type": ["number", "array"]}, DATE, {"const": "not set"}]}
            values: Schema = {"values": {"items": {"properties": {"value": sized}}}}
            is_reading: Schema = {"properties": {"unit": {"const": "reading"}}, "required": ["unit"]}
            definitions["ParameterDocument"]["allOf"] = [{"if": is_reading, "else": {"properties": values}}]
        if "FactEntry" in definitions:
            fact = definitions["FactEntry"]["properties"]
            fact["kind"] = _kinds([*_plain_kinds(), *self._lists()], "one|set")
            fact["judgement"] = {"enum": [*spellings(self.edition.roles), "anyone"]}
            fact["derived"] = {"$ref": "#/$defs/Derivation"}
            sources = ("from", "judgement", "derived")
            definitions["FactEntry"]["oneOf"] = [{"required": [source]} for source in sources]
            return {"Derivation": self._derivation()}
        if "FigureEntry" in definitions:
            definitions["FigureEntry"]["properties"]["kind"] = _kinds(_FIGURE_KINDS, "one")
        if "FiguresDocument" in definitions:
            values = {
                spelled: _given(figure) for name, figure in self._figures().items() for spelled in spellings([name])
            }
            given = {"type": "object", "properties": values, "additionalProperties": False}
            definitions["FiguresDocument"]["properties"]["values"] = given
        for name in ("CaseDocument", "ScenarioEntry", "GivenEntry"):
            if name in definitions:
                for part in ("school", "pupil"):
                    definitions[name]["properties"][part] = described(part, self.edition)
        for name in ("CaseDocument", "ScenarioEntry"):
            if name in definitions:
                listed = definitions[name]["properties"]
                listed["events"] = {"type": "array", "items": {"$ref": "#/$defs/RecordedEvent"}}
                listed["judgements"] = {"type": "array", "items": {"$ref": "#/$defs/Judgement"}}
        if "ExpectationsDocument" in definitions:
            self._expectations(definitions["ExpectationsDocument"]["properties"])
        return {"RecordedEvent": event(self.edition), "Judgement": judgement(self.edition)}

    def _expectations(self, expected: Schema) -> None:
        entry = {"type": "object", "required": ["duty"], "properties": {"duty": {"$ref": "#/$defs/Duty"}}}
        expected["findings"] = expected["obligations"] = {"type": "array", "items": entry}
        expected["facts"] = {"type": "object", "propertyNames": {"enum": spellings(self.edition.facts)}}

    def _derivation(self) -> Schema:
        names = {name: {"$ref": f"#/$defs/{name}"} for name in ("Event", "DateFact", "Parameter", "EventOrDateFact")}
        within = _object({"parameter": names["Parameter"], "after": names["EventOrDateFact"]}, ["parameter", "after"])
        taken = {"anyOf": [{"$ref": "#/$defs/Fact"}, _object({"choose": {"$ref": "#/$defs/Choices"}}, ["choose"])]}
        chosen = _object({"when": CONDITION, "take": taken}, ["when", "take"])
        last = _object({"otherwise": {"$ref": "#/$defs/Fact"}}, ["otherwise"])
        bodies: Schema = {
            **dict.fromkeys(("recorded", "date of", "count of"), names["Event"]),
            **dict.fromkeys(("passed", "reached", "day after"), names["DateFact"]),
            "within": within,
            "holds": CONDITION,
            "choose": {"type": "array", "items": {"anyOf": [chosen, last]}, "minItems": 1},
        }
        details: Schema = {
            "of": names["Event"],
            "which": {"enum": ["first", "latest", "least"]},
            "deemed": YES_NO,
            "having": {"type": "object"},
            "lacking": {"type": "object"},
            "given": {"type": "object", "additionalProperties": {"type": "string"}},
        }
        anything: Schema = {"type": ["string", "array"]}
        forms = [
            _object(
                {form: bodies.get(form, anything), **{key: details[key] for key in sorted(extra)}},
                [form, *(["of"] if form == "attribute" else [])],
            )
            for form, extra in FORMS.items()
        ]
        return {"oneOf": forms}

    def _figures(self) -> dict[str, FigureDefinition]:
        """Every figure that the commitments of the packs ask for."""
        return {name: figure for pack in self.edition.packs for name, figure in pack.figures.items()}

    def _lists(self) -> list[str]:
        """Kinds that name a list of codes."""
        lists = dict.fromkeys(words(name) for pack in self.edition.packs for name in pack.codes)
        return [f"{kind.value} {name}" for name in lists for kind in (FactKind.ONE_OF, FactKind.SET_OF)]

    # Names -----------------------------------------------------------------------------------------------------------

    def _names(self) -> dict[str, Schema]:
        facts = self.edition.facts
        dates = [name for name, fact in facts.items() if fact.type.kind is FactKind.DATE]
        choices = [name for name, fact in facts.items() if fact.type.kind is FactKind.ONE_OF]
        rules = self.edition.rules
        subjects = [*SUBJECTS, *self.edition.events]
        sets: dict[str, Iterable[str]] = {
            "Fact": spellings(sorted(facts)),
            "DateFact": spellings(sorted(dates)),
            "ChoiceFact": spellings(sorted(choices)),
            "Event": spellings(sorted(self.edition.events)),
            "EventOrDateFact": spellings(sorted([*self.edition.events, *dates])),
            "Subject": spellings(sorted(subjects)),
            "Parameter": spellings(sorted(self.edition.parameters)),
            "Role": spellings(sorted(self.edition.roles)),
            "Duty": spellings(sorted({rule.duty for rule in rules})),
            "RuleId": sorted({rule.id for rule in rules}),
            "SupplementedRule": [NOTHING_NATIONAL, *sorted({rule.id for rule in rules})],
            "Citation": sorted(self.edition.provisions),
            "Pack": spellings(sorted(self.rulebook.packs)),
            "Commitment": spellings(sorted(name for pack in self.edition.packs for name in pack.commitments)),
            "Pathway": spellings(sorted(self.rulebook.pathways)),
        }
        listed: dict[str, Schema] = {name: {"enum": list(known)} for name, known in sets.items()}
        derivation = self._derivation()
        choose = next(form["properties"]["choose"] for form in derivation["oneOf"] if "choose" in form["properties"])
        return {**listed, "Choices": choose}


_FIGURE_KINDS = [kind.value for kind in FIGURE_KINDS if kind is not FactKind.ONE_OF]


def _kinds(plain: list[str], listing: str) -> Schema:
    """A kind of value: one of some words, or words that list what it may be."""
    return {"anyOf": [{"enum": plain}, {"pattern": rf"^({listing}) of \[.+\]$"}], "type": "string"}


def _given(figure: FigureDefinition) -> Schema:
    """A figure as a file gives it; of a date it may be said that there is none. What is worked out is never given."""
    if figure.derived is not None:
        return {"not": {}}
    value = literal(figure.type)
    told = {"anyOf": [value, {"const": NONE}]} if figure.type.kind is FactKind.DATE else value
    return {**told, "description": figure.asks}


def _plain_kinds() -> list[str]:
    simple = (kind.value for kind in FactKind if kind not in (FactKind.ONE_OF, FactKind.SET_OF))
    return ["id", f"{FactKind.SET_OF.value} text", *simple]


def _object(properties: Schema, required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _tidied(schema: Any) -> Any:
    """What pydantic drew, without what only it needs: conditions put in place, dates told by their shape."""
    if isinstance(schema, list):
        return [_tidied(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "x-stands-for" in schema:
        return {"$ref": f"#/$defs/{schema['x-stands-for']}"}
    if schema.get("format") == "date":
        return DATE
    left_out = ("title", "default")
    tidied = {key: _tidied(value) for key, value in schema.items() if key not in left_out}
    if "anyOf" in tidied:
        tidied["anyOf"] = [each for each in tidied["anyOf"] if each != {"type": "null"}]
        if len(tidied["anyOf"]) == 1:
            return {**tidied["anyOf"][0], **{key: value for key, value in tidied.items() if key != "anyOf"}}
    return tidied


def _narrowed(schema: Schema, name: Schema) -> Schema:
    """The same with each place for any text made a place for one of a set of names."""
    if schema.get("type") == "string" and "enum" not in schema and "pattern" not in schema:
        return name
    narrowed = dict(schema)
    if isinstance(schema.get("items"), dict):
        narrowed["items"] = _narrowed(schema["items"], name)
    if "anyOf" in schema:
        narrowed["anyOf"] = [_narrowed(each, name) for each in schema["anyOf"]]
    return narrowed


def _reachable(start: str, definitions: Mapping[str, Schema]) -> dict[str, Schema]:
    """The definitions that a schema refers to, itself or by way of others, in order of name."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(definitions[name])
    return {name: definitions[name] for name in sorted(found)}


def _references(schema: Any) -> Iterable[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix("#/$defs/")
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)
