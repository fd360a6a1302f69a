"""Where the law is written (provisions) and the quantities it fixes (dated, cited parameters).

Knows dates and citations; does not know rules, cases or calendars.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from inclusion_rules.domain.conditions import Condition
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import Unit


@dataclass(frozen=True, slots=True)
class NotSet:
    """A quantity that an authority could fix and has not; it is never a number, and never silently left out."""


NOT_SET = NotSet()
Amount = float | date | tuple[str, ...] | str | NotSet
"""What a parameter can come to: a number, a day, a list of days, a reading in a word, or nothing set."""


@dataclass(frozen=True, slots=True)
class WordsReliedOn:
    """The digest of what was relied on when a provision was last read: the law's own `text`, or only our `notes`."""

    digest: str
    of: str

    @property
    def of_text(self) -> bool:
        """Whether the words are those of the law itself."""
        return self.of == "text"


@dataclass(frozen=True, slots=True)
class Provision:
    """A place in an instrument, spelled as it is cited, with how far what we say of it was confirmed."""

    citation: str
    says: str
    certainty: str
    sources: tuple[str, ...] = ()
    read_on: date | None = None
    words: WordsReliedOn | None = field(default=None, compare=False)
    span: Span | None = field(default=None, compare=False)

    @property
    def notes_digest(self) -> str:
        """The digest of what we say of the place, as `words: {of: notes}` holds it."""
        return digest_of_words(f"{self.citation}: {self.says}")


def digest_of_words(text: str) -> str:
    """A digest that tells words apart, and not how they are broken into lines or spaced.

    >>> digest_of_words("within 15\\n  school days ") == digest_of_words("within 15 school days")
    True
    """
    return f"sha256:{hashlib.sha256(' '.join(text.split()).encode('utf-8')).hexdigest()}"


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """One version of a parameter: its value from the first day to the last, both included."""

    value: Amount
    first: date
    last: date | None
    cites: tuple[str, ...]
    otherwise: float | None = None
    otherwise_when: Condition | None = None

    def covers(self, day: date) -> bool:
        """Whether this version is the one for `day`."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class OpenToChoice:
    """What a national parameter leaves to local choice: a direction with bounds, or one of several words."""

    may_be: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.words:
            return f"one of {', '.join(word.replace('_', ' ') for word in self.words)}"
        bounds = [("at least", self.at_least), ("at most", self.at_most)]
        told = "shorter or longer" if self.may_be == "either" else str(self.may_be)
        return ", ".join([told, *(f"{name} {value:g}" for name, value in bounds if value is not None)])


@dataclass(frozen=True, slots=True)
class Parameter:
    """A quantity that the law fixes, in its unit, with every dated version of it.

    Where sources disagree it is a reading: one of the words in `readings`, each with what it means.
    """

    name: str
    title: str
    unit: Unit
    values: tuple[ParameterValue, ...]
    local_choice: OpenToChoice | None = None
    certainty: str = "confirmed"
    readings: Mapping[str, str] = field(default_factory=dict)
    span: Span | None = field(default=None, compare=False)

    def on(self, day: date) -> ParameterValue | None:
        """The version for a day, or None where the parameter has none."""
        return next((version for version in self.values if version.covers(day)), None)
