"""A run held against published figures: what each comparison comes to, and plainly whether it misses.

The one arrangement for the report, for comparisons of runs and for the page of the documentation.
"""

from __future__ import annotations

from dataclasses import dataclass

from inclusion_rules.domain.simulation_plans import Comparison, Plan, Source
from inclusion_rules.reporting.run_page import RunAtHand, Section, Table, counted
from inclusion_rules.simulation.intervals import Interval
from inclusion_rules.simulation.run_figures import RunFigures


@dataclass(frozen=True, slots=True)
class Held:
    """One published figure beside the run's."""

    comparison: Comparison
    found: Interval | None
    source: Source | None

    @property
    def within(self) -> bool:
        """Whether the published figure lies in the run's interval."""
        return self.found is not None and self.found.holds(self.comparison.value)

    @property
    def verdict(self) -> str:
        """How the two stand to each other, loud where the run misses."""
        if self.found is None:
            return "NOTHING TO MEASURE in this run"
        if self.within:
            return "within"
        off = self.found.value - self.comparison.value
        way = "HIGH" if off > 0 else "LOW"
        unit = "points" if self.comparison.unit == "percent" else self.comparison.unit
        part = abs(off) / abs(self.comparison.value) if self.comparison.value else 0.0
        return f"MISSES: too {way} by {_number(abs(off))} {unit} ({part * 100:.0f} % of the figure)"

    @property
    def run_says(self) -> str:
        """The run's figure with its interval."""
        if self.found is None:
            return "–"
        unit = " %" if self.comparison.unit == "percent" else ""
        shown = f"{_number(self.found.value)}{unit}"
        if self.found.low is None or self.found.high is None:
            return shown
        return f"{shown} ({_number(self.found.low)} to {_number(self.found.high)})"

    @property
    def published(self) -> str:
        """The published figure."""
        unit = " %" if self.comparison.unit == "percent" else f" {self.comparison.unit}"
        return f"{self.comparison.value:g}{unit}"


def held_against(plan: Plan, figures: RunFigures) -> tuple[Held, ...]:
    """Every comparison of a plan with what the run comes to, in the order of the plan."""
    return tuple(
        Held(comparison, figures.measured(position), plan.sources.get(comparison.source))
        for position, comparison in enumerate(plan.comparisons)
    )


def how_it_stands(held: tuple[Held, ...]) -> str:
    """One sentence on how many figures the run meets, those that it was not fitted to apart."""
    free = [one for one in held if not one.comparison.fitted]
    misses = sum(not one.within for one in free)
    fitted = [one for one in held if one.comparison.fitted]
    said = (
        f"Of {counted(len(free), 'published figure')} that the plan was not fitted to, the run misses {misses}."
        if free
        else "The plan names no published figure that it was not fitted to."
    )
    if fitted:
        missed = sum(not one.within for one in fitted)
        said += f" Of {len(fitted)} that it was fitted to, it misses {missed}."
    return said


def validation_section(at_hand: RunAtHand) -> Section:
    """The table of published figures."""
    held = held_against(at_hand.plan, at_hand.figures)
    if not held:
        return Section(
            "validation",
            "Held against published figures",
            (
                "The plan names no published figure to hold a run against, so nothing here says how far it can be "
                "trusted.",
            ),
        )
    return Section(
        "validation",
        "Held against published figures",
        (
            how_it_stands(held),
            "The interval is what other draws of the same plan would give 95 times in 100: the more cases, the "
            "narrower. A "
            "large run therefore misses by small amounts too; read how far, not only whether.",
        ),
        tables=(validation_table(held),),
    )


def validation_table(held: tuple[Held, ...]) -> Table:
    """The table itself."""
    rows = []
    for one in held:
        source = one.source.title if one.source is not None else one.comparison.source
        remark = one.comparison.note
        rows.append(
            (
                one.comparison.figure,
                one.verdict,
                one.run_says,
                one.published,
                "fitted to it" if one.comparison.fitted else "not fitted",
                f"{source}{'. Note: ' + remark if remark else ''}",
            )
        )
    return Table(
        "Published figures beside this run",
        ("Figure", "Verdict", "This run (95 % interval)", "Published", "Plan", "Published by"),
        tuple(rows),
        frozenset(number for number, one in enumerate(held) if not one.within),
    )


def _number(value: float) -> str:
    """A number to two places, without empty ones.

    >>> _number(8.370), _number(12.0)
    ('8.37', '12')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")
