"""The Somerset pack: what it may say beside the law, since when, of whom, and that nothing it was written from is lost.

Decides the example case and the pack's own scenarios. Knows the shape of the pack, not the wording of its rules.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from tests.rules.shown_by_scenarios import not_as_expected, outcomes_shown

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import example, open_rulebook, read_case
from inclusion_rules.domain.findings import Decision
from inclusion_rules.domain.law import NotSet
from inclusion_rules.domain.rules import Rule, RulePack
from inclusion_rules.engine.commitments import Answer, CommitmentState
from inclusion_rules.loading.figure_files import load_figures
from inclusion_rules.loading.trees import shipped
from inclusion_rules.reporting.commitments import PackRegister, register
from inclusion_rules.scenarios.coverage import coverage_of
from inclusion_rules.scenarios.mutants import surviving_mutants
from inclusion_rules.scenarios.reading import Collection, open_scenarios
from inclusion_rules.scenarios.running import Result, run_scenario
from inclusion_rules.vocabulary import Force, Modality, Outcome, Verification

LOCAL = "somerset"
ROOT = Path(__file__).parents[2]
IN_THE_CASE = date(2025, 2, 10)

DUTIES = [
    "checklist_gate",
    "reasonable_adjustments",
    "step1_graduated_response",
    "step2_family_eha",
    "step2_specialist_advice",
    "step3_alternatives",
    "specific_situations",
    "psp",
    "managed_transfer",
    "la_notification_portal",
    "pevp_referral",
    "early_help_levels",
    "part_time_timetable",
    "sent_home_lawful_grounds",
    "ptt_monitoring",
    "no_fines",
]
"""Each expectation that the county's papers were found to hold of a case."""
COMMITTED = ["partnership_inclusion_plan"]
"""Each that the council and its boards, and no case, have to keep."""
NOT_CARRIED = {
    "first_response": "no page of the county's gives its front door that name",
    "fap": "a fair access protocol is named and was not found; what it has to say in law is in the national rules",
}
"""What was looked for and cannot be a rule, with the reason."""
TENSIONS = {f"e{number}" for number in (4, 14, 15, 16, 17, 18, 19, 20, 21, 25, 26, 27, 29)}
"""Those of the list for both counties that Somerset has a side in."""
NEVER_PUBLISHED = {
    "somerset_timetable_weeks",
    "somerset_support_plan_review",
    "somerset_transfer_trial",
    "somerset_transfer_review",
    "somerset_early_help_wait",
    "somerset_advisory_share",
}
"""Numbers that the county may have and that could not be read; none was made up."""
SAME_DAY = {"somerset_first_exclusion_on", "somerset_concern_since"}
"""Facts that take the earlier of two days: of two that are the same it makes no difference which is taken."""


@cache
def the_pack() -> RulePack:
    """The Somerset pack as shipped."""
    return open_rulebook().packs[LOCAL]


@cache
def shipped_scenarios() -> Collection:
    """The worked examples that lie in the pack's folder."""
    return open_scenarios([shipped("rules") / LOCAL])


@cache
def results() -> tuple[Result, ...]:
    """Every worked example of the pack, decided and compared."""
    found = shipped_scenarios()
    return tuple(run_scenario(scenario, found.rulebook) for scenario in found.scenarios)


def rules_of_the_pack() -> list[Rule]:
    """The pack's rules in order of their names."""
    return sorted(the_pack().rules.values(), key=lambda rule: rule.id)


def the_example(*, school_authority: str = LOCAL, home_authority: str = LOCAL) -> Decision:
    """The example case, its school and its pupil where they are wanted."""
    text = example("somerset_permanent_exclusion").read_text("utf-8")
    text = text.replace("home_authority: somerset", f"home_authority: {home_authority}")
    text = text.replace(" authority: somerset", f" authority: {school_authority}")
    rulebook = open_rulebook()
    return decide(read_case(text, rulebook), rulebook, as_of=IN_THE_CASE)


def local_duties(decision: Decision, outcome: Outcome) -> set[str]:
    """The local duties whose findings came out in one way, without the county's name."""
    return {
        finding.rule.duty.removeprefix(f"{LOCAL}_")
        for finding in decision.findings
        if finding.rule.pack == LOCAL and finding.outcome is outcome
    }


def the_register(**other: int) -> PackRegister:
    """The commitments held against the example figures, some of them other than there."""
    rulebook = open_rulebook()
    figures = load_figures(ROOT / "examples" / "somerset_figures.yaml", rulebook)
    figures = replace(figures, values={**figures.values, **other})
    return register(rulebook, as_of=figures.on, figures=figures).packs[0]


def the_commitment(name: str, **other: int) -> CommitmentState:
    """One commitment held against the example figures, some of them other than there."""
    return next(state for state in the_register(**other).states if state.commitment.id == f"{LOCAL}_{name}")


# What the pack was written from ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("duty", DUTIES)
def test_everything_found_of_a_case_is_a_rule(duty: str) -> None:
    """Each expectation of the county's papers about one child is carried by a rule."""
    assert f"{LOCAL}_{duty}" in {rule.duty for rule in rules_of_the_pack()}


@pytest.mark.parametrize("promise", COMMITTED)
def test_what_the_council_has_to_keep_is_a_commitment(promise: str) -> None:
    """What no case can show is held against figures of the authority."""
    assert f"{LOCAL}_{promise}" in the_pack().commitments


@pytest.mark.parametrize("name", NOT_CARRIED)
def test_what_was_not_found_is_no_rule(name: str) -> None:
    """A name without a text behind it raises nothing and promises nothing."""
    assert f"{LOCAL}_{name}" not in {rule.duty for rule in rules_of_the_pack()} | the_pack().commitments.keys()


def test_every_recommendation_is_carried() -> None:
    """Ten were made, and each is an item of the founding document with a commitment of its own number."""
    seed = the_pack().seed
    assert seed is not None
    numbered = {item.item: item for item in seed.items}
    for number in range(1, 11):
        own = [
            name for name in numbered[f"Recommendation {number}"].commitments if name.startswith(f"somerset_r{number}_")
        ]
        assert own, number


def test_every_commitment_is_reached_from_the_founding_document() -> None:
    """No commitment is in the pack that the update does not account for."""
    seed = the_pack().seed
    assert seed is not None
    assert set(the_pack().commitments) == {name for item in seed.items for name in item.commitments}


def test_the_list_of_tensions_is_whole() -> None:
    """Each tension in which Somerset has a side is there once."""
    assert sorted(tension.id for tension in the_pack().tensions) == sorted(TENSIONS)


def test_a_code_that_was_not_developed_is_told_as_not_adopted() -> None:
    """Neither the code of responsibilities nor the fine is told as policy."""
    adopted = {name: commitment.status.value for name, commitment in the_pack().commitments.items()}
    assert adopted["somerset_r2_code"] == adopted["somerset_r10_fines"] == "not adopted"


def test_a_number_that_was_not_published_is_not_set() -> None:
    """A limit that could not be read has no value in any version, and no other parameter is without one."""
    unset = {
        name
        for name, parameter in the_pack().parameters.items()
        if all(isinstance(version.value, NotSet) for version in parameter.values)
    }
    assert unset == NEVER_PUBLISHED


# What the pack may say ------------------------------------------------------------------------------------------------


def test_only_what_repeats_the_law_is_a_must() -> None:
    """A council's page expects or suggests; the one `must not` mirrors a prohibition that the law knows."""
    strong = {rule.id for rule in rules_of_the_pack() if rule.modality in (Modality.MUST, Modality.MUST_NOT)}
    assert strong == {"timetables/sent_home_early"}
    assert {rule.force for rule in rules_of_the_pack()} <= {Force.LOCAL_PROTOCOL, Force.GOOD_PRACTICE}


def test_every_local_duty_bears_the_name_of_its_authority() -> None:
    """A reader of a finding sees from its name that it is local."""
    assert [rule.duty for rule in rules_of_the_pack() if not rule.duty.startswith(f"{LOCAL}_")] == []


def test_what_rests_on_an_unread_protocol_or_an_undated_page_is_marked() -> None:
    """The portal, the panel, a trial and its reviews, and the end of monitoring run visibly unverified."""
    marked = {
        rule.duty.removeprefix(f"{LOCAL}_") for rule in rules_of_the_pack() if rule.verified is Verification.MARKED
    }
    assert marked == {
        "la_notification_portal",
        "managed_transfer_review",
        "managed_transfer_trial",
        "managed_transfer_trial_length",
        "pevp_panel",
        "pevp_referral",
        "ptt_monitoring",
        "specific_situations_one_breach",
    }


def test_no_rule_rests_on_a_newspaper() -> None:
    """What was only seen in the press is cited by no rule, so it is never shown as policy."""
    unchecked = {name for name, provision in the_pack().provisions.items() if provision.certainty == "unverified"}
    assert unchecked
    assert [rule.id for rule in rules_of_the_pack() if unchecked.intersection(rule.cites)] == []


def test_a_body_that_has_ended_has_a_successor_from_the_next_day() -> None:
    """Tension e26: structures are dated, and between one and the next there is no gap."""
    roles = the_pack().roles
    ended = [role for role in roles.values() if role.last is not None]
    assert ended
    for role in ended:
        assert role.succeeded_by is not None
        assert role.last is not None
        assert roles[role.succeeded_by].first == role.last + timedelta(days=1)


# Scenarios ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", results(), ids=lambda result: result.scenario.title)
def test_every_shipped_scenario_holds(result: Result) -> None:
    """What each worked example expects is what is decided."""
    assert not_as_expected(result) == []


@pytest.mark.parametrize("rule", rules_of_the_pack(), ids=lambda rule: rule.id)
def test_every_rule_is_shown_engaged_and_not(rule: Rule) -> None:
    """For each rule some worked example about its duty has it apply, and another has it not apply."""
    assert {Outcome.ENGAGED, Outcome.NOT_ENGAGED} <= outcomes_shown(rule, results())


def test_every_rule_is_shown_at_its_edge() -> None:
    """Worked examples show each rule engaged, not engaged and at the edge of its time."""
    shown = coverage_of(results(), shipped_scenarios().rulebook, packs=[LOCAL])
    assert [(rule.rule.id, rule.lacking) for rule in shown.lacking] == []


def test_no_small_change_to_the_pack_goes_unnoticed() -> None:
    """Whatever is turned into something else, some worked example fails, but where two days are one and the same."""
    report = surviving_mutants(results(), shipped_scenarios().rulebook, packs=[LOCAL])
    assert report.made > len(the_pack().rules)
    surviving = [survivor.alteration for survivor in report.survivors]
    assert [
        (one.name, one.what)
        for one in surviving
        if not (one.name[1] in SAME_DAY and "`on or before` read as" in one.what)
    ] == []


# Beside the law -------------------------------------------------------------------------------------------------------


def test_the_local_pack_changes_nothing_of_what_the_law_says() -> None:
    """Stage, findings and obligations under the law are the same whether the county's rules hold or are silent."""
    here, elsewhere = the_example(), the_example(school_authority="devon", home_authority="devon")
    assert here.stage == elsewhere.stage
    assert [(f.rule.duty, f.outcome, f.breached) for f in here.findings if f.rule.pack == "england"] == [
        (f.rule.duty, f.outcome, f.breached) for f in elsewhere.findings if f.rule.pack == "england"
    ]
    assert [(o.rule.duty, o.due, o.status) for o in here.obligations if o.rule.pack == "england"] == [
        (o.rule.duty, o.due, o.status) for o in elsewhere.obligations if o.rule.pack == "england"
    ]


def test_a_gap_in_the_checklist_bars_nothing() -> None:
    """Tension e19: parts of the checklist are missing, and the case stands where the law has brought it."""
    decision = the_example()
    gate = [entry for entry in decision.obligations if entry.rule.duty == "somerset_checklist_gate"]
    assert [entry.status.value for entry in gate] == ["missed"]
    assert decision.stage == "hearing/governing_board"


def test_the_example_shows_most_of_the_pack() -> None:
    """One case meets most of what the county expects."""
    shown = {finding.rule.id for finding in the_example().findings if finding.rule.pack == LOCAL}
    assert len(shown) >= len(the_pack().rules) - 3


@pytest.mark.parametrize("elsewhere", ["devon", "leicestershire", "suffolk", "east_sussex"])
def test_in_another_authority_the_pack_is_silent(elsewhere: str) -> None:
    """A school and a pupil of another authority have nothing to do with the county's pages."""
    decision = the_example(school_authority=elsewhere, home_authority=elsewhere)
    assert local_duties(decision, Outcome.ENGAGED) | local_duties(decision, Outcome.UNDETERMINED) == set()


def test_placing_and_early_help_follow_the_home_authority() -> None:
    """A county pupil at a school elsewhere comes before the county's panel and its early help, and nothing else."""
    decision = the_example(school_authority="devon")
    assert local_duties(decision, Outcome.ENGAGED) == {"pevp_referral", "pevp_panel", "early_help_levels"}


def test_what_the_school_does_follows_the_schools_authority() -> None:
    """A pupil from elsewhere at a county school changes who places and who helps, and nothing else."""
    at_home, from_elsewhere = the_example(), the_example(home_authority="devon")
    assert local_duties(at_home, Outcome.ENGAGED) - local_duties(from_elsewhere, Outcome.ENGAGED) == {
        "pevp_referral",
        "pevp_panel",
        "early_help_levels",
    }


# Figures of the county ------------------------------------------------------------------------------------------------


def test_places_and_exclusions_that_both_rise_raise_the_alarm() -> None:
    """Tension e25: the example has both rise, and the report says so."""
    assert the_commitment("r8_reintegration").alert.answer is Answer.YES


@pytest.mark.parametrize(("name", "as_before"), [("unit_places", 238), ("permanent_exclusions", 60)])
def test_one_of_the_two_alone_raises_none(name: str, as_before: int) -> None:
    """Tension e25: more exclusions without more places, or the other way about, raise no alarm."""
    changed = {f"{LOCAL}_{name}_after": as_before}
    assert the_commitment("r8_reintegration", **changed).alert.answer is Answer.NO


def test_issued_cancelled_and_upheld_are_counted_apart() -> None:
    """Tension e27: the share upheld is of those issued; how many were cancelled moves it neither way."""
    share = "somerset_share_upheld"
    usual = the_register().values[share]
    assert the_register(somerset_permanent_exclusions_cancelled=30).values[share] == usual
    assert the_register(somerset_permanent_exclusions_upheld=60).values[share] != usual


def test_a_test_against_a_number_that_was_not_set_is_not_known() -> None:
    """How long early help may take was never set, so nobody is told that it is in time or late."""
    assert the_commitment("r3_early_help").kept.answer is Answer.NOT_KNOWN
