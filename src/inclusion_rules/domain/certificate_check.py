"""Verify a certificate from plain data alone: calendar files, bank holidays as published, and none of our counting."""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

Plain = Mapping[str, Any]  # as YAML or JSON gives it
AFTER, FIRST, BETWEEN = "the day after is day 1", "the first day is day 1", "at least N days lie between"
BEFORE, BACK = "the last school day before", "counted back by the calendar"


def complaints_about(certificate: Plain, *, layers: Sequence[Plain], bank_holidays: Plain) -> tuple[str, ...]:
    """Everything wrong with a certificate, in words; empty when verified. `layers` run from the base to the school."""
    try:
        return tuple(_complaints(certificate, layers, bank_holidays))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as trouble:
        return (f"the certificate cannot be checked: {trouble!r}",)


def _complaints(said: Plain, layers: Sequence[Plain], holidays: Plain) -> Iterator[str]:
    unit, n, rule, name = (said[key] for key in ("unit", "count", "rule", "calendar"))
    start, due = (date.fromisoformat(said[key]) for key in ("counted_from", "due"))
    way, first = {AFTER: 1, FIRST: 1, BETWEEN: -1, BEFORE: -1, BACK: -1}[rule], rule == FIRST
    if unit in ("school days", "working days", "calendar days"):  # every day is listed
        days = _days([{"from": min(start, due), "to": max(start, due)}]) - (set() if first else {start})
        opens = days if unit == "calendar days" else _open(days, layers if unit == "school days" else (), holidays)
        numbers = {day: number for number, day in enumerate(sorted(opens - ({due} if rule == BETWEEN else set())), 1)}
        ends = len(numbers) == n and due in opens and (unit != "school days" or name == layers[-1]["calendar"])
    else:  # nothing is skipped, so only the two ends are listed
        months, ahead = {"hours": (0, -(-n // 24)), "weeks": (0, 7 * n), "months": (n, 0), "years": (12 * n, 0)}[unit]
        year, month = divmod(12 * start.year + start.month - 1 + way * months, 12)
        end = date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])) + way * timedelta(ahead)
        days, numbers, ends = {due}, {due: n}, due == end - timedelta(first and (ahead > 0 or end.day == start.day))
    lines = [(line["day"], line["number"], line["counted"], bool(line["why"])) for line in said["lines"]]
    if lines != [(str(day), numbers.get(day), day in numbers, True) for day in sorted(days | {start})]:
        yield f"the lines are not those of {n} {unit} to {due}: every day, numbered where it counts, and a reason"
    if not ends or (due < start) != (way < 0):
        yield f"{n} {unit} from {start}, where `{rule}`, do not lead to {due} by the calendar `{name}`"


def _open(days: set[date], layers: Sequence[Plain], holidays: Plain) -> set[date]:
    bank = _days(holidays["england-and-wales"]["events"])
    known = {day for day in days if day.year in {each.year for each in bank}}
    opens = {day for day in days if day.weekday() < 5} - bank
    nearest = max((at for at, layer in enumerate(layers) if layer.get("terms")), default=0)  # its terms apply
    for at, layer in enumerate(layers):
        terms = _days(layer["terms"]) if at == nearest else days
        opens = (opens & terms) - _days(layer.get("closed")) | (days & _days(layer.get("open")))
        known &= _days([layer.get("covers") or {"from": min(terms), "to": max(terms)}]) if at >= nearest else known
    if known != days:
        raise ValueError(f"nothing is known of {min(days - known)}")
    return opens


def _days(entries: Any) -> set[date]:
    spans = [entry if isinstance(entry, Mapping) else {"date": entry} for entry in entries or ()]
    ends = [[date.fromisoformat(str(span.get(key, span.get("date")))) for key in ("from", "to")] for span in spans]
    return {first + timedelta(n) for first, last in ends for n in range((last - first).days + 1)}
