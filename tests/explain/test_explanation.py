"""What an explanation says of a rule: the answer, what is missing, where facts come from, and what would alter it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import UnknownNameError
from inclusion_rules.reporting.explained import Standing
from inclusion_rules.reporting.explanation import explanation_of
from inclusion_rules.reporting.explanation_text import explanation_as_text
from inclusion_rules.vocabulary import Outcome

SUSPENDED = {"date": "2025-03-03", "event": "suspended", "school_days": 6, "first_day": "2025-03-03"}


@pytest.mark.parametrize(
    "name",
    [
        "board consider pex",
        "board_consider_pex",
        "reinstatement/permanent_exclusion",
        "Reinstatement/Permanent exclusion",
    ],
)
def test_a_rule_is_found_however_its_name_is_spelled(explained, name):
    """A duty or a rule's path, with spaces or underscores, leads to the same rule."""
    assert ["reinstatement/permanent_exclusion"] == [part.rule.id for part in explained(name).parts]


def test_what_meets_a_duty_is_told_in_plain_words(explained):
    """Yes and no are words, in what an event must not say as anywhere."""
    text = " ".join(explanation_as_text(explained("sixth day pex home la"), width=500).split())

    assert "met by: education began (not full time: no)" in text
    assert "False" not in text


def test_an_unknown_name_is_told_with_the_nearest(explained):
    """Whoever slips on a letter is shown the right word, spelled as they spell."""
    with pytest.raises(UnknownNameError) as caught:
        explained("bord consider pex")

    assert "board consider pex" == caught.value.nearest


def test_a_date_that_is_no_exclusions_is_told(explained):
    """`--about` must name an exclusion of the case."""
    with pytest.raises(UnknownNameError) as caught:
        explained("board consider pex", about="2025-01-14")

    assert "2025-01-13" == caught.value.nearest


def test_the_deadline_is_worked_out_again_and_checked(explained):
    """The working shows every day to the fifteenth, and the separate verifier agrees."""
    (part,) = explained("board consider pex").parts
    (act,) = part.owed
    (working,) = act.workings

    assert date(2025, 2, 4) == act.obligation.due == working.certificate.lines[-1].day
    assert 15 == working.certificate.lines[-1].number
    assert () == working.complaints


def test_what_met_a_duty_is_named(explained):
    """A reader sees which event met the duty, and on which day."""
    (part,) = explained("board consider pex").parts

    assert ("governing board met on Wed 5 Feb 2025",) == part.owed[0].met_by


def test_the_limit_comes_with_its_version_and_citation(explained):
    """The number of days is shown with the dates of its version and where it is written."""
    (part,) = explained("board consider pex").parts
    limit = part.owed[0].limit

    assert (15, date(2020, 9, 25), ("SI 2012/1033 reg 6(7)",)) == (limit.value, limit.first, limit.cites)


def test_posting_shows_the_day_of_deemed_service(explained):
    """Where the count starts with something posted, the two working days are shown as well."""
    (part,) = explained(
        "irp apply window",
        {"date": "2025-01-13", "event": "permanently_excluded", "session": "morning"},
        {"date": "2025-02-03", "event": "governing_board_decided", "outcome": "not_reinstate"},
        {"date": "2025-02-03", "event": "governing_board_decision_notified", "served_by": "first_class_post"},
    ).parts

    assert [date(2025, 2, 5), part.owed[0].obligation.due] == [
        working.certificate.deadline.due for working in part.owed[0].workings
    ]


def test_a_missing_fact_is_asked_for_and_somebody_can_answer(explained):
    """An undetermined rule says what question would settle it and where the answer is to be entered."""
    (part,) = explained("ehcp provision continues", pupil={"sen": None}).parts

    assert Outcome.UNDETERMINED == part.outcome
    assert [("sen", "whoever keeps the case file, under `pupil.sen`")] == [(f.fact, f.who) for f in part.missing]
    assert part.missing[0].asks.endswith("?")


def test_a_judgement_is_for_a_named_person(explained):
    """A judgement that nobody has made is asked of the person who may make it."""
    (part,) = explained("ap not at excluding school", SUSPENDED, pathway="suspension", as_of="2025-03-20").parts

    assert [("education_only_at_the_excluding_school", "the governing board")] == [
        (fact.fact, fact.who.split(",")[0]) for fact in part.missing
    ]


def test_a_fact_of_the_case_file_names_its_key(explained):
    """A reader can go and look where a fact was written down."""
    (part,) = explained("ehcp provision continues").parts
    sen = next(origin for origin in part.origins if origin.fact == "sen")

    assert ("case file", ("`pupil.sen`",)) == (sen.source, sen.says)


def test_a_derived_fact_names_its_events(explained):
    """What was worked out from events says which, and when."""
    (part,) = explained("board consider pex", and_then=[{"date": "2025-02-06", "event": "exclusion_cancelled"}]).parts
    told = [said for origin in part.origins for said in origin.says]

    assert "`exclusion cancelled` recorded on Thu 6 Feb 2025" in told


def test_the_smallest_change_to_a_record_is_told(explained):
    """One key of the file would make the difference, and the explanation names it."""
    (part,) = explained("ehcp provision continues").parts
    change = part.alterations[0]

    assert Outcome.ENGAGED == change.outcome
    assert [("sen", "none", "ehc_plan", "`pupil.sen` in the case file")] == [
        (fact.fact, fact.today, fact.would_be, fact.how) for fact in change.facts
    ]


def test_a_rule_of_other_dates_names_the_one_that_governs(explained):
    """Before 2015 runs were not joined; for a suspension of 2025 the later version governs, by name."""
    (part,) = explained(
        "education/sixth_day_suspended_school_pre2015", SUSPENDED, pathway="suspension", as_of="2025-03-20"
    ).parts

    assert Standing.OTHER_DATES == part.standing
    assert None is part.outcome
    assert "Sun 4 Jan 2015" in part.standing_why


def test_versions_of_one_duty_are_explained_together(explained, rulebook):
    """Where several rules carry one duty, each says whether it is the one that governs."""
    duties = [rule.duty for rule in rulebook.edition().rules]
    shared = next(
        rule.duty
        for rule in rulebook.edition().rules
        if duties.count(rule.duty) > 1 and "permanently_excluded" in rule.for_each
    )

    parts = explained(shared).parts

    assert {rule.id for rule in rulebook.edition().rules if rule.duty == shared} == {part.rule.id for part in parts}


def test_a_rule_switched_off_is_explained_and_decides_nothing(explained, rulebook):
    """What no page confirms is shown as such, with what its conditions would come to."""
    rule = next(rule for rule in rulebook.edition().rules if not rule.runs and "permanently_excluded" in rule.for_each)

    (part,) = [part for part in explained(rule.id).parts if part.rule.id == rule.id]

    assert part.standing in (Standing.UNVERIFIED, Standing.NOT_COMMENCED)
    assert None is part.outcome
    assert () == part.owed


def test_a_rule_about_something_else_says_so(explained):
    """Earlier suspensions are history in the pathway of a permanent exclusion, and the explanation says that."""
    (part,) = explained("suspension cap school year").parts

    assert Standing.NO_SUBJECT == part.standing
    assert "history" in part.standing_why


def test_each_exclusion_is_explained(explained):
    """Two suspensions get an explanation each, named by their dates."""
    second = {"date": "2025-04-28", "event": "suspended", "school_days": 2, "first_day": "2025-04-28"}

    parts = explained("suspension cap school year", SUSPENDED, second, pathway="suspension", as_of="2025-05-20").parts

    assert [date(2025, 3, 3), date(2025, 4, 28)] == [part.about for part in parts]


def test_one_exclusion_can_be_asked_about(explained):
    """`about` leaves only the exclusion of that date."""
    second = {"date": "2025-04-28", "event": "suspended", "school_days": 2, "first_day": "2025-04-28"}

    parts = explained(
        "suspension cap school year", SUSPENDED, second, pathway="suspension", as_of="2025-05-20", about="2025-03-03"
    ).parts

    assert [date(2025, 3, 3)] == [part.about for part in parts]


def test_a_threshold_shows_the_parameter_and_todays_value(explained):
    """A comparison with a quantity of the law shows both sides of it."""
    (part,) = explained("suspension cap school year", SUSPENDED, pathway="suspension", as_of="2025-03-20").parts
    assert part.breach is not None
    (used,) = part.breach.parameters

    assert (6, 45) == (part.breach.today, used.value)


def test_a_prohibition_says_whether_it_is_breached(explained):
    """Six days in a year are within the cap."""
    (part,) = explained("suspension cap school year", SUSPENDED, pathway="suspension", as_of="2025-03-20").parts

    assert False is part.breached


def test_every_provision_says_what_it_provides(explained):
    """A citation comes with what stands there and how far that was confirmed."""
    (part,) = explained("board consider pex").parts

    assert set(part.rule.cites) == {known.citation for known in part.provisions}
    assert all(known.says and known.certainty for known in part.provisions)


def test_a_rule_of_a_pack_not_used_says_so(case, rulebook):
    """A rule of a council that the case does not name is not unknown; it is not asked here."""
    national = rulebook.packs["england"]
    rule = replace(
        national.rules["reinstatement/permanent_exclusion"], pack="elsewhere", id="own/rule", duty="own_duty"
    )
    local = replace(national, id="elsewhere", extends=("england",), rules={rule.id: rule})
    record = case({"date": "2025-01-13", "event": "permanently_excluded", "session": "morning"})

    both = Rulebook({"england": national, "elsewhere": local}, rulebook.pathways, {}, rulebook.bank_holidays)
    (part,) = explanation_of(record, both, "own duty", as_of=date(2025, 2, 10)).parts

    assert Standing.OTHER_PACK == part.standing
    assert "`elsewhere`" in part.standing_why


def test_the_page_gives_the_answer_before_the_working(explained):
    """A hurried reader has the answer in the first lines."""
    page = explanation_as_text(explained("board consider pex"))

    assert page.index("It applies.") < page.index("Why") < page.index("What the rule says") < page.index("The law")


def test_a_page_keeps_to_its_width(explained):
    """Nothing runs over the edge of a narrow terminal but a word longer than it."""
    page = explanation_as_text(explained("board consider pex"), width=80)

    assert [] == [line for line in page.splitlines() if len(line) > 80]


def test_reading_the_day_before_an_event_leaves_it_aside(case, rulebook):
    """An explanation sees the case as it stood on the day asked about."""
    record: CaseRecord = case(
        {"date": "2025-01-13", "event": "permanently_excluded", "session": "morning"},
        {"date": "2025-01-20", "event": "exclusion_cancelled"},
    )

    outcomes = [
        explanation_of(record, rulebook, "board consider pex", as_of=day).parts[0].outcome
        for day in (date(2025, 1, 19), date(2025, 1, 20))
    ]

    assert [Outcome.ENGAGED, Outcome.NOT_ENGAGED] == outcomes
