"""What the index holds of a case: who and where, how it stands for a stretch of days, and what is owed meanwhile.

Small values, apart from the decision they were taken from. They say nothing of today: that is `morning`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from inclusion_rules.caseload.school_days import SchoolDays
from inclusion_rules.casework.case import Case, PackPin
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.deadlines import Deadline
from inclusion_rules.domain.findings import Decision, Obligation
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.vocabulary import Status

CALENDAR_TOO_SHORT, NO_LAW = "calendar_too_short", "no_law_in_force"
"""The warnings of a decision that leave something in it open."""
_CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class CaseBrief:
    """Which case it is, as far as people choose cases by it. What is not known is None.

    `chain_hash` stands for everything recorded of the case until then; `reference` is the council's own.
    """

    case_id: str
    chain_hash: str
    reference: str
    pathway: str
    pins: tuple[PackPin, ...]
    school: str | None
    authority: str | None
    home_authority: str | None
    calendar: str

    @property
    def packs(self) -> tuple[str, ...]:
        """The names of the packs that the case is pinned to."""
        return tuple(pin.pack for pin in self.pins)


class OwedRow(NamedTuple):
    """One obligation that is still owed, in the words of `domain.findings.Obligation`; a tuple, as there are many.

    `missed` is whether its day had passed; an obligation that is not missed is open.
    """

    pack: str
    rule: str
    bearer: str
    bearer_is: str | None
    about: date | None
    arose_on: date
    due: date | None
    was_due: date | None
    missed: bool
    alert_on: date | None
    not_before: date | None
    waiting_for: str | None
    why: str | None
    occurrence: int | None
    deadline: Deadline | None
    missing_facts: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """How a case stands from `decided_as_of` until the day before `changes_on`, if nothing is recorded meanwhile.

    `law` is the digest of what decided it. `begun` is whether anything had happened by then. `remarks` are the reasons
    why the decision is not complete.
    """

    case_id: str
    chain_hash: str
    law: str
    decided_as_of: date
    changes_on: date | None
    stage: str
    ended: bool
    begun: bool
    remarks: tuple[str, ...]

    def covers(self, day: date) -> bool:
        """Whether the case stands so on a day."""
        return self.decided_as_of <= day and (self.changes_on is None or day < self.changes_on)

    @property
    def live(self) -> bool:
        """Whether there is something to look after: the case has begun and not ended."""
        return self.begun and not self.ended


@dataclass(frozen=True, slots=True)
class CaseState:
    """A case with how it stands and what is owed in it. A case that is not live owes nothing here."""

    brief: CaseBrief
    segment: Segment
    owed: tuple[OwedRow, ...]
    days: SchoolDays


@dataclass(frozen=True, slots=True)
class NotDecided:
    """A case that could not be decided, or not in full, and why. `reference` is None where even that cannot be read."""

    case_id: str
    reference: str | None
    school: str | None
    reason: str
    in_part: bool = False


def brief_of(case: Case, *, case_id: str, chain_hash: str, days: SchoolDays) -> CaseBrief:
    """What people choose a case by."""
    school, pupil = case.header.school, case.header.pupil
    return CaseBrief(
        case_id,
        chain_hash,
        case.header.id,
        case.header.pathway,
        case.header.packs,
        _text(school.get("school_name")),
        _text(school.get("school_authority")),
        _text(pupil.get("home_authority")),
        days.digest,
    )


def state_of(
    brief: CaseBrief,
    record: CaseRecord,
    decision: Decision,
    *,
    pathway: Pathway,
    law: str,
    law_turns: date | None,
    days: SchoolDays,
) -> CaseState:
    """What the index keeps of a decision.

    Args:
        law_turns: the next day on which the law itself changes, if any.
    """
    ended = pathway.stage(decision.stage).is_end
    begun = any(event.date <= decision.as_of for event in record.events)
    turns = [day for day in (decision.changes_on, law_turns) if day is not None]
    if ended and not any(move.event is None and decision.stage in move.sources for move in pathway.moves):
        # Nothing leads out of an end but what is recorded; only what is dated ahead can still be reached.
        turns = [event.date for event in record.events if event.date > decision.as_of]
    segment = Segment(
        case_id=brief.case_id,
        chain_hash=brief.chain_hash,
        law=law,
        decided_as_of=decision.as_of,
        changes_on=min(turns, default=None),
        stage=decision.stage,
        ended=ended,
        begun=begun,
        remarks=() if ended else tuple(_remarks(decision, days)),
    )
    still_owed = [entry for entry in decision.obligations if entry.status in (Status.OPEN, Status.MISSED)]
    return CaseState(brief, segment, tuple(_owed(entry, days) for entry in still_owed) if segment.live else (), days)


def calendar_ends(days: SchoolDays) -> str:
    """Why something in a case could not be counted."""
    return (
        f"something has to be counted beyond the calendar `{days.calendar}`, which covers {days.first} to {days.last}"
    )


def _remarks(decision: Decision, days: SchoolDays) -> Iterator[str]:
    codes = {warning.code for warning in decision.warnings}
    if CALENDAR_TOO_SHORT in codes:
        yield calendar_ends(days)
    for warning in decision.warnings:
        if warning.code == NO_LAW:
            # What is governed by the day itself names that day, and would tell the same every day in other words.
            yield warning.message.removesuffix(f" for {decision.as_of.isoformat()}")


def _owed(entry: Obligation, days: SchoolDays) -> OwedRow:
    # A count that ran out of calendar tells how far it would have had to reach today; the row holds for longer.
    uncounted = _CALENDAR in entry.missing_facts and entry.due is None and entry.was_due is None
    return OwedRow(
        pack=entry.rule.pack,
        rule=entry.rule.id,
        bearer=entry.bearer,
        bearer_is=entry.bearer_is,
        about=entry.about,
        arose_on=entry.arose_on,
        due=entry.due,
        was_due=entry.was_due,
        missed=entry.status is Status.MISSED,
        alert_on=entry.alert_on,
        not_before=entry.not_before,
        waiting_for=entry.waiting_for,
        why=calendar_ends(days) if uncounted and entry.why else entry.why,
        occurrence=entry.occurrence,
        deadline=entry.deadline,
        missing_facts=entry.missing_facts,
        notes=entry.notes,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
