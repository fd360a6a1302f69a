"""Calendar files, read into layers; a chain of layers makes a school's calendar.

Knows the shape of a calendar file and how `based_on` chains them. What a calendar says of a day is `domain`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date

from inclusion_rules.domain.calendar_layers import CalendarLayer, Closure, Opening, TermPeriod
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.domain.working_days import BankHolidays, CalendarShapeError
from inclusion_rules.loading.calendar_documents import CalendarDocument, DayRangeEntry, DaySetEntry
from inclusion_rules.loading.document_reading import child, read_document, span_at
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Node, Scalar
from inclusion_rules.source import Span

Finder = Callable[[str, Span], "tuple[CalendarLayer, ...] | None"]


def read_layer(node: Node, problems: Problems) -> CalendarLayer | None:
    """One calendar file as a layer, or None with its problems noted."""
    before = len(problems.found)
    document = read_document(CalendarDocument, node, problems)
    if document is None or len(problems.found) > before:
        return None  # half a calendar would only be found to have gaps
    source = document.source if isinstance(document.source, str) else json.dumps(document.source, default=str)
    layer = CalendarLayer(
        id=document.calendar,
        covers=(document.covers.from_, document.covers.to) if document.covers else None,
        terms=tuple(TermPeriod(term.name, term.period, term.from_, term.to) for term in document.terms),
        closed=tuple(Closure(first, last, why) for first, last, why in map(_days, document.closed)),
        open=tuple(
            Opening(date.fromordinal(ordinal), why)
            for first, last, why in map(_days, document.open)
            for ordinal in range(first.toordinal(), last.toordinal() + 1)
        ),
        source=source,
        certainty=document.certainty,
        based_on=document.based_on,
    )
    if document.covers and document.covers.to < document.covers.from_:
        problems.add(span_at(node, "covers", "to"), "K401", "`covers` ends before it begins")
        return None
    return layer


def _days(entry: date | DayRangeEntry | DaySetEntry) -> tuple[date, date, str]:
    if isinstance(entry, DayRangeEntry):
        return entry.from_, entry.to, entry.why
    if isinstance(entry, DaySetEntry):
        return entry.date, entry.date, entry.why
    return entry, entry, ""


def chain_of(layer: CalendarLayer, node: Node, find: Finder, problems: Problems) -> tuple[CalendarLayer, ...] | None:
    """The layer with all that it is based on, the base first; a circle or a missing base is noted."""
    if layer.based_on is None:
        return (layer,)
    span = span_at(node, "based_on")
    base = find(layer.based_on, span)
    if base is None:
        return None
    if layer.id in {below.id for below in base}:
        problems.add(span, "K402", f"`{layer.id}` is based on itself by way of `{layer.based_on}`")
        return None
    return (*base, layer)


def build_calendar(
    layers: tuple[CalendarLayer, ...], bank_holidays: BankHolidays, span: Span, problems: Problems
) -> SchoolCalendar | None:
    """The calendar, or None with what is wrong with its terms noted at `span`."""
    try:
        return SchoolCalendar.of(layers, bank_holidays)
    except CalendarShapeError as error:
        span = _own_place(layers[-1].id, problems) or span
        for message in error.problems:
            problems.add(span, "K403", f"calendar `{layers[-1].id}`: {message}")
        return None


def _own_place(name: str, problems: Problems) -> Span | None:
    """Where a calendar that was just read stands."""
    for tree in problems.trees.values():
        found = child(tree, "calendar")
        if isinstance(found, Scalar) and found.text == name and child(tree, "case") is None:
            return found.span
    return None


def shipped_chain(name: str, layers: Mapping[str, CalendarLayer]) -> tuple[CalendarLayer, ...] | None:
    """A calendar shipped with a pack, with all it is based on; None where no such calendar ships."""
    layer = layers.get(name)
    if layer is None:
        return None
    if layer.based_on is None:
        return (layer,)
    base = shipped_chain(layer.based_on, layers)
    return None if base is None else (*base, layer)
