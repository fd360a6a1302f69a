"""The reference page of the pathways and their drawings, made from the data that runs them.

`python -m inclusion_rules.reporting.pathway_pages docs/reference` writes them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.pathways import Awaited, Pathway
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.wording import condition_in_words
from inclusion_rules.reporting.markdown import heading, plain_text, sentence, table_row
from inclusion_rules.reporting.pathway_diagram import BY_TIME, Step, pathway_as_mermaid, steps_of
from inclusion_rules.reporting.pathway_drawing import pathway_as_svg
from inclusion_rules.vocabulary import words

PAGE = "pathways.md"
_MADE = (
    "<!-- Made from the pathways by `python -m inclusion_rules.reporting.pathway_pages docs/reference`. "
    "Change the pathways, not this page. -->"
)
_READING = """\
A case stands at one stage of its pathway, and events move it. What each stage is for, what it awaits, what moves a case
on and what a live case does not take is listed below for every pathway, first as tables and then drawn. An event marked
*in its turn* moves a case only from the stages named; it may be recorded at any other time as well, and then moves
nothing. What is said to happen by time alone needs no event: from the day on which its condition holds, the stage is
another. History is never refused: refusals are for events entered into a live case."""


def pathway_pages(rulebook: Rulebook) -> Mapping[str, str]:
    """The page and the drawings, each by the name of its file within the reference."""
    pathways = [pathway for _, pathway in sorted(rulebook.pathways.items())]
    lines = [_MADE, "", "# Pathways", "", _READING, ""]
    lines += [f"- [{heading(pathway.id)}](#{pathway.id.replace('_', '-')})" for pathway in pathways]
    for pathway in pathways:
        lines += ["", *_section(pathway)]
    drawings = {_drawing(pathway): pathway_as_svg(pathway) for pathway in pathways}
    return {PAGE: "\n".join(lines).rstrip() + "\n", **drawings}


def write_pathway_pages(folder: Path, rulebook: Rulebook) -> tuple[Path, ...]:
    """Write the page and the drawings into a folder and return the files whose text has changed."""
    changed = []
    for name, text in pathway_pages(rulebook).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            changed.append(path)
    return tuple(changed)


def main(arguments: Sequence[str]) -> None:
    """Write the pages into the one folder named.

    Raises:
        SystemExit: no folder, or more than one, was named.
    """
    if len(arguments) != 1 or arguments[0].startswith("-"):
        raise SystemExit("usage: python -m inclusion_rules.reporting.pathway_pages FOLDER")
    write_pathway_pages(Path(arguments[0]), open_rulebook())


def _drawing(pathway: Pathway) -> str:
    return f"pathways/{pathway.id}.svg"


def _section(pathway: Pathway) -> Iterator[str]:
    follows = ", ".join(f"`{event}`" for event in pathway.follows)
    yield f"## {heading(pathway.id)}"
    yield ""
    yield sentence(pathway.title)
    begins = " or ".join(f"`{event}`" for event in pathway.begins_with)
    yield f"It begins with {begins}, and is about: {follows}."
    yield ""
    yield table_row(("Stage", "Until", "Awaits"))
    yield table_row(("---", "---", "---"))
    for stage in pathway.stages:
        awaits = "; ".join(_awaited(awaited) for awaited in stage.awaits)
        until = "*an end*" if stage.is_end else plain_text(stage.until)
        yield table_row((f"`{stage.name}`", until, plain_text(awaits)))
    yield ""
    yield table_row(("What happens", "From", "To", "When"))
    yield table_row(("---", "---", "---", "---"))
    for step in steps_of(pathway):
        yield table_row((_event(step), _sources(step), f"`{step.move.target}`", plain_text(step.guard)))
    yield ""
    if pathway.refusals:
        yield table_row(("A live case does not take", "When", "Because"))
        yield table_row(("---", "---", "---"))
        for refusal in pathway.refusals:
            when = condition_in_words(refusal.when)
            yield table_row((words(refusal.event), plain_text(when), plain_text(refusal.because)))
        yield ""
    yield f"[The same as a drawing]({_drawing(pathway)})"
    yield ""
    yield "```mermaid"
    yield pathway_as_mermaid(pathway).rstrip("\n")
    yield "```"


def _awaited(awaited: Awaited) -> str:
    condition = f" (when {condition_in_words(awaited.when)})" if awaited.when is not None else ""
    return words(awaited.event) + condition


def _event(step: Step) -> str:
    if step.by_time:
        return f"*{BY_TIME}*"
    return f"{step.happens} (*in its turn*)" if step.move.only_in_turn else step.happens


def _sources(step: Step) -> str:
    return step.sources[0] if step.from_anywhere else ", ".join(f"`{source}`" for source in step.move.sources)


if __name__ == "__main__":
    main(sys.argv[1:])
