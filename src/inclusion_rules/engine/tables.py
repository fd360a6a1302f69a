"""What a decision table answers for a case, row by row, also where not everything is known.

Knows how rows make an answer; whether the rows fit together is `analysis.completeness`.
"""

from __future__ import annotations

from inclusion_rules.domain.conditions import ALL_OF, Group
from inclusion_rules.domain.facts import NOTHING, Unknown, Value
from inclusion_rules.domain.findings import Trace
from inclusion_rules.domain.rules import DecisionTable, TableRow
from inclusion_rules.engine.evaluation import SETTLED, Facts, Parameters, evaluate

FIRST = "first"
EXACTLY_ONE = "exactly one"


def row_condition(row: TableRow) -> Group:
    """What must hold for a row to answer: all of its cells; one that says `any` asks for nothing."""
    return Group(ALL_OF, tuple(cell for cell in row.cells if cell is not None), span=row.span)


def decide_table(table: DecisionTable, facts: Facts, parameters: Parameters) -> tuple[Value, tuple[Trace, ...]]:
    """The table's answer, with the trace of every row.

    The answer is known as soon as every row that is true, or may yet be, gives the same one; otherwise it is
    `Unknown`, missing what the rows that may yet be true are missing. In a table that goes by the `first` row, rows
    below one that is true are out of the question, and without a true row it may be that none answers. Where no row
    answers, as when a fact that the columns ask for is known to be absent, there is no answer: `NOTHING`.
    """
    traces = tuple([evaluate(row_condition(row), facts, parameters) for row in table.rows])
    results = [trace.result for trace in traces]
    certain = results.index(True) if True in results else None
    if certain is None:
        possible = [number for number, result in enumerate(results) if result is None]
    elif table.hit == FIRST:
        possible = [number for number, result in enumerate(results[:certain]) if result is None]
    else:
        # The rows of the other tables are proved to shut each other out.
        return table.rows[certain].answer, traces
    answers: set[Value] = {table.rows[number].answer for number in possible}
    if certain is not None:
        answers.add(table.rows[certain].answer)
    elif not possible or table.hit == FIRST:
        answers.add(NOTHING)
    if len(answers) == 1:
        return answers.pop(), traces
    return Unknown(SETTLED.union(*[traces[number].missing for number in possible])), traces
