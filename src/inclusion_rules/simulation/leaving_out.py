"""A cohort without some of its cases: every other case is the one that it was, drawn and decided as before.

A case that waits for the same room as one that is left out waits as long as it did: the turn of the one left out stays
taken. What would happen to the others if it had never asked is a question for another plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.simulation.cohort import Cohort
from inclusion_rules.simulation.cohort_columns import CohortBlock


class UnknownCaseError(InclusionRulesError):
    """A case that was to be left out and is not in the cohort, or all of them."""


@dataclass(frozen=True, slots=True)
class LeavingOut:
    """A cohort but for the cases of some numbers."""

    cohort: Cohort
    numbers: tuple[int, ...]

    @classmethod
    def named(cls, cohort: Cohort, names: Iterable[str]) -> LeavingOut:
        """A cohort but for the cases of some names.

        Raises:
            UnknownCaseError: one of them is no case of the cohort, or none would be left.
        """
        found = {_number_of(name, cohort) for name in names}
        if len(found) == cohort.cases:
            raise UnknownCaseError("no case would be left; a run has at least 1")
        return cls(cohort, tuple(sorted(found)))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the cases that are left out, in order."""
        return tuple(_name_of(number, self.cohort) for number in self.numbers)

    @property
    def cases(self) -> int:
        """How many cases there are by their numbers, those left out among them."""
        return self.cohort.cases

    def block(self, first: int, last: int) -> list[CohortBlock]:
        """The cases of the cohort from one number up to another that are not left out."""
        return [self._rest_of(block) for block in self.cohort.block(first, last)]

    def _rest_of(self, block: CohortBlock) -> CohortBlock:
        rest = np.flatnonzero(~np.isin(block.numbers, self.numbers))
        return block if len(rest) == len(block) else block.take(rest)


def _name_of(number: int, cohort: Cohort) -> str:
    return f"{cohort.prefix}{number:09d}"


def _number_of(name: str, cohort: Cohort) -> int:
    digits = name.removeprefix(cohort.prefix)
    if digits.isdecimal() and digits.isascii() and _name_of(int(digits), cohort) == name:
        number = int(digits)
        if number < cohort.cases:
            return number
    first, last = _name_of(0, cohort), _name_of(cohort.cases - 1, cohort)
    raise UnknownCaseError(f"`{name}` is no case of this cohort, whose cases are {first} to {last}")
