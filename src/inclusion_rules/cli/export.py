"""`inclusion-rules export`: the cases of a run, a store or a case file as logs that other tools read, or an auditor."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, TextIO, cast

import typer

from inclusion_rules.cli.asking import AsOf, Pathways, a_count, one_of, today
from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.named_cases import CaseOfStore, case_id_in, names_a_store, opened_store
from inclusion_rules.cli.progress import Progress
from inclusion_rules.cli.showing import note
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.reporting.whole_files import ExportError, whole_files
from inclusion_rules.simulation.deciding_records import Asked, Law, decided_in_turn
from inclusion_rules.simulation.logged_cases import LoggedCase, case_of_record, cases_of_run
from inclusion_rules.simulation.run_folder import MANIFEST
from inclusion_rules.simulation.run_reading import SavedRun

FORMS = ("xes", "ocel", "csv", "parquet", "conformance", "log")
_A_LOG = "inclusion-rules"
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class _Asked:
    """What is to be exported, and how."""

    place: str
    rulebook: Rulebook
    law: Law
    as_of: date | None
    workers: int
    personal: bool


def export(
    place: Annotated[
        str,
        typer.Argument(metavar="RUN_OR_STORE", help="The folder of a run, a store's file or address, or a case file."),
    ],
    form: Annotated[
        str, typer.Option("--as", parser=one_of(*FORMS), metavar="|".join(FORMS), help="The form of the log.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The file to write; with parquet, a new or empty folder.")
    ],
    case: CaseOfStore = None,
    as_of: AsOf = None,
    personal: Annotated[
        bool,
        typer.Option(
            "--personal", help="Also what can name a person: dates of birth, documents, free text, references."
        ),
    ] = False,
    workers: Annotated[
        int, typer.Option("--workers", parser=a_count, metavar="W", help="How many processes decide stored cases.")
    ] = 1,
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", metavar="FOLDER", help="The packs the cases are decided by, if not those that ship."),
    ] = None,
    pathways: Pathways = None,
) -> int:
    """Write cases as an event log: XES, OCEL 2.0 (JSON), CSV, the Parquet tables of a run, or the log of a store.

    The same cases give the same bytes. With csv, the obligations go to a second file beside, `NAME.obligations.csv`.
    With conformance the file says, as JSON, how the cases kept to the order of their pathway. With log it holds all
    that a store does of its cases, or of one, with every hash, as lines of JSON that `audit` verifies on their own.

    \b
    Example:
      inclusion-rules export replayed --as xes --out replayed.xes
    """
    from inclusion_rules.cli.naming_packs import law_of

    if form == "log":
        return _as_log(place, case, out, personal=personal, as_of=as_of)
    if case is not None:
        raise UsageError("`--case` chooses the case of a `--as log`; the other forms take every case")
    law = (tuple(rules or ()), tuple(pathways or ()))
    asked = _Asked(place, law_of(*law), law, as_of, workers, personal)
    if (Path(place) / MANIFEST).is_file() and as_of is not None:
        raise UsageError("a run was decided as of its own day; leave `--as-of` out")
    if form == "parquet":
        return _as_run(asked, out)
    owed = form in ("ocel", "csv")
    with Progress("cases written") as progress, _cases(asked, progress.reached, owed=owed) as at_hand:
        count = _written(asked, at_hand, form, out)
    note(f"{count:,} case{'' if count == 1 else 's'} written to {out}")
    return Exit.FINE


@dataclass(frozen=True)
class _AtHand:
    """The cases that were named, one after another, with the law by which and the day as of which they are decided.

    `record_of` gives the record of the case that came last, where the cases are not those of a run.
    """

    cases: Iterator[LoggedCase]
    rulebook: Rulebook
    as_of: date
    beside: Path
    record_of: Callable[[LoggedCase], CaseRecord] | None = None


def _written(asked: _Asked, at_hand: _AtHand, form: str, out: Path) -> int:
    count = 0

    def counted() -> Iterator[LoggedCase]:
        nonlocal count
        for case in at_hand.cases:
            count += 1
            yield case

    if form == "xes":
        from inclusion_rules.reporting.xes import xes_of

        with whole_files(out) as (stream,):
            for piece in xes_of(counted(), asked.rulebook.pathways, name=_A_LOG, personal=asked.personal):
                stream.write(piece)
    elif form == "conformance":
        from inclusion_rules.reporting.conformance import conformance_as_json, conformance_of

        found = conformance_of(counted(), at_hand.rulebook, beside=at_hand.beside, record_of=at_hand.record_of)
        with whole_files(out) as (stream,):
            stream.write(conformance_as_json(found))
    elif form == "csv":
        from inclusion_rules.reporting.log_tables import write_tables

        with whole_files(out, out.with_name(f"{out.stem}.obligations.csv")) as (events, obligations):
            write_tables(counted(), events, obligations, asked.rulebook.pathways, personal=asked.personal)
    else:
        from inclusion_rules.reporting.ocel import OcelWriter

        try:
            with whole_files(out) as (stream,), _set_aside(out) as aside:
                OcelWriter(stream, aside, asked.rulebook, at_hand.as_of, personal=asked.personal).write(counted())
        except KeyError as error:
            raise ExportError(
                f"the law at hand has nothing called {error}; name that of the cases by `--rules`"
            ) from None
    return count


@contextmanager
def _cases(asked: _Asked, told: Told, *, owed: bool) -> Iterator[_AtHand]:
    """The cases that were named, decided where they were not yet."""
    place = Path(asked.place)
    if place.is_dir():
        run = _run_at(asked)
        law = run.law(asked.rulebook)
        cases = _telling(cases_of_run(run, obligations=owed), int(run.manifest["cases"]), told)
        yield _AtHand(cases, law, run.as_of, run.path)
        return
    day = asked.as_of or today()
    taken: dict[str, CaseRecord] = {}

    def decided(records: Iterable[CaseRecord]) -> Iterator[LoggedCase]:
        def work() -> Iterator[Asked]:
            for record in records:
                taken[record.id] = record
                yield record, {"calendar": record.calendar.id}

        one_by_one = decided_in_turn(work(), asked.rulebook, as_of=day, workers=asked.workers, law=asked.law)
        return map(case_of_record, one_by_one)

    if not names_a_store(asked.place):
        from inclusion_rules.casework.opening import open_case

        cases = decided([open_case(place, asked.rulebook)])
        yield _AtHand(cases, asked.rulebook, day, place.parent, lambda case: taken.pop(case.id))
        return
    with opened_store(asked.place, asked.rulebook) as store:
        from inclusion_rules.simulation.stored_records import records_of

        found = decided(records_of(store, by_reference=asked.personal))
        cases = _telling(found, len(store.case_ids()), told)
        yield _AtHand(cases, asked.rulebook, day, place.parent, lambda case: taken.pop(case.id))


def _run_at(asked: _Asked) -> SavedRun:
    """The run in a folder, made under the law at hand.

    Raises:
        RunReadingError: there is none, or it was made under other packs.
        ExportError: it was made along another pathway.
    """
    from inclusion_rules.simulation.auditing_runs import check_law
    from inclusion_rules.simulation.simulating import digest_of

    run = SavedRun.open(Path(asked.place))
    check_law(run, asked.rulebook)
    identity = run.manifest["run"]
    for name, digest in (
        identity.get("pathways") or {identity["pathway"]["id"]: identity["pathway"]["digest"]}
    ).items():
        pathway = asked.rulebook.pathways.get(name)
        if pathway is None or digest_of(pathway) != digest:
            raise ExportError(
                f"the run was made along the pathway `{name}` as it was then; name the folder of that pathway with "
                "`--pathways`"
            )
    return run


def _telling(cases: Iterator[LoggedCase], count: int, told: Told) -> Iterator[LoggedCase]:
    for number, case in enumerate(cases, start=1):
        yield case
        if number % 64 == 0 or number == count:
            told(number, count)


@contextmanager
def _set_aside(out: Path) -> Iterator[TextIO]:
    """A file for a while, where there is room for the log itself."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="", dir=out.parent) as aside:
        yield cast(TextIO, aside)


def _as_log(place: str, case: str | None, out: Path, *, personal: bool, as_of: date | None) -> int:
    """All that a store holds of its cases, or of one, as lines that can be audited."""
    if not names_a_store(place):
        raise UsageError(f"`{place}` is no store, and nothing else keeps hashes to be audited")
    if as_of is not None:
        raise UsageError("a log holds entries and decides nothing; leave `--as-of` out")
    if not personal:
        raise UsageError("a log holds all that the store holds, dates of birth too: say so with `--personal`")
    with opened_store(place, None) as store:
        case_id = None if case is None else case_id_in(store, case)
    from inclusion_rules.records.case_logs import log_of_store

    with whole_files(out) as (stream,):
        for line in log_of_store(place, case_id=case_id):
            stream.write(line)
    note(f"the log of {'the store' if case is None else f'case {case}'} written to {out}")
    return Exit.FINE


def _as_run(asked: _Asked, out: Path) -> int:
    """The cases of a store as the tables of a run."""
    if Path(asked.place).is_dir():
        raise UsageError(f"the run in `{asked.place}` is Parquet already: cases, events and obligations lie in it")
    if not names_a_store(asked.place):
        raise UsageError("one case makes no tables; `--as csv` writes its events and obligations")
    from inclusion_rules.simulation.recorded_runs import RecordedRun
    from inclusion_rules.simulation.stored_records import records_of

    with opened_store(asked.place, asked.rulebook) as store:
        records = list(records_of(store, by_reference=asked.personal))
        source = {"id": "store", "digest": store.digest()}
    if not records:
        raise ExportError(f"the store at `{asked.place}` holds no cases")
    day = asked.as_of or today()
    run = RecordedRun("Cases of a store", records, asked.rulebook, day, source, asked.law)
    with Progress("cases decided") as progress:
        made = run.run(out, workers=asked.workers, told=progress.reached)
    note(f"{made.cases:,} cases written to {out}")
    return Exit.FINE if made.complete else Exit.COULD_NOT_RUN
