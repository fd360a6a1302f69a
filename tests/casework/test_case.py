"""A live case: opened, carried on, corrected, refused a step, and asked what it said on any day to anyone."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.casework.builders import day, finding, obligation, record_of

from inclusion_rules.casework.case import Case, PackPin, PinnedLawError, RefusedEventError
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.calendar_layers import Closure
from inclusion_rules.domain.cases import Event, Judgement
from inclusion_rules.domain.conditions import facts_in
from inclusion_rules.domain.event_log import LogError
from inclusion_rules.domain.facts import Unknown
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import InvalidFilesError, UnknownNameError
from inclusion_rules.vocabulary import Outcome, Status

EXCLUDED = "2025-03-03 permanently_excluded session: morning"
NOTIFIED = "2025-03-04 governing_board_notified"
MET = "2025-03-20 governing_board_met"
UPHELD = "2025-03-20 governing_board_decided outcome: not_reinstate"
TOLD = "2025-03-25 governing_board_decision_notified served_by: delivered"
APPLIED = "2025-04-01 review_applied_for sent_by: email"


def noon(text: str) -> datetime:
    """Noon of a day, in UTC."""
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC).replace(hour=12)


def event(name: str, on: str, of: str | None = None, **attributes: object) -> Event:
    """An event as a caller makes one."""
    return Event(name, day(on), attributes, of=day(of) if of else None)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    """The shipped law."""
    return open_rulebook()


def opened(events: list[str], recorded_at: str = "2025-03-03", **said: object) -> Case:
    """A case opened with a history, all of it entered at noon of a day."""
    return Case.open(
        record_of(events, **{"pathway": "permanent_exclusion", **said}),
        open_rulebook(),
        recorded_at=noon(recorded_at),
        recorded_by="school",
    )


def carried_on(case: Case, *steps: tuple[Event, str]) -> Case:
    """A case with further events, each recorded at noon of a day."""
    for step, recorded_at in steps:
        case = case.after(step, open_rulebook(), recorded_at=noon(recorded_at), recorded_by="school")
    return case


JUDGED = "affects_authority_duties"


def judged(case: Case, value: bool, recorded_at: str, on: str | None = None) -> Case:
    """A case with a judgement, recorded at noon of a day."""
    made = Judgement(JUDGED, value, "proprietor", day(on) if on else None)
    return case.judged(made, open_rulebook(), recorded_at=noon(recorded_at), recorded_by="clerk")


# Opening -------------------------------------------------------------------------------------------------------------


def test_a_case_opens_with_its_history_as_entries():
    """The events of a file become entries, each with the instant and the person of recording."""
    case = opened([EXCLUDED, NOTIFIED], "2025-03-05")

    assert ["permanently_excluded", "governing_board_notified"] == [entry.event.name for entry in case.log]
    assert {(noon("2025-03-05"), "school")} == {(entry.recorded_at, entry.recorded_by) for entry in case.log}


def test_an_event_that_says_when_it_was_recorded_keeps_that_instant():
    """`recorded_at` in a file is when the system learned of the event."""
    case = opened([f'{EXCLUDED}, recorded_at: "2025-03-03T16:20:00+00:00"'], "2025-03-05")

    assert datetime(2025, 3, 3, 16, 20, tzinfo=UTC) == case.log.entries[0].recorded_at


def test_history_is_not_refused():
    """A history that live entry would refuse opens all the same."""
    odd = [
        EXCLUDED,
        "2025-03-10 permanently_excluded session: morning",
        "2025-03-11 review_began",
        "2025-03-12 exclusion_cancelled",
    ]

    assert 4 == len(opened(odd).log)


def test_a_case_is_pinned_to_the_law_it_was_opened_under(rulebook):
    """Name, version and digest of every pack are kept with the case."""
    pack = rulebook.packs["england"]

    assert (PackPin("england", pack.version, pack.digest),) == opened([EXCLUDED]).header.packs


def test_a_case_gives_back_the_record_it_was_opened_with():
    """What was said of school, pupil, judgements and events comes back, and so does the calendar."""
    record = record_of(
        [EXCLUDED, NOTIFIED],
        judgements=["judgement: affects_authority_duties, value: yes, by: proprietor"],
        history_complete=False,
    )

    given_back = Case.open(record, open_rulebook(), recorded_at=noon("2025-03-05"), recorded_by="school").record()

    for part in ("id", "pathway", "packs", "school", "pupil", "events", "history_complete"):
        assert getattr(record, part) == getattr(given_back, part), part
    assert record.calendar.layers == given_back.calendar.layers
    recorded = [replace(made, recorded_at=noon("2025-03-05"), recorded_by="school") for made in record.judgements]
    assert recorded == list(given_back.judgements)


def test_a_pack_that_is_not_there_opens_no_case(rulebook):
    """A record that names an unknown pack is refused with the nearest name."""
    record = replace(record_of([EXCLUDED]), packs=("englnd",))

    with pytest.raises(UnknownNameError, match="england"):
        Case.open(record, rulebook, recorded_at=noon("2025-03-05"), recorded_by="school")


def test_a_case_is_a_value_that_can_be_stored():
    """To carry it on gives another case; pickled and fetched, it is the same."""
    case = opened([EXCLUDED])
    longer = carried_on(case, (event("parent_informed", "2025-03-03"), "2025-03-03"))

    assert (1, 2) == (len(case.log), len(longer.log))
    stored = pickle.loads(pickle.dumps(longer))  # noqa: S301 - what was pickled in the same line
    assert (longer.header, longer.log, longer.judgements) == (stored.header, stored.log, stored.judgements)


# Carrying on ---------------------------------------------------------------------------------------------------------


def test_a_step_that_the_pathway_takes_moves_the_case(rulebook):
    """Notice to the board and its meeting, entered one after the other."""
    case = carried_on(
        opened([EXCLUDED]),
        (event("governing_board_notified", "2025-03-04"), "2025-03-04"),
        (event("governing_board_met", "2025-03-20"), "2025-03-20"),
    )

    assert "hearing/governing_board" == case.decision(rulebook, as_of=day("2025-03-21")).stage


def test_what_the_pathway_does_not_move_by_is_taken_at_any_time():
    """A word to the parents or a report of education is no step, and nothing refuses it."""
    steps = [
        event("parent_informed", "2025-03-03"),
        event("education_arranged", "2025-03-05", by="home_authority", starts_on=day("2025-03-10")),
        event("representations_made", "2025-03-06"),
    ]

    assert 4 == len(carried_on(opened([EXCLUDED]), *((step, "2025-03-06") for step in steps)).log)


@pytest.mark.parametrize(
    ("history", "step", "stage", "allowed"),
    [
        (
            [EXCLUDED],
            event("governing_board_met", "2025-03-10"),
            "notification",
            (
                "parent_notified_in_writing",
                "local_authority_notified",
                "governing_board_notified",
                "exclusion_cancelled",
            ),
        ),
        (
            [EXCLUDED, NOTIFIED, MET],
            event("review_applied_for", "2025-03-21", sent_by="email"),
            "hearing/governing_board",
            ("governing_board_decided",),
        ),
        (
            [EXCLUDED, NOTIFIED, MET, UPHELD, TOLD],
            event("review_decision_notified", "2025-04-10"),
            "hearing/review_window",
            ("review_applied_for", "review_waived"),
        ),
        (
            [EXCLUDED, "2025-03-05 exclusion_cancelled"],
            event("governing_board_met", "2025-03-10"),
            "closed/cancelled",
            (),
        ),
    ],
)
def test_a_step_that_the_pathway_does_not_take_is_refused(history, step, stage, allowed):
    """The error says where the case stands and what could come now; the case stays as it was."""
    case = opened(history)

    with pytest.raises(RefusedEventError) as refused:
        carried_on(case, (step, "2025-04-12"))

    assert (step, stage, allowed) == (refused.value.event, refused.value.stage, refused.value.allowed)
    assert refused.value.reasons
    assert len(history) == len(case.log)


def test_a_refusal_holds_the_guards_that_said_no():
    """Notice of a decision that the panel has not made is refused, with the traces of the conditions that fail."""
    case = opened([EXCLUDED, NOTIFIED, MET, UPHELD, TOLD, APPLIED])

    with pytest.raises(RefusedEventError) as refused:
        carried_on(case, (event("review_decision_notified", "2025-05-06"), "2025-05-06"))

    assert refused.value.guards
    assert {False} == {trace.result for trace in refused.value.guards}
    assert {"review_outcome"} == {name for trace in refused.value.guards for name in facts_in(trace.condition)}


def test_a_refusal_by_the_law_says_why():
    """The head may not cancel once the board has begun its meeting: the reason is the pathway's, in words."""
    case = opened([EXCLUDED, NOTIFIED, MET])

    with pytest.raises(RefusedEventError, match="board has begun its meeting") as refused:
        carried_on(case, (event("exclusion_cancelled", "2025-03-21"), "2025-03-21"))

    assert [True] == [trace.result for trace in refused.value.guards]
    assert "`governing board decided`" in str(refused.value)


def test_a_second_permanent_exclusion_is_refused_while_one_is_running():
    """Once the first is cancelled it is taken."""
    again = event("permanently_excluded", "2025-03-12", session="morning")

    with pytest.raises(RefusedEventError, match="already running"):
        carried_on(opened([EXCLUDED]), (again, "2025-03-12"))
    assert 3 == len(carried_on(opened([EXCLUDED, "2025-03-10 exclusion_cancelled"]), (again, "2025-03-12")).log)


def test_a_cancellation_is_refused_beyond_45_days_out():
    """A pupil out for more than 45 school days of the year: the power to cancel is gone."""
    history = [
        "2024-09-03 suspended school_days: 45, first_day: 2024-09-03",
        "2024-11-13 permanently_excluded session: morning",
    ]

    with pytest.raises(RefusedEventError, match="more school days"):
        carried_on(opened(history, "2024-11-13"), (event("exclusion_cancelled", "2024-11-15"), "2024-11-15"))


def test_a_refusal_can_be_passed_on():
    """Pickled, as between processes, the error is whole."""
    with pytest.raises(RefusedEventError) as refused:
        carried_on(opened([EXCLUDED]), (event("review_began", "2025-03-10"), "2025-03-10"))

    again = pickle.loads(pickle.dumps(refused.value))  # noqa: S301 - what was pickled in the same line
    assert (str(refused.value), refused.value.allowed, refused.value.guards) == (
        str(again),
        again.allowed,
        again.guards,
    )


# Taken on again after its end ----------------------------------------------------------------------------------------


DETERMINED = event("discrimination_claim_determined", "2025-05-12")
APPLIED_AGAIN = event("review_applied_for", "2025-05-20", sent_by="email")
PLACED = [EXCLUDED, NOTIFIED, MET, UPHELD, TOLD, "2025-05-02 started_at_new_school"]
ENDED = {
    "placed": PLACED,
    "run out": PLACED[:-1],
    "waived": [*PLACED[:-1], "2025-03-26 review_waived", PLACED[-1]],
    "closed by hand": [*PLACED[:-1], "2025-05-02 case_closed"],
}


@pytest.mark.parametrize(
    ("history", "stage"),
    [
        (ENDED["placed"], "closed/placed"),
        (ENDED["run out"], "placement"),
        (ENDED["waived"], "closed/placed"),
        (ENDED["closed by hand"], "closed/other"),
    ],
    ids=ENDED,
)
def test_an_equality_claim_finally_determined_opens_the_window_again(rulebook, history, stage):
    """Step by step and decided whole it comes to the same: the window, then the panel."""
    case = opened(history, "2025-05-06")
    assert stage == case.decision(rulebook, as_of=day("2025-05-06")).stage

    determined = carried_on(case, (DETERMINED, "2025-05-12"))
    decision = determined.decision(rulebook, as_of=day("2025-05-13"))
    assert "hearing/review_window" == decision.stage
    assert ("review_applied_for", "review_waived") == decision.next_events
    assert Status.OPEN == obligation(decision, "irp_apply_after_equality_claim").status

    applied = carried_on(determined, (APPLIED_AGAIN, "2025-05-20")).decision(rulebook, as_of=day("2025-05-21"))
    assert "hearing/review_panel" == applied.stage
    assert [] == [warning for warning in applied.warnings if warning.code == "out_of_order"]


def test_a_window_that_was_opened_again_closes_by_time_alone(rulebook):
    """From the day after its last day the case has ended as before."""
    case = carried_on(opened(PLACED, "2025-05-06"), (DETERMINED, "2025-05-12"))
    last = obligation(case.decision(rulebook, as_of=day("2025-05-13")), "irp_apply_after_equality_claim").due
    assert last is not None

    stages = [case.decision(rulebook, as_of=on).stage for on in (last, last + timedelta(days=1))]
    assert ["hearing/review_window", "closed/placed"] == stages


def test_an_application_without_a_claim_is_refused_after_the_end():
    """What has ended is not taken on again by asking for it."""
    with pytest.raises(RefusedEventError, match="already ended as `closed/placed`") as refused:
        carried_on(opened(PLACED, "2025-05-06"), (APPLIED_AGAIN, "2025-05-20"))
    assert () == refused.value.allowed


def test_a_claim_opens_nothing_for_a_family_that_applied_in_time(rulebook):
    """It had its review; the claim is recorded, and the case stays where it was."""
    upheld = ["2025-04-14 review_began", "2025-04-15 review_decided outcome: upheld"]
    history = [*PLACED[:-1], APPLIED, *upheld, "2025-04-16 review_decision_notified served_by: email", PLACED[-1]]
    case = carried_on(opened(history, "2025-05-06"), (DETERMINED, "2025-05-12"))

    assert "closed/placed" == case.decision(rulebook, as_of=day("2025-05-13")).stage


# Recorded late, corrected, withdrawn ---------------------------------------------------------------------------------


def test_an_event_recorded_late_takes_its_place_by_the_day_it_happened(rulebook):
    """Representations of 10 March entered after the meeting stand before it, and nothing is refused."""
    case = carried_on(
        opened([EXCLUDED, NOTIFIED, MET], "2025-03-20"), (event("representations_made", "2025-03-10"), "2025-03-24")
    )

    assert ["permanently_excluded", "governing_board_notified", "representations_made", "governing_board_met"] == [
        seen.name for seen in case.record().events
    ]
    assert "hearing/governing_board" == case.decision(rulebook, as_of=day("2025-03-24")).stage


def test_a_step_recorded_late_is_held_against_the_stage_of_its_own_day():
    """Notice to the board of 4 March, entered on the 10th after other things happened, is taken."""
    case = opened([EXCLUDED, "2025-03-06 parent_notified_in_writing"], "2025-03-06")

    assert 3 == len(carried_on(case, (event("governing_board_notified", "2025-03-04"), "2025-03-10")).log)


def test_a_correction_changes_what_the_case_owes(rulebook):
    """Notice was on 6 March and not on the 4th: the board's last day moves by two school days, to 27 March."""
    case = opened([EXCLUDED, NOTIFIED], "2025-03-05").corrected(
        2,
        event("governing_board_notified", "2025-03-06"),
        open_rulebook(),
        recorded_at=noon("2025-03-12"),
        recorded_by="clerk",
    )

    board = obligation(case.decision(rulebook, as_of=day("2025-03-14")), "board_consider_pex")
    assert day("2025-03-27") == board.due
    assert (3, "clerk") == (len(case.log), case.log.entries[-1].recorded_by)


def test_a_withdrawal_takes_an_event_out(rulebook):
    """The board was never told: its days do not run."""
    case = opened([EXCLUDED, NOTIFIED], "2025-03-05").withdrawn(2, recorded_at=noon("2025-03-12"), recorded_by="clerk")

    board = obligation(case.decision(rulebook, as_of=day("2025-03-14")), "board_consider_pex")
    assert (None, "governing_board_notified") == (board.due, board.waiting_for)


def test_a_corrected_entry_can_be_withdrawn():
    """By the number of the correction or of the first entry."""
    case = opened([EXCLUDED, NOTIFIED], "2025-03-05").corrected(
        2,
        event("governing_board_notified", "2025-03-06"),
        open_rulebook(),
        recorded_at=noon("2025-03-12"),
        recorded_by="clerk",
    )

    for number in (2, 3):
        withdrawn = case.withdrawn(number, recorded_at=noon("2025-03-13"), recorded_by="clerk")
        assert ["permanently_excluded"] == [seen.name for seen in withdrawn.record().events]


def test_a_correction_of_nothing_is_refused():
    """No entry of that number stands."""
    with pytest.raises(LogError, match="entry 7"):
        opened([EXCLUDED]).corrected(
            7,
            event("parent_informed", "2025-03-04"),
            open_rulebook(),
            recorded_at=noon("2025-03-12"),
            recorded_by="clerk",
        )


def test_a_refusal_names_the_step_once(rulebook):
    """The reason follows the name and the day of the step, and does not say them again."""
    with pytest.raises(RefusedEventError) as refused:
        carried_on(opened([EXCLUDED]), (event("governing_board_met", "2025-03-20"), "2025-03-20"))

    assert ("the case stood at `notification`; the steps between are not recorded",) == refused.value.reasons
    assert 1 == str(refused.value).count("governing board met")


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("governing_bord_notified", {}, "did you mean `governing_board_notified`"),
        ("governing_board_notified", {"colour": "red"}, "`colour` is not an attribute"),
        ("governing_board_notified", {"of": "2010-01-01"}, "2010-01-01"),
    ],
)
def test_a_correction_is_held_against_the_vocabulary_as_a_step_is(rulebook, name, said, told):
    """A slip in an event that corrects would otherwise take the event that it corrects out of the case."""
    case = opened([EXCLUDED, NOTIFIED], "2025-03-05")

    with pytest.raises(InvalidFilesError, match=told):
        case.corrected(
            2, event(name, "2025-03-06", **said), rulebook, recorded_at=noon("2025-03-12"), recorded_by="clerk"
        )


def test_the_day_of_an_exclusion_can_be_corrected_before_what_names_it(rulebook):
    """First the exclusion, then the event that names it by its day: between the two the case says so, and goes on."""
    named = event("governing_board_notified", "2025-03-05", of="2025-03-03")
    case = carried_on(opened([EXCLUDED], "2025-03-04"), (named, "2025-03-05"))
    excluded = event("permanently_excluded", "2025-03-04", session="morning")
    case = case.corrected(1, excluded, rulebook, recorded_at=noon("2025-03-06"), recorded_by="clerk")
    named = event("governing_board_notified", "2025-03-05", of="2025-03-04")
    case = case.corrected(2, named, rulebook, recorded_at=noon("2025-03-06"), recorded_by="clerk")

    board = obligation(case.decision(rulebook, as_of=day("2025-03-14")), "board_consider_pex")
    assert day("2025-03-04") == board.about


@pytest.mark.parametrize(
    ("fact", "value", "by", "told"),
    [
        ("affects_autority_duties", True, "proprietor", "did you mean `affects_authority_duties`"),
        ("affects_authority_duties", "maybe", "proprietor", "maybe"),
        ("affects_authority_duties", True, "parent", "parent"),
    ],
)
def test_a_judgement_is_held_against_the_vocabulary(rulebook, fact, value, by, told):
    """A fact that nobody declared would otherwise be recorded and never be asked for."""
    made = Judgement(fact, value, by)

    with pytest.raises(InvalidFilesError, match=told):
        opened([EXCLUDED]).judged(made, rulebook, recorded_at=noon("2025-03-12"), recorded_by="clerk")


def test_time_does_not_run_backwards():
    """An event cannot be recorded before the entry ahead of it."""
    with pytest.raises(LogError, match="only grows forward"):
        carried_on(opened([EXCLUDED], "2025-03-10"), (event("parent_informed", "2025-03-03"), "2025-03-09"))


# Two times -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known_on", "as_of", "stage", "due"),
    [
        (date(2025, 3, 4), "2025-03-04", "notification", None),
        (date(2025, 3, 9), "2025-03-12", "notification", None),
        (date(2025, 3, 10), "2025-03-03", "notification", None),
        (date(2025, 3, 10), "2025-03-04", "challenge", "2025-03-25"),
        (date(2025, 3, 10), "2025-03-12", "challenge", "2025-03-25"),
        (date(2025, 3, 13), "2025-03-20", "challenge", "2025-03-25"),
        (date(2025, 3, 14), "2025-03-20", "challenge", "2025-03-27"),
        (date(2025, 3, 14), "2025-03-05", "notification", None),
        (noon("2025-03-14"), "2025-03-20", "challenge", "2025-03-27"),
        (None, "2025-03-20", "challenge", "2025-03-27"),
    ],
)
def test_a_case_says_what_it_said_on_any_day_to_anyone(rulebook, known_on, as_of, stage, due):
    """Notice of 4 March, entered on the 10th; corrected on the 14th to 6 March: every pair of times has its answer."""
    case = carried_on(opened([EXCLUDED]), (event("governing_board_notified", "2025-03-04"), "2025-03-10")).corrected(
        2,
        event("governing_board_notified", "2025-03-06"),
        open_rulebook(),
        recorded_at=noon("2025-03-14"),
        recorded_by="clerk",
    )

    decision = case.decision(rulebook, as_of=day(as_of), known_on=known_on)

    assert stage == decision.stage
    assert (day(due) if due else None) == obligation(decision, "board_consider_pex").due


def test_a_case_can_be_asked_about_one_of_its_exclusions(rulebook):
    """`about` chooses the exclusion that the facts describe."""
    case = opened([EXCLUDED, "2025-03-10 exclusion_cancelled", "2025-03-12 permanently_excluded session: morning"])

    assert day("2025-03-03") == case.decision(rulebook, as_of=day("2025-03-14"), about=day("2025-03-03")).about


def test_a_judgement_can_be_added(rulebook):
    """What a named person judges is part of the record from then on."""
    case = judged(opened([EXCLUDED]), True, "2025-03-03")

    assert case.record().judgements[-1].fact == JUDGED
    assert case.decision(rulebook, as_of=day("2025-03-04")).facts[JUDGED] is True


def test_a_judgement_that_was_recorded_later_is_not_known_yet(rulebook):
    """Recorded on the 14th, it is part of what was known from then on, and the decision says what it leaves aside."""
    case = judged(opened([EXCLUDED]), True, "2025-03-14", on="2025-03-04")

    before = case.decision(rulebook, as_of=day("2025-03-20"), known_on=day("2025-03-13"))
    after = case.decision(rulebook, as_of=day("2025-03-20"), known_on=day("2025-03-14"))

    assert isinstance(before.facts[JUDGED], Unknown)
    assert ["1 entry recorded after 2025-03-13 left aside"] == [
        warning.message for warning in before.warnings if warning.code == "later_events"
    ]
    assert (True, []) == (after.facts[JUDGED], [one for one in after.warnings if one.code == "later_events"])


@pytest.mark.parametrize(
    ("known_on", "as_of", "says"),
    [
        ("2025-03-09", "2025-03-20", None),
        ("2025-03-10", "2025-03-20", True),
        ("2025-03-16", "2025-03-20", True),
        ("2025-03-17", "2025-03-20", False),
        ("2025-03-17", "2025-03-05", None),
        ("2025-03-17", "2025-03-06", False),
        ("2025-03-10", "2025-03-09", None),
    ],
)
def test_the_judgement_that_was_recorded_last_holds_from_its_day(rulebook, known_on, as_of, says):
    """Judged on the 10th; on the 17th it is put right that it was judged otherwise, and on the 6th already."""
    case = judged(opened([EXCLUDED]), True, "2025-03-10", on="2025-03-10")
    case = judged(case, False, "2025-03-17", on="2025-03-06")

    said = case.decision(rulebook, as_of=day(as_of), known_on=day(known_on)).facts[JUDGED]

    assert isinstance(said, Unknown) if says is None else says is said


def test_a_judgement_that_was_replaced_stays_in_the_record(rulebook):
    """The record and the timeline hold both, each on its day."""
    case = judged(judged(opened([EXCLUDED]), True, "2025-03-10"), False, "2025-03-17", on="2025-03-06")

    told = [(moment.day, moment.text) for moment in case.timeline(rulebook, as_of=day("2025-03-20"))
            if moment.kind == "judged"]  # fmt: skip
    assert [True, False] == [made.value for made in case.record().judgements]
    assert [
        (day("2025-03-06"), "affects authority duties: no, judged by the proprietor"),
        (day("2025-03-10"), "affects authority duties: yes, judged by the proprietor"),
    ] == told


def test_a_judgement_says_when_it_was_recorded_and_by_whom():
    """Both are part of the judgement, as they are of an entry of the log."""
    (made,) = judged(opened([EXCLUDED]), True, "2025-03-10").judgements

    assert (noon("2025-03-10"), "clerk") == (made.recorded_at, made.recorded_by)


def test_time_does_not_run_backwards_between_events_and_judgements():
    """Neither is recorded before the other that stands ahead of it, and an instant has a time zone."""
    case = opened([EXCLUDED], "2025-03-10")
    with pytest.raises(LogError, match="only grows forward"):
        judged(case, True, "2025-03-09")
    case = judged(case, True, "2025-03-12")
    told = event("parent_informed", "2025-03-03")
    with pytest.raises(LogError, match="only grows forward"):
        carried_on(case, (told, "2025-03-11"))
    with pytest.raises(LogError, match="only grows forward"):
        case.withdrawn(1, recorded_at=noon("2025-03-11"), recorded_by="clerk")
    with pytest.raises(LogError, match="only grows forward"):
        case.corrected(1, told, open_rulebook(), recorded_at=noon("2025-03-11"), recorded_by="clerk")
    with pytest.raises(LogError, match="time zone"):
        case.judged(case.judgements[0], open_rulebook(), recorded_at=datetime(2025, 3, 20), recorded_by="clerk")


def test_the_timeline_holds_what_happened_and_every_day_of_a_duty(rulebook):
    """In order: the exclusion, the notice, the last day of the board; each entry of the log by its number."""
    moments = opened([EXCLUDED, NOTIFIED, MET]).timeline(rulebook, as_of=day("2025-03-24"))

    assert [moment.day for moment in moments] == sorted(moment.day for moment in moments)
    assert [1, 2, 3] == [moment.entry for moment in moments if moment.kind == "happened"]
    assert [day("2025-03-25")] == [
        moment.day for moment in moments if moment.kind == "due" and moment.duty == "board_consider_pex"
    ]
    assert [day("2025-03-20")] == [
        moment.day for moment in moments if moment.kind == Status.MET and moment.duty == "board_consider_pex"
    ]


def test_within_a_day_of_the_timeline_what_happened_comes_before_what_followed(rulebook):
    """Events of a day as recorded, the meeting before its decision; then what fell on somebody, and what was met."""
    case = carried_on(
        opened([EXCLUDED, NOTIFIED, MET]),
        (event("governing_board_decided", "2025-03-20", outcome="not_reinstate"), "2025-03-24"),
    )
    moments = [moment for moment in case.timeline(rulebook, as_of=day("2025-03-24")) if moment.day == day("2025-03-20")]

    assert ["governing board met", "governing board decided"] == [moment.text for moment in moments if moment.entry]
    kinds = [moment.kind for moment in moments]
    assert kinds == sorted(kinds, key=["happened", "judged", "arose", "met", "met_late", "due"].index)
    assert {"happened", "arose", "met"} <= set(kinds)


def test_the_timeline_of_another_time_holds_what_was_known_then(rulebook):
    """Asked for what was known on the 9th, the notice entered on the 10th is not there, nor what came of it."""
    case = carried_on(opened([EXCLUDED]), (event("governing_board_notified", "2025-03-04"), "2025-03-10"))
    moments = case.timeline(rulebook, as_of=day("2025-03-12"), known_on=date(2025, 3, 9))

    assert [1] == [moment.entry for moment in moments if moment.kind == "happened"]
    assert not [moment for moment in moments if moment.duty == "board_consider_pex" and moment.kind == "due"]


def test_the_timeline_holds_nothing_later_than_its_day(rulebook):
    """What happened after the day is left out."""
    moments = opened([EXCLUDED, NOTIFIED, MET]).timeline(rulebook, as_of=day("2025-03-10"))

    assert [1, 2] == [moment.entry for moment in moments if moment.kind == "happened"]


# The calendar --------------------------------------------------------------------------------------------------------


def test_a_calendar_is_laid_out_once_for_equal_layers():
    """However often a case is asked, and for every case of the school, it is the same calendar."""
    case = opened([EXCLUDED])
    another = pickle.loads(pickle.dumps(opened([EXCLUDED, NOTIFIED])))  # noqa: S301 - what was pickled in the same line

    assert another.header.calendar is not case.header.calendar
    assert case.record().calendar is case.record().calendar
    assert case.record().calendar is another.record().calendar


def test_another_layer_gives_another_calendar():
    """A closure put in, or another list of bank holidays, is not overlooked."""
    case = opened([EXCLUDED])
    (base, *nearer) = case.header.calendar
    snow = replace(base, closed=(*base.closed, Closure(day("2025-03-04"), day("2025-03-04"), "snow")))
    closed = replace(case, header=replace(case.header, calendar=(snow, *nearer)))
    listed = {**case.bank_holidays.days, day("2025-03-05"): "a holiday of our own"}
    holiday = replace(case, bank_holidays=replace(case.bank_holidays, days=listed))

    shut = [
        [not one.record().calendar.is_school_day(day(text)) for text in ("2025-03-04", "2025-03-05")]
        for one in (case, closed, holiday)
    ]
    assert [[False, False], [True, False], [False, True]] == shut


def test_threads_may_ask_at_once():
    """Eight at once for calendars that nobody has laid out yet: each gets its own school's."""
    case = opened([EXCLUDED])
    (base, *nearer) = case.header.calendar

    def shut(number: int) -> bool:
        closure = Closure(day("2025-03-04"), day("2025-03-04"), f"closed by thread {number}")
        own = replace(case.header, calendar=(replace(base, closed=(*base.closed, closure)), *nearer))
        return replace(case, header=own).record().calendar.day(day("2025-03-04")).why.endswith(str(number))

    with ThreadPoolExecutor(8) as threads:
        assert [True] * 16 == list(threads.map(shut, range(16)))


# Pinned law ----------------------------------------------------------------------------------------------------------


def other_law(rulebook: Rulebook) -> Rulebook:
    """The shipped law with its national pack one edit further."""
    pack = replace(rulebook.packs["england"], version="999", digest="sha256:other")
    return replace(rulebook, packs={**rulebook.packs, "england": pack})


def test_a_case_is_decided_by_no_other_law_than_its_own(rulebook):
    """A rulebook with other contents is refused, whatever its version is called."""
    case, other = opened([EXCLUDED]), other_law(rulebook)

    with pytest.raises(PinnedLawError, match="pinned"):
        case.decision(other, as_of=day("2025-03-04"))
    with pytest.raises(PinnedLawError, match="pinned"):
        case.after(event("parent_informed", "2025-03-04"), other, recorded_at=noon("2025-03-04"), recorded_by="school")


def test_a_rulebook_without_the_pack_is_refused(rulebook):
    """So is one that lacks the pack."""
    with pytest.raises(PinnedLawError, match="no such pack"):
        opened([EXCLUDED]).decision(replace(rulebook, packs={}), as_of=day("2025-03-04"))


def test_a_case_is_moved_to_other_law_by_a_step_of_its_own(rulebook):
    """Moved, it is pinned to the new law and decided by it; the first case stays where it was."""
    case, other = opened([EXCLUDED]), other_law(rulebook)

    moved = case.moved_to(other)

    assert ("999", "sha256:other") == (moved.header.packs[0].version, moved.header.packs[0].digest)
    assert Outcome.ENGAGED == finding(moved.decision(other, as_of=day("2025-03-04")), "board_consider_pex").outcome
    assert case.header.packs[0].digest == rulebook.packs["england"].digest
