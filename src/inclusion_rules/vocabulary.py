"""The closed sets of words that every other module uses, and the one spelling rule for names.

Policy officers write names with spaces (`governing board notified`); code, JSON and case files write the same names
with underscores. `identifier` and `words` are the only translation between the two.
"""

from __future__ import annotations

from enum import StrEnum


def identifier(text: str) -> str:
    """The name as code, JSON and case files spell it.

    >>> identifier("governing board notified")
    'governing_board_notified'
    """
    return "_".join(text.strip().lower().split())


def words(name: str) -> str:
    """The name as people read it.

    >>> words("governing_board_notified")
    'governing board notified'
    """
    return name.replace("_", " ")


class Outcome(StrEnum):
    """What a rule says of a case: it applies, it does not, or too little is known to say."""

    ENGAGED = "engaged"
    NOT_ENGAGED = "not_engaged"
    UNDETERMINED = "undetermined"


class Modality(StrEnum):
    """How strongly the law speaks. Kept with every rule so that no screen can overstate it."""

    MUST = "must"
    MUST_NOT = "must_not"
    SHOULD = "should"
    SHOULD_NOT = "should_not"
    EXPECTED = "expected"
    MAY = "may"
    MEANS = "means"


class RuleKind(StrEnum):
    """The deontic kind of a rule. `duty`, `expectation` and `right` raise obligations; the others are findings only."""

    DUTY = "duty"
    EXPECTATION = "expectation"
    RIGHT = "right"
    POWER = "power"
    PROHIBITION = "prohibition"
    DEFINITION = "definition"
    OPTION = "option"


class Status(StrEnum):
    """Where an obligation stands on the day it is looked at."""

    OPEN = "open"
    MET = "met"
    MET_LATE = "met_late"
    MISSED = "missed"
    LAPSED = "lapsed"


class Force(StrEnum):
    """The rank of the source a rule is taken from, strongest first."""

    ACT = "Act"
    REGULATIONS = "regulations"
    STATUTORY_GUIDANCE = "statutory guidance"
    CODE = "code"
    LOCAL_PROTOCOL = "local protocol"
    GOOD_PRACTICE = "good practice"


class Verification(StrEnum):
    """Whether a page that was read confirms the rule. `NO` ships switched off; `MARKED` runs and says so."""

    YES = "yes"
    MARKED = "marked"
    NO = "no"


class Unit(StrEnum):
    """The units in which the law counts."""

    SCHOOL_DAYS = "school days"
    WORKING_DAYS = "working days"
    CALENDAR_DAYS = "calendar days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    HOURS = "hours"
    SCHOOL_DAY_ORDINAL = "school day ordinal"
    HALF_DAYS = "half days"
    POUNDS = "pounds"
    PERCENT = "percent"
    COUNT = "count"
    AGE = "years of age"
    DATE = "date"
    READING = "reading"
