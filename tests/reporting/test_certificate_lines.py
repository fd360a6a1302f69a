"""The working of a deadline as people read it, and its second check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from inclusion_rules.domain.deadlines import Deadline
from inclusion_rules.reporting.case_page import CasePage
from inclusion_rules.reporting.certificates import certificate_for, certificate_lines, complaints

Shown = Callable[[str], CasePage]


@pytest.fixture
def counted(shown: Shown) -> list[tuple[CasePage, Deadline]]:
    """Every counted obligation of every kind of example."""
    names = ("leicestershire_permanent_exclusion", "academy_review_that_quashes", "suspension_across_a_term_end")
    return [
        (page, entry.deadline) for page in map(shown, names) for entry in page.decision.obligations if entry.deadline
    ]


def test_every_deadline_of_the_examples_is_verified(counted: list[tuple[CasePage, Deadline]]) -> None:
    """The separate verifier agrees with each of them."""
    assert len(counted) > 10
    for page, deadline in counted:
        record = page.record
        certificate = certificate_for(deadline, record)
        assert () == complaints(certificate, calendar=record.calendar, bank_holidays=record.bank_holidays)


def test_a_wrong_deadline_is_not_verified(counted: list[tuple[CasePage, Deadline]]) -> None:
    """A day moved by hand is found out."""
    page, deadline = next((page, deadline) for page, deadline in counted if deadline.count == 15)
    told = (deadline.unit, deadline.count, deadline.counted_from, deadline.rule, deadline.calendar)
    wrong = Deadline(deadline.due + timedelta(days=1), *told)
    certificate = certificate_for(wrong, page.record)

    assert complaints(certificate, calendar=page.record.calendar, bank_holidays=page.record.bank_holidays)


def test_each_day_has_its_line(counted: list[tuple[CasePage, Deadline]]) -> None:
    """A day is counted with its number or passed over with a dash, and says why."""
    page, deadline = next((page, deadline) for page, deadline in counted if deadline.count == 15)
    lines = certificate_lines(certificate_for(deadline, page.record))

    assert "Tue 14 Jan 2025   -  not counted  the day after is day 1" == lines[0]
    assert "Tue 4 Feb 2025   15  school day   leicestershire_2024_25" == lines[-1]
