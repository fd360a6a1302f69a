"""The command line as a whole: finding a command, telling what there is, and ending well whatever happens."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import inclusion_rules.cli
from inclusion_rules.cli import COMMANDS, main
from inclusion_rules.cli.showing import OutputError, write_file
from inclusion_rules.errors import CalendarGapError, UnknownNameError

SOURCE = Path(inclusion_rules.cli.__file__).parents[2]
Run = Callable[..., Any]
OURS = ("case", "deadline", "demo")


def shell(*arguments: object, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, for what can only be seen from outside."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), **settings.pop("env", {})}
    command = [sys.executable, "-m", "inclusion_rules.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, env=environment, **settings)


@pytest.mark.parametrize("typed", [["--help"], ["-h"], ["help"]])
def test_help_lists_the_commands(run: Run, typed: Sequence[str]) -> None:
    """Whoever asks for help sees what there is, on standard output."""
    said = run(*typed)

    assert 0 == said.code
    assert all(f"  {name}" in said.out for name in OURS)


def test_nothing_typed_is_wrong_usage(run: Run) -> None:
    """Without a command the overview goes to standard error, so that a script notices."""
    said = run()

    assert (2, "") == (said.code, said.out)
    assert "usage: inclusion-rules COMMAND" in said.err


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("form", ["{} --help", "{} -h", "help {}"])
def test_every_command_explains_itself_with_an_example(run: Run, name: str, form: str) -> None:
    """Each page of help holds an example that can be typed as it stands."""
    said = run(*form.format(name).split())

    assert 0 == said.code
    assert f"inclusion-rules {name} " in said.out.split("Example", 1)[1]


def test_the_version_can_be_asked_for(run: Run) -> None:
    """A report of a fault can say which version it was."""
    said = run("--version")

    assert 0 == said.code
    assert said.out.startswith("inclusion-rules ")


@pytest.mark.parametrize(
    ("typed", "meant"), [("csae", "case"), ("dead-line", "deadline"), ("--verson", "--version"), ("Demo", "demo")]
)
def test_a_mistyped_command_is_answered_with_the_nearest(run: Run, typed: str, meant: str) -> None:
    """The person's own word comes back, with the one that was likely meant."""
    said = run(typed)

    assert 2 == said.code
    assert f"`{typed}`" in said.err
    assert f"`{meant}`" in said.err


def test_a_mistyped_option_is_answered_with_the_nearest(run: Run, case_file: Path) -> None:
    """Options too."""
    said = run("case", case_file, "--fromat", "json")

    assert 2 == said.code
    assert "--format" in said.err


def test_the_exit_code_is_a_plain_number(case_file: Path) -> None:
    """`sys.exit` is given a number of the contract."""
    assert main(["case", str(case_file), "--as-of", "2025-02-10", "--format", "json"]) == 0


def failing(problem: BaseException) -> Callable[..., int]:
    """A command that fails in one way."""

    def command() -> int:
        """Fail."""
        raise problem

    return command


@pytest.mark.parametrize(
    ("problem", "code", "says"),
    [
        (KeyboardInterrupt(), 1, "stopped"),
        (BrokenPipeError(), 0, ""),
        (CalendarGapError("a_school", date(2027, 7, 24)), 1, "a_school"),
        (RecursionError(), 1, "nested too deep"),
        (MemoryError(), 1, "memory"),
        (ZeroDivisionError("of all things"), 1, "ZeroDivisionError: of all things"),
    ],
)
def test_every_failure_ends_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    problem: BaseException,
    code: int,
    says: str,
) -> None:
    """Whatever goes wrong, there is an exit code and no traceback."""
    monkeypatch.setattr("inclusion_rules.cli.demo.demo", failing(problem))
    answer = main(["demo"])
    captured = capsys.readouterr()

    assert code == answer
    assert says in captured.err
    assert "Traceback" not in captured.err


def test_a_command_that_is_not_there_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command of the contract whose module this version lacks could not run; it is not a slip of the keyboard."""
    monkeypatch.setitem(COMMANDS, "workbench", "the policy officer's page")
    monkeypatch.setattr("inclusion_rules.cli.find_spec", lambda name: None)
    said = run("workbench")

    assert 1 == said.code
    assert "`workbench` is not part of this version" in said.err


def test_only_what_is_asked_for_is_imported(case_file: Path) -> None:
    """Deciding a case waits for no page template, no calendar library and no other command."""
    looked_for = "('rich', 'icalendar', 'jinja2', 'inclusion_rules.cli.demo', 'inclusion_rules.cli.deadline')"
    script = (
        "import sys; from inclusion_rules.cli import main; "
        f"main(['case', {str(case_file)!r}, '--as-of', '2025-02-10']); "
        f"sys.exit(' '.join(name for name in {looked_for} if name in sys.modules) or 0)"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, text=True, env=environment)

    assert "" == ended.stderr


def test_what_is_piped_holds_no_escape_codes(case_file: Path) -> None:
    """Colour is for terminals; a file or another program is sent text."""
    ended = shell("case", case_file, "--as-of", "2025-01-28", env={"FORCE_COLOR": "1"})

    assert 0 == ended.returncode
    assert ended.stdout
    assert b"\x1b" not in ended.stdout


def test_a_terminal_of_few_signs_is_sent_signs_it_has(tmp_path: Path, case_file: Path) -> None:
    """Where only ASCII can be shown, a case with other letters is shown all the same."""
    path = tmp_path / "case.yaml"
    path.write_text(case_file.read_text("utf-8").replace("LEI-2025-0042", "École – 42"), "utf-8")
    ended = shell("case", path, "--as-of", "2025-02-10", env={"PYTHONIOENCODING": "ascii"})

    assert 0 == ended.returncode
    assert ended.stdout.startswith(b"Ecole - 42: permanent exclusion")


def test_a_reader_who_has_read_enough_is_no_failure(case_file: Path) -> None:
    """`inclusion-rules case … | head -1` ends quietly."""
    command = [sys.executable, "-m", "inclusion_rules.cli", "case", str(case_file), "--as-of", "2025-02-10"]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False, env=environment)
    os.close(writing)

    assert (0, b"") == (ended.returncode, ended.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told(case_file: Path) -> None:
    """A result that was lost is a failure, also where it was sent to standard output."""
    with Path("/dev/full").open("wb") as full:
        environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
        command = [sys.executable, "-m", "inclusion_rules.cli", "case", str(case_file), "--as-of", "2025-02-10"]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, env=environment)

    assert 1 == ended.returncode
    assert b"standard output cannot be written" in ended.stderr
    assert 1 == ended.stderr.count(b"\n")


@pytest.fixture
def no_room() -> Iterator[None]:
    """No file can grow beyond a few bytes, as on a full disk."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("no_room")
@pytest.mark.parametrize("before", [None, b"as it was"])
def test_a_result_for_which_there_is_no_room_leaves_the_file_as_it_was(before: bytes | None, tmp_path: Path) -> None:
    """Neither half a file nor an empty one, and nothing beside it."""
    place = tmp_path / "result.svg"
    if before is not None:
        place.write_bytes(before)

    with pytest.raises(OutputError, match="cannot be written: File too large"):
        write_file("much " * 1000, place)
    assert ([] if before is None else [before]) == [found.read_bytes() for found in tmp_path.iterdir()]


def test_a_result_takes_the_place_of_a_file_as_it_stood(tmp_path: Path) -> None:
    """Its permissions stay, and what leads to it by another name still does."""
    place, link = tmp_path / "result.svg", tmp_path / "latest.svg"
    place.write_text("old")
    place.chmod(0o640)
    link.symlink_to(place)

    write_file("new", link)
    assert ("new", 0o640) == (place.read_text(), place.stat().st_mode & 0o777)
    assert link.is_symlink()


def test_a_result_may_be_written_to_what_is_no_file() -> None:
    """Such as the device that takes everything."""
    write_file("much " * 1000, Path(os.devnull))

    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize(("kind", "told"), [("experiment", "is not an experiment"), ("unit", "is not a unit")])
def test_a_name_that_nothing_carries_is_told_in_good_english(kind: str, told: str) -> None:
    """The kind of thing stands behind its article."""
    assert told in str(UnknownNameError(kind, "zebra", ()))
