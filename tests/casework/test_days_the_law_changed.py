"""The last day of the old law and the first of the new, for every day on which the national law changed.

Each change is looked at from both sides. What the law says on either side is tested elsewhere.
"""

from __future__ import annotations

import pytest
from tests.casework.builders import day, decided, findings, is_present, obligation
from tests.layers.builders import decided as local_decision
from tests.layers.builders import opened
from tests.layers.builders import rule as local_rule


def pupil_of(on: str, **more: object) -> dict[str, object]:
    """A pupil of about fourteen on that day, looked after and with a social worker."""
    born = f"{day(on).year - 14}-01-05"
    return {"date_of_birth": born, "looked_after": True, "social_worker": True, **more}


def governed(duty: str, on: str, *, events: tuple[str, ...] = (), kind: str = "permanently_excluded") -> bool:
    """Whether any version of a duty governs an exclusion of that day."""
    said = "session: morning" if kind == "permanently_excluded" else f"school_days: 1, first_day: {on}"
    return bool(findings(decided([f"{on} {kind} {said}", *events], on, pupil=pupil_of(on)), duty))


@pytest.mark.parametrize(
    ("last_day", "first_day", "duty"),
    [
        ("2012-08-31", "2012-09-01", "board_consider_pex"),
        ("2012-08-31", "2012-09-01", "inform_relevant_person"),
        ("2012-08-31", "2012-09-01", "notify_la_thresholds_pre2022"),
        ("2012-08-31", "2012-09-01", "s104_notice_same_day"),
        ("2015-01-04", "2015-01-05", "sixth_day_pex_home_la"),
        ("2020-05-31", "2020-06-01", "irp_apply_window_covid"),
        ("2022-08-31", "2022-09-01", "notify_la_any_exclusion"),
        ("2022-08-31", "2022-09-01", "notify_social_worker"),
        ("2022-08-31", "2022-09-01", "notify_vsh"),
        ("2022-08-31", "2022-09-01", "board_invite_sw_vsh"),
        ("2022-08-31", "2022-09-01", "lac_day_one_education"),
        ("2023-08-31", "2023-09-01", "cancel_power"),
        ("2023-08-31", "2023-09-01", "cancel_notice_with_reasons"),
        ("2023-08-31", "2023-09-01", "cancel_bar_45_days"),
        ("2024-08-18", "2024-08-19", "penalty_notice_excluded_low"),
        ("2026-07-25", "2026-07-26", "guidance_2026_edition"),
        ("2026-07-25", "2026-07-26", "exclusion_means_disciplinary_only"),
        ("2026-07-25", "2026-07-26", "off_rolling_expanded_examples"),
    ],
)
def test_a_rule_governs_exclusions_from_its_first_day(last_day, first_day, duty):
    """An exclusion of the day before is not touched by it, one of the day itself is."""
    assert not governed(duty, last_day)
    assert governed(duty, first_day)


@pytest.mark.parametrize(
    ("last_day", "duty"),
    [
        ("2015-01-04", "sixth_day_pex_home_la_pre2015"),
        ("2020-09-24", "irp_apply_window_covid"),
        ("2022-08-31", "notify_la_thresholds_pre2022"),
    ],
)
def test_a_rule_governs_exclusions_up_to_its_last_day(last_day, duty):
    """An exclusion of its last day is governed by it, one of the day after is not."""
    after = f"{last_day[:8]}{int(last_day[8:]) + 1:02}" if last_day != "2022-08-31" else "2022-09-01"

    assert governed(duty, last_day)
    assert not governed(duty, after)


@pytest.mark.parametrize(
    ("last_day", "first_day", "old", "new"),
    [("2015-01-04", "2015-01-05", "sixth_day_suspended_school_pre2015", "sixth_day_suspended_school")],
)
def test_one_version_follows_the_other_for_suspensions_too(last_day, first_day, old, new):
    """A suspension is governed by exactly one of two versions, on either side of the change."""
    assert (True, False) == (governed(old, last_day, kind="suspended"), governed(new, last_day, kind="suspended"))
    assert (False, True) == (governed(old, first_day, kind="suspended"), governed(new, first_day, kind="suspended"))


# 1 September 2012 ----------------------------------------------------------------------------------------------------


def test_an_exclusion_before_september_2012_has_no_law_here_and_still_decides():
    """The law read here begins later: the case is told so, and shows no duty of the Regulations."""
    decision = decided(["2012-08-31 permanently_excluded session: morning"], "2012-10-01", pupil=pupil_of("2012-08-31"))

    assert "no_law_in_force" in [warning.code for warning in decision.warnings]
    assert not is_present(decision, "board_consider_pex")


# 5 January 2015: runs of exclusions are joined -----------------------------------------------------------------------

BEFORE_CHRISTMAS = "2014-12-15 suspended school_days: 5, first_day: 2014-12-15"


def test_before_2015_an_exclusion_was_counted_alone():
    """Decided on Sunday 4 January 2015, the exclusion has its own sixth day: 5 to 9 and 12 January."""
    events = [BEFORE_CHRISTMAS, "2015-01-04 permanently_excluded session: morning"]

    entry = obligation(decided(events, "2015-01-06", pupil=pupil_of("2015-01-04")), "sixth_day_pex_home_la_pre2015")

    assert day("2015-01-12") == entry.due


def test_from_2015_an_exclusion_joins_the_suspension_before_it():
    """Decided on Monday 5 January 2015, it follows straight on five days before Christmas: that day is the sixth."""
    events = [BEFORE_CHRISTMAS, "2015-01-05 permanently_excluded session: morning"]

    entry = obligation(decided(events, "2015-01-06", pupil=pupil_of("2015-01-05")), "sixth_day_pex_home_la")

    assert day("2015-01-05") == entry.due


@pytest.mark.parametrize(
    ("second", "duty", "due"),
    [
        ("2015-01-04", "sixth_day_suspended_school_pre2015", None),
        ("2015-01-05", "sixth_day_suspended_school", "2015-01-05"),
    ],
)
def test_two_suspensions_were_joined_only_from_2015(second, duty, due):
    """Five days before Christmas and two after owe education on the sixth only if decided on 5 January or later."""
    events = [BEFORE_CHRISTMAS, f"{second} suspended school_days: 2, first_day: 2015-01-05"]

    decision = decided(events, "2015-01-05", pupil=pupil_of(second))

    assert (due is not None) is is_present(decision, duty, about=second)
    if due is not None:
        assert day(due) == obligation(decision, duty, about=second).due


# 1 September 2022: every exclusion is told to the authority ----------------------------------------------------------


@pytest.mark.parametrize(("on", "present"), [("2022-07-19", False), ("2022-09-05", True)])
def test_a_short_suspension_is_told_to_the_authority_only_from_september_2022(on, present):
    """Two days were below the threshold of the old law; the new law has none."""
    decision = decided([f"{on} suspended school_days: 2, first_day: {on}"], on, pupil=pupil_of(on))

    assert present is (
        is_present(decision, "notify_la_any_exclusion") or is_present(decision, "notify_la_thresholds_pre2022")
    )


# 19 August 2024: the registers ---------------------------------------------------------------------------------------

TO_THE_WINDOW = [
    "2024-06-03 permanently_excluded session: morning",
    "2024-06-04 governing_board_notified",
    "2024-06-20 governing_board_met",
    "2024-06-20 governing_board_decided outcome: not_reinstate",
    "2024-07-10 governing_board_decision_notified served_by: delivered",
]


@pytest.mark.parametrize(
    ("final", "duty", "not_before"),
    [
        (["2024-08-18 review_waived"], "register_delete_pex_pre2024", "2024-08-18"),
        (["2024-08-19 review_waived"], "register_delete_pex", "2024-08-19"),
        # Nine school days of July, then 2 to 6 and 9 September are the fifteen; final on the 10th.
        ([], "register_delete_pex", "2024-09-10"),
    ],
)
def test_the_name_is_deleted_under_the_regulations_of_the_day_the_exclusion_is_final(final, duty, not_before):
    """The registers follow the law of their own day: the old regulations to 18 August 2024, the new from the 19th."""
    decision = decided([*TO_THE_WINDOW, *final], "2024-09-12", pupil=pupil_of("2024-06-03"))

    other = {"register_delete_pex": "register_delete_pex_pre2024"}.get(duty, "register_delete_pex")
    assert day(not_before) == obligation(decision, duty).not_before
    assert [] == [found for found in findings(decision, other) if found.outcome == "engaged"]


@pytest.mark.parametrize(("deleted_on", "governed_by_it"), [("2024-08-18", False), ("2024-08-19", True)])
def test_a_deletion_is_held_against_the_law_of_its_own_day(deleted_on, governed_by_it):
    """The bar on deleting without a ground, and the return that follows a deletion, go by the day of the deletion."""
    decision = decided(
        [*TO_THE_WINDOW, f"{deleted_on} name_deleted_from_register"], "2024-09-12", pupil=pupil_of("2024-06-03")
    )

    assert governed_by_it is bool(findings(decision, "no_off_rolling"))
    assert governed_by_it is bool(findings(decision, "deletion_return"))


# 26 July 2026: the new guidance --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("identified_on", "present"), [("2026-07-25", False), ("2026-07-26", True)])
def test_the_virtual_school_head_is_contacted_about_risks_from_26_july_2026(identified_on, present):
    """The guidance of 2026 holds for a looked-after pupil whose exclusion became likely on that day or later."""
    decision = decided(
        [f"{identified_on} risk_of_exclusion_identified"],
        "2026-09-10",
        pathway="risk_of_exclusion",
        pupil=pupil_of("2026-07-25"),
    )

    assert present is is_present(decision, "lac_designated_teacher_contact_vsh")


@pytest.mark.parametrize(("on", "present"), [("2026-07-25", False), ("2026-07-26", True)])
def test_the_day_of_the_decision_chooses_the_guidance_though_the_suspension_begins_later(on, present):
    """Decided in the holidays and served in September, a suspension is governed by the guidance of its decision."""
    decision = decided([f"{on} suspended school_days: 1, first_day: 2026-09-02"], "2026-09-03", pupil=pupil_of(on))

    assert present is is_present(decision, "guidance_2026_edition")


# What is about the case, and not about one event of it ---------------------------------------------------------------

TWICE = {
    "facts.yaml": """
        facts:
          suspensions: {kind: whole number, asks: How many suspensions?, derived: {count of: suspended}}
        """,
    "parameters/many.yaml": """
        title: From how many suspensions it is many
        unit: count
        values:
          - {from: 2019-01-01, until: 2025-02-28, value: 3, cites: [Shire protocol]}
          - {from: 2025-03-01, value: 1, cites: [Shire protocol]}
        """,
    "board/many.yaml": local_rule(
        "expectation: {id: shire_many, bearer: headteacher, should: look into it, without delay: yes}",
        subject="case\nwhen: {suspensions: {at least: {parameter: many}}}",
    ),
}
IN_FEBRUARY = """
    - {date: 2025-02-03, event: suspended, school_days: 1}
    - {date: 2025-02-04, event: board_told}
"""


@pytest.mark.parametrize("later", ["", "    - {date: 2025-03-20, event: board_met}\n"])
def test_a_quantity_of_another_day_is_asked_again_though_no_fact_has_changed(tmp_path, later):
    """A rule about the case goes by the quantity of the day, and arises on the day on which that changes."""
    rulebook = opened(tmp_path, TWICE)

    before = local_decision(rulebook, IN_FEBRUARY + later, as_of="2025-02-28")
    after = local_decision(rulebook, IN_FEBRUARY + later, as_of="2025-03-31")

    assert not is_present(before, "shire_many")
    assert obligation(after, "shire_many").arose_on == day("2025-03-01")


def test_a_case_changes_again_on_the_day_on_which_a_quantity_does(tmp_path):
    """Who keeps a decision is told of that day, however little is happening in the case."""
    decision = local_decision(opened(tmp_path, TWICE), IN_FEBRUARY, as_of="2025-02-20")

    assert decision.changes_on == day("2025-03-01")
