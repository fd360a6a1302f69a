"""Other people's rule engines, given the rules of the workload `decide` each in its own language.

None is a dependency: each is used if it is installed. Each is called in the way that was found quickest for it, and
gets its cases in the form it likes best before any clock starts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import Answer
from inclusion_rules.domain.conditions import Operator

if TYPE_CHECKING:
    from benchmarks.decide import Case, Test

Rules = tuple[tuple["Test", ...], ...]
Prepared = tuple[Callable[[object], Answer], Sequence[object]]
"""How a peer decides a case, and the cases in its own form."""

SYMBOLS: Mapping[Operator, str] = {Operator.IS: "==", Operator.MORE_THAN: ">", Operator.AT_MOST: "<="}


def _literal(value: object) -> str:
    """A value as the expression languages write it: quoted words, `true`, plain numbers."""
    return json.dumps(value)


def _expression(rule: tuple[Test, ...], *, one_of: str) -> str:
    """A rule as one boolean expression; `one_of` is how the language asks for membership."""
    return " and ".join(
        one_of.format(fact=test.fact, words=", ".join(map(_literal, test.value)))
        if isinstance(test.value, tuple)
        else f"{test.fact} {SYMBOLS[test.operator]} {_literal(test.value)}"
        for test in rule
    )


def zen_expression(rules: Rules, cases: Sequence[Case]) -> Prepared:
    """zen-engine with all rules in one compiled expression: its quickest call; no trace."""
    zen: Any = import_module("zen")
    listed = ", ".join(_expression(rule, one_of="{fact} in [{words}]") for rule in rules)
    compiled = zen.compile_expression(f"[{listed}]")

    def decide(case: object) -> Answer:
        return tuple([number for number, holds in enumerate(compiled.evaluate(case)) if holds])

    return decide, cases


def _zen_cell(test: Test) -> str:
    if isinstance(test.value, tuple):
        return ", ".join(map(_literal, test.value))
    worded = "" if test.operator is Operator.IS else f"{SYMBOLS[test.operator]} "
    return f"{worded}{_literal(test.value)}"


def _zen_table(rules: Rules, cases: Sequence[Case], *, trace: bool) -> Prepared:
    zen: Any = import_module("zen")
    facts = list(cases[0])
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": fact, "name": fact, "field": fact} for fact in facts],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": [
            {"_id": f"r{number}", "rule": str(number), **{test.fact: _zen_cell(test) for test in rule}}
            for number, rule in enumerate(rules)
        ],
    }
    content = {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "content": {}},
            {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
            {"id": "out", "name": "out", "type": "outputNode", "content": {}},
        ],
        "edges": [
            {"id": "a", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "b", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"rules": content}}})
    options = {"trace": trace}

    def decide(case: object) -> Answer:
        return tuple([int(row["rule"]) for row in engine.evaluate("rules", case, options)["result"]])

    return decide, cases


def zen_table(rules: Rules, cases: Sequence[Case]) -> Prepared:
    """zen-engine with a decision table, one row a rule; no trace."""
    return _zen_table(rules, cases, trace=False)


def zen_table_with_trace(rules: Rules, cases: Sequence[Case]) -> Prepared:
    """zen-engine with the same table and its trace on: the nearest to what ours gives."""
    return _zen_table(rules, cases, trace=True)


def rule_engine(rules: Rules, cases: Sequence[Case]) -> Prepared:
    """rule-engine, one compiled rule for each rule; no trace."""
    package: Any = import_module("rule_engine")
    compiled = [package.Rule(_expression(rule, one_of="{fact} in [{words}]")) for rule in rules]

    def decide(case: object) -> Answer:
        return tuple([number for number, rule in enumerate(compiled) if rule.matches(case)])

    return decide, cases


BUSINESS_OPERATORS: Mapping[Operator, str] = {
    Operator.MORE_THAN: "greater_than",
    Operator.AT_MOST: "less_than_or_equal_to",
}


def _business_condition(test: Test) -> dict[str, object]:
    if isinstance(test.value, tuple):
        return {"any": [{"name": test.fact, "operator": "equal_to", "value": word} for word in test.value]}
    if isinstance(test.value, bool):
        return {"name": test.fact, "operator": "is_true" if test.value else "is_false", "value": test.value}
    worded = BUSINESS_OPERATORS.get(test.operator, "equal_to")
    return {"name": test.fact, "operator": worded, "value": test.value}


def business_rules(rules: Rules, cases: Sequence[Case]) -> Prepared:
    """business-rules, each rule's conditions checked in turn; no trace."""
    variables: Any = import_module("business_rules.variables")
    check = import_module("business_rules.engine").check_conditions_recursively
    kinds: dict[type, Any] = {
        bool: variables.boolean_rule_variable,
        str: variables.string_rule_variable,
        float: variables.numeric_rule_variable,
    }

    def reading(fact: str) -> Callable[[Any], object]:
        def read(self: Any) -> object:
            return self.case[fact]

        read.__name__ = fact
        return read

    def begin(self: Any, case: Case) -> None:
        self.case = case

    members: dict[str, object] = {fact: kinds[type(value)](reading(fact)) for fact, value in cases[0].items()}
    facts: Any = type("CaseVariables", (variables.BaseVariables,), {"__init__": begin, **members})
    written = [{"all": [_business_condition(test) for test in rule]} for rule in rules]

    def decide(case: object) -> Answer:
        known = facts(case)
        return tuple([number for number, rule in enumerate(written) if check(rule, known)])

    return decide, cases


def durable_rules(rules: Rules, cases: Sequence[Case]) -> Prepared:
    """durable-rules used safely: numbers only, its timer threads left out, each fact taken back after use; no trace."""
    engine: Any = import_module("durable.engine")
    codes = {
        word: number
        for number, word in enumerate(sorted({w for case in cases for w in case.values() if isinstance(w, str)}))
    }

    def number(value: object) -> int:
        return codes[value] if isinstance(value, str) else int(value * 2) if isinstance(value, int | float) else 0

    def condition(test: Test) -> dict[str, object]:
        if isinstance(test.value, tuple):
            return {"$or": [{test.fact: number(word)} for word in test.value]}
        code = number(test.value)
        if test.operator is Operator.IS:
            return {test.fact: code}
        return {"$gt" if test.operator is Operator.MORE_THAN else "$lte": {test.fact: code}}

    held: list[int] = []

    def noting(place: int) -> Callable[[object], None]:
        def note(_: object) -> None:
            held.append(place)

        return note

    class QuietHost(engine.Host):  # type: ignore[misc]
        """A host without the threads that also take queued actions, and so make answers late."""

        def _run(self) -> None:
            pass

    host = QuietHost()
    definition = {
        f"r{place}": {"all": [{"m": {"$and": [condition(test) for test in rule]}}], "run": noting(place)}
        for place, rule in enumerate(rules)
    }
    host.register_rulesets({"decide": definition})

    def decide(case: object) -> Answer:
        held.clear()
        for step in (host.assert_fact, host.retract_fact):
            try:
                step("decide", case)
            except engine.MessageNotHandledException:
                # Its way of saying that no rule looks at such a fact.
                continue
        return tuple(sorted(held))

    coded = [
        {"id": place, **{fact: number(value) for fact, value in case.items()}} for place, case in enumerate(cases, 1)
    ]
    return decide, coded


PEERS: Mapping[str, Callable[[Rules, Sequence[Case]], Prepared]] = {
    "zen_engine_expression": zen_expression,
    "zen_engine_table": zen_table,
    "zen_engine_table_with_trace": zen_table_with_trace,
    "rule_engine": rule_engine,
    "business_rules": business_rules,
    "durable_rules": durable_rules,
}
