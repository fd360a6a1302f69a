"""Event logs as CSV: one table of events and one of obligations, a line each.

Text that a spreadsheet would run as a formula gets an apostrophe in front; lines end as RFC 4180 wants them.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TextIO

from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.reporting.caseload_csv import guarded
from inclusion_rules.reporting.personal_words import without_personal_words
from inclusion_rules.simulation.logged_cases import LoggedCase, steps

EVENT_COLUMNS = (
    "case_id", "event_number", "event", "happened_on", "at", "by", "of", "stage_before", "stage_after", "step",
    "attributes",
)  # fmt: skip
OBLIGATION_COLUMNS = (
    "case_id", "obligation_number", "duty", "bearer", "arose_on", "due", "met_on", "status", "late_by_school_days",
    "about", "occurrence", "pack", "rule",
)  # fmt: skip
_OF_AN_OBLIGATION = OBLIGATION_COLUMNS[2:]
_OWN_COLUMNS = frozenset({"at", "by", "of"})


def write_tables(
    cases: Iterable[LoggedCase],
    events: TextIO,
    obligations: TextIO,
    pathways: Mapping[str, Pathway],
    *,
    personal: bool = False,
) -> None:
    """Write both tables of some cases."""
    event_lines, obligation_lines = csv.writer(events), csv.writer(obligations)
    event_lines.writerow(EVENT_COLUMNS)
    obligation_lines.writerow(OBLIGATION_COLUMNS)
    for each in cases:
        case = each if personal else without_personal_words(each)
        pathway = pathways.get(case.pathway)
        moving = frozenset(steps(case, pathway)) if pathway is not None else frozenset[int]()
        for number, event in enumerate(case.events):
            said = {key: value for key, value in event.said.items() if key not in _OWN_COLUMNS}
            event_lines.writerow(
                _cell(value)
                for value in (
                    case.id,
                    number + 1,
                    event.name,
                    event.on,
                    event.said.get("at"),
                    event.said.get("by"),
                    event.said.get("of"),
                    event.stage_before,
                    event.stage_after,
                    "yes" if number in moving else "no",
                    json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")) if said else "",
                )
            )
        for number, owed in enumerate(case.obligations):
            values = (getattr(owed, name) for name in _OF_AN_OBLIGATION)
            obligation_lines.writerow(_cell(value) for value in (case.id, number + 1, *values))


def _cell(value: object) -> object:
    return guarded("" if value is None else value.isoformat() if isinstance(value, date) else value)
