"""Explanations held against decisions, over generated cases and every rule that ships."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.loading.trees import shipped
from inclusion_rules.reporting.explained import Standing
from inclusion_rules.reporting.explanation import explanation_of
from inclusion_rules.reporting.explanation_text import explanation_as_text

DAY = date(2025, 3, 3)
RULEBOOK = open_rulebook([shipped("rules") / "england"])
RULES = {rule.id: rule for rule in RULEBOOK.edition().rules}
ANY_RULE = st.sampled_from(sorted(RULES))
MAYBE = st.sampled_from([True, False, None])
PUPILS = st.fixed_dictionaries(
    {
        "sen": st.sampled_from(["none", "support", "ehc_plan", None]),
        "looked_after": MAYBE,
        "social_worker": MAYBE,
        "year_group": st.sampled_from([7, 11, None]),
        "home_authority": st.sampled_from(["leicestershire", "suffolk", None]),
        "date_of_birth": st.sampled_from(["2010-11-02", "2006-12-01", None]),
    }
)


def happening(name: str, **attributes: object) -> st.SearchStrategy[dict[str, object]]:
    """An event on one of the days after the exclusion."""
    return st.integers(0, 60).map(
        lambda days: {"date": (DAY + timedelta(days)).isoformat(), "event": name, **attributes}
    )


LATER = st.lists(
    st.one_of(
        happening("parent_notified_in_writing"),
        happening("governing_board_notified"),
        happening("governing_board_met"),
        happening("governing_board_decided", outcome="not_reinstate"),
        happening("governing_board_decision_notified", served_by="first_class_post"),
        happening("review_applied_for", sent_by="email"),
        happening("exclusion_cancelled"),
        happening("education_began", by="home_authority", full_time=True),
        happening("representations_made"),
    ),
    max_size=6,
)
EXCLUSIONS = st.one_of(
    st.sampled_from(["morning", "afternoon", None]).map(
        lambda session: (
            "permanent_exclusion",
            {"date": DAY.isoformat(), "event": "permanently_excluded", **({"session": session} if session else {})},
        )
    ),
    st.sampled_from([0.5, 5, 6, 15.5]).map(
        lambda days: (
            "suspension",
            {"date": DAY.isoformat(), "event": "suspended", "school_days": days, "first_day": DAY.isoformat()},
        )
    ),
)


@given(exclusion=EXCLUSIONS, later=LATER, pupil=PUPILS, days=st.integers(0, 90), name=ANY_RULE)
@settings(max_examples=60)
def test_the_explanation_says_what_the_decision_says(case, exclusion, later, pupil, days, name):
    """For any case and rule, outcome, breach and obligations of the explanation are those of the decision."""
    (pathway, event), rule = exclusion, RULES[name]
    record = case(event, *later, pathway=pathway, pupil=pupil)
    as_of = DAY + timedelta(days)

    decision = decide(record, RULEBOOK, as_of=as_of)
    explanation = explanation_of(record, RULEBOOK, name, as_of=as_of)

    decided = [(f.about, f.outcome, f.breached, f.held_back_by) for f in decision.findings if f.rule.key == rule.key]
    told = [(p.about, p.outcome, p.breached, p.held_back_by) for p in explanation.parts if p.outcome is not None]
    assert decided == told
    assert [entry for entry in decision.obligations if entry.rule.key == rule.key] == [
        act.obligation for part in explanation.parts for act in part.owed
    ]
    assert all((part.outcome is not None) == (part.standing is Standing.DECIDES) for part in explanation.parts)


@given(exclusion=EXCLUSIONS, later=LATER, pupil=PUPILS, name=ANY_RULE)
@settings(max_examples=40)
def test_the_page_holds_no_number_that_the_data_lacks(case, exclusion, later, pupil, name):
    """Whatever figure a person reads, a program finds as well."""
    pathway, event = exclusion
    record = case(event, *later, pathway=pathway, pupil=pupil)
    explanation = explanation_of(record, RULEBOOK, name, as_of=DAY + timedelta(30))

    written = json.dumps(explanation.as_data())

    assert set() == figures(explanation_as_text(explanation)) - figures(written)


def figures(text: str) -> set[float]:
    """Every number in a text, whatever it is part of."""
    return {float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)} | {
        float(number) for number in re.findall(r"\d+", text)
    }


@pytest.mark.parametrize("name", RULES)
def test_every_shipped_rule_can_be_explained(case, name):
    """No rule, whether it decides, is switched off or governs other dates, is beyond explaining."""
    permanent = {"date": "2025-01-13", "event": "permanently_excluded", "session": "morning"}
    explanation = explanation_of(case(permanent), RULEBOOK, name, as_of=date(2025, 2, 10))

    assert RULES[name].title in explanation_as_text(explanation).replace("\n", " ")
