"""Which event meets which duty, and on which day it counts.

Follows the table "What meets what" of the contract's page on meanings, and deemed service, as far as the national law
holds these duties.
"""

from __future__ import annotations

import pytest
from tests.casework.builders import day, decided, finding, obligation, school_day_after, warning_codes

from inclusion_rules.vocabulary import Status

EXCLUDED = "2025-03-03 permanently_excluded session: morning"
NOTIFIED = "2025-03-04 governing_board_notified"
MET = "2025-03-20 governing_board_met"
UPHELD = "2025-03-20 governing_board_decided outcome: not_reinstate"
TOLD = "2025-03-25 governing_board_decision_notified served_by: delivered"
TO_THE_WINDOW = [EXCLUDED, NOTIFIED, MET, UPHELD, TOLD]
WINDOW_ENDS = "2025-04-30"


def met(events: list[str], duty: str, as_of: str = "2025-07-21", **said: object) -> tuple[Status, str | None]:
    """Where the one obligation for a duty stands, and the day it was met."""
    entry = obligation(decided(events, as_of, **said), duty)  # type: ignore[arg-type]
    return entry.status, entry.met_on.isoformat() if entry.met_on else None


# Telling the relevant person -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "informed", "notified"),
    [
        ("parent_informed", (Status.MET, "2025-03-04"), (Status.OPEN, None)),
        ("parent_notified_in_writing", (Status.MET, "2025-03-04"), (Status.MET, "2025-03-04")),
        ("first_five_days_notice_given", (Status.OPEN, None), (Status.OPEN, None)),
    ],
)
def test_a_word_tells_the_parent_and_only_a_letter_is_the_written_notice(event, informed, notified):
    """Either tells the relevant person; the written notice is met by the latter alone."""
    events = [EXCLUDED, f"2025-03-04 {event}"]

    assert informed == met(events, "inform_relevant_person")
    assert notified == met(events, "written_notice_relevant_person")


def test_the_first_of_several_acts_meets_a_duty():
    """Told by telephone on the 4th and in writing on the 6th, the parent was told on the 4th."""
    events = [EXCLUDED, "2025-03-06 parent_notified_in_writing", "2025-03-04 parent_informed"]

    assert (Status.MET, "2025-03-04") == met(events, "inform_relevant_person")


# The board's limits --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begins", "duty"),
    [
        ([EXCLUDED], "board_consider_pex"),
        (["2025-03-03 suspended school_days: 16, first_day: 2025-03-03"], "board_consider_over15"),
        (
            ["2025-03-03 suspended school_days: 6, first_day: 2025-03-03", "2025-03-05 representations_made"],
            "board_consider_6to15_reps",
        ),
        ([EXCLUDED, "2025-03-03 public_exam_or_test_missed exam_date: 2025-03-25"], "board_consider_exam"),
        ([EXCLUDED, "2025-03-03 public_exam_or_test_missed exam_date: 2025-03-25"], "board_consider_exam_before_date"),
    ],
)
def test_the_boards_limits_are_met_by_its_meeting(begins, duty):
    """Not by a decision, nor by its notice: the day of the meeting counts."""
    assert (Status.MET, "2025-03-20") == met([*begins, NOTIFIED, MET], duty)
    without = [*begins, NOTIFIED, UPHELD, TOLD]
    assert Status.MISSED == met(without, duty)[0]


# Education from the sixth day ----------------------------------------------------------------------------------------

SIXTH = "2025-03-10"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("2025-03-10 education_began by: local_authority", (Status.MET, "2025-03-10")),
        ("2025-03-11 education_began by: local_authority", (Status.MET_LATE, "2025-03-11")),
        ("2025-03-07 education_began by: local_authority, starts_on: 2025-03-10", (Status.MET, "2025-03-10")),
        ("2025-03-07 education_began by: local_authority, starts_on: 2025-03-12", (Status.MET_LATE, "2025-03-12")),
        ("2025-03-05 education_arranged by: home_authority, starts_on: 2025-03-10", (Status.MET, "2025-03-10")),
        ("2025-03-05 education_arranged by: home_authority, starts_on: 2025-03-11", (Status.MET_LATE, "2025-03-11")),
        (
            "2025-03-05 education_arranged by: school, starts_on: 2025-03-10, full_time: true",
            (Status.MET, "2025-03-10"),
        ),
        ("2025-03-05 education_arranged by: school, starts_on: 2025-03-10, full_time: false", (Status.MISSED, None)),
        ("2025-03-10 education_began by: local_authority, full_time: false", (Status.MISSED, None)),
        ("2025-03-10 education_began by: local_authority, full_time: true", (Status.MET, "2025-03-10")),
        ("2025-03-10 education_offer_declined", (Status.MET, "2025-03-10")),
        ("2025-03-06 education_offer_declined full_time: true, starts_on: 2025-03-10", (Status.MET, "2025-03-10")),
        ("2025-03-10 education_offer_declined full_time: false", (Status.MISSED, None)),
    ],
)
def test_education_from_the_sixth_day_is_met_by_full_time_education(event, expected):
    """Begun or arranged, from the day it starts, full-time or not stated; an offer declined discharges as well."""
    assert expected == met([EXCLUDED, event], "sixth_day_pex_home_la", "2025-03-14")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-03-10", (Status.OPEN, None)),
        ("2025-03-11", (Status.MISSED, None)),
        ("2025-03-12", (Status.MET_LATE, "2025-03-12")),
    ],
)
def test_education_arranged_for_later_meets_the_duty_only_once_its_day_has_come(as_of, expected):
    """Arranged on the 5th to start on the 12th, education is still owed on the 10th and the 11th."""
    arranged = "2025-03-05 education_arranged by: home_authority, starts_on: 2025-03-12"

    assert expected == met([EXCLUDED, arranged], "sixth_day_pex_home_la", as_of)


def test_full_time_education_after_part_time_meets_it_late():
    """Part-time education from the sixth day, full-time from the tenth of April: met then."""
    events = [
        EXCLUDED,
        "2025-03-10 education_began by: local_authority, full_time: false",
        "2025-03-13 education_began by: local_authority, full_time: true",
    ]

    assert (Status.MET_LATE, "2025-03-13") == met(events, "sixth_day_pex_home_la")


def test_the_governing_board_owes_it_to_a_suspended_pupil():
    """After a suspension the school's board is the bearer, and the same events meet the duty."""
    events = [
        "2025-03-03 suspended school_days: 8, first_day: 2025-03-03",
        "2025-03-10 education_began by: school",
    ]

    entry = obligation(decided(events, "2025-03-14"), "sixth_day_suspended_school")
    assert ("governing_board", day(SIXTH), Status.MET) == (entry.bearer, entry.due, entry.status)


# The application window ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("2025-04-30 review_applied_for sent_by: delivered", (Status.MET, "2025-04-30")),
        ("2025-04-30 review_applied_for sent_by: email", (Status.MET, "2025-04-30")),
        ('2025-04-30 review_applied_for sent_by: email, at: "23:59"', (Status.MET, "2025-04-30")),
        ("2025-05-01 review_applied_for sent_by: email", (Status.LAPSED, None)),
        ("2025-04-28 review_applied_for sent_by: first_class_post", (Status.MET, "2025-04-30")),
        ("2025-04-29 review_applied_for sent_by: first_class_post", (Status.LAPSED, None)),
        ("2025-04-30 review_waived", (Status.MET, "2025-04-30")),
    ],
)
def test_the_window_is_used_by_an_application_deemed_received_in_it_or_a_waiver(event, expected):
    """Posted first class, an application counts on the second working day after; otherwise that day, until midnight."""
    assert expected == met([*TO_THE_WINDOW, event], "irp_apply_window")


@pytest.mark.parametrize(
    ("posted", "received"),
    [
        ("2025-04-02", "2025-04-04"),
        ("2025-04-03", "2025-04-07"),
        ("2025-04-04", "2025-04-08"),
        ("2025-04-05", "2025-04-08"),
        ("2025-04-16", "2025-04-22"),
        ("2025-04-17", "2025-04-23"),
    ],
)
def test_two_working_days_skip_weekends_and_bank_holidays_but_not_school_holidays(posted, received):
    """The post runs in the school holidays, and stands still on Good Friday, 18 April, and Easter Monday, the 21st."""
    applied = f"{posted} review_applied_for sent_by: first_class_post"

    assert (Status.MET, received) == met([*TO_THE_WINDOW, applied], "irp_apply_window")


def test_how_an_application_was_sent_may_not_be_known():
    """It then counts on the day it was sent, and a warning says that this is not known."""
    decision = decided([*TO_THE_WINDOW, "2025-04-30 review_applied_for"], "2025-05-12")

    assert Status.MET == obligation(decision, "irp_apply_window").status
    assert "service_method_not_known" in warning_codes(decision)


# The review, the reconsideration -------------------------------------------------------------------------------------

APPLIED = "2025-03-31 review_applied_for sent_by: email"


@pytest.mark.parametrize(
    ("began", "expected"),
    # The fifteenth school day after 31 March: 1 to 4 April, 22 to 25 April, 28 April to 2 May, 6 and 7 May.
    [("2025-05-07", (Status.MET, "2025-05-07")), ("2025-05-08", (Status.MET_LATE, "2025-05-08"))],
)
def test_the_review_begins_in_time_by_its_first_meeting(began, expected):
    """What counts is the day on which the panel first met, not the decision."""
    events = [*TO_THE_WINDOW, APPLIED, f"{began} review_began", "2025-06-10 review_decided outcome: upheld"]

    assert day("2025-05-07") == school_day_after("2025-03-31", 15)
    assert expected == met(events, "irp_begin_by")


def test_a_review_applied_for_by_post_begins_in_time_of_the_day_it_is_deemed_received():
    """Posted on Friday 28 March and received on Tuesday 1 April, the application starts the fifteen days on the 2nd."""
    posted = "2025-03-28 review_applied_for sent_by: first_class_post"

    entry = obligation(decided([*TO_THE_WINDOW, posted], "2025-04-02"), "irp_begin_by")

    assert day("2025-05-08") == entry.due


PANEL = ["2025-05-06 review_began", "2025-05-06 review_decided outcome: quashed"]
DECISION_SENT = "2025-05-08 review_decision_notified served_by: delivered"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        # The tenth school day after 8 May: 9, 12 to 16 and 19 to 22 May.
        ("2025-05-22 governing_board_reconvened", (Status.MET, "2025-05-22")),
        ("2025-05-22 governing_board_reconsidered outcome: not_reinstate", (Status.MET, "2025-05-22")),
        ("2025-05-23 governing_board_reconsidered outcome: not_reinstate", (Status.MET_LATE, "2025-05-23")),
        ("2025-05-22 governing_board_met", (Status.MISSED, None)),
    ],
)
def test_a_reconsideration_is_met_by_reconvening_or_by_the_decision(event, expected):
    """Ten school days from the notice of the panel's decision, for either event."""
    assert expected == met([*TO_THE_WINDOW, APPLIED, *PANEL, DECISION_SENT, event], "irp_reconsider_after_quash")


# Cancellation notices ------------------------------------------------------------------------------------------------

CANCELLED = [EXCLUDED, "2025-03-06 exclusion_cancelled"]
TO_ALL = [
    "2025-03-06 cancellation_notified to: parent",
    "2025-03-07 cancellation_notified to: governing_board",
    "2025-03-10 cancellation_notified to: local_authority",
]


def test_a_cancellation_is_notified_to_each():
    """The notices are complete on the day the last of them went out, and open while one is missing."""
    assert (Status.MET, "2025-03-10") == met([*CANCELLED, *TO_ALL], "cancel_notice_with_reasons")
    for missing in range(3):
        sent = TO_ALL[:missing] + TO_ALL[missing + 1 :]
        assert (Status.OPEN, None) == met([*CANCELLED, *sent], "cancel_notice_with_reasons")


@pytest.mark.parametrize(
    ("pupil", "to"),
    [({"social_worker": True}, "social_worker"), ({"looked_after": True}, "virtual_school_head")],
)
def test_a_cancellation_is_notified_to_a_social_worker_and_a_virtual_school_head_where_there_is_one(pupil, to):
    """For a pupil who has one, they are told too; otherwise nobody waits for them."""
    more = f"2025-03-11 cancellation_notified to: {to}"

    assert (Status.OPEN, None) == met([*CANCELLED, *TO_ALL], "cancel_notice_with_reasons", pupil=pupil)
    assert (Status.MET, "2025-03-11") == met([*CANCELLED, *TO_ALL, more], "cancel_notice_with_reasons", pupil=pupil)


def test_whether_a_cancellation_notice_is_complete_may_not_be_known():
    """While nobody says whether the pupil has a social worker, the notices to the others do not settle it."""
    entry = obligation(
        decided([*CANCELLED, *TO_ALL], "2025-03-20", without=["social_worker"]), "cancel_notice_with_reasons"
    )

    assert (Status.OPEN, ("social_worker",)) == (entry.status, entry.missing_facts)


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        (" invited: [social_worker]", (Status.OPEN, ("looked_after",))),
        (" invited: [parent]", (Status.MISSED, ())),
        ("", (Status.OPEN, ("invited", "looked_after"))),
    ],
)
def test_one_part_surely_left_undone_settles_it_whatever_is_not_known_of_another(met, expected):
    """With the social worker left out, the invitations were not made, whether or not the pupil is looked after."""
    pupil = {"social_worker": True}
    events = [EXCLUDED, NOTIFIED, f"2025-03-20 governing_board_met{met}"]
    decision = decided(events, "2025-03-21", pupil=pupil, without=["looked_after"])
    entry = obligation(decision, "board_invite_sw_vsh")

    assert expected == (entry.status, entry.missing_facts)


# Deemed service of a decision notice ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "way", "last_day"),
    [
        # Given on Friday 14 March: 17 to 21, 24 to 28 and 31 March to 4 April are fifteen school days.
        ("2025-03-14", "delivered", "2025-04-04"),
        ("2025-03-14", "email", "2025-04-04"),
        # Posted on Wednesday 12 March, given on Friday the 14th.
        ("2025-03-12", "first_class_post", "2025-04-04"),
        # Posted on Friday 14 March, given on Tuesday the 18th: two school days later than by hand.
        ("2025-03-14", "first_class_post", "2025-04-23"),
        # Posted on Thursday 1 May, given on Tuesday 6 May: Monday the 5th is a bank holiday.
        # Then 7 to 9, 12 to 16 and 19 to 23 May, 2 and 3 June.
        ("2025-05-01", "first_class_post", "2025-06-03"),
    ],
)
def test_a_decision_notice_by_post_is_given_two_working_days_later_and_the_count_starts_after_that(sent, way, last_day):
    """Bank holidays are not working days; the fifteen school days start the day after the notice is deemed given."""
    events = [
        EXCLUDED,
        NOTIFIED,
        "2025-03-11 governing_board_met",
        "2025-03-11 governing_board_decided outcome: not_reinstate",
        f"{sent} governing_board_decision_notified served_by: {way}",
    ]

    assert day(last_day) == obligation(decided(events, sent), "irp_apply_window").due


def test_an_obligation_counted_from_deemed_service_arose_when_the_notice_was_sent():
    """The right is there from the day the notice went out, though its days count from later."""
    events = [*TO_THE_WINDOW[:-1], "2025-03-25 governing_board_decision_notified served_by: first_class_post"]

    for as_of in ("2025-03-25", "2025-03-26", "2025-04-10"):
        assert day("2025-03-25") == obligation(decided(events, as_of), "irp_apply_window").arose_on


def test_a_notice_of_the_panel_by_post_is_deemed_given_in_the_same_way():
    """Posted on Thursday 1 May and given on the 6th, it starts the ten school days of a reconsideration on the 7th."""
    posted = "2025-05-01 review_decision_notified served_by: first_class_post"
    events = [*TO_THE_WINDOW, APPLIED, "2025-04-30 review_decided outcome: quashed", posted]

    # 7 to 9, 12 to 16, 19 and 20 May.
    assert day("2025-05-20") == obligation(decided(events, "2025-05-06"), "irp_reconsider_after_quash").due


def test_the_definition_of_deemed_service_shows_where_it_applies():
    """A posted notice engages the definition, one delivered by hand does not."""
    posted = [*TO_THE_WINDOW[:-1], "2025-03-25 governing_board_decision_notified served_by: first_class_post"]

    assert "engaged" == finding(decided(posted, "2025-03-31"), "board_notice_deemed_service").outcome
    assert "not_engaged" == finding(decided(TO_THE_WINDOW, "2025-03-31"), "board_notice_deemed_service").outcome
