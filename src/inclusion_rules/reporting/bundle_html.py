"""The hearing bundle as one web page that stands alone, with the program that checks it and the seals it checks by.

Knows the template, how data stands safely within a page, and how the words of each part are sealed: the digest of its
text, runs of blanks made one. What is in the bundle is `hearing_bundle`; the checker is `templates/bundle_checker.js`.
"""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.loading.case_data import instant
from inclusion_rules.records.chain import plain_digest
from inclusion_rules.reporting.case_page import about_in_words
from inclusion_rules.reporting.certificates import counting_in_words
from inclusion_rules.reporting.chronology import details_of, instant_in_words
from inclusion_rules.reporting.hearing_bundle import HearingBundle, bundle_as_data
from inclusion_rules.vocabulary import words

_BLANKS = " \t\n\f\r"
_NEVER_CLOSED = frozenset({"meta", "link", "br", "img", "input", "hr"})
_SEALS = "@@SEALS@@"


def bundle_as_html(bundle: HearingBundle) -> str:
    """The page, complete; the same bundle gives the same bytes."""
    record = _as_json(bundle_as_data(bundle))
    checker = files("inclusion_rules.reporting").joinpath("templates/bundle_checker.js").read_text("utf-8")
    program = f"\n{checker}"
    page: str = (
        _template()
        .render(
            bundle=bundle,
            page=bundle.page,
            decision=bundle.page.decision,
            known_on=_known_on(bundle),
            record=Markup(record),
            checker=Markup(program),
            checker_hash=b64encode(sha256(program.encode()).digest()).decode(),
            seals=_SEALS,
            fingerprint=plain_digest(record),
        )
        .replace("\0", "\N{REPLACEMENT CHARACTER}")
    )
    seals = {
        "record": plain_digest(record),
        "parts": {
            name: {"place": place, "digest": plain_digest(text)} for name, (place, text) in words_of_parts(page).items()
        },
    }
    before, after = page.rsplit(_SEALS, 1)
    return before + _as_json(seals) + after


def words_of_parts(page: str) -> dict[str, tuple[str, str]]:
    """For each sealed part of a page, by its name: what to call it, and its words as a browser gives them."""
    reader = _PartReader()
    reader.feed(page)
    reader.close()
    return {name: (place, _in_one_line("".join(text))) for name, (place, text) in reader.parts.items()}


def _known_on(bundle: HearingBundle) -> str:
    time = bundle.known_on
    if time is None:
        return ""
    return instant_in_words(instant(time)) if isinstance(time, datetime) else f"the end of {day_in_words(time)}"


def _source_in_words(source: str) -> str:
    """Where a calendar was taken from: a text, or the keys and values of a calendar file as JSON."""
    try:
        found = json.loads(source)
    except ValueError:
        return source or "no source given"
    return "; ".join(f"{name}: {value}" for name, value in details_of(found)) if isinstance(found, dict) else source


class _PartReader(HTMLParser):
    """Gathers the text within each element that carries `data-part`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: dict[str, tuple[str, list[str]]] = {}
        self._open: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NEVER_CLOSED:
            return
        given = dict(attrs)
        name = given.get("data-part")
        if name is not None:
            self.parts[name] = (given.get("data-place") or name, [])
        self._open.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _NEVER_CLOSED and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for name in self._open:
            if name is not None:
                self.parts[name][1].append(data)


def _in_one_line(text: str) -> str:
    for blank in _BLANKS:
        text = text.replace(blank, " ")
    return " ".join(part for part in text.split(" ") if part)


def _as_json(told: object) -> str:
    """Data as JSON that can stand within a script element: in ASCII, and without the signs that could end it."""
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@lru_cache(maxsize=1)
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("inclusion_rules.reporting", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": day_in_words,
        "words": words,
        "about": about_in_words,
        "instant": instant_in_words,
        "counting": counting_in_words,
        "source": _source_in_words,
    }
    return environment.get_template("bundle.html.j2")
