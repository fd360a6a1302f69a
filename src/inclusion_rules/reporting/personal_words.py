"""What in a log can name or nearly name a person, and a log without it.

A log is handed on more easily than a case file, so that it leaves out, unless asked for: dates of birth, names of
documents, and free text. The name of the case is for whoever keeps the cases to choose.
"""

from __future__ import annotations

from dataclasses import replace

from inclusion_rules.simulation.logged_cases import LoggedCase, LoggedEvent

OF_THE_CASE = frozenset({"pupil.date_of_birth", "judgements", "warnings"})
OF_AN_EVENT = frozenset({"evidence", "reason", "objectives", "contents"})


def without_personal_words(case: LoggedCase) -> LoggedCase:
    """The case without them."""
    return replace(
        case,
        row={key: value for key, value in case.row.items() if key not in OF_THE_CASE},
        events=tuple(map(_event, case.events)),
    )


def _event(event: LoggedEvent) -> LoggedEvent:
    if OF_AN_EVENT.isdisjoint(event.said):
        return event
    return replace(event, said={key: value for key, value in event.said.items() if key not in OF_AN_EVENT})
