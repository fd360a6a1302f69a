"""The invented county of these tests, and a short way to have its promises worked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from inclusion_rules import open_rulebook
from inclusion_rules.domain.commitments import Figures
from inclusion_rules.domain.facts import Known, Nothing
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.engine.commitments import CommitmentState
from inclusion_rules.reporting.commitments import register

HERE = Path(__file__).parent
ON = date(2025, 3, 31)

State = Callable[..., CommitmentState]


@pytest.fixture(scope="session")
def county() -> Rulebook:
    """The sound pack of these tests."""
    return open_rulebook([HERE / "sound" / "rules"])


@pytest.fixture(scope="session")
def state(county: Rulebook) -> State:
    """Works out one commitment of the county from figures given by name."""

    def work_out(
        commitment: str, values: Mapping[str, Known | Nothing] | None = None, *, as_of: date = ON
    ) -> CommitmentState:
        figures = Figures("county", min(ON, as_of), values) if values is not None else None
        found = register(county, ["county"], as_of=as_of, figures=figures)
        return next(each for each in found.states if each.commitment.id == commitment)

    return work_out
