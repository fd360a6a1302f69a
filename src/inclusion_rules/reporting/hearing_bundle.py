"""The hearing bundle: everything a hearing needs of a case, gathered so that it can be checked without us.

Chronology, duties by how they stand with the paragraphs and counts behind each, what is not known, the versions of the
law, and the record with its hashes. Gathers and arranges; the page is `bundle_html`, and nothing here decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from inclusion_rules.casework.deciding import decide, decide_subject
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.loading.case_data import instant
from inclusion_rules.reporting.case_chain import CaseChain
from inclusion_rules.reporting.case_json import case_as_data, obligation_as_data
from inclusion_rules.reporting.case_page import Breach, CasePage, Entry, case_page
from inclusion_rules.reporting.chronology import RecordedLine, chronology_of, described_in
from inclusion_rules.reporting.deadline_working import OwedAct, owed_acts
from inclusion_rules.vocabulary import RuleKind, Status

GROUPS = {
    "missed": "Missed",
    "met late": "Met late",
    "met": "Met",
    "open": "Open",
    "to confirm": "Past its day; the record cannot show whether it was done",
    "rights": "Rights and the time to use them",
    "standing": "Standing duties without a date",
    "lapsed": "No longer owed",
}
"""Every group of duties, in the order of reading."""

_CERTAINTY = {
    "primary": "read in the instrument itself",
    "secondary": "read in a source that cites it",
    "unverified": "not confirmed by anything read",
}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A place in the law: what it says, and how far that was confirmed."""

    citation: str
    says: str
    certainty: str
    read_on: date | None


@dataclass(frozen=True, slots=True)
class BundledDuty:
    """One duty as the bundle tells it. `owed` is its place in the list of what is owed, `act` its counts."""

    part: str
    owed: int
    entry: Entry
    kind: str
    act: OwedAct | None
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class BundledBreach:
    """A prohibition that the record shows to be broken, with its paragraphs."""

    part: str
    breach: Breach
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class HearingBundle:
    """Everything that goes into a bundle. `known_on` is None where all that is recorded was taken into account."""

    page: CasePage
    chain: CaseChain
    known_on: date | datetime | None
    chronology: tuple[RecordedLine, ...]
    described: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    groups: tuple[tuple[str, tuple[BundledDuty, ...]], ...]
    breaches: tuple[BundledBreach, ...]
    pack_titles: Mapping[str, str]
    made_with: str

    @property
    def duties(self) -> tuple[BundledDuty, ...]:
        """Every duty, in the order of reading."""
        return tuple(duty for _, duties in self.groups for duty in duties)


def hearing_bundle(
    record: CaseRecord,
    chain: CaseChain,
    rulebook: Rulebook,
    *,
    as_of: date,
    known_on: date | datetime | None = None,
    made_with: str = "",
) -> HearingBundle:
    """Gather the bundle of a case as of a day, from its record and the chain of its entries.

    Args:
        record: the record with corrections applied; of a stored case, as it was known at that time.
        known_on: leave aside what was recorded after this day or instant.
        made_with: which version of the library makes it, in words.

    Raises:
        UnknownNameError: a pack or pathway that the record names is not in the rulebook.
    """
    since = None if chain.kept else known_on  # A store's record has been shown as known already.
    decision = decide(record, rulebook, as_of=as_of, known_on=since)
    page = case_page(decision, record=record, rulebook=rulebook)
    edition = rulebook.edition(record.packs)
    acts = _acts(record.as_known(since), rulebook, as_of)
    listed = {id(obligation): place for place, obligation in enumerate(decision.obligations)}
    found: dict[str, list[BundledDuty]] = {group: [] for group in GROUPS}
    for section in page.sections:
        for entry in section.entries:
            owed = listed[id(entry.obligation)]
            act = acts[owed] if owed < len(acts) and acts[owed].obligation == entry.obligation else None
            cites = [*entry.obligation.rule.cites, *(act.limit.cites if act is not None and act.limit else ())]
            group = _group_of(entry, section.key)
            duty = BundledDuty(f"duty {owed + 1}", owed, entry, section.title, act, _paragraphs(cites, edition))
            found[group].append(duty)
    shown = chain.known_on(known_on)
    return HearingBundle(
        page=page,
        chain=shown,
        known_on=known_on,
        chronology=chronology_of(shown, as_of=as_of),
        described=tuple(described_in(shown, known_on=known_on)),
        groups=tuple((GROUPS[group], tuple(duties)) for group, duties in found.items() if duties),
        breaches=tuple(
            BundledBreach(f"prohibition {number}", breach, _paragraphs(breach.finding.rule.cites, edition))
            for number, breach in enumerate(page.breaches, start=1)
        ),
        pack_titles={pack.id: pack.title for pack in edition.packs},
        made_with=made_with,
    )


def bundle_as_data(bundle: HearingBundle) -> dict[str, Any]:
    """What the checker in the page works from: the chain, what is owed, and every count day by day."""
    decision = bundle.page.decision
    told = case_as_data(replace(decision, obligations=()))
    obligations = [obligation_as_data(owed) for owed in decision.obligations]
    header = _names_in_header(bundle)
    return told | {
        "known_on": _time(bundle.known_on),
        "made_with": bundle.made_with,
        "obligations": obligations,
        "deadlines": [
            {
                "part": duty.part,
                "duty": duty.entry.obligation.rule.duty,
                "about": obligations[duty.owed]["about"],
                "shows": working.shows,
                "owed": duty.owed if working.certificate.deadline == duty.entry.obligation.deadline else None,
                **working.certificate.as_data(),
            }
            for duty in bundle.duties
            if duty.act is not None
            for working in duty.act.workings
        ],
        "calendar": header["calendar"],
        "bank_holidays": header["bank_holidays"],
        "chain": bundle.chain.as_data(),
    }


def _names_in_header(bundle: HearingBundle) -> Mapping[str, str]:
    """Which of the shared texts is the calendar, and which the bank holidays: the one is a list, the other is not."""
    return {"calendar" if text.startswith("[") else "bank_holidays": name for name, text in bundle.chain.shared.items()}


def _acts(record: CaseRecord, rulebook: Rulebook, as_of: date) -> tuple[OwedAct, ...]:
    """What is owed with its counts, in the order of the decision; nothing where a count cannot be shown."""
    try:
        decided = decide_subject(record, rulebook, as_of=as_of)
        return tuple(act for one in decided for act in owed_acts(one.obligations, one.book))
    except InclusionRulesError:
        return ()


def _group_of(entry: Entry, section: str) -> str:
    status = entry.obligation.status
    if status is Status.MISSED:
        return "missed"
    if status is Status.MET_LATE:
        return "met late"
    if status is Status.MET:
        return "met"
    if status is Status.LAPSED:
        return "lapsed"
    if entry.obligation.rule.kind is RuleKind.RIGHT:
        return "rights"
    return section if section in ("to confirm", "standing") else "open"


def _paragraphs(cites: Iterable[str], edition: Edition) -> tuple[Paragraph, ...]:
    found = []
    for citation in dict.fromkeys(cites):
        provision = edition.provisions.get(citation)
        if provision is None:
            found.append(Paragraph(citation, "", "nothing is kept of what it says", None))
        else:
            certainty = _CERTAINTY.get(provision.certainty, provision.certainty)
            found.append(Paragraph(citation, provision.says, certainty, provision.read_on))
    return tuple(found)


def _time(time: date | datetime | None) -> str | None:
    if time is None:
        return None
    return instant(time) if isinstance(time, datetime) else time.isoformat()
