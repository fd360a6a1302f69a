"""The door of chance: numbers that depend on seed, name and case alone, and distributions that are met."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inclusion_rules.domain.simulation_plans import Given, Shares
from inclusion_rules.simulation.cohort_columns import NOT_KNOWN, Coded
from inclusion_rules.simulation.drawing import Choice, Draws, among, amounts

MANY = 200_000
numbers = st.integers(0, 5_000)


def nothing_asked(name: str) -> Coded:
    """Stands for what was drawn before, where nothing is asked."""
    raise AssertionError(name)


@given(seed=st.integers(0, 2**63), first=numbers, length=st.integers(1, 200), skip=st.integers(0, 199))
def test_a_number_does_not_depend_on_where_a_block_begins(seed, first, length, skip):
    """A case draws the same number whatever cases are drawn with it."""
    draws = Draws(seed)
    whole = draws.uniform("a step / delay", first, first + length)
    begins = min(skip, length - 1)

    assert np.array_equal(whole[begins:], draws.uniform("a step / delay", first + begins, first + length))


def test_numbers_are_what_they_always_were():
    """The numbers of a seed are fixed for good, so that a run can be made again."""
    found = Draws(7).uniform("who / phase", 0, 3)

    assert [0.9764294445041585, 0.02327697001803053, 0.7942900789432984] == found.tolist()


@pytest.mark.parametrize(("one", "other"), [((1, "a"), (2, "a")), ((1, "a"), (1, "b")), ((1, "2\na"), (12, "a"))])
def test_other_seeds_and_other_names_draw_otherwise(one, other):
    """Neither a seed nor a name lends its numbers to another."""
    drawn = [Draws(seed).uniform(name, 0, 500) for seed, name in (one, other)]

    assert abs(np.asarray(np.corrcoef(drawn))[0, 1]) < 0.2


def test_numbers_lie_evenly_between_0_and_1():
    """Each tenth of what can be drawn is drawn about as often as any other."""
    drawn = Draws(3).uniform("anything", 0, MANY)
    counted = np.histogram(drawn, bins=10, range=(0, 1))[0]

    assert drawn.min() >= 0
    assert drawn.max() < 1
    assert np.abs(counted / MANY - 0.1).max() < 6 * math.sqrt(0.09 / MANY)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=40).filter(any), st.integers(0, 10_000))
def test_a_choice_is_the_place_in_the_running_total(weights, seed):
    """Looking up beforehand gives what adding shares up until the number is passed would give."""
    shares = Shares(tuple(range(len(weights))), tuple(weight / sum(weights) for weight in weights))
    drawn = Draws(seed).uniform("a draw", 0, 300)
    running = np.cumsum(shares.shares)
    running[np.flatnonzero(weights)[-1] :] = 1.0

    found = Choice(shares).codes(drawn, nothing_asked)

    assert np.array_equal(np.searchsorted(running, drawn, side="right"), found)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=12).filter(any), st.integers(0, 1_000))
def test_what_has_no_share_is_never_drawn(weights, seed):
    """A value of share 0 stands in the plan and nowhere in the cohort."""
    shares = Shares(tuple(range(len(weights))), tuple(weight / sum(weights) for weight in weights))

    found = Choice(shares).codes(Draws(seed).uniform("a draw", 0, 2_000), nothing_asked)

    assert all(weights[code] for code in np.unique(found))


@settings(max_examples=20)
@given(st.lists(st.integers(1, 40), min_size=2, max_size=8), st.integers(0, 10_000))
def test_shares_are_met(weights, seed):
    """Over many cases each value comes up about as often as the plan says."""
    wanted = np.array(weights) / sum(weights)
    found = Choice(Shares(tuple(range(len(weights))), tuple(wanted))).codes(
        Draws(seed).uniform("a draw", 0, MANY), nothing_asked
    )

    counted = np.bincount(found, minlength=len(weights)) / MANY
    assert np.all(np.abs(counted - wanted) < 6 * np.sqrt(wanted * (1 - wanted) / MANY) + 1e-9)


def test_a_choice_keeps_to_what_it_depends_on():
    """Each case draws from the distribution of its own value, and from none where that is not known."""
    phases = Coded(np.array([0, 1, NOT_KNOWN, 1], dtype=np.int16), ("primary", "secondary"))
    choice = Choice(Given("phase", (("primary", Shares((5,), (1.0,))), ("secondary", Shares((9,), (1.0,))))))

    found = choice.counts(Draws(1).uniform("a draw", 0, 4), lambda name: phases)

    assert [5, 9, -1, 9] == found.tolist()


def test_a_choice_within_a_choice_asks_both():
    """A distribution may depend on one thing, and within that on another."""
    asked = {
        "phase": Coded(np.array([0, 0, 1, 1], dtype=np.int16), ("primary", "secondary")),
        "sen": Coded(np.array([0, 1, 0, 1], dtype=np.int16), ("none", "support")),
    }
    inner = Given("sen", (("none", Shares((1,), (1.0,))),), otherwise=Shares((2,), (1.0,)))
    choice = Choice(Given("phase", (("primary", inner),), otherwise=Shares((3,), (1.0,))))

    assert [1, 2, 3, 3] == choice.counts(Draws(1).uniform("a draw", 0, 4), asked.__getitem__).tolist()


def test_codes_are_read_as_numbers_and_as_members():
    """What was drawn can be added up and asked about; what is not known counts nothing and is nothing."""
    coded = Coded(np.array([1, 0, NOT_KNOWN], dtype=np.int16), (0.5, 3))

    assert [3.0, 0.5, 0.0] == amounts(coded).tolist()
    assert [True, False, False] == among(coded, frozenset({3})).tolist()
