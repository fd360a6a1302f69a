"""What the reporting tests share: the shipped examples decided as of their day, and the outputs expected of them.

To write the expected outputs anew after a change that was meant: WRITE_GOLDEN=1 pytest tests/reporting, then read the
difference before committing it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import example, open_case, open_rulebook
from inclusion_rules.cli.demo import as_of_example
from inclusion_rules.reporting.case_page import CasePage, case_page

GOLDEN = Path(__file__).parent / "golden"


@lru_cache(maxsize=8)
def page_of(path: Path, as_of: date) -> CasePage:
    """A case file decided and arranged."""
    rulebook = open_rulebook()
    record = open_case(path, rulebook)
    return case_page(decide(record, rulebook, as_of=as_of), record=record, rulebook=rulebook)


@pytest.fixture
def shown() -> Callable[[str], CasePage]:
    """The page of a shipped example, as of the day it is shown."""
    return lambda name: page_of(example(name), as_of_example(name))


@pytest.fixture
def case_of(tmp_path: Path) -> Callable[[str, date], CasePage]:
    """The page of a case written out in a test."""

    def decided(text: str, as_of: date) -> CasePage:
        path = tmp_path / "case.yaml"
        path.write_text(text, "utf-8")
        return page_of(path, as_of)

    return decided


@pytest.fixture
def expected() -> Callable[[str, bytes], bytes]:
    """The expected output of that name; given the present one, so that it can be written where that is asked for."""

    def read(name: str, present: bytes) -> bytes:
        path = GOLDEN / name
        if os.environ.get("WRITE_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(present)
        return path.read_bytes()

    return read
