"""Tables of real cases: columns of the census recognised, every slip told in its cell, and rows joined into cases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.loading.case_columns import Layout, columns_of, recognised
from inclusion_rules.loading.case_rows import RowProblem, read_table
from inclusion_rules.loading.pupil_numbers import check_letter, problem_of_upn
from inclusion_rules.loading.table_text import table_of
from inclusion_rules.reporting.case_file import record_as_data
from inclusion_rules.simulation.real_cases import RealCases, real_cases
from inclusion_rules.simulation.replaying import read_cases

SOUND = {
    "pupil": "P1",
    "school type": "academy",
    "date of birth": "2010-05-14",
    "category": "SUSP",
    "start date": "2024-10-07",
    "sessions": "4",
    "reason": "PP",
}
"""One row with nothing wrong with it."""


def cases_in(text: str, *, day_first: bool = False, calendar: str | None = "example") -> RealCases:
    """The cases of a table given as text."""
    rulebook = open_rulebook()
    table = read_table(table_of(text, name="cases.csv"), rulebook, packs=("england",), day_first=day_first)
    return real_cases(table, rulebook, calendar=calendar, beside=Path())


def rows_as_text(*rows: dict[str, str]) -> str:
    """Rows as a CSV, with a column for whatever any of them says."""
    heads = list(dict.fromkeys(head for row in rows for head in row))
    return "\n".join([",".join(heads), *(",".join(row.get(head, "") for head in heads) for row in rows)])


def found_in(*rows: dict[str, str]) -> RealCases:
    """The cases of some rows."""
    return cases_in(rows_as_text(*rows))


def said_by(found: RealCases) -> list[dict[str, object]]:
    """What the records of a table say."""
    edition = open_rulebook().edition()
    return [record_as_data(case.record, edition, calendar="example") for case in found.cases]


@pytest.mark.parametrize(
    ("head", "column"),
    [
        ("UPN", "upn"),
        ("NCyearActual", "pupil.year_group"),
        ("SEN_Provision", "pupil.sen"),
        ("In Care", "pupil.looked_after"),
        ("Exclusion Start Date", "start_date"),
        ("Exclusion Category", "category"),
        ("Actual Sessions", "sessions"),
        ("Exclusion Reason 2", "reason_2"),
        ("governing board met", "governing_board_met"),
        ("governing_board_decided.outcome", "governing_board_decided.outcome"),
    ],
)
def test_heads_of_the_census_and_of_other_systems_are_recognised(head: str, column: str) -> None:
    """A column is known however its head is spelled."""
    (found,) = recognised((head,), Layout.EXCLUSIONS, open_rulebook().edition()).columns
    assert found is not None
    assert column == found.name


def test_a_sound_row_has_no_problem() -> None:
    """What the tests below make wrong is right before."""
    found = found_in(SOUND)
    assert () == found.problems
    assert 1 == len(found.cases)


@pytest.mark.parametrize(
    ("sessions", "days"),
    [("1", 0.5), ("4", 2), ("11", 5.5), ("4.0", 2)],
    ids=["half a day", "even", "odd", "as a float"],
)
def test_sessions_are_half_days(sessions: str, days: float) -> None:
    """Two sessions of the census are a school day, and an odd one is a half."""
    (case,) = found_in({**SOUND, "sessions": sessions}).cases
    assert days == case.record.events[0].attributes["school_days"]


def test_a_lunchtime_category_is_a_lunchtime_suspension() -> None:
    """`LNCH` says the session, and each of its sessions is a lunchtime."""
    (case,) = found_in({**SOUND, "category": "LNCH", "sessions": "3"}).cases
    said = case.record.events[0].attributes
    assert ("lunchtime", 3, 1.5) == (said["session"], said["lunchtimes"], said["school_days"])


def test_codes_of_the_census_for_special_needs_are_read() -> None:
    """`K` is support, as a case file would say it."""
    (case,) = found_in({**SOUND, "SEN provision": "K"}).cases
    assert "support" == case.record.pupil["sen"]


def test_up_to_three_reasons_come_from_three_columns() -> None:
    """Each of the columns of reasons adds its code."""
    (case,) = found_in({**SOUND, "reason": "pp", "reason 2": "DB", "reason 3": "VA"}).cases
    assert frozenset({"PP", "DB", "VA"}) == case.record.events[0].attributes["reasons"]


def test_what_a_row_leaves_empty_is_not_known() -> None:
    """An empty cell is no answer, so nothing is put in its place."""
    (case,) = found_in({**SOUND, "social worker": "", "in care": ""}).cases
    assert {"date_of_birth"} == set(case.record.pupil)


SLIPS = [
    ("school type", "acadmy", "does not fit", "did you mean `academy`?"),
    ("category", "SUPS", "is not a category", "did you mean `SUSP`?"),
    ("start date", "2024-13-07", "is not a day", ""),
    ("start date", "07/10/2024", "day or the month first", "--dates day-first"),
    ("start date", "", "has no `start_date`", "first day"),
    ("sessions", "four", "a whole number", ""),
    ("sessions", "-2", "a whole number", ""),
    ("sessions", "0", "is no length", ""),
    ("sessions", "", "how long", "fill in `sessions`"),
    ("reason", "PX", "is not a value", "it can be `AB`"),
    ("pupil", "", "whose it is", "fill in `pupil`"),
]


@pytest.mark.parametrize(("column", "words", "message", "help"), SLIPS, ids=[f"{c}={w}" for c, w, _, _ in SLIPS])
def test_a_slip_is_told_with_its_row_its_column_and_its_words(column: str, words: str, message: str, help: str) -> None:
    """Whoever made the slip finds the cell, what was expected and the nearest right word."""
    (told,) = found_in(SOUND | {"pupil": "P2"}, {**SOUND, column: words}).errors
    assert (3, words) == (told.row, told.words)
    assert told.column in (column, "")
    assert message in told.message
    assert help in told.help


def test_every_problem_of_a_table_is_told_at_once() -> None:
    """Three slips in two rows are three problems, in order of their rows."""
    bad = {**SOUND, "category": "SUPS", "reason": "PX"}
    told = found_in(bad, {**SOUND, "pupil": "P2", "sessions": "x"}).errors
    assert [2, 2, 3] == [problem.row for problem in told]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"last day": "2024-10-01"}, "is before the first"),
        ({"school days": "3"}, "come to 3 school days"),
        ({"category": "LNCH", "session": "morning"}, "lunchtime suspension cannot be"),
        ({"governing_board_decided": "2024-11-01"}, "needs `outcome`"),
        ({"governing_board_decided.outcome": "reinstate"}, "is given, and the day of"),
        ({"governing_board_met": "2009-01-01"}, "before the pupil was born"),
        ({"calendar": "exampel"}, "nor the id of a calendar"),
        ({"packs": "enland"}, "is not a pack known here"),
    ],
)
def test_a_row_that_contradicts_itself_is_told(changes: dict[str, str], message: str) -> None:
    """What cannot all be true is for the reader to settle."""
    found = found_in({**SOUND, **changes})
    assert any(message in problem.message for problem in found.errors), found.problems
    assert () == found.cases


def test_a_slip_in_a_head_is_told_and_a_head_that_is_no_slip_is_only_named() -> None:
    """A column that nearly has a known name is one; another is left aside, and said to be."""
    assert ["C402"] == [problem.code for problem in found_in({**SOUND, "govening_board_met": ""}).errors]
    assert ("ethnic group",) == found_in({**SOUND, "ethnic group": "W"}).not_used


def test_a_table_without_what_it_needs_is_told_as_a_whole() -> None:
    """A table that never says whose a row is cannot be read row by row."""
    told = cases_in("category,start date\nPERM,2024-10-07").errors
    assert [(1, "R202")] == [(problem.row, problem.code) for problem in told]


def test_a_row_with_too_many_cells_is_told() -> None:
    """A comma too many would shift every cell after it."""
    told = cases_in(rows_as_text(SOUND) + ",x").errors
    assert ["C401"] == [problem.code for problem in told]


def test_days_may_be_written_day_first_where_that_is_said() -> None:
    """With the day first, 7/10 is in October."""
    (case,) = cases_in(rows_as_text({**SOUND, "start date": "07/10/2024"}), day_first=True).cases
    assert date(2024, 10, 7) == case.record.events[0].date


def test_a_pupil_with_a_bad_row_is_left_out_as_a_whole_and_counted() -> None:
    """Totals without one of a pupil's rows would be wrong, so none of them is decided."""
    found = found_in(SOUND, {**SOUND, "start date": "2024-11-07", "sessions": "x"}, {**SOUND, "pupil": "P2"})
    assert (3, 2, 1) == (found.rows, found.rows_left_out, found.pupils_left_out)
    assert 1 == len(found.cases)


def test_the_same_exclusion_twice_is_told() -> None:
    """A row that was copied would count its days twice."""
    (told,) = found_in(SOUND, SOUND).errors
    assert (3, "this exclusion is in row 2 already") == (told.row, told.message)


def test_one_pupil_cannot_be_born_twice() -> None:
    """What cannot change between two rows is a mistake in one of them."""
    (told,) = found_in(SOUND, {**SOUND, "start date": "2024-11-07", "date of birth": "2011-05-14"}).errors
    assert "row 2" in told.message


def test_two_schools_of_one_pupil_are_warned_of() -> None:
    """What a case can say once only is told where rows say it differently, and stops nothing."""
    found = found_in(SOUND, {**SOUND, "start date": "2024-11-07", "school type": "maintained"})
    assert [(3, "warning")] == [(problem.row, problem.severity) for problem in found.problems]
    assert "maintained" == found.cases[0].record.school["school_type"]


def permanent(**also: str) -> dict[str, str]:
    """A row of a permanent exclusion of the same pupil, later."""
    return {**SOUND, "category": "PERM", "start date": "2025-01-13", "sessions": "", **also}


def test_suspensions_before_a_permanent_exclusion_are_a_case_and_its_history() -> None:
    """Every exclusion is decided in one case, with all that came before it known."""
    first, second = {**SOUND, "parent_notified_in_writing": "2024-10-07"}, {**SOUND, "start date": "2024-11-07"}
    before, after = found_in(first, second, permanent()).cases
    assert ("suspension", "permanent_exclusion") == (before.record.pathway, after.record.pathway)
    assert ["suspended", "parent_notified_in_writing", "suspended"] == [event.name for event in before.record.events]
    assert ["suspended", "suspended", "permanently_excluded"] == [event.name for event in after.record.events]
    assert ((2, 3), (4,)) == tuple(tuple(row for row, _ in case.rows) for case in (before, after))


def test_the_events_of_a_row_belong_to_its_exclusion() -> None:
    """Where a case has several exclusions, each event names the one of its row."""
    second = {**SOUND, "start date": "2024-11-07", "local_authority_notified": "2024-11-20"}
    (case,) = found_in({**SOUND, "local_authority_notified": "2024-12-02"}, second).cases
    told = {event.date: event.of for event in case.record.events if event.name == "local_authority_notified"}
    assert {date(2024, 11, 20): date(2024, 11, 7), date(2024, 12, 2): date(2024, 10, 7)} == told


def test_a_table_of_events_says_the_same_as_one_of_exclusions() -> None:
    """Both layouts of one story make the same record."""
    wide = found_in(permanent(governing_board_notified="2025-01-14", governing_board_met="2025-02-05"))
    long = cases_in(
        "pupil,school.type,date of birth,event,date,first_day,reasons\n"
        "P1,academy,2010-05-14,permanently excluded,2025-01-13,2025-01-13,PP\n"
        "P1,,,governing board notified,2025-01-14,,\n"
        "P1,,,governing_board_met,2025-02-05,,\n"
    )
    assert () == long.problems
    assert said_by(wide) == said_by(long)


def test_an_unknown_event_is_told_with_the_nearest() -> None:
    """A table of events is held against the vocabulary."""
    (told,) = cases_in("pupil,event,date\nP1,govening board met,2025-02-05").errors
    assert "did you mean `governing board met`?" == told.help


def test_the_name_of_a_pupil_stands_nowhere_in_a_case() -> None:
    """Cases are numbered; who they are about can be found by their rows alone."""
    (case,) = found_in({**SOUND, "pupil": "Somebody Real"}).cases
    assert "R-000001" == case.record.id
    assert "Somebody" not in repr(case)


def test_a_table_in_parquet_is_read_like_one_in_csv(tmp_path: Path) -> None:
    """Values with types of their own come to the same as their words."""
    typed = {**SOUND, "start date": date(2024, 10, 7), "sessions": 4, "in care": None}
    pq.write_table(pa.table({name: [value] for name, value in typed.items()}), tmp_path / "cases.parquet")
    (tmp_path / "cases.csv").write_text(rows_as_text(SOUND), "utf-8")
    one, other = (
        read_cases(tmp_path / name, open_rulebook(), packs=("england",), calendar="example")
        for name in ("cases.parquet", "cases.csv")
    )
    assert said_by(one) == said_by(other)


def test_without_a_calendar_nothing_can_be_counted() -> None:
    """A row whose calendar is not known says so."""
    (told,) = cases_in(rows_as_text(SOUND), calendar=None).errors
    assert "no calendar is named" == told.message


def test_a_problem_is_shown_as_a_sentence() -> None:
    """Row, column, severity and code stand before the message, and help after it."""
    problem = RowProblem(3, "sessions", "x", "`x` does not fit", "write a number", "C306")
    assert "row 3, column `sessions`: error[C306]: `x` does not fit\n   help: write a number" == problem.rendered()


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_figure_of_a_pupil_number_is_always_found(figures: str, place: int, more: int) -> None:
    """The check letter belongs to its figures and to none that differ in one place."""
    letter = check_letter(figures)
    other = figures[:place] + str((int(figures[place]) + more) % 10) + figures[place + 1 :]
    assert problem_of_upn(letter + figures) is None
    assert problem_of_upn(letter + other) is not None


@pytest.mark.parametrize("layout", list(Layout))
def test_every_column_is_in_the_reference(layout: Layout) -> None:
    """The page of columns names every one that is not an event or an attribute of one, with what it means."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "case_columns.md").read_text("utf-8")
    own = [column for column in columns_of(layout, open_rulebook().edition()) if column.means and column.event is None]
    assert [] == [column.name for column in own if f"| `{column.name}` | {column.means} |" not in page]
