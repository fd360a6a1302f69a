"""Opens what a caller names: rulebooks, case files and calendars, with the functions that facts may use joined in.

The one place where reading meets deciding. Shipped law is read once and kept, as it cannot change under a process.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from inclusion_rules.casework.fact_functions import known_functions
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.errors import UnknownNameError
from inclusion_rules.loading.case_reading import load_calendar, load_case, parse_case
from inclusion_rules.loading.compiled import kept_rulebook
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import shipped


def open_rulebook(
    rules: Iterable[Path | str] = (),
    pathways: Iterable[Path | str] = (),
    *,
    catalogue: bool = False,
    problems: Problems | None = None,
) -> Rulebook:
    """The packs and pathways in the given folders; those that ship with the library by default.

    With `catalogue` the duty catalogues are read as well, which deciding a case does not need. With `problems` they are
    gathered there instead of raised.

    Raises:
        InvalidFilesError: something cannot be used as it stands; every problem is told.
    """
    asked = (tuple(map(Path, rules)), tuple(map(Path, pathways)))
    if not any(asked) and problems is None:
        return _shipped(catalogue)
    return _read(*asked, catalogue=catalogue, problems=problems)


@lru_cache(maxsize=2)
def _shipped(catalogue: bool) -> Rulebook:
    if catalogue:
        return _read((), (), catalogue=True, problems=None)
    return kept_rulebook((shipped("rules"), shipped("pathways")), lambda: _read((), (), catalogue=False, problems=None))


def _read(
    rules: tuple[Path, ...], pathways: tuple[Path, ...], *, catalogue: bool, problems: Problems | None
) -> Rulebook:
    # Imported here because a kept rulebook needs none of it, and reading packs is slow to import.
    from inclusion_rules.analysis.pack_checks import prove_layers, prove_tables
    from inclusion_rules.loading.reading import read_rulebook

    gathered = problems if problems is not None else Problems()
    rulebook = read_rulebook(rules, pathways, functions=known_functions(), catalogue=catalogue, problems=gathered)
    if problems is None:
        gathered.raise_if_any()
    for pack in rulebook.packs.values():
        if set(pack.extends) <= rulebook.packs.keys():
            edition = rulebook.edition((pack.id,))
            prove_tables(pack, edition, gathered)
            prove_layers(pack, edition, gathered, bank_holidays=rulebook.bank_holidays)
    if problems is None:
        gathered.raise_if_any()
    return rulebook


def open_case(path: Path | str, rulebook: Rulebook | None = None) -> CaseRecord:
    """The case that a file records, held against a rulebook (the shipped one by default).

    Raises:
        InvalidFilesError: the file, or the calendar it names, cannot be used as it stands; every problem is told.
    """
    return load_case(Path(path), rulebook or open_rulebook())


def read_case(
    text: str | bytes, rulebook: Rulebook | None = None, *, name: str = "case", beside: Path | str | None = None
) -> CaseRecord:
    """The case that a text in YAML or JSON records (JSON where `name` ends in `.json`).

    Its calendar is one that ships. Only with `beside` may it be a file, looked for from that folder: a text from
    outside could name any file of the machine.

    Raises:
        InvalidFilesError: the text, or the calendar it names, cannot be used as it stands; every problem is told.
    """
    folder = Path(beside) if beside is not None else None
    return parse_case(text, rulebook or open_rulebook(), name=name, beside=folder)


def example(name: str) -> Path:
    """The file of an example case that ships with the library, such as `leicestershire_permanent_exclusion`.

    Raises:
        UnknownNameError: no such example ships.
    """
    path = shipped("examples") / f"{name}.yaml"
    if not path.is_file():
        raise UnknownNameError("example", name, [known.stem for known in shipped("examples").glob("*.yaml")])
    return path


def open_calendar(reference: Path | str, rulebook: Rulebook | None = None) -> SchoolCalendar:
    """A school calendar, from a file or by the id of one that ships.

    Raises:
        InvalidFilesError: it cannot be used as it stands.
    """
    return load_calendar(str(reference), rulebook or open_rulebook(), beside=Path())
