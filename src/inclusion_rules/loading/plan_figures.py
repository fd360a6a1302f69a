"""The figures of a plan: numbers with their sources, and the distributions that are made of them.

Reads shares, counts and shapes into `Shares`, and notes what cannot be a distribution. Knows no steps.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from inclusion_rules.domain.facts import FactKind, FactType, Known
from inclusion_rules.domain.simulation_plans import Certainty, Distribution, Figure, Given, Shares
from inclusion_rules.loading.conditions import known_value
from inclusion_rules.loading.document_reading import child, key_span_at
from inclusion_rules.loading.plan_documents import (
    DistributionEntry,
    EvenEntry,
    GeometricEntry,
    NormalEntry,
    NumberEntry,
    SourcedDocument,
)
from inclusion_rules.loading.problems import Problems, nearest_key
from inclusion_rules.loading.yaml_tree import Mapping, Node, Scalar
from inclusion_rules.vocabulary import identifier, words

SHARES, SHAPE = "M801", "M802"
WHOLE = 100.0
SLACK = 0.05
"""How far shares may be from 100 % before they are taken for a slip: less than any rounding to one place needs."""
FORMS = ("value", "shares", "counts", "geometric", "even", "normal", "observed", "given")
MOST_VALUES = 2_000

COUNT = FactType(FactKind.WHOLE_NUMBER)
YES_OR_NO = FactType(FactKind.YES_NO)
WORD = FactType(FactKind.TEXT)
"""The kind of a trait: yes, no, a whole number, or any word."""


@dataclass(frozen=True, slots=True)
class Sourcing:
    """Where figures come from unless they say so themselves."""

    source: str | None = None
    certainty: Certainty | None = None
    note: str = ""

    def within(self, said: SourcedDocument | None) -> Sourcing:
        """What something inside goes by: its own words first."""
        if said is None or (said.source is None and said.certainty is None):
            return self if said is None or not said.note else Sourcing(self.source, self.certainty, said.note)
        return Sourcing(said.source, Certainty(said.certainty) if said.certainty else None, said.note or self.note)


UNSAID = Sourcing()


@dataclass
class Names:
    """What something drawn can depend on: the kind of each name, and in the end the values it can have."""

    kinds: dict[str, FactType] = field(default_factory=dict)
    values: dict[str, tuple[Known, ...]] = field(default_factory=dict)


@dataclass
class FigureReader:
    """Reads figures and distributions, keeping a note of every figure with where it comes from."""

    problems: Problems
    names: Names
    sources: Iterable[str]
    figures: list[Figure] = field(default_factory=list)
    open_cells: list[tuple[Given, Node]] = field(default_factory=list)

    # One number ------------------------------------------------------------------------------------------------------

    def number(
        self, data: float | NumberEntry, node: Node, *, place: str, by: Sourcing, least: float = 0, what: str = ""
    ) -> float | None:
        """One figure, no less than `least`."""
        value = data.value if isinstance(data, NumberEntry) else data
        where = (child(node, "value") or node) if isinstance(data, NumberEntry) else node
        self.keep(place, f"{value:g}", by.within(data if isinstance(data, NumberEntry) else None), node)
        if not math.isfinite(value) or value < least:
            told = what or ("a number that is not negative" if least == 0 else f"a number of at least {least:g}")
            self.problems.add(where.span, SHARES, f"`{value:g}` does not fit here; expected {told}")
            return None
        return value

    def whole(
        self, data: float | NumberEntry, node: Node, *, place: str, by: Sourcing, least: int = 1, code: str = "R204"
    ) -> int | None:
        """One whole number, no less than `least`."""
        value = data.value if isinstance(data, NumberEntry) else data
        where = (child(node, "value") or node) if isinstance(data, NumberEntry) else node
        self.keep(place, f"{value:g}", by.within(data if isinstance(data, NumberEntry) else None), node)
        if not float(value).is_integer() or value < least:
            message = f"`{value:g}` does not fit here; expected a whole number of at least {least}"
            self.problems.add(where.span, code, message)
            return None
        return int(value)

    def keep(self, place: str, value: str, by: Sourcing, node: Node) -> None:
        """Note a figure with where it comes from."""
        if by.source is not None and by.source not in self.sources:
            span = (child(node, "source") or node).span
            self.problems.unknown(span, "a source that this plan lists", by.source, self.sources)
        self.figures.append(Figure(place, value, by.source, by.certainty, by.note, node.span))

    # Distributions ---------------------------------------------------------------------------------------------------

    def distribution(
        self, data: object, node: Node, kind: FactType, *, place: str, by: Sourcing = UNSAID
    ) -> Distribution | None:
        """Something that is drawn, or None with its problems noted."""
        if not isinstance(data, DistributionEntry):
            value = self._value(node, kind)
            self.keep(place, f"always {_shown(data)}", by, node)
            return Shares((value,), (1.0,)) if value is not None else None
        own = by.within(data)
        forms = [form for form in FORMS if getattr(data, form) is not None]
        if len(forms) != 1:
            listed = ", ".join(f"`{form}`" for form in FORMS)
            told = "says in several ways what is drawn" if forms else "does not say what is drawn"
            self.problems.add(node.span, SHAPE, f"this {told}", help=f"give one of {listed}")
            return None
        if data.given is not None:
            return self._given(data, node, kind, place=place, by=own)
        for extra in ("when", "otherwise"):
            if getattr(data, extra) is not None:
                self.problems.add(key_span_at(node, extra), SHAPE, f"`{extra}` needs `given`", help="add `given:`")
        form = forms[0]
        inner = child(node, form) or node
        self.keep(place, f"{form}: {_summary(data, form)}", own, node)
        if data.value is not None:
            value = self._value(inner, kind)
            return Shares((value,), (1.0,)) if value is not None else None
        if form in ("shares", "counts"):
            return self._weighed(data, inner, kind, form, place=place, by=own)
        if not kind.kind.is_number:
            self.problems.add(key_span_at(node, form), SHAPE, f"`{form}` draws numbers, and none is wanted here",
                              help="give `shares` or `counts`")  # fmt: skip
            return None
        return self._shaped(data, inner, form)

    def _weighed(
        self, data: DistributionEntry, node: Node, kind: FactType, form: str, *, place: str, by: Sourcing
    ) -> Shares | None:
        entries: dict[str, float | NumberEntry] = getattr(data, form)
        if not isinstance(node, Mapping) or not node.entries:
            self.problems.add(node.span, SHARES, f"`{form}` is empty", help="give each value with its share")
            return None
        weights: dict[Known, float] = {}
        sound = True
        for key, inner in node.entries:
            entry = entries.get(identifier(key.text))
            value = self._value(key, kind)
            if isinstance(entry, NumberEntry):
                weight = self.number(entry, inner, place=f"{place} / {key.text}", by=by)
            elif entry is None or not math.isfinite(entry) or entry < 0:
                if entry is not None:
                    message = f"`{entry:g}` cannot be a share: shares are not negative"
                    self.problems.add(inner.span, SHARES, message)
                weight = None
            else:
                weight = float(entry)
            if value is None or weight is None:
                sound = False
            elif value in weights:
                self.problems.add(key.span, SHARES, f"`{key.text}` stands twice here", help="keep one of the two")
                sound = False
            else:
                weights[value] = weight
        total = sum(map(Decimal, map(repr, weights.values())))
        if not sound:
            return None
        if form == "shares" and abs(float(total) - WHOLE) > SLACK:
            message = f"these shares come to {float(total):g} %, not to 100 %"
            help = "mend them, or write them under `counts`, where only the proportions matter"
            self.problems.add(node.span, SHARES, message, help=help)
            return None
        if total <= 0:
            self.problems.add(node.span, SHARES, "these come to nothing, so nothing can be drawn")
            return None
        return Shares(tuple(weights), tuple(float(Decimal(repr(weight)) / total) for weight in weights.values()))

    def _shaped(self, data: DistributionEntry, node: Node, form: str) -> Shares | None:
        shape = getattr(data, form)
        if isinstance(shape, list):
            return self._observed(shape, node)
        if shape.most < shape.least or shape.least < 0:
            message = f"this runs from {shape.least} to {shape.most}, and there is nothing between"
            if shape.least < 0:
                message = f"this begins at {shape.least}, and a count is not negative"
            self.problems.add(node.span, SHAPE, message)
            return None
        if shape.most - shape.least >= MOST_VALUES:
            message = f"this has {shape.most - shape.least + 1} values, and there may be {MOST_VALUES}"
            self.problems.add(node.span, SHAPE, message)
            return None
        values = range(shape.least, shape.most + 1)
        weights = _weights(shape)
        if weights is None or not math.fsum(weights) > 0:
            fault = {
                "geometric": "the mean lies below the least value",
                "normal": "the spread is not more than 0, or nothing of it lies between `least` and `most`",
            }.get(form, "it has no values")
            self.problems.add(node.span, SHAPE, f"this cannot be drawn: {fault}")
            return None
        total = math.fsum(weights)
        return Shares(tuple(values), tuple(weight / total for weight in weights))

    def _observed(self, listed: list[float], node: Node) -> Shares | None:
        if not listed or any(value < 0 or not float(value).is_integer() for value in listed):
            message = "`observed` lists whole numbers that are not negative, at least one"
            self.problems.add(node.span, SHAPE, message)
            return None
        counted = {value: listed.count(value) for value in sorted(set(listed))}
        return Shares(tuple(int(v) for v in counted), tuple(n / len(listed) for n in counted.values()))

    def _given(self, data: DistributionEntry, node: Node, kind: FactType, *, place: str, by: Sourcing) -> Given | None:
        on = identifier(data.given or "")
        asked = self.names.kinds.get(on)
        if asked is None:
            span = (child(node, "given") or node).span
            self.problems.unknown(span, "something drawn in this plan", data.given or "", self.names.kinds, code="M804")
            return None
        if not data.when:
            self.problems.add(key_span_at(node, "given"), SHAPE, "`given` needs `when`",
                              help="give a distribution for each value, under `when`")  # fmt: skip
            return None
        cells: list[tuple[Known, Distribution]] = []
        listed = child(node, "when")
        sound = isinstance(listed, Mapping)
        for key, inner in listed.entries if isinstance(listed, Mapping) else ():
            value = self._value(key, asked)
            entry = data.when.get(identifier(key.text))
            cell = self.distribution(entry, inner, kind, place=f"{place} ({key.text})", by=by)
            if value is None or cell is None:
                sound = False
            else:
                cells.append((value, cell))
        otherwise = None
        if data.otherwise is not None:
            inner = child(node, "otherwise") or node
            otherwise = self.distribution(data.otherwise, inner, kind, place=f"{place} (otherwise)", by=by)
            sound = sound and otherwise is not None
        if not sound:
            return None
        found = Given(on, tuple(cells), otherwise)
        self.open_cells.append((found, node))
        return found

    def check_cells(self) -> None:
        """Note each value that a distribution depends on and leaves out, or lists although it cannot be drawn."""
        for given, node in self.open_cells:
            drawn = self.names.values.get(given.on)
            if drawn is None:
                continue  # what it depends on has a problem of its own, which is told
            listed = [value for value, _ in given.cells]
            for value in listed:
                if value not in drawn:
                    self.problems.unknown(
                        key_span_at(node, "when", identifier(spelled(value))),
                        f"a value of `{words(given.on)}`",
                        spelled(value),
                        map(spelled, drawn),
                        code=SHAPE,
                    )
            missing = [f"`{spelled(value)}`" for value in drawn if value not in listed]
            if missing and given.otherwise is None:
                message = f"this does not say what is drawn where `{words(given.on)}` is {' or '.join(missing)}"
                self.problems.add(key_span_at(node, "when"), SHAPE, message, help="add it, or add `otherwise:`")

    def chance(self, data: object, node: Node, *, place: str, by: Sourcing) -> Distribution | None:
        """A chance in percent, or one for each value of something drawn before, as yes or no."""
        if isinstance(data, DistributionEntry) and (data.given is not None or data.shares or data.counts):
            if data.given is None:
                return self.distribution(data, node, YES_OR_NO, place=place, by=by)
            own = by.within(data)
            on = identifier(data.given)
            asked = self.names.kinds.get(on)
            if asked is None or not data.when:
                return self._given(data, node, YES_OR_NO, place=place, by=own)
            cells = []
            listed = child(node, "when")
            for key, inner in listed.entries if isinstance(listed, Mapping) else ():
                value = self._value(key, asked)
                cell = self.chance(data.when.get(identifier(key.text)), inner, place=f"{place} ({key.text})", by=own)
                if value is not None and cell is not None:
                    cells.append((value, cell))
            inner = child(node, "otherwise") or node
            rest = data.otherwise
            otherwise = self.chance(rest, inner, place=f"{place} (otherwise)", by=own) if rest is not None else None
            found = Given(on, tuple(cells), otherwise)
            self.open_cells.append((found, node))
            return found
        said: object = data.value if isinstance(data, DistributionEntry) else data
        own = by.within(data) if isinstance(data, SourcedDocument) else by
        where = (child(node, "value") or node) if isinstance(data, DistributionEntry) else node
        self.keep(place, f"{_shown(said)} %", own, node)
        if isinstance(said, bool) or not isinstance(said, (int, float)) or not 0 <= said <= WHOLE:
            message = f"`{_shown(said)}` is not a chance; expected a percentage from 0 to 100"
            self.problems.add(where.span, SHARES, message)
            return None
        share = float(Decimal(repr(said)) / 100)
        return Shares((True, False), (share, 1.0 - share))

    # One value -------------------------------------------------------------------------------------------------------

    def _value(self, node: Node, kind: FactType) -> Known | None:
        if not isinstance(node, Scalar):
            self.problems.add(node.span, SHAPE, "one value is expected here")
            return None
        value = value_of(node, kind)
        if value is None:
            self.problems.add(
                node.span,
                SHAPE,
                f"`{node.text}` does not fit here; expected {_wanted(kind)}",
                help=nearest_key(node.text, kind.choices) if kind.choices else "",
            )
        return value


def value_of(node: Scalar, kind: FactType) -> Known | None:
    """One written value as one of a kind; several words of a set are joined by `+`."""
    if kind is WORD:
        return _word(node)
    if kind.kind is FactKind.SET_OF:
        return known_value([part.strip() for part in node.text.split("+")], kind)
    if kind.kind is FactKind.TEXT and not kind.is_id:
        return node.text or None
    value = known_value(node.value, kind)
    return int(value) if isinstance(value, float) and kind.kind is FactKind.WHOLE_NUMBER else value


def _word(node: Scalar) -> Known | None:
    written = node.value
    if isinstance(written, bool) or written in ("yes", "no"):
        return known_value(written, YES_OR_NO)
    return written if isinstance(written, int) else identifier(node.text) or None


def spelled(value: Known) -> str:
    """A value as a plan writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return " + ".join(sorted(value))
    return words(value) if isinstance(value, str) else f"{value}"


def _weights(shape: GeometricEntry | EvenEntry | NormalEntry) -> list[float] | None:
    span = range(shape.most - shape.least + 1)
    if isinstance(shape, EvenEntry):
        return [1.0 for _ in span]
    if isinstance(shape, GeometricEntry):
        above = shape.mean - shape.least
        if above < 0:
            return None
        stays = above / (1.0 + above)
        return [stays**n for n in span]
    if not shape.spread > 0:
        return None
    ends = [(shape.least + n - 0.5 - shape.mean) / shape.spread for n in range(len(span) + 1)]
    below = [0.5 * (1.0 + math.erf(end / math.sqrt(2.0))) for end in ends]
    return [upper - lower for lower, upper in pairwise(below)]


def _wanted(kind: FactType) -> str:
    if kind.choices:
        return f"one of {', '.join(f'`{words(choice)}`' for choice in kind.choices[:12])}"
    told: dict[FactKind, str] = {
        FactKind.YES_NO: "yes or no",
        FactKind.WHOLE_NUMBER: "a whole number that is not negative",
        FactKind.HALF_DAYS: "a number of days in steps of 0.5",
        FactKind.PERCENTAGE: "a number from 0 to 100",
        FactKind.DATE: "a date such as 2025-03-24",
        FactKind.TEXT: "a lower-case id such as `east_sussex`" if kind.is_id else "words",
    }
    return told.get(kind.kind, "a number that is not negative")


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return spelled(value) if isinstance(value, (bool, str, int)) else str(value)


def _summary(data: DistributionEntry, form: str) -> str:
    said = getattr(data, form)
    if isinstance(said, dict):
        return ", ".join(
            f"{words(key)} {_shown(value.value if isinstance(value, NumberEntry) else value)}"
            for key, value in said.items()
        )
    if isinstance(said, list):
        return f"{len(said)} observations"
    if isinstance(said, (GeometricEntry, EvenEntry, NormalEntry)):
        return ", ".join(f"{name} {value:g}" for name, value in said.model_dump().items())
    return _shown(said)
