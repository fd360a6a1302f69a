"""A case as the text of a case file, so that whatever holds cases can hand one over to be decided and explained."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.loading.case_data import described_data, event_data, instant, judgement_data

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_/ .-]*[A-Za-z0-9_]|[A-Za-z]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NOT_PLAIN = {"true", "false", "null", "yes", "no", "on", "off"}


def record_as_data(record: CaseRecord, edition: Edition, *, calendar: str) -> dict[str, object]:
    """A record as the data of a case file. `calendar` is how the file names its calendar."""
    data: dict[str, object] = {
        "case": record.id,
        "pathway": record.pathway,
        "packs": list(record.packs),
        "calendar": calendar,
        "school": described_data(record.school, "school", edition),
        "pupil": described_data(record.pupil, "pupil", edition),
    }
    if not record.history_complete:
        data["history_complete"] = False
    data["events"] = [
        {
            **({"date": event.date.isoformat()} | event_data(event)),
            **({} if event.recorded_at is None else {"recorded_at": instant(event.recorded_at)}),
        }
        for event in record.events
    ]
    if record.judgements:
        data["judgements"] = [judgement_data(judgement) for judgement in record.judgements]
    return data


def case_as_yaml(data: Mapping[str, object]) -> str:
    """The data of a case file as YAML, an event or a judgement a line.

    >>> print(case_as_yaml({"case": "A 1", "events": [{"date": "2025-01-13", "event": "suspended"}]}), end="")
    case: A 1
    events:
      - {date: 2025-01-13, event: suspended}
    """
    return "\n".join(_lines(data)) + "\n"


def _lines(data: Mapping[str, object]) -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield f"{key}: {_flow(value)}" if not value else f"{key}:"
            yield from (f"  {name}: {_flow(each)}" for name, each in value.items())
        elif isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(e, Mapping) for e in value):
            yield f"{key}:"
            yield from (f"  - {_flow(each)}" for each in value)
        else:
            yield f"{key}: {_flow(value)}"


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        plain = _DATE.fullmatch(value) or (_PLAIN.fullmatch(value) and value.casefold() not in _NOT_PLAIN)
        return value if plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)
