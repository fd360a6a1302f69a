"""The eight small packs of the examples: the shape of a local pack carries what other counties say, below the law.

Each is opened beside the national pack, as anybody's own pack would be. Knows the numbers their pages give.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook, read_case
from inclusion_rules.cli import main
from inclusion_rules.domain.layers import RelationKind
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.rules import RulePack
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.schema import schema_of
from inclusion_rules.loading.trees import read_tree, shipped
from inclusion_rules.loading.yaml_tree import plain
from inclusion_rules.scenarios.coverage import coverage_of
from inclusion_rules.scenarios.mutants import surviving_mutants
from inclusion_rules.scenarios.reading import Collection, open_scenarios
from inclusion_rules.scenarios.running import Result, run_scenario
from inclusion_rules.vocabulary import Force, Modality

PACKS = shipped("examples") / "packs"
NAMES = (
    *("buckinghamshire", "cheshire_east", "hammersmith_fulham", "lincolnshire"),
    *("oxfordshire", "rotherham", "shropshire", "southwark"),
)
NUMBERS = {
    "shropshire_timetable_weeks": 6,
    "shropshire_notice_hours": 24,
    "rotherham_timetable_review": 2,
    "rotherham_full_hours": 25,
    "hammersmith_fulham_telling": 2,
    "hammersmith_fulham_short_start": 15,
    "hammersmith_fulham_few_minutes": 20,
    "lincolnshire_notice_hours": 24,
    "lincolnshire_early_talk_score": 8,
    "lincolnshire_talk_minutes": 40,
    "lincolnshire_plan_weeks": 12,
    "lincolnshire_outreach_weeks": 22,
    "lincolnshire_placement_weeks": 16,
    "lincolnshire_last_year_of_key_stage_3": 9,
    "southwark_secondary_days": 10,
    "southwark_primary_days": 5,
    "cheshire_east_trial": 30,
    "buckinghamshire_place": 20,
    "buckinghamshire_start": 20,
    "buckinghamshire_answer": 7,
    "buckinghamshire_adjudicator": 15,
    "oxfordshire_papers": 5,
}
"""What the pages give: no number of these packs is anybody else's, and none of a page is missing."""
TENSIONS = {"cheshire_east": "t25", "oxfordshire": "t26", "lincolnshire": "t27", "buckinghamshire": "t28"}
SAME_DAY = "23 instead of 24"
"""The one wrong that no scenario can notice: hours are counted as the days that they begin."""


@cache
def opened(name: str) -> Rulebook:
    """England and one small pack."""
    return open_rulebook([shipped("rules") / "england", PACKS / name])


def pack_of(name: str) -> RulePack:
    """One small pack, read."""
    return opened(name).packs[name]


@cache
def shown(name: str) -> tuple[Collection, tuple[Result, ...]]:
    """The worked examples of one small pack, decided and compared."""
    found = open_scenarios([PACKS / name])
    return found, tuple(run_scenario(scenario, found.rulebook) for scenario in found.scenarios)


def as_texts(value: object) -> object:
    """What a validator sees of a file: a date is text to it."""
    if isinstance(value, dict):
        return {key: as_texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_texts(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def altered(name: str, tmp_path: Path, file: str, change: Callable[[str], str]) -> Rulebook:
    """England and a copy of a small pack in which one file says something else."""
    folder = tmp_path / name
    shutil.copytree(PACKS / name, folder)
    path = folder / file
    text = path.read_text("utf-8")
    assert change(text) != text
    path.write_text(change(text), "utf-8")
    return open_rulebook([shipped("rules") / "england", folder])


def test_the_eight_are_there() -> None:
    """The folder holds these packs and no other."""
    assert sorted(path.parent.name for path in PACKS.glob("*/pack.yaml")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_small_pack_loads_over_the_law(name: str) -> None:
    """Each is a local pack of its own authority, and opening it proves that it takes nothing from the law."""
    pack = pack_of(name)
    assert (pack.layer, pack.authority, pack.extends) == ("local", name, ("england",))
    assert pack.rules


@pytest.mark.parametrize("name", NAMES)
def test_checking_and_testing_it_by_its_path_end_well(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Both commands take the folder as it is typed, though the pack lies outside the law that ships."""
    assert main(["check", str(PACKS / name)]) == 0
    assert "no problems" in capsys.readouterr().out
    assert main(["test", str(PACKS / name), "--no-mutants"]) == 0


@pytest.mark.parametrize("name", NAMES)
def test_its_scenarios_hold(name: str) -> None:
    """What each worked example expects is what is decided."""
    _, results = shown(name)
    assert results
    assert [str(wrong) for result in results for wrong in result.mismatches] == []


@pytest.mark.parametrize("name", NAMES)
def test_its_rules_are_shown_from_every_side(name: str) -> None:
    """Worked examples show each rule engaged, not engaged and at its edge."""
    found, results = shown(name)
    assert [(each.rule.id, each.lacking) for each in coverage_of(results, found.rulebook, packs=[name]).lacking] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_small_change_goes_unnoticed(name: str) -> None:
    """Whatever one condition, date or limit is turned into, some worked example fails; but for hours within a day."""
    found, results = shown(name)
    survivors = surviving_mutants(results, found.rulebook, packs=[name]).survivors
    assert {survivor.alteration.what for survivor in survivors} <= {SAME_DAY}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_it_is_a_must(name: str) -> None:
    """A page of a council expects, allows or suggests; and every rule says how it stands to the law."""
    for rule in pack_of(name).rules.values():
        assert rule.modality not in {Modality.MUST, Modality.MUST_NOT}
        assert rule.force is Force.LOCAL_PROTOCOL
        assert rule.duty.startswith(f"{name}_")
        assert rule.relations or rule.superseded is not None


def test_the_numbers_are_those_of_the_pages() -> None:
    """Each number that the pages give stands in one parameter, and there is no other."""
    found = {key: parameter.values[0].value for name in NAMES for key, parameter in pack_of(name).parameters.items()}
    assert found == NUMBERS


@pytest.mark.parametrize(("name", "tension"), TENSIONS.items())
def test_its_tension_is_told(name: str, tension: str) -> None:
    """Where a page pulls against the law the pack says so, with a scenario that shows it."""
    assert [each.id for each in pack_of(name).tensions] == [tension]


# What the shape is for ------------------------------------------------------------------------------------------------


def test_a_trial_that_outlives_july_2026_does_not_load(tmp_path: Path) -> None:
    """A trial may be written for moves proposed before 26 July 2026, and for none after."""
    with pytest.raises(InvalidFilesError) as raised:
        altered(
            "cheshire_east",
            tmp_path,
            "managed_move/trial.yaml",
            lambda text: text.replace(", until: 2026-07-25}", "}").replace(
                ", superseded: {by: managed_move/no_trial_2026, from: 2026-07-26}", ""
            ),
        )
    assert {one.code for one in raised.value.diagnostics} == {"R219"}


def test_a_place_later_than_the_codes_does_not_load(tmp_path: Path) -> None:
    """A county may keep to the twenty school days of the Code or hurry; twenty-one are refused."""
    with pytest.raises(InvalidFilesError) as raised:
        altered(
            "buckinghamshire",
            tmp_path,
            "parameters/buckinghamshire_place.yaml",
            lambda text: text.replace("value: 20", "value: 21"),
        )
    assert {one.code for one in raised.value.diagnostics} == {"R219"}


def test_a_shorter_time_than_the_codes_loads(tmp_path: Path) -> None:
    """Hurrying is a county's own choice."""
    rulebook = altered(
        "buckinghamshire",
        tmp_path,
        "parameters/buckinghamshire_place.yaml",
        lambda text: text.replace("value: 20", "value: 15"),
    )
    assert rulebook.packs["buckinghamshire"].parameters["buckinghamshire_place"].values[0].value == 15


def test_papers_later_than_the_guidance_asks_do_not_load(tmp_path: Path) -> None:
    """Five school days between papers and meeting are the nation's; four of a county are refused."""
    with pytest.raises(InvalidFilesError) as raised:
        altered(
            "oxfordshire",
            tmp_path,
            "parameters/oxfordshire_papers.yaml",
            lambda text: text.replace("value: 5", "value: 4"),
        )
    assert {one.code for one in raised.value.diagnostics} == {"R219"}


def test_a_must_of_a_page_does_not_load(tmp_path: Path) -> None:
    """Oxfordshire's talk before an exclusion may be written as what should be done, never as what must be."""
    with pytest.raises(InvalidFilesError) as raised:
        altered(
            "oxfordshire",
            tmp_path,
            "before/officer.yaml",
            lambda text: text.replace("expectation:", "duty:").replace("should: talk", "must: talk"),
        )
    assert {one.code for one in raised.value.diagnostics} == {"R221"}


@pytest.mark.parametrize(
    ("name", "rule", "kind", "target"),
    [
        ("oxfordshire", "off_site_direction/agreement", RelationKind.STRICTER, "off_site_direction/notice"),
        ("lincolnshire", "notice/within_24_hours", RelationKind.SPECIFIES, "notification/local_authority"),
        ("buckinghamshire", "fair_access/place", RelationKind.IMPLEMENTS, "admission/fair_access_place"),
    ],
)
def test_how_a_page_stands_to_the_law_has_its_word(name: str, rule: str, kind: RelationKind, target: str) -> None:
    """Stricter than the law, a number for what it leaves open, or the law carried out: each is said as what it is."""
    assert target in pack_of(name).rules[rule].related(kind)


@pytest.mark.parametrize("name", NAMES)
def test_the_law_says_the_same_beside_it(name: str) -> None:
    """Findings, dates and stage under the law are the same with a small pack and without it."""
    text = (shipped("examples") / "leicestershire_permanent_exclusion.yaml").read_text("utf-8")
    text = text.replace("authority: leicestershire", f"authority: {name}").replace(
        "calendar: leicestershire_2024_25", "calendar: example"
    )
    rulebook, day = opened(name), date(2025, 2, 10)
    alone, beside = (
        decide(read_case(text.replace("[england]", packs), rulebook), rulebook, as_of=day)
        for packs in ("[england]", f"[england, {name}]")
    )
    assert beside.stage == alone.stage
    assert [(each.rule.duty, each.outcome, each.about) for each in beside.findings if each.rule.pack == "england"] == [
        (each.rule.duty, each.outcome, each.about) for each in alone.findings
    ]
    assert [(each.rule.duty, each.due, each.status) for each in beside.obligations if each.rule.pack == "england"] == [
        (each.rule.duty, each.due, each.status) for each in alone.obligations
    ]


@pytest.mark.parametrize("name", NAMES)
def test_an_editor_marks_nothing_in_it(name: str) -> None:
    """Its files fit the schemas that an editor gets from the law with this pack."""
    rulebook = opened(name)
    kinds = {"parameters": "parameter", "scenarios": "scenarios", "facts": "facts", "pack": "pack"}
    kinds |= {"provisions": "provisions", "tensions": "tensions"}
    checks = {kind: Draft202012Validator(schema_of(kind, rulebook)) for kind in {*kinds.values(), "rule"}}
    for path in sorted((PACKS / name).rglob("*.yaml")):
        first, *rest = path.relative_to(PACKS / name).with_suffix("").parts
        kind = kinds.get(first) or ("rule" if rest else None)
        node = read_tree(path, Problems())
        assert node is not None
        if kind is not None:
            assert [problem.message for problem in checks[kind].iter_errors(as_texts(plain(node)))] == [], path


def test_all_eight_can_be_opened_together() -> None:
    """They share no name that would clash, so a reader can hold them side by side."""
    rulebook = open_rulebook([shipped("rules") / "england", PACKS])
    assert set(NAMES) <= set(rulebook.packs)
