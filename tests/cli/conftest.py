"""What the command-line tests share: running a command in this process and reading what it said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from inclusion_rules.casework.opening import example
from inclusion_rules.cli import main


@dataclass(frozen=True)
class Said:
    """How a command ended: its exit code, what it showed, and what it told the person at the keyboard."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs a command as if it had been typed, and holds it to what every command owes."""

    def typed(*arguments: object) -> Said:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        assert "fault of inclusion-rules" not in captured.err
        return Said(code, captured.out, captured.err)

    return typed


@pytest.fixture
def case_file() -> Path:
    """The case that the demo decides."""
    return example("leicestershire_permanent_exclusion")


@pytest.fixture
def altered(tmp_path: Path, case_file: Path) -> Callable[[str, str], Path]:
    """The demo's case with one thing written differently."""

    def write(what: str, instead: str) -> Path:
        text = case_file.read_text("utf-8")
        assert what in text
        path = tmp_path / "case.yaml"
        path.write_text(text.replace(what, instead), "utf-8")
        return path

    return write
