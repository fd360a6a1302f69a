"""What the second opinion is asked, and the ways in which it can fail to answer.

A question is a condition, with the values of its parameters, about the facts of one moment of a case. Knows nothing of
rules, of how the question came up, or of what the definition answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from inclusion_rules.domain.conditions import Condition
from inclusion_rules.domain.facts import FactKind, Known, Unknown, Value
from inclusion_rules.errors import InclusionRulesError

Answer = bool | None
"""Yes, no, or not known."""
Figure = Known | Unknown
"""What a parameter comes to; not known where nobody has set it."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a condition holds. `unless` names earlier questions of the same moment, by their positions.

    A yes becomes a no where one of those is answered yes: that is how an exception holds a rule back.
    """

    condition: Condition
    parameters: Mapping[str, Figure] = field(default_factory=dict)
    unless: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """The facts at one moment, the kind of each, and what is asked about them."""

    facts: Mapping[str, Value]
    kinds: Mapping[str, FactKind]
    questions: tuple[Question, ...]


class SecondOpinionError(InclusionRulesError):
    """The second opinion gave no answer, which says nothing of whether the first was right."""


class CannotBeAskedError(SecondOpinionError):
    """A question that cannot be put in whole numbers, such as one that holds a date against a word."""


class NotInstalledError(SecondOpinionError):
    """durable-rules is not there, or was built for another Python."""


class WorkerFailedError(SecondOpinionError):
    """The process that runs durable-rules ended, fell silent or contradicted itself, and again after a fresh start."""
