"""Diagrams of the pathways: complete, well formed, readable without colour, and the same bytes every time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.cli import main
from inclusion_rules.domain.conditions import Comparison, Operator
from inclusion_rules.domain.pathways import Move, Pathway, Stage
from inclusion_rules.domain.wording import condition_in_words
from inclusion_rules.reporting.pathway_diagram import pathway_as_mermaid, steps_of
from inclusion_rules.reporting.pathway_drawing import pathway_as_svg
from inclusion_rules.reporting.pathway_pages import main as write_pages
from inclusion_rules.reporting.pathway_pages import pathway_pages, write_pathway_pages
from inclusion_rules.vocabulary import words

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
MAKE = "run `python -m inclusion_rules.reporting.pathway_pages docs/reference`"
SVG = "{http://www.w3.org/2000/svg}"
SEVEN = {
    "permanent_exclusion",
    "suspension",
    "part_time_timetable",
    "managed_move",
    "off_site_direction",
    "safeguarding_separation",
    "risk_of_exclusion",
}
WIDEST_SIGN, TALLEST_LINE = 0.6, 1.2
"""How wide the signs of these labels are on average at most, and how tall a line is, in sizes of the letters."""

every_pathway = pytest.mark.parametrize(
    "pathway", [pytest.param(p, id=p.id) for p in open_rulebook().pathways.values()]
)


def awkward() -> Pathway:
    """A pathway whose words hold every sign that means something to XML or to Mermaid."""
    guard = Comparison("a_fact", Operator.IS, 'less < more & "so"; {on} #1')
    return Pathway(
        id="awkward",
        title='Less < more & "so"; it\'s {on} --> #1: a title that is a good deal longer than its two columns',
        begins_with=("suspended",),
        follows=("suspended",),
        stages=(Stage("first/of_two", "it <ends>", (), False), Stage("second/of_two", "", (), True)),
        moves=(
            Move("case_closed", ("first/of_two",), "second/of_two", guard),
            Move(None, ("first/of_two",), "first/of_two"),
        ),
    )


def drawing(pathway: Pathway) -> ElementTree.Element:
    """The drawing of a pathway as an XML parser reads it."""
    return ElementTree.fromstring(pathway_as_svg(pathway))


def groups(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    """The groups of one kind, in the order drawn."""
    return [group for group in root.iter(f"{SVG}g") if group.get("class") == kind]


def said(group: ElementTree.Element) -> str:
    """The words of a group in one line."""
    return " ".join(text.text or "" for text in group.iter(f"{SVG}text"))


def text_boxes(root: ElementTree.Element) -> Iterator[tuple[str, float, float, float, float]]:
    """Each label with the box it takes at most: left, top, right, bottom."""
    for text in root.iter(f"{SVG}text"):
        words_of = text.text or ""
        size = float(text.get("font-size") or root.get("font-size") or 0)
        heavy = 1.1 if text.get("font-weight") else 1.0
        width = WIDEST_SIGN * size * heavy * len(words_of)
        left = float(text.get("x") or 0) - (width / 2 if text.get("text-anchor") == "middle" else 0)
        base = float(text.get("y") or 0)
        yield words_of, left, base - size, left + width, base + (TALLEST_LINE - 1) * size


def test_every_pathway_of_the_contract_is_drawn() -> None:
    """Seven pathways ship, and each has its page and drawing."""
    pages = pathway_pages(open_rulebook())

    assert SEVEN == set(open_rulebook().pathways)
    assert {"pathways.md", *(f"pathways/{name}.svg" for name in SEVEN)} == set(pages)


@every_pathway
def test_a_drawing_has_every_stage_once_in_order(pathway: Pathway) -> None:
    """A box stands for each stage, from left to right as the case goes."""
    boxes = groups(drawing(pathway), "stage")

    assert [stage.name for stage in pathway.stages] == [box.get("data-stage") for box in boxes]
    lefts = [float(next(box.iter(f"{SVG}rect")).get("x") or 0) for box in boxes]
    assert lefts == sorted(set(lefts))


@every_pathway
def test_a_box_carries_the_name_of_its_stage(pathway: Pathway) -> None:
    """Whoever reads a box knows its stage without hovering over it."""
    for stage, box in zip(pathway.stages, groups(drawing(pathway), "stage"), strict=True):
        assert words(stage.name).rpartition("/")[2] in said(box)


@every_pathway
def test_a_drawing_has_every_move_once(pathway: Pathway) -> None:
    """Each move is one row with its event and its guard in words, and nothing else is."""
    beginning, *rows = groups(drawing(pathway), "move")

    assert all(words(event) in said(beginning) for event in pathway.begins_with)
    assert len(pathway.moves) == len(rows)
    for step, row in zip(steps_of(pathway), rows, strict=True):
        assert (step.move.event or "") == row.get("data-event")
        assert said(row).startswith(words(step.move.event) if step.move.event else "time alone")
        if step.move.when is not None:
            assert f"when {condition_in_words(step.move.when)}" in said(row)


@every_pathway
def test_steps_are_the_moves_of_the_pathway(pathway: Pathway) -> None:
    """Putting moves into words loses none and adds none."""
    assert sorted(map(repr, pathway.moves)) == sorted(repr(step.move) for step in steps_of(pathway))


@every_pathway
def test_a_row_has_a_dot_on_every_stage_that_its_move_leaves(pathway: Pathway) -> None:
    """Where a move starts can be read off the columns."""
    root = drawing(pathway)
    centres = [re.match(r"M([\d.]+) ", next(g.iter(f"{SVG}path")).get("d") or "") for g in groups(root, "stage")]
    column = {stage.name: match[1] for stage, match in zip(pathway.stages, centres, strict=True) if match}

    for step, row in zip(steps_of(pathway), groups(root, "move")[1:], strict=True):
        assert sorted(column[source] for source in step.move.sources) == sorted(
            circle.get("cx") or "" for circle in row.iter(f"{SVG}circle")
        )


@every_pathway
def test_only_moves_by_time_are_dashed(pathway: Pathway) -> None:
    """What needs no event looks different without any colour."""
    for step, row in zip(steps_of(pathway), groups(drawing(pathway), "move")[1:], strict=True):
        dashed = [path.get("stroke-dasharray") is not None for path in row.iter(f"{SVG}path")]
        assert dashed
        assert {step.by_time} == set(dashed)


@every_pathway
def test_ends_have_a_double_frame_and_say_so(pathway: Pathway) -> None:
    """An end is told by its shape and by a word."""
    for stage, box in zip(pathway.stages, groups(drawing(pathway), "stage"), strict=True):
        frames = [rect for rect in box.iter(f"{SVG}rect") if rect.get("stroke")]
        assert (2 if stage.is_end else 1) == len(frames)
        assert stage.is_end == ("an end" in [text.text for text in box.iter(f"{SVG}text")])


@every_pathway
def test_no_label_covers_another_or_leaves_the_sheet(pathway: Pathway) -> None:
    """Every word of a drawing can be read."""
    assert_readable(drawing(pathway))


def assert_readable(root: ElementTree.Element) -> None:
    """No two labels overlap, and all of them lie on the sheet."""
    boxes = list(text_boxes(root))
    width, height = float(root.get("width") or 0), float(root.get("height") or 0)
    assert [] == [box for box in boxes if box[1] < 0 or box[2] < 0 or box[3] > width or box[4] > height]
    assert [] == [
        (one[0], two[0])
        for one, two in combinations(boxes, 2)
        if one[1] < two[3] and two[1] < one[3] and one[2] < two[4] and two[2] < one[4]
    ]


@every_pathway
def test_a_drawing_says_in_words_what_it_shows(pathway: Pathway) -> None:
    """A screen reader hears the title and every move."""
    root = drawing(pathway)
    title, described = root.find(f"{SVG}title"), root.find(f"{SVG}desc")

    assert title is not None
    assert pathway.title == title.text
    assert described is not None
    assert all(step.sentence in (described.text or "") for step in steps_of(pathway))
    assert "title described" == root.get("aria-labelledby")


@every_pathway
def test_a_drawing_uses_no_colour(pathway: Pathway) -> None:
    """Black, white and greys only: printing it loses nothing."""
    colours = set(re.findall(r"#[0-9a-f]{6}", pathway_as_svg(pathway)))

    assert colours
    assert all(colour[1:3] == colour[3:5] == colour[5:7] for colour in colours)


@every_pathway
def test_a_diagram_is_the_same_every_time(pathway: Pathway) -> None:
    """The same pathway gives the same bytes, so that a change of it can be seen."""
    again = replace(pathway)

    assert pathway_as_svg(pathway) == pathway_as_svg(again)
    assert pathway_as_mermaid(pathway) == pathway_as_mermaid(again)


MERMAID_LINE = re.compile(
    r"""stateDiagram-v2
    | \s+acc(Title|Descr):\s[^#;]+
    | \s+state\s"[^"#;{}]+"\sas\s\w+(\s\{)?
    | \s+\}
    | \s+(\[\*\]|\w+)\s-->\s(\[\*\]|\w+)(\s:\s[^:;#{}"]*(:[^:;#{}"]+)*)?""",
    re.VERBOSE,
)


@pytest.mark.parametrize(
    "pathway", [awkward(), *open_rulebook().pathways.values()], ids=lambda pathway: str(pathway.id)
)
def test_every_line_of_mermaid_is_one_that_mermaid_reads(pathway: Pathway) -> None:
    """No sign of ours means something else there, and no state is used that was not declared."""
    lines = pathway_as_mermaid(pathway).splitlines()

    assert [] == [line for line in lines if not MERMAID_LINE.fullmatch(line)]
    declared = set(re.findall(r'" as (\w+)', "\n".join(lines)))
    used = {name for line in lines for name in re.findall(r"^\s+(\w+) -->|--> (\w+)", line) for name in name if name}
    assert used <= declared


@every_pathway
def test_mermaid_has_every_stage_once_and_every_move(pathway: Pathway) -> None:
    """Each stage is declared once; each move has its arrows, with the event on each."""
    text = pathway_as_mermaid(pathway)

    for stage in pathway.stages:
        assert 1 == len(re.findall(rf'" as s_{stage.name.replace("/", "__")}$', text, flags=re.M))
    arrows = re.findall(r"^  (\w+) --> (\w+) : (.+)$", text, flags=re.M)
    expected = []
    for step in steps_of(pathway):
        sources = (
            ["any_stage"] if step.from_anywhere else [f"s_{name.replace('/', '__')}" for name in step.move.sources]
        )
        expected += [(source, f"s_{step.move.target.replace('/', '__')}", step.happens) for source in sources]
    assert sorted(expected) == sorted((source, target, label.split("<br>")[0]) for source, target, label in arrows)


@every_pathway
def test_mermaid_marks_the_beginning_and_the_ends(pathway: Pathway) -> None:
    """A reader sees where a case starts and where it stops."""
    text = pathway_as_mermaid(pathway)

    assert f"  [*] --> s_{pathway.stages[0].name.replace('/', '__')} : " in text
    assert sum(stage.is_end for stage in pathway.stages) == text.count("--> [*]")


def test_the_stages_of_the_hearing_stand_together() -> None:
    """A group of stages is drawn as one."""
    pathway = open_rulebook().pathways["permanent_exclusion"]

    box = r'state "hearing" as \w+ \{\n(    state "[^"]+" as s_hearing__\w+\n){4}  \}'
    assert re.search(box, pathway_as_mermaid(pathway))
    frames = [rect for rect in drawing(pathway).iter(f"{SVG}rect") if rect.get("class") == "group"]
    assert 2 == len(frames)


def test_awkward_words_stay_words() -> None:
    """Whatever stands in a pathway, the drawing is well formed and readable."""
    root = drawing(awkward())

    assert 'when a fact is less < more & "so"; {on} #1' in said(groups(root, "move")[1])
    assert_readable(root)


@pytest.mark.parametrize("name", ["pathways.md", *(f"pathways/{name}.svg" for name in sorted(SEVEN))])
def test_a_page_is_current(name: str) -> None:
    """What the documentation shows of the pathways is what runs."""
    assert pathway_pages(open_rulebook())[name] == (REFERENCE / name).read_text("utf-8"), MAKE


@every_pathway
def test_the_page_has_each_pathway_as_table_diagram_and_drawing(pathway: Pathway) -> None:
    """Nothing of a pathway is left out of the reference."""
    page = pathway_pages(open_rulebook())["pathways.md"]

    assert f"(pathways/{pathway.id}.svg)" in page
    assert f"```mermaid\n{pathway_as_mermaid(pathway)}```" in page
    assert all(f"| `{stage.name}` |" in page for stage in pathway.stages)
    assert all(refusal.because in page for refusal in pathway.refusals)


def test_only_what_has_changed_is_written(tmp_path: Path) -> None:
    """Making the pages again touches nothing."""
    assert 8 == len(write_pathway_pages(tmp_path, open_rulebook()))
    assert () == write_pathway_pages(tmp_path, open_rulebook())


@pytest.mark.parametrize("arguments", [[], ["one", "two"], ["--help"]])
def test_wrong_use_is_told(arguments: list[str]) -> None:
    """Whoever types it wrongly learns how it is typed."""
    with pytest.raises(SystemExit, match="usage"):
        write_pages(arguments)


@pytest.mark.parametrize(("form", "made"), [("mermaid", pathway_as_mermaid), ("svg", pathway_as_svg)])
def test_the_command_draws_in_the_form_asked_for(form: str, made: Callable[[Pathway], str], tmp_path: Path) -> None:
    """`diagram` writes what the library makes."""
    out = tmp_path / "pathway"

    assert 0 == main(["diagram", "managed move", "--as", form, "--out", str(out)])
    assert made(open_rulebook().pathways["managed_move"]) == out.read_text("utf-8")


def test_the_command_knows_its_pathways(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt pathway is wrong usage, and the nearest right one is named."""
    assert 2 == main(["diagram", "manged_move"])
    assert "did you mean `managed_move`" in capsys.readouterr().err


def test_the_command_draws_pathways_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody who edits a pathway sees it as edited."""
    shipped = Path(__file__).parents[2] / "pathways" / "managed_move.yaml"
    text = shipped.read_text("utf-8").replace("the new school's register\n", "another register\n", 1)
    (tmp_path / "managed_move.yaml").write_text(text, "utf-8")

    assert 0 == main(["diagram", "managed_move", "--pathways", str(tmp_path)])
    assert "another register" in capsys.readouterr().out
