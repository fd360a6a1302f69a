"""The calendars of a run that do not ship, kept in its folder as they were read, so that the run stands by itself.

A calendar is kept as one file for each of its layers, what it is based on first. The manifest names them, with a digest
of each. Knows files and names; what a calendar says of a day is `domain`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from inclusion_rules.domain.calendar_layers import CalendarLayer
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.simulation_plans import Setting
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.loading.calendars import read_layer
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import parse_tree

CALENDARS = "calendars"
"""Under which key a manifest names the calendars that are kept beside it."""
Chain = tuple[CalendarLayer, ...]


class KeptCalendarError(InclusionRulesError):
    """A calendar that a run keeps is not there, or not as it was when the run was made."""


@dataclass(frozen=True, slots=True)
class KeptCalendars:
    """The texts of some calendars by the names of their files, and what a manifest says of them."""

    texts: Mapping[str, str]
    named: Mapping[str, Any]

    @classmethod
    def of(cls, settings: Iterable[Setting], rulebook: Rulebook) -> KeptCalendars:
        """The calendars of some settings, but for those that ship."""
        texts: dict[str, str] = {}
        named: dict[str, Any] = {}
        for setting in settings:
            name, layers = setting.calendar.id, setting.calendar.layers
            if rulebook.calendars.get(name) == layers and setting.called in ("", name):
                continue
            if name not in named:
                files = [_put(layer, texts) for layer in layers]
                named[name] = {
                    "called": [],
                    "files": [{"file": file, "digest": digest_of_text(texts[file])} for file in files],
                }
            if setting.called and setting.called not in named[name]["called"]:
                named[name]["called"].append(setting.called)
        return cls(texts, dict(sorted(named.items())))


def _put(layer: CalendarLayer, texts: dict[str, str]) -> str:
    """Put the text of a layer among others, and give the name of its file."""
    text = layer.text or calendar_text(layer, based_on=layer.based_on)
    called = re.sub(r"[^A-Za-z0-9_-]+", "_", layer.id)
    number, ending = 1, "json" if _is_json(text) else "yaml"
    name = f"calendar_{called}.{ending}"
    while texts.get(name, text) != text:
        number += 1
        name = f"calendar_{called}_{number}.{ending}"
    texts[name] = text
    return name


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def calendar_text(layer: CalendarLayer, *, based_on: str | None) -> str:
    """A layer of a calendar as a file that is read back as the same."""
    data = layer.as_data()
    data["terms"] = [
        {"name": term.name, "from": term.first.isoformat(), "to": term.last.isoformat()}
        | ({} if term.period is None else {"period": term.period})
        for term in layer.terms
    ]
    data |= {"source": layer.source, "certainty": layer.certainty}
    if based_on is not None:
        data["based_on"] = based_on
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def digest_of_text(text: str) -> str:
    """A digest of a text."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()


def kept_in(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Chain]:
    """The calendars that a run keeps, by their ids and by whatever its plan calls them.

    Raises:
        KeptCalendarError: a file of one is not there, or was altered since the run was made.
        InvalidFilesError: a file of one is no calendar.
    """
    found: dict[str, Chain] = {}
    for name, entry in manifest.get(CALENDARS, {}).items():
        layers = tuple(_read(folder / one["file"], one["digest"]) for one in entry["files"])
        found |= dict.fromkeys((name, *entry["called"]), layers)
    return found


def _read(path: Path, digest: str) -> CalendarLayer:
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as problem:
        raise KeptCalendarError(f"the run keeps a calendar in `{path}`, which cannot be read ({problem})") from None
    if digest_of_text(text) != digest:
        raise KeptCalendarError(f"`{path}` was altered since the run was made; a run is read by the calendars it had")
    problems = Problems()
    node = parse_tree(text, problems, name=str(path))
    layer = read_layer(node, problems) if node is not None else None
    problems.raise_if_any()
    assert layer is not None
    return replace(layer, text=text)


def with_calendars(rulebook: Rulebook, calendars: Mapping[str, Chain]) -> Rulebook:
    """A rulebook that knows some more calendars, as if they shipped."""
    return replace(rulebook, calendars={**rulebook.calendars, **calendars}) if calendars else rulebook
