"""What a school sends: taken once, or told all that is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient
from tests.app.builders import BOARD_NOTIFIED, EXCLUDED, a_notification, lines


def problems(client: TestClient, text: bytes | str) -> list[dict[str, str]]:
    """What the app finds wrong with a notification."""
    answer = client.post("/notifications", content=text)
    assert 422 == answer.status_code
    found: list[dict[str, str]] = answer.json()["problems"]
    return found


def open_cases(client: TestClient) -> int:
    """How many cases there are to look after."""
    found: int = client.get("/caseload").json()["totals"]["live_cases"]
    return found


def test_a_notification_opens_a_case(client: TestClient) -> None:
    """A school that notifies an exclusion is told where its timetable is."""
    answer = client.post("/notifications", json=a_notification())

    assert 201 == answer.status_code
    assert 200 == client.get(answer.json()["timetable"]).status_code


def test_the_same_notification_opens_one_case(client: TestClient) -> None:
    """A school that is unsure whether it was heard may send again."""
    first = client.post("/notifications", json=a_notification())
    second = client.post("/notifications", json=a_notification())

    assert (200, first.json()) == (second.status_code, second.json())
    assert 1 == open_cases(client)


def test_a_notification_repeated_later_is_still_the_same(client: TestClient, case: str) -> None:
    """What happened since does not make an old notification a new one."""
    client.post(f"{case}/events", json=BOARD_NOTIFIED)

    again = client.post("/notifications", json=a_notification())

    assert (200, case) == (again.status_code, again.json()["timetable"])


def test_a_notification_that_says_less_says_nothing_new(client: TestClient, case: str) -> None:
    """What the case began with already is no other story, even where not all of it is told again."""
    answer = client.post("/notifications", json=a_notification(events=[EXCLUDED]))

    assert (200, case) == (answer.status_code, answer.json()["timetable"])


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"pupil": {"date_of_birth": "2010-11-03"}}, id="pupil"),
        pytest.param({"school": {"type": "academy"}}, id="school"),
        pytest.param({"events": [EXCLUDED, BOARD_NOTIFIED]}, id="other events"),
        pytest.param({"calendar": "suffolk_2024_25"}, id="calendar"),
    ],
)
def test_a_reference_is_not_used_twice(client: TestClient, case: str, changes: dict[str, object]) -> None:
    """Another story under the same reference is refused, and the case stays as it is."""
    before = client.get(f"{case}.json").json()

    answer = client.post("/notifications", json=a_notification(**changes))

    assert 409 == answer.status_code
    assert before == client.get(f"{case}.json").json()


@pytest.mark.parametrize("text", [b'{"case": ', b"", b"case: LEI-1", b"\xff\xfe{}", b'{"a": 1, "a": 2}', b"[" * 5000])
def test_what_is_not_json_is_told_with_its_place(client: TestClient, text: bytes) -> None:
    """A text that cannot be read says where it stops making sense."""
    assert all(one["place"].startswith("notification.json:1:") for one in problems(client, text))


@pytest.mark.parametrize("told", [[], 5, "case", {}])
def test_json_of_another_shape_is_told(client: TestClient, told: object) -> None:
    """JSON that is no notification is refused in words."""
    assert problems(client, lines(told))


def test_unknown_words_are_told_with_place_and_help(client: TestClient) -> None:
    """Every misspelt word is told at once, where it stands, with the word that was probably meant."""
    told = a_notification(pathwy="x", events=[{"date": "2025-03-03", "event": "permanently_excluded", "sesion": "pm"}])

    found = problems(client, lines(told))

    place_of = {
        line.split('"')[1]: number for number, line in enumerate(lines(told).decode().splitlines(), 1) if '"' in line
    }
    assert [
        (
            f"notification.json:{place_of['sesion']}:4",
            "`sesion` is not an attribute of `permanently excluded`",
            "did you mean `session`?",
        ),
        (
            f"notification.json:{place_of['pathwy']}:2",
            "`pathwy` is not a key that belongs here",
            "did you mean `pathway`?",
        ),
    ] == [(one["place"], one["message"], one["help"]) for one in found]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"case": "Alex Example"}, "`Alex Example`", id="a name as reference"),
        pytest.param({"case": ""}, "``", id="no reference"),
        pytest.param({"pathway": "managed_move"}, "`managed_move`", id="a pathway that is not notified"),
        pytest.param({"events": [BOARD_NOTIFIED]}, "this", id="no exclusion"),
        pytest.param({"events": [EXCLUDED | {"recorded_at": "2030-01-01T00:00:00Z"}]}, "`2030-", id="our clock"),
        pytest.param({"events": [EXCLUDED, {"date": "2025-03-03", "event": "parent informed"}]}, "this", id="spaces"),
    ],
)
def test_what_this_council_does_not_take_is_told(client: TestClient, changes: dict[str, object], words: str) -> None:
    """The council's own narrowing of a case file has words and help of its own."""
    (problem,) = problems(client, lines(a_notification(**changes)))

    assert problem["message"].startswith(words)
    assert problem["message"].endswith("does not fit here")
    assert problem["help"]


def with_calendar(key: str, place: object) -> dict[str, Any]:
    """A notification that names a calendar under some key, in place of its own."""
    return {key if name == "calendar" else name: value for name, value in a_notification(calendar=place).items()}


@pytest.mark.parametrize("key", ["calendar", "Calendar", "calender", " calendar", "calendar\n", "CALENDAR"])
def test_no_file_of_ours_is_read_for_a_sender(client: TestClient, tmp_path: Path, key: str) -> None:
    """A notification cannot make the app read a file, however the key is spelled."""
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: swordfish\n", "utf-8")

    for told in (with_calendar(key, str(secret)), a_notification() | {key: str(secret)}):
        answer = client.post("/notifications", content=lines(told))
        assert 422 == answer.status_code
        assert "swordfish" not in answer.text
        assert "password" not in answer.text


def test_a_second_calendar_is_no_way_round(client: TestClient) -> None:
    """A key that stands twice is a slip, whichever of the two a reader would take."""
    text = '{"calendar": "/etc/hostname",' + json.dumps(a_notification())[1:]

    assert ["`calendar` is given twice in one block"] == [one["message"] for one in problems(client, text)]


def test_a_refused_notification_leaves_nothing(client: TestClient) -> None:
    """What was refused may be sent again, mended, under the same reference."""
    problems(client, lines(a_notification(pathwy="x")))

    assert 201 == client.post("/notifications", json=a_notification()).status_code


def test_a_flood_is_turned_away(client: TestClient) -> None:
    """A text longer than any notification is not read."""
    assert 413 == client.post("/notifications", content=b" " * 100_000).status_code


def test_the_schema_says_what_is_taken(client: TestClient) -> None:
    """A sender who checks against the published schema knows beforehand what the app will say."""
    schema = Draft202012Validator(client.get("/schemas/notification").json())

    assert schema.is_valid(a_notification())
    assert not schema.is_valid(a_notification(calendar="/etc/hostname"))
    assert not schema.is_valid(a_notification(pathwy="x"))
