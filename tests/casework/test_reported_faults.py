"""Faults that a second check found, each with the smallest case that shows it, so that none of them comes back."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.casework.builders import day, decided, finding, obligation, record_of, warning_codes

from inclusion_rules.casework.case import Case
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.event_log import EventLog, LogError
from inclusion_rules.domain.facts import Unknown
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import InclusionRulesError, InvalidFilesError
from inclusion_rules.loading.case_data import canonical, event_data, read_event
from inclusion_rules.loading.compiled import kept_rulebook
from inclusion_rules.vocabulary import Outcome, Status

EXCLUDED = "2025-03-03 permanently_excluded session: morning"
TO_THE_WINDOW = [
    EXCLUDED,
    "2025-03-04 governing_board_notified",
    "2025-03-20 governing_board_met",
    "2025-03-20 governing_board_decided outcome: not_reinstate",
    "2025-03-25 governing_board_decision_notified served_by: delivered",
]
NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)


def opened(events: list[str], **said: object) -> Case:
    """A live case with a history."""
    return Case.open(record_of(events, **said), open_rulebook(), recorded_at=NOON, recorded_by="school")


# Deciding ------------------------------------------------------------------------------------------------------------


def test_a_timely_application_counts_though_an_earlier_one_is_deemed_too_late():
    """Posted on the 29th (deemed 1 May, too late) and e-mailed on the 30th, in time: the review has to begin."""
    events = [
        *TO_THE_WINDOW,
        "2025-04-29 review_applied_for sent_by: first_class_post",
        "2025-04-30 review_applied_for sent_by: email",
    ]

    decision = decided(events, "2025-05-12")

    assert Status.MET == obligation(decision, "irp_apply_window").status
    assert "hearing/review_panel" == decision.stage
    assert Status.OPEN == obligation(decision, "irp_begin_by").status


def test_an_application_after_a_written_waiver_is_not_in_time():
    """The right ended with the waiver of 28 March: no review has to begin, and the name may go from that day."""
    events = [*TO_THE_WINDOW, "2025-03-28 review_waived", "2025-03-31 review_applied_for sent_by: email"]

    decision = decided(events, "2025-04-02")

    assert "placement" == decision.stage
    assert Outcome.NOT_ENGAGED == finding(decision, "irp_begin_by").outcome
    assert day("2025-03-28") == obligation(decision, "register_delete_pex").not_before


@pytest.mark.parametrize("said", ["school_days: 6, first_day: null", "school_days: null, first_day: 2025-03-03"])
def test_a_suspension_that_lacks_its_length_or_its_first_day_never_counts_as_nothing(said):
    """What an event needs is asked for, or the total is not known; it is never 0."""
    try:
        decision = decided([f"2025-03-03 suspended {said}"], "2025-03-20")
    except InvalidFilesError:
        return
    assert (
        isinstance(decision.facts["suspended_days_this_term"], Unknown)
        or 6 == decision.facts["suspended_days_this_term"]
    )


def test_days_under_a_cancelled_exclusion_whose_day_1_is_not_known_are_not_nothing():
    """Out from 3 or 4 March to the 11th, the pupil missed six or seven days: the total with one more is not 1."""
    events = [
        "2025-03-03 permanently_excluded",
        "2025-03-12 exclusion_cancelled",
        "2025-03-12 pupil_returned_to_school",
        "2025-03-24 suspended school_days: 1, first_day: 2025-03-24",
    ]

    decision = decided(events, "2025-03-27", pathway="suspension")

    assert 1 != decision.facts["suspended_days_this_term"]
    assert Outcome.NOT_ENGAGED != finding(decision, "notify_board_thresholds", about="2025-03-24").outcome


def test_runs_are_joined_by_the_calendar_and_not_by_the_order_of_the_decisions():
    """Decided first but served second, five days follow straight on four: the sixth day is the 11th."""
    events = [
        "2025-03-03 suspended school_days: 5, first_day: 2025-03-10",
        "2025-03-04 suspended school_days: 4, first_day: 2025-03-04",
    ]

    for about in ("2025-03-03", "2025-03-04"):
        assert day("2025-03-11") == decided(events, "2025-03-20", about=about).facts["sixth_school_day"]


GROWING = [
    "2025-03-03 permanently_excluded session: morning",
    "2025-03-04 exclusion_cancelled",
    "2025-03-05 suspended school_days: 1, first_day: 2025-03-05",
    "2025-03-05 governing_board_notified",
    "2025-03-05 representations_made",
]


def test_an_obligation_does_not_vanish_when_a_total_grows_by_time_alone():
    """Never recorded as back, the pupil gathers days: what the total of one day raised is still there weeks later."""
    early, late = (
        Counter((entry.rule.id, entry.about) for entry in decided(GROWING, as_of, pathway="suspension").obligations)
        for as_of in ("2025-03-10", "2025-03-31")
    )

    assert {} == early - late


def test_an_obligation_raised_by_a_growing_total_keeps_the_day_it_arose():
    """The day does not move with the day of the decision."""
    arose = {
        obligation(decided(GROWING, as_of, pathway="suspension"), "board_consider_over15").arose_on
        for as_of in ("2025-03-28", "2025-03-31")
    }

    assert 1 == len(arose)


def test_a_cancelled_suspension_is_compared_with_the_next_by_the_days_it_was_served():
    """Five days cancelled after two end on the 4th, so that one from the 10th does not follow straight on."""
    events = [
        "2025-03-03 suspended school_days: 5, first_day: 2025-03-03",
        "2025-03-05 exclusion_cancelled",
        "2025-03-05 pupil_returned_to_school",
        "2025-03-10 suspended school_days: 1, first_day: 2025-03-10, consecutive_with_previous: false",
    ]

    assert [] == warning_codes(decided(events, "2025-03-12"))


def test_whether_a_limit_was_missed_is_not_known_while_the_duty_is_not():
    """With an incomplete history the board's duty is undetermined, and so is what follows from its being late."""
    events = [
        "2025-03-03 suspended school_days: 10, first_day: 2025-03-03",
        "2025-03-03 governing_board_notified",
        "2025-03-04 representations_made",
    ]

    decision = decided(events, "2025-07-12", history_complete=False)

    assert Outcome.UNDETERMINED == finding(decision, "board_consider_6to15_reps").outcome
    assert Outcome.UNDETERMINED == finding(decision, "board_late_decision_valid").outcome


def test_a_case_without_events_owes_nothing_that_moves_with_the_day():
    """Looked at before anything happened, a case shows no obligation that arose on the day of looking."""
    assert {entry.arose_on for entry in decided([EXCLUDED], "2025-01-10").obligations} == {
        entry.arose_on for entry in decided([EXCLUDED], "2025-01-20").obligations
    }


def test_no_last_day_is_shown_without_a_reason():
    """Lunchtimes have no first five days: work for them is not owed, or the entry says why it has no day."""
    lunchtimes = "2025-03-03 suspended school_days: 1, first_day: 2025-03-03, session: lunchtime"

    for entry in decided([lunchtimes], "2025-03-10").obligations:
        if entry.rule.duty == "school_sets_work":
            assert entry.due or entry.why or entry.waiting_for


# Reading -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["Leicestershire", "LEICESTERSHIRE"])
def test_an_authority_is_the_same_one_however_its_name_is_written(written):
    """Ids are lower-case: another spelling is refused or read as the same, never as another authority."""
    try:
        decision = decided([EXCLUDED], "2025-03-04", pupil={"home_authority": written})
    except InvalidFilesError:
        return
    assert decision.facts["home_authority_differs"] is False


def test_whom_the_school_spoke_to_may_be_any_role():
    """`who` takes the words of the vocabulary and every role, as `to` and `by` do."""
    assert record_of(["2025-03-03 partnership_contacted who: chair_of_governors"], pathway="suspension").events


@pytest.mark.parametrize(("on", "code"), [("2019-03-04", "PP"), ("2025-03-03", "OT")])
def test_a_reason_code_not_in_use_on_the_day_is_told(on, code):
    """The codes are versioned: `PP` came in 2020 and `OT` went."""
    events = [f"{on} suspended school_days: 1, first_day: {on}, reasons: [{code}]"]
    try:
        decision = decided(events, on, pupil={"date_of_birth": "2009-01-01"})
    except InvalidFilesError:
        return
    assert any(code in warning.message for warning in decision.warnings)


@pytest.mark.parametrize("written", ["[1]", "{a: 1}", '"14:30:15"', "1430"])
def test_a_time_of_day_is_hours_and_minutes_and_comes_back_so(written):
    """Anything else is refused; what is taken is written as it was."""
    edition = open_rulebook().edition()
    try:
        (event,) = record_of([f"2025-03-03 parent_informed at: {written}"], pathway="suspension").events
    except InvalidFilesError:
        return
    assert event.at is not None
    assert event == read_event(canonical(event_data(event)), edition, name="entry")


# Live cases ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "second", ['2025-03-04 parent_informed recorded_at: "2025-03-04T10:00:00+00:00"', "2025-03-04 parent_informed"]
)
def test_a_history_recorded_out_of_order_opens(second):
    """What happened first may have been recorded last: history is not refused."""
    events = [f'{EXCLUDED}, recorded_at: "2025-03-10T10:00:00+00:00"', second]

    assert 2 == len(opened(events).log)


def test_a_history_recorded_in_part_opens():
    """Entries without an instant are recorded now, after those that say when."""
    events = [EXCLUDED, '2025-03-04 parent_informed recorded_at: "2025-03-04T10:00:00+00:00"']

    assert 2 == len(opened(events).log)


def test_an_instant_without_a_zone_is_read_as_utc_by_a_live_case_too():
    """As it is when a file is decided."""
    moment = datetime(2025, 6, 2, 12)

    assert opened([EXCLUDED]).decision(open_rulebook(), as_of=day("2025-06-03"), known_on=moment).about
    assert 1 == len(
        EventLog().with_event(Event("x", day("2025-03-03")), recorded_at=NOON, recorded_by="x").events(moment)
    )


@pytest.mark.parametrize("known_on", [date(2025, 6, 1), datetime(2025, 6, 2, 11, tzinfo=UTC)])
def test_a_live_case_says_that_it_left_later_entries_aside(known_on):
    """What was recorded after the given time is left aside with the warning `later_events`."""
    decision = opened([EXCLUDED]).decision(open_rulebook(), as_of=day("2025-06-03"), known_on=known_on)

    assert "later_events" in warning_codes(decision)


@pytest.mark.parametrize("number", [0, 2, 7])
def test_a_withdrawal_of_nothing_is_refused_in_words(number):
    """No entry of that number stands: the error is the log's own."""
    with pytest.raises(LogError, match=f"entry {number}"):
        opened([EXCLUDED]).withdrawn(number, recorded_at=NOON, recorded_by="clerk")


def test_a_misspelt_event_is_no_entry():
    """Live entry takes words of the vocabulary only."""
    with pytest.raises(InclusionRulesError, match="governing_board_met"):
        opened([EXCLUDED]).after(
            Event("governing_board_mett", day("2025-03-20")), open_rulebook(), recorded_at=NOON, recorded_by="school"
        )


def test_an_event_that_names_no_exclusion_of_the_case_is_no_entry():
    """`of` takes the date of an exclusion, in a file as in live entry."""
    with pytest.raises(InclusionRulesError, match="2025-03-03"):
        opened([EXCLUDED]).after(
            Event("parent_informed", day("2025-03-05"), of=day("2025-03-02")),
            open_rulebook(),
            recorded_at=NOON,
            recorded_by="school",
        )


def test_a_refusal_looks_at_the_exclusion_that_the_event_names():
    """The board met about the first suspension, which can no longer be cancelled, though the second can."""
    case = opened(
        [
            "2025-03-03 suspended school_days: 16, first_day: 2025-03-03",
            "2025-03-04 governing_board_notified",
            "2025-03-06 governing_board_met",
            "2025-03-26 suspended school_days: 1, first_day: 2025-03-26",
        ]
    )

    with pytest.raises(InclusionRulesError, match="begun its meeting"):
        case.after(
            Event("exclusion_cancelled", day("2025-03-27"), of=day("2025-03-03")),
            open_rulebook(),
            recorded_at=NOON,
            recorded_by="school",
        )


def test_a_refusal_does_not_look_at_another_exclusion_than_the_one_named():
    """The board met about the second suspension; the first may still be cancelled."""
    case = opened(
        [
            "2025-03-03 suspended school_days: 1, first_day: 2025-03-03",
            "2025-03-26 suspended school_days: 16, first_day: 2025-03-26",
            "2025-03-27 governing_board_notified",
            "2025-03-28 governing_board_met",
        ]
    )
    cancelled = Event("exclusion_cancelled", day("2025-03-31"), of=day("2025-03-03"))

    assert 5 == len(case.after(cancelled, open_rulebook(), recorded_at=NOON, recorded_by="school").log)


def test_a_step_is_refused_however_often_it_was_recorded_before():
    """The history holds a meeting after the end of the case; to enter the same again live is refused like any other."""
    case = opened([EXCLUDED, "2025-03-05 exclusion_cancelled", "2025-03-10 governing_board_met"])

    with pytest.raises(InclusionRulesError, match="already ended"):
        case.after(
            Event("governing_board_met", day("2025-03-10")), open_rulebook(), recorded_at=NOON, recorded_by="school"
        )


def test_a_suspension_entered_live_says_how_long_it_is():
    """What an event needs, it needs in live entry too."""
    with pytest.raises(InclusionRulesError, match=r"school.days"):
        opened([EXCLUDED]).after(
            Event("suspended", day("2025-03-10")), open_rulebook(), recorded_at=NOON, recorded_by="school"
        )


# The kept rulebook ---------------------------------------------------------------------------------------------------


def test_a_change_is_seen_wherever_the_law_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A checkout below a folder called `scenarios` has its rules watched like any other."""
    monkeypatch.delenv("INCLUSION_RULES_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    law = tmp_path / "scenarios" / "law"
    law.mkdir(parents=True)
    (law / "rule.yaml").write_text("title: a\n", encoding="utf-8")
    holidays = open_rulebook().bank_holidays
    kept_rulebook([law], lambda: Rulebook({}, {}, {"1": ()}, holidays))
    (law / "rule.yaml").write_text("title: b\n", encoding="utf-8")

    assert {"2": ()} == kept_rulebook([law], lambda: Rulebook({}, {}, {"2": ()}, holidays)).calendars


def test_a_duty_met_before_its_limit_began_did_not_arise_after_it_was_met():
    """The board met on 20 March and had formal notice on 1 April: its duty did not arise on 1 April."""
    events = [EXCLUDED, "2025-03-20 governing_board_met", "2025-04-01 governing_board_notified"]

    entry = obligation(decided(events, "2025-04-02"), "board_consider_pex")

    assert entry.met_on == day("2025-03-20")
    assert entry.arose_on <= day("2025-03-20")
