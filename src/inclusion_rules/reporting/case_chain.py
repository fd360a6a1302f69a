"""The entries of a case with the hashes that link them, as a bundle hands them on so that anybody can work them out.

A stored case brings the hashes that were taken when each entry was recorded. A case file brings none: its events are
chained here by the same functions, which shows that a bundle is whole, not when anything was written. Knows no page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from inclusion_rules.domain.cases import CaseRecord, Event, recorded_by_then
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.loading.case_data import canonical, described_data, event_data, instant, judgement_data
from inclusion_rules.records.chain import genesis, link, plain_digest, text_digest

EVENT, JUDGEMENT, HEADER, REDACTION = "event", "judgement", "header", "redaction"
"""The kinds of entry, as a store names them."""


@dataclass(frozen=True, slots=True)
class ChainedEntry:
    """One entry: what was recorded, its digest, and the hash that holds the entry before it.

    `body` is canonical JSON. It is None where the entry was redacted, and with `left_out` where the event or judgement
    was recorded after the time at which the record is shown.
    """

    position: int
    number: int
    kind: str
    recorded_at: str | None
    key: str | None
    body: str | None
    salt: str | None
    body_digest: str
    chain_hash: str
    left_out: bool = False

    def as_data(self) -> dict[str, object]:
        """The entry as JSON can hold it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class CaseChain:
    """A case's opening and entries with their hashes. `shared` are the calendars it names, by their digests.

    `kept` says whether the hashes are those of a store, taken as the entries were recorded.
    """

    case_id: str
    opened_at: str | None
    packs: str
    key: str | None
    header: str | None
    salt: str | None
    header_digest: str
    genesis: str
    entries: tuple[ChainedEntry, ...]
    shared: Mapping[str, str]
    kept: bool

    @property
    def head(self) -> str:
        """The hash that stands for everything up to the last entry."""
        return self.entries[-1].chain_hash if self.entries else self.genesis

    def known_on(self, time: date | datetime | None) -> CaseChain:
        """The chain without the events and judgements recorded after a time, as a decision leaves them aside."""
        if time is None:
            return self
        return replace(self, entries=tuple(_as_known(entry, time) for entry in self.entries))

    def as_data(self) -> dict[str, object]:
        """The chain as JSON can hold it."""
        told: dict[str, object] = {name: getattr(self, name) for name in self.__slots__ if name != "entries"}
        return told | {"shared": dict(self.shared), "entries": [entry.as_data() for entry in self.entries]}


def chain_of_record(record: CaseRecord, rulebook: Rulebook) -> CaseChain:
    """The chain of a case file: its events in their order, with no salt, for nothing in it was ever redacted.

    Raises:
        UnknownNameError: a pack that the record names is not in the rulebook.
    """
    edition = rulebook.edition(record.packs)
    layers = canonical([layer.as_data() for layer in record.calendar.layers])
    holidays = canonical(
        {
            "version": record.bank_holidays.version,
            "first_year": record.bank_holidays.first_year,
            "last_year": record.bank_holidays.last_year,
            "days": {day.isoformat(): title for day, title in record.bank_holidays.days.items()},
        }
    )
    pins = [{"pack": pack.id, "version": pack.version, "digest": pack.digest} for pack in edition.packs]
    header = canonical(
        {
            "case": record.id,
            "pathway": record.pathway,
            "packs": pins,
            "calendar": plain_digest(layers),
            "bank_holidays": plain_digest(holidays),
            "school": described_data(record.school, "school", edition),
            "pupil": described_data(record.pupil, "pupil", edition),
            "judgements": [judgement_data(judgement) for judgement in record.judgements],
            "history_complete": record.history_complete,
        }
    )
    packs, header_digest = canonical(pins), text_digest(header, salt="")
    first = genesis(record.id, opened_at=None, packs=packs, key=None, header_digest=header_digest)
    entries: list[ChainedEntry] = []
    for event in record.events:
        entries.append(_entry(event, len(entries) + 1, entries[-1].chain_hash if entries else first))
    shared = {plain_digest(text): text for text in (layers, holidays)}
    return CaseChain(record.id, None, packs, None, header, "", header_digest, first, tuple(entries), shared, kept=False)


def _entry(event: Event, number: int, before: str) -> ChainedEntry:
    recorded_at = instant(event.recorded_at) if event.recorded_at is not None else None
    told: dict[str, object] = {"number": number, "event": event_data(event)}
    body = canonical(told if recorded_at is None else told | {"recorded_at": recorded_at})
    digest = text_digest(body, salt="")
    chained = link(
        before,
        position=number,
        number=number,
        kind=EVENT,
        recorded_at=recorded_at,
        key=None,
        body_digest=digest,
    )
    return ChainedEntry(number, number, EVENT, recorded_at, None, body, "", digest, chained)


def _as_known(entry: ChainedEntry, time: date | datetime) -> ChainedEntry:
    if entry.recorded_at is None or entry.kind not in (EVENT, JUDGEMENT):
        return entry
    known = recorded_by_then(datetime.fromisoformat(entry.recorded_at), time)
    return entry if known else replace(entry, body=None, salt=None, left_out=True)
