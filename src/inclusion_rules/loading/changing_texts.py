"""Changes single values in the text of a plan or of a parameter, and leaves every other sign as it was.

Finds the value by the keys and names that lead to it. What the new value means is for whoever reads the text anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from inclusion_rules.domain.experiments import LawChange, PlanChange
from inclusion_rules.errors import InvalidFilesError, nearest_word
from inclusion_rules.loading import yaml_tree
from inclusion_rules.loading.document_reading import child
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import parse_tree
from inclusion_rules.loading.yaml_tree import Mapping, Node, Scalar
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import identifier

NOT_THERE = "M810"
_NAMED_BY = ("step", "event", "draw", "trait", "judgement", "capacity", "cost", "figure")
"""The keys by whose words an entry of a list is called."""


def changed_plan(text: str, changes: Sequence[PlanChange], *, name: str) -> str:
    """The text of a plan with some of its values changed.

    Raises:
        InvalidFilesError: a place is not in the plan, or holds more than one value; every problem is told.
    """
    problems = Problems()
    node = parse_tree(text, problems, name=name)
    found: list[tuple[Span, str]] = []
    for change in changes if node is not None else ():
        assert node is not None
        value = _value_at(node, change, problems)
        if value is not None:
            found.append((value.span, change.value))
    if node is None or problems.found:
        raise InvalidFilesError(problems.found)
    return _spliced(text, found)


def changed_parameter(text: str, change: LawChange, *, name: str) -> str:
    """The text of a parameter with all its versions set to a value.

    Raises:
        InvalidFilesError: the text holds no versions with a value.
    """
    problems = Problems()
    node = parse_tree(text, problems, name=name)
    versions = child(node, "values") if node is not None else None
    entries = versions.items if isinstance(versions, yaml_tree.Sequence) else ()
    values = [value for entry in entries if isinstance(value := child(entry, "value"), Scalar)]
    if not values:
        span = change.span or Span(name, 1, 1)
        problems.add(span, NOT_THERE, f"`{change.parameter}` has no version with a value that could be changed")
        raise InvalidFilesError(problems.found)
    return _spliced(text, [(value.span, change.value) for value in values])


def _value_at(node: Node, change: PlanChange, problems: Problems) -> Scalar | None:
    for step in change.place:
        inner, known = _inside(node, step)
        if inner is None:
            near = nearest_word(step, known)
            listed = ", ".join(f"`{word}`" for word in known)
            problems.add(
                change.span or node.span,
                NOT_THERE,
                f"the plan has no `{step}` at this point of the way `{' / '.join(change.place)}`",
                help=f"did you mean `{near}`?" if near else f"there is {listed}" if listed else "a value stands there",
            )
            return None
        node = inner
    if not isinstance(node, Scalar):
        _, known = _inside(node, "")
        problems.add(
            change.span or node.span,
            NOT_THERE,
            f"`{' / '.join(change.place)}` holds more than one value",
            help=f"go on to one of {', '.join(f'`{word}`' for word in known)}",
        )
        return None
    return node


def _inside(node: Node, step: str) -> tuple[Node | None, list[str]]:
    """What stands under a key or a name, and every key or name there is."""
    if isinstance(node, Mapping):
        entries = [(key.text, value) for key, value in node.entries]
    elif isinstance(node, yaml_tree.Sequence):
        entries = [(_called(item) or "", item) for item in node.items]
    else:
        entries = []
    found = next((value for name, value in entries if name and identifier(name) == identifier(step)), None)
    return found, [name for name, _ in entries if name]


def _called(item: Node) -> str | None:
    for key in _NAMED_BY:
        name = child(item, key)
        if isinstance(name, Scalar):
            return name.text
    return None


def _spliced(text: str, values: Sequence[tuple[Span, str]]) -> str:
    """A text with stretches of its lines replaced; those further on first, so that places stay true."""
    lines = text.split("\n")
    for span, value in sorted(values, key=lambda pair: (-pair[0].line, -pair[0].column)):
        line = lines[span.line - 1]
        lines[span.line - 1] = line[: span.column - 1] + value + line[span.column - 1 + span.width :]
    return "\n".join(lines)
