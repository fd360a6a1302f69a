"""Opens files: the one door to the file system for everything that is loaded, and where shipped things lie."""

from __future__ import annotations

from pathlib import Path

from inclusion_rules.errors import Diagnostic, InvalidFilesError
from inclusion_rules.loading.document_reading import child
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Node, Scalar, read_source
from inclusion_rules.source import Span


def shipped(part: str) -> Path:
    """The folder of what ships with the library: `rules`, `pathways`, `examples`, `simulations` or `experiments`.

    Inside an installed wheel it lies in the package; in a source tree, at the root.
    """
    inside = Path(__file__).parent.parent / "shipped" / part
    return inside if inside.is_dir() else Path(__file__).parents[3] / part


def read_tree(path: Path, problems: Problems) -> Node | None:
    """The tree of one file, or None with its problems noted."""
    name = str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = (
            "there is no such file" if isinstance(error, FileNotFoundError) else (error.strerror or "cannot be read")
        )
        if path.is_dir():
            reason = "this is a folder, not a file"
        problems.found.append(Diagnostic(Span(name, 1, 1), "Y100", reason, help="check the path"))
        return None
    return parse_tree(content, problems, name=name)


def parse_tree(text: str | bytes, problems: Problems, *, name: str) -> Node | None:
    """The tree of a text, shown under a name, or None with its problems noted."""
    try:
        node, source = read_source(text, file=name)
    except InvalidFilesError as error:
        problems.extend(error)
        return None
    problems.sources[name] = source
    problems.trees[name] = node
    return node


def kind_of_file(node: Node) -> str:
    """What a file is, by the keys it holds: case, calendar, scenarios, pathway, figures, simulation, or other."""
    if isinstance(child(node, "figures"), Scalar):  # a commitment declares several under that key
        return "figures"
    if isinstance(child(node, "plan"), Scalar):  # a plan names a calendar, and is none
        return "simulation"
    for key, kind in (
        ("case", "case"),
        ("scenarios", "scenarios"),
        ("stages", "pathway"),
        ("terms", "calendar"),
        ("calendar", "calendar"),
    ):
        if child(node, key) is not None:
            return kind
    return "other" if not isinstance(node, Scalar) else "text"
