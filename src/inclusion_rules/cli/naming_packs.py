"""Packs as they are typed: a folder or file, or the id of a pack that ships."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from inclusion_rules.loading.trees import shipped


def paths_of(named: Iterable[str]) -> tuple[Path, ...]:
    """The paths that were typed; a name that is no path here, but a pack that ships, stands for that pack's folder."""
    return tuple(_path_of(name) for name in named)


def _path_of(name: str) -> Path:
    path, pack = Path(name), shipped("rules") / name
    return pack if not path.exists() and (pack / "pack.yaml").is_file() else path
