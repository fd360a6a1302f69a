"""When a comparison holds, and when it fails, as alternatives each of which is a row of tests of whole numbers.

What is neither is not known. Written from what the rule language promises, operator by operator, and not from the
definition: the two share the tree of the condition and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from inclusion_rules.domain.conditions import Comparison, FactReference, Operand, Operator, ParameterReference
from inclusion_rules.domain.facts import FactKind, Known, Unknown
from inclusion_rules.second_opinion.properties import (
    ABSENT,
    EXACT,
    LOWER_BOUND,
    Amount,
    Code,
    CodeOf,
    DayNumber,
    Kinds,
    Knowledge,
    Order,
    Property,
    Shared,
    Size,
    YesOrNo,
    decimals_of,
    limit_in_half_steps,
)
from inclusion_rules.second_opinion.questions import CannotBeAskedError, Figure


class Test(NamedTuple):
    """One property held against one whole number; `sign` is one of `==`, `!=`, `<`, `<=`, `>`, `>=`."""

    property: Property
    sign: str
    number: int


Against = Known | Unknown | FactReference
"""What a fact is held against."""
Path = frozenset[Test]
"""Tests that must all hold."""


class Ways(NamedTuple):
    """The ways in which a condition can hold, and those in which it can fail."""

    yes: tuple[Path, ...]
    no: tuple[Path, ...]

    def turned(self) -> Ways:
        """The ways of the opposite."""
        return Ways(self.no, self.yes)


def path(*tests: Test) -> Path:
    """A row of tests."""
    return frozenset(tests)


def ways_of(comparison: Comparison, worded: Operator, operand: Against, kinds: Kinds, code_of: CodeOf) -> Ways:
    """The ways of holding the fact of a comparison against one value or one other fact, by one operator.

    Raises:
        CannotBeAskedError: such values cannot be held against each other in this way.
    """
    if worded in (Operator.KNOWN, Operator.NOT_KNOWN):
        return _about_knowledge(comparison.fact, worded, wanted=operand is not False)
    if isinstance(operand, Unknown):
        # Only that there is no such fact settles it.
        return _turned_if(worded is Operator.IS_NOT, Ways((), (path(Test(Knowledge(comparison.fact), "==", ABSENT)),)))
    if isinstance(operand, FactReference):
        return _with_a_fact(comparison, worded, operand.name, kinds)
    return _with_a_value(comparison, worded, operand, kinds[comparison.fact], code_of)


def operands_of(operand: Operand, parameters: Mapping[str, Figure]) -> tuple[Against, ...]:
    """The values and facts that a comparison is held against, parameters in figures."""
    if isinstance(operand, tuple):
        return tuple(one for part in operand for one in operands_of(part, parameters))
    if isinstance(operand, ParameterReference):
        return (parameters[operand.name],)
    return (operand,)


def _about_knowledge(fact: str, worded: Operator, *, wanted: bool) -> Ways:
    known = Knowledge(fact)
    if worded is Operator.KNOWN:
        ways = Ways((path(Test(known, "==", EXACT)),), (path(Test(known, "!=", EXACT)),))
    else:
        ways = Ways((path(Test(known, "<=", LOWER_BOUND)),), (path(Test(known, ">=", EXACT)),))
    return ways if wanted else ways.turned()


# A value ------------------------------------------------------------------------------------------------------------


def _with_a_value(comparison: Comparison, worded: Operator, operand: Known, kind: FactKind, code_of: CodeOf) -> Ways:
    fact = comparison.fact
    if isinstance(operand, bool):
        if kind is FactKind.YES_NO and worded in _SAMENESS:
            return _same_or_not(fact, worded, YesOrNo(fact), int(operand))
    elif isinstance(operand, int | float):
        if kind.is_number and worded in _SIGNS:
            amount = Amount(fact, decimals_of(operand))
            return _amounts(fact, _SIGNS[worded], amount, limit_in_half_steps(operand))
    elif isinstance(operand, date):
        if kind is FactKind.DATE and worded in _SIGNS:
            return _settled_order(fact, _SIGNS[worded], DayNumber(fact), operand.toordinal())
    elif isinstance(operand, str):
        if kind in _WORDS and worded in _SAMENESS:
            return _same_or_not(fact, worded, Code(fact), code_of(operand))
        if kind is FactKind.SET_OF and worded in _SAMENESS:
            return _same_or_not(fact, worded, Shared(fact, frozenset({operand})), 1)
    elif kind is FactKind.SET_OF and worded in _SAMENESS:
        return _turned_if(worded is Operator.IS_NOT, _same_set(fact, operand))
    elif kind in _WORDS and worded in _SAMENESS:
        return _turned_if(worded is Operator.IS_NOT, _word_among(fact, operand, code_of))
    raise _cannot(comparison, f"`{operand}`", kind)


def _same_or_not(fact: str, worded: Operator, held: Property, number: int) -> Ways:
    ways = _settled_order(fact, "==", held, number)
    return _turned_if(worded is Operator.IS_NOT, ways)


def _settled_order(fact: str, sign: str, held: Property, number: int) -> Ways:
    """Of a value that is either known or not: nothing in between, and no test but `is not` holds of what is absent."""
    opposite = _OPPOSITE[sign]
    exact = Test(Knowledge(fact), "==", EXACT)
    absent = path(Test(Knowledge(fact), "==", ABSENT))
    yes, no = path(exact, Test(held, sign, number)), path(exact, Test(held, opposite, number))
    return Ways((yes, absent), (no,)) if sign == "!=" else Ways((yes,), (no, absent))


def _amounts(fact: str, sign: str, held: Property, number: int) -> Ways:
    """Of a total: where only a lower bound is known, what that alone settles is settled."""
    settled = _settled_order(fact, sign, held, number)
    bound, over = Test(Knowledge(fact), "==", LOWER_BOUND), Test(held, ">", number)
    at_or_over = Test(held, ">=", number)
    match sign:
        case ">":
            return Ways((*settled.yes, path(bound, over)), settled.no)
        case ">=":
            return Ways((*settled.yes, path(bound, at_or_over)), settled.no)
        case "<":
            return Ways(settled.yes, (*settled.no, path(bound, at_or_over)))
        case "!=":
            return Ways((*settled.yes, path(bound, over)), settled.no)
        case _:
            return Ways(settled.yes, (*settled.no, path(bound, over)))


def _same_set(fact: str, words: frozenset[str]) -> Ways:
    exact = Test(Knowledge(fact), "==", EXACT)
    shared, size = Shared(fact, words), Size(fact)
    number = len(words)
    same = path(exact, Test(shared, "==", number), Test(size, "==", number))
    lacks, has_more = path(exact, Test(shared, "!=", number)), path(exact, Test(size, "!=", number))
    return Ways((same,), (lacks, has_more, path(Test(Knowledge(fact), "==", ABSENT))))


def _word_among(fact: str, words: Iterable[str], code_of: CodeOf) -> Ways:
    exact = Test(Knowledge(fact), "==", EXACT)
    codes = sorted(map(code_of, words))
    yes = tuple(path(exact, Test(Code(fact), "==", code)) for code in codes)
    none = path(exact, *(Test(Code(fact), "!=", code) for code in codes))
    return Ways(yes, (none, path(Test(Knowledge(fact), "==", ABSENT))))


# Another fact -------------------------------------------------------------------------------------------------------


def _with_a_fact(comparison: Comparison, worded: Operator, other: str, kinds: Kinds) -> Ways:
    fact = comparison.fact
    one, two = kinds[fact], kinds[other]
    if one.is_number and two.is_number and worded in _SIGNS:
        return _totals(fact, other, _SIGNS[worded])
    dates = one is two is FactKind.DATE and worded in _SIGNS
    words = one in _WORDS_AND_SETS and two in _WORDS_AND_SETS and worded in _SAMENESS
    if dates or words or (one is two is FactKind.YES_NO and worded in _SAMENESS):
        return _both_settled(fact, other, _SIGNS[worded])
    raise _cannot(comparison, f"the fact `{other}`, which is `{two}`", one)


def _both_settled(fact: str, other: str, sign: str) -> Ways:
    order = Order(fact, other)
    both = (Test(Knowledge(fact), "==", EXACT), Test(Knowledge(other), "==", EXACT))
    absent = (path(Test(Knowledge(fact), "==", ABSENT)), path(Test(Knowledge(other), "==", ABSENT)))
    yes, no = path(*both, Test(order, sign, 0)), path(*both, Test(order, _OPPOSITE[sign], 0))
    return Ways((yes, *absent), (no,)) if sign == "!=" else Ways((yes,), (no, *absent))


def _totals(fact: str, other: str, sign: str) -> Ways:
    """Of two totals, each of which may be known only from below: a higher bound may settle it, or its lack may not."""
    settled = _both_settled(fact, other, sign)
    exact, bound = _exact_or_bound(fact)
    other_exact, other_bound = _exact_or_bound(other)
    order = Order(fact, other)

    def when_higher(sign: str) -> Path:
        return path(bound, other_exact, Test(order, sign, 0))

    def when_lower(sign: str) -> Path:
        return path(exact, other_bound, Test(order, sign, 0))

    match sign:
        case ">":
            return Ways((*settled.yes, when_higher(">")), (*settled.no, when_lower("<=")))
        case ">=":
            return Ways((*settled.yes, when_higher(">=")), (*settled.no, when_lower("<")))
        case "<":
            return Ways((*settled.yes, when_lower("<")), (*settled.no, when_higher(">=")))
        case "<=":
            return Ways((*settled.yes, when_lower("<=")), (*settled.no, when_higher(">")))
        case "!=":
            return Ways((*settled.yes, when_higher(">"), when_lower("<")), settled.no)
        case _:
            return Ways(settled.yes, (*settled.no, when_higher(">"), when_lower("<")))


def _exact_or_bound(fact: str) -> tuple[Test, Test]:
    return Test(Knowledge(fact), "==", EXACT), Test(Knowledge(fact), "==", LOWER_BOUND)


def _turned_if(turned: bool, ways: Ways) -> Ways:
    return ways.turned() if turned else ways


def _cannot(comparison: Comparison, against: str, kind: FactKind) -> CannotBeAskedError:
    place = f"{comparison.span}: " if comparison.span else ""
    return CannotBeAskedError(
        f"{place}`{comparison.fact}` is `{kind}`, which `{comparison.operator}` cannot hold against {against}"
    )


_WORDS = frozenset({FactKind.TEXT, FactKind.ONE_OF})
_WORDS_AND_SETS = _WORDS | {FactKind.SET_OF}
_SAMENESS: Mapping[Operator, str] = {Operator.IS: "==", Operator.IS_NOT: "!="}
_SIGNS: Mapping[Operator, str] = {
    **_SAMENESS,
    Operator.MORE_THAN: ">",
    Operator.AT_LEAST: ">=",
    Operator.LESS_THAN: "<",
    Operator.AT_MOST: "<=",
    Operator.AFTER: ">",
    Operator.ON_OR_AFTER: ">=",
    Operator.BEFORE: "<",
    Operator.ON_OR_BEFORE: "<=",
}
_OPPOSITE: Mapping[str, str] = {"==": "!=", "!=": "==", ">": "<=", "<=": ">", "<": ">=", ">=": "<"}
