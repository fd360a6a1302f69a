"""The ten rules under which durable-rules can be trusted, each shown to be kept."""

from __future__ import annotations

import threading
from datetime import date
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
from benchmarks.random_law import by_definition, moments
from tests.second_opinion.asking import is_, moment, wide, worker_that

from inclusion_rules.casework.deciding import decide, decide_twice
from inclusion_rules.casework.opening import example, open_case, open_rulebook
from inclusion_rules.domain.conditions import (
    ALL_OF,
    ANY_OF,
    AT_LEAST_OF,
    Comparison,
    FactReference,
    Group,
    Operator,
)
from inclusion_rules.domain.facts import AtLeast, FactKind, Known, Value
from inclusion_rules.second_opinion.opinion import SecondOpinion
from inclusion_rules.second_opinion.programmes import MOST_PATHS, MOST_PROPERTIES, Programmes
from inclusion_rules.second_opinion.properties import Amount, Order, measured
from inclusion_rules.second_opinion.questions import CannotBeAskedError, Moment, Question, WorkerFailedError
from inclusion_rules.second_opinion.rule_sets import RESERVED, RuleSets, as_sent, mark, property_names, told_apart
from inclusion_rules.second_opinion.worker import Engine, IrregularError, together
from inclusion_rules.second_opinion.worker_process import Worker

DAYS = {"long": {"days are more than 15": [["p0", ">", 30]]}}


@pytest.fixture
def engine(opinion: SecondOpinion) -> Engine:
    """The engine itself, in this process, with one small set of rules."""
    del opinion  # Asked for only because it leaves the test out where there is no durable-rules.
    found = Engine()
    found.load(DAYS)
    return found


def test_1_no_threads_are_started(opinion: SecondOpinion) -> None:
    """A call cannot come back before its rules have run, because nothing else runs them."""
    del opinion
    before = threading.active_count()
    Engine().load(DAYS)

    assert before == threading.active_count()


def test_2_nothing_is_left_of_a_question(engine: Engine) -> None:
    """What was asked before has no part in an answer."""
    answers = [engine.ask("long", {"p0": number}) for number in (31, 30, 31)]

    assert [["days are more than 15"], [], ["days are more than 15"]] == answers
    assert [] == engine._host.get_facts("long", 1)


def test_2_a_fact_that_stays_is_noticed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine is looked at after every question."""
    monkeypatch.setattr(engine._host, "retract_fact", lambda *_: None)

    with pytest.raises(IrregularError, match="still there"):
        engine.ask("long", {"p0": 31})


def test_2_an_error_in_an_action_is_noticed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine swallows it; its trace in the state does not escape us."""
    monkeypatch.setattr(engine, "_noting", lambda _: lambda _: int("not a number"))
    engine.load({"faulty": {"fails": [["p0", "==", 1]]}})

    with pytest.raises(IrregularError, match="did not end"):
        engine.ask("faulty", {"p0": 1})


@pytest.mark.parametrize("number", [True, 1.0, None, "1", [1]])
def test_3_only_whole_numbers_reach_the_engine(engine: Engine, number: Any) -> None:
    """It takes words for numbers and truth for one; so it is never shown any."""
    with pytest.raises(IrregularError, match="whole number"):
        engine.ask("long", {"p0": number})


@pytest.mark.parametrize("limit", [nan, inf, 1e16, 100 / 3])
def test_3_a_limit_that_is_no_safe_whole_number_is_refused(limit: float) -> None:
    """Numbers that the engine would not tell from their neighbours are not asked about."""
    asked = Comparison("days", Operator.MORE_THAN, limit)

    with pytest.raises(CannotBeAskedError):
        Programmes().programme_for(asked, {}, {"days": FactKind.NUMBER})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FactKind.HALF_DAYS, True),
        (FactKind.HALF_DAYS, "15"),
        (FactKind.YES_NO, 1),
        (FactKind.DATE, "2025-01-13"),
        (FactKind.ONE_OF, 5),
        (FactKind.SET_OF, "ehc plan"),
        (FactKind.DATE, AtLeast(5, frozenset())),
        (FactKind.NUMBER, 1e300),
    ],
)
def test_3_a_fact_that_is_not_of_its_kind_is_refused(kind: FactKind, value: Value) -> None:
    """The engine would have answered."""
    words: dict[FactKind, Known] = {
        FactKind.DATE: date(2025, 1, 13),
        FactKind.ONE_OF: "none",
        FactKind.SET_OF: "none",
        FactKind.YES_NO: True,
    }
    asked = is_("fact", words.get(kind, 5))
    programme = Programmes().programme_for(asked, {}, {"fact": kind})

    with pytest.raises(CannotBeAskedError):
        [measured(wanted, {"fact": value}, {"fact": kind}, len) for wanted in programme.properties]


@pytest.mark.parametrize(
    ("value", "number"),
    [(15, 30), (15.0, 30), (15.5, 31), (15.01, 31), (14.99, 29), (-0.5, -1), (AtLeast(15, frozenset()), 30)],
)
def test_3_a_value_between_two_steps_is_an_odd_number(value: Value, number: int) -> None:
    """Nothing is rounded across a limit, whatever its digits."""
    kinds = {"days": FactKind.HALF_DAYS}

    assert number == measured(Amount("days", 0), {"days": value}, kinds, len)


def test_4_names_are_told_apart() -> None:
    """The engine looks at 32 bits of a name; no two of ours, nor one of its own, have them in common."""
    names = (*RESERVED, *property_names())

    assert len(names) == len({mark(name) for name in names})
    assert MOST_PROPERTIES == len(property_names())


def test_4_names_that_are_not_told_apart_are_refused() -> None:
    """The two words that are known to be the same to it are noticed."""
    with pytest.raises(ValueError, match="`costarring` for `liquid`"):
        told_apart(["liquid", "costarring"])


def test_5_rules_are_rows_of_plain_tests() -> None:
    """None of the forms in which the engine answers wrongly or ends is ever sent."""
    rule_sets, programmes = RuleSets(), Programmes()
    for asked in moments(5, rules=200, cases=1)[0].questions:
        programmes.programme_for(asked.condition, asked.parameters, moments(5, rules=1, cases=1)[0].kinds)
    rule_sets.place([programmes[number] for number in range(len(programmes))])
    forms = {
        (type(number), sign)
        for rules in as_sent(rule_sets.made).values()
        for tests in rules.values()
        for _, sign, number in tests
    }

    assert {int} == {kind for kind, _ in forms}
    assert {"==", "!=", "<", "<=", ">", ">="} == {sign for _, sign in forms}


def test_5_a_rule_becomes_one_condition_of_one_fact() -> None:
    """Tests are joined by `and`, one after another."""
    assert {"$and": [{"p0": 2}, {"$gt": {"p1": 30}}]} == together([("p0", "==", 2), ("p1", ">", 30)])
    assert {"$neq": {"p0": 2}} == together([("p0", "!=", 2)])


@pytest.mark.parametrize(("one", "two", "order"), [(15, 15.5, -1), (15, 15.0, 0), (15.5, AtLeast(15, frozenset()), 1)])
def test_5_two_facts_are_compared_before_the_engine_is_asked(one: Value, two: Value, order: int) -> None:
    """It is told how they stand to each other."""
    kinds = {"one": FactKind.HALF_DAYS, "two": FactKind.NUMBER}

    assert order == measured(Order("one", "two"), {"one": one, "two": two}, kinds, len)


def test_6_alternatives_that_hold_together_give_one_answer(opinion: SecondOpinion) -> None:
    """The engine would fire twice for one `or`; here each way is a rule, and the answer is one."""
    either = Group(ANY_OF, (is_("looked_after", True), is_("plan", "ehc plan")))

    assert [(True,)] == opinion.answers([moment(either)])


@pytest.mark.parametrize(
    ("joined", "members", "wanted"),
    [(ANY_OF, 300, 0), (ALL_OF, 300, 0), (AT_LEAST_OF, 14, 7), (AT_LEAST_OF, 40, 3), (AT_LEAST_OF, 9, 12)],
)
def test_7_no_set_of_rules_comes_near_a_limit(joined: str, members: int, wanted: int) -> None:
    """However wide a group is, no set holds more than 60 paths and 240 properties."""
    group, kinds = wide(joined, members, wanted)
    programmes, rule_sets = Programmes(), RuleSets()
    programmes.programme_for(group, {}, kinds)
    rule_sets.place([programmes[number] for number in range(len(programmes))])

    assert max(len(one.rules) for one in rule_sets.made) <= MOST_PATHS
    assert max(len(one.names) for one in rule_sets.made) <= MOST_PROPERTIES


@pytest.mark.parametrize(("joined", "members", "wanted"), [(ANY_OF, 130, 0), (ALL_OF, 130, 0), (AT_LEAST_OF, 14, 7)])
@pytest.mark.parametrize("true", [0, 6, 7, 130])
def test_8_what_was_concluded_goes_into_the_next_question(
    opinion: SecondOpinion, joined: str, members: int, wanted: int, true: int
) -> None:
    """A group too wide for one set of rules is answered stage by stage, and rightly."""
    group, kinds = wide(joined, members, wanted)
    asked = Moment({name: number < true for number, name in enumerate(kinds)}, kinds, (Question(group),))

    assert [tuple(by_definition(asked))] == opinion.answers([asked])


def test_9_an_irregular_engine_is_thrown_away_and_another_one_asked(tmp_path: Path) -> None:
    """It ends itself with a word of explanation; the second time that is told, and no answer is made up."""
    program = worker_that(tmp_path, "say({'failed': 'IrregularError: odd'}); sys.exit(3)")
    opinion = SecondOpinion(lambda: Worker(program=program))

    with pytest.raises(WorkerFailedError, match="odd"):
        opinion.answers([moment(is_("looked_after", True))])
    assert (1, None) == (opinion.restarts, opinion.worker)


def test_10_the_definition_decides(opinion: SecondOpinion) -> None:
    """What is decided is what the definition decides; the other only agrees to it, or stops it."""
    rulebook = open_rulebook()
    record = open_case(example("leicestershire_permanent_exclusion"), rulebook)
    alone = decide(record, rulebook, as_of=date(2025, 2, 10))
    decision, agreement = decide_twice(record, rulebook, as_of=date(2025, 2, 10), engine=opinion)

    assert alone == decision
    assert () == agreement.disagreements
    assert min(agreement.moments, agreement.findings, agreement.conditions) > 0


def test_a_fact_held_against_another_is_answered(opinion: SecondOpinion) -> None:
    """A fact of the same case may be what a fact is held against."""
    later = Comparison("days", Operator.MORE_THAN, FactReference("days"))

    assert [(False,)] == opinion.answers([moment(later)])
