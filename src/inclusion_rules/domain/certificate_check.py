"""Verify a certificate from plain data alone: calendar files, bank holidays as published, and none of our counting."""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

_Plain = Mapping[str, Any]  # as YAML or JSON gives it
_FORWARD = ("the day after is day 1", "the first day is day 1")
_BACK = ("counted back by the calendar", "at least N days lie between", "the last school day before")


def complaints_about(certificate: _Plain, *, layers: Sequence[_Plain], bank_holidays: _Plain) -> tuple[str, ...]:
    """Everything wrong with a certificate, in words; empty when verified. `layers` run from the base to the school."""
    try:
        return tuple(_complaints(certificate, layers, bank_holidays))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, IndexError) as unreadable:
        return (f"the certificate cannot be read: {unreadable!r}",)


def _complaints(said: _Plain, layers: Sequence[_Plain], holidays: _Plain) -> Iterator[str]:
    unit, count, rule, number = said["unit"], said["count"], said["rule"], 0
    start, due = (date.fromisoformat(said[key]) for key in ("counted_from", "due"))
    inclusive, back, between = rule == _FORWARD[1], rule in _BACK, rule == _BACK[1]
    days, last = [min(start, due) + timedelta(n) for n in range(abs((due - start).days) + 1)], due
    if long := unit in ("weeks", "months", "years"):
        steps = [_stepped(start, -n if back else n, unit, inclusive) for n in range(1, count + 1)]
        days, last = [start, *steps], steps[-1]
    ends_well = between and count == 0 and due + timedelta(1) == start
    for day, line in zip_longest(days, said["lines"]):
        idle = (day == start and (long or not inclusive)) or (day == due and between)
        true = (False, "not counted", rule) if idle else _judged(str(day), unit, layers, holidays)
        number += true[0]
        ends_well = ends_well or (true[0] and day == due + timedelta(between))
        if (str(day), *true) != tuple(line[k] for k in ("day", "counted", "why", "source")):
            yield f"{day} is {true}, not {line}"
        if line["number"] != (number if true[0] else None):
            yield f"{day} is number {number if true[0] else None}, not {line['number']}"
    limit = -(-count // 24) if unit == "hours" else count
    name = {
        "school days": layers[-1:] and layers[-1]["calendar"],
        "working days": f"bank holidays {holidays['version']}",
    }
    if (number, last, said["calendar"]) != (limit, due, name.get(unit, "the civil calendar")) or not ends_well:
        yield f"{count} {unit} are not counted to {due}: {number} lead to {last} by `{said['calendar']}`"
    if rule not in _FORWARD + _BACK or (due < start) != back or (rule == _BACK[2] and count != 1):
        yield f"{count} {unit} from {start} to {due} do not follow the rule `{rule}`"


def _stepped(start: date, count: int, unit: str, inclusive: bool) -> date:
    if unit == "weeks":
        return start + timedelta(7 * count - inclusive)
    year, month = divmod(start.year * 12 + start.month - 1 + count * (12 if unit == "years" else 1), 12)
    end = date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
    return end - timedelta(inclusive and end.day == start.day)


def _judged(day: str, unit: str, layers: Sequence[_Plain], holidays: _Plain) -> tuple[bool, str, str]:
    if unit not in ("school days", "working days"):
        return True, f"counted in {unit}", "the civil calendar"
    titles = {event["date"]: event["title"] for event in holidays["england-and-wales"]["events"]}
    if not min(titles)[:4] <= day[:4] <= max(titles)[:4]:
        raise ValueError(f"the bank holidays of {day[:4]} are not listed")
    said = _said_of(day, layers) if unit == "school days" else (True, "working day", "every week")
    weekday = date.fromisoformat(day).weekday()
    if weekday >= 5 and not said[1].startswith("opened"):
        return False, ("Saturday", "Sunday")[weekday - 5], "every week"
    if day in titles and not said[1].startswith("opened"):
        return False, f"bank holiday: {titles[day]}", "bank holidays"
    return said


def _said_of(day: str, layers: Sequence[_Plain]) -> tuple[bool, str, str]:
    depth = max(at for at, layer in enumerate(layers) if layer.get("terms"))
    for layer in layers[depth:]:
        spans = [layer["covers"]] if layer.get("covers") else layer.get("terms") or [{"from": day}]
        if not min(str(span["from"]) for span in spans) <= day <= max(str(span.get("to", day)) for span in spans):
            raise ValueError(f"{day} is outside what `{layer['calendar']}` covers")
    for at, layer in reversed([*enumerate(layers)]):
        for word, entries in (("opened", layer.get("open")), ("closed", layer.get("closed"))):
            for entry in entries or ():
                span = entry if isinstance(entry, Mapping) else {"from": entry}
                first = span.get("from", span.get("date"))
                if str(first) <= day <= str(span.get("to", first)):
                    why = f"{word}: {span['why']}" if span.get("why") else word
                    return word == "opened", why, layer["calendar"]
        if at == depth and not any(str(term["from"]) <= day <= str(term["to"]) for term in layer["terms"]):
            return False, "between terms", layer["calendar"]
    return True, "school day", layers[depth]["calendar"]
