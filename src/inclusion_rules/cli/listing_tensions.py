"""Where local packs pull against the law, listed: `inclusion-rules check --tensions`.

Shows what packs say of themselves, the gravest first. Whether the names in it exist was checked when it was read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from textwrap import wrap

from inclusion_rules.cli.showing import width
from inclusion_rules.domain.layers import Severity, Tension
from inclusion_rules.domain.rules import RulePack

GRAVEST_FIRST = tuple(Severity)
Listed = tuple[tuple[RulePack, tuple[Tension, ...]], ...]


def tensions_of(packs: Iterable[RulePack]) -> Listed:
    """The tensions of each pack that knows any, in order of severity and then as its file has them."""
    return tuple(
        (pack, tuple(sorted(pack.tensions, key=lambda tension: GRAVEST_FIRST.index(tension.severity))))
        for pack in packs
        if pack.tensions
    )


def tensions_as_text(listed: Listed) -> str:
    """The tensions for people."""
    lines: list[str] = []
    for pack, tensions in listed:
        lines += ["" for _ in lines[:1]]
        lines.append(f"{pack.id}: {pack.title}")
        for tension in tensions:
            lines += _lines(tension)
    count = sum(len(tensions) for _, tensions in listed)
    return "\n".join([*lines, *["" for _ in lines[:1]], f"{count} tension{'' if count == 1 else 's'}"]) + "\n"


def _lines(tension: Tension) -> Iterator[str]:
    yield ""
    yield from wrap(
        f"{tension.id} ({tension.severity}): {tension.title}", width(), initial_indent="  ", subsequent_indent="    "
    )
    evidence = f"shown by the scenario: {tension.scenario}" if tension.scenario else f"shown by: {tension.check}"
    told = (
        f"local: {tension.local_says}",
        f"national: {tension.national_says}",
        f"here: {tension.behaviour}",
        f"carried by: {', '.join(tension.carried_by)}",
        evidence,
        f"law: {'; '.join(tension.cites)}",
    )
    for line in told:
        yield from wrap(line, width(), initial_indent="    ", subsequent_indent="      ")


def tensions_as_json(listed: Listed) -> str:
    """The tensions for programs."""
    data = [
        {
            "pack": pack.id,
            "id": tension.id,
            "title": tension.title,
            "severity": tension.severity.value,
            "local_says": tension.local_says,
            "national_says": tension.national_says,
            "behaviour": tension.behaviour,
            "carried_by": list(tension.carried_by),
            "scenario": tension.scenario,
            "check": tension.check,
            "citations": list(tension.cites),
        }
        for pack, tensions in listed
        for tension in tensions
    ]
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
