"""The reference pages that are made from the packs, so that what they print is what decides.

`python -m inclusion_rules.reporting.handbook docs/reference` writes them. The pages on how to write rules are made by
hand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.reporting.handbook_dictionary import events_page, facts_page, parameters_page, roles_page
from inclusion_rules.reporting.handbook_rules import rules_page

_MADE = (
    "<!-- Made from the packs by `python -m inclusion_rules.reporting.handbook docs/reference`. "
    "Change the packs, not this page. -->"
)


def pages(rulebook: Rulebook) -> Mapping[str, str]:
    """Every page of the handbook, by the name of its file."""
    edition = rulebook.edition(tuple(rulebook.packs))
    writers: Mapping[str, Callable[[Edition], Iterable[str]]] = {
        "rules.md": rules_page,
        "facts.md": facts_page,
        "parameters.md": parameters_page,
        "events.md": events_page,
        "roles.md": roles_page,
    }
    return {name: "\n".join([_MADE, "", *lines(edition)]).rstrip() + "\n" for name, lines in writers.items()}


def write_handbook(folder: Path, rulebook: Rulebook) -> tuple[Path, ...]:
    """Write every page into a folder and return the files whose text has changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in pages(rulebook).items():
        path = folder / name
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
        raise SystemExit("usage: python -m inclusion_rules.reporting.handbook FOLDER")
    write_handbook(Path(arguments[0]), open_rulebook())


if __name__ == "__main__":
    main(sys.argv[1:])
