"""A council's pack never loosens the law below it: what is refused, what stands, and the case that shows why."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from tests.layers.builders import LAND, finding_of, law, opened, parameter, rule

from inclusion_rules.analysis.layering import prove_pack
from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook, read_case
from inclusion_rules.cli import main
from inclusion_rules.errors import InvalidFilesError

MEETS = """
    expectation:
      id: shire meets
      bearer: governing board
      should: meet
      within: {parameter: shire limit, after: board told}
    """


def faults(tmp_path, files, **others):
    """What is told of a shire, one line for each problem; nothing where it stands."""
    try:
        opened(tmp_path, files, **others)
    except InvalidFilesError as error:
        return [f"{one.code}: {one.message}" for one in error.diagnostics]
    return []


# Limits ---------------------------------------------------------------------------------------------------------------


def limited(value, unit="school days", relation="{specifies: board/meets}", extra=""):
    """A shire whose board meets within its own limit."""
    files = {"board/meets.yaml": rule(MEETS, relation=relation, extra=extra)}
    return files | {"parameters/shire_limit.yaml": parameter(value, unit)}


@pytest.mark.parametrize("value", ["9", "10", "not set"])
def test_a_limit_that_is_no_longer_stands(tmp_path, value):
    """The law says fifteen, and ten since September 2024."""
    assert [] == faults(tmp_path, limited(value))


@pytest.mark.parametrize(("value", "since"), [("11", "2024-09-01"), ("16", "2019-01-01")])
def test_a_longer_limit_is_refused_with_the_day_from_which_it_is_longer(tmp_path, value, since):
    """Every version of both is held against the other."""
    (told,) = faults(tmp_path, limited(value))

    assert told.startswith(f"R219: {value} school days is longer than the ")
    assert f"(from {since})" in told


def test_a_rule_that_ended_before_the_law_grew_shorter_stands(tmp_path):
    """What was lawful in its day is history."""
    assert [] == faults(tmp_path, limited("15", extra="governs: {from: 2020-09-01, until: 2024-08-31}\n"))


def test_a_limit_that_other_conditions_make_longer_is_found(tmp_path):
    """The shire's own `otherwise` is longer in cases in which the law's is not."""
    text = (
        "title: A limit\nunit: school days\nvalues: [{from: 2024-09-01, value: 10, cites: [Shire protocol], "
        "otherwise: {value: 12, when: {days of suspension: {more than: {parameter: long suspension}}}}}]\n"
    )
    (told,) = faults(tmp_path, limited("10") | {"parameters/shire_limit.yaml": text})

    assert "12 school days is longer than the 10 school days" in told
    assert "days of suspension: 5.5" in told
    assert "looked after: no" in told or "looked after: yes" not in told


def test_where_the_law_gives_longer_as_well_it_stands(tmp_path):
    """Twenty days where the pupil is looked after, in the law and in the shire alike."""
    text = (
        "title: A limit\nunit: school days\nvalues: [{from: 2024-09-01, value: 10, cites: [Shire protocol], "
        "otherwise: {value: 20, when: {looked after: yes}}}]\n"
    )
    assert [] == faults(tmp_path, limited("10") | {"parameters/shire_limit.yaml": text})


@pytest.mark.parametrize(("value", "unit", "stands"), [("10", "calendar days", True), ("11", "calendar days", False)])
def test_other_units_are_held_against_every_calendar(tmp_path, value, unit, stands):
    """Ten days are never longer than ten school days; eleven may be."""
    files = limited(value, unit, extra="governs: {from: 2024-09-01}\n")

    assert stands is (faults(tmp_path, files) == [])


def test_a_limit_in_school_days_is_not_shown_shorter_than_one_in_weeks(tmp_path):
    """A holiday of any length may lie between two school days."""
    files = {
        "board/asks.yaml": rule(
            MEETS.replace("shire meets", "shire asks"),
            relation="{stricter: board/asked}",
            extra="governs: {from: 2019-01-01}\n",
        ),
        "parameters/shire_limit.yaml": parameter("1"),
    }
    land = {
        "board/asked.yaml": "title: The parent is asked\nforce: regulations\ncites: [Land Act s1]\n"
        "governs: {from: 2012-09-01}\nfor each: suspension\n"
        "duty: {id: parent asked, bearer: governing board, must: ask, "
        "within: {parameter: asking limit, after: board told}}\n"
    }

    (told,) = faults(tmp_path, files, land=land)
    assert "1 school day can end later than the 4 weeks" in told


def test_a_limit_from_another_day_is_to_say_supplements(tmp_path):
    """Counted from different days, neither is always the shorter."""
    files = limited("1")
    files["board/meets.yaml"] = files["board/meets.yaml"].replace("after: board told", "after: suspended")

    (told,) = faults(tmp_path, files)
    assert "run from different days" in told
    files["board/meets.yaml"] = files["board/meets.yaml"].replace("specifies", "supplements")
    assert [] == faults(tmp_path, files)


SAME_ACT = MEETS.rstrip() + "\n      met by: [board met]\n    "


def beside(value, *, unit="school days", act=SAME_ACT, relation="{supplements: board/meets}", extra=""):
    """A shire that says of its limit that it stands beside the law."""
    files = {"board/meets.yaml": rule(act, relation=relation, extra=extra)}
    return files | {"parameters/shire_limit.yaml": parameter(value, unit)}


@pytest.mark.parametrize("relation", ["{supplements: board/meets}", "{supplements: nothing national}"])
def test_a_longer_time_for_the_same_act_is_no_supplement(tmp_path, relation):
    """Whoever owes the act by law, from the same day and met by the same event, is given no more time beside it."""
    (told,) = faults(tmp_path, beside("16", relation=relation))

    assert told.startswith(
        "R219: 16 school days is longer than the 15 school days that `board/meets` gives for the same"
    )
    assert "(from 2019-01-01)" in told


@pytest.mark.parametrize(
    "files",
    [
        beside("10"),
        beside("16", act=SAME_ACT.replace("board met", "board told")),
        beside("16", act=SAME_ACT.replace("governing board", "headteacher")),
        beside("16", act=SAME_ACT.replace("after: board told", "after: suspended")),
        beside("16", unit="calendar days"),
        beside("16", extra="governs: {from: 2010-01-01, until: 2012-08-31}\n"),
        beside("16", extra="when: {cancelled: yes}\n"),
    ],
    ids=[
        "no longer",
        "another event",
        "another bearer",
        "another day",
        "another unit",
        "before the law",
        "other cases",
    ],
)
def test_what_is_another_act_or_no_longer_stands_beside_the_law(tmp_path, files):
    """Only the law's own act, certainly later than the law has it, is refused."""
    assert [] == faults(tmp_path, files)


def test_a_limit_that_fills_in_one_of_the_law_is_held_to_that_one(tmp_path):
    """Where the law has two times for one act, a rule that says which it fills in is held to that."""
    slow = LAND["board/meets.yaml"].replace("board meets", "board meets later").replace("board limit", "later limit")
    quantity = parameter("50").replace("Shire protocol", "Land Act s1").replace("2019-01-01", "2012-09-01")
    land = {"board/meets_later.yaml": slow, "parameters/later_limit.yaml": quantity}
    files = beside("40", relation="{specifies: board/meets_later}")

    assert [] == faults(tmp_path, files, land=land)


def test_a_number_for_without_delay_stands(tmp_path):
    """The law's own words have no number that another could be longer than, and go on holding beside it."""
    assert [] == faults(tmp_path, limited("30", relation="{specifies: board/told}"))


# Strength -------------------------------------------------------------------------------------------------------------


def test_must_needs_a_law_that_says_must(tmp_path):
    """What implements a duty may say must; what supplements it may not."""
    act = "duty: {id: shire meets, bearer: governing board, must: meet}"

    assert [] == faults(tmp_path, {"board/meets.yaml": rule(act, relation="{implements: board/meets}")})
    (told,) = faults(tmp_path, {"board/meets.yaml": rule(act, relation="{supplements: board/meets}")})
    assert told.startswith("R221: this local rule says `must`, and no law")


def test_must_with_a_limit_of_its_own_is_too_strong(tmp_path):
    """The number is the council's, and no law makes it a must."""
    files = limited("9", relation="{implements: board/meets}")
    files["board/meets.yaml"] = files["board/meets.yaml"].replace("expectation", "duty").replace("should", "must")

    assert ["R221: this local rule says `must` of a limit that no law sets"] == faults(tmp_path, files)


def test_an_exception_of_the_law_is_not_the_shires_to_make(tmp_path):
    """A local rule holds none of the law back."""
    act = "option: {id: shire waits, bearer: headteacher, consider: waiting}"

    (told,) = faults(tmp_path, {"board/waits.yaml": rule(act, extra="overrides: [board/meets]\n")})
    assert told.startswith("R219: a local rule cannot hold back `board/meets`")


# Acts that the law forbids --------------------------------------------------------------------------------------------

TRIAL = """
    option:
      id: shire trial
      bearer: headteacher
      consider: a move that begins with a trial of six weeks
      would record: {event: move proposed, having: {trial until: any}}
    """


def trial(extra="", relation="{supplements: nothing national}"):
    """A shire that suggests a move on trial."""
    return {"moves/trial.yaml": rule(TRIAL, extra=extra, relation=relation)}


def test_a_move_on_trial_is_refused_from_the_day_of_the_law(tmp_path):
    """The law has had no trials since 26 July 2026."""
    (told,) = faults(tmp_path, trial())

    assert "`move proposed`, as this rule would have it recorded, is what `moves/no_trial` says" in told
    assert "(from 2026-07-26)" in told


@pytest.mark.parametrize(
    ("extra", "relation"),
    [
        ("governs: {from: 2020-09-01, until: 2026-07-25}\n", "{supplements: nothing national}"),
        ("governs: {from: 2020-09-01}\n", "{superseded: moves/no_trial}"),
    ],
)
def test_a_rule_that_ends_the_day_before_stands(tmp_path, extra, relation):
    """Ended or overtaken, it suggests nothing on a day on which the law forbids it."""
    assert [] == faults(tmp_path, trial(extra, relation))


def test_one_day_longer_is_refused(tmp_path):
    """The day of the law is the first on which the rule may not hold."""
    assert faults(tmp_path, trial("governs: {from: 2020-09-01, until: 2026-07-26}\n"))


def test_a_move_that_says_nothing_of_a_trial_stands(tmp_path):
    """What an act does not say is not taken to be said."""
    files = {"moves/trial.yaml": trial()["moves/trial.yaml"].replace(", having: {trial until: any}", "")}

    assert [] == faults(tmp_path, files)


CHARGE = """
    expectation:
      id: shire charges
      bearer: local authority
      expected: charge the school
      would record: {event: school charged, having: {amount: AMOUNT, AGREED}}
    """


@pytest.mark.parametrize(
    ("amount", "agreed", "stands"),
    [("4000", "", True), ("4001", "", False), ("any", "", False), ("any", "agreement: yes", True)],
)
def test_a_charge_above_the_law_is_refused(tmp_path, amount, agreed, stands):
    """Up to the sum of the law anything goes, above it only what the school agreed to."""
    act = CHARGE.replace("AMOUNT", amount).replace(", AGREED", f", {agreed}" if agreed else "")

    assert stands is (faults(tmp_path, {"money/charges.yaml": rule(act)}) == [])


def test_what_meets_a_rule_is_an_act_as_well(tmp_path):
    """Where every way of meeting an expectation is one that the law forbids, it cannot be met lawfully."""
    act = """
        expectation:
          id: shire charges
          bearer: local authority
          expected: charge the school
          met by: [{event: school charged, having: {amount: 5000, agreement: no}}]
        """
    assert faults(tmp_path, {"money/charges.yaml": rule(act)})


def test_the_case_that_shows_it_can_be_run(tmp_path):
    """The case file that `prove` prints is decided to a finding of the shire's rule and a breach of the law's."""
    text = shown(tmp_path, trial())["failures"][0]["case"]
    rulebook = open_rulebook([law(tmp_path / "without", {}) / "rules"], [tmp_path / "without/pathways"])
    record = read_case(text.replace("packs: [land, shire]", "packs: [land]"), rulebook)
    decision = decide(record, rulebook, as_of=date(2026, 7, 26))

    assert finding_of(decision, "no_trial").breached is True


def shown(tmp_path, files, capsys=None):
    """What `prove` tells of the layering of a shire, as data."""
    folder = law(tmp_path, files)
    out = tmp_path / "proved.json"
    code = main(["prove", str(folder / "rules"), str(folder / "pathways"), "--format", "json", "--out", str(out)])
    data = json.loads(out.read_text(encoding="utf-8"))
    found = next(one for one in data["proofs"] if (one["of"], one["claim"]) == ("shire", "local within national"))
    return found | {"code": code, "claims": {(one["of"], one["claim"]): one["holds"] for one in data["proofs"]}}


def test_prove_ends_with_4_where_a_proof_fails(tmp_path):
    """The failure says what, where, since when and for which facts, and that the engine decides the case so."""
    told = shown(tmp_path, trial())
    (failure,) = told["failures"]

    assert 4 == told["code"]
    assert ("2026-07-26", True) == (failure["day"], failure["decided_so"])
    assert failure["file"].endswith("moves/trial.yaml")
    assert ["shire:moves/trial", "land:moves/no_trial"] == failure["rules"]


def test_prove_ends_with_0_where_everything_holds(tmp_path):
    """What was proved is told with its counts, those proofs that loading makes among it."""
    told = shown(tmp_path, limited("10"))

    assert 0 == told["code"]
    assert told["proved"].startswith("1 rule, 1 limit held against limits of the law")
    assert all(told["claims"].values())
    assert {("land", "versions"), ("land", "shadowed rules"), ("suspension", "pathway")} <= told["claims"].keys()


def test_the_day_before_is_always_lawful(tmp_path):
    """Ending a rule on the day that the message proposes puts it right."""
    (told,) = prove_pack(*read(tmp_path, trial())).faults
    assert told.case is not None
    last = told.case.day - timedelta(days=1)

    assert f"until: {last.isoformat()}" in told.help
    assert [] == faults(tmp_path, trial(f"governs: {{from: 2020-09-01, until: {last.isoformat()}}}\n"))


def read(folder, files):
    """A shire and the edition of it, read without the proofs that opening makes."""
    from inclusion_rules.casework.fact_functions import known_functions
    from inclusion_rules.loading.reading import read_rulebook

    law(folder, files)
    found = read_rulebook([folder / "rules"], [folder / "pathways"], functions=known_functions())
    return found.packs["shire"], found.edition(("shire",))
