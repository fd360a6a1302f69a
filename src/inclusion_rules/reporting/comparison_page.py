"""Two runs held against each other, put in the order in which people read it, in words.

The one arrangement for the terminal, the page and whoever quotes it. Compares nothing itself (`simulation.comparing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.reporting.pathway_diagram import stage_in_words
from inclusion_rules.reporting.run_drawing import Part, Row, Scale, rows_drawn
from inclusion_rules.reporting.run_page import Picture, Section, Table, counted, number, upper_first
from inclusion_rules.simulation.block_sums import Measured, Name
from inclusion_rules.simulation.changed_cases import Change
from inclusion_rules.simulation.comparing import Difference, RunComparison, Verdict
from inclusion_rules.vocabulary import words

_AS_SHARES = frozenset({Measured.DUTY, Measured.BEARER, Measured.PLACED, Measured.END})
_IN_DAYS = frozenset({Measured.LATE, Measured.UNTIL_PLACED, Measured.STAGE})


@dataclass(frozen=True)
class ComparisonPage:
    """A comparison with the law that lends it its words."""

    comparison: RunComparison
    rulebook: Rulebook

    @cached_property
    def headline(self) -> str:
        """What came of it in one sentence; where nothing did, that is said loudly."""
        found = self.comparison
        if found.nothing_changed:
            return f"NO EFFECT. Nothing changed: not one of {counted(found.cases, 'case')} came out differently."
        shown = len(found.shown)
        if not shown:
            how_many = (
                f"{counted(found.changed.changed, 'case')} of {number(found.cases)} came out differently, but the"
                if found.changed is not None
                else "The"
            )
            which = " that has one" if self.too_little.rows or self.one_only.rows else ""
            return f"NO EFFECT that these runs could show. {how_many} interval of every difference{which} holds zero."
        differ = "differs" if shown == 1 else "differ"
        told = f"{counted(shown, 'measure')} of {len(found.differences)} {differ} by more than chance."
        if found.changed is None:
            return told
        return f"{counted(found.changed.changed, 'case')} of {number(found.cases)} came out differently; {told}"

    @cached_property
    def how(self) -> tuple[str, ...]:
        """How the runs were compared, and what that can bear."""
        found = self.comparison
        said = []
        apart = "; ".join(found.apart) if found.apart else "nothing; both were made from the same plan and the same law"
        said.append(f"Changed between the runs: {apart}.")
        if found.replications > 1:
            said.append(
                f"{found.replications} pairs of runs. Each difference is the mean over the pairs, its interval "
                "Student's over them."
            )
        elif found.paired:
            said.append(
                "Both runs drew the same cases, so each case is its own control. Intervals: 95 %, cases drawn anew "
                "in blocks, "
                "the same for both runs."
            )
        if not found.paired:
            said.append(
                "NOT THE SAME CASES: plan, seed or number of cases differ, so the runs are two samples, which cases "
                "changed cannot be "
                "said, and the intervals are wider for it."
            )
        if not found.nothing_changed:
            said.append("One interval in twenty would leave zero out by chance where nothing but chance is at work.")
        return tuple(said)

    @cached_property
    def effects(self) -> Table:
        """What differs by more than chance."""
        rows = tuple(self.row(one) for one in self.comparison.shown)
        head = ("Measure", "First run", "Second run", "Difference (95 % interval)", "In words")
        return Table("What differs by more than chance", head, rows)

    @cached_property
    def one_only(self) -> Table:
        """What can be measured in one run and not in the other."""
        return self._rest("Measured in one run only, so that there is no difference to tell", Verdict.ONE_ONLY)

    @cached_property
    def not_shown(self) -> Table:
        """What differs by no more than chance would have it."""
        return self._rest("NO EFFECT SHOWN: the interval holds zero", Verdict.NOT_SHOWN)

    @cached_property
    def too_little(self) -> Table:
        """What too few cases have for any interval."""
        return self._rest("Too little to say whether there is an effect", Verdict.NO_INTERVAL)

    def _rest(self, caption: str, verdict: Verdict) -> Table:
        head = ("Measure", "First run", "Second run", "Difference (95 % interval)", "In words")
        return Table(caption, head, tuple(map(self.row, self.comparison.with_verdict(verdict))))

    @cached_property
    def unchanged(self) -> Table:
        """What came out exactly the same."""
        found = self.comparison.with_verdict(Verdict.UNCHANGED)
        rows = tuple((self.label(one.name), self.value(one.name, one.first)) for one in found)
        return Table("NO EFFECT: nothing changed", ("Measure", "Both runs"), rows)

    @cached_property
    def reasons(self) -> Table | None:
        """Which cases changed, by what came out differently first."""
        changed = self.comparison.changed
        if changed is None or not changed.changed:
            return None
        rows = tuple(
            (
                self.reason(change),
                number(count),
                f"{count / changed.cases * 100:.1f} %",
                ", ".join(self.case(*each) for each in self.comparison.examples(change)),
            )
            for change, count in sorted(changed.first.items(), key=lambda pair: (-pair[1], self.reason(pair[0])))
        )
        return Table(
            "Cases that came out differently, by what differs first in each",
            ("What differs first", "Cases", "Of all", "For example"),
            rows,
        )

    def case(self, pair: int, case: str) -> str:
        """A case by name; where there are several pairs of runs, with its pair, as each has a case of that name."""
        return f"{case} of pair {pair}" if self.comparison.replications > 1 else case

    def reason(self, change: Change) -> str:
        """A change in words."""
        kind = {"event": "event", "duty": "duty", "case": "case"}[change.what]
        return f"{kind} `{words(change.name)}` {change.how}"

    # Words -----------------------------------------------------------------------------------------------------------

    def label(self, name: Name) -> str:
        """A measure in words."""
        kind, of = name
        match kind:
            case Measured.DUTY | Measured.LATE:
                duty, _, bearer = of.partition("|")
                said = "in breach" if kind is Measured.DUTY else "school days late on average, where met late"
                return f"{self._duty(duty)} ({self._bearer(bearer)}): {said}"
            case Measured.BEARER:
                return f"{upper_first(self._bearer(of))}: in breach, all duties together"
            case Measured.PLACED:
                return "At a new school by the end"
            case Measured.UNTIL_PLACED:
                return "School days to a new school, half by, of those that have one"
            case Measured.STAGE:
                return f"School days at {stage_in_words(of)}, half by"
            case Measured.END:
                return f"At {stage_in_words(of)} at the end"
            case Measured.EVENT:
                return f"`{words(of)}` in 1,000 cases"
            case Measured.COST:
                return f"Cost a case: {of}"
            case Measured.PUBLISHED:
                return of

    def value(self, name: Name, value: float | None) -> str:
        """A value of a measure, in its unit."""
        if value is None:
            return "nothing to measure"
        kind = name[0]
        if kind in _AS_SHARES or (kind is Measured.PUBLISHED and self._percent(name)):
            return f"{value * 100:.1f} %"
        if kind is Measured.COST:
            return f"£{value:,.2f}"
        if kind is Measured.EVENT:
            return f"{value * 1000:,.1f}"
        return f"{value:.1f}" if kind in _IN_DAYS else f"{value:.3f}"

    def difference(self, one: Difference) -> str:
        """A difference with its interval, in its unit."""
        if one.interval is None:
            return "–"
        kind = one.name[0]
        shares = kind in _AS_SHARES or (kind is Measured.PUBLISHED and self._percent(one.name))
        factor = 100.0 if shares else 1000.0 if kind is Measured.EVENT else 1.0
        places = 2 if kind is Measured.COST else 3 if kind is Measured.PUBLISHED and not shares else 1
        unit = " points" if shares else " pounds" if kind is Measured.COST else " days" if kind in _IN_DAYS else ""
        value = f"{one.interval.value * factor:+,.{places}f}{unit}"
        if one.interval.low is None or one.interval.high is None:
            return f"{value} (no interval)"
        return f"{value} ({one.interval.low * factor:+,.{places}f} to {one.interval.high * factor:+,.{places}f})"

    def row(self, one: Difference) -> tuple[str, ...]:
        """A difference as a row of a table."""
        said = one.verdict.value
        if one.verdict is Verdict.SHOWN and one.interval is not None:
            said = "higher in the second run" if one.interval.value > 0 else "lower in the second run"
        first, second = (self.value(one.name, value) for value in (one.first, one.second))
        if one.decided is not None:
            first, second = (
                f"{value} of {number(many)}" if many else value
                for value, many in zip((first, second), one.decided, strict=True)
            )
        return (self.label(one.name), first, second, self.difference(one), said)

    def _percent(self, name: Name) -> bool:
        plans = (self.comparison.first[0].plan, self.comparison.second[0].plan)
        return any(each.figure == name[1] and each.unit == "percent" for plan in plans for each in plan.comparisons)

    def _duty(self, duty: str) -> str:
        for pack in self.rulebook.packs.values():
            for rule in pack.rules.values():
                if rule.duty == duty:
                    return rule.title
        return words(duty)

    def _bearer(self, bearer: str) -> str:
        for pack in self.rulebook.packs.values():
            if bearer in pack.roles:
                return pack.roles[bearer].title
        return words(bearer)


def comparison_as_html(page: ComparisonPage, *, title: str = "Two runs compared", says: tuple[str, ...] = ()) -> str:
    """A comparison as one web page that stands alone."""
    sections = [_effects(page), _reasons(page), _rest(page), _runs(page)]
    shown: str = _template().render(
        page=page, title=title, says=says, sections=[section for section in sections if section is not None]
    )
    return shown


def _effects(page: ComparisonPage) -> Section | None:
    if not page.effects.rows:
        return None
    shares = [
        one for one in page.comparison.shown
        if one.name[0] in _AS_SHARES and one.interval is not None and one.interval.low is not None
    ]  # fmt: skip
    pictures = []
    if shares:
        rows = []
        for one in shares:
            assert one.interval is not None
            low, high = (one.interval.low or 0.0) * 100, (one.interval.high or 0.0) * 100
            rows.append(
                Row(
                    page.label(one.name),
                    f"{one.interval.value * 100:+.1f} points",
                    span=(low, one.interval.value * 100, high),
                )
            )
        title = "Differences of shares, in percentage points"
        told = " ".join(f"{row.label}: {row.says}." for row in rows)
        ends = [end for row in rows if row.span for end in row.span]
        key = ("Dot: the second run less the first. Bar: 95 % interval. All leave zero out.",)
        svg = rows_drawn("differences", title, told, rows, Scale.reaching(ends, unit="points"), key=key)
        table = Table(title, page.effects.head, tuple(page.row(one) for one in shares))
        pictures.append(Picture("differences", title, Markup(svg), table))
    return Section("effects", "What differs", (), tuple(pictures), tables=(page.effects,))


def _reasons(page: ComparisonPage) -> Section | None:
    changed = page.comparison.changed
    if changed is None or page.reasons is None:
        return None
    rows = [
        Row(page.reason(change), f"{number(count)} cases", (Part(float(count), "hatched"),))
        for change, count in changed.first.most_common(12)
    ]
    title = "Cases that came out differently, by what differs first"
    told = " ".join(f"{row.label}: {row.says}." for row in rows)
    svg = rows_drawn("reasons", title, told, rows, Scale.reaching([row.parts[0].length for row in rows], unit="cases"))
    return Section(
        "reasons",
        "Which cases changed, and at what first",
        (
            f"{counted(changed.changed, 'case')} of {number(changed.cases)}; {number(changed.other_end)} of them "
            "end at another stage.",
        ),
        (Picture("reasons-drawn", title, Markup(svg), page.reasons),),
    )


def _rest(page: ComparisonPage) -> Section | None:
    folded = tuple(table for table in (page.not_shown, page.too_little, page.one_only, page.unchanged) if table.rows)
    return Section("rest", "What is not shown to differ", folded=folded) if folded else None


def _runs(page: ComparisonPage) -> Section:
    rows = []
    for which, runs in (("First", page.comparison.first), ("Second", page.comparison.second)):
        for one in runs:
            identity = one.identity
            law = ", ".join(
                f"{name} {pack['version']} {pack['digest'][:19]}" for name, pack in identity["packs"].items()
            )
            rows.append((which, identity["plan"]["id"], identity["plan"]["digest"][:19], number(identity["cases"]),
                         str(identity["seed"]), identity["as_of"], law))  # fmt: skip
    head = ("Run", "Plan", "Digest", "Cases", "Seed", "Ends on", "Law")
    return Section("runs", "The runs", tables=(Table("What was compared", head, tuple(rows)),))


@lru_cache(maxsize=1)
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("inclusion_rules.reporting", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("comparison.html.j2")
