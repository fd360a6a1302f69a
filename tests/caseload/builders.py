"""Makes up caseloads: cases of several pathways, schools and authorities, each with what has happened and what will.

Everything follows from a seed. No pupil or school of any such description exists.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import cast

from sqlalchemy import Connection
from tests.casework.builders import record_of

from inclusion_rules.casework.case import Case
from inclusion_rules.casework.opening import open_calendar, open_rulebook
from inclusion_rules.domain.cases import CaseRecord, Event
from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.records.connecting import address_of, open_engine, writing
from inclusion_rules.records.opening_cases import open_in
from inclusion_rules.records.store import CaseStore

CLERK = "clerk"
SCHOOLS = (
    ("Ashby Academy", "academy", "leicestershire", "leicestershire_2024_25"),
    ("Beacon High School", "maintained", "leicestershire", "leicestershire_2024_25"),
    ("Cedars School", "maintained", "east_sussex", "east_sussex_2024_25"),
    ("Downs Academy", "academy", "suffolk", "suffolk_2024_25"),
    ("Example School", "maintained", "somerset", "example"),
)
FIRST, LAST = date(2024, 9, 9), date(2025, 5, 16)
"""Between which days made-up cases begin."""
_FAR = date(2026, 3, 27)


@dataclass(frozen=True)
class MadeUpCase:
    """A case with all that ever happens in it, in order of time."""

    record: CaseRecord
    events: tuple[Event, ...]

    def until(self, day: date) -> CaseRecord:
        """What had happened by a day; at least the first event, as a case begins with something."""
        past = tuple(event for event in self.events if event.date <= day)
        return replace(self.record, events=past or self.events[:1])

    def after(self, day: date) -> tuple[Event, ...]:
        """What is still to happen after a day."""
        return self.events[len(self.until(day).events) :]


def made_up_cases(
    number: int, *, seed: int = 1, first: date = FIRST, last: date = LAST, open_only: bool = False
) -> Iterator[MadeUpCase]:
    """So many cases that begin between two days; with `open_only` none of them is ever closed."""
    rulebook = open_rulebook()
    for count in range(number):
        chance = random.Random(f"{seed} {count}")
        name, kind, authority, calendar_id = chance.choice(SCHOOLS)
        calendar = open_calendar(calendar_id, rulebook)
        begins = calendar.school_day_on_or_after(first + timedelta(days=chance.randrange((last - first).days + 1)))
        pathway, events = _story(chance, begins)
        if open_only:
            events = tuple(event for event in events if event.name not in _CLOSING)
        home = authority if chance.random() < 0.8 else chance.choice(SCHOOLS)[2]
        record = CaseRecord(
            id=f"{authority[:3].upper()}-{begins.year}-{count:05}",
            pathway=pathway,
            packs=("england",),
            calendar=calendar,
            bank_holidays=rulebook.bank_holidays,
            school={
                "school_name": name,
                "school_type": kind,
                "phase": "secondary",
                "school_authority": authority,
            },
            pupil=_pupil(chance, home),
            events=(),
        )
        yield MadeUpCase(record, events)


_CLOSING = frozenset({"case_closed", "exclusion_cancelled", "school_place_allocated", "managed_move_completed"})


def _pupil(chance: random.Random, home: str) -> dict[str, Known]:
    found: dict[str, Known] = {
        "date_of_birth": date(2007, 1, 1) + timedelta(days=chance.randrange(2200)),
        "sen": chance.choice(("none", "support", "ehc_plan")),
        "home_authority": home,
    }
    if chance.random() < 0.8:
        found |= {"looked_after": chance.random() < 0.1, "social_worker": chance.random() < 0.2, "year_group": 9}
    return found


def _story(chance: random.Random, day: date) -> tuple[str, tuple[Event, ...]]:
    kinds = (_permanent, _suspension, _managed_move, _part_time, _risk)
    told = chance.choices(kinds, weights=(5, 5, 1, 1, 1))[0]
    pathway, events = told(_Teller(chance, day))
    return pathway, tuple(sorted(events, key=lambda event: event.date))


@dataclass
class _Teller:
    """Tells what happens after what, leaving some of it out."""

    chance: random.Random
    day: date

    def happens(
        self, name: str, earliest: int, latest: int, *, odds: float = 0.85, **attributes: Known
    ) -> Iterator[Event]:
        if self.chance.random() < odds:
            day = self.day + timedelta(days=self.chance.randint(earliest, latest))
            if day <= _FAR:
                at = time(self.chance.randint(8, 17), 30) if self.chance.random() < 0.2 else None
                yield Event(name, day, attributes, at=at)


def _permanent(tell: _Teller) -> tuple[str, list[Event]]:
    served = tell.chance.choice(("delivered", "first_class_post", "email"))
    events = [
        *tell.happens("suspended", -40, -20, odds=0.3, school_days=2.5, first_day=tell.day - timedelta(days=14)),
        *tell.happens("permanently_excluded", 0, 0, odds=1, session=tell.chance.choice(("morning", "afternoon"))),
        *tell.happens("parent_informed", 0, 1),
        *tell.happens("parent_notified_in_writing", 0, 3, served_by=served),
        *tell.happens("first_five_days_notice_given", 0, 2),
        *tell.happens("local_authority_notified", 0, 3),
        *tell.happens("social_worker_notified", 0, 3, odds=0.2),
        *tell.happens("governing_board_notified", 0, 5),
        *tell.happens("work_set", 0, 3, odds=0.5),
        *tell.happens("education_began", 5, 15, odds=0.7, by="home_authority", full_time=True),
        *tell.happens("representations_made", 3, 15, odds=0.4, by="relevant_person"),
        *tell.happens("exclusion_cancelled", 3, 9, odds=0.06),
    ]
    met = tell.chance.randint(12, 40)
    outcome = "reinstate" if tell.chance.random() < 0.1 else "not_reinstate"
    if tell.chance.random() < 0.8:
        tell.day += timedelta(days=met)
        events += [
            *tell.happens("governing_board_met", 0, 0, odds=1),
            *tell.happens("governing_board_decided", 0, 0, odds=0.95, outcome=outcome),
            *tell.happens("governing_board_decision_notified", 0, 4, odds=0.95, served_by=served),
            *tell.happens("review_waived", 5, 20, odds=0.2),
            *tell.happens("review_applied_for", 3, 30, odds=0.3, sent_by="email"),
            *tell.happens("review_began", 35, 60, odds=0.2),
            *tell.happens("discrimination_claim_made", 30, 90, odds=0.05, forum="tribunal"),
            *tell.happens("name_deleted_from_register", 25, 60, odds=0.4),
            *tell.happens("school_place_allocated", 20, 90, odds=0.3),
            *tell.happens("case_closed", 60, 200, odds=0.3),
        ]
    return "permanent_exclusion", events


def _suspension(tell: _Teller) -> tuple[str, list[Event]]:
    days = tell.chance.choice((0.5, 1, 2, 3, 5, 6, 8, 12, 16))
    events = [
        *tell.happens("suspended", -60, -20, odds=0.3, school_days=float(5), first_day=tell.day - timedelta(days=20)),
        *tell.happens("suspended", 0, 0, odds=1, school_days=float(days), first_day=tell.day),
        *tell.happens("parent_informed", 0, 1),
        *tell.happens("parent_notified_in_writing", 0, 2, served_by="delivered"),
        *tell.happens("local_authority_notified", 0, 4),
        *tell.happens("governing_board_notified", 0, 6, odds=0.6),
        *tell.happens("education_began", 5, 12, odds=0.3, by="school", full_time=tell.chance.random() < 0.8),
        *tell.happens("representations_made", 1, 20, odds=0.2, by="relevant_person"),
        *tell.happens("public_exam_or_test_missed", 1, 2, odds=0.1, exam_date=tell.day + timedelta(days=9)),
        *tell.happens("pupil_returned_to_school", int(days) + 1, int(days * 1.4) + 4, odds=0.9),
        *tell.happens("reintegration_meeting_held", int(days) + 1, int(days) + 9, odds=0.6),
        *tell.happens("governing_board_met", 15, 60, odds=0.4),
        *tell.happens("case_closed", 40, 200, odds=0.4),
    ]
    return "suspension", events


def _managed_move(tell: _Teller) -> tuple[str, list[Event]]:
    return "managed_move", [
        *tell.happens("managed_move_proposed", 0, 0, odds=1, parent_agreed=True),
        *tell.happens("managed_move_agreed", 5, 10),
        *tell.happens("managed_move_started", 11, 20, trial_until=tell.day + timedelta(days=60)),
        *tell.happens("managed_move_reviewed", 30, 50),
        *tell.happens("managed_move_completed", 60, 90, odds=0.6),
    ]


def _part_time(tell: _Teller) -> tuple[str, list[Event]]:
    ends = tell.day + timedelta(days=42)
    return "part_time_timetable", [
        *tell.happens("part_time_timetable_proposed", 0, 0, odds=1, reason="medical needs"),
        *tell.happens(
            "part_time_timetable_started",
            3,
            6,
            reason="medical needs",
            parent_agreed=True,
            ends_on=ends,
            hours_a_week=15,
        ),
        *tell.happens("part_time_timetable_reviewed", 20, 40, odds=0.6),
        *tell.happens("part_time_timetable_ended", 38, 60, odds=0.6),
    ]


def _risk(tell: _Teller) -> tuple[str, list[Event]]:
    return "risk_of_exclusion", [
        *tell.happens("risk_of_exclusion_identified", 0, 0, odds=1),
        *tell.happens("case_closed", 90, 160, odds=0.5),
    ]


def recorded(day: date) -> datetime:
    """The instant at which what happened on a day is recorded: five in the afternoon."""
    return datetime.combine(day, time(17), UTC)


def case_until(made_up: MadeUpCase, day: date, rulebook: Rulebook) -> Case:
    """A case as it was recorded by the end of a day, each event on the day it happened."""
    record = made_up.until(day)
    case = Case.open(replace(record, events=()), rulebook, recorded_at=recorded(day), recorded_by=CLERK)
    log = case.log
    for event in record.events:
        log = log.with_event(event, recorded_at=recorded(event.date), recorded_by=CLERK)
    return replace(case, log=log)


def filled_store(place: Path | str, cases: Iterable[MadeUpCase], *, until: date, rulebook: Rulebook) -> list[str]:
    """A store with the cases as they stood at the end of a day; the ids they are kept under, in the same order."""
    with CaseStore.open(place, rulebook=rulebook):
        pass
    engine = open_engine(address_of(place), create=False)
    ids: list[str] = []
    try:
        for portion in _portions(list(cases), 500):
            with writing(engine) as connection:
                ids += [_opened(connection, case, until, rulebook) for case in portion]
    finally:
        engine.dispose()
    return ids


def _opened(connection: Connection, made_up: MadeUpCase, until: date, rulebook: Rulebook) -> str:
    case = case_until(made_up, until, rulebook)
    return open_in(connection, case, rulebook, opened_at=None, key=made_up.record.id)


def _portions(cases: Sequence[MadeUpCase], size: int) -> Iterator[Sequence[MadeUpCase]]:
    for start in range(0, len(cases), size):
        yield cases[start : start + size]


def kept_case(
    place: Path | str,
    events: Iterable[str],
    *,
    reference: str = "LEI-2025-0042",
    recorded_on: date = date(2025, 3, 4),
    school: str = "Ashby Academy",
    rulebook: Rulebook | None = None,
    **said: object,
) -> str:
    """A case written as `tests.casework.builders` writes it, kept in a store; its id there."""
    law = rulebook or open_rulebook()
    described = {"name": school, **cast(dict[str, object], said.pop("school_is", {}))}
    record = replace(record_of(events, school=described, **said), id=reference)
    case = Case.open(record, law, recorded_at=recorded(recorded_on), recorded_by=CLERK)
    with CaseStore.open(place, rulebook=law) as store:
        return store.create(case, key=reference)


def happens(store: CaseStore, case_id: str, event: Event) -> None:
    """Record an event on the day it happened, or when the last one was recorded if that is later."""
    case, number = store.current(case_id)
    at = max([recorded(event.date), *(entry.recorded_at for entry in case.log.entries)])
    store.append(
        case_id, case.log.with_event(event, recorded_at=at, recorded_by=CLERK).entries[-1], expected_number=number
    )


def never_happened(store: CaseStore, case_id: str) -> None:
    """Withdraw the last event of a case that still stands, unless it is the only one."""
    case, number = store.current(case_id)
    standing = case.log.standing()
    if len(standing) > 1:
        origin = max(standing)
        entry = case.withdrawn(origin, recorded_at=case.log.entries[-1].recorded_at, recorded_by=CLERK).log.entries[-1]
        store.append(case_id, entry, expected_number=number)
