"""The Leicestershire pack: what it may say beside the law, when, and of whom; nothing it was written from is lost.

Decides example cases and the pack's own scenarios. Knows the shape of the pack, not the wording of its rules.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from tests.rules.shown_by_scenarios import not_as_expected, outcomes_shown

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import example, open_rulebook, read_case
from inclusion_rules.domain.findings import Decision
from inclusion_rules.domain.law import NOT_SET
from inclusion_rules.domain.layers import RelationKind
from inclusion_rules.domain.rules import ByEvent, Rule, RulePack, WithoutDelay
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.loading.trees import shipped
from inclusion_rules.scenarios.coverage import coverage_of
from inclusion_rules.scenarios.mutants import surviving_mutants
from inclusion_rules.scenarios.reading import Collection, open_scenarios
from inclusion_rules.scenarios.running import Result, run_scenario
from inclusion_rules.vocabulary import Force, Modality, Outcome, Verification

LOCAL = "leicestershire"
ELSEWHERE = ("leicester", "suffolk", "east_sussex", "somerset")
IN_THE_CASE = date(2025, 2, 10)
AFTER_THE_PANEL = date(2025, 3, 21)

GUIDANCE = "Chairs and Co-ordinators: Responding to Permanent Exclusion (Leicestershire 2021)"
DUTIES_OF = {
    "contact_chair_and_coordinator": {"contact_chair_and_coordinator"},
    "ask_chair_to_speak": {"ask_chair_to_speak"},
    "talk_before_pex": {"talk_before_pex"},
    "attend_hearing": {"attend_hearing", "written_statement"},
    "information_trawl": {"information_trawl", "lawful_basis"},
    "tp_permanent_remove": {"tp_permanent_remove", "alternative_parents_agree"},
    "tp_extended_time_out": {"tp_extended_time_out", "alternative_end_and_review"},
    "nw_variant": {"nw_variant", "programme_north_west"},
    "lac_route": {"lac_route", "placement_of_a_child_in_care"},
    "secondary_on_roll_placement": {"secondary_on_roll_placement", "placement_by_the_plan"},
    "fap_eligibility_check": {"fap_eligibility_check", "fap_query"},
    "fap_owner_until_on_roll": {"fap_owner_until_on_roll", "fap_quick_panel"},
    "fap_valid_decision": {"fap_valid_decision", "fap_void_decision"},
    "fap_roll_check": {"fap_roll_check", "fap_not_on_roll"},
    "pttt_inform": {"pttt_inform", "pttt_referral"},
    "pttt_end_date": {"pttt_end_date", "pttt_max_weeks"},
    "tier4_risk_assessment": {"tier4_risk_assessment", "programme_on_roll"},
    "ap_commissioning": {"ap_commissioning", "ap_brokerage"},
    "thresholds": {"thresholds"},
    **{
        name: {name}
        for name in (
            *("notify_inclusion_team", "alert_school_improvement", "alert_governor_support", "alert_sendias"),
            *("report_rescission", "keep_in_touch", "no_delay_provision"),
            *("tp_head_right", "tp_harm_and_parents", "tp_usually_unnecessary", "tp_cost", "tp_burden_on_partners"),
            *("tp_offsite_power", "tp_needs_led"),
            *("strategy_chair_again", "strategy_officer_visit", "strategy_eep_visit", "strategy_governor_input"),
            *("strategy_attend_hearing", "strategy_refer_sendias"),
            *("issue_pathways", "issue_peer_review", "issue_suspend_membership", "issue_full_cost_after_suspension"),
            *("issue_parent_rights", "issue_coordinator_meets_parents", "issue_ofsted_referral"),
            *("city_address_route", "fap_tell_school_and_admissions", "inclusion_forum"),
        )
    },
}
"""Each piece of casework that the county's guidance and pages were found to hold, with the duties that carry it."""
STEPS = (
    *("concern_raised", "exclusion_considered", "alternatives_explored", "alternative_agreed", "exclusion_issued"),
    *("sharing_out", "interim_provision", "challenge_and_support", "rescinded", "governors_meeting", "reinstated"),
    *("exclusion_stands", "independent_review", "fair_access", "accountability", "prevented"),
)
"""The steps of the flow chart, put together again, in their order."""
NOT_READ = {"mm_principles": "managed_move/principles"}
"""What is known by its title only: a rule that is switched off."""
PROMISES = {
    "accountability": "accountability",
    "funding_model": "funding_model",
    "oakfield_secondary": "oakfield_secondary",
    "la_full_cost_recovery_in_force": "full_cost_recovery",
}
"""What is the authority's own practice or a proposal, and no casework: the commitment that holds it."""
TENSIONS = {*(f"t{number}" for number in range(1, 17)), "t25", "t28"}


@cache
def the_pack() -> RulePack:
    """The Leicestershire pack as shipped."""
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


def the_example(*packs: str, school_authority: str = LOCAL, home_authority: str = LOCAL, more: str = "") -> Decision:
    """The example case under the given packs and authorities, with more events where wanted."""
    text = example("leicestershire_permanent_exclusion").read_text("utf-8")
    written = next(line for line in text.splitlines() if line.startswith("packs:"))
    text = text.replace(written, f"packs: [{', '.join(packs)}]")
    text = text.replace("home_authority: leicestershire", f"home_authority: {home_authority}")
    text = text.replace(" authority: leicestershire", f" authority: {school_authority}")
    rulebook = open_rulebook()
    return decide(read_case(text + more, rulebook), rulebook, as_of=IN_THE_CASE)


def local_duties(decision: Decision, outcome: Outcome) -> set[str]:
    """The local duties whose findings came out in one way."""
    return {
        finding.rule.duty for finding in decision.findings if finding.rule.pack == LOCAL and finding.outcome is outcome
    }


def short(rule: Rule) -> str:
    """A rule's duty without the county's name."""
    return rule.duty.removeprefix(f"{LOCAL}_")


def rules_of_the_pack() -> list[Rule]:
    """The pack's rules in order of their names."""
    return sorted(the_pack().rules.values(), key=lambda rule: rule.id)


# What the pack may say ------------------------------------------------------------------------------------------------


def test_nothing_local_is_a_must() -> None:
    """A council's protocol expects, allows or suggests; only the law obliges."""
    spoken = {rule.modality for rule in the_pack().rules.values()}
    assert spoken & {Modality.MUST, Modality.MUST_NOT} == set()
    assert {rule.force for rule in the_pack().rules.values()} == {Force.LOCAL_PROTOCOL, Force.GOOD_PRACTICE}


def test_what_the_library_adds_is_marked_and_no_protocol() -> None:
    """A reader never takes a step put together again, or a prompt of the library's own, for the council's policy."""
    added = [rule for rule in rules_of_the_pack() if rule.force is Force.GOOD_PRACTICE]
    assert {short(rule) for rule in added} == {f"step_{name}" for name in STEPS} | {
        "written_statement",
        "lawful_basis",
        "alternative_parents_agree",
        "alternative_end_and_review",
        "placement_by_the_plan",
    }
    assert {rule.verified for rule in added} == {Verification.MARKED}


def test_the_guidance_sets_no_number() -> None:
    """The guidance counts no days: no parameter cites it, and no rule resting on it alone has a limit that counts."""
    cited = {cite for each in the_pack().parameters.values() for version in each.values for cite in version.cites}
    assert [cite for cite in cited if cite.startswith(GUIDANCE)] == []
    of_the_guidance = [rule for rule in rules_of_the_pack() if all(cite.startswith(GUIDANCE) for cite in rule.cites)]
    limits = {type(rule.deadline) for rule in of_the_guidance if rule.deadline is not None}
    assert limits <= {WithoutDelay, ByEvent}


@pytest.mark.parametrize("name", ["panel_days", "timetable_weeks"])
def test_a_number_that_nobody_set_is_not_set(name: str) -> None:
    """What the county has not said is shown as not set, never as a number and never as none."""
    versions = the_pack().parameters[f"{LOCAL}_{name}"].values
    assert [version.value for version in versions] == [NOT_SET]


def test_every_local_duty_bears_the_name_of_its_authority() -> None:
    """A reader of a finding sees from its name that it is local."""
    assert [rule.duty for rule in rules_of_the_pack() if not rule.duty.startswith(f"{LOCAL}_")] == []


def test_every_local_rule_stands_in_a_relation_to_a_rule_that_exists() -> None:
    """Each rule says how it stands to the law, or to what took its place, and the other rule is really there."""
    known = {*open_rulebook().packs["england"].rules, *the_pack().rules}
    named = {
        rule.id: {*rule.related(*RelationKind), *(rule.superseded.by if rule.superseded is not None else ())}
        for rule in rules_of_the_pack()
    }
    assert [rule.id for rule in rules_of_the_pack() if not rule.relations and rule.superseded is None] == []
    assert {name: targets - known for name, targets in named.items() if targets - known} == {}


def test_every_running_rule_rests_on_a_page_that_was_read() -> None:
    """No rule of the pack that runs rests on something of the county's that was not seen."""
    seen = the_pack().provisions
    assert [rule.id for rule in rules_of_the_pack() if rule.runs and seen[rule.cites[0]].certainty != "primary"] == []


# What the pack was written from ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", sorted(DUTIES_OF))
def test_everything_found_in_the_countys_papers_is_carried(found: str) -> None:
    """Each piece of casework in the guidance and on the pages is carried by rules that run."""
    assert DUTIES_OF[found] <= {short(rule) for rule in rules_of_the_pack() if rule.runs}


def test_nothing_is_in_the_pack_that_was_not_found() -> None:
    """Beside what was found there are only the steps of the flow chart, and what is known by its title."""
    found = set().union(*DUTIES_OF.values())
    assert {short(rule) for rule in rules_of_the_pack()} - found == {f"step_{name}" for name in STEPS} | set(NOT_READ)


@pytest.mark.parametrize("found", sorted(NOT_READ))
def test_what_was_not_read_does_not_run(found: str) -> None:
    """A protocol known by its title is named and switched off."""
    rule = the_pack().rules[NOT_READ[found]]
    assert (short(rule), rule.runs) == (found, False)


@pytest.mark.parametrize("found", sorted(PROMISES))
def test_what_is_the_authoritys_own_is_a_commitment(found: str) -> None:
    """A practice, a hope or a proposal of the authority is told as that, and no rule about a child asks for it."""
    made = the_pack().commitments[f"{LOCAL}_{PROMISES[found]}"]
    assert made.status.value.replace("_", " ") in {"ended", "not adopted", "not known"}
    assert found not in {short(rule) for rule in rules_of_the_pack()}


def test_the_list_of_tensions_is_whole() -> None:
    """Every tension that concerns the county stands in the pack."""
    assert {tension.id for tension in the_pack().tensions} == TENSIONS


def test_no_rule_of_the_pack_is_outside_the_seed() -> None:
    """Whoever reads the seed item by item meets every rule."""
    text = (shipped("rules") / LOCAL / "seed.yaml").read_text("utf-8")
    assert [rule.id for rule in rules_of_the_pack() if rule.id not in text] == []


def test_the_steps_stand_in_their_order() -> None:
    """The files of the flow chart are numbered as the steps follow, from the first concern to the end."""
    ids = [rule.id for rule in rules_of_the_pack() if rule.id.startswith("flow_chart/")]
    assert ids == [f"flow_chart/step_{number:02d}_{name}" for number, name in enumerate(STEPS)]


# The role that ended --------------------------------------------------------------------------------------------------


def test_what_a_chair_does_ends_with_the_role() -> None:
    """No rule asks anything of a Chair, or of others towards one, on a day on which there is none."""
    chair = the_pack().roles["partnership_chair"]
    own = set(the_pack().rules)
    of_the_chair = [rule for rule in rules_of_the_pack() if rule.superseded is not None and own & {*rule.superseded.by}]
    of_the_chair += [rule for rule in rules_of_the_pack() if rule.bearer == chair.name]
    assert {rule.id for rule in of_the_chair} >= {"notice/ask_chair_to_speak", "strategies/chair_again"}
    assert {rule.governs.last for rule in of_the_chair} == {chair.last}


def test_what_took_the_chairs_place_begins_the_day_after_and_is_marked() -> None:
    """The day on which the role ended is inferred, so whatever rests on it runs visibly unverified."""
    last = the_pack().roles["partnership_chair"].last
    assert last is not None
    after = [rule for rule in rules_of_the_pack() if rule.governs.first == last + timedelta(days=1)]
    assert {rule.duty.removeprefix(f"{LOCAL}_") for rule in after} == {
        "contact_chair_and_coordinator",
        "ask_chair_to_speak",
        "talk_before_pex",
        "pttt_inform",
    }
    assert {rule.verified for rule in after} == {Verification.MARKED}


def test_the_chair_has_a_successor_with_dates_that_meet() -> None:
    """The successor named for the Chair is a role of the pack, from the day after."""
    chair = the_pack().roles["partnership_chair"]
    assert chair.succeeded_by is not None
    assert chair.last is not None
    assert the_pack().roles[chair.succeeded_by].first == chair.last + timedelta(days=1)


# Scenarios ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", results(), ids=lambda result: result.scenario.title)
def test_every_shipped_scenario_holds(result: Result) -> None:
    """What each worked example expects is what is decided."""
    assert not_as_expected(result) == []


@pytest.mark.parametrize("rule", [rule for rule in rules_of_the_pack() if rule.runs], ids=lambda rule: rule.id)
def test_every_conditional_rule_is_shown_engaged_and_not(rule: Rule) -> None:
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


# Beside the law -------------------------------------------------------------------------------------------------------


def test_the_local_pack_changes_nothing_of_what_the_law_says() -> None:
    """Findings, obligations and stage under the law are the same with and without the pack."""
    alone, beside = the_example("england"), the_example("england", LOCAL)
    assert beside.stage == alone.stage
    assert [(f.rule.duty, f.outcome, f.about) for f in beside.findings if f.rule.pack == "england"] == [
        (f.rule.duty, f.outcome, f.about) for f in alone.findings
    ]
    assert [(o.rule.duty, o.due, o.status, o.about) for o in beside.obligations if o.rule.pack == "england"] == [
        (o.rule.duty, o.due, o.status, o.about) for o in alone.obligations
    ]


def test_in_leicestershire_the_pack_speaks() -> None:
    """The example school and pupil are the county's, so the Inclusion Team's part and the placement are asked for."""
    engaged = local_duties(the_example("england", LOCAL), Outcome.ENGAGED)
    assert {"leicestershire_information_trawl", "leicestershire_no_delay_provision"} <= engaged


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_in_another_authority_the_pack_is_silent(elsewhere: str) -> None:
    """A school and a pupil of another authority have nothing to do with the county's guidance."""
    decision = the_example("england", LOCAL, school_authority=elsewhere, home_authority=elsewhere)
    assert local_duties(decision, Outcome.ENGAGED) | local_duties(decision, Outcome.UNDETERMINED) == set()


def test_placement_alone_follows_the_home_authority() -> None:
    """A county pupil at a school elsewhere is for the county's Partnerships to place, and nothing else is theirs."""
    decision = the_example("england", LOCAL, school_authority="leicester")
    assert local_duties(decision, Outcome.ENGAGED) == {"leicestershire_no_delay_provision"}


def test_notice_follows_the_schools_authority() -> None:
    """A pupil from elsewhere at a county school changes who places, and nothing of what follows a notice."""
    at_home = local_duties(the_example("england", LOCAL), Outcome.ENGAGED)
    from_elsewhere = local_duties(the_example("england", LOCAL, home_authority="leicester"), Outcome.ENGAGED)
    assert at_home - from_elsewhere == {"leicestershire_no_delay_provision"}


# The pack's own words -------------------------------------------------------------------------------------------------


def test_a_strategy_that_the_guidance_does_not_list_is_refused() -> None:
    """A misspelt strategy is an error with the nearest one, never an attendance that silently does not count."""
    more = "  - {date: 2025-02-05, event: escalation_strategy_tried, strategy: atend hearing}\n"
    with pytest.raises(InvalidFilesError) as raised:
        the_example("england", LOCAL, more=more)
    assert "did you mean `attend_hearing`" in raised.value.diagnostics[0].rendered()


@pytest.mark.parametrize("who", ["coordinator", "partnership_coordinator", "[chair, coordinator]"])
def test_who_was_contacted_is_said_in_the_vocabularys_words_or_the_packs(who: str) -> None:
    """The Co-ordinator, alone or with others, is recognised by the short word and by the role."""
    decision = the_example(
        "england", LOCAL, more=f"  - {{date: 2025-01-14, event: partnership_contacted, who: {who}}}\n"
    )
    met = {entry.rule.duty: entry.met_on for entry in decision.obligations if entry.rule.pack == LOCAL}
    assert met["leicestershire_contact_chair_and_coordinator"] == date(2025, 1, 14)


# The second example ---------------------------------------------------------------------------------------------------


def test_the_second_example_shows_most_of_the_pack() -> None:
    """A reader of one case meets the talk, the notice, what it sets off, the steps, the panel and the roll."""
    rulebook = open_rulebook()
    record = read_case(example("leicestershire_partnership_response").read_text("utf-8"), rulebook)
    engaged = local_duties(decide(record, rulebook, as_of=AFTER_THE_PANEL), Outcome.ENGAGED)
    assert {
        "leicestershire_talk_before_pex",
        "leicestershire_pttt_inform",
        "leicestershire_tier4_risk_assessment",
        "leicestershire_contact_chair_and_coordinator",
        "leicestershire_attend_hearing",
        "leicestershire_secondary_on_roll_placement",
        "leicestershire_fap_void_decision",
        "leicestershire_fap_valid_decision",
        "leicestershire_fap_roll_check",
        "leicestershire_step_fair_access",
    } <= engaged
