"""Makes the best of a document that does not fit its model: what is wrong is taken out, what was meant is put in.

Serves only to go on looking, so that what else is wrong with a file is told at the same time. Tells no problem itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from inclusion_rules.errors import nearest_word
from inclusion_rules.loading.grammar import Document
from inclusion_rules.loading.problems import LEFT_OUT
from inclusion_rules.loading.yaml_tree import Mapping, Node, Sequence
from inclusion_rules.vocabulary import identifier, words

Model = TypeVar("Model", bound=Document)


def mended(model: type[Model], data: object, error: ValidationError, node: Node) -> Model | None:
    """The document without the entries at fault; a key that is nearly one that is missing counts as that one."""
    for _ in range(_ROUNDS):
        for detail in error.errors(include_url=False, include_input=False):
            if not _is_mended(model, data, detail, node):
                return None
        try:
            return model.model_validate(data)
        except ValidationError as again:
            error = again
    return None


def _is_mended(model: type[BaseModel], data: object, detail: ErrorDetails, node: Node) -> bool:
    """Whether what is wrong at one place could be taken out, or replaced by what was probably meant."""
    path, last = list(real_path(node, detail["loc"])), str(detail["loc"][-1])
    about = model_at(model, detail["loc"][:-1])
    entries = reached(data, path)
    if detail["type"] == "too_short" and path and isinstance(path[-1], str):
        holder, stands_for = reached(data, path[:-1]), _stand_in(about, last)
        if isinstance(holder, dict) and stands_for is not None:
            holder[path[-1]] = stands_for
            return True
    if detail["type"] == "missing" and isinstance(entries, dict):
        meant = misspelt(entries, last, model_keys(about))
        if meant is not None:
            entries[last] = entries.pop(meant)
            return True
        stands_for = _stand_in(about, last)
        if stands_for is not None:
            entries[last] = stands_for
            return True
    while path and isinstance(path[-1], int):
        path.pop()  # positions in lists must stay what they are in the file
    holder = reached(data, path[:-1])
    if not path or not isinstance(holder, dict):
        return False
    wrong = holder.pop(path[-1], None)
    if detail["type"] == "extra_forbidden":
        near = nearest_word(words(last), model_keys(about))
        if near is not None and identifier(near) not in holder:
            holder[identifier(near)] = wrong
    elif detail["type"] == "literal_error":
        near = nearest_word(str(wrong), choices_of(detail))
        if near is not None:
            holder[path[-1]] = near
    return True


def _stand_in(model: type[BaseModel], name: str) -> object:
    """What stands for an entry that was left out, where anything can; nothing is said of it a second time."""
    field = next((field for known, field in model.model_fields.items() if name in (field.alias, known)), None)
    if field is None or name == "unit":
        return None  # every use of a parameter hangs on its unit
    if field.annotation is str:
        return LEFT_OUT
    if get_origin(field.annotation) is list and get_args(field.annotation) == (str,):
        return [LEFT_OUT]
    return get_args(field.annotation)[0] if get_origin(field.annotation) is Literal else None


def choices_of(detail: ErrorDetails) -> list[str]:
    """The words that an entry may be, as pydantic lists them."""
    expected = str(detail.get("ctx", {}).get("expected", ""))
    return [word.strip().strip("'") for word in expected.replace(" or ", ", ").split(", ")]


_ROUNDS = 4
"""How often entries are taken out before a document is given up: once for each level at which one can stand."""


def reached(data: object, path: Iterable[str | int]) -> object:
    """What stands at a path of keys and positions in plain data, or None."""
    for step in path:
        if isinstance(data, dict) and isinstance(step, str):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def misspelt(entries: object, missing: str, known: list[str]) -> str | None:
    """The key of a mapping that nobody knows and that most resembles a missing one."""
    for spelled in entries if isinstance(entries, dict) else ():
        if words(spelled) not in known and nearest_word(words(spelled), known) == words(missing):
            return str(spelled)
    return None


def model_keys(model: type[BaseModel]) -> list[str]:
    """The keys a document of this kind may have, as officers write them."""
    return [words(field.alias or name) for name, field in model.model_fields.items()]


def real_path(root: Node, loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path that pydantic names, without its steps between the alternatives of a union."""
    path: list[str | int] = []
    node = root
    for step in loc:
        if isinstance(node, Mapping) and isinstance(step, str):
            found = next((v for k, v in node.entries if identifier(k.text) == step), None)
            if found is None:
                continue
            node = found
            path.append(step)
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            path.append(step)
    return tuple(path)


def model_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> type[BaseModel]:
    """The model of what stands at a path that pydantic names."""
    current: type[BaseModel] = model
    for step in loc:
        if isinstance(step, int):
            continue
        field = next((f for n, f in current.model_fields.items() if (f.alias or n) == step or n == step), None)
        inner = _model_in(field.annotation) if field is not None else _model_named(step)
        if inner is not None:
            current = inner
    return current


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None


def _model_named(name: object) -> type[BaseModel] | None:
    return next((m for m in _every_model(Document) if m.__name__ == name), None)


def _every_model(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for below in model.__subclasses__():
        yield below
        yield from _every_model(below)
