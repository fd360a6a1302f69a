"""Random cases for properties: event logs drawn from the shipped vocabulary, on the `example` calendar.

Knows which events, attributes and words a case may hold, from the edition itself; decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from tests.casework.builders import record_of

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.facts import FactKind

OFTEN = (
    "suspended",
    "permanently_excluded",
    "exclusion_cancelled",
    "pupil_returned_to_school",
    "public_exam_or_test_missed",
    "parent_notified_in_writing",
    "governing_board_notified",
    "representations_made",
    "governing_board_met",
    "governing_board_decided",
    "governing_board_decision_notified",
    "review_applied_for",
    "review_waived",
    "discrimination_claim_determined",
    "review_decided",
    "review_decision_notified",
    "governing_board_reconsidered",
    "reconsideration_notified",
    "education_arranged",
    "education_began",
    "name_deleted_from_register",
)
PATHWAYS = (
    "permanent_exclusion",
    "suspension",
    "managed_move",
    "off_site_direction",
    "part_time_timetable",
    "risk_of_exclusion",
    "safeguarding_separation",
)
STARTS = tuple(map(date.fromisoformat, ("2025-01-06", "2025-03-10", "2025-02-03", "2025-04-22")))
"""First days from which every count of these tests stays within the days that `builders` has typed in."""
AROUND_CHANGES = tuple(
    map(
        date.fromisoformat,
        ("2012-09-01", "2014-12-10", "2020-05-25", "2022-08-20", "2023-08-25", "2024-07-10", "2026-07-10"),
    )
)

FACTS: Mapping[str, tuple[str, tuple[object, ...]]] = {
    "type": ("school", ("maintained", "academy", "pru", "special")),
    "phase": ("school", ("primary", "secondary")),
    "authority": ("school", ("leicestershire", "suffolk")),
    "year_group": ("pupil", (9, 11)),
    "sen": ("pupil", ("none", "support", "ehc_plan")),
    "looked_after": ("pupil", (True, False)),
    "social_worker": ("pupil", (True, False)),
    "home_authority": ("pupil", ("leicestershire", "suffolk")),
    "public_exams_finished": ("pupil", (True, False)),
    "plan_names_fewer_hours": ("pupil", (True, False)),
    "plan_hours_given": ("pupil", (True, False)),
}


@dataclass(frozen=True)
class Told:
    """A case as it would be written: its lines, and what is said of school and pupil."""

    events: tuple[str, ...]
    pathway: str
    facts: Mapping[str, object]
    born: str
    as_of: date
    more: Mapping[str, Any] = field(default_factory=dict)

    def record(self, *, events: tuple[str, ...] | None = None, facts: Mapping[str, object] | None = None) -> CaseRecord:
        """The record of the case, with other lines or other facts if given."""
        known = self.facts if facts is None else facts
        parts: dict[str, dict[str, object]] = {"school": {}, "pupil": {"date_of_birth": self.born}}
        for name, value in known.items():
            parts[FACTS[name][0]][name] = value
        return record_of(
            self.events if events is None else events,
            pathway=self.pathway,
            without=[name for name in FACTS if name not in known],
            **parts,
            **self.more,
        )


def _written(kind: Any, name: str, day: date) -> st.SearchStrategy[str]:
    match kind.kind:
        case FactKind.DATE:
            return st.integers(-5, 30).map(lambda days: (day + timedelta(days=days)).isoformat())
        case FactKind.HALF_DAYS:
            return st.sampled_from(["0.5", "1", "2.5", "5", "6", "10", "16", "46"])
        case FactKind.YES_NO:
            return st.sampled_from(["true", "false"])
        case FactKind.ONE_OF:
            return st.sampled_from(list(kind.choices))
        case FactKind.SET_OF:
            return st.sampled_from([f"[{word}]" for word in kind.choices[:6] or ("words",)])
        case FactKind.TEXT:
            return st.just("words")
        case _:
            return st.integers(1, 5).map(str)


@st.composite
def lines(draw: st.DrawFn, start: date, *, returns_with_cancellations: bool = False) -> tuple[str, ...]:
    """Up to nine events within a hundred days, in any order."""
    edition = open_rulebook().edition()
    names = st.one_of(st.sampled_from(OFTEN), st.sampled_from(sorted(edition.events)))
    found: list[str] = []
    excluded: list[date] = []
    for _ in range(draw(st.integers(1, 9))):
        name = draw(names)
        day = start + timedelta(days=draw(st.integers(0, 100)))
        definition = edition.events[name]
        chosen = [*definition.needs, *(word for word in definition.may if word != "of" and draw(st.booleans()))]
        said = []
        for word in chosen:
            kind = edition.attributes.get(f"{name}.{word}") or edition.attributes[word]
            said.append(f"{word}: {draw(_written(kind, word, day))}")
        if name in ("suspended", "permanently_excluded"):
            excluded.append(day)
        elif excluded and draw(st.integers(0, 5)) == 0:
            said.append(f"of: {draw(st.sampled_from(excluded)).isoformat()}")
        if draw(st.integers(0, 9)) == 0:
            said.append(f'at: "{draw(st.integers(8, 18)):02}:30"')
        found.append(f"{day.isoformat()} {name} {', '.join(said)}")
        if returns_with_cancellations and name == "exclusion_cancelled":
            belongs = [part for part in said if part.startswith("of:")]
            found.append(f"{day.isoformat()} pupil_returned_to_school {', '.join(belongs)}")
    return tuple(found)


@st.composite
def cases(
    draw: st.DrawFn,
    *,
    starts: tuple[date, ...] = STARTS,
    pathways: tuple[str, ...] = PATHWAYS[:2],
    returns_with_cancellations: bool = False,
) -> Told:
    """A case with some facts known and others not, and a day to look at it."""
    start = draw(st.sampled_from(starts))
    known = draw(st.sets(st.sampled_from(sorted(FACTS))))
    return Told(
        events=draw(lines(start, returns_with_cancellations=returns_with_cancellations)),
        pathway=draw(st.sampled_from(pathways)),
        facts={name: draw(st.sampled_from(FACTS[name][1])) for name in sorted(known)},
        born=f"{start.year - 14}-05-05",
        as_of=start + timedelta(days=draw(st.integers(0, 150))),
        more={"history_complete": draw(st.booleans())},
    )
