"""From a located tree to a document, with whatever pydantic reports turned into located, plain-worded diagnostics."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from inclusion_rules.loading.document_mending import (
    choices_of,
    mended,
    misspelt,
    model_at,
    model_keys,
    reached,
    real_path,
)
from inclusion_rules.loading.grammar import Document
from inclusion_rules.loading.problems import Problems, nearest_key
from inclusion_rules.loading.yaml_tree import Mapping, Node, Scalar, Sequence
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import identifier, words

Model = TypeVar("Model", bound=Document)


def named_data(node: Node, problems: Problems) -> object:
    """The tree as plain data with every key spelled as an identifier; two spellings of one key are a problem."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [named_data(item, problems) for item in node.items]
    data: dict[str, object] = {}
    for key, value in node.entries:
        name = identifier(key.text)
        if name in data:
            problems.add(key.span, "Y102", f"`{key.text}` stands twice here", help="keep one of the two")
        data[name] = named_data(value, problems)
    return data


def read_document(model: type[Model], node: Node, problems: Problems) -> Model | None:
    """The document, as far as it can be used, with its problems noted; None where too little is left.

    What cannot be used is taken out, so that what else is wrong with the file can be told at the same time.
    """
    if not isinstance(node, Mapping):
        problems.add(
            node.span, "R204", "a file like this holds keys and values", help=nearest_key("", model_keys(model))
        )
        return None
    data = named_data(node, problems)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        _note(error, model, node, problems)
        return mended(model, data, error, node)


def place_of(node: Node, path: tuple[str | int, ...]) -> tuple[Node, Scalar | None]:
    """The node at a path of keys and positions, as far as the path goes, and the key that leads to it."""
    key: Scalar | None = None
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str):
            found = next(((k, v) for k, v in node.entries if identifier(k.text) == step), None)
            if found is None:
                break
            key, node = found
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node, key = node.items[step], None
    return node, key


def child(node: Node, *path: str | int) -> Node | None:
    """The node at a path, or None where there is none."""
    for step in path:
        found: Node | None = None
        if isinstance(node, Mapping) and isinstance(step, str):
            found = next((v for k, v in node.entries if identifier(k.text) == step), None)
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            found = node.items[step]
        if found is None:
            return None
        node = found
    return node


def span_at(node: Node, *path: str | int) -> Span:
    """The place of what stands at a path, or of the nearest thing above it."""
    return place_of(node, path)[0].span


def key_span_at(node: Node, *path: str | int) -> Span:
    """The place of the key at the end of a path, or of the nearest thing above it."""
    found, key = place_of(node, path)
    return key.span if key is not None else found.span


_EXPECTED = {
    "string_type": "words",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "date_type": "a date such as 2025-03-24",
    "list_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
    "date_from_datetime_parsing": "a date such as 2025-03-24",
    "datetime_type": "a date and time",
}


def _note(error: ValidationError, model: type[BaseModel], root: Node, problems: Problems) -> None:
    seen: set[tuple[str | int, ...]] = set()
    by_place: dict[tuple[str | int, ...], list[str]] = {}
    details = error.errors(include_url=False, include_context=True)
    data = named_data(root, Problems())
    for detail in details:
        path = real_path(root, detail["loc"])
        if detail["type"] in _EXPECTED:
            by_place.setdefault(path, []).append(_EXPECTED[detail["type"]])
        elif detail["type"] == "literal_error":
            by_place.setdefault(path, []).append(_listed([f"`{word}`" for word in choices_of(detail)]))
    for detail in details:
        path = real_path(root, detail["loc"])
        if path in seen:
            continue
        kind = detail["type"]
        if kind != "missing" and kind != "extra_forbidden":
            seen.add(path)
        node, key = place_of(root, path)
        last = str(detail["loc"][-1]) if detail["loc"] else ""
        if kind == "missing":
            about = model_at(model, detail["loc"][:-1])
            if misspelt(reached(data, path), last, model_keys(about)) is not None:
                continue  # the misspelt key is told, and it is one slip
            span = key.span if key else node.span
            problems.add(span, "R202", f"`{words(last)}` is missing here", help=f"add `{words(last)}:`")
        elif kind == "extra_forbidden":
            keys = model_keys(model_at(model, detail["loc"][:-1]))
            span = key.span if key else node.span
            problems.add(
                span,
                "R201",
                f"`{key.text if key else last}` is not a key that belongs here",
                help=nearest_key(last, keys),
            )
        elif kind in ("too_short", "too_long"):
            listed = f"`{key.text}`" if key is not None else "this list"
            problems.add(node.span, "R202", f"{listed} is empty", help="give at least one entry")
        else:
            text = f"`{node.text}`" if isinstance(node, Scalar) else "this"
            expected = " or ".join(dict.fromkeys(by_place.get(path, [detail["msg"]])))
            hint = ""
            if kind == "literal_error" and isinstance(node, Scalar):
                hint = nearest_key(node.text, choices_of(detail))
            problems.add(node.span, "R204", f"{text} does not fit here; expected {expected}", help=hint)


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else "".join(names)
