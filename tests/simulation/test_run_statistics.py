"""What runs are summed up by, held against figures that were worked out elsewhere or can be by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.simulation.block_sums import medians
from inclusion_rules.simulation.day_histogram import DayHistograms
from inclusion_rules.simulation.intervals import BEYOND, over_replications, ratio, student, wilson
from inclusion_rules.simulation.survival import kaplan_meier


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_the_published_one(part: int, whole: int, low: float, high: float) -> None:
    """The examples of Newcombe's comparison of methods (1998) come out to four places."""
    found = wilson(part, whole)
    assert found is not None
    assert low == pytest.approx(found.low, abs=5e-5)
    assert high == pytest.approx(found.high, abs=5e-5)


def test_of_nothing_there_is_no_share() -> None:
    """No cases give no share, and not a share of nought."""
    assert wilson(0, 0) is None


@given(st.integers(1, 5000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_wilsons_interval_holds_its_share(counts: tuple[int, int]) -> None:
    """The interval never leaves out the share that it is of, nor what a share can be."""
    found = wilson(*counts)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1


def test_a_ratio_of_means_has_the_classical_error() -> None:
    """Where every block has the same whole, the interval is that of a mean over blocks."""
    parts, wholes = np.array([1.0, 4.0, 2.0, 5.0]), np.ones(4)
    found = ratio(parts, wholes)
    assert found is not None
    error = np.std(parts, ddof=1) / math.sqrt(4)
    assert 3.0 == found.value
    assert pytest.approx(3 - BEYOND * error) == found.low
    assert pytest.approx(3 + BEYOND * error) == found.high


def test_events_of_one_block_do_not_count_as_many() -> None:
    """Writing every event of a block ten times makes the interval no narrower."""
    parts, wholes = np.array([1.0, 4.0, 2.0, 5.0]), np.array([8.0, 6.0, 9.0, 7.0])
    one, ten = ratio(parts, wholes), ratio(parts * 10, wholes * 10)
    assert one is not None
    assert ten is not None
    assert one.low == pytest.approx(ten.low)
    assert one.high == pytest.approx(ten.high)


@pytest.mark.parametrize(
    ("freedom", "reach"), [(1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (9, 2.2622), (30, 2.0423)]
)
def test_students_reach_is_that_of_the_tables(freedom: int, reach: float) -> None:
    """The two-sided 95 % points are those printed everywhere."""
    assert reach == pytest.approx(student(freedom), abs=5e-5)


def test_one_replication_gives_no_interval() -> None:
    """A single value has no scatter, and that is said by leaving the ends out."""
    found = over_replications([2.5])
    assert (2.5, None, None) == (found.value, found.low, found.high)


def test_survival_is_that_of_the_textbook() -> None:
    """The 21 patients on 6-MP of Freireich and others (1963), with Greenwood's error at the last event."""
    happened, lost = np.zeros(36, dtype=np.int64), np.zeros(36, dtype=np.int64)
    for week, count in {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}.items():
        happened[week] = count
    for week, count in {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}.items():
        lost[week] = count
    found = kaplan_meier(happened, lost)
    expected = {5: 1.0, 6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448, 35: 0.448}
    assert expected == {week: round(found.on(week).value, 3) for week in expected}
    last = found.on(23)
    assert last.low is not None
    reach = BEYOND * 0.1346 / (last.value * abs(math.log(last.value)))
    assert last.value ** math.exp(reach) == pytest.approx(last.low, abs=1e-4)
    assert 23 == found.median


def test_a_median_that_was_not_reached_is_none() -> None:
    """Where more than half still wait at the end, nobody knows when half will have been served."""
    assert kaplan_meier(np.array([0, 1, 0]), np.array([0, 0, 3])).median is None


@given(st.lists(st.integers(-50, 300), min_size=1, max_size=60), st.floats(0.01, 1))
def test_a_quantile_is_the_smallest_that_enough_do_not_exceed(days: list[int], share: float) -> None:
    """Counted day by day, a quantile is what sorting the days gives."""
    histograms = DayHistograms()
    histograms.add(np.zeros(len(days), dtype=np.int32), np.array(days))
    place = max(1, math.ceil(share * len(days) - 1e-9))
    assert sorted(days)[place - 1] == histograms.of(0).quantile(share)


@given(st.lists(st.lists(st.integers(0, 6), min_size=5, max_size=5), min_size=1, max_size=4))
def test_medians_of_rows_are_medians(rows: list[list[int]]) -> None:
    """The middle of each row of counts is the lower median of the days it counts."""
    found = medians(np.array(rows))
    listed = [[day for day, count in enumerate(row) for _ in range(count)] for row in rows]
    assert [float(sorted(days)[(len(days) - 1) // 2]) if days else None for days in listed] == found
