"""Whoever follows a store sees every entry once, in order, also while others write."""

from __future__ import annotations

import threading

import psycopg
from tests.records.builders import Raw, a_case, an_entry
from tests.records.server import plain

from inclusion_rules.records.schema import WRITERS_LOCK
from inclusion_rules.records.store import CaseStore


def test_a_follower_sees_everything_once(store: CaseStore) -> None:
    """Asking again from the last position gives what has been added since, and nothing twice."""
    first, second = store.create(a_case("A")), store.create(a_case("B"))
    seen = list(store.stream())
    store.append(first, an_entry(4), expected_number=3)
    store.append(second, an_entry(4), expected_number=3)
    later = list(store.stream(seen[-1].position))

    assert [(first, 1), (first, 2), (first, 3), (second, 1), (second, 2), (second, 3)] == [
        (entry.case_id, entry.number) for entry in seen
    ]
    assert [(first, 4), (second, 4)] == [(entry.case_id, entry.number) for entry in later]
    assert [] == list(store.stream(later[-1].position))


def test_a_long_stream_comes_whole(store: CaseStore) -> None:
    """A stream of more than one page lacks nothing and repeats nothing."""
    from inclusion_rules.records.appending import Append

    case_id = store.create(a_case())
    store.append_many([Append(case_id, an_entry(number), number - 1) for number in range(4, 2504)])

    assert list(range(1, 2504)) == [entry.number for entry in store.stream()]


def test_no_position_turns_up_behind_a_follower(server: str, store: CaseStore, place: str) -> None:
    """On PostgreSQL a writer that draws its position first may commit last; a follower waits for it."""
    if not place.startswith("postgresql"):
        # One writer at a time: positions are drawn and committed in one order.
        return
    first, second = store.create(a_case("A")), store.create(a_case("B"))
    followed = [entry.position for entry in store.stream()]
    with psycopg.connect(plain(place)) as slow:
        # As the library's own writers do: the shared lock, then a position, and then it takes its time.
        slow.execute("SELECT pg_advisory_xact_lock_shared(%s)", [WRITERS_LOCK])
        ((drawn,),) = slow.execute("SELECT nextval('entries_position')").fetchall()
        store.append(second, an_entry(4), expected_number=3)
        found: list[int] = []
        follower = threading.Thread(target=lambda: found.extend(entry.position for entry in store.stream(followed[-1])))
        follower.start()
        follower.join(0.5)
        assert follower.is_alive()
        slow.execute(
            "INSERT INTO entries SELECT %s, case_id, 99, kind, recorded_at, NULL, body, salt, body_digest, chain_hash "
            "FROM entries WHERE case_id = %s AND number = 1",
            [drawn, first],
        )
        slow.commit()
        follower.join(10)

    assert [drawn, drawn + 1] == found


def test_a_follower_does_not_stop_writers(store: CaseStore) -> None:
    """Writers go on while somebody is in the middle of reading a stream."""
    case_id = store.create(a_case())
    stream = store.stream()
    next(stream)
    store.append(case_id, an_entry(4), expected_number=3)

    assert [2, 3] == [entry.number for entry in stream]


def test_a_redaction_reaches_followers(store: CaseStore, place: str) -> None:
    """Whoever keeps a copy learns from the stream what to take away from it."""
    from tests.records.builders import NOON

    from inclusion_rules.records.schema import REDACTION

    case_id = store.create(a_case())
    position = Raw(place).run("SELECT max(position) FROM entries")[0][0]
    store.redact(case_id, [2], by="clerk", at=NOON, why="wrong file")
    (entry,) = store.stream(position)

    assert REDACTION == entry.kind
    assert '"numbers":[2]' in str(entry.body)


def test_a_follower_waits_for_a_writer_that_has_begun(store: CaseStore, place: str) -> None:
    """From before it draws its position a writer is waited for, so that what it writes is not passed by."""
    if not place.startswith("postgresql"):
        return
    case_id = store.create(a_case())
    position = max(entry.position for entry in store.stream())
    found: list[int] = []
    with psycopg.connect(plain(place)) as obstacle:
        obstacle.execute("SELECT number FROM heads WHERE case_id = %s FOR UPDATE", [case_id])
        writer = threading.Thread(target=lambda: store.append(case_id, an_entry(4), expected_number=3))
        writer.start()
        writer.join(0.3)
        follower = threading.Thread(target=lambda: found.extend(entry.number for entry in store.stream(position)))
        follower.start()
        follower.join(0.3)
        assert (True, True) == (writer.is_alive(), follower.is_alive())
    writer.join(10)
    follower.join(10)

    assert [4] == found
