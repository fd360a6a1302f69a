"""What a council may choose, for whom it counts, and what it means that a council has set nothing."""

from __future__ import annotations

from datetime import date

import pytest
from tests.layers.builders import decided, finding_of, obligation_of, opened, parameter, rule

from inclusion_rules.casework.opening import read_case
from inclusion_rules.domain.facts import Unknown
from inclusion_rules.domain.law import NOT_SET
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.reporting.case_json import case_as_data
from inclusion_rules.reporting.case_page import case_page
from inclusion_rules.reporting.timetable import timetable
from inclusion_rules.vocabulary import Outcome

TOLD = """
- {date: 2025-03-03, event: suspended, school_days: 3}
- {date: 2025-03-03, event: board_told}
"""


def choice(value: str, whose: str = "school authority", since: str = "2024-09-01") -> str:
    """A choice of the shire."""
    values = f"[{{from: {since}, value: {value}, cites: [Shire protocol]}}]"
    return f"title: As the shire has it\nfor: {whose}\nvalues: {values}\n"


def asking_day(rulebook, **case):
    """Until when the parent may ask."""
    return decided(rulebook, TOLD, **case).facts["parent_may_ask_until"]


def test_a_choice_takes_the_place_of_the_national_value(tmp_path):
    """Six weeks where the law says four and leaves two to six open."""
    assert date(2025, 4, 14) == asking_day(opened(tmp_path, {"choices/asking_limit.yaml": choice("6")}))


def test_it_counts_only_in_cases_of_its_authority(tmp_path):
    """A school of another authority has the national value."""
    rulebook = opened(tmp_path, {"choices/asking_limit.yaml": choice("6")})

    assert date(2025, 3, 31) == asking_day(rulebook, school="authority: elsewhere")


def test_not_knowing_whose_case_it_is_leaves_it_open(tmp_path):
    """Neither value is taken silently where the case does not say whose school it is."""
    rulebook = opened(tmp_path, {"choices/asking_limit.yaml": choice("6")})

    assert asking_day(rulebook, school="") == Unknown(frozenset({"school_authority"}))


def test_a_choice_may_follow_the_home_authority(tmp_path):
    """Placement is for the authority where the pupil lives."""
    rulebook = opened(tmp_path, {"choices/asking_limit.yaml": choice("6", "home authority")})

    assert date(2025, 4, 14) == asking_day(rulebook, school="authority: elsewhere", pupil="home_authority: shire")
    assert date(2025, 3, 31) == asking_day(rulebook, pupil="home_authority: elsewhere")


def test_before_it_was_chosen_the_national_value_holds(tmp_path):
    """The date of the exclusion decides which version of a choice counts, and whether there is one."""
    rulebook = opened(tmp_path, {"choices/asking_limit.yaml": choice("6", since="2025-03-04")})

    assert date(2025, 3, 31) == asking_day(rulebook)


def test_a_reading_is_chosen_by_its_word(tmp_path):
    """A condition that asks for the reading comes out by the council's."""
    files = {"choices/way_of_counting.yaml": choice("early")}

    assert Outcome.NOT_ENGAGED is finding_of(decided(opened(tmp_path, {}), TOLD), "counted_early").outcome
    assert Outcome.ENGAGED is finding_of(decided(opened(tmp_path, files), TOLD), "counted_early").outcome


def test_a_condition_is_open_where_it_is_not_known_whose_reading_counts(tmp_path):
    """The finding names the fact that would settle it."""
    rulebook = opened(tmp_path, {"choices/way_of_counting.yaml": choice("early")})
    finding = finding_of(decided(rulebook, TOLD, school=""), "counted_early")

    assert (Outcome.UNDETERMINED, ("school_authority",)) == (finding.outcome, finding.missing_facts)


@pytest.mark.parametrize("value", ["1", "7"])
def test_a_choice_out_of_bounds_is_refused(tmp_path, value):
    """Two to six are open."""
    with pytest.raises(InvalidFilesError, match=r"R218.*(least|most) that may be chosen"):
        opened(tmp_path, {"choices/asking_limit.yaml": choice(value)})


SCHOOL = {
    "pack.yaml": "pack: trust\ntitle: A trust\nversion: '1'\nlayer: school\nauthority: trust\nextends: [land, shire]\n",
    "provisions.yaml": "provisions: [{citation: Trust policy, says: Yet more., certainty: primary, sources: [T1]}]\n",
    "choices/asking_limit.yaml": "title: Ours\nfor: school\n"
    "values: [{from: 2024-09-01, value: 5, cites: [Trust policy]}]\n",
}


def test_a_third_layer_chooses_before_the_second(tmp_path):
    """A trust's pack on top of the shire's: its choice counts in every case that names the pack."""
    rulebook = opened(tmp_path, {"choices/asking_limit.yaml": choice("6")}, trust=SCHOOL)
    text = f"case: one\npathway: suspension\npacks: [trust]\ncalendar: open\nevents:\n{TOLD.strip()}\n"
    from inclusion_rules.casework.deciding import decide

    found = decide(read_case(text, rulebook), rulebook, as_of=date(2025, 3, 31))
    assert date(2025, 4, 7) == found.facts["parent_may_ask_until"]


# Nothing set ----------------------------------------------------------------------------------------------------------

UNSET = {
    "parameters/shire_reply.yaml": parameter("not set"),
    "board/replies.yaml": rule("""
        expectation:
          id: shire replies
          bearer: headteacher
          should: reply
          within: {parameter: shire reply, after: board told}
        """),
    "board/counts.yaml": rule(
        "definition: {id: shire long, bearer: headteacher, means: it is long}",
        extra="when: {days of suspension: {more than: {parameter: shire reply}}}\n",
    ),
}


def test_a_limit_that_is_not_set_is_no_number(tmp_path):
    """The duty is owed, without a day, and says that the authority has not set it."""
    rulebook = opened(tmp_path, UNSET)
    owed = obligation_of(decided(rulebook, TOLD), "shire_replies")

    assert NOT_SET == rulebook.packs["shire"].parameters["shire_reply"].values[0].value
    assert (None, "shire_reply") == (owed.due, owed.not_set)
    assert "not set by this authority" in (owed.why or "")


def test_people_and_programs_are_told_that_it_is_not_set(tmp_path):
    """The field of the data, and the words of the timetable."""
    rulebook = opened(tmp_path, UNSET)
    text = f"case: one\npathway: suspension\npacks: [shire]\ncalendar: open\nevents:\n{TOLD.strip()}\n"
    record, decision = read_case(text, rulebook), decided(rulebook, TOLD)
    data = case_as_data(decision)
    page = case_page(decision, record=record, rulebook=rulebook)

    assert "shire_reply" == next(one["not_set"] for one in data["obligations"] if one["duty"] == "shire_replies")
    assert "`shire reply` is not set by this authority" in timetable(page, colour=False, width=100, details=False)


def test_a_comparison_with_what_is_not_set_is_open(tmp_path):
    """Not true and not false: the finding is undetermined and names the parameter."""
    finding = finding_of(decided(opened(tmp_path, UNSET), TOLD), "shire_long")

    assert (Outcome.UNDETERMINED, ("shire_reply",)) == (finding.outcome, finding.missing_facts)


def test_the_law_of_the_land_sets_what_it_names(tmp_path):
    """`not set` has no place in a national pack."""
    land = {"parameters/long_suspension.yaml": parameter("not set").replace("Shire protocol", "Land Act s1")}

    with pytest.raises(InvalidFilesError, match="in a national pack the law fixes it"):
        opened(tmp_path, {}, land=land)


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("asking_limit", "to fill what it leaves open, write `choices/asking_limit.yaml`; "),
        ("board_limit", "the law fixes it; "),
    ],
)
def test_a_quantity_of_the_law_is_not_declared_again(tmp_path, name, help):
    """Whoever declares it hears how to fill it in where it is open, and that it is fixed where it is not."""
    with pytest.raises(InvalidFilesError) as refused:
        opened(tmp_path, {f"parameters/{name}.yaml": parameter("3")})

    (problem,) = [one for one in refused.value.diagnostics if one.code == "R209"]
    assert f"{help}a quantity of your own has a name of its own" == problem.help
