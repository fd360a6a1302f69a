"""What two versions of law say differently, in words: what was, what is, and for which cases.

The differences are found by `analysis.differences` and `casework.moving`; nothing is compared here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import wrap
from typing import Any

from inclusion_rules.analysis.differences import (
    EntryDifference,
    PackDifference,
    ParameterDifference,
    PartChange,
    Period,
    RuleDifference,
)
from inclusion_rules.analysis.engagement_changes import Cases, EngagementChange
from inclusion_rules.casework.moving import Difference
from inclusion_rules.domain.conditions import Comparison, Group
from inclusion_rules.domain.law import Parameter, ParameterValue
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import Governs, Meeting, Rule
from inclusion_rules.domain.wording import condition_in_words, day_in_words, in_words
from inclusion_rules.reporting.law_in_words import (
    days_in_force,
    limit_in_words,
    meeting_in_words,
    source_in_words,
    value_in_words,
)
from inclusion_rules.vocabulary import words

SHOWN_AT_FIRST = 8
"""How many boxes of a rule, and changes of a case, are shown unless all are asked for."""
_NAMES = {"when": "condition", "says": "what it asks", "cites": "citations", "governs": "in force", "met_by": "met by"}


@dataclass(frozen=True, slots=True)
class CaseUnderBoth:
    """One case decided under two laws as of a day: what differs, or why it could not be decided under both."""

    case: str
    as_of: date
    differences: tuple[Difference, ...] = ()
    why_not: str | None = None


def said_of_part(change: PartChange, old: Edition, new: Edition, rule: Rule | None = None) -> tuple[str, str, str]:
    """A part that differs, in words: its name, what it was, what it is."""
    name = _NAMES.get(change.part, words(change.part))
    governs = rule.governs if rule is not None else None
    return name, _value(change.part, change.was, old, governs), _value(change.part, change.now, new, governs)


def _value(part: str, value: Any, edition: Edition, governs: Governs | None) -> str:
    match value:
        case _ if part == "deadline":
            return limit_in_words(value, edition, governs=governs)
        case None:
            return "nothing"
        case Comparison() | Group():
            return condition_in_words(value)
        case Governs():
            return days_in_force(value)
        case Meeting():
            return meeting_in_words(value)
        case tuple() | list():
            return "; ".join(_value("", each, edition, governs) for each in value) or "nothing"
        case str():
            return " ".join(value.split()) if part not in ("bearer", "modality", "kind") else words(value)
        case Mapping():
            return ", ".join(f"{words(str(key))}: {_value('', each, edition, governs)}" for key, each in value.items())
        case bool() | int() | float() | date():
            return in_words(value)
    return words(str(value))


def limit_change(found: RuleDifference, old: Edition, new: Edition) -> tuple[str, str, str] | None:
    """How a rule's limit differs through its quantity, where its own words are the same."""
    if found.was is None or found.now is None or any(part.part == "deadline" for part in found.parts):
        return None
    before = limit_in_words(found.was.deadline, old, governs=found.was.governs)
    after = limit_in_words(found.now.deadline, new, governs=found.now.governs)
    return ("limit", before, after) if before != after else None


def period_in_words(period: Period, was: Parameter | None, now: Parameter | None) -> tuple[str, str, str]:
    """Days on which a parameter differs, what it was and what it is."""
    until = f" to {day_in_words(period.last)}" if period.last is not None else ""
    cited = _cites(period.was) != _cites(period.now)
    return (
        f"from {day_in_words(period.first)}{until}",
        _version(period.was, was, cited=cited),
        _version(period.now, now, cited=cited),
    )


def _cites(version: ParameterValue | None) -> tuple[str, ...]:
    return version.cites if version is not None else ()


def _version(version: ParameterValue | None, parameter: Parameter | None, *, cited: bool = True) -> str:
    if version is None or parameter is None:
        return "no value"
    said = value_in_words(parameter, version.value)
    if version.otherwise is not None and version.otherwise_when is not None:
        condition = condition_in_words(version.otherwise_when)
        said += f", or {value_in_words(parameter, version.otherwise)} where {condition}"
    return f"{said} [{'; '.join(version.cites)}]" if version.cites and cited else said


def days_of(change: EngagementChange) -> str:
    """The days that a change of engagement is about."""
    first = f"from {day_in_words(change.first)}" if change.first is not None else ""
    last = f"to {day_in_words(change.last)}" if change.last is not None else ""
    return " ".join(part for part in (first, last) if part) or "on every day"


def boxes_in_words(cases: Cases) -> Iterator[tuple[str, str]]:
    """Each box of some cases in words, with one example out of it."""
    for box in cases.boxes:
        asked = "; ".join(f"{words(fact)}: {said}" for fact, said in cases.space.in_words(box))
        example = "; ".join(f"{words(fact)}: {in_words(value)}" for fact, value in cases.space.example(box))
        yield asked or "every case", example or "any case"


# As text -------------------------------------------------------------------------------------------------------------


def differences_as_text(
    found: Sequence[PackDifference], cases: Sequence[CaseUnderBoth] | None, *, width: int, everything: bool = False
) -> str:
    """Every difference, pack by pack, and then for whom."""
    most = None if everything else SHOWN_AT_FIRST
    lines: list[str] = []
    for each in found:
        if each:
            lines += ["" for _ in lines[:1]]
            lines += _Telling(each.old, each.new, width, most).lines(each)
    if not lines:
        lines.append(f"No difference: {', '.join(each.pack for each in found)} say the same.")
    if cases is not None:
        lines += ["", *_cases(cases, width, most)]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Telling:
    old: Edition
    new: Edition
    width: int
    most: int | None

    def lines(self, found: PackDifference) -> Iterator[str]:
        counts = {
            "rule": len(found.rules),
            "parameter": len(found.parameters),
            "other entry": len(found.entries),
            "scenario": len(found.scenarios),
        }
        told = ", ".join(_counted(number, name) for name, number in counts.items() if number)
        yield f"{found.pack} differs in {told}"
        if found.parameters:
            yield from ("", "  PARAMETERS")
            for parameter in found.parameters:
                yield from self._parameter(parameter)
        if found.rules:
            yield from ("", "  RULES")
            for rule in found.rules:
                yield from self._rule(rule)
        for title, entries in (("OTHER ENTRIES", found.entries), ("SCENARIOS", found.scenarios)):
            if entries:
                yield from ("", f"  {title}")
                for entry in entries:
                    yield from self._entry(entry)

    def _parameter(self, found: ParameterDifference) -> Iterator[str]:
        parameter = found.now or found.was
        assert parameter is not None
        yield from self._head(f"{_came(found.was, found.now)}{words(found.name)}: {parameter.title}")
        for period in found.periods:
            when, was, now = period_in_words(period, found.was, found.now)
            yield from self._line(f"{when}: {was} → {now}")
        for part in found.parts:
            name, was, now = said_of_part(part, self.old, self.new)
            yield from self._line(f"{name}: {was} → {now}")
        if found.rules:
            yield from self._line(f"rules that look it up: {', '.join(found.rules)}")

    def _rule(self, found: RuleDifference) -> Iterator[str]:
        rule = found.rule
        yield from self._head(f"{_came(found.was, found.now)}{found.id} ({rule.duty}): {rule.title}")
        if found.was is None or found.now is None:
            edition = self.new if found.was is None else self.old
            yield from self._line(f"{days_in_force(rule.governs)}; {condition_in_words(rule.when)}")
            yield from self._line(limit_in_words(rule.deadline, edition, governs=rule.governs))
            return
        for part in found.parts:
            name, was, now = said_of_part(part, self.old, self.new, rule)
            yield from self._line(f"{name}: {was} → {now}")
        limit = limit_change(found, self.old, self.new)
        if limit is not None:
            yield from self._line(f"{limit[0]}: {limit[1]} → {limit[2]}")
        if found.through:
            yield from self._line(f"by way of: {', '.join(map(words, found.through))}")
        for change in found.engagement:
            yield from self._cases(change.gained, f"applies now and did not ({days_of(change)})")
            yield from self._cases(change.lost, f"applied and does not now ({days_of(change)})")
        if not found.engagement and rule.runs:
            yield from self._line("it applies to the same cases")

    def _cases(self, cases: Cases, title: str) -> Iterator[str]:
        if not cases.boxes and cases.told:
            return
        yield from self._line(f"{title}:")
        if not cases.boxes:
            yield "        more cases than can be gone through; try it on case files"
        boxes = list(boxes_in_words(cases))
        for asked, example in boxes[: self.most]:
            aside = f". For example {example}" if example != asked else ""
            first = f"{asked}{aside}" if cases.told else f"for example {example}; there may be more"
            yield from wrap(first, self.width, initial_indent="        - ", subsequent_indent="          ")
        if self.most is not None and len(boxes) > self.most:
            yield f"        … and {len(boxes) - self.most} more: `--all` lists them"

    def _entry(self, found: EntryDifference) -> Iterator[str]:
        kind = found.section.removesuffix("s") if found.section != "choices" else "choice"
        named = found.name if found.section in ("scenarios", "provisions") else words(found.name)
        yield from self._head(f"{_came(found.was, found.now)}{kind}: {named}")
        for part in found.parts:
            if part.part == "derived":
                was = source_in_words(found.was) if found.was.derived is not None else "not worked out"
                now = source_in_words(found.now) if found.now.derived is not None else "not worked out"
                name = "worked out as"
            else:
                name, was, now = said_of_part(part, self.old, self.new)
            yield from self._line(f"{name}: {was} → {now}")

    def _head(self, text: str) -> Iterator[str]:
        yield from wrap(text, self.width, initial_indent="    ", subsequent_indent="      ")

    def _line(self, text: str) -> Iterator[str]:
        yield from wrap(text, self.width, initial_indent="      ", subsequent_indent="        ")


def _came(was: object, now: object) -> str:
    return "new: " if was is None else "gone: " if now is None else ""


def _cases(cases: Sequence[CaseUnderBoth], width: int, most: int | None) -> Iterator[str]:
    differing = [each for each in cases if each.differences]
    failed = [each for each in cases if each.why_not is not None]
    yield f"Of {_counted(len(cases), 'case')}, {len(differing)} come out differently"
    for each in differing:
        yield f"  {each.case}, as of {day_in_words(each.as_of)}"
        for difference in each.differences[:most]:
            yield from wrap(str(difference), width, initial_indent="    ", subsequent_indent="      ")
        if most is not None and len(each.differences) > most:
            yield f"    … and {len(each.differences) - most} more: `--all` lists them"
    for each in failed:
        yield from wrap(
            f"{each.case}: {each.why_not}", width, initial_indent="  not decided: ", subsequent_indent="    "
        )


def _counted(number: int, thing: str) -> str:
    several = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{number} {thing if number == 1 else several}"


# As data -------------------------------------------------------------------------------------------------------------


def differences_as_data(found: Sequence[PackDifference], cases: Sequence[CaseUnderBoth] | None) -> dict[str, Any]:
    """Every difference as JSON can hold it."""
    told: dict[str, Any] = {
        "differs": any(bool(each) for each in found),
        "packs": [_pack_as_data(each) for each in found],
    }
    if cases is not None:
        told["cases"] = {
            "count": len(cases),
            "differing": sum(bool(each.differences) for each in cases),
            "not_decided": sum(each.why_not is not None for each in cases),
            "changes": [_case_as_data(each) for each in cases if each.differences or each.why_not is not None],
        }
    return told


def _pack_as_data(found: PackDifference) -> dict[str, Any]:
    old, new = found.old, found.new
    return {
        "pack": found.pack,
        "rules": [_rule_as_data(each, old, new) for each in found.rules],
        "parameters": [
            {
                "parameter": each.name,
                "change": _change(each.was, each.now),
                "periods": [
                    {
                        "from": period.first.isoformat(),
                        "until": period.last.isoformat() if period.last is not None else None,
                        "was": _version(period.was, each.was),
                        "now": _version(period.now, each.now),
                    }
                    for period in each.periods
                ],
                "parts": _parts(each.parts, old, new),
                "rules": list(each.rules),
            }
            for each in found.parameters
        ],
        "entries": [_entry_as_data(each, old, new) for each in found.entries],
        "scenarios": [_entry_as_data(each, old, new) for each in found.scenarios],
    }


def _rule_as_data(found: RuleDifference, old: Edition, new: Edition) -> dict[str, Any]:
    limit = limit_change(found, old, new)
    parts = _parts(found.parts, old, new, found.rule)
    if limit is not None:
        parts.append({"part": limit[0], "was": limit[1], "now": limit[2]})
    return {
        "rule": found.id,
        "duty": found.rule.duty,
        "change": _change(found.was, found.now),
        "parts": parts,
        "by_way_of": list(found.through),
        "engagement": [
            {
                "from": change.first.isoformat() if change.first is not None else None,
                "until": change.last.isoformat() if change.last is not None else None,
                "gained": _cases_as_data(change.gained),
                "lost": _cases_as_data(change.lost),
            }
            for change in found.engagement
        ],
    }


def _cases_as_data(cases: Cases) -> dict[str, Any]:
    return {
        "complete": cases.told,
        "boxes": [
            {
                "cases": dict(cases.space.in_words(box)),
                "example": {fact: in_words(value) for fact, value in cases.space.example(box)},
            }
            for box in cases.boxes
        ],
    }


def _entry_as_data(found: EntryDifference, old: Edition, new: Edition) -> dict[str, Any]:
    return {
        "section": found.section,
        "name": found.name,
        "change": _change(found.was, found.now),
        "parts": _parts(found.parts, old, new),
    }


def _parts(parts: Sequence[PartChange], old: Edition, new: Edition, rule: Rule | None = None) -> list[dict[str, Any]]:
    told = (said_of_part(part, old, new, rule) for part in parts)
    return [{"part": name, "was": was, "now": now} for name, was, now in told]


def _change(was: object, now: object) -> str:
    return "added" if was is None else "removed" if now is None else "changed"


def _case_as_data(each: CaseUnderBoth) -> dict[str, Any]:
    return {
        "case": each.case,
        "as_of": each.as_of.isoformat(),
        "why_not": each.why_not,
        "differences": [
            {
                "duty": found.duty,
                "about": found.about.isoformat() if found.about is not None else None,
                "part": found.part,
                "before": found.before,
                "after": found.after,
            }
            for found in each.differences
        ],
    }
