"""What overtakes a local rule, and which tensions it carries, as a decision shows them."""

from __future__ import annotations

from datetime import date

import pytest
from tests.layers.builders import decided, finding_of, opened, rule

from inclusion_rules.casework.opening import read_case
from inclusion_rules.domain.layers import Relation, RelationKind, Supersession
from inclusion_rules.reporting.case_html import case_as_html
from inclusion_rules.reporting.case_json import case_as_data
from inclusion_rules.reporting.case_page import case_page
from inclusion_rules.reporting.explanation import explanation_of
from inclusion_rules.reporting.explanation_text import explanation_as_text
from inclusion_rules.reporting.timetable import timetable
from inclusion_rules.vocabulary import Outcome

SUSPENDED = "- {date: 2025-03-03, event: suspended, school_days: 3}"
LISTED = {
    "board/lists.yaml": rule(
        "expectation: {id: shire lists, bearer: headteacher, should: send a list of suspensions each term}",
        relation="{mirrors: board/told, superseded: {by: board/every_suspension, from: 2024-09-01}}",
        extra="governs: {from: 2020-09-01}\n",
    )
}


def test_a_rule_keeps_every_relation_it_names(tmp_path):
    """A rule may stand to several rules, and to one rule in several ways."""
    act = "option: {id: shire waits, bearer: headteacher, consider: waiting}"
    relation = "{supplements: [board/meets, board/told], tension: board/meets}"
    found = opened(tmp_path, {"board/waits.yaml": rule(act, relation=relation)}).packs["shire"].rules["board/waits"]

    assert found.relations == (
        Relation(RelationKind.SUPPLEMENTS, ("board/meets", "board/told")),
        Relation(RelationKind.TENSION, ("board/meets",)),
    )


def test_a_rule_may_stand_alone(tmp_path):
    """`nothing national` says that no rule below speaks of the matter."""
    found = opened(tmp_path, {"board/adds.yaml": rule("option: {id: shire adds, bearer: headteacher, consider: more}")})

    assert found.packs["shire"].rules["board/adds"].relations == (Relation(RelationKind.SUPPLEMENTS, ()),)


def test_without_a_day_a_rule_is_overtaken_when_its_successor_begins(tmp_path):
    """The first day of the rule that overtakes is the day from which the other raises nothing."""
    act = "option: {id: shire lists, bearer: headteacher, consider: a list}"
    files = {"board/lists.yaml": rule(act, relation="{superseded: board/every_suspension}")}
    found = opened(tmp_path, files).packs["shire"].rules["board/lists"]

    assert found.superseded == Supersession(("board/every_suspension",), date(2022, 9, 1))


def test_an_overtaken_rule_raises_nothing_and_warns(tmp_path):
    """From the day on there is no obligation; the warning names what overtook the rule, and since when."""
    decision = decided(opened(tmp_path, LISTED), SUSPENDED)
    warning = next(warning for warning in decision.warnings if warning.code == "superseded_rule")

    assert not any(entry.rule.duty == "shire_lists" for entry in decision.obligations)
    assert Outcome.NOT_ENGAGED is finding_of(decision, "shire_lists").outcome
    assert "`board/every_suspension`" in warning.message
    assert "Sun 1 Sep 2024" in warning.message


def test_before_that_day_it_is_the_rule(tmp_path):
    """A case of the day before is decided by the rule as it was, without a warning."""
    decision = decided(opened(tmp_path, LISTED), "- {date: 2024-08-30, event: suspended, school_days: 3}")

    assert Outcome.ENGAGED is finding_of(decision, "shire_lists").outcome
    assert "superseded_rule" not in {warning.code for warning in decision.warnings}


def test_an_overtaken_rule_whose_conditions_do_not_hold_is_silent(tmp_path):
    """Only where the rule would apply is there anything to say."""
    files = {
        "board/lists.yaml": LISTED["board/lists.yaml"].replace("relation:", "when: {looked after: yes}\nrelation:")
    }
    rulebook = opened(tmp_path, files)

    assert "superseded_rule" not in {w.code for w in decided(rulebook, SUSPENDED, pupil="looked_after: no").warnings}
    assert "superseded_rule" in {w.code for w in decided(rulebook, SUSPENDED, pupil="looked_after: yes").warnings}


def test_explain_says_what_overtook_a_rule(tmp_path):
    """The explanation tells the successor and the day, and that the conditions would hold."""
    rulebook = opened(tmp_path, LISTED)
    text = f"case: one\npathway: suspension\npacks: [shire]\ncalendar: open\nevents:\n{SUSPENDED}\n"
    found = explanation_of(read_case(text, rulebook), rulebook, "shire lists", as_of=date(2025, 3, 4))

    shown = " ".join(explanation_as_text(found, width=100).split())
    assert "superseded" in shown
    assert "Since Sun 1 Sep 2024 it is superseded by `board/every_suspension`; its own conditions would hold" in shown


TENSIONS = {
    "board/waits.yaml": rule(
        "option: {id: shire waits, bearer: headteacher, consider: waiting with the board}",
        relation="{tension: board/meets}",
    ),
    "tensions.yaml": """
        tensions:
          - id: t1
            title: Waiting is not what the law says
            local says: Wait.
            national says: Meet in time.
            severity: high
            behaviour: The law's limit runs all the same.
            carried by: [board/waits, R219]
            check: the limit of the law in tests
            cites: [Shire protocol]
        """,
}


def test_an_engaged_rule_shows_the_tension_it_carries(tmp_path):
    """The finding, its data and the timetable name the tension."""
    rulebook = opened(tmp_path, TENSIONS)
    text = f"case: one\npathway: suspension\npacks: [shire]\ncalendar: open\nevents:\n{SUSPENDED}\n"
    record = read_case(text, rulebook)
    decision = decided(rulebook, SUSPENDED)
    data = case_as_data(decision)
    page = case_page(decision, record=record, rulebook=rulebook)

    assert ("t1",) == finding_of(decision, "shire_waits").tensions
    assert ["t1"] == next(one["tensions"] for one in data["findings"] if one["duty"] == "shire_waits")
    assert "Waiting is not what the law says [t1, high]" in timetable(page, colour=False, width=100, details=False)


def test_the_web_page_shows_a_tension_and_what_is_done_about_it(tmp_path):
    """Whoever reads the page sees what the timetable, the data and the explanation tell as well."""
    rulebook = opened(tmp_path, TENSIONS)
    text = f"case: one\npathway: suspension\npacks: [shire]\ncalendar: open\nevents:\n{SUSPENDED}\n"
    record = read_case(text, rulebook)
    html = case_as_html(case_page(decided(rulebook, SUSPENDED), record=record, rulebook=rulebook))
    _, _, told = html.partition('<h2 id="tensions">')

    assert told.startswith("Local text that pulls against the law (1)</h2>")
    for words in ("Waiting is not what the law says", "[t1, high]", "The law&#39;s limit runs all the same."):
        assert words in told


def test_a_page_without_a_tension_has_no_heading_for_one(tmp_path):
    """Nothing is headed that is not there."""
    rulebook = opened(tmp_path, {})
    text = f"case: one\npathway: suspension\npacks: [shire]\ncalendar: open\nevents:\n{SUSPENDED}\n"
    record = read_case(text, rulebook)

    html = case_as_html(case_page(decided(rulebook, SUSPENDED), record=record, rulebook=rulebook))

    assert "pulls against the law" not in html


def test_a_rule_that_is_not_engaged_shows_none(tmp_path):
    """Only what applies pulls against anything."""
    files = TENSIONS | {
        "board/waits.yaml": TENSIONS["board/waits.yaml"].replace("relation:", "when: {looked after: yes}\nrelation:")
    }
    decision = decided(opened(tmp_path, files), SUSPENDED, pupil="looked_after: no")

    assert () == finding_of(decision, "shire_waits").tensions


@pytest.mark.parametrize("severity", ["high", "low"])
def test_the_list_of_tensions_shows_each_with_its_severity(tmp_path, severity):
    """`check --tensions` tells what each side says and what is done."""
    from inclusion_rules.cli.listing_tensions import tensions_as_text, tensions_of

    files = TENSIONS | {"tensions.yaml": TENSIONS["tensions.yaml"].replace("high", severity)}
    shown = tensions_as_text(tensions_of(opened(tmp_path, files).packs.values()))

    assert f"t1 ({severity}): Waiting is not what the law says" in shown
    assert "here: The law's limit runs all the same." in shown
