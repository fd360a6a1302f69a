"""Experiments: files that change one plan or one law in two ways, and say what the answer is worth."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from tests.simulation.small_runs import PLAN, law

from inclusion_rules.domain.experiments import LawChange, PlanChange
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.loading.changing_texts import changed_parameter, changed_plan
from inclusion_rules.loading.experiment_files import find_experiment, load_experiment, plan_of, shipped_experiments
from inclusion_rules.loading.plan_files import parse_plan
from inclusion_rules.simulation.block_sums import Measured
from inclusion_rules.simulation.comparing import compare
from inclusion_rules.simulation.experimenting import carry_out
from inclusion_rules.simulation.run_folder import RunFolderError

FIVE = ("fair_access_panels", "helpline", "mash_threshold", "multi_service_threshold", "part_time_review")
TRIAL = """\
experiment: trial
title: A trial
asks: Does it matter?
can say: something
cannot say: everything
plan: small.yaml
cases: 40
replications: 2
first: {arm: as it is}
second:
  arm: changed
  plan:
    - {at: what happens / governing board notified / chance, to: 50}
"""


def trial(folder: Path, text: str = TRIAL) -> Path:
    """An experiment in a folder, with its plan beside it."""
    (folder / "small.yaml").write_text(PLAN, "utf-8")
    path = folder / "trial.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_five_experiments_ship() -> None:
    """Each question of the auditors has its file."""
    assert FIVE == shipped_experiments()


@pytest.mark.parametrize("name", FIVE)
def test_a_shipped_experiment_says_what_it_can_and_cannot_say(name: str) -> None:
    """No experiment goes without its question and the limits of its answer."""
    found = load_experiment(find_experiment(name))
    assert name == found.id
    assert all((found.asks.endswith("?"), found.can_say, found.cannot_say))


@pytest.mark.parametrize("name", FIVE)
def test_the_changes_of_a_shipped_experiment_fit_its_plan(name: str) -> None:
    """Both arms of each are plans that can be drawn from, and parameters that the law has."""
    path = find_experiment(name)
    found = load_experiment(path)
    text = plan_of(found, path).read_text("utf-8")
    for arm in (found.first, found.second):
        parse_plan(changed_plan(text, arm.plan, name="plan"), law(), beside=path.parent)
        known = {name for pack in law().packs.values() for name in pack.parameters}
        assert {change.parameter for change in arm.law} <= known


def test_changing_a_value_leaves_every_other_sign() -> None:
    """Only the line with the value differs, comments and spaces included."""
    change = PlanChange(("what happens", "governing board notified", "chance"), "50")
    changed = changed_plan(PLAN, [change], name="plan")
    lines = [line for line in difflib.ndiff(PLAN.splitlines(), changed.splitlines()) if line[0] in "+-"]
    assert ["-     chance: 95", "+     chance: 50"] == lines


def test_several_values_of_one_line_can_be_changed() -> None:
    """Places stay true however long the new values are."""
    changes = [
        PlanChange(("who", "family", "shares", "applies"), "5"),
        PlanChange(("who", "family", "shares", "lets it be"), "95.0"),
    ]
    assert "shares: {applies: 5, lets it be: 95.0}" in changed_plan(PLAN, changes, name="plan")


def test_a_place_that_is_not_there_is_told_with_the_nearest() -> None:
    """A slip on the way to a value names the step that went wrong and what was probably meant."""
    with pytest.raises(InvalidFilesError) as raised:
        changed_plan(PLAN, [PlanChange(("what happens", "goverming board notified", "chance"), "1")], name="plan")
    (problem,) = raised.value.diagnostics
    assert ("M810", "did you mean `governing board notified`?") == (problem.code, problem.help)


def test_a_place_with_several_values_is_refused() -> None:
    """A whole distribution is not changed in one go; the way on is shown."""
    with pytest.raises(InvalidFilesError) as raised:
        changed_plan(PLAN, [PlanChange(("who", "family", "shares"), "1")], name="plan")
    assert "go on to one of `applies`, `lets it be`" == raised.value.diagnostics[0].help


def test_a_parameter_is_changed_in_every_version() -> None:
    """No day of the run is left under the old value."""
    text = "title: x\nunit: weeks\nvalues:\n  - {from: 2020-01-01, value: not set}\n  - {from: 2024-01-01, value: 6}\n"
    changed = changed_parameter(text, LawChange("x", "4"), name="x.yaml")
    assert text.replace("not set", "4").replace("value: 6", "value: 4") == changed


def test_two_arms_that_are_the_same_are_no_experiment(tmp_path: Path) -> None:
    """An experiment that changes nothing is told before anything runs."""
    path = trial(tmp_path, TRIAL.partition("  plan:")[0])
    with pytest.raises(InvalidFilesError) as raised:
        load_experiment(path)
    assert ["M811"] == [problem.code for problem in raised.value.diagnostics]


def test_an_experiment_runs_both_arms_on_the_same_cases(tmp_path: Path) -> None:
    """Every replication is a pair of the same seed, and the change shows in what it was made to."""
    path = trial(tmp_path)
    found = load_experiment(path)
    runs = carry_out(found, plan_of(found, path), tmp_path / "out")
    assert [(1, 1), (2, 2)] == [(one.identity["seed"], other.identity["seed"]) for one, other in runs.pairs]
    comparison = compare(runs.pairs)
    told = next(one for one in comparison.differences if one.name == (Measured.EVENT, "governing_board_notified"))
    assert told.first is not None
    assert told.second is not None
    assert told.first > told.second + 0.2


def test_changed_law_lies_beside_the_runs(tmp_path: Path) -> None:
    """The law of an arm that changes it can be read, and the runs say that they were made under it."""
    text = TRIAL.partition("  plan:\n")[0] + "  law:\n    - {parameter: board meeting limit, to: 3}\n"
    path = trial(tmp_path, text.replace("replications: 2", "replications: 1"))
    found = load_experiment(path)
    runs = carry_out(found, plan_of(found, path), tmp_path / "out")
    (kept,) = (tmp_path / "out" / "law" / "second").glob("*/parameters/board_meeting_limit.yaml")
    assert "value: 3" in kept.read_text("utf-8")
    ((one, other),) = runs.pairs
    assert one.identity["packs"]["england"]["digest"] != other.identity["packs"]["england"]["digest"]


def test_an_unknown_parameter_is_told(tmp_path: Path) -> None:
    """A parameter that no pack has is named, with the nearest."""
    text = TRIAL.partition("  plan:\n")[0] + "  law:\n    - {parameter: bord meeting limit, to: 3}\n"
    path = trial(tmp_path, text)
    found = load_experiment(path)
    with pytest.raises(InvalidFilesError) as raised:
        carry_out(found, plan_of(found, path), tmp_path / "out")
    assert "did you mean `board_meeting_limit`?" == raised.value.diagnostics[0].help


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    """No experiment writes into a folder that holds something else."""
    path = trial(tmp_path)
    with pytest.raises(RunFolderError):
        carry_out(load_experiment(path), plan_of(load_experiment(path), path), tmp_path)
