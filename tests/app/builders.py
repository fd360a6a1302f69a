"""Builds what schools and officers send to the example app: notifications, the events that follow, and clocks."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import Any

ROOT = Path(__file__).parents[2]
APP = ROOT / "examples" / "app"
NOON = datetime(2025, 3, 5, 12, tzinfo=UTC)

LATER = NOON + timedelta(hours=1)

BOARD_NOTIFIED = {"date": "2025-03-04", "event": "governing_board_notified"}
BOARD_MET = {"date": "2025-03-20", "event": "governing_board_met"}
CANCELLED = {"date": "2025-03-20", "event": "exclusion_cancelled"}
EXCLUDED = {"date": "2025-03-03", "event": "permanently_excluded", "session": "morning"}


def a_notification(**changes: object) -> dict[str, Any]:
    """A permanent exclusion on Monday 3 March 2025, as a school sends it."""
    told = {
        "case": "LEI-2025-0042",
        "pathway": "permanent_exclusion",
        "calendar": "example",
        "school": {"type": "maintained", "phase": "secondary", "authority": "leicestershire"},
        "pupil": {"date_of_birth": "2010-11-02", "looked_after": False},
        "events": [EXCLUDED, {"date": "2025-03-03", "event": "parent_informed"}],
    }
    return told | changes


def lines(told: object) -> bytes:
    """A JSON text with one value on each line, so that a place in it says something."""
    return json.dumps(told, indent=1).encode()


def clock(*, since: datetime = NOON, meeting: int = 0) -> Callable[[], datetime]:
    """A clock that moves on by a second with each look. The first `meeting` looks wait for each other.

    Asked about a day, the app looks only just before it writes: those who meet have all read, and none has written.
    """
    barrier, looks = Barrier(max(meeting, 1), timeout=20), count()

    def now() -> datetime:
        look = next(looks)
        if look < meeting:
            barrier.wait()
        return since + timedelta(seconds=look)

    return now
