"""Packs as they are typed: a folder or file, the id of a pack that ships, or the law to decide by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.cli.errors import UsageError
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.loading.trees import shipped


def paths_of(named: Iterable[str]) -> tuple[Path, ...]:
    """The paths that were typed; a name that is no path here, but a pack that ships, stands for that pack's folder."""
    return tuple(_path_of(name) for name in named)


def law_of(rules: Sequence[Path] | None, pathways: Sequence[Path] | None = None) -> Rulebook:
    """The law of the folders typed after `--rules` and `--pathways`; the law that ships where nothing was typed.

    Raises:
        UsageError: the folders hold no pack.
        InvalidFilesError: a pack or pathway cannot be used as it stands.
    """
    return with_packs(open_rulebook(rules or (), pathways or ()), rules or ())


def places_of(rules: Sequence[Path] | None) -> tuple[Path, ...]:
    """Where what lies in packs beside their law is looked for: the folders typed after `--rules`, then what ships."""
    return (*(rules or ()), shipped("rules"))


def with_packs(law: Rulebook, folders: Sequence[Path]) -> Rulebook:
    """The same law, read from folders.

    Raises:
        UsageError: it has no pack.
    """
    if not law.packs:
        named = ", ".join(f"`{folder}`" for folder in folders)
        raise UsageError(f"there is no pack in {named}; expected a folder that holds packs, or one pack")
    return law


def _path_of(name: str) -> Path:
    path, pack = Path(name), shipped("rules") / name
    return pack if not path.exists() and (pack / "pack.yaml").is_file() else path
