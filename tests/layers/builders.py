"""A small land with a law of its own, and councils in it whose packs each test writes for itself.

Every file is plain text, so that a test shows what an officer would type. The law here is invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook, read_case
from inclusion_rules.domain.findings import Decision, Finding, Obligation
from inclusion_rules.domain.rulebook import Rulebook

LAND: Mapping[str, str] = {
    "pack.yaml": "pack: land\ntitle: The law of the land\nversion: '1'\nlayer: national\n",
    "provisions.yaml": """
        provisions:
          - {citation: Land Act s1, says: Much., certainty: primary, sources: [L1]}
        """,
    "roles.yaml": """
        roles:
          headteacher: {title: headteacher}
          governing board: {title: governing board}
          local authority: {title: local authority}
        """,
    "attributes.yaml": """
        attributes:
          school days: half days
          session: one of [morning, afternoon]
          trial until: date
          amount: money
          agreement: yes/no
          by: role
        """,
    "events.yaml": """
        exclusion:
          - {event: suspended, needs: [school_days]}
          - {event: permanently_excluded, may: [session]}
          - {event: exclusion_cancelled}
        after:
          - {event: board_told}
          - {event: board_met}
          - {event: move_proposed, may: [trial_until]}
          - {event: school_charged, may: [amount, agreement]}
        """,
    "facts.yaml": """
        facts:
          looked after: {kind: yes/no, from: pupil.looked_after, asks: Is the pupil looked after?}
          school authority: {kind: id, from: school.authority, asks: Which authority is the school's?}
          home authority: {kind: id, from: pupil.home_authority, asks: Where does the pupil live?}
          days of suspension: {kind: half days, asks: For how long?, derived: {attribute: school days, of: suspended}}
          cancelled: {kind: yes/no, asks: Was it cancelled?, derived: {recorded: exclusion cancelled}}
          board told on: {kind: date, asks: When was the board told?, derived: {date of: board told}}
          trial end: {kind: date, asks: Until when is the trial?, derived: {attribute: trial until, of: move proposed}}
          on trial: {kind: yes/no, asks: Is it a trial?, derived: {holds: {trial end: {known: yes}}}}
          sum charged: {kind: money, asks: How much is charged?, derived: {attribute: amount, of: school charged}}
          agreed: {kind: yes/no, asks: Did the school agree?, derived: {attribute: agreement, of: school charged}}
          counting: {kind: "one of [early, late]", asks: Which way is it counted?, derived: {reading: way of counting}}
          parent may ask until:
            kind: date
            asks: Until when may the parent ask?
            derived: {within: {parameter: asking limit, after: board told}}
        """,
    "parameters/board_limit.yaml": """
        title: How long the board has
        unit: school days
        values:
          - {from: 2012-09-01, until: 2024-08-31, value: 15, cites: [Land Act s1]}
          - {from: 2024-09-01, value: 10, cites: [Land Act s1], otherwise: {value: 20, when: {looked after: yes}}}
        """,
    "parameters/asking_limit.yaml": """
        title: How long the parent has to ask
        unit: weeks
        values: [{from: 2012-09-01, value: 4, cites: [Land Act s1]}]
        local choice: {may be: either, at least: 2, at most: 6}
        """,
    "parameters/long_suspension.yaml": """
        title: From how many days a suspension is long
        unit: school days
        values: [{from: 2012-09-01, value: 5, cites: [Land Act s1]}]
        """,
    "parameters/highest_charge.yaml": """
        title: What a school can be charged
        unit: pounds
        values: [{from: 2012-09-01, value: 4000, cites: [Land Act s1]}]
        """,
    "parameters/way_of_counting.yaml": """
        title: How days are counted
        unit: reading
        readings: {early: from the day itself, late: from the day after}
        values: [{from: 2012-09-01, value: late, cites: [Land Act s1]}]
        local choice: {one of: [early, late]}
        """,
    "board/meets.yaml": """
        title: The board meets
        force: regulations
        cites: [Land Act s1]
        governs: {from: 2012-09-01}
        for each: suspension
        when: {cancelled: no}
        duty:
          id: board meets
          bearer: governing board
          must: meet
          within: {parameter: board limit, after: board told}
          met by: [board met]
        """,
    "board/told.yaml": """
        title: The board is told
        force: regulations
        cites: [Land Act s1]
        governs: {from: 2012-09-01}
        for each: suspension
        duty: {id: tell board, bearer: headteacher, must: tell the board, without delay: yes, met by: [board told]}
        """,
    "board/every_suspension.yaml": """
        title: The authority hears of every suspension
        force: regulations
        cites: [Land Act s1]
        governs: {from: 2022-09-01}
        for each: suspension
        duty: {id: tell authority, bearer: headteacher, must: tell the authority, without delay: yes}
        """,
    "board/early_ways.yaml": """
        title: Days counted early
        force: regulations
        cites: [Land Act s1]
        governs: {from: 2012-09-01}
        for each: suspension
        when: {counting: early}
        definition: {id: counted early, bearer: headteacher, means: the day itself is day 1}
        """,
    "moves/no_trial.yaml": """
        title: A move is not made on trial
        force: statutory guidance
        cites: [Land Act s1]
        governs: {from: 2026-07-26}
        for each: move proposed
        expectation:
          id: no trial
          bearer: headteacher
          should not: propose a move on trial
          breached when: {on trial: yes}
        """,
    "money/no_more.yaml": """
        title: A school is not charged more than the law has it
        force: regulations
        cites: [Land Act s1]
        governs: {from: 2012-09-01}
        for each: school charged
        prohibition:
          id: no higher charge
          bearer: local authority
          must not: charge a school more than the law has it, unless it agreed
          breached when: {all of: [{sum charged: {more than: {parameter: highest charge}}}, {agreed: no}]}
        """,
    "calendars/open.yaml": """
        calendar: open
        covers: {from: 2019-01-01, to: 2027-12-31}
        terms:
          - {name: long, period: autumn, from: 2019-01-02, to: 2027-12-31}
        source: {url: "https://example.org", checked: 2025-01-01}
        """,
}
SHIRE: Mapping[str, str] = {
    "pack.yaml": "pack: shire\ntitle: The shire\nversion: '1'\nlayer: local\nauthority: shire\nextends: [land]\n",
    "provisions.yaml": """
        provisions:
          - {citation: Shire protocol, says: More., certainty: primary, sources: [S1]}
        """,
}
PATHWAY = """
    pathway: suspension
    title: A suspension
    begins with: [suspended]
    follows: suspension
    stages:
      - {stage: begun, until: the board meets, awaits: [board told]}
      - {stage: closed, ends: yes}
    moves:
      - {event: board met, from: begun, to: closed}
    """


def law(
    folder: Path, shire: Mapping[str, str], *, land: Mapping[str, str] | None = None, **others: Mapping[str, str]
) -> Path:
    """The land and the shire written out below a folder, with packs of other names where given."""
    for pack, files in {"land": {**LAND, **(land or {})}, "shire": {**SHIRE, **shire}, **others}.items():
        for name, text in files.items():
            path = folder / "rules" / pack / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    (folder / "pathways").mkdir(exist_ok=True)
    (folder / "pathways/suspension.yaml").write_text(dedent(PATHWAY).lstrip("\n"), encoding="utf-8")
    return folder


def opened(folder: Path, shire: Mapping[str, str], **others: Mapping[str, str]) -> Rulebook:
    """The rulebook of a land with such a shire.

    Raises:
        InvalidFilesError: something in it is refused.
    """
    law(folder, shire, **others)
    return open_rulebook([folder / "rules"], [folder / "pathways"])


def rule(
    act: str, *, relation: str = "{supplements: nothing national}", extra: str = "", subject: str = "suspension"
) -> str:
    """A rule of the shire: its act as written under it, and how it stands to the law."""
    return (
        f"title: A rule of the shire\nforce: local protocol\ncites: [Shire protocol]\n{extra}"
        f"for each: {subject}\nrelation: {relation}\n{dedent(act).strip()}\n"
    )


def parameter(value: str, unit: str = "school days") -> str:
    """A quantity of the shire, since 2019."""
    return f"title: A quantity\nunit: {unit}\nvalues: [{{from: 2019-01-01, value: {value}, cites: [Shire protocol]}}]\n"


def decided(
    rulebook: Rulebook, events: str, *, as_of: str = "2025-03-31", school: str = "authority: shire", pupil: str = ""
) -> Decision:
    """A case of the shire decided as of a day."""
    from datetime import date

    text = (
        "case: one\npathway: suspension\npacks: [shire]\ncalendar: open\n"
        f"school: {{{school}}}\npupil: {{{pupil}}}\nevents:\n{dedent(events).strip()}\n"
    )
    return decide(read_case(text, rulebook), rulebook, as_of=date.fromisoformat(as_of))


def finding_of(decision: Decision, duty: str) -> Finding:
    """The one finding of a duty."""
    return next(finding for finding in decision.findings if finding.rule.duty == duty)


def obligation_of(decision: Decision, duty: str) -> Obligation:
    """The one obligation of a duty."""
    return next(entry for entry in decision.obligations if entry.rule.duty == duty)
