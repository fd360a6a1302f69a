"""What an explanation holds: for each rule and subject the answer, its working, and all that a reader may ask next.

Values only, and how they are written as JSON. Gathering them is `explanation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from inclusion_rules.domain.law import Provision
from inclusion_rules.domain.rules import Rule
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.reporting.deadline_working import OwedAct
from inclusion_rules.reporting.fact_origins import MissingFact, Origin
from inclusion_rules.reporting.traced_conditions import TraceLine
from inclusion_rules.reporting.what_would_alter import Alteration
from inclusion_rules.vocabulary import Outcome


class Standing(StrEnum):
    """Whether a rule decides a case at all."""

    DECIDES = "decides"
    OTHER_DATES = "governs other dates"
    SUPERSEDED = "superseded"
    UNVERIFIED = "switched off: not verified"
    NOT_COMMENCED = "switched off: commencement not known"
    NO_SUBJECT = "nothing of its kind in this case"
    OTHER_PACK = "in a pack that this case does not use"


@dataclass(frozen=True, slots=True)
class HoldsBack:
    """A rule that holds the one explained back when it is engaged: an exception to it, or one that overrides it."""

    rule: Rule
    relation: str
    outcome: Outcome | None

    def as_data(self) -> dict[str, Any]:
        """The rule as JSON can hold it."""
        return {
            "rule": self.rule.id,
            "duty": self.rule.duty,
            "title": self.rule.title,
            "relation": self.relation,
            "outcome": self.outcome.value if self.outcome else None,
        }


@dataclass(frozen=True, slots=True)
class RuleExplained:
    """One rule and one subject. `would_be` is what its conditions come to where it does not decide.

    `governing` are the rules that carry the same duty and do govern the subject.
    """

    rule: Rule
    about: date | None
    standing: Standing
    standing_why: str
    outcome: Outcome | None = None
    would_be: bool | None = None
    governing: tuple[Rule, ...] = ()
    trace: TraceLine | None = None
    breached: bool | None = None
    breach: TraceLine | None = None
    missing: tuple[MissingFact, ...] = ()
    origins: tuple[Origin, ...] = ()
    held_back_by: str | None = None
    exceptions: tuple[HoldsBack, ...] = ()
    owed: tuple[OwedAct, ...] = ()
    bearer_is: str | None = None
    provisions: tuple[Provision, ...] = ()
    alterations: tuple[Alteration, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The part as JSON can hold it."""
        rule = self.rule
        return {
            "rule": rule.id,
            "duty": rule.duty,
            "pack": rule.pack,
            "title": rule.title,
            "kind": rule.kind.value,
            "modality": rule.modality.value,
            "force": rule.force.value,
            "says": rule.says,
            "bearer": rule.bearer,
            "bearer_is": self.bearer_is,
            "authority": rule.authority,
            "governs": governed_days(rule),
            "verified": rule.verified.value,
            "note": rule.note,
            "about": self.about.isoformat() if self.about else None,
            "standing": self.standing.value,
            "standing_why": self.standing_why,
            "outcome": self.outcome.value if self.outcome else None,
            "would_be": self.would_be,
            "governing": [
                {"rule": other.id, "title": other.title, "governs": governed_days(other)} for other in self.governing
            ],
            "trace": self.trace.as_data() if self.trace else None,
            "breached": self.breached,
            "breach": self.breach.as_data() if self.breach else None,
            "missing": [fact.as_data() for fact in self.missing],
            "facts": [origin.as_data() for origin in self.origins],
            "held_back_by": self.held_back_by,
            "exceptions": [held.as_data() for held in self.exceptions],
            "obligations": [act.as_data() for act in self.owed],
            "if_missed": rule.if_missed,
            "quantity": rule.quantity,
            "citations": [
                {"citation": known.citation, "says": known.says, "certainty": known.certainty, "read_on": _day(known)}
                for known in self.provisions
            ],
            "reading": rule.reading,
            "alternative": rule.alternative,
            "smallest_changes": [change.as_data() for change in self.alterations],
        }


def _day(provision: Provision) -> str | None:
    return provision.read_on.isoformat() if provision.read_on else None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that can be said of one rule or duty in one case, a part for each rule and subject."""

    case: str
    as_of: date
    asked: str
    parts: tuple[RuleExplained, ...]

    def as_data(self) -> dict[str, Any]:
        """The explanation as one JSON object."""
        return {
            "case": self.case,
            "as_of": self.as_of.isoformat(),
            "asked": self.asked,
            "parts": [part.as_data() for part in self.parts],
        }


def governed_days(rule: Rule) -> str:
    """The days for which a rule is the law, in words."""
    governs = rule.governs
    if not governs.known:
        return "from a day that is not known"
    first = f"from {day_in_words(governs.first)}" if governs.first else ""
    last = f"to {day_in_words(governs.last)}" if governs.last else ""
    return " ".join(filter(None, (first, last))) or "every day"
