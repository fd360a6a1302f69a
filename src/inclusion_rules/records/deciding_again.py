"""Every case of a store decided by two engines as of one day, and where the second differs from the definition.

Counts what was compared, so that agreement can be told from silence. Knows nothing of chains, and repairs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from inclusion_rules.casework.agreement import Disagreement, Executor
from inclusion_rules.casework.deciding import decide_twice
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import InclusionRulesError


@dataclass(slots=True)
class DecidedAgain:
    """What came of deciding cases twice.

    `findings` counts outcomes of rules at every moment of every case, `conditions` what else was answered twice.
    `first` is the first disagreement with its case; `without` holds the cases that could not be compared, each with
    the reason.
    """

    executor: Executor
    as_of: date
    cases: int = 0
    moments: int = 0
    findings: int = 0
    conditions: int = 0
    disagreements: int = 0
    disagreeing_cases: int = 0
    first: tuple[str, Disagreement] | None = None
    without: list[tuple[str, str]] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """Whether every case was compared and nothing differs."""
        return not self.disagreements and not self.without

    def decide(self, record: CaseRecord, rulebook: Rulebook) -> None:
        """Decide one more case twice."""
        try:
            _, agreement = decide_twice(record, rulebook, as_of=self.as_of, engine=self.executor)
        except InclusionRulesError as error:
            self.without.append((record.id, str(error)))
            return
        self.cases += 1
        self.moments += agreement.moments
        self.findings += agreement.findings
        self.conditions += agreement.conditions
        self.disagreements += len(agreement.disagreements)
        if agreement.disagreements:
            self.disagreeing_cases += 1
            self.first = self.first or (record.id, agreement.disagreements[0])
