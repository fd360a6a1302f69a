"""Two runs held against each other: planted differences are found, and where there are none it is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from statistics import fmean
from tempfile import mkdtemp
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.simulation.small_runs import law, small_run

from inclusion_rules.reporting.comparison_json import comparison_as_data
from inclusion_rules.reporting.comparison_page import ComparisonPage, comparison_as_html
from inclusion_rules.reporting.comparison_text import comparison_as_text
from inclusion_rules.simulation.block_sums import Measured
from inclusion_rules.simulation.changed_cases import Change
from inclusion_rules.simulation.comparing import FEWEST, ComparedRun, Difference, RunComparison, Verdict, compare

LATER = ("ways: {shares: {prompt: 75, late: 20, never: 5}}", "ways: {shares: {prompt: 45, late: 50, never: 5}}")
"""More boards meet late."""
NOWHERE_SEEN = ("note: Invented for tests.", "note: Invented for tests of comparing.")
OTHER = ("plan: small_year", "plan: another_year")
BOARD = (Measured.DUTY, "board_consider_pex|governing_board")
EDUCATION = (Measured.EVENT, "education_began")


@cache
def kept(*changes: tuple[str, str], cases: int = 300, seed: int = 3) -> Path:
    """A run, made once."""
    return small_run(Path(mkdtemp()) / "run", *changes, cases=cases, seed=seed)


@cache
def opened(*changes: tuple[str, str], cases: int = 300, seed: int = 3) -> ComparedRun:
    """A run, made and opened once."""
    return ComparedRun.open(kept(*changes, cases=cases, seed=seed), law())


@cache
def later() -> RunComparison:
    """The small year against itself with more boards that meet late."""
    return compare([(opened(), opened(LATER))])


def of(comparison: RunComparison, name: tuple[Measured, str]) -> Difference:
    """What came of one measure."""
    return next(one for one in comparison.differences if one.name == name)


@cache
def rows(path: Path, table: str) -> Mapping[str, list[dict[str, Any]]]:
    """The rows of a run by case."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in pq.read_table(path / f"{table}.parquet").to_pylist():
        found[row["case_id"]].append(row)
    return found


def test_a_run_against_itself_has_no_effect_and_says_so_loudly() -> None:
    """Nothing changed is told first, as such, and every measure is unchanged."""
    found = compare([(opened(), opened())])
    assert found.nothing_changed
    assert {Verdict.UNCHANGED} == {one.verdict for one in found.differences}
    assert comparison_as_text(ComparisonPage(found, law())).startswith(
        "NO EFFECT. Nothing changed: not one of 300 cases"
    )


def test_a_change_that_touches_no_case_is_told_as_one() -> None:
    """Plans that differ only in words give the same cases: what was changed is named, and that nothing came of it."""
    found = compare([(opened(), opened(NOWHERE_SEEN))])
    assert found.nothing_changed
    assert ("plan small_year",) == found.apart


def test_the_changed_cases_are_those_whose_rows_differ() -> None:
    """Which cases came out differently is what reading both runs row by row says."""
    one, other = kept(), kept(LATER)
    differing = {
        case
        for table in ("events", "obligations", "cases")
        for case in rows(one, table).keys() | rows(other, table).keys()
        if rows(one, table).get(case) != rows(other, table).get(case)
    }
    changed = later().changed
    assert changed is not None
    assert differing == {case for case, _ in changed.every}
    assert len(differing) == changed.changed == sum(changed.first.values())


def test_the_first_difference_is_the_one_that_was_made() -> None:
    """Boards alone were moved: a changed case differs first in the meeting, or in its turn at a busy panel."""
    changed = later().changed
    assert changed is not None
    met = Change("event", "governing_board_met", "happens later")
    assert met == changed.first.most_common(1)[0][0]
    assert {"review_began"} == {change.name for change in changed.first if change != met}


def test_differences_are_those_of_the_two_runs() -> None:
    """The shares of both runs are those that counting their ledgers gives, and the difference is between them."""
    shares = []
    for path in (kept(), kept(LATER)):
        owed = [row for case in rows(path, "obligations").values() for row in case]
        decided = [
            row["status"] for row in owed
            if row["duty"] == "board_consider_pex" and row["due"] and row["status"] in ("met", "met_late", "missed")
        ]  # fmt: skip
        shares.append(sum(status != "met" for status in decided) / len(decided))
    found = of(later(), BOARD)
    assert shares == [pytest.approx(found.first), pytest.approx(found.second)]
    assert found.interval is not None
    assert pytest.approx(shares[1] - shares[0]) == found.interval.value


def test_an_effect_is_shown_where_there_is_one_and_not_elsewhere() -> None:
    """Boards are late more often; how often education begins, which was left alone, comes out exactly the same."""
    assert (Verdict.SHOWN, Verdict.UNCHANGED) == (of(later(), BOARD).verdict, of(later(), EDUCATION).verdict)


def test_costs_are_counted_by_the_plan() -> None:
    """A thousand pounds for each review that began is what the runs are told to differ by, a case."""
    began = [
        sum(row["event"] == "review_began" for case in rows(path, "events").values() for row in case)
        for path in (kept(), kept(LATER))
    ]
    found = of(later(), (Measured.COST, "a review"))
    assert [pytest.approx(count * 1000 / 300) for count in began] == [found.first, found.second]


def test_the_same_cases_give_the_narrower_interval() -> None:
    """A difference over the same cases is surer than one between two samples of the same size."""
    apart = compare([(opened(), opened(LATER, seed=4))])
    paired, samples = (of(found, BOARD).interval for found in (later(), apart))
    assert paired is not None
    assert samples is not None
    assert (paired.high or 0) - (paired.low or 0) < (samples.high or 0) - (samples.low or 0)


def test_runs_of_other_cases_are_called_that() -> None:
    """With another seed nothing is said of single cases, and the reader is told why."""
    found = compare([(opened(), opened(seed=4))])
    assert found.changed is None
    assert not found.paired
    assert "NOT THE SAME CASES" in comparison_as_text(ComparisonPage(found, law()))


def test_replications_give_the_mean_of_their_differences() -> None:
    """Over several pairs the difference is the mean of each pair's, and the interval is over the pairs."""
    pairs = [(opened(seed=seed), opened(LATER, seed=seed)) for seed in (3, 4, 5)]
    found = of(compare(pairs), BOARD)
    each = [of(compare([pair]), BOARD).interval for pair in pairs]
    assert found.interval is not None
    assert pytest.approx(fmean(one.value for one in each if one is not None)) == found.interval.value


def test_the_same_comparison_gives_the_same_words() -> None:
    """Drawing blocks anew is seeded, so text, data and page come out the same twice."""
    pages = [ComparisonPage(compare([(opened(), opened(LATER))]), law()) for _ in range(2)]
    assert comparison_as_data(pages[0], every_case=True) == comparison_as_data(pages[1], every_case=True)
    assert comparison_as_html(pages[0]) == comparison_as_html(pages[1])


def test_every_changed_case_can_be_named() -> None:
    """Asked for, each case is told with what differs in it first."""
    text = comparison_as_text(ComparisonPage(later(), law()), every_case=True)
    changed = later().changed
    assert changed is not None
    page = ComparisonPage(later(), law())
    assert all(f"  {case}  {page.reason(change)}" in text for case, change in changed.every)


@cache
def against_few() -> RunComparison:
    """The small year against twelve cases of it: much is measured in a handful of cases, or in none."""
    return compare([(opened(), opened(cases=12))])


def test_what_one_run_alone_has_is_not_called_an_effect() -> None:
    """Nothing to measure on one side is no difference: it is neither counted nor listed with the effects."""
    found, page = against_few(), ComparisonPage(against_few(), law())
    alone = {page.label(one.name) for one in found.with_verdict(Verdict.ONE_ONLY)}
    assert alone
    assert alone == {row[0] for row in page.one_only.rows}
    assert not alone & {row[0] for row in page.effects.rows}
    assert {Verdict.SHOWN} >= {one.verdict for one in found.shown}


def test_a_handful_of_cases_has_no_interval() -> None:
    """A measure of fewer blocks than can scatter is given none, and nothing is made of its difference."""
    few = [
        one for one in against_few().differences
        if one.decided is not None and one.verdict is not Verdict.ONE_ONLY and min(one.decided) < FEWEST
    ]  # fmt: skip
    assert few
    assert {Verdict.NO_INTERVAL} == {one.verdict for one in few}
    assert {(None, None)} == {(one.interval.low, one.interval.high) for one in few if one.interval is not None}


def test_no_effect_does_not_speak_for_what_has_no_interval() -> None:
    """Where nothing is shown and something is too thin to tell, the first sentence does not claim every interval."""
    found = compare([(opened(cases=5), opened(LATER, cases=5))])
    page = ComparisonPage(found, law())
    assert not found.shown
    assert page.too_little.rows
    assert "the interval of every difference that has one holds zero" in page.headline


def test_a_share_says_of_how_many() -> None:
    """How many obligations each share is of is counted from the ledgers, and told beside it."""
    decided = tuple(
        sum(
            row["duty"] == "board_consider_pex" and bool(row["due"]) and row["status"] in ("met", "met_late", "missed")
            for case in rows(path, "obligations").values()
            for row in case
        )
        for path in (kept(), kept(LATER))
    )
    page = ComparisonPage(later(), law())
    assert decided == of(later(), BOARD).decided
    assert [f" of {many}" for many in decided] == [
        cell[-len(" of 123") :] for cell in page.row(of(later(), BOARD))[1:3]
    ]


def test_a_case_of_several_pairs_is_told_with_its_pair() -> None:
    """Each pair has a case of the same name, so that the name alone would not find it."""
    found = compare([(opened(seed=seed), opened(LATER, seed=seed)) for seed in (3, 4)])
    text = comparison_as_text(ComparisonPage(found, law()), every_case=True)
    told = comparison_as_data(ComparisonPage(found, law()), every_case=True)["changed"]["every"]
    single = later().changed
    assert single is not None
    assert [case for case, _ in single.every] == [one["case"] for one in told if one["pair"] == 1]
    assert {1, 2} == {one["pair"] for one in told}
    assert f"  {told[-1]['case']} of pair 2  " in text
    assert " of pair " not in comparison_as_text(ComparisonPage(later(), law()), every_case=True)


def test_both_values_are_of_the_pairs_that_their_difference_is_of() -> None:
    """Where some pair lacks a measure on one side, the second less the first is still the difference told."""
    found = compare([(opened(cases=6, seed=seed), opened(LATER, cases=6, seed=seed + 10)) for seed in (3, 4, 5, 6)])
    measured = [one for one in found.differences if one.interval is not None and one.verdict is not Verdict.UNCHANGED]
    assert any(one.verdict is Verdict.NO_INTERVAL for one in measured)
    for one in measured:
        assert one.interval is not None
        assert pytest.approx((one.second or 0.0) - (one.first or 0.0)) == one.interval.value, one.name


def test_runs_of_other_plans_are_told_by_name() -> None:
    """What two plans are called is said, and no digest or other data beside it."""
    (plan,) = (text for text in compare([(opened(), opened(OTHER))]).apart if text.startswith("plan"))
    assert plan == "plan: small_year and another_year"
