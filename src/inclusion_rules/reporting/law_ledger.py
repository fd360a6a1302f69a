"""The law ledger as people read it and as programs do. It is made by `analysis.law_ledger`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Any

from inclusion_rules.analysis.law_ledger import (
    InstrumentRows,
    LawLedger,
    ParagraphRow,
    Standing,
    percentages,
)

_SHOWN_OF_EACH = 4


def ledgers_as_text(ledgers: Sequence[LawLedger], *, width: int) -> str:
    """The ledgers, one after another, each with its summary last."""
    lines: list[str] = []
    for ledger in ledgers:
        lines += ["" for _ in lines[:1]]
        lines += _lines(ledger, width)
    return "\n".join(lines) + "\n"


def share_in_words(standings: Iterable[Standing | None]) -> str:
    """How much stands in which way, the ways that do not occur left out.

    >>> share_in_words([Standing.ENCODED, Standing.ENCODED, Standing.NOT_YET, Standing.NOT_YET])
    'encoded 50% (2), not yet 50% (2)'
    """
    counted = percentages(list(standings))
    return ", ".join(f"{each} {share:g}% ({number})" for each, (number, share) in counted.items() if number)


def _lines(ledger: LawLedger, width: int) -> Iterator[str]:
    yield f"{ledger.pack}: {ledger.title}"
    for instrument in ledger.instruments:
        yield ""
        yield from _instrument(instrument, width)
    yield ""
    yield from _both_ways(ledger, width)
    yield ""
    yield f"{_counted(len(ledger.rows), 'paragraph')} of {_counted(len(ledger.instruments), 'instrument')}: " + (
        share_in_words(row.standing for row in ledger.rows) or "none listed"
    )


def _instrument(instrument: InstrumentRows, width: int) -> Iterator[str]:
    yield from wrap(f"{instrument.name}: {instrument.title}", width, subsequent_indent="  ")
    yield f"  {share_in_words(row.standing for row in instrument.rows)}"
    for row in instrument.rows:
        name = row.citation.removeprefix(instrument.name).strip() or "as a whole"
        yield from wrap(f"{name}: {_told(row)}", width, initial_indent="    ", subsequent_indent="      ")


def _told(row: ParagraphRow) -> str:
    carriers = [f"rule {name}" for name in row.rules] + [other.replace("`", "") for other in row.others]
    if not carriers:
        return f"{row.standing}. {row.because}"
    more = len(carriers) - _SHOWN_OF_EACH
    listed = ", ".join(carriers[:_SHOWN_OF_EACH]) + (f" and {more} more" if more > 0 else "")
    aside = f" ({row.certainty})" if row.certainty not in (None, "primary") else ""
    return f"{row.standing}{aside}: {listed}"


def _both_ways(ledger: LawLedger, width: int) -> Iterator[str]:
    led = len(ledger.rules) - len(ledger.leading_nowhere)
    yield f"Rules: {led} of {len(ledger.rules)} cite only what is listed"
    for row in ledger.leading_nowhere:
        yield from wrap(f"{row.rule} cites {'; '.join(row.nowhere)}, which is not listed", width, initial_indent="  ")
    if ledger.duties:
        carried = len(ledger.duties) - len(ledger.without_rule)
        shares = share_in_words(row.standing for row in ledger.duties)
        yield f"Duty catalogue: {carried} of {len(ledger.duties)} entries have a rule: {shares}"
        for duty in ledger.without_rule:
            said = (
                f"{duty.standing}. {duty.because}" if duty.standing is not None else "no rule, and no reason is given"
            )
            yield from wrap(f"{duty.duty}: {said}", width, initial_indent="  ", subsequent_indent="    ")
    for citation in ledger.unlisted:
        yield f"Described, and in no listed instrument: {citation}"


def ledgers_as_json(ledgers: Sequence[LawLedger]) -> str:
    """The ledgers with everything in them, both ways."""
    return json.dumps([_as_data(each) for each in ledgers], indent=2, ensure_ascii=False) + "\n"


def _as_data(ledger: LawLedger) -> dict[str, Any]:
    return {
        "pack": ledger.pack,
        "lists_instruments": ledger.listed,
        "paragraphs": _shares([row.standing for row in ledger.rows]),
        "instruments": [
            {
                "instrument": each.name,
                "title": each.title,
                "note": each.note,
                **_shares([row.standing for row in each.rows]),
                "paragraphs": [
                    {
                        "citation": row.citation,
                        "status": row.standing.value,
                        "rules": list(row.rules),
                        "also_cited_by": [other.replace("`", "") for other in row.others],
                        "because": row.because or None,
                        "certainty": row.certainty,
                    }
                    for row in each.rows
                ],
            }
            for each in ledger.instruments
        ],
        "rules": [
            {
                "rule": row.rule,
                "duty": row.duty,
                "runs": row.runs,
                "paragraphs": list(row.paragraphs),
                "cites_nothing_listed": list(row.nowhere),
            }
            for row in ledger.rules
        ],
        "catalogue": {
            **_shares([row.standing for row in ledger.duties]),
            "entries": [
                {
                    "duty": row.duty,
                    "status": row.standing.value if row.standing is not None else None,
                    "rules": list(row.rules),
                    "paragraphs": list(row.paragraphs),
                    "because": row.because or None,
                }
                for row in ledger.duties
            ],
        },
        "provisions_not_listed": list(ledger.unlisted),
    }


def _shares(standings: Sequence[Standing | None]) -> dict[str, Any]:
    counted = percentages(standings)
    return {
        "count": len(standings),
        "by_status": {each.value: {"count": number, "percent": share} for each, (number, share) in counted.items()},
    }


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
