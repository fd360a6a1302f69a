"""The seven pathways as they ship: what each step of a case leads to, what is asked for next, and what is not taken.

Every walk is decided step by step, on the day of each event, as a caseworker would see it. The shape of the files (what
leads where) is held against the pathways themselves. What the law owes at a stage is tested with the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inclusion_rules.casework.case import Case, RefusedEventError
from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook, read_case
from inclusion_rules.domain.findings import Decision
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.loading.conditions import Names
from inclusion_rules.loading.pathways import read_pathway
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import parse_tree, shipped
from inclusion_rules.loading.yaml_tree import Mapping, Scalar

PATHWAYS = (
    "managed_move",
    "off_site_direction",
    "part_time_timetable",
    "permanent_exclusion",
    "risk_of_exclusion",
    "safeguarding_separation",
    "suspension",
)
STAGES_OF_A_PERMANENT_EXCLUSION = (
    "notification",
    "challenge",
    "hearing/governing_board",
    "hearing/review_window",
    "hearing/review_panel",
    "hearing/reconsideration",
    "placement",
    "closed/placed",
    "closed/reinstated",
    "closed/cancelled",
    "closed/other",
)
BROKEN = Path(__file__).parent / "broken"
BROKEN_FILES = sorted(BROKEN.glob("*.yaml"))

Step = tuple[str, str, str]
"""An event with its date, the stage it leads to, and the events awaited there."""

any_pathway = pytest.mark.parametrize("name", PATHWAYS)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    """Everything that ships."""
    return open_rulebook()


def seen(pathway: str, *events: str, on: str | None = None, pupil: str = "{}") -> Decision:
    """A case with those events, decided on a day: that of the last event unless another is named."""
    lines = ["case: A", f"pathway: {pathway}", "calendar: example", f"pupil: {pupil}", "events:"]
    lines += [f"  - {{date: {event.replace(' ', ', event: ', 1)}}}" for event in events]
    record = read_case("\n".join(lines))
    return decide(record, open_rulebook(), as_of=date.fromisoformat(on or events[-1].split()[0]))


def refusals(decision: Decision) -> list[str]:
    """What the pathway did not take as it came, in words."""
    return [warning.message for warning in decision.warnings if warning.code == "out_of_order"]


def check_walk(pathway: str, *steps: Step, pupil: str = "{}") -> None:
    """Each step leads where it should, asks for what it should, and nothing is out of order."""
    for number, (event, stage, awaited) in enumerate(steps, start=1):
        decision = seen(pathway, *(earlier for earlier, _, _ in steps[:number]), pupil=pupil)

        assert (event, stage) == (event, decision.stage)
        assert (event, awaited.split()) == (event, list(decision.next_events))
        assert (event, []) == (event, refusals(decision))


# A permanent exclusion ---------------------------------------------------------------------------------------------

EXCLUDED = "2025-03-03 permanently_excluded, session: morning"
BOARD_TOLD = "2025-03-04 governing_board_notified"
BOARD_MET = "2025-03-20 governing_board_met"
NOT_REINSTATED = "2025-03-20 governing_board_decided, outcome: not_reinstate"
REINSTATED = "2025-03-20 governing_board_decided, outcome: reinstate"
DECISION_TOLD = "2025-03-21 governing_board_decision_notified, served_by: delivered"
TO_THE_WINDOW = (EXCLUDED, BOARD_TOLD, BOARD_MET, NOT_REINSTATED, DECISION_TOLD)
APPLIED = "2025-04-01 review_applied_for, sent_by: delivered"
PLACING = "name_deleted_from_register school_place_allocated started_at_new_school"


def test_a_permanent_exclusion_is_walked_to_a_new_school() -> None:
    """The longest way there is: board, panel, reconsideration, and a place at another school."""
    check_walk(
        "permanent_exclusion",
        ("2025-03-03 exclusion_considered", "notification", "permanently_excluded"),
        (
            EXCLUDED,
            "notification",
            "parent_notified_in_writing local_authority_notified governing_board_notified exclusion_cancelled",
        ),
        (
            "2025-03-03 parent_notified_in_writing",
            "notification",
            "local_authority_notified governing_board_notified exclusion_cancelled",
        ),
        (
            "2025-03-03 local_authority_notified",
            "notification",
            "governing_board_notified exclusion_cancelled",
        ),
        (BOARD_TOLD, "challenge", "governing_board_met representations_made exclusion_cancelled"),
        ("2025-03-10 representations_made", "challenge", "governing_board_met exclusion_cancelled"),
        (BOARD_MET, "hearing/governing_board", "governing_board_decided"),
        (NOT_REINSTATED, "hearing/governing_board", "governing_board_decision_notified"),
        (DECISION_TOLD, "hearing/review_window", "review_applied_for review_waived"),
        (APPLIED, "hearing/review_panel", "review_began"),
        ("2025-04-25 review_began", "hearing/review_panel", "review_decided"),
        ("2025-04-25 review_decided, outcome: quashed", "hearing/review_panel", "review_decision_notified"),
        (
            "2025-04-28 review_decision_notified",
            "hearing/reconsideration",
            "governing_board_reconvened governing_board_reconsidered",
        ),
        ("2025-05-02 governing_board_reconvened", "hearing/reconsideration", "governing_board_reconsidered"),
        (
            "2025-05-02 governing_board_reconsidered, outcome: not_reinstate",
            "hearing/reconsideration",
            "reconsideration_notified",
        ),
        ("2025-05-06 reconsideration_notified", "placement", PLACING),
        ("2025-05-07 name_deleted_from_register", "placement", "school_place_allocated started_at_new_school"),
        ("2025-06-03 school_place_allocated", "placement", "started_at_new_school"),
        ("2025-06-09 started_at_new_school", "closed/placed", ""),
        ("2025-06-10 case_closed", "closed/placed", ""),
    )


def test_a_permanent_exclusion_has_the_stages_that_others_rely_on(rulebook: Rulebook) -> None:
    """Their names and order are promised to other programs."""
    stages = rulebook.pathways["permanent_exclusion"].stages

    assert STAGES_OF_A_PERMANENT_EXCLUSION == tuple(stage.name for stage in stages)


def test_once_the_board_has_met_only_its_decision_is_awaited() -> None:
    """The example that other programs are held against."""
    decision = seen(
        "permanent_exclusion",
        "2024-11-18 suspended, school_days: 2.5, first_day: 2024-11-18",
        "2025-01-13 permanently_excluded, session: morning, reasons: [PP]",
        "2025-01-13 parent_notified_in_writing",
        "2025-01-14 governing_board_notified",
        "2025-02-05 governing_board_met",
        on="2025-02-10",
    )

    assert ("hearing/governing_board", ("governing_board_decided",)) == (decision.stage, decision.next_events)


def test_before_anything_is_recorded_the_first_step_is_awaited() -> None:
    """A case opened before its first event asks for that event and nothing later."""
    decision = seen("permanent_exclusion", "2025-03-03 parent_informed")

    assert ("notification", ("exclusion_considered", "permanently_excluded")) == (
        decision.stage,
        decision.next_events,
    )


def test_notices_of_an_earlier_suspension_do_not_move_a_permanent_exclusion() -> None:
    """Earlier suspensions are history, also while an exclusion is only being considered."""
    earlier = ("2025-01-06 suspended, school_days: 1, first_day: 2025-01-06", "2025-01-06 governing_board_notified")

    assert "notification" == seen("permanent_exclusion", *earlier, "2025-03-03 exclusion_considered").stage
    assert "notification" == seen("permanent_exclusion", *earlier, EXCLUDED).stage


def test_a_decision_to_reinstate_closes_the_case_once_it_is_notified() -> None:
    """The decision alone does not: the hearing stage lasts until the notice."""
    before = (EXCLUDED, BOARD_TOLD, BOARD_MET, REINSTATED)

    assert "hearing/governing_board" == seen("permanent_exclusion", *before).stage
    assert "closed/reinstated" == seen("permanent_exclusion", *before, DECISION_TOLD).stage


@pytest.mark.parametrize("outcome", ["reconsideration_recommended", "quashed"])
def test_a_reconsideration_may_reinstate(outcome: str) -> None:
    """After a recommendation as after a quashing the board decides once more."""
    decision = seen(
        "permanent_exclusion",
        *TO_THE_WINDOW,
        APPLIED,
        f"2025-04-25 review_decided, outcome: {outcome}",
        "2025-04-28 review_decision_notified",
        "2025-05-02 governing_board_reconsidered, outcome: reinstate",
        "2025-05-02 reconsideration_notified",
    )

    assert ("closed/reinstated", []) == (decision.stage, refusals(decision))


@pytest.mark.parametrize("stage", [1, 2, 3, 5, 6])
def test_a_cancellation_closes_the_case_wherever_it_stands(stage: int) -> None:
    """Whether it was lawful is for the rules: the record shows it, and history is not refused."""
    events = (*TO_THE_WINDOW, APPLIED)[:stage]

    assert "closed/cancelled" == seen("permanent_exclusion", *events, "2025-04-02 exclusion_cancelled").stage


def test_a_case_closed_for_another_reason_ends_as_other() -> None:
    """A pupil who moves abroad, say."""
    assert "closed/other" == seen("permanent_exclusion", EXCLUDED, "2025-03-10 case_closed").stage


def test_the_time_to_apply_runs_out_by_itself() -> None:
    """Fifteen school days from the notice of 21 March end on 28 April; no event is written on the day after."""
    assert "hearing/review_window" == seen("permanent_exclusion", *TO_THE_WINDOW, on="2025-04-28").stage
    assert "placement" == seen("permanent_exclusion", *TO_THE_WINDOW, on="2025-04-29").stage


def test_a_waiver_ends_the_time_to_apply_at_once() -> None:
    """Nothing is left to wait for."""
    assert "placement" == seen("permanent_exclusion", *TO_THE_WINDOW, "2025-03-24 review_waived").stage


def test_an_application_after_the_time_to_apply_is_told_and_moves_nothing() -> None:
    """The exclusion was final by then."""
    decision = seen("permanent_exclusion", *TO_THE_WINDOW, "2025-05-06 review_applied_for, sent_by: email")

    assert "placement" == decision.stage
    assert ["review applied for on Tue 6 May 2025: the pathway does not take this step at `placement`"] == refusals(
        decision
    )


def test_a_review_given_up_makes_the_exclusion_final() -> None:
    """The panel has nothing left to decide."""
    decision = seen("permanent_exclusion", *TO_THE_WINDOW, APPLIED, "2025-04-10 review_abandoned")

    assert ("placement", []) == (decision.stage, refusals(decision))


def test_a_new_school_does_not_close_a_live_review() -> None:
    """The case stays with the panel, and is closed as placed once the panel's decision makes the exclusion final."""
    started = (*TO_THE_WINDOW, "2025-03-24 started_at_new_school", APPLIED)
    decided = (*started, "2025-04-25 review_decided, outcome: upheld", "2025-04-28 review_decision_notified")

    assert "hearing/review_panel" == seen("permanent_exclusion", *started).stage
    assert "closed/placed" == seen("permanent_exclusion", *decided).stage


def test_an_equality_claim_finally_determined_reopens_the_time_to_apply() -> None:
    """The new time runs out by itself too: fifteen school days from 6 May end on 3 June."""
    determined = (*TO_THE_WINDOW, "2025-05-06 discrimination_claim_determined")

    assert "hearing/review_window" == seen("permanent_exclusion", *determined, on="2025-06-03").stage
    assert "placement" == seen("permanent_exclusion", *determined, on="2025-06-04").stage


def test_a_family_that_applied_in_time_is_given_no_second_time_by_a_claim() -> None:
    """It had its review: the exclusion stays final when a claim is determined, with a new school or without."""
    reviewed = (
        *TO_THE_WINDOW,
        APPLIED,
        "2025-04-25 review_began",
        "2025-04-25 review_decided, outcome: upheld",
        "2025-04-28 review_decision_notified",
    )
    claim, started = "2025-05-06 discrimination_claim_determined", "2025-05-01 started_at_new_school"

    assert "placement" == seen("permanent_exclusion", *reviewed, claim).stage
    assert "closed/placed" == seen("permanent_exclusion", *reviewed, started, claim).stage


def test_a_claim_takes_a_case_on_again_after_its_end() -> None:
    """At a new school or closed by hand: the window is open, and when it has run out the case has ended again."""
    for ended, until_then in (("started_at_new_school", "closed/placed"), ("case_closed", "placement")):
        determined = (*TO_THE_WINDOW, f"2025-05-01 {ended}", "2025-05-06 discrimination_claim_determined")

        assert "hearing/review_window" == seen("permanent_exclusion", *determined, on="2025-06-03").stage
        assert until_then == seen("permanent_exclusion", *determined, on="2025-06-04").stage


def test_after_a_reopening_the_first_review_counts_for_nothing() -> None:
    """A first application, late and heard all the same, does not carry the case back to a panel; nor does its panel."""
    first = (
        *TO_THE_WINDOW,
        "2025-04-30 review_applied_for, sent_by: email",
        "2025-05-01 review_began",
        "2025-05-01 review_decided, outcome: upheld",
        "2025-05-02 review_decision_notified",
        "2025-05-06 discrimination_claim_determined",
    )
    again = seen("permanent_exclusion", *first, "2025-05-12 review_applied_for, sent_by: email")

    assert "hearing/review_window" == seen("permanent_exclusion", *first).stage
    assert ("hearing/review_panel", ("review_began",)) == (again.stage, again.next_events)


def test_a_step_that_jumps_ahead_is_taken_and_told() -> None:
    """The case stands at the furthest stage reached; what was left out is a warning."""
    decision = seen("permanent_exclusion", EXCLUDED, "2025-03-20 governing_board_met")

    assert "hearing/governing_board" == decision.stage
    assert [
        "governing board met on Thu 20 Mar 2025: the case stood at `notification`; the steps between are not recorded"
    ] == refusals(decision)


def test_a_step_recorded_late_takes_the_case_nowhere_back() -> None:
    """Notice given after the meeting changes nothing, and is no step out of order of its own."""
    events = (EXCLUDED, "2025-03-19 governing_board_met", "2025-03-20 governing_board_notified")
    decision = seen("permanent_exclusion", *events)

    assert "hearing/governing_board" == decision.stage
    assert 1 == len(refusals(decision))


def test_a_step_after_the_end_is_told_and_moves_nothing() -> None:
    """A board that meets about a cancelled exclusion has nothing to decide."""
    decision = seen("permanent_exclusion", EXCLUDED, "2025-03-05 exclusion_cancelled", BOARD_MET)

    assert "closed/cancelled" == decision.stage
    assert ["governing board met on Thu 20 Mar 2025: the case had already ended as `closed/cancelled`"] == refusals(
        decision
    )


def test_a_decision_notified_without_its_outcome_waits_for_it() -> None:
    """Which way the panel decided is not guessed."""
    decision = seen("permanent_exclusion", *TO_THE_WINDOW, APPLIED, "2025-04-28 review_decision_notified")

    assert "hearing/review_panel" == decision.stage
    assert 1 == len(refusals(decision))


def test_the_order_of_lines_of_different_days_changes_nothing() -> None:
    """Events are taken by date, however the file lists them."""
    events = (EXCLUDED, BOARD_TOLD, BOARD_MET)
    decision = seen("permanent_exclusion", *reversed(events), on="2025-03-20")

    assert ("hearing/governing_board", []) == (decision.stage, refusals(decision))


# A suspension ------------------------------------------------------------------------------------------------------

LONG = "2025-03-03 suspended, school_days: 16, first_day: 2025-03-03"
SHORT = "2025-03-03 suspended, school_days: 2, first_day: 2025-03-03"
TOLD = "2025-03-03 parent_notified_in_writing"
AUTHORITY_TOLD = "2025-03-03 local_authority_notified"


def test_a_short_suspension_ends_with_the_return() -> None:
    """Two days: no board, no sixth day."""
    check_walk(
        "suspension",
        (SHORT, "notification", "parent_notified_in_writing local_authority_notified exclusion_cancelled"),
        (
            TOLD,
            "suspended",
            "local_authority_notified representations_made exclusion_cancelled pupil_returned_to_school",
        ),
        (AUTHORITY_TOLD, "suspended", "representations_made exclusion_cancelled pupil_returned_to_school"),
        (
            "2025-03-05 pupil_returned_to_school",
            "returned",
            "reintegration_meeting_held representations_made case_closed",
        ),
        ("2025-03-05 reintegration_meeting_held", "returned", "representations_made case_closed"),
        ("2025-03-06 case_closed", "closed/returned", ""),
    )


def test_a_long_suspension_goes_to_the_board() -> None:
    """Sixteen days: notice to the board, education from the sixth day, and a meeting."""
    open_steps = "representations_made governing_board_met exclusion_cancelled pupil_returned_to_school"
    check_walk(
        "suspension",
        (
            LONG,
            "notification",
            "parent_notified_in_writing local_authority_notified governing_board_notified exclusion_cancelled",
        ),
        (
            TOLD,
            "suspended",
            f"local_authority_notified governing_board_notified education_began {open_steps}",
        ),
        (AUTHORITY_TOLD, "suspended", f"governing_board_notified education_began {open_steps}"),
        (BOARD_TOLD, "suspended", f"education_began {open_steps}"),
        ("2025-03-10 education_began, by: school", "suspended", open_steps),
        (
            "2025-03-25 pupil_returned_to_school",
            "returned",
            "reintegration_meeting_held representations_made governing_board_met case_closed",
        ),
        ("2025-03-27 governing_board_met", "hearing/governing_board", "governing_board_decided"),
        (
            "2025-03-27 governing_board_decided, outcome: not_reinstate",
            "hearing/governing_board",
            "governing_board_decision_notified",
        ),
        ("2025-03-28 governing_board_decision_notified", "closed/decided", ""),
    )


def test_a_pupil_still_out_after_the_decision_is_awaited_back() -> None:
    """A board that does not reinstate leaves the suspension to run its days."""
    decided = (LONG, TOLD, BOARD_TOLD, BOARD_MET, NOT_REINSTATED, DECISION_TOLD)
    back = seen("suspension", *decided, "2025-03-25 pupil_returned_to_school")

    assert "suspended" == seen("suspension", *decided).stage
    assert ("closed/decided", []) == (back.stage, refusals(back))


@pytest.mark.parametrize(
    ("last", "end"),
    [
        (("2025-03-04 exclusion_cancelled",), "closed/cancelled"),
        (("2025-03-04 case_closed",), "closed/other"),
        ((BOARD_MET, REINSTATED, DECISION_TOLD), "closed/reinstated"),
    ],
)
def test_the_other_ends_of_a_suspension(last: tuple[str, ...], end: str) -> None:
    """A cancellation, a case closed early, and a decision to reinstate."""
    assert end == seen("suspension", LONG, TOLD, *last).stage


def test_the_return_of_a_reinstated_pupil_is_no_surprise() -> None:
    """The return follows the end of the case and is not told as out of order."""
    decision = seen(
        "suspension", LONG, TOLD, BOARD_MET, REINSTATED, DECISION_TOLD, "2025-03-24 pupil_returned_to_school"
    )

    assert ("closed/reinstated", []) == (decision.stage, refusals(decision))


def test_the_latest_of_several_suspensions_is_the_one_in_hand() -> None:
    """What was recorded of the first moves the second nowhere."""
    events = (
        SHORT,
        TOLD,
        "2025-03-05 pupil_returned_to_school",
        "2025-04-22 suspended, school_days: 1, first_day: 2025-04-22",
    )

    assert "notification" == seen("suspension", *events).stage


# A part-time timetable ---------------------------------------------------------------------------------------------

PROPOSED = "2025-03-03 part_time_timetable_proposed, reason: health, parent_agreed: true"
STARTED = "2025-03-10 part_time_timetable_started, reason: health, parent_agreed: true, ends_on: 2025-03-28"
EXTENDED = "2025-03-27 part_time_timetable_extended, ends_on: 2025-05-09, parent_agreed: true"
REVIEW_OR_END = "part_time_timetable_reviewed part_time_timetable_ended"
REVIEW_EXTEND_OR_END = "part_time_timetable_reviewed part_time_timetable_extended part_time_timetable_ended"


def test_a_part_time_timetable_is_walked_to_its_end() -> None:
    """Proposed, started, reviewed in time and once more after the end that was set, and ended."""
    check_walk(
        "part_time_timetable",
        (PROPOSED, "proposal", "part_time_timetable_started"),
        (STARTED, "part_time", REVIEW_OR_END),
        ("2025-03-20 part_time_timetable_reviewed", "part_time", REVIEW_EXTEND_OR_END),
        (EXTENDED, "part_time", REVIEW_EXTEND_OR_END),
        ("2025-05-12 part_time_timetable_reviewed", "part_time", REVIEW_EXTEND_OR_END),
        ("2025-05-15 part_time_timetable_ended", "closed/ended", ""),
        ("2025-05-16 case_closed", "closed/ended", ""),
    )


def test_an_extension_sets_a_new_end() -> None:
    """Extended to 9 May, the timetable is not past its end on the day after the first one, and is on 10 May."""
    assert "part_time" == seen("part_time_timetable", STARTED, EXTENDED, on="2025-05-09").stage
    assert "part_time/past_its_end" == seen("part_time_timetable", STARTED, EXTENDED, on="2025-05-10").stage


def test_an_extension_after_the_end_takes_the_timetable_up_again() -> None:
    """What had run on without a review runs on to an end again."""
    late = EXTENDED.replace("2025-03-27", "2025-04-03")

    assert ("part_time", []) == (
        (decision := seen("part_time_timetable", STARTED, late)).stage,
        refusals(decision),
    )


def live_refusal(pathway: str, last: str, *events: str) -> str:
    """Why a live case with those events does not take one more; empty where it takes it."""
    rulebook = open_rulebook()
    noon = datetime(2026, 10, 30, 12, tzinfo=UTC)
    lines = ["case: A", f"pathway: {pathway}", "calendar: example", "pupil: {}", "events:"]
    lines += [f"  - {{date: {event.replace(' ', ', event: ', 1)}}}" for event in (*events, last)]
    record = read_case("\n".join(lines))
    case = Case.open(replace(record, events=record.events[:-1]), rulebook, recorded_at=noon, recorded_by="school")
    try:
        case.after(record.events[-1], rulebook, recorded_at=noon, recorded_by="school")
    except RefusedEventError as refused:
        return str(refused)
    return ""


def test_a_live_case_takes_no_second_timetable_while_one_runs() -> None:
    """It is reviewed and extended, or ended, before another starts."""
    second = "2025-04-30 part_time_timetable_started, reason: health, parent_agreed: true"
    ended = "2025-04-28 part_time_timetable_ended"

    assert "already running" in live_refusal("part_time_timetable", second, STARTED)
    assert "" == live_refusal("part_time_timetable", second, STARTED, ended)


def test_a_live_case_takes_no_timetable_that_the_parent_declined() -> None:
    """A later proposal that the parent agrees to opens the way; a refusal before an earlier start closes nothing."""
    declined = "2025-02-24 part_time_timetable_proposed, reason: health, parent_agreed: false"
    ended = "2025-04-28 part_time_timetable_ended"
    second = "2025-04-30 part_time_timetable_started, reason: health, parent_agreed: true"

    assert "did not agree" in live_refusal("part_time_timetable", STARTED, declined)
    assert "" == live_refusal("part_time_timetable", STARTED, declined, PROPOSED)
    assert "" == live_refusal("part_time_timetable", second, declined, STARTED, ended)


def test_a_timetable_runs_past_the_end_set_for_it_by_time_alone() -> None:
    """On its last day it still runs; the day after it has run on unreviewed."""
    assert "part_time" == seen("part_time_timetable", STARTED, on="2025-03-28").stage
    assert "part_time/past_its_end" == seen("part_time_timetable", STARTED, on="2025-03-29").stage


def test_a_review_before_the_end_does_not_carry_the_timetable_past_it() -> None:
    """Only a review on the last day, or since, looks at what happens after it."""
    early = seen("part_time_timetable", STARTED, "2025-03-27 part_time_timetable_reviewed", on="2025-04-01")
    on_the_day = seen("part_time_timetable", STARTED, "2025-03-28 part_time_timetable_reviewed", on="2025-04-01")

    assert ("part_time/past_its_end", "part_time") == (early.stage, on_the_day.stage)


def test_a_timetable_without_an_end_never_runs_past_one() -> None:
    """An end that nobody stated is not known, and no day is guessed."""
    started = "2025-03-10 part_time_timetable_started, reason: health, parent_agreed: true"

    assert "part_time" == seen("part_time_timetable", started, on="2025-07-18").stage


def test_a_timetable_that_the_parent_refuses_is_not_asked_to_start() -> None:
    """Without the parent's agreement there is no part-time timetable to begin."""
    refused = "2025-03-03 part_time_timetable_proposed, reason: health, parent_agreed: false"

    assert ("case_closed",) == seen("part_time_timetable", refused).next_events
    assert "closed/not_started" == seen("part_time_timetable", refused, "2025-03-04 case_closed").stage


def test_agreement_that_nobody_recorded_leaves_both_ways_open() -> None:
    """Not known is not no."""
    decision = seen("part_time_timetable", "2025-03-03 part_time_timetable_proposed, reason: health")

    assert ("part_time_timetable_started", "case_closed") == decision.next_events


def test_a_timetable_started_without_a_proposal_is_part_time() -> None:
    """The start is a beginning of its own, not a step out of order."""
    decision = seen("part_time_timetable", STARTED)

    assert ("part_time", []) == (decision.stage, refusals(decision))


def test_a_second_timetable_is_a_new_walk() -> None:
    """What ended the first does not end the second."""
    second = "2025-05-12 part_time_timetable_started, reason: health, parent_agreed: true"

    assert "part_time" == seen("part_time_timetable", STARTED, "2025-05-01 part_time_timetable_ended", second).stage


def test_a_running_timetable_may_be_closed_for_another_reason() -> None:
    """A pupil who leaves the school, say."""
    assert "closed/other" == seen("part_time_timetable", STARTED, "2025-03-20 case_closed").stage


# A managed move ----------------------------------------------------------------------------------------------------

MOVE_PROPOSED = "2025-03-03 managed_move_proposed"
MOVE_AGREED = "2025-03-05 managed_move_agreed"
TRIAL_STARTED = "2025-03-10 managed_move_started, trial_until: 2025-03-28"


def test_a_managed_move_is_walked_to_the_new_school() -> None:
    """A move that is permanent from the outset."""
    check_walk(
        "managed_move",
        (MOVE_PROPOSED, "proposal", "managed_move_agreed managed_move_ended"),
        (MOVE_AGREED, "agreed", "managed_move_started managed_move_ended"),
        ("2025-03-10 managed_move_started", "completion", "managed_move_completed managed_move_ended"),
        ("2025-03-24 managed_move_completed", "closed/completed", ""),
    )


def test_a_managed_move_with_a_trial_is_walked_through_it() -> None:
    """Moves before July 2026 may have one."""
    check_walk(
        "managed_move",
        (MOVE_PROPOSED, "proposal", "managed_move_agreed managed_move_ended"),
        (MOVE_AGREED, "agreed", "managed_move_started managed_move_ended"),
        (TRIAL_STARTED, "trial", "managed_move_reviewed managed_move_completed managed_move_ended"),
        (
            "2025-03-21 managed_move_reviewed",
            "trial",
            "managed_move_reviewed managed_move_completed managed_move_ended",
        ),
        ("2025-03-31 managed_move_completed", "closed/completed", ""),
    )


def test_a_trial_is_over_by_time_alone() -> None:
    """On its last day the pupil is on trial; the day after, the move is to be completed or ended."""
    events = (MOVE_PROPOSED, MOVE_AGREED, TRIAL_STARTED)

    assert "trial" == seen("managed_move", *events, on="2025-03-28").stage
    assert "completion" == seen("managed_move", *events, on="2025-03-29").stage


def test_a_trial_stated_when_the_move_was_proposed_is_a_trial() -> None:
    """The start need not say it again."""
    proposed = "2025-03-03 managed_move_proposed, trial_until: 2025-03-28"

    assert "trial" == seen("managed_move", proposed, MOVE_AGREED, "2025-03-10 managed_move_started").stage


@pytest.mark.parametrize(
    ("events", "end"),
    [
        ((), "closed/not_started"),
        ((MOVE_AGREED,), "closed/not_started"),
        ((MOVE_AGREED, TRIAL_STARTED), "closed/returned"),
    ],
)
def test_a_managed_move_ends_by_how_far_it_came(events: tuple[str, ...], end: str) -> None:
    """Ended before the start it never began; afterwards the pupil is back."""
    assert end == seen("managed_move", MOVE_PROPOSED, *events, "2025-03-26 managed_move_ended").stage


def test_a_second_proposal_is_a_new_walk() -> None:
    """Another school may be found after the first move fell through."""
    events = (MOVE_PROPOSED, "2025-03-05 managed_move_ended", "2025-03-24 managed_move_proposed")

    assert "proposal" == seen("managed_move", *events).stage


def test_a_move_started_without_agreement_is_told() -> None:
    """The pupil is there all the same."""
    decision = seen("managed_move", MOVE_PROPOSED, "2025-03-10 managed_move_started")

    assert ("completion", 1) == (decision.stage, len(refusals(decision)))


# An off-site direction ---------------------------------------------------------------------------------------------

DIRECTED = "2025-03-03 off_site_direction_decided, starts_on: 2025-03-10"
NOTICE = "2025-03-04 off_site_direction_notice_given"
OFF_SITE = "2025-03-10 off_site_direction_started"
GOING_ON = "off_site_direction_review_requested off_site_direction_reviewed off_site_direction_ended"


def test_an_off_site_direction_is_walked_to_its_end() -> None:
    """Notice, start, a review asked for and held, a review that ends it, and the end."""
    check_walk(
        "off_site_direction",
        (DIRECTED, "notice", "off_site_direction_notice_given"),
        (NOTICE, "before_start", "off_site_direction_started"),
        (OFF_SITE, "off_site", GOING_ON),
        (
            "2025-03-20 off_site_direction_review_requested, by: parent",
            "off_site",
            "off_site_direction_reviewed off_site_direction_ended",
        ),
        ("2025-03-25 off_site_direction_reviewed, continue: true", "off_site", GOING_ON),
        ("2025-03-26 off_site_direction_reviewed", "off_site", GOING_ON),
        ("2025-04-02 off_site_direction_reviewed, continue: false", "return", "off_site_direction_ended"),
        ("2025-04-04 off_site_direction_ended", "closed/ended", ""),
        ("2025-04-04 case_closed", "closed/ended", ""),
    )


def test_a_direction_that_never_started_was_withdrawn() -> None:
    """Ended after the notice and before the first day."""
    assert (
        "closed/withdrawn" == seen("off_site_direction", DIRECTED, NOTICE, "2025-03-07 off_site_direction_ended").stage
    )


def test_a_direction_started_without_notice_is_told() -> None:
    """The pupil is off site; notice given afterwards takes the case nowhere back."""
    decision = seen("off_site_direction", DIRECTED, OFF_SITE, "2025-03-11 off_site_direction_notice_given")

    assert ("off_site", 1) == (decision.stage, len(refusals(decision)))


def test_a_second_direction_is_a_new_walk() -> None:
    """What was recorded of the first moves the second nowhere."""
    first = (DIRECTED, NOTICE, OFF_SITE, "2025-04-04 off_site_direction_ended")

    assert (
        "notice"
        == seen("off_site_direction", *first, "2025-05-06 off_site_direction_decided, starts_on: 2025-05-12").stage
    )


def test_a_suspension_during_a_direction_does_not_move_it() -> None:
    """The direction keeps its own steps, and they stay its own."""
    events = (DIRECTED, NOTICE, OFF_SITE, "2025-03-17 suspended, school_days: 1, first_day: 2025-03-17")

    assert "off_site" == seen("off_site_direction", *events).stage
    assert (
        "return" == seen("off_site_direction", *events, "2025-03-20 off_site_direction_reviewed, continue: false").stage
    )


# A safeguarding separation -----------------------------------------------------------------------------------------

SEPARATED = "2026-09-07 safeguarding_separation_started, allegation_of_harm: true, pupils_to_separate: 2"
LOOK_OR_END = "safeguarding_separation_reviewed safeguarding_separation_ended"


def test_a_safeguarding_separation_is_walked_to_its_end() -> None:
    """Education is arranged and begins, the separation is reviewed and ends."""
    check_walk(
        "safeguarding_separation",
        (SEPARATED, "separated/without_education", f"education_arranged {LOOK_OR_END}"),
        (
            "2026-09-08 education_arranged, by: local_authority, starts_on: 2026-09-10",
            "separated/with_education",
            f"education_began {LOOK_OR_END}",
        ),
        ("2026-09-10 education_began, by: local_authority", "separated/with_education", LOOK_OR_END),
        ("2026-09-21 safeguarding_separation_reviewed", "separated/with_education", LOOK_OR_END),
        ("2026-10-01 safeguarding_separation_ended", "closed/ended", ""),
    )


def test_education_that_began_needs_no_arranging_any_more() -> None:
    """A school that teaches the pupil from the first day recorded no arrangement."""
    decision = seen("safeguarding_separation", SEPARATED, "2026-09-08 education_began, by: school")

    assert ("separated/with_education", []) == (decision.stage, refusals(decision))


def test_a_separation_may_end_before_education_is_arranged() -> None:
    """A short one."""
    assert (
        "closed/ended" == seen("safeguarding_separation", SEPARATED, "2026-09-08 safeguarding_separation_ended").stage
    )


def test_a_separation_that_has_ended_is_not_ended_again() -> None:
    """The second end is told."""
    ended = "2026-09-08 safeguarding_separation_ended"
    decision = seen("safeguarding_separation", SEPARATED, ended, "2026-09-14 safeguarding_separation_ended")

    assert [
        "safeguarding separation ended on Mon 14 Sep 2026: the case had already ended as `closed/ended`"
    ] == refusals(decision)


def test_a_live_case_takes_no_second_separation_while_one_runs() -> None:
    """Only one that has ended may be followed by another."""
    second = SEPARATED.replace("2026-09-07", "2026-09-21")
    ended = "2026-09-14 safeguarding_separation_ended"

    assert "already running" in live_refusal("safeguarding_separation", second, SEPARATED)
    assert "" == live_refusal("safeguarding_separation", second, SEPARATED, ended)


# A risk of exclusion -----------------------------------------------------------------------------------------------

AT_RISK = "2026-09-07 risk_of_exclusion_identified"
NO_PLAN = "{sen: none, looked_after: false}"


def test_a_risk_of_exclusion_is_walked_to_support() -> None:
    """Assessed, referred, answered; referred once more, discussed; closed."""
    check_walk(
        "risk_of_exclusion",
        (AT_RISK, "identified", "level_of_need_assessed"),
        (
            "2026-09-08 level_of_need_assessed, level: 3",
            "assessed",
            "early_help_referral_made inclusion_partnership_referral_made mash_referral_made",
        ),
        ("2026-09-09 mash_referral_made, consent: true", "referred", "mash_decision_made"),
        ("2026-09-10 early_help_referral_made", "referred", "mash_decision_made"),
        ("2026-09-14 mash_decision_made, outcome: early help", "support", "level_of_need_assessed case_closed"),
        ("2026-09-15 inclusion_partnership_referral_made", "referred", "multi_service_group_discussed"),
        ("2026-10-15 multi_service_group_discussed", "support", "level_of_need_assessed case_closed"),
        ("2026-11-03 level_of_need_assessed, level: 2", "support", "level_of_need_assessed case_closed"),
        ("2026-11-20 case_closed", "closed/other", ""),
        pupil=NO_PLAN,
    )


def test_what_a_plan_or_care_asks_for_stands_beside_the_assessment() -> None:
    """A looked-after pupil with an EHC plan; each step is asked for until it is taken."""
    pupil = "{sen: ehc_plan, looked_after: true}"
    check_walk(
        "risk_of_exclusion",
        (
            AT_RISK,
            "identified",
            "virtual_school_head_contacted personal_education_plan_review_called ehc_plan_early_review_called "
            "level_of_need_assessed",
        ),
        (
            "2026-09-08 virtual_school_head_contacted",
            "identified",
            "personal_education_plan_review_called ehc_plan_early_review_called level_of_need_assessed",
        ),
        (
            "2026-09-08 personal_education_plan_review_called",
            "identified",
            "ehc_plan_early_review_called level_of_need_assessed",
        ),
        ("2026-09-08 ehc_plan_early_review_called", "identified", "level_of_need_assessed"),
        pupil=pupil,
    )


def test_a_referral_need_not_wait_for_an_assessment() -> None:
    """A child in danger is referred at once, and that is no step out of order."""
    decision = seen("risk_of_exclusion", AT_RISK, "2026-09-07 mash_referral_made")

    assert ("referred", []) == (decision.stage, refusals(decision))


def test_early_help_alone_is_support() -> None:
    """Nothing is recorded in answer to it."""
    decision = seen("risk_of_exclusion", AT_RISK, "2026-09-08 early_help_referral_made")

    assert ("support", []) == (decision.stage, refusals(decision))


@pytest.mark.parametrize(
    ("event", "end"),
    [
        ("permanently_excluded, session: morning", "closed/excluded"),
        ("managed_move_completed", "closed/moved"),
        ("case_closed", "closed/other"),
    ],
)
def test_the_ends_of_a_risk(event: str, end: str) -> None:
    """The pupil is excluded, has moved, or the case is closed."""
    assert end == seen("risk_of_exclusion", AT_RISK, f"2026-09-14 {event}").stage


def test_a_suspension_leaves_a_risk_where_it_stands() -> None:
    """It is a reason to look again, not an end; every event belongs to the case."""
    suspended = "2026-09-14 suspended, school_days: 1, first_day: 2026-09-14"
    later = "2026-09-16 level_of_need_assessed, level: 3"

    assert "identified" == seen("risk_of_exclusion", AT_RISK, suspended).stage
    assert "assessed" == seen("risk_of_exclusion", AT_RISK, suspended, later).stage


# Any history at all -----------------------------------------------------------------------------------------------

ATTRIBUTES = {
    "suspended": "school_days: 2, first_day: 2026-09-14",
    "governing_board_decided": "outcome: not_reinstate",
    "governing_board_reconsidered": "outcome: reinstate",
    "review_decided": "outcome: quashed",
    "education_arranged": "by: school, starts_on: 2026-09-21",
    "education_began": "by: school",
    "part_time_timetable_proposed": "reason: health, parent_agreed: true",
    "part_time_timetable_started": "reason: health, parent_agreed: true, ends_on: 2026-09-21",
    "part_time_timetable_extended": "ends_on: 2026-09-25, parent_agreed: true",
    "managed_move_started": "trial_until: 2026-09-21",
    "off_site_direction_decided": "starts_on: 2026-09-21",
    "off_site_direction_review_requested": "by: parent",
    "off_site_direction_reviewed": "continue: false",
    "level_of_need_assessed": "level: 2",
    "mash_decision_made": "outcome: no further action",
}
"""What an event needs to be recorded, and what makes it move a case."""


@any_pathway
@settings(max_examples=25)
@given(data=st.data())
def test_no_history_is_refused(name: str, data: st.DataObject, rulebook: Rulebook) -> None:
    """Whatever was recorded, in any order, the case stands at a stage of its pathway and asks for what that awaits."""
    pathway = rulebook.pathways[name]
    known = sorted(set(events_named(pathway)))
    listed = st.lists(st.tuples(st.sampled_from(known), st.integers(7, 28)), min_size=1, max_size=6)
    events = [
        f"2026-09-{day:02} {event}" + (f", {ATTRIBUTES[event]}" if event in ATTRIBUTES else "")
        for event, day in data.draw(listed)
    ]
    decision = seen(name, *events, on="2026-09-28")

    awaited = {entry.event for entry in pathway.stage(decision.stage).awaits} | set(pathway.begins_with)
    assert set(decision.next_events) <= awaited


# The shape of the files --------------------------------------------------------------------------------------------


def following(pathway: Pathway, stage: str) -> set[str]:
    """The stages to which a case may go from a stage."""
    return {move.target for move in pathway.moves if stage in move.sources}


def reached_from(pathway: Pathway, stage: str) -> set[str]:
    """The stages that a case at a stage may ever come to, that one included."""
    found, waiting = {stage}, [stage]
    while waiting:
        fresh = following(pathway, waiting.pop()) - found
        found |= fresh
        waiting += fresh
    return found


def events_named(pathway: Pathway) -> Iterator[str]:
    """Every event that a pathway names anywhere."""
    yield from pathway.begins_with
    yield from (awaited.event for stage in pathway.stages for awaited in stage.awaits)
    yield from (move.event for move in pathway.moves if move.event is not None)


def test_every_pathway_ships(rulebook: Rulebook) -> None:
    """Their names are promised to other programs."""
    assert set(PATHWAYS) == set(rulebook.pathways)


@any_pathway
def test_every_event_of_a_pathway_can_be_recorded(name: str, rulebook: Rulebook) -> None:
    """Nothing is asked for that the vocabulary has no word for."""
    known = rulebook.edition(("england",)).events

    assert [] == [event for event in events_named(rulebook.pathways[name]) if event not in known]


@any_pathway
def test_every_stage_can_be_reached(name: str, rulebook: Rulebook) -> None:
    """Ends included."""
    pathway = rulebook.pathways[name]

    assert {stage.name for stage in pathway.stages} == reached_from(pathway, pathway.stages[0].name)


@any_pathway
def test_every_case_can_end(name: str, rulebook: Rulebook) -> None:
    """From every stage some end is reached, and an end is left by nothing but what says that it reopens a case."""
    pathway = rulebook.pathways[name]
    ends = {stage.name for stage in pathway.stages if stage.is_end}

    assert ends
    for stage in pathway.stages:
        leaving = [move for move in pathway.moves if stage.name in move.sources]
        assert reached_from(pathway, stage.name) & ends
        assert all(move.reopens is stage.is_end for move in leaving)


@any_pathway
def test_ends_ask_for_nothing_and_stages_say_when_they_are_over(name: str, rulebook: Rulebook) -> None:
    """A stage says what it lasts until and asks for something; an end does neither."""
    for stage in rulebook.pathways[name].stages:
        assert (stage.name, stage.is_end) == (stage.name, not stage.awaits)
        assert (stage.name, stage.is_end) == (stage.name, stage.until == "")


@any_pathway
def test_something_that_is_asked_for_leads_on(name: str, rulebook: Rulebook) -> None:
    """No stage asks only for what leaves the case where it is; time alone may lead on too."""
    pathway = rulebook.pathways[name]
    for stage in pathway.stages:
        awaited = {entry.event for entry in stage.awaits}
        leaving = {move.event for move in pathway.moves if stage.name in move.sources and move.target != stage.name}
        assert stage.is_end or leaving & (awaited | {None}), stage.name


@any_pathway
def test_every_end_may_be_the_end_of_a_case_closed_early(name: str, rulebook: Rulebook) -> None:
    """A case may be closed at any stage, and closing one that has ended is nothing out of order."""
    pathway = rulebook.pathways[name]
    closing = [move for move in pathway.moves if move.event == "case_closed"]

    assert {stage.name for stage in pathway.stages if not stage.is_end} == {s for move in closing for s in move.sources}
    assert all(move.only_in_turn for move in closing)


@any_pathway
def test_every_pathway_says_what_of_it_is_not_confirmed(name: str) -> None:
    """Each file carries a note on the law behind it, for whoever reads the file."""
    path = shipped("pathways") / f"{name}.yaml"
    tree = parse_tree(path.read_bytes(), Problems(), name=path.name)

    assert isinstance(tree, Mapping)
    notes = [body.text for key, body in tree.entries if key.text == "note" and isinstance(body, Scalar)]
    assert [True] == ["2026" in note and "not read" in note for note in notes]


# Broken files ------------------------------------------------------------------------------------------------------


def the_problems_of(text: str, name: str, rulebook: Rulebook) -> InvalidFilesError:
    """Everything that is wrong with a pathway file."""
    edition = Edition(tuple(rulebook.packs.values()))
    facts = {fact: definition.type for fact, definition in edition.facts.items()}
    names = Names(facts, {parameter: value.unit for parameter, value in edition.parameters.items()})
    problems = Problems()
    tree = parse_tree(text, problems, name=name)
    assert tree is not None
    read_pathway(tree, names=names, events=dict(edition.events), problems=problems)
    return InvalidFilesError(problems.found)


@pytest.mark.parametrize("path", BROKEN_FILES, ids=lambda path: path.name)
def test_broken_pathways_are_explained_as_recorded(path: Path, rulebook: Rulebook) -> None:
    """Every fault of shape is told at its place, in the recorded words."""
    expected = path.with_name(path.name + ".txt").read_text(encoding="utf-8")

    assert expected == f"{the_problems_of(path.read_text(encoding='utf-8'), path.name, rulebook)}\n"


def test_every_fault_of_shape_has_a_recorded_example() -> None:
    """The gallery shows each kind, and no expected text outlives its file."""
    recorded = "".join(path.read_text(encoding="utf-8") for path in BROKEN.glob("*.txt"))

    assert [] == [code for code in ("P601", "P602", "P603", "P604", "P605") if f"error[{code}]" not in recorded]
    assert {path.name + ".txt" for path in BROKEN_FILES} == {path.name for path in BROKEN.glob("*.txt")}


def test_every_misspelt_name_is_told_with_the_nearest_one(rulebook: Rulebook) -> None:
    """An event, a stage, a fact and what the pathway follows: all of them at once."""
    text = """
pathway: suspension
title: Names that nobody declared
begins with: [suspeneded]
follows: suspention
stages:
  - stage: suspended
    until: the pupil is back
    awaits:
      - pupil returnd to school
      - {event: case closed, when: {pupil bak: yes}}
  - {stage: closed/returned, ends: yes}
moves:
  - {event: pupil returned to school, from: suspended, to: closed/returned}
  - {event: case closd, from: suspnded, to: closed/retuned}
"""
    told = {(p.message.split("`")[1], p.help) for p in the_problems_of(text, "a.yaml", rulebook).diagnostics}

    assert {
        ("suspeneded", "did you mean `suspended`?"),
        ("suspention", "did you mean `suspension`?"),
        ("pupil returnd to school", "did you mean `pupil returned to school`?"),
        ("pupil bak", "did you mean `pupil back`?"),
        ("case closd", "did you mean `case closed`?"),
        ("suspnded", "did you mean `suspended`?"),
        ("closed/retuned", "did you mean `closed/returned`?"),
    } == told
