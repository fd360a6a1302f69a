"""The contents of a notice that came in, held against what the law asks it to say in this case.

Words are looked for as plain phrases. Finding none shows nothing but that: an item of a letter in free words is never
called absent, only not recognised. The score counts and never blocks. Decides nothing.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from inclusion_rules.documents.draft_data import plain
from inclusion_rules.documents.drafting import BLANK_BEGINS
from inclusion_rules.documents.items import Held, ItemState
from inclusion_rules.domain.document_items import Item
from inclusion_rules.loading.notice_files import ABSENT, PRESENT, Notice
from inclusion_rules.vocabulary import Modality

AROUND = 60
"""How many characters on each side of a phrase are shown, so that a reader can see what it says."""
_SPELLED = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\N{NON-BREAKING HYPHEN}": "-", "\N{SOFT HYPHEN}": ""}
)


class Found(StrEnum):
    """What can be said of one item in a notice."""

    PRESENT = "present"
    ABSENT = "absent"
    RECOGNISED = "recognised"
    NOT_RECOGNISED = "not recognised"
    NOT_STATED = "not stated"
    CANNOT_TELL = "cannot tell"


HAS = (Found.PRESENT, Found.RECOGNISED)
LACKS = (Found.ABSENT, Found.NOT_RECOGNISED)


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """One item: whether it is needed (in `state`), what the notice has of it, in which words.

    `agrees` is whether a day that the notice gives is the one that the record comes to; None where none was compared.
    """

    state: ItemState
    found: Found
    words: str = ""
    agrees: bool | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How many of the items that must be said are there, lacking, or cannot be told."""

    has: int
    lacks: int
    untold: int

    @property
    def of(self) -> int:
        """How many items must be said."""
        return self.has + self.lacks + self.untold

    @property
    def percent(self) -> int | None:
        """The share that is there, rounded down; None where nothing must be said."""
        return self.has * 100 // self.of if self.of else None


@dataclass(frozen=True)
class NoticeCheck:
    """A notice held against its document in one case."""

    held: Held
    notice: Notice
    items: tuple[CheckedItem, ...]
    blanks: tuple[str, ...] = ()
    """The questions of a draft that nobody has answered and that the notice still asks."""

    @property
    def score(self) -> Score:
        """The score over what must be said."""
        must = [one for one in self.items if one.state.needed and one.state.force is Modality.MUST]
        has, lacks = (sum(one.found in kind for one in must) for kind in (HAS, LACKS))
        return Score(has, lacks, len(must) - has - lacks)

    def having(self, *found: Found, needed: bool | None = True) -> tuple[CheckedItem, ...]:
        """The items that are needed, or may be, of which one of those things can be said."""
        return tuple(one for one in self.items if one.state.needed is needed and one.found in found)


def check_notice(notice: Notice, held: Held) -> NoticeCheck:
    """Hold a notice against the items of its document in one case."""
    items = []
    text, blanks = (None, ()) if notice.text is None else _without_blanks(_plain(notice.text))
    for state in held.items:
        if text is not None:
            items.append(_looked_for(state, text))
        else:
            items.append(_stated(state, notice))
    return NoticeCheck(held, notice, tuple(items), blanks)


def _looked_for(state: ItemState, text: str) -> CheckedItem:
    item = state.item
    if not item.recognised_by:
        return CheckedItem(state, Found.CANNOT_TELL)
    folded = _without_case(text)
    phrases = [_without_case(_plain(phrase)) for phrase in item.recognised_by]
    hits = [(at, phrase) for phrase in phrases if (at := _place_of(phrase, folded)) is not None]
    if not hits:
        return CheckedItem(state, Found.NOT_RECOGNISED)
    at, phrase = min(hits)
    return CheckedItem(state, Found.RECOGNISED, _excerpt(text, at, len(phrase)))


def _stated(state: ItemState, notice: Notice) -> CheckedItem:
    said = notice.items.get(state.item.id)
    if said is None:
        return CheckedItem(state, Found.NOT_STATED)
    if said == ABSENT:
        return CheckedItem(state, Found.ABSENT)
    if said == PRESENT:
        return CheckedItem(state, Found.PRESENT)
    words = said.isoformat() if isinstance(said, date) else str(said)
    return CheckedItem(state, Found.PRESENT, words, _agrees(state, state.item, said))


def _agrees(state: ItemState, item: Item, said: str | date | float) -> bool | None:
    """Whether a day or number in a notice is what the record comes to; None where there is nothing to compare."""
    ours = state.content.value if state.content is not None else None
    if isinstance(said, date):
        return said == ours if isinstance(ours, date) else None
    if isinstance(said, int | float) and isinstance(ours, int | float) and not isinstance(ours, bool):
        return said == ours
    return None


def _without_blanks(text: str) -> tuple[str, tuple[str, ...]]:
    """Text without the marked blanks of a draft, and their questions: what one asks is not what the notice says."""
    first, *rest = text.split(BLANK_BEGINS)
    split = [after.partition("]") for after in rest]
    left = first + "".join(after for _, _, after in split)
    return " ".join(left.split()), tuple(dict.fromkeys(question.strip() for question, _, _ in split))


def _plain(text: str) -> str:
    """Text with plain quotation marks and hyphens, and single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_SPELLED).split())


def _without_case(text: str) -> str:
    """Text in small letters, sign for sign, so that a place in it is a place in the text."""
    return "".join(small if len(small := sign.lower()) == 1 else sign for sign in text)


def _place_of(phrase: str, text: str) -> int | None:
    """Where a phrase stands in whole words, or None."""
    at = text.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        starts = at == 0 or not (text[at - 1].isalnum() and phrase[0].isalnum())
        ends = end == len(text) or not (text[end].isalnum() and phrase[-1].isalnum())
        if starts and ends:
            return at
        at = text.find(phrase, at + 1)
    return None


def _excerpt(text: str, at: int, length: int) -> str:
    """The words around a phrase."""
    first, last = max(0, at - AROUND), min(len(text), at + length + AROUND)
    first = text.rfind(" ", 0, first) + 1 if first else 0
    end = text.find(" ", last)
    last = len(text) if end < 0 else end
    return f"{'… ' if first else ''}{text[first:last]}{' …' if last < len(text) else ''}"


def check_as_data(check: NoticeCheck) -> dict[str, Any]:
    """The check as JSON can hold it."""
    held = check.held
    score = check.score
    return {
        "case": held.record.id,
        "as_of": held.decision.as_of.isoformat(),
        "about": held.about.isoformat() if held.about is not None else None,
        "document": {"id": held.definition.id, "pack": held.definition.pack, "digest": held.definition.digest},
        "notice": check.notice.file,
        "read_as": "words" if check.notice.text is not None else "items",
        "score": {
            "has": score.has,
            "lacks": score.lacks,
            "cannot_tell": score.untold,
            "of": score.of,
            "percent": score.percent,
        },
        "blanks": list(check.blanks),
        "items": [_item_as_data(one) for one in check.items],
    }


def _item_as_data(one: CheckedItem) -> dict[str, Any]:
    state = one.state
    content = state.content
    return {
        "id": state.item.id,
        "says": state.item.says,
        "needed": state.needed,
        "hangs_on": list(state.hangs_on),
        "force": state.force.value if state.force is not None else None,
        "citations": list(state.citations),
        "verified": state.verified,
        "found": one.found.value.replace(" ", "_"),
        "words": one.words or None,
        "agrees": one.agrees,
        "by_the_record": None if content is None else plain(content.value),
        "note": state.item.note or None,
    }
