"""The web page: complete in itself, safe with any text, and readable by everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser

import pytest

from inclusion_rules.casework.opening import example
from inclusion_rules.reporting.case_html import case_as_html
from inclusion_rules.reporting.case_page import CasePage

Shown = Callable[[str], CasePage]
CaseOf = Callable[[str, date], CasePage]
DEMO = "leicestershire_permanent_exclusion"
EMPTY = {"meta", "link", "br", "img", "input", "hr"}
ENOUGH_CONTRAST = 4.5


class Reader(HTMLParser):
    """Notes every tag with its attributes, and whether each is closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.misplaced: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.misplaced.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(page: str) -> Reader:
    """The page as a browser takes it apart."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.fixture
def html(shown: Shown) -> str:
    """The page of the demo's case."""
    return case_as_html(shown(DEMO))


def test_tags_are_closed_in_their_turn(html: str) -> None:
    """The page is well formed."""
    assert [] == read(html).misplaced


def test_the_page_asks_for_nothing_else(html: str) -> None:
    """It opens without a network, and tells nobody that it was opened."""
    reader = read(html)

    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in reader.tags}
    assert not [attributes for _, attributes in reader.tags if {"src", "href"} & attributes.keys()]
    assert "url(" not in html
    assert "@import" not in html


def test_the_page_says_its_language_and_its_title(html: str) -> None:
    """A screen reader pronounces it, and a tab names it."""
    assert '<html lang="en-GB">' in html
    assert "<title>LEI-2025-0042" in html


def test_every_heading_of_a_table_says_what_it_heads(html: str) -> None:
    """Each `th` has its scope."""
    headings = [attributes for tag, attributes in read(html).tags if tag == "th"]

    assert headings
    assert {"col", "row"} == {attributes.get("scope") for attributes in headings}


def test_headings_come_in_order(html: str) -> None:
    """One main heading, and no level skipped."""
    levels = [int(tag[1]) for tag, _ in read(html).tags if re.fullmatch(r"h[1-6]", tag)]

    assert 1 == levels[0]
    assert {2} == set(levels[1:])


def test_the_working_of_a_deadline_is_there_day_by_day(html: str) -> None:
    """Whoever doubts a date can count along."""
    text = " ".join(" ".join(read(html).text).split())

    assert "15 school days from the day after Tue 14 Jan 2025" in text
    assert "agrees" in text


def test_the_order_is_that_of_the_timetable(shown: Shown) -> None:
    """The page and the timetable tell the same story."""
    page = shown("cancelled_with_a_social_worker")
    places = [case_as_html(page).index(f">{section.title} (") for section in page.sections]

    assert sorted(places) == places


def test_text_from_a_case_stays_text(case_of: CaseOf) -> None:
    """Nothing that somebody types into a case file becomes part of the page's code."""
    text = example(DEMO).read_text("utf-8").replace("LEI-2025-0042", '"<script>alert(1)</script>"')
    html = case_as_html(case_of(text, date(2025, 3, 17)))

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def luminance(colour: str) -> float:
    """How bright a colour is, as WCAG 2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ink", ["ink", "quiet", "late", "soon"])
@pytest.mark.parametrize("behind", ["paper", "band"])
def test_text_stands_out_enough(html: str, ink: str, behind: str) -> None:
    """Every colour of text reaches the contrast of WCAG AA on every colour behind it."""
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]+)", html))
    full = {
        name: value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:])
        for name, value in colours.items()
    }
    bright, dark = sorted((luminance(full[ink]), luminance(full[behind])), reverse=True)

    assert ENOUGH_CONTRAST <= (bright + 0.05) / (dark + 0.05)
