"""Moves a case from the law it is pinned to, to other law, and says what that changes for it.

A move is never silent: it needs both rulebooks, decides the case under each as of the same day, and lists every
obligation and finding that differs. What is done with the list is for the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from inclusion_rules.casework.case import Case
from inclusion_rules.domain.findings import Decision, Finding, Obligation
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.wording import in_words
from inclusion_rules.vocabulary import words

Key = tuple[str, date | None, int | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two decisions of a case say differently. `before` or `after` is None where one says nothing."""

    duty: str
    about: date | None
    part: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        about = f" (about {self.about.isoformat()})" if self.about else ""
        return f"{words(self.duty)}{about}: {self.part} {self.before or 'nothing'} → {self.after or 'nothing'}"


@dataclass(frozen=True, slots=True)
class Move:
    """A case under other law, and all that differs as of a day."""

    case: Case
    as_of: date
    differences: tuple[Difference, ...]


def moved(case: Case, *, old: Rulebook, new: Rulebook, as_of: date, read_by_new: Case | None = None) -> Move:
    """The case pinned to the packs of `new`, with what that changes.

    Args:
        read_by_new: the same case as the new law reads its texts, where it is kept as texts; else the case itself.

    Raises:
        PinnedLawError: `old` is not the law that the case is pinned to.
        UnknownNameError: `new` lacks a pack or the pathway of the case.
    """
    before = case.decision(old, as_of=as_of)
    after = (read_by_new or case).moved_to(new)
    return Move(after, as_of, tuple(differences(before, after.decision(new, as_of=as_of))))


def moved_in_bulk(cases: Iterable[Case], *, old: Rulebook, new: Rulebook, as_of: date) -> Iterator[Move]:
    """Each case moved in turn; stops at the first that cannot be."""
    for case in cases:
        yield moved(case, old=old, new=new, as_of=as_of)


def differences(before: Decision, after: Decision) -> Iterator[Difference]:
    """What two decisions of one case say differently: the stage, every obligation, every finding."""
    if before.stage != after.stage:
        yield Difference("stage", None, "stage", before.stage, after.stage)
    old_owed, new_owed = _by_key(before.obligations), _by_key(after.obligations)
    for key in sorted({*old_owed, *new_owed}, key=str):
        yield from _owed(key, old_owed.get(key), new_owed.get(key))
    old_found, new_found = _found(before.findings), _found(after.findings)
    for duty, about in sorted({*old_found, *new_found}, key=str):
        was, now = old_found.get((duty, about)), new_found.get((duty, about))
        if was != now:
            yield Difference(duty, about, "finding", was, now)


def _by_key(obligations: tuple[Obligation, ...]) -> dict[Key, Obligation]:
    return {(entry.rule.duty, entry.about, entry.occurrence): entry for entry in obligations}


def _owed(key: Key, was: Obligation | None, now: Obligation | None) -> Iterator[Difference]:
    if was is None or now is None:
        gone, come = (str(entry.status) if entry is not None else None for entry in (was, now))
        yield Difference(key[0], key[1], "obligation", gone, come)
        return
    for part in ("status", "bearer", "arose_on", "due", "not_before", "met_on", "late_by_school_days"):
        old, new = getattr(was, part), getattr(now, part)
        if old != new:
            yield Difference(key[0], key[1], words(part), in_words(old), in_words(new))


def _found(findings: tuple[Finding, ...]) -> dict[tuple[str, date | None], str]:
    found: dict[tuple[str, date | None], str] = {}
    for finding in findings:
        breached = "" if finding.breached is None else ", breached" if finding.breached else ", not breached"
        found[(finding.rule.duty, finding.about)] = f"{words(finding.outcome)}{breached}"
    return found
