"""What counts as known of a case: silence, completeness of the log, events laid aside, and history in any order.

Follows the section "What is known" of the contract's page on meanings, sentence by sentence, on the shipped law.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.casework.builders import (
    case_text,
    day,
    decided,
    finding,
    findings,
    is_present,
    obligation,
    obligations,
    record_of,
    warning_codes,
)

from inclusion_rules.casework.case import Case, RefusedEventError
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.cli import main
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.facts import NOTHING, AtLeast, Unknown
from inclusion_rules.vocabulary import Outcome, Status

EXCLUDED = "2025-03-03 permanently_excluded session: morning"
SUSPENDED_TWO_DAYS = "2025-03-03 suspended school_days: 2, first_day: 2025-03-03"
SUSPENDED_SIX_DAYS = "2025-03-03 suspended school_days: 6, first_day: 2025-03-03"


# Left out is not known -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left_out", "duty", "missing"),
    [
        ("looked_after", "notify_vsh", "looked_after"),
        ("social_worker", "notify_social_worker", "social_worker"),
        ("sen", "ehcp_provision_continues", "sen"),
        ("home_authority", "notify_home_la_pex", "home_authority"),
        ("authority", "notify_home_la_pex", "school_authority"),
        ("type", "cancel_power_academy_citation", "school_type"),
    ],
)
def test_a_key_of_school_or_pupil_that_is_left_out_is_not_known(left_out, duty, missing):
    """Nobody said, so the finding is undetermined and names the fact that would settle it; no duty is raised."""
    decision = decided([EXCLUDED], "2025-03-04", without=[left_out])

    assert Outcome.UNDETERMINED == finding(decision, duty).outcome
    assert (missing,) == finding(decision, duty).missing_facts
    assert not is_present(decision, duty)


def test_an_attribute_of_an_event_that_is_left_out_is_not_known():
    """How a notice was sent decides whether it is deemed given later; unsaid, that stays undetermined."""
    decision = decided(
        [
            EXCLUDED,
            "2025-03-04 governing_board_notified",
            "2025-03-20 governing_board_met",
            "2025-03-20 governing_board_decided outcome: not_reinstate",
            "2025-03-21 governing_board_decision_notified",
        ],
        "2025-03-24",
    )

    assert Outcome.UNDETERMINED == finding(decision, "board_notice_deemed_service").outcome
    assert ("board_notice_served_by",) == finding(decision, "board_notice_deemed_service").missing_facts


def test_an_attribute_written_as_null_is_not_known_either():
    """An empty value says no more than silence does."""
    decision = decided(["2025-03-03 permanently_excluded session: null"], "2025-03-04")

    assert isinstance(decision.facts["session_of_exclusion"], Unknown)


@pytest.mark.parametrize(
    ("judgements", "outcome"),
    [
        ([], Outcome.UNDETERMINED),
        (["judgement: suspensions_becoming_regular, value: yes, by: headteacher"], Outcome.ENGAGED),
        (["judgement: suspensions_becoming_regular, value: no, by: headteacher"], Outcome.NOT_ENGAGED),
    ],
)
def test_a_judgement_that_nobody_has_made_is_not_known(judgements, outcome):
    """Only a named person can say that suspensions are becoming regular; until then the finding is undetermined."""
    decision = decided([SUSPENDED_TWO_DAYS], "2025-03-04", judgements=judgements)

    assert outcome == finding(decision, "review_repeat_suspensions").outcome


def test_a_judgement_holds_from_its_own_day():
    """A duty that rests on a judgement arises on the day the judgement was made, and not before."""
    made = ["judgement: suspensions_becoming_regular, value: yes, by: headteacher, date: 2025-03-12"]

    before = decided([SUSPENDED_TWO_DAYS], "2025-03-11", judgements=made)
    after = decided([SUSPENDED_TWO_DAYS], "2025-03-20", judgements=made)

    assert Outcome.UNDETERMINED == finding(before, "review_repeat_suspensions").outcome
    assert day("2025-03-12") == obligation(after, "review_repeat_suspensions").arose_on


def test_the_latest_judgement_by_date_is_the_one_that_counts():
    """A judgement made later replaces an earlier one, in whatever order the file lists them."""
    made = [
        "judgement: suspensions_becoming_regular, value: no, by: headteacher, date: 2025-03-12",
        "judgement: suspensions_becoming_regular, value: yes, by: headteacher, date: 2025-03-05",
    ]

    assert obligations(decided([SUSPENDED_TWO_DAYS], "2025-03-11", judgements=made), "review_repeat_suspensions")
    later = decided([SUSPENDED_TWO_DAYS], "2025-03-20", judgements=made)
    assert Outcome.NOT_ENGAGED == finding(later, "review_repeat_suspensions").outcome


# The log is complete -------------------------------------------------------------------------------------------------


def test_an_event_that_is_not_recorded_has_not_happened():
    """Without recorded representations there are none: the duty that needs them is not engaged, and not in doubt."""
    decision = decided([SUSPENDED_SIX_DAYS, "2025-03-03 governing_board_notified"], "2025-03-10")

    assert decision.facts["representations_made"] is False
    assert Outcome.NOT_ENGAGED == finding(decision, "board_consider_6to15_reps").outcome


def test_totals_count_what_is_recorded():
    """Two suspensions of 2 and 3.5 days in one term make 5.5 days, and nothing is guessed beyond them."""
    decision = decided(
        [
            "2025-02-26 suspended school_days: 3.5, first_day: 2025-02-26",
            "2025-03-10 suspended school_days: 2, first_day: 2025-03-10",
        ],
        "2025-03-12",
    )

    assert 5.5 == decision.facts["suspended_days_this_term"]
    assert 5.5 == decision.facts["suspended_days_this_school_year"]


def test_an_incomplete_history_makes_a_total_a_lower_bound():
    """Other schools could raise the total, so that the days recorded are the least it can be."""
    decision = decided([SUSPENDED_TWO_DAYS], "2025-03-05", history_complete=False)

    assert AtLeast(2, frozenset({"suspended_days_this_term"})) == decision.facts["suspended_days_this_term"]
    assert "history_incomplete" in warning_codes(decision)


@pytest.mark.parametrize(
    ("school_days", "duty", "outcome"),
    [
        (5, "notify_board_thresholds", Outcome.UNDETERMINED),
        (5.5, "notify_board_thresholds", Outcome.ENGAGED),
        (15, "board_consider_over15", Outcome.UNDETERMINED),
        (15.5, "board_consider_over15", Outcome.ENGAGED),
        (16, "board_consider_6to15_reps", Outcome.NOT_ENGAGED),
    ],
)
def test_an_incomplete_history_matters_only_where_it_could_change_the_answer(school_days, duty, outcome):
    """Past a threshold no unseen suspension alters the answer; short of it one might, and it stays open."""
    suspended = f"2025-03-03 suspended school_days: {school_days}, first_day: 2025-03-03"

    decision = decided([suspended, "2025-03-04 representations_made"], "2025-03-05", history_complete=False)

    assert outcome == finding(decision, duty).outcome


@pytest.mark.parametrize(("school_days", "breached"), [(10, None), (45, None), (45.5, True)])
def test_an_incomplete_history_leaves_open_whether_the_cap_is_passed(school_days, breached):
    """The cap of the year is breached for certain only when the recorded days alone pass it."""
    suspended = f"2024-09-03 suspended school_days: {school_days}, first_day: 2024-09-03"

    decision = decided([suspended], "2024-09-04", history_complete=False)

    assert breached is finding(decision, "suspension_cap_school_year").breached


def test_an_incomplete_history_does_not_touch_a_permanent_exclusion():
    """The board meets about a permanent exclusion whatever the totals are."""
    decision = decided([EXCLUDED], "2025-03-04", history_complete=False)

    assert Outcome.ENGAGED == finding(decision, "board_consider_pex").outcome


# Conditions and exceptions that are not known ------------------------------------------------------------------------


def test_a_condition_known_to_fail_settles_the_finding_whatever_else_is_not_known():
    """A cancelled exclusion owes no notice to a virtual school head, whether or not the pupil is looked after."""
    decision = decided([EXCLUDED, "2025-03-03 exclusion_cancelled"], "2025-03-04", without=["looked_after"])

    assert Outcome.NOT_ENGAGED == finding(decision, "notify_vsh").outcome


YEAR_11 = {"date_of_birth": "2009-05-05", "year_group": 11}


@pytest.mark.parametrize(
    ("finished", "exception", "duty"),
    [
        (None, Outcome.UNDETERMINED, Outcome.ENGAGED),
        (False, Outcome.NOT_ENGAGED, Outcome.ENGAGED),
        (True, Outcome.ENGAGED, Outcome.NOT_ENGAGED),
    ],
)
def test_only_an_exception_known_to_apply_holds_a_duty_back(finished, exception, duty):
    """Education from the sixth day is owed to a pupil of Year 11 until the examinations are known to be over."""
    said = {} if finished is None else {"public_exams_finished": finished}

    decision = decided([EXCLUDED], "2025-03-10", pupil={**YEAR_11, **said})

    assert exception == finding(decision, "sixth_day_exception_y11").outcome
    assert duty == finding(decision, "sixth_day_pex_home_la").outcome


def test_an_exception_that_is_not_known_is_named_beside_the_duty():
    """The duty says which exception is unsettled, and the exception says which fact would settle it."""
    decision = decided([EXCLUDED], "2025-03-10", pupil=YEAR_11)

    assert ("education/sixth_day_exception_y11",) == finding(decision, "sixth_day_pex_home_la").exceptions_unsettled
    assert ("public_exams_finished",) == finding(decision, "sixth_day_exception_y11").missing_facts


def test_a_duty_that_an_exception_holds_back_says_which():
    """Where an exception applies the finding names the rule that holds the duty back."""
    decision = decided([EXCLUDED], "2025-03-10", pupil={**YEAR_11, "public_exams_finished": True})

    assert "education/sixth_day_exception_y11" == finding(decision, "sixth_day_pex_home_la").held_back_by


# Laid aside ----------------------------------------------------------------------------------------------------------

MET_ON_20_MARCH = [EXCLUDED, "2025-03-04 governing_board_notified", "2025-03-20 governing_board_met"]


def test_events_after_the_day_are_left_aside_with_a_warning():
    """As of the day before the meeting, the board has not met."""
    decision = decided(MET_ON_20_MARCH, "2025-03-19")

    assert decision.facts["board_met"] is False
    assert Status.OPEN == obligation(decision, "board_consider_pex").status
    assert ["later_events"] == warning_codes(decision)


def test_events_of_the_day_itself_are_seen():
    """As of the day of the meeting, the board has met and nothing is left aside."""
    decision = decided(MET_ON_20_MARCH, "2025-03-20")

    assert day("2025-03-20") == obligation(decision, "board_consider_pex").met_on
    assert [] == warning_codes(decision)


RECORDED_LATE = [EXCLUDED, '2025-03-04 governing_board_notified recorded_at: "2025-03-10T09:30:00+00:00"']


@pytest.mark.parametrize(
    ("known_on", "notified"),
    [
        (date(2025, 3, 9), False),
        (date(2025, 3, 10), True),
        (datetime(2025, 3, 10, 9, 29, tzinfo=UTC), False),
        (datetime(2025, 3, 10, 9, 30, tzinfo=UTC), True),
        (datetime(2025, 3, 10, 9, 29), False),
        (None, True),
    ],
)
def test_what_was_recorded_after_a_given_time_is_left_aside(known_on, notified):
    """What happened counts from when the system learned of it, to the instant or to the day."""
    decision = decided(RECORDED_LATE, "2025-03-12", known_on=known_on)

    assert notified is decision.facts["board_notified"]
    assert (["later_events"] if not notified else []) == warning_codes(decision)


def test_an_event_without_an_instant_of_recording_is_always_known():
    """A plain case file says nothing of when it was written, and all of it counts."""
    decision = decided([EXCLUDED], "2025-03-12", known_on=date(2025, 3, 1))

    assert findings(decision, "board_consider_pex")


JUDGED_LATE = "judgement: affects_authority_duties, value: yes, by: proprietor, recorded_at: 2025-03-10T15:00:00+00:00"


@pytest.mark.parametrize(
    ("known_on", "known"),
    [
        (date(2025, 3, 9), False),
        (date(2025, 3, 10), True),
        (datetime(2025, 3, 10, 14, 59, tzinfo=UTC), False),
        (datetime(2025, 3, 10, 15, tzinfo=UTC), True),
        (None, True),
    ],
)
def test_what_was_judged_after_a_given_time_is_left_aside(known_on, known):
    """A judgement is known from the instant of its recording on, like an event."""
    decision = decided([EXCLUDED], "2025-03-12", known_on=known_on, judgements=[JUDGED_LATE])

    said = decision.facts["affects_authority_duties"]
    assert said is True if known else isinstance(said, Unknown)
    assert (not known) == ("later_events" in warning_codes(decision))


def test_a_judgement_that_does_not_say_when_it_was_recorded_is_known():
    """As with an event: what the file says without an instant, it has always said."""
    judged = "judgement: affects_authority_duties, value: yes, by: proprietor"

    decision = decided([EXCLUDED], "2025-03-12", known_on=date(2025, 3, 1), judgements=[judged])

    assert decision.facts["affects_authority_duties"] is True


def test_of_judgements_of_one_day_the_one_listed_last_holds():
    """Whoever writes it down again below has changed their mind."""
    made = [f"judgement: affects_authority_duties, value: {value}, by: proprietor" for value in ("yes", "no")]

    assert decided([EXCLUDED], "2025-03-12", judgements=made).facts["affects_authority_duties"] is False


# History in any order ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "events",
    [
        ["2025-03-04 governing_board_met"],
        ["2025-03-04 review_decision_notified", "2025-03-05 governing_board_decision_notified"],
        ["2025-03-04 exclusion_cancelled", "2025-03-05 governing_board_met", "2025-03-06 review_began"],
        ["2025-03-01 governing_board_notified", "2025-03-02 review_waived"],
        ["2025-03-04 pupil_returned_to_school", "2025-03-05 permanently_excluded session: afternoon"],
        ["2025-03-04 started_at_new_school", "2025-03-04 name_deleted_from_register", "2025-03-04 case_closed"],
    ],
)
def test_steps_in_any_order_are_decided(events):
    """Whatever was recorded is decided; nothing in a history is an error."""
    decision = decided([EXCLUDED, *events], "2025-03-31")

    assert findings(decision, "power_to_exclude")


def test_a_step_out_of_order_is_a_warning():
    """A meeting before the board had notice is told, with the day it happened."""
    decision = decided([EXCLUDED, "2025-03-10 governing_board_met"], "2025-03-12")

    (warning,) = decision.warnings
    assert ("out_of_order", day("2025-03-10")) == (warning.code, warning.about)


def test_the_case_stands_at_the_furthest_stage_reached():
    """A step recorded for a later day takes the case nowhere back, and a jump ahead is taken."""
    ahead = [EXCLUDED, "2025-03-10 governing_board_met"]

    assert "hearing/governing_board" == decided(ahead, "2025-03-12").stage
    assert "hearing/governing_board" == decided([*ahead, "2025-03-11 governing_board_notified"], "2025-03-12").stage


CANCELLED_TOO_LATE = [*MET_ON_20_MARCH, "2025-03-21 exclusion_cancelled"]


def test_an_event_that_breaks_a_rule_is_a_finding():
    """A cancellation after the board began its meeting is decided like any other, as a breached bar."""
    decision = decided(CANCELLED_TOO_LATE, "2025-03-24")

    assert finding(decision, "cancel_bar_meeting_commenced").breached is True
    assert "closed/cancelled" == decision.stage


def test_the_same_event_is_refused_only_when_it_is_entered_live():
    """Refusing belongs to live entry: the pathway takes no cancellation once the board has met."""
    rulebook = open_rulebook()
    noon = datetime(2025, 3, 21, 12, tzinfo=UTC)
    case = Case.open(record_of(MET_ON_20_MARCH), rulebook, recorded_at=noon, recorded_by="school")

    with pytest.raises(RefusedEventError):
        case.after(Event("exclusion_cancelled", day("2025-03-21")), rulebook, recorded_at=noon, recorded_by="school")


# Past the end of the calendar ----------------------------------------------------------------------------------------

BORN_LATER = {"date_of_birth": "2013-11-02"}
NEAR_THE_END = ["2027-07-12 permanently_excluded session: morning", "2027-07-13 governing_board_notified"]


def test_one_count_past_the_calendar_leaves_that_limit_alone_without_a_day():
    """The calendar ends on 23 July 2027, eight school days after the board's notice; the rest is decided."""
    decision = decided(NEAR_THE_END, "2027-07-14", pupil=BORN_LATER)

    board = obligation(decision, "board_consider_pex")
    assert (None, Status.OPEN) == (board.due, board.status)
    assert day("2027-07-19") == obligation(decision, "sixth_day_pex_home_la").due
    assert ["calendar_too_short"] == warning_codes(decision)


def test_a_limit_past_the_calendar_says_what_would_settle_it():
    """The obligation names the calendar as missing, and says in words which days it lacks."""
    board = obligation(decided(NEAR_THE_END, "2027-07-14", pupil=BORN_LATER), "board_consider_pex")

    assert ("calendar",) == board.missing_facts
    assert "2027-07-24" in (board.why or "")


def test_a_sixth_day_past_the_calendar_is_not_known():
    """Excluded two school days before the calendar ends, the pupil has a sixth day that nobody can date."""
    decision = decided(["2027-07-22 permanently_excluded session: morning"], "2027-07-22", pupil=BORN_LATER)

    assert isinstance(decision.facts["sixth_school_day"], Unknown)
    assert obligation(decision, "sixth_day_pex_home_la").due is None
    assert "calendar_too_short" in warning_codes(decision)


def test_a_case_past_its_calendar_still_exits_0(tmp_path: Path, capsys):
    """`case` shows what can be decided, and ends well."""
    file = tmp_path / "case.yaml"
    file.write_text(case_text(NEAR_THE_END, pupil=BORN_LATER), encoding="utf-8")

    assert 0 == main(["case", str(file), "--as-of", "2027-07-14"])
    assert "board" in capsys.readouterr().out


def test_a_single_deadline_past_its_calendar_exits_1(capsys):
    """`deadline` has nothing else to show, and says that it could not run."""
    assert 1 == main(["deadline", "--from", "2027-07-13", "--school-days", "15", "--calendar", "example"])
    assert "2027-07-24" in capsys.readouterr().err


def test_an_exclusion_before_the_calendar_begins_is_decided():
    """The days before September 2012 are not known, and everything that needs none of them is decided."""
    decision = decided(
        ["2012-07-02 permanently_excluded session: morning"], "2012-07-02", pupil={"date_of_birth": "1998-05-05"}
    )

    assert findings(decision, "equality_and_psed")
    assert decision.facts["board_decision"] == NOTHING
