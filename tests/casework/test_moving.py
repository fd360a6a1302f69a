"""A case moved from the law it is pinned to, to other law, with what that changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from inclusion_rules.casework.case import Case, PinnedLawError
from inclusion_rules.casework.moving import moved, moved_in_bulk
from inclusion_rules.casework.opening import open_rulebook, read_case
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.vocabulary import Verification

AS_OF = date(2025, 2, 10)
TEXT = """
case: MOVE-1
pathway: permanent_exclusion
calendar: example
school: {type: maintained}
pupil: {date_of_birth: 2010-11-02, looked_after: false, social_worker: false}
events:
  - {date: 2025-01-13, event: permanently_excluded, session: morning}
  - {date: 2025-01-14, event: governing_board_notified}
"""


def the_case(rulebook: Rulebook) -> Case:
    """A case opened under a rulebook."""
    noon = datetime(2025, 1, 14, 12, tzinfo=UTC)
    return Case.open(read_case(TEXT, rulebook), rulebook, recorded_at=noon, recorded_by="tests")


def longer_limit(rulebook: Rulebook, limit: int) -> Rulebook:
    """The same law but for the board's limit."""
    england = rulebook.packs["england"]
    parameter = england.parameters["board_meeting_limit"]
    values = tuple(replace(version, value=limit) for version in parameter.values)
    parameters = {**england.parameters, parameter.name: replace(parameter, values=values)}
    changed = replace(england, parameters=parameters, version="changed", digest=f"sha256:limit-{limit}")
    return replace(rulebook, packs={**rulebook.packs, "england": changed})


def test_a_move_lists_the_dates_that_it_changes() -> None:
    """Twenty school days instead of fifteen move the board's last day from 4 to 11 February."""
    old = open_rulebook()

    move = moved(the_case(old), old=old, new=longer_limit(old, 20), as_of=AS_OF)

    due = [d for d in move.differences if d.duty == "board_consider_pex" and d.part == "due"]
    assert [("Tue 4 Feb 2025", "Tue 11 Feb 2025")] == [(d.before, d.after) for d in due]


def test_a_move_to_the_same_law_changes_nothing() -> None:
    """Where nothing differs, nothing is listed."""
    law = open_rulebook()
    assert () == moved(the_case(law), old=law, new=law, as_of=AS_OF).differences


def test_a_moved_case_is_pinned_to_the_new_law() -> None:
    """After the move the old law no longer decides the case."""
    old = open_rulebook()
    move = moved(the_case(old), old=old, new=longer_limit(old, 20), as_of=AS_OF)
    with pytest.raises(PinnedLawError):
        move.case.decision(old, as_of=AS_OF)


def test_a_move_needs_the_law_that_the_case_is_pinned_to() -> None:
    """A report that starts from other law than the case was opened under would be false."""
    old = open_rulebook()
    other = longer_limit(old, 20)
    with pytest.raises(PinnedLawError, match="MOVE-1"):
        moved(the_case(old), old=other, new=old, as_of=AS_OF)


def test_a_rule_switched_off_shows_as_an_obligation_gone() -> None:
    """Every case of a bulk move tells what it loses."""
    old = open_rulebook()
    england = old.packs["england"]
    rule = replace(england.rules["reinstatement/permanent_exclusion"], verified=Verification.NO)
    changed = replace(england, rules={**england.rules, rule.id: rule}, digest="sha256:without")
    new = replace(old, packs={**old.packs, "england": changed})

    moves = list(moved_in_bulk([the_case(old), the_case(old)], old=old, new=new, as_of=AS_OF))

    gone = [[str(d) for d in move.differences if d.part == "obligation"] for move in moves]
    assert [["board consider pex (about 2025-01-13): obligation missed → nothing"]] * 2 == gone
