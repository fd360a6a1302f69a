"""Files that are there whole or not at all: written beside their places, and moved there once everything is written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from inclusion_rules.errors import InclusionRulesError

_BESIDE = ".partial"


class ExportError(InclusionRulesError):
    """Something cannot be exported as asked, or not there; the message says why and what would help."""


@contextmanager
def whole_files(*paths: Path) -> Iterator[tuple[TextIO, ...]]:
    """Streams for the texts of some files, as UTF-8; none of the files appears before all are written.

    Raises:
        ExportError: one of them cannot be written, or the disk is full; nothing is left behind.
    """
    beside = [path.with_name(path.name + _BESIDE) for path in paths]
    streams: list[TextIO] = []
    try:
        for path, place in zip(paths, beside, strict=True):
            if path.is_dir():
                raise ExportError(f"`{path}` is a folder; name a file")
            streams.append(place.open("w", encoding="utf-8", newline=""))
        yield tuple(streams)
        for stream in streams:
            stream.close()
        for path, place in zip(paths, beside, strict=True):
            os.replace(place, path)
    except OSError as error:
        named = str(getattr(error, "filename", None) or paths[0]).removesuffix(_BESIDE)
        raise ExportError(f"`{named}` cannot be written: {error.strerror or error}") from error
    finally:
        for stream in streams:
            with suppress(OSError):
                stream.close()
        for place in beside:
            place.unlink(missing_ok=True)
