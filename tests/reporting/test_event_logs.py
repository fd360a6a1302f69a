"""Event logs in XES, OCEL and CSV: whole, well formed, in order, without names of people, always the same bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from inclusion_rules.casework.case import Case
from inclusion_rules.casework.opening import example, open_case, open_rulebook
from inclusion_rules.cli import main
from inclusion_rules.domain.cases import Event
from inclusion_rules.loading.trees import shipped
from inclusion_rules.records.store import CaseStore
from inclusion_rules.reporting.event_times import in_iso, instants_of
from inclusion_rules.reporting.log_tables import EVENT_COLUMNS, OBLIGATION_COLUMNS, write_tables
from inclusion_rules.reporting.ocel import ALWAYS, OcelWriter
from inclusion_rules.reporting.whole_files import ExportError, whole_files
from inclusion_rules.reporting.xes import xes_of
from inclusion_rules.simulation.auditing_runs import audit_run
from inclusion_rules.simulation.deciding_records import decided_record
from inclusion_rules.simulation.logged_cases import LoggedCase, LoggedEvent, case_of_record, cases_of_run
from inclusion_rules.simulation.replaying import read_cases, run_of
from inclusion_rules.simulation.run_reading import SavedRun

XES = "{http://www.xes-standard.org/}"
AS_OF = date(2025, 4, 4)
TABLE = shipped("examples") / "real_cases.csv"
TYPES_OF_XES = {"string", "date", "int", "float", "boolean"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> SavedRun:
    """A small run on two pathways."""
    rulebook = open_rulebook()
    cases = read_cases(TABLE, rulebook, packs=("england",), calendar="example")
    out = tmp_path_factory.mktemp("run") / "run"
    run_of(cases, TABLE, rulebook, as_of=AS_OF).run(out)
    return SavedRun.open(out)


@pytest.fixture(scope="module")
def cases(run: SavedRun) -> list[LoggedCase]:
    """Its cases."""
    return list(cases_of_run(run))


def as_xes(cases: list[LoggedCase], **how: bool) -> str:
    """Cases as XES."""
    return "".join(xes_of(cases, open_rulebook().pathways, name="a log", **how))


def as_ocel(cases: list[LoggedCase], tmp_path: Path, *, personal: bool = False) -> dict[str, Any]:
    """Cases as OCEL."""
    text = StringIO()
    with (tmp_path / "aside").open("w+", encoding="utf-8") as aside:
        OcelWriter(text, aside, open_rulebook(), AS_OF, personal=personal).write(cases)
    found: dict[str, Any] = json.loads(text.getvalue())
    return found


def keys_of(element: ElementTree.Element) -> dict[str, str | None]:
    """The attributes of a trace or an event in XES."""
    return {
        child.get("key", ""): child.get("value") for child in element if child.tag.removeprefix(XES) in TYPES_OF_XES
    }


def a_case(*events: LoggedEvent, **row: str) -> LoggedCase:
    """A case that was never decided."""
    return LoggedCase({"case_id": "A", "pathway": "suspension", "packs": "england", **row}, events, ())


def an_event(day: date, **said: object) -> LoggedEvent:
    """An event of a day."""
    return LoggedEvent("parent_informed", day, "notification", "notification", said)


# A run read as logs --------------------------------------------------------------------------------------------------


def test_a_run_is_read_whole_and_in_order(run: SavedRun, cases: list[LoggedCase]) -> None:
    """Every case of a run comes with all of its events and obligations, as its files have them."""
    assert run.case_ids() == [case.id for case in cases]
    saved_cases = {saved.id: saved for saved in run.cases(run.case_ids())}
    for case in cases:
        saved = saved_cases[case.id]
        assert len(saved.events) == len(case.events)
        assert [row["duty"] for row in saved.obligations] == [owed.duty for owed in case.obligations]


# XES -----------------------------------------------------------------------------------------------------------------


def test_xes_has_a_trace_for_each_case_and_every_event(cases: list[LoggedCase]) -> None:
    """Nothing is lost on the way."""
    traces = ElementTree.fromstring(as_xes(cases)).findall(f"{XES}trace")
    assert [case.id for case in cases] == [keys_of(trace)["concept:name"] for trace in traces]
    told = [[keys_of(event)["concept:name"] for event in trace.findall(f"{XES}event")] for trace in traces]
    assert [[event.name for event in case.events] for case in cases] == told


def test_xes_declares_every_extension_that_it_uses(cases: list[LoggedCase]) -> None:
    """A key with a prefix is one of a declared extension, or the library's own."""
    log = ElementTree.fromstring(as_xes(cases))
    declared = {extension.get("prefix") for extension in log.findall(f"{XES}extension")} | {"inclusion"}
    used = {key.partition(":")[0] for element in log.iter() for key in keys_of(element) if ":" in key}
    assert set() == used - declared
    assert {"concept", "time", "org", "lifecycle"} <= declared


def test_xes_names_every_global_attribute_in_every_event(cases: list[LoggedCase]) -> None:
    """What is said to be everywhere is."""
    log = ElementTree.fromstring(as_xes(cases))
    (promised,) = (set(keys_of(each)) for each in log.findall(f"{XES}global") if each.get("scope") == "event")
    assert all(promised <= keys_of(event).keys() for event in log.iter(f"{XES}event"))


def test_the_role_that_acted_is_the_resource_of_an_event(cases: list[LoggedCase]) -> None:
    """`by` becomes what process tools call a resource."""
    events = ElementTree.fromstring(as_xes(cases)).iter(f"{XES}event")
    told = {
        keys.get("org:resource") for event in events if (keys := keys_of(event))["concept:name"] == "education_began"
    }
    assert {"local_authority", "school"} == told


def test_a_log_is_written_as_it_is_read(cases: list[LoggedCase]) -> None:
    """A case is written before the next is asked for, so that the length of a log takes no memory."""
    asked: list[str] = []

    def one_by_one() -> Iterator[LoggedCase]:
        for case in cases:
            asked.append(case.id)
            yield case

    pieces = xes_of(one_by_one(), open_rulebook().pathways, name="a log")
    while "<trace>" not in next(pieces):
        pass
    assert 1 == len(asked)


def test_signs_that_no_xml_can_hold_do_no_harm() -> None:
    """Whatever was typed into a record, the log can be read."""
    case = a_case(an_event(AS_OF, service='"<&>\x0b\ud800'), **{"school.name": "Bell\x07 & Son"})
    log = ElementTree.fromstring(as_xes([case]).encode("utf-8"))
    assert "Bell\ufffd & Son" == keys_of(log.findall(f"{XES}trace")[0])["inclusion:school.name"]


# Times ---------------------------------------------------------------------------------------------------------------


def test_events_of_one_day_keep_their_order_by_time(cases: list[LoggedCase]) -> None:
    """A tool that sorts by time alone keeps the order of a case, and every day stays the day it was."""
    for case in cases:
        instants = list(instants_of(case.events))
        assert all(one < other for one, other in pairwise(instants))
        assert [event.on for event in case.events] == [instant.date() for instant in instants]


def test_a_recorded_time_of_day_is_the_time_of_the_event() -> None:
    """A time is taken as recorded, and what is listed after it that day comes after it."""
    events = [an_event(AS_OF), an_event(AS_OF, at="14:30"), an_event(AS_OF)]
    assert ["00:00:00.000", "14:30:00.000", "14:30:00.001"] == [in_iso(each)[11:23] for each in instants_of(events)]


# Names ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("personal", [False, True])
def test_what_can_name_a_person_is_left_out_unless_asked_for(tmp_path: Path, personal: bool) -> None:
    """Dates of birth, documents and free text do not leave with a log by mistake."""
    case = a_case(an_event(AS_OF, evidence="letter to Mrs A.pdf"), **{"pupil.date_of_birth": "2010-05-14"})
    written = [as_xes([case], personal=personal), json.dumps(as_ocel([case], tmp_path, personal=personal))]
    for text in written:
        assert personal == ("Mrs A" in text)
        assert personal == ("2010-05-14" in text)


# OCEL ----------------------------------------------------------------------------------------------------------------


def test_ocel_relates_only_objects_that_are_there(cases: list[LoggedCase], tmp_path: Path) -> None:
    """Every relation of an event or an object leads to an object of the log, named once."""
    log = as_ocel(cases, tmp_path)
    ids = [each["id"] for each in log["objects"]]
    assert len(ids) == len(set(ids))
    related = {to["objectId"] for each in (*log["objects"], *log["events"]) for to in each["relationships"]}
    assert set() == related - set(ids)


def test_ocel_declares_every_kind_and_attribute(cases: list[LoggedCase], tmp_path: Path) -> None:
    """Kinds of objects and events, with the type of each attribute, stand in the log."""
    log = as_ocel(cases, tmp_path)
    for kinds, things in (("objectTypes", "objects"), ("eventTypes", "events")):
        declared = {kind["name"]: {each["name"]: each["type"] for each in kind["attributes"]} for kind in log[kinds]}
        for thing in log[things]:
            assert {each["name"] for each in thing["attributes"]} <= declared[thing["type"]].keys()
    assert {"case", "pupil", "school", "obligation"} == {kind["name"] for kind in log["objectTypes"]}


def test_an_obligation_ends_in_the_status_of_the_ledger(cases: list[LoggedCase], tmp_path: Path) -> None:
    """Its status changes over time, from open on, and the last one is what the run says."""
    objects = {each["id"]: each for each in as_ocel(cases, tmp_path)["objects"]}
    for case in cases:
        for number, owed in enumerate(case.obligations, start=1):
            changes = [each for each in objects[f"{case.id}/o{number}"]["attributes"] if each["name"] == "status"]
            assert ("open", owed.status) == (changes[0]["value"], changes[-1]["value"])
            assert sorted(each["time"] for each in changes) == [each["time"] for each in changes]


def test_the_stage_of_a_case_changes_over_time(cases: list[LoggedCase], tmp_path: Path) -> None:
    """It begins with the first stage and ends with the one that the run says."""
    objects = {each["id"]: each for each in as_ocel(cases, tmp_path)["objects"]}
    for case in cases:
        changes = [each for each in objects[case.id]["attributes"] if each["name"] == "stage"]
        assert (ALWAYS, "notification") == (changes[0]["time"], changes[0]["value"])
        assert case.row["stage"] == changes[-1]["value"]


def test_the_event_that_met_an_obligation_says_so(cases: list[LoggedCase], tmp_path: Path) -> None:
    """The board's meeting is related to the duty it met, with that qualifier, and the exclusion to what is about it."""
    log = as_ocel(cases, tmp_path)
    duties = {
        each["id"]: {one["name"]: one["value"] for one in each["attributes"]}["duty"]
        for each in log["objects"]
        if each["type"] == "obligation"
    }
    own = {each["type"]: each for each in log["events"] if each["id"].startswith("R-000001/")}
    met, excluded = own["governing_board_met"], own["permanently_excluded"]
    assert "board_consider_pex" in {duties[to["objectId"]] for to in met["relationships"] if to["qualifier"] == "meets"}
    about = {duties[to["objectId"]] for to in excluded["relationships"] if to["qualifier"] == "about"}
    assert "board_consider_pex" in about


# CSV -----------------------------------------------------------------------------------------------------------------


def test_the_tables_have_a_line_for_each_event_and_each_obligation(cases: list[LoggedCase]) -> None:
    """Both come with all their columns, in the order in which the run has them."""
    events, obligations = StringIO(newline=""), StringIO(newline="")
    write_tables(cases, events, obligations, open_rulebook().pathways)
    told = list(csv.DictReader(StringIO(events.getvalue(), newline="")))
    owed = list(csv.DictReader(StringIO(obligations.getvalue(), newline="")))
    assert (list(EVENT_COLUMNS), list(OBLIGATION_COLUMNS)) == (list(told[0]), list(owed[0]))
    assert [event.name for case in cases for event in case.events] == [line["event"] for line in told]
    assert [each.status for case in cases for each in case.obligations] == [line["status"] for line in owed]


def test_no_cell_is_run_as_a_formula() -> None:
    """What stands in a record may have been typed by anyone."""
    events = StringIO(newline="")
    case = LoggedCase({"case_id": "=1+1", "pathway": "suspension"}, (an_event(AS_OF),), ())
    write_tables([case], events, StringIO(), open_rulebook().pathways)
    assert "\n'=1+1," in events.getvalue().replace("\r\n", "\n")


# Files ---------------------------------------------------------------------------------------------------------------


def test_a_file_that_could_not_be_finished_is_not_there(tmp_path: Path) -> None:
    """Nothing half written bears the name of something whole, and what was there before stays."""
    path = tmp_path / "log.xes"
    path.write_text("before", "utf-8")

    def half() -> None:
        with whole_files(path) as (stream,):
            stream.write("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert "before" == path.read_text("utf-8")
    assert ["log.xes"] == [each.name for each in tmp_path.iterdir()]


def test_a_file_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    """The message names the file that was asked for."""
    with (
        pytest.raises(ExportError, match=r"nowhere.log\.xes` cannot be written"),
        whole_files(tmp_path / "nowhere" / "log.xes"),
    ):
        pass


# The command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def export(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Runs `export` as if it had been typed; its exit code, and what it told."""

    def typed(*arguments: object) -> tuple[int, str]:
        code = main(["export", *map(str, arguments)])
        told = capsys.readouterr().err
        assert "fault of inclusion-rules" not in told
        return code, told

    return typed


@pytest.mark.parametrize("form", ["xes", "ocel", "csv", "conformance"])
def test_the_same_run_gives_the_same_bytes(
    export: Callable[..., tuple[int, str]], run: SavedRun, tmp_path: Path, form: str
) -> None:
    """Nothing of the moment of writing is in a log."""
    for name in ("one", "other"):
        said = f"5 cases written to {tmp_path / name}\n"
        assert (0, said) == export(run.path, "--as", form, "--out", tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_case_file_can_be_exported(export: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    """One case makes a log of one."""
    file = example("leicestershire_permanent_exclusion")
    code, _ = export(file, "--as", "xes", "--as-of", "2025-07-01", "--out", tmp_path / "log.xes")
    traces = ElementTree.parse(tmp_path / "log.xes").getroot().findall(f"{XES}trace")
    assert (0, 1) == (code, len(traces))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of two live cases, with a judgement and a document's name in one."""
    rulebook, noon = open_rulebook(), datetime(2025, 7, 1, 12, tzinfo=UTC)
    place = tmp_path / "cases.db"
    with CaseStore.open(place) as opened:
        for name in ("leicestershire_permanent_exclusion", "suspension_across_a_term_end"):
            record = open_case(example(name), rulebook)
            opened.create(Case.open(record, rulebook, recorded_at=noon, recorded_by="clerk"))
    return place


def test_stored_cases_bear_the_ids_of_the_store(
    export: Callable[..., tuple[int, str]], store: Path, tmp_path: Path
) -> None:
    """A council's reference leaves the store only where that is asked for."""
    reference = open_case(example("leicestershire_permanent_exclusion"), open_rulebook()).id
    for options, there in (((), False), (("--personal",), True)):
        assert 0 == export(store, "--as", "xes", "--as-of", "2025-07-01", "--out", tmp_path / "log.xes", *options)[0]
        assert there == (reference in (tmp_path / "log.xes").read_text("utf-8"))


def test_a_store_as_tables_is_a_run_that_can_be_audited(
    export: Callable[..., tuple[int, str]], store: Path, tmp_path: Path
) -> None:
    """Live cases become the tables of a run, and each comes out the same alone."""
    out = tmp_path / "run"
    assert 0 == export(store, "--as", "parquet", "--as-of", "2025-07-01", "--out", out)[0]
    saved = SavedRun.open(out)
    found = audit_run(saved, open_rulebook(), saved.case_ids())
    assert [] == found.differences
    assert 2 == found.cases


def test_instants_of_recording_survive_in_the_tables() -> None:
    """All that a record says of an event is in its row."""
    rulebook, record = open_rulebook(), open_case(example("suspension_across_a_term_end"), open_rulebook())
    event = Event("parent_informed", record.events[-1].date, recorded_at=datetime(2025, 7, 1, tzinfo=UTC), by="school")
    longer = replace(record, events=(*record.events, event))
    (*_, last) = case_of_record(decided_record(longer, rulebook, as_of=event.date, also={})).events
    assert {"by": "school", "recorded_at": "2025-07-01T00:00:00.000000+00:00"} == dict(last.said)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nowhere", "--as", "xes"], 1, "there is no store"),
        (["RUN", "--as", "xse"], 2, "did you mean `xes`?"),
        (["RUN", "--as", "parquet"], 2, "is Parquet already"),
        (["RUN", "--as", "xes", "--as-of", "2025-01-01"], 2, "as of its own day"),
        (["CASE", "--as", "parquet"], 2, "one case makes no tables"),
    ],
)
def test_what_cannot_be_exported_says_why(
    export: Callable[..., tuple[int, str]], run: SavedRun, tmp_path: Path, arguments: list[str], code: int, says: str
) -> None:
    """Each slip is told in its own words, and leaves no file behind."""
    named = {"RUN": run.path, "CASE": example("suspension_across_a_term_end")}
    found, told = export(*(named.get(each, each) for each in arguments), "--out", tmp_path / "log")
    assert code == found
    assert says in told
    assert [] == list(tmp_path.iterdir())
