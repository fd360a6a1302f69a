"""What a scenario file may say, and how its slips are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.scenarios.conftest import IN_TIME, write

from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.scenarios.reading import Collection, open_scenarios

Read = Callable[[str], Collection]
Problems = Callable[[str], list[tuple[str, str, str]]]


def test_a_scenario_is_read_with_its_record_and_its_expectations(scenarios: Read) -> None:
    """The sentence, the record, the day and what is expected all arrive, names spelled as identifiers."""
    collection = scenarios(IN_TIME)

    (scenario,) = collection.scenarios
    assert "The board meets on the last day" == scenario.title
    assert ("board_meets",) == scenario.boundary_of
    assert ["suspended", "governing_board_notified", "governing_board_met"] == [e.name for e in scenario.record.events]
    assert date(2025, 3, 25) == scenario.expect.as_of
    (expected,) = scenario.expect.obligations
    assert "board_meets" == expected.duty
    assert {"due": date(2025, 3, 24), "status": "met"} == expected.fields


def test_a_scenario_knows_its_file_and_line(scenarios: Read) -> None:
    """An editor can jump to it."""
    (scenario,) = scenarios(IN_TIME).scenarios

    assert scenario.place.endswith("rules/small/scenarios/board/meets.yaml:2")


def test_what_is_given_stands_under_every_scenario(scenarios: Read) -> None:
    """A file says once what all its scenarios share; a scenario's own words win, key by key."""
    given = "given: {pathway: suspension, calendar: example, pupil: {looked_after: yes}}\n"
    second = IN_TIME.replace("last day", "last day again").replace("    pupil: {looked_after: no}\n", "")

    own, shared = scenarios(given + IN_TIME + second.removeprefix("\nscenarios:\n")).scenarios

    assert {"looked_after": False} == own.record.pupil
    assert {"looked_after": True} == shared.record.pupil


def test_the_pathway_follows_the_events(law: Path) -> None:
    """A permanent exclusion among the events makes the pathway that of a permanent exclusion."""
    write(law, "rules/own/pack.yaml", "pack: own\ntitle: Own\nversion: '1'\nlayer: local\nextends: [england]\n")
    text = """
        scenarios:
          - scenario: The board meets about a permanent exclusion
            events: [{date: 2025-03-03, event: permanently_excluded, session: morning}]
            expect: {as of: 2025-03-04, obligations: [{duty: board_consider_pex, status: open}]}
        """
    write(law, "rules/own/scenarios/one.yaml", text)
    write(law, "pathways/suspension.yaml", "")
    (law / "pathways" / "suspension.yaml").unlink()
    (law / "pathways").rmdir()

    (scenario,) = open_scenarios([law / "rules" / "own"]).scenarios

    assert "permanent_exclusion" == scenario.record.pathway


def test_a_packs_scenarios_are_decided_with_what_it_extends(law: Path) -> None:
    """A local pack's folder is enough to ask for; the national law it builds on is found beside it."""
    write(law, "rules/own/pack.yaml", "pack: own\ntitle: Own\nversion: '1'\nlayer: local\nextends: [small]\n")
    write(law, "rules/own/scenarios/one.yaml", IN_TIME)

    collection = open_scenarios([law / "rules" / "own"])

    assert ("small", "own") == collection.scenarios[0].record.packs
    assert ("own",) == collection.packs


def test_a_part_of_a_pack_is_asked_only_about_its_own_duties(scenarios: Read, law: Path) -> None:
    """Running one file does not complain of every rule that other files are about."""
    scenarios(IN_TIME)

    collection = open_scenarios([law / "rules/small/scenarios/board/meets.yaml"])

    assert frozenset({"board_meets"}) == collection.duties


@pytest.mark.parametrize(
    ("wrong", "right", "code", "underlined", "help"),
    [
        ("duty: bord meets", "duty: board meets", "S503", "bord meets", "did you mean `board meets`?"),
        ("boundary of: [board met]", "boundary of: [board meets]", "S503", "board met", "did you mean `board meets`?"),
        ("dew: 2025-03-24", "due: 2025-03-24", "S501", "dew", "did you mean `due`?"),
        ("due: soon", "due: 2025-03-24", "S504", "soon", ""),
        ("status: mett", "status: met", "S503", "mett", "did you mean `met`?"),
        (
            "event: governing_bord_met",
            "event: governing_board_met",
            "C303",
            "governing_bord_met",
            "governing_board_met",
        ),
        (
            "pupil: {looked_aftr: no}",
            "pupil: {looked_after: no}",
            "C301",
            "looked_aftr",
            "did you mean `looked_after`?",
        ),
        ("sceanrio: The", "scenario: The", "R201", "sceanrio", "did you mean `scenario`?"),
    ],
)
def test_a_slip_is_underlined_with_the_nearest_right_word(
    problems: Problems, wrong: str, right: str, code: str, underlined: str, help: str
) -> None:
    """Whoever mistyped sees their own words, and what they probably meant."""
    assert right in IN_TIME

    found = problems(IN_TIME.replace(right, wrong))

    assert (code, underlined) in [(one, two) for one, two, _ in found]
    assert any(help in three for one, _, three in found if one == code)


def test_every_slip_of_a_file_is_told_at_once(problems: Problems) -> None:
    """Nobody has to run the command once for each slip."""
    text = IN_TIME.replace("duty: board meets", "duty: bord meets").replace("status: met", "status: mett")

    assert ["S503", "S503"] == [code for code, _, _ in problems(text)]


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        ("facts: {dais out: 5}", "S503"),
        ("facts: {days out: long}", "S504"),
        ("stage: nowhere", "S503"),
        ("absent: [no such duty]", "S503"),
        ("next events: [no such event]", "S503"),
        ("findings: [{outcome: engaged}]", "S501"),
        ("findings: [{duty: board meets, missing facts: looked_after}]", "S504"),
        ("findings: [{duty: board meets, breached: maybe}]", "S504"),
        ("obligations: [{duty: board meets, late by school days: 1.5}]", "S504"),
    ],
)
def test_an_expectation_that_could_never_be_met_is_a_slip(problems: Problems, expected: str, code: str) -> None:
    """A scenario may not pass, or fail, for a word that means nothing."""
    text = IN_TIME[: IN_TIME.index("      obligations")] + f"      {expected}\n"

    assert [code] == [one for one, _, _ in problems(text)]


def test_two_scenarios_of_one_name_are_a_slip(problems: Problems) -> None:
    """A sentence in a list of failures points to one scenario."""
    assert ["S502"] == [code for code, _, _ in problems(IN_TIME + IN_TIME.removeprefix("\nscenarios:\n"))]


def test_a_pathway_that_nobody_wrote_is_a_slip(problems: Problems) -> None:
    """A case follows a pathway that exists."""
    text = IN_TIME.replace("    pupil:", "    pathway: suspention\n    pupil:")

    assert [("S503", "suspention", "did you mean `suspension`?")] == problems(text)


def test_a_file_outside_every_pack_is_refused(tmp_path: Path) -> None:
    """Without a pack nothing says by which law to decide."""
    path = write(tmp_path, "scenarios/one.yaml", IN_TIME)

    with pytest.raises(InvalidFilesError) as caught:
        open_scenarios([path])

    assert ["S500"] == [one.code for one in caught.value.diagnostics]


def test_a_path_that_leads_nowhere_is_told_as_such(tmp_path: Path) -> None:
    """A slip in a path is no fault of a scenario."""
    with pytest.raises(InvalidFilesError) as caught:
        open_scenarios([tmp_path / "rules"])

    assert ["Y100"] == [one.code for one in caught.value.diagnostics]


def test_a_folder_without_scenarios_is_told_as_such(law: Path) -> None:
    """To have run nothing must not look like success."""
    with pytest.raises(InvalidFilesError) as caught:
        open_scenarios([law / "rules"])

    assert ["S500"] == [one.code for one in caught.value.diagnostics]
