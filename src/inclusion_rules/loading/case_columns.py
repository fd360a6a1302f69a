"""The columns that a table of real cases may have, and what heads of other systems they are known by.

A column says who, where, what was decided, or on which day an event of the vocabulary happened; names of events, their
attributes and the keys of school and pupil come from the packs. Words of the school census are recognised beside plain
ones. Knows names and kinds; reads no cell.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from inclusion_rules.domain.facts import FactKind, FactType
from inclusion_rules.domain.rulebook import Edition


class Part(StrEnum):
    """What a column is about."""

    CASE = "the case"
    SCHOOL = "the school"
    PUPIL = "the pupil"
    EXCLUSION = "the exclusion"
    EVENT = "an event"


class Layout(StrEnum):
    """How a table is laid out: a row for each exclusion, or a row for each event."""

    EXCLUSIONS = "a row for each exclusion"
    EVENTS = "a row for each event"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it is about, the kind of its values, what it means, and other heads it goes by.

    `event` and `attribute` say which event it is the day of, or which attribute of that event (of the row's event in a
    table of events) it holds.
    """

    name: str
    part: Part
    kind: FactType
    means: str
    also: tuple[str, ...] = ()
    event: str | None = None
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """What a category of exclusion is recorded as."""

    event: str
    lunchtime: bool = False


PERMANENT, SUSPENDED = "permanently_excluded", "suspended"
CATEGORIES: Mapping[str, Category] = {
    **dict.fromkeys(("PERM", "PERMANENT", "PERMANENT EXCLUSION", "PEX"), Category(PERMANENT)),
    **dict.fromkeys(
        ("SUSP", "SUSPENSION", "SUSPENDED", "FIXD", "FIXED", "FIXED PERIOD", "FIXED TERM"), Category(SUSPENDED)
    ),
    **dict.fromkeys(("LNCH", "LUNCHTIME", "LUNCHTIME SUSPENSION"), Category(SUSPENDED, lunchtime=True)),
}
"""The categories of the census (`FIXD` until 2021), and the words for them."""
SEN_CODES: Mapping[str, str] = {"N": "none", "K": "support", "E": "ehc_plan", "S": "ehc_plan"}
"""The codes of the census for special educational provision; `S` is a statement, which came before plans."""
SESSIONS_IN_A_DAY = 2
"""The census counts an exclusion in sessions, a morning or an afternoon each."""
_A_SLIP = 0.8
"""How alike a head has to be to a column that is known for it to be told as a slip rather than as something else."""

_TEXT, _ID, _DATE = FactType(FactKind.TEXT), FactType(FactKind.TEXT, is_id=True), FactType(FactKind.DATE)
_YES_NO, _WHOLE = FactType(FactKind.YES_NO), FactType(FactKind.WHOLE_NUMBER)
_SESSIONS = FactType(FactKind.ONE_OF, ("morning", "afternoon", "lunchtime"))

_OF_THE_CASE = (
    Column(
        "case", Part.CASE, _TEXT, "the name the case is to have in the run", ("case id", "reference", "case reference")
    ),
    Column(
        "pupil",
        Part.CASE,
        _TEXT,
        "whatever tells one pupil from another; written nowhere",
        ("pupil id", "child", "child id"),
    ),
    Column(
        "upn",
        Part.CASE,
        _TEXT,
        "the unique pupil number, checked by its letter; written nowhere",
        ("unique pupil number", "pupil upn"),
    ),
    Column("packs", Part.CASE, _TEXT, "the packs that decide, as `england suffolk`; else those of `--pack`", ("pack",)),
    Column("calendar", Part.CASE, _TEXT, "the school's calendar, by file or id; else that of `--calendar`"),
    Column(
        "history_complete", Part.CASE, _YES_NO, "`no` where other schools may hold suspensions that the table lacks"
    ),
)
_OF_THE_EXCLUSION = (
    Column(
        "category",
        Part.EXCLUSION,
        _TEXT,
        "`PERM`, `SUSP` or `LNCH` (`FIXD` as well), or the words",
        ("exclusion category", "category code", "type of exclusion", "exclusion type"),
    ),
    Column(
        "start_date",
        Part.EXCLUSION,
        _DATE,
        "the first day of the exclusion",
        ("exclusion start date", "start", "date of exclusion", "exclusion date", "first day", "date from"),
    ),
    Column(
        "decided_on",
        Part.EXCLUSION,
        _DATE,
        "the day on which the head decided; the start date if left out",
        ("decision date", "date decided", "excluded on"),
    ),
    Column(
        "sessions",
        Part.EXCLUSION,
        _WHOLE,
        "the sessions imposed, two a school day",
        (
            "actual sessions",
            "sessions excluded",
            "sessions missed",
            "number of sessions",
            "exclusion sessions",
            "half days",
        ),
    ),
    Column(
        "school_days",
        Part.EXCLUSION,
        FactType(FactKind.HALF_DAYS),
        "the school days imposed, to the half day, instead of sessions",
        ("days", "number of days", "duration", "duration days"),
    ),
    Column("lunchtimes", Part.EXCLUSION, _WHOLE, "how many lunchtimes, for a suspension from these"),
    Column(
        "session",
        Part.EXCLUSION,
        _SESSIONS,
        "when on its day it was decided: `morning`, `afternoon`, `lunchtime`",
        ("session of exclusion", "am pm"),
    ),
    Column(
        "last_day",
        Part.EXCLUSION,
        _DATE,
        "the last day; checked against the calendar, never counted with",
        ("end date", "exclusion end date", "date to"),
    ),
    Column(
        "reason",
        Part.EXCLUSION,
        _TEXT,
        "the first reason, by its code",
        ("reason 1", "reason1", "reasons", "exclusion reason", "exclusion reason 1", "reason code"),
    ),
    Column("reason_2", Part.EXCLUSION, _TEXT, "the second reason", ("second reason", "exclusion reason 2")),
    Column("reason_3", Part.EXCLUSION, _TEXT, "the third reason", ("third reason", "exclusion reason 3")),
    Column(
        "consecutive_with_previous",
        Part.EXCLUSION,
        _YES_NO,
        "whether no school day lies between it and the one before; checked",
    ),
)
_OF_AN_EVENT = (
    Column("pathway", Part.CASE, _TEXT, "the pathway of the case; found from its exclusions if left out"),
    Column("event", Part.EVENT, _TEXT, "an event of the vocabulary", ("activity", "event name")),
    Column("date", Part.EVENT, _DATE, "the day on which it happened", ("event date", "happened on", "happened_on")),
    Column("of", Part.EVENT, _DATE, "the day of the exclusion that it belongs to", attribute="of"),
    Column("at", Part.EVENT, _TEXT, "the time of day, as `14:30`", attribute="at"),
    Column("by", Part.EVENT, _TEXT, "the role that did it", attribute="by"),
    Column("recorded_at", Part.EVENT, _TEXT, "the instant at which it was recorded", attribute="recorded_at"),
    Column("evidence", Part.EVENT, _TEXT, "a document's name", attribute="evidence"),
)
_ALSO: Mapping[str, tuple[str, ...]] = {
    "school.name": ("school", "school name", "establishment", "estab name", "la estab", "urn"),
    "school.type": ("school type", "type of establishment", "establishment type"),
    "school.phase": ("phase", "school phase", "phase of education"),
    "school.authority": ("authority", "local authority", "school authority"),
    "pupil.date_of_birth": ("date of birth", "dob", "birth date", "pupil dob"),
    "pupil.year_group": ("year group", "nc year", "nc year actual", "national curriculum year"),
    "pupil.sen": ("sen", "sen provision", "sen status"),
    "pupil.looked_after": ("looked after", "in care", "looked after child", "lac", "cla"),
    "pupil.previously_looked_after": ("previously looked after", "plac"),
    "pupil.social_worker": ("social worker", "has social worker"),
    "pupil.home_authority": ("home authority", "home local authority", "home la"),
}


def layout_of(heads: Iterator[str] | tuple[str, ...]) -> Layout:
    """How a table with these heads is laid out: it is one of events where a column is called so."""
    named = {squeezed(head) for head in heads}
    return Layout.EVENTS if named & {"event", "activity", "eventname"} else Layout.EXCLUSIONS


def columns_of(layout: Layout, edition: Edition) -> tuple[Column, ...]:
    """Every column that a table of a layout may have under some packs, in the order in which they are told."""
    found = [*_OF_THE_CASE]
    for fact in edition.facts.values():
        part, _, key = (fact.taken_from or "").partition(".")
        if part in ("school", "pupil"):
            # A column called `name` or `type` alone may be a pupil's name, or the type of anything.
            bare = () if key in ("name", "type") else (key,)
            also = (*bare, *_ALSO.get(f"{part}.{key}", ()))
            about = Part.SCHOOL if part == "school" else Part.PUPIL
            means = fact.asks[:1].lower() + fact.asks[1:]
            found.append(Column(f"{part}.{key}", about, fact.type, means, tuple(dict.fromkeys(also)), attribute=key))
    if layout is Layout.EXCLUSIONS:
        found += _OF_THE_EXCLUSION
        for event in edition.events.values():
            found += _of_event(event.name, (*event.needs, *event.may), edition)
        return tuple(found)
    found += _OF_AN_EVENT
    taken = {column.name for column in found}
    for event in edition.events.values():
        for attribute in (*event.needs, *event.may):
            if attribute not in taken:
                taken.add(attribute)
                kind = edition.attributes.get(attribute, _TEXT)
                also = (f"event.{attribute}",)
                found.append(Column(attribute, Part.EVENT, kind, "", also, attribute=attribute))
    return tuple(found)


def _of_event(name: str, attributes: tuple[str, ...], edition: Edition) -> Iterator[Column]:
    if name in (PERMANENT, SUSPENDED):
        return  # the exclusion has columns of its own
    yield Column(name, Part.EVENT, _DATE, "the day on which it happened", (f"{name}_on", f"{name}_date"), event=name)
    for attribute in (*attributes, "at", "by"):
        kind = edition.attributes.get(f"{name}.{attribute}") or edition.attributes.get(attribute) or _TEXT
        yield Column(f"{name}.{attribute}", Part.EVENT, kind, "", event=name, attribute=attribute)


@dataclass(frozen=True, slots=True)
class Recognised:
    """The columns of a table: for each head the column it is, or None; and the heads that may be slips.

    `slips` gives the nearest column for a head that nearly is one; `twice` the heads that name a column named before.
    """

    columns: tuple[Column | None, ...]
    slips: Mapping[int, str]
    twice: Mapping[int, str]


def recognised(heads: tuple[str, ...], layout: Layout, edition: Edition) -> Recognised:
    """Which columns the heads of a table are."""
    known: dict[str, Column] = {}
    columns = columns_of(layout, edition)
    for column in columns:
        known.setdefault(squeezed(column.name), column)
    for column in columns:
        for other in column.also:
            known.setdefault(squeezed(other), column)
    found: list[Column | None] = []
    slips: dict[int, str] = {}
    twice: dict[int, str] = {}
    seen: set[str] = set()
    for place, head in enumerate(heads):
        found_column = known.get(squeezed(head))
        found.append(found_column)
        if found_column is not None:
            if found_column.name in seen:
                twice[place] = found_column.name
            seen.add(found_column.name)
        elif near := difflib.get_close_matches(squeezed(head), known, n=1, cutoff=_A_SLIP):
            slips[place] = known[near[0]].name
    return Recognised(tuple(found), slips, twice)


def squeezed(head: str) -> str:
    """A head without what systems write differently: case, spaces, hyphens and underscores.

    >>> squeezed("NC Year_Actual") == squeezed("NCyearActual")
    True
    """
    return re.sub(r"[^a-z0-9.]", "", head.casefold())
