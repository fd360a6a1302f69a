"""The types of attributes as a case file writes them: what is taken, what it becomes, and what is refused and how.

Follows the section "Types of attributes" of the contract's page on meanings.
"""

from __future__ import annotations

from datetime import time

import pytest
from tests.casework.builders import day, decided, findings, obligation, record_of

from inclusion_rules.errors import InvalidFilesError

SUSPENDED = "2025-03-03 suspended first_day: 2025-03-03, school_days: "
STARTED = "2025-03-03 part_time_timetable_started reason: health, parent_agreed: true, hours_a_week: "


def read(line: str) -> object:
    """The last attribute of the one event of a case, as it was read."""
    (event,) = record_of([line], pathway="suspension").events
    return list(event.attributes.values())[-1]


def refusal(line: str) -> str:
    """What is said of a case whose one event cannot be read."""
    with pytest.raises(InvalidFilesError) as refused:
        record_of([line], pathway="suspension")
    (problem,) = refused.value.diagnostics
    return f"{problem.message} {problem.help}"


# Roles ---------------------------------------------------------------------------------------------------------------

ROLES = [
    "headteacher",
    "governing_board",
    "proprietor",
    "school",
    "local_authority",
    "home_authority",
    "arranging_authority",
    "review_panel",
    "panel_clerk",
    "chair_of_governors",
    "relevant_person",
    "parent",
    "pupil",
    "admission_authority",
    "childrens_services",
    "social_worker",
    "virtual_school_head",
    "designated_teacher",
    "designated_safeguarding_lead",
    "secretary_of_state",
]


@pytest.mark.parametrize("role", ROLES)
def test_every_role_of_the_contract_can_be_named(role):
    """Who did something, and whom it was for, is one of the contract's roles."""
    (event,) = record_of([f"2025-03-03 cancellation_notified to: {role}, by: {role}"], pathway="suspension").events

    assert (role, role) == (event.attributes["to"], event.by)


@pytest.mark.parametrize(
    ("line", "attribute"),
    [
        ("2025-03-03 cancellation_notified to: headtecher", "to"),
        ("2025-03-03 representations_made by: headtecher", "by"),
        ("2025-03-03 parent_informed by: headtecher", "by"),
        ("2025-03-03 safeguarding_separation_started led_by: headtecher", "led_by"),
    ],
)
def test_a_role_that_nobody_has_is_refused_with_the_nearest_one(line, attribute):
    """A misspelt role is an error that names the attribute and the role that was probably meant."""
    said = refusal(line)

    assert f"`{attribute}`" in said
    assert "headteacher" in said


def test_the_partnership_contact_may_be_its_chair_or_its_coordinator():
    """`who` takes the words of the vocabulary for whom the school spoke to, one or both of them."""
    for word in ("chair", "coordinator"):
        assert {word} == read(f"2025-03-03 partnership_contacted who: {word}")


# Words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["delivered", "first_class_post", "email"])
def test_a_notice_is_delivered_posted_or_emailed(way):
    """The three ways of sending, for notices and applications alike."""
    assert way == read(f"2025-03-03 governing_board_decision_notified served_by: {way}")
    assert way == read(f"2025-03-03 review_applied_for sent_by: {way}")


def test_another_way_of_sending_is_refused():
    """Second class post has no rule here, and is not taken for one that has."""
    assert "`served_by`" in refusal("2025-03-03 governing_board_decision_notified served_by: second_class_post")


@pytest.mark.parametrize(
    "line",
    [
        "2025-03-03 part_time_timetable_proposed reason: a phased return",
        "2025-03-03 off_site_direction_decided starts_on: 2025-03-10, objectives: to settle again",
        "2025-03-03 exclusion_cancelled reasons: new evidence came to light",
    ],
)
def test_reasons_and_objectives_are_text(line):
    """Whatever words a person wrote are kept, also the reasons of a cancellation."""
    assert line.rpartition(": ")[2] == read(line)


@pytest.mark.parametrize("event", ["suspended school_days: 1, first_day: 2025-03-03,", "permanently_excluded"])
def test_the_reasons_of_an_exclusion_are_codes(event):
    """A list of the department's reason codes."""
    assert frozenset({"PP", "DB"}) == read(f"2025-03-03 {event} reasons: [PP, DB]")


def test_a_reason_code_that_does_not_exist_is_refused():
    """An unknown code is an error, and says which codes there are."""
    said = refusal("2025-03-03 permanently_excluded reasons: [PP, QQ]")

    assert "`QQ`" in said
    assert "`BU`" in said


@pytest.mark.parametrize("kind", ["maintained", "academy", "pru", "ap_academy", "special", "special_academy"])
def test_a_school_is_of_one_of_six_types(kind):
    """The words of the contract for schools."""
    assert kind == record_of([], pathway="suspension", school={"type": kind}).school["school_type"]


@pytest.mark.parametrize("word", ["Academy Trust", "17", "[academy]"])
def test_a_type_of_school_nobody_declared_is_refused(word):
    """A key of the school takes the contract's words only."""
    with pytest.raises(InvalidFilesError, match="type"):
        record_of([], pathway="suspension", school={"type": word})


# Numbers -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [0.5, 1, 2.5, 45, 45.5])
def test_school_days_are_half_days(days):
    """A multiple of one half."""
    assert days == read(f"{SUSPENDED}{days}")


@pytest.mark.parametrize("written", ["0.25", "1.3", "-1", "two", "[1]", '"2"'])
def test_other_school_days_are_refused(written):
    """Neither quarters nor words nor less than nothing."""
    assert "`school_days`" in refusal(f"{SUSPENDED}{written}")


@pytest.mark.parametrize("hours", [0, 12.5, 18])
def test_hours_a_week_are_a_number(hours):
    """Any number of hours, 0 or more."""
    assert hours == read(f"{STARTED}{hours}")


def test_hours_a_week_are_not_words():
    """Words are refused."""
    assert "`hours_a_week`" in refusal(f"{STARTED}twelve")


@pytest.mark.parametrize("percent", [0, 49.5, 100])
def test_a_percentage_runs_from_0_to_100(percent):
    """Both ends are taken."""
    assert percent == read(f"2025-03-03 attendance_recorded percent: {percent}")


@pytest.mark.parametrize("percent", ["-0.5", "100.5", "half"])
def test_a_percentage_beyond_its_ends_is_refused(percent):
    """The error says what was expected."""
    assert "from 0 to 100" in refusal(f"2025-03-03 attendance_recorded percent: {percent}")


@pytest.mark.parametrize(
    ("event", "attribute"),
    [
        ("safeguarding_separation_started", "pupils_to_separate"),
        ("governing_board_met", "members"),
        ("suspended school_days: 1, first_day: 2025-03-03,", "lunchtimes"),
    ],
)
def test_counts_are_whole_numbers(event, attribute):
    """Pupils, members and lunchtimes are counted whole."""
    assert 3 == read(f"2025-03-03 {event} {attribute}: 3")
    assert f"`{attribute}`" in refusal(f"2025-03-03 {event} {attribute}: 2.5")


# Dates and times -----------------------------------------------------------------------------------------------------

DATES = [
    ("managed_move_started", "trial_until"),
    ("education_arranged by: school,", "starts_on"),
    ("part_time_timetable_started reason: x, parent_agreed: true,", "ends_on"),
    ("part_time_timetable_started reason: x, parent_agreed: true,", "review_on"),
    ("public_exam_or_test_missed", "exam_date"),
    ("permanently_excluded", "first_day"),
    ("suspended school_days: 1, first_day: 2025-03-03,", "last_day"),
]


@pytest.mark.parametrize(("event", "attribute"), DATES)
def test_a_date_is_a_day_of_the_calendar(event, attribute):
    """Written in ISO 8601, quoted or not; a day that does not exist is refused."""
    assert day("2025-03-24") == read(f"2025-03-03 {event} {attribute}: 2025-03-24")
    assert f"`{attribute}`" in refusal(f"2025-03-03 {event} {attribute}: Monday")


def test_the_exclusion_an_event_names_is_a_date():
    """`of` takes the date of an exclusion that the case holds, and nothing else."""
    excluded = "2025-03-03 permanently_excluded"

    assert day("2025-03-03") == record_of([excluded, "2025-03-04 parent_informed of: 2025-03-03"]).events[1].of
    with pytest.raises(InvalidFilesError, match="2025-03-03"):
        record_of([excluded, "2025-03-04 parent_informed of: 2025-03-02"])


def test_any_event_may_say_at_what_time():
    """A time of day in quotation marks."""
    (event,) = record_of(['2025-03-03 parent_informed at: "14:30"'], pathway="suspension").events

    assert time(14, 30) == event.at


@pytest.mark.parametrize("written", ['"25:00"', '"half past two"', '"14:75"'])
def test_a_time_of_day_that_does_not_exist_is_refused(written):
    """The error shows how to write one."""
    assert "14:30" in refusal(f"2025-03-03 parent_informed at: {written}")


def test_a_limit_in_hours_is_shown_as_a_day_and_says_so():
    """Forty-eight hours before education that starts on Thursday 13 March are the Tuesday: no time of day is known."""
    events = [
        "2025-03-03 permanently_excluded session: morning",
        "2025-03-05 education_arranged by: local_authority, starts_on: 2025-03-13",
    ]
    said = ["judgement: ap_details_not_ascertainable, value: yes, by: headteacher"]

    notice = obligation(decided(events, "2025-03-06", judgements=said), "s104_further_notice_ap")

    assert day("2025-03-11") == notice.due
    assert "hours" in (notice.why or "")


# Ids -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["leicestershire", "an_authority_nobody_listed"])
def test_an_authority_is_any_lower_case_id(name):
    """Authorities are not a closed list: whatever id the record uses is taken."""
    decision = decided(
        ["2025-03-03 permanently_excluded session: morning"],
        "2025-03-04",
        school={"authority": name},
        pupil={"home_authority": name},
    )

    assert decision.facts["home_authority_differs"] is False


def test_another_authority_is_another_one():
    """The home authority has to be told where it is not the school's."""
    decision = decided(
        ["2025-03-03 permanently_excluded session: morning"], "2025-03-04", pupil={"home_authority": "suffolk"}
    )

    assert findings(decision, "notify_home_la_pex")[0].outcome == "engaged"


# What nobody declared ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "word", "nearest"),
    [
        ("2025-03-03 permanently_exclude session: morning", "permanently_exclude", "permanently_excluded"),
        ("2025-03-03 permanently_excluded sesion: morning", "sesion", "session"),
        ("2025-03-03 permanently_excluded session: mornng", "mornng", "morning"),
    ],
)
def test_a_word_nobody_declared_is_an_error_with_the_nearest_one(line, word, nearest):
    """An event, an attribute or a value that is misspelt is never taken for something else."""
    said = refusal(line)

    assert f"`{word}`" in said
    assert f"`{nearest}`" in said


def test_an_attribute_that_an_event_needs_is_asked_for():
    """A suspension without its length cannot be counted."""
    assert "`school_days`" in refusal("2025-03-03 suspended first_day: 2025-03-03").replace(" days", "_days")


def test_every_problem_is_told_at_once():
    """Three slips in one case are three problems, each at its own place."""
    with pytest.raises(InvalidFilesError) as refused:
        record_of(
            [
                "2025-03-03 permanently_excluded sesion: morning",
                "2025-03-04 parent_told",
                "2025-03-05 governing_board_met members: x",
            ]
        )

    assert [7, 8, 9] == [problem.place.line for problem in refused.value.diagnostics]
