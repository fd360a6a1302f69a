"""Events and descriptions from stored data, typed by the packs: the quick way, for reading a hundred thousand of them.

Takes what `loading.case_files` takes and gives exactly what it gives (a test holds the two together), but keeps
no places and explains nothing: whoever wants to know why something is refused reads it again the slow way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from inclusion_rules.domain.cases import Event
from inclusion_rules.domain.facts import FactKind, FactType, Known
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.loading.conditions import known_value

_DATE = FactType(FactKind.DATE)
_TEXT = FactType(FactKind.TEXT)


def event_from(data: Mapping[str, object], edition: Edition) -> Event:
    """One event.

    Raises:
        KeyError, TypeError, ValueError: it is not what the packs declare.
    """
    name = str(data["event"])
    definition = edition.events[name]
    needed, may = definition.needs, definition.may
    attributes: dict[str, Known] = {}
    of: date | None = None
    at: time | None = None
    recorded_at: datetime | None = None
    by: str | None = None
    evidence: str | None = None
    for key, written in data.items():
        if key in ("event", "date"):
            continue
        if key == "of":
            of = _date(written)
        elif key in needed or key in may:
            kinds = edition.attributes
            attributes[key] = _known(written, kinds.get(f"{name}.{key}") or kinds[key], key)
        elif key == "at":
            at = time.fromisoformat(str(written))
        elif key == "recorded_at":
            found = datetime.fromisoformat(str(written))
            recorded_at = found if found.tzinfo else found.replace(tzinfo=UTC)
        elif key == "by":
            by = str(_known(written, edition.attributes["by"], key))
        elif key == "evidence":
            evidence = str(_known(written, _TEXT, key))
        else:
            raise ValueError(f"`{key}` is not an attribute of `{name}`")
    for key in needed:
        if key not in attributes:
            raise ValueError(f"`{name}` needs `{key}`")
    if "by" in attributes:
        by = str(attributes["by"])
    return Event(name, _date(data["date"]), attributes, of, at, recorded_at, by, evidence)


def described_from(data: Mapping[str, object], part: str, edition: Edition) -> dict[str, Known]:
    """What is known of the `school` or the `pupil`.

    Raises:
        KeyError, ValueError: a key or a value is not one that the packs declare.
    """
    places = {f"{part}.{key}" for key in data}
    declared = {fact.taken_from: fact for fact in edition.facts.values() if fact.taken_from in places}
    return {
        (definition := declared[f"{part}.{key}"]).name: _known(written, definition.type, key)
        for key, written in data.items()
    }


def _date(written: object) -> date:
    found = _known(written, _DATE, "date")
    if not isinstance(found, date):
        raise TypeError("expected a date")
    return found


def _known(written: object, kind: FactType, key: str) -> Known:
    found = known_value(written, kind)
    if found is None:
        raise ValueError(f"the value of `{key}` does not fit it")
    return found
