"""Builders for explanations: small cases, read by the same door as any other."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from itertools import count
from typing import Any

import pytest

from inclusion_rules.casework.opening import open_case, open_rulebook
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.loading.trees import shipped
from inclusion_rules.reporting.explained import Explanation
from inclusion_rules.reporting.explanation import explanation_of

SCHOOL = {"type": "academy", "phase": "secondary", "authority": "leicestershire"}
PUPIL = {
    "date_of_birth": "2010-11-02",
    "year_group": 9,
    "sen": "none",
    "looked_after": False,
    "social_worker": False,
    "home_authority": "leicestershire",
}
BOARD_MET_LATE = (
    {"date": "2024-11-18", "event": "suspended", "school_days": 2.5, "first_day": "2024-11-18"},
    {"date": "2025-01-13", "event": "permanently_excluded", "session": "morning"},
    {"date": "2025-01-13", "event": "parent_notified_in_writing"},
    {"date": "2025-01-14", "event": "governing_board_notified"},
    {"date": "2025-02-05", "event": "governing_board_met"},
)


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The national law that ships."""
    return open_rulebook([shipped("rules") / "england"])


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory, rulebook: Rulebook) -> Callable[..., CaseRecord]:
    """Builds a case from its events; what `pupil` says replaces the usual, and None leaves a key out."""
    folder = tmp_path_factory.mktemp("cases")
    numbers = count(1)

    def build(
        *events: dict[str, Any],
        pathway: str = "permanent_exclusion",
        pupil: dict[str, Any] | None = None,
        judgements: list[dict[str, Any]] | None = None,
        **more: Any,
    ) -> CaseRecord:
        described = {key: value for key, value in {**PUPIL, **(pupil or {})}.items() if value is not None}
        path = folder / f"case_{next(numbers)}.json"
        written = {
            "case": "EXAMPLE-1",
            "pathway": pathway,
            "calendar": "example",
            "school": SCHOOL,
            "pupil": described,
            "events": list(events),
            "judgements": judgements or [],
            **more,
        }
        path.write_text(json.dumps(written), encoding="utf-8")
        return open_case(path, rulebook)

    return build


@pytest.fixture(scope="session")
def explained(case: Callable[..., CaseRecord], rulebook: Rulebook) -> Callable[..., Explanation]:
    """Explains a rule or duty in a case built from events; the board that met a day late, unless others are given."""

    def explain(
        name: str,
        *events: dict[str, Any],
        and_then: Sequence[dict[str, Any]] = (),
        as_of: str = "2025-02-10",
        about: str | None = None,
        **more: Any,
    ) -> Explanation:
        record = case(*(events or BOARD_MET_LATE), *and_then, **more)
        day = date.fromisoformat(about) if about else None
        return explanation_of(record, rulebook, name, as_of=date.fromisoformat(as_of), about=day)

    return explain
