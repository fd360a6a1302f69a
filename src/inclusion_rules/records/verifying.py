"""Whether the rows of one case are what was written: every digest, every link of the chain, the head, and the erasures.

Works on rows alone and trusts none of their types, as a damaged database can hand back anything. What the texts mean is
`replaying`'s business.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from inclusion_rules.records.case_text import pins_of_header
from inclusion_rules.records.chain import genesis, link, text_digest
from inclusion_rules.records.rows import CaseRow, EntryRow, HeadRow
from inclusion_rules.records.schema import EVENT, HEADER, KINDS, REDACTION


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was written, with its exact place.

    `field` is `header`, `body`, `digest`, `recorded_at`, `number`, `hash`, `head`, `erasure`, `replay`, `shared text`,
    `schema`, `store` or `log`; `number` is the entry's, where it is about one.
    """

    case_id: str | None
    number: int | None
    field: str
    says: str

    def __str__(self) -> str:
        whole = "the log" if self.field == "log" else "the store"
        place = whole if self.case_id is None else f"case {self.case_id}"
        entry = "" if self.number is None else f", entry {self.number}"
        return f"{place}{entry}, {self.field}: {self.says}"


def differences_in(case: CaseRow, entries: Sequence[EntryRow], head: HeadRow | None) -> Iterator[Difference]:
    """Everything in the rows of one case that does not hold together, in the order of the chain."""
    yield from _in_opening(case)
    if not all(_is_number(row.number) and _is_number(row.position) for row in entries):
        yield Difference(case.case_id, None, "number", "an entry's number or position is not a number")
        return
    taken = _redactions(entries)
    # A hash that was altered is told once: the entry after it is held against what the hash should be.
    before: tuple[object, ...] = (_genesis_of(case), case.genesis)
    expected, position = 1, 0
    for row in entries:
        if row.number != expected:
            gap = f"{expected}" if row.number == expected + 1 else f"{expected} to {row.number - 1}"
            said = f"entry {gap} is missing" if row.number > expected else f"entry {row.number} is there twice"
            yield Difference(case.case_id, min(expected, row.number), "number", said)
            before = (*before, row.chain_hash)
        expected = row.number + 1
        links = [_link_of(row, hash_before, row.body_digest) for hash_before in before]
        yield from _in_entry(row, links, before, taken)
        if row.position <= position:
            yield Difference(case.case_id, row.number, "hash", "its position in the store is not after the one before")
        else:
            position = row.position
        before = (*dict.fromkeys((links[0], row.chain_hash)),)
    yield from _in_head(case, entries, head)
    yield from _in_erasure(case, entries)


def _in_opening(case: CaseRow) -> Iterator[Difference]:
    if case.header is not None:
        if not (_is_text(case.header) and isinstance(case.salt, str)):
            yield Difference(case.case_id, None, "header", "the header or its salt is not text")
            return
        if text_digest(case.header, salt=case.salt) != case.header_digest:
            whole = _genesis_of(case) == case.genesis
            what = "the header or its salt was altered" if whole else "the header, its salt or its digest was altered"
            yield Difference(case.case_id, None, "header", what)
            return
    if _genesis_of(case) != case.genesis:
        what = "the case's id, day of opening, packs, key, digest or first hash was altered"
        yield Difference(case.case_id, None, "header", what)
    if case.header is not None:
        header = _mapping_in(case.header)
        if header.get("case") != case.reference:
            yield Difference(case.case_id, None, "header", "the reference is not the one in the header")
        if _pins(case.header) != case.packs:
            yield Difference(case.case_id, None, "header", "the packs are not those in the header")


def _in_entry(
    row: EntryRow, links: Sequence[str], before: Sequence[object], taken: Mapping[int, int]
) -> Iterator[Difference]:
    holds = row.chain_hash in links
    if row.body is None:
        if row.number not in taken:
            yield Difference(row.case_id, row.number, "body", "it is gone, and no redaction names it")
        if row.salt is not None:
            yield Difference(row.case_id, row.number, "body", "it is gone, and its salt is still there")
    elif not (_is_text(row.body) and isinstance(row.salt, str)):
        yield Difference(row.case_id, row.number, "body", "the body or its salt is not text")
    else:
        digest = text_digest(row.body, salt=row.salt)
        if digest != row.body_digest:
            if row.chain_hash in [_link_of(row, hash_before, digest) for hash_before in before]:
                yield Difference(row.case_id, row.number, "digest", "the digest of the body was altered")
                return
            yield Difference(row.case_id, row.number, "body", "the body or its salt was altered")
        elif not holds and (said := _mapping_in(row.body).get("recorded_at")) != row.recorded_at:
            yield Difference(
                row.case_id, row.number, "recorded_at", f"the body says {said}, the row says {row.recorded_at}"
            )
            return
        if row.number in taken:
            yield Difference(row.case_id, row.number, "erasure", f"entry {taken[row.number]} says that it was redacted")
    if not holds:
        what = "its place, kind, time, key or hash was altered, or the entry before it was exchanged"
        yield Difference(row.case_id, row.number, "hash", what)
    elif row.kind not in KINDS:
        yield Difference(row.case_id, row.number, "hash", f"there is no kind of entry `{row.kind}`")


def _in_head(case: CaseRow, entries: Sequence[EntryRow], head: HeadRow | None) -> Iterator[Difference]:
    if head is None:
        yield Difference(case.case_id, None, "head", "the case has no head")
        return
    last = entries[-1] if entries else None
    number, chain_hash = (last.number, last.chain_hash) if last else (0, case.genesis)
    if _is_number(head.number) and head.number > number:
        missing = f"entry {number + 1}" if head.number == number + 1 else f"entries {number + 1} to {head.number}"
        yield Difference(case.case_id, number + 1, "number", f"the head stands at {head.number}, and {missing} is gone")
        return
    expected = {
        "number": number,
        "chain_hash": chain_hash,
        "log_length": sum(row.kind == EVENT for row in entries),
        "recorded_at": last.recorded_at if last else case.opened_at,
        "packs": _packs_now(case, entries),
    }
    for name, value in expected.items():
        if getattr(head, name) != value:
            yield Difference(case.case_id, None, "head", f"`{name}` is not what the entries lead to")


def _packs_now(case: CaseRow, entries: Sequence[EntryRow]) -> str:
    for row in reversed(entries):
        if row.kind == HEADER and isinstance(row.body, str):
            return _pins(row.body)
    return case.packs


def _in_erasure(case: CaseRow, entries: Sequence[EntryRow]) -> Iterator[Difference]:
    erasing = [row.number for row in entries if row.kind == REDACTION and _mapping_in(row.body).get("header") is True]
    if case.header is None and not erasing:
        yield Difference(case.case_id, None, "header", "it is gone, and no redaction says so")
    if case.header is None and (case.reference is not None or case.salt is not None):
        yield Difference(case.case_id, None, "erasure", "the case was erased, and its reference or salt is still there")
    if case.header is not None and erasing:
        yield Difference(
            case.case_id, erasing[0], "erasure", "it says that the case was erased, and its header is there"
        )


def _redactions(entries: Sequence[EntryRow]) -> dict[int, int]:
    """For each redacted entry the one that says so."""
    found: dict[int, int] = {}
    for row in entries:
        numbers = _mapping_in(row.body).get("numbers") if row.kind == REDACTION else None
        for number in numbers if isinstance(numbers, list) else ():
            if isinstance(number, int) and number < row.number:
                found.setdefault(number, row.number)
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int)


def _genesis_of(case: CaseRow) -> str:
    return genesis(
        case.case_id, opened_at=case.opened_at, packs=case.packs, key=case.key, header_digest=case.header_digest
    )


def _link_of(row: EntryRow, before: object, body_digest: object) -> str:
    return link(
        before,
        position=row.position,
        number=row.number,
        kind=row.kind,
        recorded_at=row.recorded_at,
        key=row.key,
        body_digest=body_digest,
    )


def _mapping_in(text: object) -> Mapping[str, object]:
    """What a text says, or nothing where it is no JSON object: its digest will have told of that."""
    try:
        found = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _pins(text: str) -> str:
    try:
        return pins_of_header(text)
    except (KeyError, TypeError, ValueError):
        return ""
