"""What may be sent: a notification and an event, as JSON Schemas made from the packs; and holding a text to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jsonschema import Draft202012Validator

from inclusion_rules import Rulebook, schema_of
from inclusion_rules.loading.document_reading import span_at
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import parse_tree
from inclusion_rules.loading.yaml_tree import plain

Schema = dict[str, Any]


def schemas_of(rulebook: Rulebook) -> dict[str, Schema]:
    """The schema of each kind: the library's, narrowed by what stands in `allOf`. A `description` helps senders."""
    case_file = schema_of("case", rulebook)
    event = {"properties": {"recorded_at": {"not": {}, "description": "leave it out: we note when we learn of it"}}}
    notification = {
        # The library takes a calendar it does not know for the name of a file, and nobody is to name files of ours.
        "required": ["calendar"],
        "propertyNames": {"not": {"pattern": "[^a-z_]"}},
        "description": "name the school's `calendar`; keys are spelled with small letters and underscores",
        "properties": {
            "calendar": _one_of(rulebook.calendars),
            "case": {"not": {"pattern": "[^A-Z0-9-]|^$"}, "description": "a reference such as LEI-2025-7"},
            "pathway": _one_of(["permanent_exclusion", "suspension"]),
            "events": {
                "contains": {"properties": {"event": _one_of(["permanently_excluded", "suspended"])}},
                "items": event,
                "description": "list the exclusion itself, `permanently_excluded` or `suspended`",
            },
        },
    }
    return {
        "notification": {**case_file, "title": "notification", "allOf": [notification]},
        "event": {**case_file, "title": "event", "$ref": "#/$defs/RecordedEvent", "allOf": [event]},
    }


def hold(text: bytes, schema: Schema, *, name: str) -> None:
    """Raise InvalidFilesError, with the place, words and help for every problem, if a text does not fit a schema."""
    problems = Problems()
    if (tree := parse_tree(text, problems, name=name)) is not None:
        for error in Draft202012Validator(schema).iter_errors(plain(tree)):
            what = f"`{error.instance}`" if isinstance(error.instance, str | int) else "this"
            help = error.schema.get("description", "the schema says what fits")
            problems.add(span_at(tree, *error.absolute_path), "N100", f"{what} does not fit here", help=help)
    problems.raise_if_any()


def _one_of(names: Iterable[str]) -> Schema:
    return {"enum": [*names], "description": "expected " + " or ".join(f"`{name}`" for name in names)}
