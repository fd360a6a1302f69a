"""Cases as the texts that a store keeps, both ways: the header, what is added to it, and what cases share.

A text is canonical, so that one meaning has one digest. What is read back is typed by the packs again, and a text that
would not come back as what was handed in is refused before it is kept. Knows no database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import TypeAlias, TypeVar

from inclusion_rules.casework.case import Case, CaseHeader, PackPin
from inclusion_rules.domain.calendar_layers import CalendarLayer
from inclusion_rules.domain.cases import Judgement
from inclusion_rules.domain.event_log import Entry
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.working_days import BankHolidays
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.loading.case_data import (
    canonical,
    described_data,
    entry_data,
    instant,
    judgement_data,
    read_event,
    read_judgements,
    read_layers,
)
from inclusion_rules.records.chain import plain_digest
from inclusion_rules.records.failures import RefusedEntryError
from inclusion_rules.records.rows import CaseRow, EntryRow
from inclusion_rules.records.schema import EVENT, HEADER, JUDGEMENT
from inclusion_rules.records.typed_text import described_from, event_from

_OF_RECORDING = ("number", "recorded_at", "recorded_by")
Plain = Mapping[str, object]
_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True)
class JudgementMade:
    """An entry of a case's record: a judgement that a named person made after the case was opened.

    Read back, the judgement carries the instant and the person of recording itself.
    """

    judgement: Judgement
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class HeaderChanged:
    """An entry of a case's record: a new header in place of the one before, such as other law or a longer calendar.

    `case` is the case with its new header; only the header and the bank holidays are taken from it. Where that is
    pinned to other law, the store has to be one of the other law: it is the one that reads the case from then on.
    """

    case: Case
    recorded_at: datetime
    recorded_by: str
    why: str


Addition: TypeAlias = Entry | JudgementMade | HeaderChanged
"""What can be added to a case. Redactions are added by the store itself."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The canonical text of something, with the shared texts it names by their digest."""

    text: str
    shared: Mapping[str, str]


def packs_text(packs: Sequence[PackPin]) -> str:
    """The law a case is pinned to."""
    return canonical([_pin_data(pin) for pin in packs])


def packs_from(text: str) -> tuple[PackPin, ...]:
    """The law a case is pinned to, from its text."""
    return tuple(PackPin(str(pin["pack"]), str(pin["version"]), str(pin["digest"])) for pin in json.loads(text))


def header_texts(case: Case, edition: Edition) -> Texts:
    """The header of a case with the judgements it was opened with.

    Raises:
        RefusedEntryError: it could not be given back as it is.
    """
    data, shared = _header_data(case, edition)
    text = _text(data)
    _check(
        header_from(text, shared, edition), _opened(case), text, lambda again: _text(_header_data(again, edition)[0])
    )
    return Texts(text, shared)


def header_from(text: str, shared: Mapping[str, str], edition: Edition) -> Case:
    """The case as it was opened, without its log.

    Raises:
        InvalidFilesError, KeyError, TypeError, ValueError: something in it is not what the packs declare.
    """
    return _case_from(json.loads(text), shared, edition)


def addition_kind(addition: Addition) -> str:
    """Which kind of entry something is kept as."""
    if isinstance(addition, Entry):
        return EVENT
    return JUDGEMENT if isinstance(addition, JudgementMade) else HEADER


def addition_texts(addition: Addition, edition: Edition) -> Texts:
    """The body of an entry.

    Raises:
        RefusedEntryError: it could not be given back as it is.
    """
    if not addition.recorded_by.strip():
        raise RefusedEntryError("say who recorded the entry: `recorded_by` is empty")
    if addition.recorded_at.tzinfo is None:
        raise RefusedEntryError("the instant of recording needs a time zone")
    if isinstance(addition, Entry):
        return _event_texts(addition, edition)
    data: dict[str, object] = {"recorded_at": instant(addition.recorded_at), "recorded_by": addition.recorded_by}
    if isinstance(addition, JudgementMade):
        text = _judgement_text(addition.judgement, data)
        again = judgement_from(json.loads(text), edition)
        _check(again, _recorded(addition), text, lambda made: _judgement_text(made, data))
        return Texts(text, {})
    # Judgements stay with the entries that hold them: a copy here would outlive a redaction.
    header = header_texts(Case(addition.case.header, addition.case.bank_holidays), edition)
    return Texts(_text(data | {"why": addition.why, "header": json.loads(header.text)}), header.shared)


def _recorded(addition: JudgementMade) -> Judgement:
    """The judgement as it comes back.

    Raises:
        RefusedEntryError: it says itself that it was recorded at another time or by somebody else.
    """
    made, recorded = addition.judgement, (addition.recorded_at, addition.recorded_by)
    said = (made.recorded_at or addition.recorded_at, made.recorded_by or addition.recorded_by)
    if said != recorded:
        raise RefusedEntryError(
            f"the judgement says that it was recorded at {instant(said[0])} by `{said[1]}`, and the entry that it was "
            f"at {instant(recorded[0])} by `{recorded[1]}`"
        )
    return replace(made, recorded_at=addition.recorded_at, recorded_by=addition.recorded_by)


def _judgement_text(judgement: Judgement, envelope: Plain) -> str:
    """The body of an entry that holds a judgement; when and by whom it was recorded is said once, by the entry."""
    bare = replace(judgement, recorded_at=None, recorded_by=None)
    return _text({**envelope, "judgement": judgement_data(bare)})


def _event_texts(entry: Entry, edition: Edition) -> Texts:
    text = event_text(entry)
    try:
        again = entry_from(json.loads(text), edition)
    except (KeyError, TypeError, ValueError) as error:
        _teach(text, edition)
        raise RefusedEntryError(f"the event cannot be kept: {error}") from error
    _check(again, entry, text, event_text)
    if again.event.at != entry.event.at:
        raise RefusedEntryError("the time of day of an event is kept to the minute; leave its seconds out")
    return Texts(text, {})


def event_text(entry: Entry) -> str:
    """The body of an entry that holds an event."""
    data = entry_data(entry)
    if entry.event.recorded_at is not None:
        data["event"] = {**_mapping(data["event"]), "recorded_at": instant(entry.event.recorded_at)}
    return _text(data)


def entry_from(data: Plain, edition: Edition) -> Entry:
    """An entry of a log from its body.

    Raises:
        KeyError, TypeError, ValueError: it is not what the packs declare.
    """
    corrects = data.get("corrects")
    return Entry(
        number=_whole(data["number"]),
        event=event_from(_mapping(data["event"]), edition),
        recorded_at=datetime.fromisoformat(str(data["recorded_at"])),
        recorded_by=str(data["recorded_by"]),
        corrects=None if corrects is None else _whole(corrects),
        withdraws=data.get("withdraws", False) is True,
    )


def judgement_from(data: Plain, edition: Edition) -> Judgement:
    """A judgement from its body.

    Raises:
        InvalidFilesError: it is not one that the packs know.
    """
    (found,) = read_judgements(canonical([data["judgement"]]), edition, name="judgement")
    at = datetime.fromisoformat(str(data["recorded_at"]))
    return replace(found, recorded_at=at, recorded_by=str(data["recorded_by"]))


def changed_header_from(data: Plain, shared: Mapping[str, str], edition: Edition) -> Case:
    """The case with the header that an entry gives it, without its log."""
    return _case_from(_mapping(data["header"]), shared, edition)


def said_in(text: str) -> object:
    """What a header or the body of an entry says, without when and by whom it was recorded and at which number.

    Two texts that say the same may differ in these: whoever did not hear an answer sends the same again, later.
    """
    data = {key: value for key, value in json.loads(text).items() if key not in _OF_RECORDING}
    if isinstance(made := data.get("judgements"), list):
        data["judgements"] = [{key: value for key, value in one.items() if key not in _OF_RECORDING} for one in made]
    return data


def pins_of_header(text: str) -> str:
    """The law that a header pins its case to, as `packs_text` writes it; the body of a header entry will do as well."""
    data = json.loads(text)
    return canonical(data["header"]["packs"] if "header" in data else data["packs"])


def shared_named_in(row: CaseRow, entries: Iterable[EntryRow]) -> set[str]:
    """The digests of the shared texts that a case names, in its header and in those that came after."""
    found: set[str] = set()
    for text in (row.header, *(entry.body for entry in entries if entry.kind == HEADER)):
        if isinstance(text, str):
            data = json.loads(text)
            header = data.get("header", data)
            found |= {str(header["calendar"]), str(header["bank_holidays"])}
    return found


def _opened(case: Case) -> Case:
    return Case(case.header, case.bank_holidays, judgements=case.judgements)


def _header_data(case: Case, edition: Edition) -> tuple[dict[str, object], dict[str, str]]:
    header = case.header
    layers = canonical([_layer_data(layer) for layer in header.calendar])
    holidays = canonical(_holidays_data(case.bank_holidays))
    shared = {plain_digest(layers): layers, plain_digest(holidays): holidays}
    data: dict[str, object] = {
        "case": header.id,
        "pathway": header.pathway,
        "packs": [_pin_data(pin) for pin in header.packs],
        "calendar": plain_digest(layers),
        "bank_holidays": plain_digest(holidays),
        "school": described_data(header.school, "school", edition),
        "pupil": described_data(header.pupil, "pupil", edition),
        "judgements": [judgement_data(judgement) for judgement in case.judgements],
        "history_complete": header.history_complete,
    }
    return data, shared


def _case_from(data: Plain, shared: Mapping[str, str], edition: Edition) -> Case:
    name = str(data["case"])
    header = CaseHeader(
        id=name,
        pathway=str(data["pathway"]),
        packs=packs_from(canonical(data["packs"])),
        calendar=_layers_from(shared[str(data["calendar"])]),
        school=described_from(_mapping(data["school"]), "school", edition),
        pupil=described_from(_mapping(data["pupil"]), "pupil", edition),
        history_complete=data["history_complete"] is True,
    )
    judgements = read_judgements(canonical(data["judgements"]), edition, name=name) if data["judgements"] else ()
    return Case(header, _holidays_from(shared[str(data["bank_holidays"])]), judgements=judgements)


def _pin_data(pin: PackPin) -> dict[str, object]:
    return {"pack": pin.pack, "version": pin.version, "digest": pin.digest}


def _layer_data(layer: CalendarLayer) -> dict[str, object]:
    """A layer as a calendar file writes it, with nothing left out and nothing worked out."""
    data = layer.as_data()
    data["terms"] = [
        {"name": term.name, "from": term.first.isoformat(), "to": term.last.isoformat()}
        | ({} if term.period is None else {"period": term.period})
        for term in layer.terms
    ]
    data |= {"source": layer.source, "certainty": layer.certainty}
    return data if layer.based_on is None else data | {"based_on": layer.based_on}


# Thousands of cases share a few calendars and lists of bank holidays, and reading one is slow.
@lru_cache(maxsize=256)
def _layers_from(text: str) -> tuple[CalendarLayer, ...]:
    return read_layers(text, name="calendar")


def _holidays_data(holidays: BankHolidays) -> dict[str, object]:
    return {
        "version": holidays.version,
        "first_year": holidays.first_year,
        "last_year": holidays.last_year,
        "days": {day.isoformat(): title for day, title in holidays.days.items()},
    }


@lru_cache(maxsize=256)
def _holidays_from(text: str) -> BankHolidays:
    data = json.loads(text)
    days = {date.fromisoformat(day): str(title) for day, title in data["days"].items()}
    return BankHolidays(days, data["first_year"], data["last_year"], data["version"])


def _text(data: Plain) -> str:
    try:
        text = canonical(data)
        text.encode("utf-8")
    except (TypeError, ValueError) as error:
        raise RefusedEntryError(f"this cannot be kept as text: {error}") from error
    return text


def _check(again: _Kept, handed_in: _Kept, text: str, written: Callable[[_Kept], str]) -> None:
    """Make sure that what a text gives back is what was handed in: equal, or at least written alike.

    Written alike is enough because a text is brought to one form of Unicode, and numbers to one form of number.
    """
    if again != handed_in and written(again) != text:
        raise RefusedEntryError("this would not come back as it was handed in, so it is not kept")


def _teach(text: str, edition: Edition) -> None:
    """Say what is wrong with an event as the reader of case files would."""
    try:
        read_event(canonical(json.loads(text)["event"]), edition, name="event")
    except InvalidFilesError as error:
        raise RefusedEntryError(f"the event cannot be kept:\n{error}") from error


def _mapping(value: object) -> Plain:
    if not isinstance(value, Mapping):
        raise TypeError("expected a JSON object")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("expected a whole number")
    return value
