"""Keeps a rulebook that was read and checked once, so that the next process starts in a fraction of the time.

The key is a digest of every file the rulebook was made from, of this library's own modules, and of the interpreter: any
change to any of them misses. What is kept lies in the user's own cache folder, is written whole or not at all, and is
used only if nobody but the user could have written it. Nothing depends on it: without it everything is read afresh.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from inclusion_rules.domain.rulebook import Rulebook

PACKAGE = Path(__file__).parent.parent
KEPT = 8  # rulebooks, before the oldest is removed


def kept_rulebook(folders: Iterable[Path], read: Callable[[], Rulebook]) -> Rulebook:
    """The rulebook made from the files in `folders`: the kept one where it fits them, else what `read` gives."""
    place = _cache_folder()
    if place is None:
        return read()
    path = place / f"{_key(folders)}.rulebook"
    kept = _load(path)
    if kept is not None:
        return kept
    rulebook = read()
    _keep(path, rulebook)
    return rulebook


def _key(folders: Iterable[Path]) -> str:
    total = hashlib.sha256(sys.version.encode())
    for path in sorted(PACKAGE.rglob("*.py")):
        found = path.stat()
        total.update(f"{path.relative_to(PACKAGE)}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".yaml", ".json") and "scenarios" not in path.relative_to(folder).parts:
                content = path.read_bytes()
                total.update(f"{path}\0{len(content)}\0".encode())
                total.update(content)
    return total.hexdigest()


def _cache_folder() -> Path | None:
    if os.environ.get("INCLUSION_RULES_CACHE") == "off":
        return None
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = Path(home) / "inclusion-rules"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        owned = folder.stat()
    except OSError:
        return None
    if hasattr(os, "getuid") and (owned.st_uid != os.getuid() or owned.st_mode & 0o022):
        return None
    return folder


def _load(path: Path) -> Rulebook | None:
    try:
        with path.open("rb") as file:
            if hasattr(os, "getuid") and os.fstat(file.fileno()).st_uid != os.getuid():
                return None
            found = pickle.load(file)  # noqa: S301 - the folder is the user's own, see `_cache_folder`
    except Exception:  # a kept copy that cannot be used in any way is as good as none
        return None
    return found if isinstance(found, Rulebook) else None


def _keep(path: Path, rulebook: Rulebook) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=path.parent)
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as file:
            pickle.dump(rulebook, file, protocol=pickle.HIGHEST_PROTOCOL)
        os.replace(name, path)
        others = sorted(path.parent.glob("*.rulebook"), key=lambda kept: kept.stat().st_mtime)
        for old in others[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        Path(name).unlink(missing_ok=True)
