"""A live managed move of autumn 2026 is not started on a trial; older moves, and histories, are taken as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from inclusion_rules.casework.case import Case, RefusedEventError
from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook, read_case

NOON = datetime(2026, 10, 30, 12, tzinfo=UTC)


def started(proposed: str, trial: str = "", *, on: str = "2026-09-14") -> Case:
    """A live case with a move proposed and agreed, carried on by its start."""
    lines = [
        "{case: A, pathway: managed_move, calendar: example, pupil: {}, events: [",
        f"{{date: {proposed}, event: managed_move_proposed{trial}}},",
        f"{{date: {proposed}, event: managed_move_agreed}},",
        f"{{date: {on}, event: managed_move_started}}]}}",
    ]
    record = read_case("\n".join(lines))
    rulebook = open_rulebook()
    case = Case.open(replace(record, events=record.events[:-1]), rulebook, recorded_at=NOON, recorded_by="school")
    return case.after(record.events[-1], rulebook, recorded_at=NOON, recorded_by="school")


def test_a_move_proposed_with_a_trial_is_not_started() -> None:
    """The person at the keyboard is told what the guidance says, and what can be done instead."""
    with pytest.raises(RefusedEventError, match="direct the pupil off site first"):
        started("2026-07-26", ", trial_until: 2026-10-16")


def test_what_is_refused_is_not_among_what_could_come_now() -> None:
    """The start is what the stage awaits, and what the pathway does not take: only the end of the move is left."""
    with pytest.raises(RefusedEventError) as refused:
        started("2026-07-26", ", trial_until: 2026-10-16")

    assert ("managed_move_ended",) == refused.value.allowed


def test_a_decision_does_not_name_as_next_what_would_be_refused() -> None:
    """What may come next is what a live case would take, in the decision as in the refusal."""
    record = read_case(
        "{case: A, pathway: managed_move, calendar: example, pupil: {}, events: ["
        "{date: 2026-07-26, event: managed_move_proposed, trial_until: 2026-10-16},"
        "{date: 2026-07-26, event: managed_move_agreed}]}"
    )

    assert ("managed_move_ended",) == decide(record, open_rulebook(), as_of=date(2026, 9, 14)).next_events


@pytest.mark.parametrize(
    ("proposed", "trial"),
    [
        pytest.param("2026-07-25", ", trial_until: 2026-10-16", id="proposed the day before"),
        pytest.param("2026-07-26", "", id="no trial"),
    ],
)
def test_any_other_move_is_started(proposed: str, trial: str) -> None:
    """A trial agreed before the guidance changed, and a move without one."""
    assert 3 == len(started(proposed, trial).log)
