"""What a scenario is held against, and how a difference is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.scenarios.conftest import IN_TIME

from inclusion_rules.scenarios.reading import Collection
from inclusion_rules.scenarios.running import Mismatch, Result, run_scenario
from inclusion_rules.scenarios.telling import result_lines

Read = Callable[[str], Collection]

NOTIFIED = """
scenarios:
  - scenario: A suspension of which the board was told
    pupil: {looked_after: no}
    events:
      - {date: 2025-03-03, event: suspended, school_days: 6, first_day: 2025-03-03}
      - {date: 2025-03-03, event: governing_board_notified}
    expect:
      as of: 2025-03-10
"""


@pytest.fixture
def run(scenarios: Read) -> Callable[[str], Result]:
    """Runs the only scenario of a text."""

    def one(text: str) -> Result:
        collection = scenarios(text)
        (scenario,) = collection.scenarios
        return run_scenario(scenario, collection.rulebook)

    return one


@pytest.fixture
def mismatches(run: Callable[[str], Result]) -> Callable[..., tuple[Mismatch, ...]]:
    """What differs when something more is expected of the same record."""

    def expecting(expected: str, *, record: str = NOTIFIED) -> tuple[Mismatch, ...]:
        return run(f"{record}      {expected}\n").mismatches

    return expecting


Expecting = Callable[..., tuple[Mismatch, ...]]


def test_a_scenario_passes_when_everything_is_as_expected(run: Callable[[str], Result]) -> None:
    """Nothing differs, so nothing is told."""
    assert run(IN_TIME).passed


@pytest.mark.parametrize(
    "expected",
    [
        "stage: challenge",
        "facts: {days out: 6, cancelled: no}",
        "next events: [governing board met]",
        "absent: [board excused]",
        "findings: [{duty: board meets, outcome: engaged, about: 2025-03-03}]",
        "findings: [{duty: board excused, outcome: not_engaged, missing facts: []}]",
        "obligations: [{duty: board_meets, due: 2025-03-24, met on: null, arose on: 2025-03-03}]",
        "obligations: [{duty: board meets, bearer: governing board, modality: must, verified: yes}]",
        "obligations: [{duty: board meets, late_by_school_days: null, waiting for: null, occurrence: null}]",
        "obligations: [{duty: school records, due: null, status: open}]",
    ],
)
def test_what_holds_is_no_difference(mismatches: Expecting, expected: str) -> None:
    """Each kind of expectation can be met, in words or in identifiers."""
    assert () == mismatches(expected)


@pytest.mark.parametrize(
    ("expected", "what", "stated", "found"),
    [
        ("stage: notification", "stage", "notification", "challenge"),
        ("facts: {days out: 5.5}", "fact days out", "5.5", "6"),
        ("facts: {days out: null}", "fact days out", "nothing recorded", "6"),
        ("next events: []", "next events", "none", "governing board met"),
        ("absent: [board meets]", "board meets", "absent", "an obligation, open"),
        ("warnings: [later_events]", "warnings", "later events", "none"),
        ("findings: [{duty: board meets, outcome: undetermined}]", "outcome", "undetermined", "engaged"),
        ("findings: [{duty: board excused, missing facts: [looked_after]}]", "missing facts", "looked after", "none"),
        ("obligations: [{duty: board meets, due: 2025-03-25}]", "due", "Tue 25 Mar 2025", "Mon 24 Mar 2025"),
        ("obligations: [{duty: board meets, due: null}]", "due", "none", "Mon 24 Mar 2025"),
        ("obligations: [{duty: board meets, why: told late}]", "why", "told late", "none"),
        ("obligations: [{duty: board meets, bearer: school}]", "bearer", "school", "governing board"),
        ("obligations: [{duty: board meets, about: 2025-03-04}]", "board meets", "about Tue 4 Mar 2025", "not there"),
        ("obligations: [{duty: board excused, status: open}]", "board excused", "status open", "not there"),
    ],
)
def test_what_does_not_hold_is_told_side_by_side(
    mismatches: Expecting, expected: str, what: str, stated: str, found: str
) -> None:
    """Each kind of expectation can fail, and says what was expected and what was found."""
    (mismatch,) = mismatches(expected)

    assert mismatch.what.endswith(what)
    assert (stated, found) == (mismatch.expected, mismatch.found)


def test_an_engaged_finding_is_presence_without_any_obligation(mismatches: Expecting) -> None:
    """A definition that applies is there, though it owes nothing to anybody."""
    looked_after = NOTIFIED.replace("looked_after: no", "looked_after: yes")

    (mismatch,) = mismatches("absent: [board excused]", record=looked_after)

    assert "an engaged finding" == mismatch.found


@pytest.mark.parametrize(
    ("said_of_the_pupil", "days", "reason"),
    [
        ("looked_after: no", "5", "it is not so that days out is more than threshold (5): it is 5"),
        ("looked_after: yes", "6", "held back by board/excused"),
    ],
)
def test_the_reason_names_what_kept_a_duty_away(
    mismatches: Expecting, said_of_the_pupil: str, days: str, reason: str
) -> None:
    """A missing duty comes with the comparison that failed, or the rule that held it back."""
    record = NOTIFIED.replace("looked_after: no", said_of_the_pupil).replace("school_days: 6", f"school_days: {days}")

    (mismatch,) = mismatches("obligations: [{duty: board meets, status: open}]", record=record)

    assert reason in mismatch.reason


def test_the_reason_names_what_is_not_known(mismatches: Expecting) -> None:
    """An answer that nobody can give comes with the question."""
    record = NOTIFIED.replace("    pupil: {looked_after: no}\n", "")

    (mismatch,) = mismatches("findings: [{duty: board excused, outcome: engaged}]", record=record)

    assert "undetermined" == mismatch.found
    assert "it is not known whether looked after is yes" in mismatch.reason


def test_the_reason_of_a_due_day_is_how_it_was_counted(mismatches: Expecting) -> None:
    """A date that surprises comes with its count."""
    (mismatch,) = mismatches("obligations: [{duty: board meets, due: 2025-03-21}]")

    assert "15 school days with Mon 3 Mar 2025" in mismatch.reason


def test_a_rule_not_in_force_is_told_as_such(mismatches: Expecting) -> None:
    """Law of another time is the reason, not some condition."""
    record = NOTIFIED.replace("2025-03", "2012-08")

    (mismatch,) = mismatches("findings: [{duty: board meets, outcome: engaged}]", record=record)

    assert "governs from 2012-09-01" in mismatch.reason


def test_a_failure_reads_as_two_columns_and_a_reason(run: Callable[[str], Result]) -> None:
    """What is shown can be read without knowing the code."""
    result = run(IN_TIME.replace("due: 2025-03-24", "due: 2025-03-25"))

    place, *shown = result_lines(result, width=80)

    assert place.endswith("meets.yaml:2")
    assert [
        "  The board meets on the last day",
        "  obligation board meets: due",
        "    expected: Tue 25 Mar 2025            found: Mon 24 Mar 2025",
    ] == shown[:3]
    assert shown[3].startswith("    why: engaged; arose on Mon 3 Mar 2025")
    assert all(len(line) <= 80 for line in shown)
