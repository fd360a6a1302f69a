"""A bar on standard error that tells how far a long piece of work has come and how long it will take."""

from __future__ import annotations

import sys
from types import TracebackType


class Progress:
    """Shown only where standard error is a terminal, so that logs stay clean."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._bar: object | None = None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            self._progress = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._progress.start()
            self._task = self._progress.add_task(self._what, total=None)
            self._bar = self._progress
        return self

    def reached(self, done: int, of: int) -> None:
        """So many of so many are done."""
        if self._bar is not None:
            self._progress.update(self._task, completed=done, total=of)

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._progress.stop()
