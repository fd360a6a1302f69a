"""What a morning says: which group an obligation is in, the order, and which cases need a look.

Days are those of the shipped `example` calendar: from 3 March to 4 April 2025 every weekday is a school day, so that
the board, told on the 4th, has until the 25th.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest
from tests.caseload.builders import kept_case
from tests.records.builders import Raw

from inclusion_rules.caseload.caseload import Caseload
from inclusion_rules.caseload.morning import Group, Item, Morning
from inclusion_rules.caseload.wanted import UnknownWishError, Wanted
from inclusion_rules.casework.case import PackPin
from inclusion_rules.domain.rulebook import Rulebook

EXCLUDED = "2025-03-03 permanently_excluded session: morning"
TOLD = "2025-03-04 governing_board_notified"
MEETING = "board_consider_pex"


def on(place: str, day: str, *, within: int = 10, quiet_after: int = 28, **wanted: Iterable[str]) -> Morning:
    """The morning of a day, every case decided."""
    with Caseload(place, keep=False) as caseload:
        return caseload.morning(
            date.fromisoformat(day), wanted=Wanted.asked(**wanted), within=within, quiet_after=quiet_after
        )


def the(morning: Morning, duty: str) -> Item:
    """The one obligation for a duty."""
    (found,) = [item for item in morning.items if item.rule.duty == duty]
    return found


@pytest.mark.parametrize(
    ("day", "group", "late", "left"),
    [
        ("2025-03-10", Group.DUE_LATER, None, 11),
        ("2025-03-11", Group.DUE_SOON, None, 10),
        ("2025-03-25", Group.DUE_SOON, None, 0),
        ("2025-03-26", Group.MISSED, 1, None),
        ("2025-03-30", Group.MISSED, 3, None),
        ("2025-04-01", Group.MISSED, 5, None),
    ],
)
def test_a_limit_goes_from_later_to_soon_to_missed(
    place: str, day: str, group: Group, late: int | None, left: int | None
) -> None:
    """Ten school days before its day it is due soon, on its day it still is, and from the next day it is missed."""
    kept_case(place, (EXCLUDED, TOLD))

    item = the(on(place, day), MEETING)

    assert (group, late, left) == (item.group, item.late_by_school_days, item.school_days_left)


def test_how_far_ahead_is_soon_can_be_asked(place: str) -> None:
    """Due soon is a habit, and everybody may have their own."""
    kept_case(place, (EXCLUDED, TOLD))
    assert Group.DUE_LATER is the(on(place, "2025-03-11", within=9), MEETING).group
    assert Group.DUE_SOON is the(on(place, "2025-03-10", within=11), MEETING).group


def test_the_working_goes_with_it(place: str) -> None:
    """An obligation says from which day its limit was counted, and by which calendar."""
    kept_case(place, (EXCLUDED, TOLD))

    deadline = the(on(place, "2025-03-11"), MEETING).row.deadline

    assert deadline is not None
    assert (date(2025, 3, 4), 15, "example") == (deadline.counted_from, deadline.count, deadline.calendar)


@pytest.mark.parametrize(
    ("day", "group"), [("2025-03-02", None), ("2025-03-03", Group.ALERT), ("2025-03-20", Group.ALERT)]
)
def test_a_duty_without_delay_is_raised_from_its_day(place: str, day: str, group: Group | None) -> None:
    """The law gives no number, so it is never missed; from the day to raise it on it is among the alerts."""
    kept_case(place, (EXCLUDED,))

    found = [item.group for item in on(place, day).items if item.rule.duty == "notify_la_any_exclusion"]

    assert ([group] if group is not None else []) == found


def test_a_duty_without_delay_waits_for_its_day(place: str) -> None:
    """After a Friday afternoon's end the next school day is soon enough, so the weekend raises nothing."""
    kept_case(place, ('2025-03-07 permanently_excluded session: afternoon, at: "17:30"',))

    items = [item for item in on(place, "2025-03-08").items if item.row.alert_on is not None]

    assert items
    assert {Group.ALERT_LATER} == {item.group for item in items}


def test_the_most_late_stands_first(place: str) -> None:
    """Whoever reads only the first line reads of what has waited longest."""
    for number, day in enumerate(("2025-02-10", "2025-01-13", "2025-02-03")):
        kept_case(place, (f"{day} permanently_excluded session: morning", f"{day} governing_board_notified"),
                  reference=f"LEI-{number}")  # fmt: skip

    missed = on(place, "2025-03-31").of(Group.MISSED)

    late = [item.late_by_school_days for item in missed]
    assert late == sorted(late, key=lambda days: -(days or 0))
    assert ["LEI-1", "LEI-2", "LEI-0"] == [item.brief.reference for item in missed if item.rule.duty == MEETING]


def test_groups_stand_in_the_order_of_reading(place: str) -> None:
    """Missed, then due soon, then alerts, and only then the rest."""
    kept_case(place, (EXCLUDED, TOLD))
    order = list(Group)
    found = [order.index(item.group) for item in on(place, "2025-03-26").items]
    assert found == sorted(found)
    assert {0, 1, 2} <= set(found)


def test_a_case_that_has_ended_owes_nothing_here(place: str) -> None:
    """A cancelled exclusion is counted among those that have ended, and none of its duties is listed."""
    kept_case(place, (EXCLUDED, "2025-03-06 exclusion_cancelled"))

    before, after = on(place, "2025-03-05"), on(place, "2025-03-06")

    assert (1, 0) == (before.live, before.ended)
    assert (0, 1, ()) == (after.live, after.ended, after.items)


def test_a_case_that_has_not_begun_owes_nothing(place: str) -> None:
    """Looked at from a day before anything happened, it is neither live nor ended."""
    kept_case(place, (EXCLUDED,))
    morning = on(place, "2025-02-28")
    assert (0, 0, 1, ()) == (morning.live, morning.ended, morning.not_begun, morning.items)


@pytest.mark.parametrize(("day", "quiet"), [("2025-03-31", []), ("2025-04-01", [28]), ("2025-04-10", [37])])
def test_a_case_is_quiet_when_nothing_was_recorded(place: str, day: str, quiet: list[int]) -> None:
    """Four weeks after the last recording, of 4 March, the case is named with the days that have gone by."""
    kept_case(place, (EXCLUDED, TOLD), recorded_on=date(2025, 3, 4))
    assert quiet == [case.days for case in on(place, day).quiet]


def test_how_long_is_quiet_can_be_asked(place: str) -> None:
    """How long a silence is worth a look is for each office to say."""
    kept_case(place, (EXCLUDED, TOLD), recorded_on=date(2025, 3, 4))
    assert 1 == len(on(place, "2025-03-11", quiet_after=7).quiet)
    assert 0 == len(on(place, "2025-03-10", quiet_after=7).quiet)


def test_a_case_pinned_to_other_law_is_named_with_both_versions(place: str, rulebook: Rulebook) -> None:
    """It is shown as the law at hand decides it, and says so; which packs differ is told by version and digest."""
    kept_case(place, (EXCLUDED, TOLD))
    england = rulebook.packs["england"]
    newer = replace(england, version="9.9", digest="sha256:" + "9" * 64)
    at_hand = replace(rulebook, packs=MappingProxyType({**rulebook.packs, "england": newer}))

    with Caseload(place, rulebook=at_hand) as caseload:
        morning = caseload.morning(date(2025, 3, 26))

    (other,) = morning.other_law
    (difference,) = other.differences
    assert PackPin("england", england.version, england.digest) == difference.pinned
    assert PackPin("england", "9.9", "sha256:" + "9" * 64) == difference.at_hand
    assert not the(morning, MEETING).own_law


def test_a_case_of_the_law_at_hand_is_not_named(place: str) -> None:
    """Nothing changes for a case that is pinned to what is there."""
    kept_case(place, (EXCLUDED, TOLD))
    morning = on(place, "2025-03-26")
    assert () == morning.other_law
    assert the(morning, MEETING).own_law


def test_a_case_that_cannot_be_decided_is_named_and_the_others_stand(place: str) -> None:
    """One damaged case neither stops the morning nor drops out of it in silence."""
    damaged = kept_case(place, (EXCLUDED, TOLD), reference="LEI-1")
    kept_case(place, (EXCLUDED, TOLD), reference="LEI-2")
    Raw(place).run(f"UPDATE entries SET recorded_at = '2020' WHERE case_id = '{damaged}' AND number = 1", guarded=False)

    morning = on(place, "2025-03-26")

    (case,) = morning.not_decided
    assert ("LEI-1", False) == (case.reference, case.in_part)
    assert "not as it was written" in case.reason
    assert {"LEI-2"} == {item.brief.reference for item in morning.items}


def test_a_case_that_cannot_be_decided_passes_every_filter(place: str) -> None:
    """Whose list it belongs on is not known, so it stands on each of them."""
    damaged = kept_case(place, (EXCLUDED, TOLD), reference="LEI-1")
    kept_case(place, (EXCLUDED, TOLD), reference="LEI-2", school="Beacon High School")
    Raw(place).run(f"UPDATE entries SET recorded_at = '2020' WHERE case_id = '{damaged}' AND number = 1", guarded=False)
    assert 1 == len(on(place, "2025-03-26", schools=["Beacon High School"]).not_decided)


def test_a_case_without_its_pack_is_named(place: str, rulebook: Rulebook) -> None:
    """Where the law of a case is not there at all, the morning says which law that is."""
    kept_case(place, (EXCLUDED, TOLD))
    packs = {name: pack for name, pack in rulebook.packs.items() if name != "england"}
    with Caseload(place, rulebook=replace(rulebook, packs=MappingProxyType(packs)), keep=False) as caseload:
        morning = caseload.morning(date(2025, 3, 26))
    (case,) = morning.not_decided
    assert "`england`" in case.reason


def test_a_calendar_that_is_too_short_is_named(place: str) -> None:
    """A limit that nobody can count must not look like one that nobody owes."""
    kept_case(
        place,
        ("2025-07-14 permanently_excluded session: morning", "2025-07-14 governing_board_notified"),
        calendar="suffolk_2024_25",
    )

    morning = on(place, "2025-07-20")

    (case,) = morning.not_decided
    assert case.in_part
    assert "suffolk_2024_25" in case.reason
    assert Group.UNDATED is the(morning, MEETING).group


def test_lateness_beyond_the_calendar_is_named(place: str) -> None:
    """Where the calendar ends after the day that was missed, it is missed all the same, and how late is not known."""
    kept_case(
        place,
        ("2025-06-16 permanently_excluded session: morning", "2025-06-16 governing_board_notified"),
        calendar="suffolk_2024_25",
    )

    morning = on(place, "2025-08-20")

    item = the(morning, MEETING)
    assert (Group.MISSED, None) == (item.group, item.late_by_school_days)
    assert "suffolk_2024_25" in morning.not_decided[0].reason


def test_only_what_a_role_owes_can_be_asked(place: str) -> None:
    """A clerk to governors sees the board's work; the totals are of that too."""
    kept_case(place, (EXCLUDED, TOLD))
    morning = on(place, "2025-03-26", bearers=["Governing Board"])
    assert {"governing_board"} == {item.row.bearer for item in morning.items}
    assert morning.counts()[Group.MISSED] == morning.bearers(Group.MISSED)["governing_board"]


def test_only_a_schools_cases_can_be_asked(place: str) -> None:
    """A school is known by its name, whatever capitals and spaces it is typed with."""
    kept_case(place, (EXCLUDED, TOLD), reference="LEI-1", school="Ashby Academy")
    kept_case(place, (EXCLUDED, TOLD), reference="LEI-2", school="Beacon High School")
    morning = on(place, "2025-03-26", schools=["beacon  high school"])
    assert (1, {"LEI-2"}) == (morning.live, {item.brief.reference for item in morning.items})


def test_an_authority_is_asked_for_as_the_schools_or_the_pupils(place: str) -> None:
    """The school's authority and the one where the pupil lives both owe something, so both see the case."""
    kept_case(place, (EXCLUDED,), reference="1", school_is={"authority": "suffolk"})
    kept_case(place, (EXCLUDED,), reference="2", pupil={"home_authority": "suffolk"})
    kept_case(place, (EXCLUDED,), reference="3")
    morning = on(place, "2025-03-26", authorities=["suffolk"])
    assert {"1", "2"} == {item.brief.reference for item in morning.items}


def test_only_one_pathway_can_be_asked(place: str) -> None:
    """Suspensions and permanent exclusions are often in different hands."""
    kept_case(place, (EXCLUDED,), reference="1")
    kept_case(place, ("2025-03-03 suspended school_days: 3, first_day: 2025-03-03",), reference="2")
    morning = on(place, "2025-03-26", pathways=["suspension"])
    assert {"2"} == {item.brief.reference for item in morning.items}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"bearers": ["govening board"]}, "did you mean `governing_board`?"),
        ({"pathways": ["suspensions"]}, "did you mean `suspension`?"),
        ({"schools": ["Ashby Acadmy"]}, "did you mean `Ashby Academy`?"),
        ({"authorities": ["lestershire"]}, "did you mean `leicestershire`?"),
        ({"schools": ["Zebra"]}, "there are `Ashby Academy`"),
    ],
)
def test_a_word_that_nothing_carries_is_no_empty_list(place: str, wanted: dict[str, list[str]], said: str) -> None:
    """A slip of the keyboard must not look like a morning without work."""
    kept_case(place, (EXCLUDED, TOLD))
    with pytest.raises(UnknownWishError, match=said.replace("?", r"\?")):
        on(place, "2025-03-26", **wanted)  # type: ignore[arg-type]


def test_an_empty_store_gives_an_empty_morning(place: str) -> None:
    """Nothing is owed where there is no case, whatever was asked for."""
    kept_case(place, (EXCLUDED, "2025-03-06 exclusion_cancelled"))
    assert () == on(place, "2025-03-26", schools=["Ashby Academy"]).items
