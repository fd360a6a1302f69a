"""How cases kept to the order of their pathway: which fit, and of those that do not, what was out of order how often.

Two answers stand beside each other. The pathway itself, with its conditions, says of each case what was out of order;
the pathway as a Petri net, which knows no conditions, says whether the order alone could be. What the first takes
without a word the second accepts. Counts; decides nothing, as history is not refused.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from inclusion_rules.casework.passage import standing_at
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.loading.case_data import canonical, read_judgements
from inclusion_rules.loading.case_reading import load_calendar
from inclusion_rules.records.typed_text import described_from, event_from
from inclusion_rules.reporting.petri_net import NOTHING_REPLAYED, Net, TokenCount, net_of
from inclusion_rules.simulation.logged_cases import LoggedCase, saved_case, steps
from inclusion_rules.simulation.run_reading import case_data

OUT_OF_ORDER = "out_of_order"
Kind = tuple[str, str]
"""A kind of deviation: the event in words, and what was wrong with it where the case stood."""


@dataclass
class Conformance:
    """What was found along one pathway.

    `fitting` cases had nothing out of order; `in_order` are accepted by the net; `tokens` is the replay by tokens, with
    the stage that each event led to in its label. `kinds` counts deviations, `cases_of` the cases that have them.
    """

    pathway: str
    cases: int = 0
    fitting: int = 0
    in_order: int = 0
    tokens_fit: int = 0
    tokens: TokenCount = NOTHING_REPLAYED
    kinds: Counter[Kind] = field(default_factory=Counter)
    cases_of: Counter[Kind] = field(default_factory=Counter)
    first_of: dict[Kind, str] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """The share of cases with nothing out of order."""
        return self.fitting / self.cases if self.cases else 1.0


@dataclass(frozen=True)
class _Nets:
    plain: Net
    staged: Net


def conformance_of(
    cases: Iterable[LoggedCase],
    rulebook: Rulebook,
    *,
    beside: Path = Path(),
    record_of: Callable[[LoggedCase], CaseRecord] | None = None,
) -> dict[str, Conformance]:
    """How some cases kept to their pathways, by pathway.

    A case is taken as the record that `record_of` gives; else it is read from its log, with its calendar by its id or
    as a file of the folder `beside`.

    Raises:
        InvalidFilesError: a calendar cannot be used as it stands.
        KeyError, TypeError, ValueError: a case is not one that the law at hand could read.
    """
    found: dict[str, Conformance] = {}
    nets: dict[str, _Nets] = {}
    record = record_of if record_of is not None else _Records(rulebook, beside).of
    for case in cases:
        pathway = rulebook.pathways[case.pathway]
        told = found.setdefault(pathway.id, Conformance(pathway.id))
        if pathway.id not in nets:
            nets[pathway.id] = _Nets(net_of(pathway), net_of(pathway, with_stages=True))
        told.cases += 1
        deviations = list(_deviations(record(case), rulebook, last=case.events[-1].on)) if case.events else []
        told.fitting += not deviations
        told.kinds.update(deviations)
        told.cases_of.update(set(deviations))
        for kind in deviations:
            told.first_of.setdefault(kind, case.id)
        plain, staged = labels_of(case, pathway)
        told.in_order += nets[pathway.id].plain.accepts(plain)
        replayed = nets[pathway.id].staged.replayed(staged)
        told.tokens_fit += replayed.fits
        told.tokens = told.tokens.with_(replayed)
    return dict(sorted(found.items()))


def labels_of(case: LoggedCase, pathway: Pathway) -> tuple[list[str], list[str]]:
    """The events that move a case along its pathway, as the labels of both nets."""
    moving = [case.events[number] for number in steps(case, pathway)]
    return [event.name for event in moving], [f"{event.name} > {event.stage_after}" for event in moving]


def _deviations(record: CaseRecord, rulebook: Rulebook, *, last: date) -> Iterator[Kind]:
    for warning in standing_at(record, rulebook, as_of=last).warnings:
        if warning.code == OUT_OF_ORDER:
            what, _, why = warning.message.partition(": ")
            yield what.rpartition(" on ")[0], why


@dataclass
class _Records:
    """Logs as records; calendars are read once."""

    rulebook: Rulebook
    beside: Path
    calendars: dict[str, SchoolCalendar] = field(default_factory=dict)

    def of(self, case: LoggedCase) -> CaseRecord:
        """A case as the record that it was."""
        data = case_data(saved_case(case))
        edition = self.rulebook.edition(tuple(data["packs"]))
        calendar = self._calendar(data["calendar"])
        judgements = data.get("judgements")
        return CaseRecord(
            id=case.id,
            pathway=case.pathway,
            packs=tuple(data["packs"]),
            calendar=calendar,
            bank_holidays=calendar.bank_holidays,
            school=described_from(data["school"], "school", edition),
            pupil=described_from(data["pupil"], "pupil", edition),
            events=tuple(event_from(event, edition) for event in data["events"]),
            judgements=read_judgements(canonical(judgements), edition, name=case.id) if judgements else (),
            history_complete=data.get("history_complete", True),
        )

    def _calendar(self, reference: str) -> SchoolCalendar:
        if reference not in self.calendars:
            self.calendars[reference] = load_calendar(reference, self.rulebook, beside=self.beside)
        return self.calendars[reference]


def conformance_as_data(found: Mapping[str, Conformance]) -> dict[str, Any]:
    """The counts as nested data."""
    return {
        name: {
            "cases": one.cases,
            "fitting": one.fitting,
            "order_alone_fits": one.in_order,
            "token_replay": {
                "fitting": one.tokens_fit,
                "produced": one.tokens.produced,
                "consumed": one.tokens.consumed,
                "missing": one.tokens.missing,
                "remaining": one.tokens.remaining,
                "not_in_the_net": one.tokens.unknown,
                "fitness": round(one.tokens.fitness, 6),
            },
            "deviations": [
                {"event": event, "why": why, "times": times, "cases": one.cases_of[event, why], "first": first}
                for (event, why), times in sorted(one.kinds.items(), key=lambda pair: (-pair[1], pair[0]))
                for first in (one.first_of[event, why],)
            ],
        }
        for name, one in found.items()
    }


def conformance_as_json(found: Mapping[str, Conformance]) -> str:
    """The counts as JSON."""
    return json.dumps(conformance_as_data(found), indent=2, ensure_ascii=False) + "\n"
