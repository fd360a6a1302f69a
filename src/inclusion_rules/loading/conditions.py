"""Conditions as officers write them, read into the condition tree with every word looked up.

Knows the grammar of conditions, fact types and table cells. What a condition says of a case is `engine.evaluation`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from datetime import date

from inclusion_rules.domain.conditions import (
    ALL_OF,
    ANY_OF,
    AT_LEAST_OF,
    NONE_OF,
    Comparison,
    Condition,
    FactReference,
    Group,
    Operand,
    Operator,
    ParameterReference,
)
from inclusion_rules.domain.facts import FactKind, FactType, Known
from inclusion_rules.loading.problems import Problems, nearest_key
from inclusion_rules.loading.yaml_tree import Mapping, Node, Scalar, Sequence
from inclusion_rules.vocabulary import Unit, identifier, words

ID = re.compile(r"[a-z][a-z0-9_]*")
GROUPS = (ALL_OF, ANY_OF, NONE_OF)
ORDERING = {Operator.MORE_THAN, Operator.AT_LEAST, Operator.LESS_THAN, Operator.AT_MOST, Operator.BETWEEN}
DATING = {Operator.BEFORE, Operator.ON_OR_BEFORE, Operator.AFTER, Operator.ON_OR_AFTER, Operator.BETWEEN}
ANY_KIND = {Operator.IS, Operator.IS_NOT, Operator.ONE_OF, Operator.NONE_OF, Operator.KNOWN, Operator.NOT_KNOWN}

UNITS_OF = {
    FactKind.HALF_DAYS: {Unit.SCHOOL_DAYS, Unit.HALF_DAYS, Unit.COUNT},
    FactKind.WHOLE_NUMBER: {Unit.COUNT, Unit.SCHOOL_DAYS, Unit.WEEKS, Unit.AGE, Unit.CALENDAR_DAYS},
    FactKind.NUMBER: {Unit.COUNT, Unit.HOURS},
    FactKind.PERCENTAGE: {Unit.PERCENT},
    FactKind.MONEY: {Unit.POUNDS},
    FactKind.DATE: {Unit.DATE},
}


@dataclass(frozen=True, slots=True)
class Names:
    """What a condition may refer to: facts with their types, and parameters with their units.

    `called` is the word for such a fact: conditions of commitments are about figures.
    """

    facts: MappingType[str, FactType]
    parameters: MappingType[str, Unit]
    called: str = "fact"


def fact_type(text: str, choices_of: MappingType[str, tuple[str, ...]] | None = None) -> FactType | None:
    """The type that `one of [a, b]`, `yes/no`, `half days` … name, or None where the words name none.

    >>> fact_type("one of [none, ehc plan, DB]").choices
    ('none', 'ehc_plan', 'DB')
    """
    text = text.strip()
    if text == "id":
        return FactType(FactKind.TEXT, is_id=True)
    for kind in (FactKind.ONE_OF, FactKind.SET_OF):
        if text.startswith(kind.value):
            rest = text[len(kind.value) :].strip()
            if rest.startswith("[") and rest.endswith("]"):
                return FactType(kind, tuple(_declared(word) for word in rest[1:-1].split(",") if word.strip()))
            if kind is FactKind.SET_OF and rest in ("text", "texts"):
                return FactType(kind)
            if choices_of is not None and identifier(rest) in choices_of:
                return FactType(kind, choices_of[identifier(rest)])
            return None
    if choices_of is not None and identifier(text) in choices_of:
        return FactType(FactKind.ONE_OF, choices_of[identifier(text)])
    return next((FactType(kind) for kind in FactKind if kind.value == text), None)


def yes_or_no(value: object) -> bool | None:
    """True or False for yes/no and true/false, None for anything else."""
    if isinstance(value, bool):
        return value
    return {"yes": True, "no": False}.get(value) if isinstance(value, str) else None


def known_value(value: object, kind: FactType) -> Known | None:
    """A plain value as one of the given type, or None where it does not fit."""
    match kind.kind:
        case FactKind.YES_NO:
            return yes_or_no(value)
        case FactKind.WHOLE_NUMBER:
            return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
        case FactKind.HALF_DAYS:
            number = _number(value)
            return number if number is not None and number >= 0 and float(number * 2).is_integer() else None
        case FactKind.PERCENTAGE:
            number = _number(value)
            return number if number is not None and 0 <= number <= 100 else None
        case FactKind.NUMBER | FactKind.MONEY:
            number = _number(value)
            return number if number is not None and number >= 0 else None
        case FactKind.DATE:
            return _date(value)
        case FactKind.TEXT if kind.is_id:
            return value if isinstance(value, str) and ID.fullmatch(value) else None
        case FactKind.TEXT:
            return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None
        case FactKind.ONE_OF:
            word = _choice(value, kind.choices) if isinstance(value, str) else None
            return word if word in kind.choices else None
        case FactKind.SET_OF:
            listed = value if isinstance(value, list) else [value]
            if not all(isinstance(item, str) for item in listed):
                return None
            chosen = frozenset(str(item) if not kind.choices else _choice(str(item), kind.choices) for item in listed)
            return chosen if not kind.choices or chosen <= set(kind.choices) else None


def _date(value: object) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) else None


def _declared(word: str) -> str:
    """A word of a list as it is kept: a code in capitals keeps them."""
    return word.strip() if word.strip().isupper() else identifier(word)


def _choice(text: str, choices: tuple[str, ...]) -> str:
    return text if text in choices else identifier(text)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if isinstance(value, int) or not value.is_integer() else int(value)


def read_condition(node: Node, names: Names, problems: Problems) -> Condition | None:
    """The condition, or None with its problems noted."""
    if not isinstance(node, Mapping) or len(node.entries) != 1:
        problems.add(
            node.span,
            "R204",
            "a condition is one fact with what it must be, or one group such as `all of`",
            help="join several under `all of:` as a list",
        )
        return None
    key, body = node.entries[0]
    text = " ".join(key.text.replace("_", " ").split()).lower()
    if text in GROUPS or (text.startswith("at least ") and text.endswith(" of")):
        return _read_group(text, key, body, names, problems)
    name = identifier(key.text)
    kind = names.facts.get(name)
    if kind is None:
        problems.unknown(
            key.span, f"a {names.called} this pack knows", key.text, [*names.facts, "all_of", "any_of", "none_of"]
        )
        return None
    return _read_comparison(name, kind, key, body, names, problems)


def _read_group(text: str, key: Scalar, body: Node, names: Names, problems: Problems) -> Condition | None:
    if not isinstance(body, Sequence) or not body.items:
        problems.add(key.span, "R204", f"`{key.text}` needs a list of conditions", help="write each as `- fact: value`")
        return None
    members = [read_condition(item, names, problems) for item in body.items]
    number = 0
    joined = text
    if text not in GROUPS:
        count = text.removeprefix("at least ").removesuffix(" of").strip()
        if not count.isdigit() or not 1 <= int(count) <= len(body.items):
            problems.add(
                key.span,
                "R204",
                f"`{key.text}` needs a count between 1 and {len(body.items)}",
                help="e.g. `at least 2 of:`",
            )
            return None
        joined, number = AT_LEAST_OF, int(count)
    if any(member is None for member in members):
        return None
    return Group(joined, tuple(member for member in members if member is not None), number, key.span)


def _read_comparison(
    name: str, kind: FactType, key: Scalar, body: Node, names: Names, problems: Problems
) -> Condition | None:
    if isinstance(body, Sequence):
        problems.add(body.span, "R204", f"`{key.text}` needs one value here", help="for several write `one of: [...]`")
        return None
    if isinstance(body, Scalar):
        operand = _operand(body, kind, Operator.IS, names, problems)
        return None if operand is None else Comparison(name, Operator.IS, operand, key.span)
    if len(body.entries) != 1:
        problems.add(body.span, "R204", f"`{key.text}` needs exactly one operator", help="e.g. `{more than: ...}`")
        return None
    operator_key, operand_node = body.entries[0]
    spelled = " ".join(operator_key.text.replace("_", " ").split()).lower()
    if spelled in ("parameter", names.called):
        operand = _operand(body, kind, Operator.IS, names, problems)
        return None if operand is None else Comparison(name, Operator.IS, operand, key.span)
    operator = next((o for o in Operator if o.value == spelled), None)
    if operator is None:
        problems.unknown(operator_key.span, "an operator", spelled, [o.value for o in Operator])
        return None
    allowed = ANY_KIND | (ORDERING if kind.kind.is_number else DATING if kind.kind is FactKind.DATE else set())
    if operator not in allowed:
        problems.add(
            operator_key.span,
            "R204",
            f"`{operator.value}` cannot be asked of `{words(name)}`, which is {kind}",
            help=nearest_key("", [o.value for o in Operator if o in allowed]),
        )
        return None
    operand = _operands(operand_node, kind, operator, names, problems)
    return None if operand is None else Comparison(name, operator, operand, key.span)


def _operands(node: Node, kind: FactType, operator: Operator, names: Names, problems: Problems) -> Operand | None:
    if operator in (Operator.KNOWN, Operator.NOT_KNOWN):
        answer = yes_or_no(node.value) if isinstance(node, Scalar) else None
        if answer is None:
            problems.add(node.span, "R204", f"`{operator.value}` needs yes or no")
        return answer
    if operator in (Operator.ONE_OF, Operator.NONE_OF, Operator.BETWEEN):
        if not isinstance(node, Sequence) or not node.items or (operator is Operator.BETWEEN and len(node.items) != 2):
            wanted = "two values, the least and the most" if operator is Operator.BETWEEN else "a list of values"
            problems.add(node.span, "R204", f"`{operator.value}` needs {wanted}")
            return None
        found = [_operand(item, kind, operator, names, problems) for item in node.items]
        return None if any(item is None for item in found) else tuple(item for item in found if item is not None)
    return _operand(node, kind, operator, names, problems)


def _operand(node: Node, kind: FactType, operator: Operator, names: Names, problems: Problems) -> Operand | None:
    if isinstance(node, Mapping):
        return _reference(node, kind, names, problems)
    if not isinstance(node, Scalar):
        problems.add(node.span, "R204", "expected one value here")
        return None
    if kind.kind.is_number and operator not in (Operator.IS, Operator.ONE_OF, Operator.IS_NOT, Operator.NONE_OF):
        problems.add(
            node.span,
            "R208",
            f"the number `{node.text}` stands in a condition",
            help="a quantity of the law lives in a parameter with its dates and citation: write `{parameter: name}`",
        )
        return None
    single = FactType(FactKind.ONE_OF, kind.choices) if kind.kind is FactKind.SET_OF and kind.choices else kind
    if kind.kind is FactKind.SET_OF and not kind.choices:
        single = FactType(FactKind.TEXT)
    value = known_value(node.value, single)
    if value is None:
        hint = nearest_key(node.text, list(single.choices)) if single.choices else ""
        wanted = "yes or no" if single.kind is FactKind.YES_NO else str(single)
        problems.add(node.span, "R204", f"`{node.text}` does not fit; expected {wanted}", help=hint)
    return value


def _reference(node: Mapping, kind: FactType, names: Names, problems: Problems) -> Operand | None:
    if len(node.entries) == 1 and isinstance(node.entries[0][1], Scalar):
        key, target = node.entries[0]
        assert isinstance(target, Scalar)
        name = identifier(target.text)
        if identifier(key.text) == "parameter":
            unit = names.parameters.get(name)
            if unit is None:
                problems.unknown(target.span, "a parameter this pack knows", target.text, names.parameters)
                return None
            if unit not in UNITS_OF.get(kind.kind, set()):
                fitting = [known for known, its in names.parameters.items() if its in UNITS_OF.get(kind.kind, set())]
                message = f"`{target.text}` is in {unit}; the {names.called} it is held against is {_measured(kind)}"
                problems.add(target.span, "R205", message, help=nearest_key("", fitting))
                return None
            return ParameterReference(name)
        if identifier(key.text) == names.called:
            other = names.facts.get(name)
            if other is None:
                problems.unknown(target.span, f"a {names.called} this pack knows", target.text, names.facts)
                return None
            if other.kind is not kind.kind and not (other.kind.is_number and kind.kind.is_number):
                held = f"the {names.called} it is held against is {_measured(kind)}"
                message = f"`{target.text}` is {_measured(other)}; {held}"
                problems.add(target.span, "R205", message)
                return None
            return FactReference(name)
    problems.add(node.span, "R204", f"expected a value, `{{parameter: name}}` or `{{{names.called}: name}}`")
    return None


def _measured(kind: FactType) -> str:
    """What values of a kind are, as the end of a sentence."""
    if kind.kind in (FactKind.HALF_DAYS, FactKind.MONEY, FactKind.TEXT):
        return f"in {kind}"
    return f"{kind}" if kind.kind in (FactKind.YES_NO, FactKind.ONE_OF) else f"a {kind}"


def read_cell(node: Node, fact: str, names: Names, problems: Problems) -> tuple[bool, Condition | None]:
    """A cell of a decision table as a condition on its column's fact; (True, None) stands for `any`."""
    if not isinstance(node, Scalar):
        problems.add(
            node.span, "R204", "a cell holds words, such as `any`, `yes` or `more than short suspension threshold`"
        )
        return False, None
    text = " ".join(node.text.split())
    if text == "any":
        return True, None
    kind = names.facts[fact]
    if kind.kind.is_number:
        return _read_bounds(text, node, fact, names, problems)
    value = known_value(node.value, kind)
    if value is None:
        wanted = "yes, no or any" if kind.kind is FactKind.YES_NO else f"any or {kind}"
        problems.add(
            node.span,
            "R204",
            f"`{node.text}` does not fit; expected {wanted}",
            help=nearest_key(node.text, kind.choices),
        )
        return False, None
    return True, Comparison(fact, Operator.IS, value, node.span)


def _read_bounds(text: str, node: Scalar, fact: str, names: Names, problems: Problems) -> tuple[bool, Condition | None]:
    parts: list[Condition] = []
    starts = {"more than ": Operator.MORE_THAN, "at least ": Operator.AT_LEAST, "less than ": Operator.LESS_THAN}
    starts |= {"up to ": Operator.AT_MOST, "at most ": Operator.AT_MOST}
    pieces = text.split(" up to ") if not text.startswith("up to ") else [text]
    for position, piece in enumerate(pieces):
        if position == 1:
            piece = f"up to {piece}"
        start = next((s for s in starts if piece.startswith(s)), None)
        name = identifier(piece[len(start) :]) if start else ""
        if name and name not in names.parameters and problems.has_told_of(name):
            return False, None
        if start is None or name not in names.parameters:
            problems.add(
                node.span,
                "R204",
                f"`{node.text}` is not a cell for a number",
                help="write `any`, `more than P`, `at least P`, `less than P`, `up to P` or `more than P up to Q`, "
                "P and Q being parameters" + (f"; {nearest_key(name, names.parameters)}" if name else ""),
            )
            return False, None
        parts.append(Comparison(fact, starts[start], ParameterReference(name), node.span))
    return True, parts[0] if len(parts) == 1 else Group(ALL_OF, tuple(parts), 0, node.span)
