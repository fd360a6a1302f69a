"""The report of a run: stands alone, can be read without seeing it, and says what the run's own files say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from shutil import copytree
from tempfile import mkdtemp
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.simulation.small_runs import law, small_run, small_simulation

from inclusion_rules.cli import main
from inclusion_rules.reporting.run_drawing import Row, Scale, rows_drawn
from inclusion_rules.reporting.run_report import report_of, write_report
from inclusion_rules.reporting.run_validation import held_against
from inclusion_rules.reporting.validation_page import run_held
from inclusion_rules.simulation.run_columns import pieces_of
from inclusion_rules.simulation.run_figures import RunFigures
from inclusion_rules.simulation.run_reading import RunReadingError, SavedRun

VOID = {"meta", "path", "rect", "circle", "polygon", "br", "link", "img", "input"}
LOADS = ("src", "href", "srcset", "data", "action", "xlink:href")


class Element:
    """An element of a page, with what it holds."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: Element | None) -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children: list[Element] = []
        self.words = ""

    def all(self, *tags: str) -> Iterator[Element]:
        """Every element within of one of these tags, in order."""
        for child in self.children:
            if not tags or child.tag in tags:
                yield child
            yield from child.all(*tags)

    @property
    def text(self) -> str:
        """All words within."""
        return " ".join([self.words, *(child.text for child in self.children)]).strip()


class Page(HTMLParser):
    """A page as a tree; closing tags that do not fit are a fault."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self.here = Element("", {}, None)
        self.faults: list[str] = []
        self.feed(html)
        if self.here is not self.root:
            self.faults.append(f"{self.here.tag} is never closed")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element."""
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that holds nothing."""
        self.here.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        """Come out of an element."""
        if self.here.tag != tag or self.here.parent is None:
            self.faults.append(f"{tag} closes {self.here.tag}")
        else:
            self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.here.words += data


@cache
def run() -> Path:
    """A small run, made once."""
    return small_run(Path(mkdtemp()) / "run")


@cache
def html() -> str:
    """Its report."""
    return report_of(run(), rulebook=law(), plan=small_simulation().plan)


@cache
def page() -> Element:
    """Its report, as a tree."""
    return Page(html()).root


@cache
def rows(table: str) -> list[dict[str, Any]]:
    """The rows of its files."""
    found: list[dict[str, Any]] = pq.read_table(run() / f"{table}.parquet").to_pylist()
    return found


def table(caption: str) -> list[list[str]]:
    """The cells of a table of the report."""
    found = next(one for one in page().all("table") if next(one.all("caption")).text == caption)
    return [[cell.text for cell in row.all("th", "td")] for row in found.all("tr")][1:]


def test_the_page_is_well_formed() -> None:
    """Every element is closed where it was opened."""
    assert [] == Page(html()).faults


def test_nothing_is_fetched_from_anywhere() -> None:
    """No script, no style sheet, picture or font of another file; links stay within the page."""
    assert set() == {each.tag for each in page().all("script", "link", "img", "iframe", "object", "embed", "video")}
    for each in page().all():
        for name in LOADS:
            assert each.attributes.get(name, "#").startswith("#"), each.attributes
    assert [] == re.findall(r"url\((?!#)|@import", html())


def test_links_within_the_page_arrive() -> None:
    """Every entry of the contents leads to a part of the page."""
    ids = {each.attributes["id"] for each in page().all() if "id" in each.attributes}
    assert {each.attributes["href"][1:] for each in page().all("a")} <= ids


def test_no_two_parts_share_an_id() -> None:
    """Titles and patterns of pictures are those of their own picture."""
    ids = [each.attributes["id"] for each in page().all() if "id" in each.attributes]
    assert [] == [name for name, count in Counter(ids).items() if count > 1]


def test_every_picture_has_words_and_a_table() -> None:
    """A picture has a caption, a title, a description, and the same as a table beside it."""
    figures = list(page().all("figure"))
    assert len(figures) == len(list(page().all("svg"))) >= 8
    for figure in figures:
        (drawing,) = figure.all("svg")
        assert "img" == drawing.attributes["role"]
        named = drawing.attributes["aria-labelledby"].split()
        said = {each.attributes.get("id"): each.text for each in drawing.all("title", "desc")}
        assert all(len(said[name]) > 10 for name in named)
        assert next(figure.all("figcaption")).text
        assert len(list(next(figure.all("details")).all("td"))) >= 2


def test_tables_can_be_followed_by_ear() -> None:
    """Every table has a caption, heads of columns and of rows, and as many cells in each row as in its head."""
    for each in page().all("table"):
        assert next(each.all("caption")).text
        head, *body = each.all("tr")
        assert {"col"} == {cell.attributes.get("scope") for cell in head.all("th")}
        for row in body:
            assert ["row"] == [cell.attributes.get("scope") for cell in row.all("th")]
            assert len(list(head.all("th"))) == len(list(row.all("th", "td")))


def test_headings_step_down_one_by_one() -> None:
    """One main heading, and each part a heading below it."""
    levels = [int(each.tag[1]) for each in page().all("h1", "h2", "h3")]
    assert levels == [1, *([2] * (len(levels) - 1))]


def test_nothing_is_told_by_colour_alone() -> None:
    """Late and missed differ by pattern in every picture that has both."""
    svg = next(each for each in page().all("figure") if each.attributes["id"] == "breaches-by-duty")
    fills = {each.attributes.get("fill", "") for each in svg.all("rect")}
    assert any(fill.startswith("url(#") for fill in fills)
    assert "Hatched: met late. Solid: missed" in svg.text


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    """Written twice, and for a copy somewhere else, the report has the same bytes and none of its paths."""
    copy = tmp_path / "copy"
    copytree(run(), copy)
    write_report(copy, rulebook=law())
    first = (copy / "report.html").read_bytes()
    write_report(copy, rulebook=law())
    assert html().encode() == first == (copy / "report.html").read_bytes()
    assert str(tmp_path) not in html()


def test_the_funnel_is_that_of_the_files() -> None:
    """How many ever stood at a stage is what the stages of events and cases say."""
    begun = {row["case_id"]: row["about"] for row in rows("cases")}
    there: dict[str, set[str]] = {}
    for row in rows("events"):
        if row["happened_on"] >= begun[row["case_id"]]:
            for stage in (row["stage_before"], row["stage_after"]):
                there.setdefault(stage, set()).add(row["case_id"])
    for row in rows("cases"):
        there.setdefault(row["stage"], set()).add(row["case_id"])
    shown = {cells[0].removesuffix(" (an end)").replace(" ", "_"): cells[1] for cells in
             table("Cases that ever stood at each stage")}  # fmt: skip
    assert {stage: str(len(cases)) for stage, cases in there.items()} == {
        stage: count for stage, count in shown.items() if count != "0"
    }


def test_breaches_are_those_of_the_ledger() -> None:
    """Decided, in time, late and missed of a duty are what counting its rows gives."""
    counts = Counter(row["status"] for row in rows("obligations") if row["duty"] == "board_consider_pex" and row["due"])
    shown = next(cells for cells in table("Share of obligations in breach, by duty") if "board considers" in cells[0])
    decided = counts["met"] + counts["met_late"] + counts["missed"]
    assert [str(decided), str(counts["met"]), str(counts["met_late"]), str(counts["missed"])] == shown[2:6]
    share = (counts["met_late"] + counts["missed"]) / decided
    assert shown[6].startswith(f"{share * 100:.1f} % (")


def test_what_stands_out_is_counted_in_obligations() -> None:
    """A case may owe a duty several times, so the share is of obligations, and as many as the table has."""
    told = next(item.text for item in page().all("li") if "Most often in breach" in item.text)
    decided = {cells[2] for cells in table("Share of obligations in breach, by duty")}
    share = re.search(r"of ([\d,]+) obligations\.$", told)
    assert share is not None
    assert share.group(1) in decided


def test_the_timeline_does_not_count_everything_from_the_exclusion() -> None:
    """Some of its duties are about a later day, and it says that they are counted from there."""
    about = {row["case_id"]: row["about"] for row in rows("cases")}
    assert any(row["about"] and row["about"] > about[row["case_id"]] for row in rows("obligations"))
    captions = {next(one.all("caption")).text for one in page().all("table")}
    assert "When duties fall due and when they are met, in school days after what each is about" in captions


def test_a_duty_that_the_plan_never_meets_is_not_called_broken() -> None:
    """No step of the plan circulates papers, so the board's papers stand apart, loudly, and in no picture."""
    apart = table("NOT MEASURED: duties that nothing in the plan meets, so that their breaches mean nothing")
    assert any("`board papers circulated`" in cells[4] for cells in apart)
    assert not any("papers" in cells[0] for cells in table("Share of obligations in breach, by duty"))


def test_who_found_a_school_is_counted_and_who_still_waits_is_not_lost() -> None:
    """Everybody not taken back is in the estimate: those placed, and those still waiting when the run ends."""
    stages = Counter(row["stage"] for row in rows("cases"))
    away = stages["closed/cancelled"] + stages["closed/reinstated"]
    placed = {row["case_id"] for row in rows("events") if row["event"] == "started_at_new_school"}
    figures = RunFigures.of(pieces_of(SavedRun.open(run())), small_simulation().plan, law())
    survival = figures.survival()
    assert survival is not None
    assert len(rows("cases")) - away == survival.steps[0].waiting
    assert len(placed) == sum(step.happened for step in survival.steps)
    assert survival.steps[0].waiting == sum(step.happened + step.lost for step in survival.steps)


def test_costs_are_those_of_the_plan() -> None:
    """A review costs what the plan says, once for each that began."""
    began = sum(row["event"] == "review_began" for row in rows("events"))
    shown = next(cells for cells in table("What the run costs") if cells[0] == "a review")
    assert f"£{began * 1000:,}" == shown[3]


def test_a_published_figure_that_is_missed_is_missed_loudly() -> None:
    """What nobody could meet is said to be missed, which way and by how much; what is met is not."""
    shown = {cells[0]: cells[1] for cells in table("Published figures beside this run")}
    assert shown["Reviews for each 100 exclusions"].startswith("MISSES: too LOW by ")
    assert "within" == shown["Secondary schools"]
    loud = [row.text for row in page().all("tr") if row.attributes.get("class") == "loud"]
    assert any("Reviews for each 100 exclusions" in text for text in loud)


def test_waiting_for_room_is_shown() -> None:
    """Reviews wait for a sitting that hears one at a time, and the longest queue is told."""
    assert any("waited at once" in each.text for each in page().all("p"))
    assert "How many waited for panels at the end of each week" in {each.text for each in page().all("figcaption")}


def test_an_interrupted_run_is_called_that(tmp_path: Path) -> None:
    """A run that is not complete says so before anything else."""
    copy = tmp_path / "run"
    copytree(run(), copy)
    manifest = copy / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"complete": true', '"complete": false'), "utf-8")
    assert "INTERRUPTED: this run holds 300 cases" in report_of(copy, rulebook=law())


def test_other_law_than_the_runs_is_told(tmp_path: Path) -> None:
    """A report whose words come from another version of the law warns its reader."""
    copy = tmp_path / "run"
    copytree(run(), copy)
    manifest = copy / "manifest.json"
    digest = law().packs["england"].digest
    manifest.write_text(manifest.read_text("utf-8").replace(digest, "sha256:" + "0" * 64), "utf-8")
    assert "THE LAW AT HAND IS NOT THE RUN'S (england)" in report_of(copy, rulebook=law())


def test_a_folder_that_is_no_run_is_told(tmp_path: Path) -> None:
    """Nothing is written into a folder that holds no run."""
    with pytest.raises(RunReadingError):
        write_report(tmp_path, rulebook=law())
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("depth", ["first", "first/1"])
def test_a_folder_of_runs_is_told_from_a_run(tmp_path: Path, depth: str) -> None:
    """Whoever names the folder of an experiment, or of several runs, learns where a run is."""
    copytree(run(), tmp_path / "trial" / depth)
    with pytest.raises(RunReadingError) as raised:
        SavedRun.open(tmp_path / "trial")
    assert str(raised.value).endswith(f"it holds the run `{tmp_path / 'trial' / depth}`")


def test_what_is_no_folder_at_all_is_told_in_words(tmp_path: Path) -> None:
    """A name that nothing carries, and that of a file, are each called what they are."""
    (tmp_path / "file").write_text("mine", "utf-8")
    for name, told in (
        ("nowhere", "is not there; give the folder of a run"),
        ("file", "is a file, and a run is a folder"),
    ):
        with pytest.raises(RunReadingError) as raised:
            SavedRun.open(tmp_path / name)
        assert str(raised.value) == f"`{tmp_path / name}` {told}"


def test_the_command_writes_where_it_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`report RUN --out FILE` writes the page there, and says so on standard error."""
    out = tmp_path / "page.html"
    assert 0 == main(["report", str(run()), "--out", str(out)])
    assert html() == out.read_text("utf-8")
    assert str(out) in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "code"), [(["report", "nowhere"], 1), (["compare", "one"], 2)])
def test_what_cannot_be_done_ends_with_its_code(arguments: list[str], code: int) -> None:
    """A folder that is no run, and a run without its pair, are told with the codes of every command."""
    assert code == main(arguments)


def test_compare_as_data_and_as_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The comparison of a run with itself says in every form that nothing changed."""
    assert 0 == main(["compare", str(run()), str(run()), "--format", "json"])
    assert '"nothing_changed": true' in capsys.readouterr().out
    out = tmp_path / "comparison.html"
    assert 0 == main(["compare", str(run()), str(run()), "--format", "html", "--out", str(out)])
    assert [] == Page(out.read_text("utf-8")).faults
    assert "NO EFFECT. Nothing changed" in out.read_text("utf-8")


def test_the_validation_page_holds_runs_as_the_report_does() -> None:
    """What the documentation says of a plan is what the report of the same run says."""
    simulation = small_simulation(seed=1)
    held = run_held(simulation.plan, simulation.text, law(), cases=300)
    shown = {one.comparison.figure: one.verdict.split(":")[0] for one in held}
    assert {"Secondary schools": "within", "Reviews for each 100 exclusions": "MISSES"} == shown
    figures = RunFigures.of(pieces_of(SavedRun.open(run())), simulation.plan, law())
    assert [one.comparison for one in held] == [one.comparison for one in held_against(simulation.plan, figures)]


def test_the_validation_page_tells_every_shipped_figure() -> None:
    """The page that ships has a verdict for each comparison of each plan that ships, and the misses stand out."""
    from inclusion_rules.loading.plan_files import find_plan, load_plan, shipped_plans

    text = (Path(__file__).parents[2] / "docs/explanation/validation.md").read_text("utf-8")
    for name in shipped_plans():
        assert f"## `{name}`" in text
        for comparison in load_plan(find_plan(name), law()).comparisons:
            (line,) = {
                line for line in text.partition(f"## `{name}`")[2].partition("## `")[0].splitlines()
                if line.startswith(f"| {comparison.figure} |")
            }  # fmt: skip
            assert ("| within |" in line) != ("| **MISSES" in line or "| **NOTHING" in line)


def test_a_picture_has_the_same_signs_everywhere() -> None:
    """Numbers in pictures are rounded the same way, so that no machine draws them differently."""
    drawn = rows_drawn("x", "t", "d", [Row("a", "b", mark=1 / 3)], Scale(0, 1))
    assert not re.search(r"\d\.\d{3,}", drawn)
