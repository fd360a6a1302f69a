"""The exclusion of one row of a table, as a case file would write it: category, days, length and reasons in one event.

Takes the words of the school census. What contradicts itself is told; nothing is chosen for the reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.errors import nearest_word
from inclusion_rules.loading.case_columns import CATEGORIES, SESSIONS_IN_A_DAY, SUSPENDED
from inclusion_rules.loading.row_cells import Row, codes_in
from inclusion_rules.loading.yaml_tree import Mapping as Tree
from inclusion_rules.loading.yaml_tree import Node, Scalar, Sequence
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import identifier, words

_WARNING = "warning"


def exclusion_tree(row: Row, edition: Edition) -> Tree | None:
    """The exclusion of a row as an event, or None with its problems noted."""
    before = len(row.problems.found)
    text, start = row.text("category"), row.day("start_date")
    category = None if text is None else CATEGORIES.get(" ".join(text.upper().split()))
    if text is None:
        row.problems.add(row.whole, "R202", "the row has no `category`", help="it is `PERM`, `SUSP` or `LNCH`")
    elif category is None:
        near = nearest_word(text.upper(), CATEGORIES)
        hint = f"did you mean `{near}`?" if near else "it is `PERM`, `SUSP` or `LNCH`"
        row.problems.add(row.span("category"), "C405", f"`{text}` is not a category of exclusion", help=hint)
    if "start_date" not in row.cells:
        row.problems.add(row.whole, "R202", "the row has no `start_date`", help="give the first day of the exclusion")
    decided, last = row.day("decided_on"), row.day("last_day")
    if start is not None and last is not None and last < start:
        message = f"the last day, {last.isoformat()}, is before the first, {start.isoformat()}"
        row.problems.add(row.span("last_day"), "C406", message, help="check the two days")
    if start is not None and decided is not None and decided > start:
        message = f"it was decided on {decided.isoformat()}, after it began on {start.isoformat()}"
        row.problems.add(row.span("decided_on"), "C406", message, help="check the two days", severity=_WARNING)
    if category is None or start is None:
        _check_the_rest(row, edition)
        return None
    entries: list[tuple[str, str, object]] = [("event", "category", category.event)]
    entries.append(("date", "decided_on" if decided else "start_date", decided or start))
    entries.append(("first_day", "start_date", start))
    if last is not None and category.event == SUSPENDED:
        entries.append(("last_day", "last_day", last))
    session = row.text("session")
    if category.lunchtime and session is not None and identifier(session) != "lunchtime":
        message = f"a lunchtime suspension cannot be of the session `{session}`"
        row.problems.add(row.span("session"), "C406", message, help="leave `session` empty, or give another `category`")
    if category.lunchtime or session is not None:
        entries.append(
            ("session", "session" if session else "category", "lunchtime" if category.lunchtime else session)
        )
    if category.event == SUSPENDED:
        entries += _length(row, lunchtime=category.lunchtime, edition=edition, day=decided or start)
    else:
        for name in ("sessions", "school_days"):
            if row.number(name):
                message = "a permanent exclusion has no length; it is not used"
                row.problems.add(row.span(name), "C406", message, severity=_WARNING)
    if any(one.severity != _WARNING for one in row.problems.found[before:]):
        return None
    found: list[tuple[Scalar, Node]] = [
        (_words(key, row.span(of)), _written(value, row.span(of))) for key, of, value in entries
    ]
    for name, cell in row.cells.items():
        if name == "consecutive_with_previous" and category.event == SUSPENDED:
            node = row.value(cell[0], cell[2].kind, cell[1])
            found += [] if node is None else [(_words(name, cell[1]), node)]
    if reasons := tuple(_reasons(row, edition, category.event)):
        found.append((_words("reasons", reasons[0].span), Sequence(reasons, reasons[0].span)))
    return Tree(tuple(found), row.whole)


def _check_the_rest(row: Row, edition: Edition) -> None:
    """Tell what else is wrong with an exclusion of which no event can be made, so that all is told at once."""
    for name in ("sessions", "school_days", "lunchtimes"):
        row.number(name)
    kind = edition.attributes.get(f"{SUSPENDED}.reasons")
    for code in _reasons(row, edition, SUSPENDED):
        if kind is not None and code.text not in kind.choices:
            row.problems.unknown(code.span, "a value of `reasons`", code.text, kind.choices, code="C306")


def _length(row: Row, *, lunchtime: bool, edition: Edition, day: date) -> Iterator[tuple[str, str, object]]:
    """How long a suspension is: in sessions, school days or lunchtimes, which have to agree where several are given."""
    sessions, days, lunches = row.number("sessions"), row.number("school_days"), row.number("lunchtimes")
    if sessions is None and days is None and not (lunchtime and lunches is not None):
        if not {"sessions", "school_days"} & row.cells.keys():
            row.problems.add(
                row.whole, "R202", "the row does not say how long", help="fill in `sessions` or `school_days`"
            )
        return
    said: list[tuple[str, float]] = []
    if sessions is not None:
        said.append(("sessions", sessions / SESSIONS_IN_A_DAY))
    if days is not None:
        said.append(("school_days", days))
    if lunchtime and lunches is not None and (worth := _a_lunchtime(edition, day)) is not None:
        said.append(("lunchtimes", lunches * worth))
    for name, length in said:
        if length <= 0:
            row.problems.add(
                row.span(name), "C406", f"`{row.text(name)}` is no length", help="leave out what was not imposed"
            )
        elif length != said[0][1]:
            first, wanted = said[0]
            message = (
                f"{row.text(name)} {words(name)} come to {length:g} school days, and the {words(first)} to {wanted:g}"
            )
            row.problems.add(row.span(name), "C406", message, help="correct one of the two, or leave it empty")
    if said:
        yield "school_days", said[0][0], said[0][1]
    if lunchtime:
        counted = lunches if lunches is not None else sessions
        if counted is not None:
            yield "lunchtimes", "lunchtimes" if lunches is not None else "sessions", counted


def _a_lunchtime(edition: Edition, day: date) -> float | None:
    parameter = edition.parameters.get("lunchtime_value")
    version = None if parameter is None else parameter.on(day)
    return version.value if version is not None and isinstance(version.value, (int, float)) else None


def _reasons(row: Row, edition: Edition, event: str) -> Iterator[Scalar]:
    kind = edition.attributes.get(f"{event}.reasons") or edition.attributes.get("reasons")
    known = kind.choices if kind is not None else ()
    for name in ("reason", "reason_2", "reason_3"):
        text, span = row.text(name), row.span(name)
        yield from (Scalar(code, True, span) for code in codes_in(text or "", known))


def _words(text: str, span: Span) -> Scalar:
    return Scalar(text, True, span)


def _written(value: object, span: Span) -> Scalar:
    if isinstance(value, date):
        return Scalar(value.isoformat(), False, span)
    if isinstance(value, (int, float)):
        return Scalar(f"{value:g}", False, span)
    return Scalar(str(value), True, span)
