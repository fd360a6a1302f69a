"""The law ledger of a pack, both ways: for each paragraph what carries it, for each rule and catalogue entry its place.

What is encoded is derived here from what cites what; what is left, and why, is stated by the pack (`domain.coverage`).
A paragraph that only rules cite which are switched off stands apart from one that decides something. Reads values, no
files, and judges no law: that a rule cites a paragraph does not show that it says all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from inclusion_rules.domain.coverage import Coverage, Instrument, Paragraph, nearest_paragraph
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import Rule, RulePack
from inclusion_rules.loading.coverage_linking import carriers_of


class Standing(StrEnum):
    """Where a paragraph, or an entry of the catalogue, stands in a pack."""

    ENCODED = "encoded"
    OFF = "encoded, switched off"
    JUDGEMENT = "judgement"
    OUT_OF_SCOPE = "out of scope"
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True)
class ParagraphRow:
    """One paragraph: how it stands, the rules that cite it, everything else that does, and the reason for what is left.

    `certainty` is how far what the pack says of the place was confirmed: the least of the provisions that are cited. A
    parameter alone decides nothing, so a paragraph whose rules are all switched off is so whatever parameters cite it.
    """

    citation: str
    standing: Standing
    rules: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    because: str = ""
    certainty: str | None = None


@dataclass(frozen=True, slots=True)
class InstrumentRows:
    """One instrument with its paragraphs."""

    name: str
    title: str
    note: str
    rows: tuple[ParagraphRow, ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule with the paragraphs that its citations lead to; `nowhere` holds those that lead to none."""

    rule: str
    duty: str
    runs: bool
    paragraphs: tuple[str, ...]
    nowhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One entry of the duty catalogue: its rules and their paragraphs; or why no rule carries it, where said."""

    duty: str
    standing: Standing | None
    rules: tuple[str, ...]
    paragraphs: tuple[str, ...]
    because: str = ""


@dataclass(frozen=True)
class LawLedger:
    """The ledger of one pack. `listed` is False where the pack states no instruments, and its provisions stand in."""

    pack: str
    title: str
    listed: bool
    instruments: tuple[InstrumentRows, ...]
    rules: tuple[RuleRow, ...]
    duties: tuple[DutyRow, ...]
    unlisted: tuple[str, ...]

    @cached_property
    def rows(self) -> tuple[ParagraphRow, ...]:
        """Every paragraph of every instrument."""
        return tuple(row for one in self.instruments for row in one.rows)

    @property
    def without_rule(self) -> tuple[DutyRow, ...]:
        """The entries of the catalogue that no rule carries."""
        return tuple(each for each in self.duties if not each.rules)

    @property
    def leading_nowhere(self) -> tuple[RuleRow, ...]:
        """The rules with a citation that leads to no paragraph."""
        return tuple(each for each in self.rules if each.nowhere)


def percentages(standings: Sequence[Standing | None]) -> dict[Standing, tuple[int, float]]:
    """How many stand in each way, and how much that is of all, in per cent to one place.

    >>> percentages([Standing.ENCODED, Standing.NOT_YET, Standing.NOT_YET])[Standing.NOT_YET]
    (2, 66.7)
    """
    counted = Counter(standings)
    return {each: (counted[each], round(100 * counted[each] / (len(standings) or 1), 1)) for each in Standing}


def law_ledger(pack: RulePack, edition: Edition, documents: Mapping[str, Sequence[str]] | None = None) -> LawLedger:
    """The ledger of a pack; `edition` joins it with the packs below it, `documents` says which notices cite what."""
    listed = pack.coverage is not None and bool(pack.coverage.instruments)
    coverage = pack.coverage if listed and pack.coverage is not None else _stand_in(pack)
    places = [each for each in (one.coverage or _stand_in(one) for one in edition.packs) if each is not coverage]
    return _Ledger(pack, edition, coverage, places, documents or {}).made(listed=listed)


def _stand_in(pack: RulePack) -> Coverage:
    """The provisions of a pack that lists no instruments, each as a paragraph."""
    paragraphs = tuple(Paragraph(citation, whole=True) for citation in pack.provisions)
    named = Instrument(f"provisions of {pack.id}", "Places that this pack cites; it lists no instruments", paragraphs)
    return Coverage((named,) if paragraphs else ())


@dataclass(slots=True)
class _Ledger:
    pack: RulePack
    edition: Edition
    coverage: Coverage
    below: Sequence[Coverage]
    documents: Mapping[str, Sequence[str]]

    def made(self, *, listed: bool) -> LawLedger:
        carried = self._carried()
        instruments = tuple(
            InstrumentRows(one.name, one.title, one.note, tuple(self._row(each, carried) for each in one.paragraphs))
            for one in self.coverage.instruments
        )
        everywhere = [*self.coverage.paragraphs, *(each for one in self.below for each in one.paragraphs)]
        places = {each: nearest_paragraph(each, everywhere) for rule in self.pack.rules.values() for each in rule.cites}
        rules = tuple(_rule_row(rule, places) for _, rule in sorted(self.pack.rules.items()))
        own = self.coverage.paragraphs
        unlisted = tuple(each for each in self.pack.provisions if nearest_paragraph(each, own) is None)
        duties = tuple(self._duties(rules))
        return LawLedger(self.pack.id, self.pack.title, listed, instruments, rules, duties, unlisted)

    def _carried(self) -> dict[str, list[str]]:
        """For each paragraph, the provisions cited that belong to it."""
        found: dict[str, list[str]] = {}
        cited = dict.fromkeys((*carriers_of(self.pack), *self.documents, *self._stated_elsewhere()))
        for citation in cited:
            paragraph = nearest_paragraph(citation, self.coverage.paragraphs)
            if paragraph is not None:
                found.setdefault(paragraph.citation, []).append(citation)
        return found

    def _stated_elsewhere(self) -> Mapping[str, tuple[str, ...]]:
        """What commitments, tensions and local choices of the pack cite."""
        found: dict[str, list[str]] = {}
        for name, made in self.pack.commitments.items():
            for cite in made.cites:
                found.setdefault(cite, []).append(f"the commitment `{name}`")
        for tension in self.pack.tensions:
            for cite in tension.cites:
                found.setdefault(cite, []).append(f"the tension `{tension.id}`")
        for name, choice in self.pack.choices.items():
            for version in choice.values:
                for cite in version.cites:
                    found.setdefault(cite, []).append(f"the choice `{name}`")
        return {citation: tuple(dict.fromkeys(whats)) for citation, whats in found.items()}

    def _row(self, paragraph: Paragraph, carried: Mapping[str, Sequence[str]]) -> ParagraphRow:
        citations = carried.get(paragraph.citation, ())
        rules = [rule for _, rule in sorted(self.pack.rules.items()) if set(rule.cites) & set(citations)]
        sources = (carriers_of(self.pack), self._stated_elsewhere(), self.documents)
        whats = dict.fromkeys(what for each in citations for source in sources for what in source.get(each, ()))
        others = tuple(what.removeprefix("the ") for what in whats if not what.startswith("the rule "))
        certainty = self._certainty(citations)
        if citations:
            runs = not rules or any(rule.runs for rule in rules)
            runs |= any(not other.startswith("parameter ") for other in others)
            standing = Standing.ENCODED if runs else Standing.OFF
            names = tuple(rule.id for rule in rules)
            return ParagraphRow(paragraph.citation, standing, names, others, paragraph.because, certainty)
        standing = Standing(paragraph.stated.value) if paragraph.stated is not None else Standing.NOT_YET
        because = paragraph.because or "Described, and cited by nothing."
        return ParagraphRow(paragraph.citation, standing, because=because, certainty=certainty)

    def _certainty(self, citations: Sequence[str]) -> str | None:
        order = ("unverified", "secondary", "primary")
        known = {self.edition.provisions[each].certainty for each in citations if each in self.edition.provisions}
        return next((each for each in order if each in known), None)

    def _duties(self, rules: Sequence[RuleRow]) -> Iterator[DutyRow]:
        stated = {each.duty: each for each in self.coverage.duties}
        for duty in self.pack.catalogue:
            own = [row for row in rules if row.duty == duty]
            paragraphs = tuple(dict.fromkeys(place for row in own for place in row.paragraphs))
            standing = (Standing.ENCODED if any(row.runs for row in own) else Standing.OFF) if own else None
            because = ""
            if standing is None and duty in stated:
                standing, because = Standing(stated[duty].stated.value), stated[duty].because
            yield DutyRow(duty, standing, tuple(row.rule for row in own), paragraphs, because)


def _rule_row(rule: Rule, places: Mapping[str, Paragraph | None]) -> RuleRow:
    found = dict.fromkeys(place.citation for cite in rule.cites if (place := places[cite]) is not None)
    nowhere = tuple(cite for cite in rule.cites if places[cite] is None)
    return RuleRow(rule.id, rule.duty, rule.runs, tuple(found), nowhere)
