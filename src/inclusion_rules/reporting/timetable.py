"""The timetable of a case as text: what is late, what is due, who owes it and by which law, most pressing first.

Knows columns, wrapping and colour. Which entries there are and in what order is `case_page`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.reporting.case_page import CasePage, Entry, Section, subject_in_words
from inclusion_rules.vocabulary import Status, words

NARROW = 80
NARROWEST = 40
_DAY_WIDTH = 15
_FINISHED = ("done", "lapsed")
"""What is over is named by its title alone; what is still owed, by who owes what under which law."""
_COLOURS = {"overdue": "1;31", "due": "1;33", "without delay": "1;33", "heading": "1", "quiet": "2", "done": "32"}


@dataclass(frozen=True, slots=True)
class _Style:
    colour: bool
    width: int
    details: bool

    def painted(self, text: str, name: str) -> str:
        code = _COLOURS.get(name)
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code and text else text

    def heading(self, text: str, name: str) -> list[str]:
        shown = name if name in _COLOURS else "heading"
        return [self.painted(line, shown) for line in self.wrapped(text, first="", indent=2)]

    def wrapped(self, text: str, *, first: str = "  ", indent: int = 4) -> list[str]:
        after = " " * indent
        return wrap(text, self.width, initial_indent=first, subsequent_indent=after, break_on_hyphens=False)


def timetable(page: CasePage, *, colour: bool, width: int, details: bool) -> str:
    """The timetable of a case, ready to print.

    Args:
        colour: mark urgency with colour as well; the words say it in any case.
        width: how many characters fit in a line.
        details: list standing duties, powers, every citation and the reading taken as well.
    """
    style = _Style(colour, max(width, NARROWEST), details)
    parts = ["\n".join(_headline(page, style))]
    for section in page.sections:
        if section.key == "standing" and not details:
            continue
        parts.append("\n".join(_section(section, style)))
    parts += ["\n".join(lines) for lines in (_standing(page, style), _breaches(page, style)) if lines]
    parts += ["\n".join(lines) for lines in (_questions(page, style), _powers(page, style)) if lines]
    if tensions := _tensions(page, style):
        parts.append("\n".join(tensions))
    if warnings := _warnings(page, style):
        parts.append("\n".join(warnings))
    return "\n\n".join(parts) + "\n"


def _headline(page: CasePage, style: _Style) -> Iterator[str]:
    decision = page.decision
    told = f"{decision.case}: {words(decision.pathway)}, as of {day_in_words(decision.as_of)}"
    yield from style.heading(told, "heading")
    until = f" (until {page.stage_until})" if page.stage_until else ""
    yield from style.wrapped(f"Stage: {decision.stage}{until}", first="", indent=2)
    if page.next_events:
        yield from style.wrapped(f"What may come next: {', '.join(page.next_events)}", first="", indent=2)
    counts = {key: len(page.section(key).entries) for key in ("overdue", "due", "without delay", "waiting")}
    counts["not known"] = len(page.questions)
    told = ", ".join(f"{count} {key}" for key, count in counts.items() if count) or "nothing outstanding"
    yield from style.heading(f"Now: {told}", "overdue" if counts["overdue"] else "heading")


def _section(section: Section, style: _Style) -> Iterator[str]:
    yield from style.heading(f"{section.title.upper()} ({len(section.entries)})", section.key)
    if section.key == "lapsed" and not style.details:
        yield from _lapsed(section, style)
        return
    gap = max((len(entry.standing) for entry in section.entries), default=0)
    dated = any(entry.day is not None for entry in section.entries)
    for entry in section.entries:
        yield from _entry(entry, section.key, style, gap, dated)


def _lapsed(section: Section, style: _Style) -> Iterator[str]:
    """What is no longer owed, once for each reason."""
    reasons: dict[str, list[str]] = {}
    for entry in section.entries:
        named = f"{entry.title} ({entry.which})" if entry.which else entry.title
        reasons.setdefault(entry.remarks[0] if entry.remarks else "no longer owed", []).append(named)
    for why, titles in reasons.items():
        yield from style.wrapped(f"{why}:")
        for title in titles:
            yield from style.wrapped(title, first="    - ", indent=6)


def _entry(entry: Entry, key: str, style: _Style, gap: int, dated: bool) -> Iterator[str]:
    day = day_in_words(entry.day) if entry.day is not None else ""
    mark = "" if entry.verified else " (unverified)"
    finished = key in _FINISHED
    which = f" ({entry.which})" if entry.which else ""
    text = f"{entry.title if finished else f'{entry.who} {entry.speaks} {entry.what}'}{which}{mark}"
    law = f" [{entry.law}]" if entry.law and not finished else ""
    before = "  " + (f"{day:<{_DAY_WIDTH}}  " if dated else "") + (f"{entry.standing:<{gap}}  " if gap else "")
    if before == "  ":
        yield from style.wrapped(text + law)
        indent = 4
    elif len(before) > style.width // 2 or style.width < NARROW:
        heading = "  ".join(part for part in (day, entry.standing) if part)
        if heading:
            for line in style.wrapped(heading):
                yield "  " + style.painted(line[2:], key)
        yield from style.wrapped(text + law, first="    ")
        indent = 4
    else:
        indent = len(before)
        first, *rest = style.wrapped(text + law, first=before, indent=indent)
        yield "  " + style.painted(first[2 : indent - 2], key) + first[indent - 2 :]
        yield from rest
    quiet = [] if finished and not style.details else list(entry.remarks)
    if style.details:
        quiet += _details(entry)
    for remark in quiet:
        for line in style.wrapped(remark, first=" " * indent + "- ", indent=indent + 2):
            yield style.painted(line, "quiet")


def _details(entry: Entry) -> Iterator[str]:
    rule = entry.obligation.rule
    yield f"{rule.duty} ({rule.pack}, {rule.id}): {rule.title}"
    if about := subject_in_words(rule, entry.obligation.about):
        yield f"about the {about}"
    if entry.obligation.status is Status.MET_LATE and entry.obligation.due is not None:
        yield f"it was due on {day_in_words(entry.obligation.due)}"
    yield f"law: {'; '.join(rule.cites)} ({rule.force.value})"
    if rule.reading:
        yield f"read as: {rule.reading}"
    if rule.alternative:
        yield f"it could also be read: {rule.alternative}"


def _standing(page: CasePage, style: _Style) -> list[str]:
    standing = page.section("standing").entries
    if style.details or not standing:
        return []
    named = ", ".join(dict.fromkeys(words(entry.obligation.rule.duty) for entry in standing))
    told = f"Standing duties without a date ({len(standing)}): {named}. --all says more."
    return style.wrapped(told, first="", indent=2)


def _breaches(page: CasePage, style: _Style) -> list[str]:
    if not page.breaches:
        return []
    lines = style.heading(f"PROHIBITIONS THAT THE RECORD SHOWS TO BE BROKEN ({len(page.breaches)})", "overdue")
    for breach in page.breaches:
        law = f" [{breach.law}]" if breach.law else ""
        lines += style.wrapped(f"{breach.who} {breach.speaks} {breach.what}{law}")
    return lines


def _questions(page: CasePage, style: _Style) -> list[str]:
    if not page.questions:
        return []
    lines = style.heading(f"NOT KNOWN ({len(page.questions)})", "heading")
    for question in page.questions:
        who = f" (for the {question.judgement_of} to say)" if question.judgement_of else ""
        lines += style.wrapped(f"Not known: {question.asks}{who}")
        settles = question.would_settle if style.details else question.would_settle[:1]
        more = len(question.would_settle) - len(settles)
        tail = f", and {more} more" if more else ""
        for line in style.wrapped(f"would settle: {'; '.join(settles)}{tail}", first="    - ", indent=6):
            lines.append(style.painted(line, "quiet"))
    return lines


def _powers(page: CasePage, style: _Style) -> list[str]:
    if not style.details or not page.powers:
        return []
    lines = style.heading(f"WHAT MAY BE DONE ({len(page.powers)})", "heading")
    for finding in page.powers:
        law = f" [{finding.rule.cites[0]}]" if finding.rule.cites else ""
        lines += style.wrapped(f"{finding.rule.title}{law}")
    return lines


def _tensions(page: CasePage, style: _Style) -> list[str]:
    if not page.tensions:
        return []
    lines = style.heading(f"LOCAL TEXT THAT PULLS AGAINST THE LAW ({len(page.tensions)})", "heading")
    for finding, tension in page.tensions:
        lines += style.wrapped(f"{finding.rule.title}: {tension.title} [{tension.id}, {tension.severity}]")
        if style.details:
            lines += style.wrapped(tension.behaviour, first="    - ", indent=6)
    return lines


def _warnings(page: CasePage, style: _Style) -> list[str]:
    if not page.warnings:
        return []
    lines = style.heading(f"WARNINGS ({len(page.warnings)})", "heading")
    for warning in page.warnings:
        about = f" (about {day_in_words(warning.about)})" if warning.about is not None else ""
        lines += style.wrapped(f"{warning.message}{about} [{warning.code}]")
    return lines
