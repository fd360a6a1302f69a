"""Where a piece of text stands: a file, a line, a column and how far it runs.

Knows nothing of what the text means. Spans travel beside values and never take part in their equality.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line of a file, lines and columns counted from 1.

    >>> str(Span("rules/a.yaml", 9, 11))
    'rules/a.yaml:9:11'
    """

    file: str
    line: int
    column: int
    width: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
