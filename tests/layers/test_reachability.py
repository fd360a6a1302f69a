"""Rules that no case comes to, duties said twice, and pathways with a stage that cannot be come to or left."""

from __future__ import annotations

from dataclasses import replace

from tests.layers.builders import opened, rule

from inclusion_rules.analysis.reachability import duties_said_twice, shadowed_rules, shape_of
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.conditions import ALL_OF, Comparison, Group, Operator
from inclusion_rules.domain.rulebook import Edition

NEVER = Group(ALL_OF, (Comparison("looked_after", Operator.IS, True), Comparison("looked_after", Operator.IS, False)))


def shadowed(rulebook):
    """The rules of the shire that nothing comes to."""
    return [found.message for found in shadowed_rules(rulebook.packs["shire"], rulebook.edition(("shire",)))]


def test_a_rule_that_no_case_meets_is_found(tmp_path):
    """Conditions that exclude one another."""
    never = (
        "when: {all of: [{days of suspension: {more than: {parameter: long suspension}}}, {days of suspension: 2}]}\n"
    )
    act = "option: {id: shire never, bearer: headteacher, consider: nothing}"

    assert ["no case makes the conditions of this rule hold on a day on which it is in force"] == shadowed(
        opened(tmp_path, {"board/never.yaml": rule(act, extra=never)})
    )


def test_a_rule_always_held_back_is_found(tmp_path):
    """An exception with conditions that the rule's own conditions bring about."""
    files = {
        "board/waits.yaml": rule(
            "option: {id: shire waits, bearer: headteacher, consider: waiting}",
            extra="when: {all of: [{looked after: yes}, {cancelled: no}]}\nunless: [board/hurries]\n",
        ),
        "board/hurries.yaml": rule(
            "option: {id: shire hurries, bearer: headteacher, consider: hurrying}", extra="when: {looked after: yes}\n"
        ),
    }

    assert ["whenever this rule would apply, `board/hurries` holds it back"] == shadowed(opened(tmp_path, files))


def test_an_exception_that_leaves_cases_shadows_nothing(tmp_path):
    """The rule applies where its exception does not."""
    files = {
        "board/waits.yaml": rule(
            "option: {id: shire waits, bearer: headteacher, consider: waiting}", extra="unless: [board/hurries]\n"
        ),
        "board/hurries.yaml": rule(
            "option: {id: shire hurries, bearer: headteacher, consider: hurrying}", extra="when: {looked after: yes}\n"
        ),
    }

    assert [] == shadowed(opened(tmp_path, files))


def twice(rulebook):
    """The pairs of rules of the shire that owe one duty twice."""
    found = duties_said_twice(rulebook.packs["shire"], rulebook.edition(("shire",)))
    return [(each.first.id, each.second.id) for each in found]


def test_versions_of_a_duty_that_overlap_are_found(tmp_path):
    """Two versions, one day in common."""
    act = "expectation: {id: shire lists, bearer: headteacher, should: send a list}"
    files = {
        "board/first.yaml": rule(act, extra="governs: {from: 2020-09-01, until: 2022-09-01}\n"),
        "board/second.yaml": rule(act, extra="governs: {from: 2022-09-01}\n"),
    }

    assert [("board/first", "board/second")] == twice(opened(tmp_path / "one", files))
    files["board/second.yaml"] = files["board/second.yaml"].replace("2022-09-01", "2022-09-02")
    assert [] == twice(opened(tmp_path / "two", files))


def test_a_guard_that_never_holds_makes_a_dead_end(tmp_path):
    """The only move to the end needs what no case has; the end is named as well."""
    rulebook = opened(tmp_path, {})
    pathway = rulebook.pathways["suspension"]
    stuck = replace(pathway, moves=tuple(replace(move, when=NEVER) for move in pathway.moves))
    told = [fault.message for fault in shape_of(stuck, Edition(tuple(rulebook.packs.values()))).faults]

    assert told == [
        "the condition under which `board met` moves a case to `closed` never holds, whatever the case",
        "`begun` is a dead end: from it no end can be reached",
        "no case can come to the end `closed`",
    ]


def test_every_pathway_that_ships_can_be_walked_to_each_of_its_ends():
    """No dead end, no end out of reach, and no guard that nothing satisfies."""
    rulebook = open_rulebook()
    edition = Edition(tuple(rulebook.packs.values()))

    assert {} == {p.id: found for p in rulebook.pathways.values() if (found := shape_of(p, edition).faults)}


def test_every_rule_that_ships_applies_to_some_case():
    """No rule of any pack is shadowed."""
    rulebook = open_rulebook()

    assert [] == [
        (name, found.message, str(found.place))
        for name, pack in rulebook.packs.items()
        for found in shadowed_rules(pack, rulebook.edition((name,)))
    ]
