"""The founding document of a pack, linked: every item is carried by something, and every name of it exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingType

from inclusion_rules.domain.commitments import Seed, SeedItem
from inclusion_rules.loading.commitment_linking import PROGRAM
from inclusion_rules.loading.document_reading import child, key_span_at, span_at
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.seed_documents import SeedDocument, SeedItemEntry
from inclusion_rules.loading.yaml_tree import Node
from inclusion_rules.vocabulary import identifier

KINDS = {
    "rules": "a rule this pack knows",
    "commitments": "a commitment this pack knows",
    "parameters": "a parameter this pack knows",
    "tensions": "a tension this pack knows",
    "pathways": "a pathway that was read",
}
"""What can carry an item, and what a name of each kind is called when it is not there."""


def link_seed(
    pack: str, document: SeedDocument, node: Node, *, known: MappingType[str, Iterable[str]], problems: Problems
) -> Seed:
    """The founding document of a pack; `known` holds the names that there are, for each of `KINDS`."""
    items: list[SeedItem] = []
    seen: set[str] = set()
    for position, entry in enumerate(document.items):
        where = child(node, "items", position) or node
        if entry.item in seen:
            problems.add(span_at(where, "item"), "R209", f"the item `{entry.item}` stands here twice")
        seen.add(entry.item)
        items.append(_item(entry, where, known, problems))
    founding = document.seed
    return Seed(pack, founding.title, founding.read, founding.certainty, tuple(items), founding.note)


def _item(entry: SeedItemEntry, where: Node, known: MappingType[str, Iterable[str]], problems: Problems) -> SeedItem:
    carried = {kind: tuple(_names(entry, kind, where, known[kind], problems)) for kind in KINDS}
    if not any(getattr(entry.by, kind) for kind in KINDS):
        message = f"nothing carries `{entry.item}`"
        help = f"name what does, under {', '.join(f'`{kind}`' for kind in KINDS)}"
        problems.add(key_span_at(where, "by"), "R202", message, help=help)
    if entry.command is not None and not entry.command.startswith(PROGRAM):
        message = f"`{entry.command}` is not a command of this program"
        problems.add(span_at(where, "command"), "R204", message, help=f"begin it with `{PROGRAM.strip()}`")
    return SeedItem(
        item=entry.item,
        about=entry.about,
        scenario=entry.scenario,
        command=entry.command,
        note=entry.note,
        span=span_at(where, "scenario" if entry.scenario is not None else "item"),
        **carried,
    )


def _names(entry: SeedItemEntry, kind: str, where: Node, known: Iterable[str], problems: Problems) -> Iterator[str]:
    there = frozenset(known)
    listed: list[str] = getattr(entry.by, kind)
    for position, text in enumerate(listed):
        name = text if text in there else identifier(text)
        if name in there:
            yield name
        else:
            problems.unknown(span_at(where, "by", kind, position), KINDS[kind], text, there)
