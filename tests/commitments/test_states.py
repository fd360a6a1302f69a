"""What figures say of commitments: three answers, sums that may still grow, and milestones on a day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.commitments.conftest import ON, State

from inclusion_rules.domain.commitments import Figures
from inclusion_rules.domain.facts import NOTHING, AtLeast, Unknown
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.engine.commitments import Answer, Progress, Term, figure_values
from inclusion_rules.reporting.commitments import FiguresOfALaterDayError, register

VISITED = {"schools": 50, "schools_visited": 31}


def test_a_test_that_holds_is_kept(state: State) -> None:
    """62 per cent were visited where 60 were wanted."""
    assert Answer.YES is state("county_visits", VISITED).kept.answer


def test_a_test_that_fails_is_not_kept(state: State) -> None:
    """58 per cent were visited where 60 were wanted."""
    assert Answer.NO is state("county_visits", VISITED | {"schools_visited": 29}).kept.answer


def test_a_figure_nobody_gave_leaves_it_not_known(state: State) -> None:
    """Not known is not no, and the figure that would settle it is named: the one to be asked for, not the share."""
    found = state("county_visits", {"schools": 50})

    assert Answer.NOT_KNOWN is found.kept.answer
    assert ("schools_visited",) == found.kept.missing


def test_without_any_figures_nothing_is_known(state: State) -> None:
    """A register can be read before anybody has gathered a figure."""
    found = state("county_visits")

    assert Answer.NOT_KNOWN is found.kept.answer
    assert ("schools", "schools_visited") == found.kept.missing


def test_a_share_in_none_is_not_known(state: State) -> None:
    """Of no schools no share is visited; the promise is neither kept nor broken by that."""
    found = state("county_visits", {"schools": 0, "schools_visited": 0})

    assert Answer.NOT_KNOWN is found.kept.answer
    assert ("schools",) == found.kept.missing


def test_the_parameter_of_the_day_is_used(state: State) -> None:
    """The aim was raised to 80 per cent in September 2025, and the same figures no longer meet it."""
    assert Answer.NO is state("county_visits", VISITED, as_of=date(2025, 9, 1)).kept.answer
    assert Answer.YES is state("county_visits", VISITED, as_of=date(2025, 8, 31)).kept.answer


def test_a_parameter_without_a_value_on_the_day_is_named(state: State) -> None:
    """Before the aim was set nothing can be held against it."""
    found = state("county_visits", VISITED, as_of=date(2024, 8, 31)).kept

    assert (Answer.NOT_KNOWN, ("county_visit_aim",)) == (found.answer, found.without_value)


def test_an_aim_that_nobody_set_is_named(state: State) -> None:
    """What the authority left open is told as that, and not asked of those who gather figures."""
    figures = {"fuel": 1, "food": 1, "exclusions_before": 10, "exclusions_now": 5}
    found = state("county_money", figures)

    assert (Answer.NOT_KNOWN, ("county_fall_aim",)) == (found.kept.answer, found.kept.without_value)
    assert () == found.missing


def test_what_is_settled_needs_no_aim(state: State) -> None:
    """Costs above the money break the promise whatever the aim that was never set."""
    assert Answer.NO is state("county_money", {"fuel": 900, "food": 200}).kept.answer


def test_a_sum_with_a_part_missing_is_at_least_what_is_known(county: Rulebook) -> None:
    """Money that is known to be spent is spent, whatever else was."""
    figures = Figures("county", ON, {"fuel": 700})

    assert AtLeast(700, frozenset({"food"})) == figure_values(county.packs["county"].figures, figures)["all_costs"]


def test_an_alert_is_raised_as_soon_as_it_is_certain(state: State) -> None:
    """Fuel alone has cost more than there is; the price of food cannot make that good."""
    assert Answer.YES is state("county_money", {"fuel": 1000.5}).alert.answer
    assert Answer.NOT_KNOWN is state("county_money", {"fuel": 1000}).alert.answer
    assert Answer.NO is state("county_money", {"fuel": 400, "food": 600}).alert.answer


def test_a_commitment_without_a_test_says_so(state: State) -> None:
    """Nothing was set that could raise an alert about visits."""
    assert Answer.NO_TEST is state("county_visits", VISITED).alert.answer


@pytest.mark.parametrize(("before", "now", "fall"), [(31, 23, 800 / 31), (10, 10, 0), (10, 12, -20), (8, 0, 100)])
def test_a_fall_is_counted_from_what_there_was(county: Rulebook, before: int, now: int, fall: float) -> None:
    """A fall is a percentage of the first figure, and a rise is a fall of less than nothing."""
    figures = Figures("county", ON, {"exclusions_before": before, "exclusions_now": now})

    assert fall == figure_values(county.packs["county"].figures, figures)["fall_in_exclusions"]


def test_a_fall_from_none_is_not_known(county: Rulebook) -> None:
    """From nothing nothing can fall."""
    figures = Figures("county", ON, {"exclusions_before": 0, "exclusions_now": 3})
    found = figure_values(county.packs["county"].figures, figures)["fall_in_exclusions"]

    assert Unknown(frozenset({"exclusions_before"})) == found


AMOUNTS = st.integers(0, 2000)


@given(
    known=st.fixed_dictionaries({}, optional={"fuel": AMOUNTS, "food": AMOUNTS, "schools": AMOUNTS}),
    more=st.fixed_dictionaries({"fuel": AMOUNTS, "food": AMOUNTS, "schools": AMOUNTS, "schools_visited": AMOUNTS}),
)
def test_what_is_settled_stays_settled(state: State, known: dict[str, int], more: dict[str, int]) -> None:
    """Whatever figures are given later, they never overturn an answer that was certain before."""
    for commitment in ("county_visits", "county_money"):
        before, after = state(commitment, known), state(commitment, more | known)
        for first, second in ((before.kept, after.kept), (before.alert, after.alert)):
            assert first.answer in (Answer.NOT_KNOWN, Answer.NO_TEST, second.answer)


def progress(state: State, name: str, **asked: object) -> Progress:
    """Where a milestone of the visits stands."""
    found = state("county_visits", asked.pop("values", None), **asked)
    return next(each.progress for each in found.milestones if each.milestone.name == name)


def test_a_milestone_reached_after_its_day_is_late(state: State) -> None:
    """Visits were to begin by the end of October and began on 5 November."""
    assert Progress.REACHED_LATE is progress(state, "visits begin")


def test_a_milestone_was_not_reached_before_it_was(state: State) -> None:
    """Looked at from 4 November, nobody knew yet that visits would begin a day later."""
    assert Progress.OVERDUE is progress(state, "visits begin", as_of=date(2024, 11, 4))


def test_a_milestone_whose_day_is_to_come_is_upcoming(state: State) -> None:
    """Its last day belongs to its time."""
    assert Progress.UPCOMING is progress(state, "a review is held", as_of=date(2025, 6, 30))


def test_a_milestone_of_which_nobody_spoke_is_never_called_overdue(state: State) -> None:
    """Silence about a review that was due is no proof that none was held."""
    assert Progress.NOT_SAID is progress(state, "a review is held", as_of=date(2025, 7, 1))


def test_a_milestone_known_not_to_be_reached_is_overdue(state: State) -> None:
    """Somebody has said that not all is done."""
    assert Progress.OVERDUE is progress(state, "all is done", as_of=date(2026, 8, 1))


@pytest.mark.parametrize(
    ("told", "expected"),
    [(date(2025, 1, 31), Progress.REACHED), (date(2025, 2, 1), Progress.REACHED_LATE), (NOTHING, Progress.OVERDUE)],
)
def test_a_figure_can_show_a_milestone(state: State, told: object, expected: Progress) -> None:
    """The day on which the list was published, or that it was not, comes from the figures."""
    assert expected is progress(state, "a list is published", values={"list_published_on": told})


def test_a_commitment_is_made_on_a_day_and_for_a_time(state: State) -> None:
    """Both ends of its time belong to it."""
    days = (date(2024, 8, 31), date(2024, 9, 1), date(2026, 8, 31), date(2026, 9, 1))

    assert [Term.BEFORE, Term.WITHIN, Term.WITHIN, Term.AFTER] == [
        state("county_visits", as_of=day).term for day in days
    ]


def test_figures_of_a_later_day_are_refused(county: Rulebook) -> None:
    """Nobody can judge a day by what was only known after it."""
    with pytest.raises(FiguresOfALaterDayError):
        register(county, as_of=date(2025, 3, 30), figures=Figures("county", ON, {}))


def test_the_figure_that_would_show_a_milestone_is_asked_for(state: State) -> None:
    """Its day is past, and only whoever gathers figures can say whether the list was published."""
    assert "list_published_on" in state("county_visits", VISITED).missing
    assert "list_published_on" not in state("county_visits", VISITED, as_of=date(2025, 1, 31)).missing
