"""What a case file or a scenario may record, as JSON Schema: the school, the pupil, events and judgements.

One alternative for each event of the vocabulary, with the attributes it needs and may carry, so that editors complete
them. Knows nothing of packs' own files.
"""

from __future__ import annotations

from collections.abc import Iterable

from inclusion_rules.domain.facts import FactDefinition, FactType
from inclusion_rules.domain.rulebook import Edition, with_roles
from inclusion_rules.domain.rules import EventDefinition
from inclusion_rules.loading.case_files import ON_ANY_EVENT
from inclusion_rules.loading.condition_schema import DATE, Schema, literal, spellings

TIME: Schema = {"type": "string", "pattern": r"^\d\d:\d\d(:\d\d)?$"}
INSTANT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?$"}


def described(part: str, edition: Edition) -> Schema:
    """What a file may say of the `school` or the `pupil`; a key left blank is not known."""
    known: Schema = {}
    for name, fact in sorted(edition.facts.items()):
        if fact.taken_from is not None and fact.taken_from.startswith(f"{part}."):
            value = {"anyOf": [literal(fact.type), {"type": "null"}]}
            known[fact.taken_from.partition(".")[2]] = {**value, "description": fact.asks or name}
    return {"type": "object", "properties": known, "additionalProperties": False}


def event(edition: Edition) -> Schema:
    """Any event of the vocabulary."""
    return {
        "type": "object",
        "required": ["event", "date"],
        "oneOf": [_event(definition, edition) for _, definition in sorted(edition.events.items())],
    }


def _event(definition: EventDefinition, edition: Edition) -> Schema:
    shared: Schema = {
        "event": {"const": definition.name},
        "date": DATE,
        "of": DATE,
        "at": TIME,
        "recorded_at": INSTANT,
        "by": {"enum": spellings(edition.roles)},
        "evidence": {"type": ["string", "number"]},
        "note": {"type": "string"},
    }
    properties = {key: shared[key] for key in ON_ANY_EVENT}
    for attribute in (*definition.needs, *definition.may):
        kinds = list(_kinds(definition.name, attribute, edition))
        if kinds:
            properties[attribute] = literal(kinds[0]) if len(kinds) == 1 else {"anyOf": [*map(literal, kinds)]}
    return {
        "description": definition.means,
        "properties": properties,
        "required": ["event", "date", *definition.needs],
        "additionalProperties": False,
    }


def _kinds(event_name: str, attribute: str, edition: Edition) -> Iterable[FactType]:
    """The kinds that packs give an attribute: a local pack may name the words where the national one takes any text."""
    declared = [with_roles(pack.attributes, tuple(edition.roles)) for pack in edition.packs]
    closer = [kinds.get(f"{event_name}.{attribute}") for kinds in declared]
    usual = [kinds.get(attribute) for kinds in declared]
    told = closer if closer and closer[0] is not None else [*closer, *usual]
    return dict.fromkeys(kind for kind in told if kind is not None)


def judgement(edition: Edition) -> Schema:
    """Any judgement of the dictionary, with who may make it."""
    judged = [(name, fact) for name, fact in sorted(edition.facts.items()) if fact.judgement is not None]
    return {
        "type": "object",
        "required": ["judgement", "value", "by"],
        "oneOf": [_judgement(name, fact, edition) for name, fact in judged],
    }


def _judgement(name: str, fact: FactDefinition, edition: Edition) -> Schema:
    judges = edition.roles if fact.judgement == "anyone" else [fact.judgement or ""]
    return {
        "description": fact.asks,
        "properties": {
            "judgement": {"enum": spellings([name])},
            "value": literal(fact.type),
            "by": {"enum": spellings(judges)},
            "date": DATE,
            "recorded_at": INSTANT,
            "recorded_by": {"type": "string"},
            "note": {"type": "string"},
        },
        "additionalProperties": False,
    }
