"""What a decision table answers, also where not all of its columns are known."""

from __future__ import annotations

import pytest

from inclusion_rules.domain.conditions import Comparison, Condition, Operator, ParameterReference
from inclusion_rules.domain.facts import NOTHING, AtLeast, Unknown, Value
from inclusion_rules.domain.rules import DecisionTable, TableRow
from inclusion_rules.engine.tables import decide_table

LONG = Comparison("days", Operator.MORE_THAN, ParameterReference("long"))
SHORT = Comparison("days", Operator.AT_MOST, ParameterReference("long"))
ASKED = Comparison("representations", Operator.IS, True)
NOT_ASKED = Comparison("representations", Operator.IS, False)


def a_table(*rows: tuple[Condition | None, Condition | None, str], hit: str = "exactly one") -> DecisionTable:
    """A table over the days of a suspension and whether representations were made."""
    return DecisionTable(
        id="tables/board_duty",
        pack="england",
        title="What the board must do",
        decides="board_duty",
        hit=hit,
        columns=("days", "representations"),
        rows=tuple(TableRow(row[:2], row[2]) for row in rows),
        cites=(),
    )


BOARD_DUTY = a_table((LONG, None, "meet"), (SHORT, ASKED, "consider"), (SHORT, NOT_ASKED, "nothing"))


def answer(table: DecisionTable, **facts: Value) -> Value:
    """What the table answers for those facts."""
    return decide_table(table, facts.__getitem__, {"long": 15}.__getitem__)[0]


def missing(name: str) -> Unknown:
    """A fact that nobody has said."""
    return Unknown(frozenset({name}))


def test_the_row_that_is_true_answers() -> None:
    """Where all columns are known, the one row that holds gives the answer."""
    assert "consider" == answer(BOARD_DUTY, days=15, representations=True)


def test_a_column_that_no_longer_matters_need_not_be_known() -> None:
    """A row that is true answers, whatever is not known elsewhere."""
    assert "meet" == answer(BOARD_DUTY, days=15.5, representations=missing("representations"))


def test_rows_that_may_be_true_leave_the_answer_open() -> None:
    """Two rows with different answers may yet hold, so what would tell them apart is missing."""
    assert missing("representations") == answer(BOARD_DUTY, days=5, representations=missing("representations"))


def test_all_that_the_possible_rows_lack_is_missing() -> None:
    """What is missing is what any row that may yet hold is missing."""
    assert Unknown(frozenset({"days", "representations"})) == answer(
        BOARD_DUTY, days=missing("days"), representations=missing("representations")
    )


def test_rows_that_agree_need_not_be_told_apart() -> None:
    """The answer is known where every row that may yet hold gives the same one."""
    table = a_table((LONG, None, "meet"), (SHORT, ASKED, "meet"), (SHORT, NOT_ASKED, "nothing"))
    assert "meet" == answer(table, days=missing("days"), representations=True)


def test_a_total_that_may_rise_leaves_only_the_rows_it_can_reach() -> None:
    """A total that is over the threshold already can only rise further over it."""
    assert "meet" == answer(
        BOARD_DUTY, days=AtLeast(16, frozenset({"history"})), representations=missing("representations")
    )


def test_no_row_no_answer() -> None:
    """A column whose fact is known to be absent meets no cell, so there is no answer, and nothing to ask."""
    assert NOTHING == answer(BOARD_DUTY, days=NOTHING, representations=True)


def test_the_first_true_row_shuts_out_those_below_it() -> None:
    """In a table that goes by the first row, a later one is out of the question."""
    table = a_table((LONG, None, "meet"), (None, ASKED, "consider"), (None, None, "nothing"), hit="first")
    assert "meet" == answer(table, days=20, representations=True)


def test_a_row_below_the_first_true_one_need_not_be_known() -> None:
    """In a table that goes by the first row, what is not known below the true row does not matter."""
    table = a_table((LONG, None, "meet"), (None, ASKED, "consider"), (None, None, "nothing"), hit="first")
    assert "meet" == answer(table, days=20, representations=missing("representations"))


def test_a_row_above_the_first_true_one_may_still_answer() -> None:
    """In a table that goes by the first row, what is not known above the true row leaves the answer open."""
    table = a_table((LONG, None, "meet"), (None, ASKED, "consider"), (None, None, "nothing"), hit="first")
    assert missing("days") == answer(table, days=missing("days"), representations=True)


def test_a_first_table_without_a_last_resort_may_answer_nothing() -> None:
    """Where every row may fail to hold, even rows that agree do not settle the answer."""
    table = a_table((LONG, None, "meet"), (None, ASKED, "meet"), hit="first")
    assert missing("days") == answer(table, days=missing("days"), representations=False)


@pytest.mark.parametrize("days", [4, 20, missing("days")])
def test_every_row_has_its_trace(days: Value) -> None:
    """A reader sees for each row, in the order written, whether and why it holds."""
    facts: dict[str, Value] = {"days": days, "representations": True}
    traces = decide_table(BOARD_DUTY, facts.__getitem__, {"long": 15}.__getitem__)[1]
    assert [1, 2, 2] == [len(trace.members) for trace in traces]
