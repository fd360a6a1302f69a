"""The process in which durable-rules runs: reads questions in whole numbers, a line each, and answers with a line.

A program of its own, started by `worker_process`, so that whatever that engine does can end nothing but this process.
It imports nothing of this library and knows nothing of law: rules are rows of tests of numbered properties. Whatever is
not as it should be ends it with a word of explanation, and never with an answer.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

CASE = 1
"""The one state that is ever used; further ones are neither needed nor safe."""
ENDED_BY_ITSELF = 3
SIGNS: Mapping[str, str] = {"!=": "$neq", ">": "$gt", ">=": "$gte", "<": "$lt", "<=": "$lte"}


class IrregularError(Exception):
    """The engine did something that it must not."""


def opened() -> Any:
    """The engine, without threads and without a clock.

    Raises:
        ImportError: it is not installed, or was built for another Python.
    """
    from durable import engine

    class Host(engine.Host):  # type: ignore[misc, unused-ignore]  # the library is untyped, and may be missing
        """A host that starts none of the threads by which a call could come back before its rules have run."""

        def _run(self) -> None:
            return

    # An action is abandoned in silence when the clock says that it takes long, or is set forward meanwhile.
    engine._unix_now = float
    host = Host()
    if threading.active_count() > 1:
        raise IrregularError("the engine started threads of its own")
    return host


class Engine:
    """Rules that are asked about one fact at a time, in one state, one call after another."""

    def __init__(self) -> None:
        from durable.engine import MessageNotHandledException

        self._nothing_fired = MessageNotHandledException
        self._host = opened()
        self._lock = threading.Lock()
        self._fired: list[str] = []
        self._asked = 0

    def load(self, rule_sets: Mapping[str, Mapping[str, Sequence[Sequence[Any]]]]) -> None:
        """Add sets of rules."""
        with self._lock:
            self._host.register_rulesets(
                {
                    name: {
                        rule: {"all": [{"m": together(tests)}], "run": self._noting(rule)}
                        for rule, tests in rules.items()
                    }
                    for name, rules in rule_sets.items()
                }
            )

    def _noting(self, rule: str) -> Callable[[object], None]:
        """All that a rule ever does: say that it fired."""

        def note(_: object) -> None:
            self._fired.append(rule)

        return note

    def ask(self, rule_set: str, fact: Mapping[str, int]) -> list[str]:
        """The rules that one fact fires; afterwards nothing is left of it.

        Raises:
            IrregularError: a rule fired twice, or something was left behind.
        """
        with self._lock:
            self._asked += 1
            whole = {**fact, "id": self._asked, "sid": CASE}
            if any(type(number) is not int for number in whole.values()):
                raise IrregularError("something other than a whole number was to be asked about")
            self._fired = []
            self._told(self._host.assert_fact, rule_set, whole)
            fired = self._fired
            self._fired = []
            self._told(self._host.retract_fact, rule_set, whole)
            if self._fired or len(set(fired)) != len(fired):
                raise IrregularError(f"rules fired more than once: {fired} {self._fired}")
            if self._host.get_facts(rule_set, CASE):
                raise IrregularError("a fact is still there after it was taken back")
            if "exception" in self._host.get_state(rule_set, CASE):
                raise IrregularError("an action did not end as it should")
            return fired

    def _told(self, call: Callable[[str, dict[str, int]], object], rule_set: str, fact: dict[str, int]) -> None:
        try:
            call(rule_set, dict(fact))
        except self._nothing_fired:
            return


def together(tests: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """One condition that holds where all tests do."""
    each = [{name: number} if sign == "==" else {SIGNS[sign]: {name: number}} for name, sign, number in tests]
    return {"$and": each} if len(each) > 1 else each[0]


def serve(requests: Any, answers: Any) -> int:
    """Answer one line after another until there are no more, or something is not as it should be."""

    def answer(told: Mapping[str, object]) -> None:
        answers.write(json.dumps(told) + "\n")
        answers.flush()

    try:
        engine = Engine()
    except Exception as problem:
        answer({"missing": isinstance(problem, ModuleNotFoundError), "why": f"{type(problem).__name__}: {problem}"})
        return ENDED_BY_ITSELF
    answer({"ready": True})
    for line in requests:
        try:
            asked = json.loads(line)
            engine.load(asked["load"])
            fired = [engine.ask(rule_set, fact) for rule_set, fact in asked["ask"]]
        except Exception as problem:
            answer({"failed": f"{type(problem).__name__}: {problem}"})
            return ENDED_BY_ITSELF
        answer({"fired": fired})
    return 0


def main() -> int:
    """Serve on the pipes that this process was started with; what the engine may print goes nowhere near them."""
    with os.fdopen(os.dup(0), encoding="utf-8") as requests, os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        return serve(requests, answers)


if __name__ == "__main__":
    raise SystemExit(main())
