"""Object-centric event logs in OCEL 2.0 (JSON): what happened to cases, pupils, schools and obligations.

Objects are cases, pupils, schools and obligations. The stage of a case and the status of an obligation are attributes
that change over time. Written piece by piece: objects straight away, events by way of a second file, kinds at the end,
once all are known. The same cases give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TextIO

from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.rules import EXCLUSION_EVENTS, RuleKey
from inclusion_rules.reporting.event_times import in_iso, instants_of
from inclusion_rules.reporting.personal_words import without_personal_words
from inclusion_rules.simulation.logged_cases import LoggedCase, LoggedObligation, value_of_words

CASE, PUPIL, SCHOOL, OBLIGATION = "case", "pupil", "school", "obligation"
ALWAYS = in_iso(date(1970, 1, 1))
"""The time at which OCEL puts what is so from the beginning."""
ONE_DAY = timedelta(days=1)
_OF_THE_CASE = ("pathway", "packs", "calendar", "about")
Plain = Mapping[str, Any]


@dataclass
class OcelWriter:
    """Writes cases to a stream, `aside` holding the events until all objects are written."""

    objects: TextIO
    aside: TextIO
    rulebook: Rulebook
    as_of: date
    personal: bool = False
    object_types: dict[str, dict[str, str]] = field(default_factory=dict)
    event_types: dict[str, dict[str, str]] = field(default_factory=dict)
    schools: set[str] = field(default_factory=set)
    _first: dict[int, bool] = field(default_factory=dict)
    _met_by: dict[str, Mapping[RuleKey, frozenset[str]]] = field(default_factory=dict)

    def write(self, cases: Iterable[LoggedCase]) -> None:
        """Write the whole log. `aside` must be open for reading as well."""
        self.objects.write('{\n"objects": [')
        for case in cases:
            seen = case if self.personal else without_personal_words(case)
            for each in self._objects(seen):
                self._put(self.objects, each)
            for event in self._events(seen):
                self._put(self.aside, event)
        self.objects.write('\n],\n"events": [')
        self.aside.seek(0)
        while piece := self.aside.read(1 << 20):
            self.objects.write(piece)
        self.objects.write("\n],\n")
        kinds = {"objectTypes": _kinds(self.object_types), "eventTypes": _kinds(self.event_types)}
        self.objects.write(_json(kinds)[1:-1] + "\n}\n")

    def _put(self, stream: TextIO, value: Plain) -> None:
        stream.write(("," if self._first.get(id(stream)) else "") + "\n" + _json(value))
        self._first[id(stream)] = True

    # Objects ---------------------------------------------------------------------------------------------------------

    def _objects(self, case: LoggedCase) -> Iterator[Plain]:
        school = _school_of(case)
        own = {key: value for key in _OF_THE_CASE if (value := case.row.get(key)) is not None}
        stages = [(ALWAYS, case.events[0].stage_before)] if case.events else []
        for event, instant in zip(case.events, instants_of(case.events), strict=True):
            if event.stage_after != stages[-1][1]:
                stages.append((in_iso(instant), event.stage_after))
        final = case.row.get("stage")
        if final is not None and (not stages or stages[-1][1] != final):
            stages.append((_end_of(self.as_of), str(final)))
        related = [_to(_pupil_of(case), "pupil"), _to(school, "school")]
        related += [_to(_obligation_id(case, number), "owed in") for number in range(len(case.obligations))]
        yield self._object(case.id, CASE, own, {"stage": stages}, related)
        yield self._object(_pupil_of(case), PUPIL, _described(case, "pupil"))
        if school not in self.schools:
            self.schools.add(school)
            yield self._object(school, SCHOOL, _described(case, "school"))
        for other in sorted(_named_schools(case) - self.schools):
            self.schools.add(other)
            yield self._object(other, SCHOOL, {"name": other.removeprefix("school ")})
        for number, owed in enumerate(case.obligations):
            yield self._obligation(_obligation_id(case, number), owed)

    def _obligation(self, name: str, owed: LoggedObligation) -> Plain:
        own = {
            key: value
            for key in ("duty", "bearer", "pack", "rule", "about", "due", "late_by_school_days", "occurrence")
            if (value := getattr(owed, key)) is not None
        }
        return self._object(name, OBLIGATION, own, {"status": list(self._statuses(owed))})

    def _statuses(self, owed: LoggedObligation) -> Iterator[tuple[str, str]]:
        """How an obligation went: open from the day it arose, then met, or missed from the day after its last one.

        A run does not keep the day on which one lapsed; it is known to have lapsed by the day of the decision.
        """
        yield in_iso(owed.arose_on), "open"
        if owed.met_on is not None and owed.status in ("met", "met_late"):
            if owed.status == "met_late" and owed.due is not None and owed.due + ONE_DAY < owed.met_on:
                yield in_iso(max(owed.due + ONE_DAY, owed.arose_on)), "missed"
            yield in_iso(max(owed.met_on, owed.arose_on)), owed.status
        elif owed.status == "missed" and owed.due is not None:
            yield in_iso(max(owed.due + ONE_DAY, owed.arose_on)), "missed"
        elif owed.status == "lapsed":
            yield _end_of(self.as_of), "lapsed"

    def _object(
        self,
        name: str,
        kind: str,
        own: Plain,
        changing: Mapping[str, Sequence[tuple[str, str]]] = {},
        related: Sequence[Plain] = (),
    ) -> Plain:
        attributes = []
        types = self.object_types.setdefault(kind, {})
        for key, value in own.items():
            said, as_type = _typed(value)
            types[key] = _both(types.get(key), as_type)
            attributes.append({"name": key, "time": ALWAYS, "value": said})
        for key, values in changing.items():
            types[key] = "string"
            attributes += [{"name": key, "time": time, "value": value} for time, value in values]
        return {"id": name, "type": kind, "attributes": attributes, "relationships": list(related)}

    # Events ----------------------------------------------------------------------------------------------------------

    def _events(self, case: LoggedCase) -> Iterator[Plain]:
        meets = self._meets(case)
        for number, (event, instant) in enumerate(zip(case.events, instants_of(case.events), strict=True)):
            types = self.event_types.setdefault(event.name, {})
            attributes = []
            for key, value in {
                **event.said,
                "stage_before": event.stage_before,
                "stage_after": event.stage_after,
            }.items():
                if key != "at":
                    said, as_type = _typed(value)
                    types[key] = _both(types.get(key), as_type)
                    attributes.append({"name": key, "value": said})
            related = [_to(case.id, "case"), _to(_pupil_of(case), "pupil")]
            related.append(_to(_school_named(event.said.get("school")) or _school_of(case), "school"))
            for place, owed in enumerate(case.obligations):
                if event.name in EXCLUSION_EVENTS and owed.about == event.on:
                    related.append(_to(_obligation_id(case, place), "about"))
                if owed.met_on == event.on and event.name in meets.get((owed.pack, owed.rule), ()):
                    related.append(_to(_obligation_id(case, place), "meets"))
            yield {
                "id": f"{case.id}/e{number + 1}",
                "type": event.name,
                "time": in_iso(instant),
                "attributes": attributes,
                "relationships": related,
            }

    def _meets(self, case: LoggedCase) -> Mapping[RuleKey, frozenset[str]]:
        """The events that meet each rule of the case's packs."""
        packs = str(case.row["packs"])
        if packs not in self._met_by:
            rules = self.rulebook.edition(tuple(packs.split(","))).rules
            self._met_by[packs] = {rule.key: frozenset(meeting.event for meeting in rule.met_by) for rule in rules}
        return self._met_by[packs]


def _described(case: LoggedCase, part: str) -> dict[str, Any]:
    return {
        key.partition(".")[2]: value_of_words(value)
        for key, value in case.row.items()
        if key.startswith(f"{part}.") and value is not None
    }


def _pupil_of(case: LoggedCase) -> str:
    return f"pupil of {case.id}"


def _school_of(case: LoggedCase) -> str:
    """The school of a case by its name; where it has none, a school of the case's own."""
    return _school_named(case.row.get("school.name")) or f"school of {case.id}"


def _school_named(name: object) -> str | None:
    return f"school {name}" if name is not None else None


def _named_schools(case: LoggedCase) -> set[str]:
    return {named for event in case.events if (named := _school_named(event.said.get("school"))) is not None}


def _obligation_id(case: LoggedCase, place: int) -> str:
    return f"{case.id}/o{place + 1}"


def _to(name: str, qualifier: str) -> Plain:
    return {"objectId": name, "qualifier": qualifier}


def _end_of(day: date) -> str:
    return in_iso(datetime(day.year, day.month, day.day, 23, 59, 59))


def _typed(value: object) -> tuple[object, str]:
    match value:
        case bool():
            return value, "boolean"
        case int():
            return value, "integer"
        case float():
            return value, "float"
        case date():
            return in_iso(value), "time"
        case list() | tuple():
            return " ".join(map(str, value)), "string"
        case _:
            return str(value), "string"


def _both(known: str | None, now: str) -> str:
    """The kind that takes the values of two kinds."""
    if known in (None, now):
        return now
    return "float" if {known, now} == {"integer", "float"} else "string"


def _kinds(types: Mapping[str, Mapping[str, str]]) -> list[Plain]:
    return [
        {"name": kind, "attributes": [{"name": name, "type": of} for name, of in sorted(attributes.items())]}
        for kind, attributes in sorted(types.items())
    ]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
