"""The command `explain`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inclusion_rules.cli import main

CASE = """\
case: EXAMPLE-1
pathway: permanent_exclusion
calendar: example
pupil: {date_of_birth: 2010-11-02}
events:
  - {date: 2025-01-13, event: permanently_excluded, session: morning}
  - {date: 2025-01-14, event: governing_board_notified}
"""


@pytest.fixture
def case_file(tmp_path: Path) -> str:
    """A case file of which little is known."""
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    return str(path)


def test_the_page_goes_to_standard_output(case_file, capsys):
    """An explanation is shown and the command ends well."""
    assert 0 == main(["explain", case_file, "board consider pex", "--as-of", "2025-02-01"])
    assert "due by Tue 4 Feb 2025" in capsys.readouterr().out


def test_json_holds_the_whole_explanation(case_file, capsys):
    """A program gets outcome, trace, facts, deadline, law and the smallest changes."""
    main(["explain", case_file, "board_consider_pex", "--as-of", "2025-02-01", "--format", "json"])
    (part,) = json.loads(capsys.readouterr().out)["parts"]

    assert ("engaged", "2025-02-04", True) == (part["outcome"], part["obligations"][0]["due"], part["trace"]["result"])
    assert [] == part["obligations"][0]["workings"][-1]["complaints"]
    assert {"facts", "citations", "exceptions", "smallest_changes"} <= part.keys()


def test_an_unknown_name_is_wrong_usage(case_file, capsys):
    """A slip in the name of a duty is told with the nearest one."""
    assert 2 == main(["explain", case_file, "board consider pecs"])
    assert "did you mean `board consider pex`?" in capsys.readouterr().err


def test_an_invalid_case_is_told_as_such(case_file, capsys):
    """A case file with a slip in it is an invalid file."""
    Path(case_file).write_text(CASE.replace("session: morning", "session: mornin"), encoding="utf-8")

    assert 3 == main(["explain", case_file, "board consider pex"])
    assert "did you mean `morning`?" in capsys.readouterr().err
