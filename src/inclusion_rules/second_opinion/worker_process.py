"""Starts the worker, talks to it, and tells whoever asked what became of it. Knows pipes and processes, no rules."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from inclusion_rules.second_opinion.questions import NotInstalledError, SecondOpinionError

WORKER = Path(__file__).with_name("worker.py")
PATIENCE = 120.0
"""Seconds after which a worker that has not answered is taken to hang."""
RECIPE = "CPPFLAGS='-DPyEval_CallObject=PyObject_CallObject' pip install durable-rules"
INSTALL = (
    "`pip install 'inclusion-rules[second-opinion]'` installs it on Python 3.11 and 3.12, where a C compiler and the "
    f"headers of that Python are at hand (Debian and Ubuntu: gcc, python3-dev); on a later Python:  {RECIPE}"
)


class WorkerEndedError(SecondOpinionError):
    """The worker ended, hung, or said itself that something was wrong; there is no answer."""


class Worker:
    """One worker, started at once."""

    def __init__(self, *, patience: float = PATIENCE, program: Path = WORKER) -> None:
        self._patience = patience
        self._hung = False
        # No folder of the script on the path, so that nothing there passes for somebody else's module.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-W", "ignore", str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        greeting = self._line_after(None)
        if "ready" not in greeting:
            self.close()
            why = greeting.get("why", greeting)
            if greeting.get("missing"):
                raise NotInstalledError(f"the second opinion needs durable-rules, which is not installed. {INSTALL}")
            raise NotInstalledError(f"durable-rules is installed and cannot be used ({why}). {INSTALL}")

    @property
    def process_id(self) -> int:
        """The number of the process."""
        return self._process.pid

    def ask(
        self, load: Mapping[str, object], questions: Sequence[tuple[str, Mapping[str, int]]]
    ) -> Sequence[Sequence[str]]:
        """The rules that each question fires, after sets of rules have been added.

        Raises:
            WorkerEndedError: there is no answer, and this worker is of no more use.
        """
        told = self._line_after(json.dumps({"load": load, "ask": questions}))
        fired = told.get("fired")
        if not isinstance(fired, list) or len(fired) != len(questions):
            self.close()
            raise WorkerEndedError(f"durable-rules stopped: {told.get('failed', 'it gave no answer')}")
        return cast(Sequence[Sequence[str]], fired)

    def close(self) -> None:
        """End the worker."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._process.wait()

    def _line_after(self, request: str | None) -> Mapping[str, Any]:
        """Send a line, and wait for the one that comes back."""
        sent, received = self._process.stdin, self._process.stdout
        assert sent is not None
        assert received is not None
        timer = threading.Timer(self._patience, self._give_up)
        timer.daemon = True
        timer.start()
        try:
            if request is not None:
                sent.write(request + "\n")
                sent.flush()
            line = received.readline()
        except OSError:
            line = ""
        finally:
            timer.cancel()
        if not line.endswith("\n"):
            self.close()
            raise WorkerEndedError(self._how_it_ended())
        try:
            told = json.loads(line)
        except ValueError:
            told = None
        return told if isinstance(told, dict) else {}

    def _give_up(self) -> None:
        self._hung = True
        self._process.kill()

    def _how_it_ended(self) -> str:
        if self._hung:
            return f"durable-rules gave no answer within {self._patience:g} seconds"
        code = self._process.returncode
        if code is not None and code < 0:
            return f"the process of durable-rules was ended by {signal.Signals(-code).name}"
        return f"the process of durable-rules ended by itself, with code {code}"
