"""The sentences of the scenarios of a pack, with what each expects to hear of: a quick look that decides nothing.

Reads titles and the duties that are expected; whether a scenario is sound, and passes, is known to `scenarios`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from inclusion_rules.domain.commitments import Seed
from inclusion_rules.domain.layers import Tension
from inclusion_rules.loading.document_reading import child
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import read_tree
from inclusion_rules.loading.yaml_tree import Node, Scalar, Sequence
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import identifier

FOLDER = "scenarios"


@dataclass(frozen=True, slots=True)
class ScenarioSentence:
    """One scenario by its sentence: the file it stands in, and the duties whose findings or obligations it expects."""

    text: str
    file: Path
    duties: frozenset[str]


def scenario_sentences(folder: Path) -> tuple[ScenarioSentence, ...]:
    """Every scenario below a pack's folder, in order of file; what cannot be read is left to those who check it."""
    found = []
    for path in sorted((folder / FOLDER).rglob("*.yaml")):
        tree = read_tree(path, Problems())
        for entry in _items(child(tree, "scenarios") if tree is not None else None):
            text = child(entry, "scenario")
            if isinstance(text, Scalar):
                found.append(ScenarioSentence(" ".join(text.text.split()), path, frozenset(_duties(entry))))
    return tuple(found)


def check_seed_scenarios(seed: Seed, sentences: Iterable[ScenarioSentence], problems: Problems) -> None:
    """Note each scenario that a founding document names and that no pack at hand has."""
    known = [sentence.text for sentence in sentences]
    for item in seed.items:
        if item.scenario is not None and " ".join(item.scenario.split()) not in known and item.span is not None:
            problems.unknown(item.span, "the sentence of a scenario of this pack", item.scenario, known)


def check_tension_scenarios(
    tensions: Iterable[Tension], sentences: Iterable[ScenarioSentence], problems: Problems
) -> None:
    """Note each scenario that a tension names as what shows it, and that its pack has not."""
    known = [sentence.text for sentence in sentences]
    for tension in tensions:
        if (
            tension.scenario is not None
            and " ".join(tension.scenario.split()) not in known
            and tension.span is not None
        ):
            tree = problems.trees.get(tension.span.file)
            place = _scenario_span(tree, tension.id) if tree is not None else None
            problems.unknown(place or tension.span, "the sentence of a scenario of this pack", tension.scenario, known)


def _scenario_span(tree: Node, tension: str) -> Span | None:
    """Where a tension names its scenario."""
    for entry in _items(child(tree, "tensions")):
        name, scenario = child(entry, "id"), child(entry, "scenario")
        if isinstance(name, Scalar) and name.text == tension and scenario is not None:
            return scenario.span
    return None


def _duties(entry: Node) -> Iterator[str]:
    for part in ("findings", "obligations"):
        for expected in _items(child(entry, "expect", part)):
            duty = child(expected, "duty")
            if isinstance(duty, Scalar):
                yield identifier(duty.text)


def _items(node: Node | None) -> Iterable[Node]:
    return node.items if isinstance(node, Sequence) else ()
