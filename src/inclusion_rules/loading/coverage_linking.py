"""The coverage that a pack states, linked: every citation looked up, and nothing said to be left that is carried.

That a paragraph is encoded is derived from what cites it, so it cannot be stated; a paragraph that nothing cites has to
say why. Whether every provision stands in the ledger is for the ledger itself to show.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, replace
from pathlib import Path

from inclusion_rules.domain.coverage import (
    Coverage,
    Instrument,
    Paragraph,
    StatedCoverage,
    UncarriedDuty,
    nearest_paragraph,
)
from inclusion_rules.domain.rules import RulePack
from inclusion_rules.errors import nearest_word
from inclusion_rules.loading.coverage_documents import CoverageDocument, InstrumentEntry, UncarriedEntry
from inclusion_rules.loading.document_reading import child, span_at
from inclusion_rules.loading.pack_documents import PackDocuments
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import read_tree
from inclusion_rules.loading.yaml_tree import Mapping, Node, Scalar, Sequence
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import identifier

UNFIT = "R222"
WHOLE = "as a whole"
"""Stands in a list of paragraphs for the instrument itself."""
_INTERVAL = re.compile(r"([1-9][0-9]{0,2}) (month|months|year|years)")
_MONTHS = {"month": 1, "months": 1, "year": 12, "years": 12}


def with_coverage(pack: RulePack, documents: PackDocuments, problems: Problems) -> RulePack:
    """The pack with what its `coverage.yaml` states, where it has one."""
    if documents.coverage is None:
        return pack
    document, node = documents.coverage
    return replace(pack, coverage=_Linker(pack, node, problems).link(document))


def carriers_of(pack: RulePack) -> MappingType[str, tuple[str, ...]]:
    """For each citation, everything in a pack that cites it, each in words: `the rule ...`, `the parameter ...`."""
    found: dict[str, list[str]] = {}
    for what, cites in _carriers(pack):
        for citation in dict.fromkeys(cites):
            found.setdefault(citation, []).append(what)
    return {citation: tuple(whats) for citation, whats in found.items()}


def _carriers(pack: RulePack) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from ((f"the rule `{name}`", rule.cites) for name, rule in pack.rules.items())
    yield from ((f"the table `{name}`", table.cites) for name, table in pack.tables.items())
    for name, parameter in pack.parameters.items():
        yield f"the parameter `{name}`", tuple(cite for version in parameter.values for cite in version.cites)
    yield from ((f"the fact `{name}`", fact.cites) for name, fact in pack.facts.items())
    yield from ((f"the service of `{name}`", service.cites) for name, service in pack.service.items())


def _first_carriers(listed: Collection[Paragraph], carriers: MappingType[str, tuple[str, ...]]) -> dict[str, str]:
    """For each paragraph that something cites, the first thing that does."""
    found: dict[str, str] = {}
    for citation, whats in carriers.items():
        paragraph = nearest_paragraph(citation, listed)
        if paragraph is not None:
            found.setdefault(paragraph.citation, whats[0])
    return found


def document_carriers(folder: Path) -> MappingType[str, tuple[str, ...]]:
    """For each citation, the notices and letters of a pack's folder that cite it; a quick look that checks nothing."""
    found: dict[str, dict[str, None]] = {}
    for path in sorted((folder / "documents").glob("*.yaml")):
        tree = read_tree(path, Problems()) if path.name != "provisions.yaml" else None
        for citation in _cited_in(tree) if tree is not None else ():
            found.setdefault(citation, {})[f"the document `{path.stem}`"] = None
    return {citation: tuple(whats) for citation, whats in found.items()}


def _cited_in(node: Node) -> Iterator[str]:
    """Every text under a key `cites`, wherever it stands."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _cited_in(item)
    elif isinstance(node, Mapping):
        for key, value in node.entries:
            if identifier(key.text) == "cites" and isinstance(value, Sequence):
                for item in value.items:
                    cited = child(item, "citation") if isinstance(item, Mapping) else item
                    if isinstance(cited, Scalar):
                        yield cited.text
            else:
                yield from _cited_in(value)


def _paragraph(
    instrument: str,
    name: str,
    stated: StatedCoverage | None = None,
    because: str = "",
    span: Span | None = None,
) -> Paragraph:
    whole = name == WHOLE
    citation = instrument if whole else f"{instrument} {name}"
    return Paragraph(citation, stated, " ".join(because.split()), whole, span)


@dataclass(slots=True)
class _Linker:
    pack: RulePack
    node: Node
    problems: Problems

    def link(self, document: CoverageDocument) -> Coverage:
        instruments = tuple(
            self._instrument(entry, child(self.node, "instruments", position) or self.node)
            for position, entry in enumerate(document.instruments)
        )
        listed = [each for one in instruments for each in one.paragraphs]
        self._check_names(instruments)
        carried = _first_carriers(listed, carriers_of(self.pack))
        if any(each.stated is None and each.citation not in carried for each in listed):
            carried = _first_carriers(listed, document_carriers(Path(self.node.span.file).parent)) | carried
        for paragraph in listed:
            self._check_stated(paragraph, carried)
        duties = tuple(
            found
            for position, each in enumerate(document.catalogue)
            if (found := self._duty(each, child(self.node, "catalogue", position) or self.node)) is not None
        )
        return Coverage(instruments, duties, self._months(document.reread_every), document.note)

    def _instrument(self, entry: InstrumentEntry, where: Node) -> Instrument:
        paragraphs: list[Paragraph] = []
        for position, given in enumerate(entry.paragraphs):
            if isinstance(given, str):
                span = span_at(where, "paragraphs", position)
                paragraphs.append(_paragraph(entry.instrument, given, span=span))
                continue
            span = span_at(where, "paragraphs", position, "paragraph")
            stated = StatedCoverage(given.status) if given.status is not None else None
            if stated is not None and not given.because.strip():
                help = "say what stands in the way, or who decides, in one sentence"
                place = span_at(where, "paragraphs", position, "status")
                self.problems.add(place, UNFIT, f"`{given.status}` needs its reason under `because`", help=help)
            paragraphs.append(_paragraph(entry.instrument, given.paragraph, stated, given.because, span))
        return Instrument(entry.instrument, entry.title, tuple(paragraphs), entry.note)

    def _check_names(self, instruments: Collection[Instrument]) -> None:
        seen: dict[str, Span | None] = {}
        for one in instruments:
            for paragraph in one.paragraphs:
                if paragraph.citation in seen and paragraph.span is not None:
                    help = f"first at {seen[paragraph.citation]}"
                    message = f"`{paragraph.citation}` is listed twice"
                    self.problems.add(paragraph.span, "R209", message, help=help)
                seen.setdefault(paragraph.citation, paragraph.span)

    def _check_stated(self, paragraph: Paragraph, carried: MappingType[str, str]) -> None:
        if paragraph.span is None:
            return
        carrier = carried.get(paragraph.citation)
        if carrier is not None and paragraph.stated is not None:
            message = f"`{paragraph.citation}` is said to be `{paragraph.stated}`, and {carrier} cites it"
            help = "leave only its name here: what is cited is encoded"
            self.problems.add(paragraph.span, UNFIT, message, help=help)
        elif carrier is None and paragraph.stated is None:
            whole = " ".join(paragraph.citation.split())
            if any(name == whole for name in self.pack.provisions) or not self._is_near(whole):
                message = f"nothing in this pack cites `{whole}`, and it does not say why"
                help = "write `{paragraph: …, status: judgement | out of scope | not yet, because: …}`"
                self.problems.add(paragraph.span, UNFIT, message, help=help)
            else:
                self.problems.unknown(paragraph.span, "a provision this pack knows", whole, self.pack.provisions)

    def _is_near(self, citation: str) -> bool:
        return nearest_word(citation, self.pack.provisions) is not None

    def _duty(self, entry: UncarriedEntry, where: Node) -> UncarriedDuty | None:
        catalogue, span = self.pack.catalogue, span_at(where, "id")
        if catalogue and entry.id not in catalogue:
            self.problems.unknown(span, "an entry of the duty catalogue", entry.id, catalogue)
            return None
        carrier = next((name for name, rule in self.pack.rules.items() if rule.duty == entry.id), None)
        if carrier is not None:
            message = f"`{entry.id}` is said to be `{entry.status}`, and the rule `{carrier}` carries it"
            self.problems.add(span, UNFIT, message, help="take the entry out: what a rule carries is encoded")
        return UncarriedDuty(entry.id, StatedCoverage(entry.status), " ".join(entry.because.split()), span)

    def _months(self, text: str | None) -> int | None:
        if text is None:
            return None
        found = _INTERVAL.fullmatch(text.strip())
        if found is None:
            span = span_at(self.node, "reread_every")
            message = f"`{text}` is not how often something is read again"
            self.problems.add(span, "R204", message, help="write it as `6 months` or `1 year`")
            return None
        return int(found[1]) * _MONTHS[found[2]]
