"""The command `schema`."""

from __future__ import annotations

import json
from pathlib import Path

from inclusion_rules.cli import main
from inclusion_rules.loading.schema import KINDS

SOUND = Path(__file__).parents[1] / "errors" / "sound"


def test_without_a_kind_the_kinds_are_listed(capsys):
    """Whoever does not know the kinds is shown them."""
    assert 0 == main(["schema"])
    assert list(KINDS) == capsys.readouterr().out.split()


def test_a_kind_is_shown_as_json(capsys):
    """One schema goes to standard output, ready to be kept."""
    assert 0 == main(["schema", "rule"])
    assert "https://json-schema.org/draft/2020-12/schema" == json.loads(capsys.readouterr().out)["$schema"]


def test_an_unknown_kind_is_wrong_usage(capsys):
    """A slip is told with the nearest kind."""
    assert 2 == main(["schema", "rules"])
    assert "did you mean `rule`?" in capsys.readouterr().err


def test_all_are_written_to_a_folder(tmp_path):
    """With `--out` each kind becomes a file of its own."""
    assert 0 == main(["schema", "--out", str(tmp_path / "schemas")])
    assert {f"{kind}.schema.json" for kind in KINDS} == {path.name for path in (tmp_path / "schemas").iterdir()}


def test_the_names_of_other_packs_can_be_asked_for(capsys):
    """A council completes the names of its own packs."""
    main(["schema", "rule", "--rules", str(SOUND / "rules")])

    drawn = json.loads(capsys.readouterr().out)
    assert "board told on" in drawn["$defs"]["Condition"]["properties"]
