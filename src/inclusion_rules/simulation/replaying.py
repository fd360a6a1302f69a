"""Replay a table of real cases: read, put together, decided, and kept as a run, with who was in breach of what.

Whatever is wrong with a row is told with the row; a run without some rows says so. Joins the reading and the deciding.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from io import StringIO
from pathlib import Path

from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.rules import EXCLUSION_EVENTS, Rule
from inclusion_rules.loading.case_data import canonical
from inclusion_rules.loading.case_rows import RowProblem, read_table
from inclusion_rules.simulation.deciding_records import Law
from inclusion_rules.simulation.logged_cases import LoggedCase, LoggedObligation, cases_of_run
from inclusion_rules.simulation.real_cases import RealCase, RealCases, real_cases
from inclusion_rules.simulation.recorded_runs import RecordedRun
from inclusion_rules.simulation.run_folder import SUMMARY
from inclusion_rules.simulation.run_reading import SavedRun
from inclusion_rules.simulation.table_files import digest_of_file, open_table

SOURCE_ID = "real_cases"
PROBLEMS, BREACHES = "problems.csv", "breaches.csv"
LATE, BREACHED = ("missed", "met_late"), "breached"
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
_PROBLEM_COLUMNS = ("severity", "row", "column", "words", "problem", "help", "code")
_BREACH_COLUMNS = (
    "case_id", "row", "about", "school", "authority", "duty", "what", "bearer", "modality", "arose_on", "due", "met_on",
    "status", "late_by_school_days", "shown", "pack", "rule",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that was owed and was late, or was not to be done; `row` is the row of the exclusion it is about.

    `shown` is False where no row of the table records any event that would have met it: then nothing is known of it.
    """

    case: str
    row: int | None
    about: date | None
    school: str | None
    authority: str | None
    duty: str
    what: str
    bearer: str
    modality: str
    arose_on: date | None
    due: date | None
    met_on: date | None
    status: str
    late_by_school_days: int | None
    shown: bool
    pack: str
    rule: str


def read_cases(
    path: Path,
    rulebook: Rulebook,
    *,
    packs: tuple[str, ...],
    calendar: str | None,
    encoding: str = "utf-8-sig",
    day_first: bool = False,
) -> RealCases:
    """The cases in a file, with every problem of its rows.

    Raises:
        InvalidFilesError: the file cannot be read as a table.
        UnknownNameError: a pack is not known.
    """
    table = read_table(open_table(path, encoding=encoding), rulebook, packs=packs, day_first=day_first)
    return real_cases(table, rulebook, calendar=calendar, beside=path.parent)


def run_of(cases: RealCases, path: Path, rulebook: Rulebook, *, as_of: date, law: Law = ((), ())) -> RecordedRun:
    """The run that some real cases make. The file is known by its digest alone."""
    return RecordedRun(
        title="Real cases",
        records=[case.record for case in cases.cases],
        rulebook=rulebook,
        as_of=as_of,
        source={
            "id": SOURCE_ID,
            "digest": digest_of_file(path),
            "rows": cases.rows,
            "rows_left_out": cases.rows_left_out,
            "pupils_left_out": cases.pupils_left_out,
            "empty_rows": cases.empty_rows,
            "columns_not_used": list(cases.not_used),
        },
        law=law,
        also={"rows": [_rows(case) for case in cases.cases]},
        texts={PROBLEMS: problems_as_csv(cases.problems)},
    )


def _rows(case: RealCase) -> str:
    return canonical([[number, None if about is None else about.isoformat()] for number, about in case.rows])


# What came of it ---------------------------------------------------------------------------------------------------


def breaches_of(run: SavedRun, rulebook: Rulebook) -> Iterator[Breach]:
    """Everything that was late or was not to be done, case by case, in the order of each ledger."""
    recorded = frozenset(json.loads((run.path / SUMMARY).read_text("utf-8"))["events"])
    for case in cases_of_run(run):
        yield from _breaches(case, rulebook, recorded)


def can_be_shown(rule: Rule, recorded: frozenset[str]) -> bool:
    """Whether records that hold these events and no others could show that what a rule asks for was done.

    A table that has no word for an act cannot deny it.
    """
    if rule.met_by_all:
        return all(meeting.event in recorded for meeting in rule.met_by if meeting.needed_if is None)
    return any(meeting.event in recorded for meeting in rule.met_by)


def _breaches(case: LoggedCase, rulebook: Rulebook, recorded: frozenset[str]) -> Iterator[Breach]:
    edition = rulebook.edition(tuple(str(case.row["packs"]).split(",")))
    rules = {rule.key: rule for rule in edition.rules}
    row_of = {about: row for row, about in json.loads(case.row.get("rows") or "[]")}
    schools = {
        event.on: event.said.get("school") for event in case.events if event.name in EXCLUSION_EVENTS
    }  # the last one of a day, as elsewhere

    def breach(about: date | None, rule: Rule, bearer: str, status: str, owed: LoggedObligation | None) -> Breach:
        school = schools.get(about) if about is not None else None
        return Breach(
            case=case.id,
            row=None if about is None else row_of.get(about.isoformat()),
            about=about,
            school=school or case.row.get("school.name"),
            authority=case.row.get("school.authority"),
            duty=rule.duty,
            what=rule.says,
            bearer=bearer,
            modality=rule.modality.value,
            arose_on=None if owed is None else owed.arose_on,
            due=None if owed is None else owed.due,
            met_on=None if owed is None else owed.met_on,
            status=status,
            late_by_school_days=None if owed is None else owed.late_by_school_days,
            shown=owed is None or can_be_shown(rule, recorded),
            pack=rule.pack,
            rule=rule.id,
        )

    for owed in case.obligations:
        if owed.status in LATE:
            yield breach(owed.about, rules[owed.pack, owed.rule], owed.bearer, owed.status, owed)
    for pack, rule_id, about in json.loads(case.row.get("breached") or "[]"):
        rule = rules[pack, rule_id]
        yield breach(date.fromisoformat(about) if about else None, rule, rule.bearer, BREACHED, None)


# Tables for people ---------------------------------------------------------------------------------------------------


def problems_as_csv(problems: Iterable[RowProblem]) -> str:
    """The problems of a table, one a line."""
    lines = ((p.severity, p.row, p.column, p.words, p.message, p.help, p.code) for p in problems)
    return _as_csv(_PROBLEM_COLUMNS, lines)


def breaches_as_csv(breaches: Iterable[Breach]) -> str:
    """Breaches, one a line."""
    return _as_csv(_BREACH_COLUMNS, (astuple(breach) for breach in breaches))


def _as_csv(columns: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guarded(value) for value in line] for line in lines)
    return text.getvalue()


def guarded(value: object) -> object:
    """A value as a cell that no spreadsheet takes for a formula.

    >>> guarded("=1+1"), guarded(None), guarded(date(2025, 3, 24))
    ("'=1+1", '', '2025-03-24')
    """
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else f"'{value}" if isinstance(value, str) and value.startswith(_RUNS) else value
