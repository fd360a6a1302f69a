"""Where a permanent exclusion stands: moved by events, in one place by time, and closed by what ends it.

Follows the section "Stages by events, one by time" of the contract's page on meanings.
"""

from __future__ import annotations

import pytest
from tests.casework.builders import day, decided, obligation, warning_codes

from inclusion_rules.vocabulary import Status

EXCLUDED = "2025-03-03 permanently_excluded session: morning"
NOTIFIED = "2025-03-04 governing_board_notified"
MET = "2025-03-20 governing_board_met"
UPHELD = "2025-03-20 governing_board_decided outcome: not_reinstate"
REINSTATED = "2025-03-20 governing_board_decided outcome: reinstate"
TOLD = "2025-03-25 governing_board_decision_notified served_by: delivered"
TO_THE_WINDOW = [EXCLUDED, NOTIFIED, MET, UPHELD, TOLD]
APPLIED = "2025-04-01 review_applied_for sent_by: email"
WINDOW_ENDS, DAY_AFTER = "2025-04-30", "2025-05-01"


def stage(events: list[str], as_of: str) -> str:
    """The stage of a case on a day."""
    return decided(events, as_of).stage


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], "notification"),
        ([EXCLUDED], "notification"),
        ([EXCLUDED, "2025-03-03 parent_notified_in_writing", "2025-03-03 local_authority_notified"], "notification"),
        ([EXCLUDED, NOTIFIED], "challenge"),
        ([EXCLUDED, NOTIFIED, "2025-03-10 representations_made"], "challenge"),
        ([EXCLUDED, NOTIFIED, MET], "hearing/governing_board"),
        ([EXCLUDED, NOTIFIED, MET, UPHELD], "hearing/governing_board"),
        ([EXCLUDED, NOTIFIED, MET, REINSTATED], "hearing/governing_board"),
        (TO_THE_WINDOW, "hearing/review_window"),
        ([*TO_THE_WINDOW, APPLIED], "hearing/review_panel"),
        ([*TO_THE_WINDOW, "2025-04-01 review_waived"], "placement"),
    ],
)
def test_a_stage_ends_by_its_event(events, expected):
    """Notification until the board has notice, challenge until it meets, its hearing until its decision is notified."""
    assert expected == stage(events, "2025-04-02")


def test_notification_ends_on_the_day_the_board_has_notice():
    """The day before, the case still stands at notification."""
    assert "notification" == stage([EXCLUDED, NOTIFIED], "2025-03-03")
    assert "challenge" == stage([EXCLUDED, NOTIFIED], "2025-03-04")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (WINDOW_ENDS, "hearing/review_window"),
        (DAY_AFTER, "placement"),
        ("2025-07-21", "placement"),
    ],
)
def test_the_window_for_a_review_ends_by_time_alone(as_of, expected):
    """From the day after its last day the case is derived to have moved; on the last day it has not."""
    assert expected == stage(TO_THE_WINDOW, as_of)


def test_no_event_is_written_when_the_window_runs_out():
    """The record stays as it was: nothing happened, only time passed, and no warning is due."""
    assert [] == warning_codes(decided(TO_THE_WINDOW, DAY_AFTER))


def test_a_posted_decision_lengthens_the_window_by_its_deemed_service():
    """Posted on 25 March and given on the 27th, the notice leaves two school days more: to Friday 2 May."""
    posted = [*TO_THE_WINDOW[:-1], "2025-03-25 governing_board_decision_notified served_by: first_class_post"]

    assert "hearing/review_window" == stage(posted, "2025-05-02")
    assert "placement" == stage(posted, "2025-05-03")


def test_a_review_ends_when_its_decision_is_notified():
    """Decided, the case stands at the panel; notified, it has moved on."""
    decided_only = [*TO_THE_WINDOW, APPLIED, "2025-05-06 review_began", "2025-05-06 review_decided outcome: upheld"]

    assert "hearing/review_panel" == stage(decided_only, "2025-05-31")
    assert "placement" == stage([*decided_only, "2025-05-08 review_decision_notified served_by: email"], "2025-05-31")


def test_a_reconsideration_ends_when_its_decision_is_notified():
    """Reconsidered, the case stands where it stood; the notice moves it."""
    reconsidered = [
        *TO_THE_WINDOW,
        APPLIED,
        "2025-05-06 review_decided outcome: quashed",
        "2025-05-08 review_decision_notified served_by: email",
        "2025-05-14 governing_board_reconsidered outcome: not_reinstate",
    ]

    assert "hearing/reconsideration" == stage(reconsidered, "2025-05-31")
    assert "placement" == stage([*reconsidered, "2025-05-15 reconsideration_notified"], "2025-05-31")


@pytest.mark.parametrize(
    "events",
    [
        [EXCLUDED, NOTIFIED, MET, REINSTATED, TOLD],
        [
            *TO_THE_WINDOW,
            APPLIED,
            "2025-05-06 review_decided outcome: quashed",
            "2025-05-08 review_decision_notified served_by: email",
            "2025-05-14 governing_board_reconsidered outcome: reinstate",
            "2025-05-15 reconsideration_notified",
        ],
    ],
)
def test_a_decision_to_reinstate_notified_closes_the_case(events):
    """Whether the board decides so at once or on reconsideration, the case ends as reinstated."""
    assert "closed/reinstated" == stage(events, "2025-05-31")


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5])
def test_a_cancellation_closes_the_case(steps):
    """Wherever it stood, a cancelled case is closed as cancelled."""
    assert "closed/cancelled" == stage([*TO_THE_WINDOW[:steps], "2025-03-26 exclusion_cancelled"], "2025-03-31")


NEW_SCHOOL = "2025-04-02 started_at_new_school"


@pytest.mark.parametrize("review", [[], [APPLIED]])
def test_a_new_school_before_the_exclusion_is_final_does_not_close_a_live_review(review):
    """The pupil has a place, but the window or the review is still there."""
    expected = "hearing/review_panel" if review else "hearing/review_window"

    assert expected == stage([*TO_THE_WINDOW, *review, NEW_SCHOOL], "2025-04-10")


def test_a_new_school_closes_the_case_once_the_exclusion_is_final():
    """With the window run out nothing is left to do for a pupil already placed."""
    assert "closed/placed" == stage([*TO_THE_WINDOW, NEW_SCHOOL], DAY_AFTER)


def test_a_new_school_after_the_exclusion_is_final_closes_the_case_at_once():
    """Placement ends with the start at a new school."""
    assert "closed/placed" == stage([*TO_THE_WINDOW, "2025-06-02 started_at_new_school"], "2025-06-02")


CLAIM = "2025-06-10 discrimination_claim_determined"
# The fifteenth school day after 10 June: 11 to 13, 16 to 20, 23 to 27 June, 30 June and 1 July.
REOPENED_UNTIL, AFTER_THAT = "2025-07-01", "2025-07-02"


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-06-09", "placement"),
        ("2025-06-10", "hearing/review_window"),
        (REOPENED_UNTIL, "hearing/review_window"),
        (AFTER_THAT, "placement"),
    ],
)
def test_an_equality_claim_finally_determined_reopens_the_window(as_of, expected):
    """Fifteen school days more to apply, counted from the determination."""
    assert expected == stage([*TO_THE_WINDOW, CLAIM], as_of)


def test_the_reopened_window_is_a_right_of_its_own():
    """The first right has lapsed; the new one is open to its last day."""
    decision = decided([*TO_THE_WINDOW, CLAIM], "2025-06-12")

    again = obligation(decision, "irp_apply_after_equality_claim")
    assert (day(REOPENED_UNTIL), Status.OPEN, day("2025-06-10")) == (again.due, again.status, again.arose_on)
    assert Status.LAPSED == obligation(decision, "irp_apply_window").status


def test_an_application_in_the_reopened_window_is_heard():
    """Applied on the last day of the new fifteen, the case goes to the panel."""
    assert "hearing/review_panel" == stage(
        [*TO_THE_WINDOW, CLAIM, "2025-07-01 review_applied_for sent_by: email"], "2025-07-03"
    )


def test_what_may_happen_next_is_what_the_stage_awaits():
    """In the window only an application or a waiver is awaited."""
    assert ("review_applied_for", "review_waived") == decided(TO_THE_WINDOW, "2025-03-26").next_events


def test_the_stage_of_a_suspension_is_that_of_its_own_pathway():
    """The other pathways name their stages themselves."""
    events = ["2025-03-03 suspended school_days: 2, first_day: 2025-03-03", "2025-03-03 parent_notified_in_writing"]

    assert "suspended" == stage(events, "2025-03-04")
