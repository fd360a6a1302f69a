"""How long things take in a plan, read: delays on one of three clocks or at a limit of the law, and days of sitting."""

from __future__ import annotations

from dataclasses import dataclass

from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.simulation_plans import Delay, Distribution, Limit, OfLaw, Shares, Side, Sittings
from inclusion_rules.loading.document_reading import child, key_span_at, span_at
from inclusion_rules.loading.plan_documents import DelayEntry, LimitEntry, NumberEntry, SittingsEntry
from inclusion_rules.loading.plan_figures import COUNT, FigureReader, Sourcing
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Node
from inclusion_rules.vocabulary import Unit, identifier, words

SHAPE = "M802"
CLOCKS = {
    "school_days": Unit.SCHOOL_DAYS,
    "calendar_days": Unit.CALENDAR_DAYS,
    "working_days": Unit.WORKING_DAYS,
}
LIMITS = {"within_the_limit_of": Side.WITHIN, "before_the_limit_of": Side.BEFORE, "beyond_the_limit_of": Side.BEYOND}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
COUNTED = frozenset(CLOCKS.values())


@dataclass(frozen=True, slots=True)
class DelayReader:
    """Reads delays, thresholds and sittings, held against the parameters of the edition."""

    edition: Edition
    figures: FigureReader
    problems: Problems

    def delay(self, data: DelayEntry, node: Node, *, place: str, by: Sourcing) -> Delay | None:
        """How long after something else."""
        own = by.within(data)
        clocks = [key for key in CLOCKS if getattr(data, key) is not None]
        limits = [key for key in LIMITS if getattr(data, key) is not None]
        sittings = None
        if data.only_on is not None:
            inner = child(node, "only_on") or node
            sittings = self.sittings(data.only_on, inner, place=f"{place} / only on", by=own)
        if len(clocks) + len(limits) != 1:
            if not clocks and not limits and data.only_on is not None:
                return Delay(Unit.CALENDAR_DAYS, Shares((0,), (1.0,)), None, sittings)
            listed = ", ".join(f"`{words(key)}`" for key in (*CLOCKS, *LIMITS))
            self.problems.add(node.span, SHAPE, "this does not say how long it takes, in one way",
                              help=f"give one of {listed}")  # fmt: skip
            return None
        if clocks:
            inner = child(node, clocks[0]) or node
            days = self.figures.distribution(getattr(data, clocks[0]), inner, COUNT, place=place, by=own)
            return Delay(CLOCKS[clocks[0]], days, None, sittings) if days is not None else None
        return self._at_limit(data, node, limits[0], sittings, place=place, by=own)

    def _at_limit(
        self, data: DelayEntry, node: Node, key: str, sittings: Sittings | None, *, place: str, by: Sourcing
    ) -> Delay | None:
        name = identifier(getattr(data, key).parameter)
        parameter = self.edition.parameters.get(name)
        if parameter is None:
            span = span_at(node, key, "parameter")
            self.problems.unknown(span, "a parameter of these packs", words(name), self.edition.parameters)
            return None
        if parameter.unit not in COUNTED:
            self.problems.add(span_at(node, key, "parameter"), SHAPE,
                              f"`{words(name)}` is in {parameter.unit}, and delays are counted in days",
                              help="name a limit in school days, working days or calendar days")  # fmt: skip
            return None
        side = LIMITS[key]
        days: Distribution | None = None
        if data.by is not None:
            days = self.figures.distribution(data.by, child(node, "by") or node, COUNT, place=place, by=by)
            if days is None:
                return None
        elif side is not Side.WITHIN:
            self.problems.add(key_span_at(node, key), SHAPE, f"`{words(key)}` needs `by`",
                              help="add `by:` with a number of days, or with how it is distributed")  # fmt: skip
            return None
        return Delay(parameter.unit, days, Limit(name, side), sittings)

    def sittings(self, data: SittingsEntry, node: Node, *, place: str, by: Sourcing) -> Sittings | None:
        """The only days on which something is done."""
        own = by.within(data)
        every: int | OfLaw = 0
        if data.every is not None:
            inner = child(node, "every") or node
            if isinstance(data.every, LimitEntry):
                every = self._of_law(data.every, inner, Unit.WEEKS) or 0
            else:
                every = self.figures.whole(data.every, inner, place=f"{place} / every", by=own) or 0
            if data.from_ is None:
                self.problems.add(key_span_at(node, "every"), SHAPE, "`every` needs `from`",
                                  help="add `from:`, the day of the first of them")  # fmt: skip
        weekdays = tuple(sorted({WEEKDAYS.index(day) for day in data.weekdays}))
        return Sittings(weekdays, every, data.from_, data.on_closed_days == "yes")

    def threshold(
        self,
        data: float | NumberEntry | LimitEntry | None,
        node: Node,
        key: str,
        unit: Unit,
        *,
        place: str,
        by: Sourcing,
    ) -> float | OfLaw | None:
        """How much there has to be, as a figure of the plan or as a number of the law."""
        if data is None:
            return None
        at = child(node, key) or node
        if isinstance(data, LimitEntry):
            return self._of_law(data, at, unit)
        least = 1 if unit is Unit.COUNT else 0.5
        return self.figures.number(data, at, place=f"{place} / {words(key)}", by=by, least=least)

    def _of_law(self, data: LimitEntry, node: Node, unit: Unit) -> OfLaw | None:
        name = identifier(data.parameter)
        parameter = self.edition.parameters.get(name)
        span = span_at(node, "parameter")
        if parameter is None:
            self.problems.unknown(span, "a parameter of these packs", words(name), self.edition.parameters)
            return None
        if parameter.unit is not unit:
            told = "a plain number" if unit is Unit.COUNT else f"a number of {unit}"
            self.problems.add(span, SHAPE, f"`{words(name)}` is in {parameter.unit}", help=f"name {told}")
            return None
        return OfLaw(name)
