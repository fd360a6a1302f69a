"""The lines of a case's timeline: what happened, what was judged, and every day of a duty. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from inclusion_rules.domain.cases import Judgement
from inclusion_rules.domain.event_log import Entry
from inclusion_rules.domain.findings import Obligation
from inclusion_rules.domain.wording import in_words
from inclusion_rules.vocabulary import Status, words

_WITHIN_A_DAY = ("happened", "judged", "arose", str(Status.MET), str(Status.MET_LATE), "due")


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline: what happened or was judged, or a day on which a duty arose, was met or is due."""

    day: date
    kind: str
    text: str
    entry: int | None = None
    duty: str | None = None


def timeline_of(
    entries: Iterable[Entry], judgements: Iterable[Judgement], obligations: Iterable[Obligation], *, as_of: date
) -> tuple[Moment, ...]:
    """Everything up to a day, with every date of what is owed then, later ones too. Entries are given as they stand.

    Within a day comes first what happened, as it was recorded, and then what followed from it.
    """
    found = [
        Moment(entry.event.date, "happened", words(entry.event.name), entry.number)
        for entry in entries
        if entry.event.date <= as_of
    ]
    for made in judgements:
        found += _moments_of_judging(made, as_of)
    for obligation in obligations:
        found += _moments_of(obligation)
    return tuple(sorted(found, key=lambda moment: (moment.day, _WITHIN_A_DAY.index(moment.kind))))


def _moments_of_judging(judgement: Judgement, as_of: date) -> list[Moment]:
    """A judgement on the day it was made, or recorded where it does not say; nothing where neither is known."""
    day = judgement.on or (judgement.recorded_at.date() if judgement.recorded_at is not None else None)
    if day is None or day > as_of:
        return []
    text = f"{words(judgement.fact)}: {in_words(judgement.value)}, judged by the {words(judgement.by)}"
    return [Moment(day, "judged", text)]


def _moments_of(obligation: Obligation) -> list[Moment]:
    rule = obligation.rule
    found = [Moment(obligation.arose_on, "arose", rule.says, duty=rule.duty)]
    if obligation.due is not None:
        found.append(Moment(obligation.due, "due", rule.says, duty=rule.duty))
    if obligation.met_on is not None:
        found.append(Moment(obligation.met_on, str(obligation.status), rule.says, duty=rule.duty))
    return found
