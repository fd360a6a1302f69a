"""Builds what the tests of casework look at: a case as YAML text, its decision, and one entry of either by its duty.

Counts days with `datetime` alone, on dates of the shipped `example` calendar that are typed in here, so that no
expected day comes from the library that is tested.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook, read_case
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.findings import Decision, Finding, Obligation
from inclusion_rules.vocabulary import Outcome

PUPIL: Mapping[str, object] = {
    "date_of_birth": "2010-11-02",
    "year_group": 9,
    "sen": "none",
    "looked_after": False,
    "social_worker": False,
    "home_authority": "leicestershire",
}
SCHOOL: Mapping[str, object] = {"type": "maintained", "phase": "secondary", "authority": "leicestershire"}

ONE_DAY = timedelta(days=1)
TERMS = [
    ("2024-09-02", "2024-10-25"),
    ("2024-11-04", "2024-12-20"),
    ("2025-01-06", "2025-02-14"),
    ("2025-02-24", "2025-04-04"),
    ("2025-04-22", "2025-05-23"),
    ("2025-06-02", "2025-07-22"),
    ("2025-09-02", "2025-10-24"),
    ("2025-11-03", "2025-12-19"),
]
BANK_HOLIDAYS = {"2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25", "2025-12-25", "2025-12-26"}


def day(text: str) -> date:
    """A day from its ISO 8601 text."""
    return date.fromisoformat(text)


def is_school_day(of: date) -> bool:
    """Whether the example school opens, from the dates typed in above (autumn 2024 to autumn 2025)."""
    text = of.isoformat()
    return of.weekday() < 5 and text not in BANK_HOLIDAYS and any(first <= text <= last for first, last in TERMS)


def school_day_after(text: str, count: int) -> date:
    """The `count`th school day after a day, which is itself not counted."""
    found = day(text)
    while count:
        found += ONE_DAY
        count -= is_school_day(found)
    return found


def flow(value: object) -> str:
    """A value in YAML's flow style."""
    match value:
        case bool():
            return "true" if value else "false"
        case Mapping():
            return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(flow, value)) + "]"
        case _:
            return str(value)


def case_text(
    events: Iterable[str],
    *,
    pathway: str | None = None,
    pupil: Mapping[str, object] | None = None,
    school: Mapping[str, object] | None = None,
    judgements: Iterable[str] = (),
    calendar: str = "example",
    history_complete: bool | None = None,
    without: Iterable[str] = (),
) -> str:
    """A case file. An event is written `2025-03-03 suspended school_days: 2, first_day: 2025-03-03`.

    `pupil` and `school` replace single keys of the usual ones, and `without` leaves keys out.
    """
    listed = list(events)
    chosen = pathway or (
        "permanent_exclusion" if any(line.split()[1] == "permanently_excluded" for line in listed) else "suspension"
    )
    left_out = set(without)
    described = {
        part: {key: value for key, value in {**usual, **(said or {})}.items() if key not in left_out}
        for part, usual, said in (("school", SCHOOL, school), ("pupil", PUPIL, pupil))
    }
    lines = [
        "case: TEST-1",
        f"pathway: {chosen}",
        f"calendar: {calendar}",
        *(f"{part}: {flow(said)}" for part, said in described.items()),
    ]
    if history_complete is not None:
        lines.append(f"history_complete: {flow(history_complete)}")
    lines.append("events:" if listed else "events: []")
    for line in listed:
        on, name, *rest = line.split(maxsplit=2)
        lines.append("  - {date: " + ", ".join([on, f"event: {name}", *rest]) + "}")
    judged = list(judgements)
    if judged:
        lines += ["judgements:", *(f"  - {{{line}}}" for line in judged)]
    return "\n".join(lines) + "\n"


def record_of(events: Iterable[str], **said: object) -> CaseRecord:
    """The record of a case, read from its text."""
    return read_case(case_text(events, **said))  # type: ignore[arg-type]


def decided(
    events: Iterable[str], as_of: str, *, about: str | None = None, known_on: object = None, **said: object
) -> Decision:
    """A case decided as of a day."""
    return decide(
        record_of(events, **said),
        open_rulebook(),
        as_of=day(as_of),
        about=day(about) if about else None,
        known_on=known_on,  # type: ignore[arg-type]
    )


def obligations(decision: Decision, duty: str, *, about: str | None = None) -> list[Obligation]:
    """Every entry of the ledger for a duty."""
    return [
        entry
        for entry in decision.obligations
        if entry.rule.duty == duty and (about is None or entry.about == day(about))
    ]


def obligation(decision: Decision, duty: str, *, about: str | None = None) -> Obligation:
    """The one entry of the ledger for a duty."""
    found = obligations(decision, duty, about=about)
    assert 1 == len(found), f"{len(found)} entries of `{duty}`"
    return found[0]


def findings(decision: Decision, duty: str, *, about: str | None = None) -> list[Finding]:
    """Every finding for a duty."""
    return [
        found for found in decision.findings if found.rule.duty == duty and (about is None or found.about == day(about))
    ]


def finding(decision: Decision, duty: str, *, about: str | None = None) -> Finding:
    """The one finding for a duty."""
    found = findings(decision, duty, about=about)
    assert 1 == len(found), f"{len(found)} findings of `{duty}`"
    return found[0]


def is_present(decision: Decision, duty: str, *, about: str | None = None) -> bool:
    """Whether a duty is present in the contract's sense: an obligation in any status, or an engaged finding."""
    return bool(obligations(decision, duty, about=about)) or any(
        found.outcome is Outcome.ENGAGED for found in findings(decision, duty, about=about)
    )


def warning_codes(decision: Decision) -> list[str]:
    """The codes of the warnings, in order."""
    return [warning.code for warning in decision.warnings]
