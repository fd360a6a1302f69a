"""What happens next in a case: taken, taken once, or refused with what could come instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from starlette.testclient import TestClient
from tests.app.builders import BOARD_MET, BOARD_NOTIFIED, CANCELLED, EXCLUDED, LATER, a_notification, clock, lines

from inclusion_rules.records.store import CaseStore

Served = Callable[..., TestClient]


def at_once(*posts: tuple[TestClient, str, Mapping[str, object]]) -> list[int]:
    """Send several things, each by a thread of its own; how each was answered, in order of the number."""
    with ThreadPoolExecutor(len(posts)) as threads:
        answers = threads.map(lambda post: post[0].post(f"{post[1]}?as_of=2025-03-20", json=post[2]).status_code, posts)
        return sorted(answers)


def recorded(place: str, case: str) -> list[str]:
    """The events of a case as the store keeps them."""
    with CaseStore.open(place) as store:
        return [event.name for event in store.load(case.rpartition("/")[2]).log.events()]


def test_the_next_event_moves_the_case_on(client: TestClient, case: str) -> None:
    """Whoever records an event is told where the case stands then."""
    answer = client.post(f"{case}/events", json=BOARD_NOTIFIED)

    assert (201, "challenge") == (answer.status_code, answer.json()["stage"])


def test_the_same_event_is_recorded_once(client: TestClient, place: str, case: str) -> None:
    """An officer who clicks twice records one event."""
    answers = [client.post(f"{case}/events", json=BOARD_NOTIFIED).status_code for _ in range(3)]

    assert [201, 200, 200] == answers
    assert 1 == recorded(place, case).count("governing_board_notified")


def test_a_refused_event_says_what_could_come(client: TestClient, place: str, case: str) -> None:
    """A step that the pathway does not take is refused with the reason and with the steps that it would take."""
    answer = client.post(f"{case}/events", json=BOARD_MET)

    told = answer.json()
    assert (409, "notification") == (answer.status_code, told["stage"])
    assert "governing_board_notified" in told["allowed"]
    assert "`notification`" in told["why"][0]
    assert "governing_board_met" not in recorded(place, case)


def test_a_guard_that_said_no_is_named(client: TestClient, case: str) -> None:
    """A refusal by a rule of the pathway gives that rule's reason."""
    answer = client.post(f"{case}/events", json=EXCLUDED | {"date": "2025-03-04"})

    assert ["a permanent exclusion is already running"] == answer.json()["why"]


def test_an_event_in_unknown_words_is_told(client: TestClient, case: str) -> None:
    """A misspelt event is told with its place and the nearest right word."""
    answer = client.post(f"{case}/events", content=lines({"event": "governing_board_mett", "date": "2025-03-04"}))

    (problem,) = answer.json()["problems"]
    assert 422 == answer.status_code
    assert ("event.json:2:11", "did you mean `governing_board_met`?") == (problem["place"], problem["help"])


def test_an_event_with_a_clock_of_its_own_is_refused(client: TestClient, case: str) -> None:
    """When an event was recorded is for the app to say."""
    answer = client.post(f"{case}/events", json=BOARD_NOTIFIED | {"recorded_at": "2030-01-01T00:00:00Z"})

    assert 422 == answer.status_code


def test_an_event_of_an_unknown_case_is_refused(client: TestClient) -> None:
    """An event without a case is not kept anywhere."""
    assert 404 == client.post("/cases/0123456789abcdef/events", json=BOARD_NOTIFIED).status_code


def test_a_day_that_is_none_records_nothing(client: TestClient, place: str, case: str) -> None:
    """A request that cannot be answered has no effect."""
    assert 400 == client.post(f"{case}/events?as_of=tomorrow", json=BOARD_NOTIFIED).status_code
    assert "governing_board_notified" not in recorded(place, case)


def test_two_who_record_the_same_event_at_once_record_it_once(served: Served, place: str) -> None:
    """Two workers that have both looked, and both go on to write, end with one entry; neither is told of a failure."""
    case = served().post("/notifications", json=a_notification()).json()["timetable"]
    now = clock(since=LATER, meeting=2)
    one, other = served(now=now), served(now=now)

    answers = at_once((one, f"{case}/events", BOARD_NOTIFIED), (other, f"{case}/events", BOARD_NOTIFIED))

    assert [200, 201] == answers
    assert 1 == recorded(place, case).count("governing_board_notified")


def test_two_who_record_different_events_at_once_lose_neither(served: Served, place: str) -> None:
    """The slower of two workers looks again and records its event after the other's."""
    case = served().post("/notifications", json=a_notification()).json()["timetable"]
    now = clock(since=LATER, meeting=2)
    one, other = served(now=now), served(now=now)
    work_set = {"date": "2025-03-04", "event": "work_set"}

    answers = at_once((one, f"{case}/events", BOARD_NOTIFIED), (other, f"{case}/events", work_set))

    assert [201, 201] == answers
    assert {"governing_board_notified", "work_set"} <= {*recorded(place, case)}


def test_of_two_events_that_exclude_each_other_one_is_refused(served: Served, place: str) -> None:
    """The head cannot cancel once the board has met, nor the board meet what was cancelled, however close they come."""
    first = served()
    case = first.post("/notifications", json=a_notification()).json()["timetable"]
    first.post(f"{case}/events", json=BOARD_NOTIFIED)
    now = clock(since=LATER, meeting=2)
    one, other = served(now=now), served(now=now)

    answers = at_once((one, f"{case}/events", BOARD_MET), (other, f"{case}/events", CANCELLED))

    assert [201, 409] == answers
    assert 1 == len({"governing_board_met", "exclusion_cancelled"} & {*recorded(place, case)})


def test_two_who_notify_at_once_open_one_case(served: Served, place: str) -> None:
    """A notification that arrives twice in one moment is one case."""
    now = clock(since=LATER, meeting=2)
    one, other = served(now=now), served(now=now)

    answers = at_once((one, "/notifications", a_notification()), (other, "/notifications", a_notification()))

    assert 201 in answers
    assert {*answers} <= {200, 201}
    with CaseStore.open(place) as store:
        assert 1 == len(store.case_ids())
