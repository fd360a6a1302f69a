"""A draft laid out as plain text or as a web page, by the template of its document.

Knows what a layout is given. How it looks is the template's, which officers may edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from markupsafe import Markup

from inclusion_rules.documents.drafting import NOT_NEEDED, Draft, DraftedItem, Missing, Pen
from inclusion_rules.documents.items import Held, role_title, roles_told
from inclusion_rules.documents.templates import Offered, filled_in
from inclusion_rules.domain.document_items import HTML, TEXT, DocumentDefinition
from inclusion_rules.domain.findings import Obligation
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.vocabulary import words

NOT_ADVICE = "This is what the published rules ask for on the facts recorded. It is not legal advice."


def draft_as_text(draft: Draft) -> str:
    """The draft as plain text, laid out by the template of the document."""
    return _laid_out(draft, TEXT)


def draft_as_html(draft: Draft) -> str:
    """The draft as one web page that stands alone; everything that came from a file or a person is escaped."""
    return _laid_out(draft, HTML)


def _laid_out(draft: Draft, form: str) -> str:
    pen = Pen(draft.held, form)
    template = draft.held.definition.layouts[form]
    return filled_in(template, _layout_values(draft, pen), form=form, markup=form == HTML).strip("\n") + "\n"


def _layout_values(draft: Draft, pen: Pen) -> dict[str, object]:
    """Everything that a layout is given."""
    held = draft.held
    definition = held.definition
    numbers = {one.state.item.id: number for number, one in enumerate(draft.items, start=1)}
    letter = {
        "title": definition.title,
        "document": words(definition.id),
        "pack": f"{definition.pack} {definition.version}",
        "case": held.record.id,
        "as_of": day_in_words(held.decision.as_of),
        "about": day_in_words(held.about) if held.about is not None and held.is_about_an_exclusion else "",
        "sender": role_title(definition.sender, held),
        "recipient": role_title(definition.recipient, held),
        "copies": list(roles_told(held)),
        "opening": _paragraphs(pen.words_of(definition.opening), pen.form),
        "closing": _paragraphs(pen.words_of(definition.closing), pen.form),
        "complete": draft.complete,
        "note": definition.note,
        "not_advice": NOT_ADVICE,
    }
    return {
        "letter": Offered("a part of the letter", letter),
        "values": Offered(
            "a particular or item of this document", {name: pen.value(state) for name, state in pen.states.items()}
        ),
        "sections": [_section(heading, list(group), pen, numbers) for heading, group in _by_heading(draft.items)],
        "missing": [_missing_told(one) for one in draft.missing],
        "trace": [_traced(one, numbers[one.state.item.id]) for one in draft.items],
        "days": [
            _as_offered("day", {"words": one.words, "how": one.how, "line": f"- {one.words}: {one.how}"})
            for one in draft.days
        ],
        "duties": [_duty(entry) for entry in duties_of(held)],
        "warnings": [warning.message for warning in held.decision.warnings],
    }


def duties_of(held: Held) -> tuple[Obligation, ...]:
    """The obligations of the case that sending the document is to meet."""
    return tuple(entry for entry in held.obligations if entry.rule.duty in held.definition.fulfils)


def _duty(entry: Obligation) -> Offered:
    by = f"by {day_in_words(entry.due)}" if entry.due is not None else "without delay" if entry.alert_on else "no day"
    text = f"{entry.rule.title} ({by}; {words(entry.status.value)}; {'; '.join(entry.rule.cites)})"
    return _as_offered("duty", {"text": text, "line": f"- {text}"})


LAYOUT_NAMES = ("letter", "values", "sections", "missing", "trace", "days", "duties", "warnings")
LETTER_PARTS = (
    "title", "document", "pack", "case", "as_of", "about", "sender", "recipient", "copies", "opening", "closing",
    "complete", "note", "not_advice",
)  # fmt: skip


def offered_to_layout(definition: DocumentDefinition) -> dict[str, Mapping[str, object] | None]:
    """The names that a layout may use, each with its parts where it has some."""
    found: dict[str, Mapping[str, object] | None] = dict.fromkeys(LAYOUT_NAMES)
    found["letter"] = dict.fromkeys(LETTER_PARTS)
    found["values"] = dict.fromkeys(one.id for one in definition.fields)
    return found


def _by_heading(items: tuple[DraftedItem, ...]) -> list[tuple[str, list[DraftedItem]]]:
    """The items that are shown, under the headings they stand under: an item without one goes on under the last."""
    headings: list[str] = []
    for one in items:
        headings.append(one.state.item.heading or (headings[-1] if headings else ""))
    shown = [(heading, one) for heading, one in zip(headings, items, strict=True) if one.standing != NOT_NEEDED]
    return [(heading, [one for _, one in group]) for heading, group in groupby(shown, key=lambda pair: pair[0])]


def _section(heading: str, items: list[DraftedItem], pen: Pen, numbers: Mapping[str, int]) -> Offered:
    paragraphs = [_paragraph(one, pen, numbers) for one in items]
    return _as_offered("section", {"heading": heading, "items": paragraphs})


def _paragraph(one: DraftedItem, pen: Pen, numbers: Mapping[str, int]) -> Offered:
    item = one.state.item
    return _as_offered(
        "item",
        {
            "id": item.id.replace("_", "-"),
            "number": str(numbers[item.id]),
            "says": item.says,
            "paragraphs": _paragraphs(pen.words_of(item.wording, one.state), pen.form),
            "standing": one.standing,
            "hangs_on": list(one.state.hangs_on),
            "verified": one.state.verified,
        },
    )


def _paragraphs(text: str, form: str) -> list[str]:
    """The paragraphs of a wording; on a web page they are escaped already."""
    parts = [" ".join(part.split("\n")) for part in text.split("\n\n") if part.strip()]
    return [Markup(part) for part in parts] if form == HTML else parts


def _missing_told(one: Missing) -> Offered:
    law = "; ".join(one.citations)
    asked_by = f" ({one.force}: {law})" if one.force and law else ""
    told = {
        "name": words(one.name),
        "question": one.question,
        "force": one.force or "",
        "law": list(one.citations),
        "line": f"- {one.question}{asked_by}",
    }
    return _as_offered("missing", told)


def _traced(one: DraftedItem, number: int) -> Offered:
    state = one.state
    told = {
        "id": state.item.id.replace("_", "-"),
        "number": str(number),
        "says": state.item.says,
        "standing": one.standing,
        "is_shown": one.standing != NOT_NEEDED,
        "force": state.force.value if state.force is not None else "",
        "binds_known": state.binds is not None,
        "law": list(state.citations),
        "verified": state.verified,
        "hangs_on": list(state.hangs_on),
        "note": state.item.note,
        "line": trace_line(one, number),
    }
    return _as_offered("trace", told)


def trace_line(one: DraftedItem, number: int) -> str:
    """Where one item stands, in a line: its standing, what it says, how strongly it is asked for, and by what."""
    state = one.state
    marks = "" if state.verified else " [unverified]"
    marks += "" if state.binds is not None else " [whether it binds is not known]"
    force = state.force.value if state.force is not None else ""
    return f"{number}. {one.standing}: {state.item.says} ({force}: {'; '.join(state.citations)}){marks}"


def _as_offered(kind: str, parts: Mapping[str, object]) -> Offered:
    return Offered(f"a part of this {kind}", parts)
