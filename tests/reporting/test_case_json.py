"""The JSON of a decision against the contract: its fields, how values are spelled, and the contract's own example."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from inclusion_rules.domain.facts import NOTHING, AtLeast, Unknown
from inclusion_rules.reporting.case_json import case_as_data, plain_value
from inclusion_rules.reporting.case_page import CasePage

CaseOf = Callable[[str, date], CasePage]

THE_CONTRACTS_CASE = """
case: LEI-2025-0042
pathway: permanent_exclusion
calendar: {calendar}
school: {{name: Example Academy, type: academy, phase: secondary, authority: leicestershire}}
pupil:
  date_of_birth: 2010-11-02
  year_group: 9
  sen: none
  looked_after: false
  social_worker: false
  home_authority: leicestershire
events:
  - {{date: 2024-11-18, event: suspended, school_days: 2.5, first_day: 2024-11-18}}
  - {{date: 2025-01-13, event: permanently_excluded, session: morning, reasons: [PP]}}
  - {{date: 2025-01-13, event: parent_notified_in_writing}}
  - {{date: 2025-01-14, event: governing_board_notified}}
  - {{date: 2025-02-05, event: governing_board_met}}
"""


@pytest.fixture
def told(case_of: CaseOf) -> dict[str, Any]:
    """The contract's case, decided as of the contract's day."""
    page = case_of(THE_CONTRACTS_CASE.format(calendar="leicestershire_2024_25"), date(2025, 2, 10))
    return case_as_data(page.decision)


def obligation(told: dict[str, Any], duty: str) -> dict[str, Any]:
    """The one obligation of a duty."""
    (found,) = [entry for entry in told["obligations"] if entry["duty"] == duty]
    return dict(found)


@pytest.mark.parametrize("calendar", ["leicestershire_2024_25", "example"])
def test_the_contracts_case_comes_out_as_the_contract_says(case_of: CaseOf, calendar: str) -> None:
    """Stage, facts, what comes next and the board's lateness are those of the contract's page."""
    page = case_of(THE_CONTRACTS_CASE.format(calendar=calendar), date(2025, 2, 10))
    told = case_as_data(page.decision)
    board = obligation(told, "board_consider_pex")

    assert ("LEI-2025-0042", "2025-02-10", "permanent_exclusion") == (told["case"], told["as_of"], told["pathway"])
    assert "hearing/governing_board" == told["stage"]
    assert ["governing_board_decided"] == told["next_events"]
    facts = ("suspended_days_this_term", "suspended_days_this_school_year", "sixth_school_day")
    assert [0, 2.5, "2025-01-20"] == [told["facts"][fact] for fact in facts]
    assert {
        "rule": "reinstatement/permanent_exclusion",
        "pack": "england",
        "bearer": "governing_board",
        "bearer_is": "academy trust",
        "modality": "must",
        "arose_on": "2025-01-14",
        "due": "2025-02-04",
        "status": "met_late",
        "met_on": "2025-02-05",
        "late_by_school_days": 1,
        "about": "2025-01-13",
        "verified": True,
    }.items() <= board.items()
    assert "SI 2012/1033 reg 6(7)" in board["citations"]


def test_every_field_of_the_contract_is_there(told: dict[str, Any]) -> None:
    """A program that reads the contract's fields finds each of them."""
    top = {
        "case",
        "as_of",
        "pathway",
        "stage",
        "editions",
        "facts",
        "findings",
        "obligations",
        "next_events",
        "warnings",
    }
    finding = {"duty", "rule", "pack", "outcome", "missing_facts", "citations"}
    owed = {
        "duty", "rule", "pack", "bearer", "modality", "arose_on", "due", "status", "met_on", "late_by_school_days",
        "about", "verified", "citations",
    }  # fmt: skip

    assert top <= told.keys()
    assert {"pack", "version", "digest", "governed_by"} <= told["editions"][0].keys()
    assert told["findings"]
    assert told["obligations"]
    assert all(finding <= entry.keys() for entry in told["findings"])
    assert all(owed <= entry.keys() for entry in told["obligations"])
    assert all({"code", "message"} <= entry.keys() for entry in told["warnings"])


def test_the_words_are_those_of_the_contract(told: dict[str, Any]) -> None:
    """Outcomes and statuses keep to the closed lists."""
    assert {entry["outcome"] for entry in told["findings"]} <= {"engaged", "not_engaged", "undetermined"}
    assert {entry["status"] for entry in told["obligations"]} <= {"open", "met", "met_late", "missed", "lapsed"}


def test_an_undetermined_finding_names_what_would_settle_it(told: dict[str, Any]) -> None:
    """Not known is told with its reason; what is settled lacks nothing."""
    for entry in told["findings"]:
        assert ("undetermined" == entry["outcome"]) == bool(entry["missing_facts"])


def test_only_a_prohibition_can_be_breached(told: dict[str, Any]) -> None:
    """`breached` stands with prohibitions and nowhere else."""
    assert {True, False} == {entry["kind"] == "prohibition" for entry in told["findings"]}
    assert all(("breached" in entry) == (entry["kind"] == "prohibition") for entry in told["findings"])


def test_obligations_stand_in_order(told: dict[str, Any]) -> None:
    """By the day they arose, then the day they are due (none last), then the duty."""
    order = [
        (entry["arose_on"], entry["due"] is None, entry["due"] or "", entry["duty"]) for entry in told["obligations"]
    ]

    assert sorted(order) == order


def test_without_delay_has_an_alert_day_and_no_due_day(told: dict[str, Any]) -> None:
    """A duty without a number is never given one."""
    entry = obligation(told, "notify_la_any_exclusion")

    assert (None, "open", "2025-01-13") == (entry["due"], entry["status"], entry["alert_on"])


def test_the_days_are_listed_only_on_request(case_of: CaseOf) -> None:
    """The deadline is always there and cheap; its certificate comes with the record."""
    page = case_of(THE_CONTRACTS_CASE.format(calendar="example"), date(2025, 2, 10))
    plain = obligation(case_as_data(page.decision), "board_consider_pex")
    full = obligation(case_as_data(page.decision, certificates_from=page.record), "board_consider_pex")

    assert "certificate" not in plain
    assert {"due": "2025-02-04", "count": 15, "unit": "school days"}.items() <= plain["deadline"].items()
    assert list(range(1, 16)) == [line["number"] for line in full["certificate"]["lines"] if line["counted"]]


def test_it_is_json(told: dict[str, Any]) -> None:
    """Nothing is in it that JSON cannot spell, not even an odd number."""
    assert told == json.loads(json.dumps(told, allow_nan=False))


def test_totals_that_may_be_higher_are_named(case_of: CaseOf) -> None:
    """Where other schools may hold more, the number is a lower bound and says so."""
    text = THE_CONTRACTS_CASE.format(calendar="example") + "history_complete: false\n"
    told = case_as_data(case_of(text, date(2025, 2, 10)).decision)

    assert 2.5 == told["facts"]["suspended_days_this_school_year"]
    assert "suspended_days_this_school_year" in told["facts_at_least"]


def test_what_nobody_said_is_null_and_named(case_of: CaseOf) -> None:
    """A key left out of the file is null in the facts, never false."""
    text = THE_CONTRACTS_CASE.format(calendar="example").replace("  looked_after: false\n", "")
    told = case_as_data(case_of(text, date(2025, 2, 10)).decision)

    assert told["facts"]["looked_after"] is None
    assert "looked_after" in told["facts_unknown"]
    assert "board_decided_on" not in told["facts_unknown"]


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        (True, True),
        (0.0, 0),
        (2.5, 2.5),
        (45, 45),
        ("academy", "academy"),
        (date(2025, 1, 20), "2025-01-20"),
        (frozenset({"PP", "DB"}), ["DB", "PP"]),
        (AtLeast(6.0, frozenset({"x"})), 6),
        (Unknown(frozenset({"x"})), None),
        (NOTHING, None),
    ],
)
def test_values_are_spelled_plainly(value: Any, spelled: Any) -> None:
    """Whole numbers carry no fraction, sets are sorted lists, and what is not known is null."""
    result = plain_value(value)

    assert (type(spelled), spelled) == (type(result), result)
