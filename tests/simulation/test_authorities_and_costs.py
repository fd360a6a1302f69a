"""A plan whose cases stand under other law and days by authority, and that has costs: simulated, reported, compared."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.simulation.small_runs import PLAN, law

from inclusion_rules.cli import main
from inclusion_rules.loading.case_reading import load_calendar
from inclusion_rules.loading.plan_files import parse_plan
from inclusion_rules.reporting.run_report import run_at_hand
from inclusion_rules.simulation.auditing_runs import audit_run
from inclusion_rules.simulation.block_sums import Measured
from inclusion_rules.simulation.comparing import ComparedRun, Verdict, compare
from inclusion_rules.simulation.run_reading import SavedRun

COUNTY = "leicestershire"
COUNTY_CALENDAR = "leicestershire_2024_25"
BY_AUTHORITY = """\
calendar: example
by authority:
  leicestershire: {calendar: leicestershire_2024_25, packs: [england, leicestershire]}
"""
TWO_AUTHORITIES = PLAN
for old, new in (
    ("calendar: example\n", BY_AUTHORITY),
    (
        "  - {draw: school authority, value: an_authority, certainty: assumed, note: made up}\n",
        "  - draw: school authority\n    shares: {leicestershire: 40, an_authority: 60}\n    certainty: assumed\n"
        "    note: made up\n",
    ),
    (
        "costs:\n",
        "costs:\n"
        "  - cost: chasing a late board\n"
        "    amount: 40\n"
        "    each obligation: {duty: board_consider_pex, that are: [met late, missed]}\n",
    ),
):
    assert old in TWO_AUTHORITIES
    TWO_AUTHORITIES = TWO_AUTHORITIES.replace(old, new, 1)

PROMPT_BOARDS = TWO_AUTHORITIES.replace("{prompt: 75, late: 20, never: 5}", "{prompt: 100, late: 0, never: 0}")
CASES = 200


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The plan as it is, and with boards that are all prompt: both simulated by the command."""
    place = tmp_path_factory.mktemp("authorities")
    found: dict[str, Path] = {}
    for name, text in (("as it is", TWO_AUTHORITIES), ("prompt boards", PROMPT_BOARDS)):
        plan, out = place / f"{len(found)}.yaml", place / f"run {len(found)}"
        plan.write_text(text, "utf-8")
        assert main(["simulate", str(plan), "--cases", str(CASES), "--seed", "3", "--out", str(out)]) == 0
        found[name] = out
    return found


@cache
def rows(path: Path, table: str) -> list[dict[str, Any]]:
    """All rows of one table of a run."""
    found: list[dict[str, Any]] = pq.read_table(path / f"{table}.parquet").to_pylist()
    return found


def first_days(path: Path, event: str) -> dict[str, Any]:
    """The first day of an event, by case."""
    return {row["case_id"]: row["happened_on"] for row in reversed(rows(path, "events")) if row["event"] == event}


def test_each_case_stands_under_the_days_and_the_packs_of_its_authority(runs: dict[str, Path]) -> None:
    """And in the order of case numbers, whichever setting it is in."""
    cases = rows(runs["as it is"], "cases")
    assert [row["case_id"] for row in cases] == sorted(row["case_id"] for row in cases)
    settings = Counter((row["school.authority"], row["calendar"], row["packs"]) for row in cases)
    assert set(settings) == {
        (COUNTY, COUNTY_CALENDAR, "england,leicestershire"),
        ("an_authority", "example", "england"),
    }
    assert settings[COUNTY, COUNTY_CALENDAR, "england,leicestershire"] == pytest.approx(0.4 * CASES, abs=25)


def test_only_the_cases_of_a_county_owe_what_its_pack_adds(runs: dict[str, Path]) -> None:
    """The ledger of the others is national throughout."""
    county = {row["case_id"] for row in rows(runs["as it is"], "cases") if row["packs"] != "england"}
    local = {row["case_id"] for row in rows(runs["as it is"], "obligations") if row["pack"] == COUNTY}
    assert local
    assert local <= county


def test_nothing_happens_on_a_day_on_which_its_own_school_is_closed(runs: dict[str, Path]) -> None:
    """Exclusions fall on school days by the calendar of the case's authority, which is not that of the other."""
    calendars = {name: load_calendar(name, law(), beside=Path()) for name in (COUNTY_CALENDAR, "example")}
    begun = first_days(runs["as it is"], "permanently_excluded")
    other = {"example": COUNTY_CALENDAR, COUNTY_CALENDAR: "example"}
    elsewhere = 0
    for row in rows(runs["as it is"], "cases"):
        assert calendars[row["calendar"]].is_school_day(begun[row["case_id"]])
        elsewhere += not calendars[other[row["calendar"]]].is_school_day(begun[row["case_id"]])
    assert elsewhere > 0


def test_cases_of_every_authority_come_out_the_same_alone(runs: dict[str, Path]) -> None:
    """The audit takes them under the law that they stood under."""
    run = SavedRun.open(runs["as it is"])
    ids = run.sample(25)
    assert {case.row["calendar"] for case in run.cases(ids)} == {COUNTY_CALENDAR, "example"}
    assert audit_run(run, law(), ids).differences == []


def test_costs_are_what_the_tables_come_to(runs: dict[str, Path]) -> None:
    """By event, by obligation, and by school day of the calendar of each case."""
    path = runs["as it is"]
    at_hand = run_at_hand(path, rulebook=law())
    found = {cost.name: at_hand.figures.cost(place)[0] for place, cost in enumerate(at_hand.plan.costs)}
    reviews = sum(row["event"] == "review_began" for row in rows(path, "events"))
    late = sum(
        row["duty"] == "board_consider_pex" and row["status"] in ("met_late", "missed")
        for row in rows(path, "obligations")
    )
    calendars = {name: load_calendar(name, law(), beside=Path()) for name in (COUNTY_CALENDAR, "example")}
    began, placed = first_days(path, "education_began"), first_days(path, "started_at_new_school")
    days = 0
    for row in rows(path, "cases"):
        first, last = began.get(row["case_id"]), placed.get(row["case_id"])
        if first is not None:
            until = last if last is not None and last >= first else at_hand.plan.until
            days += len(list(calendars[row["calendar"]].school_days(first, until))) - 1
    assert min(reviews, late, days) > 0
    assert found == {
        "chasing a late board": 40 * late,
        "a review": 1000 * reviews,
        "a day of provision": pytest.approx(10 * days),
    }


def test_the_report_tells_the_costs_and_both_laws(runs: dict[str, Path]) -> None:
    """What the plan's amounts come to, and the calendars and packs that the run rests on."""
    path = runs["as it is"]
    page = (path / "report.html").read_text("utf-8")
    at_hand = run_at_hand(path, rulebook=law())
    whole = sum(at_hand.figures.cost(place)[0] for place in range(len(at_hand.plan.costs)))
    assert f"£{whole:,.0f}" in page
    assert "each obligation `board consider pex` that is met late or missed" in page
    assert COUNTY_CALENDAR in page
    assert COUNTY in page


def test_a_change_shows_in_the_cost_that_it_bears_on(runs: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Prompt boards need no chasing: the difference is the whole of that cost, a case; the command tells it."""
    opened = [ComparedRun.open(runs[name], law()) for name in ("as it is", "prompt boards")]
    found = compare([(opened[0], opened[1])])
    assert found.paired
    (cost,) = [each for each in found.differences if each.name == (Measured.COST, "chasing a late board")]
    late = run_at_hand(runs["as it is"], rulebook=law()).figures.cost(0)[0]
    assert cost.verdict is Verdict.SHOWN
    assert cost.first == pytest.approx(late / CASES)
    assert cost.second == 0.0
    assert main(["compare", *(str(runs[name]) for name in ("as it is", "prompt boards"))]) == 0
    assert "chasing a late board" in capsys.readouterr().out


def test_a_plan_of_several_authorities_is_read_back_from_its_run(runs: dict[str, Path]) -> None:
    """With the settings of each."""
    plan = SavedRun.open(runs["as it is"]).plan(law())
    written = parse_plan(TWO_AUTHORITIES, law())
    settings = [(each.calendar.layers, each.packs) for each in plan.all_settings]
    assert settings == [(each.calendar.layers, each.packs) for each in written.all_settings]
    assert plan.settings[COUNTY].packs == ("england", COUNTY)
