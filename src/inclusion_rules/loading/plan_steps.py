"""The steps of a plan, read: what happens, when, on which conditions, and with which attributes.

Names of events, attributes, roles and parameters are those of the edition; names of steps and traits are the plan's.
Whether the steps run in a circle is found here; adding up shares is `plan_figures`.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field

from inclusion_rules.domain.facts import FactKind, FactType, Known
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.simulation_plans import (
    NEVER,
    After,
    Attribute,
    Averts,
    Condition,
    DayAttribute,
    Delay,
    Distribution,
    DrawnAttribute,
    Given,
    Happened,
    LengthAttribute,
    Reaching,
    Repeats,
    Requirement,
    Season,
    Shares,
    Step,
    TotalAttribute,
    values_of,
)
from inclusion_rules.errors import nearest_word
from inclusion_rules.loading.document_reading import child, key_span_at, span_at
from inclusion_rules.loading.plan_delays import WEEKDAYS, DelayReader
from inclusion_rules.loading.plan_documents import (
    AttributeEntry,
    StepEntry,
)
from inclusion_rules.loading.plan_figures import (
    COUNT,
    FigureReader,
    Names,
    Sourcing,
    value_of,
)
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Mapping, Node, Scalar, Sequence
from inclusion_rules.vocabulary import Unit, identifier, words

SHAPE, ORDER, NAMES, ROOM = "M802", "M803", "M804", "M806"
HAPPENED = "happened"
WAYS = FactType(FactKind.ONE_OF, ("prompt", "late", NEVER))
WEEKDAY = FactType(FactKind.ONE_OF, WEEKDAYS)


def name_of(entry: StepEntry) -> str:
    """The name of a step: its own, or that of its event."""
    return identifier(entry.step or entry.event)


def drawn_name(attribute: str, step: str) -> str:
    """The name by which an attribute of a step is asked for: `outcome of governing board decided`."""
    return f"{attribute}_of_{step}"


def times_name(step: str) -> str:
    """The name by which it is asked how often a step happens: `times of suspended`."""
    return f"times_of_{step}"


@dataclass
class StepReader:
    """Reads the steps of one plan. `terms` are the kinds of term of its calendars, `rooms` the capacities listed."""

    edition: Edition
    figures: FigureReader
    delays: DelayReader
    names: Names
    problems: Problems
    terms: tuple[str, ...]
    rooms: frozenset[str]
    events: dict[str, str] = field(default_factory=dict)
    conditions: list[tuple[str, Condition, Node]] = field(default_factory=list)

    def declare(self, entries: list[StepEntry], node: Node) -> None:
        """Make known the names of steps, and the kinds of their attributes, before any of them is read."""
        for position, entry in enumerate(entries):
            name = name_of(entry)
            where = child(node, position) or node
            if name in self.events:
                span = span_at(where, "step" if entry.step else "event")
                help = "give each a name of its own with `step:`"
                self.problems.add(span, NAMES, f"two steps are called `{words(name)}`", help=help)
            self.events[name] = identifier(entry.event)
            if entry.step is None and name not in self.edition.events:
                meant = nearest_word(name, self.edition.events)
                self.problems.declared_badly.update({meant} if meant else ())  # steps that follow it name it rightly
            for attribute in entry.attributes:
                kind = self._kind(identifier(entry.event), attribute)
                if kind is not None:
                    self.names.kinds[drawn_name(attribute, name)] = kind
            if entry.times is not None:
                self.names.kinds[times_name(name)] = COUNT

    def _kind(self, event: str, attribute: str) -> FactType | None:
        attributes = self.edition.attributes
        return attributes.get(f"{event}.{attribute}") or attributes.get(attribute)

    # One step --------------------------------------------------------------------------------------------------------

    def read(self, entry: StepEntry, node: Node) -> Step | None:
        """One step, or None with its problems noted."""
        name, event = name_of(entry), identifier(entry.event)
        by = Sourcing().within(entry)
        place = words(name)
        definition = self.edition.events.get(event)
        if definition is None:
            self.problems.unknown(
                span_at(node, "event"), "an event of the vocabulary", entry.event, self.edition.events
            )
        if entry.by is not None and identifier(entry.by) not in self.edition.roles:
            self.problems.unknown(span_at(node, "by"), "a role", entry.by, self.edition.roles)
        repeats = None
        if entry.times is not None:
            inner = child(node, "times") or node
            times = self.figures.distribution(entry.times, inner, COUNT, place=f"{place} / times", by=by)
            if times is not None:
                repeats = Repeats(times, identifier(entry.times.lasting) if entry.times.lasting else None)
                self.names.values[times_name(name)] = values_of(times)
            if repeats is not None and repeats.lasting is not None and repeats.lasting not in entry.attributes:
                span = span_at(node, "times", "lasting")
                self.problems.unknown(span, f"an attribute of `{place}`", entry.times.lasting or "",
                                      entry.attributes, code=NAMES)  # fmt: skip
        timing = self._timing(entry, node, place, by)
        attributes = tuple(self._attributes(entry, node, name, event, by)) if definition is not None else ()
        if not isinstance(timing, Reaching) and any(isinstance(one, TotalAttribute) for one in attributes):
            self.problems.add(key_span_at(node, "attributes"), SHAPE, "`counted` needs `after reaching`",
                              help="only a step that waits for a total can record it")  # fmt: skip
        when = tuple(self._conditions(entry.if_, child(node, "if"), name))
        unless = tuple(self._conditions(entry.unless, child(node, "unless"), name))
        averts = None
        if entry.averts is not None:
            inner = child(node, "averts") or node
            stopped = self._step(entry.averts.step, inner, "step")
            chance = self.figures.chance(
                entry.averts.chance, child(inner, "chance") or inner, place=f"{place} / averts", by=by
            )
            averts = Averts(stopped, chance) if stopped is not None and chance is not None else None
        waits_for = identifier(entry.waits_for) if entry.waits_for else None
        if waits_for is not None and waits_for not in self.rooms:
            self.problems.unknown(
                span_at(node, "waits_for"), "a capacity of this plan", entry.waits_for or "", self.rooms, code=ROOM
            )
        if timing is None or definition is None:
            return None
        role = identifier(entry.by) if entry.by else None
        return Step(name, event, timing, role, repeats, None, when, unless, attributes, averts, waits_for, node.span)

    def _step(self, text: str, node: Node, *path: str | int) -> str | None:
        name = identifier(text)
        if name not in self.events:
            self.problems.unknown(span_at(node, *path), "a step of this plan", text, self.events, code=NAMES)
            return None
        return name

    # When ------------------------------------------------------------------------------------------------------------

    def _timing(self, entry: StepEntry, node: Node, place: str, by: Sourcing) -> Season | After | Reaching | None:
        forms = ("in_the_period", "after", "before", "after_reaching")
        given = [form for form in forms if getattr(entry, form) is not None]
        if len(given) != 1:
            told = "says in several ways when it happens" if given else "does not say when it happens"
            listed = ", ".join(f"`{words(form)}`" for form in forms)
            self.problems.add(span_at(node, "event"), ORDER, f"`{place}` {told}", help=f"give one of {listed}")
            return None
        if entry.in_the_period is not None:
            return self._season(entry, node, place, by)
        ways, delays = self._ways(entry, node, place, by)
        if entry.after_reaching is not None:
            return self._reaching(entry, node, place, by, ways, delays)
        said = entry.before if entry.before is not None else entry.after
        key = "before" if entry.before is not None else "after"
        texts = [said] if isinstance(said, str) else list(said or ())
        at = child(node, key) or node
        steps = []
        for position, text in enumerate(texts):
            found = self._step(text, at, *((position,) if isinstance(at, Sequence) else ()))
            if found is not None:
                steps.append(found)
        if len(steps) < len(texts) or ways is None or delays is None:
            return None
        return After(tuple(steps), ways, delays, before=entry.before is not None)

    def _season(self, entry: StepEntry, node: Node, place: str, by: Sourcing) -> Season | None:
        season, at = entry.in_the_period, child(node, "in_the_period") or node
        assert season is not None
        own = by.within(season)
        found: dict[str, Shares | None] = {"terms": None, "weekdays": None}
        for part, kind in (("terms", FactType(FactKind.ONE_OF, self.terms)), ("weekdays", WEEKDAY)):
            data = getattr(season, part)
            if data is None:
                continue
            inner = child(at, part) or at
            drawn = self.figures.distribution(data, inner, kind, place=f"{place} / {part}", by=own)
            if isinstance(drawn, Given):
                self.problems.add(inner.span, SHAPE, f"`{part}` cannot depend on what is drawn")
                return None
            if drawn is None:
                return None
            found[part] = drawn
        return Season(found["terms"], found["weekdays"])

    def _reaching(
        self,
        entry: StepEntry,
        node: Node,
        place: str,
        by: Sourcing,
        ways: Distribution | None,
        delays: dict[str, Delay] | None,
    ) -> Reaching | None:
        wanted, at = entry.after_reaching, child(node, "after_reaching") or node
        assert wanted is not None
        own = by.within(wanted)
        step = self._step(wanted.step, at, "step")
        times = self.delays.threshold(wanted.times, at, "times", Unit.COUNT, place=place, by=own)
        days = self.delays.threshold(wanted.school_days, at, "school_days", Unit.SCHOOL_DAYS, place=place, by=own)
        if wanted.times is None and wanted.school_days is None:
            self.problems.add(at.span, SHAPE, "nothing says what has to be reached",
                              help="give `times:`, `school days:` or both")  # fmt: skip
            return None
        if step is None or ways is None or delays is None:
            return None
        return Reaching(step, times, days, wanted.both == "yes", ways, delays)

    def _ways(
        self, entry: StepEntry, node: Node, place: str, by: Sourcing
    ) -> tuple[Distribution | None, dict[str, Delay] | None]:
        """How the bearer acts, and the delay of each way: `ways` with `prompt` and `late`, or `chance` with `delay`."""
        if entry.ways is None:
            for key in ("prompt", "late"):
                if getattr(entry, key) is not None:
                    self.problems.add(key_span_at(node, key), SHAPE, f"`{key}` needs `ways`",
                                      help="give the shares of `prompt`, `late` and `never` under `ways`")  # fmt: skip
            chance: Distribution | None = Shares((True,), (1.0,))
            if entry.chance is not None:
                inner = child(node, "chance") or node
                chance = self.figures.chance(entry.chance, inner, place=f"{place} / chance", by=by)
            delay: Delay | None = Delay(Unit.CALENDAR_DAYS, Shares((0,), (1.0,)))
            if entry.delay is not None:
                delay = self.delays.delay(entry.delay, child(node, "delay") or node, place=f"{place} / delay", by=by)
            return chance, {"True": delay} if delay is not None else None
        for key in ("chance", "delay"):
            if getattr(entry, key) is not None:
                self.problems.add(key_span_at(node, key), SHAPE, f"`{key}` and `ways` say the same thing twice",
                                  help="with `ways` give `prompt:` and `late:`")  # fmt: skip
        at = child(node, "ways") or node
        ways = self.figures.distribution(entry.ways, at, WAYS, place=f"{place} / ways", by=by)
        delays: dict[str, Delay] = {}
        for way in values_of(ways) if ways is not None else ():
            data = getattr(entry, str(way), None) if way != NEVER else None
            if way != NEVER and data is None:
                self.problems.add(at.span, SHAPE, f"nothing says when it is done where it is `{way}`",
                                  help=f"add `{way}:` with a delay")  # fmt: skip
            elif data is not None:
                inner = child(node, str(way)) or node
                found = self.delays.delay(data, inner, place=f"{place} / {way}", by=by)
                if found is not None:
                    delays[str(way)] = found
        return ways, delays

    # Conditions ------------------------------------------------------------------------------------------------------

    def _conditions(self, said: MappingType[str, object], node: Node | None, step: str) -> Iterator[Condition]:
        for key, inner in node.entries if isinstance(node, Mapping) and said else ():
            name = identifier(key.text)
            if isinstance(inner, Scalar) and identifier(inner.text) == HAPPENED:
                found = self._step(key.text, key)
                if found is not None:
                    yield Happened(found)
                continue
            kind = self.names.kinds.get(name)
            if kind is None:
                if name in self.events:
                    message = f"`{key.text}` is a step, of which can be asked whether it `happened`"
                    help = f"write `{key.text}: happened`, or ask for an attribute of it"
                    self.problems.add(inner.span, NAMES, message, help=help)
                else:
                    known = [*self.names.kinds, *self.events]
                    self.problems.unknown(key.span, "anything drawn in this plan", key.text, known, code=NAMES)
                continue
            wanted = self._wanted(inner, kind)
            if wanted is not None:
                requirement = Requirement(name, wanted[0])
                if wanted[1]:
                    requirement = Requirement(f"not {name}", wanted[0])
                self.conditions.append((name, requirement, inner))
                yield requirement

    def _wanted(self, node: Node, kind: FactType) -> tuple[frozenset[Known], bool] | None:
        """The values asked for, and whether it is all others that are."""
        negated = False
        if isinstance(node, Mapping) and len(node.entries) == 1:
            key, inner = node.entries[0]
            operator = identifier(key.text)
            if operator in ("is_not", "one_of", "none_of"):
                negated = operator in ("is_not", "none_of")
                node = inner
            elif operator in ("at_least", "at_most") and isinstance(inner, Scalar):
                return self._bounded(operator, inner, kind)
        items = node.items if isinstance(node, Sequence) else (node,)
        found = []
        for item in items:
            value = value_of(item, kind) if isinstance(item, Scalar) else None
            if value is None:
                text = f"`{item.text}`" if isinstance(item, Scalar) else "this"
                self.problems.add(item.span, NAMES, f"{text} is not a value that can be asked for here",
                                  help="write a value, `{is not: …}`, `{one of: […]}`, `{at least: …}`")  # fmt: skip
                return None
            found.append(value)
        return frozenset(found), negated

    def _bounded(self, operator: str, node: Scalar, kind: FactType) -> tuple[frozenset[Known], bool] | None:
        value = node.value
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not kind.kind.is_number:
            self.problems.add(node.span, NAMES, f"`{words(operator)}` needs a number, of something that is one")
            return None
        return frozenset({f"{operator} {value!r}"}), False

    # Attributes ------------------------------------------------------------------------------------------------------

    def _attributes(self, entry: StepEntry, node: Node, step: str, event: str, by: Sourcing) -> Iterator[Attribute]:
        definition = self.edition.events[event]
        allowed = {*definition.needs, *definition.may}
        at = child(node, "attributes") or node
        said = dict(entry.attributes)
        for name, data in said.items():
            inner = child(at, name) or at
            kind = self._kind(event, name)
            if name not in allowed or kind is None or name == "by":
                if name == "by":
                    self.problems.add(key_span_at(at, name), SHAPE, "`by` is said of the step and not here",
                                      help=f"write `by: …` beside `event: {words(event)}`")  # fmt: skip
                    continue
                self.problems.unknown(
                    key_span_at(at, name), f"an attribute of `{words(event)}`", words(name), sorted(allowed)
                )
                continue
            found = self._attribute(name, data, inner, kind, step, by)
            if found is not None:
                yield found
        for name in definition.needs:
            if name not in said and not (name == "by" and entry.by is not None):
                self.problems.add(span_at(node, "event"), "R202", f"`{words(event)}` needs `{words(name)}`",
                                  help=f"add `{words(name)}:` under `attributes`" if name != "by"
                                  else "add `by:`")  # fmt: skip

    def _attribute(
        self, name: str, data: object, node: Node, kind: FactType, step: str, by: Sourcing
    ) -> Attribute | None:
        place = f"{words(step)} / {words(name)}"
        if kind.kind is FactKind.DATE:
            if not isinstance(data, AttributeEntry) or (data.delay is None) == (data.last_day_of is None):
                self.problems.add(node.span, SHAPE, f"`{words(name)}` is a day, which follows from another",
                                  help="write `{delay: {school days: 0}}`, `{after: A STEP, delay: …}` or "
                                  "`{last day of: school days}`")  # fmt: skip
                return None
            own = by.within(data)
            if data.last_day_of is not None:
                length = identifier(data.last_day_of)
                if drawn_name(length, step) not in self.names.kinds:
                    self.problems.unknown(span_at(node, "last_day_of"), f"an attribute of `{words(step)}`",
                                          data.last_day_of, (), code=NAMES)  # fmt: skip
                return LengthAttribute(name, length)
            assert data.delay is not None
            after = self._step(data.after, node, "after") if data.after is not None else None
            delay = self.delays.delay(data.delay, child(node, "delay") or node, place=place, by=own)
            return DayAttribute(name, after, delay) if delay is not None else None
        if isinstance(data, AttributeEntry) and data.counted is not None:
            if kind.kind is not (FactKind.HALF_DAYS if data.counted == "school days" else FactKind.WHOLE_NUMBER):
                self.problems.add(node.span, SHAPE, f"`{words(name)}` is not a number of {data.counted}")
                return None
            return TotalAttribute(name, data.counted == "school days")
        if isinstance(data, AttributeEntry) and (data.delay is not None or data.last_day_of is not None):
            self.problems.add(node.span, SHAPE, f"`{words(name)}` is not a day", help="say what is drawn")
            return None
        drawn = self.figures.distribution(data, node, kind, place=place, by=by)
        if drawn is None:
            return None
        self.names.values[drawn_name(name, step)] = values_of(drawn)
        return DrawnAttribute(name, drawn)
