"""What an unquoted value means: the core schema of YAML 1.2, and the shapes too doubtful to be read at all.

Words such as `yes`, `no`, `on` and `12:30` are text. A shape that other readers of YAML take for different things
(`007`, `0x1F`, `1_000`), or that looks like a date and is none, is for the writer to settle, so it is refused here.
Knows nothing of places in a file.
"""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

PlainValue: TypeAlias = str | int | float | bool | date | None

MOST_FIGURES = 100
"""The longest number that is read, in characters."""

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_FIRST_OF_NUMBER = frozenset("0123456789+-.")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")
_OTHER_BASE = re.compile(r"[-+]?0(?:[xX][0-9a-fA-F][0-9a-fA-F_]*|[oO][0-7][0-7_]*|[bB][01][01_]*)")
_UNDERSCORED = re.compile(r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_REFERENCE = "if it is a reference, put it in quotation marks"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why an unquoted value is refused, and what would settle it. `reason` continues the value in backticks."""

    reason: str
    help: str


def resolved(text: str) -> PlainValue:
    """The value of unquoted text; text stays text where it is of no known shape, or of a doubtful one.

    >>> [resolved(text) for text in ("15", "no", "12:30", "~", "1.5")]
    [15, 'no', '12:30', None, 1.5]
    >>> resolved("2025-03-03")
    datetime.date(2025, 3, 3)
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _FIRST_OF_NUMBER or doubt_about(text) is not None:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DATE.fullmatch(text):
        return date.fromisoformat(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def doubt_about(text: str) -> Doubt | None:
    """Why unquoted `text` is refused, or None where it reads one way only.

    >>> doubt_about("007").reason
    'could be the number 7 or the words 007'
    >>> doubt_about("7") is None
    True
    """
    if not text or text[0] not in _FIRST_OF_NUMBER:
        return None
    if _NOT_FINITE.fullmatch(text):
        return Doubt("is not a number anything can be counted with", "give a number, or put words in quotation marks")
    dated = _DATE.fullmatch(text)
    if dated:
        return _doubt_about_date(text, *map(int, dated.groups()))
    if len(text) > MOST_FIGURES:
        if _FLOAT.fullmatch(text) or _UNDERSCORED.fullmatch(text) or _OTHER_BASE.fullmatch(text):
            return Doubt(f"is a number of more than {MOST_FIGURES} figures", _REFERENCE)
        return None
    if _LEADING_ZERO.fullmatch(text):
        return _choice(text, number=re.sub(r"^([-+]?)0+(?=[0-9])", r"\1", text))
    if _OTHER_BASE.fullmatch(text):
        return _choice(text, number=str(int(text.replace("_", ""), 0)))
    if "_" in text and _UNDERSCORED.fullmatch(text):
        return _choice(text, number=text.replace("_", ""))
    if _FLOAT.fullmatch(text) and math.isinf(float(text)):
        return Doubt("is larger than any number that can be counted with", _REFERENCE)
    return None


def _choice(text: str, *, number: str) -> Doubt:
    reason = f"could be the number {number} or the words {text}"
    return Doubt(reason, f'write `{number}` for the number, or `"{text}"` in quotation marks for the words')


def _doubt_about_date(text: str, year: int, month: int, day: int) -> Doubt | None:
    if year < 1:
        return Doubt("is not a day of the calendar", "years run from 0001 to 9999")
    if not 1 <= month <= 12:
        return Doubt("is not a day of the calendar", "dates are year-month-day, and months run from 01 to 12")
    longest = calendar.monthrange(year, month)[1]
    if not 1 <= day <= longest:
        return Doubt("is not a day of the calendar", f"{_MONTHS[month - 1]} {year} has {longest} days")
    written = f"{year:04}-{month:02}-{day:02}"
    if text != written:
        return Doubt(
            "is nearly a date", f'write `{written}` for the date, or `"{text}"` in quotation marks for the words'
        )
    return None
