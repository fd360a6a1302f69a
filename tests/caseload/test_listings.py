"""The four forms of a morning tell the same: to read, as data, as a table and as a diary."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from icalendar import Calendar
from tests.caseload.builders import filled_store, kept_case, made_up_cases
from tests.records.builders import Raw

from inclusion_rules.caseload.caseload import Caseload
from inclusion_rules.caseload.morning import Group, Morning
from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.rules import EXCLUSION_EVENTS
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.records.store import CaseStore
from inclusion_rules.reporting.calendar_feed import case_as_ics
from inclusion_rules.reporting.case_json import case_as_data
from inclusion_rules.reporting.case_page import case_page
from inclusion_rules.reporting.caseload_csv import BYTE_ORDER_MARK, COLUMNS, guarded, morning_as_csv
from inclusion_rules.reporting.caseload_feed import morning_as_ics
from inclusion_rules.reporting.caseload_json import morning_as_data
from inclusion_rules.reporting.caseload_text import morning_as_text

DAY = date(2025, 3, 13)
EXCLUDED = "2025-03-03 permanently_excluded session: morning"
TOLD = "2025-03-04 governing_board_notified"
SAME_FIELDS = (
    "duty", "rule", "pack", "bearer", "bearer_is", "modality", "title", "action", "arose_on", "due", "status",
    "late_by_school_days", "about", "verified", "citations", "occurrence", "alert_on", "not_before", "was_due",
    "waiting_for", "why", "missing_facts", "notes", "deadline",
)  # fmt: skip


@pytest.fixture(scope="module")
def shared_place(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store of twenty cases, which the tests below only read."""
    place = str(tmp_path_factory.mktemp("caseload") / "cases.db")
    filled_store(place, made_up_cases(20, seed=5), until=date(2025, 3, 12), rulebook=open_rulebook())
    return place


@pytest.fixture(scope="module")
def morning(shared_place: str) -> Morning:
    """A morning over those cases."""
    with Caseload(shared_place) as caseload:
        return caseload.morning(DAY)


def text_of(morning: Morning, *, width: int = 100, top: int | None = 50, everything: bool = False) -> str:
    """The morning as it is printed where there is no colour."""
    return morning_as_text(morning, rulebook=open_rulebook(), colour=False, width=width, top=top, everything=everything)


# To read -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_the_page(morning: Morning, width: int) -> None:
    """Whatever is listed fits the columns there are."""
    lines = text_of(morning, width=width, top=None, everything=True).splitlines()
    assert [] == [line for line in lines if len(line) > width]


def test_totals_come_first(morning: Morning) -> None:
    """Before any single case the reader sees how many there are of each kind."""
    lines = text_of(morning).splitlines()
    assert lines[0] == f"Caseload of {morning.live} live cases, as of Thu 13 Mar 2025"
    counts = morning.counts()
    missed = next(line for line in lines if line.startswith("  Missed"))
    assert str(counts[Group.MISSED]) == missed.split()[1]
    assert lines.index(missed) < lines.index(f"MISSED ({counts[Group.MISSED]})")


def test_what_is_not_listed_is_counted(morning: Morning) -> None:
    """A list that was cut short says by how much, and how to see the rest."""
    count = morning.counts()[Group.MISSED]
    assert f"… and {count - 2} more" in text_of(morning, top=2)
    assert "more:" not in text_of(morning, top=None)


def test_everything_lists_every_obligation(morning: Morning) -> None:
    """With nothing left out, each obligation has its line with the case and the act."""
    whole = " ".join(text_of(morning, top=None, everything=True).split())
    acts = Counter(item.rule.says for item in morning.items)
    assert [] == [says for says, count in acts.items() if whole.count(" ".join(says.split())) < count]


def test_working_and_lateness_are_told(place: str) -> None:
    """The line of a missed limit says how late, when it was due, who, by which law, and how it was counted."""
    kept_case(place, (EXCLUDED, TOLD))
    with Caseload(place, keep=False) as caseload:
        told = " ".join(text_of(caseload.morning(date(2025, 3, 26))).split())
    assert "1 school day late due Tue 25 Mar 2025 LEI-2025-0042 Ashby Academy" in told
    assert "counted: 15 school days from the day after Tue 4 Mar 2025, by example" in told
    assert "SI 2012/1033 reg 6(7)" in told or "SI 2012/1033 reg 6" in told


def test_what_is_no_exclusion_is_not_called_one(shared_place: str, morning: Morning) -> None:
    """List and diary name the event an obligation is about, and call only exclusions so."""
    others = [item for item in morning.items if item.row.about and not set(item.rule.for_each) & set(EXCLUSION_EVENTS)]
    assert others
    listed = " ".join(text_of(morning, top=None, everything=True).split())
    diary = Calendar.from_ical(morning_as_ics(morning, rulebook=open_rulebook())).walk("VEVENT")
    told = " ".join(str(event["DESCRIPTION"]) for event in diary)
    for item in others:
        assert item.row.about is not None
        subject = f"{item.rule.for_each[0].replace('_', ' ')} on {day_in_words(item.row.about)}"
        assert f"({subject})" in listed
        assert item.row.due is None or f"about the {subject}" in told
    assert "about the exclusion of" in told


def test_a_case_that_could_not_be_decided_is_listed(place: str) -> None:
    """It stands in the text with its reference and the reason."""
    damaged = kept_case(place, (EXCLUDED, TOLD), reference="LEI-1")
    Raw(place).run(f"UPDATE entries SET recorded_at = '2020' WHERE case_id = '{damaged}' AND number = 1", guarded=False)
    with Caseload(place, keep=False) as caseload:
        found = caseload.morning(date(2025, 3, 26))
    assert "COULD NOT BE DECIDED (1)\n  LEI-1: " in text_of(found)


# As data -------------------------------------------------------------------------------------------------------------


def test_data_says_of_each_obligation_what_its_case_says(shared_place: str, morning: Morning) -> None:
    """A program finds here the fields that `case --format json` has, with the same values."""
    rulebook = open_rulebook()
    told = json.loads(json.dumps(morning_as_data(morning)))
    with CaseStore.open(shared_place) as store:
        by_case = {
            case_id: case_as_data(decide(store.load(case_id).record(), rulebook, as_of=DAY))["obligations"]
            for case_id in {each["case_id"] for each in told["obligations"]}
        }
    for each in told["obligations"]:
        same = {name: each[name] for name in SAME_FIELDS}
        of_its_case = [{name: other[name] for name in SAME_FIELDS} for other in by_case[each["case_id"]]]
        assert same in of_its_case or "calendar" in each["missing_facts"]


def test_totals_add_up(morning: Morning) -> None:
    """The groups together are all obligations."""
    totals = morning_as_data(morning)["totals"]
    assert totals["obligations"] == sum(totals[group.value] for group in Group) == len(morning.items)


# As a table ----------------------------------------------------------------------------------------------------------


def rows_of(text: str) -> list[dict[str, str]]:
    """The table as a program reads it."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_table_holds_every_obligation_and_every_case_to_look_at(morning: Morning) -> None:
    """One line each, in the order of reading, none left out."""
    rows = rows_of(morning_as_csv(morning, rulebook=open_rulebook()))
    groups = Counter(row["group"] for row in rows)
    assert {group.value: count for group, count in morning.counts().items() if count} == {
        group: count for group, count in groups.items() if group in set(Group)
    }
    assert len(morning.quiet) == groups["quiet"]
    assert len(morning.not_decided) == groups["not_decided"] + groups["not_decided_in_full"]
    assert [item.brief.reference for item in morning.items] == [row["case"] for row in rows][: len(morning.items)]


def test_the_table_begins_with_its_columns(morning: Morning) -> None:
    """The first line names the columns; with the sign for Excel only that stands before it."""
    plain = morning_as_csv(morning, rulebook=open_rulebook())
    marked = morning_as_csv(morning, rulebook=open_rulebook(), bom=True)
    assert ",".join(COLUMNS) == plain.split("\r\n")[0]
    assert BYTE_ORDER_MARK + plain == marked
    assert b"\xef\xbb\xbf" == marked.encode("utf-8")[:3]


@pytest.mark.parametrize("typed", ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_text_runs_as_a_formula(typed: str) -> None:
    """Text that a spreadsheet would run is shown with an apostrophe before it."""
    assert f"'{typed}" == guarded(typed)


def test_a_school_named_like_a_formula_stays_text(place: str) -> None:
    """What somebody typed into a case file does not run on the computer of whoever opens the table."""
    kept_case(place, (EXCLUDED,), school='"=HYPERLINK(\\"http://example.org\\")"')
    with Caseload(place, keep=False) as caseload:
        rows = rows_of(morning_as_csv(caseload.morning(DAY), rulebook=open_rulebook()))
    assert {'\'=HYPERLINK("http://example.org")'} == {row["school"] for row in rows}


# As a diary ----------------------------------------------------------------------------------------------------------


def test_the_diary_has_an_entry_for_everything_dated(morning: Morning) -> None:
    """What has a day stands on that day, once, and what has none is left to the list."""
    events = Calendar.from_ical(morning_as_ics(morning, rulebook=open_rulebook())).walk("VEVENT")
    undated = (Group.WAITING, Group.UNDATED, Group.STANDING)
    rows = [item.row for item in morning.items if item.group not in undated]
    days = [str(row.due or row.was_due or row.not_before or row.alert_on) for row in rows]
    assert sorted(days) == sorted(str(event.decoded("DTSTART")) for event in events)
    assert len(events) == len({str(event["UID"]) for event in events})


def test_the_diary_knows_an_obligation_by_the_name_its_case_gives_it(place: str, rulebook: Rulebook) -> None:
    """Whoever takes the feed of a case and that of the caseload has each day in the diary once."""
    case_id = kept_case(place, (EXCLUDED, TOLD))
    with CaseStore.open(place) as store:
        record = store.load(case_id).record()
    decision = decide(record, rulebook, as_of=DAY)
    own = identities(case_as_ics(case_page(decision, record=record, rulebook=rulebook)))
    with Caseload(place, keep=False) as caseload:
        ours = identities(morning_as_ics(caseload.morning(DAY), rulebook=rulebook))
    assert ours == own


def identities(feed: bytes) -> set[str]:
    """By which name each entry of a diary is known."""
    return {str(event["UID"]) for event in Calendar.from_ical(feed).walk("VEVENT")}


def test_the_same_morning_gives_the_same_bytes(shared_place: str) -> None:
    """Whoever compares two exports sees a difference only where there is one."""
    forms = (
        lambda found: json.dumps(morning_as_data(found)),
        partial(morning_as_csv, rulebook=open_rulebook()),
        partial(morning_as_ics, rulebook=open_rulebook()),
    )
    mornings = []
    for _ in range(2):
        with Caseload(Path(shared_place)) as caseload:
            mornings.append(caseload.morning(DAY))
    first, second = mornings
    assert [form(first) for form in forms] == [form(second) for form in forms]
