"""What an officer finds in the morning: all that is owed in a caseload on one day, in groups, the most pressing first.

Plain arithmetic on what the index holds: how late, how long left, which group. It decides no case and lays out nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from inclusion_rules.caseload.case_rows import CaseBrief, CaseState, NotDecided, OwedRow, calendar_ends
from inclusion_rules.caseload.law_at_hand import LawAtHand, LawDifference
from inclusion_rules.caseload.wanted import Wanted
from inclusion_rules.domain.rules import Rule

WITHIN = 10
"""Due soon: within so many school days, unless somebody asks otherwise. A habit, no law."""
QUIET_AFTER = 28
"""A case is quiet when nothing was recorded in it for so many days, unless somebody asks otherwise. A habit, no law."""


class Group(StrEnum):
    """Where an obligation belongs in a morning, in the order of reading."""

    MISSED = "missed"
    DUE_SOON = "due_soon"
    ALERT = "alert"
    TO_CONFIRM = "to_confirm"
    DUE_LATER = "due_later"
    ALERT_LATER = "alert_later"
    NOT_BEFORE = "not_before"
    WAITING = "waiting"
    UNDATED = "undated"
    STANDING = "standing"


@dataclass(frozen=True, slots=True)
class Item:
    """One obligation of one case on the day.

    `late_by_school_days` is None unless it is missed, or where the calendar does not reach. `school_days_left` is None
    without a day to come, or where the calendar does not reach. `school_days_since` counts from the day to raise it.
    """

    brief: CaseBrief
    stage: str
    row: OwedRow
    rule: Rule
    group: Group
    late_by_school_days: int | None
    school_days_left: int | None
    days_left: int | None
    school_days_since: int | None
    own_law: bool


@dataclass(frozen=True, slots=True)
class QuietCase:
    """A case in which nothing has been recorded for a number of days."""

    brief: CaseBrief
    stage: str
    last_recorded: date
    days: int


@dataclass(frozen=True, slots=True)
class OtherLawCase:
    """A case pinned to other law than that at hand: moving it would be a step of its own."""

    brief: CaseBrief
    stage: str
    differences: tuple[LawDifference, ...]


@dataclass(frozen=True, slots=True)
class Morning:
    """A caseload on one day. `items` stand in order of group, and within it the most pressing first."""

    as_of: date
    wanted: Wanted
    within: int
    quiet_after: int
    live: int
    ended: int
    not_begun: int
    items: tuple[Item, ...]
    quiet: tuple[QuietCase, ...]
    other_law: tuple[OtherLawCase, ...]
    not_decided: tuple[NotDecided, ...]

    def of(self, group: Group) -> tuple[Item, ...]:
        """The obligations of one group."""
        return tuple(item for item in self.items if item.group is group)

    def counts(self) -> dict[Group, int]:
        """How many obligations each group has."""
        found = Counter(item.group for item in self.items)
        return {group: found[group] for group in Group}

    def bearers(self, group: Group) -> dict[str, int]:
        """How many obligations of a group fall on whom, the most first."""
        found = Counter(item.row.bearer for item in self.items if item.group is group)
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def morning_of(
    states: Iterable[CaseState],
    *,
    as_of: date,
    recorded: Mapping[str, datetime],
    not_decided: Iterable[NotDecided],
    law: LawAtHand,
    wanted: Wanted,
    within: int = WITHIN,
    quiet_after: int = QUIET_AFTER,
) -> Morning:
    """Put a caseload in the order of a morning.

    Args:
        recorded: when something was last recorded in each case, by its id.
    """
    chosen = sorted((state for state in states if wanted.case(state.brief)), key=lambda state: state.brief.reference)
    live = [state for state in chosen if state.segment.live]
    items: list[Item] = []
    troubles = list(not_decided)
    for state in live:
        found, short = _items(state, as_of, within, law, wanted)
        items += found
        troubles += _in_part(state, short)
    items.sort(key=_place)
    return Morning(
        as_of=as_of,
        wanted=wanted,
        within=within,
        quiet_after=quiet_after,
        live=len(live),
        ended=sum(state.segment.ended for state in chosen),
        not_begun=sum(not state.segment.begun and not state.segment.ended for state in chosen),
        items=tuple(items),
        quiet=tuple(_quiet(live, as_of, recorded, quiet_after)),
        other_law=tuple(
            OtherLawCase(state.brief, state.segment.stage, differences)
            for state in live
            if (differences := law.differences(state.brief.pins))
        ),
        not_decided=tuple(
            sorted(troubles, key=lambda case: (case.in_part, case.reference or "", case.case_id, case.reason))
        ),
    )


def _items(state: CaseState, as_of: date, within: int, law: LawAtHand, wanted: Wanted) -> tuple[list[Item], bool]:
    """What is owed in a case, and whether its calendar is too short to say how late something is."""
    found: list[Item] = []
    short = False
    own_law = not law.differences(state.brief.pins)
    between = state.days.between
    for row in state.owed:
        late = between(row.due, as_of) if row.missed and row.due is not None else None
        short = short or (row.missed and row.due is not None and late is None)
        if not wanted.bearer(row.bearer):
            continue
        rule = law.rulebook.packs[row.pack].rules[row.rule]
        ahead = row.due if row.due is not None and not row.missed else None
        group = _group(row, rule, state, as_of, within)
        raised = row.alert_on if group is Group.ALERT else None
        found.append(
            Item(
                brief=state.brief,
                stage=state.segment.stage,
                row=row,
                rule=rule,
                group=group,
                late_by_school_days=late,
                school_days_left=between(as_of, ahead) if ahead is not None else None,
                days_left=(ahead - as_of).days if ahead is not None else None,
                school_days_since=between(raised, as_of) if raised is not None else None,
                own_law=own_law,
            )
        )
    return found, short


def _group(row: OwedRow, rule: Rule, state: CaseState, as_of: date, within: int) -> Group:
    if row.missed:
        return Group.MISSED
    if row.was_due is not None:
        return Group.TO_CONFIRM
    if row.due is not None:
        return Group.DUE_SOON if state.days.within(within, after=as_of, until=row.due) else Group.DUE_LATER
    if row.not_before is not None:
        return Group.NOT_BEFORE
    if row.alert_on is not None:
        return Group.ALERT if row.alert_on <= as_of else Group.ALERT_LATER
    if row.waiting_for is not None:
        return Group.WAITING
    return Group.UNDATED if rule.deadline is not None or rule.met_by else Group.STANDING


_ORDER = {group: number for number, group in enumerate(Group)}
_NEVER = date.max


def _place(item: Item) -> tuple[int, int, date, str, str, str, str, date, int]:
    row = item.row
    late = -1 if item.late_by_school_days is None else item.late_by_school_days
    return (
        _ORDER[item.group],
        -late if item.group is Group.MISSED else 0,
        row.due or row.was_due or row.alert_on or row.not_before or _NEVER,
        item.brief.reference,
        item.rule.duty,
        row.pack,
        row.rule,
        row.about or date.min,
        row.occurrence or 0,
    )


def _in_part(state: CaseState, short: bool) -> Iterator[NotDecided]:
    brief = state.brief
    reasons = list(state.segment.remarks)
    if short:
        reasons.append(calendar_ends(state.days))
    for reason in dict.fromkeys(reasons):
        yield NotDecided(brief.case_id, brief.reference, brief.school, reason, in_part=True)


def _quiet(
    live: Sequence[CaseState], as_of: date, recorded: Mapping[str, datetime], quiet_after: int
) -> Iterator[QuietCase]:
    found: list[QuietCase] = []
    for state in live:
        last = recorded[state.brief.case_id].date()
        days = (as_of - last).days
        if days >= quiet_after:
            found.append(QuietCase(state.brief, state.segment.stage, last, days))
    yield from sorted(found, key=lambda case: (-case.days, case.brief.reference))
