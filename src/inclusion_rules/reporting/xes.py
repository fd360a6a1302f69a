"""Event logs in XES (IEEE 1849): a trace for each case, an event for each thing that happened, streamed.

The extensions used are declared: concept, time, organizational and lifecycle; what is the library's own has a prefix of
its own, `inclusion:`. The same cases give the same bytes. Knows nothing of where the cases come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import quoteattr

from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.reporting.event_times import in_iso, instants_of
from inclusion_rules.reporting.personal_words import without_personal_words
from inclusion_rules.simulation.logged_cases import LoggedCase, LoggedEvent, steps, value_of_words
from inclusion_rules.simulation.tables import ENTERED

OWN = "inclusion"
_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <global scope="trace">
    <string key="concept:name" value="case"/>
  </global>
  <global scope="event">
    <string key="concept:name" value="event"/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
    <string key="lifecycle:transition" value="complete"/>
    <string key="{OWN}:stage_before" value="stage"/>
    <string key="{OWN}:stage_after" value="stage"/>
    <boolean key="{OWN}:step" value="false"/>
  </global>
  <classifier name="Event" keys="concept:name"/>
  <classifier name="Event and stage" keys="concept:name {OWN}:stage_after"/>
"""
_OF_THE_CASE = ("pathway", "packs", "calendar", "about", "stage")
_TOLD_ELSEWHERE = frozenset({"by", "at"})
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xes_of(
    cases: Iterable[LoggedCase], pathways: Mapping[str, Pathway], *, name: str, personal: bool = False
) -> Iterator[str]:
    """The log, in pieces, one a case."""
    yield _HEAD + f'  <string key="concept:name" value={quoted(name)}/>\n'
    yield '  <string key="lifecycle:model" value="standard"/>\n'
    for case in cases:
        yield _trace(without_personal_words(case) if not personal else case, pathways.get(case.pathway))
    yield "</log>\n"


def _trace(case: LoggedCase, pathway: Pathway | None) -> str:
    moving = frozenset(steps(case, pathway)) if pathway is not None else frozenset[int]()
    lines = ["  <trace>", f'    <string key="concept:name" value={quoted(case.id)}/>']
    for key in (*_OF_THE_CASE, *(key for key in case.row if "." in key and not key.startswith(ENTERED))):
        value = case.row.get(key)
        if value is not None:
            said = value_of_words(value) if "." in key else value
            lines.append(f"    {_attribute(f'{OWN}:{key}', said)}")
    for number, (event, instant) in enumerate(zip(case.events, instants_of(case.events), strict=True)):
        lines.append("    <event>")
        lines += (f"      {line}" for line in _event(event, in_iso(instant), is_step=number in moving))
        lines.append("    </event>")
    lines.append("  </trace>\n")
    return "\n".join(lines)


def _event(event: LoggedEvent, instant: str, *, is_step: bool) -> Iterator[str]:
    yield f'<string key="concept:name" value={quoted(event.name)}/>'
    yield f'<date key="time:timestamp" value="{instant}"/>'
    yield '<string key="lifecycle:transition" value="complete"/>'
    by = event.said.get("by")
    if by is not None:
        yield f'<string key="org:resource" value={quoted(str(by))}/>'
        yield f'<string key="org:role" value={quoted(str(by))}/>'
    yield f'<string key="{OWN}:stage_before" value={quoted(event.stage_before)}/>'
    yield f'<string key="{OWN}:stage_after" value={quoted(event.stage_after)}/>'
    yield f'<boolean key="{OWN}:step" value="{"true" if is_step else "false"}"/>'
    for key, value in event.said.items():
        if key not in _TOLD_ELSEWHERE:
            yield _attribute(f"{OWN}:{key}", value)


def _attribute(key: str, value: Any) -> str:
    """An attribute of the type that its value has; several words are one text, parted by spaces."""
    match value:
        case bool():
            kind, text = "boolean", "true" if value else "false"
        case int():
            kind, text = "int", str(value)
        case float():
            kind, text = "float", repr(value)
        case date():
            kind, text = "date", in_iso(value)
        case list() | tuple():
            kind, text = "string", " ".join(map(str, value))
        case _:
            kind, text = "string", str(value)
            if len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdigit():
                kind, text = "date", in_iso(date.fromisoformat(text))
    return f"<{kind} key={quoted(key)} value={quoted(text)}/>"


@lru_cache(maxsize=16_384)
def quoted(text: str) -> str:
    """Words as the value of an attribute of XML, signs that no XML can hold replaced.

    >>> quoted("less < more")
    '"less &lt; more"'
    """
    return quoteattr(_NOT_XML.sub("\ufffd", text))
