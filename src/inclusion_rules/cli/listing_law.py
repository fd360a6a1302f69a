"""`inclusion-rules check --ledger` and `--stale`: what of the law a pack covers, and what is due to be read again.

Knows where official words are kept: one text file a place, named after its citation. What is due is worked out below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from inclusion_rules.analysis.law_ledger import law_ledger
from inclusion_rules.analysis.rereading import Rereading, due_for_reading, slug_of
from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.showing import note, show, width
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.rules import RulePack
from inclusion_rules.errors import nearest_word
from inclusion_rules.loading.coverage_linking import document_carriers
from inclusion_rules.reporting.law_ledger import ledgers_as_json, ledgers_as_text
from inclusion_rules.reporting.rereading import lines_to_paste, rereadings_as_json, rereadings_as_text


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked of the law of some packs."""

    packs: tuple[RulePack, ...]
    rulebook: Rulebook
    folders: Mapping[str, Path]
    format: str = "human"


def list_ledger(wanted: Wanted) -> Exit:
    """Show the law ledger of each pack."""
    ledgers = [
        law_ledger(
            pack,
            wanted.rulebook.edition((pack.id,)),
            document_carriers(wanted.folders[pack.id]) if pack.id in wanted.folders else {},
        )
        for pack in wanted.packs
    ]
    show(ledgers_as_json(ledgers) if wanted.format == "json" else ledgers_as_text(ledgers, width=width()))
    return Exit.FINE


def list_stale(
    wanted: Wanted, *, as_of: date, texts: Path | None = None, record: bool = False, everything: bool = False
) -> Exit:
    """Show what is due to be read again; it fails only where official words have changed since they were relied on.

    Raises:
        UsageError: there is no folder of texts, or a text in it belongs to no provision.
    """
    at_hand = _texts(texts, wanted.packs) if texts is not None else {}
    found = [
        due_for_reading(pack, wanted.rulebook.edition((pack.id,)), as_of=as_of, texts=at_hand) for pack in wanted.packs
    ]
    show(_shown(found, wanted.format, record=record, everything=everything))
    changed = [each.provision.citation for pack in found for each in pack.changed]
    if changed:
        note(f"changed since they were relied on: {'; '.join(changed)}")
    return Exit.FAILED if changed else Exit.FINE


def _shown(found: list[Rereading], format: str, *, record: bool, everything: bool) -> str:
    if format == "json":
        return rereadings_as_json(found, record=record)
    return lines_to_paste(found) if record else rereadings_as_text(found, width=width(), everything=everything)


def _texts(folder: Path, packs: Iterable[RulePack]) -> dict[str, str]:
    if not folder.is_dir():
        raise UsageError(f"`{folder}` is not a folder; official words are kept in one, each place in a file of its own")
    known = {slug_of(citation): citation for pack in packs for citation in pack.provisions}
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.txt")):
        if path.stem not in known:
            near = nearest_word(path.stem, known)
            hint = f"; did you mean `{near}.txt`, for `{known[near]}`?" if near else ""
            raise UsageError(f"`{path}` is named after no provision of these packs{hint}")
        found[path.stem] = _read(path)
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"`{path}` cannot be read as UTF-8 text: {error}") from None
