"""The timetable: its order, its words, and what it never does with width and colour."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from inclusion_rules.casework.opening import example
from inclusion_rules.reporting.case_page import SECTIONS, CasePage
from inclusion_rules.reporting.timetable import timetable
from inclusion_rules.vocabulary import Modality

Shown = Callable[[str], CasePage]
CaseOf = Callable[[str, date], CasePage]
DEMO = "leicestershire_permanent_exclusion"
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def late(case_of: CaseOf) -> CasePage:
    """The demo's case on a day on which much is late: nobody was told and nothing was arranged."""
    text = example(DEMO).read_text("utf-8")
    kept = [line for line in text.splitlines() if "2025-01-1" not in line or "excluded" in line or "board" in line]
    return case_of("\n".join(kept), date(2025, 2, 3))


def plain(page: CasePage, *, width: int = 100, details: bool = False) -> str:
    """The timetable without colour."""
    return timetable(page, colour=False, width=width, details=details)


def test_what_is_most_late_comes_first(late: CasePage) -> None:
    """Overdue entries stand before everything else, the longest overdue at the top."""
    days = [entry.obligation.late_by_school_days for entry in late.section("overdue").entries]
    headings = [line for line in plain(late).splitlines() if re.match(r"[A-Z ,]+\(\d+\)$", line)]

    assert len(days) > 1
    assert sorted(days, key=lambda count: -(count or 0)) == days
    assert headings[0].startswith("OVERDUE")


def test_what_is_due_soonest_comes_first(late: CasePage) -> None:
    """Due entries stand in order of their day."""
    days = [entry.day for entry in late.section("due").entries]

    assert len(days) > 1
    assert sorted(day for day in days if day is not None) == days


def test_every_obligation_is_told_once(shown: Shown) -> None:
    """The arrangement neither loses an obligation nor repeats one."""
    page = shown("suspension_across_a_term_end")
    told = [entry.obligation for section in page.sections for entry in section.entries]

    assert len(page.decision.obligations) == len(told)
    assert set(map(id, page.decision.obligations)) == set(map(id, told))


def test_sections_keep_their_order(shown: Shown) -> None:
    """What presses comes before what is done, whatever the case."""
    keys = [section.key for section in shown("cancelled_with_a_social_worker").sections]

    assert [key for key in SECTIONS if key in keys] == keys


def test_a_line_says_when_who_what_and_by_which_law(late: CasePage) -> None:
    """Somebody who reads one entry needs no other page to act on it."""
    text = " ".join(plain(late, width=400).split())

    assert (
        "Tue 4 Feb 2025 1 school day left governing board (academy trust) must meet to consider whether the pupil "
        "should be reinstated [SI 2012/1033 reg 6(1)(a)]" in text
    )


def test_the_law_is_never_overstated(shown: Shown) -> None:
    """What the guidance says should be done is not shown as a must."""
    page = shown(DEMO)
    said = {entry.obligation.rule.modality: entry.speaks for section in page.sections for entry in section.entries}

    assert {Modality.MUST: "must", Modality.SHOULD: "should", Modality.MAY: "may"}.items() <= said.items()


def test_late_things_that_were_done_say_by_how_much(shown: Shown) -> None:
    """A reader sees that the board met, and that it met a day late."""
    assert re.search(r"Wed 5 Feb 2025 +1 school day late +The board considers", plain(shown(DEMO)))


def test_a_question_is_asked_once_in_its_own_words(late: CasePage) -> None:
    """What is not known is put as the question to ask, however many rules hang on it."""
    facts = [question.fact for question in late.questions]
    text = " ".join(plain(late, width=400).split())

    assert facts
    assert len(set(facts)) == len(facts)
    assert all(f"Not known: {question.asks}" in text for question in late.questions)


def test_a_rule_that_was_not_verified_carries_its_mark(case_of: CaseOf) -> None:
    """Words say so, not only a warning at the end."""
    entries = [
        entry
        for page in (case_of(example(name).read_text("utf-8"), date(2025, 3, 20)) for name in (DEMO,))
        for section in page.sections
        for entry in section.entries
    ]
    page = case_of(example(DEMO).read_text("utf-8"), date(2025, 3, 20))
    text = " ".join(plain(page, width=500, details=True).split())

    assert sum(not entry.verified for entry in entries) == text.count("(unverified)")


def test_several_exclusions_are_told_apart(shown: Shown) -> None:
    """Where two suspensions raise the same duty, each entry says which it is about."""
    page = shown("suspension_across_a_term_end")
    which = {entry.which for section in page.sections for entry in section.entries if entry.obligation.about}

    assert {"exclusion of Mon 20 Jan 2025", "exclusion of Wed 2 Apr 2025"} == which


def test_what_is_no_exclusion_is_not_called_one(shown: Shown) -> None:
    """An obligation of a part-time timetable, or of a list that came in, names that event in plain words."""
    entries = [entry for section in shown("suffolk_permanent_exclusion").sections for entry in section.entries]
    which = {(entry.obligation.rule.for_each, entry.which) for entry in entries}

    assert (("permanently_excluded",), "exclusion of Mon 13 Jan 2025") in which
    assert (("part_time_timetable_started",), "part time timetable started on Wed 9 Oct 2024") in which
    assert (("timetable_return_received",), "timetable return received on Tue 7 Jan 2025") in which


def test_the_details_name_what_an_obligation_is_about(shown: Shown) -> None:
    """With everything shown, the line that says what it is about names no exclusion that there was not."""
    text = plain(shown("suffolk_permanent_exclusion"), width=500, details=True)

    assert "about the part time timetable started on Wed 9 Oct 2024" in text
    assert "about the exclusion of Mon 13 Jan 2025" in text
    assert "exclusion of Wed 9 Oct 2024" not in text


def test_one_exclusion_is_not_named_over_and_over(shown: Shown) -> None:
    """Where there is only one, every entry is about it."""
    assert {""} == {entry.which for section in shown(DEMO).sections for entry in section.entries}


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
@pytest.mark.parametrize("details", [False, True])
def test_no_line_is_wider_than_the_screen(late: CasePage, width: int, details: bool) -> None:
    """Text is wrapped to the width; only a single word that is longer could pass it, and none is."""
    assert width >= max(map(len, plain(late, width=width, details=details).splitlines()))


def test_colour_adds_nothing_but_colour(late: CasePage) -> None:
    """Whoever cannot see colours reads the very same words."""
    coloured = timetable(late, colour=True, width=100, details=True)

    assert ESCAPE.search(coloured)
    assert plain(late, details=True) == ESCAPE.sub("", coloured)


def test_no_colour_means_no_escape_codes(late: CasePage) -> None:
    """What is sent to a file holds text only."""
    assert "\x1b" not in plain(late, details=True)


def test_standing_duties_take_one_line_until_asked_for(late: CasePage) -> None:
    """What cannot be ticked off does not push down what can."""
    standing = late.section("standing").entries

    assert standing
    assert "STANDING" not in plain(late)
    assert "Standing duties without a date" in plain(late)
    assert "STANDING DUTIES WITHOUT A DATE" in plain(late, details=True)
