"""The reference page of the law ledger: paragraph by paragraph what is encoded, left to people, or missing.

`python -m inclusion_rules.reporting.coverage_page docs/reference` writes it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from inclusion_rules.analysis.law_ledger import (
    InstrumentRows,
    LawLedger,
    ParagraphRow,
    Standing,
    law_ledger,
    percentages,
)
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.loading.coverage_linking import document_carriers
from inclusion_rules.loading.trees import shipped
from inclusion_rules.reporting.law_ledger import share_in_words
from inclusion_rules.reporting.markdown import plain_text, sentence, table_row

PAGE = "law_coverage.md"
_MADE = (
    "<!-- Made from the packs by `python -m inclusion_rules.reporting.coverage_page docs/reference`. "
    "Change the packs, not this page. -->"
)
_READING = """\
Every instrument that the sources of a pack speak of, paragraph by paragraph, with what in the pack cites it. What is
*encoded* is worked out from the packs; what is left stands with its reason in the pack's `coverage.yaml`. *Encoded,
switched off* is a rule that is written and does not run, because nobody confirmed what it says or when it begins. That
a rule cites a paragraph does not show that it says all of it: how far the place was read stands in brackets.
`inclusion-rules check --ledger` prints the same."""


def coverage_page(rulebook: Rulebook, *, rules: Path) -> str:
    """The page; `rules` is the folder in which the packs lie, for their notices and letters."""
    lines = [_MADE, "", "# How much of the law is covered", "", _READING]
    for pack in rulebook.packs.values():
        if pack.coverage is None or not pack.coverage.instruments:
            continue
        ledger = law_ledger(pack, rulebook.edition((pack.id,)), document_carriers(rules / pack.id))
        lines += ["", f"## {plain_text(ledger.title)}", "", *_ledger(ledger)]
    return "\n".join(lines).rstrip() + "\n"


def _ledger(ledger: LawLedger) -> Iterator[str]:
    yield table_row(["instrument", "paragraphs", *Standing])
    yield table_row(["---"] * (2 + len(Standing)))
    for instrument in ledger.instruments:
        yield _summary(plain_text(instrument.name), instrument.rows)
    yield _summary("**all of them**", ledger.rows)
    duties = [row.standing for row in ledger.duties]
    if duties:
        yield ""
        yield f"Of the {len(duties)} entries of the duty catalogue: {share_in_words(duties)}. {_without_rule(ledger)}"
    for instrument in ledger.instruments:
        yield ""
        yield from _instrument(instrument)
    yield from ("", "### From rules to paragraphs", "")
    yield table_row(["rule", "duty", "paragraphs"])
    yield table_row(["---"] * 3)
    for row in ledger.rules:
        name = f"`{row.rule}`" if row.runs else f"`{row.rule}` (off)"
        yield table_row([name, f"`{row.duty}`", plain_text("; ".join((*row.paragraphs, *row.nowhere)))])


def _without_rule(ledger: LawLedger) -> str:
    left = [f"`{row.duty}` ({plain_text(row.because) or 'no reason given'})" for row in ledger.without_rule]
    return f"Without a rule: {'; '.join(left)}." if left else "None is without a rule."


def _summary(name: str, rows: Sequence[ParagraphRow]) -> str:
    counted = percentages([row.standing for row in rows])
    cells = [f"{number} ({share:g}%)" if number else "" for number, share in counted.values()]
    return table_row([name, str(len(rows)), *cells])


def _instrument(instrument: InstrumentRows) -> Iterator[str]:
    yield f"### {plain_text(instrument.name)}"
    note = f" {plain_text(instrument.note)}" if instrument.note else ""
    yield from ("", f"{sentence(instrument.title)}{note}", "")
    yield table_row(["paragraph", "stands", "carried by, or why not"])
    yield table_row(["---"] * 3)
    for row in instrument.rows:
        name = row.citation.removeprefix(instrument.name).strip() or "as a whole"
        aside = f" ({row.certainty})" if row.certainty is not None else ""
        carriers = [f"rule `{each}`" for each in row.rules] + list(row.others)
        yield table_row([plain_text(name), f"{row.standing}{aside}", plain_text("; ".join(carriers) or row.because)])


def write_coverage_page(folder: Path, rulebook: Rulebook, *, rules: Path) -> bool:
    """Write the page into a folder; whether its text has changed."""
    folder.mkdir(parents=True, exist_ok=True)
    path, text = folder / PAGE, coverage_page(rulebook, rules=rules)
    if path.is_file() and path.read_text("utf-8") == text:
        return False
    path.write_text(text, "utf-8")
    return True


def main(arguments: Sequence[str]) -> None:
    """Write the page into the one folder named.

    Raises:
        SystemExit: no folder, or more than one, was named.
    """
    if len(arguments) != 1 or arguments[0].startswith("-"):
        raise SystemExit("usage: python -m inclusion_rules.reporting.coverage_page FOLDER")
    write_coverage_page(Path(arguments[0]), open_rulebook(catalogue=True), rules=shipped("rules"))


if __name__ == "__main__":
    main(sys.argv[1:])
