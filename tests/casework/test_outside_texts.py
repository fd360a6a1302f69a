"""Texts that come from outside: they name no file of this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from inclusion_rules.casework.opening import read_case
from inclusion_rules.errors import InvalidFilesError

SECRET = "a line that nobody outside should see"


@pytest.mark.parametrize("key", ["calendar", "Calendar", "calender"])
def test_a_text_from_outside_opens_no_file(tmp_path: Path, key: str) -> None:
    """Without a folder to look in, a calendar is one that ships, and no file's words come back in a message."""
    file = tmp_path / "secret.yaml"
    file.write_text(SECRET, encoding="utf-8")

    with pytest.raises(InvalidFilesError) as raised:
        read_case(f"case: X\npathway: suspension\n{key}: {file}\nevents: []\n")

    assert SECRET not in str(raised.value)
    assert "K404" in {diagnostic.code for diagnostic in raised.value.diagnostics}
