"""Which exclusion an event belongs to, what its totals and its run come to, and which law governs it.

Follows the section "Which exclusion" of the contract's page on meanings, sentence by sentence.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.casework.builders import (
    case_text,
    day,
    decided,
    findings,
    is_present,
    obligation,
    obligations,
    record_of,
    school_day_after,
    warning_codes,
)

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook, read_case
from inclusion_rules.domain.facts import NOTHING, Unknown
from inclusion_rules.errors import UnknownNameError
from inclusion_rules.vocabulary import Status


def suspended(on: str, school_days: float, first_day: str | None = None, **more: object) -> str:
    """A suspension as a line of a case, beginning on its own day unless another is given."""
    rest = "".join(f", {name}: {value}" for name, value in more.items())
    return f"{on} suspended school_days: {school_days}, first_day: {first_day or on}{rest}"


def term_year_and_sixth(events: list[str], as_of: str, **said: object) -> tuple[object, object, object]:
    """The three facts that every decision shows about the exclusion in hand."""
    facts = decided(events, as_of, **said).facts  # type: ignore[arg-type]
    return facts["suspended_days_this_term"], facts["suspended_days_this_school_year"], facts["sixth_school_day"]


# Whose event it is ---------------------------------------------------------------------------------------------------

TWO_SUSPENSIONS = [suspended("2025-03-03", 6), suspended("2025-03-17", 6)]


def test_each_exclusion_raises_obligations_of_its_own():
    """Two suspensions owe two written notices, each with the date of its own event."""
    decision = decided(TWO_SUSPENSIONS, "2025-03-20")

    abouts = [entry.about for entry in obligations(decision, "written_notice_relevant_person")]
    assert [day("2025-03-03"), day("2025-03-17")] == abouts


def test_another_event_belongs_to_the_latest_exclusion_at_or_before_it():
    """A notice on 4 March is about the first suspension, one on 17 March about the second, of that very day."""
    told = [*TWO_SUSPENSIONS, "2025-03-04 parent_notified_in_writing", "2025-03-17 parent_notified_in_writing"]

    first, second = obligations(decided(told, "2025-03-20"), "written_notice_relevant_person")
    assert (day("2025-03-04"), day("2025-03-17")) == (first.met_on, second.met_on)


def test_an_event_belongs_to_the_exclusion_that_it_names():
    """A meeting on 24 March `of` the first suspension leaves the board's duty about the second as it was."""
    events = [
        TWO_SUSPENSIONS[0],
        "2025-03-04 governing_board_notified",
        "2025-03-05 representations_made",
        TWO_SUSPENSIONS[1],
        "2025-03-18 governing_board_notified",
        "2025-03-18 representations_made",
        "2025-03-24 governing_board_met of: 2025-03-03",
    ]

    decision = decided(events, "2025-03-28")

    met = obligation(decision, "board_consider_6to15_reps", about="2025-03-03")
    unmet = obligation(decision, "board_consider_6to15_reps", about="2025-03-17")
    assert (Status.MET, Status.OPEN) == (met.status, unmet.status)


@pytest.mark.parametrize(
    "event",
    [
        "parent_informed",
        "local_authority_notified",
        "governing_board_notified",
        "cancellation_notified to: parent",
        "representations_made",
        "remote_meeting_requested",
        "governing_board_met",
        "governing_board_decided outcome: reinstate",
        "governing_board_decision_notified",
        "review_applied_for",
        "review_decided outcome: upheld",
        "reconsideration_notified",
        "exclusion_cancelled",
    ],
)
def test_every_notification_challenge_and_hearing_event_may_name_its_exclusion(event):
    """`of` is an attribute of each of them."""
    name, _, rest = event.partition(" ")
    line = f"2025-03-20 {name} of: 2025-03-03{', ' + rest if rest else ''}"

    (read,) = (found for found in record_of([*TWO_SUSPENSIONS, line]).events if found.name == name)

    assert day("2025-03-03") == read.of


def test_an_event_may_name_an_exclusion_decided_later():
    """A parent told on Friday of a suspension decided on Monday was told of that one."""
    events = ["2025-02-28 parent_informed of: 2025-03-03", suspended("2025-03-03", 1)]

    assert day("2025-02-28") == obligation(decided(events, "2025-03-04"), "inform_relevant_person").met_on


def test_earlier_suspensions_of_a_permanent_exclusion_are_history():
    """On the pathway of a permanent exclusion they count in totals, and raise nothing of their own."""
    decision = decided([suspended("2025-02-24", 6), "2025-03-17 permanently_excluded session: morning"], "2025-03-20")

    assert 6 == decision.facts["suspended_days_this_term"]
    assert {None, day("2025-03-17")} == {entry.about for entry in decision.obligations}
    assert {None, day("2025-03-17")} == {found.about for found in decision.findings}


def test_a_suspension_raises_its_own_on_its_own_pathway():
    """The same suspension on the pathway of suspensions is a subject."""
    decision = decided([suspended("2025-02-24", 6), suspended("2025-03-17", 1)], "2025-03-20")

    assert {None, day("2025-02-24"), day("2025-03-17")} == {entry.about for entry in decision.obligations}


# The exclusion in hand -----------------------------------------------------------------------------------------------


def test_the_facts_describe_the_latest_exclusion():
    """With the second suspension in hand, both count in its totals."""
    assert (12, 12) == term_year_and_sixth(TWO_SUSPENSIONS, "2025-04-01")[:2]


def test_the_facts_describe_the_exclusion_that_is_asked_about():
    """About the first suspension, the second is not counted; the case says about which it speaks."""
    decision = decided(TWO_SUSPENSIONS, "2025-04-01", about="2025-03-03")

    assert 6 == decision.facts["suspended_days_this_term"]
    assert day("2025-03-10") == decision.facts["sixth_school_day"]
    assert day("2025-03-03") == decision.about


def test_a_date_on_which_nobody_was_excluded_is_refused():
    """Asking about a day without an exclusion is a mistake, and names the nearest one."""
    with pytest.raises(UnknownNameError, match="2025-03-17"):
        decided(TWO_SUSPENSIONS, "2025-04-01", about="2025-03-18")


def test_totals_are_of_the_whole_period_though_it_is_still_running():
    """On its second day a suspension of ten days counts as ten."""
    assert (10, 10, day("2025-03-10")) == term_year_and_sixth([suspended("2025-03-03", 10)], "2025-03-04")


def test_days_are_split_between_the_terms_they_fall_in_and_the_larger_total_shows():
    """Ten days from 2 April are three in spring and seven in summer."""
    assert (7, 10) == term_year_and_sixth([suspended("2025-04-02", 10)], "2025-05-06")[:2]


def test_the_larger_of_two_terms_may_be_the_earlier_one():
    """With five days in spring before it, the same suspension makes eight in spring, more than seven in summer."""
    assert (8, 15) == term_year_and_sixth([suspended("2025-03-10", 5), suspended("2025-04-02", 10)], "2025-05-06")[:2]


def test_days_are_split_between_two_school_years():
    """Of six days from 21 July, two fall in the old year and four in the new: the larger totals are four."""
    assert (4, 4) == term_year_and_sixth([suspended("2025-07-21", 6)], "2025-09-10")[:2]


def test_the_larger_of_two_school_years_counts_what_came_before_it():
    """With five days in the autumn before, the old year makes seven of them."""
    assert (4, 7) == term_year_and_sixth([suspended("2024-11-11", 5), suspended("2025-07-21", 6)], "2025-09-10")[:2]


def test_suspensions_of_every_school_are_added_up():
    """Days at another school count in the totals of this one."""
    assert (6, 6) == term_year_and_sixth(
        [suspended("2025-01-13", 4, school="another_school"), suspended("2025-03-03", 2)], "2025-03-05"
    )[:2]


# Days under a permanent exclusion, and cancelled ones ----------------------------------------------------------------

EXCLUDED = "2025-03-03 permanently_excluded session: morning"


def test_days_under_a_permanent_exclusion_do_not_count():
    """Weeks out under a permanent exclusion leave both totals at nothing."""
    assert (0, 0) == term_year_and_sixth([EXCLUDED], "2025-04-01")[:2]


@pytest.mark.parametrize(
    ("session", "back_on", "days"),
    [
        ("morning", "2025-03-12", 7),
        ("afternoon", "2025-03-12", 6),
        ("morning", "2025-03-03", 0),
        ("morning", "2025-03-15", 10),
    ],
)
def test_days_out_under_a_cancelled_permanent_exclusion_count(session, back_on, days):
    """From day 1 to the last school day before the pupil was back: 3 to 11 March are seven days, less the first."""
    events = [
        f"2025-03-03 permanently_excluded session: {session}",
        f"{back_on} exclusion_cancelled",
        f"{back_on} pupil_returned_to_school",
    ]

    assert (days, days) == term_year_and_sixth(events, "2025-04-01")[:2]


def test_days_out_go_on_counting_after_a_cancellation_until_the_pupil_is_back():
    """Cancelled on 6 March but back only on the 12th, the pupil was out for seven days."""
    events = [EXCLUDED, "2025-03-06 exclusion_cancelled", "2025-03-12 pupil_returned_to_school"]

    assert 7 == term_year_and_sixth(events, "2025-04-01")[0]


@pytest.mark.parametrize(("back_on", "days"), [("2025-03-03", 0), ("2025-03-05", 2), ("2025-03-20", 5)])
def test_a_cancelled_suspension_counts_as_served(back_on, days):
    """Of five days from 3 March those before the return count, and never more than were imposed."""
    events = [suspended("2025-03-03", 5), f"{back_on} exclusion_cancelled", f"{back_on} pupil_returned_to_school"]

    assert (days, days) == term_year_and_sixth(events, "2025-04-01")[:2]


def test_days_of_a_cancelled_exclusion_count_in_the_totals_of_the_next():
    """Four days of a cancelled permanent exclusion and two of a suspension pass the threshold of five."""
    events = [
        EXCLUDED,
        "2025-03-07 exclusion_cancelled",
        "2025-03-07 pupil_returned_to_school",
        suspended("2025-03-10", 2),
    ]

    decision = decided(events, "2025-03-12", pathway="suspension")

    assert 6 == decision.facts["suspended_days_this_term"]
    assert is_present(decision, "notify_board_thresholds", about="2025-03-10")


# Runs ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "sixth"),
    [
        pytest.param([suspended("2025-03-03", 6)], "2025-03-10", id="one suspension"),
        pytest.param([suspended("2025-03-03", 5), suspended("2025-03-10", 1)], "2025-03-10", id="over a weekend"),
        pytest.param([suspended("2025-02-10", 5), suspended("2025-02-24", 1)], "2025-02-24", id="over half term"),
        pytest.param([suspended("2025-07-17", 4), suspended("2025-09-02", 2)], "2025-09-03", id="over the summer"),
        pytest.param([suspended("2025-05-01", 2), suspended("2025-05-06", 4)], "2025-05-09", id="over a bank holiday"),
        pytest.param(
            [suspended("2025-03-03", 2), suspended("2025-03-05", 2), suspended("2025-03-07", 2)],
            "2025-03-10",
            id="three in a row",
        ),
        pytest.param([suspended("2025-03-03", 5), suspended("2025-03-11", 1)], None, id="a school day between"),
        pytest.param([suspended("2025-03-03", 5), suspended("2025-03-11", 6)], "2025-03-18", id="a new run"),
        pytest.param(
            [suspended("2025-03-03", 4), "2025-03-07 permanently_excluded session: morning"],
            "2025-03-10",
            id="a permanent exclusion straight on",
        ),
        pytest.param(
            [suspended("2025-03-03", 4), "2025-03-07 permanently_excluded session: afternoon"],
            "2025-03-17",
            id="a permanent exclusion a day later",
        ),
        pytest.param(
            [
                EXCLUDED,
                "2025-03-06 exclusion_cancelled",
                "2025-03-06 pupil_returned_to_school",
                suspended("2025-03-06", 3),
            ],
            "2025-03-10",
            id="after a cancelled permanent exclusion",
        ),
        pytest.param(
            [suspended("2025-03-03", 10), "2025-03-17 permanently_excluded session: morning"],
            "2025-03-10",
            id="a run that had passed it",
        ),
    ],
)
def test_runs_are_joined_by_the_calendar(events, sixth):
    """Exclusions are one run when no school day lies between; its sixth day counts the first as 1."""
    found = term_year_and_sixth(events, "2025-11-03")[2]

    assert (day(sixth) if sixth else NOTHING) == found


def test_a_run_is_the_same_for_each_exclusion_in_it():
    """About the first of two suspensions that follow each other, the sixth day is that of the whole run."""
    events = [suspended("2025-03-03", 4), suspended("2025-03-07", 4)]

    for about in ("2025-03-03", "2025-03-07"):
        assert day("2025-03-10") == decided(events, "2025-03-20", about=about).facts["sixth_school_day"]


def test_a_shorter_run_has_no_sixth_day():
    """Five days have none."""
    assert NOTHING == term_year_and_sixth([suspended("2025-03-03", 5)], "2025-03-20")[2]


def test_a_half_day_may_be_the_sixth():
    """A suspension of five and a half days is out on the sixth school day, in part."""
    assert day("2025-03-10") == term_year_and_sixth([suspended("2025-03-03", 5.5)], "2025-03-20")[2]


def test_lunchtime_suspensions_form_no_run():
    """Ten lunchtimes are five days of totals, no run of their own, and join none."""
    lunchtimes = suspended("2025-03-03", 5, session="lunchtime", lunchtimes=10)

    assert (5, 5, NOTHING) == term_year_and_sixth([lunchtimes], "2025-03-20")
    # The ten lunchtimes end on Friday 14 March; the exclusion of the Monday after begins a run of its own.
    assert (
        day("2025-03-24")
        == term_year_and_sixth([lunchtimes, "2025-03-17 permanently_excluded session: morning"], "2025-04-01")[2]
    )


def test_lunchtimes_are_half_a_day_each_in_the_term_they_fall_in():
    """Of four lunchtimes from 3 April two fall in spring and two in summer: one day in each."""
    lunchtimes = suspended("2025-04-03", 2, session="lunchtime", lunchtimes=4)

    assert (1, 2) == term_year_and_sixth([lunchtimes], "2025-05-06")[:2]


def test_the_sixth_day_is_not_known_where_day_1_is_not():
    """Without the session nobody can say whether the day of the decision is day 1."""
    sixth = term_year_and_sixth(["2025-03-03 permanently_excluded"], "2025-03-20")[2]

    assert isinstance(sixth, Unknown)


@pytest.mark.parametrize("on", ["2025-03-08", "2025-02-17"])
def test_on_a_closed_day_the_session_does_not_matter(on):
    """Decided on a Saturday or in the holidays, day 1 is the next school day whatever the session was."""
    assert isinstance(term_year_and_sixth([f"{on} permanently_excluded"], "2025-03-20")[2], date)


# Day 1 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "first", "sixth"),
    [
        ("session: morning", "2025-03-07", "2025-03-14"),
        ("session: afternoon", "2025-03-10", "2025-03-17"),
        ("session: lunchtime", "2025-03-10", "2025-03-17"),
        ("session: afternoon, first_day: 2025-03-07", "2025-03-07", "2025-03-14"),
        ("session: morning, first_day: 2025-03-12", "2025-03-12", "2025-03-19"),
        ("first_day: 2025-03-11", "2025-03-11", "2025-03-18"),
    ],
)
def test_day_1_follows_the_session_unless_it_is_given(said, first, sixth):
    """In the morning that day, in the afternoon or at lunchtime the next school day; `first_day` overrides."""
    decision = decided([f"2025-03-07 permanently_excluded {said}"], "2025-03-31")

    assert (day(first), day(sixth)) == (decision.facts["first_day_of_exclusion"], decision.facts["sixth_school_day"])


@pytest.mark.parametrize(("session", "due"), [("morning", "2025-03-03"), ("afternoon", "2025-03-04")])
def test_the_parents_first_five_days_begin_on_the_same_day_1(session, due):
    """The notice of the first five days is owed on day 1, which the session decides."""
    decision = decided([f"2025-03-03 permanently_excluded session: {session}"], "2025-03-03")

    assert day(due) == obligation(decision, "s104_notice_same_day").due


def test_the_reading_of_the_sixth_day_is_marked_as_one():
    """That the sixth day counts from the same day 1 is how we read the law, and the fact says so."""
    fact = open_rulebook().edition().facts["first_day_of_exclusion"]

    assert "sixth day" in fact.reading


# What a suspension says of itself ------------------------------------------------------------------------------------


def test_the_school_days_imposed_are_the_length_of_a_suspension():
    """A last day that the count does not bear out is told, and changes nothing."""
    decision = decided([suspended("2025-03-03", 3, last_day="2025-03-10")], "2025-03-20")

    assert 3 == decision.facts["suspended_days_this_term"]
    assert day("2025-03-05") == decision.facts["last_day_of_exclusion"]
    assert ["last_day_mismatch"] == warning_codes(decision)


@pytest.mark.parametrize(
    ("said", "second", "codes"),
    [
        ("true", "2025-03-10", []),
        ("false", "2025-03-10", ["consecutive_mismatch"]),
        ("true", "2025-03-11", ["consecutive_mismatch"]),
        ("false", "2025-03-11", []),
    ],
)
def test_whether_suspensions_follow_each_other_is_checked_and_never_believed(said, second, codes):
    """The calendar alone joins them: what the record says otherwise is a warning."""
    events = [suspended("2025-03-03", 5), suspended(second, 1, consecutive_with_previous=said)]

    decision = decided(events, "2025-03-20")

    assert codes == warning_codes(decision)
    assert (day("2025-03-10") if second == "2025-03-10" else NOTHING) == decision.facts["sixth_school_day"]


def test_a_last_day_that_is_right_is_no_warning():
    """Three days from Monday end on Wednesday."""
    assert [] == warning_codes(decided([suspended("2025-03-03", 3, last_day="2025-03-05")], "2025-03-20"))


# Terms and school years ----------------------------------------------------------------------------------------------


def test_a_term_is_its_half_terms_together():
    """Days before and after a half term add up in one term; days of the term before do not."""
    events = [suspended("2024-12-09", 4), suspended("2025-01-13", 4), suspended("2025-03-03", 2)]

    assert (6, 10) == term_year_and_sixth(events, "2025-03-05")[:2]


def test_a_school_year_starts_with_the_first_autumn_term_after_july():
    """July 2025 and September 2025 lie in different school years, whose totals do not mix."""
    events = [suspended("2025-07-07", 10), suspended("2025-09-08", 3)]

    assert (3, 3) == term_year_and_sixth(events, "2025-09-12")[:2]


# Which law -----------------------------------------------------------------------------------------------------------


def test_an_exclusion_occurs_on_its_own_date_which_selects_the_law():
    """Decided on 31 August 2022 but beginning in September, it is governed by the law of August."""
    august = "2022-08-31 permanently_excluded first_day: 2022-09-05"

    decision = decided([august], "2022-09-06", pupil={"date_of_birth": "2008-05-05"})

    assert findings(decision, "notify_la_thresholds_pre2022")
    assert [] == findings(decision, "notify_la_any_exclusion")
    assert {day("2022-08-31")} == {used.governed_by for used in decision.editions}


def test_each_exclusion_of_a_case_has_its_own_law():
    """Of two short suspensions either side of 1 September 2022 only the second is told to the authority."""
    events = [suspended("2022-07-11", 2), suspended("2022-09-12", 2)]

    decision = decided(events, "2022-09-14", pupil={"date_of_birth": "2008-05-05"})

    assert not is_present(decision, "notify_la_any_exclusion", about="2022-07-11")
    assert is_present(decision, "notify_la_any_exclusion", about="2022-09-12")


@pytest.mark.parametrize(("meeting", "present"), [("2023-08-31", False), ("2023-09-01", True)])
def test_meetings_select_the_rules_on_remote_meetings_by_their_own_day(meeting, present):
    """The exclusion is of July 2023; the meeting's day decides whether a remote one can be asked for."""
    events = [
        "2023-07-10 permanently_excluded session: morning",
        "2023-07-11 governing_board_notified",
        "2023-07-12 remote_meeting_requested",
        f"{meeting} governing_board_met format: remote",
    ]

    decision = decided(events, "2023-09-05", pupil={"date_of_birth": "2009-05-05"})

    assert present is is_present(decision, "board_remote_request")


BORN_IN_2006 = {"date_of_birth": "2006-05-05"}


@pytest.mark.parametrize(
    ("excluded_on", "duty", "due"),
    [
        # Notice on Thursday 15 October 2020: six school days to 23 October, then nine (or nineteen) from 2 November.
        ("2020-05-29", "irp_apply_window", "2020-11-12"),
        ("2020-06-01", "irp_apply_window_covid", "2020-11-26"),
        ("2020-09-24", "irp_apply_window_covid", "2020-11-26"),
        ("2020-09-25", "irp_apply_window", "2020-11-12"),
    ],
)
def test_the_longer_time_to_apply_is_for_exclusions_from_1_june_to_24_september_2020(excluded_on, duty, due):
    """Twenty-five school days instead of fifteen, by the day of the exclusion and not of the notice."""
    events = [
        f"{excluded_on} permanently_excluded session: morning",
        f"{excluded_on} governing_board_notified",
        "2020-10-13 governing_board_met",
        "2020-10-13 governing_board_decided outcome: not_reinstate",
        "2020-10-15 governing_board_decision_notified served_by: delivered",
    ]

    decision = decided(events, "2020-10-16", pupil=BORN_IN_2006)

    assert day(due) == obligation(decision, duty).due
    other = {"irp_apply_window": "irp_apply_window_covid", "irp_apply_window_covid": "irp_apply_window"}[duty]
    assert not is_present(decision, other)


PUT_OFF = ["judgement: meeting_not_reasonably_practicable, value: yes, by: governing_board"]
IN_TIME = ["judgement: meeting_not_reasonably_practicable, value: no, by: governing_board"]


@pytest.mark.parametrize(
    ("excluded_on", "judgements", "due"),
    [
        # From Monday 28 September 2020: fifteen school days end on 19 October; twenty-five on 9 November.
        ("2020-09-24", PUT_OFF, "2020-11-09"),
        ("2020-09-24", IN_TIME, "2020-10-19"),
        ("2020-09-24", [], "2020-10-19"),
        ("2020-09-25", PUT_OFF, "2020-10-19"),
    ],
)
def test_the_boards_longer_time_of_2020_needs_a_judgement(excluded_on, judgements, due):
    """Twenty-five school days only where somebody says that the meeting was not reasonably practicable in time."""
    events = [f"{excluded_on} permanently_excluded session: morning", "2020-09-28 governing_board_notified"]

    decision = decided(events, "2020-09-29", pupil=BORN_IN_2006, judgements=judgements)

    assert day(due) == obligation(decision, "board_consider_pex").due


@pytest.mark.parametrize(
    ("judgements", "due"),
    [
        # After Friday 25 September 2020 come 20 school days to 23 October, and 30 from 2 November on.
        (IN_TIME, "2020-12-11"),
        # Or 35 from 2 November to 18 December, and five from 4 January 2021 on.
        (PUT_OFF, "2021-01-08"),
    ],
)
def test_sixty_school_days_instead_of_fifty_for_the_same_exclusions(judgements, due):
    """A middle suspension with representations has sixty school days where the meeting was not practicable in fifty."""
    events = [
        "2020-09-24 suspended school_days: 6, first_day: 2020-09-24",
        "2020-09-25 governing_board_notified",
        "2020-09-28 representations_made",
    ]

    decision = decided(events, "2020-09-29", pupil=BORN_IN_2006, judgements=judgements)

    assert day(due) == obligation(decision, "board_consider_6to15_reps").due


# Which calendar ------------------------------------------------------------------------------------------------------


def test_days_are_counted_on_the_calendar_of_the_case(tmp_path: Path):
    """A closure in the school's own calendar moves the sixth day of its exclusions."""
    (tmp_path / "school.yaml").write_text(
        "calendar: own\nbased_on: example\nclosed: [{from: 2025-03-05, to: 2025-03-06, why: INSET}]\n", encoding="utf-8"
    )
    text = case_text([EXCLUDED], calendar="school.yaml")

    decision = decide(read_case(text, beside=tmp_path), open_rulebook(), as_of=day("2025-03-12"))

    assert day("2025-03-12") == decision.facts["sixth_school_day"]


def test_the_small_calendar_of_these_tests_agrees_with_the_days_typed_in():
    """The sixth school days written out here are those that plain date arithmetic gives."""
    assert day("2025-03-10") == school_day_after("2025-03-02", 6)
    assert day("2025-09-03") == school_day_after("2025-07-16", 6)


# Events that are subjects of their own -------------------------------------------------------------------------------


def test_what_names_the_same_exclusion_belongs_to_the_event_that_names_it():
    """A deletion that says which exclusion it is of has its own day, and the return that says so too meets its duty."""
    events = [
        "2025-03-03 permanently_excluded session: morning",
        "2025-04-28 name_deleted_from_register of: 2025-03-03",
        "2025-04-28 deletion_return_sent of: 2025-03-03",
    ]

    entry = obligation(decided(events, "2025-05-06"), "deletion_return")
    assert (day("2025-04-28"), day("2025-04-28"), Status.MET) == (entry.due, entry.met_on, entry.status)


def test_what_names_another_exclusion_does_not():
    """A return that names another exclusion leaves the duty about this one unmet."""
    events = [
        suspended("2025-01-13", 2),
        "2025-03-03 permanently_excluded session: morning",
        "2025-04-28 name_deleted_from_register of: 2025-03-03",
        "2025-04-28 deletion_return_sent of: 2025-01-13",
    ]

    assert Status.MISSED is obligation(decided(events, "2025-05-06"), "deletion_return").status
