"""The hashes that make alteration show: of each text with its salt, and of each entry with the one before it.

Pure functions of what is stored, few enough for somebody else to write again in another language. The salt keeps a
digest that outlives a redaction from confirming a guess of what was there. Knows no database.

* digest of a text: SHA-256 of the salt, a line feed and the text, in UTF-8;
* genesis of a case: SHA-256 of the JSON list [case id, opened at, pinned packs, key, digest of the header];
* link of an entry: SHA-256 of the JSON list [hash before, position, number, kind, recorded at, key, body's digest];
* digest of a store: SHA-256 of the lines `case id, number, hash`, one for each head with spaces between, in order.

JSON lists are written without spaces and in ASCII; what is absent is null; every hash is shown in hexadecimal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256

_AS_JSON = json.JSONEncoder(separators=(",", ":"), default=repr).encode


def text_digest(text: str, *, salt: str) -> str:
    """The digest of a body or a header.

    >>> text_digest("{}", salt="00")[:16]
    '97f83f00fe7900b0'
    """
    # A damaged database can hand back bytes that are no UTF-8; they are hashed as they are, and found not to match.
    return sha256(f"{salt}\n{text}".encode("utf-8", "surrogateescape")).hexdigest()


def plain_digest(text: str) -> str:
    """The digest of a text that many cases share, such as a calendar; it is also the name under which it is kept."""
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def genesis(case_id: object, *, opened_at: object, packs: object, key: object, header_digest: object) -> str:
    """The hash with which the chain of a case begins."""
    return _of_list(case_id, opened_at, packs, key, header_digest)


def link(
    before: object,
    *,
    position: object,
    number: object,
    kind: object,
    recorded_at: object,
    key: object,
    body_digest: object,
) -> str:
    """The hash of one entry, which holds that of the entry before it."""
    return _of_list(before, position, number, kind, recorded_at, key, body_digest)


def store_digest(heads: Iterable[tuple[str, int, str]]) -> str:
    """One digest for the whole store, from the case id, number and hash at the head of each chain.

    >>> store_digest([("b", 1, "ff"), ("a", 2, "ee")]) == store_digest([("a", 2, "ee"), ("b", 1, "ff")])
    True
    """
    lines = sorted(f"{case_id} {number} {chain_hash}\n" for case_id, number, chain_hash in heads)
    return f"sha256:{plain_digest(''.join(lines))}"


def key_digest(scope: str, key: str) -> str:
    """What is kept of an idempotency key: enough to know it again, not the key itself, which may name a person."""
    return plain_digest(f"{scope}\n{key}")


def _of_list(*items: object) -> str:
    return sha256(_AS_JSON(items).encode("ascii")).hexdigest()
