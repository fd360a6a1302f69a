"""`inclusion-rules demo`: the main job end to end, on the example case and a small cohort, both of which ship."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import example, open_case, open_rulebook
from inclusion_rules.casework.passage import standing_at
from inclusion_rules.cli.case import rendered
from inclusion_rules.cli.errors import Exit
from inclusion_rules.cli.showing import make_folder, note, show, wants_colour, width, write_file
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.findings import Obligation
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.reporting.case_page import SPEAKS, case_page
from inclusion_rules.reporting.certificates import certificate_for, certificate_lines, complaints, counting_in_words
from inclusion_rules.reporting.timetable import timetable
from inclusion_rules.vocabulary import words

CASE = "leicestershire_permanent_exclusion"
EXPLAINED = "board_consider_pex"
PLAN, COHORT, SEED = "england_permanent_exclusions", 100, 1
_FORMS = {"json": "case.json", "html": "case.html", "ics": "case.ics"}


def demo(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write case.json, case.html, case.ics and the folder run/ here."),
    ] = None,
) -> int:
    """Decide the example case that ships and show what comes of it; then simulate a small cohort.

    The case is shown with its timetable, its way along the pathway, and one deadline counted day by day.

    \b
    Example:
      inclusion-rules demo --out demo-out
    """
    path = example(CASE)
    as_of = as_of_example(CASE)
    rulebook = open_rulebook()
    record = open_case(path, rulebook)
    decision = decide(record, rulebook, as_of=as_of)
    page = case_page(decision, record=record, rulebook=rulebook)
    show(timetable(page, colour=wants_colour(), width=width(), details=False))
    explained = next((entry for entry in decision.obligations if entry.rule.duty == EXPLAINED), None)
    if explained is not None:
        show("\n" + _explained(explained, record))
    show("\n" + _walked(record, rulebook, as_of))
    if out is not None:
        make_folder(out)
        for form, name in _FORMS.items():
            write_file(rendered(decision, record, rulebook, format=form, out=out / name), out / name)
        note(f"wrote {', '.join(_FORMS.values())} into `{out}`")
    show("\n" + _simulated(rulebook, out))
    show("\n" + _what_next(path, as_of, written=out is not None))
    return Exit.FINE


def _walked(record: CaseRecord, rulebook: Rulebook, as_of: date) -> str:
    """The case's way along its pathway: what moved it, and where it stood then."""
    lines = [f"ITS WAY ALONG THE PATHWAY ({words(record.pathway)})"]
    before = ""
    follows = rulebook.pathways[record.pathway].follows
    begins = next((number for number, event in enumerate(record.events) if event.name in follows), 0)
    for number, event in enumerate(record.events, start=1):
        if number > begins and event.date <= as_of:
            so_far = replace(record, events=record.events[:number])
            stage = standing_at(so_far, rulebook, as_of=event.date).stage
            if stage != before:
                lines.append(f"  {day_in_words(event.date):<16}{words(event.name):<36}{stage}")
            before = stage
    now = standing_at(record, rulebook, as_of=as_of).stage
    lines.append(f"  {day_in_words(as_of):<16}{'(the day it is seen)':<36}{now}")
    return "\n".join(lines) + "\n"


def _simulated(rulebook: Rulebook, out: Path | None) -> str:
    """A small cohort drawn, decided and reported on; kept where a folder was named."""
    try:
        from inclusion_rules.cli.simulate import told
        from inclusion_rules.loading.plan_files import find_plan, load_plan
        from inclusion_rules.reporting.run_report import write_report
        from inclusion_rules.simulation.simulating import Simulation, summary_of
    except ModuleNotFoundError as missing:
        hint = "`pip install 'inclusion-rules[simulation]'`"
        return f"A COHORT\n  not simulated: `{missing.name}` is not installed ({hint})\n"
    path = find_plan(PLAN)
    simulation = Simulation.of(load_plan(path, rulebook), path.read_text("utf-8"), rulebook, cases=COHORT, seed=SEED)
    with TemporaryDirectory() as folder:
        kept = None if out is None else out / "run"
        run = simulation.run(kept or Path(folder) / "run", simulation.workforce(1))
        write_report(run.folder.path)
    if kept is not None:
        note(f"wrote the run with its report.html into `{kept}`")
    lines = told(dict(summary_of(simulation.plan, run.counts))).splitlines()
    return "\n".join(["A COHORT, SIMULATED UNDER THE SAME RULES", *(f"  {line}" for line in lines)]) + "\n"


def as_of_example(name: str) -> date:
    """The day as of which an example case is shown, as it ships beside the examples."""
    listed = example(name).with_name("as_of.txt").read_text("utf-8").splitlines()
    days = dict(line.split() for line in listed if line and not line.startswith("#"))
    return date.fromisoformat(days[name])


def _explained(entry: Obligation, record: CaseRecord) -> str:
    rule = entry.rule
    lines = [f"ONE OF THEM EXPLAINED: {rule.title}"]
    lines.append(f"  {entry.bearer_is or entry.bearer} {SPEAKS[rule.modality]} {rule.says} [{'; '.join(rule.cites)}]")
    if entry.deadline is not None and entry.due is not None:
        days = entry.late_by_school_days or 0
        late = f", {days} school day{'' if days == 1 else 's'} late" if days else ""
        met = f"; met on {day_in_words(entry.met_on)}{late}" if entry.met_on is not None else ""
        lines.append(f"  Due {day_in_words(entry.due)}: {counting_in_words(entry.deadline)}{met}")
        certificate = certificate_for(entry.deadline, record)
        lines += [f"    {line}" for line in certificate_lines(certificate)]
        wrong = complaints(certificate, calendar=record.calendar, bank_holidays=record.bank_holidays)
        lines.append(f"  A separate check {'does not bear this out' if wrong else 'has gone over it and agrees'}.")
    return "\n".join(lines) + "\n"


def _what_next(path: Path, as_of: date, *, written: bool) -> str:
    shown = path if not path.is_relative_to(Path.cwd()) else path.relative_to(Path.cwd())
    lines = [
        "TRY NEXT",
        f"  inclusion-rules case {shown} --as-of {as_of} --all",
        f"  inclusion-rules explain {shown} {EXPLAINED} --as-of {as_of}",
        "  inclusion-rules deadline --from 2025-01-14 --school-days 15 --calendar leicestershire_2024_25",
    ]
    if not written:
        lines.append(
            "  inclusion-rules demo --out demo-out     (this case as JSON, a web page, a calendar feed; the run)"
        )
    return "\n".join(lines) + "\n"
