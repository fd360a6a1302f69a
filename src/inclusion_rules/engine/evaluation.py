"""What a condition says of a case: true, false or not known, with the whole working. This module *is* the meaning.

Groups follow Kleene's three-valued logic, so what is settled stays settled whatever is learned later; only the
operators `known` and `not known` look at the state of knowledge itself. Every member is evaluated, also where an
earlier one has settled the group, because a reader wants the full working. Values are read as follows.

* `Unknown`: every comparison is not known; `known` is false and `not known` is true.
* `AtLeast`: settled where the lower bound alone settles it, and else not known. Its exact value is not known, so
  `known` is false and `not known` is true.
* `NOTHING` (known to be absent), on either side: every comparison is false but `is not` and `none of`, which are true.
  There is no value, so `known` is false; nobody need be asked, so `not known` is false too.
* A set: `is` and `one of` look for the word in the set; two sets are the same when they hold the same words.

`known: no` is the opposite of `known: yes`, and `not known: no` of `not known: yes`. Knows nothing of where facts and
parameters come from, nor of rules.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import inf
from typing import cast

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
from inclusion_rules.domain.facts import AtLeast, Known, Nothing, Unknown, Value
from inclusion_rules.domain.findings import Trace
from inclusion_rules.errors import InclusionRulesError

Facts = Callable[[str], Value]
"""The value of a fact by its name. The caller keeps what it has worked out once."""
Parameters = Callable[[str], Known | Unknown]
"""The value of a parameter by its name, in the edition that governs; `Unknown` where nobody has set it."""
Resolved = Value | tuple["Resolved", ...]
"""An operand with its references looked up."""


class ConditionTypeError(InclusionRulesError):
    """A condition compares what cannot be compared, such as a date with a number; linking a pack rules this out."""

    def __init__(self, comparison: Comparison, value: Value, operand: Value) -> None:
        self.comparison = comparison
        self.value = value
        self.operand = operand
        place = f"{comparison.span}: " if comparison.span else ""
        super().__init__(
            f"{place}`{comparison.fact}` is {_described(value)}, which `{comparison.operator}` cannot hold against "
            f"{_described(operand)}"
        )

    def __reduce__(self) -> tuple[type[ConditionTypeError], tuple[Comparison, Value, Value]]:
        return (ConditionTypeError, (self.comparison, self.value, self.operand))


def evaluate(condition: Condition, facts: Facts, parameters: Parameters) -> Trace:
    """What a condition comes to for one case, with the trace of everything in it.

    `missing` of the trace is empty exactly when the result is settled; otherwise it names what would settle the members
    that are not.

    >>> days = Comparison("days", Operator.MORE_THAN, ParameterReference("long suspension"))
    >>> parameters = {"long suspension": 15}.__getitem__
    >>> evaluate(days, {"days": 15.5}.__getitem__, parameters).result
    True
    >>> evaluate(days, {"days": Unknown(frozenset({"school_days"}))}.__getitem__, parameters).missing
    frozenset({'school_days'})
    """
    if isinstance(condition, Comparison):
        return _compared(condition, facts, parameters)
    members = tuple(
        [
            _compared(member, facts, parameters)
            if isinstance(member, Comparison)
            else evaluate(member, facts, parameters)
            for member in condition.members
        ]
    )
    result = _GROUPS[condition.joined]([member[1] for member in members], condition.at_least)
    missing = SETTLED if result is not None else SETTLED.union(*[member[2] for member in members])
    return _trace(Trace, (condition, result, missing, None, None, members))


def joined(group: Group, results: Sequence[bool | None]) -> bool | None:
    """What a group comes to when its members come to `results`."""
    return _GROUPS[group.joined](results, group.at_least)


SETTLED: frozenset[str] = frozenset()
"""What a settled result is missing."""

# A named tuple made by its own constructor costs three times as much, and a decision makes some hundreds.
_trace = cast(Callable[[type[Trace], tuple[object, ...]], Trace], tuple.__new__)


def _all_of(results: Sequence[bool | None], _: int) -> bool | None:
    return False if False in results else None if None in results else True


def _any_of(results: Sequence[bool | None], _: int) -> bool | None:
    return True if True in results else None if None in results else False


def _none_of(results: Sequence[bool | None], _: int) -> bool | None:
    return _opposite(_any_of(results, 0))


def _at_least_of(results: Sequence[bool | None], wanted: int) -> bool | None:
    true = results.count(True)
    if true >= wanted:
        return True
    return None if true + results.count(None) >= wanted else False


_GROUPS: Mapping[str, Callable[[Sequence[bool | None], int], bool | None]] = {
    ALL_OF: _all_of,
    ANY_OF: _any_of,
    NONE_OF: _none_of,
    AT_LEAST_OF: _at_least_of,
}


def _compared(comparison: Comparison, facts: Facts, parameters: Parameters) -> Trace:
    """The trace of one comparison: the commonest cases first, everything else by `_holds`."""
    value = facts(comparison.fact)
    operand = comparison.operand
    against: Resolved
    if operand.__class__ is ParameterReference:
        against = parameters(operand.name)
    elif operand.__class__ in _LITERALS:
        against = operand  # type: ignore[assignment]  # a literal is no reference
    else:
        if operand.__class__ is tuple and value.__class__ in _LITERALS:
            words: tuple[Operand, ...] = operand
            found = _AMONG.get(comparison.operator)
            if found is not None and set(map(type, words)) == {value.__class__}:
                return _trace(Trace, (comparison, (value in words) is found, SETTLED, value, words, ()))
        against = _resolved(operand, facts, parameters)
    kind = against.__class__
    if value.__class__ is kind or (value.__class__ in _NUMBERS and kind in _NUMBERS):
        tests = _DIRECT.get(kind)
        if tests is not None:
            test = tests.get(comparison.operator)
            if test is not None:
                return _trace(Trace, (comparison, test(value, against), SETTLED, value, against, ()))
    elif value.__class__ is Unknown and kind in _LITERALS and comparison.operator not in _ASKS:
        missing = value.missing or frozenset((comparison.fact,))
        return _trace(Trace, (comparison, None, missing, value, against, ()))
    result = _holds(comparison, comparison.operator, value, against)
    missing = SETTLED if result is not None else _lacking(value, against) or frozenset((comparison.fact,))
    return _trace(Trace, (comparison, result, missing, value, against, ()))


def _resolved(operand: Operand, facts: Facts, parameters: Parameters) -> Resolved:
    """An operand with the values of its parameters and facts in the place of their names."""
    if isinstance(operand, tuple):
        return tuple(_resolved(part, facts, parameters) for part in operand)
    if isinstance(operand, ParameterReference):
        return parameters(operand.name)
    if isinstance(operand, FactReference):
        return facts(operand.name)
    return operand


def _lacking(*values: Resolved) -> frozenset[str]:
    """What would settle those of the values that are not settled."""
    missing: frozenset[str] = SETTLED
    for value in values:
        if isinstance(value, tuple):
            missing |= _lacking(*value)
        elif isinstance(value, Unknown | AtLeast):
            missing |= value.missing
    return missing


def _holds(comparison: Comparison, worded: Operator, value: Value, operand: Resolved) -> bool | None:
    """What a comparison of any two values comes to; `comparison` is only for saying where a slip is."""
    if worded is Operator.KNOWN:
        return (value.__class__ not in _NO_EXACT_VALUE) is (operand is not False)
    if worded is Operator.NOT_KNOWN:
        return (value.__class__ in _NOT_SETTLED) is (operand is not False)
    if worded is Operator.ONE_OF or worded is Operator.NONE_OF:
        several = operand if isinstance(operand, tuple | frozenset) else (operand,)
        found = _any_of([_holds(comparison, Operator.IS, value, each) for each in several], 0)
        return found if worded is Operator.ONE_OF else _opposite(found)
    if isinstance(operand, tuple):
        lowest, highest = operand
        above = _holds(comparison, Operator.AT_LEAST, value, lowest)
        return _all_of([above, _holds(comparison, Operator.AT_MOST, value, highest)], 0)
    if value.__class__ is Nothing or operand.__class__ is Nothing:
        return worded is Operator.IS_NOT
    if value.__class__ is Unknown or operand.__class__ is Unknown:
        return None
    test = _DIRECT[_kind(comparison, value, operand)].get(worded)
    if test is None:
        raise ConditionTypeError(comparison, value, operand)
    if value.__class__ is AtLeast or operand.__class__ is AtLeast:
        return _bounded(worded, value, operand)
    return test(value, operand)


def _kind(comparison: Comparison, value: Value, operand: Value) -> type:
    """The kind by which two values are compared: their common one, a set where one of them is a word."""
    left, right = _FAMILIES.get(value.__class__), _FAMILIES.get(operand.__class__)
    if left is None or right is None or (left is not right and {left, right} != {str, frozenset}):
        raise ConditionTypeError(comparison, value, operand)
    return left if left is right else frozenset


def _bounded(worded: Operator, value: Value, operand: Value) -> bool | None:
    """A comparison of totals one of which may be higher than it looks: settled where every possible value agrees."""
    (low, high), (operand_low, operand_high) = _bounds(value), _bounds(operand)
    if worded is Operator.IS or worded is Operator.IS_NOT:
        apart = high < operand_low or low > operand_high
        return (worded is Operator.IS_NOT) if apart else None
    ordered = cast(Callable[[float, float], bool], _ORDER[worded])
    if worded in _UPWARD:
        surely, possibly = ordered(low, operand_high), ordered(high, operand_low)
    else:
        surely, possibly = ordered(high, operand_low), ordered(low, operand_high)
    return True if surely else None if possibly else False


def _bounds(total: Value) -> tuple[float, float]:
    """The lowest and the highest that a total may be."""
    if isinstance(total, AtLeast):
        return total.lower, inf
    exact = cast(float, total)
    return exact, exact


def _opposite(result: bool | None) -> bool | None:
    return None if result is None else not result


def _same_set(value: object, operand: object) -> bool:
    """Whether a word is in a set, or two sets hold the same words."""
    if isinstance(value, frozenset):
        return value == operand if isinstance(operand, frozenset) else operand in value
    return value in cast("frozenset[str]", operand)


def _described(value: Value) -> str:
    """A value in plain words, for a message."""
    if isinstance(value, Nothing):
        return "nothing"
    if isinstance(value, Unknown):
        return "not known"
    if isinstance(value, AtLeast):
        return f"a number (`{value.lower:g}` or more)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return f"a set of words (`{', '.join(sorted(value))}`)"
    return f"a {_SPOKEN.get(value.__class__, 'value of no kind known here')} (`{value}`)"


Test = Callable[[object, object], bool]

_EQUALITY: dict[Operator, Test] = {Operator.IS: operator.eq, Operator.IS_NOT: operator.ne}
_ORDER: dict[Operator, Test] = {
    Operator.MORE_THAN: cast(Test, operator.gt),
    Operator.AT_LEAST: cast(Test, operator.ge),
    Operator.LESS_THAN: cast(Test, operator.lt),
    Operator.AT_MOST: cast(Test, operator.le),
    Operator.AFTER: cast(Test, operator.gt),
    Operator.ON_OR_AFTER: cast(Test, operator.ge),
    Operator.BEFORE: cast(Test, operator.lt),
    Operator.ON_OR_BEFORE: cast(Test, operator.le),
}
_UPWARD = frozenset({Operator.MORE_THAN, Operator.AT_LEAST, Operator.AFTER, Operator.ON_OR_AFTER})
_NUMBER_OR_DATE = _EQUALITY | _ORDER
_SETS: dict[Operator, Test] = {
    Operator.IS: _same_set,
    Operator.IS_NOT: lambda value, operand: not _same_set(value, operand),
}
_NO_TESTS: dict[Operator, Test] = {}
_DIRECT: Mapping[type, dict[Operator, Test]] = {
    bool: _EQUALITY,
    str: _EQUALITY,
    int: _NUMBER_OR_DATE,
    float: _NUMBER_OR_DATE,
    date: _NUMBER_OR_DATE,
    frozenset: _SETS,
}
# A truth value is no number here, though Python would let it pass for one.
_FAMILIES: Mapping[type, type] = {
    bool: bool,
    str: str,
    int: float,
    float: float,
    AtLeast: float,
    date: date,
    frozenset: frozenset,
}
_SPOKEN: Mapping[type, str] = {str: "word", int: "number", float: "number", date: "date"}
_NUMBERS = frozenset({int, float})
_LITERALS = frozenset({bool, int, float, str, date})
_ASKS = frozenset({Operator.KNOWN, Operator.NOT_KNOWN})
_AMONG = {Operator.ONE_OF: True, Operator.NONE_OF: False}
_NOT_SETTLED = frozenset({Unknown, AtLeast})
_NO_EXACT_VALUE = _NOT_SETTLED | {Nothing}
