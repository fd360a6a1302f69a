"""One rule document, linked: subject, condition, act, deadline, what meets it, exceptions, citations."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from datetime import date

from inclusion_rules.domain.conditions import ALWAYS, Condition
from inclusion_rules.domain.facts import FactKind, FactType
from inclusion_rules.domain.law import Provision
from inclusion_rules.domain.rules import (
    AtIntervals,
    AtLeastBefore,
    BeforeTheDay,
    ByEvent,
    DeadlineRule,
    EachTerm,
    EventDefinition,
    Governs,
    Meeting,
    NotBefore,
    OnTheDay,
    Role,
    Rule,
    Within,
    WithoutDelay,
)
from inclusion_rules.loading.citations import check_citations
from inclusion_rules.loading.conditions import Names, read_condition
from inclusion_rules.loading.document_reading import child, key_span_at, span_at
from inclusion_rules.loading.documents import ActDocument, MeetingEntry, RuleDocument
from inclusion_rules.loading.facts import read_attribute_values
from inclusion_rules.loading.problems import Problems, nearest_key
from inclusion_rules.loading.relations import RelationLinker, link_recording
from inclusion_rules.loading.yaml_tree import Node
from inclusion_rules.vocabulary import Force, Modality, RuleKind, Unit, Verification, identifier, words

WORDS_OF_KIND = {
    RuleKind.DUTY: {"must": Modality.MUST},
    RuleKind.EXPECTATION: {
        "should": Modality.SHOULD,
        "should_not": Modality.SHOULD_NOT,
        "expected": Modality.EXPECTED,
    },
    RuleKind.RIGHT: {"may": Modality.MAY},
    RuleKind.POWER: {"may": Modality.MAY},
    RuleKind.PROHIBITION: {"must_not": Modality.MUST_NOT, "should_not": Modality.SHOULD_NOT},
    RuleKind.DEFINITION: {"means": Modality.MEANS},
    RuleKind.OPTION: {"consider": Modality.MAY},
}
DEADLINES = (
    "within",
    "on_the_day",
    "before",
    "at_least",
    "without_delay",
    "not_before",
    "by_event",
    "at_intervals",
    "each_term",
)
ACT_KEYS = {"must", "should", "should_not", "expected", "may", "must_not", "means", "consider"}
COUNTED = {
    Unit.SCHOOL_DAYS,
    Unit.WORKING_DAYS,
    Unit.CALENDAR_DAYS,
    Unit.WEEKS,
    Unit.MONTHS,
    Unit.YEARS,
    Unit.HOURS,
}


@dataclass(frozen=True, slots=True)
class RuleLinker:
    """Everything a rule may refer to."""

    pack: str
    names: Names
    events: MappingType[str, EventDefinition]
    attributes: MappingType[str, FactType]
    roles: MappingType[str, Role]
    provisions: MappingType[str, Provision]
    subjects: MappingType[str, tuple[str, ...]]
    rule_ids: frozenset[str]
    authority: str | None
    relations: RelationLinker
    problems: Problems

    def link(self, rule_id: str, document: RuleDocument, node: Node) -> Rule | None:
        """The rule, or None with its problems noted."""
        when = self._when(document, node)
        kinds = [(kind, act) for kind in RuleKind if (act := getattr(document, kind.value)) is not None]
        if len(kinds) != 1:
            self._say_one_thing([kind for kind, _ in kinds], node)
            return None
        kind, act = kinds[0]
        where = child(node, kind.value) or node
        spoken = [(key, text) for key in sorted(ACT_KEYS) if (text := getattr(act, key)) is not None]
        modality = self._modality(kind, [key for key, _ in spoken], node)
        bearer = identifier(act.bearer)
        if bearer not in self.roles:
            self.problems.unknown(span_at(where, "bearer"), "a bearer this pack knows", act.bearer, self.roles)
        deadline = self._deadline(act, where)
        if deadline is not None and kind not in (RuleKind.DUTY, RuleKind.EXPECTATION, RuleKind.RIGHT):
            given = next(key for key in DEADLINES if getattr(act, key) is not None)
            message = f"{_with_article(kind)} has no deadline"
            help = "only a duty, an expectation or a right has one"
            self.problems.add(key_span_at(where, given), "R204", message, help=help)
        meetings = self._meetings(act, where)
        if isinstance(deadline, AtIntervals) and not meetings:
            meetings = (Meeting(deadline.each),)
        breach_node = child(where, "breached_when")
        breach = read_condition(breach_node, self.names, self.problems) if breach_node is not None else None
        negative = modality in (Modality.MUST_NOT, Modality.SHOULD_NOT)
        if breach_node is not None and kind is not RuleKind.PROHIBITION and not negative:
            message = "only a prohibition can be breached, or an expectation that says `should not`"
            self.problems.add(key_span_at(where, "breached_when"), "R204", message)
        governs, subject = self._governs(document, node), self._subject(document, node)
        relations, superseded = self.relations.link(rule_id, document, node)
        recording = link_recording(
            act.would_record, child(where, "would_record") or where, self.events, self.attributes, self.problems
        )
        if when is None or modality is None:
            return None
        return Rule(
            id=rule_id,
            pack=self.pack,
            duty=identifier(act.id),
            title=document.title,
            kind=kind,
            modality=modality,
            force=Force(document.force),
            cites=tuple(document.cites),
            says=spoken[0][1],
            bearer=bearer,
            governs=governs,
            for_each=subject,
            when=when,
            verified=Verification(document.verified),
            note=document.note,
            exceptions=tuple(document.unless),
            overrides=tuple(document.overrides),
            deadline=deadline,
            met_by=meetings,
            met_by_all=bool(act.met_by_all),
            met_within=act.met_within,
            breached_when=breach,
            if_missed=act.if_missed,
            quantity=self._quantity(act, where),
            reading=document.reading,
            alternative=document.alternative,
            relations=relations,
            superseded=superseded,
            would_record=recording,
            authority=_authority(document) or self.authority,
            span=node.span,
        )

    def _when(self, document: RuleDocument, node: Node) -> Condition | None:
        """The rule's condition, once its citations and the rules it names are looked up as well."""
        check_citations(document.cites, node, self.provisions, self.problems)
        self._check_rule_names(document.unless, node, "unless")
        self._check_rule_names(document.overrides, node, "overrides")
        when_node = child(node, "when")
        return read_condition(when_node, self.names, self.problems) if when_node is not None else ALWAYS

    def _say_one_thing(self, kinds: list[RuleKind], node: Node) -> None:
        if not kinds:
            names = ", ".join(f"`{kind.value}`" for kind in RuleKind)
            self.problems.add(node.span, "R202", "this rule says nothing", help=f"add one of {names}")
            return
        told = f"`{kinds[0].value}` and `{kinds[1].value}`"
        place = max((key_span_at(node, kind.value) for kind in kinds), key=lambda span: (span.line, span.column))
        help = "what else there is to say is a rule of its own, in a file of its own"
        self.problems.add(place, "R204", f"{told} are two things to say, and a rule says one", help=help)

    def _modality(self, kind: RuleKind, spoken: list[str], node: Node) -> Modality | None:
        """How strongly the rule speaks, from the one word that its kind allows."""
        allowed = WORDS_OF_KIND[kind]
        if len(spoken) == 1 and spoken[0] in allowed:
            return allowed[spoken[0]]
        wanted = " or ".join(f"`{words(key)}`" for key in allowed)
        if not spoken:
            message = f"{_with_article(kind)} says what it asks with {wanted}, which is missing here"
            self.problems.add(key_span_at(node, kind.value), "R202", message, help=f"add {wanted}")
            return None
        wrong = next((key for key in spoken if key not in allowed), spoken[-1])
        place = key_span_at(node, kind.value, wrong)
        if wrong in allowed:
            message = f"`{words(spoken[0])}` and `{words(wrong)}` are two things to say, and a rule says one"
            self.problems.add(place, "R204", message)
        else:
            fitting = [known.value for known in RuleKind if wrong in WORDS_OF_KIND[known]]
            help = f"`{words(wrong)}` belongs to {' or '.join(map(_with_article, fitting))}"
            message = f"{_with_article(kind)} does not speak with `{words(wrong)}`; expected {wanted}"
            self.problems.add(place, "R204", message, help=help)
        return None

    def _governs(self, document: RuleDocument, node: Node) -> Governs:
        entry = document.governs
        by = identifier(entry.by) if entry.by else None
        if by is not None:
            self._date_fact(by, node, "governs", "by")
        if entry.from_ == "not known":
            return Governs(None, entry.until, by, known=False)
        first = entry.from_ if isinstance(entry.from_, date) else None
        if first is not None and entry.until is not None and entry.until < first:
            self.problems.add(span_at(node, "governs", "until"), "R206", "this rule ends before it begins")
        return Governs(first, entry.until, by)

    def _subject(self, document: RuleDocument, node: Node) -> tuple[str, ...]:
        listed = document.for_each if isinstance(document.for_each, list) else [document.for_each]
        found: list[str] = []
        for word in listed:
            name = identifier(word)
            if name in self.subjects:
                found.extend(self.subjects[name])
            elif name in self.events:
                found.append(name)
            else:
                self.problems.unknown(
                    span_at(node, "for_each"), "something a rule can be about", word, [*self.subjects, *self.events]
                )
        return tuple(dict.fromkeys(found))

    def _check_rule_names(self, listed: list[str], node: Node, key: str) -> None:
        for position, rule_id in enumerate(listed):
            if rule_id not in self.rule_ids:
                self.problems.unknown(span_at(node, key, position), "a rule this pack knows", rule_id, self.rule_ids)

    def _date_fact(self, name: str, node: Node, *path: str) -> str:
        kind = self.names.facts.get(name)
        if kind is None or kind.kind is not FactKind.DATE:
            dates = [fact for fact, known in self.names.facts.items() if known.kind is FactKind.DATE]
            self.problems.unknown(span_at(node, *path), "a date fact this pack knows", words(name), dates)
        return name

    def _event_or_date(self, text: str, node: Node, *path: str) -> str:
        name = identifier(text)
        if name not in self.events:
            kind = self.names.facts.get(name)
            if kind is None or kind.kind is not FactKind.DATE:
                dates = [fact for fact, known in self.names.facts.items() if known.kind is FactKind.DATE]
                self.problems.unknown(span_at(node, *path), "an event or a date fact", text, [*self.events, *dates])
        return name

    def _parameter(self, text: str, node: Node, *path: str) -> str:
        name = identifier(text)
        unit = self.names.parameters.get(name)
        if unit is None:
            self.problems.unknown(span_at(node, *path), "a parameter this pack knows", text, self.names.parameters)
        elif unit not in COUNTED:
            lengths = [known for known, its in self.names.parameters.items() if its in COUNTED]
            message = f"`{text}` is counted in the unit `{unit}`, which is not a length of time"
            self.problems.add(span_at(node, *path), "R205", message, help=nearest_key(text, lengths))
        return name

    def _quantity(self, act: ActDocument, node: Node) -> str | None:
        if act.quantity is None:
            return None
        name = identifier(act.quantity)
        if name not in self.names.parameters:
            self.problems.unknown(
                span_at(node, "quantity"), "a parameter this pack knows", act.quantity, self.names.parameters
            )
        return name

    def _deadline(self, act: ActDocument, node: Node) -> DeadlineRule | None:
        given = [key for key in DEADLINES if getattr(act, key) is not None]
        if len(given) > 1:
            message = f"`{words(given[0])}` and `{words(given[1])}` are two deadlines"
            place = max((key_span_at(node, key) for key in given), key=lambda span: (span.line, span.column))
            help = "where several limits apply at once each is a rule of its own"
            self.problems.add(place, "R204", message, help=help)
        if not given:
            return None
        if act.within is not None:
            parameter = self._parameter(act.within.parameter, node, "within", "parameter")
            return Within(parameter, self._event_or_date(act.within.after, node, "within", "after"))
        if act.on_the_day is not None:
            return OnTheDay(self._date_fact(identifier(act.on_the_day), node, "on_the_day"))
        if act.before is not None:
            return BeforeTheDay(self._date_fact(identifier(act.before), node, "before"))
        if act.at_least is not None:
            parameter = self._parameter(act.at_least.parameter, node, "at_least", "parameter")
            return AtLeastBefore(
                parameter, self._date_fact(identifier(act.at_least.before), node, "at_least", "before")
            )
        if act.without_delay is not None:
            if isinstance(act.without_delay, str):
                return WithoutDelay(None) if act.without_delay == "yes" else None
            return WithoutDelay(self._event_or_date(act.without_delay.after, node, "without_delay", "after"))
        if act.not_before is not None:
            return NotBefore(self._date_fact(identifier(act.not_before), node, "not_before"))
        if act.by_event is not None:
            return ByEvent(self._event(act.by_event, node, "by_event"))
        if act.at_intervals is not None:
            parameter = self._parameter(act.at_intervals.parameter, node, "at_intervals", "parameter")
            start = self._event_or_date(act.at_intervals.from_, node, "at_intervals", "from")
            return AtIntervals(parameter, start, self._event(act.at_intervals.each, node, "at_intervals", "each"))
        if act.each_term == "yes":
            return EachTerm(None)
        assert act.each_term is not None
        return EachTerm(self._date_fact(identifier(act.each_term), node, "each_term"))

    def _event(self, text: str, node: Node, *path: str | int) -> str:
        name = identifier(text)
        if name not in self.events:
            self.problems.unknown(span_at(node, *path), "an event of the vocabulary", text, self.events)
        return name

    def _meetings(self, act: ActDocument, node: Node) -> tuple[Meeting, ...]:
        if act.met_by and act.met_by_all:
            self.problems.add(span_at(node, "met_by_all"), "R204", "use `met by` or `met by all`, not both")
        key = "met_by_all" if act.met_by_all else "met_by"
        found: list[Meeting] = []
        for position, entry in enumerate(act.met_by_all or act.met_by):
            where = child(node, key, position) or node
            if isinstance(entry, MeetingEntry):
                found.append(self._meeting(entry, where))
            else:
                found.append(Meeting(self._event(entry, node, key, position)))
        return tuple(found)

    def _meeting(self, entry: MeetingEntry, node: Node) -> Meeting:
        event = self._event(entry.event, node, "event")
        values = [
            read_attribute_values(child(node, key), event, self.events, self.attributes, self.problems)
            for key in ("having", "lacking")
        ]
        on = identifier(entry.on) if entry.on else None
        definition = self.events.get(event)
        if on is not None and definition is not None and on not in definition.needs + definition.may:
            self.problems.unknown(
                span_at(node, "on"),
                f"an attribute of `{words(event)}`",
                entry.on or "",
                definition.needs + definition.may,
            )
        needed: Condition | None = None
        needed_node = child(node, "needed_if")
        if needed_node is not None:
            needed = read_condition(needed_node, self.names, self.problems)
        after = self._date_fact(identifier(entry.after), node, "after") if entry.after else None
        return Meeting(event, values[0], values[1], on, needed, after)


def _with_article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _authority(document: RuleDocument) -> str | None:
    """Whose rule it is, and where they say it."""
    return f"{document.authority.body}, {document.authority.document}" if document.authority is not None else None
