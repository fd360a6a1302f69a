"""`inclusion-rules deadline`: the counts, their working, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]
LEICESTERSHIRE = ("--calendar", "leicestershire_2024_25")


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        (("--from", "2025-01-14", "--school-days", "15", *LEICESTERSHIRE), "2025-02-04"),
        (("--from", "2025-01-13", "--school-days", "6", "--counting-first", *LEICESTERSHIRE), "2025-01-20"),
        (("--from", "2025-02-05", "--school-days", "5", "--before", *LEICESTERSHIRE), "2025-01-28"),
        (("--from", "2025-04-17", "--working-days", "1"), "2025-04-22"),
        (("--from", "2025-01-31", "--calendar-days", "21"), "2025-02-21"),
        (("--from", "2025-01-31", "--months", "1"), "2025-02-28"),
        (("--from", "2025-02-11", "--weeks", "3"), "2025-03-04"),
        (("--from", "2025-03-04", "--weeks", "3", "--before"), "2025-02-11"),
        (
            ("--from", "2025-02-11", "--school-days", "15", "--deemed", "first-class-post", *LEICESTERSHIRE),
            "2025-03-14",
        ),
        (("--from", "2025-02-11", "--school-days", "15", "--deemed", "email", *LEICESTERSHIRE), "2025-03-12"),
        (("--from", "2025-02-11", "--school-days", "15", "--deemed", "delivered", *LEICESTERSHIRE), "2025-03-12"),
    ],
)
def test_each_count_comes_to_its_day_and_is_verified(run: Run, typed: tuple[str, ...], due: str) -> None:
    """Worked out by hand; the separate verifier agrees with every one."""
    told = json.loads(run("deadline", *typed, "--format", "json").out)

    assert (due, True) == (told["due"], told["verified"])


def test_the_working_lists_every_day(run: Run) -> None:
    """Counted days carry their number; the others say why they were passed over, and who says so."""
    said = run("deadline", "--from", "2025-02-13", "--school-days", "1", *LEICESTERSHIRE)

    assert 0 == said.code
    assert said.out.startswith("Due: Mon 24 Feb 2025\n1 school day from the day after Thu 13 Feb 2025")
    assert "Fri 14 Feb 2025  -  closed: INSET  leicestershire_2024_25" in said.out
    assert "Mon 17 Feb 2025  -  between terms  leicestershire_2024_25" in said.out
    assert "Mon 24 Feb 2025  1  school day     leicestershire_2024_25" in said.out
    assert "agrees" in said.out


def test_deemed_service_is_a_step_of_its_own(run: Run) -> None:
    """The step from posting to being given is shown with its law, and is not part of the count."""
    typed = ("--from", "2025-04-16", "--school-days", "1", "--deemed", "first-class-post", *LEICESTERSHIRE)
    told = json.loads(run("deadline", *typed, "--format", "json").out)

    assert ("2025-04-16", "2025-04-22") == (told["from"], told["deemed_from"])
    assert "2025-04-22" == told["certificate"]["counted_from"]
    assert "2025-04-28" == told["due"]
    assert ["SI 2012/1033 Sch 1 para 1(2)"] == told["deemed"]["citations"]
    assert "counts as given on Tue 22 Apr 2025 [SI 2012/1033 Sch 1 para 1(2)]" in run("deadline", *typed).out


def test_without_deemed_service_there_is_no_such_day(run: Run) -> None:
    """A program can tell the two apart."""
    told = json.loads(run("deadline", "--from", "2025-02-11", "--weeks", "1", "--format", "json").out)

    assert told["deemed_from"] is None
    assert {"unit": "weeks", "count": 1, "from": "2025-02-11"}.items() <= told.items()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ((), "--from"),
        (("--from", "2025-01-14"), "`--school-days`"),
        (("--from", "2025-01-14", "--weeks", "1", "--months", "1"), "`--weeks` and `--months` were given"),
        (("--from", "2025-01-14", "--school-days", "1"), "`--calendar`"),
        (
            ("--from", "2025-01-14", "--school-days", "1", "--calendar", "leicestershire_2025"),
            "`leicestershire_2024_25`",
        ),
        (("--from", "2025-01-14", "--weeks", "1.5"), "`1.5`"),
        (("--from", "2025-01-14", "--weeks", "-1"), "`-1`"),
        (("--from", "2025-01-14", "--weeks", "many"), "`many`"),
        (("--from", "14.1.2025", "--weeks", "1"), "`14.1.2025`"),
        (("--from", "2025-01-14", "--weeks", "1", "--deemed", "pigeon"), "`pigeon`"),
        (("--from", "2025-01-14", "--weeks", "1", "--before", "--counting-first"), "--counting-first"),
        (("--from", "2025-01-14", "--weeks", "1", "--before", "--deemed", "email"), "--deemed"),
        (("--from", "2025-01-14", "--working-days", "1", "--before"), "working days"),
        (("--from", "2025-01-14", "--weeks", "0", "--counting-first"), "at least 1"),
        (("--from", "2025-01-14", "--weeks", "999999999"), "the years that dates can have"),
        (("--from", "9999-12-31", "--months", "1"), "the years that dates can have"),
        (("--from", "0001-01-01", "--school-days", "1", "--before", *LEICESTERSHIRE), "the years that dates can have"),
    ],
)
def test_what_cannot_be_counted_is_wrong_usage(run: Run, typed: tuple[str, ...], says: str) -> None:
    """Each slip is answered with what was expected."""
    said = run("deadline", *typed)

    assert (2, "") == (said.code, said.out)
    assert says in said.err


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        (("--from", "2025-01-14", "--school-days", "5000", *LEICESTERSHIRE), "2026-07-08"),
        (("--from", "2030-01-14", "--school-days", "1", *LEICESTERSHIRE), "2030-01-15"),
        (("--from", "2020-01-14", "--school-days", "1", *LEICESTERSHIRE), "2020-01-15"),
        (("--from", "2500-01-14", "--working-days", "1"), "bank holidays"),
    ],
)
def test_a_count_past_the_calendar_names_the_days_it_lacks(run: Run, typed: tuple[str, ...], missing: str) -> None:
    """It never guesses; it says which dates to add."""
    said = run("deadline", *typed)

    assert (1, "") == (said.code, said.out)
    assert "does not know the dates from" in said.err
    assert missing in said.err


def test_a_post_rule_of_an_earlier_time_is_not_made_up(run: Run) -> None:
    """Where the law of that day is not kept, nothing is counted."""
    said = run("deadline", "--from", "2011-01-14", "--weeks", "1", "--deemed", "first-class-post")

    assert (1, "") == (said.code, said.out)
    assert "no value on 2011-01-14" in said.err
