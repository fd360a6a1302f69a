"""`inclusion-rules replay`: a table of real cases decided under the law, with who was in breach of what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inclusion_rules.cli.asking import AsOf, HumanOrJson, Pathways, Rules, a_count, one_of, today
from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.progress import Progress
from inclusion_rules.cli.showing import OutputError, make_folder, note, show, write_file
from inclusion_rules.errors import nearest_word

if TYPE_CHECKING:
    from inclusion_rules.domain.rulebook import Rulebook
    from inclusion_rules.simulation.real_cases import RealCases
    from inclusion_rules.simulation.recorded_runs import RecordedRun

_SHOWN_AT_MOST = 50


def replay(
    table: Annotated[
        Path, typer.Argument(metavar="FILE", help="Real cases as CSV or Parquet, a row for each exclusion or event.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="A new or empty folder for the run; with --case, a file.")
    ],
    calendar: Annotated[
        str | None,
        typer.Option(
            "--calendar", metavar="FILE", help="The calendar of rows that name none: a file, or an id that ships."
        ),
    ] = None,
    pack: Annotated[
        list[str] | None,
        typer.Option(
            "--pack", metavar="PACK", help="A pack to decide by; may be repeated. England's alone if left out."
        ),
    ] = None,
    as_of: AsOf = None,
    dates: Annotated[
        str,
        typer.Option(
            "--dates",
            parser=one_of("iso", "day-first"),
            metavar="iso|day-first",
            help="How days are written: 2025-03-24 alone, or 24/03/2025 as well.",
        ),
    ] = "iso",
    encoding: Annotated[
        str, typer.Option("--encoding", metavar="NAME", help="What a CSV is written in; utf-8 if left out.")
    ] = "utf-8-sig",
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Leave pupils with a bad row out, count them, and decide the others.")
    ] = False,
    case: Annotated[
        str | None, typer.Option("--case", metavar="ID", help="Write this one case as a case file, and decide nothing.")
    ] = None,
    workers: Annotated[
        int,
        typer.Option(
            "--workers", parser=a_count, metavar="W", help="How many processes; the results do not depend on it."
        ),
    ] = 1,
    report: Annotated[bool, typer.Option("--report/--no-report", help="Write report.html at the end.")] = True,
    resume: Annotated[bool, typer.Option("--resume", help="Finish the interrupted run that is in the folder.")] = False,
    rules: Rules = None,
    pathways: Pathways = None,
    format: HumanOrJson = "human",
) -> int:
    """Decide real cases and keep the run: who was in breach, of what, by how many school days.

    The folder then holds what a simulated run holds, with breaches.csv and problems.csv beside. A row that cannot be
    read is told with its row, column and words; nothing is decided until all are put right, or with --keep-going.

    \b
    Example:
      inclusion-rules replay examples/real_cases.csv --calendar example --as-of 2025-04-04 --out replayed
    """
    from inclusion_rules.cli.naming_packs import law_of
    from inclusion_rules.simulation.replaying import read_cases, run_of
    from inclusion_rules.vocabulary import identifier

    rulebook = law_of(rules, pathways)
    packs = tuple(identifier(name) for name in pack or ("england",))
    _check_packs(packs, rulebook)
    try:
        "".encode(encoding)
    except LookupError:
        raise UsageError(f"`{encoding}` is not an encoding known here; expected utf-8 or cp1252, for example") from None
    found = read_cases(
        table, rulebook, packs=packs, calendar=calendar, encoding=encoding, day_first=dates == "day-first"
    )
    if case is not None:
        return _one_case(found, case, rulebook, out)
    _tell_problems(found)
    if found.errors and not keep_going:
        _write_problems(found, out)
        return Exit.INVALID_FILE
    if not found.cases:
        _write_problems(found, out)
        note("no case is left to decide")
        return Exit.INVALID_FILE
    _make_room(out)
    run = run_of(found, table, rulebook, as_of=as_of or today(), law=(tuple(rules or ()), tuple(pathways or ())))
    code = _decide(run, rulebook, out, workers=workers, resume=resume, format=format)
    if report:
        from inclusion_rules.reporting.run_report import write_report

        write_report(out, rulebook=rulebook)
    return code


def _decide(run: RecordedRun, rulebook: Rulebook, out: Path, *, workers: int, resume: bool, format: str) -> int:
    from inclusion_rules.reporting.replay_summary import replay_as_data, replay_as_json, replay_as_text
    from inclusion_rules.simulation.replaying import BREACHES, breaches_as_csv, breaches_of
    from inclusion_rules.simulation.run_reading import SavedRun

    with Progress("cases decided") as progress:
        made = run.run(out, workers=workers, resume=resume, told=progress.reached)
    saved = SavedRun.open(out)
    breaches = tuple(breaches_of(saved, rulebook))
    made.folder.write_text(BREACHES, breaches_as_csv(breaches))
    told = replay_as_data(saved, breaches)
    show(replay_as_json(told) if format == "json" else replay_as_text(told, rulebook) + f"in {out}\n")
    if not made.complete:
        note(f"interrupted after {made.cases:,} of {made.of:,} cases; `--resume` finishes the run in {out}")
    return Exit.FINE if made.complete else Exit.COULD_NOT_RUN


def _one_case(found: RealCases, name: str, rulebook: Rulebook, out: Path) -> int:
    from inclusion_rules.reporting.case_file import case_as_yaml, record_as_data
    from inclusion_rules.simulation.recorded_runs import Calendars

    records = {each.record.id: each.record for each in found.cases}
    if name not in records:
        near = nearest_word(name, records)
        hint = f"; did you mean `{near}`?" if near else ""
        _tell_problems(found)
        raise UsageError(f"the table holds no case `{name}` that can be read{hint}")
    record = records[name]
    if out.is_dir():
        raise OutputError(f"`{out}` is a folder; with `--case`, `--out` names the case file to write")
    calendars = Calendars.of([record], rulebook)
    for file, text in calendars.texts.items():
        write_file(text, out.with_name(file))
    edition = rulebook.edition(record.packs)
    write_file(case_as_yaml(record_as_data(record, edition, calendar=calendars.name_of(record))), out)
    note(f"written to {out}")
    return Exit.FINE


def _check_packs(packs: tuple[str, ...], rulebook: Rulebook) -> None:
    for name in packs:
        if name not in rulebook.packs:
            near = nearest_word(name, rulebook.packs)
            hint = f"; did you mean `{near}`?" if near else ""
            raise UsageError(f"`{name}` is not a pack known here{hint}")


def _tell_problems(found: RealCases) -> None:
    for problem in found.problems[:_SHOWN_AT_MOST]:
        note(problem.rendered())
    if len(found.problems) > _SHOWN_AT_MOST:
        note(f"… and {len(found.problems) - _SHOWN_AT_MOST:,} more")
    if found.not_used:
        note(f"not used: the columns {', '.join(f'`{head}`' for head in found.not_used)}")
    if found.empty_rows:
        note(f"{found.empty_rows:,} empty rows")
    if found.errors:
        note(
            f"{len(found.errors):,} problems; {found.rows_left_out:,} of {found.rows:,} rows cannot be used, "
            f"of {found.pupils_left_out:,} pupils"
        )


def _write_problems(found: RealCases, out: Path) -> None:
    from inclusion_rules.simulation.replaying import PROBLEMS, problems_as_csv

    if out.is_dir() and any(each.name != PROBLEMS for each in out.iterdir()):
        note(f"`{out}` is not an empty folder, so the problems are not written there")
        return
    make_folder(out)
    write_file(problems_as_csv(found.problems).encode("utf-8"), out / PROBLEMS)
    note(f"nothing was decided; every problem is in {out / PROBLEMS}. `--keep-going` decides the other pupils")


def _make_room(out: Path) -> None:
    """Take the problems of an earlier attempt away, so that the folder is empty."""
    from inclusion_rules.simulation.replaying import PROBLEMS

    if out.is_dir() and [each.name for each in out.iterdir()] == [PROBLEMS]:
        (out / PROBLEMS).unlink()
