"""Why a rule applies to a case or not: its working, facts, deadline, citations, and what would alter the answer.

`explanation_of` gathers; nothing here decides. `explained` holds what is gathered, `explanation_text` words it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from inclusion_rules.casework.deciding import SubjectDecision, decide_subject
from inclusion_rules.casework.factbook import FactBook
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.conditions import facts_in, parameters_in
from inclusion_rules.domain.facts import Unknown
from inclusion_rules.domain.findings import Finding, Trace
from inclusion_rules.domain.law import Provision
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.rules import EXCLUSION_EVENTS, Rule
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.engine.evaluation import evaluate
from inclusion_rules.errors import UnknownNameError
from inclusion_rules.reporting.deadline_working import owed_acts
from inclusion_rules.reporting.explained import Explanation, HoldsBack, RuleExplained, Standing, governed_days
from inclusion_rules.reporting.fact_origins import missing_facts, origins_of
from inclusion_rules.reporting.traced_conditions import traced
from inclusion_rules.reporting.what_would_alter import alterations
from inclusion_rules.vocabulary import Outcome, Verification, identifier, words


def explanation_of(
    record: CaseRecord, rulebook: Rulebook, name: str, *, as_of: date, about: date | None = None
) -> Explanation:
    """Why a rule or a duty applies to a case or not, as of a day.

    Args:
        name: a duty (`board consider pex`) or a rule (`reinstatement/permanent_exclusion`), with spaces or underscores.
        about: the date of the exclusion to explain it for; every subject by default.

    Raises:
        UnknownNameError: no rule or duty has that name, or no exclusion has that date.
    """
    edition = rulebook.edition(record.packs)
    rules = _rules_named(name, edition.rules)
    if not rules:
        every = tuple(rule for pack in rulebook.packs.values() for rule in pack.rules.values())
        elsewhere = _rules_named(name, every)
        if not elsewhere:
            raise UnknownNameError("rule or duty", name, _spelled_like(name, every))
        why = f"this case uses {', '.join(pack.id for pack in edition.packs)}"
        parts = tuple(
            RuleExplained(rule, None, Standing.OTHER_PACK, f"the rule is in the pack `{rule.pack}`; {why}")
            for rule in elsewhere
        )
        return Explanation(record.id, as_of, name, parts)
    if about is not None:
        _check_date(about, record, as_of)
    decided = decide_subject(record, rulebook, as_of=as_of, about=about)
    explained = [part for rule in rules for part in _explained(rule, decided, edition)]
    return Explanation(record.id, as_of, name, tuple(explained))


def _rules_named(name: str, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    wanted = "/".join(identifier(part) for part in name.split("/"))
    return tuple(rule for rule in rules if wanted in (rule.id, rule.duty))


def _spelled_like(name: str, rules: Iterable[Rule]) -> list[str]:
    known = {spelled for rule in rules for spelled in (rule.id, rule.duty)}
    return sorted(known if "_" in name or "/" in name else map(words, known))


def _check_date(about: date, record: CaseRecord, as_of: date) -> None:
    dates = [event.date for event in record.events if event.name in EXCLUSION_EVENTS and event.date <= as_of]
    if about not in dates:
        raise UnknownNameError("date of an exclusion", about.isoformat(), [day.isoformat() for day in dates])


def _explained(rule: Rule, decided: tuple[SubjectDecision, ...], edition: Edition) -> Iterable[RuleExplained]:
    subjects = [one for one in decided if one.placed.kind in rule.for_each]
    if not subjects:
        why = _nothing_in_hand(rule, decided)
        yield RuleExplained(rule, None, Standing.NO_SUBJECT, why, provisions=_provisions(rule, edition))
    for subject in subjects:
        yield _for_subject(rule, subject, edition)


def _nothing_in_hand(rule: Rule, decided: tuple[SubjectDecision, ...]) -> str:
    kinds = " or ".join(f"`{words(kind)}`" for kind in rule.for_each)
    recorded = {event.name for one in decided for event in one.book.seen}
    if recorded & set(rule.for_each) & set(EXCLUSION_EVENTS):
        return f"the rule is about each event {kinds}; in this pathway earlier ones are history, which raises nothing"
    return f"the rule is about each event {kinds}, and none is recorded"


def _for_subject(rule: Rule, subject: SubjectDecision, edition: Edition) -> RuleExplained:
    book = subject.book
    finding = next((finding for finding in subject.findings if finding.rule.key == rule.key), None)
    standing, why = _standing(rule, finding, book)
    trace = _working_of(rule, finding, book)
    outcome = finding.outcome if finding is not None else None
    owed = owed_acts([entry for entry in subject.obligations if entry.rule.key == rule.key], book)
    missing = set(finding.missing_facts) if finding is not None else set(trace.missing if trace else ())
    missing.update(name for act in owed for name in act.obligation.missing_facts)
    breach = None
    if finding is not None and rule.breached_when is not None and outcome is Outcome.ENGAGED:
        breach = evaluate(rule.breached_when, book, book.parameter)
        missing.update(finding.breach_missing)
    holding = _holding_back(rule, subject, edition)
    return RuleExplained(
        rule=rule,
        about=book.subject.about,
        standing=standing,
        standing_why=why,
        outcome=outcome,
        would_be=trace.result if trace is not None else None,
        governing=tuple(
            other
            for other in edition.running_rules
            if other.duty == rule.duty and other.key != rule.key and _governs(other, subject)
        ),
        trace=traced(trace, book) if trace is not None else None,
        breached=finding.breached if finding is not None else None,
        breach=traced(breach, book) if breach is not None else None,
        missing=missing_facts(missing, book),
        origins=origins_of(_facts_of(rule), book),
        held_back_by=finding.held_back_by if finding is not None else None,
        exceptions=holding,
        owed=owed,
        bearer_is=next((act.obligation.bearer_is for act in owed), None),
        provisions=_provisions(rule, edition),
        alterations=()
        if standing is Standing.SUPERSEDED
        else alterations(finding, [held.rule for held in holding if held.outcome is not None], book),
    )


def _standing(rule: Rule, finding: Finding | None, book: FactBook) -> tuple[Standing, str]:
    if rule.verified is Verification.NO:
        return Standing.UNVERIFIED, "no page that was read confirms the rule, so it decides no case"
    if not rule.governs.known:
        return Standing.NOT_COMMENCED, "the day on which the rule takes effect is not known, so it decides no case"
    day = book.governed_by if rule.governs.by is None else book(rule.governs.by)
    if isinstance(day, date) and finding is not None and rule.superseded is not None and rule.superseded.holds_on(day):
        by = " and ".join(f"`{name}`" for name in rule.superseded.by)
        own = "its own conditions would hold" if finding.superseded is not None else "its own conditions do not hold"
        return Standing.SUPERSEDED, f"since {day_in_words(rule.superseded.first)} it is superseded by {by}; {own}"
    if finding is not None:
        open_date = f"it is not known whether the rule governs, because {words(rule.governs.by or '')} is not known"
        return Standing.DECIDES, open_date if isinstance(day, Unknown) else ""
    which = f"the day that decides ({words(rule.governs.by)})" if rule.governs.by else "the day that decides"
    if not isinstance(day, date):
        return Standing.OTHER_DATES, f"{which} is not there yet, so it is open which version governs"
    return Standing.OTHER_DATES, f"{which} is {day_in_words(day)}; the rule governs {governed_days(rule)}"


def _governs(rule: Rule, subject: SubjectDecision) -> bool:
    day = subject.book.governed_by if rule.governs.by is None else subject.book(rule.governs.by)
    return subject.placed.kind in rule.for_each and isinstance(day, date) and rule.governs.covers(day)


def _working_of(rule: Rule, finding: Finding | None, book: FactBook) -> Trace | None:
    """What the conditions come to, also of a rule that does not decide; None where a parameter has no value."""
    open_which_version = finding is not None and finding.outcome is Outcome.UNDETERMINED and not finding.trace.members
    if finding is not None and not open_which_version:
        return finding.trace
    if any(book.parameter_or_none(name) is None for name in parameters_in(rule.when)):
        return None
    return evaluate(rule.when, book, book.parameter)


def _facts_of(rule: Rule) -> list[str]:
    named = sorted(facts_in(rule.when))
    if rule.governs.by is not None:
        named.append(rule.governs.by)
    if rule.breached_when is not None:
        named += sorted(facts_in(rule.breached_when))
    if rule.deadline is not None:
        named += [
            str(getattr(rule.deadline, part)) for part in ("day", "after", "start") if hasattr(rule.deadline, part)
        ]
    return named


def _holding_back(rule: Rule, subject: SubjectDecision, edition: Edition) -> tuple[HoldsBack, ...]:
    outcomes = {finding.rule.key: finding.outcome for finding in subject.findings}
    found = [
        HoldsBack(other, "exception" if other.id in rule.exceptions else "overrides", outcomes.get(other.key))
        for other in edition.held_back_by.get(rule.key, ())
    ]
    found += [
        HoldsBack(other, "exception", None) for other in edition.rules if other.id in rule.exceptions and not other.runs
    ]
    return tuple(found)


def _provisions(rule: Rule, edition: Edition) -> tuple[Provision, ...]:
    return tuple(edition.provisions[citation] for citation in rule.cites if citation in edition.provisions)
