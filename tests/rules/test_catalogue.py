"""The national rules held against the duty catalogue: whose duty, since when, how strong, how sure, how long it takes.

Knows the catalogue's words. Whether a rule decides cases rightly is for the scenarios beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.law import Parameter
from inclusion_rules.domain.rules import DutyEntry, Rule
from inclusion_rules.scenarios.reach import rule_name, web_of
from inclusion_rules.vocabulary import Modality, RuleKind, Unit, Verification

RULEBOOK = open_rulebook(catalogue=True)
ENGLAND = RULEBOOK.packs["england"]
WEB = web_of(RULEBOOK.edition(("england",)), RULEBOOK.pathways)
RULES = tuple(ENGLAND.rules.values())
NOT_YET = Path(__file__).parent / "not_yet.txt"

KINDS = {
    "act": {RuleKind.DUTY, RuleKind.EXPECTATION},
    "right": {RuleKind.RIGHT},
    "power": {RuleKind.POWER},
    "prohibition": {RuleKind.PROHIBITION},
    "definition": {RuleKind.DEFINITION},
}
UNITS = {
    "school_days": {Unit.SCHOOL_DAYS, Unit.HALF_DAYS},
    "school_day_ordinal": {Unit.SCHOOL_DAY_ORDINAL},
    "working_days": {Unit.WORKING_DAYS},
    "calendar_days": {Unit.CALENDAR_DAYS},
    "days": {Unit.CALENDAR_DAYS, Unit.SCHOOL_DAYS},
    "weeks": {Unit.WEEKS},
    "months": {Unit.MONTHS},
    "years": {Unit.YEARS},
    "hours": {Unit.HOURS},
    "gbp": {Unit.POUNDS},
    "percent": {Unit.PERCENT},
    "count": {Unit.COUNT},
}
"""The units of the catalogue in which a number of the law is counted, and those of our parameters that say the same."""

# "On the first day" and "on the same day" need no number of their own.
NO_NUMBER_NEEDED = {"lac_day_one_education", "s104_notice_same_day"}

# These speak of a limit that another rule sets.
SPEAKS_OF = {"s104_waiver": "further_notice_hours", "cancel_days_still_count": "school_year_cap"}


def named(rule: Rule) -> str:
    """A rule's name in the list of tests."""
    return rule.id


def entry_of(rule: Rule) -> DutyEntry:
    """What the catalogue says of a rule's duty."""
    return ENGLAND.catalogue[rule.duty]


def counted_limits() -> list[Rule]:
    """The rules that run and for which the catalogue gives a number that is counted."""
    return [
        rule
        for rule in RULES
        if (entry := ENGLAND.catalogue.get(rule.duty)) is not None
        if rule.runs and entry.limit and entry.unit in UNITS and rule.duty not in NO_NUMBER_NEEDED
    ]


def test_every_rule_is_in_the_catalogue() -> None:
    """A national finding or obligation carries an identifier that other programs know."""
    assert set() == {rule.duty for rule in RULES} - ENGLAND.catalogue.keys()


def test_what_has_no_rule_yet_is_on_the_list() -> None:
    """The list of duties without a rule is exact, so whoever writes a rule takes its duty off the list."""
    listed = {line for line in NOT_YET.read_text("utf-8").splitlines() if line and not line.startswith("#")}

    assert listed == ENGLAND.catalogue.keys() - {rule.duty for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_the_bearer_is_the_catalogues_role(rule: Rule) -> None:
    """The duty falls on whom the catalogue says."""
    assert entry_of(rule).role == rule.bearer


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_the_rule_is_in_force_when_the_catalogue_says(rule: Rule) -> None:
    """A rule governs from the catalogue's first day to its last; without a first day it never runs."""
    entry = entry_of(rule)

    assert (entry.first is not None) == rule.governs.known
    if rule.governs.known:
        assert (entry.first, entry.last) == (rule.governs.first, rule.governs.last)


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_the_rule_is_as_sure_as_the_catalogue(rule: Rule) -> None:
    """What nobody could confirm is off, or runs marked where the catalogue says so."""
    entry = entry_of(rule)
    expected = Verification.YES if entry.verified else Verification.MARKED if entry.marked else Verification.NO

    assert expected == rule.verified


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_the_rule_is_as_strong_as_the_catalogue(rule: Rule) -> None:
    """Must, should and may are kept apart: a rule never says more or less than the catalogue."""
    entry = entry_of(rule)

    assert rule.kind in KINDS[entry.kind]
    if rule.kind is not RuleKind.DEFINITION:
        assert rule.modality in strengths(entry.modality)


def strengths(modality: str) -> set[Modality]:
    """How a rule may put what the catalogue calls by that word; whoever should refrain is told so."""
    return {Modality(modality), Modality.SHOULD_NOT} if modality == "should" else {Modality(modality)}


@pytest.mark.parametrize("rule", counted_limits(), ids=named)
def test_the_limit_is_the_catalogues_number(rule: Rule) -> None:
    """A number of the catalogue is, in its unit, that of a parameter of the rule on the first day it is in force."""
    entry = entry_of(rule)
    assert entry.first is not None
    fitting = {
        version.value
        for parameter in parameters_of(rule)
        if parameter.unit in UNITS[entry.unit] and (version := parameter.on(entry.first)) is not None
    }

    assert entry.limit in fitting


def parameters_of(rule: Rule) -> Iterator[Parameter]:
    """The parameters that a rule looks at, by whatever way round, and those taken from a provision that it cites."""
    looked_at = {name for kind, name in WEB.needed_by([rule_name(rule.key)]) if kind == "parameter"}
    for parameter in ENGLAND.parameters.values():
        cites = {cite for version in parameter.values for cite in version.cites}
        if parameter.name in looked_at | {SPEAKS_OF.get(rule.duty)} or cites & set(rule.cites):
            yield parameter
