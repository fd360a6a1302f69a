"""Traps of the law that no scenario can show, because the vocabulary does not let anybody fall into them."""

from __future__ import annotations

import pytest

from inclusion_rules.casework.opening import open_rulebook, read_case
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.vocabulary import Force, Modality, RuleKind

CASE = """
case: TRAP
pathway: permanent_exclusion
calendar: example
school: {{type: {school}}}
pupil: {{date_of_birth: 2010-11-02{more}}}
events:
  - {{date: 2025-03-03, event: permanently_excluded, session: morning}}
  - {{date: 2025-03-20, event: governing_board_decided, outcome: {outcome}}}
"""


def read(*, school: str = "maintained", outcome: str = "reinstate", more: str = "") -> None:
    """Read a case with one word changed."""
    read_case(CASE.format(school=school, outcome=outcome, more=more))


@pytest.mark.parametrize("outcome", ["shorten", "suspend_instead", "uphold_as_suspension"])
def test_the_board_reinstates_or_does_not_and_nothing_else(outcome: str) -> None:
    """Trap 31: the board cannot turn a permanent exclusion into a suspension."""
    read()
    with pytest.raises(InvalidFilesError, match="reinstate"):
        read(outcome=outcome)


@pytest.mark.parametrize("school", ["independent", "further_education", "sixth_form_college"])
def test_schools_outside_the_scheme_are_not_decided(school: str) -> None:
    """Trap 52: the regulations do not bind independent schools or colleges, and no such type can be recorded."""
    with pytest.raises(InvalidFilesError, match="type"):
        read(school=school)


@pytest.mark.parametrize("key", ["name: A Child", "upn: A1234", "address: somewhere"])
def test_a_case_holds_nothing_that_names_a_child(key: str) -> None:
    """Trap 55: the least that is needed is held; a name, a number or an address of the pupil has no place."""
    with pytest.raises(InvalidFilesError, match="not a key of `pupil`"):
        read(more=f", {key}")


def test_guidance_never_says_must_of_an_act_unless_the_catalogue_does() -> None:
    """Trap 50: the modality stays with each rule, so that guidance is not shown as a duty of law."""
    england = open_rulebook(catalogue=True).packs["england"]
    overstated = [
        rule.id
        for rule in england.rules.values()
        if rule.force is Force.STATUTORY_GUIDANCE
        and rule.modality is Modality.MUST
        and england.catalogue[rule.duty].modality != "must"
    ]
    assert [] == overstated


def test_no_national_rule_comes_from_a_local_protocol() -> None:
    """Trap 53: what one council does stays in that council's pack."""
    england = open_rulebook().packs["england"]
    assert [] == [rule.id for rule in england.rules.values() if rule.force is Force.LOCAL_PROTOCOL]


def test_no_council_speaks_with_must() -> None:
    """Trap 53: a council's own protocol asks and offers; it does not bind as law does."""
    packs = [pack for pack in open_rulebook().packs.values() if pack.layer == "local"]
    assert [] == [rule.id for pack in packs for rule in pack.rules.values() if rule.kind is RuleKind.DUTY]
