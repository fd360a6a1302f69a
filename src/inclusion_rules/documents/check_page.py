"""A checked notice as a page of text: what it has, what it lacks, what cannot be told, each with its provision."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from inclusion_rules.documents.checking import CheckedItem, Found, NoticeCheck
from inclusion_rules.documents.contents import in_a_letter
from inclusion_rules.documents.items import role_title
from inclusion_rules.documents.laying_out import NOT_ADVICE
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.vocabulary import words

IN_WORDS = (
    "A phrase that is found shows where to look, not that the notice says it rightly. An item that is not recognised "
    "may be said in other words: read the notice before you say that it is not there."
)
HEADINGS = (
    ("LACKS", (Found.ABSENT,)),
    ("NOT RECOGNISED", (Found.NOT_RECOGNISED,)),
    ("CANNOT TELL", (Found.NOT_STATED, Found.CANNOT_TELL)),
    ("HAS", (Found.PRESENT,)),
    ("RECOGNISED", (Found.RECOGNISED,)),
)


def check_as_text(check: NoticeCheck, *, width: int) -> str:
    """The check as text, what wants attention first."""
    return "\n".join(_lines(check, width)) + "\n"


def _lines(check: NoticeCheck, width: int) -> Iterator[str]:
    held, score = check.held, check.score
    about = (
        f", exclusion of {day_in_words(held.about)}" if held.about is not None and held.is_about_an_exclusion else ""
    )
    yield f"{words(held.definition.id)} of case {held.record.id}{about}, as of {day_in_words(held.decision.as_of)}"
    yield from _wrapped(f"{check.notice.file}, read as {'words' if check.notice.text is not None else 'items'}", width)
    share = f" ({score.percent}%)" if score.percent is not None else ""
    yield from _wrapped(
        f"Of {score.of} items that must be said: {score.has} there{share}, {score.lacks} not there or not recognised, "
        f"{score.untold} cannot be told. A notice that lacks items is still a notice.",
        width,
    )
    if check.blanks:
        yield ""
        yield f"LEFT BLANK ({len(check.blanks)})"
        for question in check.blanks:
            yield from _wrapped(f"- {question}", width, "  ")
    for heading, found in HEADINGS:
        yield from _part(heading, check.having(*found), width)
    unsettled = tuple(one for one in check.items if one.state.needed is None)
    yield from _part("NOT KNOWN WHETHER NEEDED", unsettled, width)
    if check.notice.text is not None:
        yield ""
        yield from _wrapped(IN_WORDS, width)
    yield ""
    yield from _wrapped(f"The {role_title(held.definition.sender, held)} answers for the notice. {NOT_ADVICE}", width)


def _part(heading: str, items: tuple[CheckedItem, ...], width: int) -> Iterator[str]:
    if not items:
        return
    yield ""
    yield f"{heading} ({len(items)})"
    for one in items:
        state = one.state
        force = state.force.value if state.force is not None else ""
        marks = "" if state.verified else " [unverified]"
        marks += "" if state.binds is not None else " [whether it binds is not known]"
        yield from _wrapped(f"- {force}: {state.item.says} [{'; '.join(state.citations)}]{marks}", width, "  ")
        for remark in _remarks(one):
            yield from _wrapped(f"  {remark}", width, "  ")


def _remarks(one: CheckedItem) -> Iterator[str]:
    state = one.state
    for question in state.hangs_on:
        yield f"hangs on: {question}"
    if state.needed is None:
        yield f"the notice: {one.found.value}"
    if one.words:
        yield f"“{one.words}”"
    if one.agrees is not None and state.content is not None:
        ours = in_a_letter(state.content.value, state.item.type)
        yield "as the record has it" if one.agrees else f"the record comes to {ours}: the two differ"
    if state.item.note and one.found not in (Found.PRESENT, Found.RECOGNISED):
        yield state.item.note


def _wrapped(text: str, width: int, side: str = "") -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=side, break_long_words=False, break_on_hyphens=False)
