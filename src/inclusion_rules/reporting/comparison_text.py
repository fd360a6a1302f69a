"""A comparison of runs for the terminal: what came of it, what differs, for which cases, and what does not differ."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from inclusion_rules.reporting.comparison_page import ComparisonPage
from inclusion_rules.reporting.run_page import Table, counted, number

_MEASURES_NAMED = 12


def comparison_as_text(page: ComparisonPage, *, width: int = 100, every_case: bool = False) -> str:
    """The comparison in lines; with `every_case`, each case that came out differently and at what first."""
    return "\n".join(_lines(page, width, every_case)) + "\n"


def _lines(page: ComparisonPage, width: int, every_case: bool) -> Iterator[str]:
    yield from textwrap.wrap(page.headline, width)
    for said in page.how:
        yield from textwrap.wrap(said, width)
    if page.effects.rows:
        yield from ("", page.effects.caption)
        yield from _rows(page.effects, width)
    if page.reasons is not None:
        yield from ("", page.reasons.caption)
        for what, cases, share, examples in page.reasons.rows:
            yield f"  {cases:>9}  {share:>7}  {what}"
            yield from textwrap.wrap(
                f"for example {examples}", width, initial_indent=" " * 22, subsequent_indent=" " * 22
            )
    for table in (page.not_shown, page.too_little, page.one_only):
        if table.rows:
            yield from ("", table.caption)
            yield from _rows(table, width)
    if page.unchanged.rows:
        named = [row[0] for row in page.unchanged.rows]
        more = f"; and {number(len(named) - _MEASURES_NAMED)} more" if len(named) > _MEASURES_NAMED else ""
        yield from ("", f"{page.unchanged.caption} in {counted(len(named), 'measure')}")
        yield from textwrap.wrap(
            "; ".join(named[:_MEASURES_NAMED]) + more, width, initial_indent="  ", subsequent_indent="  "
        )
    if every_case and page.comparison.changed is not None:
        yield from ("", "Every case that came out differently")
        for pair, case, change in page.comparison.every_case:
            yield f"  {page.case(pair, case)}  {page.reason(change)}"


def _rows(table: Table, width: int) -> Iterator[str]:
    for label, first, second, difference, said in table.rows:
        yield from textwrap.wrap(label, width, initial_indent="  ", subsequent_indent="    ")
        yield f"      {first} -> {second}   {difference}   {said}"
