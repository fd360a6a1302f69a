"""The Suffolk pack: what it may say beside the law, and that nothing it was written from is lost.

Decides the example case and the pack's own scenarios. Knows the shape of the pack, not the wording of its rules.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from tests.rules.shown_by_scenarios import not_as_expected, outcomes_shown

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import example, open_rulebook, read_case
from inclusion_rules.domain.findings import Decision
from inclusion_rules.domain.law import NOT_SET
from inclusion_rules.domain.rules import Rule, RulePack
from inclusion_rules.loading.trees import shipped
from inclusion_rules.scenarios.coverage import coverage_of
from inclusion_rules.scenarios.mutants import surviving_mutants
from inclusion_rules.scenarios.reading import Collection, open_scenarios
from inclusion_rules.scenarios.running import Result, run_scenario
from inclusion_rules.vocabulary import Force, Modality, Outcome, Verification

LOCAL = "suffolk"
IN_THE_CASE = date(2025, 2, 10)

DUTIES_OF = {
    "pttt_preconditions": {"pttt_preconditions", "pttt_not_for_behaviour"},
    "pttt_max_weeks": {"pttt_max_weeks", "pttt_reviews"},
    "pttt_halfterm_return": {"pttt_halfterm_return", "pttt_full_time_across_sites", "pttt_silence"},
    "pttt_priority_groups": {"pttt_priority_groups"},
    "pttt_monitor": {"pttt_monitor"},
    "pre_pex_contact": {"pre_pex_contact"},
    "pex_support": {"pex_support", "pex_support_hearing", "pex_support_review"},
    "iyfap_panel": {"iyfap_risk_assessment", "iyfap_in_person", "iyfap_panel"},
    "iyfap_exclusions": {"iyfap_in_care", "iyfap_from_elsewhere", "iyfap_child_elsewhere"},
    "iyfap_balance": {"iyfap_balance"},
    "reintegration_meeting": {"reintegration_meeting"},
    "managed_move_checks": {"managed_move_checks", "managed_move_complaint"},
    "offsite_governor_duties": {"offsite_governor_duties"},
    "graduated_stage1": {"graduated_stage1"},
    "graduated_stage2": {"graduated_stage2"},
    "graduated_stage3": {"graduated_stage3"},
    "helpline": {"helpline"},
    "mash_threshold": {"mash_threshold"},
    "mash_pex_risk": {"mash_pex_risk", "mash_pex_risk_alone"},
    "wellbeing_offer": {"wellbeing_offer_pupil", "wellbeing_offer_parents"},
    "move_information_pack": {"move_information", "placement_information"},
    "p5_suspension_data": {"suspension_data"},
    "a3_notification_form_rigour": {"notification_form", "notice_counts", "form_follow_up"},
    "t2_ftx_trend": {"team_around_the_child"},
    "p3_pdb_expertise": {"disruptive_behaviour"},
}
"""Each piece of casework that the county's paper and pages were found to hold, with the duties that carry it."""
NO_RULE_OF_ITS_OWN = {"suspension_report": "notification/local_authority"}
"""What is wholly the law's: since September 2022 every suspension is told, and a local echo would ask for it twice."""
PROMISES = (
    *(f"p{number}" for number in range(1, 10)),
    *(f"a{number}" for number in range(1, 8)),
    *(f"t{number}" for number in range(1, 7)),
    *(f"b{number}" for number in range(1, 5)),
)
TENSIONS = {*(f"t{number}" for number in range(17, 26)), "t28"}
OURS = {"pttt_check_the_silence", "iyfap_no_slack", "form_follow_up"}
"""What the library adds of its own: each is marked, and called good practice instead of protocol."""


@cache
def the_pack() -> RulePack:
    """The Suffolk pack as shipped."""
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


def short(rule: Rule) -> str:
    """A rule's duty without the county's name."""
    return rule.duty.removeprefix(f"{LOCAL}_")


def the_example(*, school_authority: str = LOCAL, home_authority: str = LOCAL, without: str = "") -> Decision:
    """The example case, its school and its pupil where they are wanted, and without the events of one name."""
    text = example("suffolk_permanent_exclusion").read_text("utf-8")
    text = text.replace("home_authority: suffolk", f"home_authority: {home_authority}")
    text = text.replace(" authority: suffolk", f" authority: {school_authority}")
    kept = [line for line in text.splitlines() if not without or f"event: {without}" not in line]
    rulebook = open_rulebook()
    return decide(read_case("\n".join(kept), rulebook), rulebook, as_of=IN_THE_CASE)


def local_duties(decision: Decision, outcome: Outcome) -> set[str]:
    """The local duties whose findings came out in one way, without the county's name."""
    return {
        finding.rule.duty.removeprefix(f"{LOCAL}_")
        for finding in decision.findings
        if finding.rule.pack == LOCAL and finding.outcome is outcome
    }


def of_the_law(decision: Decision) -> tuple[object, ...]:
    """What the law alone says in a decision."""
    return (
        decision.stage,
        [(f.rule.duty, f.outcome, f.about) for f in decision.findings if f.rule.pack == "england"],
        [(o.rule.duty, o.due, o.status, o.about) for o in decision.obligations if o.rule.pack == "england"],
    )


# What the pack was written from ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", sorted(DUTIES_OF))
def test_everything_found_in_the_countys_papers_is_carried(found: str) -> None:
    """Each piece of casework in the paper and on the pages is carried by rules that run."""
    assert DUTIES_OF[found] <= {short(rule) for rule in rules_of_the_pack() if rule.runs}


@pytest.mark.parametrize("found", sorted(NO_RULE_OF_ITS_OWN))
def test_what_is_the_laws_is_left_to_the_law(found: str) -> None:
    """Where the law says all of it, the national rule is there and no local one repeats it."""
    assert open_rulebook().packs["england"].rules[NO_RULE_OF_ITS_OWN[found]].runs
    assert found not in {short(rule) for rule in rules_of_the_pack()}


def test_beyond_what_was_found_there_are_prompts_of_the_librarys_own_and_readings() -> None:
    """Whatever is no piece of casework found is a marked prompt, what a panel's item means, or a count of checks."""
    found = set().union(*DUTIES_OF.values())
    assert {short(rule) for rule in rules_of_the_pack()} - found == (OURS - found) | {
        "iyfap_managed_move",
        "managed_move_checks_left_open",
    }


def test_what_the_library_adds_is_marked_and_no_protocol() -> None:
    """A reader never takes the library's own prompts for the council's policy."""
    added = {short(rule): rule for rule in rules_of_the_pack() if rule.force is Force.GOOD_PRACTICE}
    assert set(added) == OURS
    assert {rule.verified for rule in added.values()} == {Verification.MARKED}


@pytest.mark.parametrize("promise", PROMISES)
def test_every_promise_of_the_paper_is_a_commitment(promise: str) -> None:
    """Nine priorities, seven activities, six thresholds and four benefits: each has a file of its number."""
    assert list((shipped("rules") / LOCAL / "commitments").glob(f"{promise}_*.yaml"))


def test_the_list_of_tensions_is_whole() -> None:
    """Every tension that concerns the county stands in the pack."""
    assert {tension.id for tension in the_pack().tensions} == TENSIONS


def test_no_rule_of_the_pack_is_outside_the_seed() -> None:
    """Whoever reads the seed item by item meets every rule."""
    text = (shipped("rules") / LOCAL / "seed.yaml").read_text("utf-8")
    assert [rule.id for rule in rules_of_the_pack() if rule.id not in text] == []


# What the pack may say ------------------------------------------------------------------------------------------------


def test_nothing_local_is_a_must() -> None:
    """A council's protocol expects, allows or suggests; only the law obliges."""
    assert {rule.modality for rule in rules_of_the_pack()} & {Modality.MUST, Modality.MUST_NOT} == set()
    assert {rule.force for rule in rules_of_the_pack()} == {Force.LOCAL_PROTOCOL, Force.GOOD_PRACTICE}


def test_every_local_duty_bears_the_name_of_its_authority() -> None:
    """A reader of a finding sees from its name that it is local."""
    assert [rule.duty for rule in rules_of_the_pack() if not rule.duty.startswith(f"{LOCAL}_")] == []


def test_every_rule_rests_on_something_that_was_read() -> None:
    """Each rule cites at least one paper or page of the county that was read in its own text."""
    seen = {**open_rulebook().packs["england"].provisions, **the_pack().provisions}
    assert [rule.id for rule in rules_of_the_pack() if seen[rule.cites[0]].certainty != "primary"] == []


@pytest.mark.parametrize("name", ["timetable_weeks", "timetable_review", "wellbeing_offer_days"])
def test_a_number_that_nobody_set_is_not_set(name: str) -> None:
    """What the county has not said is shown as not set, never as a number and never as none."""
    versions = the_pack().parameters[f"{LOCAL}_{name}"].values
    assert [version.value for version in versions] == [NOT_SET]


def test_nothing_in_the_pack_holds_a_rule_of_the_law_back() -> None:
    """No local rule overrides anything, and an exception of the pack is an exception to the pack's own rules."""
    assert [rule.id for rule in rules_of_the_pack() if rule.overrides] == []
    assert {each for rule in rules_of_the_pack() for each in rule.exceptions} <= set(the_pack().rules)


def test_the_eight_ways_of_the_form_are_as_many_as_the_vocabulary_has() -> None:
    """The number held against a form is that of the ways that can be recorded; likewise the checks of a move."""
    for attribute, parameter in (("routes", "routes_on_the_form"), ("checks", "managed_move_checks")):
        [version] = the_pack().parameters[f"{LOCAL}_{parameter}"].values
        assert version.value == len(the_pack().attributes[attribute].choices)


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
    """Worked examples show each rule engaged, not engaged and on the first or last day of its time."""
    shown = coverage_of(results(), shipped_scenarios().rulebook, packs=[LOCAL])
    assert [(rule.rule.id, rule.lacking) for rule in shown.lacking] == []


def test_no_small_change_to_the_pack_goes_unnoticed() -> None:
    """Whatever one condition, date or limit of the pack is turned into, some worked example fails."""
    report = surviving_mutants(results(), shipped_scenarios().rulebook, packs=[LOCAL])
    assert report.made > len(the_pack().rules)
    assert [(survivor.alteration.name, survivor.alteration.what) for survivor in report.survivors] == []


# The form and the list ------------------------------------------------------------------------------------------------


def test_the_form_changes_nothing_of_what_the_law_says() -> None:
    """With a form that shows three ways, with none and with no question asked, the law's findings and dates are one."""
    whole = of_the_law(the_example())
    assert of_the_law(the_example(without="notification_evidence_given")) == whole
    assert of_the_law(the_example(without="notification_evidence_asked_for")) == whole


def test_the_list_changes_nothing_of_what_the_law_says() -> None:
    """Whether the pupil is on the county's list or left off it, the law's findings and dates are one."""
    assert of_the_law(the_example(without="timetable_return_received")) == of_the_law(the_example())


def test_no_talk_is_a_condition_of_an_exclusion() -> None:
    """Without a call and without a talk to the Education Access Team, the law's findings and dates are one."""
    whole = of_the_law(the_example())
    assert of_the_law(the_example(without="education_access_team_contacted")) == whole
    assert of_the_law(the_example(without="helpline_called")) == whole


# Beside the law -------------------------------------------------------------------------------------------------------


def test_the_local_pack_changes_nothing_of_what_the_law_says() -> None:
    """Of what the law alone can be told of the example, its findings, dates and stage are the same beside the pack."""
    text = example("suffolk_permanent_exclusion").read_text("utf-8")
    kept = [
        line
        for line in text.splitlines()
        if not any(f"event: {event}," in line.replace("}", ",") for event in the_pack().events)
    ]
    shared = "\n".join(line for line in kept if "judgement:" not in line).replace("judgements:\n", "")
    rulebook = open_rulebook()
    beside, alone = (
        decide(read_case(shared.replace("[england, suffolk]", packs), rulebook), rulebook, as_of=IN_THE_CASE)
        for packs in ("[england, suffolk]", "[england]")
    )
    assert of_the_law(beside) == of_the_law(alone)


def test_the_example_shows_most_of_the_pack() -> None:
    """A reader of the one example case meets the county's help before, at and after the exclusion."""
    engaged = local_duties(the_example(), Outcome.ENGAGED)
    assert {
        "helpline",
        "pre_pex_contact",
        "pttt_silence",
        "notice_counts",
        "form_follow_up",
        "wellbeing_offer_parents",
        "iyfap_no_slack",
    } <= engaged
    assert len(engaged) > len({rule.duty for rule in rules_of_the_pack()}) / 2


@pytest.mark.parametrize("elsewhere", ["norfolk", "leicestershire", "somerset"])
def test_in_another_authority_the_pack_is_silent(elsewhere: str) -> None:
    """A school and a pupil of another authority have nothing to do with the county's paper and pages."""
    decision = the_example(school_authority=elsewhere, home_authority=elsewhere)
    assert local_duties(decision, Outcome.ENGAGED) | local_duties(decision, Outcome.UNDETERMINED) == set()


def test_the_notice_follows_the_school_and_the_placement_the_home() -> None:
    """A county pupil at a school elsewhere has the county's panel and support; that school sends no county form."""
    engaged = local_duties(the_example(school_authority="norfolk"), Outcome.ENGAGED)
    assert {"iyfap_panel", "wellbeing_offer_pupil", "pex_support", "iyfap_child_elsewhere"} <= engaged
    assert {"notification_form", "notice_counts", "pex_support_hearing"} & engaged == set()
