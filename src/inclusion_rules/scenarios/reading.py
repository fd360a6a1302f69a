"""Reads scenario files: each worked example as a record with what is expected of it, every word looked up.

A `scenarios` folder belongs to the pack in whose folder it lies; that pack, with what it extends, decides its examples
unless they name others. Runs nothing. Every problem of every file is raised together, those of this grammar as S5xx.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.errors import UnknownNameError
from inclusion_rules.loading.case_files import RecordReader
from inclusion_rules.loading.case_reading import find_calendar
from inclusion_rules.loading.conditions import known_value, yes_or_no
from inclusion_rules.loading.document_reading import child, read_document, span_at
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.scenario_documents import GivenEntry, ScenarioEntry, ScenariosDocument
from inclusion_rules.loading.trees import read_tree, shipped
from inclusion_rules.loading.yaml_tree import Mapping as MappingNode
from inclusion_rules.loading.yaml_tree import Node, Scalar, plain
from inclusion_rules.scenarios.examples import Expectations, Scenario
from inclusion_rules.scenarios.expecting import EntryReader
from inclusion_rules.scenarios.places import Place, home_of, packs_needed, scenario_places
from inclusion_rules.vocabulary import identifier

DEFAULT_CALENDAR = "example"
PERMANENT, SUSPENSION = "permanent_exclusion", "suspension"


@dataclass(frozen=True, slots=True)
class Collection:
    """Scenarios with the rulebook that decides them, and the packs whose rules they are to show.

    `duties` is None where whole packs were asked for; otherwise it holds those that the scenarios speak of, and nothing
    can be asked of them beyond these.
    """

    rulebook: Rulebook
    scenarios: tuple[Scenario, ...]
    packs: tuple[str, ...]
    duties: frozenset[str] | None


def open_scenarios(paths: Iterable[Path | str] = ()) -> Collection:
    """The scenarios in the given files and folders; those of every shipped pack by default.

    Raises:
        InvalidFilesError: a scenario, or a pack that decides one, cannot be used as it stands; every problem is told.
    """
    asked = tuple(Path(path) for path in paths) or (shipped("rules"),)
    problems = Problems()
    places = scenario_places(asked, problems)
    problems.raise_if_any()
    rulebook = rulebook_for(places)
    reader = ScenarioReader(rulebook, problems)
    scenarios = [scenario for place in places for scenario in reader.read(place)]
    problems.raise_if_any()
    partly = any(home_of(path) not in (None, path) for path in asked)
    duties = frozenset(duty for scenario in scenarios for duty in _spoken_of(scenario)) if partly else None
    return Collection(rulebook, tuple(scenarios), tuple(dict.fromkeys(place.pack for place in places)), duties)


def _spoken_of(scenario: Scenario) -> Iterator[str]:
    """The duties that a scenario is about; one that is merely absent may be anybody's."""
    yield from (entry.duty for entry in (*scenario.expect.findings, *scenario.expect.obligations))
    yield from scenario.boundary_of


def rulebook_for(places: Iterable[Place]) -> Rulebook:
    """The packs in whose folders scenarios lie, with those they extend from beside them or from what ships.

    Raises:
        InvalidFilesError: a pack cannot be used as it stands.
    """
    homes = list(dict.fromkeys(place.home for place in places))
    law = shipped("rules").resolve()
    if all(home.resolve().parent == law for home in homes):
        return open_rulebook()
    beside = [home.parent.parent / "pathways" for home in homes if home.parent.name == "rules"]
    return open_rulebook(packs_needed(homes), [folder for folder in beside[:1] if folder.is_dir()])


@dataclass(slots=True)
class ScenarioReader:
    """Reads scenario files against one rulebook; problems are noted, and the caller stops when there are any."""

    rulebook: Rulebook
    problems: Problems
    calendars: dict[tuple[str, Path], SchoolCalendar] = field(default_factory=dict)

    def read(self, place: Place) -> list[Scenario]:
        """Every scenario of one file that can be used."""
        node = read_tree(place.file, self.problems)
        document = read_document(ScenariosDocument, node, self.problems) if node is not None else None
        if node is None or document is None:
            return []
        titles: dict[str, int] = {}
        found: list[Scenario] = []
        for number, entry in enumerate(document.scenarios):
            part = child(node, "scenarios", number)
            assert part is not None
            first = titles.setdefault(entry.scenario, number)
            if first != number:
                message = f"two scenarios of this file are called `{entry.scenario}`"
                self.problems.add(span_at(part, "scenario"), "S502", message, help="say how they differ")
            scenario = self._scenario(place, node, document.given, part, entry, number)
            if scenario is not None:
                found.append(scenario)
        return found

    def _scenario(
        self, place: Place, root: Node, given: GivenEntry, node: Node, entry: ScenarioEntry, number: int
    ) -> Scenario | None:
        before = len(self.problems.found)
        edition = self._edition(place, root, node, entry.packs or given.packs)
        if edition is None:
            return None
        record = self._record(place, root, given, node, entry, edition, f"{place.file.stem}/{number + 1}")
        expect = self._expectations(node, entry, edition)
        boundary_of = EntryReader(edition, self.problems).duties(child(node, "boundary_of"))
        if record is None or len(self.problems.found) > before:
            return None
        span = span_at(node, "scenario")
        return Scenario(entry.scenario, place.pack, record, expect, boundary_of, entry.reason, span)

    def _edition(self, place: Place, root: Node, node: Node, named: list[str] | None) -> Edition | None:
        packs = tuple(identifier(pack) for pack in named) if named else (place.pack,)
        try:
            return self.rulebook.edition(packs)
        except UnknownNameError as error:
            at = span_at(node, "packs") if child(node, "packs") else span_at(root, "given", "packs")
            self.problems.unknown(at, "a pack that was read", error.name, self.rulebook.packs, code="S503")
            return None

    def _record(
        self, place: Place, root: Node, given: GivenEntry, node: Node, entry: ScenarioEntry, edition: Edition, name: str
    ) -> CaseRecord | None:
        excluded = any(identifier(str(event.get("event", ""))) == "permanently_excluded" for event in entry.events)
        pathway = identifier(entry.pathway or given.pathway or (PERMANENT if excluded else SUSPENSION))
        if pathway not in self.rulebook.pathways:
            at = span_at(node, "pathway") if entry.pathway else span_at(root, "given", "pathway")
            self.problems.unknown(at, "a pathway known here", pathway, self.rulebook.pathways, code="S503")
        at = span_at(node, "calendar") if entry.calendar else span_at(root, "given", "calendar")
        reference = entry.calendar or given.calendar or DEFAULT_CALENDAR
        key = (reference, place.file.parent)
        if key not in self.calendars:
            calendar = find_calendar(
                reference, beside=place.file.parent, rulebook=self.rulebook, span=at, problems=self.problems
            )
            if calendar is None:
                return None
            self.calendars[key] = calendar
        described = {part: [child(root, "given", part), child(node, part)] for part in ("school", "pupil")}
        return RecordReader(edition, self.problems).record(
            case=name,
            pathway=pathway,
            packs=tuple(pack.id for pack in edition.packs),
            calendar=self.calendars[key],
            school=described["school"],
            pupil=described["pupil"],
            events=child(node, "events"),
            judgements=child(node, "judgements"),
            history_complete=yes_or_no(entry.history_complete) is not False,
        )

    def _expectations(self, node: Node, entry: ScenarioEntry, edition: Edition) -> Expectations:
        stated = entry.expect
        expect = child(node, "expect")
        assert expect is not None
        entries = EntryReader(edition, self.problems)
        if stated.stage is not None:
            self._stage(expect, stated.stage)
        return Expectations(
            as_of=stated.as_of,
            known_on=stated.known_on,
            about=stated.about,
            stage=stated.stage,
            facts=self._facts(expect, edition),
            findings=entries.findings(child(expect, "findings")),
            obligations=entries.obligations(child(expect, "obligations")),
            absent=entries.duties(child(expect, "absent")),
            warnings=tuple(identifier(code) for code in stated.warnings),
            next_events=entries.events(child(expect, "next_events")),
        )

    def _stage(self, expect: Node, name: str) -> None:
        known = {stage.name for pathway in self.rulebook.pathways.values() for stage in pathway.stages}
        if name not in known:
            self.problems.unknown(span_at(expect, "stage"), "a stage of any pathway", name, known, code="S503")

    def _facts(self, expect: Node, edition: Edition) -> Mapping[str, Known | None]:
        node = child(expect, "facts")
        found: dict[str, Known | None] = {}
        shown = {name: fact for name, fact in edition.facts.items() if fact.shown and name not in edition.ledger_facts}
        for key, value in node.entries if isinstance(node, MappingNode) else ():
            name = identifier(key.text)
            definition = shown.get(name)
            if definition is None:
                self.problems.unknown(key.span, "a fact that decisions show", key.text, shown, code="S503")
                continue
            written = plain(value)
            known = None if written is None else known_value(written, definition.type)
            if written is not None and known is None:
                text = f"`{value.text}`" if isinstance(value, Scalar) else "this"
                message = f"{text} cannot be a value of `{key.text}`, which is {definition.type}"
                self.problems.add(value.span, "S504", message, help="write null for no value")
                continue
            found[name] = known
        return found
