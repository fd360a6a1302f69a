"""Which provisions are due to be read again, why, and which rules rest on each.

A provision is due where it was never read, was read longer ago than the pack's habit allows, is unverified, or where
what we say of it is not what was said when it was last read. Whether the law's own words have changed can only be told
where their digest was kept and the words are at hand now. Reads values: where texts lie is for the caller to know.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inclusion_rules.domain.law import Provision, digest_of_words
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import RulePack


class Due(StrEnum):
    """Why a provision is to be read, the most pressing first."""

    TEXT_CHANGED = "the official words are not those relied on"
    NEVER_READ = "never read"
    UNVERIFIED = "unverified: no source that was read confirms it"
    NOTES_CHANGED = "our note of it was changed after it was last read"
    LONG_AGO = "read too long ago"
    NOT_COMPARED = "its official words are at hand and were not relied on yet"
    ONLY_NOTES = "only notes of it were read, not its own words"


@dataclass(frozen=True, slots=True)
class DueProvision:
    """One provision to be read, every reason for it (the most pressing first), and the rules that rest on it."""

    pack: str
    provision: Provision
    reasons: tuple[Due, ...]
    rules: tuple[str, ...]
    text_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Rereading:
    """What is due in one pack on a day. `every_months` is the pack's habit; `as_relied_on` counts texts unchanged."""

    pack: str
    as_of: date
    every_months: int | None
    provisions: int
    due: tuple[DueProvision, ...]
    as_relied_on: tuple[str, ...] = ()

    def because(self, reason: Due) -> tuple[DueProvision, ...]:
        """Those for which a reason is the most pressing one."""
        return tuple(each for each in self.due if each.reasons[0] is reason)

    @property
    def changed(self) -> tuple[DueProvision, ...]:
        """Those whose official words have changed since they were relied on."""
        return self.because(Due.TEXT_CHANGED)


def slug_of(citation: str) -> str:
    """The name under which the official words of a place are kept.

    >>> slug_of("SI 2012/1033 reg 6(1)(b)(i)")
    'si_2012_1033_reg_6_1_b_i'
    """
    return re.sub(r"[^a-z0-9]+", "_", citation.lower()).strip("_")


def due_for_reading(
    pack: RulePack, edition: Edition, *, as_of: date, texts: Mapping[str, str] | None = None
) -> Rereading:
    """Everything in a pack that is to be read on a day; `texts` holds official words by their slug."""
    months = reread_months(pack, edition)
    digests = {slug: digest_of_words(text) for slug, text in (texts or {}).items()}
    due: list[DueProvision] = []
    same: list[str] = []
    for provision in pack.provisions.values():
        digest = digests.get(slug_of(provision.citation))
        reasons = tuple(sorted(_reasons(provision, as_of, months, digest), key=list(Due).index))
        if digest is not None and provision.words is not None and provision.words.digest == digest:
            same.append(provision.citation)
        if reasons:
            due.append(DueProvision(pack.id, provision, reasons, resting_on(provision.citation, edition), digest))
    due.sort(key=lambda each: (list(Due).index(each.reasons[0]), _never_first(each.provision)))
    return Rereading(pack.id, as_of, months, len(pack.provisions), tuple(due), tuple(same))


def _never_first(provision: Provision) -> tuple[bool, date]:
    return (provision.certainty != "unverified", provision.read_on or date.min)


def reread_months(pack: RulePack, edition: Edition) -> int | None:
    """How often a pack's provisions are to be read again: by its own habit, else by that of the pack next below it."""
    nearest = [pack, *(each for each in reversed(edition.packs) if each.id != pack.id)]
    habits = (each.coverage.reread_months for each in nearest if each.coverage is not None)
    return next((months for months in habits if months is not None), None)


def resting_on(citation: str, edition: Edition) -> tuple[str, ...]:
    """The rules that cite a place, or are limited by a parameter that does, in order of their names."""
    by_parameter = {
        name for name, each in edition.parameters.items() if any(citation in version.cites for version in each.values)
    }
    found = {
        rule.id
        for rule in edition.rules
        if citation in rule.cites or getattr(rule.deadline, "parameter", None) in by_parameter
    }
    return tuple(sorted(found))


def _reasons(provision: Provision, as_of: date, months: int | None, digest: str | None) -> Iterable[Due]:
    words = provision.words
    if provision.read_on is None:
        yield Due.NEVER_READ
    elif months is not None and months_later(provision.read_on, months) < as_of:
        yield Due.LONG_AGO
    if provision.certainty == "unverified":
        yield Due.UNVERIFIED
    if words is not None and not words.of_text and words.digest != provision.notes_digest:
        yield Due.NOTES_CHANGED
    if words is not None and words.of_text:
        if digest is not None and digest != words.digest:
            yield Due.TEXT_CHANGED
    elif digest is not None:
        yield Due.NOT_COMPARED
    else:
        yield Due.ONLY_NOTES


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or the last of it.

    >>> months_later(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def entry_lines(provision: Provision, *, read_on: date, text_digest: str | None = None) -> tuple[str, ...]:
    """The lines of a provision's entry that say that it was read on a day: of its text where that is at hand."""
    digest, of = (text_digest, "text") if text_digest is not None else (provision.notes_digest, "notes")
    return (
        f"  - citation: {_quoted(provision.citation)}",
        f"    read: {read_on.isoformat()}",
        f'    words: {{digest: "{digest}", of: {of}}}',
    )


def _quoted(citation: str) -> str:
    return f'"{citation}"' if re.search(r"[:#,\[\]{}]", citation) else citation
