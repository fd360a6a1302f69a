"""Every shipped example beside its expected output, so that a change of what readers see is seen in review."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from inclusion_rules.reporting.calendar_feed import case_as_ics
from inclusion_rules.reporting.case_html import case_as_html
from inclusion_rules.reporting.case_json import case_as_data
from inclusion_rules.reporting.case_page import CasePage
from inclusion_rules.reporting.timetable import timetable

DEMO = "leicestershire_permanent_exclusion"
EXAMPLES = [
    DEMO,
    "academy_review_that_quashes",
    "cancelled_with_a_social_worker",
    "suspension_across_a_term_end",
]
Shown = Callable[[str], CasePage]
Expected = Callable[[str, bytes], bytes]


def lines(content: bytes) -> list[str]:
    """Text in lines, which pytest compares more readably than bytes."""
    return content.decode("utf-8").splitlines()


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_timetable_reads_as_expected(name: str, shown: Shown, expected: Expected) -> None:
    """What a head of inclusion reads of each example."""
    present = timetable(shown(name), colour=False, width=100, details=False).encode()

    assert lines(expected(f"{name}.txt", present)) == lines(present)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_calendar_feed_is_as_expected(name: str, shown: Shown, expected: Expected) -> None:
    """What a diary receives of each example."""
    present = case_as_ics(shown(name))

    assert lines(expected(f"{name}.ics", present)) == lines(present)


def test_everything_the_timetable_can_tell_is_as_expected(shown: Shown, expected: Expected) -> None:
    """The timetable with standing duties, powers, citations and readings."""
    present = timetable(shown(DEMO), colour=False, width=100, details=True).encode()

    assert lines(expected(f"{DEMO}.all.txt", present)) == lines(present)


def test_the_page_is_as_expected(shown: Shown, expected: Expected) -> None:
    """What a browser is given of the demo's case."""
    present = case_as_html(shown(DEMO)).encode()

    assert lines(expected(f"{DEMO}.html", present)) == lines(present)


def test_the_data_is_as_expected(shown: Shown, expected: Expected) -> None:
    """What another program is given of the demo's case; the digest of the law is left out, as it follows every edit."""
    page = shown(DEMO)
    told = case_as_data(page.decision, certificates_from=page.record)
    for edition in told["editions"]:
        assert edition["digest"].startswith("sha256:")
        edition["digest"] = "sha256:(left out)"
    present = json.dumps(told, indent=1, ensure_ascii=False).encode() + b"\n"

    assert lines(expected(f"{DEMO}.json", present)) == lines(present)
