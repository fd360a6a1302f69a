"""The costs of a plan and the published figures it is held against, linked: what is counted, and among what."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.simulation_plans import (
    Among,
    CaseShare,
    Comparison,
    Cost,
    CostUnit,
    EventMean,
    EventShare,
    EventsPerCase,
    EventUnit,
    Measure,
    ObligationShare,
    ObligationUnit,
    SchoolDayUnit,
)
from inclusion_rules.loading.document_reading import child, span_at
from inclusion_rules.loading.plan_documents import (
    AmongEntry,
    ComparisonEntry,
    CostEntry,
    MeasureEntry,
    ObligationsOf,
)
from inclusion_rules.loading.plan_figures import FigureReader, Sourcing, value_of
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Mapping, Node, Scalar, Sequence
from inclusion_rules.vocabulary import Status, identifier, words

MEASURE, UNSOURCED = "M808", "M807"
MEASURES = ("share_of_cases", "share_of_events", "mean", "events_per_case", "share_of_obligations")
COUNTED_BY = ("each_event", "each_obligation", "each_school_day")


@dataclass(frozen=True, slots=True)
class MeasureReader:
    """Reads what is counted over a run, held against the words of the edition."""

    edition: Edition
    problems: Problems

    # Costs -----------------------------------------------------------------------------------------------------------

    def costs(self, entries: list[CostEntry], node: Node, figures: FigureReader) -> Iterator[Cost]:
        """The costs, each with what it is counted by."""
        for position, entry in enumerate(entries):
            where = child(node, position) or node
            amount = figures.number(
                entry.amount, child(where, "amount") or where, place=f"costs / {entry.cost}", by=Sourcing()
            )
            unit = self._unit(entry, where)
            if amount is not None and unit is not None:
                yield Cost(entry.cost, amount, unit)

    def _unit(self, entry: CostEntry, node: Node) -> CostUnit | None:
        given = [key for key in COUNTED_BY if getattr(entry, key) is not None]
        if len(given) != 1:
            listed = ", ".join(f"`{words(key)}`" for key in COUNTED_BY)
            self.problems.add(node.span, MEASURE, f"`{entry.cost}` is counted by nothing, or by several things",
                              help=f"give one of {listed}")  # fmt: skip
            return None
        if entry.each_event is not None:
            event = self._event(entry.each_event, node, "each_event")
            return EventUnit(event) if event is not None else None
        if entry.each_obligation is not None:
            owed = self._obligations(entry.each_obligation, child(node, "each_obligation") or node)
            return ObligationUnit(*owed) if owed is not None else None
        assert entry.each_school_day is not None
        first = self._event(entry.each_school_day.from_, node, "each_school_day", "from")
        last = self._event(entry.each_school_day.to, node, "each_school_day", "to")
        return SchoolDayUnit(first, last) if first is not None and last is not None else None

    # Published figures -----------------------------------------------------------------------------------------------

    def comparisons(self, entries: list[ComparisonEntry], node: Node, sources: Container[str]) -> Iterator[Comparison]:
        """The published figures, each with how it is measured in a run."""
        for position, entry in enumerate(entries):
            where = child(node, position) or node
            if entry.source is None:
                self.problems.add(where.span, UNSOURCED, f"nothing says where `{entry.figure}` was published",
                                  help="add `source:`")  # fmt: skip
            elif entry.source not in sources:
                known = list(sources) if isinstance(sources, dict) else []
                self.problems.unknown(
                    span_at(where, "source"), "a source that this plan lists", entry.source, known, code="R203"
                )
            measure = self._measure(entry.measure, child(where, "measure") or where)
            if measure is not None:
                yield Comparison(
                    entry.figure, measure, entry.value, entry.unit, entry.source or "", entry.fitted == "yes",
                    entry.note,
                )  # fmt: skip

    def _measure(self, entry: MeasureEntry, node: Node) -> Measure | None:
        given = [key for key in MEASURES if getattr(entry, key) is not None]
        if len(given) != 1:
            listed = ", ".join(f"`{words(key)}`" for key in MEASURES)
            self.problems.add(node.span, MEASURE, "this measures nothing, or several things",
                              help=f"give one of {listed}")  # fmt: skip
            return None
        at = child(node, given[0]) or node
        if entry.share_of_cases is not None:
            part = self._among(entry.share_of_cases, at)
            whole = self._among(entry.among, child(node, "among") or node)
            return CaseShare(part, whole) if part is not None and whole is not None else None
        if entry.share_of_events is not None:
            event = self._event(entry.share_of_events.event, at, "event")
            if event is None:
                return None
            having = self._having(event, child(at, "having"))
            if having is None or len(having) != 1:
                self.problems.add(at.span, MEASURE, "one attribute is asked for here", help="give one under `having`")
                return None
            name, values = next(iter(having.items()))
            return EventShare(event, name, values)
        if entry.mean is not None:
            event = self._event(entry.mean.of_event, at, "of_event")
            attribute = identifier(entry.mean.attribute)
            if event is None:
                return None
            if attribute not in self._attributes(event):
                self.problems.unknown(span_at(at, "attribute"), f"an attribute of `{words(event)}`",
                                      entry.mean.attribute, self._attributes(event))  # fmt: skip
                return None
            return EventMean(event, attribute)
        if entry.events_per_case is not None:
            event = self._event(entry.events_per_case, node, "events_per_case")
            return EventsPerCase(event) if event is not None else None
        assert entry.share_of_obligations is not None
        owed = self._obligations(entry.share_of_obligations, at)
        return ObligationShare(*owed) if owed is not None else None

    def _among(self, entry: AmongEntry, node: Node) -> Among | None:
        event = None
        having: dict[str, frozenset[Known]] = {}
        if entry.event is not None:
            event = self._event(entry.event, node, "event")
            if event is None:
                return None
            asked = self._having(event, child(node, "having"))
            if asked is None:
                return None
            having = asked
        facts: dict[str, frozenset[Known]] = {}
        for name in entry.who_are:
            fact = self.edition.facts.get(name)
            at = child(node, "who_are", name) or node
            if fact is None or fact.taken_from is None:
                known = [known for known, one in self.edition.facts.items() if one.taken_from is not None]
                self.problems.unknown(span_at(node, "who_are"), "a fact of school or pupil", words(name), known)
                return None
            values = self._values(at, fact.name)
            if values is None:
                return None
            facts[name] = values
        return Among(event, having, facts, entry.at_least)

    def _having(self, event: str, node: Node | None) -> dict[str, frozenset[Known]] | None:
        found: dict[str, frozenset[Known]] = {}
        for key, inner in node.entries if isinstance(node, Mapping) else ():
            name = identifier(key.text)
            if name not in self._attributes(event):
                self.problems.unknown(key.span, f"an attribute of `{words(event)}`", key.text, self._attributes(event))
                return None
            values = self._values(inner, name, event)
            if values is None:
                return None
            found[name] = values
        return found

    def _values(self, node: Node, name: str, event: str | None = None) -> frozenset[Known] | None:
        if event is None:
            kind = self.edition.facts[name].type
        else:
            attributes = self.edition.attributes
            kind = attributes.get(f"{event}.{name}") or attributes[name]
        found = []
        for item in node.items if isinstance(node, Sequence) else (node,):
            value = value_of(item, kind) if isinstance(item, Scalar) else None
            if value is None:
                text = f"`{item.text}`" if isinstance(item, Scalar) else "this"
                self.problems.add(item.span, MEASURE, f"{text} is not a value of `{words(name)}`")
                return None
            found.append(value)
        return frozenset(found)

    # Names -----------------------------------------------------------------------------------------------------------

    def _event(self, text: str, node: Node, *path: str) -> str | None:
        name = identifier(text)
        if name not in self.edition.events:
            self.problems.unknown(span_at(node, *path), "an event of the vocabulary", text, self.edition.events)
            return None
        return name

    def _attributes(self, event: str) -> tuple[str, ...]:
        definition = self.edition.events[event]
        return (*definition.needs, *definition.may)

    def _obligations(self, entry: ObligationsOf, node: Node) -> tuple[str, tuple[str, ...]] | None:
        duty = identifier(entry.duty)
        duties = {rule.duty for rule in self.edition.rules}
        if duty not in duties:
            self.problems.unknown(span_at(node, "duty"), "a duty of these packs", entry.duty, duties)
            return None
        statuses = []
        for position, text in enumerate(entry.that_are):
            status = identifier(text)
            if status not in {one.value for one in Status}:
                span = span_at(node, "that_are", position)
                self.problems.unknown(span, "a status of an obligation", text, [one.value for one in Status])
                return None
            statuses.append(status)
        return duty, tuple(statuses)
