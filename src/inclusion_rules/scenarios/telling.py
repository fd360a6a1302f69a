"""The results of scenarios as plain text: expected and found side by side, with the reason below.

Knows columns and words. Prints nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from inclusion_rules.scenarios.running import Mismatch, Result

INDENT = "  "
_NARROWEST = 14


def result_lines(result: Result, *, width: int = 100, place: str | None = None) -> Iterator[str]:
    """A failed scenario: where it stands, its sentence, and each thing that did not come out as expected."""
    scenario = result.scenario
    yield place or scenario.place
    yield from wrap(scenario.title, width - len(INDENT), initial_indent=INDENT, subsequent_indent=INDENT)
    if scenario.reason:
        note = f"because: {' '.join(scenario.reason.split())}"
        yield from wrap(note, width - len(INDENT), initial_indent=INDENT, subsequent_indent=INDENT)
    for mismatch in result.mismatches:
        yield from mismatch_lines(mismatch, width=width)


def mismatch_lines(mismatch: Mismatch, *, width: int = 100) -> Iterator[str]:
    """One mismatch as a heading, two columns, and the reason."""
    half = max(_NARROWEST, (width - 3 * len(INDENT)) // 2)
    yield f"{INDENT}{mismatch.what}"
    yield from _columns(f"expected: {mismatch.expected}", f"found: {mismatch.found}", half)
    if mismatch.reason:
        hanging = 2 * INDENT
        yield from wrap(f"why: {mismatch.reason}", width, initial_indent=hanging, subsequent_indent=hanging + "     ")


def _columns(left: str, right: str, half: int) -> Iterator[str]:
    lefts, rights = wrap(left, half - 2), wrap(right, half - 2)
    for number in range(max(len(lefts), len(rights))):
        one = lefts[number] if number < len(lefts) else ""
        two = rights[number] if number < len(rights) else ""
        yield f"{2 * INDENT}{one:<{half}}{two}".rstrip()
