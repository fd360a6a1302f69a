"""Schemas held against files and against the loader: what one takes or refuses, the other takes or refuses as well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from inclusion_rules.loading.schema import KINDS
from inclusion_rules.loading.trees import shipped

SOUND = Path(__file__).parents[1] / "errors" / "sound"
GALLERY = Path(__file__).parents[1] / "errors" / "gallery"
ONLY_THE_LOADER_SEES = {
    # A schema looks at one file and at its shape: names of other files' making, and cells, are words to it.
    ("R203_unknown_word", "rules/local/pack.yaml"),
    ("R203_unknown_word", "pathways/sample.yaml"),
    ("R203_choice", "rules/local/choices/hering_limit.yaml"),
    ("R203_tensions", "rules/local/tensions.yaml"),
    ("R203_coverage", "rules/sample/coverage.yaml"),
    # Whether a value fits hangs on the layer of the pack, or on the parameter below that a file is named for.
    ("R204_not_set", "rules/sample/parameters/board_limit.yaml"),
    ("R204_not_set", "rules/local/choices/hearing_limit.yaml"),
    ("R205_choice_unit", "rules/local/choices/hearing_limit.yaml"),
    ("R204_table_cells", "rules/sample/tables/length.yaml"),
    ("C304_before_birth", "cases/case.yaml"),
}
SHAPES_AND_NAMES = re.compile(r"(R20[1-58]|C30[135-9])_")
FILE = re.compile(r"^(\S+?):\d+:\d+: error", re.MULTILINE)
WITH_SCHEMA = re.compile(r"^(?!rules/\w+/(attributes|events|roles|duties)\.yaml)")


def shipped_files():
    """Every YAML file that ships, but the packs among the examples, whose names are their own."""
    found = (path for part in ("rules", "pathways", "examples") for path in shipped(part).rglob("*.yaml"))
    return sorted(path for path in found if shipped("examples") / "packs" not in path.parents)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_itself_sound(kind, shipped_schemas):
    """Each schema keeps to the dialect it names."""
    Draft202012Validator.check_schema(shipped_schemas[kind].schema)


@pytest.mark.parametrize("kind", KINDS)
def test_every_reference_leads_somewhere(kind, shipped_schemas):
    """No schema refers to a definition that it lacks, nor carries one that nothing refers to."""
    text = repr(shipped_schemas[kind].schema)
    referred = set(re.findall(r"'#/\$defs/([^']+)'", text))

    assert set(shipped_schemas[kind].schema["$defs"]) == referred


def test_every_shipped_file_fits_its_schema(shipped_schemas, as_json, kind_of):
    """An editor marks nothing in the law that ships, its scenarios, calendars, pathways and examples."""
    told = [
        f"{path}: {problem.message[:200]}"
        for path in shipped_files()
        if (kind := kind_of(path)) is not None
        for problem in shipped_schemas[kind].iter_errors(as_json(path))
    ]

    assert [] == told


def test_most_shipped_files_have_a_schema(kind_of):
    """The test above looks at every kind of file but the few dictionaries that have no schema."""
    left_out = {path.stem for path in shipped_files() if kind_of(path) is None and path.parent.name != "documents"}

    assert left_out <= {"attributes", "codes", "duties", "events", "further_duties", "roles", "service"}


@pytest.mark.parametrize("path", sorted(SOUND.rglob("*.yaml")), ids=lambda path: path.relative_to(SOUND).as_posix())
def test_what_the_loader_takes_the_schema_takes(path, sound_schemas, as_json, kind_of):
    """The sound files of the error gallery fit their schemas."""
    kind = kind_of(path)
    if kind is None:
        assert path.stem in {"attributes", "duties", "events", "further_duties", "roles"}
        return

    assert [] == [problem.message for problem in sound_schemas[kind].iter_errors(as_json(path))]


def exhibits():
    """Each file of the gallery that the loader refuses for its keys, words or values."""
    for folder in sorted(GALLERY.iterdir()):
        if SHAPES_AND_NAMES.match(folder.name):
            told = FILE.findall((folder / "told.txt").read_text(encoding="utf-8"))
            for file in sorted({file for file in told if WITH_SCHEMA.match(file)}):
                if (folder.name, file) not in ONLY_THE_LOADER_SEES:
                    yield pytest.param(folder, file, id=f"{folder.name}-{file}")


@pytest.mark.parametrize(("folder", "file"), list(exhibits()))
def test_what_the_loader_refuses_the_schema_refuses(folder, file, laid_over, sound_schemas, as_json, kind_of):
    """A slip that `check` tells is marked by an editor as well."""
    path = laid_over(folder) / file

    assert not sound_schemas[kind_of(path)].is_valid(as_json(path))
