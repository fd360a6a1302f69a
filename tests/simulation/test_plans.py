"""Plans of simulations: what a file may say, what is told of one that cannot be meant, and what ships."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.simulation_plans import (
    NEVER,
    After,
    Certainty,
    Draw,
    Given,
    Limit,
    OfLaw,
    Reaching,
    Shares,
    Side,
    asked_of,
    values_of,
)
from inclusion_rules.domain.step_order import steps_in_order
from inclusion_rules.errors import InvalidFilesError, UnknownNameError
from inclusion_rules.loading.checking import read_everything
from inclusion_rules.loading.plan_files import find_plan, load_plan, parse_plan, shipped_plans
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.schema import schema_of
from inclusion_rules.loading.trees import read_tree, shipped
from inclusion_rules.loading.yaml_tree import plain
from inclusion_rules.vocabulary import Unit

BROKEN = Path(__file__).parent / "broken"
SOUND = (BROKEN / "sound.yaml").read_text("utf-8")
EXHIBITS = sorted(path.stem for path in BROKEN.glob("*.yaml") if path.stem != "sound")
SHIPPED = ("east_sussex_multi_service_group", "england_permanent_exclusions", "england_suspensions")
every_shipped = pytest.mark.parametrize("name", SHIPPED)


@pytest.fixture(scope="module")
def law():
    """Every pack that ships."""
    return open_rulebook()


@pytest.fixture(scope="module")
def plans(law):
    """The plans that ship, read."""
    return {name: load_plan(find_plan(name), law) for name in SHIPPED}


@pytest.fixture(scope="module")
def sound(law):
    """The small plan in which nothing is wrong."""
    return parse_plan(SOUND, law)


def altered(*pairs: tuple[str, str]) -> str:
    """The small plan with some of its words replaced."""
    text = SOUND
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def told(text: str, law) -> list[str]:
    """The messages of all problems of a plan."""
    with pytest.raises(InvalidFilesError) as raised:
        parse_plan(text, law)
    return [one.message for one in raised.value.diagnostics]


# Mistakes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_a_mistake_is_told_with_its_place(exhibit, law, monkeypatch):
    """Every problem of a broken plan is told at once, with its place and what would put it right."""
    monkeypatch.chdir(BROKEN)
    with pytest.raises(InvalidFilesError) as raised:
        load_plan(Path(f"{exhibit}.yaml"), law)
    kept = BROKEN / f"{exhibit}.told"
    if os.environ.get("REWRITE_GALLERY"):
        kept.write_text(f"{raised.value}\n", encoding="utf-8")

    assert kept.read_text("utf-8") == f"{raised.value}\n"


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_an_exhibit_shows_the_code_it_is_named_for(exhibit, law):
    """A broken plan has problems of the kind that it is kept for."""
    with pytest.raises(InvalidFilesError) as raised:
        load_plan(BROKEN / f"{exhibit}.yaml", law)

    assert {exhibit[:4]} == {one.code for one in raised.value.diagnostics}


@given(st.lists(st.integers(0, 60), min_size=2, max_size=5).filter(lambda shares: sum(shares) not in (0, 100)))
def test_shares_that_are_not_all_of_it_are_refused(shares):
    """Shares in percent have to come to 100, whatever they are."""
    law = open_rulebook()
    listed = ", ".join(f"way {n}: {share}" for n, share in enumerate(shares))

    problems = told(altered(("{applies: 10, lets it be: 90}", f"{{{listed}}}")), law)

    assert any(f"come to {sum(shares)} %" in message for message in problems)


@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=5))
def test_counts_need_come_to_nothing_in_particular(counts):
    """Counts are taken in proportion, so that a published table can be copied."""
    law = open_rulebook()
    listed = ", ".join(f"way {n}: {count}" for n, count in enumerate(counts))

    plan = parse_plan(altered(("shares: {applies: 10, lets it be: 90}", f"counts: {{{listed}}}"),
                              (", family: applies", "")), law)  # fmt: skip

    (drawn,) = [one.of for one in plan.who if isinstance(one, Draw) and one.name == "family"]
    assert isinstance(drawn, Shares)
    assert drawn.shares == pytest.approx([count / sum(counts) for count in counts])


def test_a_bearer_that_acts_late_has_to_say_when(law):
    """Each way of acting that has a share needs a delay."""
    text = altered(("    late: {beyond the limit of", "    note: {beyond the limit of"))
    text = re.sub(r"    note: \{beyond.*\n", "", text)

    assert ["nothing says when it is done where it is `late`"] == told(text, law)


def test_a_step_that_can_happen_often_cannot_wait(law):
    """Waiting for room is for steps that happen once in a case."""
    text = altered(("    attributes: {session", "    times: {shares: {1: 50, 2: 50}}\n    attributes: {session"))

    assert any("cannot wait for room" in message for message in told(text, law))


def test_what_is_recorded_keeps_to_the_vocabulary(law):
    """An attribute that the event does not have is no attribute of a step either."""
    text = altered(("{outcome: {shares: {reinstate: 5, not reinstate: 95}}}", "{outcom: reinstate}"))

    assert any(message.startswith("`outcom` is not an attribute of") for message in told(text, law))


def test_a_needed_attribute_is_missed(law):
    """A step records all that its event needs."""
    text = altered(("    attributes: {outcome: {shares: {reinstate: 5, not reinstate: 95}}}\n", ""),
                   ("outcome of governing board decided: not reinstate, ", ""))  # fmt: skip

    assert ["`governing board decided` needs `outcome`"] == told(text, law)


def test_a_run_cannot_end_before_its_exclusions(law):
    """What is still to happen cannot lie after the end of the run."""
    assert any("before the last of its exclusions" in message
               for message in told(altered(("until: 2025-07-22", "until: 2024-10-01")), law))  # fmt: skip


# What is read --------------------------------------------------------------------------------------------------------


def test_a_limit_of_the_law_is_named_and_not_copied(sound):
    """Behaviour that leans on a limit keeps its name, so that a change of the law changes what people do."""
    delay = sound.step("governing_board_met").delays["prompt"]

    assert Limit("board_meeting_limit", Side.BEFORE) == delay.limit
    assert Unit.SCHOOL_DAYS is delay.unit


def test_never_is_a_way_without_a_day(sound):
    """A bearer that never acts needs no delay."""
    timing = sound.step("governing_board_met").timing

    assert isinstance(timing, After)
    assert ("prompt", "late", NEVER) == values_of(timing.ways)
    assert {"prompt", "late"} == set(timing.delays)


def test_a_draw_may_depend_on_an_earlier_one(sound):
    """`given` names what a distribution depends on."""
    (drawn,) = [one.of for one in sound.who if isinstance(one, Draw) and one.name == "sen"]

    assert isinstance(drawn, Given)
    assert ["phase"] == list(asked_of(drawn))


def test_steps_are_drawn_after_what_they_rest_on(plans):
    """Whatever the order of the file, nothing is drawn before what it is counted from."""
    for plan in plans.values():
        place = {step.name: number for number, step in enumerate(steps_in_order(plan.steps))}
        assert all(place[before] < place[step.name] for step in plan.steps for before in step.follows)


def test_a_plan_is_equal_to_its_second_reading(law, plans):
    """What a file says does not depend on when it is read."""
    first, again = plans["england_permanent_exclusions"], load_plan(find_plan("england_permanent_exclusions"), law)

    assert (first.who, first.steps, first.figures) == (again.who, again.steps, again.figures)


def test_a_plan_knows_the_digest_of_its_file(plans, law):
    """Two files that differ in a word have two digests."""
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", plans["england_suspensions"].digest)
    assert parse_plan(SOUND, law).digest != parse_plan(altered(("small plan", "little plan")), law).digest


def test_a_name_that_no_plan_has_is_told_with_the_nearest():
    """A slip in the id of a plan is answered with the id that was meant."""
    with pytest.raises(UnknownNameError, match="england_suspensions"):
        find_plan("england_suspension")


# What ships ----------------------------------------------------------------------------------------------------------


def test_the_plans_of_the_contract_ship():
    """The three ids that are fixed are there."""
    assert set(SHIPPED) <= set(shipped_plans())


@every_shipped
def test_every_figure_that_ships_says_where_it_comes_from(name, plans):
    """No figure of a shipped plan stands without its certainty, nor without its source unless it is assumed."""
    bare = [
        f"{figure.span}: {figure.place}"
        for figure in plans[name].figures
        if figure.certainty is None or (figure.source is None and figure.certainty is not Certainty.ASSUMED)
    ]

    assert [] == bare


@every_shipped
def test_every_assumed_figure_that_ships_says_so_in_words(name, plans):
    """What is invented has a note that says that it is, or why it is so."""
    silent = [f"{one.span}: {one.place}" for one in plans[name].figures
              if one.certainty is Certainty.ASSUMED and not one.note]  # fmt: skip

    assert [] == silent


@every_shipped
def test_every_source_that_ships_is_used(name, plans):
    """A source is listed because something is taken from it or held against it."""
    plan = plans[name]
    used = {figure.source for figure in plan.figures} | {one.source for one in plan.comparisons}

    assert set() == set(plan.sources) - used


@every_shipped
def test_a_shipped_plan_is_held_against_figures_it_was_not_fitted_to(name, plans):
    """At least two published figures could show a shipped plan to be wrong."""
    assert 2 <= sum(not one.fitted for one in plans[name].comparisons)


@every_shipped
def test_a_shipped_plan_fits_its_schema(name, law):
    """An editor marks nothing in a plan that ships."""
    tree = read_tree(shipped("simulations") / f"{name}.yaml", Problems())
    assert tree is not None

    def as_json(data: object) -> object:
        if isinstance(data, dict):
            return {key: as_json(value) for key, value in data.items()}
        if isinstance(data, list):
            return [as_json(value) for value in data]
        return data.isoformat() if isinstance(data, date) else data

    assert [] == [one.message for one in Draft202012Validator(schema_of("simulation", law)).iter_errors(
        as_json(plain(tree)))]  # fmt: skip


def test_the_group_takes_its_thresholds_from_the_countys_pack(plans):
    """A change of the pack's thresholds changes which pupils are noticed."""
    timing = plans["east_sussex_multi_service_group"].step("suspensions_counted").timing

    assert isinstance(timing, Reaching)
    assert (OfLaw("east_sussex_lmsg_suspensions"), OfLaw("east_sussex_lmsg_days")) == (timing.times, timing.school_days)


def test_the_figure_of_the_partnerships_is_not_fitted(plans):
    """94.2 % of Partnership cases were not excluded: the plan is held against it and was not made to meet it."""
    published = [one for one in plans["east_sussex_multi_service_group"].comparisons if one.value == 5.8]

    assert [False] == [one.fitted for one in published]


def test_plans_are_checked_with_everything_else(tmp_path):
    """`check` tells a plan from other files and reads it."""
    (tmp_path / "a_plan.yaml").write_text(altered(("chance: 90", "chance: 190")), encoding="utf-8")

    found = read_everything([tmp_path], functions={}).diagnostics()

    assert ["M801"] == [one.code for one in found if one.place.file.endswith("a_plan.yaml")]


def test_values_of_plans_can_be_replaced(sound):
    """An experiment changes a value of a plan and leaves the rest as it is."""
    changed = replace(sound, cases=7)

    assert (7, sound.steps) == (changed.cases, changed.steps)
