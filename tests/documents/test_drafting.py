"""What a draft says, what it leaves blank, and where its days come from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inclusion_rules.documents.draft_data import draft_as_data
from inclusion_rules.documents.drafting import BLANK, NOT_NEEDED, SAID, TO_SETTLE, Draft
from inclusion_rules.documents.items import DocumentDoesNotFitError
from inclusion_rules.documents.laying_out import draft_as_html, draft_as_text
from inclusion_rules.documents.sending import SendingError
from inclusion_rules.domain.certificate_check import complaints_about
from inclusion_rules.errors import InvalidFilesError, UnknownNameError
from inclusion_rules.vocabulary import Modality

DraftOf = Callable[..., Draft]
LEICS = "leicestershire_permanent_exclusion"
SOMERSET = "suspension_across_a_term_end"
ON_EXAMPLES = [
    ("parent_notice", LEICS, "2025-01-13"),
    ("parent_notice", SOMERSET, "2025-04-02"),
    ("first_five_days_notice", LEICS, "2025-01-17"),
    ("board_decision_letter", LEICS, "2025-02-11"),
    ("board_decision_letter", "reinstated", "2025-03-20"),
    ("cancellation_notice", "cancelled_with_a_social_worker", "2025-03-17"),
    ("off_site_direction_notice", "off_site_maintained", "2025-03-03"),
    ("partnership_referral", "with_partnership", "2025-03-04"),
]


def standings(draft: Draft) -> dict[str, str]:
    """Where each item of a draft stands, by name."""
    return {one.state.item.id: one.standing for one in draft.items}


@pytest.mark.parametrize(("document", "case", "as_of"), ON_EXAMPLES)
def test_a_draft_reads_as_expected(
    document: str, case: str, as_of: str, draft_of: DraftOf, expected: Callable[[str, str], str]
) -> None:
    """What an officer reads of each document on an example."""
    present = draft_as_text(draft_of(document, case, as_of))

    assert expected(f"{document}.{case}.txt", present).splitlines() == present.splitlines()


@pytest.mark.parametrize("document", ["board_decision_letter", "partnership_referral"])
def test_a_page_reads_as_expected(document: str, draft_of: DraftOf, expected: Callable[[str, str], str]) -> None:
    """What a browser is given, of a document with the shared layout and of one with its own."""
    case, as_of = next((case, as_of) for name, case, as_of in ON_EXAMPLES if name == document)
    present = draft_as_html(draft_of(document, case, as_of))

    assert expected(f"{document}.{case}.html", present).splitlines() == present.splitlines()


def test_the_data_reads_as_expected(draft_of: DraftOf, expected: Callable[[str, str], str]) -> None:
    """What another program is given; the digest is left out, as it follows every edit."""
    told = draft_as_data(draft_of("board_decision_letter", LEICS, "2025-02-11"))
    assert told["document"].pop("digest").startswith("sha256:")
    present = json.dumps(told, indent=1, ensure_ascii=False) + "\n"

    assert expected("board_decision_letter.json", present).splitlines() == present.splitlines()


@pytest.mark.parametrize(("document", "case", "as_of"), ON_EXAMPLES)
def test_every_item_is_traced_to_a_provision(document: str, case: str, as_of: str, draft_of: DraftOf) -> None:
    """Each item, needed or not, names the law that asks for it, and the text shows it."""
    draft = draft_of(document, case, as_of)
    shown = " ".join(draft_as_text(draft).split())

    for one in draft.items:
        assert one.state.citations
        assert all(" ".join(citation.split()) in shown for citation in one.state.citations)


@pytest.mark.parametrize(("document", "case", "as_of"), ON_EXAMPLES)
def test_every_blank_is_named_in_the_list(document: str, case: str, as_of: str, draft_of: DraftOf) -> None:
    """There is no marked blank in a letter whose question is not among what is missing."""
    draft = draft_of(document, case, as_of)
    letter = " ".join(draft_as_text(draft).split("The rest is for whoever")[0].split())
    asked = {" ".join(one.question.split()) for one in draft.missing}

    blanks = [part.split("]")[0].strip() for part in letter.split("[not known:")[1:]]
    assert blanks
    assert set(blanks) <= asked


# What is known -------------------------------------------------------------------------------------------------------


def test_a_short_suspension_has_the_short_list(draft_of: DraftOf) -> None:
    """Up to five school days in the term the notice need not speak of a remote meeting or of attending one."""
    draft = draft_of("parent_notice", SOMERSET, "2025-01-20", about="2025-01-20")
    told = standings(draft)

    assert (NOT_NEEDED, NOT_NEEDED) == (told["remote_meeting"], told["attend_and_be_represented"])
    assert (NOT_NEEDED, SAID) == (told["permanent"], told["period"])
    assert ("SI 2012/1033 reg 5(1)(b)(i)",) == next(one.state.citations for one in draft.items if one.standing == SAID)


def test_a_longer_suspension_has_the_long_list(draft_of: DraftOf) -> None:
    """More than five school days in the term bring the right to ask for a remote meeting, and to attend."""
    draft = draft_of("parent_notice", SOMERSET, "2025-04-02")
    told = standings(draft)

    assert (SAID, SAID) == (told["remote_meeting"], told["attend_and_be_represented"])
    assert BLANK == told["sixth_day_education"]
    period = next(one for one in draft.items if one.state.item.id == "period")
    assert ("SI 2012/1033 reg 5(3)(b)(i)",) == period.state.citations


def test_the_days_come_from_the_decision(draft_of: DraftOf, words_of_letter: Callable[[Draft], str]) -> None:
    """Day 1, the fifth and the sixth school day are those of the case, counted by its calendar."""
    letter = words_of_letter(draft_of("parent_notice", LEICS, "2025-01-13"))

    assert "from Monday 13 January 2025 to Friday 17 January 2025" in letter
    assert "The sixth school day is Monday 20 January 2025." in letter


def test_every_day_that_was_counted_comes_with_its_certificate(draft_of: DraftOf) -> None:
    """The separate verifier, which shares no code with the counting, agrees with the working of each day."""
    draft = draft_of("board_decision_letter", LEICS, "2025-02-11")
    record = draft.held.record
    layers = [layer.as_data() for layer in record.calendar.layers]
    days = draft_as_data(draft)["days"]

    assert {"2025-03-14", "2025-07-13"} == {one["day"] for one in days}
    for one in days:
        assert () == complaints_about(one["certificate"], layers=layers, bank_holidays=record.bank_holidays.as_data())


def test_a_day_that_can_be_read_in_two_ways_says_so(draft_of: DraftOf) -> None:
    """Whoever sends the letter sees that a claim is safer a day earlier."""
    shown = " ".join(draft_as_text(draft_of("board_decision_letter", LEICS, "2025-02-11")).split())

    assert (
        "It could also be read: Where the period starts with the day itself, the last day is one day earlier" in shown
    )


def test_the_words_follow_the_type_of_school(draft_of: DraftOf, words_of_letter: Callable[[Draft], str]) -> None:
    """At an academy the board is the academy trust, and the head the principal."""
    academy = words_of_letter(draft_of("parent_notice", LEICS, "2025-01-13"))
    maintained = words_of_letter(draft_of("parent_notice", SOMERSET, "2025-04-02"))

    assert "representations about this decision to the academy trust" in academy
    assert "representations about this decision to the governing body" in maintained


def test_the_right_to_a_remote_meeting_began_in_2023(draft_of: DraftOf, record_called: Callable[[str], Any]) -> None:
    """The notice of an exclusion in August 2023 need not tell of it."""
    record = record_called("not_reinstated")
    moved = [replace(event, date=event.date.replace(year=2023, month=6)) for event in record.events[:2]]
    draft = draft_of("parent_notice", "", "2023-06-05", record=replace(record, events=tuple(moved)))

    assert NOT_NEEDED == standings(draft)["remote_meeting"]


# The board's letter --------------------------------------------------------------------------------------------------


def test_a_letter_that_reinstates_speaks_of_no_review(draft_of: DraftOf) -> None:
    """There is nothing to review; which day the pupil comes back has to be said."""
    draft = draft_of("board_decision_letter", "reinstated", "2025-03-20")

    needed = {name for name, standing in standings(draft).items() if standing != NOT_NEEDED}
    assert {"reinstated", "reasons"} == needed
    assert "Is the pupil reinstated at once, or by which day?" in {one.question for one in draft.missing}


def test_copies_go_to_those_whom_the_case_has(draft_of: DraftOf) -> None:
    """A pupil of another authority, looked after and with a social worker, has more people to be told."""
    shown = draft_as_text(draft_of("board_decision_letter", "reinstated", "2025-03-20"))

    assert "local authority where the pupil lives; social worker; virtual school head" in shown


def test_the_last_day_to_apply_waits_for_the_sending(draft_of: DraftOf) -> None:
    """Until it is known when and how the letter goes the day is blank, and the question says why."""
    draft = draft_of("board_decision_letter", "not_reinstated", "2025-03-20")

    assert BLANK == standings(draft)["last_day_to_apply"]
    asked = next(one for one in draft.missing if one.name == "last_day_to_apply")
    assert "on which day will this be sent, and how?" in asked.question


@pytest.mark.parametrize(
    ("served_by", "day"),
    # Counted by hand in the example calendar. Delivered on Friday 21 March: five school days to 28 March, ten to 4
    # April, fourteen to 25 April. By post it counts as given on Tuesday 25 March: three, eight, twelve.
    [("delivered", "Monday 28 April 2025"), ("first_class_post", "Wednesday 30 April 2025")],
)
def test_the_last_day_to_apply_follows_from_the_sending(
    served_by: str, day: str, draft_of: DraftOf, words_of_letter: Callable[[Draft], str]
) -> None:
    """Fifteen school days from the day after the letter is given, or by post counts as given."""
    draft = draft_of("board_decision_letter", "not_reinstated", "2025-03-20", sent_on="2025-03-21", served_by=served_by)

    assert f"The last day to apply is {day}." in words_of_letter(draft)


def test_a_day_of_sending_that_the_record_denies_is_refused(draft_of: DraftOf) -> None:
    """The case file is put right; it is not argued with."""
    with pytest.raises(SendingError, match="records `governing board decision notified` on Tue 11 Feb 2025"):
        draft_of("board_decision_letter", LEICS, "2025-02-12", sent_on="2025-02-12")


def test_the_day_of_sending_that_the_record_has_may_be_said_again(draft_of: DraftOf) -> None:
    """Saying what is recorded changes nothing."""
    once = draft_as_text(draft_of("board_decision_letter", LEICS, "2025-02-11"))

    assert once == draft_as_text(draft_of("board_decision_letter", LEICS, "2025-02-11", sent_on="2025-02-11"))


def test_a_way_of_sending_that_changes_nothing_is_refused(draft_of: DraftOf) -> None:
    """Nothing that is typed is left unused without a word."""
    with pytest.raises(SendingError, match="changes nothing"):
        draft_of(
            "cancellation_notice",
            "cancelled_with_a_social_worker",
            "2025-03-17",
            sent_on="2025-03-17",
            served_by="email",
        )


# Off-site direction --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "as_of", "force"),
    [
        ("off_site_maintained", "2025-03-03", Modality.MUST),
        ("off_site_academy_2025", "2025-03-03", Modality.SHOULD),
        ("off_site_academy_2026", "2026-09-14", Modality.MUST),
    ],
)
def test_what_an_off_site_notice_says_binds_academies_since_july_2026(
    case: str, as_of: str, force: Modality, draft_of: DraftOf
) -> None:
    """The same list; before 26 July 2026 it is good practice for an academy, and is not overstated."""
    assert {force} == {one.state.force for one in draft_of("off_site_direction_notice", case, as_of).items}


def test_an_off_site_notice_says_what_the_decision_recorded(
    draft_of: DraftOf, words_of_letter: Callable[[Draft], str]
) -> None:
    """The first day, the number of days and the objectives are in the case; the address and the reasons are not."""
    draft = draft_of("off_site_direction_notice", "off_site_maintained", "2025-03-03")

    assert "The first day is Monday 10 March 2025." in words_of_letter(draft)
    assert "Number of school days: 20" in words_of_letter(draft)
    assert {"address", "person_to_report_to", "reasons", "session_times"} <= {one.name for one in draft.missing}


def test_an_attribute_that_was_not_recorded_is_asked_for(draft_of: DraftOf) -> None:
    """A decision without its number of days leaves a blank, and never a nought."""
    draft = draft_of("off_site_direction_notice", "off_site_academy_2026", "2026-09-14")

    assert BLANK == standings(draft)["number_of_days"]
    assert "What is the school days of `off site direction decided`?" in {one.question for one in draft.missing}


def test_a_role_that_has_ended_gives_way_to_its_successor(draft_of: DraftOf) -> None:
    """The Partnership's Chair, an office that ended in 2024, is sent nothing in 2025."""
    shown = draft_as_text(draft_of("partnership_referral", "with_partnership", "2025-03-04"))

    assert "Copies to:   Inclusion Service or the local Co-ordinator" in shown


# What is not known ---------------------------------------------------------------------------------------------------


def test_where_little_is_known_nothing_is_made_up(draft_of: DraftOf, words_of_letter: Callable[[Draft], str]) -> None:
    """Without a school, a pupil or a session there is no day, no name and no guess, and the questions are asked."""
    draft = draft_of("parent_notice", "little_known", "2025-03-03")
    told = standings(draft)

    assert TO_SETTLE == told["first_days"] == told["part_of_the_pupil"]
    assert "2025" not in words_of_letter(draft)
    asked = {one.question for one in draft.missing}
    assert {"When was the pupil born?", "What is the school called?"} <= asked
    assert "In which session did the exclusion take effect?" in asked
    assert not draft.complete


def test_an_item_that_may_be_needed_is_marked(draft_of: DraftOf) -> None:
    """It stands in the letter with the question that would settle it."""
    shown = " ".join(draft_as_text(draft_of("parent_notice", "little_known", "2025-03-03")).split())

    assert "[to settle, whether this belongs here: When was the pupil born?]" in shown


def test_a_document_that_goes_with_nothing_recorded_is_refused(draft_of: DraftOf) -> None:
    """Nothing was cancelled, so there is nothing to give notice of."""
    with pytest.raises(DocumentDoesNotFitError, match="`cancellation notice` goes with `exclusion cancelled`"):
        draft_of("cancellation_notice", LEICS, "2025-02-11")


def test_an_exclusion_of_another_day_is_refused(draft_of: DraftOf) -> None:
    """`--about` names an exclusion that is there."""
    with pytest.raises(UnknownNameError, match="2025-01-20"):
        draft_of("parent_notice", SOMERSET, "2025-04-02", about="2025-01-21")


def test_a_document_that_is_about_no_exclusion_takes_no_date_of_one(draft_of: DraftOf) -> None:
    """What is typed is used or refused."""
    with pytest.raises(UnknownNameError, match="2025-03-04"):
        draft_of("off_site_direction_notice", "off_site_maintained", "2025-03-03", about="2025-03-04")


def test_a_calendar_that_ends_too_soon_leaves_a_blank(draft_of: DraftOf, record_called: Callable[[str], Any]) -> None:
    """The days past its end are asked for, and the rest is drafted all the same."""
    record = record_called("with_partnership")
    last = record.calendar.covers_to
    pupil = {**record.pupil, "date_of_birth": last.replace(year=last.year - 12)}
    moved = replace(record, pupil=pupil, events=(replace(record.events[0], date=last),))
    draft = draft_of("parent_notice", "", last.isoformat(), record=moved)

    assert "Which calendar of the school reaches the days that this needs?" in {one.question for one in draft.missing}
    assert BLANK == standings(draft)["first_days"]


def test_nothing_known_later_is_used(draft_of: DraftOf) -> None:
    """As of the first day no education is arranged yet, though the case file has it further down."""
    assert BLANK == standings(draft_of("first_five_days_notice", LEICS, "2025-01-13"))["education_starts"]
    assert SAID == standings(draft_of("first_five_days_notice", LEICS, "2025-01-17"))["education_starts"]


@settings(max_examples=25)  # each decides three documents twice
@given(
    school=st.sets(st.sampled_from(["school_name", "school_type", "phase", "school_authority"])),
    pupil=st.sets(
        st.sampled_from(["date_of_birth", "year_group", "sen", "looked_after", "social_worker", "home_authority"])
    ),
)
def test_whatever_is_left_out_becomes_a_question(
    school: set[str], pupil: set[str], draft_of: DraftOf, record_called: Callable[[str], Any]
) -> None:
    """Taking facts away never removes an item that may be needed, never adds a day, and never ends in an error."""
    whole = record_called("with_partnership")
    part = replace(
        whole,
        school={name: value for name, value in whole.school.items() if name not in school},
        pupil={name: value for name, value in whole.pupil.items() if name not in pupil},
    )
    for document in ("parent_notice", "first_five_days_notice", "partnership_referral"):
        before, after = (draft_of(document, "", "2025-03-04", record=one) for one in (whole, part))
        assert {one.words for one in before.days} >= {one.words for one in after.days}
        assert {one.question for one in before.missing} <= {one.question for one in after.missing}
        for old, new in zip(before.items, after.items, strict=True):
            assert new.standing == old.standing or new.standing in (BLANK, TO_SETTLE)
        assert draft_as_html(after)


# Answers -------------------------------------------------------------------------------------------------------------


def test_answers_fill_what_no_record_holds(draft_of: DraftOf, words_of_letter: Callable[[Draft], str]) -> None:
    """With every question answered nothing is missing, and the letter says what was answered."""
    asked = draft_of("cancellation_notice", "cancelled_with_a_social_worker", "2025-03-17")
    answers = {one.name: f"answer {number}" for number, one in enumerate(asked.missing)}
    draft = draft_of("cancellation_notice", "cancelled_with_a_social_worker", "2025-03-17", answers=answers)

    assert draft.complete
    assert () == draft.missing
    assert all(answer in words_of_letter(draft) for answer in answers.values())
    assert {"answer"} == {
        told["filled_from"] for told in draft_as_data(draft)["particulars"] if told["id"] != "school_name"
    }


def test_an_answer_that_contradicts_the_record_is_refused(draft_of: DraftOf) -> None:
    """The case file is the place to put a fact right."""
    with pytest.raises(InvalidFilesError, match="the case file has `Example School` for `school name`"):
        draft_of(
            "cancellation_notice", "cancelled_with_a_social_worker", "2025-03-17", answers={"school_name": "Another"}
        )


def test_an_answer_is_printed_as_it_was_written(draft_of: DraftOf, words_of_letter: Callable[[Draft], str]) -> None:
    """Underscores, braces and brackets are words like any others: an answer is never a template."""
    answers = {"reasons": "{{ values.school_name }} {% if x %} a_b@example.org"}
    draft = draft_of("parent_notice", LEICS, "2025-01-13", answers=answers)

    assert "{{ values.school_name }} {% if x %} a_b@example.org" in words_of_letter(draft)
