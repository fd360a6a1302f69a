"""What Suffolk set out in 2021, held against the paper: nothing of it is left out, and its numbers add up."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from inclusion_rules import open_rulebook
from inclusion_rules.domain.commitments import Commitment, CommitmentStatus
from inclusion_rules.domain.law import NotSet
from inclusion_rules.domain.rules import RulePack
from inclusion_rules.engine.commitments import Answer
from inclusion_rules.loading.figure_files import load_figures
from inclusion_rules.reporting.commitments import Register, register

ROOT = Path(__file__).parents[2]
PAPER = date(2021, 5, 20)
LAST = {"p": 9, "a": 7, "t": 6, "b": 4}
PROMISES = [f"{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)]


@pytest.fixture(scope="module")
def suffolk() -> RulePack:
    """The pack of Suffolk."""
    return open_rulebook().packs["suffolk"]


@pytest.fixture(scope="module")
def held() -> Register:
    """The commitments of Suffolk held against the example of figures."""
    rulebook = open_rulebook()
    figures = load_figures(ROOT / "examples" / "suffolk_figures.yaml", rulebook)
    return register(rulebook, as_of=figures.on, figures=figures)


def promise(pack: RulePack, short: str) -> Commitment:
    """The commitment that a letter and a number stand for."""
    return next(each for name, each in pack.commitments.items() if name.startswith(f"suffolk_{short}_"))


@pytest.mark.parametrize("short", PROMISES)
def test_every_priority_activity_threshold_and_benefit_is_there(short: str, suffolk: RulePack) -> None:
    """Each has a place of its own in the pack, since the day of the paper."""
    assert PAPER == promise(suffolk, short).first


@pytest.mark.parametrize("heading", ["Priority", "Activity", "Benefit"])
def test_the_founding_document_is_carried_item_by_item(heading: str, suffolk: RulePack) -> None:
    """Every numbered item of the paper is an item of the seed, and its own commitment carries it."""
    assert suffolk.seed is not None
    numbered = {item.item: item for item in suffolk.seed.items if item.item.startswith(f"{heading} ")}
    letter = heading[0].lower()
    expected = [short for short in PROMISES if short.startswith(letter)]

    assert [f"{heading} {short[1:]}" for short in expected] == list(numbered)
    for short in expected:
        assert promise(suffolk, short).id in numbered[f"{heading} {short[1:]}"].commitments


def test_every_commitment_is_reached_from_the_founding_document(suffolk: RulePack) -> None:
    """No commitment is in the pack that the paper does not account for."""
    assert suffolk.seed is not None
    carried = {name for item in suffolk.seed.items for name in item.commitments}

    assert set(suffolk.commitments) == carried


def test_the_money_adds_up(suffolk: RulePack) -> None:
    """Three parts make up the grant, and the grant and the council's money the whole."""
    amount = {name: parameter.values[0].value for name, parameter in suffolk.parameters.items()}

    assert [10_000, 10_000, 20_000] == [
        amount[f"suffolk_{part}_money"] for part in ("e_learning", "communication", "quality_mark")
    ]
    assert 10_000 + 10_000 + 20_000 == amount["suffolk_project_grant"]
    assert (60_000, 60_000 + 40_000) == (amount["suffolk_council_fund"], amount["suffolk_inclusion_budget"])


def test_a_number_that_the_paper_does_not_give_is_not_set(suffolk: RulePack) -> None:
    """No aim was invented: only the shares and the sums that the paper states have a value."""
    open_ones = {
        name
        for name, parameter in suffolk.parameters.items()
        if parameter.values[0].first == PAPER and isinstance(parameter.values[0].value, NotSet)
    }

    assert {"suffolk_sharing_aim", "suffolk_suspension_trend", "suffolk_wellbeing_offer_aim"} <= open_ones


def test_sharing_suspension_data_is_overtaken_by_the_law(suffolk: RulePack) -> None:
    """What was asked of schools in 2021 has been their duty since September 2022."""
    for short in ("p5", "a1"):
        made = promise(suffolk, short)
        assert (CommitmentStatus.OVERTAKEN, ("notification/local_authority",)) == (made.status, made.overtaken_by)


def test_the_plan_has_eleven_steps_without_days(suffolk: RulePack) -> None:
    """The months were lost with the drawing of the plan, and none was guessed."""
    plan = promise(suffolk, "t6")

    assert [None] * 11 == [milestone.by for milestone in plan.milestones]


def test_the_example_shows_every_answer(held: Register) -> None:
    """A reader of the example meets promises kept, broken, not known, and without a test."""
    assert all(held.kept(answer) for answer in Answer)


def test_the_share_of_disruptive_behaviour_raises_an_alert(held: Register) -> None:
    """52 of 96 permanent exclusions are more than the half that the programme began from."""
    assert "suffolk_t1_pdb_share" in {state.commitment.id for state in held.alerts()}


def test_money_of_which_a_part_is_unknown_is_not_called_within_its_bounds(held: Register) -> None:
    """What was given to schools is left out of the example, so the sum is only known to be at least the rest."""
    money = next(state for state in held.states if state.commitment.id == "suffolk_t5_money")

    assert (Answer.NOT_KNOWN, Answer.YES) == (money.kept.answer, money.alert.answer)


def test_the_form_is_never_a_reason_to_send_a_notice_back(suffolk: RulePack) -> None:
    """The promise of a fuller form is read so that the duty to tell the council stays as it is."""
    assert re.search("none is ever sent back", " ".join(promise(suffolk, "a3").reading.split()))
