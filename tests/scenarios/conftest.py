"""A small law of one topic, written to a folder, with room for scenarios: enough to see every side of running them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.scenarios.reading import Collection, open_scenarios

FILES = {
    "rules/small/pack.yaml": """
        pack: small
        title: A small law
        version: "1"
        layer: national
        """,
    "rules/small/provisions.yaml": """
        provisions:
          - {citation: the small regulations, says: what boards do, certainty: primary}
        """,
    "rules/small/attributes.yaml": """
        attributes: {school days: half days, first day: date, session: "one of [morning, afternoon, lunchtime]"}
        """,
    "rules/small/roles.yaml": """
        roles: {governing board: {title: governing board}, school: {title: school}}
        """,
    "rules/small/events.yaml": """
        exclusion:
          - {event: suspended, needs: [school_days, first_day], may: [session]}
          - {event: exclusion_cancelled}
          - {event: governing_board_notified}
          - {event: governing_board_met}
        """,
    "rules/small/facts.yaml": """
        facts:
          days out: {kind: half days, asks: How long?, derived: {attribute: school days, of: suspended}}
          cancelled: {kind: yes/no, asks: Was it cancelled?, derived: {recorded: exclusion cancelled}}
          looked after: {kind: yes/no, asks: Is the pupil looked after?, from: pupil.looked_after}
        """,
    "rules/small/parameters/threshold.yaml": """
        title: After how many days the board meets
        unit: school days
        values:
          - {from: 2012-09-01, value: 5, cites: [the small regulations]}
        """,
    "rules/small/parameters/limit.yaml": """
        title: How long the board has
        unit: school days
        values:
          - {from: 2012-09-01, value: 15, cites: [the small regulations]}
        """,
    "rules/small/board/meets.yaml": """
        title: The board meets after a long suspension
        force: regulations
        cites: [the small regulations]
        governs: {from: 2012-09-01}
        for each: suspension
        when:
          all of:
            - days out: {more than: {parameter: threshold}}
            - cancelled: no
        unless: [board/excused]
        duty:
          id: board meets
          bearer: governing board
          must: meet
          within: {parameter: limit, after: governing board notified}
          met by: [governing board met]
        """,
    "rules/small/board/excused.yaml": """
        title: The board need not meet about a looked-after pupil
        force: regulations
        cites: [the small regulations]
        governs: {from: 2012-09-01}
        for each: suspension
        when: {looked after: yes}
        definition:
          id: board excused
          bearer: governing board
          means: the board need not meet
        """,
    "rules/small/board/records.yaml": """
        title: Every suspension is recorded
        force: regulations
        cites: [the small regulations]
        governs: {from: 2012-09-01}
        for each: suspension
        duty: {id: school records, bearer: school, must: record it}
        """,
    "rules/small/calendars/example.yaml": """
        calendar: example
        covers: {from: 2024-09-01, to: 2025-07-31}
        terms:
          - {name: autumn, period: autumn, from: 2024-09-02, to: 2024-12-20}
          - {name: spring, period: spring, from: 2025-01-06, to: 2025-04-04}
          - {name: summer, period: summer, from: 2025-04-22, to: 2025-07-22}
        """,
    "pathways/suspension.yaml": """
        pathway: suspension
        title: A suspension
        begins with: [suspended]
        follows: suspension
        stages:
          - {stage: notification, until: the board has notice, awaits: [governing board notified]}
          - {stage: challenge, until: the board meets, awaits: [governing board met]}
          - {stage: closed/decided, ends: yes}
        moves:
          - {event: governing board notified, from: notification, to: challenge}
          - {event: governing board met, from: challenge, to: closed/decided}
        """,
}

IN_TIME = """
scenarios:
  - scenario: The board meets on the last day
    boundary of: [board meets]
    pupil: {looked_after: no}
    events:
      - {date: 2025-03-03, event: suspended, school_days: 5.5, first_day: 2025-03-03}
      - {date: 2025-03-03, event: governing_board_notified}
      - {date: 2025-03-24, event: governing_board_met}
    expect:
      as of: 2025-03-25
      obligations: [{duty: board meets, due: 2025-03-24, status: met}]
"""


def write(root: Path, name: str, text: str) -> Path:
    """A file below a folder, with the folders it needs."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text).lstrip("\n"), "utf-8")
    return path


@pytest.fixture
def law(tmp_path: Path) -> Path:
    """The folder that holds the small law's `rules` and `pathways`."""
    for name, text in FILES.items():
        write(tmp_path, name, text)
    return tmp_path


@pytest.fixture
def scenarios(law: Path) -> Callable[[str], Collection]:
    """Reads scenarios that are given as text, beside the small law."""

    def read(text: str) -> Collection:
        write(law, "rules/small/scenarios/board/meets.yaml", text)
        return open_scenarios([law / "rules" / "small"])

    return read


@pytest.fixture
def problems(scenarios: Callable[[str], Collection]) -> Callable[[str], list[tuple[str, str, str]]]:
    """The problems of scenarios given as text: code, the words underlined, and the help."""

    def read(text: str) -> list[tuple[str, str, str]]:
        with pytest.raises(InvalidFilesError) as caught:
            scenarios(text)
        return [
            (one.code, one.excerpt[one.place.column - 1 :][: one.place.width], one.help)
            for one in caught.value.diagnostics
        ]

    return read
