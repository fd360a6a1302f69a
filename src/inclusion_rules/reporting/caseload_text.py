"""A morning as text: totals first, then what is late, what is due soon, what to raise, and the cases that need a look.

Knows columns, wrapping and colour. Which obligations there are and in what order is `caseload.morning`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from inclusion_rules.caseload.case_rows import CaseBrief, NotDecided
from inclusion_rules.caseload.morning import Group, Item, Morning
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.reporting.case_page import subject_in_words
from inclusion_rules.reporting.caseload_words import (
    PRESSING,
    TITLES,
    act_in_words,
    counted_in_words,
    day_word,
    difference_in_words,
    number_of,
    standing_in_words,
)
from inclusion_rules.vocabulary import Verification, words

NARROWEST = 40
TOP = 50
"""How many of each group are listed, unless somebody asks for more; how many are not is always said."""
_COLOURS = {Group.MISSED: "1;31", Group.DUE_SOON: "1;33", Group.ALERT: "1;33"}
_HEADING, _QUIET = "1", "2"
_INDENT = 6


@dataclass(frozen=True, slots=True)
class _Page:
    """Where the text is shown, and how much of it."""

    rulebook: Rulebook
    colour: bool
    width: int
    top: int | None

    def painted(self, text: str, code: str | None) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code and text else text

    def wrapped(self, text: str, *, first: int = 2, after: int | None = None, code: str | None = None) -> list[str]:
        before, then = " " * first, " " * (first if after is None else after)
        lines = wrap(text, self.width, initial_indent=before, subsequent_indent=then, break_on_hyphens=False)
        return [self.painted(line, code) for line in lines]

    def listed(self, count: int) -> int:
        return count if self.top is None else min(count, self.top)

    def left_out(self, count: int) -> list[str]:
        """That some are not listed, and how to see them."""
        more = count - self.listed(count)
        if not more:
            return []
        told = f"… and {more:,} more: `--top 0` lists all of them, `--format csv` puts them in a table"
        return self.wrapped(told, after=4, code=_QUIET)


def morning_as_text(
    morning: Morning, *, rulebook: Rulebook, colour: bool, width: int, top: int | None = TOP, everything: bool = False
) -> str:
    """The morning, ready to print.

    Args:
        top: how many of each group to list; None lists all.
        everything: list what is not pressing as well, such as what is due later.
    """
    page = _Page(rulebook, colour, max(width, NARROWEST), top)
    parts = [_headline(morning, page), _totals(morning, page)]
    for group in Group:
        if group in PRESSING or everything:
            parts.append(_group(morning, group, page))
    parts += [_quiet(morning, page), _other_law(morning, page), _not_decided(morning, page)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


# Totals --------------------------------------------------------------------------------------------------------------


def _headline(morning: Morning, page: _Page) -> list[str]:
    told = f"Caseload of {number_of(morning.live, 'live case')}, as of {day_in_words(morning.as_of)}"
    lines = page.wrapped(told, first=0, after=2, code=_HEADING)
    others = [
        f"{count:,} {what}" for count, what in ((morning.ended, "ended"), (morning.not_begun, "not begun")) if count
    ]
    if others:
        lines += page.wrapped(f"Not among them: {', '.join(others)}.", first=0, after=2)
    wanted = morning.wanted
    asked = [
        f"{what} {', '.join(map(words, names))}"
        for what, names in (
            ("bearer", wanted.bearers),
            ("school", wanted.schools),
            ("authority", wanted.authorities),
            ("pathway", wanted.pathways),
        )
        if names
    ]
    if asked:
        lines += page.wrapped(f"Only: {'; '.join(asked)}.", first=0, after=2)
    return lines


def _totals(morning: Morning, page: _Page) -> list[str]:
    counts = morning.counts()
    rows: list[tuple[str, int, str, str | None]] = []
    for group in PRESSING:
        who = ", ".join(f"{words(bearer)} {count:,}" for bearer, count in morning.bearers(group).items())
        rows.append((_title(group, morning), counts[group], who, _COLOURS.get(group) if counts[group] else None))
    rows.append((f"Nothing recorded for {number_of(morning.quiet_after, 'day')}", len(morning.quiet), "", None))
    rows.append(("Pinned to other law than is at hand", len(morning.other_law), "", None))
    failed = sum(not case.in_part for case in morning.not_decided)
    rows.append(("Could not be decided", failed, "", _COLOURS[Group.MISSED] if failed else None))
    partly = len({case.case_id for case in morning.not_decided if case.in_part})
    rows.append(("Not decided in full", partly, "", None))
    widest = max(len(title) for title, *_ in rows)
    digits = max(len(f"{count:,}") for _, count, *_ in rows)
    lines: list[str] = []
    for title, count, who, code in rows:
        before = f"{title:<{widest}}  {count:>{digits},}"
        told = f"{before}  {who}" if who else before
        first, *rest = page.wrapped(told, first=2, after=widest + digits + 6)
        lines += [first.replace(before, page.painted(before, code), 1), *rest]
    rest_of = [f"{counts[group]:,} {_brief_title(group)}" for group in Group if group not in PRESSING and counts[group]]
    if rest_of:
        lines += page.wrapped(f"Owed besides: {', '.join(rest_of)} (--all lists them).", first=2, after=4)
    return lines


def _title(group: Group, morning: Morning) -> str:
    if group is Group.DUE_SOON:
        return f"Due within {number_of(morning.within, 'school day')}"
    return TITLES[group]


def _brief_title(group: Group) -> str:
    return {
        Group.TO_CONFIRM: "to confirm",
        Group.DUE_LATER: "due later",
        Group.ALERT_LATER: "to be raised later",
        Group.NOT_BEFORE: "not before a day",
        Group.WAITING: "waiting for something",
        Group.UNDATED: "with no date known",
        Group.STANDING: "standing",
    }[group]


# Obligations ---------------------------------------------------------------------------------------------------------


def _group(morning: Morning, group: Group, page: _Page) -> list[str]:
    items = morning.of(group)
    if not items:
        return []
    lines = page.wrapped(
        f"{_title(group, morning).upper()} ({len(items):,})", first=0, after=2, code=_COLOURS.get(group, _HEADING)
    )
    for item in items[: page.listed(len(items))]:
        lines += _item(item, page)
    return lines + page.left_out(len(items))


def _item(item: Item, page: _Page) -> list[str]:
    row, rule = item.row, item.rule
    told = [standing_in_words(item), day_word(item), *_named(item.brief)]
    lines = page.wrapped("  ".join(part for part in told if part), after=4, code=_COLOURS.get(item.group))
    about = subject_in_words(rule, row.about)
    which = f" ({about})" if about else ""
    law = f" [{rule.cites[0]}]" if rule.cites else ""
    mark = "" if rule.verified is Verification.YES else " (unverified)"
    lines += page.wrapped(f"{act_in_words(item, page.rulebook)}{which}{mark}{law}", first=_INDENT)
    for remark in _remarks(item):
        lines += page.wrapped(f"- {remark}", first=_INDENT, after=_INDENT + 2, code=_QUIET)
    return lines


def _remarks(item: Item) -> Iterator[str]:
    row = item.row
    if counted := counted_in_words(item):
        yield f"counted: {counted}"
    if item.group is Group.ALERT:
        since = item.school_days_since
        when = f", {number_of(since, 'school day')} after the day to raise it" if since else ""
        yield f"the law gives no number of days; no record of it yet{when}"
    if row.why:
        yield row.why
    yield from row.notes
    if row.occurrence is not None and row.occurrence > 1:
        yield f"time {row.occurrence} that it is owed"
    if not item.own_law:
        yield "by the law at hand, which is not the law that the case is pinned to"


def _named(brief: CaseBrief) -> Iterator[str]:
    yield brief.reference
    if brief.school is not None:
        yield brief.school


# Cases ---------------------------------------------------------------------------------------------------------------


def _cases(title: str, told: Sequence[str], page: _Page, *, code: str = _HEADING) -> list[str]:
    if not told:
        return []
    lines = page.wrapped(f"{title.upper()} ({len(told):,})", first=0, after=2, code=code)
    for each in told[: page.listed(len(told))]:
        lines += page.wrapped(each, after=_INDENT)
    return lines + page.left_out(len(told))


def _quiet(morning: Morning, page: _Page) -> list[str]:
    told = [
        f"{number_of(case.days, 'day')}, since {day_in_words(case.last_recorded)}  {'  '.join(_named(case.brief))}  "
        f"at {case.stage}"
        for case in morning.quiet
    ]
    return _cases(f"Nothing recorded for {number_of(morning.quiet_after, 'day')}", told, page)


def _other_law(morning: Morning, page: _Page) -> list[str]:
    told = [
        f"{'  '.join(_named(case.brief))}: {'; '.join(map(difference_in_words, case.differences))}"
        for case in morning.other_law
    ]
    lines = _cases("Pinned to other law than is at hand", told, page)
    if lines:
        lines += page.wrapped(
            "These are shown as the law at hand decides them; moving a case to it is a step of its own.", code=_QUIET
        )
    return lines


def _not_decided(morning: Morning, page: _Page) -> list[str]:
    failed = [case for case in morning.not_decided if not case.in_part]
    partly = [case for case in morning.not_decided if case.in_part]
    lines = _cases("Could not be decided", list(_told(failed)), page, code=_COLOURS[Group.MISSED])
    if lines and partly:
        lines.append("")
    return lines + _cases("Not decided in full", list(_told(partly)), page)


def _told(cases: Iterable[NotDecided]) -> Iterator[str]:
    for case in cases:
        named = case.reference or f"kept as {case.case_id}"
        school = f"  {case.school}" if case.school is not None else ""
        yield f"{named}{school}: {case.reason}"
