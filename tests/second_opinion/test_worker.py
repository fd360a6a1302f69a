"""The process that may die: what becomes of the question when it does, and what is told when it cannot be had."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.second_opinion.asking import is_, moment, worker_that

from inclusion_rules.second_opinion.opinion import SecondOpinion, durable_rules
from inclusion_rules.second_opinion.questions import NotInstalledError, WorkerFailedError
from inclusion_rules.second_opinion.worker_process import Worker

ASKED = [moment(is_("looked_after", True)), moment(is_("looked_after", True), looked_after=False)]
ANSWERS = [(True,), (False,)]


@pytest.fixture
def own(opinion: SecondOpinion) -> SecondOpinion:
    """A second opinion with a worker of its own, to be ill-treated."""
    del opinion
    return SecondOpinion()


def process_of(opinion: SecondOpinion) -> int:
    """The number of the worker's process."""
    opinion.begin()
    assert opinion.worker is not None
    return opinion.worker.process_id


def test_a_worker_that_was_killed_is_replaced(own: SecondOpinion) -> None:
    """The question after `kill -9` is answered by another process, which has been told all the rules again."""
    assert ANSWERS == own.answers(ASKED)
    first = process_of(own)
    os.kill(first, signal.SIGKILL)

    assert ANSWERS == own.answers(ASKED)
    assert 1 == own.restarts
    assert first != process_of(own)
    own.close()


def test_a_worker_that_is_killed_over_a_question_is_replaced(own: SecondOpinion) -> None:
    """Also where it dies between the question and the answer."""
    assert ANSWERS == own.answers(ASKED)
    process = process_of(own)
    os.kill(process, signal.SIGSTOP)
    killer = threading.Timer(0.3, os.kill, (process, signal.SIGKILL))
    killer.start()

    assert ANSWERS == own.answers(ASKED)
    assert 1 == own.restarts
    own.close()


@pytest.mark.parametrize(
    ("does", "told"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "the process of durable-rules was ended by SIGSEGV"),
        ("sys.exit(7)", "the process of durable-rules ended by itself, with code 7"),
        ("time.sleep(60)", "durable-rules gave no answer within 0.5 seconds"),
        ("say({'failed': 'IrregularError: a fact is still there'})", "a fact is still there"),
        ("say({'fired': []})", "durable-rules stopped: it gave no answer"),
        ("say([1])", "durable-rules stopped: it gave no answer"),
        ("print('half a line', end='', flush=True); sys.exit(0)", "ended by itself, with code 0"),
        ("print('not JSON', flush=True)", "durable-rules stopped: it gave no answer"),
    ],
)
def test_a_worker_that_fails_twice_is_told_and_answers_nothing(tmp_path: Path, does: str, told: str) -> None:
    """A crash, silence and nonsense are told as such; none of them is an answer."""
    opinion = SecondOpinion(lambda: Worker(program=worker_that(tmp_path, does), patience=0.5))

    with pytest.raises(WorkerFailedError) as failed:
        opinion.answers(ASKED)
    assert told in str(failed.value)
    assert None is opinion.worker


def test_yes_and_no_at_once_is_no_answer(tmp_path: Path) -> None:
    """Rules of both answers fired: the engine contradicts itself, and is not believed."""
    does = "asked = json.loads(line); say({'fired': [list(asked['load']['s0']) for _ in asked['ask']]})"
    opinion = SecondOpinion(lambda: Worker(program=worker_that(tmp_path, does)))

    with pytest.raises(WorkerFailedError, match="yes and no to the same question"):
        opinion.answers(ASKED)
    opinion.close()


def test_an_engine_that_is_not_installed_is_told_with_what_to_do(tmp_path: Path) -> None:
    """The extra, what it takes to build it, and the recipe for a later Python."""
    program = tmp_path / "worker.py"
    program.write_text("import json\nprint(json.dumps({'missing': True, 'why': ''}), flush=True)\n", "utf-8")

    with pytest.raises(NotInstalledError) as missing:
        Worker(program=program)
    assert (
        "the second opinion needs durable-rules, which is not installed. "
        "`pip install 'inclusion-rules[second-opinion]'` installs it on Python 3.11 and 3.12, where a C compiler and "
        "the headers of that Python are at hand (Debian and Ubuntu: gcc, python3-dev); on a later Python:  "
        "CPPFLAGS='-DPyEval_CallObject=PyObject_CallObject' pip install durable-rules" == str(missing.value)
    )


def test_an_engine_that_was_built_for_another_python_is_told(tmp_path: Path) -> None:
    """On Python 3.13 it installs, and then cannot be imported."""
    program = tmp_path / "worker.py"
    why = "ImportError: undefined symbol: PyEval_CallObject"
    program.write_text(f"import json\nprint(json.dumps({{'missing': False, 'why': {why!r}}}), flush=True)\n", "utf-8")

    with pytest.raises(NotInstalledError) as missing:
        Worker(program=program)
    assert f"durable-rules is installed and cannot be used ({why}). `pip install" in str(missing.value)


def test_the_worker_imports_nothing_of_the_library() -> None:
    """What answers a second time has none of the code that answered the first."""
    worker = Path(sys.modules[Worker.__module__].__file__ or "").with_name("worker.py")
    says = (
        "import runpy, sys\n"
        f"runpy.run_path({str(worker)!r}, run_name='worker')\n"
        "print([name for name in sys.modules if name.startswith('inclusion_rules')])"
    )
    ran = subprocess.run([sys.executable, "-P", "-c", says], capture_output=True, text=True, check=True)

    assert "[]" == ran.stdout.strip()


def test_one_worker_serves_a_process_and_ends_with_it(opinion: SecondOpinion) -> None:
    """It is started by the first question, is the same for everybody, and is gone when the process has ended."""
    del opinion
    says = (
        "from inclusion_rules.second_opinion.opinion import durable_rules as one\n"
        "assert one() is one() and one().worker is None\n"
        "one().begin()\n"
        "print(one().worker.process_id)\n"
    )
    ran = subprocess.run([sys.executable, "-c", says], capture_output=True, text=True, check=True, timeout=60)

    with pytest.raises(ProcessLookupError):
        os.kill(int(ran.stdout), 0)
    assert durable_rules() is durable_rules()


def test_a_full_worker_is_exchanged(opinion: SecondOpinion, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules are never given back, so after so many of them an empty worker takes over, and the answers stay."""
    monkeypatch.setattr("inclusion_rules.second_opinion.opinion.MOST_RULE_SETS", 2)
    own = SecondOpinion(opinion._start)
    before = process_of(own)
    answers = [own.answers([moment(is_("days", limit))]) for limit in (15, 15.5, 16, 17)]

    assert [[(False,)], [(True,)], [(False,)], [(False,)]] == answers
    assert before != process_of(own)
    assert 0 == own.restarts
    own.close()
