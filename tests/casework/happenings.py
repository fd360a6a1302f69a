"""Random events, judgements and headers of live cases, typed by the vocabulary of an edition and by nothing else.

Knows which words, roles and codes the packs declare, and makes what a careful caller would hand in. Whether a case
takes it, and what it then comes to, is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from hypothesis import strategies as st

from inclusion_rules.domain.cases import CaseRecord, Event, Judgement
from inclusion_rules.domain.facts import FactKind, FactType, Known
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.rules import EXCLUSION_EVENTS
from inclusion_rules.domain.school_calendar import SchoolCalendar

STARTS = tuple(
    map(date.fromisoformat, ("2025-01-06", "2025-03-10", "2025-02-03", "2025-04-22", "2025-11-24", "2024-09-30"))
)
AROUND_CHANGES = tuple(map(date.fromisoformat, ("2014-12-10", "2020-05-25", "2022-08-20", "2023-08-25", "2026-07-13")))
PACKS: tuple[tuple[str, ...], ...] = (("england",), ("england", "leicestershire"))
SCHOOL_DAYS = (0.5, 1, 2.5, 5, 6, 10, 16, 45, 46)
WORDS = ("words", "a longer text, with a comma", "naïve", "chair")
IDS = ("leicestershire", "suffolk", "a_school")


@dataclass(frozen=True)
class Place:
    """The calendar that random cases go by, laid out once because that takes longer than most decisions."""

    calendar: SchoolCalendar

    @classmethod
    def of(cls, law: Rulebook, name: str = "example") -> Place:
        """A school with a calendar that ships."""
        return cls(SchoolCalendar.of(law.calendars[name], law.bank_holidays))


def values(kind: FactType, day: date) -> st.SearchStrategy[Known]:
    """Values of a type; dates lie around a day, a few of them before it."""
    match kind.kind:
        case FactKind.DATE:
            return st.integers(-5, 30).map(lambda days: day + timedelta(days=days))
        case FactKind.HALF_DAYS:
            return st.sampled_from(SCHOOL_DAYS)
        case FactKind.YES_NO:
            return st.booleans()
        case FactKind.ONE_OF:
            return st.sampled_from(kind.choices)
        case FactKind.SET_OF:
            return st.frozensets(st.sampled_from(kind.choices or WORDS), max_size=3)
        case FactKind.TEXT:
            return st.sampled_from(IDS if kind.is_id else WORDS)
        case FactKind.WHOLE_NUMBER:
            return st.integers(0, 12)
        case FactKind.PERCENTAGE | FactKind.NUMBER | FactKind.MONEY:
            return st.sampled_from((0, 12.5, 40, 90))


@st.composite
def events(
    draw: st.DrawFn, edition: Edition, name: str, *, day: date, exclusions: Sequence[date] = (), fully: bool = False
) -> Event:
    """One event of that name on a day, with all that it needs and some, or `fully` all, of what it may carry."""
    definition = edition.events[name]
    optional = (word for word in definition.may if word != "of")
    chosen = [*definition.needs, *(word for word in optional if fully or draw(st.booleans()))]
    attributes = {
        word: draw(values(edition.attributes.get(f"{name}.{word}") or edition.attributes[word], day)) for word in chosen
    }
    by = attributes.get("by")
    of = None
    if exclusions and draw(st.integers(0, 5)) == 0:
        of = day if name in EXCLUSION_EVENTS else draw(st.sampled_from(exclusions))
    at = time(draw(st.integers(8, 18)), 30) if draw(st.integers(0, 9)) == 0 else None
    return Event(name, day, attributes, of=of, at=at, by=by if isinstance(by, str) else None)


@st.composite
def judgements(draw: st.DrawFn, edition: Edition, *, day: date) -> Judgement:
    """A judgement made by the role that may make it, by its day or without one."""
    facts = sorted(name for name, fact in edition.facts.items() if fact.judgement is not None)
    fact = edition.facts[draw(st.sampled_from(facts))]
    role = fact.judgement if fact.judgement in edition.roles else draw(st.sampled_from(sorted(edition.roles)))
    on = draw(st.sampled_from((None, day, day - timedelta(days=3))))
    return Judgement(fact.name, draw(values(fact.type, day)), str(role), on)


@dataclass(frozen=True)
class Described:
    """What a case says from the beginning: the packs it goes by, and what is known of school and pupil."""

    packs: tuple[str, ...]
    school: Mapping[str, Known]
    pupil: Mapping[str, Known]
    history_complete: bool

    def record(self, place: Place, *, case: str, pathway: str, happened: Sequence[Event]) -> CaseRecord:
        """The record of such a case after some events."""
        return CaseRecord(
            id=case,
            pathway=pathway,
            packs=self.packs,
            calendar=place.calendar,
            bank_holidays=place.calendar.bank_holidays,
            school=self.school,
            pupil=self.pupil,
            events=tuple(happened),
            history_complete=self.history_complete,
        )


@st.composite
def descriptions(draw: st.DrawFn, law: Rulebook, *, begins: date) -> Described:
    """A school and a pupil of fourteen, some of it known and the rest not."""
    packs = draw(st.sampled_from(PACKS))
    said: dict[str, dict[str, Known]] = {"school": {}, "pupil": {}}
    for name, fact in sorted(law.edition(packs).facts.items()):
        if fact.taken_from is not None and draw(st.booleans()):
            born = date(begins.year - 14, 5, 5)
            value = born if fact.type.kind is FactKind.DATE else draw(values(fact.type, begins))
            said[fact.taken_from.partition(".")[0]][name] = value
    return Described(packs, said["school"], said["pupil"], draw(st.booleans()))
