"""What scenarios show of the rules, and which small wrongs they would notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.scenarios.conftest import IN_TIME, write

from inclusion_rules.scenarios.alterations import alterations_of
from inclusion_rules.scenarios.coverage import Coverage, Side, coverage_of
from inclusion_rules.scenarios.mutants import MutantReport, surviving_mutants
from inclusion_rules.scenarios.reading import Collection
from inclusion_rules.scenarios.running import run_scenario

Read = Callable[[str], Collection]

SHORT = """
  - scenario: Five days are not more than five
    boundary of: [board meets]
    pupil: {looked_after: no}
    events:
      - {date: 2025-03-03, event: suspended, school_days: 5, first_day: 2025-03-03}
    expect:
      as of: 2025-03-04
      absent: [board meets, board excused]
"""
CANCELLED = """
  - scenario: A cancelled suspension needs no meeting
    pupil: {looked_after: no}
    events:
      - {date: 2025-03-03, event: suspended, school_days: 9, first_day: 2025-03-03}
      - {date: 2025-03-05, event: exclusion_cancelled}
    expect:
      as of: 2025-03-06
      obligations: [{duty: board meets, status: lapsed}]
"""
EXCUSED = """
  - scenario: The board is excused
    pupil: {looked_after: yes}
    events:
      - {date: 2025-03-03, event: suspended, school_days: 9, first_day: 2025-03-03}
    expect:
      as of: 2025-03-04
      findings: [{duty: board excused, outcome: engaged}]
      absent: [board meets]
"""


def covered(collection: Collection) -> Coverage:
    """What the scenarios of a collection show."""
    results = [run_scenario(scenario, collection.rulebook) for scenario in collection.scenarios]
    return coverage_of(results, collection.rulebook, packs=collection.packs)


def tried(collection: Collection) -> MutantReport:
    """What the scenarios of a collection would notice."""
    results = [run_scenario(scenario, collection.rulebook) for scenario in collection.scenarios]
    return surviving_mutants(results, collection.rulebook, packs=collection.packs)


def lacking(coverage: Coverage) -> dict[str, tuple[Side, ...]]:
    """What is not shown, by rule."""
    return {rule.rule.id: rule.lacking for rule in coverage.lacking}


def test_a_rule_with_a_condition_is_wanted_from_three_sides(scenarios: Read) -> None:
    """Engaged and at the boundary is not enough where nobody has shown it not to apply."""
    assert (Side.NOT_ENGAGED,) == lacking(covered(scenarios(IN_TIME)))["board/meets"]


def test_a_rule_seen_from_three_sides_lacks_nothing(scenarios: Read) -> None:
    """A duty absent on the other side of its boundary completes it."""
    assert "board/meets" not in lacking(covered(scenarios(IN_TIME + SHORT)))


def test_a_lapsed_obligation_shows_the_rule_not_engaged(scenarios: Read) -> None:
    """What no longer holds is the other side as well."""
    assert (Side.ENGAGED, Side.BOUNDARY) == lacking(covered(scenarios("scenarios:" + CANCELLED)))["board/meets"]


def test_a_rule_without_condition_or_limit_needs_one_example(scenarios: Read) -> None:
    """There is nothing on the other side of a statement."""
    assert (Side.ENGAGED,) == lacking(covered(scenarios(IN_TIME)))["board/records"]


def test_a_scenario_that_fails_shows_nothing(scenarios: Read) -> None:
    """A wrong expectation is no evidence."""
    failing = IN_TIME.replace("due: 2025-03-24", "due: 2025-03-25")

    assert tuple(Side) == lacking(covered(scenarios(failing)))["board/meets"]


def test_comparisons_are_seen_both_ways(scenarios: Read) -> None:
    """Of each comparison it is told whether it was ever true, ever false, and ever what decided."""
    coverage = covered(scenarios(IN_TIME + SHORT))
    seen = {each.words: (each.true, each.false, each.decided) for each in coverage.comparisons}

    assert {
        "days out is more than threshold": (True, True, True),
        "cancelled is no": (True, False, True),
        "looked after is yes": (False, True, True),
    } == seen
    assert (66.7, 66.7, 100.0) == tuple(map(coverage.percentage, ("true", "false", "decided")))


def test_a_comparison_beside_another_that_fails_decides_nothing(scenarios: Read) -> None:
    """A cancellation of a suspension that was too short anyway shows nothing about cancelling."""
    short_and_cancelled = SHORT.replace(
        "    expect:", "      - {date: 2025-03-04, event: exclusion_cancelled}\n    expect:"
    )
    coverage = covered(scenarios("scenarios:" + short_and_cancelled))

    assert not next(each for each in coverage.comparisons if each.words == "cancelled is no").decided


def survivors(report: MutantReport) -> set[str]:
    """The alterations that nobody noticed, in words."""
    return {f"{one.alteration.place}: {one.alteration.what}" for one in report.survivors}


def test_a_figure_without_its_boundary_survives(scenarios: Read) -> None:
    """An example far from the threshold would not notice its moving; one at the edge does."""
    far_away = IN_TIME.replace("school_days: 5.5", "school_days: 9")

    assert "parameter threshold: 5.5 instead of 5" in survivors(tried(scenarios(far_away)))
    assert "parameter threshold: 5.5 instead of 5" not in survivors(tried(scenarios(IN_TIME)))


def test_an_operator_on_the_wrong_side_is_noticed_only_on_the_boundary(scenarios: Read) -> None:
    """Exactly five days tell `more than` from `at least`."""
    wrong = "board/meets: `more than` read as `at least` in: days out is more than threshold"

    assert wrong in survivors(tried(scenarios(IN_TIME)))
    assert wrong not in survivors(tried(scenarios(IN_TIME + SHORT)))


@pytest.mark.parametrize(
    ("wrong", "noticed_by"),
    [("left out: cancelled is no", CANCELLED), ("the exception board/excused left out", EXCUSED)],
)
def test_what_is_left_out_is_noticed_by_an_example_that_turns_on_it(
    scenarios: Read, wrong: str, noticed_by: str
) -> None:
    """A condition or exception is safe once a scenario depends on it."""
    assert f"board/meets: {wrong}" in survivors(tried(scenarios(IN_TIME + SHORT)))
    assert f"board/meets: {wrong}" not in survivors(tried(scenarios(IN_TIME + SHORT + noticed_by)))


def test_all_that_is_well_tested_is_noticed(scenarios: Read) -> None:
    """A law with an example at each of its edges leaves no survivor."""
    report = tried(scenarios(IN_TIME + SHORT + CANCELLED + EXCUSED))

    assert set() == survivors(report)
    assert report.made == report.caught == 9


def test_a_figure_that_nothing_looks_at_is_named_apart(scenarios: Read, law: Path) -> None:
    """What no rule that runs looks at is no gap in the examples, but it is worth knowing."""
    text = "title: Idle\nunit: school days\nvalues: [{from: 2012-09-01, value: 5, cites: [the small regulations]}]\n"
    write(law, "rules/small/parameters/idle.yaml", text)

    report = tried(scenarios(IN_TIME + SHORT + CANCELLED + EXCUSED))

    assert ("parameter idle",) == report.unused
    assert set() == survivors(report)


def test_what_no_scenario_speaks_of_was_tried_on_none(scenarios: Read) -> None:
    """A survivor says whether anybody had a chance to notice it."""
    silent = IN_TIME.replace("      obligations: [{duty: board meets, due: 2025-03-24, status: met}]\n", "")

    assert {0} == {one.tried_on for one in tried(scenarios(silent)).survivors}


def test_narrowing_to_what_a_change_can_reach_overlooks_nothing(scenarios: Read) -> None:
    """The verdicts are those of running every scenario against the whole altered law."""
    collection = scenarios(IN_TIME + SHORT + EXCUSED)
    slowly = {
        f"{alteration.place}: {alteration.what}"
        for alteration in alterations_of(collection.rulebook.packs["small"])
        if all(
            run_scenario(
                scenario,
                replace(collection.rulebook, packs={**collection.rulebook.packs, "small": alteration.build()}),
            ).passed
            for scenario in collection.scenarios
        )
    }

    assert {"board/meets: left out: cancelled is no"} == slowly
    assert slowly == survivors(tried(collection))
