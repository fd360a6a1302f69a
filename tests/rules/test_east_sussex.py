"""The East Sussex pack: what it may say beside the law, and that nothing it was written from is lost.

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
from inclusion_rules.vocabulary import Force, Modality, Outcome, Unit, Verification

LOCAL = "east_sussex"
IN_THE_CASE = date(2025, 6, 30)

DUTY_OF = {
    "exclusion_notify_la_24h": "exclusion_notify_la_24h",
    "pre_exclusion_explore_measures": "pre_exclusion_explore_measures",
    "additional_needs_plan_repeat_suspension": "additional_needs_plan_repeat_suspension",
    "rescind": "rescind",
    "graduated_response_behaviour": "graduated_response_behaviour",
    "ip_referral_evidence_gate": "ip_referral_evidence_gate",
    "ip_complex_case": "ip_complex_case",
    "primary_behaviour_review_panel": "primary_behaviour_review_panel",
    "lmsg_trigger": "lmsg_trigger",
    "targeting_support_meeting": "targeting_support_meeting",
    "part_time_timetable": "part_time_timetable",
    "eh_l2_keywork_v1": "eh_l2_keywork_v1",
    "eh_l2_keywork_v2": "eh_l2_keywork_v2",
    "spoa_contact": "spoa_contact",
    "ap_directory_commission": "ap_directory_commission",
    "ap_three_tier": "ap_three_tier",
    "reintegration_panel": "reintegration_panel",
    "fap_headteacher_response": "fap_headteacher_response",
    "fap_panel_challenging_behaviour": "fap_panel_challenging_behaviour",
    "gdc_training_youth_voice": "gdc_training_youth_voice",
    "pex_extended_support": "pex_extended_support",
    "reception_watch": "reception_watch",
}
"""Each expectation that the county's papers were found to hold, with the duty that carries it."""
COMMITMENT_OF = {
    "gdc_training_youth_voice": "r11_governors",
    "voluntary_transfer": "voluntary_transfer",
}
"""Those that the council, and no case, has to keep; of transfers only the review of the process is known."""
TENSIONS = frozenset(f"e{number}" for number in range(1, 31)) - {"e15", "e18", "e20"}
"""Every tension found but three that are Somerset's alone."""
WHOLE_DAYS = {"east_sussex_fair_access_reply_in_hours", "east_sussex_notice_hours"}
"""Limits in hours are counted in whole days, begun ones in full, so that an hour less comes to the same day."""


@cache
def the_pack() -> RulePack:
    """The East Sussex pack as shipped."""
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


def running_rules() -> list[Rule]:
    """Those that are not switched off."""
    return [rule for rule in rules_of_the_pack() if rule.runs]


def the_example(*, school_authority: str = LOCAL, home_authority: str = LOCAL) -> Decision:
    """The example case, its school and its pupil where they are wanted."""
    text = example("east_sussex_suspensions").read_text("utf-8")
    text = text.replace("home_authority: east_sussex", f"home_authority: {home_authority}")
    text = text.replace(" authority: east_sussex", f" authority: {school_authority}")
    rulebook = open_rulebook()
    return decide(read_case(text, rulebook), rulebook, as_of=IN_THE_CASE)


def local_duties(decision: Decision, outcome: Outcome) -> set[str]:
    """The local duties whose findings came out in one way, without the county's name."""
    return {
        finding.rule.duty.removeprefix(f"{LOCAL}_")
        for finding in decision.findings
        if finding.rule.pack == LOCAL and finding.outcome is outcome
    }


# What the pack was written from ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", sorted(DUTY_OF.keys() | COMMITMENT_OF.keys()))
def test_everything_found_in_the_countys_papers_is_carried(found: str) -> None:
    """Each expectation of the county's papers is a rule about a case, or a commitment of the council."""
    duties = {rule.duty for rule in the_pack().rules.values()}
    assert found not in DUTY_OF or f"{LOCAL}_{DUTY_OF[found]}" in duties
    files = {path.stem for path in (shipped("rules") / LOCAL / "commitments").glob("*.yaml")}
    assert found not in COMMITMENT_OF or COMMITMENT_OF[found] in files


def test_every_recommendation_has_a_commitment() -> None:
    """Twelve were made, and each is held by at least one file that begins with its number."""
    files = {path.stem.split("_")[0] for path in (shipped("rules") / LOCAL / "commitments").glob("r*.yaml")}
    assert files == {f"r{number}" for number in range(1, 13)}


def test_the_list_of_tensions_is_whole() -> None:
    """Every tension that concerns the county, the law or the sources stands in the pack."""
    assert {tension.id for tension in the_pack().tensions} == TENSIONS


def test_no_rule_of_the_pack_is_outside_the_seed() -> None:
    """Whoever reads the seed item by item meets every rule."""
    text = (shipped("rules") / LOCAL / "seed.yaml").read_text("utf-8")
    assert [rule.id for rule in rules_of_the_pack() if rule.id not in text] == []


# What the pack may say ------------------------------------------------------------------------------------------------


def test_nothing_local_is_a_must() -> None:
    """A council's protocol expects, allows or suggests; only the law obliges."""
    assert {rule.modality for rule in the_pack().rules.values()} & {Modality.MUST, Modality.MUST_NOT} == set()
    assert {rule.force for rule in the_pack().rules.values()} == {Force.LOCAL_PROTOCOL}


def test_every_local_duty_bears_the_name_of_its_authority() -> None:
    """A reader of a finding sees from its name that it is local."""
    assert [rule.duty for rule in rules_of_the_pack() if not rule.duty.startswith(f"{LOCAL}_")] == []


def test_every_running_rule_rests_on_a_page_that_was_read() -> None:
    """No rule that runs cites something that was not seen."""
    seen = the_pack().provisions
    assert {seen[citation].certainty for rule in running_rules() for citation in rule.cites} == {"primary"}


def test_what_was_seen_in_old_copies_is_marked_or_off() -> None:
    """What is told of the Single Point of Advice is of 2016 to 2021, so it never runs as if it were checked."""
    of_the_advice = [rule for rule in rules_of_the_pack() if rule.id.startswith("safeguarding/")]
    assert {rule.verified for rule in of_the_advice} == {Verification.MARKED, Verification.NO}


def test_a_number_that_nobody_set_is_not_set() -> None:
    """Weeks and intervals of part-time timetables, and how many suspensions are several, are left open."""
    not_set = {
        name.removeprefix(f"{LOCAL}_")
        for name, parameter in the_pack().parameters.items()
        if {type(version.value) for version in parameter.values} == {type(NOT_SET)}
    }
    assert {"timetable_weeks", "timetable_review", "several_suspensions"} <= not_set


def test_a_limit_of_hours_after_an_event_says_that_it_is_shown_as_a_day() -> None:
    """Twenty-four hours by the clock end within a day, and the entry says that only the day is shown."""
    entries = [entry for entry in the_example().obligations if entry.rule.id == "notice/within_a_day"]
    assert len(entries) == 4
    assert all("hours" in (entry.why or "") for entry in entries if entry.due is not None and entry.met_on is not None)
    assert any(entry.met_on is not None for entry in entries)


def test_no_sum_of_money_is_asked_of_a_school() -> None:
    """What a school pays after an exclusion is for the finance regulations alone."""
    assert [name for name, each in the_pack().parameters.items() if each.unit is Unit.POUNDS] == []


def test_nothing_in_the_pack_holds_a_rule_of_the_law_back() -> None:
    """No local rule overrides anything, and none is an exception to another."""
    assert [rule.id for rule in rules_of_the_pack() if rule.overrides or rule.exceptions] == []


# Scenarios ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", results(), ids=lambda result: result.scenario.title)
def test_every_shipped_scenario_holds(result: Result) -> None:
    """What each worked example expects is what is decided."""
    assert not_as_expected(result) == []


@pytest.mark.parametrize("rule", running_rules(), ids=lambda rule: rule.id)
def test_every_rule_is_shown_engaged_and_not(rule: Rule) -> None:
    """For each rule some worked example about its duty has it apply, and another has it not apply."""
    assert {Outcome.ENGAGED, Outcome.NOT_ENGAGED} <= outcomes_shown(rule, results())


def test_every_rule_is_shown_at_its_edge() -> None:
    """Worked examples show each rule engaged, not engaged and on the first or last day of its time."""
    shown = coverage_of(results(), shipped_scenarios().rulebook, packs=[LOCAL])
    assert [(rule.rule.id, rule.lacking) for rule in shown.lacking] == []


def test_no_small_change_to_the_pack_goes_unnoticed() -> None:
    """Whatever condition, date or limit is altered, some worked example fails, but for an hour that makes no day."""
    report = surviving_mutants(results(), shipped_scenarios().rulebook, packs=[LOCAL])
    assert report.made > len(the_pack().rules)
    assert {survivor.alteration.name[1] for survivor in report.survivors} == WHOLE_DAYS


# Beside the law -------------------------------------------------------------------------------------------------------


def test_the_local_pack_changes_nothing_of_what_the_law_says() -> None:
    """Of what the law alone can be told of the example, its findings, dates and stage are the same beside the pack."""
    text = example("east_sussex_suspensions").read_text("utf-8")
    local_events = set(the_pack().events)
    kept = [line for line in text.splitlines() if not any(f"event: {event}" in line for event in local_events)]
    kept = [line for line in kept if "judgement:" not in line and "level_of_need_assessed" not in line]
    rulebook = open_rulebook()
    shared = "\n".join(kept).replace("judgements:\n", "")
    beside, alone = (
        decide(read_case(shared.replace("[england, east_sussex]", packs), rulebook), rulebook, as_of=IN_THE_CASE)
        for packs in ("[england, east_sussex]", "[england]")
    )
    assert beside.stage == alone.stage
    assert [(f.rule.duty, f.outcome, f.about) for f in beside.findings if f.rule.pack == "england"] == [
        (f.rule.duty, f.outcome, f.about) for f in alone.findings
    ]
    assert [(o.rule.duty, o.due, o.status, o.about) for o in beside.obligations if o.rule.pack == "england"] == [
        (o.rule.duty, o.due, o.status, o.about) for o in alone.obligations
    ]


def test_the_example_shows_most_of_the_pack() -> None:
    """A reader of the one example case meets the county's help before, at and after the exclusion."""
    engaged = local_duties(the_example(), Outcome.ENGAGED)
    assert {
        "exclusion_notify_la_24h",
        "graduated_response_behaviour",
        "ip_complex_case",
        "lmsg_trigger",
        "parental_view_before_provision",
        "pex_extended_support",
    } <= engaged
    assert len(engaged) > len({rule.duty for rule in running_rules()}) / 2


@pytest.mark.parametrize("elsewhere", ["brighton_and_hove", "leicestershire", "somerset"])
def test_in_another_authority_the_pack_is_silent(elsewhere: str) -> None:
    """A school and a pupil of another authority have nothing to do with the county's papers."""
    decision = the_example(school_authority=elsewhere, home_authority=elsewhere)
    assert local_duties(decision, Outcome.ENGAGED) | local_duties(decision, Outcome.UNDETERMINED) == set()


def test_the_form_follows_the_school_and_the_family_its_home() -> None:
    """A county pupil at a school elsewhere is supported after the exclusion; that school sends no county form."""
    engaged = local_duties(the_example(school_authority="kent"), Outcome.ENGAGED)
    assert "pex_extended_support" in engaged
    assert "exclusion_notify_la_24h" not in engaged
