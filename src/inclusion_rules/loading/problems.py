"""Where problems gather while files are read, so that all of them can be told together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inclusion_rules.errors import Diagnostic, InvalidFilesError, nearest_word
from inclusion_rules.loading.yaml_tree import Source
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import words


@dataclass
class Problems:
    """Diagnostics found so far, and the sources that excerpts are taken from."""

    sources: dict[str, Source] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)

    def add(self, span: Span, code: str, message: str, *, help: str = "") -> None:
        """Note one problem at a place."""
        source = self.sources.get(span.file)
        if source is None:
            self.found.append(Diagnostic(span, code, message, help=help))
        else:
            self.found.append(source.diagnostic(span, code, message, help=help))

    def unknown(self, span: Span, kind: str, name: str, known: Iterable[str], *, code: str = "R203") -> None:
        """Note a name that nobody declared, with the nearest declared one."""
        candidates = {words(candidate) if " " in name or "_" not in name else candidate for candidate in known}
        nearest = nearest_word(name, candidates)
        hint = f"did you mean `{nearest}`?" if nearest else _choices(sorted(candidates))
        self.add(span, code, f"`{name}` is not {kind}", help=hint)

    def extend(self, error: InvalidFilesError) -> None:
        """Take over the problems of another reading."""
        self.found.extend(error.diagnostics)

    def raise_if_any(self) -> None:
        """Raise everything found, if anything was.

        Raises:
            InvalidFilesError: at least one problem was noted.
        """
        if self.found:
            raise InvalidFilesError(self.found)


def _choices(candidates: list[str]) -> str:
    if not candidates:
        return ""
    shown = ", ".join(f"`{candidate}`" for candidate in candidates[:12])
    more = len(candidates) - 12
    return f"it can be {shown}" + (f" and {more} more" if more > 0 else "")


def nearest_key(name: str, known: Mapping[str, object] | Iterable[str]) -> str:
    """A help line with the nearest known key, or the keys there are."""
    candidates = sorted(words(key) for key in known)
    nearest = nearest_word(words(name), candidates)
    return f"did you mean `{nearest}`?" if nearest else _choices(candidates)
