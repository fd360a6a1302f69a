"""The Leicestershire pack: what it may say beside the law, when, and of whom; and the packs that hold term dates only.

Decides the example case and the pack's own scenarios. Knows the shape of the pack, not the wording of its rules.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import cache

import pytest

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import example, open_rulebook, read_case
from inclusion_rules.domain.findings import Decision
from inclusion_rules.domain.rules import ByEvent, Rule, RulePack, WithoutDelay
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.loading.trees import shipped
from inclusion_rules.scenarios.coverage import coverage_of
from inclusion_rules.scenarios.mutants import surviving_mutants
from inclusion_rules.scenarios.reading import Collection, open_scenarios
from inclusion_rules.scenarios.running import Result, run_scenario
from inclusion_rules.vocabulary import Force, Modality, Outcome, Verification

LOCAL = "leicestershire"
TERM_DATES_ONLY = ("suffolk", "east_sussex", "somerset")
IN_THE_CASE = date(2025, 2, 10)


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


def rules_of_the_pack() -> list[Rule]:
    """The pack's rules in order of their names."""
    return sorted(the_pack().rules.values(), key=lambda rule: rule.id)


# What the pack may say ------------------------------------------------------------------------------------------------


def test_nothing_local_is_a_must() -> None:
    """A council's protocol expects, allows or suggests; only the law obliges."""
    spoken = {rule.modality for rule in the_pack().rules.values()}
    assert spoken <= {Modality.SHOULD, Modality.EXPECTED, Modality.MAY}
    assert {rule.force for rule in the_pack().rules.values()} == {Force.LOCAL_PROTOCOL}


def test_the_pack_sets_no_number() -> None:
    """The guidance counts no days, so the pack has no quantity and no limit that counts."""
    assert the_pack().parameters == {}
    limits = {type(rule.deadline) for rule in the_pack().rules.values() if rule.deadline is not None}
    assert limits <= {WithoutDelay, ByEvent}


def test_every_local_duty_bears_the_name_of_its_authority() -> None:
    """A reader of a finding sees from its name that it is local."""
    assert [rule.duty for rule in rules_of_the_pack() if not rule.duty.startswith(f"{LOCAL}_")] == []


def test_every_local_rule_stands_in_a_relation_to_a_rule_that_exists() -> None:
    """Each rule says how it stands to the law, or to what took its place, and the other rule is really there."""
    known = {*open_rulebook().packs["england"].rules, *the_pack().rules}
    assert [rule.id for rule in rules_of_the_pack() if rule.relation is None or rule.relation[1] not in known] == []


def test_every_running_rule_rests_on_a_page_that_was_read() -> None:
    """No rule of the pack cites something that was not seen."""
    seen = the_pack().provisions
    assert all(seen[citation].certainty == "primary" for rule in rules_of_the_pack() for citation in rule.cites)


# The role that ended --------------------------------------------------------------------------------------------------


def test_what_a_chair_does_ends_with_the_role() -> None:
    """No rule asks anything of a Chair, or of others towards one, on a day on which there is none."""
    chair = the_pack().roles["partnership_chair"]
    of_the_chair = [
        rule for rule in rules_of_the_pack() if rule.relation is not None and rule.relation[0] == "superseded"
    ]
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
    assert [f"{wrong.what}: {wrong.expected}, found {wrong.found}" for wrong in result.mismatches] == []


@pytest.mark.parametrize("rule", rules_of_the_pack(), ids=lambda rule: rule.id)
def test_every_conditional_rule_is_shown_engaged_and_not(rule: Rule) -> None:
    """For each rule some worked example about its duty has it apply, and another has it not apply."""
    outcomes: dict[str, set[Outcome]] = defaultdict(set)
    for result in results():
        if rule.duty in result.scenario.expect.duties and result.decision is not None:
            for finding in result.decision.findings:
                if finding.rule.pack == LOCAL:
                    outcomes[finding.rule.id].add(finding.outcome)
    assert {Outcome.ENGAGED, Outcome.NOT_ENGAGED} <= outcomes[rule.id]


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


@pytest.mark.parametrize("elsewhere", ["leicester", *TERM_DATES_ONLY])
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


# Packs that are not written yet ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TERM_DATES_ONLY)
def test_a_pack_of_term_dates_says_that_it_holds_nothing_else(name: str) -> None:
    """Its title tells a reader that the council's own practice is not in it, and there is no rule in it."""
    pack = open_rulebook().packs[name]
    assert "term dates only" in pack.title
    assert (pack.layer, pack.authority, pack.extends, dict(pack.rules)) == ("local", name, ("england",), {})


@pytest.mark.parametrize("name", TERM_DATES_ONLY)
def test_a_pack_of_term_dates_decides_as_the_law_alone(name: str) -> None:
    """A case may name it today and is decided by the law."""
    alone, beside = the_example("england"), the_example("england", name)
    assert beside.findings == alone.findings
    assert [(o.rule.duty, o.due, o.status) for o in beside.obligations] == [
        (o.rule.duty, o.due, o.status) for o in alone.obligations
    ]
    assert [used.pack for used in beside.editions] == ["england", name]
