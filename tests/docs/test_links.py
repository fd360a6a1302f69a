"""Every link between the pages leads somewhere, and every page can be reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def prose(page: Path) -> str:
    """A page without its fenced blocks and code words, in which brackets mean other things."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S))


def links(page: Path) -> Iterator[tuple[str, str]]:
    """The links of a page to other pages of ours: the file (empty for the page itself) and the heading."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S)
    for target in LINK.findall(text):
        if "://" not in target and not target.startswith("mailto:"):
            path, _, anchor = target.partition("#")
            yield path, anchor


def anchors(page: Path) -> set[str]:
    """The names under which the headings of a page can be linked to."""
    found: dict[str, int] = {}
    names = set()
    for title in re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S), re.M
    ):
        slug = re.sub(r"[^\w\- ]", "", title.replace("`", "").lower()).replace(" ", "-")
        names.add(f"{slug}-{found[slug]}" if slug in found else slug)
        found[slug] = found.get(slug, 0) + 1
    return names


def named(page: Path) -> str:
    """A page as a test is called after it."""
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    """A reader who follows a link arrives at a page, and at the heading it names."""
    lost = []
    for path, anchor in links(page):
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            lost.append(path)
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            lost.append(f"{path}#{anchor}")
    assert [] == lost


def test_every_page_can_be_reached() -> None:
    """Starting from the map of the documentation, a reader comes by every page."""
    waiting, seen = [DOCS / "README.md"], set()
    while waiting:
        page = waiting.pop()
        if page not in seen and page.suffix == ".md" and page.is_file():
            seen.add(page)
            waiting += [(page.parent / path).resolve() for path, _ in links(page) if path]
    assert set() == set(DOCS.rglob("*.md")) - seen


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_begins_with_its_title(page: Path) -> None:
    """A page says at once what it is about, and says it once."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S)
    assert 1 == len(re.findall(r"^# .+$", text, flags=re.M))


def test_a_lost_link_would_be_seen(tmp_path: Path) -> None:
    """The test of links notices both a page and a heading that are not there."""
    page = tmp_path / "page.md"
    page.write_text("# Here\n\n[gone](gone.md) [there](#here) [nowhere](#nowhere)\n", "utf-8")
    assert [("gone.md", ""), ("", "here"), ("", "nowhere")] == list(links(page))
    assert {"here"} == anchors(page)
