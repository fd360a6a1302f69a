"""A plan of a simulation, linked: every name looked up, every day held against the calendars, every share added up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field

from inclusion_rules.domain.calendar_layers import TermPeriod
from inclusion_rules.domain.facts import FactDefinition, FactKind, FactType
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.domain.simulation_plans import (
    JUDGEMENT,
    PUPIL,
    SCHOOL,
    TRAIT,
    Birth,
    Capacity,
    Draw,
    Plan,
    Reaching,
    Season,
    Setting,
    Source,
    Step,
    values_of,
)
from inclusion_rules.errors import UnknownNameError
from inclusion_rules.loading.document_reading import child, key_span_at, span_at
from inclusion_rules.loading.plan_delays import DelayReader
from inclusion_rules.loading.plan_documents import CapacityEntry, DrawEntry, PlanDocument
from inclusion_rules.loading.plan_figures import COUNT, WORD, FigureReader, Names, Sourcing
from inclusion_rules.loading.plan_measures import MeasureReader
from inclusion_rules.loading.plan_order import in_order, repeated_with, settled
from inclusion_rules.loading.plan_steps import StepReader
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Node
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import identifier, words

ORDER, NAMES, PERIOD, ROOM = "M803", "M804", "M805", "M806"
AUTHORITY = "school_authority"
FindCalendar = Callable[[str, Node], SchoolCalendar | None]


@dataclass
class PlanLinker:
    """Links one plan. `find` gives the calendar of a name, and notes what is wrong with it."""

    document: PlanDocument
    node: Node
    rulebook: Rulebook
    find: FindCalendar
    problems: Problems
    names: Names = field(default_factory=Names)

    def plan(self, *, digest: str) -> Plan | None:
        """The plan, or None with its problems noted."""
        document, node = self.document, self.node
        edition = self._edition(document.packs, "packs")
        setting = self._setting(document.calendar, document.packs, "calendar", edition=edition)
        settings = dict(self._settings())
        pathway = identifier(document.pathway)
        if pathway not in self.rulebook.pathways:
            self.problems.unknown(
                span_at(node, "pathway"), "a pathway known here", document.pathway, self.rulebook.pathways
            )
        self._check_days([each for each in (setting, *settings.values()) if each is not None])
        if edition is None:
            return None
        figures = FigureReader(self.problems, self.names, document.sources)
        who = tuple(self._who(edition, figures))
        every = [each.calendar for each in (setting, *settings.values()) if each is not None]
        delays = DelayReader(edition, figures, self.problems)
        reader = StepReader(
            edition,
            figures,
            delays,
            self.names,
            self.problems,
            terms=tuple(dict.fromkeys(term.grouping for calendar in every for term in _terms_of(calendar))),
            rooms=frozenset(identifier(entry.capacity) for entry in document.capacity),
        )
        steps = self._steps(reader)
        capacities = tuple(self._capacities(reader, figures))
        figures.check_cells()
        measures = MeasureReader(edition, self.problems)
        costs = tuple(measures.costs(document.costs, child(node, "costs") or node, figures))
        comparisons = tuple(
            measures.comparisons(document.compare_with, child(node, "compare_with") or node, document.sources)
        )
        self._check_settings(settings)
        if setting is not None:
            self._check_calendars(setting, settings)
        if document.cases < 1:
            self.problems.add(span_at(node, "cases"), "R204", f"`{document.cases}` cases cannot be drawn",
                              help="give at least 1")  # fmt: skip
        if setting is None or not steps:
            return None
        return Plan(
            id=identifier(document.plan),
            title=document.title,
            pathway=pathway,
            setting=setting,
            settings=settings,
            first=document.period.from_,
            last=document.period.to,
            until=document.until,
            cases=document.cases,
            who=who,
            steps=steps,
            capacities=capacities,
            costs=costs,
            comparisons=comparisons,
            sources={name: Source(name, one.title, one.url, one.note) for name, one in document.sources.items()},
            figures=tuple(figures.figures),
            note=document.note,
            digest=digest,
        )

    # Settings --------------------------------------------------------------------------------------------------------

    def _edition(self, packs: list[str], *path: str | int) -> Edition | None:
        try:
            return self.rulebook.edition(tuple(identifier(pack) for pack in packs))
        except UnknownNameError as error:
            self.problems.unknown(
                span_at(self.node, *path), "a pack known here", error.name, self.rulebook.packs, code="R203"
            )
            return None

    def _setting(self, calendar: str, packs: list[str], *path: str | int, edition: Edition | None) -> Setting | None:
        at = child(self.node, *path)
        found = self.find(calendar, at if at is not None else self.node)
        if found is None or edition is None:
            return None
        return Setting(found, tuple(identifier(pack) for pack in packs), calendar)

    def _settings(self) -> Iterator[tuple[str, Setting]]:
        for authority, entry in self.document.by_authority.items():
            packs = entry.packs or self.document.packs
            edition = self._edition(packs, "by_authority", authority, "packs")
            calendar = entry.calendar or self.document.calendar
            found = self._setting(calendar, packs, "by_authority", authority, "calendar", edition=edition)
            if found is not None:
                yield authority, found

    def _check_settings(self, settings: MappingType[str, Setting]) -> None:
        drawn = self.names.values.get(AUTHORITY, ())
        for authority in self.document.by_authority:
            if authority not in drawn:
                span = key_span_at(self.node, "by_authority", authority)
                known = [str(value) for value in drawn]
                self.problems.unknown(span, "an authority that is drawn under `who`", authority, known, code=NAMES)

    def _check_calendars(self, setting: Setting, settings: MappingType[str, Setting]) -> None:
        """A run knows a calendar by its id: no two of them may share one."""
        names = {setting.calendar.id: setting.calendar.layers}
        for authority, other in settings.items():
            if names.setdefault(other.calendar.id, other.calendar.layers) != other.calendar.layers:
                span = span_at(self.node, "by_authority", authority, "calendar")
                message = f"two calendars of this plan are both called `{other.calendar.id}`"
                self.problems.add(span, "R209", message, help="give one of them another id in its own file")

    def _check_days(self, settings: list[Setting]) -> None:
        period, until = self.document.period, self.document.until
        if period.to < period.from_:
            self.problems.add(span_at(self.node, "period", "to"), PERIOD, "the period ends before it begins")
        elif until < period.to:
            message = f"the run ends on {until.isoformat()}, before the last of its exclusions"
            self.problems.add(span_at(self.node, "until"), PERIOD, message, help="let `until` lie after the period")
        for setting in settings:
            calendar = setting.calendar
            for key, day in (("from", period.from_), ("to", period.to)):
                if not calendar.covers_from <= day <= calendar.covers_to:
                    self._too_short(span_at(self.node, "period", key), calendar)
            if until > calendar.covers_to:
                self._too_short(span_at(self.node, "until"), calendar)
            elif calendar.covers_from <= period.from_ <= period.to <= calendar.covers_to and not any(
                True for _ in calendar.school_days(period.from_, period.to)
            ):
                message = f"`{calendar.id}` has no school day in this period"
                self.problems.add(span_at(self.node, "period"), PERIOD, message)

    def _too_short(self, span: Span, calendar: SchoolCalendar) -> None:
        known = f"{calendar.covers_from.isoformat()} to {calendar.covers_to.isoformat()}"
        self.problems.add(span, PERIOD, f"calendar `{calendar.id}` is too short for this run: it knows {known}",
                          help="add the terms that are missing to the calendar, or run for a shorter time")  # fmt: skip

    # Who -------------------------------------------------------------------------------------------------------------

    def _who(self, edition: Edition, figures: FigureReader) -> Iterator[Draw | Birth]:
        at = child(self.node, "who") or self.node
        seen: set[str] = set()
        for position, entry in enumerate(self.document.who):
            where = child(at, position) or at
            if (entry.draw is None) == (entry.trait is None):
                self.problems.add(where.span, "R202", "this draws neither a fact nor a trait, or both",
                                  help="begin with `draw:` or with `trait:`")  # fmt: skip
                continue
            text = entry.draw if entry.draw is not None else entry.trait or ""
            name = identifier(text)
            if name in seen:
                self.problems.add(span_at(where, "draw" if entry.draw else "trait"), NAMES,
                                  f"`{text}` is drawn twice", help="keep one of the two")  # fmt: skip
            seen.add(name)
            found = self._drawn(entry, name, text, where, edition, figures)
            if found is not None:
                yield found

    def _drawn(
        self, entry: DrawEntry, name: str, text: str, node: Node, edition: Edition, figures: FigureReader
    ) -> Draw | Birth | None:
        if entry.trait is not None:
            if name in edition.facts:
                self.problems.add(span_at(node, "trait"), NAMES, f"`{text}` is a fact, and not a trait of this plan",
                                  help=f"write `draw: {text}`")  # fmt: skip
            return self._draw(entry, name, TRAIT, WORD, "", node, figures)
        fact = edition.facts.get(name)
        part = _part_of(fact)
        if fact is None or part is None:
            known = [known for known, one in edition.facts.items() if _part_of(one) is not None]
            self.problems.unknown(
                span_at(node, "draw"), "a fact of school or pupil, or a judgement", text, known, code="R203"
            )
            return None
        if entry.born is not None:
            return self._birth(entry, name, fact, node, figures)
        if fact.type.kind is FactKind.DATE:
            self.problems.add(node.span, "M802", f"`{text}` is a day", help="write `born:` with the year group")
            return None
        return self._draw(entry, name, part, fact.type, fact.judgement or "", node, figures)

    def _draw(
        self, entry: DrawEntry, name: str, part: str, kind: FactType, by: str, node: Node, figures: FigureReader
    ) -> Draw | None:
        drawn = figures.distribution(entry, node, kind, place=f"who / {words(name)}")
        self.names.kinds[name] = kind
        if drawn is None:
            return None
        self.names.values[name] = values_of(drawn)
        return Draw(name, part, drawn, by)

    def _birth(
        self, entry: DrawEntry, name: str, fact: FactDefinition, node: Node, figures: FigureReader
    ) -> Birth | None:
        born, at = entry.born, child(node, "born") or node
        assert born is not None
        group = identifier(born.year_group)
        if fact.type.kind is not FactKind.DATE:
            self.problems.add(key_span_at(node, "born"), "M802", f"`{words(name)}` is not a day")
            return None
        if self.names.kinds.get(group) != COUNT:
            known = [known for known, kind in self.names.kinds.items() if kind == COUNT]
            self.problems.unknown(
                span_at(at, "year_group"), "a whole number drawn before this", born.year_group, known, code=NAMES
            )
            return None
        told = f"in year 0 at {born.age_in_year_0}, from month {born.first_month}, day {born.day_of_the_month}"
        figures.keep(f"who / {words(name)}", told, Sourcing().within(born), at)
        for key, value, most in (
            ("first_month", born.first_month, 12),
            ("day_of_the_month", born.day_of_the_month, 28),
        ):
            if not 1 <= value <= most:
                self.problems.add(span_at(at, key), "R204", f"`{value}` does not fit here; expected 1 to {most}")
                return None
        return Birth(group, born.age_in_year_0, born.first_month, born.day_of_the_month)

    # Steps and room --------------------------------------------------------------------------------------------------

    def _steps(self, reader: StepReader) -> tuple[Step, ...]:
        at = child(self.node, "what_happens") or self.node
        entries = self.document.what_happens
        reader.declare(entries, at)
        read = [reader.read(entry, child(at, position) or at) for position, entry in enumerate(entries)]
        steps = tuple(settled(step, self.names, self.problems) for step in read if step is not None)
        beginnings = [step for step in steps if isinstance(step.timing, Season)]
        if len(beginnings) != 1 and None not in read:
            told = "no step begins the cases" if not beginnings else "several steps begin the cases"
            self.problems.add(key_span_at(self.node, "what_happens"), ORDER, told,
                              help="give exactly one step `in the period:`")  # fmt: skip
        for step in steps:
            if isinstance(step.timing, Reaching):
                watched = next((one for one in steps if one.name == step.timing.step), None)
                if watched is not None and watched.repeats is None:
                    assert step.span is not None
                    self.problems.add(step.span, ORDER,
                                      f"`{words(step.name)}` waits for a total of `{words(watched.name)}`, "
                                      "which happens once", help="give that step `times:`")  # fmt: skip
        once = frozenset(identifier(entry.step or entry.event) for entry in entries if entry.once == "yes")
        steps = repeated_with(steps, once, self.problems)
        for step in steps:
            if step.waits_for is not None and (step.each is not None or step.repeats is not None):
                assert step.span is not None
                message = f"`{words(step.name)}` can happen several times in a case, and so cannot wait for room"
                self.problems.add(step.span, ROOM, message, help="let only steps wait that happen once")
        order = in_order(steps, self.problems)
        return steps if order else ()

    def _capacities(self, reader: StepReader, figures: FigureReader) -> Iterator[Capacity]:
        at = child(self.node, "capacity") or self.node
        for position, entry in enumerate(self.document.capacity):
            found = self._capacity(entry, child(at, position) or at, reader, figures)
            if found is not None:
                yield found

    def _capacity(self, entry: CapacityEntry, node: Node, reader: StepReader, figures: FigureReader) -> Capacity | None:
        by, place = Sourcing().within(entry), f"capacity / {entry.capacity}"
        sits, holds = entry.cases_a_sitting is not None, entry.places is not None
        if sits == holds:
            self.problems.add(node.span, ROOM, f"`{entry.capacity}` has neither sittings nor places, or both",
                              help="give `cases a sitting` with `sittings`, or `places` with `held for`")  # fmt: skip
            return None
        name = identifier(entry.capacity)
        if entry.cases_a_sitting is not None:
            number = figures.whole(entry.cases_a_sitting, child(node, "cases_a_sitting") or node,
                                   place=place, by=by, code=ROOM)  # fmt: skip
            if entry.sittings is None:
                self.problems.add(key_span_at(node, "cases_a_sitting"), ROOM, "nothing says when the sittings are",
                                  help="add `sittings:` with `weekdays` or with `every` and `from`")  # fmt: skip
                return None
            sittings = reader.delays.sittings(entry.sittings, child(node, "sittings") or node, place=place, by=by)
            return Capacity(name, a_sitting=number, sittings=sittings) if number is not None else None
        assert entry.places is not None
        number = figures.whole(entry.places, child(node, "places") or node, place=place, by=by, code=ROOM)
        if entry.held_for is None:
            self.problems.add(key_span_at(node, "places"), ROOM, "nothing says for how long a place is held",
                              help="add `held for:` in school days")  # fmt: skip
            return None
        held = figures.distribution(
            entry.held_for, child(node, "held_for") or node, COUNT, place=f"{place} / held for", by=by
        )
        return Capacity(name, places=number, held_for=held) if number is not None and held is not None else None


def _terms_of(calendar: SchoolCalendar) -> tuple[TermPeriod, ...]:
    return next((layer.terms for layer in reversed(calendar.layers) if layer.terms), ())


def _part_of(fact: FactDefinition | None) -> str | None:
    if fact is None:
        return None
    if fact.judgement is not None:
        return JUDGEMENT
    part = (fact.taken_from or "").partition(".")[0]
    return part if part in (SCHOOL, PUPIL) else None
