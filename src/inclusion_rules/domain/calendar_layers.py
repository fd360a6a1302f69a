"""What one calendar file says, and what a chain of them says of one day.

A layer is one file: a school's, or the trust's or authority's that it starts from. This module knows the shape of a
layer, what is wrong with one, and which layer has the last word on a day. It counts nothing (that is `school_calendar`)
and does not know how a layer was written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from inclusion_rules.domain.working_days import BankHolidays, DayReason

PERIODS = ("autumn", "spring", "summer")


@dataclass(frozen=True, slots=True)
class TermPeriod:
    """One stretch of days in which the school opens, usually half a term; `first` and `last` belong to it."""

    name: str
    period: str | None
    first: date
    last: date

    @property
    def grouping(self) -> str:
        """The term that this stretch is part of: its `period`, or what its name begins with.

        >>> TermPeriod("Autumn 2", None, date(2024, 11, 4), date(2024, 12, 20)).grouping
        'autumn'
        >>> TermPeriod("Term 2", None, date(2024, 11, 4), date(2024, 12, 20)).grouping
        'Term 2'
        """
        word = self.period if self.period is not None else next(iter(self.name.split()), "")
        if word.lower() in PERIODS:
            return word.lower()
        return self.name if self.period is None else self.period


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which the school does not open although its terms say that it would, such as INSET."""

    first: date
    last: date
    why: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """A day on which the school did open although a weekend, a bank holiday, a holiday or a closure would close it."""

    day: date
    why: str = ""


@dataclass(frozen=True, slots=True)
class CalendarLayer:
    """What one calendar file says. `covers` is None where the file leaves it out.

    `text` is the file as it was read, if it was asked for; two layers that say the same are equal whatever their texts.
    """

    id: str
    covers: tuple[date, date] | None
    terms: tuple[TermPeriod, ...]
    closed: tuple[Closure, ...] = ()
    open: tuple[Opening, ...] = ()
    source: str = ""
    certainty: str = ""
    based_on: str | None = None
    text: str = field(default="", compare=False, repr=False)

    @property
    def term_span(self) -> tuple[date, date] | None:
        """The first and the last day of all its terms, or None where it speaks of none."""
        if not self.terms:
            return None
        return min(term.first for term in self.terms), max(term.last for term in self.terms)

    def as_data(self) -> dict[str, object]:
        """The layer as a calendar file writes it, dates as ISO 8601 text."""
        written: dict[str, object] = {"calendar": self.id}
        if self.covers is not None:
            written["covers"] = {"from": self.covers[0].isoformat(), "to": self.covers[1].isoformat()}
        written["terms"] = [
            {"name": term.name, "period": term.grouping, "from": term.first.isoformat(), "to": term.last.isoformat()}
            for term in self.terms
        ]
        written["closed"] = [
            {"from": closure.first.isoformat(), "to": closure.last.isoformat(), "why": closure.why}
            for closure in self.closed
        ]
        written["open"] = [{"date": opening.day.isoformat(), "why": opening.why} for opening in self.open]
        return written


@dataclass(frozen=True, slots=True, eq=False)
class DayRulings:
    """Who has the last word on a day: the layers of a chain, the bank holidays, or the weekend."""

    layers: tuple[CalendarLayer, ...]
    bank_holidays: BankHolidays
    terms_depth: int
    _in_term: frozenset[date]
    _closed: tuple[Mapping[date, str], ...]
    _opened: tuple[Mapping[date, str], ...]

    @classmethod
    def of(cls, layers: tuple[CalendarLayer, ...], bank_holidays: BankHolidays, *, terms_depth: int) -> DayRulings:
        """Lay out a chain for asking day by day; `terms_depth` is the place of the layer whose terms apply."""
        return cls(
            layers,
            bank_holidays,
            terms_depth,
            frozenset(day for term in layers[terms_depth].terms for day in days_from(term.first, term.last)),
            tuple(
                {day: shut.why for shut in reversed(layer.closed) for day in days_from(shut.first, shut.last)}
                for layer in layers
            ),
            tuple({opening.day: opening.why for opening in reversed(layer.open)} for layer in layers),
        )

    def judged(self, day: date) -> DayReason:
        """Whether the school opens on a day, why, and who says so. An opening is heard before all else in its layer."""
        closed: DayReason | None = None
        for depth in range(len(self.layers) - 1, -1, -1):
            layer = self.layers[depth].id
            if day in self._opened[depth]:
                return DayReason(day, True, _worded("opened", self._opened[depth][day]), layer)
            if day in self._closed[depth]:
                closed = DayReason(day, False, _worded("closed", self._closed[depth][day]), layer)
                break
            if depth == self.terms_depth and day not in self._in_term:
                closed = DayReason(day, False, "between terms", layer)
                break
        elsewhere = self.bank_holidays.day(day)
        if not elsewhere.counted:
            return elsewhere
        return closed or DayReason(day, True, "school day", self.layers[self.terms_depth].id)


def _worded(what: str, why: str) -> str:
    return f"{what}: {why}" if why else what


def days_from(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


def covers_of(layers: Sequence[CalendarLayer]) -> tuple[date, date]:
    """The days on which the layer that sets the terms (the first given) and those nearer all speak.

    A layer that sets terms and states no `covers` speaks from its first term to its last. A nearer layer can narrow
    this, not stretch it: it does not know the terms beyond.
    """
    spans = [span for layer in layers if (span := layer.covers or layer.term_span) is not None]
    return max(span[0] for span in spans), min(span[1] for span in spans)


def problems_of(layer: CalendarLayer) -> Iterator[str]:
    """Everything in one layer that contradicts itself, in plain words."""
    if layer.covers is not None and layer.covers[0] > layer.covers[1]:
        yield f"`covers` runs backwards, from {layer.covers[0]} to {layer.covers[1]}"
    for term in layer.terms:
        if term.first > term.last:
            yield f"term `{term.name}` runs backwards, from {term.first} to {term.last}"
        elif layer.covers is not None and not layer.covers[0] <= term.first <= term.last <= layer.covers[1]:
            yield (
                f"term `{term.name}` ({term.first} to {term.last}) reaches outside `covers` "
                f"({layer.covers[0]} to {layer.covers[1]})"
            )
    in_order = sorted(layer.terms, key=lambda term: (term.first, term.last))
    for earlier, later in pairwise(in_order):
        if later.first <= earlier.last:
            yield f"term `{later.name}` starts on {later.first}, before `{earlier.name}` has ended on {earlier.last}"
    without = [term.name for term in layer.terms if term.period is None]
    if without and len(without) < len(layer.terms):
        named = ", ".join(f"`{name}`" for name in without)
        yield f"some terms name their `period` and others do not: give one to {named}, or to none"
    for closure in layer.closed:
        if closure.first > closure.last:
            yield f"closure `{closure.why or 'closed'}` runs backwards, from {closure.first} to {closure.last}"
    bounds = layer.covers or layer.term_span
    for opening in layer.open:
        if bounds is not None and not bounds[0] <= opening.day <= bounds[1]:
            yield f"`open` names {opening.day}, which is outside the days covered ({bounds[0]} to {bounds[1]})"
