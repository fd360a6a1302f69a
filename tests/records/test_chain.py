"""The hashes themselves: worked out again here from what the module's own page says of them, and nothing else."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from tests.records.builders import a_case, an_entry

from inclusion_rules.records import chain
from inclusion_rules.records.store import CaseStore

fields = st.tuples(st.text(), st.integers(), st.integers(), st.text(), st.text(), st.none() | st.text(), st.text())


def test_a_chain_can_be_verified_without_the_library(store: CaseStore) -> None:
    """From the opening to the head, with nothing but SHA-256 and JSON."""
    case_id = store.create(a_case(), key="opening")
    store.append(case_id, an_entry(4), expected_number=3, key="message")
    opening, entries = store.opening(case_id), store.entries(case_id)

    assert opening.header_digest == sha256(f"{opening.salt}\n{opening.header}".encode()).hexdigest()
    opened_at = opening.opened_at.isoformat(timespec="microseconds")
    items = [case_id, opened_at, opening.packs, opening.key, opening.header_digest]
    before = sha256(json.dumps(items, separators=(",", ":")).encode()).hexdigest()
    assert opening.genesis == before
    for entry in entries:
        assert entry.body_digest == sha256(f"{entry.salt}\n{entry.body}".encode()).hexdigest()
        at = entry.recorded_at.isoformat(timespec="microseconds")
        place: list[object] = [before, entry.position, entry.number, entry.kind, at, entry.key, entry.body_digest]
        before = sha256(json.dumps(place, separators=(",", ":")).encode()).hexdigest()
        assert entry.chain_hash == before
    head = store.head(case_id)
    assert (4, before) == (head.number, head.chain_hash)
    assert store.digest() == "sha256:" + sha256(f"{case_id} 4 {before}\n".encode()).hexdigest()


def test_no_two_entries_share_a_salt(store: CaseStore) -> None:
    """Two entries that say the same cannot be told to be the same once they are redacted."""
    case_id = store.create(a_case())
    for number in (4, 5):
        store.append(case_id, an_entry(number), expected_number=number - 1)

    entries = store.entries(case_id)
    assert len(entries) == len({entry.salt for entry in entries}) == len({entry.body_digest for entry in entries})


def test_positions_grow_along_a_chain(store: CaseStore) -> None:
    """An entry stands after the one before it in the whole store as well."""
    case_id = store.create(a_case())

    assert all(one.position < two.position for one, two in pairwise(store.entries(case_id)))


@given(fields, fields)
def test_different_entries_have_different_links(one: tuple[object, ...], two: tuple[object, ...]) -> None:
    """No way of moving a character from one field into the next leaves the hash as it was."""
    names = ("position", "number", "kind", "recorded_at", "key", "body_digest")

    def link(values: tuple[object, ...]) -> str:
        return chain.link(values[0], **dict(zip(names, values[1:], strict=True)))

    assert (one == two) == (link(one) == link(two))


@given(st.lists(st.tuples(st.text("0123456789abcdef", min_size=1), st.integers(0, 99), st.text("0123456789abcdef"))))
def test_a_stores_digest_does_not_depend_on_order(heads: list[tuple[str, int, str]]) -> None:
    """Two databases that hold the same chains have the same digest, however they list them."""
    assert chain.store_digest(heads) == chain.store_digest(reversed(heads))
