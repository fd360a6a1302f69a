"""The proof that one row answers whatever a case holds, and what it says where that fails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.analysis.completeness import Fault, TableFault, UnprovableTableError, table_faults
from inclusion_rules.domain.conditions import (
    ALL_OF,
    Comparison,
    Condition,
    FactReference,
    Group,
    Operator,
    ParameterReference,
)
from inclusion_rules.domain.facts import FactKind, FactType, Known, Value
from inclusion_rules.domain.rules import DecisionTable, TableRow
from inclusion_rules.engine.evaluation import evaluate
from inclusion_rules.engine.tables import row_condition
from inclusion_rules.errors import UnknownNameError

TYPES: Mapping[str, FactType] = {
    "permanent_or_suspension": FactType(FactKind.ONE_OF, ("suspension", "permanent exclusion")),
    "days": FactType(FactKind.HALF_DAYS),
    "exam_missed": FactType(FactKind.YES_NO),
    "met_on": FactType(FactKind.DATE),
}
PARAMETERS: Mapping[str, Known] = {"short": 5, "long": 15, "start": date(2024, 9, 1)}

PERMANENT = Comparison("permanent_or_suspension", Operator.IS, "permanent exclusion")
SUSPENSION = Comparison("permanent_or_suspension", Operator.IS, "suspension")
LONG = Comparison("days", Operator.MORE_THAN, ParameterReference("long"))
MIDDLING = Group(
    ALL_OF,
    (
        Comparison("days", Operator.MORE_THAN, ParameterReference("short")),
        Comparison("days", Operator.AT_MOST, ParameterReference("long")),
    ),
)
SHORT = Comparison("days", Operator.AT_MOST, ParameterReference("short"))
EXAM = Comparison("exam_missed", Operator.IS, True)
NO_EXAM = Comparison("exam_missed", Operator.IS, False)
COLUMNS = ("permanent_or_suspension", "days", "exam_missed")


def a_table(
    *rows: tuple[Condition | None, ...], columns: tuple[str, ...] = COLUMNS, hit: str = "exactly one"
) -> DecisionTable:
    """A table whose rows differ in what they answer."""
    answers = tuple(TableRow(cells, f"answer {number}") for number, cells in enumerate(rows, 1))
    return DecisionTable("tables/a", "england", "A table", "a", hit, columns, answers, ())


def faults(table: DecisionTable) -> tuple[TableFault, ...]:
    """What is wrong with a table."""
    return table_faults(table, TYPES, PARAMETERS.__getitem__)


WHOLE = (
    (PERMANENT, None, None),
    (SUSPENSION, LONG, None),
    (SUSPENSION, MIDDLING, EXAM),
    (SUSPENSION, MIDDLING, NO_EXAM),
    (SUSPENSION, SHORT, None),
)


def test_a_table_that_covers_every_case_once_has_no_fault() -> None:
    """Rows that leave nothing out and never meet are proved to do so."""
    assert () == faults(a_table(*WHOLE))


def test_a_gap_is_one_smallest_case_that_no_row_answers() -> None:
    """A missing row is told once, by its smallest case, in the columns that matter."""
    assert (
        TableFault(
            Fault.GAP,
            (),
            (("permanent_or_suspension", "suspension"), ("days", 5.5), ("exam_missed", False)),
        ),
    ) == faults(a_table(*WHOLE[:3], WHOLE[4]))


def test_gaps_that_lie_together_are_one() -> None:
    """Both middling rows missing is one gap, whatever is said of exams."""
    gap = TableFault(Fault.GAP, (), (("permanent_or_suspension", "suspension"), ("days", 5.5)))
    assert (gap,) == faults(a_table(*WHOLE[:2], WHOLE[4]))


def test_the_smallest_case_of_a_wide_gap_is_shown() -> None:
    """Where no row answers for up to fifteen days without an exam, no days at all is the example."""
    table = a_table((LONG, None), (MIDDLING, EXAM), (SHORT, EXAM), columns=("days", "exam_missed"))
    assert (TableFault(Fault.GAP, (), (("days", 0), ("exam_missed", False))),) == faults(table)


def test_a_threshold_that_neither_row_takes_is_a_gap() -> None:
    """`less than 15` and `more than 15` leave exactly fifteen days unanswered."""
    table = a_table(
        (Comparison("days", Operator.LESS_THAN, 15),), (Comparison("days", Operator.MORE_THAN, 15),), columns=("days",)
    )
    assert (TableFault(Fault.GAP, (), (("days", 15),)),) == faults(table)


def test_half_a_day_over_the_threshold_is_a_case() -> None:
    """`up to 5` and `at least 6` leave five and a half days unanswered."""
    table = a_table((SHORT,), (Comparison("days", Operator.AT_LEAST, 6),), columns=("days",))
    assert (TableFault(Fault.GAP, (), (("days", 5.5),)),) == faults(table)


def test_an_overlap_names_its_rows_and_a_case() -> None:
    """Rows that answer the same case are named by number, counted from one."""
    overlap = TableFault(
        Fault.OVERLAP, (2, 3), (("permanent_or_suspension", "suspension"), ("days", 15.5), ("exam_missed", True))
    )
    table = a_table(*WHOLE[:2], (SUSPENSION, Comparison("days", Operator.MORE_THAN, 5), EXAM), *WHOLE[3:])
    assert (overlap,) == faults(table)


def test_rows_that_all_meet_are_one_overlap() -> None:
    """Three rows over one case are one fault and not three."""
    table = a_table((None,), (EXAM,), (EXAM,), (NO_EXAM,), columns=("exam_missed",))
    assert [(1, 2, 3), (1, 4)] == [fault.rows for fault in faults(table)]


def test_a_day_on_the_boundary_can_be_answered_twice() -> None:
    """Dates are told apart day by day."""
    start = ParameterReference("start")
    table = a_table(
        (Comparison("met_on", Operator.ON_OR_BEFORE, start),),
        (Comparison("met_on", Operator.ON_OR_AFTER, start),),
        columns=("met_on",),
    )
    assert (TableFault(Fault.OVERLAP, (1, 2), (("met_on", date(2024, 9, 1)),)),) == faults(table)


def test_a_row_that_cannot_hold_is_unreachable() -> None:
    """Cells that contradict each other make a row that never answers."""
    never = Group(ALL_OF, (LONG, SHORT))
    assert TableFault(Fault.UNREACHABLE, (6,), ()) in faults(a_table(*WHOLE, (None, never, None)))


def test_rows_may_meet_where_the_first_one_answers() -> None:
    """A table that goes by the first row needs no row to shut out the others."""
    assert () == faults(a_table((LONG,), (None,), columns=("days",), hit="first"))


def test_a_row_that_those_above_leave_nothing_to_is_unreachable() -> None:
    """A table that goes by the first row says which rows can never be the first."""
    table = a_table((None,), (LONG,), columns=("days",), hit="first")
    assert (TableFault(Fault.UNREACHABLE, (2,), ()),) == faults(table)


def test_a_table_without_rows_leaves_every_case_out() -> None:
    """The one gap has nothing to single out."""
    assert ["no row answers for any case"] == [str(fault) for fault in faults(a_table())]


def test_a_cell_that_asks_whether_a_fact_is_known_makes_that_a_case() -> None:
    """Where one row answers for what is known, what is not known and what is absent need rows too."""
    table = a_table((Comparison("met_on", Operator.KNOWN, True),), columns=("met_on",))
    assert ["no row answers for met on: not known"] == [str(fault) for fault in faults(table)]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            TableFault(Fault.GAP, (), (("days", 5.5), ("exam_missed", False))),
            "no row answers for days: 5.5; exam missed: no",
        ),
        (TableFault(Fault.OVERLAP, (1, 2, 4), (("days", 5),)), "rows 1, 2 and 4 all answer for days: 5"),
        (TableFault(Fault.UNREACHABLE, (3,), ()), "row 3 never answers"),
    ],
)
def test_a_fault_reads_as_a_sentence(fault: TableFault, said: str) -> None:
    """An officer can read the counter-example without knowing how it was found."""
    assert said == str(fault)


def test_a_cell_may_not_look_elsewhere() -> None:
    """A cell that looks at another fact is refused, because nothing could be proved about it."""
    with pytest.raises(UnprovableTableError, match=r"row 1 of `tables/a`: the cell under `days`"):
        faults(a_table((Comparison("days", Operator.MORE_THAN, FactReference("other")),), columns=("days",)))


def test_a_column_must_be_a_fact() -> None:
    """A column that the dictionary does not hold is named, with the nearest that it does."""
    with pytest.raises(UnknownNameError, match="did you mean `days`"):
        faults(a_table((None,), columns=("dayz",)))


NUMBERS = st.integers(0, 4).map(lambda halves: halves / 2)
DAYS_CELLS = st.none() | st.builds(
    Comparison,
    st.just("days"),
    st.sampled_from([Operator.IS, Operator.IS_NOT, Operator.MORE_THAN, Operator.AT_MOST, Operator.LESS_THAN]),
    NUMBERS,
)
YES_NO_CELLS = st.none() | st.sampled_from([EXAM, NO_EXAM])
KIND_CELLS = st.none() | st.sampled_from([PERMANENT, SUSPENSION])
TABLES = st.lists(st.tuples(KIND_CELLS, DAYS_CELLS, YES_NO_CELLS), max_size=5)
EVERY_CASE: tuple[dict[str, Value], ...] = tuple(
    dict(zip(COLUMNS, values, strict=True))
    for values in product(("suspension", "permanent exclusion"), [halves / 2 for halves in range(8)], (True, False))
)


def rows_that_answer(table: DecisionTable, case: Mapping[str, Value]) -> set[int]:
    """The rows that hold for a case, tried one by one."""
    conditions = enumerate(map(row_condition, table.rows), 1)
    return {n for n, each in conditions if evaluate(each, case.__getitem__, PARAMETERS.__getitem__).result}


@given(TABLES)
def test_the_proof_agrees_with_trying_every_case(rows: list[tuple[Condition | None, ...]]) -> None:
    """Gaps and overlapping pairs are exactly those found by going through every case there can be."""
    table = a_table(*rows)
    answering = [rows_that_answer(table, case) for case in EVERY_CASE]
    found = faults(table)

    assert (set() in answering) is any(fault.fault is Fault.GAP for fault in found)
    pairs = {(one, other) for rows in answering for one in rows for other in rows if one < other}
    told = [fault.rows for fault in found if fault.fault is Fault.OVERLAP]
    assert pairs == {(one, other) for rows in told for one in rows for other in rows if one < other}
    reached = set().union(*answering)
    assert {(n,) for n in range(1, len(rows) + 1) if n not in reached} == {
        fault.rows for fault in found if fault.fault is Fault.UNREACHABLE
    }


@given(TABLES)
def test_every_example_shows_its_fault(rows: list[tuple[Condition | None, ...]]) -> None:
    """A case that agrees with the example, whatever else it holds, is answered by no row, or by those named."""
    table = a_table(*rows)
    for fault in faults(table):
        if fault.fault is not Fault.UNREACHABLE:
            alike = [case for case in EVERY_CASE if all(case[fact] == value for fact, value in fault.example)]
            assert alike
            for case in alike:
                answering = rows_that_answer(table, case)
                assert set(fault.rows) <= answering if fault.rows else not answering


@given(TABLES)
def test_the_first_row_that_holds_leaves_the_others_out(rows: list[tuple[Condition | None, ...]]) -> None:
    """In a table that goes by the first row, those unreachable are exactly those that are first in no case."""
    table = a_table(*rows, hit="first")
    first = {min(answering) for case in EVERY_CASE if (answering := rows_that_answer(table, case))}
    unreachable = {fault.rows for fault in faults(table) if fault.fault is Fault.UNREACHABLE}
    assert {(n,) for n in range(1, len(rows) + 1) if n not in first} == unreachable
