"""Rules as code for the response to a school exclusion in England.

The front door: everything a council application needs stands here by name, and nothing is worked out here. A name is
imported when it is first used, so that opening the door costs nothing.

>>> from datetime import date
>>> rulebook = open_rulebook()
>>> case = open_case(example("leicestershire_permanent_exclusion"), rulebook)
>>> decide(case, rulebook, as_of=date(2025, 2, 5)).stage
'hearing/governing_board'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inclusion_rules.caseload.caseload import Caseload as Caseload
    from inclusion_rules.casework.case import Case as Case
    from inclusion_rules.casework.case import PinnedLawError as PinnedLawError
    from inclusion_rules.casework.case import RefusedEventError as RefusedEventError
    from inclusion_rules.casework.deciding import decide as decide
    from inclusion_rules.casework.opening import example as example
    from inclusion_rules.casework.opening import open_calendar as open_calendar
    from inclusion_rules.casework.opening import open_case as open_case
    from inclusion_rules.casework.opening import open_rulebook as open_rulebook
    from inclusion_rules.casework.opening import read_case as read_case
    from inclusion_rules.domain.calendar_layers import CalendarLayer as CalendarLayer
    from inclusion_rules.domain.cases import CaseRecord as CaseRecord
    from inclusion_rules.domain.cases import Event as Event
    from inclusion_rules.domain.cases import Judgement as Judgement
    from inclusion_rules.domain.certificate_check import complaints_about as complaints_about
    from inclusion_rules.domain.deadlines import Certificate as Certificate
    from inclusion_rules.domain.deadlines import Deadline as Deadline
    from inclusion_rules.domain.deadlines import certificate_of as certificate_of
    from inclusion_rules.domain.deadlines import last_day_within as last_day_within
    from inclusion_rules.domain.deadlines import school_day_number as school_day_number
    from inclusion_rules.domain.findings import Decision as Decision
    from inclusion_rules.domain.findings import Finding as Finding
    from inclusion_rules.domain.findings import Obligation as Obligation
    from inclusion_rules.domain.rulebook import Rulebook as Rulebook
    from inclusion_rules.domain.school_calendar import SchoolCalendar as SchoolCalendar
    from inclusion_rules.domain.working_days import BankHolidays as BankHolidays
    from inclusion_rules.errors import CalendarGapError as CalendarGapError
    from inclusion_rules.errors import Diagnostic as Diagnostic
    from inclusion_rules.errors import InclusionRulesError as InclusionRulesError
    from inclusion_rules.errors import InvalidFilesError as InvalidFilesError
    from inclusion_rules.loading.case_data import read_event as read_event
    from inclusion_rules.loading.schema import schema_of as schema_of
    from inclusion_rules.records.case_text import JudgementMade as JudgementMade
    from inclusion_rules.records.failures import CaseExistsError as CaseExistsError
    from inclusion_rules.records.failures import KeyReusedError as KeyReusedError
    from inclusion_rules.records.failures import StaleVersionError as StaleVersionError
    from inclusion_rules.records.store import CaseStore as CaseStore
    from inclusion_rules.reporting.case_html import case_as_html as case_as_html
    from inclusion_rules.reporting.case_json import case_as_data as case_as_data
    from inclusion_rules.reporting.case_page import case_page as case_page
    from inclusion_rules.reporting.explanation import explanation_of as explanation_of
    from inclusion_rules.vocabulary import Outcome as Outcome
    from inclusion_rules.vocabulary import Status as Status

_ROOMS = {
    "caseload.caseload": ("Caseload",),
    "casework.case": ("Case", "PinnedLawError", "RefusedEventError"),
    "casework.deciding": ("decide",),
    "casework.opening": ("example", "open_calendar", "open_case", "open_rulebook", "read_case"),
    "domain.calendar_layers": ("CalendarLayer",),
    "domain.cases": ("CaseRecord", "Event", "Judgement"),
    "domain.certificate_check": ("complaints_about",),
    "domain.deadlines": ("Certificate", "Deadline", "certificate_of", "last_day_within", "school_day_number"),
    "domain.findings": ("Decision", "Finding", "Obligation"),
    "domain.rulebook": ("Rulebook",),
    "domain.school_calendar": ("SchoolCalendar",),
    "domain.working_days": ("BankHolidays",),
    "errors": ("CalendarGapError", "Diagnostic", "InclusionRulesError", "InvalidFilesError"),
    "loading.case_data": ("read_event",),
    "loading.schema": ("schema_of",),
    "records.case_text": ("JudgementMade",),
    "records.failures": ("CaseExistsError", "KeyReusedError", "StaleVersionError"),
    "records.store": ("CaseStore",),
    "reporting.case_html": ("case_as_html",),
    "reporting.case_json": ("case_as_data",),
    "reporting.case_page": ("case_page",),
    "reporting.explanation": ("explanation_of",),
    "vocabulary": ("Outcome", "Status"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = sorted(_ROOM_OF)
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    room = _ROOM_OF.get(name)
    if room is None:
        raise AttributeError(f"module `inclusion_rules` has no `{name}`")
    found: object = getattr(import_module(f"inclusion_rules.{room}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
