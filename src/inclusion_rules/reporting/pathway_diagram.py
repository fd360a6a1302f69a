"""Pathways in words and as Mermaid diagrams: what each stage awaits, and what moves a case from where to where.

The moves are put into words once here, so that a diagram, a drawing and a page of the reference cannot tell different
stories. It knows Mermaid's spelling and no coordinates (those are `pathway_drawing`), and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inclusion_rules.domain.pathways import Move, Pathway, Stage
from inclusion_rules.domain.wording import condition_in_words
from inclusion_rules.vocabulary import words

BY_TIME = "time alone"
ANY_STAGE = "any stage"
_START_OR_END = "[*]"
_ANY_ID = "any_stage"


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a pathway in words. `sources` is shortened to one phrase where every stage but the ends is meant."""

    move: Move
    happens: str
    from_anywhere: bool
    sources: tuple[str, ...]
    target: str
    guard: str

    @property
    def by_time(self) -> bool:
        """Whether no event is needed."""
        return self.move.event is None

    @property
    def between(self) -> str:
        """From where to where, in words."""
        return f"from {' or '.join(self.sources)} to {self.target}"

    @property
    def sentence(self) -> str:
        """The whole move in one sentence."""
        when = f", when {self.guard}" if self.guard else ""
        return f"{self.happens[:1].upper()}{self.happens[1:]}: {self.between}{when}."


def steps_of(pathway: Pathway) -> tuple[Step, ...]:
    """Every move of a pathway in words, by the first stage that it leaves; those that leave any stage come last."""

    def place(move: Move) -> tuple[bool, int]:
        return _from_anywhere(move, pathway), min(map(pathway.rank, move.sources))

    return tuple(_step(move, pathway) for move in sorted(pathway.moves, key=place))


def stage_in_words(name: str) -> str:
    """A stage as people read it, with the group that it belongs to.

    >>> stage_in_words("hearing/governing_board")
    'hearing/governing board'
    """
    return words(name)


def group_of(stage: str, pathway: Pathway) -> str:
    """The group of stages that a stage belongs to, or nothing where it stands alone.

    A stage that carries the name of a group belongs to that group.
    """
    above, parted, _ = stage.rpartition("/")
    if parted:
        return above
    return stage if any(other.name.startswith(f"{stage}/") for other in pathway.stages) else ""


def own_name(stage: str, pathway: Pathway) -> str:
    """What a stage is called within its group.

    A stage that carries the name of its group keeps it.
    """
    group = group_of(stage, pathway)
    return words(stage.removeprefix(f"{group}/") if group else stage)


def _step(move: Move, pathway: Pathway) -> Step:
    anywhere = _from_anywhere(move, pathway)
    return Step(
        move=move,
        happens=words(move.event) if move.event is not None else BY_TIME,
        from_anywhere=anywhere,
        sources=(ANY_STAGE,) if anywhere else tuple(map(stage_in_words, move.sources)),
        target=stage_in_words(move.target),
        guard=condition_in_words(move.when) if move.when is not None else "",
    )


def _from_anywhere(move: Move, pathway: Pathway) -> bool:
    going_on = {stage.name for stage in pathway.stages if not stage.is_end}
    return len(going_on) > 1 and going_on == set(move.sources)


# Mermaid ---------------------------------------------------------------------------------------------------------


def pathway_as_mermaid(pathway: Pathway) -> str:
    """A pathway as a Mermaid state diagram, the same text every time.

    What may happen at any stage leaves one box named so, instead of a line from each stage. Mermaid draws no line
    between the insides of two boxes, so several stages of a group stand in a box where no move asks for such a line;
    otherwise, and at the ends, each carries the name of its group.
    """
    boxed = _boxed_groups(pathway)
    lines = ["stateDiagram-v2", f"  accTitle: {_safe(pathway.title)}", f"  accDescr: {_safe(_described(pathway))}"]
    placed: set[str] = set()
    for stage in pathway.stages:
        group = group_of(stage.name, pathway)
        if group not in boxed:
            lines.append(f'  state "{_safe(stage_in_words(stage.name))}" as {_id(stage.name)}')
        elif group not in placed:
            placed.add(group)
            lines += [f'  state "{_safe(words(group))}" as in_{_id(group)} {{']
            lines += [
                f'    state "{_safe(own_name(member.name, pathway))}" as {_id(member.name)}'
                for member in _members(group, pathway)
            ]
            lines.append("  }")
    steps = steps_of(pathway)
    if any(step.from_anywhere for step in steps):
        lines.append(f'  state "{ANY_STAGE}" as {_ANY_ID}')
    begins = _safe(" or ".join(map(words, pathway.begins_with)))
    lines.append(f"  {_START_OR_END} --> {_id(pathway.stages[0].name)} : {begins}")
    for step in steps:
        for source in (_ANY_ID,) if step.from_anywhere else tuple(map(_id, step.move.sources)):
            lines.append(f"  {source} --> {_id(step.move.target)} : {_label(step)}")
    lines += [f"  {_id(stage.name)} --> {_START_OR_END}" for stage in pathway.stages if stage.is_end]
    return "\n".join(lines) + "\n"


def _boxed_groups(pathway: Pathway) -> frozenset[str]:
    group = {stage.name: group_of(stage.name, pathway) for stage in pathway.stages}
    ends = {group[stage.name] for stage in pathway.stages if stage.is_end}
    found = {name for name in group.values() if list(group.values()).count(name) > 1} - ends - {""}
    for move in pathway.moves:
        for source in move.sources:
            if group[source] != group[move.target]:
                apart = {group[source], group[move.target]}
                found -= apart if apart <= found else set()
    return frozenset(found)


def _members(group: str, pathway: Pathway) -> Iterator[Stage]:
    return (stage for stage in pathway.stages if group_of(stage.name, pathway) == group)


def _label(step: Step) -> str:
    guard = f"<br>when {step.guard}" if step.guard else ""
    return _safe(step.happens) + _wrapped(_safe(guard))


def _wrapped(text: str, width: int = 38) -> str:
    """Text broken between words so that no line of a label is long."""
    lines: list[str] = []
    for part in text.split("<br>"):
        line = ""
        for word in part.split():
            if line and len(line) + len(word) >= width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        lines.append(line)
    return "<br>".join(lines)


def _described(pathway: Pathway) -> str:
    ends = ", ".join(stage_in_words(stage.name) for stage in pathway.stages if stage.is_end)
    going_on = ", ".join(stage_in_words(stage.name) for stage in pathway.stages if not stage.is_end)
    return f"Stages in order: {going_on}. Ends: {ends}."


def described(pathway: Pathway) -> str:
    """A whole pathway as sentences, for whoever cannot see a drawing of it."""
    begins = " or ".join(map(words, pathway.begins_with))
    return " ".join([f"Begins with {begins}.", _described(pathway), *(step.sentence for step in steps_of(pathway))])


def _id(name: str) -> str:
    return f"s_{name.replace('/', '__')}"


def _safe(text: str) -> str:
    """Text without the signs that end a label in Mermaid or open something else there."""
    plain = text.replace(";", ",").replace('"', "'").replace("{", "(").replace("}", ")").replace("#", "no. ")
    return " ".join(plain.replace("::", ":").replace("-->", "to").split())
