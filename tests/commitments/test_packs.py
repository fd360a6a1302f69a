"""How commitments stand in a pack: they change no digest, use parameters, and an editor knows their grammar."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from inclusion_rules import open_rulebook
from inclusion_rules.cli.check import checked
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.schema import schema_of
from inclusion_rules.loading.trees import read_tree
from inclusion_rules.loading.yaml_tree import plain

HERE = Path(__file__).parent
VISITS = "county/commitments/visits.yaml"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the rules of the invented county."""
    return Path(shutil.copytree(HERE / "sound" / "rules", tmp_path / "rules"))


def digest(rules: Path) -> str:
    """The digest of the county's pack."""
    return open_rulebook([rules]).packs["county"].digest


def test_a_changed_promise_leaves_the_digest_as_it_is(copied: Path) -> None:
    """A milestone that is ticked off must not make every stored case differ from the law it was pinned to."""
    before = digest(copied)
    for name in (VISITS, "county/seed.yaml"):
        path = copied / name
        path.write_text(path.read_text("utf-8") + "# seen\n", "utf-8")

    assert before == digest(copied)


def test_a_changed_rule_changes_the_digest(copied: Path) -> None:
    """What decides cases is still told apart."""
    before = digest(copied)
    path = copied / "county/visits/look.yaml"
    path.write_text(path.read_text("utf-8") + "note: seen\n", "utf-8")

    assert before != digest(copied)


def test_a_parameter_that_only_a_commitment_uses_is_used(copied: Path) -> None:
    """Without the promise that asks for it, the aim of the visits would be a number for nothing."""
    assert () == checked([copied]).diagnostics
    (copied / VISITS).unlink()
    (copied / "county/commitments/money.yaml").unlink()
    (copied / "county/seed.yaml").unlink()

    assert {"R212"} == {one.code for one in checked([copied]).diagnostics}


def as_json(path: Path) -> dict[str, Any]:
    """A file as an editor's validator sees it: dates as text."""
    tree = read_tree(path, Problems())
    assert tree is not None
    found = _texts(plain(tree))
    assert isinstance(found, dict)
    return found


def _texts(data: object) -> object:
    if isinstance(data, dict):
        return {key: _texts(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_texts(value) for value in data]
    return data.isoformat() if isinstance(data, date) else data


def slip(found: dict[str, Any], change: Mapping[str, object]) -> dict[str, Any]:
    """A commitment with some of its keys written otherwise."""
    return {**found, **change}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "promise"},
        {"owner": "the vistors"},
        {"cites": ["Plan para 9"]},
        {"rules": ["visits/lock"]},
        {"kept when": {"share visited": {"at least": 60}}},
        {"kept when": {"share visited": {"known": "yes"}}},
        {"figures": {"schools": {"kind": "text", "asks": "What?"}}},
        {"promises": "more"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_editor_marks_what_the_loader_refuses(county: Rulebook, change: Mapping[str, object]) -> None:
    """A slip in a commitment is seen as it is typed."""
    editor = Draft202012Validator(schema_of("commitment", county))
    sound = as_json(HERE / "sound" / "rules" / VISITS)

    assert editor.is_valid(sound)
    assert not editor.is_valid(slip(sound, change))


def test_an_editor_takes_a_figure_that_the_same_file_declares(county: Rulebook) -> None:
    """A new commitment brings its own figures, which no schema made before it can know."""
    editor = Draft202012Validator(schema_of("commitment", county))
    figures = {"walls painted": {"kind": "yes/no", "asks": "Were the walls painted?"}}
    new = slip(as_json(HERE / "sound" / "rules" / VISITS), {"figures": figures, "kept when": {"walls painted": "yes"}})

    assert editor.is_valid(new)


@pytest.mark.parametrize(
    ("values", "taken"),
    [
        ({"schools": 50, "list published on": "none"}, True),
        ({"schools": "many"}, False),
        ({"share visited": 62}, False),
        ({"schols": 50}, False),
    ],
)
def test_an_editor_knows_which_figures_are_asked_for(
    county: Rulebook, values: Mapping[str, object], taken: bool
) -> None:
    """Names, kinds, and that what is worked out is not given."""
    editor = Draft202012Validator(schema_of("figures", county))

    assert taken is editor.is_valid({"figures": "county", "on": "2025-03-31", "values": values})
