"""Case files: what is known of a school and a pupil, and the events, each word held against what the packs declare.

Reads a record; decides nothing. Whatever a file leaves out stays not known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence as Several
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from inclusion_rules.domain.cases import CaseRecord, Event, Judgement
from inclusion_rules.domain.facts import FactDefinition, FactKind, FactType, Known
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import EXCLUSION_EVENTS
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.loading.conditions import known_value
from inclusion_rules.loading.document_reading import child
from inclusion_rules.loading.problems import Problems, nearest_key
from inclusion_rules.loading.yaml_tree import Mapping, Node, Scalar, Sequence, plain
from inclusion_rules.vocabulary import identifier, words

TIME_OF_DAY = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
ON_ANY_EVENT = ("event", "date", "of", "at", "recorded_at", "by", "evidence", "note")


@dataclass(frozen=True, slots=True)
class RecordReader:
    """Reads the parts of a record against one edition."""

    edition: Edition
    problems: Problems

    def described(self, part: str, nodes: Several[Node | None]) -> dict[str, Known]:
        """What the file says of the school or the pupil; later mappings win key by key."""
        declared = {
            definition.taken_from.partition(".")[2]: definition
            for definition in self.edition.facts.values()
            if definition.taken_from is not None and definition.taken_from.startswith(f"{part}.")
        }
        found: dict[str, Known] = {}
        for node in nodes:
            for key, value in node.entries if isinstance(node, Mapping) else ():
                name = identifier(key.text)
                definition = declared.get(name)
                if definition is None:
                    self.problems.unknown(key.span, f"a key of `{part}`", key.text, declared, code="C301")
                    continue
                if isinstance(value, Scalar) and value.value is None:
                    continue
                known = self._value(value, definition.type, f"`{key.text}`")
                if known is not None:
                    found[definition.name] = known
        return found

    def events(self, node: Node | None, born: date | None) -> tuple[Event, ...]:
        """The events in order of date; those of one day keep the order in which they are listed."""
        if not isinstance(node, Sequence):
            return ()
        found = [event for item in node.items if (event := self.event(item, born)) is not None]
        self.check_owners(found)
        return tuple(sorted(found, key=lambda event: event.date))

    def check_owners(self, events: list[Event]) -> None:
        """Note each event that names, by `of`, a date on which no exclusion was made."""
        dates = {event.date for event in events if event.name in EXCLUSION_EVENTS}
        for event in events:
            if event.of is not None and event.of not in dates and event.span is not None:
                listed = ", ".join(sorted(f"`{day.isoformat()}`" for day in dates)) or "none is recorded"
                self.problems.add(
                    event.span,
                    "C310",
                    f"this event belongs to an exclusion `of` {event.of.isoformat()}, and none has that date",
                    help=f"exclusions recorded: {listed}",
                )

    def event(self, node: Node, born: date | None) -> Event | None:
        """One event, or None with its problems noted."""
        if not isinstance(node, Mapping):
            self.problems.add(node.span, "C302", "an event is written `{date: …, event: …}`")
            return None
        name_node, date_node = child(node, "event"), child(node, "date")
        for word, part in (("event", name_node), ("date", date_node)):
            if part is None:
                self.problems.add(node.span, "R202", f"`{word}` is missing from this event", help=f"add `{word}:`")
        if not isinstance(name_node, Scalar) or not isinstance(date_node, Scalar):
            return None
        name = identifier(name_node.text)
        definition = self.edition.events.get(name)
        if definition is None:
            self.problems.unknown(
                name_node.span, "an event of the vocabulary", name_node.text, self.edition.events, code="C303"
            )
            return None
        day = self._value(date_node, FactType(FactKind.DATE), "`date`")
        if not isinstance(day, date):
            return None
        if born is not None and day < born:
            self.problems.add(
                date_node.span, "C304", f"this event is dated before the pupil was born ({born.isoformat()})"
            )
        allowed = {*definition.needs, *definition.may}
        attributes: dict[str, Known] = {}
        for key, value in node.entries:
            attribute = identifier(key.text)
            if attribute == "of" or (attribute in ON_ANY_EVENT and attribute not in allowed):
                continue
            if attribute not in allowed:
                self.problems.unknown(
                    key.span,
                    f"an attribute of `{words(name)}`",
                    key.text,
                    [*sorted(allowed), *(word for word in ON_ANY_EVENT if word != "note")],
                    code="C305",
                )
                continue
            kind = self.edition.attributes.get(f"{name}.{attribute}") or self.edition.attributes.get(attribute)
            if kind is None:
                continue  # the pack itself does not say what kind of value it is, and that is told there
            known = self._value(value, kind, f"`{key.text}`")
            if known is not None:
                attributes[attribute] = known
        for attribute in definition.needs:
            written = child(node, attribute)
            if written is None or (isinstance(written, Scalar) and written.value is None):
                self.problems.add(
                    name_node.span,
                    "R202",
                    f"`{words(name)}` needs `{words(attribute)}`",
                    help=f"add `{attribute}:` to this event",
                )
        by = attributes.get("by") if "by" in allowed else self._optional(node, "by", self.edition.attributes.get("by"))
        of = self._optional(node, "of", FactType(FactKind.DATE))
        evidence = self._optional(node, "evidence", FactType(FactKind.TEXT)) if "evidence" not in allowed else None
        return Event(
            name=name,
            date=day,
            attributes=attributes,
            of=of if isinstance(of, date) else None,
            at=self._time(child(node, "at")),
            recorded_at=self._instant(child(node, "recorded_at")),
            by=str(by) if by is not None else None,
            evidence=str(evidence) if evidence is not None else None,
            span=node.span,
        )

    def _optional(self, node: Node, key: str, kind: FactType | None) -> Known | None:
        part = child(node, key)
        return self._value(part, kind, f"`{key}`") if part is not None and kind is not None else None

    def _value(self, node: Node, kind: FactType, what: str) -> Known | None:
        written = plain(node)
        if written is None:
            return None
        value = known_value(written, kind)
        if value is None:
            text = f"`{node.text}`" if isinstance(node, Scalar) else "this"
            wanted = {
                FactKind.YES_NO: "true or false",
                FactKind.DATE: "a date such as 2025-03-24",
                FactKind.HALF_DAYS: "a number of days in steps of 0.5",
                FactKind.WHOLE_NUMBER: "a whole number, 0 or more",
                FactKind.PERCENTAGE: "a number from 0 to 100",
                FactKind.TEXT: "words",
                FactKind.ONE_OF: "one of the words for it",
                FactKind.SET_OF: "a list of words",
            }.get(kind.kind, "a number, 0 or more")
            hint = ""
            if kind.is_id:
                wanted = "a lower-case id such as `east_sussex`"
                hint = f"write `{identifier(node.text)}`" if isinstance(node, Scalar) else ""
            if isinstance(node, Scalar) and kind.choices:
                hint = nearest_key(node.text, kind.choices, as_identifiers=True)
            if isinstance(node, Sequence) and kind.kind is FactKind.SET_OF:
                for item in node.items:
                    if isinstance(item, Scalar) and kind.choices and known_value([item.value], kind) is None:
                        self.problems.unknown(item.span, f"a value of {what}", item.text, kind.choices, code="C306")
                return None
            self.problems.add(node.span, "C306", f"{text} does not fit {what}; expected {wanted}", help=hint)
        return value

    def _time(self, node: Node | None) -> time | None:
        if node is None or (isinstance(node, Scalar) and node.value is None):
            return None
        if not isinstance(node, Scalar) or not TIME_OF_DAY.fullmatch(node.text):
            text = f"`{node.text}`" if isinstance(node, Scalar) else "this"
            self.problems.add(node.span, "C307", f"{text} is not a time of day", help='write it as "14:30"')
            return None
        return time.fromisoformat(node.text)

    def _instant(self, node: Node | None) -> datetime | None:
        if not isinstance(node, Scalar):
            return None
        try:
            found = datetime.fromisoformat(node.text)
        except ValueError:
            self.problems.add(
                node.span, "C307", f"`{node.text}` is not an instant", help="write it as 2025-01-14T09:30:00+00:00"
            )
            return None
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def judgements(self, node: Node | None) -> tuple[Judgement, ...]:
        """The judgements that named people have set, each by the role that may set it."""
        found: list[Judgement] = []
        for item in node.items if isinstance(node, Sequence) else ():
            name_node, by_node, value_node = child(item, "judgement"), child(item, "by"), child(item, "value")
            if not (isinstance(name_node, Scalar) and isinstance(by_node, Scalar) and value_node is not None):
                continue
            name, by = identifier(name_node.text), identifier(by_node.text)
            definition = self._judgement(name, name_node)
            if definition is None:
                continue
            if by not in self.edition.roles:
                self.problems.unknown(by_node.span, "a role", by_node.text, self.edition.roles, code="C308")
            elif definition.judgement not in (by, "anyone"):
                self.problems.add(
                    by_node.span,
                    "C308",
                    f"`{words(name)}` is a judgement for the {words(definition.judgement or '')}, not the {words(by)}",
                )
            value = self._value(value_node, definition.type, f"`{words(name)}`")
            on = self._optional(item, "date", FactType(FactKind.DATE))
            if value is not None:
                who = child(item, "recorded_by")
                found.append(
                    Judgement(
                        name,
                        value,
                        by,
                        on if isinstance(on, date) else None,
                        self._instant(child(item, "recorded_at")),
                        who.text if isinstance(who, Scalar) and who.value is not None else None,
                        item.span,
                    )
                )
        return tuple(found)

    def _judgement(self, name: str, node: Scalar) -> FactDefinition | None:
        definition = self.edition.facts.get(name)
        if definition is None or definition.judgement is None:
            known = [fact.name for fact in self.edition.facts.values() if fact.judgement is not None]
            self.problems.unknown(node.span, "a judgement this pack knows", node.text, known, code="C308")
            return None
        return definition

    def check(self, *, school: Node | None, pupil: Node | None, events: Node | None, judgements: Node | None) -> None:
        """Note every problem of a record that cannot be built for another reason, so that all are told at once."""
        born = self.described("pupil", [pupil]).get("date_of_birth")
        self.described("school", [school])
        self.events(events, born if isinstance(born, date) else None)
        self.judgements(judgements)

    def record(
        self,
        *,
        case: str,
        pathway: str,
        packs: tuple[str, ...],
        calendar: SchoolCalendar,
        school: Several[Node | None],
        pupil: Several[Node | None],
        events: Node | None,
        judgements: Node | None,
        history_complete: bool,
    ) -> CaseRecord:
        """The record as a whole; its problems are noted, and the caller stops when there are any."""
        described = self.described("pupil", pupil)
        born = described.get("date_of_birth")
        return CaseRecord(
            id=case,
            pathway=pathway,
            packs=packs,
            calendar=calendar,
            bank_holidays=calendar.bank_holidays,
            school=self.described("school", school),
            pupil=described,
            events=self.events(events, born if isinstance(born, date) else None),
            judgements=self.judgements(judgements),
            history_complete=history_complete,
        )
