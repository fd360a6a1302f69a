"""The facts of one subject of a case on one day, worked out when asked for and then kept.

A subject is what a rule is about: an exclusion, another event, or the case. The book joins what the file says, what
named people judged, and what follows from the events; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Protocol, cast

from inclusion_rules.casework.exclusions import Exclusion
from inclusion_rules.casework.fact_functions import FUNCTIONS, Circumstances
from inclusion_rules.domain.cases import CaseRecord, Event
from inclusion_rules.domain.conditions import Condition
from inclusion_rules.domain.deadlines import Deadline, deemed_service, last_day_within
from inclusion_rules.domain.facts import NOTHING, FactDefinition, Known, Unknown, Value
from inclusion_rules.domain.findings import Trace
from inclusion_rules.domain.law import Amount, NotSet
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import Rule
from inclusion_rules.engine.evaluation import evaluate
from inclusion_rules.engine.tables import decide_table
from inclusion_rules.errors import CalendarGapError, InclusionRulesError
from inclusion_rules.vocabulary import Outcome, words

ONE_DAY = timedelta(days=1)
CALENDAR_TOO_SHORT = "calendar"


class Witness(Protocol):
    """Somebody who hears what the definition answers while a case is decided."""

    def condition(self, book: FactBook, condition: Condition, result: bool | None) -> None:
        """A condition that was evaluated for its own sake."""

    def rule(self, book: FactBook, rule: Rule, outcome: Outcome) -> None:
        """What a rule came to at the moment of a book."""


class NoLawError(InclusionRulesError, LookupError):
    """A quantity of the law that has no value on the day that governs: the law read here begins later."""

    def __init__(self, parameter: str, day: date) -> None:
        self.parameter = parameter
        self.day = day
        super().__init__(f"the law read here gives no `{words(parameter)}` for {day.isoformat()}")

    def __reduce__(self) -> tuple[type[NoLawError], tuple[str, date]]:
        return (NoLawError, (self.parameter, self.day))


@dataclass(frozen=True, slots=True)
class Subject:
    """What rules are about: the event that raised it (None for the case itself) and the events that belong to it."""

    kind: str
    event: Event | None
    events: tuple[Event, ...]
    exclusion: Exclusion | None
    earlier: tuple[Exclusion, ...]
    later: tuple[Exclusion, ...] = ()

    @property
    def about(self) -> date | None:
        """The date of the event, by which findings and obligations name it."""
        return self.event.date if self.event is not None else None


@dataclass
class FactBook:
    """Facts of one subject as the file stood after a number of events, seen on a day."""

    edition: Edition
    record: CaseRecord
    subject: Subject
    seen: tuple[Event, ...]
    day: date
    governed_by: date
    late: Callable[[tuple[str, ...]], Value] | None = None
    values: dict[str, Value] = field(default_factory=dict)
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    turns: set[date] = field(default_factory=set)
    notes: set[tuple[str, str]] = field(default_factory=set)
    witness: Witness | None = None

    def __call__(self, name: str) -> Value:
        """The value of a fact."""
        found = self.values.get(name)
        if found is None:
            found = self._work_out(self.edition.facts[name])
            self.values[name] = found
        return found

    def parameter(self, name: str) -> Known | Unknown:
        """The value of a parameter on the day that governs; numbers as numbers, lists of days as sets.

        Not known where its authority has not set it, or where it is not known whose choice applies.
        """
        value = self.parameter_or_none(name)
        if value is None:
            raise NoLawError(name, self.governed_by)
        if isinstance(value, NotSet):
            return Unknown(frozenset({name}))
        return frozenset(value) if isinstance(value, tuple) else value

    def parameter_or_none(self, name: str) -> Amount | Unknown | None:
        """The value of a parameter on the day that governs, its `otherwise` where that is known to hold.

        A local choice takes the place of the usual value in the cases of its authority.
        """
        version = self.edition.parameters[name].on(self.governed_by)
        if version is None:
            return None
        if version.otherwise_when is not None and self.holds(version.otherwise_when) and version.otherwise is not None:
            return _whole(version.otherwise)
        value = version.value if name not in self.edition.choices else self._chosen_locally(name, version.value)
        return _whole(value) if isinstance(value, float) else value

    def _chosen_locally(self, name: str, national: Amount) -> Amount | Unknown:
        """What the authority whose case this is has chosen, else the national value."""
        for choice in self.edition.choices[name]:
            chosen = choice.on(self.governed_by)
            if chosen is None:
                continue
            place = choice.whose.taken_from
            if place is None:
                return chosen.value
            authority = self(self.edition.facts_from[place]) if place in self.edition.facts_from else NOTHING
            if isinstance(authority, Unknown):
                return authority
            if authority == choice.authority:
                return chosen.value
        return national

    def trace_of(self, condition: Condition) -> Trace:
        """What a condition comes to by these facts, with its working; a witness hears of it.

        Raises:
            NoLawError: a parameter it compares with has no value on the day that governs.
        """
        trace = evaluate(condition, self, self.parameter)
        if self.witness is not None:
            self.witness.condition(self, condition, trace.result)
        return trace

    def holds(self, condition: Condition) -> bool | None:
        """Whether a condition holds: True, False or None for not known."""
        try:
            return self.trace_of(condition).result
        except NoLawError as none:
            self.notes.add(("no_law_in_force", str(none)))
            return None

    def not_set(self, name: str) -> Unknown:
        """What keeps a parameter from having a value here: its own name where its authority has not set it."""
        value = self.parameter_or_none(name)
        if isinstance(value, NotSet):
            return Unknown(frozenset({name}))
        return value if isinstance(value, Unknown) else Unknown(frozenset())

    # Events ----------------------------------------------------------------------------------------------------------

    def events_of(self, name: str, *, scope: str = "subject") -> tuple[Event, ...]:
        """The events of that name within the subject, the case, the case so far, or the run; oldest first.

        `so far` is the case up to the subject's own event: what comes later never changes what it holds.
        """
        if scope == "case" or (scope == "so far" and self.subject.event is None):
            pool: tuple[Event, ...] = self.seen
        elif scope == "so far":
            pool = self.seen[: self.seen.index(cast(Event, self.subject.event)) + 1]
        elif scope == "run":
            start = self("first_day_of_run") if "first_day_of_run" in self.edition.facts else NOTHING
            own = self.subject.about or self.day
            since = min(start, own) if isinstance(start, date) else own
            pool = tuple(event for event in self.seen if event.date >= since)
        else:
            return self._own_events.get(name, ())
        return tuple(event for event in pool if event.name == name)

    @cached_property
    def _own_events(self) -> Mapping[str, tuple[Event, ...]]:
        """The events of the subject by name, since hardly a fact does not ask for some."""
        found: dict[str, tuple[Event, ...]] = {}
        for event in self.subject.events:
            found[event.name] = (*found.get(event.name, ()), event)
        return found

    def given_on(self, event: Event) -> tuple[date, Deadline | None]:
        """The day an event counts from: its own, or the day of deemed service where something was posted."""
        service = self.edition.service.get(event.name)
        if service is None:
            return event.date, None
        way = event.attributes.get(service.attribute)
        if way is None:
            self.notes.add(("service_method_not_known", event.name))
            return event.date, None
        parameter = service.working_days.get(str(way))
        days = self.parameter_or_none(parameter) if parameter is not None else None
        if not isinstance(days, (int, float)):
            return event.date, None
        deadline = deemed_service(event.date, working_days=int(days), bank_holidays=self.record.bank_holidays)
        return deadline.due, deadline

    def starting_day(self, name: str) -> Value:
        """The day from which a limit runs: that of the first such event in the subject, or a date fact's."""
        if name in self.edition.events:
            found = self.events_of(name)
            return self.given_on(found[0])[0] if found else NOTHING
        return self(name)

    def limit_after(self, start: date, parameter: str) -> Deadline | None:
        """The last day of a limit that runs from a day, or None where the law in force gives no such limit.

        Raises:
            CalendarGapError: the count runs past the calendar.
        """
        count = self.parameter_or_none(parameter)
        if not isinstance(count, (int, float)):
            return None
        return last_day_within(
            int(count),
            self.edition.parameters[parameter].unit,
            after=start,
            calendar=self.record.calendar,
            bank_holidays=self.record.bank_holidays,
        )

    # Derivations -----------------------------------------------------------------------------------------------------

    def _work_out(self, definition: FactDefinition) -> Value:
        if definition.taken_from is not None:
            part = self.record.school if definition.taken_from.startswith("school.") else self.record.pupil
            return part.get(definition.name, Unknown(frozenset({definition.name})))
        if definition.judgement is not None:
            return self._judged(definition.name)
        assert definition.derived is not None
        try:
            return self._derived(definition.name, definition.derived.form, definition.derived.details)
        except CalendarGapError as gap:
            self.notes.add(("calendar_too_short", str(gap)))
            return Unknown(frozenset({CALENDAR_TOO_SHORT}))
        except NoLawError as none:
            self.notes.add(("no_law_in_force", str(none)))
            return Unknown(frozenset({none.parameter}))

    def _judged(self, name: str) -> Value:
        made = self.record.judgement(name, as_of=self.day)
        return made.value if made is not None else Unknown(frozenset({name}))

    def _derived(self, name: str, form: str, details: Mapping[str, Any]) -> Value:
        match form:
            case "recorded":
                return bool(self._matching(details))
            case "count of":
                return len(self._matching(details))
            case "date of":
                return self._date_of(name, details)
            case "attribute":
                return self._attribute(name, details)
            case "within":
                return self._within(name, details["parameter"], details["after"])
            case "passed":
                return self._compared_with_today(details["day"], passed=True)
            case "reached":
                return self._compared_with_today(details["day"], passed=False)
            case "day after":
                value = self(details["day"])
                return value + ONE_DAY if isinstance(value, date) else value
            case "holds":
                trace = self.trace_of(details["condition"])
                return Unknown(trace.missing) if trace.result is None else trace.result
            case "choose":
                return self._chosen(details["choices"])
            case "reading":
                return self.parameter(details["parameter"])
            case "table":
                value, rows = decide_table(self.edition.tables[details["table"]], self, self.parameter)
                if self.witness is not None:
                    for row in rows:
                        self.witness.condition(self, row.condition, row.result)
                return value
            case "late":
                return self.late(details["duties"]) if self.late is not None else Unknown(frozenset({name}))
            case _:
                return self._function(name, details)

    def _matching(self, details: Mapping[str, Any]) -> tuple[Event, ...]:
        events = self.events_of(details["event"], scope=details["scope"])
        having, lacking = details["having"], details.get("lacking", ())
        return tuple(event for event in events if fits(event, having, lacking)) if having or lacking else events

    def _date_of(self, name: str, details: Mapping[str, Any]) -> Value:
        found = self._matching(details)
        if not found:
            return NOTHING
        if not details["deemed"]:
            return (found[-1] if details["which"] == "latest" else found[0]).date
        given = [self.given_on(event) for event in found]
        chosen = max if details["which"] == "latest" else min
        day, deadline = chosen(given, key=lambda pair: pair[0])
        if deadline is not None:
            self.deadlines[name] = deadline
        return day

    def _attribute(self, name: str, details: Mapping[str, Any]) -> Value:
        found = self._matching(details)
        if not found:
            return NOTHING
        attribute = details["attribute"]
        if details["which"] == "least":
            values = [event.attributes[attribute] for event in found if attribute in event.attributes]
            return min(cast(list[date], values)) if values else Unknown(frozenset({name}))
        event = found[-1] if details["which"] == "latest" else found[0]
        return event.attributes.get(attribute, Unknown(frozenset({name})))

    def _within(self, name: str, parameter: str, after: str) -> Value:
        start = self.starting_day(after)
        if not isinstance(start, date):
            return start
        deadline = self.limit_after(start, parameter)
        if deadline is None:
            unset = self.not_set(parameter)
            return unset if unset.missing else NOTHING
        self.deadlines[name] = deadline
        return deadline.due

    def _compared_with_today(self, fact: str, *, passed: bool) -> Value:
        day = self(fact)
        if not isinstance(day, date):
            return False if day == NOTHING else day
        turn = day + ONE_DAY if passed else day
        if turn > self.day:
            self.turns.add(turn)
        return self.day >= turn

    def _chosen(self, choices: tuple[tuple[Any, Any], ...]) -> Value:
        for condition, take in choices:
            trace = None if condition is None else self.trace_of(condition)
            if trace is not None and trace.result is None:
                return Unknown(trace.missing)
            if trace is None or trace.result:
                return self(take) if isinstance(take, str) else self._chosen(take)
        return NOTHING

    def _function(self, name: str, details: Mapping[str, Any]) -> Value:
        given: dict[str, Any] = {}
        for argument, kind, source in details["given"]:
            given[argument] = self.parameter_or_none(source) if kind == "parameter" else self(source)
            if given[argument] is None:
                raise NoLawError(source, self.governed_by)
            if kind == "parameter" and isinstance(given[argument], NotSet | Unknown):
                return self.not_set(source)
        circumstances = Circumstances(
            name,
            self.subject.exclusion,
            self.subject.earlier,
            self.subject.later,
            self.record.calendar,
            self.day,
            self.record.history_complete,
            self.deadlines,
            self.turns,
        )
        return FUNCTIONS[details["function"]][0](circumstances, given)


def fits(
    event: Event,
    having: tuple[tuple[str, frozenset[str]], ...],
    lacking: tuple[tuple[str, frozenset[str]], ...],
) -> bool:
    """Whether an event has the attributes asked for and none of those ruled out; silence rules nothing out."""
    return all(says(event, name) & values for name, values in having) and not any(
        says(event, name) & values for name, values in lacking
    )


def says(event: Event, name: str) -> frozenset[str]:
    """What an event says under an attribute, as words; empty where it says nothing."""
    value = event.by if name == "by" and "by" not in event.attributes else event.attributes.get(name)
    if value is None:
        return frozenset()
    return value if isinstance(value, frozenset) else frozenset({str(value)})


def _whole(value: float) -> float:
    return int(value) if float(value).is_integer() else value
