"""What was found of a county's practice is known in its pack by the name under which it was found, and by no other."""

from __future__ import annotations

import pytest
from tests.rules import test_east_sussex, test_leicestershire, test_somerset, test_suffolk

from inclusion_rules.casework.opening import open_rulebook

FOUND = {
    "leicestershire": (*test_leicestershire.DUTIES_OF, *test_leicestershire.PROMISES),
    "suffolk": tuple(test_suffolk.DUTIES_OF),
    "east_sussex": (*test_east_sussex.DUTY_OF, *test_east_sussex.COMMITMENT_OF),
    "somerset": (*test_somerset.DUTIES, *test_somerset.COMMITTED),
}
IN_PARTS = {
    "suffolk": {"iyfap_exclusions", "wellbeing_offer", "move_information_pack"},
    "leicestershire": {"la_full_cost_recovery_in_force"},
}
"""What holds several acts that a case may owe side by side, each with a name of its own; and what a fact says."""
PROMISED_BY_SUFFOLK = {
    "p1_inclusive_standard", "p2_ses_support", "p3_pdb_expertise", "p4_pttt_protocol", "p5_suspension_data",
    "p6_transfer_info", "p7_wellbeing_offer", "p8_iyfap_review", "p9_comms",
    "a1_more_ftx_data", "a2_inclusion_helpline", "a3_notification_form_rigour", "a4_risk_pex_in_mash",
    "a5_elearning", "a6_iqm_funding", "a7_whole_school_inclusion",
    "t1_pdb_share", "t2_ftx_trend", "t3_prevention_first", "t4_stage_three", "t5_money", "t6_plan_window",
    "b1_early_help_from_data", "b2_early_multiagency", "b3_leaders_understand_role", "b4_less_reliance",
}  # fmt: skip


def names_in(county: str) -> set[str]:
    """The ids of a pack's duties and commitments, without the county's name."""
    pack = open_rulebook().packs[county]
    ids = {*(rule.duty for rule in pack.rules.values()), *pack.commitments}
    assert all(name.startswith(f"{county}_") for name in ids)
    return {name.removeprefix(f"{county}_") for name in ids}


@pytest.mark.parametrize(
    ("county", "name"), [(county, name) for county, found in FOUND.items() for name in dict.fromkeys(found)]
)
def test_what_was_found_keeps_its_name(county: str, name: str) -> None:
    """Other programs look for a duty or a commitment by the name that was published for it."""
    assert (name in names_in(county)) is (name not in IN_PARTS.get(county, set()))


@pytest.mark.parametrize("name", sorted(PROMISED_BY_SUFFOLK))
def test_a_priority_or_activity_keeps_its_name(name: str) -> None:
    """Each part of the plan of 2021 is a commitment of that name."""
    assert f"suffolk_{name}" in open_rulebook().packs["suffolk"].commitments
