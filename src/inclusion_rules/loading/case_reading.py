"""Reads case files and the calendars they name. Every problem of a file, and of its calendar, is raised together."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from inclusion_rules.domain.calendar_layers import CalendarLayer
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.errors import InvalidFilesError, UnknownNameError
from inclusion_rules.loading.calendars import build_calendar, chain_of, read_layer
from inclusion_rules.loading.case_documents import CaseDocument
from inclusion_rules.loading.case_files import RecordReader
from inclusion_rules.loading.conditions import yes_or_no
from inclusion_rules.loading.document_reading import child, read_document, span_at
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import parse_tree, read_tree
from inclusion_rules.loading.yaml_tree import Node
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import identifier


def find_calendar(
    reference: str, *, beside: Path | None, rulebook: Rulebook, span: Span, problems: Problems
) -> SchoolCalendar | None:
    """The calendar that a case file names: a file beside it, or the id of one that ships.

    With `beside` None no file is opened, whatever the name says: for texts that come from outside.
    """

    def find(
        name: str, at: Span, folder: Path | None = beside, seen: frozenset[Path] = frozenset()
    ) -> tuple[CalendarLayer, ...] | None:
        if folder is None:
            if name not in rulebook.calendars:
                problems.unknown(at, "the id of a calendar that ships", name, rulebook.calendars, code="K404")
            return rulebook.calendars.get(name)
        path = Path(os.path.normpath(folder / name))
        if name in rulebook.calendars and not path.is_file():
            return rulebook.calendars[name]
        if not path.is_file():
            beside_it = [str(Path(name).parent / other.name) for other in path.parent.glob("*.yaml")]
            what = "a calendar file, nor the id of a calendar that ships"
            problems.unknown(at, what, name, [*rulebook.calendars, *beside_it], code="K404")
            return None
        if path.resolve() in seen:
            problems.add(at, "K402", f"`{name}` is based on itself")
            return None
        node = read_tree(path, problems)
        layer = read_layer(node, problems) if node is not None else None
        if node is None or layer is None:
            return None
        layer = replace(layer, text=path.read_text("utf-8-sig"))
        return chain_of(layer, node, lambda n, s: find(n, s, path.parent, seen | {path.resolve()}), problems)

    chain = find(reference, span)
    return build_calendar(chain, rulebook.bank_holidays, span, problems) if chain is not None else None


def load_case(path: Path, rulebook: Rulebook, *, problems: Problems | None = None) -> CaseRecord:
    """The case that a file records.

    Raises:
        InvalidFilesError: the file, or the calendar it names, cannot be used as it stands; every problem is told.
    """
    gathered = problems if problems is not None else Problems()
    return _record(read_tree(path, gathered), rulebook, beside=path.parent, problems=gathered)


def parse_case(text: str | bytes, rulebook: Rulebook, *, name: str = "case", beside: Path | None = None) -> CaseRecord:
    """The case that a text in YAML or JSON records; its calendar ships or, with `beside`, is a file of that folder.

    Raises:
        InvalidFilesError: the text, or the calendar it names, cannot be used as it stands; every problem is told.
    """
    problems = Problems()
    return _record(parse_tree(text, problems, name=name), rulebook, beside=beside, problems=problems)


def _record(node: Node | None, rulebook: Rulebook, *, beside: Path | None, problems: Problems) -> CaseRecord:
    before = len(problems.found)
    document = read_document(CaseDocument, node, problems) if node is not None else None
    if node is None or document is None:
        raise InvalidFilesError(problems.found)
    packs = tuple(identifier(pack) for pack in document.packs)
    try:
        edition = rulebook.edition(packs)
    except UnknownNameError as error:
        problems.unknown(span_at(node, "packs"), "a pack known here", error.name, rulebook.packs, code="C309")
        raise InvalidFilesError(problems.found) from error
    pathway = identifier(document.pathway)
    if pathway not in rulebook.pathways:
        problems.unknown(
            span_at(node, "pathway"), "a pathway known here", document.pathway, rulebook.pathways, code="C309"
        )
    calendar = find_calendar(
        document.calendar, beside=beside, rulebook=rulebook, span=span_at(node, "calendar"), problems=problems
    )
    reader = RecordReader(edition, problems)
    parts = {part: child(node, part) for part in ("school", "pupil", "events", "judgements")}
    if calendar is None:
        reader.check(**parts)
        raise InvalidFilesError(problems.found)
    record = reader.record(
        case=document.case,
        pathway=pathway,
        packs=tuple(pack.id for pack in edition.packs),
        calendar=calendar,
        school=[parts["school"]],
        pupil=[parts["pupil"]],
        events=parts["events"],
        judgements=parts["judgements"],
        history_complete=yes_or_no(document.history_complete) is not False,
    )
    if len(problems.found) > before:
        raise InvalidFilesError(problems.found)
    return record


def load_calendar(reference: str, rulebook: Rulebook, *, beside: Path) -> SchoolCalendar:
    """A calendar by file or by the id of one that ships.

    Raises:
        InvalidFilesError: it cannot be used as it stands.
    """
    problems = Problems()
    span = Span(reference, 1, 1)
    calendar = find_calendar(reference, beside=beside, rulebook=rulebook, span=span, problems=problems)
    problems.raise_if_any()
    assert calendar is not None
    return calendar
