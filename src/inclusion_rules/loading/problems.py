"""Where problems gather while files are read, so that all of them can be told together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from inclusion_rules.errors import Diagnostic, InvalidFilesError, nearest_word
from inclusion_rules.loading.yaml_tree import Node, Source
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import identifier, words

LEFT_OUT = "(left out)"
"""Stands for words that are missing from a file; their absence is told where they are missing, and nowhere else."""


@dataclass
class Problems:
    """Diagnostics found so far, with the sources that excerpts are taken from and the trees that places are found in.

    `declared_badly` holds names whose own declaration has a problem that is already told: using them is no further one.
    `dictionary_unread` is set where a file that declares names could not be read at all, so that none can be called
    unknown.
    """

    sources: dict[str, Source] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    trees: dict[str, Node] = field(default_factory=dict)
    declared_badly: set[str] = field(default_factory=lambda: {LEFT_OUT, identifier(LEFT_OUT)})
    dictionary_unread: bool = False

    def add(self, span: Span, code: str, message: str, *, help: str = "", severity: str = "error") -> None:
        """Note one problem at a place; one of severity `warning` does not make a file invalid."""
        source = self.sources.get(span.file)
        diagnostic = Diagnostic(span, code, message) if source is None else source.diagnostic(span, code, message)
        self.found.append(replace(diagnostic, help=help, severity=severity))

    def unknown(self, span: Span, kind: str, name: str, known: Iterable[str], *, code: str = "R203") -> None:
        """Note a name that nobody declared, with the nearest declared one."""
        if self.has_told_of(name):
            return
        candidates = {words(candidate) if " " in name or "_" not in name else candidate for candidate in known}
        nearest = nearest_word(name, candidates)
        hint = f"did you mean `{nearest}`?" if nearest else _choices(sorted(candidates))
        self.add(span, code, f"`{name}` is not {kind}", help=hint)

    def has_told_of(self, name: str) -> bool:
        """Whether a name may be unknown only because its declaration, of which a problem is told, cannot be used."""
        return self.dictionary_unread or bool({name, identifier(name)} & self.declared_badly)

    def errors_in(self, file: str) -> bool:
        """Whether anything found so far makes that file invalid."""
        return any(one.place.file == file and one.severity == "error" for one in self.found)

    def extend(self, error: InvalidFilesError) -> None:
        """Take over the problems of another reading."""
        self.found.extend(error.diagnostics)

    def raise_if_any(self) -> None:
        """Raise everything found, if anything was.

        Raises:
            InvalidFilesError: at least one problem was noted.
        """
        errors = [diagnostic for diagnostic in self.found if diagnostic.severity == "error"]
        if errors:
            raise InvalidFilesError(errors)


def _choices(candidates: list[str]) -> str:
    if not candidates:
        return ""
    shown = ", ".join(f"`{candidate}`" for candidate in candidates[:12])
    more = len(candidates) - 12
    return f"it can be {shown}" + (f" and {more} more" if more > 0 else "")


def nearest_key(name: str, known: Mapping[str, object] | Iterable[str], *, as_identifiers: bool = False) -> str:
    """A help line with the nearest known key, or the keys there are; spelled with spaces, or as a case file does."""
    spelled = identifier if as_identifiers else words
    candidates = sorted(spelled(key) if spelled is words else key for key in known)
    nearest = nearest_word(spelled(name), candidates)
    return f"did you mean `{nearest}`?" if nearest else _choices(candidates)
