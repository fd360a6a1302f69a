"""What stands in the ledger and what in the findings alone, when an obligation arises, and where it stands on a day.

Follows the section "Findings and obligations" of the contract's page on meanings, sentence by sentence.
"""

from __future__ import annotations

import pytest
from tests.casework.builders import (
    day,
    decided,
    finding,
    findings,
    is_present,
    obligation,
    obligations,
    school_day_after,
    warning_codes,
)

from inclusion_rules.domain.findings import Obligation
from inclusion_rules.vocabulary import Modality, Outcome, RuleKind, Status, Verification

EXCLUDED = "2025-03-03 permanently_excluded session: morning"
NOTIFIED = "2025-03-04 governing_board_notified"
MET = "2025-03-20 governing_board_met"
UPHELD = "2025-03-20 governing_board_decided outcome: not_reinstate"
TOLD = "2025-03-25 governing_board_decision_notified served_by: delivered"
# The fifteenth school day after 25 March 2025: 26 to 28 March, 31 March to 4 April, 22 to 25 April, 28 to 30 April.
WINDOW_ENDS = "2025-04-30"
TO_THE_WINDOW = [EXCLUDED, NOTIFIED, MET, UPHELD, TOLD]


def where_it_stands(entry: Obligation) -> tuple[object, ...]:
    """Due, status, the day it was met, and how late it was."""
    return (
        entry.due and entry.due.isoformat(),
        entry.status,
        entry.met_on and entry.met_on.isoformat(),
        entry.late_by_school_days,
    )


# The ledger and the findings -----------------------------------------------------------------------------------------


def test_the_ledger_holds_acts_and_rights_only():
    """Duties, expectations and rights are owed or open; nothing else is an obligation."""
    decision = decided([*TO_THE_WINDOW, "2025-04-01 exclusion_cancelled"], "2025-06-10", pupil={"sen": "ehc_plan"})

    kinds = {entry.rule.kind for entry in decision.obligations}
    assert {RuleKind.DUTY, RuleKind.EXPECTATION, RuleKind.RIGHT} == kinds
    modalities = {entry.rule.modality for entry in decision.obligations}
    assert modalities <= {Modality.MUST, Modality.SHOULD, Modality.SHOULD_NOT, Modality.EXPECTED, Modality.MAY}


@pytest.mark.parametrize("duty", ["power_to_exclude", "standard_of_proof", "no_nondisciplinary_exclusion"])
def test_powers_definitions_and_prohibitions_are_findings_only(duty):
    """They are engaged, and put nothing in the ledger."""
    decision = decided([EXCLUDED], "2025-03-04")

    assert Outcome.ENGAGED == finding(decision, duty).outcome
    assert [] == obligations(decision, duty)


@pytest.mark.parametrize(
    ("events", "as_of", "status"),
    [
        ([], "2025-03-25", Status.OPEN),
        ([], WINDOW_ENDS, Status.OPEN),
        ([], "2025-05-01", Status.LAPSED),
        ([], "2025-07-01", Status.LAPSED),
        (["2025-04-30 review_applied_for sent_by: email"], "2025-07-01", Status.MET),
        (["2025-04-30 review_waived"], "2025-07-01", Status.MET),
        (["2025-05-01 review_applied_for sent_by: email"], "2025-07-01", Status.LAPSED),
    ],
)
def test_a_right_with_a_window_is_open_met_or_lapsed(events, as_of, status):
    """The right to a review is open to the last day of its window, and runs out after it: it is never missed."""
    right = obligation(decided([*TO_THE_WINDOW, *events], as_of), "irp_apply_window")

    assert (Modality.MAY, WINDOW_ENDS) == (right.rule.modality, right.due and right.due.isoformat())
    assert status == right.status
    assert right.late_by_school_days is None


def test_a_right_that_ran_out_says_when():
    """What has lapsed says why."""
    right = obligation(decided(TO_THE_WINDOW, "2025-05-01"), "irp_apply_window")

    assert "30 Apr 2025" in (right.why or "")


# Prohibitions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("school_days", "breached"), [(0.5, False), (45, False), (45.5, True)])
def test_the_cap_is_engaged_at_any_suspension(school_days, breached):
    """A cap on suspensions stands from the first half day on, breached only beyond 45 days."""
    suspended = f"2024-09-03 suspended school_days: {school_days}, first_day: 2024-09-03"

    cap = finding(decided([suspended], "2024-09-04"), "suspension_cap_school_year")

    assert (Outcome.ENGAGED, breached) == (cap.outcome, cap.breached)


@pytest.mark.parametrize(("school_days", "outcome"), [(45, Outcome.NOT_ENGAGED), (45.5, Outcome.ENGAGED)])
def test_the_bar_on_cancelling_is_engaged_only_beyond_its_limit(school_days, outcome):
    """The bar's own trigger is the excess: 45 days out do not engage it, half a day more does."""
    suspended = f"2024-09-03 suspended school_days: {school_days}, first_day: 2024-09-03"

    decision = decided([suspended], "2024-12-20")

    assert outcome == finding(decision, "cancel_bar_45_days").outcome


def test_whether_a_prohibition_is_breached_may_not_be_known():
    """Nobody has said whether the pupil was sent home without an exclusion, so that the breach is open."""
    decision = decided([EXCLUDED], "2025-03-04")

    assert (Outcome.ENGAGED, None) == (
        finding(decision, "no_informal_exclusion").outcome,
        finding(decision, "no_informal_exclusion").breached,
    )
    assert ("sent_home_without_exclusion",) == finding(decision, "no_informal_exclusion").breach_missing


def test_a_breach_is_one_once_somebody_says_so():
    """The authority judges that the pupil was sent home without an exclusion, which the prohibition forbids."""
    said = ["judgement: sent_home_without_exclusion, value: yes, by: local_authority"]

    assert finding(decided([EXCLUDED], "2025-03-04", judgements=said), "no_informal_exclusion").breached is True


# Present and absent --------------------------------------------------------------------------------------------------


def test_a_lapsed_obligation_is_present():
    """A duty is present with an obligation in any status: one that has lapsed still shows."""
    decision = decided([EXCLUDED, NOTIFIED, "2025-03-06 exclusion_cancelled"], "2025-03-10")

    assert Status.LAPSED == obligation(decision, "board_consider_pex").status
    assert Outcome.NOT_ENGAGED == finding(decision, "board_consider_pex").outcome
    assert is_present(decision, "board_consider_pex")


def test_a_power_is_present_by_its_engaged_finding():
    """What raises no obligation is present while its finding is engaged."""
    assert is_present(decided([EXCLUDED], "2025-03-04"), "cancel_power")


def test_a_finding_that_is_not_engaged_or_undetermined_makes_no_duty_present():
    """Otherwise a duty is absent, though a finding may be there."""
    decision = decided([EXCLUDED], "2025-03-04", without=["social_worker"])

    assert findings(decision, "notify_vsh")
    assert findings(decision, "notify_social_worker")
    assert not is_present(decision, "notify_vsh")
    assert not is_present(decision, "notify_social_worker")


# Arising and ceasing -------------------------------------------------------------------------------------------------


def test_the_example_of_the_contract():
    """Excluded on 13 January 2025, notice on the 14th, the meeting a day after the last one: met late by one day."""
    decision = decided(
        [
            "2024-11-18 suspended school_days: 2.5, first_day: 2024-11-18",
            "2025-01-13 permanently_excluded session: morning, reasons: [PP]",
            "2025-01-13 parent_notified_in_writing",
            "2025-01-14 governing_board_notified",
            "2025-02-05 governing_board_met",
        ],
        "2025-02-10",
        school={"type": "academy"},
    )

    board = obligation(decision, "board_consider_pex")
    assert "hearing/governing_board" == decision.stage
    assert (0, 2.5, day("2025-01-20")) == (
        decision.facts["suspended_days_this_term"],
        decision.facts["suspended_days_this_school_year"],
        decision.facts["sixth_school_day"],
    )
    assert Outcome.ENGAGED == finding(decision, "board_consider_pex").outcome
    assert ("governing_board", "academy trust", "reinstatement/permanent_exclusion") == (
        board.bearer,
        board.bearer_is,
        board.rule.id,
    )
    assert day("2025-01-14") == board.arose_on
    assert ("2025-02-04", Status.MET_LATE, "2025-02-05", 1) == where_it_stands(board)
    assert day("2025-01-13") == board.about
    assert Verification.YES == board.rule.verified
    assert "SI 2012/1033 reg 6(7)" in board.rule.cites
    assert ("governing_board_decided",) == decision.next_events


REPRESENTATIONS = [
    "2025-03-03 suspended school_days: 6, first_day: 2025-03-03",
    "2025-03-03 governing_board_notified",
    "2025-03-12 representations_made",
]


def test_an_obligation_arises_on_the_first_day_on_which_its_conditions_hold():
    """Representations on the seventh school day after the notice raise the board's duty on that day."""
    assert [] == obligations(decided(REPRESENTATIONS, "2025-03-11"), "board_consider_6to15_reps")
    assert day("2025-03-12") == obligation(decided(REPRESENTATIONS, "2025-05-01"), "board_consider_6to15_reps").arose_on


def test_due_counts_from_the_event_the_law_names_though_the_duty_arose_later():
    """The fifty school days run from the board's notice: they end on 4 June, whenever representations come."""
    late = [*REPRESENTATIONS[:2], "2025-05-30 representations_made"]

    for events in (REPRESENTATIONS, late):
        assert day("2025-06-04") == obligation(decided(events, "2025-06-03"), "board_consider_6to15_reps").due


def test_a_duty_may_be_past_due_when_it_arises():
    """Representations made after the fifty days leave the board a duty that is late from its first day."""
    decision = decided([*REPRESENTATIONS[:2], "2025-06-05 representations_made"], "2025-06-05")

    assert ("2025-06-04", Status.MISSED, None, 1) == where_it_stands(obligation(decision, "board_consider_6to15_reps"))


@pytest.mark.parametrize(
    ("events", "duty", "awaited"),
    [
        ([EXCLUDED], "board_consider_pex", "governing_board_notified"),
        ([EXCLUDED, NOTIFIED, MET, UPHELD], "irp_apply_window", "governing_board_decision_notified"),
        (
            [*TO_THE_WINDOW, "2025-03-26 review_applied_for", "2025-04-02 review_decided outcome: quashed"],
            "irp_reconsider_after_quash",
            "review_decision_notified",
        ),
        ([EXCLUDED], "board_papers_five_days", "governing_board_meeting_arranged"),
        ([EXCLUDED], "board_invite_parties", "governing_board_met"),
    ],
)
def test_a_limit_whose_event_is_not_recorded_waits_for_it(events, duty, awaited):
    """Without the event the law counts from there is no last day: the obligation is open and says what it awaits."""
    entry = obligation(decided(events, "2025-07-21"), duty)

    assert (None, Status.OPEN, awaited) == (entry.due, entry.status, entry.waiting_for)


def test_what_ceases_to_be_owed_lapses_and_says_why():
    """A cancellation ends the board's duty; the entry stays, lapsed."""
    decision = decided([EXCLUDED, NOTIFIED, "2025-03-06 exclusion_cancelled"], "2025-03-10")

    entry = obligation(decision, "board_consider_pex")
    assert (Status.LAPSED, None) == (entry.status, entry.late_by_school_days)
    assert "6 Mar 2025" in (entry.why or "")


def test_what_was_met_before_it_ceased_stays_met():
    """The parent was told before the exclusion was cancelled, and that is not undone."""
    events = [EXCLUDED, "2025-03-03 parent_notified_in_writing", "2025-03-06 exclusion_cancelled"]

    assert Status.MET == obligation(decided(events, "2025-03-10"), "written_notice_relevant_person").status


def test_what_was_done_only_after_it_ceased_does_not_meet_it():
    """A notice sent after the cancellation is owed to nobody any more."""
    events = [EXCLUDED, "2025-03-06 exclusion_cancelled", "2025-03-07 parent_notified_in_writing"]

    entry = obligation(decided(events, "2025-03-10"), "written_notice_relevant_person")
    assert (Status.LAPSED, None) == (entry.status, entry.met_on)


def test_a_further_suspension_does_not_remove_what_an_earlier_one_raised():
    """Each suspension keeps its own entries when another follows."""
    second = "2025-03-13 suspended school_days: 1, first_day: 2025-03-13"

    decision = decided([*REPRESENTATIONS, second], "2025-03-20")

    assert Status.OPEN == obligation(decision, "board_consider_6to15_reps", about="2025-03-03").status


# Open, missed, late --------------------------------------------------------------------------------------------------

BOARD_DUE = "2025-03-25"  # the fifteenth school day after 4 March: 5 to 7, 10 to 14, 17 to 21, 24 and 25 March


@pytest.mark.parametrize(
    ("as_of", "status", "late_by"),
    [
        ("2025-03-24", Status.OPEN, None),
        (BOARD_DUE, Status.OPEN, None),
        ("2025-03-26", Status.MISSED, 1),
        ("2025-03-28", Status.MISSED, 3),
        ("2025-03-30", Status.MISSED, 3),
        ("2025-03-31", Status.MISSED, 4),
        ("2025-04-21", Status.MISSED, 8),
        ("2025-04-22", Status.MISSED, 9),
    ],
)
def test_an_obligation_is_open_on_its_last_day_and_missed_from_the_next(as_of, status, late_by):
    """Lateness counts the school days after the last day, up to and including the day it is looked at."""
    entry = obligation(decided([EXCLUDED, NOTIFIED], as_of), "board_consider_pex")

    assert (BOARD_DUE, status, None, late_by) == where_it_stands(entry)


@pytest.mark.parametrize(
    ("met_on", "status", "late_by"),
    [
        ("2025-03-10", Status.MET, None),
        (BOARD_DUE, Status.MET, None),
        ("2025-03-26", Status.MET_LATE, 1),
        ("2025-03-29", Status.MET_LATE, 3),
        ("2025-04-22", Status.MET_LATE, 9),
    ],
)
def test_lateness_stops_on_the_day_it_was_met(met_on, status, late_by):
    """Once done, an act is late by the school days after its last day up to and including the day it was done."""
    decision = decided([EXCLUDED, NOTIFIED, f"{met_on} governing_board_met"], "2025-05-12")

    assert (BOARD_DUE, status, met_on, late_by) == where_it_stands(obligation(decision, "board_consider_pex"))


def test_a_missed_obligation_is_still_owed_and_says_what_follows():
    """Running late ends no duty of the board: the entry carries the consequence in words."""
    entry = obligation(decided([EXCLUDED, NOTIFIED], "2025-03-26"), "board_consider_pex")

    assert "the duty continues" in (entry.why or "")


# Limits before a day, and limits not before one ----------------------------------------------------------------------

ARRANGED = "2025-03-06 governing_board_meeting_arranged starts_on: 2025-03-20"


@pytest.mark.parametrize(
    ("sent_on", "status", "late_by"),
    [("2025-03-12", Status.MET, None), ("2025-03-13", Status.MET_LATE, 1), ("2025-03-17", Status.MET_LATE, 3)],
)
def test_five_school_days_before_lie_strictly_between(sent_on, status, late_by):
    """Before a meeting on Thursday 20 March, 13, 14 and 17 to 19 March lie between: 12 March is the last lawful day."""
    decision = decided([EXCLUDED, NOTIFIED, ARRANGED, f"{sent_on} board_papers_circulated"], "2025-03-21")

    assert ("2025-03-12", status, sent_on, late_by) == where_it_stands(obligation(decision, "board_papers_five_days"))


def test_days_before_a_meeting_skip_a_holiday():
    """Before a meeting on 25 February, five school days between reach back over half term to 13 February."""
    events = [
        "2025-01-27 permanently_excluded session: morning",
        "2025-01-28 governing_board_meeting_arranged starts_on: 2025-02-25",
    ]

    # 24 February, then 14, 13, 12 and 11 February lie between.
    assert day("2025-02-10") == obligation(decided(events, "2025-02-01"), "board_papers_five_days").due


@pytest.mark.parametrize("as_of", ["2025-03-25", "2025-04-30", "2025-07-21"])
def test_a_limit_not_before_a_day_is_never_missed(as_of):
    """The name may go from the day after the window, 1 May; until it does, the entry stays open and has no last day."""
    entry = obligation(decided(TO_THE_WINDOW, as_of), "register_delete_pex")

    assert (None, "2025-05-01", Status.OPEN, None) == (
        entry.due,
        entry.not_before and entry.not_before.isoformat(),
        entry.status,
        entry.late_by_school_days,
    )


def test_the_name_may_go_earlier_where_the_ground_exists_earlier():
    """A written waiver makes the exclusion final on its own day."""
    waived = decided([*TO_THE_WINDOW, "2025-03-28 review_waived"], "2025-03-31")

    assert day("2025-03-28") == obligation(waived, "register_delete_pex").not_before


def test_the_name_may_not_go_while_a_review_is_pending():
    """An application in time leaves no day from which the name may be deleted, until the review is over."""
    pending = [*TO_THE_WINDOW, "2025-04-01 review_applied_for sent_by: email"]
    over = [
        *pending,
        "2025-05-12 review_decided outcome: upheld",
        "2025-05-14 review_decision_notified served_by: email",
    ]

    assert obligation(decided(pending, "2025-05-09"), "register_delete_pex").not_before is None
    assert day("2025-05-14") == obligation(decided(over, "2025-05-15"), "register_delete_pex").not_before


# Without a number ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("excluded", "alert_on"),
    [
        ("2025-03-03 permanently_excluded session: morning", "2025-03-03"),
        ("2025-03-03 permanently_excluded session: afternoon", "2025-03-03"),
        ('2025-03-03 permanently_excluded session: afternoon, at: "15:30"', "2025-03-03"),
        ('2025-03-03 permanently_excluded session: afternoon, at: "16:00"', "2025-03-04"),
        ('2025-03-07 permanently_excluded session: afternoon, at: "17:45"', "2025-03-10"),
        ("2025-03-08 permanently_excluded session: morning", "2025-03-10"),
        ('2025-04-04 permanently_excluded session: afternoon, at: "18:00"', "2025-04-22"),
    ],
)
def test_without_delay_alerts_at_the_end_of_the_school_day(excluded, alert_on):
    """That day, or the next school day where the act fell after school or on a closed day; there is no last day."""
    entry = obligation(decided([excluded], "2025-04-25"), "inform_relevant_person")

    assert (None, Status.OPEN, alert_on) == (entry.due, entry.status, entry.alert_on and entry.alert_on.isoformat())


def test_without_delay_is_never_missed_by_arithmetic():
    """Months later the duty is still open, and late by nothing."""
    entry = obligation(decided([EXCLUDED], "2025-07-21"), "notify_la_any_exclusion")

    assert (None, Status.OPEN, None, None) == where_it_stands(entry)


def test_without_delay_runs_from_the_act_that_the_law_names():
    """Notice of the decision is owed without delay after the decision, not after the exclusion."""
    decided_on_friday = [
        EXCLUDED,
        NOTIFIED,
        MET,
        '2025-03-21 governing_board_decided outcome: not_reinstate, at: "19:00"',
    ]

    entry = obligation(decided(decided_on_friday, "2025-03-24"), "board_decision_notice")

    assert (day("2025-03-21"), day("2025-03-24")) == (entry.arose_on, entry.alert_on)


# Several limits at once ----------------------------------------------------------------------------------------------


def test_a_lost_examination_gives_two_limits_of_their_own():
    """An exam on Monday 17 March: the last school day before it is the 14th, beside fifteen from the notice."""
    decision = decided(
        [EXCLUDED, NOTIFIED, "2025-03-03 public_exam_or_test_missed exam_date: 2025-03-17"], "2025-03-10"
    )

    assert day(BOARD_DUE) == obligation(decision, "board_consider_exam").due
    assert day("2025-03-14") == obligation(decision, "board_consider_exam_before_date").due
    assert day(BOARD_DUE) == obligation(decision, "board_consider_pex").due


def test_an_examination_alone_makes_the_board_meet_about_a_short_suspension():
    """Two days that lose an exam come to the board without representations, in fifteen school days."""
    events = [
        "2025-03-03 suspended school_days: 2, first_day: 2025-03-03",
        "2025-03-03 public_exam_or_test_missed exam_date: 2025-03-04",
        NOTIFIED,
    ]

    decision = decided(events, "2025-03-05")

    assert day(BOARD_DUE) == obligation(decision, "board_consider_exam").due
    assert ("2025-03-03", Status.MISSED, None, 2) == where_it_stands(
        obligation(decision, "board_consider_exam_before_date")
    )
    assert not is_present(decision, "board_consider_6to15_reps")


def test_the_earliest_of_several_examinations_counts():
    """With exams on 24 and 17 March lost, the meeting is wanted before the first of them."""
    events = [
        EXCLUDED,
        "2025-03-03 public_exam_or_test_missed exam_date: 2025-03-24",
        "2025-03-03 public_exam_or_test_missed exam_date: 2025-03-17",
    ]

    assert day("2025-03-14") == obligation(decided(events, "2025-03-10"), "board_consider_exam_before_date").due


# Rules that are not verified -----------------------------------------------------------------------------------------


def test_a_rule_that_is_not_verified_is_off():
    """No page confirms that the head must readmit at once, so that no finding and no obligation says so."""
    decision = decided([EXCLUDED, NOTIFIED, MET, "2025-03-20 governing_board_decided outcome: reinstate"], "2025-03-21")

    assert [] == findings(decision, "board_comply_head_reinstate")
    assert [] == obligations(decision, "board_comply_head_reinstate")


def test_a_rule_marked_to_run_says_that_it_is_not_verified():
    """The rule on suspensions from a unit runs, carries its mark in finding and obligation, and raises a warning."""
    decision = decided(
        ["2025-03-03 suspended school_days: 6, first_day: 2025-03-03"], "2025-03-10", school={"type": "pru"}
    )

    assert Verification.MARKED == finding(decision, "sixth_day_suspended_pru").rule.verified
    assert Verification.MARKED == obligation(decision, "sixth_day_suspended_pru").rule.verified
    assert "unverified_rule" in warning_codes(decision)


def test_a_marked_rule_that_says_nothing_of_the_case_raises_no_warning():
    """At a maintained school the rule about units is not engaged, and nobody is warned of it."""
    assert [] == warning_codes(decided(["2025-03-03 suspended school_days: 6, first_day: 2025-03-03"], "2025-03-10"))


# What the record cannot show -----------------------------------------------------------------------------------------


def test_an_act_that_no_event_can_show_is_not_called_missed():
    """That the parent kept the pupil at home leaves no record: once the fifth day is past, the entry is not missed."""
    events = [EXCLUDED, "2025-03-03 first_five_days_notice_given"]

    on_the_day = obligation(decided(events, "2025-03-07"), "parent_public_place_duty")
    assert ("2025-03-07", Status.OPEN) == (on_the_day.due and on_the_day.due.isoformat(), on_the_day.status)
    assert Status.MISSED != obligation(decided(events, "2025-03-10"), "parent_public_place_duty").status


def test_a_meeting_that_does_not_say_who_was_invited_leaves_the_invitation_open():
    """The limit was the day of the meeting; whether it was kept is not known, so that day is shown as what was due."""
    entry = obligation(decided([EXCLUDED, NOTIFIED, MET], "2025-03-24"), "board_invite_parties")

    assert (None, day("2025-03-20"), Status.OPEN, None) == (
        entry.due,
        entry.was_due,
        entry.status,
        entry.late_by_school_days,
    )
    assert ("invited",) == entry.missing_facts


def test_a_meeting_that_says_who_was_invited_settles_it():
    """Both the family and the head are named, so the invitation was given; with one of them missing it was not."""
    both = [EXCLUDED, NOTIFIED, "2025-03-20 governing_board_met invited: [relevant_person, headteacher]"]
    one = [EXCLUDED, NOTIFIED, "2025-03-20 governing_board_met invited: [headteacher]"]

    assert Status.MET == obligation(decided(both, "2025-03-24"), "board_invite_parties").status
    assert Status.MISSED == obligation(decided(one, "2025-03-24"), "board_invite_parties").status


def test_the_small_calendar_of_these_tests_agrees_with_the_days_typed_in():
    """The days written out in this file are those that plain date arithmetic gives."""
    assert day(BOARD_DUE) == school_day_after("2025-03-04", 15)
    assert day(WINDOW_ENDS) == school_day_after("2025-03-25", 15)
    assert day("2025-06-04") == school_day_after("2025-03-03", 50)
