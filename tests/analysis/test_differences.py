"""What an edit changes, told of two versions of a whole pack: rules, limits, parameters by the day, and for whom."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest
from tests.layers.builders import LAND

from inclusion_rules import open_rulebook
from inclusion_rules.analysis.differences import PackDifference, pack_difference
from inclusion_rules.cli import main

RULE = "board/meets.yaml"
LIMIT = "parameters/board_limit.yaml"
EXAMPLES = Path(__file__).parents[2] / "examples"

Edit = Callable[[str, str, str], None]


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path]:
    """Two copies of the law of the land, the second to be edited."""
    for version in ("old", "new"):
        for name, text in LAND.items():
            path = tmp_path / version / "land" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), "utf-8")
    return tmp_path / "old" / "land", tmp_path / "new" / "land"


@pytest.fixture
def edit(versions: tuple[Path, Path]) -> Edit:
    """Puts some words of a file of the second copy in the place of others."""

    def put(name: str, was: str, now: str) -> None:
        path = versions[1] / name
        text = path.read_text("utf-8")
        assert was in text
        path.write_text(text.replace(was, now), "utf-8")

    return put


def difference(versions: tuple[Path, Path]) -> PackDifference:
    """What the two copies say differently."""
    old, new = (open_rulebook([folder]).edition(("land",)) for folder in versions)
    return pack_difference("land", old, new)


def told(versions: tuple[Path, Path], capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """What the command prints, its line breaks undone."""
    assert 0 == main(["diff", *map(str, versions), *more])
    return " ".join(capsys.readouterr().out.split())


def test_a_copy_is_no_difference(versions: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing edited is nothing told, and it is said."""
    assert not difference(versions)
    assert "No difference: land say the same." == told(versions, capsys)


def test_a_limit_is_told_with_its_days_and_the_rules_it_reaches(versions, edit, capsys) -> None:
    """The parameter by the day, and at the rule what it was and what it is."""
    edit(LIMIT, "value: 15", "value: 20")
    found = difference(versions)
    (parameter,), (rule,) = found.parameters, found.rules

    assert [(date(2012, 9, 1), date(2024, 8, 31))] == [(each.first, each.last) for each in parameter.periods]
    assert ("board/meets", ("board_limit",)) == (rule.id, rule.through)
    assert "from Sat 1 Sep 2012 to Sat 31 Aug 2024: 15 school days → 20 school days" in told(versions, capsys)


def test_a_version_that_is_added_changes_only_its_own_days(versions, edit) -> None:
    """A limit that changes next year says nothing of this one."""
    edit("parameters/long_suspension.yaml", "value: 5,", "until: 2026-12-31, value: 5,")
    edit(
        "parameters/long_suspension.yaml",
        "cites: [Land Act s1]}]",
        "cites: [Land Act s1]}, {from: 2027-01-01, value: 4, cites: [Land Act s1]}]",
    )
    ((period,),) = [each.periods for each in difference(versions).parameters]

    assert (date(2027, 1, 1), None) == (period.first, period.last)
    assert (5, 4) == (period.was and period.was.value, period.now and period.now.value)


def test_a_condition_is_told_as_the_cases_it_gains_and_loses(versions, edit, capsys) -> None:
    """A condition that became narrower has left some cases, and gained none."""
    edit(RULE, "when: {cancelled: no}", "when: {all of: [{cancelled: no}, {looked after: yes}]}")
    text = told(versions, capsys)

    assert "condition: cancelled is no → cancelled is no and looked after is yes" in text
    assert "applied and does not now (from Sat 1 Sep 2012): - cancelled: no; looked after: no" in text
    assert "applies now" not in text


def test_a_rule_that_came_and_one_that_went_are_told(versions, edit) -> None:
    """A renamed rule is one of each."""
    (versions[1] / RULE).rename(versions[1] / "board/comes_together.yaml")
    rules = {each.id: (each.was is None, each.now is None) for each in difference(versions).rules}

    assert {"board/comes_together": (True, False), "board/meets": (False, True)} == rules


def test_other_words_and_citations_are_told_and_no_cases(versions, edit, capsys) -> None:
    """What a rule asks and cites can change while it applies to the same cases."""
    edit("provisions.yaml", "provisions:", "provisions:\n  - {citation: Land Act s2, says: More., certainty: primary}")
    edit(RULE, "must: meet", "must: meet and decide")
    edit(RULE, "cites: [Land Act s1]", "cites: [Land Act s1, Land Act s2]")
    text = told(versions, capsys)

    assert "what it asks: meet → meet and decide" in text
    assert "citations: Land Act s1 → Land Act s1; Land Act s2" in text
    assert "it applies to the same cases" in text
    assert "new: provision: Land Act s2" in text


def test_a_fact_worked_out_in_another_way_reaches_the_rules_that_look_at_it(versions, edit) -> None:
    """Not a word of the rule was touched, and it is told."""
    edit("facts.yaml", "derived: {recorded: exclusion cancelled}", "derived: {recorded: board met}")
    found = difference(versions)

    assert ["cancelled"] == [each.name for each in found.entries if each.section == "facts"]
    assert ("board/meets", ("cancelled",)) in [(each.id, each.through) for each in found.rules]


def test_a_scenario_that_expects_something_else_is_told(versions, capsys) -> None:
    """Worked examples are part of what an edit says."""
    for folder, due in zip(versions, ("2025-03-25", "2025-04-01"), strict=True):
        (folder / "scenarios").mkdir()
        text = f"scenarios: [{{scenario: The board is in time, expect: {{as of: {due}}}}}]\n"
        (folder / "scenarios/board.yaml").write_text(text, "utf-8")
    text = told(versions, capsys)

    assert "scenario: The board is in time expect:" in text


def test_one_file_stands_in_the_place_of_another(versions, capsys, tmp_path) -> None:
    """A proposal need not be a whole pack, and the pack is not touched."""
    proposal = tmp_path / "proposal.yaml"
    file = versions[0] / LIMIT
    before = file.read_text("utf-8")
    proposal.write_text(before.replace("value: 10", "value: 12"), "utf-8")
    assert 0 == main(["diff", str(file), str(proposal)])

    assert "from Sun 1 Sep 2024: 10 school days" in capsys.readouterr().out
    assert before == file.read_text("utf-8")


def test_a_proposal_that_cannot_be_used_is_told_by_its_own_name(versions, capsys, tmp_path) -> None:
    """An invalid file ends with 3, and the place is where the person wrote it."""
    proposal = tmp_path / "proposal.yaml"
    text = (versions[0] / LIMIT).read_text("utf-8")
    proposal.write_text(text.replace("Land Act s1", "Land Act s9"), "utf-8")

    assert 3 == main(["diff", str(versions[0] / LIMIT), str(proposal)])
    assert f"{proposal}:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("old/land", "nowhere", "there is nothing at"),
        ("old/land", "old/land/facts.yaml", "a file and a folder"),
        ("loose.yaml", "loose.yaml", "lies in a pack"),
    ],
)
def test_what_cannot_be_compared_is_wrong_usage(versions, tmp_path, monkeypatch, capsys, old, new, says) -> None:
    """Each slip says what was expected."""
    monkeypatch.chdir(tmp_path)
    Path("loose.yaml").write_text("title: nothing\n", "utf-8")

    assert 2 == main(["diff", old, new])
    assert says in capsys.readouterr().err


def test_it_is_said_for_whom(capsys, tmp_path) -> None:
    """Of the shipped examples, those whose board has to meet by another day are named, with both days."""
    proposal = tmp_path / "proposal.yaml"
    rules = EXAMPLES.parent / "rules/england/parameters/board_meeting_limit.yaml"
    proposal.write_text(rules.read_text("utf-8").replace("value: 15", "value: 20"), "utf-8")
    one = shutil.copy(EXAMPLES / "leicestershire_permanent_exclusion.yaml", tmp_path / "case.yaml")
    asked = ["diff", str(rules), str(proposal), "--cases", str(one), "--as-of", "2025-02-10"]
    assert 0 == main([*asked, "--format", "json"])
    cases = json.loads(capsys.readouterr().out)["cases"]

    assert (1, 1) == (cases["count"], cases["differing"])
    changes = {(each["duty"], each["part"]): each for each in cases["changes"][0]["differences"]}
    due = changes["board_consider_pex", "due"]
    assert ("Tue 4 Feb 2025", "Tue 11 Feb 2025") == (due["before"], due["after"])
