"""What is done with what was sent. Cases live in the store alone, so that any number of workers may share one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from council_app.incoming import Schema, hold
from inclusion_rules import Case, CaseExistsError, Caseload, CaseStore, KeyReusedError, StaleVersionError, read_event
from inclusion_rules.loading.case_data import canonical, event_data
from inclusion_rules.loading.case_reading import parse_case
from inclusion_rules.reporting.caseload_json import morning_as_data


@dataclass(frozen=True, slots=True)
class Desk:
    """A place with a store of cases, the schemas of what may be sent, and a clock, whose instants have a time zone."""

    place: str
    store: CaseStore
    schemas: Mapping[str, Schema]
    now: Callable[[], datetime]
    recorded_by: str = "council app"

    def open(self, text: bytes) -> tuple[str, bool]:
        """The id of the case that a notification opens, and whether it is new: sent again, it opens nothing."""
        law, schema, name = self.store.rulebook, self.schemas["notification"], "notification.json"
        hold(text, schema["allOf"][0], name=name)  # first, as it keeps the library from opening files of ours
        record = parse_case(text, law, name=name)  # next, as it tells slips better than a schema can
        hold(text, schema, name=name)
        case = Case.open(record, law, recorded_at=self.now(), recorded_by=self.recorded_by)
        try:
            new = self.store.case_id_of(record.id) is None
            return self.store.create(case, key=record.id), new
        except (CaseExistsError, KeyReusedError) as taken:
            kept = self.store.load(taken.case_id)
            said_alike = [entry.event for entry in kept.log.entries[: len(case.log)]] == [*record.events]
            if not said_alike or replace(kept.header, packs=()) != replace(case.header, packs=()):
                raise CaseExistsError(record.id, taken.case_id) from taken
            return taken.case_id, False

    def record(self, case_id: str, text: bytes) -> tuple[Case, bool]:
        """The case with the event that was sent, and whether it is new: the same event is recorded once."""
        law, schema, name = self.store.rulebook, self.schemas["event"], "event.json"
        hold(text, schema["allOf"][0], name=name)
        event = read_event(text.decode(), law.edition(self.store.load(case_id).record().packs), name=name)
        hold(text, schema, name=name)
        key = sha256(canonical(event_data(event)).encode()).hexdigest()
        while True:
            case, number = self.store.current(case_id)
            # Asked after the case was read: if others record something from then on, the append below says so.
            if self.store.number_of(case_id, key) is not None:
                return case, False
            longer = case.after(event, law, recorded_at=self.now(), recorded_by=self.recorded_by)
            with suppress(StaleVersionError, KeyReusedError):
                self.store.append(case_id, longer.log.entries[-1], expected_number=number, key=key)
                return longer, True

    def morning(self, as_of: date) -> dict[str, Any]:
        """What is owed on a day over all cases, the most pressing first."""
        with Caseload(self.place, rulebook=self.store.rulebook) as caseload:
            return morning_as_data(caseload.morning(as_of))
