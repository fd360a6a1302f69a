"""Faults that were found once, each with the smallest case that shows it, so that none of them comes back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.casework.builders import (
    day,
    decided,
    finding,
    findings,
    is_present,
    obligation,
    obligations,
    record_of,
    school_day_after,
    warning_codes,
)

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.vocabulary import Outcome, Status

EXCLUDED = "2025-03-03 permanently_excluded session: morning"
NOTIFIED = "2025-03-04 governing_board_notified"
MET = "2025-03-20 governing_board_met"
UPHELD = "2025-03-20 governing_board_decided outcome: not_reinstate"
TOLD = "2025-03-25 governing_board_decision_notified served_by: delivered"
TO_THE_WINDOW = [EXCLUDED, NOTIFIED, MET, UPHELD, TOLD]


@pytest.mark.parametrize(
    "events",
    [
        ["2025-02-28 parent_informed", EXCLUDED],
        ["2025-03-03 parent_informed", EXCLUDED],
        ["2025-02-03 exclusion_cancelled", EXCLUDED],
        ["2025-02-03 pupil_returned_to_school", "2025-03-03 exclusion_cancelled", EXCLUDED],
        ["2025-02-28 parent_informed of: 2025-03-03", EXCLUDED],
        [EXCLUDED, "2025-03-10 permanently_excluded session: morning", "2025-03-11 governing_board_met of: 2025-03-03"],
        [EXCLUDED, "2025-03-03 permanently_excluded session: afternoon"],
    ],
)
@pytest.mark.parametrize("as_of", ["2025-02-01", "2025-02-28", "2025-03-03", "2025-03-11"])
def test_events_around_an_exclusion_are_decided_on_any_day(events, as_of):
    """Events listed or dated before the exclusion they name, or that name one of two, stop no decision."""
    assert decided(events, as_of).case == "TEST-1"


@pytest.mark.parametrize("on", ["2005-05-05", "2011-05-05", "2012-08-31"])
def test_exclusions_older_than_the_law_and_the_calendar_are_decided(on):
    """Nothing is in force for them, and nothing fails."""
    decision = decided(
        [f"{on} permanently_excluded session: morning"], "2025-03-03", pupil={"date_of_birth": "2000-01-01"}
    )

    assert "no_law_in_force" in warning_codes(decision)


def test_an_instant_without_a_zone_is_read_as_utc():
    """`known_on` compares with instants of recording whether or not it says its zone."""
    record = record_of([EXCLUDED, '2025-03-04 governing_board_notified recorded_at: "2025-03-10T09:30:00+01:00"'])
    rulebook = open_rulebook()

    for moment in (datetime(2025, 3, 10, 8, 30), datetime(2025, 3, 10, 8, 30, tzinfo=UTC), date(2025, 3, 10)):
        assert decide(record, rulebook, as_of=day("2025-03-12"), known_on=moment).facts["board_notified"] is True


def test_the_day_of_a_judgement_is_a_moment_of_its_own():
    """What a judgement raises arises on the day it was made, though no event happened on that day."""
    made = ["judgement: affects_authority_duties, value: yes, by: proprietor, date: 2026-09-10"]
    suspended = "2026-09-07 suspended school_days: 1, first_day: 2026-09-07"

    entry = obligation(decided([suspended], "2026-09-30", judgements=made), "school_cooperate_s19")

    assert day("2026-09-10") == entry.arose_on


@pytest.mark.parametrize(("at", "alert_on"), [("15:59", "2025-03-03"), ("16:00", "2025-03-04")])
def test_the_hour_after_which_an_alert_waits_is_a_parameter_of_the_pack(at, alert_on):
    """An act at or after the end of the school day, as the pack gives it, alerts on the next school day."""
    excluded = f'2025-03-03 permanently_excluded session: afternoon, at: "{at}"'

    assert day(alert_on) == obligation(decided([excluded], "2025-03-05"), "inform_relevant_person").alert_on
    version = open_rulebook().edition().parameters["end_of_school_day"].on(day("2025-03-03"))
    assert version is not None
    assert 16 == version.value


def test_a_right_counted_from_deemed_service_arose_on_the_day_of_sending():
    """The day it arose is that of the event, not the later day from which the law counts."""
    posted = [*TO_THE_WINDOW[:-1], "2025-03-25 governing_board_decision_notified served_by: first_class_post"]

    assert day("2025-03-25") == obligation(decided(posted, "2025-03-25"), "irp_apply_window").arose_on


def test_a_right_used_too_late_has_lapsed_and_is_not_met_late():
    """A right runs out; nobody is late in using it."""
    applied = "2025-05-02 review_applied_for sent_by: email"

    entry = obligation(decided([*TO_THE_WINDOW, applied], "2025-05-12"), "irp_apply_window")

    assert (Status.LAPSED, None, None) == (entry.status, entry.met_on, entry.late_by_school_days)
    assert "2 May 2025" in (entry.why or "")


@pytest.mark.parametrize(("lunchtimes", "codes"), [(6, []), (3, ["lunchtimes_mismatch"])])
def test_lunchtimes_count_by_the_school_days_imposed(lunchtimes, codes):
    """Three school days of lunchtimes are six; another number beside them is told and changes no total."""
    suspended = (
        f"2025-03-03 suspended school_days: 3, first_day: 2025-03-03, session: lunchtime, lunchtimes: {lunchtimes}"
    )

    decision = decided([suspended], "2025-03-20")

    assert 3 == decision.facts["suspended_days_this_term"]
    assert codes == warning_codes(decision)
    assert day("2025-03-10") == decision.facts["last_day_of_exclusion"]


def test_a_limit_that_hangs_on_a_choice_waits_for_the_event_behind_it():
    """The papers wait for a meeting to be fixed; the name in the register for nothing while a review is pending."""
    papers = obligation(decided([EXCLUDED], "2025-03-05"), "board_papers_five_days")
    assert "governing_board_meeting_arranged" == papers.waiting_for

    pending = [*TO_THE_WINDOW, "2025-04-01 review_applied_for sent_by: email"]
    quashed = [
        *pending,
        "2025-05-06 review_decided outcome: quashed",
        "2025-05-07 review_decision_notified served_by: email",
    ]
    register = obligation(decided(quashed, "2025-05-08"), "register_delete_pex")
    assert (None, "reconsideration_notified") == (register.not_before, register.waiting_for)


def test_a_cancellation_listed_before_a_new_exclusion_of_the_same_day_ends_the_earlier_one():
    """Cancelled and excluded anew on one day: the first is cancelled, the second stands."""
    events = [
        EXCLUDED,
        "2025-03-10 exclusion_cancelled",
        "2025-03-10 pupil_returned_to_school",
        "2025-03-10 permanently_excluded session: afternoon",
    ]

    decision = decided(events, "2025-03-12")

    assert Status.LAPSED == obligation(decision, "board_consider_pex", about="2025-03-03").status
    assert Status.OPEN == obligation(decision, "board_consider_pex", about="2025-03-10").status
    assert "notification" == decision.stage


def test_a_cancellation_listed_after_it_ends_the_new_one():
    """The same lines in another order cancel the second exclusion."""
    events = [EXCLUDED, "2025-03-10 permanently_excluded session: afternoon", "2025-03-10 exclusion_cancelled"]

    decision = decided(events, "2025-03-12")

    assert Outcome.ENGAGED == finding(decision, "board_consider_pex", about="2025-03-03").outcome
    assert Status.LAPSED == obligation(decision, "board_consider_pex", about="2025-03-10").status


def test_the_sixth_day_shown_is_that_of_the_whole_run_and_the_one_owed_that_of_the_exclusion_in_hand():
    """Ten days of suspension had their sixth day; the permanent exclusion after it owes education from its day 1."""
    events = [
        "2025-03-03 suspended school_days: 10, first_day: 2025-03-03",
        "2025-03-17 permanently_excluded session: morning",
    ]

    decision = decided(events, "2025-03-20")

    assert day("2025-03-10") == decision.facts["sixth_school_day"]
    assert day("2025-03-17") == decision.facts["sixth_day_owed"]
    assert day("2025-03-17") == obligation(decision, "sixth_day_pex_home_la").due


def test_a_suspension_that_joined_later_makes_the_run_of_the_first_longer():
    """About a first suspension of three days, the run has a sixth day once a second joined it; the first owes none."""
    events = [
        "2025-03-03 suspended school_days: 3, first_day: 2025-03-03",
        "2025-03-06 suspended school_days: 4, first_day: 2025-03-06",
    ]

    decision = decided(events, "2025-03-12", about="2025-03-03")

    assert day("2025-03-10") == decision.facts["sixth_school_day"]
    assert [] == obligations(decision, "sixth_day_suspended_school", about="2025-03-03")
    assert day("2025-03-10") == obligation(decision, "sixth_day_suspended_school", about="2025-03-06").due


@pytest.mark.parametrize(
    ("meeting", "due"),
    [
        # Five school days between a meeting on Wednesday 23 April and the papers: 22 April, 4, 3, 2 and 1 April.
        ("2025-04-23", "2025-03-31"),
        ("2025-04-22", "2025-03-28"),
        ("2025-03-31", "2025-03-21"),
    ],
)
def test_the_last_day_for_papers_is_always_a_school_day(meeting, due):
    """Of the days that leave enough between, the last one on which the school opens counts, not one in a holiday."""
    arranged = f"2025-03-04 governing_board_meeting_arranged starts_on: {meeting}"

    entry = obligation(decided([EXCLUDED, arranged], "2025-03-05"), "board_papers_five_days")

    assert day(due) == entry.due
    assert day(due) < school_day_after(due, 6) == day(meeting)


def test_an_act_that_the_record_cannot_show_has_no_last_day_once_it_is_past():
    """The day stays visible as what was due; the entry is open and says why it is not called missed."""
    events = [EXCLUDED, NOTIFIED, MET]

    entry = obligation(decided(events, "2025-03-24"), "board_la_attends_maintained")

    assert (None, day("2025-03-20"), Status.OPEN) == (entry.due, entry.was_due, entry.status)
    assert entry.why


def test_such_an_act_still_has_its_last_day_while_it_is_to_come():
    """On the day of the meeting itself nothing is past."""
    entry = obligation(decided([EXCLUDED, NOTIFIED, MET], "2025-03-20"), "board_la_attends_maintained")

    assert (day("2025-03-20"), None) == (entry.due, entry.was_due)


def test_a_meeting_of_another_exclusion_meets_nothing():
    """An event that names the first of two exclusions is none of the second's."""
    events = [
        EXCLUDED,
        "2025-03-10 permanently_excluded session: morning",
        "2025-03-11 governing_board_met of: 2025-03-03",
    ]

    decision = decided(events, "2025-03-12")

    assert Status.MET == obligation(decision, "board_consider_pex", about="2025-03-03").status
    assert Status.OPEN == obligation(decision, "board_consider_pex", about="2025-03-10").status
    assert findings(decision, "cancel_bar_meeting_commenced", about="2025-03-10")[0].outcome == Outcome.NOT_ENGAGED
    assert is_present(decision, "cancel_power", about="2025-03-10")
