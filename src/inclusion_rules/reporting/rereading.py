"""What is due to be read again, as people read it and as programs do. Why something is due is `analysis.rereading`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

from inclusion_rules.analysis.rereading import Due, DueProvision, Rereading, entry_lines
from inclusion_rules.domain.wording import day_in_words

SHOWN_AT_FIRST = 12
"""How many of each group are listed unless all are asked for; those whose words have changed are always listed."""
_CHANGED = (Due.TEXT_CHANGED, Due.NOT_COMPARED)


def rereadings_as_text(found: Sequence[Rereading], *, width: int, everything: bool = False) -> str:
    """What is due in each pack, the most pressing first."""
    lines: list[str] = []
    for each in found:
        lines += ["" for _ in lines[:1]]
        lines += _lines(each, width, everything)
    return "\n".join(lines) + "\n"


def _lines(found: Rereading, width: int, everything: bool) -> Iterator[str]:
    habit = f"read again every {_counted(found.every_months, 'month')}" if found.every_months else "no habit set"
    yield f"{found.pack}: {_counted(found.provisions, 'provision')}, {habit}, as of {day_in_words(found.as_of)}"
    if found.as_relied_on:
        told = f"{_counted(len(found.as_relied_on), 'text')} as relied on: {'; '.join(found.as_relied_on)}"
        yield from wrap(told, width, initial_indent="  ", subsequent_indent="    ")
    for reason in Due:
        group = found.because(reason)
        if not group:
            continue
        yield f"  {len(group)} {reason}"
        cut = None if everything or reason in _CHANGED else SHOWN_AT_FIRST
        for each in group[:cut]:
            yield from wrap(_told(each), width, initial_indent="    ", subsequent_indent="      ")
        if cut is not None and len(group) > cut:
            yield f"    … and {len(group) - cut} more: `--all` lists them"
    if not found.due:
        yield "  nothing is due"


def _told(each: DueProvision) -> str:
    read = f"read {each.provision.read_on.isoformat()}" if each.provision.read_on else "never read"
    sources = f", by {', '.join(each.provision.sources)}" if each.provision.sources else ""
    rests = f"; rests on it: {', '.join(each.rules)}" if each.rules else "; no rule rests on it"
    return f"{each.provision.citation} ({each.provision.certainty}, {read}{sources}){rests}"


def lines_to_paste(found: Sequence[Rereading]) -> str:
    """The lines that say that provisions were read: those whose text is at hand, or whose note has changed.

    To be pasted by whoever has read them; nothing is written.
    """
    lines: list[str] = []
    for pack in found:
        for each in pack.due:
            at_hand = each.text_digest is not None and set(each.reasons) & {Due.TEXT_CHANGED, Due.NOT_COMPARED}
            unsaid = each.provision.words is None or Due.NOTES_CHANGED in each.reasons
            if at_hand or unsaid:
                lines += entry_lines(each.provision, read_on=pack.as_of, text_digest=each.text_digest)
    if not lines:
        return "# there is nothing to record\n"
    return "\n".join(["# once they have been read: put these lines in the place of those of each entry", *lines]) + "\n"


def rereadings_as_json(found: Sequence[Rereading], *, record: bool = False) -> str:
    """Everything that is due, with every reason; with `record`, the lines to paste of each as well."""
    data = [
        {
            "pack": pack.pack,
            "as_of": pack.as_of.isoformat(),
            "reread_every_months": pack.every_months,
            "provisions": pack.provisions,
            "as_relied_on": list(pack.as_relied_on),
            "due": [_as_data(each, pack, record) for each in pack.due],
        }
        for pack in found
    ]
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _as_data(each: DueProvision, pack: Rereading, record: bool) -> dict[str, Any]:
    provision = each.provision
    told: dict[str, Any] = {
        "citation": provision.citation,
        "certainty": provision.certainty,
        "read": provision.read_on.isoformat() if provision.read_on else None,
        "sources": list(provision.sources),
        "reasons": [reason.name.lower() for reason in each.reasons],
        "rules": list(each.rules),
        "relied_on": provision.words.digest if provision.words is not None else None,
        "relied_on_is": provision.words.of if provision.words is not None else None,
        "text_at_hand": each.text_digest,
    }
    if record:
        told["entry"] = list(entry_lines(provision, read_on=pack.as_of, text_digest=each.text_digest))
    return told


def _counted(number: int | None, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
