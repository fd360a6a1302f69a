"""What can go wrong, said so that the person who made the slip can put it right.

A problem in a file is a `Diagnostic`; several of them travel together in an `InvalidFilesError`, so that every problem
of a folder is told at once. Everything raised on purpose derives from `InclusionRulesError`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from inclusion_rules.source import Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem in one file: place, code, message, excerpt and help.

    `excerpt` is the line of the file as it stands (empty where the file could not be read).
    """

    place: Span
    code: str
    message: str
    excerpt: str = ""
    help: str = ""
    severity: str = "error"

    def rendered(self) -> str:
        """The problem as it is shown to a person, the words at fault underlined."""
        lines = [f"{self.place}: {self.severity}[{self.code}]: {self.message}"]
        if self.excerpt:
            number = str(self.place.line).rjust(5)
            shown = self.excerpt.rstrip("\n")
            offset = self.place.column - 1
            start = max(0, offset - 60) if len(shown) > 120 else 0
            shown = shown[start : start + 120]
            width = max(1, min(self.place.width, len(shown) - (offset - start)))
            lines.append(f"{number} | {shown}")
            lines.append(f"      | {' ' * (offset - start)}{'^' * width}")
        if self.help:
            lines.append(f"   help: {self.help}")
        return "\n".join(lines)


class InclusionRulesError(Exception):
    """The root of every error this library raises on purpose."""


class InvalidFilesError(InclusionRulesError):
    """One or more files cannot be used as they stand; `diagnostics` holds every problem found, in order of place."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(
            sorted(dict.fromkeys(diagnostics), key=lambda d: (d.place.file, d.place.line, d.place.column, d.code))
        )
        super().__init__("\n\n".join(diagnostic.rendered() for diagnostic in self.diagnostics))

    def __reduce__(self) -> tuple[type[InvalidFilesError], tuple[tuple[Diagnostic, ...]]]:
        return (InvalidFilesError, (self.diagnostics,))


class CalendarGapError(InclusionRulesError):
    """A count ran past the days that a calendar knows; `missing_from` and `missing_to` say which dates it lacks."""

    def __init__(self, calendar: str, missing_from: date, missing_to: date | None = None) -> None:
        self.calendar = calendar
        self.missing_from = missing_from
        self.missing_to = missing_to
        until = f" to {missing_to.isoformat()}" if missing_to else " onwards"
        super().__init__(
            f"calendar `{calendar}` does not know the dates from {missing_from.isoformat()}{until}; "
            "add those terms, or give a calendar that covers them"
        )

    def __reduce__(self) -> tuple[type[CalendarGapError], tuple[str, date, date | None]]:
        return (CalendarGapError, (self.calendar, self.missing_from, self.missing_to))


class UnknownNameError(InclusionRulesError):
    """A name that nothing carries; `nearest` is the nearest one that exists, if any is near."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.nearest = nearest_word(name, known)
        hint = f"; did you mean `{self.nearest}`?" if self.nearest else ""
        article = "an" if kind[0] in "aeio" else "a"
        super().__init__(f"`{name}` is not {article} {kind} known here{hint}")

    def __reduce__(self) -> tuple[type[UnknownNameError], tuple[str, str, tuple[str, ...]]]:
        return (UnknownNameError, (self.kind, self.name, (self.nearest,) if self.nearest else ()))


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that most resembles `word`, or None when none is near.

    >>> nearest_word("govening board", ["governing board", "headteacher"])
    'governing board'
    """
    candidates = list(known)
    found = difflib.get_close_matches(word, candidates, n=1, cutoff=0.6)
    if not found:
        folded = {candidate.casefold().replace("_", " "): candidate for candidate in candidates}
        found = [
            folded[near]
            for near in difflib.get_close_matches(word.casefold().replace("_", " "), list(folded), n=1, cutoff=0.6)
        ]
    return found[0] if found else None
