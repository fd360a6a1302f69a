"""What deciding a case yields: findings with their traces, obligations, warnings, and the decision that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from inclusion_rules.domain.conditions import Condition
from inclusion_rules.domain.deadlines import Deadline
from inclusion_rules.domain.facts import Value
from inclusion_rules.domain.layers import Supersession
from inclusion_rules.domain.rules import Rule
from inclusion_rules.vocabulary import Outcome, Status, Unit


class Trace(NamedTuple):
    """What one condition came to: True, False, or None for not known, with the facts that would settle it.

    `value` and `operand` are what was compared, for a comparison; `members` are the traces of a group's members.
    """

    condition: Condition
    result: bool | None
    missing: frozenset[str]
    value: Value | None = None
    operand: object = None
    members: tuple[Trace, ...] = ()


@dataclass(frozen=True, slots=True)
class Warning:
    """Something a reader should know that does not stop the decision."""

    code: str
    message: str
    about: date | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one subject (an exclusion, or the case) on the day of the decision.

    `superseded` is there where the conditions hold and the rule raises nothing, because others have overtaken it.
    `tensions` are those that an engaged local rule carries.
    """

    rule: Rule
    outcome: Outcome
    missing_facts: tuple[str, ...]
    trace: Trace
    about: date | None
    breached: bool | None = None
    breach_missing: tuple[str, ...] = ()
    held_back_by: str | None = None
    exceptions_unsettled: tuple[str, ...] = ()
    quantity: tuple[float, Unit] | None = None
    superseded: Supersession | None = None
    tensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Obligation:
    """One entry of the ledger: who owes what, by when, under which rule, and where it stands.

    `due` is the last lawful day and None where the law gives no number; `alert_on` is then the day to raise it. Where a
    day has passed and the record cannot show whether the act was done, `due` is None and `was_due` holds that day.
    `not_set` names the parameter of a limit that the authority could fix and has not.
    `late_by_school_days` counts school days after `due`, and is None unless met late or missed.
    """

    rule: Rule
    bearer: str
    bearer_is: str | None
    arose_on: date
    about: date | None
    due: date | None
    status: Status
    met_on: date | None = None
    late_by_school_days: int | None = None
    alert_on: date | None = None
    not_before: date | None = None
    waiting_for: str | None = None
    why: str | None = None
    deadline: Deadline | None = None
    missing_facts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    occurrence: int | None = None
    was_due: date | None = None
    not_set: str | None = None


@dataclass(frozen=True, slots=True)
class EditionUsed:
    """Which version of a pack decided, and the date that chose its rules."""

    pack: str
    version: str
    digest: str
    governed_by: date | None


@dataclass(frozen=True, slots=True)
class Decision:
    """A case decided as of a day: stage, facts, findings, the ledger, what may come next, and warnings.

    `changes_on` is the first later day on which time alone changes more than how late something is; until then a
    decision of the same record under the same law comes out the same but for that.
    """

    case: str
    as_of: date
    pathway: str
    stage: str
    editions: tuple[EditionUsed, ...]
    facts: Mapping[str, Value]
    findings: tuple[Finding, ...]
    obligations: tuple[Obligation, ...]
    next_events: tuple[str, ...]
    warnings: tuple[Warning, ...]
    about: date | None = None
    changes_on: date | None = None
