"""The law that ships, a small sound pack, and the schemas made from the names of each."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.schema import KINDS, schema_of
from inclusion_rules.loading.trees import kind_of_file, read_tree
from inclusion_rules.loading.yaml_tree import plain

SOUND = Path(__file__).parents[1] / "errors" / "sound"


@pytest.fixture(scope="session")
def shipped_law() -> Rulebook:
    """Every pack and pathway that ships."""
    return open_rulebook()


@pytest.fixture(scope="session")
def sound_law() -> Rulebook:
    """The small packs of the error gallery, in which nothing is wrong."""
    return open_rulebook([SOUND / "rules"], [SOUND / "pathways"])


def validators(rulebook: Rulebook) -> dict[str, Draft202012Validator]:
    """A validator for each kind of file."""
    return {kind: Draft202012Validator(schema_of(kind, rulebook)) for kind in KINDS}


@pytest.fixture(scope="session")
def shipped_schemas(shipped_law: Rulebook) -> dict[str, Draft202012Validator]:
    """The schemas with the names of the law that ships."""
    return validators(shipped_law)


@pytest.fixture(scope="session")
def sound_schemas(sound_law: Rulebook) -> dict[str, Draft202012Validator]:
    """The schemas with the names of the small packs."""
    return validators(sound_law)


@pytest.fixture(scope="session")
def as_json() -> Callable[[Path], Any]:
    """Reads a file as an editor's validator sees it: dates as text."""

    def read(path: Path) -> Any:
        node = read_tree(path, Problems())
        return None if node is None else _texts(plain(node))

    return read


def _texts(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _texts(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_texts(value) for value in data]
    return data.isoformat() if isinstance(data, date) else data


@pytest.fixture(scope="session")
def kind_of() -> Callable[[Path], str | None]:
    """Which schema a file is held against, by its place in a pack, or else by what it holds; None for no schema."""
    folders = {"parameters": "parameter", "tables": "table", "scenarios": "scenarios", "calendars": "calendar"}
    folders |= {"commitments": "commitment", "choices": "choice"}
    named = {"pack": "pack", "facts": "facts", "provisions": "provisions", "seed": "seed", "coverage": "coverage"}
    named["tensions"] = "tensions"

    def tell(path: Path) -> str | None:
        home = next((above for above in path.parents if (above / "pack.yaml").is_file()), None)
        if home is None:
            node = read_tree(path, Problems())
            return None if node is None else {"other": None}.get(kind_of_file(node), kind_of_file(node))
        first, *rest = path.relative_to(home).with_suffix("").parts
        if first == "documents":
            return None  # documents have a grammar of their own, and no schema yet
        return folders.get(first) or named.get(first) or ("rule" if rest else None)

    return tell


@pytest.fixture
def laid_over(tmp_path: Path) -> Callable[[Path], Path]:
    """Copies the sound files with those of an exhibit of the error gallery laid over them."""

    def lay(exhibit: Path) -> Path:
        shutil.copytree(SOUND, tmp_path, dirs_exist_ok=True)
        shutil.copytree(exhibit, tmp_path, dirs_exist_ok=True)
        return tmp_path

    return lay
